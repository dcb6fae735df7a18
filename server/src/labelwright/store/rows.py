"""Rows as the store hands them out: plain values, times in milliseconds, JSON as text."""

from collections.abc import Callable, Iterable
from functools import cache
from operator import attrgetter

import msgspec


class Environment(msgspec.Struct, frozen=True):
    """One account's live or test world."""

    id: int
    account_id: str
    mode: str
    callback_auth_key: str
    webhook_secret: str = ""
    default_callback_url: str | None = None

    def __repr__(self) -> str:
        # By the key and the secret receivers recognise callbacks.
        return f"Environment(id={self.id!r}, account_id={self.account_id!r}, mode={self.mode!r})"

    @property
    def is_test(self) -> bool:
        """Whether tasks complete by themselves here."""
        return self.mode == "test"


class ApiKey(msgspec.Struct, frozen=True):
    """An API key without the key."""

    id: str
    env_id: int
    hint: str
    created_at: int
    revoked_at: int | None


class Person(msgspec.Struct, frozen=True):
    """Somebody who logs in."""

    id: str
    account_id: str
    email: str
    name: str
    role: str
    password_hash: str | None
    created_at: int
    disabled_at: int | None


class Project(msgspec.Struct, frozen=True):
    """A project without its parameters."""

    id: str
    env_id: int
    name: str
    type: str
    created_at: int
    rapid: int
    studio: int
    dataset_id: str | None
    pipeline: str | None
    consensus_attempts: int | None
    archived_at: int | None
    created_by: str | None = None
    created_with: str = "api"

    @property
    def stages_batches(self) -> bool:
        """Rapid and Studio batches wait in ``staging`` until they are finalized (wire/batches §1)."""
        return bool(self.rapid or self.studio)


class ProjectVersion(msgspec.Struct, frozen=True):
    """One entry of ``param_history``."""

    project_id: str
    version: int
    params: str
    created_at: int


class Batch(msgspec.Struct, frozen=True):
    """A batch; ``project`` is its project's name."""

    id: str
    env_id: int
    project_id: str
    name: str
    status: str
    callback: str | None
    metadata: str
    calibration: int
    self_label: int
    priority: int | None
    created_at: int
    completed_at: int | None
    last_audited_at: int | None
    archived_at: int | None
    studio_priority: int | None
    project: str


class Task(msgspec.Struct):
    """A task; ``project`` and ``batch`` are names, None without one."""

    id: str
    env_id: int
    project_id: str
    batch_id: str
    type: str
    status: str
    review_status: str | None
    created_at: int
    updated_at: int
    completed_at: int | None
    unique_id: str | None
    priority: int
    urgency: str
    callback_url: str | None
    callback_succeeded: int | None
    callback_succeeded_at: int | None
    param_version: int | None
    work_started: int
    clear_unique_id_on_error: int
    instruction: str
    params: str
    metadata: str
    tags: str | None
    response: str | None
    prior_responses: str | None
    review_comments: str | None
    audits: str | None
    project: str | None = None
    batch: str | None = None


class Work(msgspec.Struct, frozen=True):
    """What has to be done next on a task: the narrow row that is claimed.

    ``rank`` is minus the priority, so that one plain index has the order in which work is given out.

    ``skipped`` says whether anybody has skipped the task. ``no_editor`` names what no editor draws of its answer
    (``TaskType.undrawn``), joined with commas; None until a version that knows has looked at it.
    """

    task_id: str
    env_id: int
    project_id: str
    batch_id: str
    stage: str
    state: int
    batch_order: int
    rank: int
    seq: int
    author: str | None
    kept_for: str | None
    holder: str | None
    assignment_id: str | None
    lease_until: int | None
    skipped: int = 0
    no_editor: str | None = ""


class Assignment(msgspec.Struct):
    """One person's turn at one stage of one task; ``tab`` is the browser tab that may write to it."""

    id: str
    env_id: int
    task_id: str
    project_id: str
    stage: str
    person_id: str
    state: str
    claimed_at: int
    opened_at: int | None = None
    ended_at: int | None = None
    active_ms: int = 0
    submission_id: str | None = None
    answer: str | None = None
    verdict: str | None = None
    comment: str | None = None
    draft: str | None = None
    draft_rev: int = 0
    draft_at: int | None = None
    tab: str | None = None


class Event(msgspec.Struct, frozen=True):
    """Something that happened to a task."""

    id: str
    env_id: int
    task_id: str | None
    at: int
    person_id: str | None
    kind: str
    data: str


class Callback(msgspec.Struct, frozen=True):
    """One delivery that is owed to a URL or an e-mail address.

    ``host`` is made from ``url`` when the row is added; ``earlier_tries`` were made before somebody asked for a resend.
    """

    id: str
    env_id: int
    kind: str
    subject_id: str
    url: str
    event: str
    state: int
    tries: int
    next_at: int
    created_at: int
    done_at: int | None
    host: str = ""
    earlier_tries: int = 0


class CallbackTry(msgspec.Struct, frozen=True):
    """One try of a delivery: the receiver's HTTP status, or why there was none."""

    callback_id: str
    n: int
    at: int
    ms: int
    status: int | None
    error: str | None


class File(msgspec.Struct, frozen=True):
    """An uploaded file; its bytes lie in the blob store under ``env_id/id``.

    ``opened_as`` names the medium as which it was opened, when browsers show it as it is; empty for anything else.
    """

    id: str
    env_id: int
    size: int
    mime_type: str
    width: int | None
    height: int | None
    display_name: str | None
    reference_id: str | None
    metadata: str
    created_at: int
    updated_at: int
    opened_as: str = ""


class QualityTask(msgspec.Struct, frozen=True):
    """An evaluation or training task; ``project`` is its project's name."""

    id: str
    env_id: int
    kind: str
    project_id: str
    type: str
    instruction: str
    params: str
    metadata: str
    expected_response: str
    initial_response: str | None
    param_version: int | None
    created_at: int
    deleted_at: int | None
    project: str


class FixlessAudit(msgspec.Struct, frozen=True):
    """An audit that says what is wrong with a response without changing it."""

    id: str
    env_id: int
    task_id: str
    result: str
    response_url: str | None
    feedback: str
    created_at: int
    updated_at: int


class Invitation(msgspec.Struct, frozen=True):
    """An invitation of an e-mail address to an account; ``token_hash`` is that of its link's signature."""

    id: str
    account_id: str
    email: str
    role: str
    token_hash: str
    invited_by: str | None
    created_at: int
    expires_at: int
    accepted_at: int | None


class StudioGroup(msgspec.Struct, frozen=True):
    """A group of a project's labelers; a singleton is one person under their e-mail address."""

    id: str
    project_id: str
    name: str
    singleton: int
    created_at: int


class Ontology(msgspec.Struct, frozen=True):
    """One version of a project's ontology; ``ontology`` is the JSON text of its choices."""

    project_id: str
    version: int
    name: str | None
    ontology: str
    created_at: int


class TaskTemplate(msgspec.Struct, frozen=True):
    """What a project asks of each of its tasks; the last two texts are JSON."""

    project_id: str
    id: str
    version: int
    template_variables: str
    response_schema: str | None
    auto_onboard_enabled: int
    created_at: int
    updated_at: int


class Attachment(msgspec.Struct, frozen=True):
    """An attachment of a task that is fetched and kept; ``n`` is its place among those of the task.

    ``tries`` counts the leases that were given out for it; ``width`` and ``height`` are pixels after EXIF orientation.
    ``content`` names the reader of what it has to hold, and is empty when that may be anything; ``facts`` is the JSON
    text of what was found. One of our own files has no ``blob_key``: it lies where files lie. ``copy_key`` is where the
    copy lies that is shown instead, of what browsers do not show, and ``copy_type`` and ``copy_size`` are about that.
    """

    id: str
    env_id: int
    task_id: str
    n: int
    url: str
    state: int
    tries: int
    next_at: int
    created_at: int
    done_at: int | None = None
    blob_key: str | None = None
    size: int | None = None
    mime_type: str | None = None
    width: int | None = None
    height: int | None = None
    status_code: int | None = None
    error: str | None = None
    host: str = ""
    content: str = ""
    facts: str | None = None
    copy_key: str | None = None
    copy_type: str | None = None
    copy_size: int | None = None


class ResponseSchema(msgspec.Struct, frozen=True):
    """A JSON Schema of delivered answers; ``digest`` tells equal ones apart from others."""

    id: str
    env_id: int
    project_id: str
    name: str
    digest: str
    json: str
    created_at: int


class Delivery(msgspec.Struct, frozen=True):
    """Finished tasks of a project, handed over together; ``made_by`` is ``manual``, ``app`` or ``rule``."""

    id: str
    env_id: int
    project_id: str
    name: str
    task_count: int
    delivered_at: int
    made_by: str


class DeliveryTask(msgspec.Struct, frozen=True):
    """A task in a delivery, with its answer as it was then."""

    delivery_id: str
    task_id: str
    created_at: int
    completed_at: int | None
    response: str
    response_schema_id: str
    turn_count: int


class Dataset(msgspec.Struct, frozen=True):
    """Deliveries of several projects under one name."""

    id: str
    env_id: int
    name: str
    created_at: int


class DatasetDelivery(msgspec.Struct, frozen=True):
    """A delivery as a part of a dataset."""

    id: str
    dataset_id: str
    delivery_id: str
    name: str
    delivered_at: int
    task_count: int
    turn_count: int


class ModelAnswer(msgspec.Struct, frozen=True):
    """One request to the models of a conversation; ``answers`` is None while they are asked."""

    assignment_id: str
    thread: str
    turn: int
    request_id: str
    person_id: str
    digest: str
    asked_at: int
    answers: str | None = None


def columns(row: type[msgspec.Struct], prefix: str = "", *, without: tuple[str, ...] = ()) -> str:
    """Return the row's columns for a SELECT, in the order of its fields."""
    return ", ".join(prefix + name for name in row.__struct_fields__ if name not in without)


def values(row: msgspec.Struct, *, without: tuple[str, ...] = ()) -> list[object]:
    """Return a row's values for an INSERT, in the order of its fields."""
    return list(_getter(type(row), without)(row))


@cache
def _getter(
    kind: type[msgspec.Struct], without: tuple[str, ...]
) -> Callable[[msgspec.Struct], Iterable[object]]:
    names = [name for name in kind.__struct_fields__ if name not in without]
    return attrgetter(*names)
