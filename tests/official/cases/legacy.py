"""Everything that 0.3.1 and 1.0.4 can do."""

import urllib.parse

from declare import case, raises
from requests_of_types import REQUESTS, check

import scaleapi
from scaleapi import ScaleException, ScaleInvalidRequest

SITE = REQUESTS["categorization"]
BOXES = REQUESTS["imageannotation"]


def project(w, client=None):
    """A categorization project of the case; 0.3.1 has no method for it."""
    payload = {"type": "categorization", "name": f"{w.name} project", "params": {"instruction": "Which?"}}
    return (client or w.test)._postrequest("projects", payload)["name"]


def batch(w, client=None, project_name=None, name="batch"):
    """A batch of the case."""
    client = client or w.test
    payload = {"project": project_name or project(w, client), "name": f"{w.name} {name}"}
    return client._postrequest("batches", payload)["name"]


def categorize(client, **more):
    """A task that is not what the case is about."""
    return client.create_task("categorization", **{**SITE, **more})


def creator(slug):
    """The case of one ``create_…_task``."""

    def create(w):
        given = REQUESTS[slug]
        task = w.call(
            w.test,
            f"create_{slug}_task",
            callback_url="http://127.0.0.1:9/nobody",
            instruction="Look closely.",
            urgency="day",
            metadata={"row": 7},
            **given,
        )
        check(slug, given, task.param_dict)
        assert (task.instruction, task.metadata, task.urgency) == ("Look closely.", {"row": 7}, "day")
        assert task.params == w.test.fetch_task(task.id).params
        error = raises(ScaleInvalidRequest, w.call, w.test, f"create_{slug}_task")
        assert error.code == 400

    create.__name__ = f"create_{slug}_task"
    create.__module__ = __name__
    # The client makes these methods from a list; the wrapper's own name is the same for all of them.
    return case(f"ScaleClient.create_{slug}_task")(create)


for one in scaleapi.TASK_TYPES:
    globals()[f"create_{one}_task"] = creator(one)


@case("ScaleClient.create_task")
def create_task(w):
    task = w.call(w.test, "create_task", "categorization", unique_id=w.name, **SITE)
    assert (task.type, task.status, task.unique_id) == ("categorization", "completed", w.name)
    assert str(task) == f"Task(id={task.id})"
    # What is not a key of the task is looked up in its parameters.
    assert (task.categories, task.attachment) == (SITE["categories"], SITE["attachment"])
    error = raises(ScaleException, w.call, w.test, "create_task", "categorization", unique_id=w.name, **SITE)
    assert (error.code, f"({task.id})" in str(error)) == (409, True)
    # The first releases posted to another path (wire/client-releases §1).
    old = w.call(w.test, "create_task", "categorize", **SITE)
    assert (old.type, old.response) == ("categorization", {"category": "public"})
    assert raises(ScaleInvalidRequest, w.call, w.test, "create_task", "phonecall").code == 400


@case("ScaleClient.create_task")
def create_task_in_live_mode(w):
    task = w.call(w.live, "create_task", "imageannotation", **BOXES)
    assert (task.status, task.is_test, task.geometries) == ("pending", False, BOXES["geometries"])
    assert "response" not in task.param_dict


@case("ScaleClient.fetch_task")
def fetch_task(w):
    made = categorize(w.test, metadata={"row": 7})
    task = w.call(w.test, "fetch_task", made.id)
    assert (task.id, task.metadata, task.response["category"]) == (made.id, {"row": 7}, "public")
    error = raises(ScaleException, w.call, w.test, "fetch_task", "asdfasdfasdfasdfasdfasdf")
    assert (error.code, str(error)) == (404, "<Response [404]> Task with that ID not found.")


@case("ScaleClient.cancel_task")
def cancel_task(w):
    made = categorize(w.live)
    for _ in range(2):
        assert w.call(w.live, "cancel_task", made.id).status == "canceled"
    error = raises(ScaleInvalidRequest, w.call, w.test, "cancel_task", categorize(w.test).id)
    assert (error.code, isinstance(error, ValueError)) == (400, True)


@case("Task.cancel", "Task.refresh")
def task_cancel_and_refresh(w):
    task = categorize(w.live)
    assert w.call(task, "cancel") is None
    assert task.status == "pending"
    assert w.call(task, "refresh") is None
    assert task.status == "canceled"


@case("ScaleClient.tasks")
def tasks(w):
    name = project(w)
    made = [categorize(w.test, project=name).id for _ in range(5)]
    page = w.call(w.test, "tasks", project=name, limit=2)
    assert [task.id for task in page] == made[:2:-1]
    assert (page.total, page.limit, page.offset, page.has_more) == (5, 2, 0, True)
    rest = w.call(w.test, "tasks", project=name, limit=3, next_token=page.next_token)
    assert ([task.id for task in rest], rest.has_more, rest.next_token) == (made[2::-1], False, None)
    by_offset = w.call(w.test, "tasks", project=name, limit=2, offset=3)
    assert ([task.id for task in by_offset], by_offset.offset) == (made[1::-1], 3)
    window = {"start_time": "2015-10-13T22:38:42Z", "end_time": "2099-10-13T22:38:42Z"}
    found = w.call(w.test, "tasks", project=name, type="categorization", status="completed", **window)
    assert found.total == 5
    window = {"start_time": "2015-10-13T22:38:42Z", "end_time": "2016-10-13T22:38:42Z"}
    assert w.call(w.test, "tasks", project=name, customer_review_status="accepted", **window).total == 0
    assert "colour" in str(raises(ScaleInvalidRequest, w.call, w.test, "tasks", colour="red"))


@case("ScaleClient.create_batch")
def create_batch(w):
    name = project(w)
    made = w.call(w.test, "create_batch", name, f"{w.name} batch", "https://hooks.example.org/batch")
    assert made.name == f"{w.name} batch"
    assert made.param_dict["project"] == name
    assert made.param_dict["callback"] == "https://hooks.example.org/batch"
    assert str(made) == f"Batch(name={made.name})"
    error = raises(ScaleException, w.call, w.test, "create_batch", name, made.name, None)
    assert error.code == 409


@case("ScaleClient.get_batch")
def get_batch(w):
    name = batch(w, name="batch" if w.release < (1,) else "a bc/def")
    found = w.call(w.test, "get_batch", name)
    assert (found.name, found.param_dict["status"]) == (name, "in_progress")
    assert raises(ScaleException, w.call, w.test, "get_batch", f"{w.name} missing").code == 404


@case("Batch.finalize", "Batch.get_status")
def batch_methods(w):
    made = w.live.get_batch(batch(w, w.live))
    categorize(w.live, batch=made.name)
    done = w.call(made, "finalize")
    # The older one gives the JSON as it is.
    assert (done["status"] if w.release < (1,) else done.status) == "in_progress"
    w.call(made, "get_status")
    assert (made.pending, made.completed, made.error, made.canceled) == (1, 0, 0, 0)


@case("ScaleClient.finalize_batch", "ScaleClient.batch_status", since="1.0.0")
def finalize_batch_and_status(w):
    name = batch(w)
    categorize(w.test, batch=name)
    for _ in range(2):
        assert w.call(w.test, "finalize_batch", name).status in {"in_progress", "completed"}
    assert w.call(w.test, "batch_status", name)["completed"] == 1


@case("ScaleClient.list_batches", since="1.0.0")
def list_batches(w):
    name = project(w)
    made = [batch(w, project_name=name, name=str(n)) for n in range(3)]
    found = w.call(w.test, "list_batches", project=name, limit=2)
    assert [one.name for one in found] == made[:0:-1]
    # This release gives its list the arguments in the wrong places: total is right, offset is has_more.
    assert (found.total, found.limit, found.offset) == (3, 2, True)
    rest = w.call(w.test, "list_batches", project=name, limit=2, offset=2, status="in_progress")
    assert [one.name for one in rest] == made[:1]
    window = {"start_time": "2020-09-08", "end_time": "2021-01-01"}
    assert [*w.call(w.test, "list_batches", project=name, **window)] == []
    assert "colour" in str(raises(ScaleInvalidRequest, w.call, w.test, "list_batches", colour="red"))


@case("ScaleClient.list_batches", until="1.0.0")
def list_batches_that_asks_for_tasks(w):
    # This release asks GET /tasks by mistake
    # (wire/client-releases §2.1); of a project without tasks nothing comes back.
    name = project(w)
    assert [*w.call(w.test, "list_batches", project=name)] == []
    assert "colour" in str(raises(ScaleInvalidRequest, w.call, w.test, "list_batches", colour="red"))


@case("ScaleClient.create_project", since="1.0.0")
def create_project(w):
    params = {"instruction": "Please label the kittens", "geometries": BOXES["geometries"]}
    made = w.call(w.test, "create_project", f"{w.name} a/b", "imageannotation", params)
    assert (made.name, made.param_dict["type"]) == (f"{w.name} a/b", "imageannotation")
    assert made.param_dict["param_history"][-1]["instruction"] == "Please label the kittens"
    task = w.test.create_imageannotation_task(project=made.name, attachment=BOXES["attachment"])
    assert task.geometries == BOXES["geometries"]
    again = (w.call, w.test, "create_project", f"{w.name} a/b", "imageannotation", {})
    assert raises(ScaleException, *again).code == 409


@case("ScaleClient.get_project", since="1.0.0")
def get_project(w):
    name = project(w)
    found = w.call(w.test, "get_project", name)
    assert (found.name, str(found)) == (name, f"Project(name={name})")
    assert found.param_dict["param_history"][-1]["version"] == 0
    assert raises(ScaleException, w.call, w.test, "get_project", f"{w.name} missing").code == 404


@case("ScaleClient.projects", since="1.0.0")
def projects(w):
    name = project(w)
    found = {one["name"]: one["type"] for one in w.call(w.test, "projects")}
    assert found[name] == "categorization"


@case("ScaleClient.update_project", since="1.0.0")
def update_project(w):
    name = project(w)
    found = w.call(w.test, "update_project", name, patch=True, instruction="New")
    history = found["param_history"]
    assert [(one["version"], one["instruction"]) for one in history] == [(0, "Which?"), (1, "New")]
    error = raises(ScaleInvalidRequest, w.call, w.test, "update_project", name, geometries={})
    assert "geometries" in str(error)


@case("quote_string", since="1.0.0")
def quote_string(w):
    assert (
        w.call(scaleapi, "quote_string", "a bc/def")
        == "a%20bc%2Fdef"
        == urllib.parse.quote("a bc/def", safe="")
    )


@case()
def a_wrong_key(w):
    error = raises(ScaleException, scaleapi.ScaleClient("live_nobody").tasks, limit=1)
    assert error.code == 401
