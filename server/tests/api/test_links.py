"""The links of the contract: each names an operation that exists, and leads to what the answer is about."""

from collections.abc import Iterator
from typing import Any

import pytest
from server.tests.answers import CONTRACTS
from server.tests.harness import CATEGORIES, Tenant, done, segment

DOCUMENT = CONTRACTS[0].document
OPERATIONS = {
    operation["operationId"]: (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def links(operation_id: str) -> Iterator[dict[str, Any]]:
    """The links of an operation's success."""
    responses = OPERATIONS[operation_id][2]["responses"]
    yield from responses[min(responses)].get("links", {}).values()


def followed(tenant: Tenant, link: dict[str, Any], answer: Any) -> Any:
    """Ask as a link says; returns the response."""
    path, method, _ = OPERATIONS[link["operationId"]]
    query, body = {}, link.get("requestBody", {})
    for name, expression in link.get("parameters", {}).items():
        value = resolved(expression, answer)
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", segment(value))
        else:
            query[name] = value
    if method == "get":
        return tenant.live.get(path, params=query)
    sent = {name: resolved(expression, answer) for name, expression in body.items()}
    return tenant.live.request(method, path, params=query, json={"attachment": "a", **sent})


def resolved(expression: str, answer: Any) -> Any:
    """The value of ``$response.body#/…``."""
    start, _, pointer = expression.partition("#/")
    assert start == "$response.body"
    for part in pointer.split("/"):
        answer = answer[int(part) if isinstance(answer, list) else part]
    return answer


@pytest.mark.parametrize("operation_id", sorted(name for name in OPERATIONS if any(links(name))))
def test_links_name_what_there_is(operation_id: str) -> None:
    for link in links(operation_id):
        path, _, target = OPERATIONS[link["operationId"]]
        assert set(link.get("parameters", {})) <= {one["name"] for one in target["parameters"]}
        assert path.count("{") <= len(link.get("parameters", {}))
        assert ("requestBody" in link) <= ("requestBody" in target)


def test_every_create_leads_to_its_task() -> None:
    for name, (path, method, _) in OPERATIONS.items():
        if method == "post" and path.startswith("/v1/task/") and "{" not in path:
            assert {link["operationId"] for link in links(name)} == {"tasks_get", "tasks_cancel"}, name


def test_they_lead_there(tenant: Tenant) -> None:
    project = tenant.project("a project/ä")
    # Of another project: a link of the first one replaces its parameters.
    batch = tenant.batch(tenant.project("another/ü")["name"], "a batch/ö")
    task = tenant.task(project="another/ü")
    tenant.task(batch=batch["name"])
    page = done(tenant.live.get("/v1/tasks?limit=1"))
    for source, answer in (
        ("projects_create", project),
        ("batches_create", batch),
        ("tasks_create_categorization", task),
        ("tasks_get", task),
        ("tasks_list_page", page),
    ):
        there = list(links(source))
        assert there
        for link in there:
            response = followed(tenant, link, answer)
            # Other parameters are missing, and a task may be over; but it is never something else that is found.
            assert response.status_code != 404 or link["operationId"] == "projects_template", response.text
            if link["operationId"] in {"projects_get", "batches_get", "tasks_get"}:
                found, key = response.json(), "task_id" if "task" in link["operationId"] else "name"
                assert found[key] == resolved(next(iter(link["parameters"].values())), answer)
            if link["operationId"] == "tasks_create_categorization":
                assert done(response)["batch"] == batch["name"]
            if link["operationId"] == "batches_create":
                assert done(response)["project"] == project["name"]


@pytest.mark.parametrize("kind", ["evaluation", "training"])
def test_quality_tasks(tenant: Tenant, kind: str) -> None:
    project = tenant.project()["name"]
    body = {"project": project, "attachment": "a", **CATEGORIES, "expected_response": {"category": "cat"}}
    made = done(tenant.live.post(f"/v1/{kind}_tasks/categorization", json=body))
    there = list(links(f"quality_tasks_create_{kind}"))
    assert len(there) == 2
    for link in there:
        assert done(followed(tenant, link, made))["id"] == made["id"]
