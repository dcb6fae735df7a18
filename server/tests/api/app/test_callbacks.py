"""The managers' view of the outbox."""

import random
from typing import Any

import pytest
from server.tests.harness import Server, Tenant, done, refused

from labelwright.domain import callbacks
from labelwright.store import accounts
from labelwright.store import callbacks as rows
from labelwright.store.rows import Callback, Environment


def environment(tenant: Tenant, mode: str = "live") -> Environment:
    found = tenant.server.run(tenant.server.platform.read(accounts.environment_of, tenant.account_id, mode))
    assert found is not None
    return found


def owe(server: Server, env: Environment, count: int, task_id: str) -> None:
    """Owe deliveries, a second apart."""
    for n in range(count):
        # This server is shared: its receivers have to be nobody's.
        server.run(
            server.platform.store.write(
                callbacks.enqueue,
                env,
                "task",
                task_id,
                f"http://10.0.0.1/{n}",
                "completed",
                server.clock.now(),
            )
        )
        server.clock.advance(seconds=1)


def end(server: Server, env: Environment, *outcomes: int | None) -> list[str]:
    """End the owed deliveries, oldest first, with these statuses; None is hopeless. Returns their ids."""

    async def whole() -> list[str]:
        owed = await server.platform.read(rows.in_state, env.id, rows.OWED, 100, None)
        ended: list[Callback] = list(owed)[::-1][: len(outcomes)]
        for callback, status in zip(ended, outcomes, strict=True):
            await callbacks.record(
                server.platform,
                callback,
                status=status,
                error=None if status else "The receiver is gone.",
                ms=7,
                draw=random.Random(1),
                hopeless=status is None,
            )
        return [callback.id for callback in ended]

    return server.run(whole())


def listed(tenant: Tenant, query: str = "", role: str = "manager") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = done(tenant.person("mara", role).get(f"/callbacks{query}"))["callbacks"]
    return found


def test_what_is_shown(server: Server, tenant: Tenant) -> None:
    env, task = environment(tenant), tenant.task()["task_id"]
    owe(server, env, 3, task)
    end(server, env, 204, None)
    owed, dead, fine = listed(tenant)
    assert [one["state"] for one in (owed, dead, fine)] == ["owed", "dead", "delivered"]
    assert [one["url"] for one in (owed, dead, fine)] == [f"http://10.0.0.1/{n}" for n in (2, 1, 0)]
    assert {(one["kind"], one["subject_id"], one["event"]) for one in (owed, dead, fine)} == {
        ("task", task, "completed")
    }
    assert (owed["tries"], owed["ended_at"]) == ([], None)
    assert owed["next_try_at"] == owed["created_at"]
    assert dead["next_try_at"] is None
    assert dead["tries"] == [
        {"at": dead["ended_at"], "ms": 7, "status": None, "error": "The receiver is gone."}
    ]
    assert fine["tries"][0]["status"] == 204
    # The pages are those of the live world.
    assert listed(server.tenant()) == []


def test_the_next_try(server: Server, tenant: Tenant) -> None:
    env, task = environment(tenant), tenant.task()["task_id"]
    owe(server, env, 1, task)
    end(server, env, 500)
    (owed,) = listed(tenant)
    assert owed["state"] == "owed"
    assert owed["tries"][0]["status"] == 500
    assert owed["next_try_at"] > owed["tries"][0]["at"]


def test_pages_and_states(server: Server, tenant: Tenant) -> None:
    env, task = environment(tenant), tenant.task()["task_id"]
    owe(server, env, 9, task)
    end(server, env, 200, None, 200, None, 200, None)
    mara = tenant.person("mara", "admin")
    whole = [one["id"] for one in listed(tenant)]
    assert len(whole) == 9
    for state, expected in (("", 9), ("owed", 3), ("delivered", 3), ("dead", 3)):
        seen, token = [], ""
        while True:
            page = done(mara.get("/callbacks", params={"state": state, "limit": 2, "next_token": token}))
            assert len(page["callbacks"]) <= 2
            seen += page["callbacks"]
            token = page["next_token"]
            if not token:
                break
        assert len(seen) == expected
        assert [one["id"] for one in seen] == [one for one in whole if one in {each["id"] for each in seen}]
        assert not state or {one["state"] for one in seen} == {state}


@pytest.mark.parametrize("query", ["state=lost", "limit=0", "limit=101", "next_token=x"])
def test_queries_that_are_wrong(tenant: Tenant, query: str) -> None:
    refused(tenant.person("mara", "manager").get(f"/callbacks?{query}"), 400, query.partition("=")[0])


def test_only_managers(server: Server, tenant: Tenant) -> None:
    env, task = environment(tenant), tenant.task()["task_id"]
    owe(server, env, 1, task)
    (callback,) = end(server, env, None)
    for role in ("labeler", "member"):
        who = tenant.person("leo", role)
        refused(who.get("/callbacks"), 403, "manager")
        refused(who.post(f"/callbacks/{callback}/resend"), 403, "manager")


def test_resend(server: Server, tenant: Tenant, stranger: Tenant) -> None:
    env, task = environment(tenant), tenant.task()["task_id"]
    owe(server, env, 2, task)
    dead, fine = end(server, env, None, 200)
    mara = tenant.person("mara", "manager")
    refused(stranger.person("eve", "admin").post(f"/callbacks/{dead}/resend"), 404)
    refused(mara.post(f"/callbacks/{'0' * 24}/resend"), 404)
    for one in (dead, fine):
        again = done(mara.post(f"/callbacks/{one}/resend"))
        assert (again["id"], again["state"], len(again["tries"])) == (one, "owed", 1)
        refused(mara.post(f"/callbacks/{one}/resend"), 400, "still owed")
    # A test world's callbacks are not for people.
    owe(server, environment(tenant, "test"), 1, task)
    (other,) = end(server, environment(tenant, "test"), None)
    refused(mara.post(f"/callbacks/{other}/resend"), 404)
    end(server, env, 200, 200)
    assert [len(one["tries"]) for one in listed(tenant)] == [2, 2]
