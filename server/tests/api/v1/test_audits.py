"""Fixless audits: said item by item, carried out on the task, read again."""

from typing import Any

import pytest
from server.tests.answers import is_id
from server.tests.harness import Server, Tenant, at_once, done, refused, segment

from labelwright.clock import iso

ITEMS = [
    {"type": "error", "text": "Too wide.", "path": "annotations[0].width", "annotation_uuid": "u"},
    {"type": "flag"},
    {"type": "confirmation", "status": "accepted", "text": "Right."},
    {"type": "comment", "text": "Thanks."},
]
PLAIN = {"status": "open", "text": None, "path": None, "annotation_uuid": None}


@pytest.fixture
def task_id(tenant: Tenant) -> str:
    """A completed task with a callback address."""
    return completed(tenant)


def completed(tenant: Tenant, **more: Any) -> str:
    task: str = tenant.task(callback_url="https://hooks.example/", **more)["task_id"]
    tenant.person("leo").label()
    tenant.person("rita", "member").judge()
    return task


def put(tenant: Tenant, task_id: str, result: str = "rejected", **more: Any) -> dict[str, Any]:
    answer = tenant.live.put("/v1/audits", json={"task_id": task_id, "audit_result": result, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def listed(tenant: Tenant, query: str) -> list[dict[str, Any]]:
    docs: list[dict[str, Any]] = done(tenant.live.get(f"/v1/audits?{query}"))["docs"]
    return docs


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_audit_says_what_is_wrong(tenant: Tenant, server: Server, task_id: str, method: str) -> None:
    server.clock.advance(seconds=60)
    now = iso(server.clock.now())
    url = "https://responses.example/1.json"
    given = {"task_id": task_id, "audit_result": "rejected", "response_url": url, "feedback": ITEMS}
    answer = tenant.live.request(method, "/v1/audits", json=given)
    assert answer.status_code == 201
    made = answer.json()
    assert is_id(made["id"])
    assert made == {
        "id": made["id"],
        **given,
        "feedback": [{**PLAIN, **item} for item in ITEMS],
        "created_at": now,
        "updated_at": now,
    }
    task = tenant.read(task_id)
    assert task["status"] == "completed"
    assert task["customer_review_status"] == "rejected"
    assert task["customer_review_comments"] == ["Too wide.", "Right.", "Thanks."]
    assert task["audits"] == [{"audited_at": now, "audit_result": "rejected", "audit_source": "customer"}]
    assert listed(tenant, f"task_id={task_id}") == listed(tenant, f"id={made['id']}") == [made]


@pytest.mark.parametrize("result", ["accepted", "rejected", "commented"])
def test_every_result_becomes_the_review_status(tenant: Tenant, task_id: str, result: str) -> None:
    put(tenant, task_id, result)
    task = tenant.read(task_id)
    assert task["customer_review_status"] == result
    assert "customer_review_comments" not in task


def test_a_comment_leaves_an_earlier_verdict(tenant: Tenant, task_id: str) -> None:
    put(tenant, task_id, "accepted")
    put(tenant, task_id, "commented", feedback=[{"type": "comment", "text": "Nice."}])
    task = tenant.read(task_id)
    assert task["customer_review_status"] == "accepted"
    assert [audit["audit_result"] for audit in task["audits"]] == ["accepted", "commented"]
    assert task["customer_review_comments"] == ["Nice."]


def test_the_status_of_an_item_changes_without_a_new_verdict(
    tenant: Tenant, server: Server, task_id: str
) -> None:
    made = put(tenant, task_id, feedback=[ITEMS[0]])
    before = tenant.read(task_id)
    server.clock.advance(seconds=5)
    disputed = [{**ITEMS[0], "status": "disputed"}]
    again = put(tenant, task_id, id=made["id"], feedback=disputed)
    assert again == {**made, "feedback": disputed, "updated_at": iso(server.clock.now())}
    assert tenant.read(task_id) == before
    assert listed(tenant, f"task_id={task_id}") == [again]


def test_another_result_is_a_new_verdict(tenant: Tenant, task_id: str) -> None:
    made = put(tenant, task_id, feedback=[ITEMS[0]])
    put(tenant, task_id, "accepted", id=made["id"], feedback=[ITEMS[0], ITEMS[3]])
    task = tenant.read(task_id)
    assert task["customer_review_status"] == "accepted"
    assert [audit["audit_result"] for audit in task["audits"]] == ["rejected", "accepted"]
    assert task["customer_review_comments"] == ["Too wide.", "Thanks."]


def test_pages_newest_first(tenant: Tenant, server: Server, task_id: str) -> None:
    made = []
    for n in range(3):
        server.clock.advance(seconds=n % 2)
        made.append(put(tenant, task_id, "commented")["id"])
    seen: list[str] = []
    token: str | None = ""
    while token is not None:
        page = done(tenant.live.get(f"/v1/audits?task_id={task_id}&limit=2&next_token={segment(token)}"))
        assert (page["total"], page["limit"], page["has_more"]) == (3, 2, page["next_token"] is not None)
        seen += [audit["id"] for audit in page["docs"]]
        token = page["next_token"]
    assert seen == made[::-1]


def test_the_batch_knows_when_it_was_audited(tenant: Tenant, server: Server) -> None:
    batch = tenant.batch(tenant.project()["name"])["name"]
    task_id = completed(tenant, batch=batch)
    assert "last_audited_at" not in done(tenant.live.get(f"/v1/batches/{segment(batch)}"))
    server.clock.advance(seconds=60)
    put(tenant, task_id)
    assert done(tenant.live.get(f"/v1/batches/{segment(batch)}"))["last_audited_at"] == iso(
        server.clock.now()
    )


def test_every_one_of_many_at_once_is_kept(tenant: Tenant, task_id: str) -> None:
    at_once([lambda: put(tenant, task_id, "commented", feedback=[ITEMS[3]])] * 8, threads=8)
    task = tenant.read(task_id)
    assert len(task["audits"]) == len(task["customer_review_comments"]) == 8
    assert len(listed(tenant, f"task_id={task_id}")) == 8


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"audit_result": "fixed"}, '"audit_result" must be one of'),
        ({"feedback": [{"type": "joy"}]}, "type"),
        ({"feedback": [{"type": "flag", "status": "closed"}]}, "status"),
        ({"feedback": [{}]}, '"type" is required'),
        ({"feedback": [{"type": "flag"}] * 1001}, '"feedback" must contain'),
        ({"feedback": [{"type": "flag", "text": "x" * 2001}]}, '"text" length'),
        ({"response_url": "file:///etc/passwd"}, '"response_url" must be a valid uri'),
        ({"response_url": "https://[x"}, '"response_url" must be a valid uri'),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_parameter_is_wrong(tenant: Tenant, task_id: str, more: dict[str, Any], says: str) -> None:
    given = {"task_id": task_id, "audit_result": "rejected", **more}
    for method in ("PUT", "POST"):
        refused(tenant.live.request(method, "/v1/audits", json=given), 400, says)
    assert tenant.read(task_id)["customer_review_status"] == "pending"
    assert listed(tenant, f"task_id={task_id}") == []


def test_only_a_completed_task_is_audited(tenant: Tenant) -> None:
    task_id = tenant.task()["task_id"]
    given = {"task_id": task_id, "audit_result": "accepted"}
    refused(tenant.live.put("/v1/audits", json=given), 400, "completed")
    assert listed(tenant, f"task_id={task_id}") == []
    assert "audits" not in tenant.read(task_id)


def test_what_is_not_there(tenant: Tenant, stranger: Tenant, task_id: str) -> None:
    refused(tenant.live.get("/v1/audits"), 400, "task_id, id")
    refused(tenant.live.get("/v1/audits?limit=0&id=x"), 400, "limit")
    refused(tenant.live.get(f"/v1/audits?task_id={'0' * 24}"), 404, "Task")
    refused(tenant.live.get(f"/v1/audits?id={'0' * 24}"), 404, "Audit")
    made = put(tenant, task_id)
    other = tenant.task(test=True)["task_id"]
    refused(tenant.live.get(f"/v1/audits?id={made['id']}&task_id={other}"), 404)
    for client in (stranger.live, tenant.test):
        refused(client.get(f"/v1/audits?id={made['id']}"), 404)
        refused(client.put("/v1/audits", json={"task_id": task_id, "audit_result": "accepted"}), 404)
    own = tenant.test.put("/v1/audits", json={"task_id": other, "audit_result": "accepted"})
    assert own.status_code == 201
    mixed = {"task_id": other, "audit_result": "rejected", "id": made["id"]}
    refused(tenant.test.put("/v1/audits", json=mixed), 404, "Audit")
    assert listed(tenant, f"id={made['id']}") == [made]


def test_each_verdict_owes_a_callback(own_tenant: Tenant, own_server: Server) -> None:
    task_id = completed(own_tenant)
    before = owed(own_server, task_id)
    made = put(own_tenant, task_id)
    put(own_tenant, task_id, id=made["id"], feedback=ITEMS)
    assert owed(own_server, task_id)[len(before) :] == ["audited"]


def owed(server: Server, task_id: str) -> list[str]:
    """The events of a task's callbacks, oldest first."""

    async def events(db: Any) -> list[str]:
        rows = await db.all("SELECT event FROM callback WHERE subject_id = $1 ORDER BY id", task_id)
        return [row[0] for row in rows]

    return server.run(server.platform.read(events))
