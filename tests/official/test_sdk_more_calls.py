"""What our client can do that the official one cannot, against the real server."""

from typing import Any

import pytest

from scaleapi import FixlessAudit, TaskType
from scaleapi.exceptions import ScaleResourceNotFound

BOX = {"geometries": {"box": {"objects_to_annotate": ["cone"]}}}
ANSWER = {"annotations": [{"type": "box", "label": "cone", "left": 1, "top": 2, "width": 3, "height": 4}]}


@pytest.fixture
def client(scale_client: Any) -> Any:
    scale_client.create_project("cones", TaskType.ImageAnnotation)
    return scale_client


def test_files_are_listed_page_by_page(client: Any) -> None:
    made = [
        client.upload_file(b"x", filename=f"{n}.txt", project_name="cones", metadata={"site": str(n % 2)})
        for n in range(5)
    ]
    assert [one.id for one in client.get_files("cones", limit=2)] == [one.id for one in reversed(made)]
    assert {one.id for one in client.get_files(metadata={"site": "1"})} == {made[1].id, made[3].id}


def test_audits_are_made_replaced_and_listed(client: Any) -> None:
    task = client.create_task("imageannotation", project="cones", attachment="https://x.example/1.jpg", **BOX)
    wrong = {"type": "error", "path": "annotations[0].width", "text": "Too wide."}
    first = client.create_audit(task.id, "rejected", feedback=[wrong])
    assert (first.audit_result, first.feedback[0]["text"]) == ("rejected", "Too wide.")
    second = client.create_audit(task.id, "commented", feedback=[{**wrong, "type": "comment"}])
    again = client.create_audit(task.id, "accepted", audit_id=first.id)
    assert again == first
    found = list(client.get_audits(task.id, limit=1))
    assert [type(one) for one in found] == [FixlessAudit, FixlessAudit]
    assert {one.id: one.audit_result for one in found} == {first.id: "accepted", second.id: "commented"}
    assert list(client.get_audits(audit_id=second.id)) == [second]


@pytest.mark.parametrize("kind", ["evaluation", "training"])
def test_quality_tasks_are_read_and_deleted(client: Any, kind: str) -> None:
    create, get, walk, delete = (
        getattr(client, name)
        for name in (f"create_{kind}_task", f"get_{kind}_task", f"get_{kind}_tasks", f"delete_{kind}_task")
    )
    given = {"project": "cones", "attachment": "https://x.example/1.jpg", "expected_response": ANSWER, **BOX}
    made = [create(TaskType.ImageAnnotation, **given) for _ in range(3)]
    assert get(made[0].id).expected_response["annotations"][0]["label"] == "cone"
    assert [one.id for one in walk("cones", limit=2)] == [one.id for one in reversed(made)]
    assert delete(made[0].id) == made[0]
    with pytest.raises(ScaleResourceNotFound):
        get(made[0].id)
    assert len(list(walk("cones"))) == 2


def test_labelers_of_a_project(scale_server: Any, client: Any) -> None:
    scale_server.person("jo@x.example", "a password that is long")
    (found,) = client.get_quality_labelers(labeler_emails=["jo@x.example"])
    assert (found["tasks_attempted"], found["accuracy"]) == (0, None)
