"""A customer's callback receiver on this machine that can also fail, hang and redirect."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Delivery:
    """One callback as it came in; header names in lower case."""

    path: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        """The body's JSON."""
        return json.loads(self.raw)


def _fine(_: Delivery) -> int:
    return 200


class Receiver:
    """Keeps every callback that arrives.

    Attributes:
        deliveries: what came in, oldest first.
        answer: gives the status of each answer; may take its time, each request has a thread.
        location: the ``Location`` of answers that redirect.
    """

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.answer: Callable[[Delivery], int] = _fine
        self.location = ""
        self._news = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                size = int(self.headers["content-length"])
                raw = self.rfile.read(size)
                if len(raw) < size:
                    # The caller died in the middle: nobody received this.
                    self.close_connection = True
                    return
                headers = {name.lower(): value for name, value in self.headers.items()}
                delivery = Delivery(self.path, headers, raw)
                receiver._keep(delivery)
                status = receiver.answer(delivery)
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("location", receiver.location)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
                """Say nothing."""

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A caller that gave up waiting is no news."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> "Receiver":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Where to send callbacks."""
        return f"http://{host}:{self._server.server_port}{path}"

    def _keep(self, delivery: Delivery) -> None:
        with self._news:
            self.deliveries.append(delivery)
            self._news.notify_all()

    def wait_for(self, path: str) -> Delivery:
        """Wait for the first delivery to a path.

        Raises:
            TimeoutError: it does not come.
        """
        with self._news:
            if not self._news.wait_for(lambda: self._to(path), 60):
                raise TimeoutError(f"no callback to {path}")
            return self._to(path)[0]

    def wait_for_any(self, count: int) -> None:
        """Wait until so many deliveries have come in, wherever to.

        Raises:
            TimeoutError: they do not come.
        """
        with self._news:
            if not self._news.wait_for(lambda: len(self.deliveries) >= count, 60):
                raise TimeoutError(f"{len(self.deliveries)} of {count} callbacks")

    def _to(self, path: str) -> list[Delivery]:
        return [one for one in self.deliveries if one.path == path]
