"""How often a key may ask: a token bucket for each API key, kept in this process."""

from labelwright.clock import Clock
from labelwright.errors import TooManyRequests

MAX_KEYS = 10_000
"""Buckets kept before those that are full again are dropped; a key without one has a full one."""


class RateLimiter:
    """Token buckets, one for each key, in this process only: two servers allow a key twice as much.

    A bucket holds ``burst`` tokens and gains ``rate`` a second; a request takes one. What is kept of a bucket is
    the moment at which it will be full again, which says everything and needs no timer.

    Args:
        clock: the time.
        rate: tokens a second, more than 0.
        burst: tokens of a full bucket; at least 1 is taken.
    """

    def __init__(self, clock: Clock, rate: float, burst: int) -> None:
        self._clock = clock
        self._each = 1000 / rate
        self._whole = self._each * max(1, burst)
        self._full_at: dict[str, float] = {}
        self._most = MAX_KEYS

    def spend(self, key_id: str) -> None:
        """Take a token out of a key's bucket.

        Raises:
            TooManyRequests: the bucket is empty; a request that is refused takes nothing.
        """
        now = self._clock.now()
        full_at = max(self._full_at.get(key_id, now), now)
        if full_at > now + self._whole:
            # No bucket is emptier than empty: a clock that was set back must not lock a key out.
            full_at = self._full_at[key_id] = now + self._whole
        wait = full_at + self._each - now - self._whole
        if wait > 0:
            raise TooManyRequests(wait / 1000)
        if len(self._full_at) >= self._most:
            self._full_at = {key: at for key, at in self._full_at.items() if at > now}
            self._most = max(MAX_KEYS, 2 * len(self._full_at))
        self._full_at[key_id] = full_at + self._each
