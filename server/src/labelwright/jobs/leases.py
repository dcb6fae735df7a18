"""Gives work back to the queue when its labeler's time has run out, and projects when an invitation's has."""

import asyncio

import structlog

from labelwright.domain import assignments, invitations
from labelwright.domain.platform import Platform
from labelwright.refusals import Unavailable

log = structlog.get_logger("labelwright.leases")
PAUSE = 5.0
"""Seconds between two looks."""


async def run(platform: Platform) -> None:
    """Expire leases until cancelled; a database that is away for a while does not end this."""
    while True:
        try:
            expired = await assignments.expire(platform)
            await invitations.expire(platform)
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
