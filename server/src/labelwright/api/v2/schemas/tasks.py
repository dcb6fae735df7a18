"""Tasks."""

from typing import Literal

import msgspec

from labelwright.api.v2.schemas.batches import Batch
from labelwright.api.v2.schemas.common import Moment, Object, Option, SelectedPage, Shape, TaskStatus
from labelwright.api.v2.schemas.projects import Project
from labelwright.domain.common import not_given
from labelwright.tasktypes.threads import ErrorDetail, SensitiveContentReport, Thread

Expand = Literal["project", "batch"]


class Task(Shape):
    """A unit of work and its result.

    Attributes:
        task_id: its id, in V1 too.
        project: its project's id, or the project.
        status: how far it is.
        created_at: when it was made.
        batch: its batch's id, or the batch.
        completed_at: when it was done.
        metadata: the customer's.
        threads: the answer as conversations; empty until completed, absent when it was reported.
        errors: with the status ``error``, or when whoever worked on it said why it cannot be done.
        sensitive_content_reports: what somebody found in it that should not be there.
    """

    task_id: str
    project: str | Project
    status: TaskStatus
    created_at: Moment
    batch: str | Batch | None = None
    completed_at: Moment | None = None
    metadata: Object | None = None
    threads: list[Thread] | None = None
    errors: list[ErrorDetail] | None = None
    sensitive_content_reports: list[SensitiveContentReport] | None = None


class GetTasksResponse(Shape):
    """A page of tasks; without ``next_token`` it is the last one."""

    tasks: list[Task]
    next_token: str | None = None


class TaskQuery(msgspec.Struct, kw_only=True):
    """Which task, what to show in full, and which details."""

    task_id: str
    expand: list[Expand] = msgspec.field(default_factory=list)
    opts: list[Option] = msgspec.field(default_factory=list)


class TasksQuery(SelectedPage, kw_only=True):
    """Which tasks; a project or a batch is needed, bounds are exclusive."""

    batch_id: str | None = None
    batch_name: str | None = None
    status: TaskStatus | None = None
    completed_after: str | None = None
    completed_before: str | None = None
    expand: list[Expand] = msgspec.field(default_factory=list)
    opts: list[Option] = msgspec.field(default_factory=list)


class CreateChatTaskRequest(msgspec.Struct, kw_only=True):
    """A new conversation; ``project_id`` or ``project_name`` is needed."""

    project_id: str | None = None
    project_name: str | None = None
    batch_id: str | None = None
    batch_name: str | None = None
    template_variables: Object = msgspec.field(default_factory=not_given)
    metadata: Object = msgspec.field(default_factory=not_given)
    callback_url: str | None = None


class SetTaskMetadataRequest(msgspec.Struct, kw_only=True):
    """New metadata; ``merge`` keeps what is not named."""

    task_id: str
    metadata: Object
    merge: bool = False
