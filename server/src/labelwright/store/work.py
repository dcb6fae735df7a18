"""The work queue: one narrow row per task that still needs somebody, claimed by one conditional statement."""

from collections import Counter
from collections.abc import Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Work, columns
from labelwright.store.sql import FOR_UPDATE, SKIP_LOCKED, chunks, placeholders
from labelwright.store.studio import IN_ORDER, PLACE

OPEN, HELD, WAITING, CHECKING, NO_EDITOR, STUCK = 0, 1, 2, 3, 4, 5
"""States of a row: free to claim, leased to somebody, in a batch that waits, attachments not fetched yet, without an
editor that draws the answer in a project that does not allow the form, skipped by everybody who was expected to do it.

What is stuck is listed for managers and offered last: only to people for whom nothing is open.
"""

_WAITED_WITH = frozenset({"staging", "paused"})
"""Statuses of batches whose work waits."""

_WORK = columns(Work)
_FREE_FOR = (
    "w.state = 0 AND (w.kept_for IS NULL OR w.kept_for = $4)"
    " AND (w.author IS NULL OR w.author <> $4 OR w.stage = 'attempt')"
    " AND NOT EXISTS (SELECT 1 FROM work_skip s WHERE s.task_id = w.task_id AND s.person_id = $4)"
)


def expected(stage: str, author: str, kept_for: str) -> str:
    """A query for people who are expected to do a task of ``work`` and have not skipped it.

    An attempt is expected of the person it is kept for; else of the groups that its batch is for; else of the people
    on its project; else of all labelers, or of everybody in a team without any. A review is expected of every member
    but the author.

    Args:
        stage: the expression for the row's stage.
        author: the expression for the author of its answer.
        kept_for: the expression for the person it is kept for.
    """
    account = "(SELECT e.account_id FROM environment e WHERE e.id = work.env_id)"
    return (
        f"SELECT 1 FROM person p WHERE p.account_id = {account} AND p.disabled_at IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM work_skip s WHERE s.task_id = work.task_id AND s.person_id = p.id)"
        f" AND CASE WHEN {kept_for} IS NOT NULL THEN p.id = {kept_for}"
        f" WHEN {stage} = 'review' THEN p.role <> 'labeler' AND ({author} IS NULL OR p.id <> {author})"
        " WHEN EXISTS (SELECT 1 FROM batch_group x WHERE x.batch_id = work.batch_id) THEN EXISTS"
        " (SELECT 1 FROM batch_group g JOIN studio_group_person m ON m.group_id = g.group_id"
        " WHERE g.batch_id = work.batch_id AND m.person_id = p.id)"
        " WHEN EXISTS (SELECT 1 FROM project_person a WHERE a.project_id = work.project_id) THEN EXISTS"
        " (SELECT 1 FROM project_person a WHERE a.project_id = work.project_id AND a.person_id = p.id)"
        f" ELSE p.role = 'labeler' OR NOT EXISTS (SELECT 1 FROM person l WHERE l.account_id = {account}"
        " AND l.role = 'labeler' AND l.disabled_at IS NULL) END"
    )


def _resting(stage: str = "work.stage", author: str = "work.author", kept_for: str = "work.kept_for") -> str:
    """The expression for the state of a row that nobody holds and whose batch does not wait.

    Only what was skipped, and what waits for a review, is looked into; where nobody may review at all, the whole stage
    waits (``domain/stuck.py``), not single tasks.
    """
    reviewers = (
        "EXISTS (SELECT 1 FROM person v WHERE v.account_id = (SELECT e.account_id FROM environment e"
        " WHERE e.id = work.env_id) AND v.role <> 'labeler' AND v.disabled_at IS NULL)"
    )
    return (
        f"CASE WHEN COALESCE(work.no_editor, '') <> '' AND {NO_FORM} THEN {NO_EDITOR}"
        f" WHEN (work.skipped = 1 OR ({stage} = 'review' AND {reviewers}))"
        f" AND NOT EXISTS ({expected(stage, author, kept_for)}) THEN {STUCK} ELSE {OPEN} END"
    )


NO_FORM = (
    "NOT EXISTS (SELECT 1 FROM form_setting f WHERE f.env_id = work.env_id AND f.project_id = work.project_id"
    " AND f.allowed = 1)"
)
"""Whether a row's project does not allow the form."""

RESTING = _resting()


def _not_for(person: str, wanted: str = "y.project_id, y.id") -> str:
    """Pending batches that have groups, none of which this person is in."""
    return (
        f"SELECT {wanted} FROM batch y WHERE y.env_id = $1 AND y.status <> 'completed'"
        " AND EXISTS (SELECT 1 FROM batch_group x WHERE x.batch_id = y.id)"
        " AND NOT EXISTS (SELECT 1 FROM batch_group g JOIN studio_group_person m ON m.group_id = g.group_id"
        f" WHERE g.batch_id = y.id AND m.person_id = {person})"
    )


_IS_OPEN_TO = (
    "($3 = '*' OR NOT EXISTS (SELECT 1 FROM project_person a WHERE a.project_id = q.project_id)"
    " OR EXISTS (SELECT 1 FROM project_person a WHERE a.project_id = q.project_id AND a.person_id = $3))"
)
"""Whether a project is somebody's: one that people are assigned to is theirs, any other is everybody's."""


async def open_projects(db: Reader, env_id: int, stage: str, person_id: str | None) -> Sequence[str]:
    """Projects (``''`` for tasks without one) that have open work this person may see; None sees everything.

    Studio projects are not among them, see :func:`open_batches`. One look-up in the index for each project, however
    many tasks are open.
    """
    # Only the index of open work has this order, so that PostgreSQL does not walk through all work.
    rows = await db.all(
        "SELECT q.project_id FROM (SELECT id AS project_id FROM project WHERE env_id = $1 AND studio = 0"
        f" UNION ALL SELECT '') q WHERE {_IS_OPEN_TO} AND (SELECT 1 FROM work w WHERE w.env_id = $1"
        " AND w.project_id = q.project_id AND w.stage = $2 AND w.state = 0"
        " ORDER BY w.batch_order, w.rank LIMIT 1) IS NOT NULL",
        env_id,
        stage,
        "*" if person_id is None else person_id,
    )
    return [row[0] for row in rows]


async def open_batches(
    db: Reader, env_id: int, stage: str, person_id: str, project_id: str | None, *, everywhere: bool
) -> Sequence[tuple[str, str]]:
    """(project id, batch id) of the Studio batches that have open work for this person, in the list's order.

    A batch with groups is for the attempts of its groups' members only; whoever may review, reviews any. Work without
    a batch (``''``) comes last. One look-up in the index for each pending batch, however many tasks are open.

    Args:
        db: where to look.
        env_id: the environment.
        stage: the stage of the work.
        person_id: who asks.
        project_id: only this project.
        everywhere: whether they may work in projects of others.
    """
    # Only the batches' index fits this and has this order, so that PostgreSQL does not walk through all work.
    has_work = (
        "(SELECT 1 FROM work w WHERE w.batch_id = q.batch_id AND w.project_id = q.project_id"
        " AND w.stage = $2 AND w.state = 0 ORDER BY w.rank, w.seq LIMIT 1) IS NOT NULL"
    )
    rows = await db.all(
        f"SELECT q.project_id, q.batch_id FROM (SELECT {PLACE}, b.project_id FROM batch b"
        " JOIN project p ON p.id = b.project_id AND p.studio = 1 WHERE b.env_id = $1 AND b.status <> 'completed'"
        " UNION ALL SELECT 2, 0, 0, 0, '', id FROM project WHERE env_id = $1 AND studio = 1) q"
        f" WHERE ($4 = '*' OR q.project_id = $4) AND {_IS_OPEN_TO}"
        f" AND ($2 <> 'attempt' OR q.batch_id NOT IN ({_not_for('$5', 'y.id')})) AND {has_work}"
        f" ORDER BY {IN_ORDER}",
        env_id,
        stage,
        "*" if everywhere else person_id,
        "*" if project_id is None else project_id,
        person_id,
    )
    return [(row[0], row[1]) for row in rows]


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
    """The row this person should get next in a project: by priority, then age."""
    return await _best(tx, "w.env_id = $1", env_id, project_id, stage, person_id)


async def best_in_batch(tx: Tx, batch_id: str, project_id: str, stage: str, person_id: str) -> Work | None:
    """The row this person should get next in a batch of a project, ``''`` for work without a batch."""
    return await _best(tx, "w.batch_id = $1", batch_id, project_id, stage, person_id)


async def _best(
    tx: Tx, within: str, place: int | str, project_id: str, stage: str, person_id: str
) -> Work | None:
    # The index of the environment, and that of the batch, have their rows in this order.
    order = "w.batch_order, w.rank, w.seq, w.task_id" if isinstance(place, int) else "w.rank, w.seq"
    row = await tx.one(
        f"SELECT {columns(Work, 'w.')} FROM work w WHERE {within} AND w.project_id = $2"
        f" AND w.stage = $3 AND {_FREE_FOR} ORDER BY {order} LIMIT 1 " + SKIP_LOCKED,
        place,
        project_id,
        stage,
        person_id,
    )
    return Work(*row) if row else None


MAX_STUCK_ROWS = 500
"""Of how many stuck tasks a claim looks whether one is for this person."""

_STUCK = (
    "w.task_id IN (SELECT task_id FROM work WHERE env_id = $1 AND state = 5"
    f" ORDER BY task_id LIMIT {MAX_STUCK_ROWS})"
)


def _for_person(person: str) -> str:
    """Whether a person may do a task of ``w``, and has not skipped it."""
    return (
        f"(w.kept_for IS NULL OR w.kept_for = {person})"
        f" AND (w.stage = 'attempt' OR w.author IS NULL OR w.author <> {person})"
        f" AND NOT EXISTS (SELECT 1 FROM work_skip s WHERE s.task_id = w.task_id AND s.person_id = {person})"
        f" AND (EXISTS (SELECT 1 FROM person r WHERE r.id = {person} AND r.role <> 'labeler')"
        f" OR (w.stage = 'attempt' AND {_on_project('w', person)}))"
        " AND (w.stage <> 'attempt' OR NOT EXISTS (SELECT 1 FROM batch_group x WHERE x.batch_id = w.batch_id)"
        " OR EXISTS (SELECT 1 FROM batch_group g JOIN studio_group_person m ON m.group_id = g.group_id"
        f" WHERE g.batch_id = w.batch_id AND m.person_id = {person}))"
    )


def _on_project(row: str, person: str) -> str:
    """Whether the project of a row is everybody's or this person's."""
    of_row = f"SELECT 1 FROM project_person a WHERE a.project_id = {row}.project_id"
    return f"(NOT EXISTS ({of_row}) OR EXISTS ({of_row} AND a.person_id = {person}))"


async def best_stuck(tx: Tx, env_id: int, stage: str, person_id: str, project_id: str | None) -> Work | None:
    """What everybody who was expected to do it has skipped, and this person has not; for those with nothing else."""
    row = await tx.one(
        f"SELECT {columns(Work, 'w.')} FROM work w WHERE {_STUCK} AND w.state = 5 AND w.stage = $2"
        f" AND ($4 = '*' OR w.project_id = $4) AND {_for_person('$3')} ORDER BY w.rank, w.seq LIMIT 1 {SKIP_LOCKED}",
        env_id,
        stage,
        person_id,
        "*" if project_id is None else project_id,
    )
    return Work(*row) if row else None


async def reserved_open(
    tx: Tx, env_id: int, stage: str, person_id: str, project_id: str | None
) -> Work | None:
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


async def sent_back(db: Reader, env_id: int, person_id: str) -> Sequence[tuple[str, str]]:
    """(project id, task id) of work that was sent back to this person, at most 500; also what they hold again."""
    rows = await db.all(
        "SELECT project_id, task_id FROM work WHERE kept_for = $2 AND env_id = $1 AND stage = 'attempt'"
        " AND (state = 0 OR holder = $2) ORDER BY task_id DESC LIMIT 500",
        env_id,
        person_id,
    )
    return [(row[0], row[1]) for row in rows]


async def hold(tx: Tx, task_id: str, person_id: str, assignment_id: str, until: int) -> bool:
    """Lease a free row; False when somebody else was faster."""
    changed = await tx.run(
        "UPDATE work SET state = 1, holder = $2, assignment_id = $3, lease_until = $4"
        " WHERE task_id = $1 AND state IN (0, 5)",
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
    """Give a held row back to the queue; ``for_anybody`` also when it was kept for one person.

    What was handed out ahead and never begun waits if its batch was paused meanwhile.
    """
    kept = ", kept_for = NULL" if for_anybody else ""
    rests = _resting(kept_for="NULL") if for_anybody else RESTING
    state = (
        "CASE WHEN EXISTS (SELECT 1 FROM batch b JOIN task t ON t.id = work.task_id WHERE b.id = work.batch_id"
        f" AND b.status = 'paused' AND t.work_started = 0) THEN 2 ELSE {rests} END"
    )
    changed = await tx.run(
        f"UPDATE work SET state = {state}, holder = NULL, assignment_id = NULL, lease_until = NULL{kept}"
        " WHERE task_id = $2 AND assignment_id = $1 AND state = 1",
        assignment_id,
        task_id,
    )
    return changed == 1


_NEXT = _resting("CAST($3 AS TEXT)", "CAST($4 AS TEXT)", "CAST($5 AS TEXT)")


async def next_stage(
    tx: Tx, assignment_id: str, task_id: str, stage: str, *, author: str | None, kept_for: str | None
) -> bool:
    """Move a held row to another stage, where nobody holds it; False when the assignment does not hold it any more."""
    changed = await tx.run(
        f"UPDATE work SET stage = $3, state = {_NEXT}, author = $4, kept_for = $5, holder = NULL,"
        " assignment_id = NULL, lease_until = NULL WHERE task_id = $2 AND assignment_id = $1 AND state = 1",
        assignment_id,
        task_id,
        stage,
        author,
        kept_for,
    )
    return changed == 1


async def checked(tx: Tx, task_id: str) -> bool:
    """Let a task be claimed whose attachments are all there, or wait with its batch; False without such a row.

    The batch is locked while it is staged or paused: what opens the rows that wait must not miss this one.
    """
    batch = await tx.one(
        "SELECT b.id, b.status FROM work w JOIN batch b ON b.id = w.batch_id WHERE w.task_id = $1 AND w.state = 3",
        task_id,
    )
    if batch is not None and batch[1] in _WAITED_WITH:
        batch = await tx.one(f"SELECT id, status FROM batch WHERE id = $1 {FOR_UPDATE}", batch[0])
    waits = batch is not None and batch[1] in _WAITED_WITH
    changed = await tx.run(
        f"UPDATE work SET state = {WAITING if waits else RESTING} WHERE task_id = $1 AND state = 3", task_id
    )
    return changed == 1


async def set_resting(tx: Tx, task_id: str) -> None:
    """Let a row that nobody holds be free, stuck, or waiting for an editor, as it is."""
    await tx.run(f"UPDATE work SET state = {RESTING} WHERE task_id = $1 AND state IN (0, 4, 5)", task_id)


async def finish(tx: Tx, task_id: str, assignment_id: str) -> bool:
    """Remove a held row: nothing is left to do; False when the assignment does not hold it any more."""
    changed = await tx.run(
        "DELETE FROM work WHERE task_id = $1 AND assignment_id = $2 AND state = 1", task_id, assignment_id
    )
    return changed == 1


async def drop(tx: Tx, task_id: str) -> None:
    """Remove a task's row: nobody is to work on it."""
    await tx.run("DELETE FROM work WHERE task_id = $1", task_id)


async def reserved(tx: Tx, person_id: str, env_id: int) -> Sequence[Work]:
    """What was sent back to a person and is not held, held still until the commit."""
    rows = await tx.all(
        f"SELECT {_WORK} FROM work WHERE kept_for = $1 AND env_id = $2 AND state <> 1 ORDER BY task_id {FOR_UPDATE}",
        person_id,
        env_id,
    )
    return [Work(*row) for row in rows]


async def reserved_for_outsiders(tx: Tx, project_ids: Sequence[str]) -> Sequence[Work]:
    """What is kept for labelers who are not on its project while others are, held still until the commit."""
    rows = await tx.all(
        f"SELECT {columns(Work, 'w.')} FROM work w WHERE w.project_id IN ({placeholders(len(project_ids))})"
        " AND w.kept_for IN (SELECT id FROM person WHERE role = 'labeler')"
        " AND EXISTS (SELECT 1 FROM project_person a WHERE a.project_id = w.project_id)"
        " AND NOT EXISTS (SELECT 1 FROM project_person a WHERE a.project_id = w.project_id"
        f" AND a.person_id = w.kept_for) ORDER BY w.task_id {FOR_UPDATE}",
        *project_ids,
    )
    return [Work(*row) for row in rows]


async def unreserve(tx: Tx, task_ids: Sequence[str]) -> None:
    """Let anybody have work that was kept for one person."""
    for piece in chunks(task_ids):
        await tx.run(f"UPDATE work SET kept_for = NULL WHERE task_id IN ({placeholders(len(piece))})", *piece)


async def keep_for_nobody(tx: Tx, person_id: str) -> None:
    """Let anybody have the work that was sent back to somebody who is not there any more."""
    await tx.run("UPDATE work SET kept_for = NULL WHERE kept_for = $1", person_id)


async def skip(tx: Tx, task_id: str, person_id: str, at: int) -> None:
    """Do not offer this task to this person again; before the row is given back."""
    await tx.run(
        "INSERT INTO work_skip (task_id, person_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        task_id,
        person_id,
        at,
    )
    await tx.run("UPDATE work SET skipped = 1 WHERE task_id = $1", task_id)


async def skipped_before(tx: Tx, task_id: str) -> None:
    """Note on a new row that somebody has skipped its task before."""
    await tx.run(
        "UPDATE work SET skipped = 1 WHERE task_id = $1 AND EXISTS"
        " (SELECT 1 FROM work_skip s WHERE s.task_id = work.task_id)",
        task_id,
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


async def postpone(tx: Tx, task_id: str, lease_until: int, until: int) -> None:
    """Let a row wait whose lease ran out and which could not be given back."""
    await tx.run(
        "UPDATE work SET lease_until = $3 WHERE task_id = $1 AND state = 1 AND lease_until = $2",
        task_id,
        lease_until,
        until,
    )


async def shorten_leases(tx: Tx, reserved_until: int, until: int) -> int:
    """End leases at ``until`` that last longer, and those of work that nobody opened at ``reserved_until``.

    Returns:
        How many lasted longer.
    """
    changed = await tx.run("UPDATE work SET lease_until = $1 WHERE state = 1 AND lease_until > $1", until)
    return changed + await tx.run(
        "UPDATE work SET lease_until = $1 WHERE state = 1 AND lease_until > $1"
        " AND EXISTS (SELECT 1 FROM assignment a WHERE a.id = work.assignment_id AND a.state = 'reserved')",
        reserved_until,
    )


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

    Open work is counted in a covering index, and so is that of batches which are for other groups; what else is not
    for this person is counted from its own few rows.
    """
    free = Counter(await _counted(db, "w.env_id = $1 AND w.state = 0", env_id))
    places = [(row[0], row[1]) for row in await db.all(_not_for("$2"), env_id, person_id)]
    barred = [*sorted({project_id for project_id, _ in places}), *(batch_id for _, batch_id in places)]

    def in_barred(start: int) -> str:
        """Whether a row is in one of those batches, whose ids are the parameters from ``start`` on."""
        if not places:
            return "1 = 0"
        batches = start + len(barred) - len(places)
        return (
            f"w.project_id IN ({placeholders(batches - start, start)})"
            f" AND w.batch_id IN ({placeholders(len(places), batches)}) AND w.stage = 'attempt'"
        )

    # A plus keeps SQLite from walking through the environment's index.
    others = (
        "+w.env_id = $1 AND +w.state = 0 AND w.task_id IN ("
        "SELECT task_id FROM work WHERE state = 0 AND kept_for IS NOT NULL AND kept_for <> $2"
        " UNION SELECT task_id FROM work WHERE state = 0 AND author = $2 AND stage = 'review'"
        f" UNION SELECT task_id FROM work_skip WHERE person_id = $2) AND NOT ({in_barred(3)})"
    )
    free.subtract(await _counted(db, others, env_id, person_id, *barred))
    if places:
        of_groups = f"w.env_id = $1 AND w.state = 0 AND {in_barred(2)}"
        free.subtract(await _counted(db, of_groups, env_id, *barred))
        # Work that was sent back to somebody stays theirs, whoever the batch is for now.
        returned = f"w.env_id = $1 AND w.state = 0 AND w.kept_for = $2 AND {in_barred(3)}"
        free.update(await _counted(db, returned, env_id, person_id, *barred))
    free.update(await _counted(db, f"{_STUCK} AND {_for_person('$2')}", env_id, person_id))
    held = await _counted(db, "+w.env_id = $1 AND w.holder = $2 AND w.state = 1", env_id, person_id)
    return [(*key, free.get(key, 0), held.get(key, 0)) for key in {**free, **held}]


async def _counted(db: Reader, where: str, *args: object) -> dict[tuple[str, str], int]:
    """How many rows there are of each project and stage."""
    rows = await db.all(
        f"SELECT w.project_id, w.stage, COUNT(*) FROM work w WHERE {where} GROUP BY w.project_id, w.stage",
        *args,
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}


async def progress(db: Reader, env_id: int) -> Sequence[tuple[str, str, str, int, int]]:
    """(project id, batch id, stage, state, how many) over everything that is left to do."""
    rows = await db.all(
        "SELECT project_id, batch_id, stage, state, COUNT(*) FROM work WHERE env_id = $1"
        " GROUP BY project_id, batch_id, stage, state",
        env_id,
    )
    return [(row[0], row[1], row[2], row[3], int(row[4])) for row in rows]


async def without_project(db: Reader, env_id: int) -> Sequence[tuple[str, int, int]]:
    """(stage, state, how many) over what is left to do of tasks without a project."""
    rows = await db.all(
        "SELECT stage, state, COUNT(*) FROM work WHERE env_id = $1 AND project_id = '' GROUP BY stage, state",
        env_id,
    )
    return [(row[0], row[1], int(row[2])) for row in rows]


async def of_tasks(db: Reader, task_ids: Sequence[str]) -> dict[str, Work]:
    """The rows of several tasks."""
    if not task_ids:
        return {}
    rows = await db.all(
        f"SELECT {_WORK} FROM work WHERE task_id IN ({placeholders(len(task_ids))})", *task_ids
    )
    return {row[0]: Work(*row) for row in rows}
