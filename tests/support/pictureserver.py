"""A customer's host of pictures on this machine."""

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


class PictureServer:
    """Serves PNGs by their paths, and 404 for every other path.

    Attributes:
        port: where it listens.
    """

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        """Prepare the server.

        Args:
            pictures: path → PNG.
        """

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content = pictures.get(self.path)
                self.send_response(404 if content is None else 200)
                if content is not None:
                    self.send_header("content-type", "image/png")
                self.send_header("content-length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port

    def __enter__(self) -> "PictureServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str) -> str:
        """The address of a picture."""
        return f"http://127.0.0.1:{self.port}{path}"
