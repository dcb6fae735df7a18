"""Delivers batches whose projects deliver what is completed."""

import asyncio

import structlog

from labelwright.domain import deliveries
from labelwright.domain.platform import Platform
from labelwright.errors import Unavailable

INTERVAL = 1.0
"""Seconds between two looks."""

log = structlog.get_logger()


async def run(platform: Platform) -> None:
    """Look for ever."""
    while True:
        try:
            while await deliveries.deliver_pending(platform):
                pass
        except Unavailable:  # said once for all
            await asyncio.sleep(INTERVAL)
        except Exception:  # one bad minute of the database must not end deliveries for good
            log.exception("deliveries failed")
        await asyncio.sleep(INTERVAL)
