"""The work queue: one narrow row per task that still needs somebody, claimed by one conditional statement."""

from collections.abc import Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Work, columns
from labelwright.store.sql import FOR_UPDATE, SKIP_LOCKED, placeholders

OPEN, HELD, WAITING, CHECKING = 0, 1, 2, 3
"""States of a row: free to claim, leased to somebody, in a batch that is still staged, attachments not fetched yet."""

_WORK = columns(Work)
_FREE_FOR = (
    "w.state = 0 AND (w.kept_for IS NULL OR w.kept_for = $4)"
    " AND (w.author IS NULL OR w.author <> $4 OR w.stage = 'attempt')"
    " AND NOT EXISTS (SELECT 1 FROM work_skip s WHERE s.task_id = w.task_id AND s.person_id = $4)"
)


async def open_projects(db: Reader, env_id: int, stage: str, person_id: str | None) -> Sequence[str]:
    """Projects (``''`` for tasks without one) that have open work this person may see; None sees everything.

    A project that people are assigned to is theirs; one without assignments is everybody's. One look-up in the
    index for each project, however many tasks are open.
    """
    has_work = (
        "EXISTS (SELECT 1 FROM work w WHERE w.env_id = $1 AND w.project_id = q.id AND w.stage = $2"
        " AND w.state = 0)"
    )
    rows = await db.all(
        f"SELECT q.id FROM (SELECT id FROM project WHERE env_id = $1 UNION ALL SELECT '') q WHERE {has_work}"
        " AND ($3 = '*' OR NOT EXISTS (SELECT 1 FROM project_person a WHERE a.project_id = q.id)"
        " OR EXISTS (SELECT 1 FROM project_person a WHERE a.project_id = q.id AND a.person_id = $3))",
        env_id,
        stage,
        "*" if person_id is None else person_id,
    )
    return [row[0] for row in rows]


async def may_work(db: Reader, project_id: str, person_id: str) -> bool:
    """Whether a project is everybody's or this person's."""
    row = await db.one(
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM project_person WHERE project_id = $1 AND person_id = $2)"
        " OR NOT EXISTS (SELECT 1 FROM project_person WHERE project_id = $1) THEN 1 ELSE 0 END",
        project_id,
        person_id,
    )
    return bool(row and row[0])


async def best_open(tx: Tx, env_id: int, project_id: str, stage: str, person_id: str) -> Work | None:
    """The row this person should get next in a project: returned work, batch order, priority, age."""
    row = await tx.one(
        f"SELECT {columns(Work, 'w.')} FROM work w WHERE w.env_id = $1 AND w.project_id = $2"
        f" AND w.stage = $3 AND {_FREE_FOR}"
        " ORDER BY w.batch_order, w.rank, w.seq, w.task_id LIMIT 1 " + SKIP_LOCKED,
        env_id,
        project_id,
        stage,
        person_id,
    )
    return Work(*row) if row else None


async def kept_open(tx: Tx, env_id: int, stage: str, person_id: str, project_id: str | None) -> Work | None:
    """Work that was sent back to this person."""
    row = await tx.one(
        f"SELECT {_WORK} FROM work WHERE env_id = $1 AND stage = $2 AND kept_for = $3 AND state = 0"
        " AND ($4 = '*' OR project_id = $4)"
        " ORDER BY rank, seq LIMIT 1 " + SKIP_LOCKED,
        env_id,
        stage,
        person_id,
        "*" if project_id is None else project_id,
    )
    return Work(*row) if row else None


async def hold(tx: Tx, task_id: str, person_id: str, assignment_id: str, until: int) -> bool:
    """Lease an open row; False when somebody else was faster."""
    changed = await tx.run(
        "UPDATE work SET state = 1, holder = $2, assignment_id = $3, lease_until = $4"
        " WHERE task_id = $1 AND state = 0",
        task_id,
        person_id,
        assignment_id,
        until,
    )
    return changed == 1


async def extend(tx: Tx, assignment_id: str, task_id: str, until: int) -> bool:
    """Prolong a lease that is still held by this assignment."""
    changed = await tx.run(
        "UPDATE work SET lease_until = $3 WHERE task_id = $2 AND assignment_id = $1 AND state = 1",
        assignment_id,
        task_id,
        until,
    )
    return changed == 1


async def for_update(tx: Tx, task_id: str) -> Work | None:
    """A task's row, held still until the commit."""
    row = await tx.one(f"SELECT {_WORK} FROM work WHERE task_id = $1 {FOR_UPDATE}", task_id)
    return Work(*row) if row else None


async def free(tx: Tx, assignment_id: str, task_id: str, *, for_anybody: bool = False) -> bool:
    """Give a held row back to the queue; ``for_anybody`` also when it was kept for one person."""
    kept = ", kept_for = NULL" if for_anybody else ""
    changed = await tx.run(
        f"UPDATE work SET state = 0, holder = NULL, assignment_id = NULL, lease_until = NULL{kept}"
        " WHERE task_id = $2 AND assignment_id = $1 AND state = 1",
        assignment_id,
        task_id,
    )
    return changed == 1


async def next_stage(
    tx: Tx, assignment_id: str, task_id: str, stage: str, *, author: str | None, kept_for: str | None
) -> bool:
    """Move a held row to another stage, open; False when the assignment does not hold it any more."""
    changed = await tx.run(
        "UPDATE work SET stage = $3, state = 0, author = $4, kept_for = $5, holder = NULL,"
        " assignment_id = NULL, lease_until = NULL WHERE task_id = $2 AND assignment_id = $1 AND state = 1",
        assignment_id,
        task_id,
        stage,
        author,
        kept_for,
    )
    return changed == 1


async def finish(tx: Tx, task_id: str, assignment_id: str) -> bool:
    """Remove a held row: nothing is left to do; False when the assignment does not hold it any more."""
    changed = await tx.run(
        "DELETE FROM work WHERE task_id = $1 AND assignment_id = $2 AND state = 1", task_id, assignment_id
    )
    return changed == 1


async def drop(tx: Tx, task_id: str) -> None:
    """Remove a task's row: nobody is to work on it."""
    await tx.run("DELETE FROM work WHERE task_id = $1", task_id)


async def skip(tx: Tx, task_id: str, person_id: str, at: int) -> None:
    """Do not offer this task to this person again."""
    await tx.run(
        "INSERT INTO work_skip (task_id, person_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        task_id,
        person_id,
        at,
    )


async def expired(tx: Tx, now: int, limit: int) -> Sequence[Work]:
    """Held rows whose lease has run out."""
    rows = await tx.all(
        f"SELECT {_WORK} FROM work WHERE state = 1 AND lease_until < $1"
        " ORDER BY lease_until LIMIT $2 " + SKIP_LOCKED,
        now,
        limit,
    )
    return [Work(*row) for row in rows]


async def held_by(db: Reader, person_id: str, env_id: int) -> Sequence[Work]:
    """Everything a person holds, oldest lease first."""
    rows = await db.all(
        f"SELECT {_WORK} FROM work WHERE holder = $1 AND state = 1 AND env_id = $2 ORDER BY assignment_id",
        person_id,
        env_id,
    )
    return [Work(*row) for row in rows]


async def queue_counts(db: Reader, env_id: int, person_id: str) -> Sequence[tuple[str, str, int, int]]:
    """(project id, stage, open to this person, held by this person).

    Open work is counted in a covering index; what is not for this person is counted from its own few rows.
    """
    open_rows = await db.all(
        "SELECT project_id, stage, COUNT(*) FROM work WHERE env_id = $1 AND state = 0"
        " GROUP BY project_id, stage",
        env_id,
    )
    others = await db.all(
        "SELECT w.project_id, w.stage, COUNT(*) FROM work w WHERE w.env_id = $1 AND w.state = 0"
        " AND w.task_id IN (SELECT task_id FROM work WHERE state = 0 AND kept_for IS NOT NULL AND kept_for <> $2"
        " UNION SELECT task_id FROM work WHERE state = 0 AND author = $2 AND stage = 'review'"
        " UNION SELECT task_id FROM work_skip WHERE person_id = $2)"
        " GROUP BY w.project_id, w.stage",
        env_id,
        person_id,
    )
    held = await db.all(
        "SELECT project_id, stage, COUNT(*) FROM work WHERE holder = $2 AND state = 1 AND env_id = $1"
        " GROUP BY project_id, stage",
        env_id,
        person_id,
    )
    free = {(row[0], row[1]): int(row[2]) for row in open_rows}
    for row in others:
        free[row[0], row[1]] -= int(row[2])
    mine = {(row[0], row[1]): int(row[2]) for row in held}
    return [(*key, free.get(key, 0), mine.get(key, 0)) for key in {**free, **mine}]


async def progress(db: Reader, env_id: int) -> Sequence[tuple[str, str, str, int, int]]:
    """(project id, batch id, stage, state, how many) over everything that is left to do."""
    rows = await db.all(
        "SELECT project_id, batch_id, stage, state, COUNT(*) FROM work WHERE env_id = $1"
        " GROUP BY project_id, batch_id, stage, state",
        env_id,
    )
    return [(row[0], row[1], row[2], row[3], int(row[4])) for row in rows]


async def of_tasks(db: Reader, task_ids: Sequence[str]) -> dict[str, Work]:
    """The rows of several tasks."""
    if not task_ids:
        return {}
    rows = await db.all(
        f"SELECT {_WORK} FROM work WHERE task_id IN ({placeholders(len(task_ids))})", *task_ids
    )
    return {row[0]: Work(*row) for row in rows}
