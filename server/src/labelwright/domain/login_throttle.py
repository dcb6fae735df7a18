"""Tries that fail: who guesses passwords or links has to wait longer and longer.

A try counts as failed before it is judged, so that a hundred at once are not a hundred free ones. What was tried is
kept as a hash, for addresses that nobody has as for others: the answers do not tell which is which.
"""

import hashlib

from labelwright.domain.platform import Platform
from labelwright.errors import TooManyRequests
from labelwright.store import Tx
from labelwright.store import accounts as rows

FREE_ATTEMPTS = 5
"""Failures in a row that cost no pause."""

FIRST_PAUSE, LONGEST_PAUSE = 30_000, 15 * 60_000
"""Milliseconds: the pause after the fifth failure, doubled after each further one."""

FORGET_AFTER = 30 * 60_000
"""Milliseconds without a failure after which the count begins anew."""


def _key(what: str) -> str:
    return hashlib.sha256(what.encode()).hexdigest()


def pause_after(failures: int) -> int:
    """Milliseconds to wait after the n-th failure in a row."""
    if failures < FREE_ATTEMPTS:
        return 0
    return min(FIRST_PAUSE << min(failures - FREE_ATTEMPTS, 16), LONGEST_PAUSE)


async def count(platform: Platform, what: str, free: int | None = None, longest: int = LONGEST_PAUSE) -> None:
    """Count a try as failed; :func:`forgive` takes it back.

    Args:
        platform: the platform.
        what: what is tried, such as ``log-in:lee@example.org``.
        free: failures in a row that cost no pause; ``FREE`` by default.
        longest: the longest pause in milliseconds.

    Raises:
        TooManyRequests: the pause after the last failure is not over; this try does not count.
    """
    await platform.store.write(
        _count, _key(what), platform.clock.now(), FREE_ATTEMPTS if free is None else free, longest
    )


async def _count(tx: Tx, key: str, now: int, free: int, longest: int) -> None:
    failures, at = await rows.failed_attempts(tx, key) or (0, now)
    if not 0 <= now - at < FORGET_AFTER:
        # Also failures of later than now: the clock was ahead, and nobody shall wait until then.
        failures = 0
    wait = at + min(pause_after(failures - free + FREE_ATTEMPTS), longest) - now
    if wait > 0:
        raise TooManyRequests(wait / 1000, "Too many failed tries. Please wait before the next one.")
    await rows.set_failed_attempts(tx, key, failures + 1, now, now - FORGET_AFTER)


async def reset(tx: Tx, what: str) -> None:
    """Forget the failures: a try succeeded."""
    await rows.drop_failed_attempts(tx, _key(what))


async def take_back(tx: Tx, what: str) -> None:
    """Forget one failure: this try succeeded, which says nothing of the others."""
    await rows.drop_one_failed_attempt(tx, _key(what))
