"""The resource objects beyond what the list of defects covers."""

from __future__ import annotations

import copy
import pickle

import pytest

from scaleapi import (
    Batch,
    EvaluationTask,
    File,
    Paginator,
    Project,
    StudioProjectGroup,
    Task,
    Tasklist,
    TaskStatus,
    TaskTemplate,
    TaskType,
    Teammate,
)
from scaleapi.exceptions import ScaleException, ScaleInternalError

TEMPLATE = {
    "id": "1",
    "version": 3,
    "created_at": "a",
    "updated_at": "b",
    "template_variables": {"v": 1},
    "response_schema": {"s": 1},
    "auto_onboard_enabled": True,
}
EXAMPLES = [
    (Task, {"task_id": "1", "status": "pending"}, "Task(id=1)"),
    (Batch, {"name": "b", "status": "staging"}, "Batch(name=b)"),
    (Project, {"name": "p", "type": "chat"}, "Project(name=p)"),
    (File, {"id": "f", "attachment_url": "u"}, "File(id=f)"),
    (TaskTemplate, TEMPLATE, "TaskTemplate(id=1)"),
    (EvaluationTask, {"id": "e", "expected_response": {}}, "EvaluationTask(id=e)"),
    (Teammate, {"email": "jo@x.example", "role": "member"}, "Teammate(email=jo@x.example)"),
    (
        StudioProjectGroup,
        {"id": "g", "name": "night", "numWorkers": 0, "isSingleton": False},
        "StudioProjectGroup(name=night)",
    ),
]


@pytest.mark.parametrize(("kind", "json", "text"), EXAMPLES)
def test_what_all_of_them_do(kind, json, text):
    one = kind(json, None)
    assert one.as_dict() is json
    assert (str(one), repr(one)) == (text, f"{kind.__name__}({json})")
    for other in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert (other, hash(other), other.as_dict()) == (one, hash(one), json)
    assert one != json


def test_task_attributes_are_the_json():
    task = Task({"task_id": "1", "status": "error", "params": {"a": 1}}, None)
    assert (task.id, task.task_id, task.params, task.status) == ("1", "1", {"a": 1}, TaskStatus.Error)
    with pytest.raises(AttributeError, match="'Task' object has no attribute nothing"):
        _ = task.nothing


def test_template():
    template = TaskTemplate(TEMPLATE, None)
    assert template.get_template_variables() == {"v": 1}
    assert template.is_auto_onboardable() is True
    assert template.get_response_schema() == {"s": 1}
    bare = TaskTemplate({name: TEMPLATE[name] for name in list(TEMPLATE)[:5]}, None)
    assert (bare.response_schema, bare.auto_onboard_enabled) == (None, False)


def test_project_takes_the_last_entry_of_its_history():
    history = [{"version": 0, "instruction": "a"}, {"version": 1}]
    project = Project({"name": "p", "type": "chat", "param_history": history}, None)
    assert (project.params, project.version, project.instruction) == ({"version": 1}, 1, None)


def test_objects_refresh_themselves(client):
    project = client.create_project("p", "chat")
    batch = client.create_batch("p", "b")
    task = client.create_task("chat", project="p")
    client.update_project("p", instruction="new")
    client.set_batch_metadata("b", {"a": 1})
    client.set_task_metadata(task.id, {"a": 1})
    for one in (project, batch, task):
        one.refresh()
    assert (project.instruction, batch.metadata, task.metadata) == ("new", {"a": 1}, {"a": 1})
    assert project.get_template().version == 1


def test_batch_methods(client):
    batch = client.create_batch("p", "b")
    assert batch.finalize() == batch
    assert batch.status == "in_progress"
    batch.set_metadata({"week": 2})
    assert batch.metadata == {"week": 2}
    client.create_task("chat", batch="b")
    assert batch.get_status()["pending"] == batch.tasks_pending == 1


def test_an_audit_that_is_stored_does_not_fail_afterwards(client, stub):
    task = client.create_task("chat")
    for _ in range(4):
        stub.fault(stub.refused(500, "down"), match="GET")
    task.audit(True)
    assert stub.tasks[0]["customer_review_status"] == "accepted"
    stub.fault(stub.refused(500, "down"), match="audit")
    with pytest.raises(ScaleInternalError):
        task.audit(False)


def test_an_object_without_client_says_so():
    with pytest.raises(ScaleException, match="this Batch has no client"):
        Batch({"name": "b", "status": "staging"}, None).finalize()


def test_pages_are_lists():
    page = Tasklist([Task({"task_id": "1"}, None)], 5, 1, 0, True, "t")
    assert (page.docs, page.total, page.limit, page.offset, page.has_more, page.next_token) == (
        page,
        5,
        1,
        0,
        True,
        "t",
    )
    assert isinstance(page, Paginator)
    assert isinstance(page, list)
    assert type(page[:1]) is list
    thawed = pickle.loads(pickle.dumps(page))
    assert (thawed, thawed.total, thawed.next_token) == (page, 5, "t")


def test_enums_print_and_compare():
    assert str(TaskType.Chat) == f"{TaskType.Chat}" == "TaskType.Chat"
    assert repr(TaskType.Chat) == "<TaskType.Chat: 'chat'>"
    assert TaskType("chat") is TaskType.Chat
    assert TaskType.Chat == "chat"
    assert {TaskType.Chat: 1}["chat"] == 1
    assert all(member.value == name.lower() for name, member in ((one.name, one) for one in TaskType))
    assert len(TaskType) == 31
