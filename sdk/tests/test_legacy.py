"""Programs written against the releases 0.x, 1.x and early 2.x go on working, and are told what to write instead."""

from __future__ import annotations

import asyncio
import inspect
import warnings
from collections.abc import Callable
from typing import Any

import pytest

import scaleapi
from scaleapi import Batch, Project, ScaleClient, ScaleException, ScaleInvalidRequest, Task, TaskType, _legacy
from scaleapi.aio import AsyncScaleClient
from scaleapi.exceptions import ScaleDuplicateResource, ScaleDuplicateTask

KEY = "test_0123456789abcdef"
TASK = {
    "task_id": "1",
    "type": "chat",
    "status": "pending",
    "params": {"attachment": "a", "status": "hidden"},
}
BATCH = {"name": "b", "status": "staging"}
PROJECT = {"name": "p", "type": "chat", "param_history": []}


def task() -> Task:
    return Task(TASK, None)


def batch(client: Any) -> Batch:
    return client.create_batch("p", "b")


# What old programs wrote, and what comes of it; one entry for each row of the table of deprecations.
USES: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "ScaleClient.fetch_task": (lambda c: c.fetch_task(c.create_task("chat").id).type, "chat"),
    "ScaleClient.create_<type>_task": (
        lambda c: c.create_imageannotation_task(project="p").type,
        "imageannotation",
    ),
    "ScaleClient.list_batches": (lambda c: c.list_batches(limit=5).limit, 5),
    "ScaleClient.get_projet": (lambda c: (c.create_project("p", "chat"), c.get_projet("p").name)[1], "p"),
    "ScaleClient._getrequest": (lambda c: c._getrequest("tasks", params={"limit": 3})["limit"], 3),
    "ScaleClient._postrequest": (lambda c: c._postrequest("task/chat")["type"], "chat"),
    "ScaleClient.api_key": (lambda c: c.api_key, KEY),
    "ScaleClient._headers": (lambda c: c._headers["Content-Type"], "application/json"),
    "user_agent_extension=": (lambda c: ScaleClient(KEY, user_agent_extension="mine").api._source, "mine"),
    "create_project(type=)": (lambda c: c.create_project("p", type="chat", params={}).type, "chat"),
    "create_project(self_serve=)": (lambda c: c.create_project("p", "chat", self_serve=True).name, "p"),
    "create_batch(instruction_batch=)": (
        lambda c: c.create_batch("p", "b", instruction_batch=True).as_dict()["calibration_batch"],
        True,
    ),
    "tasks(offset=)": (lambda c: list(c.tasks(offset=0)), []),
    "Task.param_dict": (lambda c: task().param_dict, TASK),
    "Task.client": (lambda c: c.create_task("chat").client is c, True),
    "Task.<name of a parameter>": (lambda c: task().attachment, "a"),
    "Batch.param_dict": (lambda c: Batch(BATCH, None).param_dict, BATCH),
    "Batch.client": (lambda c: batch(c).client is c, True),
    "Batch.pending": (lambda c: batch(c).pending, 0),
    "Batch.completed": (lambda c: batch(c).completed, 0),
    "Batch.error": (lambda c: batch(c).error, 0),
    "Batch.canceled": (lambda c: batch(c).canceled, 0),
    'Batch["<key>"]': (lambda c: batch(c).finalize()["status"], "in_progress"),
    "Project.param_dict": (lambda c: Project(PROJECT, None).param_dict, PROJECT),
    "Project.client": (lambda c: c.create_project("p", "chat").client is c, True),
    'Project["<key>"]': (lambda c: Project(PROJECT, None)["type"], "chat"),
    "scaleapi.TASK_TYPES": (lambda c: "imageannotation" in scaleapi.TASK_TYPES, True),
    "scaleapi.SCALE_ENDPOINT": (lambda c: scaleapi.SCALE_ENDPOINT, "https://api.scale.com/v1/"),
    "scaleapi.api.SCALE_ENDPOINT": (lambda c: scaleapi.api.SCALE_ENDPOINT, "https://api.scale.com/v1/"),
    "scaleapi.DEFAULT_LIMIT": (lambda c: scaleapi.DEFAULT_LIMIT, 100),
    "scaleapi.DEFAULT_OFFSET": (lambda c: scaleapi.DEFAULT_OFFSET, 0),
    "scaleapi.quote_string": (lambda c: scaleapi.quote_string("a bc/def"), "a%20bc%2Fdef"),
}
SILENT: dict[str, tuple[Any, Any]] = {
    "TaskType.CruiseControl": (TaskType.CruiseControl, TaskType.Federal2dVideoAnnotation),
    "scaleapi.exceptions.ScaleDuplicateTask": (ScaleDuplicateTask, ScaleDuplicateResource),
}


def test_every_row_of_the_table_is_shown_here():
    assert {*USES, *SILENT} == {entry.old for entry in _legacy.DEPRECATIONS}
    assert len(_legacy.DEPRECATIONS) == len({entry.old for entry in _legacy.DEPRECATIONS})


@pytest.mark.parametrize("old", USES)
def test_old_ways_work_and_warn(client, old):
    use, expected = USES[old]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert use(client) == expected
    told = [one for one in caught if str(one.message).startswith(f"{old} is deprecated: use ")]
    assert told
    assert {one.category for one in caught} == {DeprecationWarning}
    # The warning points at the program, not into this package.
    assert {one.filename for one in caught} == {__file__}


@pytest.mark.parametrize("old", SILENT)
def test_aliases(old):
    alias, name = SILENT[old]
    assert alias is name


def test_new_ways_do_not_warn(client):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = client.create_task("chat", project="p")
        assert made.project == "p"
        assert not hasattr(made, "tags")
        assert not hasattr(made, "__deepcopy_nothing__")
        assert "name" in Project(PROJECT, None)
        batch(client).get_status()
        assert not hasattr(client, "no_such_method")


def test_first_level_fields_win_over_parameters():
    assert task().status == "pending"
    with pytest.raises(AttributeError, match="'Task' object has no attribute nothing"):
        _ = task().nothing


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_counts_are_fetched_once_and_only_when_asked_for(client, stub):
    one = batch(client)
    before = len(stub.requests)
    assert (one.pending, one.completed) == (0, 0)
    assert len(stub.requests) == before + 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_projects_and_updates_were_dictionaries(client):
    client.create_project("p", "chat")
    (listed,) = client.projects()
    updated = client.update_project("p", instruction="new", patch=True)
    assert dict(listed)["name"] == listed.get("name") == updated["name"] == "p"
    assert list(listed) == list(listed.keys())


@pytest.mark.parametrize("module", [scaleapi, scaleapi.api], ids=["scaleapi", "scaleapi.api"])
def test_setting_the_endpoint_moves_new_clients(monkeypatch, stub, module):
    monkeypatch.setattr(module, "SCALE_ENDPOINT", f"{stub.url}/", raising=False)
    with ScaleClient(KEY) as client:
        assert client.projects() == []


def test_exceptions_of_release_1():
    assert issubclass(ScaleInvalidRequest, ValueError)
    error = ScaleException("gone", 404)
    assert (error.code, str(error)) == (404, "<Response [404]> gone")


def test_positional_arguments_of_release_1(client):
    made = client.create_project("p", "chat", {"a": 1})
    assert client.create_batch("p", "b", "https://x.example/").as_dict()["callback"] == "https://x.example/"
    assert ScaleClient(KEY, "mine").api._source == "mine"
    assert made.name == "p"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_all_creators_of_release_1_exist_on_both_clients():
    asynchronous: Any = AsyncScaleClient(KEY)
    for kind in _legacy.TASK_TYPES:
        for owner in (ScaleClient(KEY), asynchronous):
            creator = getattr(owner, f"create_{kind}_task")
            assert callable(creator)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_keywords_for_the_asynchronous_client(stub):
    async def program() -> None:
        async with AsyncScaleClient(KEY, api_instance_url=stub.url) as client:
            other: Any = client
            assert (await other.create_project("p", type="chat")).type == "chat"
            assert (await other.create_chat_task()).type == "chat"

    asyncio.run(program())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_old_names_are_not_offered_to_new_programs():
    public = {name for name in dir(scaleapi) if not name.startswith("_")}
    assert "TASK_TYPES" not in public
    assert "type" not in inspect.signature(ScaleClient.create_project).parameters


def test_a_batch_has_its_json_where_the_readme_of_1_0_4_looks() -> None:
    assert Batch(BATCH, None).__dict__["param_dict"] == BATCH
