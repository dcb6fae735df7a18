"""Batches and the counts that show how far they are."""

from collections.abc import Sequence

import msgspec

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Batch, columns, values
from labelwright.store.sql import FOR_UPDATE, Where, insert, placeholders
from labelwright.store.work import RESTING

_OWN = columns(Batch, "b.", without=("project",))
_FROM = f"SELECT {_OWN}, p.name FROM batch b JOIN project p ON p.id = b.project_id"
_FIELDS = tuple(name for name in Batch.__struct_fields__ if name != "project")


class BatchFilter(msgspec.Struct, frozen=True):
    """What a list of batches is narrowed to; times in milliseconds, bounds inclusive, ``status`` means any of."""

    project_id: str | None = None
    status: Sequence[str] | None = None
    created_from: int | None = None
    created_to: int | None = None
    completed_from: int | None = None
    completed_to: int | None = None
    audited_from: int | None = None
    audited_to: int | None = None
    exclude_archived: bool = False


async def add(tx: Tx, batch: Batch) -> bool:
    """Insert a batch; False when the name is taken."""
    statement = insert("batch", _FIELDS, 1, "ON CONFLICT (env_id, name) DO NOTHING")
    return await tx.run(statement, *values(batch, without=("project",))) == 1


async def by_name(db: Reader, env_id: int, name: str) -> Batch | None:
    """A batch by name."""
    row = await db.one(f"{_FROM} WHERE b.env_id = $1 AND b.name = $2", env_id, name)
    return Batch(*row) if row else None


async def by_id(db: Reader, batch_id: str) -> Batch | None:
    """A batch by id."""
    row = await db.one(f"{_FROM} WHERE b.id = $1", batch_id)
    return Batch(*row) if row else None


async def by_ids(db: Reader, batch_ids: Sequence[str]) -> Sequence[Batch]:
    """Several batches by id, whatever their environment."""
    if not batch_ids:
        return []
    rows = await db.all(f"{_FROM} WHERE b.id IN ({placeholders(len(batch_ids))})", *batch_ids)
    return [Batch(*row) for row in rows]


def _where(env_id: int, wanted: BatchFilter) -> Where:
    where = Where()
    where.add("b.env_id = ?", env_id)
    if wanted.exclude_archived:
        where.add("b.archived_at IS NULL")
    for condition, value in (
        ("b.project_id = ?", wanted.project_id),
        ("b.created_at >= ?", wanted.created_from),
        ("b.created_at <= ?", wanted.created_to),
        ("b.completed_at >= ?", wanted.completed_from),
        ("b.completed_at <= ?", wanted.completed_to),
        ("b.last_audited_at >= ?", wanted.audited_from),
        ("b.last_audited_at <= ?", wanted.audited_to),
    ):
        if value is not None:
            where.add(condition, value)
    if wanted.status is not None:
        where.any_of("b.status", wanted.status)
    return where


async def newest_first(
    db: Reader, env_id: int, wanted: BatchFilter, limit: int, after: tuple[int, str] | None
) -> Sequence[Batch]:
    """A page, newest first, without a count; ``after`` is the time and id of the last one seen."""
    where = _where(env_id, wanted)
    if after is not None:
        where.add("(b.created_at, b.id) < (?, ?)", *after)
    rows = await db.all(
        f"{_FROM} WHERE {where} ORDER BY b.created_at DESC, b.id DESC LIMIT ${len(where.args) + 1}",
        *where.args,
        limit,
    )
    return [Batch(*row) for row in rows]


async def page(
    db: Reader, env_id: int, wanted: BatchFilter, limit: int, offset: int
) -> tuple[Sequence[Batch], int]:
    """A page, newest first, and how many match in all."""
    where = _where(env_id, wanted)
    total = await db.one(f"SELECT COUNT(*) FROM batch b WHERE {where}", *where.args)
    at = len(where.args)
    rows = await db.all(
        f"{_FROM} WHERE {where} ORDER BY b.created_at DESC, b.id DESC LIMIT ${at + 1} OFFSET ${at + 2}",
        *where.args,
        limit,
        offset,
    )
    return [Batch(*row) for row in rows], int(total[0]) if total else 0


async def count_by_project(db: Reader, env_id: int) -> dict[str, int]:
    """How many batches each project has."""
    rows = await db.all(
        "SELECT project_id, COUNT(*) FROM batch WHERE env_id = $1 GROUP BY project_id", env_id
    )
    return {row[0]: int(row[1]) for row in rows}


async def for_update(tx: Tx, batch_ids: Sequence[str]) -> dict[str, tuple[str, int | None]]:
    """The status and priority of each batch, held still until the commit."""
    rows = await tx.all(
        f"SELECT id, status, priority FROM batch WHERE id IN ({placeholders(len(batch_ids))}) ORDER BY id"
        f" {FOR_UPDATE}",
        *batch_ids,
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def status_of(tx: Tx, batch_id: str) -> str:
    """The status of a batch, held still until the commit; empty for work without a batch."""
    found = await for_update(tx, [batch_id]) if batch_id else {}
    return found[batch_id][0] if batch_id in found else ""


async def move(tx: Tx, batch_id: str, before: str, after: str, completed_at: int | None) -> bool:
    """Change the status if it is still ``before``."""
    changed = await tx.run(
        "UPDATE batch SET status = $3, completed_at = $4 WHERE id = $1 AND status = $2",
        batch_id,
        before,
        after,
        completed_at,
    )
    return changed == 1


async def set_metadata(tx: Tx, batch_id: str, metadata: str) -> None:
    """Replace the metadata."""
    await tx.run("UPDATE batch SET metadata = $2 WHERE id = $1", batch_id, metadata)


async def set_priority(tx: Tx, batch_id: str, priority: int, at: int) -> None:
    """Give the batch, its tasks and their open work a priority."""
    await tx.run("UPDATE batch SET priority = $2 WHERE id = $1", batch_id, priority)
    await tx.run(
        "UPDATE task SET priority = $2, updated_at = $3 WHERE batch_id = $1 AND batch_id <> ''"
        " AND status = 'pending'",
        batch_id,
        priority,
        at,
    )
    await tx.run("UPDATE work SET rank = $2 WHERE batch_id = $1", batch_id, -priority)


async def set_archived(tx: Tx, batch_id: str, at: int | None) -> None:
    """Archive a batch, or bring it back with None; the first time of archiving stays."""
    change = "archived_at = COALESCE(archived_at, $2)" if at is not None else "archived_at = $2"
    await tx.run(f"UPDATE batch SET {change} WHERE id = $1", batch_id, at)


async def set_audited(tx: Tx, batch_id: str, at: int) -> None:
    """Note when a task of the batch was last audited."""
    await tx.run("UPDATE batch SET last_audited_at = $2 WHERE id = $1", batch_id, at)


async def hold_work(tx: Tx, batch_id: str) -> int:
    """Let no more of a batch's work be claimed that nobody has begun; returns how much of it there is.

    Work whose attachments are still being checked waits with the batch when that is done, and work that is reserved
    when it is given back.
    """
    unstarted = "EXISTS (SELECT 1 FROM task t WHERE t.id = work.task_id AND t.work_started = 0)"
    held = await tx.run(
        f"UPDATE work SET state = 2 WHERE batch_id = $1 AND state IN (0, 4, 5) AND {unstarted}", batch_id
    )
    later = await tx.one(
        f"SELECT COUNT(*) FROM work WHERE batch_id = $1 AND (state = 3 OR (state = 1 AND {unstarted}))",
        batch_id,
    )
    return held + (int(later[0]) if later else 0)


_NOT_IN_WORK = (
    "batch_id = $1 AND batch_id <> '' AND (CASE WHEN state = 1"
    " THEN EXISTS (SELECT 1 FROM task t WHERE t.id = work.task_id AND t.work_started = 0)"
    " ELSE stage = 'attempt' AND kept_for IS NULL END)"
)
"""Work of a batch that nobody has open, of which no answer waits for a review or for its author's next attempt."""


async def cancel_work(tx: Tx, batch_id: str, turn: str, at: int) -> dict[str, int]:
    """Cancel the pending tasks of a batch that nobody works on; returns how many there were of each type.

    Args:
        tx: the transaction, which holds the batch.
        batch_id: the batch.
        turn: the state in which assignments end that were reserved and not opened.
        at: milliseconds.
    """
    # From here on nobody claims, opens or gives back any of it, so that all statements see the same work.
    await tx.one(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM work WHERE batch_id = $1 AND batch_id <> '' {FOR_UPDATE}) held",
        batch_id,
    )
    await tx.run(
        "UPDATE assignment SET state = $2, ended_at = $3 WHERE id IN"
        f" (SELECT assignment_id FROM work WHERE {_NOT_IN_WORK} AND assignment_id IS NOT NULL)",
        batch_id,
        turn,
        at,
    )
    await tx.run(f"DELETE FROM work WHERE {_NOT_IN_WORK}", batch_id)
    pending = "batch_id = $1 AND batch_id <> '' AND status = 'pending'"
    free = "NOT EXISTS (SELECT 1 FROM work w WHERE w.task_id = task.id)"
    await tx.run(
        f"DELETE FROM attachment WHERE state = 0 AND task_id IN (SELECT id FROM task WHERE {pending} AND {free})",
        batch_id,
    )
    rows = await tx.all(
        f"UPDATE task SET status = 'canceled', updated_at = $2 WHERE {pending} AND {free} RETURNING type",
        batch_id,
        at,
    )
    counted: dict[str, int] = {}
    for (kind,) in rows:
        counted[kind] = counted.get(kind, 0) + 1
    return counted


async def release_work(tx: Tx, batch_id: str) -> None:
    """Let the work of a staged or paused batch be claimed."""
    await tx.run(f"UPDATE work SET state = {RESTING} WHERE batch_id = $1 AND state = 2", batch_id)
