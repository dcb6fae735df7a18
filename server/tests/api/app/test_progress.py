"""The managers' pages: projects, batches, tasks, people, live progress."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from server.tests.harness import CAT, DOG, Server, Tenant, Worker, done, refused, segment

from labelwright.clock import iso

NONE = {"pending": 0, "completed": 0, "canceled": 0, "error": 0}
IDLE = {"attempt_open": 0, "attempt_held": 0, "review_open": 0, "review_held": 0}


@pytest.fixture
def mara(tenant: Tenant) -> Worker:
    """A manager."""
    return tenant.person("mara", "manager")


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """A labeler."""
    return tenant.person("leo")


class TestProjects:
    def test_how_far_each_is(self, tenant: Tenant, server: Server, mara: Worker, leo: Worker) -> None:
        tenant.project("old", params={"attachment_type": "text", "categories": ["cat"], "instruction": "Hm?"})
        created = iso(server.clock.now())
        server.clock.advance(seconds=1)
        tenant.project("new")
        tenant.batch("old", "b")
        tenant.batch("old", "c")
        for _ in range(4):
            tenant.task(project="old")
        tenant.task(batch="b")
        gone = tenant.task(batch="b", priority=-1)["task_id"]
        done(tenant.live.post(f"/v1/task/{gone}/cancel"))
        leo.label()
        leo.label()
        mara.judge()
        mara.claim_one("review")
        leo.claim_one()
        new, old = done(mara.get("/projects"))["projects"]
        assert (new["name"], new["tasks"], new["stages"], new["batches"]) == ("new", NONE, IDLE, 0)
        assert old == {
            "name": "old",
            "type": "categorization",
            "created_at": created,
            "instruction_excerpt": "Hm?",
            "tasks": {**NONE, "pending": 4, "completed": 1, "canceled": 1},
            "stages": {"attempt_open": 2, "attempt_held": 1, "review_open": 0, "review_held": 1},
            "batches": 2,
            "archived": False,
            "studio": False,
            "stuck": 0,
            "form": {"allowed": False, "waiting": 0, "lacks": []},
        }
        detail = done(mara.get("/projects/old"))
        assert {key: detail[key] for key in old} == old
        assert [entry["version"] for entry in detail["param_history"]] == [0]
        (c, b) = done(mara.get("/projects/old/batches"))["batches"]
        assert (c["name"], c["tasks"], c["stages"]) == ("c", NONE, IDLE)
        assert (b["name"], b["project"], b["status"]) == ("b", "old", "in_progress")
        assert b["tasks"] == {**NONE, "pending": 1, "canceled": 1}
        assert b["stages"]["attempt_open"] + b["stages"]["attempt_held"] == 1

    def test_staged_work_counts_as_open(self, tenant: Tenant, mara: Worker) -> None:
        tenant.project("p", studio=True)
        tenant.batch("p", "b")
        tenant.task(batch="b")
        assert done(mara.get("/projects"))["projects"][0]["stages"] == {**IDLE, "attempt_open": 1}
        assert done(mara.get("/projects/p/batches"))["batches"][0]["status"] == "staging"

    def test_studio_batches_with_their_place_and_groups(
        self, tenant: Tenant, mara: Worker, leo: Worker
    ) -> None:
        tenant.project("p", studio=True)
        tenant.batch("p", "b")
        tenant.batch("p", "c")
        people = {"emails": [leo.email], "projects": ["p"]}
        done(tenant.live.post("/v1/studio/assignments/add", json=people))
        done(tenant.live.put("/v1/studio/batches/c", json={"groups": [leo.email]}))
        order = {"batches": [{"name": "c"}, {"name": "b"}]}
        done(tenant.live.post("/v1/studio/batches/set_priorities", json=order))
        rows = {row["name"]: row for row in done(mara.get("/projects/p/batches"))["batches"]}
        assert (rows["c"]["place"], rows["c"]["groups"]) == (1, [leo.email])
        assert (rows["b"]["place"], rows["b"]["groups"]) == (2, [])
        done(mara.post("/batches/c/archive", {"archived": True}))
        done(mara.post("/projects/p/archive", {"archived": True}))
        rows = {row["name"]: row for row in done(mara.get("/projects/p/batches"))["batches"]}
        assert (rows["c"]["archived"], rows["c"]["place"]) == (True, None)
        assert (rows["b"]["archived"], rows["b"]["place"]) == (False, 1)
        (project,) = done(mara.get("/projects"))["projects"]
        assert (project["archived"], project["studio"]) == (True, True)

    def test_names_that_have_to_be_encoded(self, tenant: Tenant, mara: Worker) -> None:
        tenant.project("a/b ü")
        assert done(mara.get(f"/projects/{segment('a/b ü')}"))["name"] == "a/b ü"
        assert done(mara.get(f"/projects/{segment('a/b ü')}/batches")) == {"batches": []}
        refused(mara.get("/projects/x"), 404, "name")
        refused(mara.get("/projects/x/batches"), 404)

    def test_test_projects_are_not_work(self, tenant: Tenant, mara: Worker) -> None:
        tenant.project("p", test=True)
        found = done(mara.get("/projects"))
        assert (found["projects"], found["without_project"]["stuck"]) == ([], 0)


class TestTasks:
    def test_rows(self, tenant: Tenant, server: Server, mara: Worker, leo: Worker) -> None:
        tenant.project("p")
        tenant.batch("p", "b")
        tenant.task(batch="b", unique_id="u")
        leo.label()
        mara.judge()
        completed = iso(server.clock.now())
        server.clock.advance(seconds=1)
        tenant.task(project="p")
        held = leo.claim_one()
        server.clock.advance(seconds=1)
        free = tenant.task()
        answer = done(mara.get("/tasks"))
        assert (answer["total"], answer["next_token"]) == (3, None)
        newest, middle, oldest = answer["tasks"]
        assert newest == {
            "task_id": free["task_id"],
            "type": "categorization",
            "project": None,
            "batch": None,
            "status": "pending",
            "stage": "attempt",
            "holder": None,
            "created_at": free["created_at"],
            "completed_at": None,
            "unique_id": None,
            "customer_review_status": None,
            "checking": False,
        }
        assert (middle["task_id"], middle["holder"], middle["stage"]) == (
            held["task"]["task_id"],
            leo.email,
            "attempt",
        )
        assert (oldest["project"], oldest["batch"], oldest["unique_id"]) == ("p", "b", "u")
        assert (oldest["status"], oldest["stage"], oldest["completed_at"]) == ("completed", None, completed)
        assert oldest["customer_review_status"] == "pending"

    def test_filters_and_pages(self, tenant: Tenant, mara: Worker) -> None:
        tenant.project("p")
        tenant.batch("p", "b")
        made = [tenant.task(batch="b")["task_id"] for _ in range(3)] + [tenant.task()["task_id"]]
        done(tenant.live.post(f"/v1/task/{made[0]}/cancel"))

        def rows(query: str) -> list[str]:
            answer = done(mara.get(f"/tasks?{query}"))
            assert answer["total"] == len(answer["tasks"])
            return [row["task_id"] for row in answer["tasks"]]

        assert rows("") == made[::-1]
        assert rows("project=p") == rows("batch=b") == rows("project=p&batch=b") == made[2::-1]
        assert rows("status=canceled") == made[:1]
        assert rows("status=error&project=p") == []
        found, token = [], ""
        while token is not None:
            page = done(mara.get("/tasks", params={"limit": 3, "next_token": token}))
            assert page["total"] == 4
            found += [row["task_id"] for row in page["tasks"]]
            token = page["next_token"]
        assert found == made[::-1]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("status=x", "status"),
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("next_token=x", "next_token"),
        ],
    )
    def test_refusals(self, mara: Worker, query: str, field: str) -> None:
        refused(mara.get(f"/tasks?{query}"), 400, field)

    def test_names_that_are_not_there(self, mara: Worker) -> None:
        refused(mara.get("/tasks?project=x"), 404, "project")
        refused(mara.get("/tasks?batch=x"), 404, "batch")
        refused(mara.get("/tasks/nonsense"), 404, "task_id")

    def test_everything_that_happened(
        self, tenant: Tenant, server: Server, mara: Worker, leo: Worker
    ) -> None:
        file = done(tenant.upload(b"a picture, almost"))
        task = tenant.task(attachment=file["attachment_url"], attachment_type="image", instruction="Hm?")
        mia = tenant.person("mia")
        skipped = mia.claim_one()
        done(mia.post(f"/assignments/{skipped['id']}/skip", {"reason": "too dark"}))
        leo.label(DOG)
        server.clock.advance(seconds=1)
        mara.judge("send_back", comment="A cat.")
        leo.label(CAT)
        server.clock.advance(seconds=1)
        mara.judge("accept")
        tenant.live.post(f"/v1/task/{task['task_id']}/audit", json={"accepted": True})
        detail = done(mara.get(f"/tasks/{task['task_id']}"))
        assert detail["params"] == task["params"]
        assert (detail["instruction"], detail["response"], detail["status"]) == ("Hm?", CAT, "completed")
        assert detail["customer_review_status"] == "accepted"
        assert tenant.anonymous.get(detail["attachments"][0]["url"]).content == b"a picture, almost"
        short = ("by", "stage", "state", "answer", "verdict", "comment", "active_ms")
        assert [tuple(attempt[key] for key in short) for attempt in detail["attempts"]] == [
            ("mia", "attempt", "skipped", None, None, "too dark", 0),
            ("leo", "attempt", "submitted", DOG, None, None, 1000),
            ("mara", "review", "submitted", None, "send_back", "A cat.", 1000),
            ("leo", "attempt", "submitted", CAT, None, None, 1000),
            ("mara", "review", "submitted", None, "accept", None, 1000),
        ]
        assert [(event["by"], event["kind"]) for event in detail["events"]] == [
            ("mia", "opened"),
            ("mia", "skipped"),
            ("leo", "opened"),
            ("leo", "submitted"),
            ("mara", "opened"),
            ("mara", "submitted"),
            ("leo", "opened"),
            ("leo", "submitted"),
            ("mara", "opened"),
            ("mara", "submitted"),
            (None, "audited"),
        ]


class TestPeople:
    def test_everybodys_day(self, tenant: Tenant, server: Server, mara: Worker, leo: Worker) -> None:
        for _ in range(3):
            tenant.task()
        for verdict in ({"verdict": "accept"}, {"verdict": "fix", "answer": DOG}):
            leo.label()
            server.clock.advance(seconds=1)
            mara.judge(**verdict)
        leo.label()
        server.clock.advance(seconds=1)
        mara.judge("send_back", comment="no")
        people = {person["name"]: person for person in done(mara.get("/people"))["people"]}
        assert set(people) == {"leo", "mara"}
        assert people["leo"] == {
            "id": leo.id,
            "email": leo.email,
            "name": "leo",
            "role": "labeler",
            "projects": [],
            "submitted_today": 3,
            "active_ms_today": 3000,
            "accepted": 1,
            "fixed": 1,
            "sent_back": 1,
            "disabled": False,
        }
        assert (people["mara"]["submitted_today"], people["mara"]["accepted"]) == (3, 0)


class TestLive:
    @pytest.fixture
    def stream(self, mara: Worker) -> Iterator[Iterator[str]]:
        """The lines of the live stream."""
        with mara.client.stream("GET", "/api/live") as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "text/event-stream"
            assert answer.headers["cache-control"] == "no-store"
            yield answer.iter_lines()

    def progress(self, lines: Iterator[str]) -> list[dict[str, Any]]:
        """The next news."""
        assert next(line for line in lines if line.startswith("event:")) == "event: progress"
        found: list[dict[str, Any]] = json.loads(next(lines).removeprefix("data: "))["projects"]
        assert next(lines) == ""
        return found

    def test_news_come_by_themselves(self, tenant: Tenant, mara: Worker, stream: Iterator[str]) -> None:
        assert self.progress(stream) == []
        tenant.project("p")
        assert [project["name"] for project in self.progress(stream)] == ["p"]
        tenant.task(project="p")
        assert self.progress(stream) == done(mara.get("/projects"))["projects"]

    def test_a_reader_that_leaves(self, mara: Worker, server: Server) -> None:
        with mara.client.stream("GET", "/api/live") as answer:
            next(answer.iter_lines())
        assert httpx2.get(f"{server.url}/healthz").status_code == 200
