"""A connection that does not wait for ever, refuses heads that can be misread, and answers in one piece.

uvicorn's own has no limit for the head of a request, takes trailers for headers, and sends the head of an answer
apart from its body.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from labelwright.api import request_checks

HEAD_LIMIT = 128 * 1024
"""Bytes of a request line and its headers; the largest that other servers take is about half of this."""

DISCARD_LIMIT = 128 << 20
"""Bytes that are still read and dropped of a body whose request was answered before its end."""


def configuration(app: Callable[..., Any] | None, seconds: float, **options: Any) -> uvicorn.Config:
    """Return uvicorn's configuration, the same for the server and its tests.

    Args:
        app: the ASGI application; None when it is set later.
        seconds: as in :func:`connection`.
        options: further ones, such as host and port.
    """
    return uvicorn.Config(
        cast("Any", app),
        http=connection(seconds),
        # There are no WebSockets here, whatever else is installed.
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=75,
        **options,
    )


class _Dropped(list[tuple[bytes, bytes]]):
    """A list that keeps nothing: trailers have no end that is checked."""

    def append(self, _: tuple[bytes, bytes]) -> None:
        """Drop it."""


_TRAILERS = _Dropped()


class _Joined:
    """The way out of a connection that keeps the head of an answer until its body follows.

    Apart they are two system calls, two TLS records, and wake the client twice. A head that nothing follows in the
    same turn of the loop, as in a stream that waits for news, leaves at the end of the turn.
    """

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, close: Callable[[], None]
    ) -> None:
        self._transport, self._loop, self._close = transport, loop, close
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
        self._close()

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
        """Closes when a head is refused, takes too long or has no end."""

        _waiting: asyncio.TimerHandle | None = None
        _head = 0
        _in_body = False
        _chunked = False
        _ended = False
        _last = False
        _keep_alive = False
        _discarded = 0
        _refusal: tuple[int, str] | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            self._waited()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._ended or self.transport.is_closing():
                return
            if self._chunked and not self._in_body:
                # The parser hands the last trailer out as a header of the next request.
                self.parser = httptools.HttpRequestParser(self)
                self._chunked = False
            super().data_received(data)
            if self._waiting is not None:
                self._head += len(data)
                if self._head > HEAD_LIMIT and not self.transport.is_closing():
                    self._refuse(431, "The head of the request is too large.")
            elif self.cycle is not None and self.cycle.response_complete and not self.transport.is_closing():
                if self._in_body:
                    self._discarded += len(data)
                    if self._discarded > DISCARD_LIMIT:
                        self.transport.close()
                else:
                    # Empty lines before a request are no request; they must not hold a connection for ever.
                    self._wait()

        def on_message_begin(self) -> None:
            if self._chunked:
                # Sent before the end of the last request was known to be read: see data_received.
                self._refusal = (400, "Requests must not be sent together with a chunked one.")
                raise ValueError(self._refusal[1])
            super().on_message_begin()
            if self._waiting is None:
                self._wait()

        def on_headers_complete(self) -> None:
            self._waited()
            values = dict(self.headers)
            self._refusal = request_checks.fault(
                self.parser.get_http_version(), self.url, self.headers, values
            )
            if self._refusal is not None:
                raise ValueError(self._refusal[1])
            self._chunked = b"transfer-encoding" in values
            self._discarded, self._in_body = 0, True
            super().on_headers_complete()
            # What comes after the body is no header: nobody has checked it when the request is answered.
            self.headers = _TRAILERS
            if self.cycle is not None and self.cycle.transport is self.transport:
                self.cycle.transport = cast(
                    "asyncio.Transport", _Joined(self.transport, self.loop, self._end)
                )
            self._keep_alive = self.cycle.keep_alive
            if self._chunked:
                # An answer before the end of the body has to be the last one: what the client sends next could come
                # together with that end.
                self.cycle.keep_alive = False
            if self.parser.should_upgrade():
                # The parser takes what follows for another protocol, which nobody here speaks.
                self._keep_alive = self.cycle.keep_alive = False

        def on_message_complete(self) -> None:
            self._in_body = False
            if self._last:
                self.transport.close()
            elif self._chunked and not self.cycle.response_started:
                self.cycle.keep_alive = self._keep_alive
            super().on_message_complete()

        def shutdown(self) -> None:
            self._keep_alive = False
            super().shutdown()

        def _end(self) -> None:
            """Close after an answer, and after the end of its request: a client that still sends would not see it."""
            if self._in_body:
                self._last = True
            else:
                self.transport.close()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            if self._in_body and not self.pipeline and not self.transport.is_closing():
                self._unset_keepalive_if_required()
                self.loop.call_later(seconds, self._discard_ends, self.cycle)

        def _discard_ends(self, cycle: object) -> None:
            if self.cycle is cycle and self._in_body and not self.transport.is_closing():
                self.transport.close()

        def send_400_response(self, msg: str) -> None:
            """Refuse what the parser cannot read, or what :mod:`request_heads` names."""
            self._refuse(*(self._refusal or (400, msg)))

        def _refuse(self, status: int, sentence: str) -> None:
            self._waited()
            cycle = self.cycle
            if self.transport.is_closing():
                return
            if cycle is None or cycle.response_complete:
                _write_refusal(self.transport, status, sentence)
            elif self._in_body:
                # The fault is in its body, of which nothing more can be read.
                if cycle.response_started or self.pipeline:
                    self.transport.close()
                else:
                    _write_refusal(self.transport, status, sentence)
            else:
                # The client would take the refusal for the answer to an earlier request, which comes first.
                self._ended = True
                cycle.keep_alive = False

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


def _write_refusal(transport: asyncio.Transport, status: int, sentence: str) -> None:
    body = sentence.encode()
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    transport.write(head.encode() + body)
    transport.close()
