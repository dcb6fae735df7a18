"""What labelers did and how it was judged, counted from the assignments."""

from collections.abc import Sequence

import msgspec

from labelwright.store.database import Reader
from labelwright.store.rows import Person, columns
from labelwright.store.sql import Where, placeholders
from labelwright.store.tasks import Cursor


class Work(msgspec.Struct, frozen=True):
    """How much a person handed in: different tasks by stage, and milliseconds of active work."""

    attempted: int = 0
    reviewed: int = 0
    active_ms: int = 0


class Judged(msgspec.Struct):
    """How reviewers judged a person's attempts."""

    accepted: int = 0
    fixed: int = 0
    sent_back: int = 0


_FIELD = {"accept": "accepted", "fix": "fixed", "send_back": "sent_back"}


def _of_projects(alias: str, project_ids: Sequence[str] | None, start: int) -> str:
    if project_ids is None:
        return ""
    return f" AND {alias}.project_id IN ({placeholders(len(project_ids), start)})"


async def page(
    db: Reader,
    env_id: int,
    account_id: str,
    emails: Sequence[str],
    project_ids: Sequence[str] | None,
    limit: int,
    after: Cursor | None,
) -> Sequence[Person]:
    """A page of people, oldest first.

    Args:
        db: the database.
        env_id: where their work counts.
        account_id: whose people.
        emails: only these, lower-case; empty for everybody.
        project_ids: only people who handed something in for these projects; None for everybody.
        limit: how many.
        after: the last of the page before.
    """
    where = Where()
    where.add("p.account_id = ?", account_id)
    if emails:
        where.any_of("p.email", emails)
    if project_ids is not None:
        where.args.append(env_id)
        worked = (
            "EXISTS (SELECT 1 FROM assignment a WHERE a.person_id = p.id AND a.state = 'submitted'"
            f" AND a.env_id = ${len(where.args)}{_of_projects('a', project_ids, len(where.args) + 1)})"
        )
        where.args.extend(project_ids)
        where.parts.append(worked)
    if after is not None:
        where.add("(p.created_at, p.id) > (?, ?)", after.created_at, after.id)
    rows = await db.all(
        f"SELECT {columns(Person, 'p.')} FROM person p WHERE {where}"
        f" ORDER BY p.created_at, p.id LIMIT ${len(where.args) + 1}",
        *where.args,
        limit,
    )
    return [Person(*row) for row in rows]


async def work(
    db: Reader, env_id: int, person_ids: Sequence[str], project_ids: Sequence[str] | None
) -> dict[str, Work]:
    """What each person handed in, in these projects or in all."""
    if not person_ids:
        return {}
    rows = await db.all(
        "SELECT a.person_id, COUNT(DISTINCT CASE WHEN a.stage = 'attempt' THEN a.task_id END),"
        " COUNT(DISTINCT CASE WHEN a.stage = 'review' THEN a.task_id END), COALESCE(SUM(a.active_ms), 0)"
        " FROM assignment a WHERE a.env_id = $1 AND a.state = 'submitted'"
        f" AND a.person_id IN ({placeholders(len(person_ids), 2)})"
        f"{_of_projects('a', project_ids, len(person_ids) + 2)} GROUP BY a.person_id",
        env_id,
        *person_ids,
        *(project_ids or ()),
    )
    return {row[0]: Work(int(row[1]), int(row[2]), int(row[3])) for row in rows}


async def judged(
    db: Reader, env_id: int, person_ids: Sequence[str], project_ids: Sequence[str] | None
) -> dict[str, Judged]:
    """How reviewers judged each person's attempts; a review judges the last attempt before it was claimed."""
    found: dict[str, Judged] = {}
    if not person_ids:
        return found
    rows = await db.all(
        "SELECT a.person_id, r.verdict, COUNT(*) FROM assignment a JOIN assignment r ON r.task_id = a.task_id"
        " AND r.stage = 'review' AND r.state = 'submitted' AND r.claimed_at >= a.ended_at AND r.id > a.id"
        " WHERE a.env_id = $1 AND a.stage = 'attempt' AND a.state = 'submitted'"
        f" AND a.person_id IN ({placeholders(len(person_ids), 2)})"
        f"{_of_projects('a', project_ids, len(person_ids) + 2)}"
        " AND NOT EXISTS (SELECT 1 FROM assignment x WHERE x.task_id = a.task_id AND x.stage = 'attempt'"
        "  AND x.state = 'submitted' AND x.id > a.id AND x.id < r.id AND x.ended_at <= r.claimed_at)"
        " GROUP BY a.person_id, r.verdict",
        env_id,
        *person_ids,
        *(project_ids or ()),
    )
    for person_id, verdict, n in rows:
        if verdict in _FIELD:
            setattr(found.setdefault(person_id, Judged()), _FIELD[verdict], int(n))
    return found
