"""Assignments: who had which task at which stage, with every draft and answer."""

from collections.abc import Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Assignment, columns, values
from labelwright.store.sql import FOR_UPDATE, insert, placeholders

_COLUMNS = columns(Assignment)


async def add(tx: Tx, assignment: Assignment) -> None:
    """Insert an assignment."""
    await tx.run(insert("assignment", Assignment.__struct_fields__, 1), *values(assignment))


async def by_id(db: Reader, assignment_id: str) -> Assignment | None:
    """An assignment by id."""
    row = await db.one(f"SELECT {_COLUMNS} FROM assignment WHERE id = $1", assignment_id)
    return Assignment(*row) if row else None


async def for_update(tx: Tx, assignment_id: str) -> Assignment | None:
    """An assignment by id, held still until the commit."""
    row = await tx.one(f"SELECT {_COLUMNS} FROM assignment WHERE id = $1 {FOR_UPDATE}", assignment_id)
    return Assignment(*row) if row else None


async def by_ids(db: Reader, ids: Sequence[str]) -> Sequence[Assignment]:
    """Several assignments, oldest first."""
    if not ids:
        return []
    rows = await db.all(
        f"SELECT {_COLUMNS} FROM assignment WHERE id IN ({placeholders(len(ids))}) ORDER BY id", *ids
    )
    return [Assignment(*row) for row in rows]


async def of_task(db: Reader, task_id: str) -> Sequence[Assignment]:
    """Every assignment of a task, oldest first."""
    rows = await db.all(
        f"SELECT {_COLUMNS} FROM assignment WHERE task_id = $1 ORDER BY claimed_at, id", task_id
    )
    return [Assignment(*row) for row in rows]


async def update(tx: Tx, assignment_id: str, /, **changes: object) -> None:
    """Set columns of an assignment."""
    sets = ", ".join(f"{name} = ${i}" for i, name in enumerate(changes, 2))
    await tx.run(f"UPDATE assignment SET {sets} WHERE id = $1", assignment_id, *changes.values())


async def save_draft(
    tx: Tx, assignment_id: str, person_id: str, rev: int, draft: str, active_ms: int, at: int, tab: str | None
) -> bool:
    """Keep a draft that is newer than the one there is; False when it is not, another tab writes, or the work ended."""
    changed = await tx.run(
        "UPDATE assignment SET draft = $4, draft_rev = $3, draft_at = $6, active_ms = $5"
        " WHERE id = $1 AND person_id = $2 AND draft_rev < $3 AND state IN ('reserved', 'active')"
        " AND (tab IS NULL OR tab = $7)",
        assignment_id,
        person_id,
        rev,
        draft,
        active_ms,
        at,
        tab,
    )
    return changed == 1


async def done_since(db: Reader, person_id: str, since: int) -> tuple[int, int]:
    """(submitted, active milliseconds) of a person since a moment."""
    row = await db.one(
        "SELECT COUNT(*), COALESCE(SUM(active_ms), 0) FROM assignment"
        " WHERE person_id = $1 AND ended_at >= $2 AND state = 'submitted'",
        person_id,
        since,
    )
    return (int(row[0]), int(row[1])) if row else (0, 0)


async def tallies(db: Reader, env_id: int, since: int) -> dict[str, tuple[int, int]]:
    """Per person: (submitted, active milliseconds) since a moment."""
    rows = await db.all(
        "SELECT person_id, COUNT(*), COALESCE(SUM(active_ms), 0) FROM assignment"
        " WHERE env_id = $1 AND ended_at >= $2 AND state = 'submitted' GROUP BY person_id",
        env_id,
        since,
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


async def verdicts(db: Reader, env_id: int) -> dict[str, dict[str, int]]:
    """Per author of an attempt: how reviewers judged it (``accept``, ``fix``, ``send_back``)."""
    rows = await db.all(
        "SELECT a.person_id, r.verdict, COUNT(*) FROM assignment r JOIN assignment a ON a.id ="
        " (SELECT x.id FROM assignment x WHERE x.task_id = r.task_id AND x.stage = 'attempt'"
        "  AND x.state = 'submitted' AND x.ended_at <= r.claimed_at ORDER BY x.ended_at DESC LIMIT 1)"
        " WHERE r.env_id = $1 AND r.stage = 'review' AND r.state = 'submitted'"
        " GROUP BY a.person_id, r.verdict",
        env_id,
    )
    found: dict[str, dict[str, int]] = {}
    for person_id, verdict, n in rows:
        found.setdefault(person_id, {})[verdict] = int(n)
    return found


async def latest(db: Reader, task_id: str) -> int:
    """When the last turn of a task began or ended; 0 without any."""
    row = await db.one(
        "SELECT MAX(claimed_at), MAX(ended_at) FROM assignment WHERE task_id = $1",
        task_id,
    )
    return max((int(at) for at in row or () if at is not None), default=0)


async def sent_back_comments(db: Reader, task_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """When each of several tasks was sent back last, and with what comment."""
    rows = await db.all(
        f"SELECT task_id, ended_at, comment FROM assignment WHERE task_id IN ({placeholders(len(task_ids))})"
        " AND stage = 'review' AND state = 'submitted' AND verdict = 'send_back' AND comment IS NOT NULL"
        " ORDER BY ended_at, id",
        *task_ids,
    )
    return {row[0]: (int(row[1]), row[2]) for row in rows}


async def submitted(db: Reader, task_ids: Sequence[str]) -> Sequence[Assignment]:
    """The attempts at several tasks that were handed in, oldest first."""
    if not task_ids:
        return []
    rows = await db.all(
        f"SELECT {_COLUMNS} FROM assignment WHERE task_id IN ({placeholders(len(task_ids))})"
        " AND state = 'submitted' AND stage = 'attempt' ORDER BY ended_at, id",
        *task_ids,
    )
    return [Assignment(*row) for row in rows]
