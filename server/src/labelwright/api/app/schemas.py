"""What the web app sends and gets; the TypeScript client is generated from these."""

from typing import Any, Literal

import msgspec

from labelwright.domain.common import not_given

Stage = Literal["attempt", "review"]
Verdict = Literal["accept", "fix", "send_back"]
Role = Literal["labeler", "member", "manager", "admin"]


class Empty(msgspec.Struct, frozen=True):
    """Nothing to say."""


class User(msgspec.Struct):
    """A person."""

    id: str
    email: str
    name: str
    role: Role


class Session(msgspec.Struct):
    """Who is logged in, which build answers, and of which hosts texts may show pages."""

    user: User
    version: str
    frame_hosts: list[str]


class LogIn(msgspec.Struct, frozen=True):
    """A log-in."""

    email: str
    password: str


class NewPassword(msgspec.Struct, frozen=True):
    """A new password of one's own."""

    current_password: str
    new_password: str


class QueueEntry(msgspec.Struct):
    """Work of one project and stage; ``open`` includes what I hold.

    Attributes:
        sent_back: how many of my tasks were sent back to me.
        comment: what the reviewer said about the newest of these.
    """

    project: str
    type: str
    stage: Stage
    open: int
    mine: int
    instruction_excerpt: str
    sent_back: int
    comment: str | None


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
    state: Literal["reserved", "active", "submitted", "skipped", "released", "expired", "canceled"]
    lease_until: str
    opened_at: str | None
    active_ms: int
    task: TaskView
    draft: Draft | None
    base: Any
    comments: list[Comment]
    elsewhere: bool = False


class OpenBody(msgspec.Struct, frozen=True):
    """Work is shown in a browser tab.

    Attributes:
        tab: the tab, as ``<browser>.<page>``; it alone writes to the assignment from then on. A tab of another browser
            that has the assignment keeps it, and ``elsewhere`` says so.
        take_over: have it also when a tab of another browser has it.
    """

    tab: str | None = None
    take_over: bool = False


class TabBody(msgspec.Struct, frozen=True):
    """The browser tab that asks."""

    tab: str | None = None


class Claim(msgspec.Struct, frozen=True):
    """A claim of work; what is held already counts.

    Attributes:
        project: only its work; empty for tasks without a project, null for everything.
    """

    stage: Stage
    project: str | None = None
    count: int = 1


class Assignments(msgspec.Struct):
    """What is held now."""

    assignments: list[Assignment]


class Heartbeat(msgspec.Struct, frozen=True):
    """Assignments that are still being worked on."""

    ids: list[str]
    tab: str | None = None


class Held(msgspec.Struct):
    """A lease that was prolonged."""

    id: str
    lease_until: str


class Beat(msgspec.Struct):
    """Which leases hold, which do not, and what another tab writes to."""

    held: list[Held]
    lost: list[str]
    elsewhere: list[str] = []


class DraftBody(msgspec.Struct, frozen=True):
    """A draft; ``rev`` has to grow."""

    rev: int
    answer: msgspec.Raw
    active_ms: int
    tab: str | None = None


class DraftSaved(msgspec.Struct):
    """A draft was kept."""

    rev: int
    saved_at: str


class SubmitBody(msgspec.Struct, frozen=True):
    """An attempt or a review; ``submission_id`` is repeated on every retry.

    Attributes:
        shown: whether every attachment, and the whole answer that is judged, was on the screen; only what is sent
            back to its author may be handed in without.
        opened: paths of the parts of the answer that the reviewer had to open.
        tab: the browser tab that hands in.
    """

    submission_id: str
    active_ms: int
    answer: msgspec.Raw = msgspec.field(default_factory=not_given)
    verdict: Verdict | None = None
    comment: str | None = None
    shown: bool = False
    opened: list[str] = []
    tab: str | None = None


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
    tab: str | None = None


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


class FormState(msgspec.Struct):
    """Whether tasks may be done in a form that does not show their answers.

    ``waiting`` tasks are offered to nobody because they may not; ``lacks`` names what no editor draws of the answers.
    """

    allowed: bool
    waiting: int
    lacks: list[str]


class ProjectRow(msgspec.Struct):
    """A project and how far it is; ``stuck`` tasks everybody has skipped."""

    name: str
    type: str
    created_at: str
    instruction_excerpt: str
    tasks: TaskCounts
    stages: StageCounts
    batches: int
    archived: bool
    studio: bool
    stuck: int
    form: FormState


class WithoutProject(msgspec.Struct):
    """Tasks that belong to no project."""

    stuck: int
    form: FormState


class Projects(msgspec.Struct):
    """Every project, newest first, and the tasks without one."""

    projects: list[ProjectRow]
    without_project: WithoutProject


class ProjectDetail(ProjectRow, kw_only=True):
    """A project with its parameters, oldest version first."""

    param_history: list[dict[str, Any]]


class BatchRow(msgspec.Struct):
    """A batch and how far it is; ``place`` counts from 1 among the pending Studio batches of all projects."""

    name: str
    project: str
    status: Literal["staging", "in_progress", "completed", "paused", "cancelled"]
    created_at: str
    tasks: TaskCounts
    stages: StageCounts
    archived: bool
    place: int | None
    groups: list[str]


class Batches(msgspec.Struct):
    """A project's batches, newest first."""

    batches: list[BatchRow]


class TaskRow(msgspec.Struct):
    """A task in the browser of tasks; ``checking`` while its attachments are being fetched."""

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
    checking: bool


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
    prior_responses: list[Any]
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
    disabled: bool


class Invited(msgspec.Struct):
    """Somebody who was asked to join and has not yet."""

    email: str
    role: Role
    invited_at: str
    expires_at: str
    expired: bool


class People(msgspec.Struct):
    """Everybody of the account, and who was invited."""

    people: list[Person]
    invited: list[Invited]


class Invite(msgspec.Struct, frozen=True):
    """Whom to invite, as ``labeler``, ``member`` or ``manager``."""

    emails: list[str]
    role: str


class InvitationLink(Invited, kw_only=True):
    """An invitation with its link, for those who hand it over themselves."""

    link: str


class Invitations(msgspec.Struct):
    """The invitations that were made; ``mailed`` tells whether each is sent by mail too."""

    invitations: list[InvitationLink]
    mailed: bool


class Withdraw(msgspec.Struct, frozen=True):
    """Whose invitation is taken back."""

    email: str


class PersonChange(msgspec.Struct, frozen=True):
    """What changes about a person; what is absent stays."""

    role: str | None = None
    disabled: bool | None = None


class ProjectPerson(User):
    """A person, and whether they can log in."""

    disabled: bool


class ProjectPeople(msgspec.Struct, omit_defaults=True):
    """Who is assigned to a project; nobody in both lists means that everybody works on it.

    Who is invited has no name yet, and the id that will be theirs; the list is left out when nobody is.
    """

    people: list[ProjectPerson]
    invited: list[User] = []


class ProjectPeopleChange(msgspec.Struct, frozen=True):
    """Ids of people who come to a project, and of those who leave it."""

    add: list[str] = []
    remove: list[str] = []


class InvitationView(msgspec.Struct):
    """What somebody who has an invitation's link sees of it; ``invited_by`` is a name."""

    email: str
    role: Role
    account: str
    invited_by: str | None
    expires_at: str
    state: Literal["open", "expired", "accepted"]


class Acceptance(msgspec.Struct, frozen=True):
    """The name and password of somebody who accepts; the name is made from the e-mail address by default."""

    password: str
    name: str = ""


class CallbackQuery(msgspec.Struct, frozen=True):
    """Which callbacks."""

    state: Literal["owed", "delivered", "dead"] | None = None
    next_token: str | None = None
    limit: int = 50


class CallbackTry(msgspec.Struct):
    """One try of a callback: the receiver's HTTP status (250 for mail), or why there was none."""

    at: str
    ms: int
    status: int | None
    error: str | None


class Callback(msgspec.Struct):
    """One delivery to a URL or an e-mail address; ``subject_id`` is a task's, batch's or invitation's id."""

    id: str
    kind: Literal["task", "batch", "invitation"]
    subject_id: str
    event: str
    url: str
    state: Literal["owed", "delivered", "dead"]
    created_at: str
    next_try_at: str | None
    ended_at: str | None
    tries: list[CallbackTry]


class Callbacks(msgspec.Struct):
    """A page of callbacks, newest first."""

    callbacks: list[Callback]
    next_token: str | None


class SpokenMessage(msgspec.Struct, frozen=True):
    """Something that was said in a conversation."""

    role: Literal["user", "assistant"]
    text: str


class ModelAnswersBody(msgspec.Struct, frozen=True):
    """What the models of a conversation are asked; a retry repeats ``request_id`` and gets the same answers.

    Attributes:
        request_id: up to 100 characters.
        turn: which turn, from 0.
        messages: a prompt and the answer that was chosen for each earlier turn, and the prompt.
        thread: the thread's name; empty where there is only one.
    """

    request_id: str
    turn: int
    messages: list[SpokenMessage]
    thread: str = ""


class ModelAnswer(msgspec.Struct):
    """What one model answered: ``text``, or ``error`` with a sentence why there is none."""

    message_id: str
    source_id: str
    text: str | None
    error: str | None


class ModelAnswers(msgspec.Struct):
    """One entry for each model."""

    answers: list[ModelAnswer]
