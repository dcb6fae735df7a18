"""Tasks, with the 2.x releases."""

from declare import case, raises

from scaleapi import ScaleClient, Task, TaskReviewStatus, TaskStatus, TaskType
from scaleapi.exceptions import (
    ScaleDuplicateResource,
    ScaleException,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
    ScaleUnauthorized,
)

BOX = {"box": {"objects_to_annotate": ["cone"], "min_height": 5, "min_width": 5}}
SITE = {
    "attachment_type": "website",
    "attachment": "https://www.example.org/",
    "categories": ["public", "private"],
}


def categorize(client, **more):
    """A task that is not what the case is about."""
    return client.create_task(TaskType.Categorization, **{"instruction": "Which?", **SITE, **more})


def project(w, client=None):
    """A categorization project of the case."""
    return (client or w.test).create_project(f"{w.name} project", TaskType.Categorization).name


@case("ScaleClient.create_task")
def create_task_completes_in_test_mode(w):
    name = project(w)
    task = w.call(
        w.test,
        "create_task",
        TaskType.Categorization,
        project=name,
        instruction="Public or private?",
        unique_id="co-0007",
        metadata={"row": 7},
        priority=20,
        tags=["w18", "north"],
        callback_url="http://127.0.0.1:9/nobody",
        **SITE,
    )
    assert isinstance(task, Task)
    found = task.as_dict()
    assert (task.status, task.type, task.is_test) == ("completed", "categorization", True)
    assert (task.project, task.instruction, task.unique_id) == (name, "Public or private?", "co-0007")
    assert (task.metadata, task.priority, task.tags) == ({"row": 7}, 20, ["w18", "north"])
    assert task.params == {**SITE, "allow_multiple": False}
    assert task.response == {"category": "public"}
    assert found["project_param_version"] == 0
    assert found["callback_url"] == "http://127.0.0.1:9/nobody"
    assert found["created_at"] <= found["completed_at"]
    assert (len(task.id), task.id) == (24, found["task_id"])


@case("ScaleClient.create_task")
def create_task_waits_in_live_mode(w):
    task = w.call(w.live, "create_task", TaskType.ImageAnnotation, attachment=w.picture, geometries=BOX)
    assert (task.status, task.is_test, task.params["geometries"]) == ("pending", False, BOX)
    assert not hasattr(task, "response")
    assert not hasattr(task, "completed_at")
    assert not hasattr(task, "unique_id")


@case("ScaleClient.create_task")
def create_task_names_the_parameter_that_is_missing(w):
    error = raises(ScaleInvalidRequest, w.call, w.test, "create_task", TaskType.ImageAnnotation)
    assert error.code == 400
    assert "attachment" in str(error)


@case("ScaleClient.create_task")
def create_task_names_the_task_that_has_the_unique_id(w):
    first = categorize(w.test, unique_id=w.name)
    error = raises(
        ScaleDuplicateResource,
        w.call,
        w.test,
        "create_task",
        TaskType.Categorization,
        unique_id=w.name,
        **SITE,
    )
    assert error.code == 409
    assert f'The unique_id ("{w.name}") is already used for a different task ({first.id}).' in str(error)


@case("ScaleClient.create_task")
def create_task_inherits_from_its_project(w):
    client = w.test
    name = client.create_project(
        w.name, TaskType.ImageAnnotation, {"instruction": "Box cones.", "geometries": BOX}
    ).name
    task = w.call(client, "create_task", TaskType.ImageAnnotation, project=name, attachment=w.picture)
    assert (task.params["geometries"], task.params["attachment"]) == (BOX, w.picture)
    assert task.instruction == "Box cones."
    batch = client.create_batch(name, f"{w.name} batch").name
    task = w.call(client, "create_task", TaskType.ImageAnnotation, batch=batch, attachment=w.picture)
    assert (task.project, task.batch) == (name, batch)


@case("ScaleClient.get_task")
def get_task(w):
    made = categorize(w.test, metadata={"row": 7}, unique_id=w.name)
    task = w.call(w.test, "get_task", made.id)
    assert isinstance(task, Task)
    for name in ("task_id", "created_at", "type", "status", "instruction", "params", "metadata", "unique_id"):
        assert task.as_dict()[name] == made.as_dict()[name], name
    assert task.response["category"] == "public"
    error = raises(ScaleResourceNotFound, w.call, w.test, "get_task", "fake_id_qwertyuiop")
    assert str(error) == "<Response [404]> Task with that ID not found."
    raises(ScaleResourceNotFound, w.live.get_task, made.id)


@case("ScaleClient.cancel_task")
def cancel_task(w):
    made = categorize(w.live, unique_id=w.name)
    task = w.call(w.live, "cancel_task", made.id)
    assert (task.status, task.unique_id, task.id) == ("canceled", w.name, made.id)
    assert w.call(w.live, "cancel_task", made.id).status == "canceled"
    error = raises(ScaleInvalidRequest, w.call, w.test, "cancel_task", categorize(w.test).id)
    assert error.code == 400


@case("ScaleClient.cancel_task", since="2.9.0")
def cancel_task_and_clear_its_unique_id(w):
    made = categorize(w.live, unique_id=w.name)
    task = w.call(w.live, "cancel_task", made.id, clear_unique_id=True)
    assert task.status == "canceled"
    assert not hasattr(task, "unique_id")
    assert categorize(w.live, unique_id=w.name).id != made.id


@case("Task.cancel")
def task_cancel(w):
    task = categorize(w.live, unique_id=w.name)
    assert w.call(task, "cancel") is None
    task.refresh()
    assert task.status == "canceled"
    if w.release >= (2, 9):
        w.call(task, "cancel", clear_unique_id=True)
        task.refresh()
        assert not hasattr(task, "unique_id")


@case("ScaleClient.audit_task", since="2.11.0")
def audit_task(w):
    task = categorize(w.test)
    assert w.call(w.test, "audit_task", task.id, False, "Look again") is None
    task.refresh()
    assert (task.customer_review_status, task.customer_review_comments) == ("rejected", ["Look again"])
    assert w.call(w.test, "audit_task", task.id, True) is None
    task.refresh()
    assert (task.customer_review_status, task.customer_review_comments) == ("accepted", ["Look again"])
    assert [one["audit_result"] for one in task.audits] == ["rejected", "accepted"]
    assert raises(ScaleInvalidRequest, w.live.audit_task, categorize(w.live).id, True).code == 400


@case("Task.audit", since="2.11.0")
def task_audit(w):
    task = categorize(w.test)
    assert w.call(task, "audit", accepted=True, comments="Fine") is None
    task.refresh()
    assert (task.customer_review_status, task.customer_review_comments) == ("accepted", ["Fine"])


@case("ScaleClient.update_task_unique_id", since="2.9.0")
def update_task_unique_id(w):
    task = categorize(w.test, unique_id=f"{w.name} old")
    changed = w.call(w.test, "update_task_unique_id", task.id, f"{w.name} new")
    assert (changed.id, changed.unique_id) == (task.id, f"{w.name} new")
    other = categorize(w.test, unique_id=f"{w.name} old")
    error = raises(ScaleDuplicateResource, w.call, w.test, "update_task_unique_id", task.id, f"{w.name} old")
    assert f"({other.id})" in str(error)


@case("Task.update_unique_id", since="2.9.0")
def task_update_unique_id(w):
    task = categorize(w.test)
    assert w.call(task, "update_unique_id", w.name) is None
    task.refresh()
    assert task.unique_id == w.name


@case("ScaleClient.clear_task_unique_id", since="2.9.0")
def clear_task_unique_id(w):
    task = categorize(w.test, unique_id=w.name)
    for _ in range(2):
        assert "unique_id" not in w.call(w.test, "clear_task_unique_id", task.id).as_dict()


@case("Task.clear_unique_id", since="2.9.0")
def task_clear_unique_id(w):
    task = categorize(w.test, unique_id=w.name)
    assert w.call(task, "clear_unique_id") is None
    task.refresh()
    assert not hasattr(task, "unique_id")


@case("ScaleClient.set_task_metadata", since="2.10.0")
def set_task_metadata(w):
    task = categorize(w.test, metadata={"old": 1})
    new = {"myKey": "myValue", "nested": {"a": [1, None, True]}}
    assert w.call(w.test, "set_task_metadata", task.id, new).metadata == new
    # An empty dict is sent as no body at all (wire/tasks §4.5).
    assert w.call(w.test, "set_task_metadata", task.id, {}).metadata == {}


@case("Task.set_metadata", since="2.10.0")
def task_set_metadata(w):
    task = categorize(w.test)
    assert w.call(task, "set_metadata", {"row": 8}) is None
    task.refresh()
    assert task.metadata == {"row": 8}


@case("ScaleClient.set_task_tags", since="2.13.0")
def set_task_tags(w):
    task = categorize(w.test, tags=["old"])
    assert w.call(w.test, "set_task_tags", task.id, ["tag1", "tag2"]).tags == ["tag1", "tag2"]
    assert not hasattr(w.call(w.test, "set_task_tags", task.id, []), "tags")


@case("ScaleClient.add_task_tags", since="2.13.0")
def add_task_tags(w):
    task = categorize(w.test, tags=["tag1"])
    assert w.call(w.test, "add_task_tags", task.id, ["tag2", "tag1"]).tags == ["tag1", "tag2"]


@case("ScaleClient.delete_task_tags", since="2.13.0")
def delete_task_tags(w):
    task = categorize(w.test, tags=["tag1", "tag2", "tag3"])
    assert w.call(w.test, "delete_task_tags", task.id, ["tag1", "tag2", "tag9"]).tags == ["tag3"]


@case("Task.set_tags", "Task.add_tags", "Task.delete_tags", since="2.13.0")
def task_tags(w):
    task = categorize(w.test)
    for name, given, wanted in (
        ("set_tags", ["tag1", "tag2"], ["tag1", "tag2"]),
        ("add_tags", ["tag3"], ["tag1", "tag2", "tag3"]),
        ("delete_tags", ["tag1"], ["tag2", "tag3"]),
    ):
        assert w.call(task, name, given) is None
        task.refresh()
        assert task.tags == wanted


@case("Task.refresh")
def task_refresh(w):
    task = w.live.create_task(TaskType.Categorization, **SITE)
    w.live.cancel_task(task.id)
    assert task.status == "pending"
    assert w.call(task, "refresh") is None
    assert task.status == "canceled"


@case("Task.as_dict")
def task_as_dict(w):
    task = categorize(w.test)
    found = w.call(task, "as_dict")
    assert found["task_id"] == task.id
    assert {"params", "response", "metadata", "created_at", "is_test"} <= found.keys()
    assert hash(task) == hash(w.test.get_task(task.id))
    assert str(task) == f"Task(id={task.id})"


@case("ScaleClient.tasks")
def tasks(w):
    name = project(w)
    made = [categorize(w.test, project=name, unique_id=f"{w.name} {n}").id for n in range(5)]
    page = w.call(w.test, "tasks", project=name, limit=2)
    assert [task.id for task in page] == made[:2:-1]
    assert (page.total, page.limit, page.offset, page.has_more) == (5, 2, 0, True)
    rest = w.call(w.test, "tasks", project=name, limit=3, next_token=page.next_token)
    assert [task.id for task in rest] == made[2::-1]
    assert (rest.total, rest.has_more, rest.next_token) == (5, False, None)
    filters = {
        "status": "completed",
        "type": "categorization",
        "start_time": "2016-09-08",
        "completed_after": "2016-09-08T00:00:00Z",
        "updated_after": "2016-09-08 00:00:00.000000",
        "end_time": "2099-01-01T00:00:00-07:00",
        "completed_before": "2099-01-01",
        "updated_before": "2099-01-01",
    }
    assert w.call(w.test, "tasks", project=name, **filters).total == 5
    assert [*w.call(w.test, "tasks", project=name, status="pending")] == []
    assert [*w.call(w.test, "tasks", project=name, end_time="2016-09-08")] == []
    (one,) = w.call(w.test, "tasks", unique_id=f"{w.name} 3")
    assert one.id == made[3]
    error = raises(ScaleInvalidRequest, w.call, w.test, "tasks", colour="red")
    assert "Illegal parameter colour" in str(error)


@case("ScaleClient.tasks", since="2.15.1")
def tasks_with_limited_response(w):
    name = project(w)
    made = categorize(w.test, project=name, metadata={"row": 1})
    (task,) = w.call(w.test, "tasks", project=name, limited_response=True)
    found = task.as_dict()
    assert (found["task_id"], found["status"], found["metadata"]) == (made.id, "completed", {"row": 1})
    assert found["project"] == name
    assert not {"params", "response", "created_at"} & found.keys()


@case("ScaleClient.tasks", since="2.14.4")
def tasks_with_attachment_urls(w):
    name = project(w)
    file = w.test.import_file(w.picture, project_name=name)
    categorize(w.test, project=name, attachment=file.attachment_url, attachment_type="image")
    (task,) = w.call(w.test, "tasks", project=name, include_attachment_url=True)
    (download,) = task.as_dict()["attachmentS3Downloads"]
    assert download["attachmentURL"] == file.attachment_url
    assert download["s3URL"].startswith("http")
    (task,) = w.call(w.test, "tasks", project=name, include_attachment_url=False)
    assert "attachmentS3Downloads" not in task.as_dict()


@case("ScaleClient.get_tasks")
def get_tasks(w):
    name = project(w)
    batch = w.test.create_batch(name, f"{w.name} batch", "").name
    more = {"tags": ["x", "y"]}
    made = [categorize(w.test, batch=batch, unique_id=f"{w.name} {n}", **more).id for n in range(3)]
    alone = categorize(w.test, project=name)
    found = w.call(w.test, "get_tasks", project_name=name)
    assert [task.id for task in found] == [alone.id, *made[::-1]]
    found = w.call(
        w.test,
        "get_tasks",
        project_name=name,
        batch_name=batch,
        task_type=TaskType.Categorization,
        status=TaskStatus.Completed,
        unique_id=[f"{w.name} 0", f"{w.name} 2"],
        tags=["y"],
        created_after="2020-09-08",
        created_before="2099-01-01",
        updated_after="2020-09-08",
        updated_before="2099-01-01",
        completed_after="2020-09-08",
        completed_before="2099-01-01",
    )
    assert [task.id for task in found] == [made[2], made[0]]
    assert w.call(w.test, "get_tasks", project_name=name, status=TaskStatus.Pending) == []
    if w.release >= (2, 15, 6):
        walked = w.call(w.test, "get_tasks", batch_name=batch, limit=1, limited_response=True)
        assert [task.id for task in walked] == made[::-1]
    if w.release >= (2, 15, 11):
        raises(ValueError, w.call, w.test, "get_tasks")


@case("ScaleClient.get_tasks", since="2.11.0")
def get_tasks_by_review(w):
    name = project(w)
    first, second, _ = (categorize(w.test, project=name) for _ in range(3))
    first.audit(True)
    second.audit(False)
    both = [TaskReviewStatus.Accepted, TaskReviewStatus.Rejected]
    found = w.call(w.test, "get_tasks", project_name=name, review_status=both)
    assert [task.id for task in found] == [second.id, first.id]
    found = w.call(w.test, "get_tasks", project_name=name, review_status=TaskReviewStatus.Accepted)
    assert [task.id for task in found] == [first.id]


@case("ScaleClient.get_tasks_count")
def get_tasks_count(w):
    name = project(w)
    for n in range(3):
        categorize(w.test, project=name, unique_id=f"{w.name} {n}", tags=["odd" if n % 2 else "even"])
    assert w.call(w.test, "get_tasks_count", project_name=name) == 3
    assert w.call(w.test, "get_tasks_count", project_name=name, tags="even") == 2
    status = TaskStatus.Canceled
    assert w.call(w.test, "get_tasks_count", project_name=name, status=status) == 0
    assert w.call(w.test, "get_tasks_count", project_name=name, unique_id=f"{w.name} 1") == 1


@case("ScaleClient.create_task")
def every_exception_of_a_wrong_key(w):
    stranger = ScaleClient("live_nobody")
    error = raises(ScaleUnauthorized, w.call, stranger, "create_task", TaskType.Categorization, **SITE)
    assert (error.code, isinstance(error, ScaleException)) == (401, True)
