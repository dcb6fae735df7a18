"""Tasks that everybody who was expected to do them has skipped, or that wait for a review only by their author."""

from collections.abc import Sequence

import msgspec

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Work, columns
from labelwright.store.sql import placeholders
from labelwright.store.work import STUCK, expected

_EXPECTED = expected("work.stage", "work.author", "work.kept_for")


class Skip(msgspec.Struct, frozen=True):
    """Who has skipped a task, when and why."""

    task_id: str
    person_id: str
    at: int
    reason: str


async def settle(tx: Tx, env_id: int) -> None:
    """Look again which tasks are stuck, after it changed who is expected to do them.

    Looks at what is stuck, at what somebody has skipped, and at the answers of the only reviewer: at few rows, however
    many are open.
    """
    await tx.run(
        f"UPDATE work SET state = 0 WHERE env_id = $1 AND state = 5 AND EXISTS ({_EXPECTED})",
        env_id,
    )
    await tx.run(
        "UPDATE work SET state = 5 WHERE env_id = $1 AND state = 0 AND skipped = 1"
        f" AND NOT EXISTS ({_EXPECTED})",
        env_id,
    )
    reviewers = await tx.all(
        "SELECT p.id FROM person p JOIN environment e ON e.account_id = p.account_id WHERE e.id = $1"
        " AND p.role <> 'labeler' AND p.disabled_at IS NULL LIMIT 2",
        env_id,
    )
    if len(reviewers) == 1:
        await tx.run(
            "UPDATE work SET state = 5 WHERE author = $2 AND env_id = $1 AND state = 0 AND stage = 'review'"
            f" AND NOT EXISTS ({_EXPECTED})",
            env_id,
            reviewers[0][0],
        )


async def page(db: Reader, env_id: int, project_id: str | None, after: str, limit: int) -> Sequence[Work]:
    """Stuck tasks by id, after one."""
    rows = await db.all(
        f"SELECT {columns(Work)} FROM work WHERE env_id = $1 AND state = {STUCK}"
        " AND ($2 = '*' OR project_id = $2) AND task_id > $3 ORDER BY task_id LIMIT $4",
        env_id,
        "*" if project_id is None else project_id,
        after,
        limit,
    )
    return [Work(*row) for row in rows]


async def total(db: Reader, env_id: int, project_id: str | None) -> int:
    """How many tasks are stuck."""
    row = await db.one(
        f"SELECT COUNT(*) FROM work WHERE env_id = $1 AND state = {STUCK} AND ($2 = '*' OR project_id = $2)",
        env_id,
        "*" if project_id is None else project_id,
    )
    return int(row[0]) if row else 0


async def skips(db: Reader, task_ids: Sequence[str]) -> Sequence[Skip]:
    """Who has skipped tasks and why, oldest first."""
    if not task_ids:
        return []
    rows = await db.all(
        "SELECT s.task_id, s.person_id, s.created_at, (SELECT a.comment FROM assignment a WHERE a.task_id = s.task_id"
        " AND a.person_id = s.person_id AND a.state = 'skipped' ORDER BY a.ended_at DESC, a.id DESC LIMIT 1)"
        " FROM work_skip s"
        f" WHERE s.task_id IN ({placeholders(len(task_ids))}) ORDER BY s.created_at, s.person_id",
        *task_ids,
    )
    return [Skip(row[0], row[1], int(row[2]), row[3] or "") for row in rows]


async def offer(tx: Tx, task_id: str, person_id: str | None) -> None:
    """Forget who has skipped a task, or that this person has; and keep it for this person."""
    only = "" if person_id is None else " AND person_id = $2"
    await tx.run(
        f"DELETE FROM work_skip WHERE task_id = $1{only}", task_id, *([person_id] if person_id else [])
    )
    await tx.run(
        "UPDATE work SET kept_for = $2, skipped = CASE WHEN EXISTS (SELECT 1 FROM work_skip s"
        " WHERE s.task_id = work.task_id) THEN 1 ELSE 0 END WHERE task_id = $1",
        task_id,
        person_id,
    )


async def groups(db: Reader, env_id: int) -> dict[str, set[str]]:
    """Who is in the groups of each pending batch that has any."""
    rows = await db.all(
        "SELECT g.batch_id, m.person_id FROM batch_group g JOIN batch b ON b.id = g.batch_id"
        " LEFT JOIN studio_group_person m ON m.group_id = g.group_id WHERE b.env_id = $1"
        " AND b.status <> 'completed'",
        env_id,
    )
    found: dict[str, set[str]] = {}
    for batch_id, person_id in rows:
        found.setdefault(batch_id, set())
        if person_id is not None:
            found[batch_id].add(person_id)
    return found
