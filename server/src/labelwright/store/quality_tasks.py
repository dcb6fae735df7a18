"""Evaluation and training tasks."""

from collections.abc import Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import QualityTask, columns, values
from labelwright.store.sql import Where, insert, placeholders
from labelwright.store.tasks import Cursor

_NAMES = ("project",)
_FIELDS = tuple(name for name in QualityTask.__struct_fields__ if name not in _NAMES)
_FROM = (
    f"SELECT {columns(QualityTask, 'q.', without=_NAMES)}, p.name FROM quality_task q"
    " JOIN project p ON p.id = q.project_id"
)


async def add(tx: Tx, task: QualityTask) -> None:
    """Insert a quality task."""
    await tx.run(insert("quality_task", _FIELDS, 1), *values(task, without=_NAMES))


async def by_id(db: Reader, env_id: int, kind: str, quality_task_id: str) -> QualityTask | None:
    """A quality task by id, unless it was deleted."""
    row = await db.one(
        f"{_FROM} WHERE q.id = $1 AND q.env_id = $2 AND q.kind = $3 AND q.deleted_at IS NULL",
        quality_task_id,
        env_id,
        kind,
    )
    return QualityTask(*row) if row else None


async def delete(tx: Tx, env_id: int, kind: str, quality_task_id: str, at: int) -> bool:
    """Mark a quality task as deleted; False when there is none, or it was deleted before."""
    changed = await tx.run(
        "UPDATE quality_task SET deleted_at = $4"
        " WHERE id = $1 AND env_id = $2 AND kind = $3 AND deleted_at IS NULL",
        quality_task_id,
        env_id,
        kind,
        at,
    )
    return changed == 1


def _where(env_id: int, kind: str, project_id: str | None) -> Where:
    where = Where()
    where.add("q.env_id = ?", env_id)
    where.add("q.kind = ?", kind)
    where.add("q.deleted_at IS NULL")
    if project_id is not None:
        where.add("q.project_id = ?", project_id)
    return where


async def page(
    db: Reader, env_id: int, kind: str, project_id: str | None, limit: int, after: Cursor | None
) -> Sequence[QualityTask]:
    """A page, newest first."""
    where = _where(env_id, kind, project_id)
    if after is not None:
        where.add("(q.created_at, q.id) < (?, ?)", after.created_at, after.id)
    rows = await db.all(
        f"{_FROM} WHERE {where} ORDER BY q.created_at DESC, q.id DESC LIMIT ${len(where.args) + 1}",
        *where.args,
        limit,
    )
    return [QualityTask(*row) for row in rows]


async def count(db: Reader, env_id: int, kind: str, project_id: str | None) -> int:
    """How many there are."""
    where = _where(env_id, kind, project_id)
    row = await db.one(f"SELECT COUNT(*) FROM quality_task q WHERE {where}", *where.args)
    return int(row[0]) if row else 0


async def projects_of(db: Reader, env_id: int, quality_task_ids: Sequence[str]) -> dict[str, str]:
    """The project of each quality task that is there, of either kind."""
    rows = await db.all(
        "SELECT id, project_id FROM quality_task WHERE env_id = $1 AND deleted_at IS NULL"
        f" AND id IN ({placeholders(len(quality_task_ids), 2)})",
        env_id,
        *quality_task_ids,
    )
    return {row[0]: row[1] for row in rows}
