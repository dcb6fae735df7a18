"""Every task type that a 2.x release knows can be created."""

from declare import case, raises
from requests_of_types import REQUESTS, check

from scaleapi import TaskType
from scaleapi.exceptions import ScaleInvalidRequest


def completed(w, kind):
    """A request whose named things exist."""
    given = dict(REQUESTS[kind.value])
    if given.get("project") == "<project>":
        given["project"] = w.test.create_project(w.name, kind).name
    if given.get("lidar_task") == "<lidar task>":
        given["lidar_task"] = w.test.create_task(TaskType.LidarAnnotation, **REQUESTS["lidarannotation"]).id
    return given


def judge(kind):
    """The case of one task type."""

    def create(w):
        given = completed(w, kind)
        task = w.call(w.test, "create_task", kind, instruction="Look closely.", **given)
        check(kind.value, given, task.as_dict())
        assert w.test.get_task(task.id).as_dict()["params"] == task.params
        error = raises(ScaleInvalidRequest, w.test.create_task, kind)
        assert error.code == 400

    create.__name__ = f"create_task_{kind.value}"
    create.__module__ = __name__
    return case("ScaleClient.create_task", f"TaskType.{kind.name}")(create)


for one in TaskType:
    globals()[f"create_task_{one.value}"] = judge(one)
