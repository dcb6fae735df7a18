"""A connection that counts what a host sends after the head of its answer.

HTTP libraries stop at the length that an answer declares. What comes after it says that the length was wrong.
"""

import re
import ssl
from typing import Any

import httpcore2

_HEAD_END = re.compile(rb"\n\r?\n")
_INTERIM = re.compile(rb"HTTP/1\.\d 1(?!01)\d\d")
_MAX_HEAD_LENGTH = 1 << 20


class CountedStream(httpcore2.AsyncNetworkStream):
    """Reads and writes like another stream, for one request.

    Args:
        inner: the stream that does it.

    Attributes:
        body_bytes: how many bytes came after the head of the final answer.
    """

    def __init__(self, inner: httpcore2.AsyncNetworkStream) -> None:
        self._inner = inner
        self._head: bytes | None = b""
        self.body_bytes = 0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read some bytes, and count them."""
        data = await self._inner.read(max_bytes, timeout)
        self._count(data)
        return data

    def _count(self, data: bytes) -> None:
        if self._head is None:
            self.body_bytes += len(data)
            return
        self._head += data
        while self._head is not None and (end := _HEAD_END.search(self._head)):
            rest = self._head[end.end() :]
            interim = _INTERIM.match(self._head) is not None
            self._head = rest if interim else None
            self.body_bytes = 0 if interim else len(rest)
        if self._head is not None and len(self._head) > _MAX_HEAD_LENGTH:
            # The library gives such an answer up.
            self._head = None

    async def ends(self, timeout: float) -> bool:
        """Whether the host closes the connection within a time without sending anything else."""
        try:
            return not await self.read(1, timeout)
        except (httpcore2.TimeoutException, httpcore2.NetworkError):
            return True

    def was_cut(self) -> bool:
        """Whether a connection over TLS ended without the word that ends it, as it does when somebody cuts it."""
        found = self.get_extra_info("ssl_object")
        if found is None:
            return False
        try:
            found.read(1)
        except ssl.SSLZeroReturnError:
            return False
        except ssl.SSLError:
            return True
        return False

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write bytes."""
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.AsyncNetworkStream:
        """Change to TLS."""
        return CountedStream(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """What the stream knows of its connection."""
        return self._inner.get_extra_info(info)
