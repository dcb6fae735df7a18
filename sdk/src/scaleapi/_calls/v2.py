"""The operations of V2, one pure function each: arguments in, a described request out.

Arguments are checked by the caller (`pydantic.validate_call`), so the types here are what a call may be given:
wrong ones are refused before anything is sent. `Options` are for the caller, too.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, TypeAlias, TypeVar, Unpack

from pydantic import ConfigDict, Field, StrictFloat, StrictInt, StrictStr, with_config
from typing_extensions import TypedDict

from scaleapi._calls.request import Request, given, segment
from scaleapi._engine.messages import Answer
from scaleapi.api_client.v2.models import (
    Annotation,
    Batch,
    BatchOperationRequest,
    BatchStatus,
    CancelBatch200Response,
    CreateBatchRequest,
    CreateChatTaskRequest,
    DatasetTask,
    ExpandableEnumBatch,
    ExpandableEnumDatasetsDeliveries,
    ExpandableEnumDatasetTask,
    ExpandableEnumDeliveries,
    ExpandableEnumDelivery,
    ExpandableEnumTask,
    GetBatchesResponse,
    GetDatasetDeliveriesResponse,
    GetDatasetDeliveryResponse,
    GetDatasetsResponse,
    GetDatasetTasksResponse,
    GetDeliveredTasksResponse,
    GetDeliveriesResponse,
    GetDeliveryTasksResponse,
    GetProjectsResponse,
    GetSchemaResponse,
    GetTasksResponse,
    Option,
    PauseBatch200Response,
    Project,
    ResumeBatch200Response,
    SetBatchMetadataRequest,
    SetTaskMetadataRequest,
    Task,
    TaskStatus,
)
from scaleapi.api_client.v2.models._base import Model, OneOf

M = TypeVar("M", bound="Model | OneOf")

MOMENT = "%Y-%m-%dT%H:%M:%S.%f%z"
"""How times are written in queries (wire/v2-requests §2.3)."""

Limit: TypeAlias = Annotated[StrictInt, Field(ge=1, le=100)]
Seconds: TypeAlias = Annotated[StrictFloat, Field(gt=0)]


# A misspelt argument is refused, not taken for an option.
@with_config(ConfigDict(extra="forbid"))
class Options(TypedDict, total=False):
    """What every operation takes besides.

    Attributes:
        _request_timeout: Seconds for this call, or ``(connect, read)``.
        _request_auth: Takes the place of the key: ``{"in": "header" | "query", "key": name, "value": text}``.
        _content_type: Takes the place of the body's content type.
        _headers: Further headers.
        _host_index: 0; there is one host.
    """

    _request_timeout: Seconds | tuple[Seconds, Seconds] | None
    _request_auth: dict[StrictStr, Any] | None
    _content_type: StrictStr | None
    _headers: dict[StrictStr, Any] | None
    _host_index: Annotated[StrictInt, Field(ge=0, le=0)]


def _reader(model: type[M]) -> Callable[[Any, Any], M]:
    def read(answer: Answer, client: Any) -> Any:  # noqa: ARG001  # the signature of every parser
        return model.model_validate_json(answer.body) if answer.body else None

    return read


def _get(path: str, model: type[M], **query: Any) -> Request[M]:
    sent = {
        name: value.strftime(MOMENT) if isinstance(value, datetime) else value
        for name, value in given(**query).items()
    }
    return Request("GET", f"v2/{path}", _reader(model), query=sent, expects="answer")


def _post(path: str, model: type[M], body: Model, *, repeatable: bool = False) -> Request[M]:
    return Request(
        "POST",
        f"v2/{path}",
        _reader(model),
        body=body.model_dump(mode="json", by_alias=True, exclude_none=True),
        repeatable=repeatable,
        expects="answer",
    )


def _file(answer: Answer, client: Any) -> bytes:  # noqa: ARG001  # the signature of every parser
    return answer.body


def cancel_batch(
    batch_operation_request: BatchOperationRequest, **_: Unpack[Options]
) -> Request[CancelBatch200Response]:
    """Cancels a batch: tasks that nobody has begun are canceled. A completed batch cannot be."""
    return _post("batch/cancel", CancelBatch200Response, batch_operation_request)


def create_batch(create_batch_request: CreateBatchRequest, **_: Unpack[Options]) -> Request[Batch]:
    """Makes a batch; with ``staging_batch`` it waits to be finalized."""
    return _post("batch", Batch, create_batch_request)


def create_chat_task(create_chat_task_request: CreateChatTaskRequest, **_: Unpack[Options]) -> Request[Task]:
    """Makes a chat task: the project's template with these variables."""
    return _post("task/chat", Task, create_chat_task_request)


def finalize_batch(batch_operation_request: BatchOperationRequest, **_: Unpack[Options]) -> Request[Batch]:
    """Releases a staging batch to the labelers."""
    return _post("batch/finalize", Batch, batch_operation_request)


def get_annotation(annotation_id: StrictStr, **_: Unpack[Options]) -> Request[Annotation]:
    """One annotation, by its id."""
    return _get("annotation", Annotation, annotation_id=annotation_id)


def get_batch(
    batch_id: StrictStr | None = None,
    batch_name: StrictStr | None = None,
    expand: list[ExpandableEnumBatch] | None = None,
    **_: Unpack[Options],
) -> Request[Batch]:
    """One batch, by its id or its name."""
    return _get("batch", Batch, batch_id=batch_id, batch_name=batch_name, expand=expand)


def get_batches(
    project_id: StrictStr | None = None,
    project_name: StrictStr | None = None,
    status: BatchStatus | None = None,
    created_after: datetime | None = None,
    created_before: datetime | None = None,
    completed_after: datetime | None = None,
    completed_before: datetime | None = None,
    limit: Limit | None = None,
    next_token: StrictStr | None = None,
    expand: list[ExpandableEnumBatch] | None = None,
    **_: Unpack[Options],
) -> Request[GetBatchesResponse]:
    """A page of batches."""
    return _get(
        "batches",
        GetBatchesResponse,
        project_id=project_id,
        project_name=project_name,
        status=status,
        created_after=created_after,
        created_before=created_before,
        completed_after=completed_after,
        completed_before=completed_before,
        limit=limit,
        next_token=next_token,
        expand=expand,
    )


def get_dataset_deliveries(
    dataset_id: StrictStr | None = None,
    delivered_after: datetime | None = None,
    delivered_before: datetime | None = None,
    expand: list[ExpandableEnumDatasetsDeliveries] | None = None,
    **_: Unpack[Options],
) -> Request[GetDatasetDeliveriesResponse]:
    """The deliveries of a dataset."""
    return _get(
        "datasets/deliveries",
        GetDatasetDeliveriesResponse,
        dataset_id=dataset_id,
        delivered_after=delivered_after,
        delivered_before=delivered_before,
        expand=expand,
    )


def get_dataset_delivery(
    delivery_id: StrictStr | None = None,
    limit: Limit | None = None,
    next_token: StrictStr | None = None,
    expand: list[ExpandableEnumDatasetTask] | None = None,
    **_: Unpack[Options],
) -> Request[GetDatasetDeliveryResponse]:
    """A delivery of a dataset, with a page of its tasks."""
    return _get(
        "datasets/delivery",
        GetDatasetDeliveryResponse,
        delivery_id=delivery_id,
        limit=limit,
        next_token=next_token,
        expand=expand,
    )


def get_dataset_task(
    task_id: StrictStr, expand: list[ExpandableEnumDatasetTask] | None = None, **_: Unpack[Options]
) -> Request[DatasetTask]:
    """One task of a dataset."""
    return _get("datasets/task", DatasetTask, task_id=task_id, expand=expand)


def get_dataset_task_response_url(
    task_id: StrictStr, attachment_id: StrictStr, **_: Unpack[Options]
) -> Request[bytes]:
    """The content of a file of a response; the redirect to it is followed."""
    path = f"{segment(task_id, 'task_id')}/response_url/{segment(attachment_id, 'attachment_id')}"
    return Request("GET", f"v2/datasets/task/{path}", _file, expects="answer")


def get_dataset_tasks(
    dataset_id: StrictStr | None = None,
    delivery_id: StrictStr | None = None,
    delivered_after: datetime | None = None,
    delivered_before: datetime | None = None,
    limit: Limit | None = None,
    next_token: StrictStr | None = None,
    expand: list[ExpandableEnumDatasetTask] | None = None,
    **_: Unpack[Options],
) -> Request[GetDatasetTasksResponse]:
    """A page of the tasks of a dataset, or of one of its deliveries."""
    return _get(
        "datasets/tasks",
        GetDatasetTasksResponse,
        dataset_id=dataset_id,
        delivery_id=delivery_id,
        delivered_after=delivered_after,
        delivered_before=delivered_before,
        limit=limit,
        next_token=next_token,
        expand=expand,
    )


def get_datasets(**_: Unpack[Options]) -> Request[GetDatasetsResponse]:
    """All datasets."""
    return _get("datasets", GetDatasetsResponse)


def get_deliveries(
    project_id: StrictStr | None = None,
    project_name: StrictStr | None = None,
    delivered_after: datetime | None = None,
    delivered_before: datetime | None = None,
    expand: list[ExpandableEnumDeliveries] | None = None,
    **_: Unpack[Options],
) -> Request[GetDeliveriesResponse]:
    """The deliveries of a project."""
    return _get(
        "deliveries",
        GetDeliveriesResponse,
        project_id=project_id,
        project_name=project_name,
        delivered_after=delivered_after,
        delivered_before=delivered_before,
        expand=expand,
    )


def get_delivery(
    delivery_id: StrictStr | None = None,
    delivery_name: StrictStr | None = None,
    project_id: StrictStr | None = None,
    project_name: StrictStr | None = None,
    limit: Limit | None = None,
    next_token: StrictStr | None = None,
    expand: list[ExpandableEnumDelivery] | None = None,
    opts: list[Option] | None = None,
    **_: Unpack[Options],
) -> Request[GetDeliveredTasksResponse]:
    """A delivery, with a page of its tasks."""
    return _get(
        "delivery",
        GetDeliveredTasksResponse,
        delivery_id=delivery_id,
        delivery_name=delivery_name,
        project_id=project_id,
        project_name=project_name,
        limit=limit,
        next_token=next_token,
        expand=expand,
        opts=opts,
    )


def get_delivery_tasks(
    delivery_id: StrictStr | None = None,
    project_id: StrictStr | None = None,
    project_name: StrictStr | None = None,
    status: TaskStatus | None = None,
    completed_after: datetime | None = None,
    completed_before: datetime | None = None,
    limit: Limit | None = None,
    next_token: StrictStr | None = None,
    **_: Unpack[Options],
) -> Request[GetDeliveryTasksResponse]:
    """A page of a project's tasks with their responses, delivered or not."""
    return _get(
        "delivery/tasks",
        GetDeliveryTasksResponse,
        delivery_id=delivery_id,
        project_id=project_id,
        project_name=project_name,
        status=status,
        completed_after=completed_after,
        completed_before=completed_before,
        limit=limit,
        next_token=next_token,
    )


def get_project(
    project_id: StrictStr | None = None, project_name: StrictStr | None = None, **_: Unpack[Options]
) -> Request[Project]:
    """One project, by its id or its name."""
    return _get("project", Project, project_id=project_id, project_name=project_name)


def get_projects(
    created_after: datetime | None = None, created_before: datetime | None = None, **_: Unpack[Options]
) -> Request[GetProjectsResponse]:
    """All projects."""
    return _get("projects", GetProjectsResponse, created_after=created_after, created_before=created_before)


def get_schema(schema_id: StrictStr, **_: Unpack[Options]) -> Request[GetSchemaResponse]:
    """The JSON Schema of responses, by its id."""
    return _get("schema", GetSchemaResponse, schema_id=schema_id)


def get_task(
    task_id: StrictStr,
    expand: list[ExpandableEnumTask] | None = None,
    opts: list[Option] | None = None,
    **_: Unpack[Options],
) -> Request[Task]:
    """One task."""
    return _get("task", Task, task_id=task_id, expand=expand, opts=opts)


def get_tasks(
    project_id: StrictStr | None = None,
    project_name: StrictStr | None = None,
    batch_id: StrictStr | None = None,
    batch_name: StrictStr | None = None,
    status: TaskStatus | None = None,
    completed_after: datetime | None = None,
    completed_before: datetime | None = None,
    limit: Limit | None = None,
    next_token: StrictStr | None = None,
    expand: list[ExpandableEnumTask] | None = None,
    opts: list[Option] | None = None,
    **_: Unpack[Options],
) -> Request[GetTasksResponse]:
    """A page of the tasks of a project or a batch."""
    return _get(
        "tasks",
        GetTasksResponse,
        project_id=project_id,
        project_name=project_name,
        batch_id=batch_id,
        batch_name=batch_name,
        status=status,
        completed_after=completed_after,
        completed_before=completed_before,
        limit=limit,
        next_token=next_token,
        expand=expand,
        opts=opts,
    )


def pause_batch(
    batch_operation_request: BatchOperationRequest, **_: Unpack[Options]
) -> Request[PauseBatch200Response]:
    """Holds back the tasks of a batch that nobody has begun."""
    return _post("batch/pause", PauseBatch200Response, batch_operation_request)


def resume_batch(
    batch_operation_request: BatchOperationRequest, **_: Unpack[Options]
) -> Request[ResumeBatch200Response]:
    """Brings the tasks of a paused batch back."""
    return _post("batch/resume", ResumeBatch200Response, batch_operation_request)


def set_batch_metadata(
    set_batch_metadata_request: SetBatchMetadataRequest, **_: Unpack[Options]
) -> Request[Batch]:
    """Replaces the metadata of a batch, or merges into it."""
    return _post("batch/metadata", Batch, set_batch_metadata_request, repeatable=True)


def set_task_metadata(
    set_task_metadata_request: SetTaskMetadataRequest, **_: Unpack[Options]
) -> Request[Task]:
    """Replaces the metadata of a task, or merges into it."""
    return _post("task/metadata", Task, set_task_metadata_request, repeatable=True)
