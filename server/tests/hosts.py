"""A customer's host on this machine, for attachments: it can refuse, hang, redirect, and never come to an end."""

import contextlib
import io
import itertools
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from PIL import Image


def png(width: int = 30, height: int = 20, colour: int = 0) -> bytes:
    """A small picture."""
    made = io.BytesIO()
    Image.new("RGB", (width, height), (colour, colour, colour)).save(made, "PNG")
    return made.getvalue()


@dataclass(frozen=True)
class Page:
    """What is answered at a path.

    Attributes:
        body: the bytes; an iterable is sent chunk by chunk.
        status: the HTTP status.
        headers: further headers.
    """

    body: bytes | Iterable[bytes] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def endless() -> Iterator[bytes]:
    """A body without an end."""
    return itertools.repeat(b"x" * 65_536)


class Host:
    """Serves pages that a test puts up; anything else is a 404.

    Args:
        tls: its certificate; plain HTTP by default.

    Attributes:
        pages: by path; a function is called for every request, and may take its time.
        requests: how often each path was asked for.
        headers: of the last request to each path, names in lower case.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._scheme = "https" if tls else "http"
        self.pages: dict[str, Page | Callable[[], Page]] = {}
        self.requests: Counter[str] = Counter()
        self.headers: dict[str, dict[str, str]] = {}
        self._news = threading.Condition()
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host._seen(self.path, {name.lower(): value for name, value in self.headers.items()})
                found = host.pages.get(self.path, Page(status=404))
                page = found() if callable(found) else found
                self.send_response(page.status)
                for name, value in page.headers.items():
                    self.send_header(name, value)
                if isinstance(page.body, bytes):
                    self.send_header("content-length", str(len(page.body)))
                    self.end_headers()
                    self.wfile.write(page.body)
                    return
                self.send_header("transfer-encoding", "chunked")
                self.end_headers()
                for piece in page.body:
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.write(b"0\r\n\r\n")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
                """Say nothing."""

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A caller that has read enough is no news."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> "Host":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _seen(self, path: str, headers: dict[str, str]) -> None:
        with self._news:
            self.requests[path] += 1
            self.headers[path] = headers
            self._news.notify_all()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Where a path is."""
        return f"{self._scheme}://{host}:{self._server.server_port}{path}"

    def put(self, path: str, page: Page | Callable[[], Page] | bytes = b"") -> str:
        """Put a page up; returns its URL."""
        self.pages[path] = Page(page) if isinstance(page, bytes) else page
        return self.url(path)

    def wait_for(self, path: str, times: int = 1) -> None:
        """Wait until a path was asked for.

        Raises:
            TimeoutError: it is not.
        """
        with self._news:
            if not self._news.wait_for(lambda: self.requests[path] >= times, 60):
                raise TimeoutError(f"nobody asked for {path}")


class RawHost:
    """Answers every request with the same bytes, as they are, and closes the connection.

    Args:
        tls: its certificate; plain HTTP by default.

    Attributes:
        answer: what is sent; pieces of a list are sent one after the other.
        requests: the head of each request.
        lingers: whether the connection stays open until the caller closes it.
        says_end: whether TLS's own word ends the connection, which is missing when somebody cuts it.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.answer: bytes | Sequence[bytes] = b""
        self.requests: list[bytes] = []
        self.lingers = self.says_end = False
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "RawHost":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(30)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Where a path is."""
        return f"{'https' if self._tls else 'http'}://{host}:{self._listener.getsockname()[1]}{path}"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        if self._tls is not None:
            with self._tls.wrap_socket(connection, server_side=True) as wrapped:
                self._exchange(wrapped)
                if self.says_end:
                    wrapped.unwrap()
        else:
            self._exchange(connection)

    def _exchange(self, connection: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65_536)
            if not piece:
                return
            head += piece
        self.requests.append(head)
        for piece in [self.answer] if isinstance(self.answer, bytes) else self.answer:
            connection.sendall(piece)
        if self.lingers:
            connection.recv(1)
