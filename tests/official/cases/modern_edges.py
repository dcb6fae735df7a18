"""What programs do at the edges of the API, with the 2.x releases."""

from datetime import datetime, timedelta

from declare import case, picture, raises
from modern_tasks import BOX, SITE, categorize, project

from scaleapi import TaskStatus, TaskType
from scaleapi.exceptions import ScaleException, ScaleInvalidRequest, ScaleResourceNotFound


@case("ScaleClient.tasks")
def limits_and_tokens_that_do_not_fit(w):
    name = project(w)
    categorize(w.test, project=name)
    for limit in (0, 101, "many"):
        error = raises(ScaleInvalidRequest, w.call, w.test, "tasks", project=name, limit=limit)
        assert "limit" in str(error)
    assert w.call(w.test, "tasks", project=name, limit=100).total == 1
    assert raises(ScaleInvalidRequest, w.call, w.test, "tasks", next_token="nonsense").code == 400
    assert raises(ScaleInvalidRequest, w.call, w.test, "tasks", status="finished").code == 400
    assert raises(ScaleInvalidRequest, w.call, w.test, "tasks", start_time="yesterday").code == 400


@case("ScaleClient.get_tasks", "ScaleClient.get_tasks_count")
def values_with_commas_and_other_signs(w):
    name = w.test.create_project(f"{w.name} 50% a,b & c/道路", TaskType.Categorization).name
    ids = [f"{w.name} a,b", f"{w.name} a", f"{w.name} b&c=d", f"{w.name} 道路 +1%2F"]
    made = {one: categorize(w.test, project=name, unique_id=one).id for one in ids}
    for one in ids:
        (found,) = w.call(w.test, "get_tasks", project_name=name, unique_id=one)
        assert (found.id, found.unique_id) == (made[one], one)
    found = w.call(w.test, "get_tasks", project_name=name, unique_id=[ids[0], ids[3]])
    assert [one.id for one in found] == [made[ids[3]], made[ids[0]]]
    assert w.call(w.test, "get_tasks_count", project_name=name) == 4


@case("ScaleClient.get_tasks")
def dates_as_programs_write_them(w):
    name = project(w)
    task = categorize(w.test, project=name)
    created = datetime.fromisoformat(task.created_at.removesuffix("Z"))
    before, after = created - timedelta(seconds=1), created + timedelta(seconds=1)
    for write in (
        str,
        datetime.isoformat,
        lambda at: f"{at.isoformat()}Z",
        lambda at: f"{at.isoformat()}+00:00",
    ):
        # Not recorded: the dates are this run's.
        inside = {"created_after": write(before), "created_before": write(after)}
        assert [one.id for one in w.test.get_tasks(project_name=name, **inside)] == [task.id]
        assert list(w.test.get_tasks(project_name=name, created_after=write(after))) == []
        assert list(w.test.get_tasks(project_name=name, created_before=write(before))) == []
    assert w.call(w.test, "get_tasks", project_name=name, created_before="2001-02-03 04:05:06.789012") == []


@case("ScaleClient.create_task")
def a_task_says_which_version_of_its_project_it_has(w):
    name = w.test.create_project(w.name, TaskType.ImageAnnotation, {"instruction": "Zero"}).name
    w.test.update_project(name, instruction="One", geometries=BOX)
    given = {"project": name, "attachment": w.picture}
    latest = w.call(w.test, "create_task", TaskType.ImageAnnotation, **given)
    assert (latest.project_param_version, latest.params["geometries"]) == (1, BOX)
    older = w.call(
        w.test, "create_task", TaskType.ImageAnnotation, geometries=BOX, project_version=0, **given
    )
    assert (older.project_param_version, older.instruction) == (0, "Zero")
    both = w.call(w.test, "create_task", TaskType.ImageAnnotation, instruction="Mine.", **given)
    assert both.instruction.startswith("Mine.")
    assert both.instruction.endswith("One")
    nothing = w.call(
        w.test, "create_task", TaskType.ImageAnnotation, geometries=BOX, project_version=-1, **given
    )
    assert "One" not in nothing.instruction
    bare = (w.call, w.test, "create_task", TaskType.ImageAnnotation)
    assert raises(ScaleInvalidRequest, *bare, project_version=-1, **given).code == 400
    assert raises(ScaleInvalidRequest, *bare, project_version=7, **given).code == 400


@case("ScaleClient.create_task")
def references_that_lead_nowhere(w):
    create = (w.call, w.test, "create_task", TaskType.Categorization)
    error = raises(ScaleException, *create, project=f"{w.name} missing", **SITE)
    assert error.code in {400, 404}
    error = raises(ScaleException, *create, batch=f"{w.name} missing", **SITE)
    assert error.code in {400, 404}
    # The two modes are two worlds (wire/modes).
    live = w.live.create_project(f"{w.name} live", TaskType.Categorization).name
    assert raises(ScaleException, *create, project=live, **SITE).code in {400, 404}
    boxes = w.test.create_project(f"{w.name} boxes", TaskType.ImageAnnotation).name
    assert raises(ScaleInvalidRequest, *create, project=boxes, **SITE).code == 400


@case("ScaleClient.create_task")
def metadata_is_kept_as_it_is_and_has_a_limit(w):
    metadata = {"a": None, "b": [1, 2.5, True, {"ü": "道路"}], "c": "x" * 1000, "": 0, "d e/f": -1}
    task = w.call(w.test, "create_task", TaskType.Categorization, metadata=metadata, **SITE)
    assert w.test.get_task(task.id).metadata == metadata
    big = {"a": "x" * 10_240}
    error = raises(ScaleInvalidRequest, w.test.create_task, TaskType.Categorization, metadata=big, **SITE)
    assert "metadata" in str(error)


@case("ScaleClient.update_project")
def update_project_with_nothing(w):
    w.test.create_project(w.name, TaskType.Categorization, {"instruction": "Old"})
    # No parameters are sent as no body at all (wire/clients §5.1, 6).
    found = w.call(w.test, "update_project", w.name)
    assert (found.version, found.instruction) == (1, None)
    missing = (w.call, w.test, "update_project", f"{w.name} missing")
    assert raises(ScaleResourceNotFound, *missing, instruction="x").code == 404


@case("ScaleClient.upload_file")
def upload_without_anything_else(w):
    file = w.call(w.test, "upload_file", picture())
    assert file.as_dict()["project_names"] == []
    assert file.as_dict()["mime_type"] == "image/png"
    # A dict is sent as its keys, so it is not JSON (wire/clients §5.2, 41).
    wrong = (w.call, w.test, "upload_file", picture())
    assert raises(ScaleInvalidRequest, *wrong, metadata={"camera": "north"}).code == 400
    assert raises(ScaleException, *wrong, project_name=f"{w.name} missing").code in {400, 404}


@case("ScaleClient.get_tasks")
def live_tasks_by_their_status(w):
    name = project(w, w.live)
    waiting, ended = (categorize(w.live, project=name) for _ in range(2))
    ended.cancel()
    for status, wanted in ((TaskStatus.Pending, waiting), (TaskStatus.Canceled, ended)):
        found = w.call(w.live, "get_tasks", project_name=name, status=status)
        assert [one.id for one in found] == [wanted.id]
    assert w.call(w.live, "get_tasks", project_name=name, status=TaskStatus.Completed) == []
