"""Work whose time ran out goes back to the queue by itself."""

import asyncio
import threading
from typing import Any

import pytest
from server.tests.harness import CAT, Server, Tenant, done

from labelwright.domain import assignments
from labelwright.jobs import leases


@pytest.fixture
def tenant(own_tenant: Tenant) -> Tenant:
    """The job looks at everybody's work, so this module has a server of its own."""
    return own_tenant


@pytest.fixture
def server(own_server: Server) -> Server:
    """That server, with nothing overdue."""
    own_server.expire()
    return own_server


def test_only_what_ran_out(server: Server, tenant: Tenant) -> None:
    for _ in range(3):
        tenant.task()
    leo = tenant.person("leo")
    reserved, active, later = leo.claim(count=3)
    done(leo.post(f"/assignments/{active['id']}/open"))
    server.clock.advance(seconds=server.settings.reserve_seconds)
    assert server.expire() == 0
    done(leo.post("/assignments/heartbeat", {"ids": [later["id"]]}))
    server.clock.advance(seconds=0.001)
    assert server.expire() == 1
    states = [done(leo.get(f"/assignments/{one['id']}"))["state"] for one in (reserved, active, later)]
    assert states == ["expired", "active", "reserved"]
    server.clock.advance(seconds=server.settings.lease_seconds)
    assert server.expire() == 2
    assert server.expire() == 0


def test_many_at_once(server: Server, tenant: Tenant) -> None:
    people = [tenant.person(f"p{i}") for i in range(30)]
    for _ in range(150):
        tenant.task()
    for who in people:
        assert len(who.claim(count=5)) == 5
    server.clock.advance(seconds=server.settings.reserve_seconds + 1)
    assert server.run(assignments.expire(server.platform)) == 100
    assert server.run(assignments.expire(server.platform)) == 50
    assert len(people[0].claim(count=5)) == 5


def test_a_submit_and_the_job_at_the_same_moment(server: Server, tenant: Tenant) -> None:
    """One of them wins; either way nothing is lost."""
    task = tenant.task()["task_id"]
    leo = tenant.person("leo")
    mine = leo.claim_one()
    server.clock.advance(seconds=server.settings.lease_seconds + 1)
    results: list[Any] = []

    def submit() -> None:
        results.append(leo.submit(mine["id"], answer=CAT))

    thread = threading.Thread(target=submit)
    thread.start()
    server.expire()
    thread.join(60)
    assert results[0].status_code == 409
    assert tenant.read(task)["status"] == "pending"
    server.expire()
    assert leo.claim_one()["draft"]["answer"] == CAT


def test_the_job_runs_and_outlives_a_database_that_is_away(
    server: Server, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant.task()
    leo = tenant.person("leo")
    mine = leo.claim_one()
    server.clock.advance(seconds=server.settings.lease_seconds + 1)
    looked = [threading.Event(), threading.Event()]
    original = assignments.expire

    async def expire(platform: Any, limit: int = 100) -> int:
        if not looked[0].is_set():
            looked[0].set()
            raise OSError("the database is away")
        found = await original(platform, limit)
        looked[1].set()
        return found

    monkeypatch.setattr(assignments, "expire", expire)
    monkeypatch.setattr(leases, "PAUSE", 0.01)

    async def start() -> "asyncio.Task[None]":
        return asyncio.create_task(leases.run(server.platform))

    running = server.run(start())
    try:
        assert looked[1].wait(30)
    finally:

        async def stop() -> None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

        server.run(stop())
    assert done(leo.get(f"/assignments/{mine['id']}"))["state"] == "expired"


def test_f09_one_that_breaks_blocks_no_other(
    server: Server, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        tenant.task()
    leo = tenant.person("leo")
    bad, *fine = [one["id"] for one in leo.claim(count=3)]
    expire = assignments._expire

    async def breaks(tx: Any, env: Any, row: Any, now: int) -> None:
        if row.assignment_id == bad:
            raise RuntimeError("unheard of")
        await expire(tx, env, row, now)

    server.clock.advance(seconds=server.settings.reserve_seconds + 1)
    with monkeypatch.context() as patched:
        patched.setattr(assignments, "_expire", breaks)
        assert server.expire() == 2
        assert server.expire() == 0
        assert {done(leo.get(f"/assignments/{one}"))["state"] for one in fine} == {"expired"}
    server.clock.advance(seconds=61)
    assert server.expire() == 1
