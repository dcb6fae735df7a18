"""Evaluation and training tasks as values."""

from __future__ import annotations

import pytest

from scaleapi import EvaluationTask, TaskType, TrainingTask
from scaleapi._calls import quality_tasks
from scaleapi.exceptions import ScaleInvalidRequest

MADE = {"id": "1", "expected_response": {"a": 1}}


@pytest.mark.parametrize(
    ("create", "path", "kind"),
    [
        (quality_tasks.create_evaluation_task, "evaluation_tasks/imageannotation", EvaluationTask),
        (quality_tasks.create_training_task, "training_tasks/imageannotation", TrainingTask),
    ],
)
@pytest.mark.parametrize("given", [TaskType.ImageAnnotation, "imageannotation"])
def test_create(create, path, kind, given):
    request = create(given, project="p", expected_response={"a": 1})
    assert (request.method, request.path, request.repeatable) == ("POST", path, False)
    assert request.body == {"project": "p", "expected_response": {"a": 1}}
    made = request.parse({**MADE, "initial_response": {"b": 2}}, None)
    assert isinstance(made, kind)
    assert (made.id, made.expected_response, made.initial_response) == ("1", {"a": 1}, {"b": 2})
    assert request.parse(MADE, None).initial_response is None


@pytest.mark.parametrize(
    ("get", "walk", "delete", "path", "kind"),
    [
        (
            quality_tasks.get_evaluation_task,
            quality_tasks.get_evaluation_tasks,
            quality_tasks.delete_evaluation_task,
            "evaluation_tasks",
            EvaluationTask,
        ),
        (
            quality_tasks.get_training_task,
            quality_tasks.get_training_tasks,
            quality_tasks.delete_training_task,
            "training_tasks",
            TrainingTask,
        ),
    ],
)
def test_read_and_delete(get, walk, delete, path, kind):
    for call, verb in ((get, "GET"), (delete, "DELETE")):
        request = call("a/b")
        assert (request.method, request.path) == (verb, f"{path}/a%2Fb")
        assert type(request.parse(MADE, None)) is kind
    first = walk("p", limit=5).first
    assert (first.path, first.query) == (path, {"project": "p", "limit": 5})
    assert [type(one) for one in first.parse({"docs": [MADE]}, None)] == [kind]


def test_labelers():
    first = quality_tasks.get_quality_labelers(["e"], ["jo@x.example"], limit=5).first
    assert first.path == "quality/labelers"
    assert first.query == {"quality_task_ids": ["e"], "labeler_emails": ["jo@x.example"], "limit": 5}
    for wrong in ((), ("e",), (["e"], "jo@x.example")):
        with pytest.raises(ScaleInvalidRequest):
            quality_tasks.get_quality_labelers(*wrong)
