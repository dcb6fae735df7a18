"""The official client's retries meet the server they were made for (api-v1 §2.6)."""

import http.client
import json
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme
from tests.support.servers import Labelwright, Mode

pytestmark = pytest.mark.slow

CREATE = """
import json, sys
import scaleapi
from scaleapi import TaskType
from scaleapi.exceptions import ScaleException
url, key, ca, unique_id = sys.argv[1:]
client = scaleapi.ScaleClient(key, api_instance_url=url, verify=ca)
try:
    task = client.create_task(
        TaskType.Categorization, attachment_type="text", attachment="a", categories=["a"], unique_id=unique_id
    )
    print(json.dumps({"id": task.id}))
except ScaleException as error:
    print(json.dumps({"error": type(error).__name__, "code": error.code}))
"""
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
            inner.close()
            seen.append(self.command)
            status = spoil(len(seen), self.command, answer.status)
            if status != answer.status:
                content = b"<html>upstream trouble</html>"
            self.send_response(status)
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


def create(python: Path, url: str, key: str, ca: str, unique_id: str) -> dict[str, object]:
    """Create a task with the official client; what came of it."""
    done = subprocess.run(
        [python, "-E", "-c", CREATE, url, key, ca, unique_id],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={"REQUESTS_CA_BUNDLE": ca},  # the client's look-up of an existing task forgets its own setting
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_create_whose_answer_a_gateway_lost_is_found_again(
    running: Labelwright, keys: Mapping[Mode, str], official_python: Path, tmp_path: Path
) -> None:
    key = keys["live"]

    def lose_the_first(number: int, method: str, status: int) -> int:
        return 502 if number == 1 else status

    with gateway(running, tmp_path, lose_the_first) as (url, ca):
        found = create(official_python, url, key, ca, "lost answer")
    with running.v1(key) as client:
        (there,) = client.get("/tasks", params={"unique_id": "lost answer"}).json()["docs"]
    assert found == {"id": there["task_id"]}


def test_create_through_a_healthy_gateway_and_a_real_duplicate(
    running: Labelwright, keys: Mapping[Mode, str], official_python: Path, tmp_path: Path
) -> None:
    with gateway(running, tmp_path, lambda _number, _method, status: status) as (url, ca):
        assert "id" in create(official_python, url, keys["live"], ca, "healthy")
        again = create(official_python, url, keys["live"], ca, "healthy")
    assert again == {"error": "ScaleDuplicateResource", "code": 409}
