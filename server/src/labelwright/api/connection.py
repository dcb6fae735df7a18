"""A connection that does not wait for ever: uvicorn's own has no limit for the head of a request."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT = 128 * 1024
"""Bytes of a request line and its headers; the largest that other servers take is about half of this."""


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
