"""The labelling screen's API: claim, keep, hand in, give back; nobody's work is lost or done twice."""

import threading
from collections import Counter
from typing import Any

import pytest
from server.tests.harness import (
    BOX_ANSWER,
    CAT,
    CATEGORIES,
    DOG,
    Server,
    Tenant,
    Worker,
    at_once,
    done,
    refused,
)

from labelwright.clock import iso
from labelwright.domain import assignments as rules
from labelwright.store import projects as project_rows

NOTHING_BACK = {"sent_back": 0, "comment": None}


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """A labeler."""
    return tenant.person("leo")


@pytest.fixture
def mia(tenant: Tenant) -> Worker:
    """Another labeler."""
    return tenant.person("mia")


@pytest.fixture
def rita(tenant: Tenant) -> Worker:
    """A reviewer."""
    return tenant.person("rita", "member")


def read(worker: Worker, assignment: dict[str, Any]) -> dict[str, Any]:
    """An assignment as it is now."""
    found: dict[str, Any] = done(worker.get(f"/assignments/{assignment['id']}"))
    return found


def put_on(tenant: Tenant, project: dict[str, Any], worker: Worker) -> None:
    """Assign somebody to a project."""
    platform = tenant.server.platform
    tenant.server.run(platform.store.write(project_rows.assign, project["id"], worker.id, 0))


def run_out(server: Server, seconds: float | None = None) -> None:
    """Let the leases run out, and the job come by."""
    server.clock.advance(seconds=(seconds or server.settings.lease_seconds) + 1)
    server.expire()


class TestClaim:
    def test_what_an_assignment_looks_like(self, tenant: Tenant, server: Server, leo: Worker) -> None:
        project = tenant.project()["name"]
        batch = tenant.batch(project)["name"]
        task = tenant.task(batch=batch, instruction="Cat?", priority=3)
        (mine,) = leo.claim()
        lease = server.clock.now() + server.settings.reserve_seconds * 1000
        assert mine == {
            "id": mine["id"],
            "stage": "attempt",
            "state": "reserved",
            "lease_until": iso(lease),
            "opened_at": None,
            "active_ms": 0,
            "task": {
                "task_id": task["task_id"],
                "type": "categorization",
                "project": project,
                "batch": batch,
                "instruction": "Cat?",
                "params": task["params"],
                "attachments": [
                    {"ref": "a cat", "url": "", "mime_type": None, "width": None, "height": None}
                ],
                "priority": 3,
                "created_at": task["created_at"],
            },
            "draft": None,
            "base": None,
            "comments": [],
            "elsewhere": False,
        }

    def test_opening_starts_the_long_lease(self, tenant: Tenant, server: Server, leo: Worker) -> None:
        task = tenant.task()["task_id"]
        mine = leo.claim_one()
        assert (mine["state"], mine["opened_at"]) == ("active", iso(server.clock.now()))
        assert mine["lease_until"] == iso(server.clock.now() + server.settings.lease_seconds * 1000)
        assert tenant.read(task)["work_started"] is True
        server.clock.advance(seconds=1)
        again = done(leo.post(f"/assignments/{mine['id']}/open"))
        assert again["opened_at"] == mine["opened_at"]

    def test_what_is_held_comes_first(self, tenant: Tenant, leo: Worker) -> None:
        for _ in range(4):
            tenant.task()
        first, second = leo.claim(count=2)
        done(leo.post(f"/assignments/{second['id']}/open"))
        three = leo.claim(count=3)
        assert [one["id"] for one in three[:2]] == [second["id"], first["id"]]
        assert len(leo.claim(count=1)) == 1
        assert len(leo.claim(count=5)) == 4

    def test_order_is_priority_then_age(self, tenant: Tenant, server: Server, leo: Worker) -> None:
        expected = []
        for priority in (0, 5, 0, 30, 5, -1):
            expected.append((-priority, tenant.task(priority=priority)["task_id"]))
            server.clock.advance(seconds=1)
        found = []
        while mine := leo.claim():
            found.append(mine[0]["task"]["task_id"])
            done(leo.submit(mine[0]["id"], answer=CAT))
        assert found == [task for _, task in sorted(expected)]

    def test_across_projects_too(self, tenant: Tenant, server: Server, leo: Worker) -> None:
        one, two = tenant.project()["name"], tenant.project()["name"]
        low = tenant.task(project=one)["task_id"]
        server.clock.advance(seconds=1)
        high = tenant.task(project=two, priority=1)["task_id"]
        assert [a["task"]["task_id"] for a in leo.claim(count=2)] == [high, low]
        assert leo.claim(project=one)[0]["task"]["task_id"] == low

    def test_only_one_project(self, tenant: Tenant, leo: Worker) -> None:
        one, two = tenant.project()["name"], tenant.project()["name"]
        tenant.task(project=one)
        assert leo.claim(project=two) == []
        assert len(leo.claim(project=one, count=5)) == 1
        # What is held in one project is no reason to get nothing in another.
        tenant.task(project=two)
        assert [a["task"]["project"] for a in leo.claim(project=two)] == [two]

    @pytest.mark.parametrize(
        ("body", "says"),
        [
            ({}, "stage"),
            ({"stage": "audit"}, "stage"),
            ({"stage": "attempt", "count": 0}, "count"),
            ({"stage": "attempt", "count": 6}, "count"),
            ({"stage": "attempt", "count": 1 << 70}, "count"),
            ({"stage": "attempt", "count": "many"}, "count"),
            ({"stage": "attempt", "project": 5}, "project"),
        ],
    )
    def test_refusals(self, leo: Worker, body: dict[str, Any], says: str) -> None:
        refused(leo.post("/assignments/claim", body), 400, says)

    def test_a_project_that_is_not_there(self, leo: Worker) -> None:
        refused(leo.post("/assignments/claim", {"stage": "attempt", "project": "x"}), 404, "project")

    def test_attachments_are_signed_for_our_own_files(self, tenant: Tenant, leo: Worker) -> None:
        file = done(tenant.upload(b"hello"))
        tenant.task(attachment=file["attachment_url"], attachment_type="image")
        (attachment,) = leo.claim()[0]["task"]["attachments"]
        assert attachment["ref"] == file["attachment_url"]
        assert attachment["mime_type"] == "text/plain"
        assert tenant.anonymous.get(attachment["url"]).content == b"hello"

    def test_64_people_and_300_tasks(self, tenant: Tenant) -> None:
        people = [tenant.person(f"p{i}") for i in range(64)]
        project = tenant.project()["name"]
        tasks = at_once([lambda: tenant.task(project=project)["task_id"]] * 300)
        taken: Counter[str] = Counter()
        submitted: Counter[str] = Counter()
        lock = threading.Lock()

        def work(who: Worker, count: int) -> None:
            while held := who.claim(count=count):
                with lock:
                    taken.update(one["task"]["task_id"] for one in held)
                for one in held:
                    receipt = done(who.submit(one["id"], answer=CAT))
                    with lock:
                        submitted[receipt["task_id"]] += 1

        at_once([lambda who=who, i=i: work(who, i % 5 + 1) for i, who in enumerate(people)], threads=64)
        assert taken == submitted == Counter(tasks)


class TestWhoMayDoWhat:
    @pytest.mark.parametrize("role", ["labeler", "member", "manager", "admin"])
    def test_roles(self, tenant: Tenant, leo: Worker, role: str) -> None:
        tenant.task()
        leo.label()
        who = tenant.person("somebody", role)
        assert who.claim("attempt") == []
        if role == "labeler":
            refused(who.post("/assignments/claim", {"stage": "review"}), 403, "member")
        else:
            assert len(who.claim("review")) == 1

    def test_assigned_projects_are_closed_to_others(
        self, tenant: Tenant, leo: Worker, mia: Worker, rita: Worker
    ) -> None:
        closed, free = tenant.project("closed"), tenant.project("free")
        put_on(tenant, closed, leo)
        tenant.task(project="closed", priority=9)
        tenant.task(project="closed", priority=9)
        tenant.task(project="free")
        assert mia.claim(project="closed") == []
        assert [a["task"]["project"] for a in mia.claim(count=5)] == ["free"]
        assert [e["project"] for e in done(mia.get("/queue"))["entries"]] == ["free"]
        assert [a["task"]["project"] for a in leo.claim()] == ["closed"]
        # Whoever reviews works everywhere.
        assert [a["task"]["project"] for a in rita.claim(count=5)] == ["closed"]
        assert free["name"] == "free"

    def test_nobody_reviews_their_own_answer(self, tenant: Tenant, rita: Worker) -> None:
        tenant.task()
        rita.label()
        assert rita.claim("review") == []
        assert done(rita.get("/queue"))["entries"] == []
        assert len(tenant.person("rosa", "member").claim("review")) == 1

    def test_not_by_way_of_an_old_review_either(self, tenant: Tenant, leo: Worker, rita: Worker) -> None:
        tenant.task()
        leo.label()
        old = rita.claim_one("review")
        done(rita.post(f"/assignments/{old['id']}/release"))
        tenant.person("rosa", "member").judge("send_back", comment="no")
        back = leo.claim_one()
        done(leo.post(f"/assignments/{back['id']}/skip", {"reason": "no idea"}))
        rita.label(DOG)
        refused(rita.post(f"/assignments/{old['id']}/retake"), 409)
        assert rita.claim("review") == []


class TestKeeping:
    def test_a_heartbeat_prolongs(self, tenant: Tenant, server: Server, leo: Worker) -> None:
        tenant.task()
        tenant.task()
        active, reserved = leo.claim_one(), leo.claim(count=2)[1]
        for _ in range(5):
            server.clock.advance(seconds=100)
            beat = done(leo.post("/assignments/heartbeat", {"ids": [active["id"], reserved["id"]]}))
            now, settings = server.clock.now(), server.settings
            assert {held["id"]: held["lease_until"] for held in beat["held"]} == {
                active["id"]: iso(now + settings.lease_seconds * 1000),
                reserved["id"]: iso(now + settings.reserve_seconds * 1000),
            }
            assert beat["lost"] == []
            server.expire()
        assert [read(leo, one)["state"] for one in (active, reserved)] == ["active", "reserved"]

    def test_a_heartbeat_tells_what_is_lost(self, tenant: Tenant, server: Server, leo: Worker) -> None:
        tenant.task()
        tenant.task()
        gone, kept = leo.claim(count=2)
        done(leo.post(f"/assignments/{kept['id']}/open"))
        server.clock.advance(seconds=server.settings.reserve_seconds + 1)
        beat = done(leo.post("/assignments/heartbeat", {"ids": [gone["id"], kept["id"], "0" * 24]}))
        assert [one["id"] for one in beat["held"]] == [kept["id"]]
        assert beat["lost"] == [gone["id"], "0" * 24]
        assert done(leo.post("/assignments/heartbeat", {"ids": []})) == {
            "held": [],
            "lost": [],
            "elsewhere": [],
        }
        refused(leo.post("/assignments/heartbeat", {"ids": "x"}), 400, "ids")

    def test_a_lease_that_ran_out_goes_to_somebody_else(
        self, tenant: Tenant, server: Server, leo: Worker, mia: Worker
    ) -> None:
        tenant.task()
        mine = leo.claim_one()
        assert mia.claim() == []
        run_out(server)
        assert read(leo, mine)["state"] == "expired"
        theirs = mia.claim_one()
        assert theirs["task"]["task_id"] == mine["task"]["task_id"]
        # A draft is its author's alone.
        assert theirs["draft"] is None
        refused(leo.post(f"/assignments/{mine['id']}/open"), 409)
        refused(leo.draft(mine["id"], 9), 409)


class TestDrafts:
    def test_the_newest_revision_stays(self, tenant: Tenant, server: Server, leo: Worker) -> None:
        tenant.task()
        mine = leo.claim_one()
        assert done(leo.draft(mine["id"], 5, {"category": "half"}, 700)) == {
            "rev": 5,
            "saved_at": iso(server.clock.now()),
        }
        for rev in (5, 4, 1):
            sentence = refused(leo.draft(mine["id"], rev, DOG), 409)
            assert "5" in sentence
        assert leo.draft(mine["id"], 4).json()["code"] == "illegal_move"
        kept = read(leo, mine)
        assert (kept["draft"]["rev"], kept["draft"]["answer"]) == (5, {"category": "half"})
        assert kept["active_ms"] == 700
        done(leo.draft(mine["id"], 6, None))
        assert leo.claim()[0]["draft"]["answer"] is None

    @pytest.mark.parametrize(
        ("body", "says"),
        [
            ({"rev": 0}, "rev"),
            ({"rev": -1}, "rev"),
            ({"rev": 1 << 53}, "rev"),
            ({"rev": 1 << 70}, "rev"),
            ({"rev": "new"}, "rev"),
            ({"active_ms": -1}, "active_ms"),
            ({"active_ms": 1 << 40}, "active_ms"),
            ({"active_ms": None}, "active_ms"),
        ],
    )
    def test_refusals(self, tenant: Tenant, leo: Worker, body: dict[str, Any], says: str) -> None:
        tenant.task()
        mine = leo.claim_one()
        whole = {"rev": 1, "answer": {}, "active_ms": 1, **body}
        refused(leo.put(f"/assignments/{mine['id']}/draft", whole), 400, says)
        assert read(leo, mine)["draft"] is None

    def test_it_is_there_again_after_the_lease_ran_out(
        self, tenant: Tenant, server: Server, leo: Worker
    ) -> None:
        tenant.task()
        mine = leo.claim_one()
        done(leo.draft(mine["id"], 3, DOG, 5000))
        run_out(server)
        again = leo.claim_one()
        assert again["id"] != mine["id"]
        assert (again["draft"]["answer"], again["draft"]["rev"], again["active_ms"]) == (DOG, 3, 5000)
        done(leo.draft(again["id"], 4, CAT))


class TestSubmit:
    def test_it_goes_to_review(self, tenant: Tenant, leo: Worker, rita: Worker) -> None:
        task = tenant.task()["task_id"]
        mine = leo.claim_one()
        done(leo.draft(mine["id"], 1))
        assert done(leo.submit(mine["id"], answer=CAT, active_ms=1234)) == {
            "assignment_id": mine["id"],
            "task_id": task,
            "state": "submitted",
            "task_status": "pending",
            "repeated": False,
        }
        after = read(leo, mine)
        assert (after["state"], after["active_ms"], after["draft"]) == ("submitted", 1234, None)
        assert leo.claim() == []
        review = rita.claim_one("review")
        assert (review["stage"], review["base"]) == ("review", CAT)

    def test_straight_from_reserved(self, tenant: Tenant, leo: Worker) -> None:
        tenant.task()
        (mine,) = leo.claim()
        assert done(leo.submit(mine["id"], answer=CAT))["repeated"] is False

    def test_the_same_submission_counts_once(self, tenant: Tenant, leo: Worker, rita: Worker) -> None:
        task = tenant.task()["task_id"]
        mine = leo.claim_one()
        receipts = at_once([lambda: done(leo.submit(mine["id"], answer=CAT, submission_id="s"))] * 8)
        assert sorted(receipt["repeated"] for receipt in receipts) == [False] + [True] * 7
        refused(leo.submit(mine["id"], answer=CAT, submission_id="another"), 409, "already")
        detail = done(rita.get(f"/tasks/{task}"))
        assert [event["kind"] for event in detail["events"]] == ["opened", "submitted"]
        review = rita.claim_one("review")
        for repeated in (False, True):
            receipt = done(rita.submit(review["id"], verdict="accept", submission_id="r"))
            assert (receipt["repeated"], receipt["task_status"]) == (repeated, "completed")
        assert done(leo.submit(mine["id"], answer=CAT, submission_id="s"))["task_status"] == "completed"

    @pytest.mark.parametrize(
        ("body", "says"),
        [
            ({"submission_id": ""}, "submission_id"),
            ({"submission_id": " "}, "submission_id"),
            ({"submission_id": 5}, "submission_id"),
            ({"active_ms": -1}, "active_ms"),
            ({"active_ms": 1 << 62}, "active_ms"),
            ({"answer": None}, '"answer" is required'),
            ({"verdict": "accept"}, "verdict"),
            ({"verdict": "great"}, "verdict"),
            ({"comment": 5}, "comment"),
        ],
    )
    def test_refusals(self, tenant: Tenant, leo: Worker, body: dict[str, Any], says: str) -> None:
        tenant.task()
        mine = leo.claim_one()
        refused(leo.submit(mine["id"], **{"answer": CAT, **body}), 400, says)
        assert read(leo, mine)["state"] == "active"
        done(leo.submit(mine["id"], answer=CAT))

    def test_f06_what_was_sent_back_is_marked_in_the_queue(
        self, tenant: Tenant, leo: Worker, rita: Worker
    ) -> None:
        tenant.project("p")
        for _ in range(2):
            tenant.task(project="p")
        assert [e["sent_back"] for e in done(leo.get("/queue"))["entries"]] == [0]
        for comment in ("Look again.", "And here."):
            leo.label()
            review = rita.claim_one("review")
            done(rita.submit(review["id"], verdict="send_back", comment=comment))
            (entry,) = [e for e in done(leo.get("/queue"))["entries"] if e["stage"] == "attempt"]
            assert (entry["sent_back"], entry["comment"]) == (1, comment)
            # What they hold again is still marked; nobody else sees it.
            mine = leo.claim_one()
            (entry,) = [e for e in done(leo.get("/queue"))["entries"] if e["stage"] == "attempt"]
            assert (entry["sent_back"], entry["comment"]) == (1, comment)
            assert all(e["sent_back"] == 0 for e in done(rita.get("/queue"))["entries"])
            done(leo.submit(mine["id"], answer=CAT))
        assert all(e["sent_back"] == 0 for e in done(leo.get("/queue"))["entries"])

    @pytest.mark.parametrize("unseen", [{"shown": False}, {"shown": None}])
    def test_f02_an_answer_without_its_attachments_on_the_screen_is_not_taken(
        self, tenant: Tenant, leo: Worker, rita: Worker, unseen: dict[str, Any]
    ) -> None:
        tenant.task()
        mine = leo.claim_one()
        done(leo.draft(mine["id"], 1, CAT))
        # An older page that replays what it kept does not say that anything was shown.
        body = {"submission_id": "old", "active_ms": 1, "answer": CAT}
        for sent in (body, {**body, **unseen}):
            refused(leo.post(f"/assignments/{mine['id']}/submit", sent), 400)
        kept = read(leo, mine)
        assert (kept["state"], kept["draft"]["answer"]) == ("active", CAT)
        response = leo.post(f"/assignments/{mine['id']}/submit", body)
        assert (response.json()["code"], response.json()["field"]) == ("not_shown", "shown")
        done(leo.submit(mine["id"], answer=CAT))
        review = rita.claim_one("review")
        for verdict in ({"verdict": "accept"}, {"verdict": "fix", "answer": CAT}):
            refused(rita.submit(review["id"], shown=False, **verdict), 400, "on the screen")
        # What cannot be shown can always be given back.
        done(rita.submit(review["id"], shown=False, verdict="send_back", comment="It is black."))

    def test_f03_what_a_reviewer_opened_is_kept_with_the_verdict(
        self, tenant: Tenant, leo: Worker, rita: Worker
    ) -> None:
        task = tenant.task()["task_id"]
        leo.label()
        review = rita.claim_one("review")
        done(rita.submit(review["id"], verdict="accept", opened=["annotations.url", "x" * 1000]))
        said = done(rita.get(f"/tasks/{task}"))["events"][-1]
        assert said["data"]["opened"] == ["annotations.url", "x" * 200]

    @pytest.mark.parametrize(
        "answer", [{}, {"category": "fish"}, {"category": 5}, [], "cat", {"category": ["cat"]}]
    )
    def test_a_wrong_answer_says_where(self, tenant: Tenant, leo: Worker, answer: object) -> None:
        tenant.task()
        mine = leo.claim_one()
        done(leo.draft(mine["id"], 1, answer))
        response = leo.submit(mine["id"], answer=answer)
        refused(response, 400)
        assert response.json()["code"] == "invalid_answer"
        assert all({"path", "message"} <= set(problem) for problem in response.json()["problems"])
        kept = read(leo, mine)
        assert (kept["state"], kept["draft"]["answer"]) == ("active", answer)

    def test_boxes_are_checked_against_the_picture(self, tenant: Tenant, leo: Worker) -> None:
        tenant.task("imageannotation")
        mine = leo.claim_one()
        wrong = {**BOX_ANSWER, "annotations": [{**BOX_ANSWER["annotations"][0], "label": "tree"}]}
        response = leo.submit(mine["id"], answer=wrong)
        refused(response, 400)
        assert response.json()["problems"][0]["path"].startswith("annotations[0]")
        done(leo.submit(mine["id"], answer=BOX_ANSWER))

    def test_after_the_lease_ran_out_the_answer_is_kept(
        self, tenant: Tenant, server: Server, leo: Worker
    ) -> None:
        tenant.task()
        mine = leo.claim_one()
        done(leo.draft(mine["id"], 7, CAT))
        server.clock.advance(seconds=server.settings.lease_seconds + 1)
        response = leo.submit(mine["id"], answer=DOG)
        refused(response, 409)
        assert response.json()["code"] == "lease_lost"
        server.expire()
        assert read(leo, mine)["draft"]["answer"] == DOG
        again = leo.claim_one()
        assert (again["draft"]["answer"], again["draft"]["rev"]) == (DOG, 8)
        done(leo.submit(again["id"], answer=DOG))

    def test_two_people_hand_in_the_same_task(
        self, tenant: Tenant, server: Server, leo: Worker, mia: Worker, rita: Worker
    ) -> None:
        task = tenant.task()["task_id"]
        slow = leo.claim_one()
        run_out(server)
        mia.label(CAT)
        refused(leo.submit(slow["id"], answer=DOG), 409)
        rita.judge()
        assert tenant.read(task)["response"] == CAT
        assert read(leo, slow)["draft"]["answer"] == DOG


class TestRetake:
    def test_the_draft_comes_along(self, tenant: Tenant, server: Server, leo: Worker) -> None:
        tenant.task()
        mine = leo.claim_one()
        server.clock.advance(seconds=server.settings.lease_seconds + 1)
        refused(leo.submit(mine["id"], answer=DOG), 409)
        # The job that gives work back need not have come by.
        again = done(leo.post(f"/assignments/{mine['id']}/retake"))
        assert (again["state"], again["draft"]["answer"]) == ("active", DOG)
        assert read(leo, mine)["state"] == "expired"
        done(leo.submit(again["id"], answer=DOG))

    def test_what_is_still_held_is_the_same(self, tenant: Tenant, leo: Worker) -> None:
        tenant.task()
        mine = leo.claim_one()
        assert done(leo.post(f"/assignments/{mine['id']}/retake"))["id"] == mine["id"]

    def test_not_from_somebody_else(self, tenant: Tenant, server: Server, leo: Worker, mia: Worker) -> None:
        tenant.task()
        mine = leo.claim_one()
        run_out(server)
        mia.claim_one()
        refused(leo.post(f"/assignments/{mine['id']}/retake"), 409, "Somebody else")

    def test_not_what_is_done(self, tenant: Tenant, leo: Worker) -> None:
        tenant.task()
        mine = leo.label()
        refused(leo.post(f"/assignments/{mine['id']}/retake"), 409)


class TestGivingBack:
    def test_a_skipped_task_is_never_offered_again(self, tenant: Tenant, leo: Worker, mia: Worker) -> None:
        task = tenant.task()["task_id"]
        mine = leo.claim_one()
        for reason in ("", " "):
            refused(leo.post(f"/assignments/{mine['id']}/skip", {"reason": reason}), 400, "reason")
        assert done(leo.post(f"/assignments/{mine['id']}/skip", {"reason": "too dark"})) == {}
        assert (read(leo, mine)["state"], leo.claim()) == ("skipped", [])
        assert done(leo.get("/queue"))["entries"] == []
        theirs = mia.claim_one()
        assert theirs["task"]["task_id"] == task
        done(mia.post(f"/assignments/{theirs['id']}/release"))
        assert leo.claim() == []
        assert len(mia.claim()) == 1

    def test_a_released_task_may_come_again(self, tenant: Tenant, leo: Worker) -> None:
        tenant.task()
        (mine,) = leo.claim()
        assert done(leo.post(f"/assignments/{mine['id']}/release")) == {}
        (again,) = leo.claim()
        assert again["task"]["task_id"] == mine["task"]["task_id"]
        assert again["id"] != mine["id"]

    @pytest.mark.parametrize("how", ["skip", "release"])
    def test_not_what_is_lost(self, tenant: Tenant, server: Server, leo: Worker, how: str) -> None:
        tenant.task()
        (mine,) = leo.claim()
        run_out(server)
        refused(leo.post(f"/assignments/{mine['id']}/{how}", {"reason": "x"}), 409)


class TestReview:
    def test_accepted(self, tenant: Tenant, server: Server, leo: Worker, rita: Worker) -> None:
        task = tenant.task()["task_id"]
        leo.label(DOG)
        server.clock.advance(seconds=5)
        review = rita.claim_one("review")
        receipt = done(rita.submit(review["id"], verdict="accept", comment="well done"))
        assert receipt["task_status"] == "completed"
        after = tenant.read(task)
        assert (after["status"], after["response"]) == ("completed", DOG)
        assert after["completed_at"] == iso(server.clock.now())
        assert after["customer_review_status"] == "pending"

    def test_fixed(self, tenant: Tenant, leo: Worker, rita: Worker) -> None:
        task = tenant.task()["task_id"]
        leo.label(DOG)
        rita.judge("fix", answer=CAT)
        assert tenant.read(task)["response"] == CAT

    def test_sent_back_to_the_same_labeler(
        self, tenant: Tenant, server: Server, leo: Worker, mia: Worker, rita: Worker
    ) -> None:
        task = tenant.task()["task_id"]
        tenant.task(priority=100)
        tenant.task(priority=100)
        busy = mia.claim(count=2)
        first = leo.label(DOG)
        server.clock.advance(seconds=5)
        rita.judge("send_back", comment="Look at the ears.")
        said = iso(server.clock.now())
        for one in busy:
            done(mia.submit(one["id"], answer=CAT))
        assert mia.claim() == []
        back = leo.claim_one()
        assert back["task"]["task_id"] == first["task"]["task_id"] == task
        assert back["base"] == DOG
        assert back["comments"] == [
            {"by": "rita", "at": said, "text": "Look at the ears.", "verdict": "send_back"}
        ]
        done(leo.submit(back["id"], answer=CAT))
        # The second review has higher priorities before it.
        reviews = rita.claim("review", count=5)
        (again,) = [one for one in reviews if one["task"]["task_id"] == task]
        assert again["base"] == CAT
        done(rita.submit(again["id"], verdict="accept"))
        assert tenant.read(task)["response"] == CAT

    def test_work_that_was_sent_back_comes_before_everything(
        self, tenant: Tenant, leo: Worker, rita: Worker
    ) -> None:
        task = tenant.task()["task_id"]
        leo.label()
        rita.judge("send_back", comment="no")
        tenant.task(priority=100)
        assert leo.claim()[0]["task"]["task_id"] == task

    def test_sent_back_and_skipped_it_is_everybodys(
        self, tenant: Tenant, leo: Worker, mia: Worker, rita: Worker
    ) -> None:
        tenant.task()
        leo.label()
        rita.judge("send_back", comment="no")
        back = leo.claim_one()
        done(leo.post(f"/assignments/{back['id']}/skip", {"reason": "no idea"}))
        assert len(mia.claim()) == 1

    def test_the_work_starts_from_the_hypothesis(self, tenant: Tenant, leo: Worker) -> None:
        tenant.task(hypothesis=DOG)
        assert leo.claim()[0]["base"] == DOG

    @pytest.mark.parametrize(
        ("body", "says"),
        [
            ({}, '"verdict" is required'),
            ({"verdict": "great"}, "verdict"),
            ({"verdict": "fix"}, '"answer" is required'),
            ({"verdict": "fix", "answer": {"category": "fish"}}, "category"),
            ({"verdict": "accept", "answer": CAT}, "answer"),
            ({"verdict": "send_back"}, '"comment" is required'),
            ({"verdict": "send_back", "comment": " "}, '"comment" is required'),
            ({"verdict": "send_back", "comment": "x", "answer": CAT}, "answer"),
        ],
    )
    def test_refusals(
        self, tenant: Tenant, leo: Worker, rita: Worker, body: dict[str, Any], says: str
    ) -> None:
        task = tenant.task()["task_id"]
        leo.label()
        review = rita.claim_one("review")
        refused(rita.submit(review["id"], **body), 400, says)
        assert tenant.read(task)["status"] == "pending"
        assert read(rita, review)["state"] == "active"

    def test_a_review_whose_lease_ran_out(
        self, tenant: Tenant, server: Server, leo: Worker, rita: Worker
    ) -> None:
        task = tenant.task()["task_id"]
        leo.label()
        review = rita.claim_one("review")
        run_out(server)
        refused(rita.submit(review["id"], verdict="fix", answer=DOG), 409)
        assert tenant.read(task)["status"] == "pending"
        again = rita.claim_one("review")
        assert again["draft"]["answer"] == DOG


class TestQueue:
    def test_what_there_is_for_me(self, tenant: Tenant, server: Server, leo: Worker, rita: Worker) -> None:
        long = "x" * 500
        tenant.project("boxes", "imageannotation")
        tenant.project("kinds", params={**CATEGORIES, "instruction": long})
        for _ in range(3):
            tenant.task(project="kinds")
        tenant.task("imageannotation", project="boxes")
        leo.label(project="kinds")
        leo.claim_one(project="kinds")
        kinds = {
            "project": "kinds",
            "type": "categorization",
            "instruction_excerpt": long[:160],
            **NOTHING_BACK,
        }
        boxes = {"project": "boxes", "type": "imageannotation", "instruction_excerpt": "", **NOTHING_BACK}
        assert done(leo.get("/queue")) == {
            "entries": [
                {**boxes, "stage": "attempt", "open": 1, "mine": 0},
                {**kinds, "stage": "attempt", "open": 2, "mine": 1},
            ],
            "done_today": 1,
            "active_ms_today": 1000,
        }
        assert done(rita.get("/queue"))["entries"] == [
            {**boxes, "stage": "attempt", "open": 1, "mine": 0},
            {**kinds, "stage": "attempt", "open": 1, "mine": 0},
            {**kinds, "stage": "review", "open": 1, "mine": 0},
        ]
        server.clock.advance(seconds=rules.DAY / 1000)
        assert done(leo.get("/queue"))["done_today"] == 0

    def test_tasks_without_a_project(self, tenant: Tenant, leo: Worker) -> None:
        tenant.task()
        (entry,) = done(leo.get("/queue"))["entries"]
        assert (entry["project"], entry["open"]) == ("", 1)

    def test_an_empty_name_claims_tasks_without_a_project_only(
        self, tenant: Tenant, leo: Worker, rita: Worker
    ) -> None:
        tenant.project("kinds", params=CATEGORIES)
        urgent = tenant.task(project="kinds", priority=30)["task_id"]
        plain = tenant.task()["task_id"]
        assert [one["task"]["task_id"] for one in leo.claim(project="", count=5)] == [plain]
        assert [one["task"]["task_id"] for one in leo.claim(project="", count=5)] == [plain]
        assert [one["task"]["task_id"] for one in rita.claim(count=5)] == [urgent]


def test_somebody_elses_assignment(tenant: Tenant, leo: Worker, rita: Worker) -> None:
    tenant.task()
    mine = leo.claim_one()
    refused(rita.get(f"/assignments/{mine['id']}"), 404)
    refused(rita.submit(mine["id"], answer=CAT), 404)
    refused(leo.get("/assignments/nonsense"), 404)
