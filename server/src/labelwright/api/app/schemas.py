"""What the web app sends and gets; the TypeScript client is generated from these."""

from typing import Any, Literal

import msgspec

from labelwright.domain.common import not_given

Stage = Literal["attempt", "review"]
Verdict = Literal["accept", "fix", "send_back"]


class Empty(msgspec.Struct, frozen=True):
    """Nothing to say."""


class User(msgspec.Struct):
    """A person."""

    id: str
    email: str
    name: str
    role: Literal["labeler", "member", "manager", "admin"]


class Session(msgspec.Struct):
    """Who is logged in, and which build answers."""

    user: User
    version: str


class LogIn(msgspec.Struct, frozen=True):
    """A log-in."""

    email: str
    password: str


class QueueEntry(msgspec.Struct):
    """Work of one project and stage; ``open`` includes what I hold."""

    project: str
    type: str
    stage: Stage
    open: int
    mine: int
    instruction_excerpt: str


class Queue(msgspec.Struct):
    """My queue and my day."""

    entries: list[QueueEntry]
    done_today: int
    active_ms_today: int


class Attachment(msgspec.Struct):
    """An attachment: the customer's reference and the URL a browser loads; pixels after EXIF orientation."""

    ref: str
    url: str
    mime_type: str | None
    width: int | None
    height: int | None


class TaskView(msgspec.Struct):
    """A task as a labeler sees it; ``params`` is the wire's object."""

    task_id: str
    type: str
    project: str | None
    batch: str | None
    instruction: str
    params: dict[str, Any]
    attachments: list[Attachment]
    priority: int
    created_at: str


class Comment(msgspec.Struct):
    """What a reviewer said about an earlier answer."""

    by: str
    at: str
    text: str
    verdict: Verdict | None


class Draft(msgspec.Struct):
    """Unfinished work."""

    rev: int
    answer: Any
    saved_at: str


class Assignment(msgspec.Struct):
    """A person's turn at a task; ``base`` is the answer that the work starts from."""

    id: str
    stage: Stage
    state: Literal["reserved", "active", "submitted", "skipped", "released", "expired"]
    lease_until: str
    opened_at: str | None
    active_ms: int
    task: TaskView
    draft: Draft | None
    base: Any
    comments: list[Comment]


class Claim(msgspec.Struct, frozen=True):
    """A claim of work; what is held already counts."""

    stage: Stage
    project: str | None = None
    count: int = 1
    have: list[str] = []


class Assignments(msgspec.Struct):
    """What is held now."""

    assignments: list[Assignment]


class Heartbeat(msgspec.Struct, frozen=True):
    """Assignments that are still being worked on."""

    ids: list[str]


class Held(msgspec.Struct):
    """A lease that was prolonged."""

    id: str
    lease_until: str


class Beat(msgspec.Struct):
    """Which leases hold, and which do not."""

    held: list[Held]
    lost: list[str]


class DraftBody(msgspec.Struct, frozen=True):
    """A draft; ``rev`` has to grow."""

    rev: int
    answer: msgspec.Raw
    active_ms: int


class DraftSaved(msgspec.Struct):
    """A draft was kept."""

    rev: int
    saved_at: str


class SubmitBody(msgspec.Struct, frozen=True):
    """An attempt or a review; ``submission_id`` is repeated on every retry."""

    submission_id: str
    active_ms: int
    answer: msgspec.Raw = msgspec.field(default_factory=not_given)
    verdict: Verdict | None = None
    comment: str | None = None


class Submitted(msgspec.Struct):
    """What became of a submission."""

    assignment_id: str
    task_id: str
    state: Literal["submitted"]
    task_status: str
    repeated: bool


class SkipBody(msgspec.Struct, frozen=True):
    """Why a task is skipped."""

    reason: str


class TaskCounts(msgspec.Struct):
    """Tasks by status."""

    pending: int = 0
    completed: int = 0
    canceled: int = 0
    error: int = 0


class StageCounts(msgspec.Struct):
    """Work by stage, free and held."""

    attempt_open: int
    attempt_held: int
    review_open: int
    review_held: int


class ProjectRow(msgspec.Struct):
    """A project and how far it is."""

    name: str
    type: str
    created_at: str
    instruction_excerpt: str
    tasks: TaskCounts
    stages: StageCounts
    batches: int


class Projects(msgspec.Struct):
    """Every project, newest first."""

    projects: list[ProjectRow]


class ProjectDetail(ProjectRow, kw_only=True):
    """A project with its parameters, oldest version first."""

    param_history: list[dict[str, Any]]


class BatchRow(msgspec.Struct):
    """A batch and how far it is."""

    name: str
    project: str
    status: Literal["staging", "in_progress", "completed"]
    created_at: str
    tasks: TaskCounts
    stages: StageCounts


class Batches(msgspec.Struct):
    """A project's batches, newest first."""

    batches: list[BatchRow]


class TaskRow(msgspec.Struct):
    """A task in the browser of tasks."""

    task_id: str
    type: str
    project: str | None
    batch: str | None
    status: str
    stage: Stage | None
    holder: str | None
    created_at: str
    completed_at: str | None
    unique_id: str | None
    customer_review_status: str | None


class Tasks(msgspec.Struct):
    """A page of tasks."""

    tasks: list[TaskRow]
    total: int
    next_token: str | None


class TaskQuery(msgspec.Struct, frozen=True):
    """The filters of the browser of tasks."""

    project: str | None = None
    batch: str | None = None
    status: Literal["pending", "completed", "canceled", "error"] | None = None
    next_token: str | None = None
    limit: int = 50


class Attempt(msgspec.Struct):
    """One assignment of a task."""

    id: str
    stage: Stage
    by: str
    state: str
    submitted_at: str | None
    answer: Any
    verdict: Verdict | None
    comment: str | None
    active_ms: int


class TaskEvent(msgspec.Struct):
    """Something that happened to a task."""

    at: str
    by: str | None
    kind: str
    data: dict[str, Any]


class TaskDetail(TaskRow, kw_only=True):
    """A task with everything that happened to it."""

    instruction: str
    params: dict[str, Any]
    attachments: list[Attachment]
    priority: int
    response: Any
    attempts: list[Attempt]
    events: list[TaskEvent]


class Person(User):
    """A person with today's work and how it was judged."""

    projects: list[str]
    submitted_today: int
    active_ms_today: int
    accepted: int
    fixed: int
    sent_back: int


class People(msgspec.Struct):
    """Everybody of the account."""

    people: list[Person]
