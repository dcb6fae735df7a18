"""A proxy on this machine that notes what a client sends while it is told to."""

import base64
import email.parser
import email.policy
import http.client
import json
import threading
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

CONTROL = "/-/record/"
"""``GET /-/record/<label>`` begins a recording, ``GET /-/record/`` ends it; neither reaches the server."""
HOP_BY_HOP = frozenset({"connection", "transfer-encoding", "content-length", "keep-alive"})


@dataclass(frozen=True)
class Exchange:
    """One request as it arrived, and what the server answered.

    Attributes:
        label: what the client said it was doing.
        method: the verb.
        target: path and query, percent-encoded as they came.
        headers: header name in lower case → value.
        body: as it came.
        status: the server's.
    """

    label: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    status: int


@dataclass
class Recorder:
    """Stands between a client and a server.

    Attributes:
        upstream: ``host:port`` of the server.
        exchanges: what was noted, in order.
    """

    upstream: str
    exchanges: list[Exchange] = field(default_factory=list)
    _label: str = ""

    def __enter__(self) -> "Recorder":
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1

            def forward(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                if self.path.startswith(CONTROL):
                    recorder._label = urllib.parse.unquote(self.path.removeprefix(CONTROL))
                    self._answer(200, [], b"{}")
                    return
                label = recorder._label
                inner = http.client.HTTPConnection(recorder.upstream, timeout=60)
                try:
                    inner.request(self.command, self.path, body or None, dict(self.headers.items()))
                    answer = inner.getresponse()
                    content = answer.read()
                finally:
                    inner.close()
                if label:
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    recorder.exchanges.append(
                        Exchange(label, self.command, self.path, headers, body, answer.status)
                    )
                self._answer(answer.status, answer.getheaders(), content)

            do_GET = do_POST = do_PUT = do_DELETE = forward  # noqa: N815  the names that the library calls

            def _answer(self, status: int, headers: Sequence[tuple[str, str]], content: bytes) -> None:
                self.send_response_only(status)
                for name, value in headers:
                    if name.lower() not in HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name of the library
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The proxy's address."""
        return f"http://127.0.0.1:{self._server.server_port}"


def described(exchange: Exchange) -> dict[str, Any]:
    """A request in a form that can be compared: what a server could tell apart, and nothing that is chance."""
    path, _, query = exchange.target.partition("?")
    return {
        "method": exchange.method,
        "path": path,
        "query": [list(pair) for pair in urllib.parse.parse_qsl(query, keep_blank_values=True)],
        "authorization": _authorization(exchange.headers.get("authorization", "")),
        "content_type": exchange.headers.get("content-type", "").partition(";")[0],
        "user_agent": exchange.headers.get("user-agent", ""),
        "body": _body(exchange),
        "status": exchange.status,
    }


def _authorization(header: str) -> str:
    scheme, _, secret = header.partition(" ")
    return f"Basic {base64.b64decode(secret).decode()}" if scheme == "Basic" else header


def _body(exchange: Exchange) -> Any:
    kind = exchange.headers.get("content-type", "")
    if not exchange.body:
        return None
    if kind.startswith("multipart/"):
        parser = email.parser.BytesParser(policy=email.policy.HTTP)
        form = parser.parsebytes(f"content-type: {kind}\r\n\r\n".encode() + exchange.body)
        return [_part(part) for part in form.iter_parts()]
    return json.loads(exchange.body)


def _part(part: Any) -> dict[str, Any]:
    content = part.get_payload(decode=True)
    filename = part.get_filename()
    found = {"name": part.get_param("name", header="content-disposition")}
    if filename is None:
        return {**found, "value": content.decode()}
    return {**found, "filename": filename, "content": "<file>" if content else ""}
