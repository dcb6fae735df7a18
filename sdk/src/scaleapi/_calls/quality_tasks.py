"""Operations on evaluation and training tasks."""

from __future__ import annotations

from typing import Any

from scaleapi._calls.request import Request, segment, slug
from scaleapi.quality_tasks import EvaluationTask, TrainingTask
from scaleapi.tasks import TaskType


def create_evaluation_task(task_type: TaskType | str, **kwargs: Any) -> Request[EvaluationTask]:
    """Creates an evaluation task (Rapid projects).

    Args:
        task_type: A `TaskType`, or its slug as a string.
        **kwargs: What `create_task` takes, with ``expected_response`` (the right answer, shaped like a task's
            ``response``) and, to evaluate the review of an answer, ``initial_response``.

    Raises:
        ScaleInvalidRequest: A parameter is missing or wrong; the text names it.
    """
    path = f"evaluation_tasks/{segment(slug(task_type), 'task_type')}"
    return Request("POST", path, EvaluationTask, body=kwargs, repeatable=False)


def create_training_task(task_type: TaskType | str, **kwargs: Any) -> Request[TrainingTask]:
    """Creates a training task (Rapid projects).

    Args:
        task_type: A `TaskType`, or its slug as a string.
        **kwargs: What `create_task` takes, with ``expected_response``.

    Raises:
        ScaleInvalidRequest: A parameter is missing or wrong; the text names it.
    """
    path = f"training_tasks/{segment(slug(task_type), 'task_type')}"
    return Request("POST", path, TrainingTask, body=kwargs, repeatable=False)
