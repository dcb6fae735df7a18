"""A TLS gateway in front of a server, which may lose answers."""

import http.client
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme
from tests.support.servers import Labelwright

Spoil = Callable[[int, str, int], int]


@contextmanager
def gateway(server: Labelwright, folder: Path, spoil: Spoil) -> Iterator[tuple[str, str]]:
    """A TLS gateway in front of the server that may answer otherwise than the server did.

    Args:
        server: the server.
        folder: where the certificate authority is written.
        spoil: from the request's number, its method and the server's status, the status that is answered.

    Yields:
        The gateway's V1 address and the file of its certificate authority.
    """
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    ca = folder / "ca.pem"
    authority.cert_pem.write_to_path(ca)
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            inner = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            inner.request(self.command, self.path, body, dict(self.headers.items()))
            answer = inner.getresponse()
            content = answer.read()
            retry_after = answer.getheader("retry-after")
            inner.close()
            seen.append(self.command)
            status = spoil(len(seen), self.command, answer.status)
            if status != answer.status:
                content = b"<html>upstream trouble</html>"
            self.send_response(status)
            if retry_after is not None:
                self.send_header("retry-after", retry_after)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = forward  # noqa: N815  the names that the library calls

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name of the library
            """Say nothing."""

    outer = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    outer.socket = context.wrap_socket(outer.socket, server_side=True)
    threading.Thread(target=outer.serve_forever, daemon=True).start()
    try:
        yield f"https://localhost:{outer.server_port}/v1", str(ca)
    finally:
        outer.shutdown()
        outer.server_close()
