"""Writes the body of an answer to a file: codings undone, in threads, within a limit and the space that there is."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import FileIO
from pathlib import Path
from typing import Any, TypeVar

from labelwright.compression import CHUNK_SIZE, CorruptStream, RatioExceeded, TruncatedStream, Unpacker
from labelwright.domain.platform import FetchFailed, Reserve

T = TypeVar("T")

BATCH = 256 << 10
"""Bytes as they came that a thread gets at once."""

STEP = 4 << 20
"""Most bytes that a thread writes before the space for more is asked for."""

MAX_CODINGS = 3
"""Nobody packs a file more often."""

# Few, and none that others wait for: what is large to unpack delays only what is unpacked too.
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="bodies")

# Not codings, but names that servers and stores send for "none".
_NONE = frozenset({"identity", "none", "binary", "utf-8", "aws-chunked"})
_KNOWN = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}
_GZIP_TYPES = frozenset({"application/gzip", "application/x-gzip", "application/x-gunzip"})
_GZIP = b"\x1f\x8b"


async def in_thread(work: Callable[..., T], *args: Any) -> T:
    """Run a step of reading or writing in a thread, and wait for it also when the caller is cancelled.

    Nobody closes a file under the thread, and nothing is written when the file is gone.
    """
    step = asyncio.get_running_loop().run_in_executor(_THREADS, work, *args)
    try:
        return await asyncio.shield(step)
    except asyncio.CancelledError:
        await asyncio.wait([step])
        raise


async def unlimited(size: int) -> None:
    """Reserve nothing: for callers without a scratch folder to share."""
    del size


def too_large(limit: int) -> FetchFailed:
    """The failure of a body that is larger than allowed."""
    return FetchFailed(f"It is larger than {limit} bytes.", 413)


def codings(value: str) -> Sequence[str]:
    """The codings that have to be undone, the last one applied first.

    Some hosts use them unasked.

    Args:
        value: of the header Content-Encoding; of several headers, joined with commas.

    Raises:
        FetchFailed: one is unknown, or there are too many.
    """
    found = [
        name for name in (part.strip().lower() for part in value.split(",")) if name and name not in _NONE
    ]
    for name in found:
        if name not in _KNOWN:
            raise FetchFailed(f"The Content-Encoding {name[:40]} was not asked for.", 502)
    if len(found) > MAX_CODINGS:
        raise FetchFailed(f"It has more than {MAX_CODINGS} codings in its Content-Encoding.", 502)
    return [_KNOWN[name] for name in reversed(found)]


class Body:
    """A file that a body is written to.

    Args:
        path: of the file.
        limit: most bytes that are written.
        undo: codings, in the order in which they are undone.
        mime_type: what the source says that the file is.
        reserve: asked before the file grows (see ``Fetcher``).
    """

    def __init__(
        self,
        path: Path,
        limit: int,
        undo: Sequence[str] = (),
        mime_type: str = "",
        reserve: Reserve = unlimited,
    ) -> None:
        self._path = path
        self._limit = limit
        self._undo = undo
        self._mime_type = mime_type
        self._reserve = reserve
        self._unpackers: list[Unpacker] | None = None
        self.received = self.size = 0

    async def write(self, pieces: AsyncIterator[Any], *, whole: bool = True) -> None:
        """Write everything that comes.

        Args:
            pieces: the body as it comes.
            whole: whether the source says itself where the body ends; otherwise a cut may be the connection's.

        Raises:
            FetchFailed: there are more bytes than the limit, or they are not what their coding says.
        """
        try:
            with await in_thread(FileIO, self._path, "w") as opened:
                batch = bytearray()
                async for piece in pieces:
                    batch += bytes(piece)
                    self.received += len(piece)
                    if len(batch) >= BATCH:
                        await self._put(opened, bytes(batch))
                        batch.clear()
                await self._put(opened, bytes(batch))
                for unpacker in self._unpackers or ():
                    unpacker.end()
        except RatioExceeded as error:
            raise FetchFailed(str(error), 413) from error
        except CorruptStream as error:
            cut = isinstance(error, TruncatedStream) and not whole
            raise FetchFailed(
                f"The body is not what its Content-Encoding says. {error}", 502, passing=cut
            ) from error
        await self._reserve(self.size)

    async def _put(self, opened: FileIO, batch: bytes) -> None:
        if not batch:
            return
        if self._unpackers is None:
            self._unpackers = await in_thread(self._choose, batch)
        if not self._unpackers:
            if self.size + len(batch) > self._limit:
                raise too_large(self._limit)
            await self._reserve(self.size + len(batch))
        pieces = _unpacked([batch], self._unpackers)
        while True:
            if self._unpackers:
                await self._reserve(min(self.size + STEP, self._limit))
            if await in_thread(self._step, opened, pieces):
                return

    def _choose(self, head: bytes) -> list[Unpacker]:
        """The codings' unpackers.

        Servers say of ``.gz`` files that their coding is gzip, too. Where one layer is there, it is the file's own.
        """
        if list(self._undo) == ["gzip"] and self._mime_type in _GZIP_TYPES:
            inner = next(Unpacker("gzip").feed(head), b"")
            if not inner.startswith(_GZIP):
                return []
        return [Unpacker(name) for name in self._undo]

    def _step(self, opened: FileIO, pieces: Iterator[bytes]) -> bool:
        """Write at most ``STEP`` bytes; whether these were the last ones."""
        until = self.size + STEP
        for piece in pieces:
            if self.size + len(piece) > self._limit:
                raise too_large(self._limit)
            _write(opened, piece)
            self.size += len(piece)
            if self.size + CHUNK_SIZE > until:
                return False
        return True


def _write(opened: FileIO, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[opened.write(left) :]


def _unpacked(pieces: Iterable[bytes], unpackers: Sequence[Unpacker]) -> Iterator[bytes]:
    for unpacker in unpackers:
        pieces = _each(unpacker, pieces)
    return iter(pieces)


def _each(unpacker: Unpacker, pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield from unpacker.feed(piece)


def read_whole(body: bytes, value: str, limit: int) -> bytes:
    """Undo the codings of a body that is in memory.

    Raises:
        CorruptStream: it is not what its coding says, or larger than the limit.
    """
    for name in codings(value):
        unpacker, found = Unpacker(name), bytearray()
        for piece in unpacker.feed(body):
            found += piece
            if len(found) > limit:
                raise RatioExceeded(f"It is larger than {limit} bytes.")
        unpacker.end()
        body = bytes(found)
    return body
