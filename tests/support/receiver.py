"""A customer's callback receiver on this machine."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Delivery:
    """One callback as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class Receiver:
    """Keeps every callback that arrives, and answers 200 unless a test wants something else.

    Attributes:
        deliveries: what came in, oldest first.
        status: what is answered.
    """

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.status = 200
        self._news = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver._keep(Delivery(self.path, headers, json.loads(body)))
                self.send_response(receiver.status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> "Receiver":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str = "/") -> str:
        """Where to send callbacks."""
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def _keep(self, delivery: Delivery) -> None:
        with self._news:
            self.deliveries.append(delivery)
            self._news.notify_all()

    def wait(
        self, wanted: Callable[[list[Delivery]], bool], what: str, seconds: float = 60
    ) -> list[Delivery]:
        """Wait until the deliveries satisfy a condition; returns them all.

        Raises:
            TimeoutError: they did not in time.
        """
        with self._news:
            if not self._news.wait_for(lambda: wanted(self.deliveries), seconds):
                raise TimeoutError(f"{what} did not arrive; so far {len(self.deliveries)} callbacks did")
            return list(self.deliveries)

    def one(self, path: str) -> Delivery:
        """Wait for the first delivery to a path."""
        found = self.wait(lambda all_: any(one.path == path for one in all_), f"a callback to {path}")
        return next(one for one in found if one.path == path)
