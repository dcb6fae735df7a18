"""Batches: groups of tasks that start and finish together (api-v1 §6)."""

from collections.abc import Mapping, Sequence

import msgspec

from labelwright.domain import callbacks, projects
from labelwright.domain.common import ObjectText, callback_target, checked_key, checked_metadata, not_given
from labelwright.domain.platform import Platform
from labelwright.ids import new_id
from labelwright.refusals import Duplicate, IllegalMove, InvalidParameter, NotFound
from labelwright.store import Tx, counts
from labelwright.store import batches as rows
from labelwright.store.rows import Batch, Environment

STAGING, IN_PROGRESS, COMPLETED = "staging", "in_progress", "completed"
STATUSES = (STAGING, IN_PROGRESS, COMPLETED)
MOVES: Mapping[str, frozenset[str]] = {
    STAGING: frozenset({IN_PROGRESS, COMPLETED}),
    IN_PROGRESS: frozenset({COMPLETED}),
    # A batch of an Enterprise project takes tasks after it was done; it is open again then.
    COMPLETED: frozenset({IN_PROGRESS}),
}
"""Which status may follow which."""

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


async def create(platform: Platform, env: Environment, new: NewBatch) -> Batch:
    """Create a batch: in progress at once, except in live Rapid and Studio projects (api-v1 §6.1).

    Raises:
        NotFound: there is no such project.
        InvalidParameter: a parameter is wrong.
        Duplicate: the name is taken.
    """
    checked_key(new.name, "name")
    calibration = bool(new.calibration_batch or new.instruction_batch)
    if calibration and new.self_label_batch:
        raise InvalidParameter.because(
            '"value" contains a conflict between exclusive peers [calibration_batch, self_label_batch]',
            field="calibration_batch",
        )
    project = await projects.find(platform, env, new.project)
    now = platform.clock.now()
    staged = project.stages_batches and not env.is_test
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


async def task_counts(platform: Platform, batch_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Tasks by status of each batch."""
    return await platform.read(counts.by_batch, batch_ids)


async def page(
    platform: Platform, env: Environment, wanted: rows.BatchFilter, limit: int, offset: int
) -> tuple[Sequence[Batch], int]:
    """A page of batches, newest first, and how many match in all."""
    return await platform.read(rows.page, env.id, wanted, limit, offset, heavy=True)


async def finalize(platform: Platform, env: Environment, name: str) -> Batch:
    """Let the work of a staged batch begin; harmless on any other (api-v1 §6.3).

    Raises:
        NotFound: there is no such batch.
    """
    batch = await get(platform, env, name)
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        if await rows.move(tx, batch.id, STAGING, IN_PROGRESS, None):
            await rows.release_work(tx, batch.id)
            tx.topics.add("progress")
        # Test tasks end as they are created: their batch is done when its owner says that it is whole.
        await complete_if_done(tx, env, batch.id, now)

    await platform.store.write(command)
    return await get(platform, env, name)


async def set_metadata(platform: Platform, env: Environment, name: str, raw: bytes) -> Batch:
    """Replace the metadata.

    Raises:
        NotFound: there is no such batch.
        InvalidParameter: it is not an object, or too large.
    """
    metadata = checked_metadata(raw, platform.settings.metadata_limit)
    batch = await get(platform, env, name)
    await platform.store.write(rows.set_metadata, batch.id, metadata)
    return await get(platform, env, name)


async def prioritize(platform: Platform, env: Environment, name: str, priority: int) -> Batch:
    """Give a batch and its pending tasks a priority, 10 (lowest) to 30 (highest).

    Raises:
        NotFound: there is no such batch.
        InvalidParameter: the priority is out of range.
        IllegalMove: the batch is completed.
    """
    if not LOWEST_PRIORITY <= priority <= HIGHEST_PRIORITY:
        raise InvalidParameter.because(
            f'"priority" must be between {LOWEST_PRIORITY} and {HIGHEST_PRIORITY}', field="priority"
        )
    batch = await get(platform, env, name)
    if batch.status == COMPLETED:
        raise IllegalMove("A completed batch cannot be prioritized.", field="batch")
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


async def complete_if_done(tx: Tx, env: Environment, batch_id: str, now: int) -> None:
    """Complete a batch whose last task has ended, and owe its callback (api-v1 §6.9).

    To be called after the counters were changed: on PostgreSQL their row lock makes the second of two last
    tasks see the first one's change.
    """
    if not batch_id:
        return
    by_status = (await counts.by_batch(tx, [batch_id]))[batch_id]
    ended = sum(n for status, n in by_status.items() if status != "pending")
    if by_status.get("pending", 0) > 0 or ended == 0:
        return
    if await rows.move(tx, batch_id, IN_PROGRESS, COMPLETED, now):
        batch = await rows.by_id(tx, batch_id)
        if batch is not None and batch.callback:
            await callbacks.owe(tx, env, "batch", batch.id, batch.callback, "completed", now)
