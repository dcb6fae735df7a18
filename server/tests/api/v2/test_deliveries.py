"""Deliveries and datasets through V2 (wire/v2-mapping §4)."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from server.tests.answer_files import content
from server.tests.harness import CAT, DOG, Server, Tenant, at_once, done, refused

from labelwright.domain import datasets, deliveries, projects
from labelwright.errors import Duplicate, InvalidTransition
from labelwright.store.rows import Delivery
from labelwright.tasktypes.segmentation.examples import indexed


def deliver(tenant: Tenant, project: str, name: str) -> Delivery:
    server, env = tenant.server, tenant.env

    async def make() -> Delivery:
        found = await projects.find(server.platform, env, project)
        return await deliveries.create(server.platform, env, found, name)

    return server.run(make())


def finish(tenant: Tenant, n: int, answer: Any = CAT) -> None:
    leo, rita = tenant.person("leo"), tenant.person("rita", "member")
    for _ in range(n):
        leo.label(answer)
        rita.judge()


def done_tasks(tenant: Tenant, project: str, n: int = 2) -> list[str]:
    ids = []
    for _ in range(n):
        ids.append(tenant.task(project=project)["task_id"])
        tenant.server.clock.advance(seconds=1)
    finish(tenant, n)
    return ids


def reject(tenant: Tenant, task_id: str) -> None:
    body = {"accepted": False, "comments": "look again"}
    assert tenant.live.post(f"/v1/task/{task_id}/audit", json=body).status_code == 200


def get(tenant: Tenant, path: str, **query: Any) -> Any:
    return done(tenant.live.get(f"/v2/{path}", params=query))


class TestDeliveries:
    def test_a_delivery_holds_what_is_finished(self, tenant: Tenant) -> None:
        project = tenant.project("p")
        ids = done_tasks(tenant, "p")
        open_one = tenant.task(project="p")["task_id"]
        made = deliver(tenant, "p", "first")
        (shown,) = get(tenant, "deliveries", project_name="p")["deliveries"]
        assert shown == {
            "id": made.id,
            "name": "first",
            "task_count": 2,
            "delivered_at": shown["delivered_at"],
            "project": project["id"],
        }
        page = get(tenant, "delivery", delivery_id=made.id)
        assert [task["task_id"] for task in page["tasks"]] == ids[::-1]
        assert page["delivery"] == made.id
        docs = get(tenant, "delivery/tasks", project_name="p")
        assert docs["total"] == 3
        assert [doc["task_id"] for doc in docs["docs"]] == [open_one, *ids[::-1]]
        assert docs["docs"][2]["response"] == CAT
        assert set(docs["docs"][0]) == {"task_id", "created_at"}
        schema = get(tenant, "schema", schema_id=docs["docs"][1]["response_schema_id"])["schema"]
        assert "CategorizationAnswer" in json.dumps(json.loads(schema["json"]))

    def test_what_was_delivered_stays_as_it_was(self, tenant: Tenant) -> None:
        tenant.project("p")
        task_id = tenant.task(project="p")["task_id"]
        finish(tenant, 1)
        made = deliver(tenant, "p", "first")
        fix = {"verdict": "fixed", "response": DOG}
        done(tenant.person("mia", "manager").post(f"/tasks/{task_id}/audit", fix))
        assert tenant.read(task_id)["response"]["category"] == "dog"
        (doc,) = get(tenant, "delivery/tasks", project_name="p", delivery_id=made.id)["docs"]
        assert doc["response"] == CAT
        (task,) = get(tenant, "delivery", delivery_id=made.id)["tasks"]
        assert task["threads"][0]["turns"][0]["annotations"][0]["value"] == "cat"

    def test_no_task_is_delivered_twice(self, tenant: Tenant) -> None:
        tenant.project("p")
        done_tasks(tenant, "p", 3)

        def attempt(n: int) -> int:
            try:
                return deliver(tenant, "p", f"d{n}").task_count
            except InvalidTransition:
                return 0

        counts = at_once([lambda n=n: attempt(n) for n in range(4)])  # type: ignore[misc]
        assert sorted(counts) == [0, 0, 0, 3]
        assert len(get(tenant, "deliveries", project_name="p")["deliveries"]) == 1

    def test_refusals(self, tenant: Tenant) -> None:
        tenant.project("p")
        with pytest.raises(InvalidTransition):
            deliver(tenant, "p", "nothing to deliver")
        done_tasks(tenant, "p", 1)
        deliver(tenant, "p", "first")
        done_tasks(tenant, "p", 1)
        with pytest.raises(Duplicate):
            deliver(tenant, "p", "first")
        live = tenant.live
        refused(live.get("/v2/deliveries"), 400, "project_id")
        refused(live.get("/v2/delivery"), 400, "delivery_id")
        refused(live.get("/v2/delivery/tasks"), 400, "project_id")
        refused(live.get("/v2/schema?schema_id=short"), 400, "schema_id")
        refused(live.get(f"/v2/schema?schema_id={'0' * 24}"), 404)

    def test_rejected_tasks_wait(self, tenant: Tenant) -> None:
        tenant.project("p")
        first, second = done_tasks(tenant, "p", 2)
        reject(tenant, first)
        made = deliver(tenant, "p", "first")
        assert [t["task_id"] for t in get(tenant, "delivery", delivery_id=made.id)["tasks"]] == [second]

    def test_names(self, tenant: Tenant) -> None:
        for name in ("p", "q"):
            tenant.project(name)
            done_tasks(tenant, name, 1)
            deliver(tenant, name, "same")
        refused(tenant.live.get("/v2/delivery?delivery_name=same"), 400, "project_id")
        whole = get(
            tenant, "delivery", delivery_name="same", project_name="q", expand=["delivery", "project"]
        )
        assert whole["delivery"]["project"]["name"] == "q"
        assert whole["tasks"][0]["project"]["name"] == "q"
        refused(tenant.live.get("/v2/delivery?delivery_name=nothing"), 404)

    def test_pages_and_dates(self, tenant: Tenant) -> None:
        tenant.project("p")
        ids = done_tasks(tenant, "p", 5)
        made = deliver(tenant, "p", "first")
        for path, key, query in (
            ("delivery", "tasks", {"delivery_id": made.id}),
            ("delivery/tasks", "docs", {"project_name": "p"}),
            ("delivery/tasks", "docs", {"project_name": "p", "delivery_id": made.id}),
        ):
            seen: list[str] = []
            token: str | None = ""
            while token is not None:
                page = get(tenant, path, limit=2, **query, **({"next_token": token} if token else {}))
                seen += [one["task_id"] for one in page[key]]
                token = page.get("next_token")
            assert seen == ids[::-1]
        at = get(tenant, "deliveries", project_name="p")["deliveries"][0]["delivered_at"]
        assert get(tenant, "deliveries", project_name="p", delivered_after=at)["deliveries"] == []
        assert get(tenant, "deliveries", project_name="p", delivered_before="2100-01-01")["deliveries"]

    def test_a_rule_delivers_completed_batches(self, tenant: Tenant, server: Server) -> None:
        params = {"attachment_type": "text", "categories": ["cat", "dog"], "deliver_completed_batches": True}
        tenant.project("p", params=params)
        tenant.batch("p", "b")
        for number, name in enumerate(("b", "b (2)"), 1):
            tenant.task(batch="b")
            assert not server.run(deliveries.deliver_pending(server.platform))
            finish(tenant, 1)
            while server.run(deliveries.deliver_pending(server.platform)):
                pass
            found = get(tenant, "deliveries", project_name="p")["deliveries"]
            assert len(found) == number
            assert (found[0]["name"], found[0]["task_count"]) == (name, 1)

    def test_f09_a_batch_that_cannot_be_delivered_blocks_no_other(
        self, tenant: Tenant, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        params = {"attachment_type": "text", "categories": ["cat", "dog"], "deliver_completed_batches": True}
        tenant.project("p", params=params)
        for name in ("bad", "fine"):
            tenant.batch("p", name)
            tenant.task(batch=name)
            finish(tenant, 1)
        made, tried = deliveries.deliver, []

        async def breaks(tx: Any, env: Any, project: Any, delivery: Delivery, batch: Any) -> Any:
            tried.append(batch.name)
            if batch.name == "bad":
                raise RuntimeError("unheard of")
            return await made(tx, env, project, delivery, batch)

        def due() -> None:
            while server.run(deliveries.deliver_pending(server.platform)):
                pass

        with monkeypatch.context() as patched:
            patched.setattr(deliveries, "deliver", breaks)
            due()
            found = get(tenant, "deliveries", project_name="p")["deliveries"]
            assert [one["name"] for one in found] == ["fine"]
            for _ in range(deliveries.MAX_ATTEMPTS + 5):
                server.clock.advance(seconds=3601)
                due()
            # A transaction that fails is run again by itself, to find out whose fault it was.
            assert set(tried) == {"bad", "fine"}
            before = len(tried)
            server.clock.advance(seconds=3601)
            due()
            assert len(tried) == before
        # Completed once more it is due once more.
        tenant.task(batch="bad")
        finish(tenant, 1)
        due()
        found = get(tenant, "deliveries", project_name="p")["deliveries"]
        assert sorted(one["name"] for one in found) == ["bad", "fine"]

    def test_the_schema_of_a_template_is_delivered(self, tenant: Tenant) -> None:
        schema = {"type": "object", "title": "ours"}
        fields = [{"type": "text", "field_id": "summary", "title": "Summary"}]
        params = {"fields": fields, "response_schema": schema}
        tenant.project("p", "textcollection", params=params)
        body = {"project": "p", "attachments": [{"type": "text", "content": "a"}]}
        done(tenant.live.post("/v1/task/textcollection", json=body))
        finish(tenant, 1, {"annotations": {"summary": "short"}})
        deliver(tenant, "p", "first")
        (doc,) = get(tenant, "delivery/tasks", project_name="p")["docs"]
        found = get(tenant, "schema", schema_id=doc["response_schema_id"])["schema"]
        assert json.loads(found["json"]) == schema


class TestDatasets:
    @pytest.fixture
    def made(self, tenant: Tenant) -> dict[str, Any]:
        """A dataset over two projects."""
        server, env, ids = tenant.server, tenant.env, []
        for name in ("p", "q"):
            tenant.project(name)
            ids += done_tasks(tenant, name, 2)
        first, second = deliver(tenant, "p", "of p"), deliver(tenant, "q", "of q")

        async def collect() -> Any:
            dataset = await datasets.create(server.platform, env, "both")
            entries = [await datasets.add(server.platform, env, dataset, one) for one in (first, second)]
            return dataset, entries

        dataset, entries = server.run(collect())
        return {"dataset": dataset, "entries": entries, "ids": ids, "delivery": first}

    def test_what_a_dataset_holds(self, tenant: Tenant, made: dict[str, Any]) -> None:
        dataset = {"id": made["dataset"].id, "name": "both"}
        assert get(tenant, "datasets")["datasets"] == [dataset]
        found = get(tenant, "datasets/deliveries", dataset_id=dataset["id"])["deliveries"]
        assert [(one["name"], one["metadata"], one["dataset"]) for one in found] == [
            ("of q", {"task_count": 2, "turn_count": 2}, dataset["id"]),
            ("of p", {"task_count": 2, "turn_count": 2}, dataset["id"]),
        ]
        whole = get(tenant, "datasets/deliveries", dataset_id=dataset["id"], expand="dataset")["deliveries"]
        assert whole[0]["dataset"] == dataset
        tasks = get(tenant, "datasets/tasks", dataset_id=dataset["id"])["tasks"]
        assert [one["task_id"] for one in tasks] == made["ids"][::-1]
        assert tasks[3] == {
            "task_id": made["ids"][0],
            "dataset": dataset["id"],
            "delivery": found[1]["id"],
            "response": CAT,
        }
        one = get(tenant, "datasets/task", task_id=made["ids"][3], expand=["dataset", "delivery"])
        assert (one["dataset"], one["delivery"]["name"]) == (dataset, "of q")
        page = get(tenant, "datasets/delivery", delivery_id=found[0]["id"], limit=1)
        assert page["delivery"] == found[0]["id"]
        rest = get(
            tenant, "datasets/delivery", delivery_id=found[0]["id"], limit=1, next_token=page["next_token"]
        )
        assert [page["tasks"][0]["task_id"], rest["tasks"][0]["task_id"]] == made["ids"][:1:-1]

    def test_files_of_an_answer_have_an_address(self, tenant: Tenant) -> None:
        params = {"labels": ["sky", "sea"], "allow_unlabeled": True}
        tenant.project("s", "segmentannotation", params=params)
        body = {"project": "s", "attachment": "https://img.example/1.jpg"}
        task_id = done(tenant.live.post("/v1/task/segmentannotation", json=body))["task_id"]
        combined = {"indexedImage": indexed([1, 0], [1, 2])}
        mapping = {"sky": {"index": 1}, "sea": {"index": 2}}
        finish(tenant, 1, {"annotations": {"combined": combined}, "labelMapping": mapping})
        delivery, server = deliver(tenant, "s", "masks"), tenant.server
        dataset = server.run(datasets.create(server.platform, tenant.env, "masks"))
        server.run(datasets.add(server.platform, tenant.env, dataset, delivery))
        (task,) = get(tenant, "datasets/tasks", dataset_id=dataset.id)["tasks"]
        address = task["response"]["annotations"]["unlabeled"]
        file_id = urlsplit(address).path.rpartition("/")[2]
        path = f"/v2/datasets/task/{task_id}/response_url/{file_id}"
        found = tenant.live.get(path, follow_redirects=False)
        assert found.status_code == 302, found.text
        assert urlsplit(found.headers["location"]).path == urlsplit(address).path
        assert found.headers["cache-control"] == "no-store"
        assert content(found.headers["location"]) == content(address)

    def test_refusals(self, tenant: Tenant, made: dict[str, Any]) -> None:
        live, server = tenant.live, tenant.server
        for path, says in (
            ("datasets/deliveries", "dataset_id"),
            ("datasets/delivery", "delivery_id"),
            ("datasets/task", "task_id"),
            ("datasets/tasks", "dataset_id"),
        ):
            refused(live.get(f"/v2/{path}"), 400, says)
            refused(live.get(f"/v2/{path}?{says}={'0' * 24}"), 404)
        task_id = made["ids"][0]
        refused(live.get(f"/v2/datasets/task/{task_id}/response_url/a%2F1"), 404)
        with pytest.raises(Duplicate):
            server.run(datasets.create(server.platform, tenant.env, "both"))
        with pytest.raises(Duplicate):
            server.run(datasets.add(server.platform, tenant.env, made["dataset"], made["delivery"]))
