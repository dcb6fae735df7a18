"""SIGTERM ends the server without breaking what is under way."""

import io
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.conftest import Make
from tests.support.pictures import png
from tests.support.servers import COMMAND, Labelwright, until

pytestmark = pytest.mark.slow


@pytest.fixture
def server(make: Make) -> Iterator[Labelwright]:
    """A server of this test's own."""
    started = make().start()
    yield started
    started.stop()


def refuses(server: Labelwright) -> bool | None:
    """True once nobody listens any more."""
    try:
        socket.create_connection(("127.0.0.1", server.port), 5).close()
    except ConnectionRefusedError:
        return True
    return None


def test_sigterm_finishes_a_running_request(server: Labelwright) -> None:
    key = server.key("live")
    auth = httpx2.BasicAuth(key, "")
    request = httpx2.Client(base_url=f"{server.url}/v1").build_request(
        "POST", "/files/upload", files={"file": ("a.png", io.BytesIO(png(64, 64)), "image/png")}
    )
    request = next(auth.sync_auth_flow(request))
    body = request.read()
    headers = {**request.headers, "expect": "100-continue", "connection": "close"}
    with socket.create_connection(("127.0.0.1", server.port), 60) as connection:
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        connection.sendall(f"POST /v1/files/upload HTTP/1.1\r\n{head}\r\n".encode())
        answer = connection.makefile("rb")
        # The server asks for the body only when a handler waits for it: the request is under way.
        assert answer.readline().startswith(b"HTTP/1.1 100")
        assert answer.readline() == b"\r\n"
        connection.sendall(body[:40])
        assert server.process is not None
        server.process.terminate()
        until(lambda: refuses(server), "the end of listening")
        assert server.process.poll() is None
        connection.sendall(body[40:])
        text = answer.read().decode()
    assert text.startswith("HTTP/1.1 200"), text
    server.process.wait(60)
    server.process = None
    server.start()
    url = text.partition('"attachment_url":"')[2].partition('"')[0]
    with server.v1(key) as client:
        task = {"attachment": url, "attachment_type": "image", "categories": ["a"]}
        assert client.post("/task/categorization", json=task).status_code == 200


def test_sigterm_ends_live_streams_cleanly(server: Labelwright) -> None:
    manager = server.log_in(server.user("manager@example.org", "manager"))
    with manager.stream("GET", "/live") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: progress"
        assert server.process is not None
        server.process.terminate()
        # A stream that is cut off instead of ended raises here.
        assert all(line.startswith(("data:", "event:", ":")) or not line for line in lines)
    assert server.process.wait(60) in {0, -15}
    server.process = None


def test_ctrl_c_is_no_error_and_a_misspelt_setting_is_named(tmp_path: Path) -> None:
    with subprocess.Popen(
        [COMMAND, "serve", "--data", tmp_path / "data", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "LABELWRIGHT_PUBLIC_ULR": "https://labels.example"},
    ) as process:
        assert process.stdout is not None
        before = ""
        for line in process.stdout:
            if line.startswith("Listening on"):
                break
            before += line
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
        assert process.wait(60) == 0
    assert "LABELWRIGHT_PUBLIC_ULR" in before
    assert "Aborted" not in rest
    assert "Traceback" not in rest


def test_one_server_per_sqlite_folder(tmp_path: Path) -> None:
    server = Labelwright(tmp_path / "data").start()
    second = subprocess.run(
        [COMMAND, "serve", "--data", str(server.data), "--port", "0"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    server.kill()
    assert second.returncode != 0
    assert "Another server is running" in second.stderr


def test_keys_and_people_are_made_while_the_server_runs(server: Labelwright) -> None:
    with server.v1(server.key("test")) as client:
        assert client.get("/projects").json() == []
    assert server.log_in(server.user("late@example.org", "admin")).get("/people").status_code == 200
