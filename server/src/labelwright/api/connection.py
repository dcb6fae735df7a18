"""A connection that does not wait for ever, and answers in one piece.

uvicorn's own has no limit for the head of a request, and sends the head of an answer apart from its body.
"""

import asyncio
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT = 128 * 1024
"""Bytes of a request line and its headers; the largest that other servers take is about half of this."""


class _Joined:
    """The way out of a connection that keeps the head of an answer until its body follows.

    Apart they are two system calls, two TLS records, and wake the client twice. A head that nothing follows in the
    same turn of the loop, as in a stream that waits for news, leaves at the end of the turn.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._head = b""
        self._started = False

    def write(self, data: bytes) -> None:
        """Send, or keep what is the head."""
        if self._started:
            head, self._head = self._head, b""
            self._transport.write(head + data if head else data)
        else:
            self._started, self._head = True, data
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        if self._head and not self._transport.is_closing():
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """Close, after what was kept."""
        self._flush()
        self._transport.close()

    def is_closing(self) -> bool:
        """Whether the connection is being closed."""
        return self._transport.is_closing()


def connection(seconds: float) -> type[asyncio.Protocol]:
    """Return the protocol for ``uvicorn.Config(http=…)``.

    Args:
        seconds: that a client may take for the head of a request, counted from its first byte, and for the first
            one from the start of the connection.
    """

    class Connection(HttpToolsProtocol):
        """Closes when the head of a request takes too long or has no end."""

        _waiting: asyncio.TimerHandle | None = None
        _head = 0

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            self._waited()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._waiting is not None:
                self._head += len(data)
                if self._head > HEAD_LIMIT and not self.transport.is_closing():
                    self.send_400_response("The head of the request is too large.")

        def on_message_begin(self) -> None:
            super().on_message_begin()
            if self._waiting is None:
                self._wait()

        def on_headers_complete(self) -> None:
            self._waited()
            super().on_headers_complete()
            if self.cycle is not None and self.cycle.transport is self.transport:
                self.cycle.transport = cast("asyncio.Transport", _Joined(self.transport, self.loop))

        def _wait(self) -> None:
            self._head = 0
            self._waiting = self.loop.call_later(seconds, self._too_slow)

        def _waited(self) -> None:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None

        def _too_slow(self) -> None:
            if self.flow.read_paused:
                # The rest may have come long ago: it is this server that does not read on.
                self._wait()
            elif not self.transport.is_closing():
                self.transport.close()

    return Connection
