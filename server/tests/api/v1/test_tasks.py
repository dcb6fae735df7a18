"""Tasks through V1: created once, found again by every filter, changed, canceled, audited."""

import json
import random
import string
from collections.abc import Callable
from typing import Any

import pytest
from server.tests.answers import is_id
from server.tests.conftest import BODY_LIMIT
from server.tests.creates import create_many, waiting
from server.tests.harness import CAT, CATEGORIES, Server, Tenant, at_once, done, ids, refused, segment
from server.tests.hosts import png

from labelwright.clock import iso
from labelwright.domain import tasks
from labelwright.errors import Duplicate
from labelwright.store import Tx, accounts
from labelwright.store import tasks as rows
from labelwright.store.rows import Environment, Task

NOWHERE = "scaledata://x/0b0e6d5a-7d5f-4e9e-9b1c-2f0d9d4b2a11"
BARE = {"attachment": "a cat", **CATEGORIES}


async def whose(tx: Tx, tenant: Tenant, task_id: str) -> tuple[Environment, Task]:
    """A live task and its environment."""
    env = await accounts.environment_of(tx, tenant.account_id, "live")
    assert env is not None
    task = await rows.for_update(tx, env.id, task_id)
    assert task is not None
    return env, task


def titles(answer: dict[str, Any]) -> list[str]:
    """The unique ids of a page: the tests' names for tasks."""
    return [doc["unique_id"] for doc in answer["docs"]]


class TestCreate:
    def test_what_a_new_task_looks_like(self, tenant: Tenant, server: Server) -> None:
        task = tenant.task()
        now = iso(server.clock.now())
        assert is_id(task["task_id"])
        assert (task["created_at"], task["updated_at"]) == (now, now)
        assert int(task["task_id"][:8], 16) == server.clock.now() // 1000
        assert task == {
            "task_id": task["task_id"],
            "created_at": now,
            "updated_at": now,
            "type": "categorization",
            "status": "pending",
            "instruction": "",
            "params": {"attachment": "a cat", **CATEGORIES, "allow_multiple": False},
            "is_test": False,
            "urgency": "standard",
            "metadata": {},
            "processed_attachments": [],
            "priority": 0,
            "customerId": tenant.account_id,
            "work_started": False,
        }
        assert tenant.read(task["task_id"]) == task

    def test_every_common_parameter_comes_back(self, tenant: Tenant) -> None:
        project = tenant.project()
        batch = tenant.batch(project["name"])["name"]
        common = {
            "project": project["name"],
            "batch": batch,
            "callback_url": "https://hooks.example/x?y=1",
            "instruction": "Cat or dog?",
            "metadata": {"row": 7, "größe": ["ß", None, 1.5]},
            "priority": 30,
            "unique_id": "строка 1/ä",
            "tags": ["b", "a"],
            "urgency": "day",
        }
        task = tenant.task(**common, clear_unique_id_on_error=True, force=True)
        assert {key: task[key] for key in common} == common
        assert task["projectId"] == project["id"]
        assert task["project_param_version"] == 0
        assert set(task["params"]) == {"attachment", "attachment_type", "categories", "allow_multiple"}

    def test_an_instruction_that_the_type_has(self, tenant: Tenant) -> None:
        """What the wire was seen to fill in for a type (wire/tasks §4.1)."""
        body = {"attachment": "https://audio.example/1.mp3"}
        place = "/v1/task/audiotranscription"
        task = done(tenant.live.post(place, json=body))
        assert task["instruction"] == "Please transcribe the attached audio file."
        assert done(tenant.live.post(place, json={**body, "instruction": "Own."}))["instruction"] == "Own."

    def test_types_that_need_a_project(self, tenant: Tenant) -> None:
        messages = {"initial_messages": [{"role": "user", "content": "Why?"}]}
        refused(tenant.live.post("/v1/task/chat", json=messages), 400, '"project" is required')
        tenant.batch(tenant.project(kind="chat", params={})["name"], "b")
        done(tenant.live.post("/v1/task/chat", json={**messages, "batch": "b"}))

    def test_unknown_parameters_are_kept_with_the_params(self, tenant: Tenant) -> None:
        assert tenant.task(future={"x": [1]})["params"]["future"] == {"x": [1]}

    def test_nulls_count_as_absent(self, tenant: Tenant) -> None:
        nothing = dict.fromkeys(
            ("project", "batch", "callback_url", "instruction", "metadata", "priority", "unique_id", "tags")
        )
        task = done(tenant.live.post("/v1/task/categorization", json={**BARE, **nothing}))
        assert not {"project", "batch", "callback_url", "unique_id", "tags"} & set(task)

    def test_the_old_name_of_a_type(self, tenant: Tenant) -> None:
        assert done(tenant.live.post("/v1/task/categorize", json=BARE))["type"] == "categorization"

    def test_numbers_may_be_strings(self, tenant: Tenant) -> None:
        assert tenant.task(priority="12")["priority"] == 12

    def test_test_tasks_are_complete_at_once(self, tenant: Tenant) -> None:
        task = tenant.task(test=True)
        assert (task["status"], task["is_test"], task["response"]) == ("completed", True, CAT)
        assert task["completed_at"] == task["created_at"]
        again = done(tenant.test.get(f"/v1/task/{task['task_id']}"))
        assert again == task
        refused(tenant.test.post(f"/v1/task/{task['task_id']}/cancel"), 400, "completed")
        assert tenant.task("imageannotation", test=True)["response"]["annotations"]

    def test_test_tasks_say_at_once_that_their_callback_succeeded(self, tenant: Tenant) -> None:
        """Every recorded create with an address does (wire/modes)."""
        task = tenant.task(test=True, callback_url="https://hooks.example/")
        assert task["callback_succeeded"] is True
        assert done(tenant.test.get(f"/v1/task/{task['task_id']}")) == task
        assert "callback_succeeded" not in tenant.task(callback_url="https://hooks.example/")

    def test_a_default_callback_address(self, tenant: Tenant, server: Server) -> None:
        async def choose(tx: Tx) -> None:
            await tx.run(
                "UPDATE environment SET default_callback_url = $2 WHERE account_id = $1 AND mode = 'live'",
                tenant.account_id,
                "https://hooks.example/default",
            )

        assert "callback_url" not in tenant.task()
        server.run(server.platform.store.write(choose))
        server.clock.advance(seconds=10)
        assert tenant.task()["callback_url"] == "https://hooks.example/default"
        assert tenant.task(callback_url="")["callback_url"] == "https://hooks.example/default"
        assert tenant.task(callback_url="jo@mail.example")["callback_url"] == "jo@mail.example"
        assert "callback_url" not in tenant.task(test=True)

    @pytest.mark.parametrize(
        ("changes", "status", "says"),
        [
            ({"attachment": None}, 400, "Please provide an attachment"),
            ({"attachment": ""}, 400, "Please provide an attachment"),
            ({"attachment_type": "smell"}, 400, "Invalid attachment_type"),
            ({"attachment_type": "image", "attachment": "not a url"}, 400, "attachment"),
            ({"attachment": NOWHERE, "attachment_type": "image"}, 400, "attachment"),
            ({"categories": None}, 400, "categories"),
            ({"categories": []}, 400, "categories"),
            ({"categories": "cat"}, 400, "categories"),
            ({"categories": ["a", "a"]}, 400, "categories"),
            ({"project": "nothing"}, 404, "Project with that name not found."),
            ({"batch": "nothing"}, 404, "Batch with that name not found."),
            ({"project": 5}, 400, "project"),
            ({"callback_url": "ftp://x.example/"}, 400, "callback_url"),
            ({"callback_url": "not an address"}, 400, "callback_url"),
            ({"callback_url": "https://x.example/" + "a" * 2048}, 400, "callback_url"),
            ({"instruction": 5}, 400, "instruction"),
            ({"metadata": [1]}, 400, "metadata"),
            ({"metadata": "text"}, 400, "metadata"),
            ({"metadata": {"x": "y" * 10_240}}, 400, "metadata"),
            ({"priority": "high"}, 400, "priority"),
            ({"priority": 1 << 70}, 400, "priority"),
            ({"priority": -(1 << 70)}, 400, "priority"),
            ({"unique_id": ""}, 400, "unique_id"),
            ({"unique_id": " "}, 400, "unique_id"),
            ({"unique_id": "x" * 1025}, 400, "unique_id"),
            ({"unique_id": "🎈" * 257}, 400, "unique_id"),
            ({"tags": ["🎈" * 257]}, 400, "tags"),
            ({"unique_id": 7}, 400, "unique_id"),
            ({"tags": "one"}, 400, "tags"),
            ({"tags": [1]}, 400, "tags"),
            ({"tags": [""]}, 400, "tags"),
            ({"tags": list("abcdef")}, 400, "tags"),
        ],
        ids=str,
    )  # fmt: skip
    def test_refusals_name_the_parameter(
        self, tenant: Tenant, changes: dict[str, Any], status: int, says: str
    ) -> None:
        body = {key: value for key, value in {**BARE, **changes}.items() if value is not None}
        refused(tenant.live.post("/v1/task/categorization", json=body), status, says)
        assert done(tenant.live.get("/v1/tasks"))["total"] == 0

    @pytest.mark.parametrize("kind", ["imageannotation", "categorization"])
    def test_an_empty_body_names_the_first_missing_parameter(self, tenant: Tenant, kind: str) -> None:
        for content in (b"", b"{}"):
            answer = tenant.live.post(
                f"/v1/task/{kind}", content=content, headers={"content-type": "application/json"}
            )
            refused(answer, 400, "attachment")

    def test_types_that_are_not_there(self, tenant: Tenant) -> None:
        refused(tenant.create("nonsense"), 400, "nonsense")
        refused(tenant.create("imageannotation", project=tenant.project()["name"]), 400, "type")

    def test_a_body_that_is_too_large(self, tenant: Tenant) -> None:
        refused(tenant.create(future="x" * BODY_LIMIT), 413, "body")

        def pieces() -> Any:
            yield b'{"x":"'
            for _ in range(BODY_LIMIT // 1024 + 1):
                yield b"x" * 1024

        refused(tenant.live.post("/v1/task/categorization", content=pieces()), 413, "body")

    @pytest.mark.parametrize(
        "kind",
        ["application/json", "application/json; charset=utf-8", "text/plain", "application/vnd.api+json"],
    )
    def test_kinds_of_json(self, tenant: Tenant, kind: str) -> None:
        answer = tenant.live.post(
            "/v1/task/categorization", content=json.dumps(BARE), headers={"content-type": kind}
        )
        done(answer)

    def test_a_form_makes_the_same_task(self, tenant: Tenant) -> None:
        form = (
            "attachment=a+cat&attachment_type=text&categories=cat&categories=dog&instruction=Caf%C3%A9"
            "&metadata[row]=7&metadata[tags][]=x&metadata[tags][]=y&tags[0]=t1&tags[1]=t2&priority=3"
            "&allow_multiple=true"
        )
        answer = tenant.live.post(
            "/v1/task/categorization",
            content=form,
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
        task = done(answer)
        assert task["params"]["categories"] == ["cat", "dog"]
        assert task["params"]["allow_multiple"] is True
        assert task["instruction"] == "Café"
        assert task["metadata"] == {"row": "7", "tags": ["x", "y"]}
        assert (task["tags"], task["priority"]) == (["t1", "t2"], 3)

    def test_json_that_curl_announces_as_a_form(self, tenant: Tenant) -> None:
        headers = {"content-type": "application/x-www-form-urlencoded"}
        done(tenant.live.post("/v1/task/categorization", content=json.dumps(BARE), headers=headers))


class TestUniqueIds:
    def test_a_taken_one_names_the_other_task(self, tenant: Tenant) -> None:
        first = tenant.task(unique_id='a "b" (c)')["task_id"]
        sentence = refused(tenant.create(unique_id='a "b" (c)'), 409)
        assert sentence == f'The unique_id ("a "b" (c)") is already used for a different task ({first}).'
        other = tenant.task("imageannotation", unique_id="x")["task_id"]
        refused(tenant.live.post(f"/v1/task/{other}/unique_id", json={"unique_id": 'a "b" (c)'}), 409, first)
        assert done(tenant.live.get("/v1/tasks"))["total"] == 2

    @pytest.mark.parametrize("how", ["unique_id", "Idempotency-Key", "both"])
    def test_of_32_equal_creates_exactly_one_wins(self, tenant: Tenant, how: str) -> None:
        body = {"unique_id": "same"} if how != "Idempotency-Key" else {}
        headers = {"Idempotency-Key": "same"} if how != "unique_id" else {}
        create: Callable[[], Any] = lambda: tenant.create(headers=headers, **body)  # noqa: E731
        answers = at_once([create] * 32)
        won = [answer.json() for answer in answers if answer.status_code == 200]
        lost = [answer for answer in answers if answer.status_code != 200]
        assert len(won) == 1
        for answer in lost:
            refused(answer, 409, won[0]["task_id"])
        page = done(tenant.live.get("/v1/tasks"))
        assert (page["total"], ids(page["docs"])) == (1, [won[0]["task_id"]])
        assert len(tenant.person("leo").claim(count=5)) == 1

    def test_a_refused_create_gives_its_idempotency_key_back(self, tenant: Tenant) -> None:
        first = tenant.task(unique_id="u")["task_id"]
        refused(tenant.create(unique_id="u", headers={"Idempotency-Key": "k"}), 409, first)
        done(tenant.create(unique_id="v", headers={"Idempotency-Key": "k"}))
        refused(tenant.create(unique_id="w", headers={"Idempotency-Key": "k"}), 409, "Idempotency-Key")

    def test_nobody_is_told_the_id_of_a_task_that_never_came_to_be(
        self, tenant: Tenant, server: Server
    ) -> None:
        """A create that takes a key and is then refused for its unique id, together with others of that key."""
        first = tenant.task(unique_id="u")["task_id"]
        refused_one = waiting(tenant, server, key="k", unique_id="u")
        wins = waiting(tenant, server, key="k", unique_id="v")
        loses = waiting(tenant, server, key="k", unique_id="w")
        answers = server.run(server.platform.store.write(create_many, [refused_one, wins, loses]))
        assert first in str(answers[0])
        assert answers[1].id == wins.task.id
        assert isinstance(answers[2], Duplicate)
        assert wins.task.id in str(answers[2])
        page = done(tenant.live.get("/v1/tasks"))
        assert (page["total"], ids(page["docs"])) == (2, [wins.task.id, first])

    def test_what_was_committed_before_the_connection_broke_is_not_counted_twice(
        self, tenant: Tenant, server: Server
    ) -> None:
        items = [waiting(tenant, server), waiting(tenant, server, key="k", unique_id="u")]
        for _ in range(2):
            made = server.run(server.platform.store.write(create_many, items))
            assert [task.id for task in made] == [item.task.id for item in items]
        assert done(tenant.live.get("/v1/tasks"))["total"] == 2
        assert len(tenant.person("leo").claim(count=5)) == 2

    def test_many_creates_with_keys_and_unique_ids(self, tenant: Tenant) -> None:
        tenant.task(unique_id="taken")
        calls: list[Callable[[], Any]] = [
            lambda i=i: tenant.create(  # type: ignore[misc]
                unique_id="taken" if i % 2 else f"unique {i}", headers={"Idempotency-Key": f"key {i % 4}"}
            )
            for i in range(64)
        ]
        answers = at_once(calls)
        made = [answer.json()["task_id"] for answer in answers if answer.status_code == 200]
        there = ids(done(tenant.live.get("/v1/tasks"))["docs"])
        # Keys 1 and 3 came with the taken unique id only.
        assert len(made) == 2
        assert set(there) > set(made)
        for answer in answers:
            if answer.status_code != 200:
                sentence = refused(answer, 409)
                assert sentence[sentence.rindex("(") + 1 : sentence.rindex(")")] in there

    def test_an_error_frees_it_when_asked_to(self, tenant: Tenant, server: Server) -> None:
        for clear in (True, False):
            task = tenant.task(
                unique_id="u", clear_unique_id_on_error=clear, callback_url="https://hooks.example/"
            )["task_id"]
            problem = {"error": "The audio file cannot be loaded."}

            async def fail(tx: Tx, task_id: str = task, problem: Any = problem) -> bool:
                (env, found) = await whose(tx, tenant, task_id)
                return await tasks.fail(tx, env, found, json.dumps(problem), server.clock.now())

            assert server.run(server.platform.store.write(fail)) is True
            assert server.run(server.platform.store.write(fail)) is False
            failed = tenant.read(task)
            assert (failed["status"], failed["response"]) == ("error", problem)
            assert failed.get("unique_id") == (None if clear else "u")
            refused(tenant.live.post(f"/v1/task/{task}/cancel"), 400, "error")
        assert tenant.person("leo").claim() == []
        assert done(tenant.live.get("/v1/tasks?status=error"))["total"] == 2
        assert done(tenant.live.post(f"/v1/task/{task}/send_callback")) == {"success": True}

    def test_the_longest_ones_fit_into_an_index(self, tenant: Tenant) -> None:
        """PostgreSQL refuses long index entries that do not compress, SQLite takes any."""
        draw = random.Random(1)
        long = "".join(chr(draw.randrange(0x10000, 0x1F000)) for _ in range(256))
        project = tenant.project(long)["name"]
        batch = tenant.batch(project, long)["name"]
        key = "".join(draw.choices(string.ascii_letters, k=1024))
        task = tenant.task(batch=batch, unique_id=long, tags=[long], headers={"Idempotency-Key": key})
        assert ids(done(tenant.live.get("/v1/tasks", params={"unique_id": long}))["docs"]) == [
            task["task_id"]
        ]
        assert titles_of_tag(tenant, long) == 1
        refused(tenant.create(headers={"Idempotency-Key": key + "x"}), 400, "Idempotency-Key")
        refused(tenant.create(headers={"Idempotency-Key": key}), 409, "Idempotency-Key")
        refused(tenant.live.get("/v1/projects/" + segment(long + "x")), 404)

    def test_set_and_cleared(self, tenant: Tenant) -> None:
        task = tenant.task()["task_id"]
        place = f"/v1/task/{task}/unique_id"
        assert done(tenant.live.post(place, json={"unique_id": "new"}))["unique_id"] == "new"
        assert done(tenant.live.post(place, json={"unique_id": "new"}))["unique_id"] == "new"
        for _ in range(2):
            assert "unique_id" not in done(tenant.live.delete(place))
        assert tenant.task(unique_id="new")["unique_id"] == "new"
        for body in ({}, {"unique_id": ""}, {"unique_id": None}, {"unique_id": 5}):
            refused(tenant.live.post(place, json=body), 400, "unique_id")
        assert "unique_id" not in tenant.read(task)

    def test_on_a_completed_task(self, tenant: Tenant) -> None:
        task = tenant.task(test=True, unique_id="u")["task_id"]
        assert "unique_id" not in done(tenant.test.delete(f"/v1/task/{task}/unique_id"))


class TestFilters:
    @pytest.fixture
    def shelf(self, tenant: Tenant, server: Server) -> Tenant:
        """Tasks a (oldest) to d, an hour apart, different in everything that can be asked for."""
        one, two = tenant.project("one")["name"], tenant.project("two", "imageannotation")["name"]
        tenant.batch(one, "batch one")
        leo, rita = tenant.person("leo"), tenant.person("rita", "member")
        start = server.clock.now()
        tenant.task(unique_id="a", batch="batch one", tags=["x", "y"])
        server.clock.advance(seconds=3600)
        tenant.task(unique_id="b", project=one, tags=["y"])
        server.clock.advance(seconds=3600)
        tenant.task("imageannotation", unique_id="c", project=two, tags=["z,1"])
        server.clock.advance(seconds=3600)
        last = tenant.task(unique_id="d")["task_id"]
        server.clock.advance(seconds=3600)
        leo.label()  # the oldest, a
        rita.judge()
        done(tenant.live.post(f"/v1/task/{last}/cancel"))
        self.start = start
        return tenant

    def ask(self, tenant: Tenant, query: str) -> str:
        answer = done(tenant.live.get(f"/v1/tasks?{query}"))
        assert answer["total"] == len(answer["docs"])
        return "".join(titles(answer))

    def at(self, hours: float, form: str = "") -> str:
        text = iso(self.start + int(hours * 3_600_000))
        return segment(text.removesuffix("Z") if form == "naive" else text)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", "dcba"),
            ("status=completed", "a"),
            ("status=pending", "cb"),
            ("status=canceled", "d"),
            ("status=error", ""),
            ("type=categorization", "dba"),
            ("type=categorize", "dba"),
            ("type=imageannotation", "c"),
            ("type=lidarannotation", ""),
            ("project=one", "ba"),
            ("project=two", "c"),
            ("batch=batch%20one", "a"),
            ("batch=batch+one&project=one", "a"),
            ("project=two&batch=batch+one", ""),
            ("customer_review_status=pending", "a"),
            ("customer_review_status=accepted", ""),
            ("customer_review_status=accepted%2Cpending", "a"),
            ("customer_review_status=accepted&customer_review_status=pending", "a"),
            ("customer_review_status[]=pending", "a"),
            ("unique_id=b", "b"),
            ("unique_id=b&unique_id=d&unique_id=nothing", "db"),
            ("unique_id[]=b&unique_id[]=c", "cb"),
            ("unique_id=b,c,nothing", "cb"),
            ("unique_id=b%2Cd", "db"),
            ("unique_id=b,c&unique_id=d", "d"),
            ("tags=x", "a"),
            ("tags=x&tags=y", "ba"),
            ("tags=x,y", "ba"),
            ("tags=x%2Cy%2Cz", "ba"),
            ("tags=z,1", "c"),
            ("tags[]=z,1", "c"),
            ("tags=z,1&tags=x", "ca"),
            ("tags[]=x,y", ""),
            ("tags[]=x&tags[]=y", "ba"),
            ("tags=nothing", ""),
            ("status=pending&project=one&tags=y&type=categorization", "b"),
            ("project_id=5&nonsense=1&status=", "dcba"),
            ("callback_url&end_time&limit=100&offset=0&start_time&status&type", "dcba"),
        ],
    )
    def test_each(self, shelf: Tenant, query: str, found: str) -> None:
        assert self.ask(shelf, query) == found

    def test_a_unique_id_with_a_comma_is_itself(self, shelf: Tenant) -> None:
        """Programs look for their task after a failed create; another one would be wrong (wire/clients §2)."""
        shelf.task(unique_id="a,b")
        assert titles(done(shelf.live.get("/v1/tasks?unique_id=a,b"))) == ["a,b"]
        assert titles(done(shelf.live.get("/v1/tasks?unique_id=a,b&unique_id=c"))) == ["a,b", "c"]
        assert titles(done(shelf.live.get("/v1/tasks?unique_id=,,"))) == []

    def test_times_are_inclusive(self, shelf: Tenant) -> None:
        assert self.ask(shelf, f"start_time={self.at(1)}") == "dcb"
        assert self.ask(shelf, f"end_time={self.at(1)}") == "ba"
        assert self.ask(shelf, f"start_time={self.at(1)}&end_time={self.at(2)}") == "cb"
        assert self.ask(shelf, f"start_time={self.at(1.0000003)}") == "dc"
        assert self.ask(shelf, f"completed_after={self.at(4)}&completed_before={self.at(4)}") == "a"
        assert self.ask(shelf, f"completed_after={self.at(4.1)}") == ""
        assert self.ask(shelf, f"completed_before={self.at(3.9)}") == ""
        assert self.ask(shelf, f"updated_after={self.at(4)}") == "da"
        assert self.ask(shelf, f"updated_before={self.at(2)}") == "cb"
        assert self.ask(shelf, f"start_time={self.at(1, 'naive')}") == "dcb"
        assert self.ask(shelf, "start_time=2024-05-02&end_time=2024-05-02T23:59:59%2B00:00") in {"dcba", ""}
        assert self.ask(shelf, "end_time=1970-01-01 00:00:00.000000") == ""

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("status=done", "status"),
            ("type=nonsense", "type"),
            ("customer_review_status=pending,nonsense", "customer_review_status"),
            ("limit=0", "limit"),
            ("limit=101", "limit"),
            ("limit=ten", "limit"),
            ("limit=" + "9" * 5000, "limit"),
            ("offset=-1", "offset"),
            ("offset=1000000001", "offset"),
            ("next_token=nonsense", "next_token"),
            ("next_token=e30=", "next_token"),
            ("next_token=eyJpZCI6IngAeSIsImNyZWF0ZWRfYXQiOiIyMDI0In0=", "next_token"),
            ("include_attachment_url=maybe", "include_attachment_url"),
            ("tags=%00", "tags"),
            *((f"{name}=yesterday", name) for name in (
                "start_time", "end_time", "completed_after", "completed_before", "updated_after", "updated_before"
            )),
            ("start_time=2024-13-01", "start_time"),
        ],
    )  # fmt: skip
    def test_refusals_name_the_parameter(self, tenant: Tenant, query: str, field: str) -> None:
        refused(tenant.live.get(f"/v1/tasks?{query}"), 400, field)

    def test_names_that_are_not_there(self, tenant: Tenant) -> None:
        refused(tenant.live.get("/v1/tasks?project=nothing"), 404, "Project")
        refused(tenant.live.get("/v1/tasks?batch=nothing"), 404, "Batch")

    def test_limited_responses(self, shelf: Tenant) -> None:
        answer = done(shelf.live.get("/v1/tasks?limited_response=True&include_attachment_url=True&limit=2"))
        assert [set(doc) for doc in answer["docs"]] == [
            {"task_id", "status", "metadata", "project", "otherVersion"}
        ] * 2
        assert (answer["total"], answer["has_more"]) == (4, True)


class TestAttachments:
    def test_signed_addresses_of_uploaded_files(self, tenant: Tenant) -> None:
        for client, test in ((tenant.live, False), (tenant.test, True)):
            file = done(tenant.upload(b"a cat and a dog", "animals.txt", test=test))["attachment_url"]
            task = tenant.task(attachment=file, test=test)["task_id"]
            assert "attachmentS3Downloads" not in done(
                client.get(f"/v1/task/{task}?include_attachment_url=False")
            )
            shown = done(client.get(f"/v1/task/{task}?include_attachment_url=True"))
            (download,) = shown["attachmentS3Downloads"]
            assert (download["attachmentURL"], download["metadata"]) == (file, {"mimeType": "text/plain"})
            assert download["s3URL"].startswith(f"{tenant.server.url}/files/")
            assert tenant.anonymous.get(download["s3URL"]).content == b"a cat and a dog"
            (listed,) = done(client.get("/v1/tasks?include_attachment_url=true"))["docs"]
            assert listed == shown
            (plain,) = done(client.get("/v1/tasks?include_attachment_url=false"))["docs"]
            assert "attachmentS3Downloads" not in plain

    def test_f21_a_read_lists_them_without_being_asked(self, tenant: Tenant) -> None:
        """The official client cannot ask for them there, and public converters read them from it."""
        for client, test in ((tenant.live, False), (tenant.test, True)):
            picture = done(tenant.upload(png(2, 2), "a.png", test=test))["attachment_url"]
            task = tenant.task("imageannotation", attachment=picture, test=test)["task_id"]
            read = done(client.get(f"/v1/task/{task}"))
            (listed,) = done(client.get("/v1/tasks?include_attachment_url=true"))["docs"]
            assert read == listed
            (download,) = read["attachmentS3Downloads"]
            assert (download["attachmentURL"], download["isConvertedImage"]) == (picture, True)
            assert tenant.anonymous.get(download["s3URL"]).content == png(2, 2)
        text = done(tenant.upload(b"a cat", "a.txt"))["attachment_url"]
        told = done(tenant.live.get(f"/v1/task/{tenant.task(attachment=text)['task_id']}"))
        assert told["attachmentS3Downloads"][0]["isConvertedImage"] is False
        elsewhere = done(tenant.live.get(f"/v1/task/{tenant.task('imageannotation')['task_id']}"))
        assert "attachmentS3Downloads" not in elsewhere

    def test_the_host_that_was_asked_is_named(self, tenant: Tenant) -> None:
        file = done(tenant.upload())["attachment_url"]
        task = tenant.task(attachment=file)["task_id"]

        def named(host: str) -> str:
            place = f"/v1/task/{task}?include_attachment_url=true"
            shown = done(tenant.live.get(place, headers={"host": host}))
            url: str = shown["attachmentS3Downloads"][0]["s3URL"]
            return url.partition("/files/")[0]

        assert named("labels.example:8443") == "http://labels.example:8443"
        assert named("[::1]:80") == "http://[::1]:80"
        assert named("a,b.example") == tenant.server.settings.base_url

    def test_attachments_that_are_only_on_their_host(self, tenant: Tenant) -> None:
        task = tenant.task("imageannotation")["task_id"]
        shown = done(tenant.live.get(f"/v1/task/{task}?include_attachment_url=true"))
        assert shown["attachmentS3Downloads"] == []
        refused(
            tenant.live.get(f"/v1/task/{task}?include_attachment_url=perhaps"), 400, "include_attachment_url"
        )


class TestPages:
    def test_the_envelope(self, tenant: Tenant) -> None:
        empty = done(tenant.live.get("/v1/tasks"))
        assert empty == {
            "docs": [], "total": 0, "limit": 100, "offset": 0, "has_more": False, "next_token": None
        }  # fmt: skip
        made = [tenant.task()["task_id"] for _ in range(5)]
        page = done(tenant.live.get("/v1/tasks?limit=2&offset=1"))
        assert ids(page["docs"]) == [made[3], made[2]]
        assert (page["total"], page["limit"], page["offset"], page["has_more"]) == (5, 2, 1, True)
        last = done(tenant.live.get("/v1/tasks?limit=2&offset=3"))
        assert (ids(last["docs"]), last["has_more"], last["next_token"]) == ([made[1], made[0]], False, None)
        after = done(tenant.live.get(f"/v1/tasks?limit=2&offset=1&next_token={segment(page['next_token'])}"))
        assert (ids(after["docs"]), after["offset"]) == ([made[1], made[0]], 0)

    def test_a_count_is_one_page_of_one(self, tenant: Tenant) -> None:
        project = tenant.project()["name"]
        for test in (False, False, True):
            if test:
                tenant.project(project, test=True)
            tenant.task(project=project, test=test)
        tenant.task()
        assert done(tenant.live.get("/v1/tasks?limit=1"))["total"] == 3
        assert done(tenant.live.get("/v1/tasks", params={"project": project, "limit": 1}))["total"] == 2
        assert done(tenant.test.get("/v1/tasks?limit=1&status=completed"))["total"] == 1
        assert done(tenant.test.get("/v1/tasks?limit=1&status=pending"))["total"] == 0


class TestChanges:
    def test_metadata_is_replaced(self, tenant: Tenant) -> None:
        task = tenant.task(metadata={"a": 1})["task_id"]
        place = f"/v1/task/{task}/setMetadata"
        assert done(tenant.live.post(place, json={"b": [1, {"c": None}]}))["metadata"] == {
            "b": [1, {"c": None}]
        }
        assert tenant.read(task)["metadata"] == {"b": [1, {"c": None}]}
        fits = {"x": "y" * (10_240 - len('{"x":""}'))}
        assert done(tenant.live.post(place, json=fits))["metadata"] == fits
        for body in ({"x": fits["x"] + "y"}, [1], "text", 5):
            refused(tenant.live.post(place, json=body), 400, "metadata")
        assert tenant.read(task)["metadata"] == fits
        answer = tenant.live.post(place, content=b"", headers={"content-type": "application/json"})
        assert done(answer)["metadata"] == {}

    def test_tags(self, tenant: Tenant) -> None:
        task = tenant.task()["task_id"]
        place = f"/v1/task/{task}/tags"

        def tags(method: str, body: Any) -> Any:
            return done(tenant.live.request(method, place, json=body)).get("tags")

        assert tags("POST", ["tag1", "tag2", "tag3"]) == ["tag1", "tag2", "tag3"]
        assert tags("PUT", ["tag3", "tag0", "tag0"]) == ["tag1", "tag2", "tag3", "tag0"]
        assert tags("DELETE", ["tag2", "tag1", "nothing"]) == ["tag3", "tag0"]
        assert titles_of_tag(tenant, "tag1") == 0
        assert titles_of_tag(tenant, "tag3") == 1
        assert tags("POST", ["новый, с запятой"]) == ["новый, с запятой"]
        assert titles_of_tag(tenant, "tag3") == 0
        assert tags("POST", list("abcde")) == list("abcde")
        refused(tenant.live.put(place, json=["f"]), 400, "tags")
        for method in ("POST", "PUT", "DELETE"):
            for body in ({"tags": []}, "a", [1], [""], [None], [["a"]]):
                refused(tenant.live.request(method, place, json=body), 400, "tags")
        assert tenant.read(task)["tags"] == list("abcde")
        answer = tenant.live.post(place, content=b"", headers={"content-type": "application/json"})
        assert "tags" not in done(answer)

    def test_changes_show_in_updated_at(self, tenant: Tenant, server: Server) -> None:
        task = tenant.task()
        server.clock.advance(seconds=5)
        changed = done(tenant.live.post(f"/v1/task/{task['task_id']}/tags", json=["a"]))
        assert changed["created_at"] == task["created_at"]
        assert changed["updated_at"] == iso(server.clock.now())

    def test_a_task_that_is_not_there(self, tenant: Tenant) -> None:
        for task in ("fake_id_qwertyuiop", "0" * 24, "ключ", "a/b", "x" * 300):
            answer = tenant.live.get(f"/v1/task/{segment(task)}")
            assert answer.status_code == 404
            assert answer.json() == {"status_code": 404, "error": "Task with that ID not found."}


def titles_of_tag(tenant: Tenant, tag: str) -> int:
    total: int = done(tenant.live.get("/v1/tasks", params={"tags": tag}))["total"]
    return total


class TestCancel:
    def test_a_pending_task(self, tenant: Tenant, server: Server) -> None:
        task = tenant.task(unique_id="u", callback_url="https://hooks.example/")
        place = f"/v1/task/{task['task_id']}/cancel"
        server.clock.advance(seconds=1)
        canceled = done(tenant.live.post(place))
        assert canceled == {**task, "status": "canceled", "updated_at": iso(server.clock.now())}
        assert done(tenant.live.post(place)) == canceled
        assert tenant.person("leo").claim() == []
        assert "unique_id" not in done(tenant.live.post(f"{place}?clear_unique_id=True"))
        assert tenant.task(unique_id="u")["status"] == "pending"

    @pytest.mark.parametrize("body", [b"", b"{}", b'{"callback_url":null}', b"nonsense"])
    def test_the_body_does_not_matter(self, tenant: Tenant, body: bytes) -> None:
        task = tenant.task(unique_id="u")["task_id"]
        answer = tenant.live.post(
            f"/v1/task/{task}/cancel?clear_unique_id=true",
            content=body,
            headers={"content-type": "application/json"},
        )
        assert done(answer)["status"] == "canceled"
        assert "unique_id" not in answer.json()

    def test_work_that_has_begun_is_not_taken_away(self, tenant: Tenant) -> None:
        task = tenant.task()["task_id"]
        leo = tenant.person("leo")
        leo.claim_one()
        refused(tenant.live.post(f"/v1/task/{task}/cancel"), 400, "worked on")
        assert tenant.read(task)["work_started"] is True
        refused(tenant.live.post(f"/v1/task/{task}/cancel?clear_unique_id=maybe"), 400, "clear_unique_id")

    def test_a_task_that_is_only_reserved_can_be_canceled(self, tenant: Tenant) -> None:
        task = tenant.task()["task_id"]
        leo = tenant.person("leo")
        (mine,) = leo.claim()
        done(tenant.live.post(f"/v1/task/{task}/cancel"))
        refused(leo.post(f"/assignments/{mine['id']}/open"), 409)
        refused(leo.submit(mine["id"], answer=CAT), 409)
        # The answer is not lost, although nobody needs it any more.
        assert done(leo.get(f"/assignments/{mine['id']}"))["draft"]["answer"] == CAT
        assert tenant.read(task)["status"] == "canceled"

    def test_a_finished_task(self, tenant: Tenant) -> None:
        task = tenant.task()["task_id"]
        leo, rita = tenant.person("leo"), tenant.person("rita", "member")
        leo.label()
        rita.judge()
        refused(tenant.live.post(f"/v1/task/{task}/cancel"), 400, "completed")
        assert tenant.read(task)["status"] == "completed"


class TestAudit:
    @pytest.fixture
    def finished(self, tenant: Tenant) -> str:
        task: str = tenant.task()["task_id"]
        tenant.person("leo").label()
        tenant.person("rita", "member").judge()
        return task

    def test_accepted_and_rejected(self, tenant: Tenant, server: Server, finished: str) -> None:
        place = f"/v1/task/{finished}/audit"
        assert tenant.read(finished)["customer_review_status"] == "pending"
        answer = tenant.live.post(place, json={"accepted": False, "comments": "a dog"})
        assert (answer.status_code, answer.text) == (200, "OK")
        first = iso(server.clock.now())
        server.clock.advance(seconds=60)
        tenant.live.post(place, json={"accepted": True, "comments": None})
        task = tenant.read(finished)
        assert task["customer_review_status"] == "accepted"
        assert task["customer_review_comments"] == ["a dog"]
        assert task["customer_audited_at"] == iso(server.clock.now())
        assert "customer_reviewed_by" not in task
        assert task["audits"] == [
            {"audited_at": first, "audit_result": "rejected", "audit_source": "customer"},
            {"audited_at": iso(server.clock.now()), "audit_result": "accepted", "audit_source": "customer"},
        ]

    @pytest.mark.parametrize(
        "body", [{}, {"accepted": "yes"}, {"accepted": 1}, {"accepted": True, "comments": 5}]
    )
    def test_wrong_bodies(self, tenant: Tenant, finished: str, body: dict[str, Any]) -> None:
        refused(
            tenant.live.post(f"/v1/task/{finished}/audit", json=body),
            400,
            "accepted" if "comments" not in body else "comments",
        )
        assert "audits" not in tenant.read(finished)

    def test_only_what_is_completed(self, tenant: Tenant) -> None:
        task = tenant.task()["task_id"]
        refused(tenant.live.post(f"/v1/task/{task}/audit", json={"accepted": True}), 400, "completed")


class TestSendCallback:
    @pytest.mark.parametrize("path", ["send_callback", "send-callback"])
    def test_it_is_owed_again(self, tenant: Tenant, path: str) -> None:
        task = tenant.task(test=True, callback_url="nobody@mail.example")["task_id"]
        assert done(tenant.test.post(f"/v1/task/{task}/{path}")) == {"success": True}

    def test_only_what_is_finished_and_has_an_address(self, tenant: Tenant) -> None:
        pending = tenant.task(callback_url="nobody@mail.example")["task_id"]
        refused(tenant.live.post(f"/v1/task/{pending}/send_callback"), 400, "completed")
        silent = tenant.task(test=True)["task_id"]
        refused(tenant.test.post(f"/v1/task/{silent}/send_callback"), 400, "callback_url")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"unique_id": "a\0"}, "unique_id"),
        ({"categories": ["a", "\0b"]}, "categories[1]"),
        ({"metadata": {"k": {"x y": ["\0"]}}}, 'metadata.k["x y"][0]'),
        ({"instruction": "\0"}, "instruction"),
    ],
)
def test_f34_a_zero_is_refused_where_it_stands(tenant: Tenant, given: dict[str, Any], field: str) -> None:
    body = {**CATEGORIES, "attachment": "x", **given}
    answer = tenant.live.post("/v1/task/categorization", json=body)
    refused(answer, 400, f'"{field}" contains the character U+0000')
    refused(tenant.live.post("/v1/task/categorization", json={"a\0": 1}), 400, "The body contains")
