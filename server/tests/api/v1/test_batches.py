"""Batches through V1: how they begin, fill, finish, and call back."""

from typing import Any

import pytest
from server.tests.creates import create_many, waiting
from server.tests.harness import Server, Tenant, Worker, at_once, done, refused, segment

from labelwright.clock import iso
from labelwright.domain import batches, tasks
from labelwright.errors import NotFound
from labelwright.store import Reader, Tx, accounts, work
from labelwright.store import tasks as rows


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """A labeler."""
    return tenant.person("leo")


@pytest.fixture
def rita(tenant: Tenant) -> Worker:
    """A reviewer."""
    return tenant.person("rita", "member")


def read(tenant: Tenant, name: str) -> dict[str, Any]:
    found: dict[str, Any] = done(tenant.live.get(f"/v1/batches/{segment(name)}"))
    return found


def callbacks(tenant: Tenant, name: str) -> int:
    """How many callbacks a batch owes or has had."""

    async def count(db: Reader) -> int:
        row = await db.one(
            "SELECT COUNT(*) FROM callback c JOIN batch b ON b.id = c.subject_id JOIN environment e"
            " ON e.id = b.env_id WHERE c.kind = 'batch' AND b.name = $1 AND e.account_id = $2",
            name,
            tenant.account_id,
        )
        return int(row[0]) if row else 0

    return tenant.server.run(tenant.server.platform.read(count))


class TestCreate:
    def test_what_a_new_batch_looks_like(self, tenant: Tenant, server: Server) -> None:
        project = tenant.project()["name"]
        batch = tenant.batch(project, "w18", callback="https://hooks.example/b", metadata={"week": 18})
        assert batch == {
            "name": "w18",
            "project": project,
            "status": "in_progress",
            "created_at": iso(server.clock.now()),
            "callback": "https://hooks.example/b",
            "metadata": {"week": 18},
        }
        assert read(tenant, "w18") == batch

    def test_what_the_official_client_sends(self, tenant: Tenant) -> None:
        """Every key, with empty values for what was left out (wire/batches §2)."""
        batch = tenant.batch(
            tenant.project()["name"],
            callback="",
            calibration_batch=False,
            self_label_batch=False,
            metadata={},
        )
        assert set(batch) == {"name", "project", "status", "created_at", "metadata"}

    @pytest.mark.parametrize("flag", ["calibration_batch", "self_label_batch", "instruction_batch"])
    def test_kinds(self, tenant: Tenant, flag: str) -> None:
        batch = tenant.batch(tenant.project(rapid=True)["name"], **{flag: True})
        assert batch["calibration_batch" if flag == "instruction_batch" else flag] is True

    @pytest.mark.parametrize(
        ("tier", "test", "status"),
        [
            ({}, False, "in_progress"),
            ({"rapid": True}, False, "staging"),
            ({"studio": True}, False, "staging"),
            ({"rapid": True}, True, "in_progress"),
            ({"studio": True}, True, "in_progress"),
        ],
    )
    def test_where_it_begins(self, tenant: Tenant, tier: dict[str, bool], test: bool, status: str) -> None:
        project = tenant.project(test=test, **tier)["name"]
        assert tenant.batch(project, test=test)["status"] == status

    @pytest.mark.parametrize(
        ("changes", "status", "says"),
        [
            ({"name": ""}, 400, "name"),
            ({"name": " "}, 400, "name"),
            ({"name": "🎈" * 257}, 400, "name"),
            ({"name": 5}, 400, "name"),
            ({"name": None}, 400, "name"),
            ({"project": None}, 400, "project"),
            ({"project": "nothing"}, 404, "Project"),
            ({"callback": "nonsense"}, 400, "callback"),
            ({"metadata": "text"}, 400, "metadata"),
            ({"metadata": {"x": "y" * 10_240}}, 400, "metadata"),
            ({"calibration_batch": "maybe"}, 400, "calibration_batch"),
            ({"calibration_batch": True, "self_label_batch": True}, 400, "calibration_batch"),
            ({"name": "taken"}, 409, "already exists"),
        ],
        ids=str,
    )
    def test_refusals(self, tenant: Tenant, changes: dict[str, Any], status: int, says: str) -> None:
        tenant.batch(tenant.project("other")["name"], "taken")
        body = {"name": "new", "project": tenant.project("mine")["name"], **changes}
        body = {key: value for key, value in body.items() if value is not None}
        refused(tenant.live.post("/v1/batches", json=body), status, says)
        assert done(tenant.live.get("/v1/batches"))["total"] == 1


@pytest.mark.parametrize(
    "name", ["a bc/def", "größe № 7", "%2F", "...", "a?b#c&d=e", "+ +", "日本", "a\\b", "🎈"]
)
def test_names_that_have_to_be_encoded(tenant: Tenant, name: str) -> None:
    project = tenant.project(name)["name"]
    assert done(tenant.live.get(f"/v1/projects/{segment(name)}"))["name"] == name
    tenant.batch(project, name)
    task = tenant.task(batch=name)
    assert (task["batch"], task["project"]) == (name, name)
    place = f"/v1/batches/{segment(name)}"
    assert done(tenant.live.get(place))["name"] == name
    assert done(tenant.live.get(f"{place}/status"))["pending"] == 1
    assert done(tenant.live.get("/v1/tasks", params={"batch": name, "project": name}))["total"] == 1
    assert done(tenant.live.post(f"{place}/finalize"))["name"] == name


class TestLife:
    @pytest.mark.parametrize("tier", ["rapid", "studio"])
    def test_staged_work_waits_for_finalize(self, tenant: Tenant, leo: Worker, tier: str) -> None:
        project = tenant.project(**{tier: True})["name"]
        batch = tenant.batch(project)["name"]
        task = tenant.task(batch=batch)
        assert leo.claim() == []
        place = f"/v1/batches/{segment(batch)}/finalize"
        for _ in range(2):
            assert done(tenant.live.post(place))["status"] == "in_progress"
        refused(tenant.create(batch=batch), 400, batch, "finalized")
        (mine,) = leo.claim()
        assert mine["task"]["task_id"] == task["task_id"]
        # A task without a batch has nothing to wait for.
        tenant.task(project=project)
        assert len(tenant.person("mia").claim()) == 1

    def test_it_completes_with_its_last_task(
        self, tenant: Tenant, server: Server, leo: Worker, rita: Worker
    ) -> None:
        batch = tenant.batch(tenant.project()["name"])["name"]
        tenant.task(batch=batch)
        gone = tenant.task(batch=batch)["task_id"]
        leo.label()
        assert self.counts(tenant, batch) == ("in_progress", 2, 0, 0, 0)
        rita.judge()
        assert self.counts(tenant, batch) == ("in_progress", 1, 1, 0, 0)
        server.clock.advance(seconds=1)
        done(tenant.live.post(f"/v1/task/{gone}/cancel"))
        assert self.counts(tenant, batch) == ("completed", 0, 1, 1, 0)
        assert read(tenant, batch)["completed_at"] == iso(server.clock.now())

    def counts(self, tenant: Tenant, batch: str) -> tuple[Any, ...]:
        found = done(tenant.live.get(f"/v1/batches/{segment(batch)}/status"))
        return tuple(found[key] for key in ("status", "pending", "completed", "canceled", "error"))

    def test_failed_tasks_have_ended_too(self, tenant: Tenant, server: Server) -> None:
        batch = tenant.batch(tenant.project()["name"], callback="https://hooks.example/")["name"]
        task_id = tenant.task(batch=batch)["task_id"]

        async def fail(tx: Tx) -> None:
            env = await accounts.environment_of(tx, tenant.account_id, "live")
            assert env is not None
            task = await rows.for_update(tx, env.id, task_id)
            assert task is not None
            assert await tasks.fail(tx, env, task, '{"error":"x"}', server.clock.now())

        server.run(server.platform.store.write(fail))
        assert self.counts(tenant, batch) == ("completed", 0, 0, 0, 1)
        (shown,) = done(tenant.live.get("/v1/batches?detailed=true"))["docs"]
        assert (shown["status"], shown["error"]) == ("completed", 1)

    def test_finalize_leaves_tasks_alone_whose_attachments_are_missing(
        self, tenant: Tenant, server: Server, leo: Worker
    ) -> None:
        batch = tenant.batch(tenant.project(rapid=True)["name"])["name"]
        ready, unready = tenant.task(batch=batch)["task_id"], tenant.task(batch=batch)["task_id"]

        async def check(tx: Tx) -> None:
            await tx.run("UPDATE work SET state = $2 WHERE task_id = $1", unready, work.CHECKING)

        server.run(server.platform.store.write(check))
        done(tenant.live.post(f"/v1/batches/{segment(batch)}/finalize"))
        assert [one["task"]["task_id"] for one in leo.claim(count=5)] == [ready]

    def test_it_is_open_again_with_another_task(self, tenant: Tenant) -> None:
        batch = tenant.batch(tenant.project()["name"])["name"]
        for _ in range(2):
            task = tenant.task(batch=batch)["task_id"]
            assert read(tenant, batch)["status"] == "in_progress"
            done(tenant.live.post(f"/v1/task/{task}/cancel"))
            assert read(tenant, batch)["status"] == "completed"

    def test_a_test_batch_is_done_when_its_owner_says_so(self, tenant: Tenant) -> None:
        batch = tenant.batch(tenant.project(test=True)["name"], test=True)["name"]
        place = f"/v1/batches/{segment(batch)}"
        tenant.task(test=True, batch=batch)
        tenant.task(test=True, batch=batch)
        assert done(tenant.test.get(place))["status"] == "in_progress"
        assert done(tenant.test.post(f"{place}/finalize"))["status"] == "completed"
        assert done(tenant.test.post(f"{place}/finalize"))["status"] == "completed"
        assert done(tenant.test.get(f"{place}/status"))["completed"] == 2

    @pytest.mark.parametrize("tier", [{}, {"rapid": True}, {"studio": True}, {"test": True}])
    def test_f22_an_empty_batch_is_completed_when_it_is_finalized(
        self, tenant: Tenant, tier: dict[str, bool]
    ) -> None:
        test = tier.get("test", False)
        name = tenant.project(**tier)["name"]
        batch = tenant.batch(name, callback="https://hooks.example/", test=test)["name"]
        client, place = tenant.test if test else tenant.live, f"/v1/batches/{segment(batch)}/finalize"
        answers = at_once([lambda: client.post(place)] * 4)
        assert [done(answer)["status"] for answer in answers] == ["completed"] * 4
        assert done(client.get(f"/v1/batches/{segment(batch)}/status"))["status"] == "completed"
        assert callbacks(tenant, batch) == 1
        if tier in ({"rapid": True}, {"studio": True}):
            refused(tenant.create(batch=batch), 400, "finalized")
        else:
            # It is open again with a task, as any batch that was done.
            tenant.task(batch=batch, test=test)
            assert done(client.get(f"/v1/batches/{segment(batch)}"))["status"] == "in_progress"

    def test_f22_an_empty_staged_batch_is_completed_in_v2_too(self, tenant: Tenant) -> None:
        body = {"name": "b", "project_name": tenant.project()["name"], "staging_batch": True}
        made = done(tenant.live.post("/v2/batch", json={**body, "callback": "https://hooks.example/"}))
        ended = done(tenant.live.post("/v2/batch/finalize", json={"batch_id": made["id"]}))
        assert ended["status"] == "completed"
        assert callbacks(tenant, "b") == 1

    def test_f22_a_batch_that_was_done_before_it_was_finalized(self, tenant: Tenant) -> None:
        batch = tenant.batch(tenant.project(rapid=True)["name"], callback="https://hooks.example/")["name"]
        for _ in range(2):
            done(tenant.live.post(f"/v1/task/{tenant.task(batch=batch)['task_id']}/cancel"))
        assert (read(tenant, batch)["status"], callbacks(tenant, batch)) == ("staging", 0)
        for _ in range(2):
            done(tenant.live.post(f"/v1/batches/{segment(batch)}/finalize"))
        assert (read(tenant, batch)["status"], callbacks(tenant, batch)) == ("completed", 1)

    def test_f22_finalizing_while_tasks_are_created_loses_none(self, tenant: Tenant) -> None:
        batch = tenant.batch(tenant.project()["name"])["name"]
        calls = [
            lambda: tenant.create(batch=batch),
            lambda: tenant.live.post(f"/v1/batches/{batch}/finalize"),
        ]
        for answer in at_once(calls * 8):
            done(answer)
        # Whatever came first, a batch with tasks that wait is open.
        assert read(tenant, batch)["status"] == "in_progress"
        assert done(tenant.live.get(f"/v1/batches/{segment(batch)}/status"))["pending"] == 8

    def test_tasks_and_batches_of_different_projects(self, tenant: Tenant) -> None:
        batch = tenant.batch(tenant.project("one")["name"])["name"]
        refused(tenant.create(batch=batch, project=tenant.project("two")["name"]), 400, "batch", "one")
        assert tenant.task(batch=batch, project="one")["project"] == "one"

    def test_metadata_is_replaced(self, tenant: Tenant) -> None:
        batch = tenant.batch(tenant.project()["name"], metadata={"a": 1})["name"]
        place = f"/v1/batches/{segment(batch)}/setMetadata"
        assert done(tenant.live.post(place, json={"b": 2}))["metadata"] == {"b": 2}
        for body in ([1], "text", {"x": "y" * 10_240}):
            refused(tenant.live.post(place, json=body), 400, "metadata")
        assert read(tenant, batch)["metadata"] == {"b": 2}
        answer = tenant.live.post(place, content=b"", headers={"content-type": "application/json"})
        assert done(answer)["metadata"] == {}


class TestPriority:
    def test_it_reaches_the_tasks_and_the_queue(self, tenant: Tenant, leo: Worker) -> None:
        project = tenant.project()["name"]
        batch = tenant.batch(project)["name"]
        early = tenant.task(project=project)["task_id"]
        late = tenant.task(batch=batch)["task_id"]
        answer = tenant.live.post(f"/v1/batches/{segment(batch)}/prioritize", json={"priority": 25})
        assert done(answer) == {"result": "success", "priority": 25}
        assert tenant.read(late)["priority"] == 25
        assert tenant.task(batch=batch)["priority"] == 25
        assert tenant.task(batch=batch, priority=1)["priority"] == 1
        assert leo.claim(count=3)[0]["task"]["task_id"] == late
        assert tenant.read(early)["priority"] == 0

    def test_it_reaches_creates_that_are_under_way(self, tenant: Tenant, server: Server) -> None:
        """A task gets the priority that its batch has at the commit, not when its request was read."""
        batch = tenant.batch(tenant.project()["name"])["name"]
        item = waiting(tenant, server, batch=batch)
        done(tenant.live.post(f"/v1/batches/{segment(batch)}/prioritize", json={"priority": 25}))
        server.run(server.platform.store.write(create_many, [item]))
        assert tenant.read(item.task.id)["priority"] == 25

    @pytest.mark.parametrize("priority", [9, 31, -1, "high", None, 1 << 70, 15.5])
    def test_out_of_range(self, tenant: Tenant, priority: object) -> None:
        batch = tenant.batch(tenant.project()["name"])["name"]
        place = f"/v1/batches/{segment(batch)}/prioritize"
        refused(tenant.live.post(place, json={"priority": priority}), 400, "priority")
        for allowed in (10, 30, "20"):
            done(tenant.live.post(place, json={"priority": allowed}))

    def test_a_completed_batch(self, tenant: Tenant) -> None:
        batch = tenant.batch(tenant.project()["name"])["name"]
        task = tenant.task(batch=batch)["task_id"]
        done(tenant.live.post(f"/v1/task/{task}/cancel"))
        answer = tenant.live.post(f"/v1/batches/{segment(batch)}/prioritize", json={"priority": 20})
        refused(answer, 400, "completed")


class TestList:
    @pytest.fixture
    def shelf(self, tenant: Tenant, server: Server, leo: Worker, rita: Worker) -> Tenant:
        """Batches a (oldest, completed and audited), b (staging) and c, an hour apart."""
        one, two = tenant.project("one")["name"], tenant.project("two", rapid=True)["name"]
        self.start = server.clock.now()
        tenant.batch(one, "a")
        server.clock.advance(seconds=3600)
        tenant.batch(two, "b")
        server.clock.advance(seconds=3600)
        tenant.batch(one, "c")
        task = tenant.task(batch="a")["task_id"]
        server.clock.advance(seconds=3600)
        leo.label()
        rita.judge()
        server.clock.advance(seconds=3600)
        assert tenant.live.post(f"/v1/task/{task}/audit", json={"accepted": True}).text == "OK"
        return tenant

    def ask(self, tenant: Tenant, query: str) -> str:
        answer = done(tenant.live.get(f"/v1/batches?{query}"))
        assert answer["totalDocs"] == answer["total"] == len(answer["docs"])
        return "".join(doc["name"] for doc in answer["docs"])

    def at(self, hours: float) -> str:
        return segment(iso(self.start + int(hours * 3_600_000)))

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", "cba"),
            ("project=one", "ca"),
            ("project=two", "b"),
            ("status=staging", "b"),
            ("status=in_progress", "c"),
            ("status=completed", "a"),
            ("status=completed&project=two", ""),
            ("exclude_archived=False", "cba"),
            ("exclude_archived=True", "cba"),
            ("status=&project=&start_time=&nonsense=1", "cba"),
        ],
    )
    def test_each_filter(self, shelf: Tenant, query: str, found: str) -> None:
        assert self.ask(shelf, query) == found

    def test_archived_ones(self, shelf: Tenant, stranger: Tenant, server: Server) -> None:
        def archive(who: Tenant, *, archived: bool) -> None:
            async def change() -> None:
                env = await server.platform.read(accounts.environment_of, who.account_id, "live")
                mine = await server.platform.read(accounts.environment_of, shelf.account_id, "live")
                assert env is not None
                assert mine is not None
                found = await batches.get(server.platform, mine, "b")
                await batches.archive(server.platform, env, found.id, archived=archived)

            server.run(change())

        for _ in range(2):
            archive(shelf, archived=True)
            assert self.ask(shelf, "exclude_archived=True") == "ca"
            assert self.ask(shelf, "exclude_archived=false") == self.ask(shelf, "") == "cba"
        assert read(shelf, "b")["archived"] is True
        with pytest.raises(NotFound):
            archive(stranger, archived=False)
        archive(shelf, archived=False)
        assert self.ask(shelf, "exclude_archived=True") == "cba"
        assert "archived" not in read(shelf, "b")

    def test_times(self, shelf: Tenant) -> None:
        assert self.ask(shelf, f"start_time={self.at(1)}") == "cb"
        assert self.ask(shelf, f"end_time={self.at(1)}") == "ba"
        assert self.ask(shelf, f"completed_after={self.at(3)}&completed_before={self.at(3)}") == "a"
        assert self.ask(shelf, f"completed_after={self.at(3.1)}") == ""
        assert self.ask(shelf, f"completed_before={self.at(2.9)}") == ""
        assert self.ask(shelf, f"audited_after={self.at(4)}&audited_before={self.at(4)}") == "a"
        assert self.ask(shelf, f"audited_after={self.at(4.1)}") == ""
        assert self.ask(shelf, f"audited_before={self.at(3.9)}") == ""
        assert read(shelf, "a")["last_audited_at"] == iso(self.start + 4 * 3_600_000)

    def test_details(self, shelf: Tenant) -> None:
        for flag in ("true", "True"):
            docs = done(shelf.live.get(f"/v1/batches?detailed={flag}"))["docs"]
            assert [(d["pending"], d["completed"], d["canceled"], d["error"]) for d in docs] == [
                (0, 0, 0, 0),
                (0, 0, 0, 0),
                (0, 1, 0, 0),
            ]
        assert "pending" not in done(shelf.live.get("/v1/batches"))["docs"][0]

    def test_pages_by_offset(self, shelf: Tenant) -> None:
        """The official client adds the returned limit to the offset (wire/batches §6)."""
        names, offset, more = [], 0, True
        while more:
            page = done(shelf.live.get(f"/v1/batches?limit=2&offset={offset}"))
            names += [doc["name"] for doc in page["docs"]]
            assert (page["limit"], page["offset"], page["totalDocs"]) == (2, offset, 3)
            offset, more = offset + page["limit"], page["has_more"]
        assert names == ["c", "b", "a"]

    def test_f16_a_bulk_downloader_gets_every_batch(self, tenant: Tenant) -> None:
        """The loop of the original's own downloader: page after page, for as long as ``hasNextPage`` says."""
        project = tenant.project()["name"]
        made = [tenant.batch(project, f"b{n:03}")["name"] for n in range(250)]
        found: list[str] = []
        more, number, pages = True, 1, []
        while more:
            params = {"project": project, "offset": (number - 1) * 100}
            page = done(tenant.live.get("/v1/batches", params=params))
            pages.append(f"{number}/{page['totalPages']}")
            more, number = page["hasNextPage"], page["nextPage"]
            found += [batch["name"] for batch in page["docs"]]
        assert pages == ["1/3", "2/3", "3/3"]
        assert found == made[::-1]
        by_number, page = [], {"nextPage": 1}
        while page["nextPage"]:
            params = {"project": project, "limit": 60, "page": page["nextPage"]}
            page = done(tenant.live.get("/v1/batches", params=params))
            by_number += [batch["name"] for batch in page["docs"]]
        assert by_number == found

    @pytest.mark.parametrize(
        ("query", "offset", "page", "previous", "following", "first", "more"),
        [
            ("limit=2", 0, 1, None, 2, 1, True),
            ("limit=2&offset=2", 2, 2, 1, 3, 3, True),
            ("limit=2&offset=4", 4, 3, 2, None, 5, False),
            # As mongoose-paginate has them: the offset of a page's inside belongs to that page.
            ("limit=2&offset=1", 1, 1, 1, 2, 1, True),
            ("limit=2&offset=3", 3, 2, 1, 3, 3, False),
            ("limit=2&offset=8", 8, 5, 4, None, 9, False),
            ("limit=2&page=3", 4, 3, 2, None, 5, False),
            ("limit=2&page=3&offset=0", 0, 1, None, 2, 1, True),
        ],
    )
    def test_f16_the_whole_page_object(
        self,
        tenant: Tenant,
        query: str,
        offset: int,
        page: int,
        previous: int | None,
        following: int | None,
        first: int,
        more: bool,
    ) -> None:
        project = tenant.project()["name"]
        for n in range(5):
            tenant.batch(project, f"b{n}")
        found = done(tenant.live.get(f"/v1/batches?{query}"))
        docs = found.pop("docs")
        assert [one["name"] for one in docs] == ["b4", "b3", "b2", "b1", "b0"][offset : offset + 2]
        assert found == {
            "totalDocs": 5,
            "total": 5,
            "limit": 2,
            "offset": offset,
            "has_more": more,
            "page": page,
            "totalPages": 3,
            "hasPrevPage": previous is not None,
            "prevPage": previous,
            "hasNextPage": following is not None,
            "nextPage": following,
            "pagingCounter": first,
        }

    def test_f16_a_page_of_nothing(self, tenant: Tenant) -> None:
        found = done(tenant.live.get("/v1/batches"))
        assert found["docs"] == []
        assert (found["page"], found["totalPages"], found["hasNextPage"]) == (1, 1, False)
        assert (found["nextPage"], found["prevPage"], found["pagingCounter"]) == (None, None, 1)

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("page=0", "page"),
            ("page=99999999999", "page"),
            ("page=x", "page"),
            ("status=done", "status"),
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("offset=-1", "offset"),
            ("detailed=perhaps", "detailed"),
            ("start_time=x", "start_time"),
            ("end_time=x", "end_time"),
            ("completed_after=x", "completed_after"),
            ("completed_before=x", "completed_before"),
            ("audited_after=x", "audited_after"),
            ("audited_before=x", "audited_before"),
        ],
    )
    def test_refusals_name_the_parameter(self, tenant: Tenant, query: str, field: str) -> None:
        refused(tenant.live.get(f"/v1/batches?{query}"), 400, field)
