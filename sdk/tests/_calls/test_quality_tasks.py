"""Evaluation and training tasks as values."""

from __future__ import annotations

import pytest

from scaleapi import EvaluationTask, TaskType, TrainingTask
from scaleapi._calls import quality_tasks

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
