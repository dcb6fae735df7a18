"""What clients, probes and the log are told while the database or the disk is away, and that all is well afterwards."""

import asyncio
import contextlib
import errno
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from server.tests.harness import CATEGORIES, Server, Tenant, done
from server.tests.outages import Gateway, files_end_at
from server.tests.receiver import Receiver
from structlog.testing import capture_logs

from labelwright import outages
from labelwright.domain import readiness
from labelwright.jobs import callbacks, leases
from labelwright.store.connect import DATABASE_FILE

TASK = {"attachment": "a cat", **CATEGORIES}


@pytest.fixture
def gateway(fresh: Callable[[], str]) -> Iterator[Gateway | None]:
    """The way to the database; None for SQLite, which has none."""
    url = fresh()
    made = Gateway(url) if url else None
    yield made
    if made is not None:
        made.stop()


@pytest.fixture
def running(
    gateway: Gateway | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Server, Tenant]]:
    """A server of this test's own, with a tenant; every probe looks again."""
    monkeypatch.setattr(readiness, "FRESH", 0.0)
    monkeypatch.setattr(readiness, "FRESH_FAILURE", 0.0)
    with Server(tmp_path / "data", gateway.url if gateway else "") as server:
        tenant = server.tenant()
        yield server, tenant
        tenant.close()


class Callers:
    """Programs and people who go on asking: through every door, reading and writing."""

    def __init__(self, server: Server, tenant: Tenant) -> None:
        self.task = tenant.task()
        self.file = done(tenant.upload(b"hello", "a.txt"))
        self.worker = tenant.person("lea", "manager")
        self.held, self._rev = self.worker.claim_one()["id"], 0
        self._clients = [
            httpx2.Client(base_url=server.url, auth=(tenant.live_key, ""), timeout=60, trust_env=False),
            httpx2.Client(
                base_url=server.url,
                timeout=60,
                trust_env=False,
                headers={"content-type": "application/json"},
                cookies=dict(self.worker.client.cookies),
            ),
        ]
        self.program, self.person = self._clients
        self._path = done(self.worker.get(f"/tasks/{self.task['task_id']}")) and server.platform.file_url(
            self.file["id"]
        )

    def reads(self) -> dict[str, httpx2.Response]:
        """What each door answers to a question."""
        return {
            "v1": self.program.get("/v1/tasks"),
            "v1 one": self.program.get(f"/v1/task/{self.task['task_id']}"),
            "v2": self.program.get("/v2/batches"),
            "app": self.person.get("/api/projects"),
            "files": self.person.get(self._path),
        }

    def writes(self) -> dict[str, httpx2.Response]:
        """What each door answers to a change."""
        self._rev += 1
        draft = {"rev": self._rev, "answer": {"category": "cat"}, "active_ms": 1}
        return {
            "v1": self.program.post("/v1/task/categorization", json=TASK),
            "upload": self.program.post("/v1/files/upload", files={"file": ("b.txt", b"more")}),
            "app": self.person.put(f"/api/assignments/{self.held}/draft", json=draft),
        }

    def ready(self) -> httpx2.Response:
        """What a probe is answered."""
        return self.program.get("/readyz")

    def close(self) -> None:
        """Close the connections."""
        for client in self._clients:
            client.close()


@pytest.fixture
def callers(running: tuple[Server, Tenant]) -> Iterator[Callers]:
    """Callers who have asked once while all was well."""
    made = Callers(*running)
    assert {
        name: one.status_code for name, one in {**made.reads(), **made.writes()}.items()
    } == dict.fromkeys([*made.reads(), *made.writes()], 200)
    yield made
    made.close()


def told_to_wait(answers: dict[str, httpx2.Response]) -> None:
    """Assert that every answer is a 503 that says when to come again, in its door's form."""
    for name, one in answers.items():
        assert one.status_code == 503, (name, one.text)
        assert int(one.headers["retry-after"]) >= 1, name
        assert one.json()["status_code"] == 503, name
        assert "Please try again" in one.json()["error"], name


def well(answers: dict[str, httpx2.Response]) -> None:
    """Assert that every answer is a success."""
    assert {name: (one.status_code, one.text if one.is_error else "") for name, one in answers.items()} == (
        dict.fromkeys(answers, (200, ""))
    )


class Lines:
    """What the log says about outages; it must say nothing else that is an error."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.other: list[Any] = []

    def _say(self, event: str, **more: Any) -> None:
        self.said.append({"event": event, **more})

    error = warning = _say

    def of(self, event: str) -> list[dict[str, Any]]:
        """The lines of one kind."""
        assert [one for one in self.other if one["log_level"] in {"error", "critical"}] == []
        return [one for one in self.said if one["event"] == event]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """The log."""
    made = Lines()
    monkeypatch.setattr(outages, "log", made)
    with capture_logs() as made.other:
        yield made


@contextlib.contextmanager
def away(server: Server, gateway: Gateway | None) -> Iterator[None]:
    """The database cannot be reached: PostgreSQL's connections are cut, SQLite's file has gone."""
    file = server.settings.data / DATABASE_FILE
    if gateway is not None:
        gateway.close()
    else:
        file.rename(file.with_suffix(".gone"))
    try:
        yield
    finally:
        if gateway is not None:
            gateway.open()
        else:
            file.with_suffix(".gone").rename(file)


def test_f30_a_database_that_is_away_is_answered_503_and_comes_back(
    running: tuple[Server, Tenant], gateway: Gateway | None, callers: Callers, log: Lines
) -> None:
    server, _ = running
    with away(server, gateway):
        for _ in range(3):
            told_to_wait(callers.writes())
            if gateway is not None:
                told_to_wait(callers.reads())
        probe = callers.ready()
        assert (probe.status_code, probe.json()["failing"]) == (503, ["database"])
        assert int(probe.headers["retry-after"]) >= 1
        assert callers.program.get("/healthz").status_code == 200
    # No restart: the next callers are served.
    well({**callers.reads(), **callers.writes(), "probe": callers.ready()})
    (began,) = log.of("unavailable")
    assert began["what"] == "database"
    (over,) = log.of("available again")
    assert over["refused"] >= 9


def test_f30_a_full_disk_is_answered_503_and_what_was_there_is_read(
    running: tuple[Server, Tenant], gateway: Gateway | None, callers: Callers, log: Lines
) -> None:
    """Where the disk is PostgreSQL's own, it is the disk of the files that is full here."""
    with files_end_at(0):
        writes = callers.writes()
        if gateway is not None:
            well({name: writes.pop(name) for name in ("v1", "app")})
        told_to_wait(writes)
        told_to_wait(callers.writes() if gateway is None else {"upload": callers.writes()["upload"]})
        well(callers.reads())
        probe = callers.ready()
        assert probe.status_code == 503
        assert set(probe.json()["failing"]) >= {"disk", "files"}
        assert ("database" in probe.json()["failing"]) == (gateway is None)
    well({**callers.reads(), **callers.writes(), "probe": callers.ready()})
    began = log.of("unavailable")
    assert len({one["what"] for one in began}) == len(began) <= 3
    assert len(log.of("available again")) == len(began)


def test_f30_files_that_cannot_be_read_are_answered_503(
    running: tuple[Server, Tenant], callers: Callers, log: Lines
) -> None:
    server, _ = running
    folder = server.settings.data / "files"
    folder.rename(folder.with_suffix(".gone"))
    folder.write_text("a disk that was not mounted")
    try:
        told_to_wait({"upload": callers.writes()["upload"]})
        assert callers.ready().json()["failing"] == ["files"]
    finally:
        folder.unlink()
        shutil.move(folder.with_suffix(".gone"), folder)
    well({**callers.reads(), **callers.writes(), "probe": callers.ready()})
    assert len(log.of("unavailable")) == 1


def test_f30_jobs_and_streams_go_on_after_an_outage(
    running: tuple[Server, Tenant], gateway: Gateway | None, log: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, tenant = running
    monkeypatch.setattr(leases, "PAUSE", 0.05)
    monkeypatch.setattr(callbacks, "IDLE_WAIT", 0.05)
    manager = tenant.person("mia", "manager")
    jobs = server.app.state.jobs.running()
    with Receiver() as receiver:
        server.run(jobs.__aenter__())
        with manager.client.stream("GET", "/api/live") as stream:
            news = (line for line in stream.iter_lines() if line.startswith("data:"))
            next(news)
            with away(server, gateway):
                assert httpx2.get(f"{server.url}/readyz", timeout=60).status_code == 503
                asked = httpx2.post(
                    f"{server.url}/v1/task/categorization", json=TASK, auth=(tenant.live_key, ""), timeout=60
                )
                assert asked.status_code == 503
            assert httpx2.get(f"{server.url}/readyz", timeout=60).status_code == 200
            tenant.project("after the outage")
            assert "after the outage" in next(news)
        told = tenant.task(test=True, callback_url=receiver.url("/told"))
        receiver.wait_for("/told")
        assert receiver.deliveries[0].body["task_id"] == told["task_id"]
        server.run(jobs.__aexit__(None, None, None))
    assert len(log.of("unavailable")) == 1


def test_f30_many_probes_share_one_try(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0

    async def count(_: Any) -> None:
        nonlocal made
        made += 1

    now = 0.0
    monkeypatch.setattr(readiness, "CHECKS", {"database": count})
    looked = readiness.Readiness(lambda: now)
    for _ in range(50):
        assert server.run(looked.failing(server.platform)) == []
    assert made == 1
    now += readiness.FRESH
    assert server.run(looked.failing(server.platform)) == []
    assert made == 2


def test_f30_a_refused_write_makes_the_next_probe_look_again(server: Server) -> None:
    """All was well a moment ago, and the disk is full now."""
    looked = readiness.Readiness(lambda: 0.0)
    assert server.run(looked.failing(server.platform)) == []
    with files_end_at(0):
        assert server.run(looked.failing(server.platform)) == []
        assert server.platform.outage(OSError(errno.ENOSPC, "No space left on device")) is not None
        assert "disk" in server.run(looked.failing(server.platform))
    # What failed is not tried with every probe.
    assert "disk" in server.run(looked.failing(server.platform))
    assert server.run(readiness.Readiness().failing(server.platform)) == []


def test_f30_a_part_that_does_not_answer_is_not_ready(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that swallows everything: each probe is answered, and only one try hangs."""
    hanging: list[asyncio.Event] = []

    async def hang(_: Any) -> None:
        hanging.append(asyncio.Event())
        await hanging[-1].wait()

    monkeypatch.setattr(readiness, "CHECKS", {"database": hang})
    monkeypatch.setattr(readiness, "TIMEOUT", 0.01)
    monkeypatch.setattr(readiness, "FRESH_FAILURE", 0.0)
    looked = readiness.Readiness()
    for _ in range(3):
        assert server.run(looked.failing(server.platform)) == ["database"]
    assert len(hanging) == 1
    server.loop.call_soon_threadsafe(hanging[0].set)
    monkeypatch.setattr(readiness, "TIMEOUT", 60.0)
    assert server.run(looked.failing(server.platform)) == []
