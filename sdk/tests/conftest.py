"""A small Scale on a loopback port, with faults on demand, and clients that talk to it without waiting."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import trustme
from hypothesis import settings

from scaleapi import ScaleClient

# The same examples on every run, and no time limit on a busy machine.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")

KEY = "test_0123456789abcdef"


@dataclass
class Seen:
    """A request as it arrived."""

    method: str
    target: str
    headers: Message
    body: bytes
    port: int

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    """What the server answers: JSON, or raw bytes as they are."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Raw:
    """Bytes as they go over the wire; afterwards the server closes the connection, or says nothing more."""

    data: bytes
    stall: bool = False


def refused(status: int, text: str) -> Reply:
    return Reply(status, {"status_code": status, "error": text})


DROP = "drop"
HANG = "hang"


class Stub:
    """State, faults and log of the server.

    `fault` replaces the answer of the next matching request. With ``act=True`` the request is carried out first: the
    case of an answer lost on the way back.
    """

    DROP = DROP
    HANG = HANG
    Reply = Reply
    Raw = Raw
    refused = staticmethod(refused)

    def __init__(self) -> None:
        self.requests: list[Seen] = []
        self.tasks: list[dict[str, Any]] = []
        self.batches: list[dict[str, Any]] = []
        self.projects: list[dict[str, Any]] = []
        self.files: list[dict[str, Any]] = []
        self.released = threading.Event()
        self.url = ""
        self._faults: list[tuple[str, Any, bool]] = []
        self._lock = threading.Lock()
        self._ids = 0

    def fault(self, answer: Any, *, act: bool = False, match: str = "") -> None:
        self._faults.append((match, answer, act))

    def answer(self, seen: Seen) -> Any:
        with self._lock:
            self.requests.append(seen)
            for index, (match, answer, act) in enumerate(self._faults):
                if re.search(match, f"{seen.method} {seen.path}"):
                    del self._faults[index]
                    if act:
                        self.carry_out(seen)
                    return answer
            return self.carry_out(seen)

    def identifier(self) -> str:
        self._ids += 1
        return f"{self._ids:024x}"

    def carry_out(self, seen: Seen) -> Reply:
        parts = [unquote(part) for part in seen.path.removeprefix("/v1/").split("/")]
        noun = getattr(self, f"on_{parts[0]}", None)
        return noun(seen, parts[1:]) if noun else refused(404, f"no route {seen.path}")

    def on_task(self, seen: Seen, rest: list[str]) -> Reply:
        if len(rest) == 1 and seen.method == "POST":
            return self.create_task(seen, rest[0])
        task = next((task for task in self.tasks if task["task_id"] == rest[0]), None)
        if task is None:
            return refused(404, "Task with that ID not found.")
        sent = json.loads(seen.body or b"{}")
        match [seen.method, *rest[1:]]:
            case ["GET"]:
                pass
            case ["POST", "cancel"]:
                if task["status"] == "completed":
                    return refused(400, "Task with that ID is already completed.")
                task["status"] = "canceled"
                if seen.query.get("clear_unique_id") == ["true"]:
                    task.pop("unique_id", None)
            case ["POST", "audit"]:
                task["customer_review_status"] = "accepted" if sent["accepted"] else "rejected"
                return Reply(200, b"OK", {"Content-Type": "text/plain"})
            case ["POST", "setMetadata"]:
                task["metadata"] = sent
            case ["POST", "unique_id"]:
                task["unique_id"] = sent["unique_id"]
            case ["DELETE", "unique_id"]:
                task.pop("unique_id", None)
            case ["POST", "send_callback"]:
                return Reply(200, {"success": True})
            case [verb, "tags"]:
                old = task.get("tags", [])
                new = {
                    "POST": sent,
                    "PUT": old + [tag for tag in sent if tag not in old],
                    "DELETE": [tag for tag in old if tag not in sent],
                }[verb]
                task.pop("tags", None)
                if new:
                    task["tags"] = new
            case _:
                return refused(404, "no such route")
        return Reply(200, task)

    def create_task(self, seen: Seen, kind: str) -> Reply:
        sent = seen.json
        unique = sent.get("unique_id")
        for task in self.tasks:
            if unique and task.get("unique_id") == unique:
                text = f'The unique_id ("{unique}") is already used for a different task ({task["task_id"]}).'
                return refused(409, text)
        task = {"task_id": self.identifier(), "type": kind, "status": "pending", "metadata": {}, **sent}
        self.tasks.insert(0, task)
        return Reply(200, task)

    def on_tasks(self, seen: Seen, rest: list[str]) -> Reply:
        query = seen.query
        limit, start = int(query.get("limit", ["100"])[0]), int(query.get("next_token", ["0"])[0])
        keep = [
            task
            for task in self.tasks
            if all(
                task.get(name) in query.get(name, [task.get(name)])
                for name in ("status", "type", "project", "batch", "unique_id")
            )
        ]
        page = {
            "docs": keep[start : start + limit],
            "total": len(keep),
            "limit": limit,
            "offset": 0,
            "has_more": start + limit < len(keep),
        }
        if page["has_more"]:
            page["next_token"] = str(start + limit)
        return Reply(200, page)

    def on_batches(self, seen: Seen, rest: list[str]) -> Reply:
        if not rest:
            return self.create_batch(seen) if seen.method == "POST" else self.list_batches(seen)
        batch = next((batch for batch in self.batches if batch["name"] == rest[0]), None)
        if batch is None:
            return refused(404, "Batch with that name not found.")
        match rest[1:]:
            case ["finalize"]:
                batch["status"] = "in_progress"
            case ["setMetadata"]:
                batch["metadata"] = seen.json
            case ["prioritize"]:
                return Reply(200, {"result": seen.json["priority"]})
            case ["status"]:
                own = [task for task in self.tasks if task.get("batch") == batch["name"]]
                pending = sum(task["status"] == "pending" for task in own)
                return Reply(200, {"status": batch["status"], "pending": pending})
        return Reply(200, batch)

    def create_batch(self, seen: Seen) -> Reply:
        batch = {"status": "staging", "created_at": "2026-11-01T00:00:00.000Z", "metadata": {}, **seen.json}
        self.batches.insert(0, batch)
        return Reply(200, batch)

    def list_batches(self, seen: Seen) -> Reply:
        limit = int(seen.query.get("limit", ["100"])[0])
        offset = int(seen.query.get("offset", ["0"])[0])
        more = offset + limit < len(self.batches)
        docs = self.batches[offset : offset + limit]
        totals = {"totalDocs": len(self.batches), "limit": limit, "offset": offset, "has_more": more}
        return Reply(200, {"docs": docs, **totals})

    def on_projects(self, seen: Seen, rest: list[str]) -> Reply:
        if not rest and seen.method == "GET":
            return Reply(200, self.projects)
        if not rest:
            sent = seen.json
            first = {"version": 0, **sent.get("params", {})}
            project = {"name": sent["name"], "type": sent["type"], "param_history": [first]}
            self.projects.append(project)
            return Reply(200, project)
        project = next((project for project in self.projects if project["name"] == rest[0]), None)
        if project is None:
            return refused(404, "Project with that name not found.")
        if rest[1:] == ["setParams"]:
            sent = seen.json
            old = project["param_history"][-1] if sent.pop("patch", False) else {}
            project["param_history"].append({**old, **sent, "version": len(project["param_history"])})
        elif rest[1:] == ["setOntology"]:
            project["ontology"] = seen.json["ontology"]
        elif rest[1:] == ["taskTemplates"]:
            times = {"created_at": "2026-11-01T00:00:00.000Z", "updated_at": "2026-11-02T00:00:00.000Z"}
            return Reply(200, {"id": "t1", "version": 1, **times, "template_variables": {"prompt": {}}})
        return Reply(200, project)

    def on_files(self, seen: Seen, rest: list[str]) -> Reply:
        identity = f"00000000-0000-4000-8000-{self.identifier()[-12:]}"
        stored = {"id": identity, "attachment_url": f"scaledata://owner/{identity}"}
        self.files.append(stored)
        return Reply(200, stored)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_one(self) -> None:
        stub = self.server.stub
        body = self._read_body()
        answer = stub.answer(Seen(self.command, self.path, self.headers, body, self.client_address[1]))
        if answer is HANG:
            stub.released.wait(30)
            answer = DROP
        if isinstance(answer, Raw):
            self.wfile.write(answer.data)
            if answer.stall:
                stub.released.wait(30)
            answer = DROP
        if answer is DROP:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        headers = {"Content-Type": "application/json", "Content-Length": str(len(raw)), **answer.headers}
        head = f"HTTP/1.1 {answer.status} x\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items())
        self.wfile.write(head.encode() + b"\r\n" + raw)

    do_GET = do_POST = do_PUT = do_DELETE = handle_one  # noqa: N815  # names of http.server

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # name of http.server
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    stub: Stub

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # dropped connections are what these tests are about


def _serve(context: ssl.SSLContext | None = None) -> Iterator[Stub]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.stub = stub = Stub()
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "http" if context is None else "https"
    stub.url = f"{scheme}://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield stub
    stub.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine's (keys, proxies, CA bundles) reaches a test."""
    for name in (
        "SCALE_API_KEY",
        "SCALE_API_INSTANCE_URL",
        "SCALE_LOG",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
    ):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def stub() -> Iterator[Stub]:
    yield from _serve()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls_stub(authority: trustme.CA) -> Iterator[Stub]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    yield from _serve(context)


@pytest.fixture
def connect() -> Iterator[Callable[..., ScaleClient]]:
    """Makes clients whose pauses are recorded in `client.pauses` instead of slept, without jitter."""
    clients: list[ScaleClient] = []

    def make(url: str, **options: Any) -> ScaleClient:
        client = ScaleClient(KEY, api_instance_url=url, **options)
        client.pauses = []  # type: ignore[attr-defined]
        client.api._sleep = client.pauses.append  # type: ignore[attr-defined]
        client.api._random = lambda: 1.0
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(stub: Stub, connect: Callable[..., ScaleClient]) -> ScaleClient:
    return connect(stub.url)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nothing listens, and which nobody else takes."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
