"""Tasks: created, read, changed, canceled, audited (api-v1 §3-5)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from labelwright.domain import batches, callbacks, files, projects
from labelwright.domain.common import (
    COMMON,
    ObjectText,
    callback_target,
    checked_metadata,
    compact,
    not_given,
    without_nulls,
)
from labelwright.domain.platform import Platform
from labelwright.ids import new_id
from labelwright.refusals import Duplicate, IllegalMove, InvalidParameter, NotFound, Refusal
from labelwright.store import Tx, counts, events, work
from labelwright.store import batches as batch_rows
from labelwright.store import callbacks as callback_rows
from labelwright.store import tasks as rows
from labelwright.store.rows import Batch, Callback, Environment, Event, Project, Task
from labelwright.store.tasks import Cursor, TaskFilter
from labelwright.tasktypes import registry

PENDING, COMPLETED, CANCELED, ERROR = "pending", "completed", "canceled", "error"
STATUSES = (PENDING, COMPLETED, CANCELED, ERROR)
MOVES: Mapping[str, frozenset[str]] = {
    PENDING: frozenset({COMPLETED, CANCELED, ERROR}),
    COMPLETED: frozenset({PENDING}),
    CANCELED: frozenset(),
    ERROR: frozenset(),
}
"""Which status may follow which (api-v1 §4.1)."""

REVIEW_STATUSES = ("pending", "accepted", "rejected", "fixed", "commented")
INSTRUCTION_JOIN = "\n\n"
MAX_PRIORITY = 1_000_000


class NewTask(msgspec.Struct, frozen=True):
    """The parameters of a create that every task type shares (api-v1 §3.3)."""

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
class _Create:
    """One create, ready to be written together with others."""

    task: Task
    env: Environment
    tags: Sequence[str]
    idempotency_key: str | None
    batch: Batch | None
    staged: bool


async def create(
    platform: Platform,
    env: Environment,
    slug: str,
    new: NewTask,
    given: Mapping[str, msgspec.Raw],
    *,
    idempotency_key: str | None = None,
) -> Task:
    """Create a task; in test mode it is completed at once with its type's sample answer (api-v1 §1.5).

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
        IllegalMove: the batch takes no more tasks.
        Duplicate: the unique id or the idempotency key was used before.
    """
    kind = registry.find(slug)
    project, batch = await _place(platform, env, new, kind.slug)
    inherited: Mapping[str, msgspec.Raw] = {}
    version: int | None = None
    if project is not None:
        wanted = new.project_version if new.project_version is not None else new.project_param_version
        inherited, version = await projects.params_for(platform, project, wanted)
    merged = {**inherited, **without_nulls(given)}
    params = kind.check_params({name: value for name, value in merged.items() if name not in COMMON})
    parsed = msgspec.json.decode(params)
    await files.check_references(platform, env, kind.attachments(parsed))
    now = platform.clock.now()
    tags = checked_tags(new.tags or (), platform.settings.tag_limit)
    sample = kind.sample_answer(parsed) if env.is_test else None
    task = Task(
        new_id(now),
        env.id,
        project.id if project else "",
        batch.id if batch else "",
        kind.slug,
        COMPLETED if env.is_test else PENDING,
        None,
        now,
        now,
        now if env.is_test else None,
        _checked_unique_id(new.unique_id) if new.unique_id is not None else None,
        _priority(new.priority, batch),
        new.urgency or "standard",
        callback_target(new.callback_url, "callback_url"),
        None,
        None,
        version,
        0,
        int(bool(new.clear_unique_id_on_error)),
        _instruction(new.instruction, inherited.get("instruction")),
        params.decode(),
        checked_metadata(new.metadata, platform.settings.metadata_limit),
        compact(tags) if tags else None,
        sample.decode() if sample else None,
        None,
        None,
        None,
        project.name if project else None,
        batch.name if batch else None,
    )
    staged = bool(project and project.stages_batches and not env.is_test)
    return await platform.store.write_batched(
        _create_many, _Create(task, env, tags, idempotency_key, batch, staged)
    )


async def _place(
    platform: Platform, env: Environment, new: NewTask, slug: str
) -> tuple[Project | None, Batch | None]:
    """The project and batch of a new task; a batch implies its project."""
    batch = await batches.get(platform, env, new.batch) if new.batch else None
    name = new.project or (batch.project if batch else None)
    if not name:
        return None, None
    project = await projects.find(platform, env, name)
    if batch is not None and batch.project_id != project.id:
        raise InvalidParameter.because(
            f'"batch" "{batch.name}" belongs to project "{batch.project}"', field="batch"
        )
    if project.type != slug:
        raise InvalidParameter.because(
            f'"type" of project "{project.name}" is {project.type}, not {slug}', field="type"
        )
    return project, batch


def _priority(given: int | None, batch: Batch | None) -> int:
    if given is None:
        return batch.priority or 0 if batch else 0
    if not -MAX_PRIORITY <= given <= MAX_PRIORITY:
        raise InvalidParameter.because(
            f'"priority" must be less than or equal to {MAX_PRIORITY}', field="priority"
        )
    return given


def _instruction(own: str | None, inherited: msgspec.Raw | None) -> str:
    """The project's text is appended after the task's own (api-v1 §7.1)."""
    project_text = msgspec.json.decode(inherited) if inherited is not None else ""
    parts = [text for text in (own, project_text) if isinstance(text, str) and text.strip()]
    return INSTRUCTION_JOIN.join(dict.fromkeys(parts))


def _checked_unique_id(unique_id: str) -> str:
    if not unique_id.strip():
        raise InvalidParameter.because('"unique_id" is not allowed to be empty', field="unique_id")
    if len(unique_id) > 1024:
        raise InvalidParameter.because(
            '"unique_id" length must be less than or equal to 1024 characters long', field="unique_id"
        )
    return unique_id


def checked_tags(tags: Sequence[str], limit: int) -> list[str]:
    """Check tags and drop repetitions, keeping the order.

    Raises:
        InvalidParameter: one is empty, or there are more than ``limit``.
    """
    kept = list(dict.fromkeys(tags))
    if any(not tag.strip() for tag in kept):
        raise InvalidParameter.because('"tags" is not allowed to contain an empty string', field="tags")
    if len(kept) > limit:
        raise InvalidParameter.because(
            f'"tags" must contain less than or equal to {limit} items', field="tags"
        )
    return kept


async def _create_many(tx: Tx, items: Sequence[_Create]) -> Sequence[Task | Refusal]:
    """Write every create that waits; a taken unique id or a closed batch refuses only its own caller."""
    refused: dict[str, Refusal] = {}
    await _check_batches(tx, items, refused)
    await _take_keys(tx, items, refused)
    wanted = [item for item in items if item.task.id not in refused]
    there = await rows.insert_many(tx, [item.task for item in wanted])
    for item in wanted:
        if item.task.id not in there:
            refused[item.task.id] = await _taken(tx, item)
    made = [item for item in items if item.task.id not in refused]
    await counts.change(tx, [(_bucket(item.task), 1) for item in made])
    await rows.add_tag_rows(tx, [(item.env.id, tag, item.task.id) for item in made for tag in item.tags])
    live = [item for item in made if item.task.status == PENDING]
    await rows.add_work(tx, [_work_row(item) for item in live])
    await callback_rows.add_many(
        tx, [_completed(item) for item in made if item.task.callback_url and item.task.status == COMPLETED]
    )
    tx.topics.add("progress")
    return [refused.get(item.task.id, item.task) for item in items]


async def _check_batches(tx: Tx, items: Sequence[_Create], refused: dict[str, Refusal]) -> None:
    ids = sorted({item.task.batch_id for item in items if item.batch is not None})
    if not ids:
        return
    statuses = await batch_rows.statuses_for_update(tx, ids)
    for item in items:
        if item.batch is None:
            continue
        status = statuses.get(item.task.batch_id)
        if item.staged and status != batches.STAGING:
            refused[item.task.id] = IllegalMove(
                f'Batch "{item.batch.name}" was finalized and takes no more tasks.', field="batch"
            )
        elif status == batches.COMPLETED:
            await batch_rows.move(tx, item.task.batch_id, batches.COMPLETED, batches.IN_PROGRESS, None)


async def _take_keys(tx: Tx, items: Sequence[_Create], refused: dict[str, Refusal]) -> None:
    for item in items:
        if item.idempotency_key is None or item.task.id in refused:
            continue
        task = item.task
        earlier = await rows.take_idempotency_key(
            tx, item.env.id, item.idempotency_key, task.id, task.created_at
        )
        if earlier is not None and earlier != task.id:
            refused[task.id] = Duplicate(
                f'The Idempotency-Key ("{item.idempotency_key}") is already used for a different task'
                f" ({earlier}).",
                field="Idempotency-Key",
            )


async def _taken(tx: Tx, item: _Create) -> Refusal:
    task = item.task
    if item.idempotency_key is not None:
        await rows.free_idempotency_key(tx, item.env.id, item.idempotency_key)
    return await _duplicate(tx, item.env, task.unique_id or "")


async def _duplicate(tx: Tx, env: Environment, unique_id: str) -> Duplicate:
    # Programs read the other task's id out of the parentheses (api-v1 §2.1).
    other = await rows.id_of_unique_id(tx, env.id, unique_id)
    return Duplicate(
        f'The unique_id ("{unique_id}") is already used for a different task ({other}).', field="unique_id"
    )


def _bucket(task: Task, status: str | None = None) -> counts.Bucket:
    return task.env_id, task.project_id, task.batch_id, task.type, status or task.status


def _work_row(item: _Create) -> tuple[object, ...]:
    task = item.task
    waiting = item.staged and item.batch is not None
    state = work.WAITING if waiting else work.OPEN
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
    )


def _completed(item: _Create) -> Callback:
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


_ID = re.compile(r"[0-9a-f]{24}\Z")


async def get(platform: Platform, env: Environment, task_id: str) -> Task:
    """A task by id.

    Raises:
        NotFound: there is none; also for ids that cannot be one (api-v1 §5.2).
    """
    task = await platform.read(rows.by_id, env.id, task_id) if _ID.match(task_id) else None
    if task is None:
        raise NotFound("Task with that ID not found.", field="task_id")
    return task


async def page(
    platform: Platform,
    env: Environment,
    wanted: TaskFilter,
    *,
    limit: int,
    after: Cursor | None = None,
    offset: int = 0,
) -> tuple[Sequence[Task], int, bool]:
    """A page of tasks, newest first: the tasks, how many match in all, whether more follow."""
    found = await platform.read(rows.page, env.id, wanted, limit + 1, after, offset, heavy=True)
    if wanted.counted:
        total = await platform.read(_counted, env.id, wanted)
    else:
        total = await platform.read(rows.count, env.id, wanted, heavy=True)
    return found[:limit], total, len(found) > limit


async def _counted(db: Tx, env_id: int, wanted: TaskFilter) -> int:
    return await counts.total(
        db,
        env_id,
        project_id=wanted.project_id,
        batch_id=wanted.batch_id,
        kind=wanted.type,
        status=wanted.status,
    )


async def _change(platform: Platform, env: Environment, task_id: str, **changes: object) -> Task:
    await get(platform, env, task_id)
    await platform.store.write(_update, task_id, platform.clock.now(), changes)
    return await get(platform, env, task_id)


async def _update(tx: Tx, task_id: str, now: int, changes: Mapping[str, object]) -> None:
    await rows.update(tx, task_id, now, **changes)


async def set_metadata(platform: Platform, env: Environment, task_id: str, raw: bytes) -> Task:
    """Replace the metadata.

    Raises:
        NotFound: there is no such task.
        InvalidParameter: it is not an object, or too large.
    """
    metadata = checked_metadata(raw, platform.settings.metadata_limit)
    return await _change(platform, env, task_id, metadata=metadata)


async def change_tags(
    platform: Platform, env: Environment, task_id: str, how: str, given: Sequence[str]
) -> Task:
    """Change the tags (api-v1 §5.8).

    Args:
        platform: the platform.
        env: the environment.
        task_id: the task.
        how: ``set`` replaces, ``add`` appends those that are missing, ``delete`` removes.
        given: the tags.

    Raises:
        NotFound: there is no such task.
        InvalidParameter: a tag is empty, or there would be too many.
    """
    await get(platform, env, task_id)
    limit = platform.settings.tag_limit
    named = checked_tags(given, max(limit, len(given)))
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        task = await rows.for_update(tx, env.id, task_id)
        if task is None:
            raise NotFound("Task with that ID not found.", field="task_id")
        before: list[str] = msgspec.json.decode(task.tags) if task.tags else []
        if how == "set":
            tags = named
        elif how == "add":
            tags = [*before, *(tag for tag in named if tag not in before)]
        else:
            tags = [tag for tag in before if tag not in named]
        checked_tags(tags, limit)
        await rows.update(tx, task_id, now, tags=compact(tags) if tags else None)
        await rows.set_tag_rows(tx, env.id, task_id, tags)

    await platform.store.write(command)
    return await get(platform, env, task_id)


async def set_unique_id(platform: Platform, env: Environment, task_id: str, unique_id: str) -> Task:
    """Give a task a unique id; the one it has already is fine.

    Raises:
        NotFound: there is no such task.
        InvalidParameter: it is empty.
        Duplicate: another task has it.
    """
    checked = _checked_unique_id(unique_id)
    await get(platform, env, task_id)
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        if not await rows.try_unique_id(tx, env.id, task_id, checked, now):
            raise await _duplicate(tx, env, checked)

    await platform.store.write(command)
    return await get(platform, env, task_id)


async def clear_unique_id(platform: Platform, env: Environment, task_id: str) -> Task:
    """Take a task's unique id away.

    Raises:
        NotFound: there is no such task.
    """
    return await _change(platform, env, task_id, unique_id=None)


async def cancel(platform: Platform, env: Environment, task_id: str, *, clear_unique_id: bool) -> Task:
    """Cancel a task that nobody is working on; canceled twice is fine (api-v1 §5.4).

    Raises:
        NotFound: there is no such task.
        IllegalMove: it is completed, has failed, or is being worked on.
    """
    await get(platform, env, task_id)
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        task = await rows.for_update(tx, env.id, task_id)
        if task is None:
            raise NotFound("Task with that ID not found.", field="task_id")
        changes: dict[str, object] = {"unique_id": None} if clear_unique_id else {}
        if task.status == CANCELED:
            if changes:
                await rows.update(tx, task_id, now, **changes)
            return
        if CANCELED not in MOVES[task.status]:
            raise IllegalMove(f"The task was already {task.status} and cannot be canceled.", field="status")
        held = await work.for_update(tx, task_id)
        if held is not None and held.state == work.HELD and task.work_started:
            raise IllegalMove("The task is being worked on and cannot be canceled.", field="status")
        await work.drop(tx, task_id)
        await rows.move(tx, task_id, PENDING, now, status=CANCELED, **changes)
        await _moved(tx, env, task, CANCELED, now)
        await events.add(tx, Event(new_id(now), env.id, task_id, now, None, "canceled", "{}"))

    await platform.store.write(command)
    return await get(platform, env, task_id)


async def _moved(tx: Tx, env: Environment, task: Task, after: str, now: int) -> None:
    """Keep counters and batch in step with a task's new status."""
    await counts.change(tx, [(_bucket(task), -1), (_bucket(task, after), 1)])
    await batches.complete_if_done(tx, env, task.batch_id, now)
    tx.topics.add("progress")


async def complete(tx: Tx, env: Environment, task: Task, response: str, now: int) -> bool:
    """Complete a pending task with its answer, and owe the callback; False when it is not pending any more."""
    moved = await rows.move(
        tx,
        task.id,
        PENDING,
        now,
        status=COMPLETED,
        completed_at=now,
        response=response,
        review_status="pending",
    )
    if not moved:
        return False
    await _moved(tx, env, task, COMPLETED, now)
    if task.callback_url:
        await callbacks.owe(tx, env, "task", task.id, task.callback_url, COMPLETED, now)
    return True


async def fail(tx: Tx, env: Environment, task: Task, response: str, now: int) -> bool:
    """Move a pending task to ``error`` and owe the callback (api-v1 §2.3); False when it is not pending any more.

    Args:
        tx: the transaction.
        env: whose task it is.
        task: the task.
        response: the JSON text of the error object.
        now: milliseconds.
    """
    freed = {"unique_id": None} if task.clear_unique_id_on_error else {}
    if not await rows.move(tx, task.id, PENDING, now, status=ERROR, response=response, **freed):
        return False
    await work.drop(tx, task.id)
    await _moved(tx, env, task, ERROR, now)
    if task.callback_url:
        await callbacks.owe(tx, env, "task", task.id, task.callback_url, ERROR, now)
    return True


async def resend_callback(platform: Platform, env: Environment, task_id: str) -> None:
    """Deliver a finished task's callback again (api-v1 §5.10).

    Raises:
        NotFound: there is no such task.
        IllegalMove: it is not finished, or has no callback address.
    """
    task = await get(platform, env, task_id)
    if task.status not in {COMPLETED, ERROR}:
        raise IllegalMove("Only a completed or errored task has a callback to send.", field="status")
    if not task.callback_url:
        raise IllegalMove("The task has no callback_url.", field="callback_url")
    now = platform.clock.now()
    await platform.store.write(callbacks.owe, env, "task", task.id, task.callback_url, "resend", now)
