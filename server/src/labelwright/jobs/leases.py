"""Gives work back to the queue when its labeler's time has run out."""

import asyncio

import structlog

from labelwright.domain import assignments, clock_steps
from labelwright.domain.platform import Platform
from labelwright.errors import Unavailable

log = structlog.get_logger("labelwright.leases")
PAUSE = 5.0
"""Seconds between two looks."""


async def run(platform: Platform) -> None:
    """Expire leases until cancelled; a database that is away for a while does not end this."""
    watch = clock_steps.Watch(platform.clock)
    while True:
        try:
            if watch.due() and (shortened := await clock_steps.shorten_waits(platform)):
                log.warning(
                    "shortened waits that were longer than any can be: the clock was ahead", n=shortened
                )
            expired = await assignments.expire(platform)
        except Unavailable:
            # Said once for all; whether it is over has to be seen also when nobody asks for readiness.
            pass
        except Exception:
            log.exception("leases could not be looked at")
        else:
            if expired:
                log.info("leases expired", n=expired)
        if platform.away:
            await platform.readiness.failing(platform)
        await asyncio.sleep(PAUSE)
