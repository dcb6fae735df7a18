"""Time and randomness come in from outside, so that tests can hold both."""

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Millis = int
"""Milliseconds since 1970-01-01 UTC: the only form in which the store and the rules keep time."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        return time.time_ns() // 1_000_000


class FixedClock:
    """A clock that moves only when told to; for tests."""

    def __init__(self, at: int = 1_714_640_000_000) -> None:
        self.at = at

    def now(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        return self.at

    def advance(self, *, seconds: float) -> None:
        """Move the clock forward."""
        self.at += int(seconds * 1000)


@lru_cache(maxsize=8192)
def _second(seconds: int) -> str:
    """A second as text; pages are full of times that lie close together."""
    t = time.gmtime(seconds)
    return f"{t.tm_year:04}-{t.tm_mon:02}-{t.tm_mday:02}T{t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02}"


def iso(millis: int) -> str:
    """Render a time as the wire does: ``2024-05-02T09:14:07.381Z``."""
    seconds, ms = divmod(millis, 1000)
    return f"{_second(seconds)}.{ms:03}Z"


def parse_iso(text: str) -> int:
    """Read a date or time in any ISO 8601 form the official clients send; naive means UTC.

    Args:
        text: ``2021-04-25``, ``2021-04-25T03:14:15-07:00``, ``2021-04-25 03:14:15.123456``, …

    Raises:
        ValueError: the text is not a date.
    """
    text = text.strip()
    if "T" in text:
        # A plus sign that was not percent-encoded arrives as a blank.
        text = text.replace(" ", "+")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    # Not by way of a float: a cursor that is a millisecond off repeats tasks or loses them.
    return (moment - _EPOCH) // timedelta(milliseconds=1)
