"""Fixless audits."""

from collections.abc import Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import FixlessAudit, columns, values
from labelwright.store.sql import FOR_UPDATE, Where, insert
from labelwright.store.tasks import Cursor

_COLUMNS = columns(FixlessAudit)


async def add(tx: Tx, audit: FixlessAudit) -> None:
    """Insert an audit."""
    await tx.run(insert("fixless_audit", FixlessAudit.__struct_fields__, 1), *values(audit))


async def for_update(tx: Tx, env_id: int, audit_id: str) -> FixlessAudit | None:
    """An audit by id, held still until the commit."""
    row = await tx.one(
        f"SELECT {_COLUMNS} FROM fixless_audit WHERE id = $1 AND env_id = $2 {FOR_UPDATE}", audit_id, env_id
    )
    return FixlessAudit(*row) if row else None


async def replace(tx: Tx, audit: FixlessAudit) -> None:
    """Write an audit's result, address and feedback over those it had."""
    await tx.run(
        "UPDATE fixless_audit SET result = $2, response_url = $3, feedback = $4, updated_at = $5 WHERE id = $1",
        audit.id,
        audit.result,
        audit.response_url,
        audit.feedback,
        audit.updated_at,
    )


def _where(env_id: int, task_id: str | None, audit_id: str | None) -> Where:
    where = Where()
    where.add("env_id = ?", env_id)
    if task_id is not None:
        where.add("task_id = ?", task_id)
    if audit_id is not None:
        where.add("id = ?", audit_id)
    return where


async def page(
    db: Reader, env_id: int, task_id: str | None, audit_id: str | None, limit: int, after: Cursor | None
) -> Sequence[FixlessAudit]:
    """A page, newest first; at least one of the two ids has to be given."""
    where = _where(env_id, task_id, audit_id)
    if after is not None:
        where.add("(created_at, id) < (?, ?)", after.created_at, after.id)
    rows = await db.all(
        f"SELECT {_COLUMNS} FROM fixless_audit WHERE {where}"
        f" ORDER BY created_at DESC, id DESC LIMIT ${len(where.args) + 1}",
        *where.args,
        limit,
    )
    return [FixlessAudit(*row) for row in rows]


async def count(db: Reader, env_id: int, task_id: str | None, audit_id: str | None) -> int:
    """How many match."""
    where = _where(env_id, task_id, audit_id)
    row = await db.one(f"SELECT COUNT(*) FROM fixless_audit WHERE {where}", *where.args)
    return int(row[0]) if row else 0
