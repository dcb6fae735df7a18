"""The shapes of V1 on the wire, for the contract and for reading bodies; api-v1 §3, §6, §7 have the facts."""

from typing import Any

import msgspec


class Audit(msgspec.Struct):
    """One audit of a task."""

    audited_at: str
    audit_result: str
    audit_source: str
    audited_by: str | None = None


class Task(msgspec.Struct, omit_defaults=True):
    """A task. Optional keys are absent, not null."""

    task_id: str
    created_at: str
    type: str
    status: str
    instruction: str
    params: dict[str, Any]
    is_test: bool
    urgency: str
    metadata: dict[str, Any]
    processed_attachments: list[Any]
    priority: int
    updated_at: str
    customerId: str  # noqa: N815  the wire's spelling
    work_started: bool
    completed_at: str | msgspec.UnsetType = msgspec.UNSET
    callback_url: str | msgspec.UnsetType = msgspec.UNSET
    callback_succeeded: bool | msgspec.UnsetType = msgspec.UNSET
    callback_succeeded_at: str | msgspec.UnsetType = msgspec.UNSET
    project: str | msgspec.UnsetType = msgspec.UNSET
    projectId: str | msgspec.UnsetType = msgspec.UNSET  # noqa: N815
    project_param_version: int | msgspec.UnsetType = msgspec.UNSET
    batch: str | msgspec.UnsetType = msgspec.UNSET
    unique_id: str | msgspec.UnsetType = msgspec.UNSET
    tags: list[str] | msgspec.UnsetType = msgspec.UNSET
    response: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    customer_review_status: str | msgspec.UnsetType = msgspec.UNSET
    customer_review_comments: list[str] | msgspec.UnsetType = msgspec.UNSET
    audits: list[Audit] | msgspec.UnsetType = msgspec.UNSET
    prior_responses: list[Any] | msgspec.UnsetType = msgspec.UNSET


class LimitedTask(msgspec.Struct):
    """What ``limited_response`` leaves of a task."""

    task_id: str
    status: str
    metadata: dict[str, Any]
    project: str | None
    otherVersion: None  # noqa: N815


class TaskList(msgspec.Struct):
    """A page of tasks."""

    docs: list[Task]
    total: int
    limit: int
    offset: int
    has_more: bool
    next_token: str | None


class LimitedTaskList(msgspec.Struct):
    """A page of tasks with ``limited_response``."""

    docs: list[LimitedTask]
    total: int
    limit: int
    offset: int
    has_more: bool
    next_token: str | None


class TaskQuery(msgspec.Struct, frozen=True):
    """The filters of ``GET /tasks`` (api-v1 §5.3)."""

    start_time: str | None = None
    end_time: str | None = None
    completed_after: str | None = None
    completed_before: str | None = None
    updated_after: str | None = None
    updated_before: str | None = None
    status: str | None = None
    type: str | None = None
    project: str | None = None
    batch: str | None = None
    customer_review_status: list[str] | None = None
    unique_id: list[str] | None = None
    tags: list[str] | None = None
    limit: int = 100
    next_token: str | None = None
    offset: int = 0
    include_attachment_url: bool = False
    limited_response: bool = False


class CancelQuery(msgspec.Struct, frozen=True):
    """The query of a cancel."""

    clear_unique_id: bool = False


class AuditBody(msgspec.Struct, frozen=True):
    """The body of a task audit."""

    accepted: bool
    comments: str | None = None


class UniqueIdBody(msgspec.Struct, frozen=True):
    """The body that gives a task a unique id."""

    unique_id: str


class Sent(msgspec.Struct):
    """The answer to a resent callback."""

    success: bool


class Batch(msgspec.Struct):
    """A batch."""

    name: str
    project: str
    status: str
    created_at: str
    metadata: dict[str, Any]
    callback: str | msgspec.UnsetType = msgspec.UNSET
    completed_at: str | msgspec.UnsetType = msgspec.UNSET
    last_audited_at: str | msgspec.UnsetType = msgspec.UNSET
    calibration_batch: bool | msgspec.UnsetType = msgspec.UNSET
    self_label_batch: bool | msgspec.UnsetType = msgspec.UNSET
    pending: int | msgspec.UnsetType = msgspec.UNSET
    completed: int | msgspec.UnsetType = msgspec.UNSET
    canceled: int | msgspec.UnsetType = msgspec.UNSET
    error: int | msgspec.UnsetType = msgspec.UNSET


class BatchList(msgspec.Struct):
    """A page of batches."""

    docs: list[Batch]
    totalDocs: int  # noqa: N815  the wire's spelling
    total: int
    limit: int
    offset: int
    has_more: bool


class BatchQuery(msgspec.Struct, frozen=True):
    """The filters of ``GET /batches`` (api-v1 §6.6)."""

    project: str | None = None
    status: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    completed_after: str | None = None
    completed_before: str | None = None
    audited_after: str | None = None
    audited_before: str | None = None
    exclude_archived: bool = False
    detailed: bool = False
    limit: int = 100
    offset: int = 0


class BatchStatus(msgspec.Struct):
    """How far a batch is; tasks by status."""

    status: str
    pending: int
    completed: int
    canceled: int
    error: int


class PriorityBody(msgspec.Struct, frozen=True):
    """The body of a batch prioritization."""

    priority: int


class Prioritized(msgspec.Struct):
    """The answer to a batch prioritization."""

    result: str
    priority: int


class Project(msgspec.Struct):
    """A project; ``param_history`` holds its parameters, oldest version first."""

    name: str
    type: str
    created_at: str
    param_history: list[dict[str, Any]]
    id: str
    rapid: bool | msgspec.UnsetType = msgspec.UNSET
    studio: bool | msgspec.UnsetType = msgspec.UNSET
    datasetId: str | msgspec.UnsetType = msgspec.UNSET  # noqa: N815
    pipeline: str | msgspec.UnsetType = msgspec.UNSET
    archived: bool | msgspec.UnsetType = msgspec.UNSET


class ProjectQuery(msgspec.Struct, frozen=True):
    """The filter of ``GET /projects``."""

    archived: bool | None = None


class File(msgspec.Struct):
    """A file; ``attachment_url`` is what a task's attachment takes."""

    id: str
    attachment_url: str
    created_at: str
    updated_at: str
    mime_type: str
    size: int
    project_names: list[str]
    display_name: str | msgspec.UnsetType = msgspec.UNSET
    reference_id: str | msgspec.UnsetType = msgspec.UNSET
    metadata: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class Upload(msgspec.Struct):
    """The parts of an upload."""

    file: bytes
    project_name: str | None = None
    display_name: str | None = None
    reference_id: str | None = None
    metadata: str | None = None
