"""A customer's program from the first project to the last audit; every client runs this same file.

The functions of ``w`` are the steps and build on each other. ``w`` is the world of ``run.py``; a step leaves there
what later ones need.
"""

import io
import struct
import tempfile
import urllib.request
import zlib

from scaleapi import Batch, BatchStatus, File, Project, Task, TaskStatus, TaskType
from scaleapi.exceptions import (
    ScaleDuplicateResource,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
    ScaleUnauthorized,
)

BOX = {"box": {"objects_to_annotate": ["cone", "barrier"], "min_width": 3, "min_height": 3}}


def raises(kind, call, *args, **kwargs):
    """Call something that has to fail in this way; returns the exception, any other one passes through."""
    try:
        got = call(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}, but {got!r}")


def png(width, height):
    """A grey picture."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data))
            + kind
            + data
            + struct.pack(">I", zlib.crc32(kind + data) & 0xFFFFFFFF)
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def create_project(w):
    w.project = f"{w.prefix} roads/north"  # the blank and the slash have to survive the path
    made = w.client.create_project(
        w.project, TaskType.ImageAnnotation, {"instruction": "Box every cone.", "geometries": BOX}
    )
    assert isinstance(made, Project)
    assert (made.name, made.type, made.version) == (w.project, "imageannotation", 0)
    assert made.instruction == "Box every cone."
    again = w.client.get_project(w.project)
    assert again.params["geometries"] == BOX
    assert w.project in {one.name for one in w.client.get_projects()}


def project_names_are_taken_once(w):
    error = raises(ScaleDuplicateResource, w.client.create_project, w.project, TaskType.ImageAnnotation)
    assert error.code == 409


def create_batch(w):
    w.batch = f"{w.prefix} week 47"
    made = w.client.create_batch(w.project, w.batch, metadata={"week": 47})
    assert isinstance(made, Batch)
    assert (made.name, made.project, made.status) == (w.batch, w.project, "in_progress")
    assert made.metadata == {"week": 47}
    raises(ScaleDuplicateResource, w.client.create_batch, w.project, w.batch)


def upload(w):
    picture = io.BytesIO(png(64, 48))
    picture.name = "north.png"
    made = w.client.upload_file(picture, project_name=w.project, reference_id=f"{w.prefix}-north")
    assert isinstance(made, File)
    assert made.attachment_url.startswith("scaledata://")
    assert made.id in made.attachment_url
    w.attachment = made.attachment_url


def create_task_with_uploaded_attachment(w):
    w.first = w.client.create_task(
        TaskType.ImageAnnotation,
        project=w.project,
        batch=w.batch,
        attachment=w.attachment,
        unique_id=f"{w.prefix}/0",
        metadata={"frame": 0},
    )
    assert isinstance(w.first, Task)
    assert w.first.params["attachment"] == w.attachment
    assert w.first.params["geometries"] == BOX
    assert (w.first.project, w.first.batch, w.first.unique_id) == (w.project, w.batch, f"{w.prefix}/0")
    assert w.first.is_test is (w.mode == "test")


def tasks_wait_or_complete_by_mode(w):
    if w.mode == "test":
        assert w.first.status == TaskStatus.Completed.value
        assert isinstance(w.first.response["annotations"], list)
        assert w.first.completed_at >= w.first.created_at
    else:
        assert w.first.status == TaskStatus.Pending.value
        assert not hasattr(w.first, "response")
        assert not hasattr(w.first, "completed_at")


def duplicate_unique_id_names_the_first_task(w):
    error = raises(
        ScaleDuplicateResource,
        w.client.create_task,
        TaskType.ImageAnnotation,
        project=w.project,
        attachment=w.attachment,
        unique_id=f"{w.prefix}/0",
    )
    assert error.code == 409
    assert f"({w.first.id})" in error.message


def more_tasks(w):
    w.rest = [
        w.client.create_task(
            TaskType.ImageAnnotation,
            project=w.project,
            batch=w.batch,
            attachment=w.attachment,
            unique_id=f"{w.prefix}/{n}",
            metadata={"frame": n},
            priority=n,
        )
        for n in range(1, 7)
    ]
    assert len({task.id for task in [w.first, *w.rest]}) == 7


def get_task(w):
    again = w.client.get_task(w.first.id)
    assert again.as_dict()["created_at"] == w.first.created_at
    assert again.metadata == {"frame": 0}
    raises(ScaleResourceNotFound, w.client.get_task, "fake_id_qwertyuiop")


def list_one_page(w):
    page = w.client.tasks(project=w.project, limit=3)
    assert (len(page), page.total, page.limit, page.offset, page.has_more) == (3, 7, 3, 0, True)
    assert [task.metadata["frame"] for task in page] == [6, 5, 4]


def walk_over_pages(w):
    found = list(w.client.get_tasks(project_name=w.project, batch_name=w.batch, limit=2))
    assert [task.metadata["frame"] for task in found] == [6, 5, 4, 3, 2, 1, 0]
    assert [task.id for task in w.client.get_tasks(batch_name=w.batch)] == [task.id for task in found]
    named = list(w.client.get_tasks(project_name=w.project, unique_id=[f"{w.prefix}/1", f"{w.prefix}/4"]))
    assert {task.metadata["frame"] for task in named} == {1, 4}


def limited_response(w):
    (found,) = w.client.get_tasks(project_name=w.project, unique_id=f"{w.prefix}/3", limited_response=True)
    assert found.as_dict()["metadata"] == {"frame": 3}
    assert "params" not in found.as_dict()


def count(w):
    wanted = TaskStatus.Completed if w.mode == "test" else TaskStatus.Pending
    assert w.client.get_tasks_count(project_name=w.project) == 7
    assert w.client.get_tasks_count(batch_name=w.batch, status=wanted) == 7
    assert w.client.get_tasks_count(project_name=w.project, status=TaskStatus.Canceled) == 0


def tags(w):
    assert not hasattr(w.client.get_task(w.first.id), "tags")
    assert w.client.set_task_tags(w.first.id, ["night", "wet"]).tags == ["night", "wet"]
    assert w.client.add_task_tags(w.first.id, ["wet", "north"]).tags == ["night", "wet", "north"]
    found = list(w.client.get_tasks(project_name=w.project, tags=["north"]))
    assert [task.id for task in found] == [w.first.id]
    assert w.client.delete_task_tags(w.first.id, ["night", "north", "never set"]).tags == ["wet"]
    w.first.delete_tags(["wet"])
    w.first.refresh()
    assert not hasattr(w.first, "tags")


def metadata(w):
    assert w.client.set_task_metadata(w.first.id, {"frame": 0, "checked": True}).metadata["checked"] is True
    assert w.client.get_task(w.first.id).metadata == {"frame": 0, "checked": True}
    assert w.client.set_batch_metadata(w.batch, {"week": 48}).metadata == {"week": 48}
    assert w.client.get_batch(w.batch).metadata == {"week": 48}


def unique_id_changes(w):
    other = w.rest[0]
    assert w.client.update_task_unique_id(other.id, f"{w.prefix}/renamed").unique_id == f"{w.prefix}/renamed"
    error = raises(ScaleDuplicateResource, w.client.update_task_unique_id, other.id, f"{w.prefix}/0")
    assert f"({w.first.id})" in error.message
    cleared = w.client.clear_task_unique_id(other.id)
    assert "unique_id" not in cleared.as_dict()
    assert "unique_id" not in w.client.clear_task_unique_id(other.id).as_dict()
    again = w.client.update_task_unique_id(other.id, f"{w.prefix}/1")
    assert again.unique_id == f"{w.prefix}/1"


def audit(w):
    if w.mode == "live":
        raises(ScaleInvalidRequest, w.client.audit_task, w.first.id, True)
        return
    assert w.client.audit_task(w.first.id, True, "Good work") is None
    audited = w.client.get_task(w.first.id)
    assert audited.customer_review_status == "accepted"
    assert audited.customer_review_comments == ["Good work"]
    assert [one["audit_result"] for one in audited.audits] == ["accepted"]


def cancel(w):
    victim = w.rest[-1]
    if w.mode == "test":
        error = raises(ScaleInvalidRequest, w.client.cancel_task, victim.id)
        assert error.code == 400
        assert w.client.get_task(victim.id).status == "completed"
        return
    assert w.client.cancel_task(victim.id).status == TaskStatus.Canceled.value
    assert w.client.cancel_task(victim.id, clear_unique_id=True).status == "canceled"
    assert not hasattr(w.client.get_task(victim.id), "unique_id")
    freed = w.client.create_task(
        TaskType.ImageAnnotation,
        project=w.project,
        batch=w.batch,
        attachment=w.attachment,
        unique_id=f"{w.prefix}/6",
    )
    assert freed.id != victim.id


def finalize(w):
    done = w.client.finalize_batch(w.batch)
    assert done.name == w.batch
    assert w.client.finalize_batch(w.batch).status == done.status


def batch_status(w):
    status = w.client.batch_status(w.batch)
    if w.mode == "test":
        assert (status["completed"], status.get("pending", 0)) == (7, 0)
    else:
        assert (status["status"], status["pending"], status["canceled"]) == ("in_progress", 7, 1)
    batch = w.client.get_batch(w.batch)
    batch.get_status()
    assert batch.tasks_completed + batch.tasks_pending == 7


def get_batches(w):
    names = [f"{w.prefix} week {n}" for n in (48, 49)]
    for name in names:
        w.client.create_batch(w.project, name)
    found = [batch.name for batch in w.client.get_batches(project_name=w.project)]
    assert found == [*reversed(names), w.batch]
    open_ = w.client.get_batches(project_name=w.project, batch_status=BatchStatus.InProgress)
    assert set(names) <= {batch.name for batch in open_}
    page = w.client.batches(project=w.project, limit=2, offset=1)
    assert (len(page), page.total, page.offset, page.has_more) == (2, 3, 1, False)


def update_project(w):
    wider = w.client.update_project(w.project, patch=True, instruction="Box cones and barriers.")
    assert wider.version == 1
    assert wider.params["geometries"] == BOX
    assert wider.instruction == "Box cones and barriers."
    bare = w.client.update_project(w.project, instruction="Only this is left.")
    assert bare.version == 2
    assert "geometries" not in bare.params
    assert w.client.get_task(w.first.id).project_param_version == 0
    w.client.update_project(w.project, instruction="Box every cone.", geometries=BOX)


def test_mode_is_another_world(w):
    raises(ScaleResourceNotFound, w.other.get_task, w.first.id)
    raises(ScaleResourceNotFound, w.other.get_project, w.project)
    raises(ScaleResourceNotFound, w.other.get_batch, w.batch)


def invalid_key(w):
    for call in (w.stranger.get_projects, lambda: w.stranger.batches(limit=1)):
        assert raises(ScaleUnauthorized, call).code == 401


def missing_parameters(w):
    error = raises(ScaleInvalidRequest, w.client.create_task, TaskType.ImageAnnotation, project=w.project)
    assert "attachment" in error.message
    kinds = f"{w.prefix}-kinds"
    w.client.create_project(kinds, TaskType.Categorization)
    error = raises(
        ScaleInvalidRequest,
        w.client.create_task,
        TaskType.Categorization,
        project=kinds,
        attachment="https://example.org/1.png",
        attachment_type="image",
    )
    assert "categories" in error.message
    error = raises(
        ScaleInvalidRequest,
        w.client.create_task,
        TaskType.ImageAnnotation,
        project=w.project,
        attachment="scaledata://000000000000000000000000/00000000-0000-4000-8000-000000000000",
    )
    assert error.code == 400


def files_of_an_answer(w):
    """Masks are files behind addresses, which need no key; the client of this project saves them at once."""
    picture = io.BytesIO(png(6, 4))
    picture.name = "masked.png"
    uploaded = w.test.upload_file(picture)
    task = w.test.create_task(
        TaskType.SegmentAnnotation,
        attachment=uploaded.attachment_url,
        attachment_type="image",
        labels=["sky", "sea"],
    )
    images = w.test.get_task(task.id).response["annotations"]
    # A label without pixels stands there too, without a file.
    assert set(images["labeled"]) == {"sky", "sea"}
    assert images["labeled"]["sea"] is None
    urls = [images["unlabeled"], images["labeled"]["sky"], *images["combined"].values()]
    assert len(urls) == 4
    for url in urls:
        with urllib.request.urlopen(url) as answer:
            content = answer.read()
            assert answer.headers["content-type"] == "image/png"
        assert struct.unpack(">II", content[16:24]) == (6, 4)
    if hasattr(w.test, "download_response"):
        with tempfile.TemporaryDirectory() as folder:
            saved = w.test.download_response(w.test.get_task(task.id), folder)
            assert set(saved) == {
                "annotations.unlabeled",
                "annotations.labeled.sky",
                "annotations.combined.image",
                "annotations.combined.indexedImage",
            }
            assert all(path.suffix == ".png" and path.stat().st_size > 0 for path in saved.values())
