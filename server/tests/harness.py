"""A running server for tests: real HTTP on a free port, a clock that tests move, any number of tenants."""

import asyncio
import itertools
import random
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import quote

import httpx2
import uvicorn
from server.tests import answers

from labelwright.api.auth import COOKIE
from labelwright.api.connection import configuration
from labelwright.app import make_app, open_platform
from labelwright.clock import FixedClock
from labelwright.domain import accounts, assignments
from labelwright.domain.platform import Platform
from labelwright.ids import new_id, new_secret
from labelwright.jobs.attachments import AttachmentWorker
from labelwright.jobs.callbacks import CallbackWorker
from labelwright.settings import Settings
from labelwright.store import accounts as account_rows
from labelwright.store import editors as editor_rows
from labelwright.store import migrations
from labelwright.store.rows import Environment, Person
from labelwright.tasktypes import registry

R = TypeVar("R")
T = TypeVar("T")
PASSWORD = "correct horse"

CATEGORIES = {"attachment_type": "text", "categories": ["cat", "dog"]}
BOXES = {"geometries": {"box": {"objects_to_annotate": ["cone"]}}}
BOX_ANSWER = {
    "annotations": [{"type": "box", "label": "cone", "left": 1, "top": 2, "width": 30, "height": 40}],
    "global_attributes": {},
    "links": [],
}
CAT = {"category": "cat"}
DOG = {"category": "dog"}

_numbers = itertools.count(1)


def _checked(response: httpx2.Response) -> None:
    kind = response.headers.get("content-type", "")
    # A stream without an end cannot be read here; its test reads what it needs.
    body = b"" if kind.startswith("text/event-stream") else response.read()
    raw_path = response.request.url.raw_path.partition(b"?")[0]
    answers.check(response.request.method, raw_path, response.status_code, kind, body)


def segment(name: str) -> str:
    """A name as one segment of a path, encoded as the official client does it (wire/requests §2)."""
    return quote(name, safe="")


def at_once(calls: Iterable[Callable[[], T]], threads: int = 32) -> list[T]:
    """Make calls from many threads at the same moment; returns their results in order."""
    listed = list(calls)
    gate = threading.Barrier(min(threads, len(listed)))

    def run(call: Callable[[], T], *, first: bool) -> T:
        if first:
            gate.wait(30)
        return call()

    with ThreadPoolExecutor(gate.parties) as pool:
        futures = [pool.submit(run, call, first=i < gate.parties) for i, call in enumerate(listed)]
        return [future.result(120) for future in futures]


def refused(response: httpx2.Response, status: int, *says: str) -> str:
    """Assert that an answer is a refusal in its door's form; returns the sentence.

    Args:
        response: the answer.
        status: the expected status.
        says: what the sentence, or the app's ``field``, has to name.
    """
    assert response.status_code == status, response.text
    body = response.json()
    assert body["status_code"] == status
    if response.request.url.path.startswith(("/v1", "/v2")):
        # Exactly two keys: official clients index both, and show the whole body in their exceptions.
        assert set(body) == {"status_code", "error"}
        told = body["error"]
    else:
        assert body["code"]
        told = f"{body['error']} {body.get('field', '')}"
    for word in says:
        assert word in told, told
    sentence: str = body["error"]
    return sentence


def done(response: httpx2.Response) -> Any:
    """Assert that an answer is a success; returns its JSON."""
    assert response.status_code == 200, response.text
    return response.json()


class _Announced(uvicorn.Server):
    """Sets an event when it listens, and the platform's when it stops, as ``labelwright serve`` does."""

    def __init__(self, config: uvicorn.Config, listens: threading.Event, platform: Platform) -> None:
        super().__init__(config)
        self._listens, self._platform = listens, platform

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        self._listens.set()

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        self._platform.stopping.set()
        await super().shutdown(sockets)


class Server:
    """One server in a thread of its own; jobs run only when a test asks for them.

    Args:
        data: an empty folder.
        database_url: PostgreSQL, or empty for SQLite.
        settings: further settings.
    """

    def __init__(self, data: Path, database_url: str = "", **settings: Any) -> None:
        self.clock = FixedClock()
        # Tests name attachments that nobody has; those about fetching switch it on.
        own = {"fetch_attachments": False, **settings}
        self.settings = Settings(data=data, port=0, database_url=database_url, log_level="error", **own)
        self._started = threading.Event()
        self._broken: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "Server":
        migrations.upgrade(self.settings.data, self.settings.database_url or None)
        self._thread.start()
        if not self._started.wait(60) or self._broken is not None:
            raise RuntimeError("the server did not start") from self._broken
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(30)

    def _serve(self) -> None:
        try:
            asyncio.run(self._main())
        except BaseException as error:
            self._broken = error
            self._started.set()
            raise

    async def _main(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.platform: Platform = await open_platform(self.settings, self.clock)
        self.app = make_app(self.settings, self.clock, jobs=False, platform=self.platform)
        config = configuration(self.app, self.settings.request_timeout, port=0)
        self._uvicorn = _Announced(config, self._started, self.platform)
        await self._uvicorn.serve()
        await self.platform.store.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        number: int = self._uvicorn.servers[0].sockets[0].getsockname()[1]
        return number

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    def client(self, **options: Any) -> httpx2.Client:
        """A client whose every answer is checked against the contract."""
        return httpx2.Client(
            base_url=self.url,
            timeout=60,
            # Plain HTTP only: without this each client reads all root certificates.
            verify=False,
            trust_env=False,
            event_hooks={"response": [_checked]},
            **options,
        )

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        """Run a coroutine in the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    @property
    def callbacks(self) -> CallbackWorker:
        """The worker that delivers callbacks, with a jitter that is always the same."""
        worker: CallbackWorker = self.app.state.jobs.callbacks
        worker.draw = random.Random(1)
        return worker

    def deliver(self) -> int:
        """Make every callback that is due; returns how many."""
        worker = self.callbacks

        async def all_due() -> int:
            made = 0
            while n := await worker.deliver_due():
                made += n
            return made

        return self.run(all_due())

    def fetch(self) -> int:
        """Fetch every attachment that is due; returns how many."""
        worker: AttachmentWorker = self.app.state.jobs.attachments
        worker.draw = random.Random(1)

        async def all_due() -> int:
            made = 0
            while n := await worker.fetch_due():
                made += n
            return made

        return self.run(all_due())

    def expire(self) -> int:
        """Give back all work whose lease ran out; returns how much."""
        freed = 0
        while n := self.run(assignments.expire(self.platform)):
            freed += n
        return freed

    def tenant(self, *, form: bool = True) -> "Tenant":
        """A new account with keys and nobody in it; ``form`` lets tasks that belong to no project be done in a form."""

        async def make() -> tuple[str, str, str]:
            now = self.clock.now()
            account = await self.platform.store.write(accounts.add_account, "Tenant", now)
            env = await self.platform.read(account_rows.environment_of, account, "live")
            if form and env is not None:
                setting = editor_rows.FormSetting(env.id, "", 1, now, None)
                await self.platform.store.write(editor_rows.set_allowed, setting)
            live = await accounts.create_key(self.platform, "live", account)
            test = await accounts.create_key(self.platform, "test", account)
            return account, live, test

        return Tenant(self, *self.run(make()), number=next(_numbers))


@dataclass
class Tenant:
    """An account, its keys, and clients for both modes."""

    server: Server
    account_id: str
    live_key: str
    test_key: str
    number: int
    clients: list[httpx2.Client] = field(default_factory=list)

    def client(self, **options: Any) -> httpx2.Client:
        """A client that is closed with the tenant."""
        client = self.server.client(**options)
        self.clients.append(client)
        return client

    @cached_property
    def live(self) -> httpx2.Client:
        """A client with the live key; paths from ``/v1``."""
        return self.client(auth=(self.live_key, ""))

    @cached_property
    def env(self) -> Environment:
        """The live environment."""
        platform = self.server.platform
        found = self.server.run(platform.read(account_rows.environment_of, self.account_id, "live"))
        assert found is not None
        return found

    @cached_property
    def test(self) -> httpx2.Client:
        """A client with the test key."""
        return self.client(auth=(self.test_key, ""))

    @cached_property
    def anonymous(self) -> httpx2.Client:
        """A client without a key."""
        return self.client()

    def project(
        self,
        name: str = "",
        kind: str = "categorization",
        *,
        test: bool = False,
        form: bool = True,
        **more: Any,
    ) -> dict[str, Any]:
        """Create a project; categories or boxes unless ``params`` says otherwise.

        ``form`` lets tasks be done in a form whose answers no editor draws.
        """
        name = name or f"project {next(_numbers)}"
        params = more.pop("params", CATEGORIES if kind == "categorization" else BOXES)
        body = {"name": name, "type": kind, "params": params, **more}
        made: dict[str, Any] = done((self.test if test else self.live).post("/v1/projects", json=body))
        if form and not test and registry.find(kind).undrawn_parts:
            setting = editor_rows.FormSetting(self.env.id, made["id"], 1, self.server.clock.now(), None)
            self.server.run(self.server.platform.store.write(editor_rows.set_allowed, setting))
        return made

    def batch(self, project: str, name: str = "", *, test: bool = False, **more: Any) -> dict[str, Any]:
        """Create a batch."""
        body = {"project": project, "name": name or f"batch {next(_numbers)}", **more}
        made: dict[str, Any] = done((self.test if test else self.live).post("/v1/batches", json=body))
        return made

    def create(
        self, kind: str = "categorization", *, test: bool = False, headers: Any = None, **more: Any
    ) -> httpx2.Response:
        """Ask for a task; complete without a project unless one is given."""
        own = {} if {"project", "batch"} & set(more) else CATEGORIES if kind == "categorization" else BOXES
        attachment = "a cat" if kind == "categorization" else "https://img.example/1.jpg"
        body = {"attachment": attachment, **own, **more}
        client = self.test if test else self.live
        return client.post(f"/v1/task/{kind}", json=body, headers=headers)

    def task(self, kind: str = "categorization", **more: Any) -> dict[str, Any]:
        """Create a task; see :meth:`create`."""
        made: dict[str, Any] = done(self.create(kind, **more))
        return made

    def read(self, task_id: str) -> dict[str, Any]:
        """A live task as it is now."""
        found: dict[str, Any] = done(self.live.get(f"/v1/task/{task_id}"))
        return found

    def upload(
        self, content: bytes = b"hello", filename: str = "a.txt", *, test: bool = False, **data: str
    ) -> httpx2.Response:
        """Upload a file."""
        client = self.test if test else self.live
        return client.post("/v1/files/upload", files={"file": (filename, content)}, data=data)

    def person(self, name: str, role: str = "labeler") -> "Worker":
        """Somebody of this account with a session; made without hashing a password, which takes long."""
        number = next(_numbers)
        email = f"{name}-{number}@tenant-{self.number}.example"
        token, now = new_secret(""), self.server.clock.now()
        who = Person(new_id(now), self.account_id, email, name, role, None, now, None)

        async def add() -> None:
            store = self.server.platform.store
            await store.write(account_rows.add_person, who)
            until = now + 365 * assignments.DAY
            await store.write(account_rows.add_session, accounts.fingerprint(token), who.id, now, until)

        self.server.run(add())
        client = self.client(headers={"content-type": "application/json"}, cookies={COOKIE: token})
        return Worker(self, client, email, who.id, name)

    def close(self) -> None:
        """Close every client."""
        for client in self.clients:
            client.close()


@dataclass
class Worker:
    """A person with a session."""

    tenant: Tenant
    client: httpx2.Client
    email: str
    id: str
    name: str

    def get(self, path: str, **options: Any) -> httpx2.Response:
        """GET below ``/api``."""
        return self.client.get(f"/api{path}", **options)

    def post(self, path: str, body: Any = None, **options: Any) -> httpx2.Response:
        """POST JSON below ``/api``."""
        return self.client.post(f"/api{path}", json={} if body is None else body, **options)

    def put(self, path: str, body: Any) -> httpx2.Response:
        """PUT JSON below ``/api``."""
        return self.client.put(f"/api{path}", json=body)

    def claim(self, stage: str = "attempt", **more: Any) -> list[dict[str, Any]]:
        """Claim work; returns the assignments."""
        found: list[dict[str, Any]] = done(self.post("/assignments/claim", {"stage": stage, **more}))[
            "assignments"
        ]
        return found

    def claim_one(self, stage: str = "attempt", **more: Any) -> dict[str, Any]:
        """Claim one task, which has to be there, and open it."""
        (one,) = self.claim(stage, **more)
        opened: dict[str, Any] = done(self.post(f"/assignments/{one['id']}/open"))
        return opened

    def draft(self, assignment_id: str, rev: int, answer: Any = CAT, active_ms: int = 10) -> httpx2.Response:
        """Save a draft."""
        body = {"rev": rev, "answer": answer, "active_ms": active_ms}
        return self.put(f"/assignments/{assignment_id}/draft", body)

    def submit(self, assignment_id: str, **more: Any) -> httpx2.Response:
        """Hand in; ``answer`` or ``verdict`` and so on, ``submission_id`` is made when not given."""
        body = {"submission_id": f"submission {next(_numbers)}", "active_ms": 1000, "shown": True, **more}
        return self.post(f"/assignments/{assignment_id}/submit", body)

    def label(self, answer: Any = CAT, **more: Any) -> dict[str, Any]:
        """Claim a task, and hand in an answer; returns the assignment."""
        mine = self.claim_one(**more)
        done(self.submit(mine["id"], answer=answer))
        return mine

    def judge(self, verdict: str = "accept", **more: Any) -> dict[str, Any]:
        """Claim a review, and hand in a verdict; returns the assignment."""
        mine = self.claim_one("review")
        done(self.submit(mine["id"], verdict=verdict, **more))
        return mine


def walk(client: httpx2.Client, query: str = "", between: Callable[[], object] | None = None) -> list[Any]:
    """Every page of ``GET /v1/tasks`` by ``next_token``; returns the pages.

    Args:
        client: a client with a key.
        query: the filters, without the question mark.
        between: called after each page.
    """
    pages: list[Any] = []
    token = ""
    while not pages or pages[-1]["has_more"]:
        more = f"&next_token={segment(token)}" if token else ""
        pages.append(done(client.get(f"/v1/tasks?{query}{more}")))
        token = pages[-1]["next_token"]
        if between is not None:
            between()
    return pages


def ids(docs: Sequence[dict[str, Any]]) -> list[str]:
    """The task ids of some tasks."""
    return [doc["task_id"] for doc in docs]
