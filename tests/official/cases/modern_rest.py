"""Batches, projects, files and what lies below them, with the 2.x releases."""

import json

from declare import case, picture, raises
from modern_tasks import BOX, SITE, categorize, project

import scaleapi
from scaleapi import Batch, BatchStatus, File, Project, ScaleClient, TaskStatus, TaskType
from scaleapi.exceptions import (
    ScaleDuplicateResource,
    ScaleException,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
)


@case("ScaleClient.create_batch")
def create_batch(w):
    name = project(w)
    batch = w.call(w.test, "create_batch", name, f"{w.name} batch")
    assert isinstance(batch, Batch)
    assert (batch.name, batch.project, batch.status) == (f"{w.name} batch", name, "in_progress")
    assert batch.as_dict()["metadata"] == {}
    called = w.call(w.test, "create_batch", name, f"{w.name} called", "https://hooks.example.org/batch")
    assert called.as_dict()["callback"] == "https://hooks.example.org/batch"
    raises(ScaleDuplicateResource, w.call, w.test, "create_batch", name, f"{w.name} batch")
    error = raises(ScaleException, w.call, w.test, "create_batch", f"{w.name} nowhere", f"{w.name} other")
    assert error.code in {400, 404}


@case("ScaleClient.create_batch", since="2.4.0")
def create_batch_of_a_rapid_project(w):
    name = w.live.create_project(w.name, TaskType.Categorization, rapid=True).name
    batch = w.call(w.live, "create_batch", name, f"{w.name} calibration", calibration_batch=True)
    assert (batch.status, batch.as_dict()["calibration_batch"]) == ("staging", True)
    batch = w.call(w.live, "create_batch", name, f"{w.name} own", self_label_batch=True)
    assert (batch.status, batch.as_dict()["self_label_batch"]) == ("staging", True)


@case("ScaleClient.create_batch", since="2.15.3")
def create_batch_with_metadata(w):
    batch = w.call(w.test, "create_batch", project(w), f"{w.name} batch", metadata={"week": 18})
    assert batch.metadata == {"week": 18}


@case("ScaleClient.set_batch_metadata", since="2.15.3")
def set_batch_metadata(w):
    batch = w.test.create_batch(project(w), f"{w.name} batch").name
    assert w.call(w.test, "set_batch_metadata", batch, {"week": 19}).metadata == {"week": 19}
    assert w.call(w.test, "set_batch_metadata", batch, {}).metadata == {}


@case("ScaleClient.finalize_batch")
def finalize_batch(w):
    batch = w.test.create_batch(project(w), f"{w.name} batch").name
    for _ in range(2):
        done = w.call(w.test, "finalize_batch", batch)
        assert (done.name, done.status) == (batch, "completed")
    raises(ScaleResourceNotFound, w.call, w.test, "finalize_batch", f"{w.name} missing")


@case("Batch.finalize")
def batch_finalize_begins_the_work_of_a_rapid_batch(w):
    name = w.live.create_project(w.name, TaskType.Categorization, rapid=True).name
    batch = w.live.create_batch(name, f"{w.name} batch")
    categorize(w.live, batch=batch.name)
    assert batch.status == "staging"
    assert w.call(batch, "finalize").status == "in_progress"
    assert batch.status == w.live.get_batch(batch.name).status == "in_progress"
    assert raises(ScaleInvalidRequest, categorize, w.live, batch=batch.name).code == 400


@case("ScaleClient.batch_status")
def batch_status(w):
    name = project(w, w.live)
    batch = w.live.create_batch(name, f"{w.name} batch").name
    made = [categorize(w.live, batch=batch) for _ in range(3)]
    made[0].cancel()
    found = w.call(w.live, "batch_status", batch)
    assert (found["status"], found["pending"], found["canceled"]) == ("in_progress", 2, 1)
    assert found.get("completed", 0) == 0
    for task in made[1:]:
        task.cancel()
    assert w.call(w.live, "batch_status", batch)["status"] == "completed"


@case("Batch.get_status")
def batch_get_status(w):
    batch = w.test.create_batch(project(w), f"{w.name} batch")
    categorize(w.test, batch=batch.name)
    assert w.call(batch, "get_status")["completed"] == 1
    assert (batch.tasks_completed, batch.tasks_pending, batch.tasks_error, batch.tasks_canceled) == (
        1,
        0,
        0,
        0,
    )


@case("ScaleClient.get_batch")
def get_batch(w):
    name = project(w)
    for batch in (f"{w.name} a bc/def", f"{w.name} 50%2F Straße"):
        made = w.test.create_batch(name, batch)
        found = w.call(w.test, "get_batch", batch)
        assert (found.name, found.project, found.created_at) == (batch, name, made.created_at)
    assert raises(ScaleResourceNotFound, w.call, w.test, "get_batch", f"{w.name} missing").code == 404


@case("Batch.as_dict")
def batch_as_dict(w):
    batch = w.test.create_batch(project(w), f"{w.name} batch")
    found = w.call(batch, "as_dict")
    assert (found["name"], found["status"], found["created_at"]) == (
        batch.name,
        batch.status,
        batch.created_at,
    )
    assert (hash(batch), str(batch)) == (hash(batch.name), f"Batch(name={batch.name})")


@case("ScaleClient.batches")
def batches(w):
    name = project(w)
    made = [w.test.create_batch(name, f"{w.name} {n}").name for n in range(3)]
    page = w.call(w.test, "batches", project=name, limit=2)
    assert [batch.name for batch in page] == made[:0:-1]
    assert (page.total, page.limit, page.offset, page.has_more) == (3, 2, 0, True)
    page = w.call(w.test, "batches", project=name, limit=2, offset=2)
    assert ([batch.name for batch in page], page.offset, page.has_more) == (made[:1], 2, False)
    window = {"start_time": "2020-09-08", "end_time": "2099-01-01"}
    assert w.call(w.test, "batches", project=name, status="in_progress", **window).total == 3
    assert w.call(w.test, "batches", project=name, status="completed").total == 0
    raises(ScaleInvalidRequest, w.call, w.test, "batches", colour="red")
    if w.release >= (2, 14, 3):
        assert w.call(w.test, "batches", project=name, exclude_archived=True).total == 3


@case("ScaleClient.get_batches")
def get_batches(w):
    name = project(w)
    made = [w.test.create_batch(name, f"{w.name} {n}").name for n in range(3)]
    found = w.call(w.test, "get_batches", project_name=name)
    assert [batch.name for batch in found] == made[::-1]
    found = w.call(
        w.test,
        "get_batches",
        project_name=name,
        batch_status=BatchStatus.InProgress,
        created_after="2020-09-08",
        created_before="2099-01-01",
    )
    assert len(found) == 3
    assert w.call(w.test, "get_batches", project_name=name, batch_status=BatchStatus.Staging) == []


@case("ScaleClient.create_project")
def create_project(w):
    params = {"instruction": "Please label the kittens", "geometries": BOX}
    made = w.call(w.test, "create_project", f"{w.name} a/b", TaskType.ImageAnnotation, params)
    assert isinstance(made, Project)
    assert (made.name, made.type, made.version) == (f"{w.name} a/b", "imageannotation", 0)
    assert (made.instruction, made.params["geometries"]) == ("Please label the kittens", BOX)
    bare = w.call(w.test, "create_project", f"{w.name} bare", TaskType.Categorization)
    assert (bare.name, bare.instruction) == (f"{w.name} bare", None)
    again = (w.call, w.test, "create_project", f"{w.name} bare", TaskType.Categorization)
    assert raises(ScaleDuplicateResource, *again).code == 409


@case("ScaleClient.create_project", since="2.3.0")
def create_project_for_rapid(w):
    made = w.call(w.live, "create_project", w.name, TaskType.Categorization, rapid=True)
    assert w.live.create_batch(made.name, f"{w.name} batch").status == "staging"


@case("ScaleClient.create_project", since="2.8.0")
def create_project_for_studio(w):
    made = w.call(w.live, "create_project", w.name, TaskType.Categorization, studio=True)
    batch = w.live.create_batch(made.name, f"{w.name} batch")
    assert batch.status == "staging"
    # Nothing of it may be pending when the cases about Studio look.
    categorize(w.live, batch=batch.name).cancel()
    batch.finalize()
    assert w.live.get_batch(batch.name).status == "completed"


@case("ScaleClient.create_project", since="2.13.1")
def create_project_with_a_dataset(w):
    made = w.call(w.test, "create_project", w.name, TaskType.Categorization, dataset_id="ds_1")
    assert w.test.get_project(made.name).type == "categorization"


@case("ScaleClient.get_project")
def get_project(w):
    for name in (f"{w.name} a bc/def", f"{w.name} 道路"):
        w.test.create_project(name, TaskType.Categorization, {"instruction": "Which?"})
        found = w.call(w.test, "get_project", name)
        assert (found.name, found.type, found.instruction) == (name, "categorization", "Which?")
    assert raises(ScaleResourceNotFound, w.call, w.test, "get_project", f"{w.name} missing").code == 404


@case("ScaleClient.projects", "ScaleClient.get_projects")
def projects(w):
    name = project(w)
    for method in ("projects", "get_projects"):
        found = w.call(w.test, method)
        assert all(isinstance(one, Project) for one in found)
        assert [one.type for one in found if one.name == name] == ["categorization"]
    assert name not in {one.name for one in w.live.projects()}


@case("ScaleClient.update_project")
def update_project(w):
    client = w.test
    client.create_project(w.name, TaskType.ImageAnnotation, {"instruction": "Old", "geometries": BOX})
    patched = w.call(client, "update_project", w.name, patch=True, instruction="New")
    assert (patched.version, patched.instruction, patched.params["geometries"]) == (1, "New", BOX)
    alone = w.call(client, "update_project", w.name, instruction="Alone")
    assert (alone.version, alone.instruction, "geometries" in alone.params) == (2, "Alone", False)
    assert "patch" not in alone.params
    history = alone.as_dict()["param_history"]
    assert [one["version"] for one in history] == [0, 1, 2]
    assert [one["instruction"] for one in history] == ["Old", "New", "Alone"]


@case("Project.as_dict")
def project_as_dict(w):
    made = w.test.create_project(w.name, TaskType.Categorization)
    found = w.call(made, "as_dict")
    assert (found["name"], found["type"]) == (w.name, "categorization")
    assert (hash(made), str(made)) == (hash(w.name), f"Project(name={w.name})")


@case(
    "ScaleClient.get_project_template",
    "TaskTemplate.get_template_variables",
    "TaskTemplate.is_auto_onboardable",
    "TaskTemplate.get_response_schema",
    "TaskTemplate.as_dict",
    "Project.get_template",
    since="2.15.14",
)
def project_template(w):
    made = w.test.create_project(w.name, TaskType.TextCollection, {"instruction": "Answer {{prompt}}"})
    template = w.call(w.test, "get_project_template", w.name)
    variables = w.call(template, "get_template_variables")
    assert variables == template.template_variables
    assert "prompt" in variables
    assert w.call(template, "is_auto_onboardable") is False
    assert w.call(template, "get_response_schema") is None
    found = w.call(template, "as_dict")
    assert (len(template.id), template.version >= 0) == (24, True)
    assert found["created_at"] <= found["updated_at"]
    assert w.call(made, "get_template").id == template.id
    w.test.create_project(f"{w.name} none", TaskType.Categorization)
    assert raises(ScaleInvalidRequest, w.test.get_project_template, f"{w.name} none").code == 400


@case("ScaleClient.upload_file")
def upload_file(w):
    name = project(w)
    file = w.call(
        w.test,
        "upload_file",
        picture(),
        project_name=name,
        display_name="North",
        reference_id=w.name,
        metadata=json.dumps({"camera": "north"}),
    )
    assert isinstance(file, File)
    found = file.as_dict()
    assert file.attachment_url.startswith("scaledata://")
    assert file.attachment_url.endswith(file.id)
    assert (found["mime_type"], found["size"]) == ("image/png", len(picture().getvalue()))
    assert found["project_names"] == [name]
    other = picture("south.png", 8, 8)
    again = (w.call, w.test, "upload_file", other)
    assert raises(ScaleDuplicateResource, *again, project_name=name, reference_id=w.name).code == 409


@case("ScaleClient.import_file")
def import_file(w):
    name = project(w)
    file = w.call(w.test, "import_file", w.picture, project_name=name, metadata={"camera": "north"})
    assert isinstance(file, File)
    assert file.attachment_url.startswith("scaledata://")
    assert (file.as_dict()["mime_type"], file.as_dict()["project_names"]) == ("image/png", [name])
    task = categorize(w.test, project=name, attachment=file.attachment_url, attachment_type="image")
    assert task.params["attachment"] == file.attachment_url
    error = raises(ScaleInvalidRequest, w.call, w.test, "import_file", f"{w.picture}.missing")
    assert error.code == 400


@case("File.as_dict")
def file_as_dict(w):
    file = w.test.upload_file(picture())
    found = w.call(file, "as_dict")
    assert (found["id"], found["attachment_url"]) == (file.id, file.attachment_url)
    assert (hash(file), str(file)) == (hash(file.id), f"File(id={file.id})")


@case("Api.get_request", "Api.post_request")
def api_requests(w):
    name = project(w)
    api = ScaleClient(w.keys["test"], source="judge", api_instance_url=f"{w.base}/v1").api
    made = w.call(api, "post_request", "task/categorization", body={"project": name, **SITE})
    found = w.call(api, "get_request", "tasks", params={"project": name, "limit": 1})
    assert [one["task_id"] for one in found["docs"]] == [made["task_id"]]
    files = {"file": picture("raw.png")}
    assert w.call(api, "post_request", "files/upload", files=files, data={"project_name": name})["id"]


@case("Api.delete_request", since="2.9.0")
def api_delete_request(w):
    task = categorize(w.test, unique_id=w.name)
    assert "unique_id" not in w.call(w.test.api, "delete_request", f"task/{task.id}/unique_id")


@case("Api.put_request", since="2.12.0")
def api_put_request(w):
    task = categorize(w.test)
    assert w.call(w.test.api, "put_request", f"task/{task.id}/tags", body=["a"])["tags"] == ["a"]


@case("Api.quote_string")
def api_quote_string(w):
    assert w.call(w.test.api, "quote_string", "a bc/def") == "a%20bc%2Fdef"


@case()
def task_types_and_statuses_are_the_wires(w):
    assert all(one.value == one.name.lower() for one in TaskType)
    assert {one.value for one in TaskStatus} <= {"pending", "completed", "canceled", "error"}
    assert scaleapi.__version__ == ".".join(map(str, w.release))
