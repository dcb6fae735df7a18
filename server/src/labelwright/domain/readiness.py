"""Whether the server can do its work now: each part is tried, and many who ask share one try."""

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labelwright.errors import Unavailable
from labelwright.store import readiness as rows

if TYPE_CHECKING:
    from labelwright.domain.platform import Platform

FRESH, FRESH_FAILURE = 5.0, 1.0
"""Seconds for which what was found is not looked for again: when all was well, and when something failed.

That all was well holds only until a request is refused because something could not be used."""

TIMEOUT = 5.0
"""Seconds after which a part that does not answer counts as failing; its try goes on and is not repeated meanwhile."""

PROBE_SIZE = 256 * 1024
"""Bytes that are written to see whether the disk takes some: a database may fit its row into a full one."""

Check = Callable[["Platform"], Awaitable[None]]


async def _database(platform: "Platform") -> None:
    """Write a row, which waits for the disk, and read."""
    await platform.store.write(rows.write, platform.clock.now())
    await platform.read(rows.read)


async def _disk(platform: "Platform") -> None:
    """Write a file where bytes lie before they are stored, and on the disk of the embedded database."""
    folders = [platform.scratch]
    if not platform.settings.database_url:
        folders.append(platform.settings.data)
    on_disk = {folder.stat().st_dev: folder for folder in folders}
    for folder in on_disk.values():
        await asyncio.to_thread(_write_and_remove, folder)


def _write_and_remove(folder: Path) -> None:
    opened, name = tempfile.mkstemp(dir=folder)
    try:
        left = PROBE_SIZE
        while left > 0:
            left -= os.write(opened, bytes(left))
    finally:
        os.close(opened)
        with contextlib.suppress(OSError):
            Path(name).unlink()


async def _files(platform: "Platform") -> None:
    """Store some bytes."""
    await platform.blobs.check()


CHECKS: dict[str, Check] = {"database": _database, "disk": _disk, "files": _files}


class Readiness:
    """What was found last, and when.

    Args:
        seconds: a clock that only goes forward.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._failing: Sequence[str] = ()
        self._until = float("-inf")
        self._refused = 0
        self._tries: dict[str, asyncio.Task[None]] = {}
        self._round: asyncio.Task[None] | None = None

    async def failing(self, platform: "Platform") -> Sequence[str]:
        """Names of the parts that cannot be used: ``database``, ``disk`` (of uploads), ``files`` (stored ones)."""
        stale = not self._failing and platform.refused != self._refused
        if stale or self._seconds() >= self._until:
            if self._round is None:
                self._round = asyncio.create_task(self._look(platform), name="readiness")
            await asyncio.shield(self._round)
        return self._failing

    async def _look(self, platform: "Platform") -> None:
        refused = platform.refused
        try:
            for name, check in CHECKS.items():
                if name not in self._tries:
                    self._tries[name] = asyncio.create_task(
                        _logged(platform, name, check), name=f"check {name}"
                    )
            await asyncio.wait(self._tries.values(), timeout=TIMEOUT)
            self._failing = [name for name, one in self._tries.items() if not one.done() or one.exception()]
            self._tries = {name: one for name, one in self._tries.items() if not one.done()}
            self._refused = refused
            self._until = self._seconds() + (FRESH_FAILURE if self._failing else FRESH)
        finally:
            self._round = None


async def _logged(platform: "Platform", name: str, check: Check) -> None:
    try:
        await check(platform)
    except Unavailable:
        raise
    except Exception as error:
        raise platform.disk.began(name, error) from error
    platform.disk.over(name)
    if name == "disk":
        platform.disk.over("requests")
