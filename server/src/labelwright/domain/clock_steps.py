"""Ends waits that are longer than any can be: times that were written while the machine's clock was ahead.

A clock that was a month ahead and is set right leaves leases, retries and sessions that end in a month. Nobody knows
when they were written, so each is shortened to the longest that it could be from now.
"""

import time
from collections.abc import Callable

from labelwright.clock import Clock
from labelwright.domain import attachments, callbacks, deliveries
from labelwright.domain.platform import Platform
from labelwright.store import Tx, accounts, invitations, outbox, work
from labelwright.store import deliveries as delivery_rows

EVERY = 60.0
"""Seconds between two looks while the clock goes as it should."""


async def shorten_waits(platform: Platform) -> int:
    """Shorten what lasts longer than it can; returns how many rows did."""
    now, settings = platform.clock.now(), platform.settings
    reserved, leased = settings.reserve_seconds * 1000, settings.lease_seconds * 1000
    session = settings.session_hours * 3_600_000

    async def command(tx: Tx) -> int:
        changed = await work.shorten_leases(tx, now + reserved, now + max(reserved, leased))
        changed += await outbox.shorten(tx, "callback", now, callbacks.max_waits(settings))
        changed += await outbox.shorten(tx, "attachment", now, attachments.max_waits(settings))
        changed += await delivery_rows.shorten(tx, now + deliveries.LONGEST_WAIT)
        changed += await accounts.shorten_sessions(tx, now + session)
        changed += await accounts.shorten_pauses(tx, now)
        return changed + await invitations.made_by(tx, now)

    changed = await platform.store.write(command)
    if changed:
        platform.store.topics.signal({"callbacks", "attachments", "progress"})
    return changed


class Watch:
    """Tells when to look: now and then, and at once when the clock was set back.

    Args:
        clock: the machine's clock.
        seconds: a clock that only goes forward.
    """

    def __init__(self, clock: Clock, seconds: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._seconds = clock, seconds
        self._next, self._last = float("-inf"), 0

    def due(self) -> bool:
        """Whether to look; the caller does."""
        seconds, now = self._seconds(), self._clock.now()
        back, self._last = now < self._last, now
        if not back and seconds < self._next:
            return False
        self._next = seconds + EVERY
        return True
