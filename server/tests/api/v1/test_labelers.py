"""Labelers' figures: what each handed in, and how reviewers judged it."""

from typing import Any

import pytest
from server.tests.harness import CAT, DOG, Server, Tenant, Worker, done, refused, segment

NOTHING = {
    "tasks_attempted": 0,
    "tasks_reviewed": 0,
    "accepted": 0,
    "fixed": 0,
    "sent_back": 0,
    "accuracy": None,
    "active_time_secs": 0,
}


def asked(tenant: Tenant, query: str) -> list[dict[str, Any]]:
    docs: list[dict[str, Any]] = done(tenant.live.get(f"/v1/quality/labelers?{query}"))["docs"]
    return docs


def figures(tenant: Tenant, who: Worker, query: str = "") -> dict[str, Any]:
    (doc,) = asked(tenant, f"labeler_emails={segment(who.email)}&{query}")
    assert (doc.pop("id"), doc.pop("email"), doc.pop("name")) == (who.id, who.email, who.name)
    return doc


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """A labeler."""
    return tenant.person("leo")


@pytest.fixture
def rita(tenant: Tenant) -> Worker:
    """A reviewer."""
    return tenant.person("rita", "member")


def test_nothing_was_done_yet(tenant: Tenant, leo: Worker) -> None:
    tenant.task()
    leo.claim_one()
    assert figures(tenant, leo) == NOTHING


def test_what_was_handed_in_and_how_it_was_judged(
    tenant: Tenant, server: Server, leo: Worker, rita: Worker
) -> None:
    verdicts: list[dict[str, Any]] = [
        {"verdict": "accept"},
        {"verdict": "fix", "answer": DOG},
        {"verdict": "accept"},
    ]
    for verdict in verdicts:
        tenant.task()
        leo.label()
        server.clock.advance(seconds=1)
        rita.judge(**verdict)
    tenant.task()
    leo.label()
    assert figures(tenant, leo) == {
        **NOTHING,
        "tasks_attempted": 4,
        "accepted": 2,
        "fixed": 1,
        "accuracy": 2 / 3,
        "active_time_secs": 4.0,
    }
    assert figures(tenant, rita) == {**NOTHING, "tasks_reviewed": 3, "active_time_secs": 3.0}


def test_a_task_that_came_back_is_judged_twice(
    tenant: Tenant, server: Server, leo: Worker, rita: Worker
) -> None:
    tenant.task()
    leo.label(answer=DOG)
    rita.judge("send_back", comment="It is a cat.")
    server.clock.advance(seconds=1)
    leo.label()
    rita.judge()
    assert figures(tenant, leo) == {
        **NOTHING,
        "tasks_attempted": 1,
        "accepted": 1,
        "sent_back": 1,
        "accuracy": 0.5,
        "active_time_secs": 2.0,
    }
    assert figures(tenant, rita)["tasks_reviewed"] == 1


def test_a_review_judges_the_last_attempt_only(tenant: Tenant, leo: Worker, rita: Worker) -> None:
    mia = tenant.person("mia")
    task_id = tenant.task()["task_id"]
    leo.label()
    rita.judge()
    mara = tenant.person("mara", "manager")
    done(mara.post(f"/tasks/{task_id}/recall", {"comments": "Once more."}))
    mia.label(answer=DOG)
    rita.judge("fix", answer=CAT)
    assert (figures(tenant, leo)["accepted"], figures(tenant, leo)["fixed"]) == (1, 0)
    assert (figures(tenant, mia)["accepted"], figures(tenant, mia)["fixed"]) == (0, 1)


def test_several_people_and_addresses_of_nobody(tenant: Tenant, leo: Worker, rita: Worker) -> None:
    mixed = f"{leo.email.upper()},nobody@example.com, {rita.email}"
    assert [doc["email"] for doc in asked(tenant, f"labeler_emails={segment(mixed)}")] == [
        leo.email,
        rita.email,
    ]
    repeated = f"labeler_emails[]={segment(rita.email)}&labeler_emails[]={segment(leo.email)}"
    assert len(asked(tenant, repeated)) == 2
    assert asked(tenant, "labeler_emails=nobody@example.com") == []


def test_pages(tenant: Tenant, server: Server) -> None:
    people = []
    for n in range(5):
        server.clock.advance(seconds=n % 2)
        people.append(tenant.person(f"p{n}").email)
    query = f"labeler_emails={segment(','.join(people))}&limit=2"
    seen: list[str] = []
    sizes: list[int] = []
    token: str | None = ""
    while token is not None:
        page = done(tenant.live.get(f"/v1/quality/labelers?{query}&next_token={segment(token)}"))
        assert page["has_more"] == (page["next_token"] is not None)
        sizes.append(len(page["docs"]))
        seen += [doc["email"] for doc in page["docs"]]
        token = page["next_token"]
    assert (seen, sizes) == (people, [2, 2, 1])


def test_quality_tasks_narrow_to_their_projects(tenant: Tenant, leo: Worker, rita: Worker) -> None:
    mine, other = tenant.project()["name"], tenant.project()["name"]
    mia = tenant.person("mia")
    tenant.task(project=mine)
    leo.label(project=mine)
    for _ in range(2):
        tenant.task(project=other)
        leo.label(project=other)
    tenant.task(project=other)
    mia.label(project=other)
    body = {"project": mine, "attachment": "a cat", "expected_response": CAT}
    one = done(tenant.live.post("/v1/evaluation_tasks/categorization", json=body))["id"]
    two = done(tenant.live.post("/v1/training_tasks/categorization", json={**body, "project": other}))["id"]
    (doc,) = asked(tenant, f"quality_task_ids={one}")
    assert (doc["email"], doc["tasks_attempted"]) == (leo.email, 1)
    assert {
        doc["email"]: doc["tasks_attempted"] for doc in asked(tenant, f"quality_task_ids={one},{two}")
    } == {
        leo.email: 3,
        mia.email: 1,
    }
    both = asked(tenant, f"quality_task_ids={two}&labeler_emails={segment(mia.email)}")
    assert [doc["email"] for doc in both] == [mia.email]
    done(tenant.live.delete(f"/v1/evaluation_tasks/{one}"))
    refused(tenant.live.get(f"/v1/quality/labelers?quality_task_ids={one}"), 404, "Quality task")


def test_people_work_in_the_live_world(tenant: Tenant, leo: Worker) -> None:
    tenant.task()
    leo.label()
    (doc,) = done(tenant.test.get(f"/v1/quality/labelers?labeler_emails={segment(leo.email)}"))["docs"]
    assert doc["tasks_attempted"] == 0


def test_nobody_sees_the_people_of_others(tenant: Tenant, stranger: Tenant, leo: Worker) -> None:
    query = f"/v1/quality/labelers?labeler_emails={segment(leo.email)}"
    assert done(stranger.live.get(query))["docs"] == []


def test_a_filter_is_wrong(tenant: Tenant) -> None:
    refused(tenant.live.get("/v1/quality/labelers"), 400, "quality_task_ids, labeler_emails")
    refused(tenant.live.get("/v1/quality/labelers?labeler_emails=,"), 400, "at least one")
    many = ",".join(f"p{n}@example.com" for n in range(101))
    refused(
        tenant.live.get(f"/v1/quality/labelers?labeler_emails={many}"), 400, '"labeler_emails" must contain'
    )
    refused(tenant.live.get("/v1/quality/labelers?labeler_emails=a@b.co&limit=0"), 400, "limit")
    refused(tenant.live.get("/v1/quality/labelers?labeler_emails=a@b.co&next_token=x"), 400, "next_token")
    refused(tenant.live.get(f"/v1/quality/labelers?quality_task_ids={'0' * 24}"), 404)
