"""A running server for tests: real HTTP on a free port, a clock that tests move, any number of tenants."""

import asyncio
import random
import threading
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx2
import uvicorn

from labelwright.app import make_app, open_platform
from labelwright.clock import FixedClock
from labelwright.domain import accounts
from labelwright.domain.platform import Platform
from labelwright.jobs.callbacks import CallbackWorker
from labelwright.settings import Settings
from labelwright.store import migrations

R = TypeVar("R")
PASSWORD = "correct horse"


class Server:
    """One server in a thread of its own; jobs run only when a test asks for them.

    Args:
        data: an empty folder.
        database_url: PostgreSQL, or empty for SQLite.
        settings: further settings.
    """

    def __init__(self, data: Path, database_url: str = "", **settings: Any) -> None:
        self.clock = FixedClock()
        self.settings = Settings(data=data, port=0, database_url=database_url, log_level="error", **settings)
        self._started = threading.Event()
        self._names = iter(range(1_000_000))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "Server":
        migrations.upgrade(self.settings.data, self.settings.database_url or None)
        self._thread.start()
        if not self._started.wait(30):
            raise RuntimeError("the server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(30)

    def _serve(self) -> None:
        asyncio.run(self._main())

    async def _main(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.platform: Platform = await open_platform(self.settings, self.clock)
        self.app = make_app(self.settings, self.clock, jobs=False, platform=self.platform)
        config = uvicorn.Config(self.app, port=0, log_config=None, access_log=False)
        self._uvicorn = uvicorn.Server(config)
        serving = asyncio.create_task(self._uvicorn.serve())
        while not self._uvicorn.started and not serving.done():
            await asyncio.sleep(0.005)
        self.port: int = self._uvicorn.servers[0].sockets[0].getsockname()[1]
        self._started.set()
        await serving
        await self.platform.store.close()

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, work: Coroutine[Any, Any, R]) -> R:
        """Run a coroutine in the server's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def deliver(self) -> int:
        """Make every callback that is due; returns how many."""
        worker: CallbackWorker = self.app.state.callbacks
        worker.draw = random.Random(1)

        async def all_due() -> int:
            made = 0
            while n := await worker.deliver_due():
                made += n
            return made

        return self.run(all_due())

    def tenant(self) -> "Tenant":
        """A new account with keys and nobody in it."""

        async def make() -> tuple[str, str, str]:
            now = self.clock.now()
            account = await self.platform.store.write(accounts.add_account, "Tenant", now)
            live = await accounts.create_key(self.platform, "live", account)
            test = await accounts.create_key(self.platform, "test", account)
            return account, live, test

        return Tenant(self, *self.run(make()), number=next(self._names))


@dataclass
class Tenant:
    """An account, its keys, and clients for both modes."""

    server: Server
    account_id: str
    live_key: str
    test_key: str
    number: int
    clients: list[httpx2.Client] = field(default_factory=list)

    def _client(self, **options: Any) -> httpx2.Client:
        client = httpx2.Client(base_url=self.server.url, timeout=30, **options)
        self.clients.append(client)
        return client

    @property
    def live(self) -> httpx2.Client:
        """A client with the live key; paths from ``/v1``."""
        return self._client(auth=(self.live_key, ""))

    @property
    def test(self) -> httpx2.Client:
        """A client with the test key."""
        return self._client(auth=(self.test_key, ""))

    def anonymous(self) -> httpx2.Client:
        """A client without a key."""
        return self._client()

    def person(self, name: str, role: str) -> "Worker":
        """Somebody of this account, logged in."""
        email = f"{name}-{self.number}@{self.account_id}.example"
        self.server.run(
            accounts.create_person(self.server.platform, email, role, PASSWORD, name, self.account_id)
        )
        client = self._client(headers={"content-type": "application/json"})
        answer = client.post("/api/session", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return Worker(client, email)

    def close(self) -> None:
        """Close every client."""
        for client in self.clients:
            client.close()


@dataclass
class Worker:
    """A person with a session."""

    client: httpx2.Client
    email: str

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
        answer = self.post("/assignments/claim", {"stage": stage, **more})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["assignments"]
        return found
