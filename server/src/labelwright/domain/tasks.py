"""Tasks: read, changed, canceled, completed (wire/tasks); ``creation.py`` makes them."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from labelwright.domain import batches, callbacks
from labelwright.domain.common import checked_key, checked_metadata, compact, merged_metadata
from labelwright.domain.platform import Platform
from labelwright.domain.stages import CANCELED as TURN_CANCELED
from labelwright.errors import Duplicate, InvalidParameter, InvalidTransition, NotFound
from labelwright.ids import new_id
from labelwright.store import Tx, assignments, attachments, counts, events, work
from labelwright.store import tasks as rows
from labelwright.store.rows import Environment, Event, Task
from labelwright.store.tasks import Cursor, TaskFilter

PENDING, COMPLETED, CANCELED, ERROR = "pending", "completed", "canceled", "error"
STATUSES = (PENDING, COMPLETED, CANCELED, ERROR)
MOVES: Mapping[str, frozenset[str]] = {
    PENDING: frozenset({COMPLETED, CANCELED, ERROR}),
    COMPLETED: frozenset({PENDING}),
    CANCELED: frozenset(),
    ERROR: frozenset(),
}
"""Which status may follow which (wire/tasks §3.2)."""

REVIEW_STATUSES = ("pending", "accepted", "rejected", "fixed", "commented")


def checked_tags(tags: Sequence[str], limit: int) -> list[str]:
    """Check tags and drop repetitions, keeping the order.

    Raises:
        InvalidParameter: one is empty or too long, or there are more than ``limit``.
    """
    kept = [checked_key(tag, "tags") for tag in dict.fromkeys(tags)]
    if len(kept) > limit:
        raise InvalidParameter.because(
            f'"tags" must contain less than or equal to {limit} items', field="tags"
        )
    return kept


def duplicate(unique_id: str, other: str) -> Duplicate:
    """The refusal of a unique id that the task ``other`` has."""
    # Programs read the other task's id out of the parentheses (wire/errors §3.1).
    return Duplicate(
        f'The unique_id ("{unique_id}") is already used for a different task ({other}).', field="unique_id"
    )


def bucket(task: Task, status: str | None = None) -> counts.Bucket:
    """The counter of a task, with another status if one is given."""
    return task.env_id, task.project_id, task.batch_id, task.type, status or task.status


_ID = re.compile(r"[0-9a-f]{24}\Z")


async def get(platform: Platform, env: Environment, task_id: str) -> Task:
    """A task by id.

    Raises:
        NotFound: there is none; also for ids that cannot be one (wire/tasks §4.2).
    """
    task = await platform.read(rows.by_id, env.id, task_id) if _ID.match(task_id) else None
    if task is None:
        raise NotFound("Task with that ID not found.", field="task_id")
    return task


async def unique_ids(platform: Platform, env: Environment, given: Sequence[str]) -> Sequence[str]:
    """What a filter on unique ids means: a single one with commas is a list, unless a task has it as it stands.

    Programs look a task up by its unique id after a failed create; they must not be given another one.
    """
    if len(given) != 1 or "," not in given[0]:
        return given
    if await platform.read(rows.id_of_unique_id, env.id, given[0]) is not None:
        return given
    return [part for part in given[0].split(",") if part] or given


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
    found, total = await platform.read(rows.page, env.id, wanted, limit + 1, after, offset, heavy=True)
    return found[:limit], total, len(found) > limit


async def newest_first(
    platform: Platform, env: Environment, wanted: TaskFilter, limit: int, after: Cursor | None
) -> tuple[Sequence[Task], bool]:
    """A page of tasks, newest first, and whether more follow."""
    found = await platform.read(rows.newest_first, env.id, wanted, limit + 1, after, heavy=True)
    return found[:limit], len(found) > limit


async def _change(platform: Platform, env: Environment, task_id: str, **changes: object) -> Task:
    await get(platform, env, task_id)
    await platform.store.write(_update, task_id, platform.clock.now(), changes)
    return await get(platform, env, task_id)


async def _update(tx: Tx, task_id: str, now: int, changes: Mapping[str, object]) -> None:
    await rows.update(tx, task_id, now, **changes)


async def set_metadata(
    platform: Platform, env: Environment, task_id: str, raw: bytes, *, merge: bool = False
) -> Task:
    """Replace the metadata, or with ``merge`` put what is given over what is there (wire/v2-operations §2).

    Raises:
        NotFound: there is no such task.
        InvalidParameter: it is not an object, or too large.
    """
    limit = platform.settings.metadata_limit
    metadata = checked_metadata(raw, limit)
    if not merge:
        return await _change(platform, env, task_id, metadata=metadata)
    await get(platform, env, task_id)
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        task = await rows.for_update(tx, env.id, task_id)
        if task is None:
            raise NotFound("Task with that ID not found.", field="task_id")
        await rows.update(tx, task_id, now, metadata=merged_metadata(task.metadata, metadata, limit))

    await platform.store.write(command)
    return await get(platform, env, task_id)


async def change_tags(
    platform: Platform, env: Environment, task_id: str, how: str, given: Sequence[str]
) -> Task:
    """Change the tags (wire/tasks §4.7).

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
    checked = checked_key(unique_id, "unique_id")
    await get(platform, env, task_id)
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        while not await rows.try_unique_id(tx, env.id, task_id, checked, now):
            other = await rows.id_of_unique_id(tx, env.id, checked)
            # Another process may have freed it between the two statements.
            if other is not None:
                raise duplicate(checked, other)

    await platform.store.write(command)
    return await get(platform, env, task_id)


async def clear_unique_id(platform: Platform, env: Environment, task_id: str) -> Task:
    """Take a task's unique id away.

    Raises:
        NotFound: there is no such task.
    """
    return await _change(platform, env, task_id, unique_id=None)


async def cancel(
    platform: Platform, env: Environment, task_id: str, *, clear_unique_id: bool, by: str | None = None
) -> Task:
    """Cancel a task that nobody is working on; canceled twice is fine (wire/tasks §4.4).

    Args:
        platform: the platform.
        env: the environment.
        task_id: the task.
        clear_unique_id: whether its unique id may be given to another task.
        by: the person who cancels it; None for the customer's program.

    Raises:
        NotFound: there is no such task.
        InvalidTransition: it is completed, has failed, or is being worked on.
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
            raise InvalidTransition(
                f"The task was already {task.status} and cannot be canceled.", field="status"
            )
        held = await work.for_update(tx, task_id)
        if held is not None and held.state == work.HELD and task.work_started:
            raise InvalidTransition("The task is being worked on and cannot be canceled.", field="status")
        if held is not None and held.assignment_id:
            await assignments.update(tx, held.assignment_id, state=TURN_CANCELED, ended_at=now)
        await withdraw(tx, env, task, now, by=by, **changes)

    await platform.store.write(command)
    return await get(platform, env, task_id)


async def withdraw(
    tx: Tx, env: Environment, task: Task, now: int, *, by: str | None = None, **changes: object
) -> None:
    """Cancel a pending task that nobody holds: nobody is offered it any more.

    Args:
        tx: the transaction, which holds the task's row in the queue, if there is one.
        env: whose task it is.
        task: the task.
        now: milliseconds.
        by: the person who cancels it, if it is one.
        **changes: further columns to set.
    """
    if not await rows.move(tx, task.id, PENDING, now, status=CANCELED, **changes):
        return
    await work.drop(tx, task.id)
    await attachments.drop_pending(tx, task.id)
    await _moved(tx, env, task, CANCELED, now)
    await events.add(tx, Event(new_id(now), env.id, task.id, now, by, "canceled", "{}"))


async def _moved(tx: Tx, env: Environment, task: Task, after: str, now: int) -> None:
    """Keep counters and batch in step with a task's new status."""
    await counts.change(tx, [(bucket(task), -1), (bucket(task, after), 1)])
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
        await callbacks.enqueue(tx, env, "task", task.id, task.callback_url, COMPLETED, now)
    return True


async def fail(tx: Tx, env: Environment, task: Task, response: str, now: int) -> bool:
    """Move a pending task to ``error`` and owe the callback (wire/errors §4); False when it is not pending any more.

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
        await callbacks.enqueue(tx, env, "task", task.id, task.callback_url, ERROR, now)
    return True


async def resend_callback(platform: Platform, env: Environment, task_id: str) -> None:
    """Deliver a finished task's callback again (wire/tasks §4.8).

    Raises:
        NotFound: there is no such task.
        InvalidTransition: it is not finished, or has no callback address.
    """
    task = await get(platform, env, task_id)
    if task.status not in {COMPLETED, ERROR}:
        raise InvalidTransition("Only a completed or errored task has a callback to send.", field="status")
    if not task.callback_url:
        raise InvalidTransition("The task has no callback_url.", field="callback_url")
    now = platform.clock.now()
    await platform.store.write(callbacks.enqueue, env, "task", task.id, task.callback_url, "resend", now)
