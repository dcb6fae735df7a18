"""Looks which tasks that wait for an editor have one in this version."""

import asyncio

import structlog

from labelwright.domain import editors
from labelwright.domain.platform import Platform
from labelwright.errors import Unavailable

log = structlog.get_logger("labelwright.editors")
PAUSE = 60.0
"""Seconds between two looks."""


async def run(platform: Platform) -> None:
    """Look at what another version left, then at what other processes write, until cancelled."""
    caught_up = False
    while True:
        try:
            if not caught_up:
                moved = await editors.catch_up(platform)
                caught_up = True
                if moved:
                    log.info("tasks were looked at: which have an editor", n=moved)
            await editors.follow(platform)
        except Unavailable:
            # Said once for all by whoever finds out first.
            pass
        except Exception:
            log.exception("tasks that wait for an editor could not be looked at")
        await asyncio.sleep(PAUSE)
