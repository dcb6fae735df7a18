"""The shapes of tasks on the wire (wire/tasks)."""

from typing import Any

import msgspec


class Audit(msgspec.Struct):
    """One audit of a task; who did it and how long it took is known of audits in the app."""

    audited_at: str
    audit_result: str
    audit_source: str
    audited_by: str | None = None
    audit_time_secs: float | msgspec.UnsetType = msgspec.UNSET
    audit_active_time_secs: float | msgspec.UnsetType = msgspec.UNSET


class AttachmentMetadata(msgspec.Struct):
    """What is known of an attachment's bytes."""

    mimeType: str  # noqa: N815  the wire's spelling


class AttachmentDownload(msgspec.Struct):
    """A signed address of an attachment, good for some hours; present with ``include_attachment_url``.

    Attributes:
        s3URL: the signed address.
        attachmentURL: the attachment as the request names it.
        isConvertedImage: whether it is an image that any browser shows.
        metadata: what is known of its bytes.
    """

    s3URL: str  # noqa: N815
    attachmentURL: str  # noqa: N815
    isConvertedImage: bool  # noqa: N815
    metadata: AttachmentMetadata


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
    response_url: str | msgspec.UnsetType = msgspec.UNSET
    customer_review_status: str | msgspec.UnsetType = msgspec.UNSET
    customer_review_comments: list[str] | msgspec.UnsetType = msgspec.UNSET
    customer_reviewed_by: str | msgspec.UnsetType = msgspec.UNSET
    customer_audited_at: str | msgspec.UnsetType = msgspec.UNSET
    customer_audit_time_secs: float | msgspec.UnsetType = msgspec.UNSET
    customer_audit_active_time_secs: float | msgspec.UnsetType = msgspec.UNSET
    audits: list[Audit] | msgspec.UnsetType = msgspec.UNSET
    prior_responses: list[Any] | msgspec.UnsetType = msgspec.UNSET
    attachmentS3Downloads: list[AttachmentDownload] | msgspec.UnsetType = msgspec.UNSET  # noqa: N815


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
    """The filters of ``GET /tasks`` (wire/tasks §4.3)."""

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


class OneTaskQuery(msgspec.Struct, frozen=True):
    """The query of ``GET /task/{task_id}``; without it there are addresses of attachments where there is one."""

    include_attachment_url: bool | None = None


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
