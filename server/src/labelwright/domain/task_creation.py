"""Creating tasks: what a request and its project come to, and how many creates are written at once.

Source: wire/tasks §4.1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import msgspec

from labelwright import worker_processes, worker_threads
from labelwright.domain import (
    answer_files,
    attachments,
    batches,
    editors,
    files,
    parent_tasks,
    prelabels,
    projects,
    templates,
)
from labelwright.domain.common import (
    COMMON,
    ObjectText,
    callback_target,
    checked_key,
    checked_metadata,
    compact,
    not_given,
    without_nulls,
)
from labelwright.domain.platform import Platform
from labelwright.domain.tasks import COMPLETED, PENDING, bucket, checked_tags, duplicate
from labelwright.errors import Duplicate, InvalidParameter, InvalidTransition, RequestError
from labelwright.ids import new_id
from labelwright.store import Tx, counts, work
from labelwright.store import attachments as attachment_rows
from labelwright.store import batches as batch_rows
from labelwright.store import callbacks as callback_rows
from labelwright.store import tasks as rows
from labelwright.store.rows import Attachment, Batch, Callback, Environment, File, Project, Task
from labelwright.tasktypes import registry
from labelwright.tasktypes.base import ParentTask, TaskType

INSTRUCTION_JOIN = "\n\n"
MAX_PRIORITY = 1_000_000


class NewTask(msgspec.Struct, frozen=True):
    """The parameters of a create that every task type shares (wire/tasks §2)."""

    project: str | None = None
    batch: str | None = None
    callback_url: str | None = None
    instruction: str | None = None
    metadata: ObjectText = msgspec.field(default_factory=not_given)
    priority: int | None = None
    unique_id: str | None = None
    clear_unique_id_on_error: bool | None = None
    tags: list[str] | None = None
    urgency: str | None = None
    project_version: int | None = None
    project_param_version: int | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """What is known of parameters that a task type found good.

    Attributes:
        text: the parameters as JSON text, with defaults filled in.
        refs: the attachments.
        source: another task that the task builds on.
        fetched: what is fetched.
        contents: which of it is looked into.
        started_from: the addresses of pre-labels.
        no_editor: what no editor draws of answers.
        params: the parameters, read; None when they are very large.
        sampled: whether ``sample`` is the answer that test mode gives.
        sample: its JSON text; None when the wire gives none.
    """

    text: bytes
    refs: Sequence[str]
    source: ParentTask | None
    fetched: Sequence[str]
    contents: Mapping[str, str]
    started_from: Sequence[str]
    no_editor: str
    params: Mapping[str, Any] | None
    sampled: bool
    sample: bytes | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A request over its project's parameters, found good by its task type.

    Attributes:
        kind: the task type.
        project: the project, None without one.
        batch: the batch, None without one.
        version: which version of the project's parameters was used, None without a project.
        instruction: the task's own text with the project's after it.
        text: the parameters as JSON text, with defaults filled in.
        found: what else is known of them.
        uploaded: our own files among the attachments, by reference.
    """

    kind: TaskType
    project: Project | None
    batch: Batch | None
    version: int | None
    instruction: str
    text: str
    found: Examined
    uploaded: Mapping[str, File]

    async def params(self) -> Mapping[str, Any]:
        """Return the parameters, read."""
        params = self.found.params
        return params if params is not None else await worker_threads.read(self.text)


@dataclass(frozen=True, slots=True)
class _Creation:
    """One create, ready to be written together with others."""

    task: Task
    env: Environment
    tags: Sequence[str]
    idempotency_key: str | None
    batch: Batch | None
    staged: bool
    own_priority: bool
    to_fetch: Sequence[str]
    contents: Mapping[str, str]
    no_editor: str = ""


async def checked_params(
    platform: Platform, env: Environment, slug: str, new: NewTask, given: Mapping[str, msgspec.Raw]
) -> Checked:
    """Find project and batch, inherit the project's parameters, and let the task type check the result.

    Args:
        platform: the platform.
        env: the environment of the key.
        slug: the task type, or an alias.
        new: the common parameters.
        given: the whole body, unread.

    Raises:
        InvalidParameter: a parameter is missing or wrong.
        NotFound: there is no such project or batch.
    """
    kind = registry.find(slug)
    project, batch = await _resolve_target(platform, env, new, kind)
    own = without_nulls(given)
    inherited: Mapping[str, msgspec.Raw] = {}
    version: int | None = None
    if project is not None:
        wanted = new.project_version if new.project_version is not None else new.project_param_version
        inherited, version = await projects.params_for(platform, project, wanted)
        if kind.slug in templates.TYPES:
            size = sum(map(len, inherited.values()))
            own |= await worker_threads.run(
                size, templates.filled_in, inherited, own.get("template_variables")
            )
            inherited = {
                name: value for name, value in inherited.items() if name not in templates.DEFINITIONS
            }
    merged = {**inherited, **own}
    own_parameters = {name: value for name, value in merged.items() if name not in COMMON}
    # What the project adds counts too: a short request may inherit megabytes.
    size = sum(map(len, own_parameters.values()))
    found = await worker_processes.run(
        size, _examined, kind.slug, own_parameters, env.is_test, size > worker_processes.APART
    )
    if found.started_from:
        await prelabels.check(platform, env, kind, found.text)
    uploaded = await files.check_references(platform, env, found.refs)
    if found.source is not None:
        await parent_tasks.check(platform, env, found.source)
    instruction = _instruction(new.instruction, inherited.get("instruction")) or kind.default_instruction
    text = await worker_threads.run(len(found.text), found.text.decode)
    return Checked(kind, project, batch, version, instruction, text, found, uploaded)


def _examined(slug: str, given: Mapping[str, msgspec.Raw], test: bool, apart_from_others: bool) -> Examined:
    """Let the task type check parameters, and find out what the rest needs to know of them.

    Args:
        slug: the task type.
        given: the parameters.
        test: whether the task is answered at once.
        apart_from_others: whether this is another process, to which the parameters themselves are of no use.
    """
    kind = registry.find(slug)
    text = kind.check_params(given)
    params = msgspec.json.decode(text)
    sample: bytes | None = None
    sampled = test and apart_from_others and not kind.answer_files(params)
    if sampled:
        sample = kind.sample_answer(params)
    return Examined(
        text,
        kind.attachments(params),
        kind.source(params),
        kind.fetched(params),
        kind.contents(params),
        prelabels.addresses(kind, params),
        "" if test else editors.undrawn_by(kind, params),
        None if apart_from_others else params,
        sampled,
        sample,
    )


async def create(
    platform: Platform,
    env: Environment,
    slug: str,
    new: NewTask,
    given: Mapping[str, msgspec.Raw],
    *,
    idempotency_key: str | None = None,
) -> Task:
    """Create a task; in test mode it is completed at once with its type's sample answer (wire/modes).

    Args:
        platform: the platform.
        env: the environment of the key.
        slug: the task type, or an alias.
        new: the common parameters.
        given: the whole body, unread.
        idempotency_key: the ``Idempotency-Key`` header.

    Raises:
        InvalidParameter: a parameter is missing or wrong.
        NotFound: there is no such project or batch.
        InvalidTransition: the batch takes no more tasks.
        Duplicate: the unique id or the idempotency key was used before.
    """
    checked = await checked_params(platform, env, slug, new, given)
    project, batch = checked.project, checked.batch
    if idempotency_key is not None:
        checked_key(idempotency_key, "Idempotency-Key")
    now = platform.clock.now()
    tags = checked_tags(new.tags or (), platform.settings.tag_limit)
    callback_url = callback_target(new.callback_url, "callback_url") or env.default_callback_url
    sample: str | None = None
    found = checked.found
    if found.sampled:
        sample = found.sample.decode() if found.sample is not None else None
    elif env.is_test:
        params = await checked.params()
        sample = await answer_files.sampled(platform, env, checked.kind, params, len(checked.text))
    task = Task(
        new_id(now),
        env.id,
        project.id if project else "",
        batch.id if batch else "",
        checked.kind.slug,
        COMPLETED if env.is_test else PENDING,
        None,
        now,
        now,
        now if env.is_test else None,
        checked_key(new.unique_id, "unique_id") if new.unique_id is not None else None,
        _checked_priority(new.priority),
        new.urgency or "standard",
        callback_url,
        # The wire says of a test task at once that its callback succeeded (wire/modes), until it is given up.
        1 if env.is_test and callback_url else None,
        None,
        checked.version,
        0,
        int(bool(new.clear_unique_id_on_error)),
        checked.instruction,
        checked.text,
        checked_metadata(new.metadata, platform.settings.metadata_limit),
        compact(tags) if tags else None,
        sample,
        None,
        None,
        None,
        project.name if project else None,
        batch.name if batch else None,
    )
    staged = bool(project and project.stages_batches and not env.is_test)
    contents, started_from = found.contents, found.started_from
    to_fetch = attachments.needed(platform, env, found.fetched, contents, checked.uploaded)
    if started_from:
        both = {ref: prelabels.beside(contents[ref]) for ref in started_from if ref in contents}
        contents = {**dict.fromkeys(started_from, prelabels.CONTENT), **contents, **both}
        more = attachments.needed(platform, env, started_from, {})
        to_fetch = list(dict.fromkeys([*to_fetch, *more]))
    own_priority = new.priority is not None
    item = _Creation(
        task, env, tags, idempotency_key, batch, staged, own_priority, to_fetch, contents, found.no_editor
    )
    made: Task = await platform.store.write_batched(_create_many, item)
    return made


async def _resolve_target(
    platform: Platform, env: Environment, new: NewTask, kind: TaskType
) -> tuple[Project | None, Batch | None]:
    """The project and batch of a new task; a batch implies its project."""
    batch = await batches.get(platform, env, new.batch) if new.batch else None
    name = new.project or (batch.project if batch else None)
    if not name:
        if kind.needs_project:
            raise InvalidParameter.because('"project" is required', field="project")
        return None, None
    project = await projects.find(platform, env, name)
    if batch is not None and batch.project_id != project.id:
        raise InvalidParameter.because(
            f'"batch" "{batch.name}" belongs to project "{batch.project}"', field="batch"
        )
    if project.type != kind.slug:
        raise InvalidParameter.because(
            f'"type" of project "{project.name}" is {project.type}, not {kind.slug}', field="type"
        )
    return project, batch


def _checked_priority(given: int | None) -> int:
    if given is None:
        return 0
    if not -MAX_PRIORITY <= given <= MAX_PRIORITY:
        raise InvalidParameter.because(
            f'"priority" must be less than or equal to {MAX_PRIORITY}', field="priority"
        )
    return given


def _instruction(own: str | None, inherited: msgspec.Raw | None) -> str:
    """The project's text is appended after the task's own (wire/projects §1)."""
    project_text = msgspec.json.decode(inherited) if inherited is not None else ""
    parts = [text for text in (own, project_text) if isinstance(text, str) and text.strip()]
    return INSTRUCTION_JOIN.join(dict.fromkeys(parts))


async def _create_many(tx: Tx, items: Sequence[_Creation]) -> Sequence[Task | RequestError]:
    """Write every create that waits; a taken unique id or a closed batch refuses only its own caller."""
    refused: dict[str, RequestError] = {}
    waiting = await _check_batches(tx, items, refused)
    made: list[_Creation] = []
    for attempt in _insert_rounds([item for item in items if item.task.id not in refused]):
        made += await _insert(tx, await _take_keys(tx, attempt, refused), refused)
    await counts.change(tx, [(bucket(item.task), 1) for item in made])
    await rows.add_tag_rows(tx, [(item.env.id, tag, item.task.id) for item in made for tag in item.tags])
    live = [item for item in made if item.task.status == PENDING]
    no_form = await _without_form(tx, live)
    await rows.add_work(tx, [_work_row(item, waiting, no_form) for item in live])
    await attachment_rows.add_many(tx, [row for item in live for row in _attachment_rows(item)])
    await callback_rows.add_many(
        tx, [_completed(item) for item in made if item.task.callback_url and item.task.status == COMPLETED]
    )
    tx.topics.add("progress")
    return [refused.get(item.task.id, item.task) for item in items]


async def _check_batches(tx: Tx, items: Sequence[_Creation], refused: dict[str, RequestError]) -> set[str]:
    """Hold the batches still and refuse what they do not take; returns the tasks that wait with their batch."""
    waiting: set[str] = set()
    ids = sorted({item.task.batch_id for item in items if item.batch is not None})
    if not ids:
        return waiting
    held = await batch_rows.for_update(tx, ids)
    for item in items:
        if item.batch is None:
            continue
        status, priority = held[item.task.batch_id]
        if status == batches.CANCELLED or (item.staged and status != batches.STAGING):
            ended = "cancelled" if status == batches.CANCELLED else "finalized"
            refused[item.task.id] = InvalidTransition(
                f'Batch "{item.batch.name}" was {ended} and takes no more tasks.', field="batch"
            )
            continue
        if status in {batches.STAGING, batches.PAUSED}:
            waiting.add(item.task.id)
        if not item.own_priority:
            # As it is now, under the lock: it may have been prioritized since the request was read.
            item.task.priority = priority or 0
        if status == batches.COMPLETED:
            await batch_rows.move(tx, item.task.batch_id, batches.COMPLETED, batches.IN_PROGRESS, None)
    return waiting


def _insert_rounds(items: Sequence[_Creation]) -> list[list[_Creation]]:
    """Split creates so that no round has an Idempotency-Key twice.

    A key that is given back because its unique id was taken was then seen by nobody: whoever comes with the same
    key in a later round finds it free, and is never told the id of a task that does not exist.
    """
    rounds: list[list[_Creation]] = []
    seen: dict[tuple[int, str], int] = {}
    for item in items:
        turn = 0
        if item.idempotency_key is not None:
            key = item.env.id, item.idempotency_key
            turn = seen[key] = seen.get(key, -1) + 1
        while len(rounds) <= turn:
            rounds.append([])
        rounds[turn].append(item)
    return rounds


async def _take_keys(
    tx: Tx, items: Sequence[_Creation], refused: dict[str, RequestError]
) -> Sequence[_Creation]:
    """Keep the Idempotency-Keys of a round; returns the creates that may go on."""
    wanted = {
        (item.env.id, item.idempotency_key): item.task for item in items if item.idempotency_key is not None
    }
    earlier = await rows.take_idempotency_keys(
        tx, [(env_id, key, task.id, task.created_at) for (env_id, key), task in wanted.items()]
    )
    for (env_id, key), other in earlier.items():
        task = wanted[env_id, key]
        # Its own id: the group is run again after a commit whose acknowledgement was lost.
        if other != task.id:
            refused[task.id] = Duplicate(
                f'The Idempotency-Key ("{key}") is already used for a different task ({other}).',
                field="Idempotency-Key",
            )
    return [item for item in items if item.task.id not in refused]


async def _insert(
    tx: Tx, items: Sequence[_Creation], refused: dict[str, RequestError]
) -> Sequence[_Creation]:
    """Insert the tasks of a round; returns those that are new, the others' unique ids are taken."""
    there = await rows.insert_many(tx, [item.task for item in items])
    made = [item for item in items if item.task.id in there]
    others = [item for item in items if item.task.id not in there]
    return [*made, *[item for item in others if await _insert_late(tx, item, refused)]]


async def _insert_late(tx: Tx, item: _Creation, refused: dict[str, RequestError]) -> bool:
    """Find out why a task could not be inserted; True when it could be at last."""
    task = item.task
    while True:
        other = await rows.conflicting(tx, item.env.id, task.id, task.unique_id)
        if other == task.id:
            # Committed already, by a try whose acknowledgement was lost: nothing is to be counted twice.
            return False
        if other is not None:
            refused[task.id] = duplicate(task.unique_id or "", other)
            if item.idempotency_key is not None:
                await rows.free_idempotency_key(tx, item.env.id, item.idempotency_key)
            return False
        # Another process gave the unique id up between the two statements.
        if await rows.insert_many(tx, [task]):
            return True


_NO_EDITOR = attrgetter("no_editor")


async def _without_form(tx: Tx, items: Sequence[_Creation]) -> set[tuple[int, str]]:
    """(environment, project id) of tasks that lack an editor and may not be done in a form."""
    if not any(map(_NO_EDITOR, items)):
        return set()
    places: dict[int, tuple[Environment, list[str]]] = {}
    for item in items:
        if item.no_editor:
            places.setdefault(item.env.id, (item.env, []))[1].append(item.task.project_id)
    return {
        (env.id, project_id)
        for env, project_ids in places.values()
        for project_id in await editors.waits(tx, env, project_ids)
    }


def _work_row(item: _Creation, waiting: set[str], no_form: set[tuple[int, str]]) -> tuple[object, ...]:
    task, state = item.task, work.OPEN
    if item.to_fetch:
        state = work.CHECKING
    elif task.id in waiting:
        state = work.WAITING
    elif item.no_editor and (task.env_id, task.project_id) in no_form:
        state = work.NO_EDITOR
    return (
        task.id,
        task.env_id,
        task.project_id,
        task.batch_id,
        "attempt",
        state,
        0,
        -task.priority,
        task.created_at,
        item.no_editor,
    )


def _attachment_rows(item: _Creation) -> Sequence[Attachment]:
    return attachments.pending(item.env, item.task.id, item.to_fetch, item.contents, item.task.created_at)


def _completed(item: _Creation) -> Callback:
    task, now = item.task, item.task.created_at
    return Callback(
        new_id(now),
        task.env_id,
        "task",
        task.id,
        task.callback_url or "",
        COMPLETED,
        callback_rows.OWED,
        0,
        now,
        now,
        None,
    )
