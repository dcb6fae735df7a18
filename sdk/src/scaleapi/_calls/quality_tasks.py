"""Operations on evaluation and training tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from scaleapi._calls.listing import by_token, page_size
from scaleapi._calls.request import Listing, Request, as_json, given, names, segment, slug
from scaleapi.exceptions import ScaleInvalidRequest
from scaleapi.quality_tasks import EvaluationTask, QualityTask, TrainingTask
from scaleapi.tasks import TaskType

Q = TypeVar("Q", bound=QualityTask)


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


def get_evaluation_task(task_id: str) -> Request[EvaluationTask]:
    """Fetches an evaluation task. An extension of Labelwright: Scale's API has no such call.

    Args:
        task_id: 24 hexadecimal digits.

    Raises:
        ScaleResourceNotFound: No such task.
    """
    return Request("GET", _path("evaluation_tasks", task_id), EvaluationTask)


def get_evaluation_tasks(
    project_name: str | None = None, limit: int | None = None
) -> Listing[EvaluationTask]:
    """Walks through the evaluation tasks, newest first. An extension of Labelwright.

    Args:
        project_name: Those of this project.
        limit: Tasks per request, 1-100.
    """
    return _listing("evaluation_tasks", EvaluationTask, project_name, limit)


def delete_evaluation_task(task_id: str) -> Request[EvaluationTask]:
    """Deletes an evaluation task and returns it as it was. An extension of Labelwright.

    Args:
        task_id: The task.

    Raises:
        ScaleResourceNotFound: No such task.
    """
    return Request("DELETE", _path("evaluation_tasks", task_id), EvaluationTask)


def get_training_task(task_id: str) -> Request[TrainingTask]:
    """Fetches a training task. An extension of Labelwright: Scale's API has no such call.

    Args:
        task_id: 24 hexadecimal digits.

    Raises:
        ScaleResourceNotFound: No such task.
    """
    return Request("GET", _path("training_tasks", task_id), TrainingTask)


def get_training_tasks(project_name: str | None = None, limit: int | None = None) -> Listing[TrainingTask]:
    """Walks through the training tasks, newest first. An extension of Labelwright.

    Args:
        project_name: Those of this project.
        limit: Tasks per request, 1-100.
    """
    return _listing("training_tasks", TrainingTask, project_name, limit)


def delete_training_task(task_id: str) -> Request[TrainingTask]:
    """Deletes a training task and returns it as it was. An extension of Labelwright.

    Args:
        task_id: The task.

    Raises:
        ScaleResourceNotFound: No such task.
    """
    return Request("DELETE", _path("training_tasks", task_id), TrainingTask)


def get_quality_labelers(
    quality_task_ids: Sequence[str] | None = None,
    labeler_emails: Sequence[str] | None = None,
    limit: int | None = None,
) -> Listing[dict[str, Any]]:
    """Walks through labelers with what they did and how it was judged (wire/quality-tasks §4).

    Not in the official client; ``GET /quality/labelers`` of the API.

    Args:
        quality_task_ids: Evaluation or training tasks: only what was done in their projects.
        labeler_emails: The labelers; one of the two is required.
        limit: Labelers per request, 1-100.

    Raises:
        ScaleInvalidRequest: Neither is given, or one is a single string.
    """
    if not quality_task_ids and not labeler_emails:
        raise ScaleInvalidRequest("give quality_task_ids or labeler_emails")
    query = given(
        quality_task_ids=names(quality_task_ids or (), "quality_task_ids") or None,
        labeler_emails=names(labeler_emails or (), "labeler_emails") or None,
        limit=page_size(limit),
    )
    return by_token("quality/labelers", query, as_json)


def _path(room: str, task_id: str) -> str:
    return f"{room}/{segment(task_id, 'task_id')}"


def _listing(path: str, kind: type[Q], project_name: str | None, limit: int | None) -> Listing[Q]:
    query = given(project=project_name, limit=page_size(limit))
    return by_token(path, query, kind)
