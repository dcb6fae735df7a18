"""Writes V2's JSON: rows as the published models show them.

Source: wire/v2-objects, wire/v2-conversations, wire/v2-mapping.
"""

from collections.abc import Collection, Sequence
from typing import cast

import msgspec

from labelwright.api.v2.schemas.batches import Batch as BatchShape
from labelwright.api.v2.schemas.common import BatchStatus, TaskStatus
from labelwright.api.v2.schemas.datasets import Dataset as DatasetShape
from labelwright.api.v2.schemas.datasets import DatasetDelivery as DatasetDeliveryShape
from labelwright.api.v2.schemas.datasets import DatasetDeliveryMetadata
from labelwright.api.v2.schemas.datasets import DatasetTask as DatasetTaskShape
from labelwright.api.v2.schemas.deliveries import Delivery as DeliveryShape
from labelwright.api.v2.schemas.deliveries import DeliverySchema, DeliveryTaskDoc
from labelwright.api.v2.schemas.projects import Project as ProjectShape
from labelwright.api.v2.schemas.tasks import Task as TaskShape
from labelwright.clock import iso
from labelwright.domain import answer_files, tasks
from labelwright.domain.deliveries import Delivered
from labelwright.domain.platform import Platform
from labelwright.domain.projects import ProjectView, parse_params
from labelwright.store.datasets import DatasetTask
from labelwright.store.rows import Batch, Dataset, DatasetDelivery, Delivery, ResponseSchema, Task
from labelwright.tasktypes.threads import (
    Annotation,
    BaseAnnotation,
    ConversationAnswer,
    CriterionDefinition,
    ErrorDetail,
    Message,
    Submission,
    Thread,
    Turn,
)

ANNOTATION_DETAILS = "annotation_details"
ATTACHMENT_DETAILS = "attachment_details"
MODEL_PARAMETERS = "model_parameters"
SUBMISSIONS = "submissions"

_MODELS = msgspec.json.Decoder(list[dict[str, object]])
_TYPES = msgspec.json.Decoder(list[str])


def project(view: ProjectView) -> ProjectShape:
    """A project; its kinds and models are parameters of it (wire/v2-mapping §1)."""
    params = parse_params(view.history[-1].params) if view.history else {}
    return ProjectShape(
        id=view.project.id,
        name=view.project.name,
        created_at=iso(view.project.created_at),
        types=_texts(params.get("genai_types")) or ["Other"],
        models=_model_ids(params.get("models")),
    )


def _texts(raw: msgspec.Raw | None) -> list[str]:
    try:
        return _TYPES.decode(raw) if raw is not None else []
    except msgspec.ValidationError:
        return []


def _model_ids(raw: msgspec.Raw | None) -> list[str]:
    try:
        return [str(model["id"]) for model in _MODELS.decode(raw) if "id" in model] if raw is not None else []
    except msgspec.ValidationError:
        return []


def batch(batch: Batch, project: ProjectShape | None = None) -> BatchShape:
    """A batch; with its project in full when that is given."""
    return BatchShape(
        id=batch.id,
        name=batch.name,
        project=project or batch.project_id,
        created_at=iso(batch.created_at),
        status=cast("BatchStatus", batch.status),
        metadata=msgspec.Raw(batch.metadata.encode()),
        completed_at=iso(batch.completed_at) if batch.completed_at is not None else None,
        callback=batch.callback,
    )


def task(
    task: Task,
    told: ConversationAnswer,
    *,
    project: ProjectShape | None = None,
    batch: BatchShape | None = None,
    opts: Collection[str] = (),
    submissions: Sequence[Submission] = (),
) -> TaskShape:
    """A task with its conversation.

    Args:
        task: the task.
        told: its answer.
        project: its project, to be shown in full.
        batch: its batch, to be shown in full.
        opts: which details to show.
        submissions: who handed it in.
    """
    reported = not isinstance(told.reports, msgspec.UnsetType)
    for thread in told.threads:
        _detail(thread, opts, submissions)
    shown = TaskShape(
        task_id=task.id,
        project=project or task.project_id,
        status=cast("TaskStatus", task.status),
        created_at=iso(task.created_at),
        batch=batch or task.batch_id or None,
        completed_at=iso(task.completed_at) if task.completed_at is not None else None,
        metadata=msgspec.Raw(task.metadata.encode()),
        threads=None if reported else told.threads,
        errors=[_error(task)] if task.status == tasks.ERROR else None,
    )
    if not isinstance(told.reports, msgspec.UnsetType):
        shown.sensitive_content_reports = told.reports
    if not isinstance(told.errors, msgspec.UnsetType):
        shown.errors = told.errors
    return shown


def _error(task: Task) -> ErrorDetail:
    """Why a task failed; the message is what V1 says."""
    response = msgspec.json.decode(task.response) if task.response else {}
    message = response.get("error") if isinstance(response, dict) else None
    return ErrorDetail(message=message if isinstance(message, str) else "The task failed.")


def _detail(thread: Thread, opts: Collection[str], submissions: Sequence[Submission]) -> None:
    """Leave out of a thread what was not asked for (wire/v2-requests §6)."""
    thread.submissions = list(submissions) if SUBMISSIONS in opts else None
    described = ANNOTATION_DETAILS in opts
    _strip(thread.annotations, described=described)
    for turn in thread.turns:
        _detail_turn(turn, opts, described=described)


def _detail_turn(turn: Turn, opts: Collection[str], *, described: bool) -> None:
    _strip(turn.annotations, described=described)
    for rubric in turn.rubrics or ():
        for criterion in rubric.criteria_definitions:
            _strip_of(criterion, described=described)
    for message in turn.messages:
        _strip_of(message, described=described)
        if MODEL_PARAMETERS not in opts:
            message.model_parameters = None
        if ATTACHMENT_DETAILS not in opts:
            message.content.attachments = None
        for chunk in message.content.chunks or ():
            _strip(chunk.annotations, described=described)
        for evaluation in message.rubric_evaluations or ():
            _strip(evaluation.annotations or (), described=described)
            for one in evaluation.criteria_evaluations or ():
                _strip(one.annotations or (), described=described)


def _strip_of(part: Message | CriterionDefinition, *, described: bool) -> None:
    _strip(part.annotations, described=described)


def _strip(annotations: Sequence[Annotation], *, described: bool) -> None:
    if described:
        return
    for one in annotations:
        bare(one)


def bare(annotation: Annotation) -> None:
    """Leave an annotation its id, key, type and value: what clients cannot do without."""
    assert isinstance(annotation, BaseAnnotation)
    annotation.title = annotation.description = annotation.labels = None
    if hasattr(annotation, "possible_values"):
        annotation.possible_values = None


def delivery(delivery: Delivery, project: ProjectShape | None = None) -> DeliveryShape:
    """A delivery; with its project in full when that is given."""
    return DeliveryShape(
        id=delivery.id,
        name=delivery.name,
        task_count=delivery.task_count,
        delivered_at=iso(delivery.delivered_at),
        project=project or delivery.project_id,
    )


def delivered(one: Delivered, platform: Platform, base: str) -> DeliveryTaskDoc:
    """A task with what was delivered of it."""
    if one.delivered is None or one.delivery is None:
        return DeliveryTaskDoc(task_id=one.task.id, created_at=iso(one.task.created_at))
    return DeliveryTaskDoc(
        task_id=one.task.id,
        created_at=iso(one.task.created_at),
        delivery_id=one.delivery.id,
        delivered_at=iso(one.delivery.delivered_at),
        response_schema_id=one.delivered.response_schema_id,
        response=_response(platform, one.delivered.response, base),
    )


def _response(platform: Platform, text: str, base: str) -> msgspec.Raw:
    return msgspec.Raw(answer_files.shown(platform, text, base).encode())


def schema(found: ResponseSchema) -> DeliverySchema:
    """A schema of delivered answers."""
    return DeliverySchema(
        id=found.id,
        name=found.name,
        json=found.json,
        createdAt=iso(found.created_at),
        updatedAt=iso(found.created_at),
    )


def dataset(dataset: Dataset) -> DatasetShape:
    """A dataset."""
    return DatasetShape(id=dataset.id, name=dataset.name)


def dataset_delivery(entry: DatasetDelivery, dataset: Dataset | None = None) -> DatasetDeliveryShape:
    """A delivery of a dataset; with the dataset in full when that is given."""
    return DatasetDeliveryShape(
        id=entry.id,
        name=entry.name,
        delivered_at=iso(entry.delivered_at),
        metadata=DatasetDeliveryMetadata(task_count=entry.task_count, turn_count=entry.turn_count),
        dataset=DatasetShape(id=dataset.id, name=dataset.name) if dataset is not None else entry.dataset_id,
    )


def dataset_task(
    one: DatasetTask, expand: Collection[str], platform: Platform, base: str
) -> DatasetTaskShape:
    """A task of a dataset."""
    return DatasetTaskShape(
        task_id=one.task.task_id,
        dataset=dataset(one.dataset) if "dataset" in expand else one.dataset.id,
        delivery=dataset_delivery(one.delivery) if "delivery" in expand else one.delivery.id,
        response=_response(platform, one.task.response, base),
    )
