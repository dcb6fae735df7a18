"""Accounts and modes are separate worlds: every endpoint is tried with the ids and names of another one.

The requests are made from the tables of endpoints, so that a new endpoint is covered as soon as it has a row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import msgspec
import pytest
from server.tests.answers import CONTRACTS, Contract
from server.tests.endpoint_calls import ask, example
from server.tests.harness import CAT, Server, Tenant, Worker, done, segment

from labelwright.domain import datasets, deliveries, projects

INVITED = "invited@secret.example"


@dataclass
class World:
    """What an account has that nobody else may see or change."""

    tenant: Tenant
    leo: Worker
    rita: Worker
    path: Mapping[str, Mapping[str, str]]
    fields: Mapping[str, Any]
    secrets: tuple[str, ...]

    def state(self) -> Any:
        """Everything as its owner sees it."""
        live = self.tenant.live
        tasks = done(live.get("/v1/tasks"))
        return (
            tasks,
            done(live.get("/v1/batches?detailed=true")),
            done(live.get("/v1/projects")),
            [done(self.rita.get(f"/tasks/{task['task_id']}")) for task in tasks["docs"]],
            done(self.rita.get("/people")),
            done(self.leo.get("/queue")),
            done(self.leo.get(f"/assignments/{self.path['']['id']}")),
            self.leo.claim(),
            done(live.get("/v1/evaluation_tasks")),
            done(live.get("/v1/training_tasks")),
            done(live.get(f"/v1/audits?id={self.fields['id']}")),
            done(live.get("/v1/teams")),
            done(live.get("/v1/studio/assignments")),
            done(live.get("/v1/studio/projects/the%20secret%20studio/groups")),
            done(live.get("/v1/studio/batches")),
            done(live.get("/v2/batches")),
            done(live.get("/v2/datasets")),
        )


def delivered(tenant: Tenant, project: str) -> dict[str, Any]:
    """A delivery in a dataset, and everything that leads to it, by kind."""
    server, live, env = tenant.server, tenant.live, tenant.env

    async def make() -> tuple[str, str]:
        its = await projects.find(server.platform, env, project)
        delivery = await deliveries.create(server.platform, env, its, "the secret delivery")
        dataset = await datasets.create(server.platform, env, "the secret dataset")
        await datasets.add(server.platform, env, dataset, delivery)
        return delivery.id, dataset.id

    delivery, dataset = server.run(make())
    (doc,) = [
        one
        for one in done(live.get("/v2/delivery/tasks", params={"project_name": project}))["docs"]
        if "delivery_id" in one
    ]
    task = done(live.get("/v2/task", params={"task_id": doc["task_id"]}))
    return {
        "project": {"id": task["project"]},
        "batch": {"id": task["batch"]},
        "delivery": {"id": delivery},
        "dataset": {"id": dataset},
        "schema": {"id": doc["response_schema_id"]},
        "annotation": {"id": task["threads"][0]["turns"][0]["annotations"][0]["id"]},
    }


@pytest.fixture
def world(tenant: Tenant, server: Server) -> World:
    """An account with one of everything."""
    project = tenant.project("the secret project")["name"]
    batch = tenant.batch(project, "the secret batch")["name"]
    file = done(tenant.upload(b"secret", reference_id="the secret reference"))
    leo, rita = tenant.person("leo"), tenant.person("rita", "admin")
    ready = tenant.task(batch=batch, attachment=file["attachment_url"], callback_url="https://hooks.example/")
    leo.label()
    rita.judge()
    task = tenant.task(batch=batch, unique_id="the secret unique id", tags=["the secret tag"])["task_id"]
    mine = leo.claim_one()
    done(leo.draft(mine["id"], 1))
    # Somebody else's heartbeat or draft would show as a later lease.
    server.clock.advance(seconds=60)
    known = {"project": project, "attachment": "a cat", "expected_response": CAT}
    evaluation = done(tenant.live.post("/v1/evaluation_tasks/categorization", json=known))
    training = done(tenant.live.post("/v1/training_tasks/categorization", json=known))
    studio = tenant.project("the secret studio", studio=True)["name"]
    tenant.batch(studio, "the secret studio batch")
    both = {"emails": [leo.email], "projects": [studio]}
    done(tenant.live.post("/v1/studio/assignments/add", json=both))
    group = {"emails": [leo.email], "name": "the secret group"}
    done(tenant.live.post(f"/v1/studio/projects/{segment(studio)}/groups", json=group))
    done(tenant.live.post("/v1/teams/invite", json={"emails": [INVITED], "team_role": "member"}))
    judged = {"task_id": ready["task_id"], "audit_result": "commented"}
    audit = tenant.live.put("/v1/audits", json=judged).json()
    ids = {key: value["id"] for key, value in delivered(tenant, project).items()}
    names = {"task_id": task, "id": mine["id"], "type": "categorization", "file_id": file["id"]}
    names["uuid"] = "0b0e6d5a-7d5f-4e9e-9b1c-2f0d9d4b2a11"
    names |= {"taskId": ready["task_id"], "attachmentId": "nothing"}
    path = {
        "": {**names, "name": batch, "quality_task_id": evaluation["id"]},
        "/projects": {**names, "name": project},
        "/training_tasks": {**names, "quality_task_id": training["id"]},
        "/studio/projects": {**names, "name": studio, "group": "the secret group"},
        "/studio/batches": {**names, "name": "the secret studio batch"},
        "/people": {**names, "id": leo.id},
    }
    fields = {
        "project": project,
        "batch": batch,
        "project_name": project,
        "unique_id": "the secret unique id",
        "tags": ["the secret tag"],
        "attachment": file["attachment_url"],
        "reference_id": "the secret reference",
        "ids": [mine["id"]],
        "task_id": ready["task_id"],
        "id": audit["id"],
        "quality_task_ids": [evaluation["id"]],
        "labeler_emails": [leo.email],
        "emails": [leo.email],
        "email": INVITED,
        "projects": [studio],
        "batches": [{"name": "the secret studio batch"}],
        "groups": ["the secret group"],
        "team_role": "manager",
        "project_id": ids["project"],
        "batch_id": ids["batch"],
        "batch_name": batch,
        "delivery_id": ids["delivery"],
        "delivery_name": "the secret delivery",
        "dataset_id": ids["dataset"],
        "schema_id": ids["schema"],
        "annotation_id": ids["annotation"],
        "add": [leo.id],
        "remove": [leo.id],
    }
    secrets = (
        project,
        batch,
        task,
        ready["task_id"],
        mine["id"],
        file["id"],
        evaluation["id"],
        training["id"],
        audit["id"],
        leo.email,
        rita.email,
        leo.id,
        INVITED,
        *ids.values(),
        "the secret",
    )
    return World(tenant, leo, rita, path, fields, secrets)


def fields_of(model: Any) -> set[str]:
    if isinstance(model, type) and issubclass(model, msgspec.Struct):
        return set(model.__struct_fields__)
    return set()


REFERENCES = frozenset(
    """project batch project_name attachment task_id id quality_task_ids project_id batch_id batch_name
    delivery_id delivery_name dataset_id schema_id annotation_id""".split()
)
"""Fields that name something which has to be there: another account's is as good as none."""


def attempts(world: World, contract: Contract) -> Iterator[tuple[str, httpx2.Request, bool]]:
    """Every request that could reach into another world: (name, request, whether it must be refused)."""
    for endpoint in contract.table:
        if not endpoint.needs_key:
            continue
        path = world.path[
            next((start for start in world.path if start and endpoint.path.startswith(start)), "")
        ]
        known = fields_of(endpoint.query) | fields_of(endpoint.body)
        if endpoint.path == "/task/{type}":
            known.add("attachment")
        elif "{" in endpoint.path:
            yield f"{endpoint.method} {endpoint.path}", ask(contract, endpoint, path), True
        # Nobody else's unique ids and tags can be in the way of one's own.
        free = {"unique_id", "tags", "reference_id"} if endpoint.method != "GET" else set()
        for field in sorted((known & set(world.fields)) - free):
            wanted = ask(contract, endpoint, path, **{field: world.fields[field]})
            if field == "attachment":
                wanted.body[field] = world.fields[field]
            refuse = field in REFERENCES or ("{" in endpoint.path and endpoint.path != "/task/{type}")
            yield f"{endpoint.method} {endpoint.path} with {field}", wanted, refuse
        if "{" not in endpoint.path and endpoint.path not in {"/live", "/sessions"}:
            yield f"{endpoint.method} {endpoint.path}", ask(contract, endpoint), False


CALLERS = ["another account", "another account, test", "same account, test", "another account's admin"]


@pytest.mark.parametrize("who", CALLERS)
def test_nothing_reaches_into_another_world(
    world: World, stranger: Tenant, who: str, subtests: pytest.Subtests
) -> None:
    v1, app, v2 = CONTRACTS
    client, contracts = {
        CALLERS[0]: (stranger.live, (v1, v2)),
        CALLERS[1]: (stranger.test, (v1, v2)),
        CALLERS[2]: (world.tenant.test, (v1, v2)),
        CALLERS[3]: (stranger.person("eve", "admin").client, (app,)),
    }[who]
    before, tried = world.state(), 0
    for what, wanted, refuse in (one for contract in contracts for one in attempts(world, contract)):
        with subtests.test(what):
            answer = wanted.send(client)
            tried += 1
            if refuse:
                # A file of somebody else is a wrong parameter of the task, not a missing page.
                wrong = "with attachment" in what or ("/studio/" in what and "test" in who)
                assert answer.status_code == (400 if wrong else 404), answer.text
            if who == CALLERS[2] and ("/teams" in what or "/labelers" in what):
                # People belong to the account, whose keys of both modes see them.
                continue
            sent = str((wanted.query, wanted.body, wanted.multipart))
            for secret in world.secrets:
                assert secret not in answer.text or secret in sent, secret
            if "heartbeat with ids" in what:
                assert answer.json()["held"] == []
            if "tasks with" in what and not refuse:
                assert answer.json()["docs"] == []
    assert tried >= sum(endpoint.needs_key for contract in contracts for endpoint in contract.table) - 1
    assert world.state() == before


def test_colleagues_do_not_touch_each_others_work(world: World, subtests: pytest.Subtests) -> None:
    before = world.state()
    client = world.tenant.person("mia", "admin").client
    for endpoint in CONTRACTS[1].table:
        if "{id}" in endpoint.path:
            with subtests.test(f"{endpoint.method} {endpoint.path}"):
                wanted = ask(CONTRACTS[1], endpoint, world.path[""])
                if endpoint.body is not None:
                    wanted.body = example(endpoint.body, {"answer": CAT})
                assert wanted.send(client).status_code == 404
    after = world.state()
    assert after[3:] == before[3:] or after[4] != before[4]
    assert (after[3], after[6], after[7]) == (before[3], before[6], before[7])


def test_the_same_names_may_be_used_by_everybody(world: World, stranger: Tenant) -> None:
    for tenant, test in ((stranger, False), (stranger, True), (world.tenant, True)):
        project = tenant.project("the secret project", test=test)["name"]
        tenant.batch(project, "the secret batch", test=test)
        tenant.task(batch="the secret batch", unique_id="the secret unique id", test=test)
        done(tenant.upload(b"x", reference_id="the secret reference", test=test))
