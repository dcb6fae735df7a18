"""Verdicts of managers: accepted, rejected, fixed, commented, and given back to the queue."""

from typing import Any

import pytest
from server.tests.harness import BOX_ANSWER, CAT, DOG, Server, Tenant, Worker, at_once, done, refused, segment

from labelwright.clock import iso

HOOK = "https://hooks.example/"


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """A labeler."""
    return tenant.person("leo")


@pytest.fixture
def rita(tenant: Tenant) -> Worker:
    """A reviewer."""
    return tenant.person("rita", "member")


@pytest.fixture
def mara(tenant: Tenant) -> Worker:
    """A manager."""
    return tenant.person("mara", "manager")


@pytest.fixture
def task_id(tenant: Tenant, leo: Worker, rita: Worker) -> str:
    """A completed task whose answer is a cat."""
    made: str = tenant.task(callback_url=HOOK)["task_id"]
    leo.label()
    rita.judge()
    return made


def owed(server: Server, subject_id: str) -> list[str]:
    """The events of a subject's callbacks, oldest first."""

    async def events(db: Any) -> list[str]:
        rows = await db.all("SELECT event FROM callback WHERE subject_id = $1 ORDER BY id", subject_id)
        return [row[0] for row in rows]

    return server.run(server.platform.read(events))


def audit(who: Worker, task_id: str, verdict: str, **more: Any) -> dict[str, Any]:
    shown: dict[str, Any] = done(who.post(f"/tasks/{task_id}/audit", {"verdict": verdict, **more}))
    return shown


def recall(who: Worker, task_id: str, comments: str = "Look again.") -> dict[str, Any]:
    shown: dict[str, Any] = done(who.post(f"/tasks/{task_id}/recall", {"comments": comments}))
    return shown


class TestVerdicts:
    @pytest.mark.parametrize("verdict", ["accepted", "rejected", "commented"])
    def test_a_verdict_is_noted(
        self, tenant: Tenant, server: Server, task_id: str, mara: Worker, verdict: str
    ) -> None:
        before = tenant.read(task_id)
        server.clock.advance(seconds=60)
        now = iso(server.clock.now())
        shown = audit(mara, task_id, verdict, comments="Hm.", time_ms=95_500, active_ms=42_000)
        assert shown["customer_review_status"] == verdict
        task = tenant.read(task_id)
        assert task["audits"] == [
            {
                "audited_at": now,
                "audit_result": verdict,
                "audit_source": "customer",
                "audited_by": mara.email,
                "audit_time_secs": 95.5,
                "audit_active_time_secs": 42.0,
            }
        ]
        assert task["customer_review_comments"] == ["Hm."]
        assert (task["response"], task["status"]) == (before["response"], "completed")
        assert "prior_responses" not in task
        event = shown["events"][-1]
        assert (event["kind"], event["by"], event["at"]) == ("audited", "mara", now)
        assert event["data"] == {"result": verdict, "comments": "Hm."}

    def test_one_without_words_or_times(self, tenant: Tenant, task_id: str, mara: Worker) -> None:
        audit(mara, task_id, "accepted")
        task = tenant.read(task_id)
        (entry,) = task["audits"]
        assert set(entry) == {"audited_at", "audit_result", "audit_source", "audited_by"}
        assert "customer_review_comments" not in task

    def test_verdicts_follow_each_other(self, tenant: Tenant, task_id: str, mara: Worker) -> None:
        audit(mara, task_id, "rejected", comments="No.")
        done(tenant.live.get(f"/v1/task/{task_id}"))
        assert tenant.live.post(f"/v1/task/{task_id}/audit", json={"accepted": True}).text == "OK"
        audit(mara, task_id, "commented", comments="Well done.")
        task = tenant.read(task_id)
        assert task["customer_review_status"] == "accepted"
        assert [one["audit_result"] for one in task["audits"]] == ["rejected", "accepted", "commented"]
        assert task["customer_review_comments"] == ["No.", "Well done."]

    def test_the_task_tells_who_audited_last(
        self, tenant: Tenant, server: Server, task_id: str, mara: Worker
    ) -> None:
        audit(mara, task_id, "accepted", time_ms=1500)
        task = tenant.read(task_id)
        assert task["customer_reviewed_by"] == mara.email
        assert task["customer_audited_at"] == iso(server.clock.now())
        assert task["customer_audit_time_secs"] == 1.5

    def test_the_batch_is_found_by_its_last_audit(
        self, tenant: Tenant, server: Server, leo: Worker, rita: Worker, mara: Worker
    ) -> None:
        batch = tenant.batch(tenant.project()["name"])["name"]
        task_id = tenant.task(batch=batch)["task_id"]
        leo.label()
        rita.judge()
        server.clock.advance(seconds=60)
        now = iso(server.clock.now())
        audit(mara, task_id, "accepted")
        found = done(tenant.live.get(f"/v1/batches?last_audited_after={segment(now)}"))
        assert [doc["name"] for doc in found["docs"]] == [batch]
        assert done(tenant.live.get(f"/v1/batches/{segment(batch)}"))["last_audited_at"] == now

    def test_every_one_of_many_at_once_is_kept(self, tenant: Tenant, task_id: str, mara: Worker) -> None:
        verdicts = ["accepted", "rejected"] * 4
        at_once([lambda v=v: audit(mara, task_id, v, comments=v) for v in verdicts], threads=8)  # type: ignore[misc]
        task = tenant.read(task_id)
        assert sorted(one["audit_result"] for one in task["audits"]) == sorted(verdicts)
        assert task["customer_review_status"] == task["audits"][-1]["audit_result"]


class TestFix:
    def test_the_response_is_replaced_and_the_old_one_kept(
        self, tenant: Tenant, task_id: str, mara: Worker
    ) -> None:
        shown = audit(mara, task_id, "fixed", response=DOG, comments="A dog.")
        assert shown["response"] == {**DOG, "is_customer_fix": True}
        task = tenant.read(task_id)
        assert task["response"] == {**DOG, "is_customer_fix": True}
        assert task["prior_responses"] == [CAT]
        assert task["customer_review_status"] == "fixed"
        audit(mara, task_id, "fixed", response={**CAT, "is_customer_fix": False})
        task = tenant.read(task_id)
        assert task["response"] == {**CAT, "is_customer_fix": True}
        assert task["prior_responses"] == [CAT, {**DOG, "is_customer_fix": True}]

    def test_the_fix_is_checked_by_the_type(self, tenant: Tenant, task_id: str, mara: Worker) -> None:
        answer = mara.post(f"/tasks/{task_id}/audit", {"verdict": "fixed", "response": {"category": "cow"}})
        refused(answer, 400, "category")
        assert answer.json()["problems"][0]["path"] == "category"
        task = tenant.read(task_id)
        assert (task["response"], task["customer_review_status"]) == (CAT, "pending")
        assert "audits" not in task

    def test_the_checker_completes_the_fix(
        self, tenant: Tenant, leo: Worker, rita: Worker, mara: Worker
    ) -> None:
        task_id = tenant.task("imageannotation")["task_id"]
        leo.label(answer=BOX_ANSWER)
        rita.judge()
        audit(mara, task_id, "fixed", response=BOX_ANSWER)
        (box,) = tenant.read(task_id)["response"]["annotations"]
        assert len(box["uuid"]) == 36

    def test_no_fix_is_lost_when_many_come_at_once(self, tenant: Tenant, task_id: str, mara: Worker) -> None:
        at_once([lambda: audit(mara, task_id, "fixed", response=DOG)] * 6, threads=6)
        task = tenant.read(task_id)
        fixed = {**DOG, "is_customer_fix": True}
        assert task["prior_responses"] == [CAT, *[fixed] * 5]
        assert task["response"] == fixed


class TestRecall:
    def test_a_rejected_task_is_done_again(
        self, tenant: Tenant, server: Server, task_id: str, leo: Worker, rita: Worker, mara: Worker
    ) -> None:
        server.clock.advance(seconds=60)
        shown = audit(mara, task_id, "rejected", comments="It is a dog.", redo=True)
        assert (shown["status"], shown["stage"], shown["holder"]) == ("pending", "attempt", None)
        assert [event["kind"] for event in shown["events"]][-2:] == ["audited", "recalled"]
        task = tenant.read(task_id)
        assert (task["status"], task["customer_review_status"]) == ("pending", "rejected")
        assert task["prior_responses"] == [CAT]
        assert {"response", "completed_at"}.isdisjoint(task)
        assert task["work_started"] is False

        again = leo.claim_one()
        assert again["task"]["task_id"] == task_id
        assert again["base"] == CAT
        (comment,) = again["comments"]
        assert (comment["by"], comment["text"], comment["verdict"]) == ("mara", "It is a dog.", "send_back")
        assert comment["at"] == iso(server.clock.now())
        done(leo.submit(again["id"], answer=DOG))
        review = rita.claim_one("review")
        assert review["base"] == DOG
        assert [one["text"] for one in review["comments"]] == ["It is a dog."]
        done(rita.submit(review["id"], verdict="accept"))
        task = tenant.read(task_id)
        assert (task["status"], task["response"]) == ("completed", DOG)
        assert task["customer_review_status"] == "pending"
        assert task["prior_responses"] == [CAT]
        assert [one["audit_result"] for one in task["audits"]] == ["rejected"]

    def test_a_recall_without_a_verdict(
        self, tenant: Tenant, task_id: str, mara: Worker, leo: Worker
    ) -> None:
        audit(mara, task_id, "accepted")
        recall(mara, task_id)
        task = tenant.read(task_id)
        assert task["status"] == "pending"
        assert "customer_review_status" not in task
        assert [one["audit_result"] for one in task["audits"]] == ["accepted"]
        assert [one["text"] for one in leo.claim_one()["comments"]] == ["Look again."]

    def test_a_customers_fix_is_what_the_next_one_starts_from(
        self, tenant: Tenant, task_id: str, mara: Worker, leo: Worker
    ) -> None:
        audit(mara, task_id, "fixed", response=DOG)
        recall(mara, task_id)
        assert leo.claim_one()["base"] == DOG
        assert tenant.read(task_id)["prior_responses"] == [CAT, {**DOG, "is_customer_fix": True}]

    def test_recalled_twice(
        self, tenant: Tenant, task_id: str, mara: Worker, leo: Worker, rita: Worker
    ) -> None:
        recall(mara, task_id, "first")
        first = leo.claim_one()
        done(leo.submit(first["id"], answer=DOG))
        rita.judge()
        recall(mara, task_id, "second")
        second = leo.claim_one()
        assert second["base"] == DOG
        assert [one["text"] for one in second["comments"]] == ["first", "second"]
        # The earlier assignment is shown as it was.
        earlier = done(leo.get(f"/assignments/{first['id']}"))
        assert (earlier["base"], [one["text"] for one in earlier["comments"]]) == (CAT, ["first"])

    def test_counts_and_batch_stay_in_step(
        self, tenant: Tenant, server: Server, leo: Worker, rita: Worker, mara: Worker
    ) -> None:
        project = tenant.project()["name"]
        batch = tenant.batch(project, callback="https://hooks.example/batch")["name"]
        task_id = tenant.task(batch=batch)["task_id"]
        leo.label()
        rita.judge()
        url = f"/v1/batches/{segment(batch)}"
        assert done(tenant.live.get(url))["status"] == "completed"
        recall(mara, task_id)
        shown = done(tenant.live.get(url))
        assert shown["status"] == "in_progress"
        assert "completed_at" not in shown
        counts = done(tenant.live.get(f"{url}/status"))
        assert (counts["pending"], counts["completed"]) == (1, 0)
        assert done(tenant.live.get(f"/v1/tasks?batch={segment(batch)}&status=pending"))["total"] == 1
        (row,) = done(mara.get("/projects"))["projects"]
        assert (row["tasks"]["pending"], row["stages"]["attempt_open"]) == (1, 1)
        leo.label()
        rita.judge()
        assert done(tenant.live.get(url))["status"] == "completed"
        assert done(tenant.live.get(f"{url}/status"))["completed"] == 1

    def test_a_recalled_task_can_be_canceled(
        self, tenant: Tenant, task_id: str, mara: Worker, leo: Worker
    ) -> None:
        recall(mara, task_id)
        done(tenant.live.post(f"/v1/task/{task_id}/cancel"))
        assert leo.claim() == []
        refused(mara.post(f"/tasks/{task_id}/recall", {"comments": "x"}), 400, "completed")

    def test_recalled_once_by_many(self, tenant: Tenant, task_id: str, mara: Worker, leo: Worker) -> None:
        def one() -> int:
            return mara.post(f"/tasks/{task_id}/recall", {"comments": "x"}).status_code

        assert sorted(at_once([one] * 8, threads=8)) == [200, *[400] * 7]
        assert tenant.read(task_id)["prior_responses"] == [CAT]
        assert len(leo.claim(count=5)) == 1

    def test_the_priority_still_counts(self, tenant: Tenant, leo: Worker, rita: Worker, mara: Worker) -> None:
        urgent = tenant.task(priority=9)["task_id"]
        leo.label()
        rita.judge()
        tenant.task()
        recall(mara, urgent)
        assert leo.claim_one()["task"]["task_id"] == urgent


class TestRefusals:
    @pytest.mark.parametrize(
        ("body", "says"),
        [
            ({"verdict": "nice"}, "verdict"),
            ({"verdict": "fixed"}, '"response" is required'),
            ({"verdict": "fixed", "response": None}, '"response" is required'),
            ({"verdict": "accepted", "response": CAT}, '"response" is not allowed'),
            ({"verdict": "accepted", "redo": True}, '"redo" is not allowed'),
            ({"verdict": "rejected", "redo": True}, '"comments" is required'),
            ({"verdict": "commented"}, '"comments" is required'),
            ({"verdict": "commented", "comments": " "}, '"comments" is required'),
            ({"verdict": "accepted", "time_ms": -1}, '"time_ms" must be between'),
            ({"verdict": "accepted", "active_ms": 1 << 60}, '"active_ms" must be between'),
        ],
        ids=str,
    )
    def test_a_part_is_wrong(
        self, tenant: Tenant, task_id: str, mara: Worker, body: dict[str, Any], says: str
    ) -> None:
        before = tenant.read(task_id)
        refused(mara.post(f"/tasks/{task_id}/audit", body), 400, says)
        assert tenant.read(task_id) == before

    def test_an_empty_reason(self, tenant: Tenant, task_id: str, mara: Worker) -> None:
        refused(mara.post(f"/tasks/{task_id}/recall", {"comments": " "}), 400, "comments")
        assert tenant.read(task_id)["status"] == "completed"

    @pytest.mark.parametrize("path", ["audit", "recall"])
    def test_only_completed_tasks(self, tenant: Tenant, mara: Worker, path: str) -> None:
        pending = tenant.task()["task_id"]
        canceled = tenant.task()["task_id"]
        done(tenant.live.post(f"/v1/task/{canceled}/cancel"))
        body = {"verdict": "accepted", "comments": "x"}
        for task_id in (pending, canceled):
            before = tenant.read(task_id)
            refused(mara.post(f"/tasks/{task_id}/{path}", body), 400, "completed")
            assert tenant.read(task_id) == before

    @pytest.mark.parametrize("path", ["audit", "recall"])
    def test_only_managers(self, task_id: str, leo: Worker, rita: Worker, path: str) -> None:
        for who in (leo, rita):
            refused(
                who.post(f"/tasks/{task_id}/{path}", {"verdict": "accepted", "comments": "x"}), 403, "role"
            )


def test_each_verdict_owes_one_callback(own_tenant: Tenant, own_server: Server) -> None:
    leo, mara = own_tenant.person("leo"), own_tenant.person("mara", "manager")
    task_id = own_tenant.task(callback_url=HOOK)["task_id"]
    leo.label()
    mara.judge()
    audit(mara, task_id, "accepted")
    audit(mara, task_id, "commented", comments="Hm.")
    audit(mara, task_id, "fixed", response=DOG)
    audit(mara, task_id, "rejected", comments="No.", redo=True)
    leo.label()
    mara.judge()
    recall(mara, task_id)
    assert owed(own_server, task_id) == [
        "completed",
        *["audited"] * 3,
        "recalled",
        "completed",
        "recalled",
    ]


def test_no_callback_without_an_address(
    tenant: Tenant, server: Server, leo: Worker, rita: Worker, mara: Worker
) -> None:
    task_id = tenant.task()["task_id"]
    leo.label()
    rita.judge()
    audit(mara, task_id, "rejected", comments="No.", redo=True)
    assert owed(server, task_id) == []
