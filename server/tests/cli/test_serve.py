"""``labelwright serve``: starts, serves, logs, and ends without losing what is under way."""

import signal
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest
from click.testing import CliRunner
from server.tests.cli.conftest import Installation, Serving

from labelwright import __version__
from labelwright.cli import main

TASK = {"attachment": "x", "attachment_type": "text", "categories": ["a"]}


def client(serving: Serving, key: str) -> httpx2.Client:
    return httpx2.Client(base_url=f"{serving.url}/v1", auth=(key, ""), timeout=60)


@pytest.fixture
def key(installation: Installation) -> str:
    """An API key of the installation."""
    return installation.output("key", "create", "--mode", "live").strip()


def test_what_was_acknowledged_is_there_after_a_kill(installation: Installation, key: str) -> None:
    server = installation.serve()
    with client(server, key) as live:
        made = [live.post("/task/categorization", json=TASK).json()["task_id"] for _ in range(10)]
    server.process.kill()
    server.process.wait(30)
    again = installation.serve()
    with client(again, key) as live:
        page = live.get("/tasks").json()
    assert [task["task_id"] for task in page["docs"]] == made[::-1]
    assert page["total"] == 10
    again.end()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_requests_under_way_are_finished(
    installation: Installation, key: str, number: signal.Signals
) -> None:
    server = installation.serve()

    def body() -> Iterator[bytes]:
        yield b'--X\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello'
        # The request is under way when its file is there.
        while not list(server.data.glob("uploads/*")):
            time.sleep(0.01)
        server.process.send_signal(number)
        # It stops listening at once; only then comes the rest.
        while listens(server):
            time.sleep(0.01)
        yield b" world\r\n--X--\r\n"

    with client(server, key) as live:
        answer = live.post(
            "/files/upload", content=body(), headers={"content-type": "multipart/form-data; boundary=X"}
        )
    assert (answer.status_code, answer.json()["size"]) == (200, len("hello world"))
    server.ended(number)


def listens(server: Serving) -> bool:
    host, _, port = urlsplit(server.url).netloc.partition(":")
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex((host, int(port))) == 0


def test_an_open_page_does_not_hold_up_the_end(installation: Installation) -> None:
    installation.output(
        "user",
        "create",
        "--email",
        "m@x.example",
        "--role",
        "manager",
        "--password-stdin",
        given="correct horse",
    )
    server = installation.serve()
    with httpx2.Client(base_url=server.url, timeout=60) as page:
        log_in = page.post("/api/session", json={"email": "m@x.example", "password": "correct horse"})
        assert log_in.status_code == 200
        with page.stream("GET", "/api/live") as news:
            lines = news.iter_lines()
            assert next(lines) == "event: progress"
            server.process.send_signal(signal.SIGTERM)
            # The stream ends in order: no error, the connection is closed by the server.
            for _ in lines:
                pass
        server.ended(signal.SIGTERM)


def test_only_one_server_at_a_data_folder(either: Installation) -> None:
    server = either.serve()
    if either.database_url:
        # PostgreSQL keeps any number of servers apart.
        either.serve().end()
    else:
        refused = either.run("serve", "--port", "0")
        assert refused.exit_code == 1
        assert "Another server is running" in refused.stderr
        # Other commands work beside it.
        assert either.output("key", "create", "--mode", "test").startswith("test_")
    key = either.output("key", "create", "--mode", "live").strip()
    with client(server, key) as live:
        assert live.get("/tasks").status_code == 200
    server.end()
    either.serve().end()


def test_the_log_is_json_lines_without_keys(installation: Installation, key: str) -> None:
    callback_key = installation.output("key", "callback", "--mode", "live").strip()
    password = "correct horse battery"
    installation.output(
        "user", "create", "--email", "m@x.example", "--role", "manager", "--password-stdin", given=password
    )
    server = installation.serve(LABELWRIGHT_LOG_LEVEL="debug")
    with client(server, key) as live:
        live.post("/task/categorization", json={**TASK, "callback_url": "http://127.0.0.1:1/"})
        live.get("/tasks")
        live.get(f"/task/{key}")
        live.get(f"/tasks?api_key={key}")
        live.get("/nothing", headers={"authorization": f"Bearer {key}x"})
        live.get("/tasks", headers={"authorization": "Basic !!"})
        live.post("/task/categorization", content=b"\xff\x00nonsense")
    with httpx2.Client(base_url=server.url, timeout=60) as page:
        page.post("/api/session", json={"email": "m@x.example", "password": password})
        page.post("/api/session", json={"email": "m@x.example", "password": f"{password}!"})
        token = page.cookies["labelwright_session"]
        page.get("/api/projects")
        page.get("/%00")
    server.end()
    lines = server.lines()
    requests = [line for line in lines if line["event"] == "request"]
    assert len(requests) >= 10
    assert {line["status"] for line in requests} >= {200, 400, 401, 404}
    for line in requests:
        assert {
            "method",
            "path",
            "status",
            "ms",
            "bytes",
            "caller",
            "request_id",
            "level",
            "timestamp",
        } <= set(line)
    assert any(line["caller"] == key[:9] for line in requests)
    text = server.log.read_text()
    for secret in (key, key[10:], callback_key, password, token):
        assert secret not in text


def test_wrong_settings_are_named(installation: Installation) -> None:
    wrong = installation.run("serve", LABELWRIGHT_FILE_LIMIT="80MB")
    assert wrong.exit_code == 2
    assert "file_limit" in wrong.stderr
    assert installation.run("serve", "--port", "many").exit_code == 2


def test_version_and_help() -> None:
    assert __version__ in CliRunner().invoke(main, ["--version"]).stdout
    listed = CliRunner().invoke(main, ["-h"]).stdout
    assert all(command in listed for command in ("serve", "key", "user", "demo"))
