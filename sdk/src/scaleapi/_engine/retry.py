"""When to try again, and when to give up.

In one sentence: up to three more tries, after at most 1, 2 and 4 seconds with full jitter, for no answer,
408, 429 and 500-530; `Retry-After` is obeyed up to two minutes and a longer one is raised at once; what may
already have happened is repeated only if repeating it is harmless.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from scaleapi._engine.messages import Answer, Failure

RETRIED_STATUSES = frozenset({408, 429, *range(500, 531)})
"""The official client's list: timeouts, rate limit, server errors, and the CDN's 52x."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of the policy.

    Attributes:
        max_retries: Tries after the first.
        base: Upper bound of the first pause, seconds; doubles with each further one.
        cap: Upper bound of any pause not asked for by the server, seconds.
        longest_retry_after: A `Retry-After` beyond this is not waited for, seconds.
    """

    max_retries: int = 3
    base: float = 1.0
    cap: float = 8.0
    longest_retry_after: float = 120.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try and how it ended.

    Attributes:
        number: 1 for the first.
        outcome: An answer that is not 2xx, or a failure.
        repeatable: Whether doing the call twice is harmless.
        resendable: Whether the body can be produced again.
    """

    number: int
    outcome: Answer | Failure
    repeatable: bool = True
    resendable: bool = True


@dataclass(frozen=True, slots=True)
class Wait:
    """Try again after this many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Give up, and why.

    ``final``: the answer is an answer. ``spent``: no tries left. ``ambiguous``: the server may have acted and
    acting twice would matter. ``body``: an upload stream is used up. ``patience``: `Retry-After` is too long.
    ``budget``: too many retries by this client lately.
    """

    why: Literal["final", "spent", "ambiguous", "body", "patience", "budget"]


Decision: TypeAlias = Wait | Stop


class Budget:
    """Bounds the retries of a whole client, so that an outage is not multiplied by them.

    Holds 100 tokens at first. A retry takes 5; a success on the first try brings 1 back, a success after
    retries brings back the 5 of its last one. (The scheme of botocore's retry quota.)
    """

    COST = 5
    REFILL = 1

    def __init__(self, capacity: int = 100) -> None:
        # deque operations are atomic: no lock that a fork in another thread could leave held for ever.
        self._tokens = deque([None] * capacity, maxlen=capacity)

    @property
    def available(self) -> int:
        """Tokens left."""
        return len(self._tokens)

    def take(self) -> bool:
        """Pays for one retry; returns False, taking nothing, if the tokens do not suffice."""
        taken = 0
        try:
            for _ in range(self.COST):
                self._tokens.pop()
                taken += 1
        except IndexError:
            self._tokens.extend([None] * taken)
            return False
        return True

    def succeeded(self, *, retried: bool) -> None:
        """Records a success."""
        self._tokens.extend([None] * (self.COST if retried else self.REFILL))


def may_have_acted(outcome: Answer | Failure) -> bool:
    """Whether the server may have carried the request out although this is not a success.

    A 429 is a refusal; 408 and 5xx can come from a gateway after the server behind it has stored the task.
    """
    if isinstance(outcome, Failure):
        return outcome.may_have_acted
    return outcome.status == 408 or outcome.status >= 500


def retry_after(value: str | None, now: float) -> float | None:
    """Reads a `Retry-After` header.

    Args:
        value: Seconds (an integer by RFC 9110, a decimal in practice) or an HTTP date.
        now: Seconds since the epoch.

    Returns:
        Seconds to wait, never negative; None if the header is missing or unreadable.
    """
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        from datetime import UTC
        from email.utils import parsedate_to_datetime

        try:
            moment = parsedate_to_datetime(value)
        except (TypeError, ValueError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, moment.timestamp() - now)
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def after(
    attempt: Attempt, rules: Rules, *, random: Callable[[], float], now: Callable[[], float]
) -> Decision:
    """Decides what follows an attempt without success. The budget is the caller's to ask.

    Args:
        attempt: The attempt.
        rules: The policy's numbers.
        random: Returns a number in [0, 1).
        now: Returns seconds since the epoch.
    """
    asked = None
    if isinstance(attempt.outcome, Answer):
        asked = retry_after(attempt.outcome.headers.get("retry-after"), now())
    if not _passing(attempt.outcome):
        return Stop("final")
    if attempt.number > rules.max_retries:
        return Stop("spent")
    if may_have_acted(attempt.outcome) and not attempt.repeatable:
        return Stop("ambiguous")
    if not attempt.resendable:
        return Stop("body")
    if asked is not None and asked > rules.longest_retry_after:
        return Stop("patience")
    return Wait(max(asked or 0.0, random() * min(rules.cap, rules.base * 2.0 ** (attempt.number - 1))))


def _passing(outcome: Answer | Failure) -> bool:
    """Whether the trouble may be over at the next try."""
    if isinstance(outcome, Failure):
        return not outcome.permanent
    return outcome.status in RETRIED_STATUSES
