"""Batches through V2: the table of moves, and what becomes of their work (wire/v2-batches)."""

from typing import Any

import pytest
from server.tests.harness import Server, Tenant, at_once, done, refused

MOVES = {
    ("staging", "finalize"): "in_progress",
    ("staging", "cancel"): "cancelled",
    ("in_progress", "pause"): "paused",
    ("in_progress", "cancel"): "cancelled",
    ("paused", "resume"): "in_progress",
    ("paused", "cancel"): "cancelled",
}
CALLS = ("finalize", "pause", "resume", "cancel")
STATUSES = ("staging", "in_progress", "paused", "completed", "cancelled")


def make(tenant: Tenant, name: str = "b", **more: Any) -> dict[str, Any]:
    project = tenant.project()["name"]
    made: dict[str, Any] = done(
        tenant.live.post("/v2/batch", json={"name": name, "project_name": project, **more})
    )
    return made


def call(tenant: Tenant, what: str, batch: dict[str, Any]) -> Any:
    return tenant.live.post(f"/v2/batch/{what}", json={"batch_id": batch["id"]})


def read(tenant: Tenant, batch: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = done(tenant.live.get("/v2/batch", params={"batch_id": batch["id"]}))
    return found


def fill(tenant: Tenant, batch: dict[str, Any], n: int = 2) -> list[str]:
    return [tenant.task(batch=batch["name"])["task_id"] for _ in range(n)]


def in_status(tenant: Tenant, status: str) -> dict[str, Any]:
    batch = make(tenant, staging_batch=status == "staging")
    fill(tenant, batch, 1)
    if status == "paused":
        done(call(tenant, "pause", batch))
    elif status == "cancelled":
        done(call(tenant, "cancel", batch))
    elif status == "completed":
        tenant.person("leo").label()
        tenant.person("rita", "member").judge()
    found = read(tenant, batch)
    assert found["status"] == status
    return found


@pytest.mark.parametrize("what", CALLS)
@pytest.mark.parametrize("status", STATUSES)
def test_the_table_of_moves(tenant: Tenant, status: str, what: str) -> None:
    batch = in_status(tenant, status)
    answer = call(tenant, what, batch)
    after = MOVES.get((status, what))
    if after is None:
        refused(answer, 400, status)
        assert read(tenant, batch) == batch
        return
    body = done(answer)
    shown = body if what == "finalize" else body["batch"]
    assert shown == read(tenant, batch)
    assert shown["status"] == after
    assert what == "finalize" or body["message"]


def test_what_a_new_batch_looks_like(tenant: Tenant) -> None:
    batch = make(tenant, "b", callback="https://hooks.example/", metadata={"week": 1})
    assert set(batch) == {"id", "name", "project", "created_at", "status", "metadata", "callback"}
    assert batch["status"] == "in_progress"
    assert done(tenant.live.get("/v2/batch?batch_name=b")) == batch
    whole = done(tenant.live.get("/v2/batch?batch_name=b&expand=project"))
    assert whole["project"]["id"] == batch["project"]
    assert make(tenant, "c")["metadata"] == {}


@pytest.mark.parametrize("word", ["id", "name"])
def test_project_is_an_older_word(tenant: Tenant, word: str) -> None:
    project = tenant.project()
    body = {"name": "b", "project": project[word]}
    assert done(tenant.live.post("/v2/batch", json=body))["project"] == project["id"]


def test_selectors(tenant: Tenant) -> None:
    first, second = make(tenant, "b"), make(tenant, "c")
    refused(tenant.live.get("/v2/batch"), 400, "batch_id")
    both = {"batch_id": first["id"], "batch_name": "b"}
    assert done(tenant.live.get("/v2/batch", params=both)) == first
    refused(tenant.live.get("/v2/batch", params={**both, "batch_name": second["name"]}), 400, "contradicts")
    refused(tenant.live.get("/v2/batch?batch_id=nothing"), 404)
    refused(tenant.live.post("/v2/batch", json={"name": "d"}), 400, "project_id")
    refused(tenant.live.post("/v2/batch", json={"name": "", "project_id": first["project"]}), 400, "name")
    refused(tenant.live.post("/v2/batch", json={"name": "b", "project_id": first["project"]}), 409)


def test_an_empty_batch_goes_on(tenant: Tenant) -> None:
    """The official test of the client pauses one, outside of any try block."""
    batch = make(tenant)
    assert done(call(tenant, "pause", batch))["batch"]["status"] == "in_progress"
    assert done(call(tenant, "cancel", batch))["batch"]["status"] == "cancelled"


def test_paused_work_is_not_handed_out(tenant: Tenant) -> None:
    batch = make(tenant)
    fill(tenant, batch, 3)
    leo, mia = tenant.person("leo"), tenant.person("mia")
    begun = leo.claim_one()
    done(call(tenant, "pause", batch))
    assert mia.claim() == []
    fill(tenant, batch, 1)
    assert mia.claim() == []
    done(leo.submit(begun["id"], answer={"category": "cat"}))
    done(call(tenant, "resume", batch))
    assert len(mia.claim(count=5)) == 3


def test_work_handed_out_ahead_waits_when_it_comes_back(tenant: Tenant) -> None:
    batch = make(tenant)
    fill(tenant, batch, 2)
    leo = tenant.person("leo")
    ahead = leo.claim(count=1)
    done(call(tenant, "pause", batch))
    done(leo.post(f"/assignments/{ahead[0]['id']}/release"))
    assert leo.claim(count=5) == []
    done(call(tenant, "resume", batch))
    assert len(leo.claim(count=5)) == 2


def test_cancelling_leaves_what_was_begun(tenant: Tenant) -> None:
    batch = make(tenant)
    ids = fill(tenant, batch, 3)
    leo, rita = tenant.person("leo"), tenant.person("rita", "member")
    begun = leo.claim_one()
    done(call(tenant, "cancel", batch))
    statuses = {one: tenant.read(one)["status"] for one in ids}
    assert sorted(statuses.values()) == ["canceled", "canceled", "pending"]
    assert tenant.person("mia").claim(count=5) == []
    done(leo.submit(begun["id"], answer={"category": "cat"}))
    rita.judge()
    assert tenant.read(begun["task"]["task_id"])["status"] == "completed"
    assert read(tenant, batch)["status"] == "cancelled"
    counts = done(tenant.live.get(f"/v1/batches/{batch['name']}/status"))
    assert counts == {"status": "completed", "pending": 0, "completed": 1, "canceled": 2, "error": 0}
    refused(tenant.create(batch=batch["name"]), 400, "cancelled")


def test_a_batch_is_paused_and_cancelled_once(tenant: Tenant) -> None:
    batch = make(tenant)
    fill(tenant, batch, 4)
    answers = at_once([lambda: call(tenant, "cancel", batch).status_code] * 8)
    assert sorted(answers) == [200] + [400] * 7
    counts = done(tenant.live.get(f"/v1/batches/{batch['name']}/status"))
    assert counts["canceled"] == 4


def test_v1_has_no_word_for_it(tenant: Tenant) -> None:
    paused, cancelled = in_status(tenant, "paused"), make(tenant, "c")
    done(call(tenant, "cancel", cancelled))
    live = tenant.live
    assert done(live.get("/v1/batches/b"))["status"] == "in_progress"
    assert done(live.get("/v1/batches/c"))["status"] == "completed"
    for status, name in (("in_progress", "b"), ("completed", "c")):
        (one,) = done(live.get(f"/v1/batches?status={status}"))["docs"]
        assert one["name"] == name
    assert paused["status"] == "paused"


def test_metadata(tenant: Tenant) -> None:
    batch = make(tenant, metadata={"a": {"b": 1, "l": [1, 2]}, "c": 1})
    named = {"batch_id": batch["id"]}
    given = {"a": {"l": [3], "d": None}}
    url = "/v2/batch/metadata"
    merged = done(tenant.live.post(url, json={**named, "metadata": given, "merge": True}))
    assert merged["metadata"] == {"a": {"b": 1, "l": [3], "d": None}, "c": 1}
    assert done(tenant.live.post(url, json={**named, "metadata": given}))["metadata"] == given
    refused(tenant.live.post(url, json={**named, "metadata": None}), 400, "metadata")
    refused(tenant.live.post(url, json={**named, "metadata": [1]}), 400, "metadata")


def test_a_merge_at_the_same_moment_loses_nothing(tenant: Tenant) -> None:
    batch = make(tenant)

    def put(key: str) -> int:
        body = {"batch_id": batch["id"], "metadata": {key: 1}, "merge": True}
        return tenant.live.post("/v2/batch/metadata", json=body).status_code

    keys = [f"k{n}" for n in range(16)]
    assert set(at_once([lambda key=key: put(key) for key in keys])) == {200}  # type: ignore[misc]
    assert read(tenant, batch)["metadata"] == dict.fromkeys(keys, 1)


def test_lists(tenant: Tenant, server: Server) -> None:
    project = tenant.project("p")["id"]
    made = []
    for n in range(5):
        body = {"name": f"b{n}", "project_id": project, "staging_batch": n == 2}
        made.append(done(tenant.live.post("/v2/batch", json=body)))
        server.clock.advance(seconds=1)
    seen: list[Any] = []
    token = None
    while True:
        params = {"limit": 2, "project_name": "p", **({"next_token": token} if token else {})}
        page = done(tenant.live.get("/v2/batches", params=params))
        seen += page["batches"]
        token = page.get("next_token")
        if token is None:
            break
    assert seen == made[::-1]
    (staging,) = done(tenant.live.get("/v2/batches?status=staging"))["batches"]
    assert staging == made[2]
    bounds = {"created_after": made[1]["created_at"], "created_before": made[3]["created_at"]}
    assert done(tenant.live.get("/v2/batches", params=bounds))["batches"] == [made[2]]
    whole = done(tenant.live.get("/v2/batches?expand=project&limit=1"))["batches"][0]["project"]
    assert whole["name"] == "p"


def test_a_token_is_good_for_its_own_list(tenant: Tenant) -> None:
    make(tenant, "a"), make(tenant, "b")
    token = done(tenant.live.get("/v2/batches?limit=1"))["next_token"]
    assert done(tenant.live.get("/v2/batches", params={"limit": 50, "next_token": token}))["batches"]
    for params in ({"status": "staging", "next_token": token}, {"next_token": "nonsense"}):
        refused(tenant.live.get("/v2/batches", params=params), 400, "next_token")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=a", "status=done", "expand=batch", "created_after=soon"]
)
def test_wrong_queries(tenant: Tenant, query: str) -> None:
    refused(tenant.live.get(f"/v2/batches?{query}"), 400, query.partition("=")[0])


def test_a_staged_batch_of_any_project_waits(tenant: Tenant) -> None:
    batch = make(tenant, staging_batch=True)
    fill(tenant, batch)
    leo = tenant.person("leo")
    assert leo.claim() == []
    done(call(tenant, "finalize", batch))
    assert len(leo.claim(count=5)) == 2
