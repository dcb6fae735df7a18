"""Batches: groups of tasks that start and finish together (wire/batches)."""

from collections.abc import Mapping, Sequence

import msgspec

from labelwright.domain import callbacks, deliveries, projects
from labelwright.domain.common import (
    ObjectText,
    callback_target,
    checked_metadata,
    checked_name,
    compact,
    merged_metadata,
    not_given,
)
from labelwright.domain.platform import Platform
from labelwright.domain.stages import CANCELED as TURN_CANCELED
from labelwright.errors import Duplicate, InvalidParameter, InvalidTransition, NotFound
from labelwright.ids import new_id
from labelwright.store import Tx, counts, events
from labelwright.store import batches as rows
from labelwright.store.rows import Batch, Environment, Event
from labelwright.store.tasks import Cursor

STAGING, IN_PROGRESS, COMPLETED = "staging", "in_progress", "completed"
PAUSED, CANCELLED = "paused", "cancelled"
STATUSES = (STAGING, IN_PROGRESS, COMPLETED, PAUSED, CANCELLED)
MOVES: Mapping[str, frozenset[str]] = {
    STAGING: frozenset({IN_PROGRESS, COMPLETED, CANCELLED}),
    IN_PROGRESS: frozenset({COMPLETED, PAUSED, CANCELLED}),
    # A batch of an Enterprise project takes tasks after it was done; it is open again then.
    COMPLETED: frozenset({IN_PROGRESS}),
    PAUSED: frozenset({IN_PROGRESS, COMPLETED, CANCELLED}),
    CANCELLED: frozenset(),
}
"""Which status may follow which (wire/batches §2, wire/v2-batches §1)."""

LOWEST_PRIORITY, HIGHEST_PRIORITY = 10, 30


class NewBatch(msgspec.Struct, frozen=True):
    """What a batch is created from."""

    project: str
    name: str
    callback: str | None = None
    calibration_batch: bool | None = None
    self_label_batch: bool | None = None
    instruction_batch: bool | None = None
    metadata: ObjectText = msgspec.field(default_factory=not_given)


async def create(
    platform: Platform, env: Environment, new: NewBatch, *, staging: bool | None = None
) -> Batch:
    """Create a batch: in progress at once, except in live Rapid and Studio projects (wire/batches §1).

    Args:
        platform: the platform.
        env: the environment.
        new: what it is created from.
        staging: whether its work waits until it is finalized, whatever the project is.

    Raises:
        NotFound: there is no such project.
        InvalidParameter: a parameter is wrong.
        Duplicate: the name is taken.
    """
    checked_name(new.name, "name")
    calibration = bool(new.calibration_batch or new.instruction_batch)
    if calibration and new.self_label_batch:
        raise InvalidParameter.because(
            '"value" contains a conflict between exclusive peers [calibration_batch, self_label_batch]',
            field="calibration_batch",
        )
    project = await projects.find(platform, env, new.project)
    now = platform.clock.now()
    staged = project.stages_batches and not env.is_test if staging is None else staging
    batch = Batch(
        new_id(now),
        env.id,
        project.id,
        new.name,
        STAGING if staged else IN_PROGRESS,
        callback_target(new.callback, "callback"),
        checked_metadata(new.metadata, platform.settings.metadata_limit),
        int(calibration),
        int(bool(new.self_label_batch)),
        None,
        now,
        None,
        None,
        None,
        None,
        project.name,
    )

    async def command(tx: Tx) -> None:
        if not await rows.add(tx, batch):
            raise Duplicate("A batch with that name already exists.", field="name")
        tx.topics.add("progress")

    await platform.store.write(command)
    return batch


async def get(platform: Platform, env: Environment, name: str) -> Batch:
    """A batch by name.

    Raises:
        NotFound: there is none.
    """
    batch = await platform.read(rows.by_name, env.id, name)
    if batch is None:
        raise NotFound("Batch with that name not found.", field="batch")
    return batch


async def by_id(platform: Platform, env: Environment, batch_id: str) -> Batch:
    """A batch by id.

    Raises:
        NotFound: there is none in this environment.
    """
    batch = await platform.read(rows.by_id, batch_id)
    if batch is None or batch.env_id != env.id:
        raise NotFound("Batch with that ID not found.", field="batch_id")
    return batch


async def task_counts(platform: Platform, batch_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Tasks by status of each batch."""
    return await platform.read(counts.by_batch, batch_ids)


async def page(
    platform: Platform, env: Environment, wanted: rows.BatchFilter, limit: int, offset: int
) -> tuple[Sequence[Batch], int]:
    """A page of batches, newest first, and how many match in all."""
    return await platform.read(rows.page, env.id, wanted, limit, offset, heavy=True)


async def newest_first(
    platform: Platform, env: Environment, wanted: rows.BatchFilter, limit: int, after: Cursor | None
) -> tuple[Sequence[Batch], bool]:
    """A page of batches, newest first, and whether more follow."""
    place = (after.created_at, after.id) if after is not None else None
    found = await platform.read(rows.newest_first, env.id, wanted, limit + 1, place)
    return found[:limit], len(found) > limit


async def by_ids(platform: Platform, env: Environment, batch_ids: Sequence[str]) -> Sequence[Batch]:
    """Several batches by id; those of other environments are left out."""
    found = await platform.read(rows.by_ids, batch_ids)
    return [batch for batch in found if batch.env_id == env.id]


async def finalize(platform: Platform, env: Environment, name: str) -> Batch:
    """Let the work of a staged batch begin; harmless on any other (wire/batches §3).

    A batch without pending tasks is completed, be it empty or all of its tasks ended before.

    Raises:
        NotFound: there is no such batch.
    """
    batch = await get(platform, env, name)
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        # Held before the counters are read: an empty batch has no counter that would make a create wait.
        await _held(tx, batch)
        if await rows.move(tx, batch.id, STAGING, IN_PROGRESS, None):
            await rows.release_work(tx, batch.id)
        # Test tasks end as they are created: their batch is done when its owner says that it is whole.
        await complete_if_done(tx, env, batch.id, now, even_empty=True)
        tx.topics.add("progress")

    await platform.store.write(command)
    return await get(platform, env, name)


async def release(platform: Platform, env: Environment, batch: Batch) -> Batch:
    """Let the work of a staged batch begin; unlike :func:`finalize` this is for staged ones only (wire/v2-batches).

    Raises:
        InvalidTransition: it is not staged.
    """
    if batch.status != STAGING:
        raise _refused(batch, "finalized")
    return await finalize(platform, env, batch.name)


async def pause(platform: Platform, env: Environment, batch: Batch) -> Batch:
    """Hand out no more of a batch's work that nobody has begun (wire/v2-batches).

    A batch without such work stays as it is.

    Raises:
        InvalidTransition: it is not in progress.
    """

    async def command(tx: Tx) -> None:
        current = await _held(tx, batch)
        if current.status != IN_PROGRESS:
            raise _refused(current, "paused")
        if await rows.hold_work(tx, batch.id):
            await rows.move(tx, batch.id, IN_PROGRESS, PAUSED, None)
            await _note(tx, batch, PAUSED, platform.clock.now())
            tx.topics.add("progress")

    await platform.store.write(command)
    return await by_id(platform, env, batch.id)


async def resume(platform: Platform, env: Environment, batch: Batch) -> Batch:
    """Hand out the work of a paused batch again (wire/v2-batches).

    Raises:
        InvalidTransition: it is not paused.
    """

    async def command(tx: Tx) -> None:
        current = await _held(tx, batch)
        if current.status != PAUSED:
            raise _refused(current, "resumed")
        await rows.move(tx, batch.id, PAUSED, IN_PROGRESS, None)
        await rows.release_work(tx, batch.id)
        await _note(tx, batch, "resumed", platform.clock.now())
        tx.topics.add("progress")

    await platform.store.write(command)
    return await by_id(platform, env, batch.id)


async def cancel(platform: Platform, env: Environment, batch: Batch) -> Batch:
    """Cancel a batch and its tasks that nobody works on; what was begun may be finished (wire/v2-batches). Final.

    A task goes on when somebody has it open, when its answer waits for a review, or when it was sent back to its
    author. Reserved and not opened is not begun. Whoever gives an attempt up ends the task
    (:func:`labelwright.domain.assignments`).

    Raises:
        InvalidTransition: it is completed or cancelled.
    """
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        current = await _held(tx, batch)
        if CANCELLED not in MOVES[current.status]:
            raise _refused(current, "cancelled")
        await rows.move(tx, batch.id, current.status, CANCELLED, None)
        canceled = await rows.cancel_work(tx, batch.id, TURN_CANCELED, now)
        await _note(tx, batch, CANCELLED, now)
        for kind, n in canceled.items():
            place = env.id, batch.project_id, batch.id, kind
            await counts.change(tx, [((*place, "pending"), -n), ((*place, "canceled"), n)])
        tx.topics.add("progress")

    await platform.store.write(command)
    return await by_id(platform, env, batch.id)


async def _held(tx: Tx, batch: Batch) -> Batch:
    """The batch as it is now, held still until the commit: creates and finalizing wait."""
    status, _ = (await rows.for_update(tx, [batch.id]))[batch.id]
    return msgspec.structs.replace(batch, status=status)


async def _note(tx: Tx, batch: Batch, what: str, now: int) -> None:
    data = compact({"batch": batch.id})
    await events.add(tx, Event(new_id(now), batch.env_id, None, now, None, f"batch_{what}", data))


def _refused(batch: Batch, what: str) -> InvalidTransition:
    return InvalidTransition(f"The batch is {batch.status} and cannot be {what}.", field="status")


async def set_metadata(
    platform: Platform, env: Environment, name: str, raw: bytes, *, merge: bool = False
) -> Batch:
    """Replace the metadata, or with ``merge`` put what is given over what is there (wire/v2-operations §2).

    Raises:
        NotFound: there is no such batch.
        InvalidParameter: it is not an object, or too large.
    """
    limit = platform.settings.metadata_limit
    metadata = checked_metadata(raw, limit)
    batch = await get(platform, env, name)

    async def command(tx: Tx) -> None:
        await _held(tx, batch)
        current = await rows.by_id(tx, batch.id)
        before = current.metadata if merge and current is not None else "{}"
        await rows.set_metadata(tx, batch.id, merged_metadata(before, metadata, limit))

    await platform.store.write(command)
    return await get(platform, env, name)


async def prioritize(platform: Platform, env: Environment, name: str, priority: int) -> Batch:
    """Give a batch and its pending tasks a priority, 10 (lowest) to 30 (highest).

    Raises:
        NotFound: there is no such batch.
        InvalidParameter: the priority is out of range.
        InvalidTransition: the batch is completed.
    """
    if not LOWEST_PRIORITY <= priority <= HIGHEST_PRIORITY:
        raise InvalidParameter.because(
            f'"priority" must be between {LOWEST_PRIORITY} and {HIGHEST_PRIORITY}', field="priority"
        )
    batch = await get(platform, env, name)
    if batch.status in {COMPLETED, CANCELLED}:
        raise InvalidTransition(f"A {batch.status} batch cannot be prioritized.", field="batch")
    await platform.store.write(rows.set_priority, batch.id, priority, platform.clock.now())
    return await get(platform, env, name)


async def archive(platform: Platform, env: Environment, batch_id: str, *, archived: bool) -> Batch:
    """Hide a batch from lists that leave archived ones out, or show it again; its work goes on either way.

    Raises:
        NotFound: there is no such batch.
    """
    at = platform.clock.now() if archived else None

    async def command(tx: Tx) -> Batch:
        found = await rows.by_id(tx, batch_id)
        if found is None or found.env_id != env.id:
            raise NotFound("Batch with that ID not found.", field="batch_id")
        await rows.set_archived(tx, batch_id, at)
        tx.topics.add("progress")
        return await rows.by_id(tx, batch_id) or found

    return await platform.store.write(command)


async def complete_if_done(
    tx: Tx, env: Environment, batch_id: str, now: int, *, even_empty: bool = False
) -> None:
    """Complete a batch whose last task has ended, and owe its callback (wire/batches §9).

    To be called after the counters were changed: on PostgreSQL their row lock makes the second of two last
    tasks see the first one's change.

    Args:
        tx: the transaction.
        env: whose batch it is.
        batch_id: the batch; empty for a task without one.
        now: milliseconds.
        even_empty: also complete a batch that has no tasks.
    """
    if not batch_id:
        return
    by_status = (await counts.by_batch(tx, [batch_id]))[batch_id]
    ended = sum(n for status, n in by_status.items() if status != "pending")
    if by_status.get("pending", 0) > 0 or (ended == 0 and not even_empty):
        return
    if await rows.move(tx, batch_id, IN_PROGRESS, COMPLETED, now) or await rows.move(
        tx, batch_id, PAUSED, COMPLETED, now
    ):
        batch = await rows.by_id(tx, batch_id)
        if batch is not None:
            await deliveries.enqueue(tx, batch, now)
        if batch is not None and batch.callback:
            await callbacks.enqueue(tx, env, "batch", batch.id, batch.callback, "completed", now)
