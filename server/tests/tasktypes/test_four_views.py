"""A task is the same whoever shows it: the answer to its create, a read, the list and its callback."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from server.tests.harness import Server, Tenant, done
from server.tests.parents import with_parent
from server.tests.receiver import Receiver

from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import task_types

KINDS = [pytest.param(kind, id=slug) for slug, kind in sorted(task_types().items()) if slug == kind.slug]

LATER = {"callback_succeeded", "callback_succeeded_at", "updated_at", "attachmentS3Downloads"}
"""What a delivery cannot say of itself, when it was noted, and addresses that are made for each reading."""

COMMON = {
    "instruction": "**Mind** the edges.",
    "metadata": {"mine": [1, {"a": None}]},
    "tags": ["b", "a"],
    "priority": 20,
    "clear_unused": None,
}


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as one:
        yield one


def body(tenant: Tenant, kind: TaskType, given: Any, *, test: bool) -> dict[str, Any]:
    """A request with all that tasks of every type have."""
    project = tenant.project(kind=kind.slug, params={}, test=test)["name"]
    params = with_parent(tenant, given, test=test)
    return {**COMMON, "project": project, "unique_id": f"one of {project}", **params}


def _files(tenant: Tenant) -> bytes:
    return f"{tenant.test.base_url}".rstrip("/").encode() + b"/files/"


def listed(client: Any, task: str, **query: Any) -> Any:
    """The task as the list shows it."""
    docs = done(client.get("/v1/tasks", params={"limit": 100, **query}))["docs"]
    return next(one for one in docs if one["task_id"] == task)


@pytest.mark.parametrize("kind", KINDS)
def test_f21_create_read_list_and_callback_show_the_same_task(
    server: Server, tenant: Tenant, receiver: Receiver, kind: TaskType
) -> None:
    given = list(examples_of(kind).good_params.values())[-1]
    path = f"/{tenant.account_id}/{kind.slug}"
    sent = {**body(tenant, kind, given, test=True), "callback_url": receiver.url(path)}
    created = done(tenant.test.post(f"/v1/task/{kind.slug}", json=sent))
    assert created["callback_succeeded"] is True
    before = done(tenant.test.get(f"/v1/task/{created['task_id']}"))
    before.pop("attachmentS3Downloads", None)
    assert before == created
    assert listed(tenant.test, created["task_id"]) == created
    server.deliver()
    # A delivery has no host that was asked, and the test server has no public address.
    called = json.loads(re.sub(rb"http://127[^/]*/files/", _files(tenant), receiver.wait_for(path).raw))
    assert (called["task_id"], called["status"]) == (created["task_id"], "completed")
    assert called["response"] == created.get("response", {})
    read = done(tenant.test.get(f"/v1/task/{created['task_id']}"))
    assert read["callback_succeeded"] is True
    shown = [created, read, listed(tenant.test, created["task_id"]), called["task"]]
    plain = [{key: value for key, value in one.items() if key not in LATER} for one in shown]
    assert plain[1:] == plain[:1] * 3
    assert shown[1].keys() - {"attachmentS3Downloads"} == shown[2].keys()
    assert shown[2].keys() - shown[0].keys() <= {"callback_succeeded_at"}


@pytest.mark.parametrize("kind", KINDS)
def test_f21_a_live_task_is_the_same_in_create_read_and_list(tenant: Tenant, kind: TaskType) -> None:
    given = list(examples_of(kind).good_params.values())[-1]
    sent = body(tenant, kind, given, test=False)
    created = done(tenant.live.post(f"/v1/task/{kind.slug}", json=sent))
    assert done(tenant.live.get(f"/v1/task/{created['task_id']}")) == created
    assert listed(tenant.live, created["task_id"]) == created
