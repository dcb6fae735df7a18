"""Verdicts from two server processes at the same moment: each task is recalled once, and no verdict is lost."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from server.tests.harness import CAT, DOG, Server, Tenant, done

from labelwright.app import open_platform
from labelwright.domain import audits
from labelwright.domain.platform import Platform
from labelwright.domain.principals import Worker
from labelwright.errors import InvalidTransition
from labelwright.store import accounts

FIX = audits.NewAudit(audits.FIXED, response=b'{"category":"dog"}')


async def principal(platform: Platform, account_id: str, person_id: str) -> Worker:
    env = await platform.read(accounts.environment_of, account_id, "live")
    person = await platform.read(accounts.person, person_id)
    assert env is not None
    assert person is not None
    return Worker(env, person)


@pytest.fixture
def batch(tenant: Tenant) -> str:
    """A batch of eight completed tasks."""
    made: str = tenant.batch(tenant.project("p")["name"], "b")["name"]
    leo, rita = tenant.person("leo"), tenant.person("rita", "member")
    for _ in range(8):
        tenant.task(batch=made)
        leo.label()
        rita.judge()
    return made


def test_two_processes(server: Server, tenant: Tenant, batch: str) -> None:
    if not server.settings.database_url:
        pytest.skip("the data folder's lock lets only one server at SQLite")
    mara = tenant.person("mara", "manager").id
    docs = done(tenant.live.get(f"/v1/tasks?batch={batch}"))["docs"]
    recalled, fixed = [doc["task_id"] for doc in docs[:4]], [doc["task_id"] for doc in docs[4:]]

    async def both() -> list[Any]:
        other = await open_platform(server.settings, server.clock)
        try:
            who = await principal(other, tenant.account_id, mara)
            calls: list[Coroutine[Any, Any, None]] = []
            for platform in (server.platform, other):
                calls += [audits.recall(platform, who, task_id, "Look again.") for task_id in recalled]
                calls += [audits.judge(platform, who, task_id, FIX) for task_id in fixed]
            ended: list[Any] = await asyncio.gather(*calls, return_exceptions=True)
            return ended
        finally:
            await other.store.close()

    results = server.run(both())
    assert sum(result is None for result in results) == 4 + 8
    assert sum(isinstance(result, InvalidTransition) for result in results) == 4
    for task_id in recalled:
        task = tenant.read(task_id)
        assert (task["status"], task["prior_responses"]) == ("pending", [CAT])
    for task_id in fixed:
        task = tenant.read(task_id)
        assert task["prior_responses"] == [CAT, {**DOG, "is_customer_fix": True}]
        assert len(task["audits"]) == 2
    counts = done(tenant.live.get(f"/v1/batches/{batch}/status"))
    assert (counts["status"], counts["pending"], counts["completed"]) == ("in_progress", 4, 4)
