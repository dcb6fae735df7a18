"""The space for files on their way into the blob store: how many bytes may lie in the scratch folder at once."""

import asyncio
import contextlib
import itertools
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from labelwright.errors import Unavailable

MAX_WAIT = 60.0
"""Seconds that one file may wait for space, all its waits together."""


class ScratchSpace:
    """Bytes that files share while they are fetched, unpacked and looked into.

    The file that was begun first always gets the space it needs, up to ``largest``: others grow only as far as they
    leave it that much. So files never wait for each other in a circle, whatever sizes they turn out to have.

    Args:
        total: bytes together; at least ``largest``.
        largest: bytes that one file may have.

    Attributes:
        used: bytes that are reserved now.
        peak: the most that were.
    """

    def __init__(self, total: int, largest: int) -> None:
        self._total = max(total, largest)
        self._largest = largest
        self._held: dict[int, int] = {}
        self._numbers = itertools.count()
        self._waiting: set[asyncio.Future[None]] = set()
        self.used = self.peak = 0

    @contextlib.asynccontextmanager
    async def file(self, folder: Path) -> AsyncIterator["ScratchFile"]:
        """Make an empty file in a folder; it and its space are given back at the end."""
        number = next(self._numbers)
        self._held[number] = 0
        try:
            with tempfile.NamedTemporaryFile(dir=folder) as opened:
                yield ScratchFile(self, number, Path(opened.name))
        finally:
            self.used -= self._held.pop(number)
            self._wake()

    async def resize(self, number: int, size: int, patience: float) -> float:
        """Let a file have so many bytes; returns the seconds that it waited.

        Raises:
            Unavailable: the others kept them for longer than ``patience`` seconds.
        """
        started = time.monotonic()
        try:
            async with asyncio.timeout(patience):
                while not self._fits(number, size):
                    await self._news()
        except TimeoutError as error:
            raise Unavailable("The files on their way take all the space there is for them.") from error
        grown = size - self._held[number]
        self._held[number] = size
        self.used += grown
        self.peak = max(self.peak, self.used)
        if grown < 0:
            self._wake()
        return time.monotonic() - started

    def _fits(self, number: int, size: int) -> bool:
        first = next(iter(self._held))
        if number == first and self.used == self._held[number]:
            # Nobody else has any: what is larger than all the space would wait for ever.
            return True
        more = size - self._held[number]
        kept = 0 if number == first else max(0, self._largest - self._held[first])
        return more <= 0 or self.used + more + kept <= self._total

    async def _news(self) -> None:
        """Wait until somebody gives space back."""
        news = asyncio.get_running_loop().create_future()
        self._waiting.add(news)
        try:
            await news
        finally:
            self._waiting.discard(news)

    def _wake(self) -> None:
        for news in self._waiting:
            if not news.done():
                news.set_result(None)


class ScratchFile:
    """A file in the scratch folder.

    Attributes:
        path: where it is.
    """

    def __init__(self, space: ScratchSpace, number: int, path: Path) -> None:
        self.path = path
        self._space = space
        self._number = number
        self._patience = MAX_WAIT

    async def reserve(self, size: int) -> None:
        """Wait until the file may have so many bytes; fewer than before gives the others back.

        Raises:
            Unavailable: it waited too long.
        """
        self._patience -= await self._space.resize(self._number, size, max(0.0, self._patience))
