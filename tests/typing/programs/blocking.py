"""What type checkers know about the blocking client."""

from collections.abc import Iterator
from typing import Any, assert_type

from scaleapi import (
    Batch,
    Batchlist,
    File,
    Project,
    ScaleClient,
    Task,
    Tasklist,
    TaskStatus,
    TaskType,
    Walk,
)
from scaleapi.exceptions import ScaleDuplicateResource, ScaleException
from scaleapi.params import CategorizationParams, ImageAnnotationParams


def calls(client: ScaleClient) -> None:
    with client as same:
        assert_type(same, ScaleClient)
    assert_type(client.with_options(timeout=3), ScaleClient)
    task = client.create_task(TaskType.ImageAnnotation, project="cones", anything=[1])
    assert_type(task, Task)
    assert_type(client.create_task("brandnewtype"), Task)
    assert_type(client.get_task("t"), Task)
    assert_type(task.id, str)
    assert_type(task.params, dict[str, Any])
    assert_type(client.tasks(limit=3, status=TaskStatus.Completed), Tasklist)
    walk = client.get_tasks("cones", status="completed", prefetch=True)
    assert_type(walk, Walk[Task])
    assert_type(iter(walk), Iterator[Task])
    assert_type([one.status for one in walk], list[str])
    assert_type(client.get_tasks_count("cones"), int)
    assert_type(client.create_batch("cones", "monday"), Batch)
    assert_type(client.batches(), Batchlist)
    assert_type(client.get_batches("cones"), Walk[Batch])
    assert_type(client.create_project("cones", "imageannotation"), Project)
    assert_type(client.projects(), list[Project])
    assert_type(client.upload_file(b"x", filename="a.png"), File)
    assert_type(client.download("https://x.example/a.png"), bytes)


def mistakes(client: ScaleClient) -> None:
    client.get_task()  # type: ignore[call-arg]
    client.get_task(3)  # type: ignore[arg-type]
    client.tasks(limit="3")  # type: ignore[arg-type]
    client.get_tasks("cones", project="cones")  # type: ignore[call-arg]
    client.create_taks("chat")  # type: ignore[attr-defined]
    ScaleClient("live_0", time_out=3)  # type: ignore[call-arg]


def parameters(client: ScaleClient) -> None:
    request: ImageAnnotationParams = {
        "attachment": "https://example.org/1.jpg",
        "geometries": {"box": {"objects_to_annotate": ["cone"], "min_height": 4}},
        "unique_id": "site/1",
        "tags": ["night"],
    }
    assert_type(client.create_task(TaskType.ImageAnnotation, **request), Task)
    labels = ["cone", "car"]
    request["geometries"] = {"box": {"objects_to_annotate": labels}}
    kind: CategorizationParams = {"attachment_type": "image"}
    kind["attachment_type"] = "picture"  # type: ignore[typeddict-item]
    request["geometry"] = {}  # type: ignore[typeddict-unknown-key]
    request["geometries"] = {"box": {"objects_to_annotate": "cone"}}  # type: ignore[typeddict-item]
    request["padding"] = "3"  # type: ignore[typeddict-item]


def programs_as_they_are(client: ScaleClient, kind: TaskType, given: dict[str, object]) -> None:
    # What a checker has to let pass: docs/decisions/0012-create-task-takes-any-parameter.md.
    payload = dict(project="cones", attachments=["https://example.org/1.jpg"], priority=3)  # noqa: C408
    assert_type(client.create_task(TaskType.ImageAnnotation, **payload), Task)
    assert_type(client.create_task(kind, instruction="Box every cone.", brand_new=True), Task)
    assert_type(client.create_task(kind, **given), Task)


def errors(client: ScaleClient) -> None:
    try:
        client.create_task("chat", unique_id="u")
    except ScaleDuplicateResource as error:
        assert_type(error.attempts, int)
    except ScaleException as error:
        assert_type(error.code, int | None)
        assert_type(error.message, str)
