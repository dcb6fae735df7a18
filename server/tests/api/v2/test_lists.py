"""The order of V2's lists, and what becomes of a walk through pages while others create."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from server.tests.api.v2.test_deliveries import deliver, done_tasks
from server.tests.harness import Server, Tenant, done, refused

from labelwright.domain import datasets

TEN = 10


def pages(tenant: Tenant, path: str, key: str, between: Callable[[], object], **query: Any) -> list[Any]:
    """Every item of a list, three by three; ``between`` is called after each page."""
    seen: list[Any] = []
    token: str | None = ""
    while token is not None:
        more = {"next_token": token} if token else {}
        page = done(tenant.live.get(f"/v2/{path}", params={"limit": 3, **query, **more}))
        seen += page[key]
        token = page.get("next_token")
        between()
    return seen


def later(tenant: Tenant) -> None:
    tenant.server.clock.advance(seconds=1)


def test_f17_what_was_just_made_is_among_the_first_ten(tenant: Tenant) -> None:
    for n in range(TEN + 2):
        tenant.project(f"p{n}")
        later(tenant)
    for n in range(TEN + 2):
        made = done(tenant.live.post("/v2/batch", json={"name": f"b{n}", "project_name": "p0"}))
        task = tenant.task(batch=f"b{n}")["task_id"]
        later(tenant)
        first = done(tenant.live.get("/v2/batches", params={"limit": TEN}))["batches"]
        assert first[0] == made
        tasks = done(tenant.live.get("/v2/tasks", params={"project_name": "p0", "limit": TEN}))["tasks"]
        assert tasks[0]["task_id"] == task
        docs = done(tenant.live.get("/v2/delivery/tasks", params={"project_name": "p0", "limit": TEN}))
        assert docs["docs"][0]["task_id"] == task
    names = [one["name"] for one in done(tenant.live.get("/v2/projects"))["projects"]]
    assert names == [f"p{n}" for n in reversed(range(TEN + 2))]
    v1 = [one["name"] for one in done(tenant.live.get("/v1/batches"))["docs"]]
    assert [one["name"] for one in done(tenant.live.get("/v2/batches"))["batches"]] == v1


def test_f17_deliveries_and_datasets_are_newest_first(tenant: Tenant, server: Server) -> None:
    tenant.project("p")
    made, ids = [], []
    for n in range(3):
        ids += done_tasks(tenant, "p", 2)
        made.append(deliver(tenant, "p", f"d{n}"))
        later(tenant)
    kept = []
    for n, name in enumerate(("a", "b")):
        kept.append(server.run(datasets.create(server.platform, tenant.env, name)))
        for one in made if n else ():
            server.run(datasets.add(server.platform, tenant.env, kept[n], one))
        later(tenant)

    def listed(path: str, key: str, member: str = "name", **query: Any) -> list[Any]:
        return [one[member] for one in done(tenant.live.get(f"/v2/{path}", params=query))[key]]

    assert listed("deliveries", "deliveries", project_name="p") == ["d2", "d1", "d0"]
    assert listed("delivery", "tasks", "task_id", delivery_id=made[1].id) == ids[3:1:-1]
    assert listed("datasets", "datasets") == ["b", "a"]
    both = {"dataset_id": kept[1].id}
    assert listed("datasets/deliveries", "deliveries", **both) == ["d2", "d1", "d0"]
    assert listed("datasets/tasks", "tasks", "task_id", **both) == ids[::-1]


@pytest.mark.parametrize("path", ["batches", "tasks", "delivery/tasks"])
def test_f17_a_walk_is_not_moved_by_what_is_created_meanwhile(tenant: Tenant, path: str) -> None:
    """Equal times too: the clock stands still."""
    tenant.project("p")
    key = {"batches": "batches", "tasks": "tasks", "delivery/tasks": "docs"}[path]
    name = "id" if path == "batches" else "task_id"

    def create() -> Any:
        if path != "batches":
            return tenant.task(project="p")["task_id"]
        number = len(done(tenant.live.get("/v2/batches", params={"limit": 100}))["batches"])
        body = {"name": f"b{number}", "project_name": "p"}
        return done(tenant.live.post("/v2/batch", json=body))["id"]

    before = [create() for _ in range(8)]
    seen = [one[name] for one in pages(tenant, path, key, create, project_name="p")]
    assert seen == before[::-1]


def test_f17_a_token_of_the_former_order_is_refused(tenant: Tenant) -> None:
    """It would skip what lies before it in silence."""
    for name in ("a", "b", "c"):
        tenant.batch(tenant.project()["name"], name)
    page = done(tenant.live.get("/v2/batches", params={"limit": 1}))
    now = json.loads(base64.urlsafe_b64decode(page["next_token"]))
    former = hashlib.sha256(b'["BatchesQuery",[]]').hexdigest()[:12]
    token = base64.urlsafe_b64encode(json.dumps({**now, "f": former}).encode()).decode()
    refused(tenant.live.get("/v2/batches", params={"limit": 1, "next_token": token}), 400, "next_token")
