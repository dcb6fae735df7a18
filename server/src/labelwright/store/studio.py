"""Studio: who works on which project, groups of labelers, and the order of batches."""

from collections.abc import Sequence

import msgspec

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import StudioGroup, columns, values
from labelwright.store.sql import FOR_UPDATE, chunks, insert, placeholders

_GROUP = columns(StudioGroup)

PLACE = (
    "CASE WHEN b.studio_priority IS NULL THEN 1 ELSE 0 END AS part, COALESCE(b.studio_priority, 0) AS place,"
    " 1 - b.calibration AS production, b.created_at AS made_at,"
    " b.id AS batch_id"
)
IN_ORDER = "part, place, production, made_at, batch_id"
"""The list of Studio batches: those that were put in order, then calibration, then the oldest (wire/studio §3)."""


class PendingBatch(msgspec.Struct, frozen=True):
    """A batch of a Studio project that is not completed."""

    id: str
    name: str
    project_id: str
    project: str
    calibration: int


async def unassign(tx: Tx, project_ids: Sequence[str], person_ids: Sequence[str]) -> None:
    """Take people off projects, and out of the projects' groups."""
    projects, people = placeholders(len(project_ids)), placeholders(len(person_ids), len(project_ids) + 1)
    await tx.run(
        "DELETE FROM studio_group_person WHERE group_id IN"
        f" (SELECT id FROM studio_group WHERE project_id IN ({projects})) AND person_id IN ({people})",
        *project_ids,
        *person_ids,
    )
    await tx.run(
        f"DELETE FROM project_person WHERE project_id IN ({projects}) AND person_id IN ({people})",
        *project_ids,
        *person_ids,
    )


async def unassign_everywhere(tx: Tx, person_id: str) -> None:
    """Take somebody off all projects and out of all groups."""
    await tx.run("DELETE FROM studio_group_person WHERE person_id = $1", person_id)
    await tx.run("DELETE FROM project_person WHERE person_id = $1", person_id)


async def assign(tx: Tx, pairs: Sequence[tuple[str, str]], at: int) -> None:
    """Put people on projects: (project id, person id) each."""
    for piece in chunks(pairs):
        statement = insert(
            "project_person", ("project_id", "person_id", "created_at"), len(piece), "ON CONFLICT DO NOTHING"
        )
        await tx.run(statement, *(value for pair in piece for value in (*pair, at)))


async def projects_by_name(db: Reader, env_id: int, names: Sequence[str]) -> dict[str, str]:
    """The ids of an environment's projects, by name."""
    rows = await db.all(
        f"SELECT name, id FROM project WHERE env_id = $1 AND name IN ({placeholders(len(names), 2)})",
        env_id,
        *names,
    )
    return {row[0]: row[1] for row in rows}


async def assigned_to(db: Reader, project_id: str) -> set[str]:
    """The ids of the people on a project."""
    rows = await db.all("SELECT person_id FROM project_person WHERE project_id = $1", project_id)
    return {row[0] for row in rows}


async def add_group(tx: Tx, group: StudioGroup) -> bool:
    """Insert a group; False when the name is taken in its project."""
    statement = insert(
        "studio_group", StudioGroup.__struct_fields__, 1, "ON CONFLICT (project_id, name) DO NOTHING"
    )
    return await tx.run(statement, *values(group)) == 1


async def groups_of(db: Reader, project_id: str) -> Sequence[StudioGroup]:
    """A project's groups by name."""
    rows = await db.all(f"SELECT {_GROUP} FROM studio_group WHERE project_id = $1 ORDER BY name", project_id)
    return [StudioGroup(*row) for row in rows]


async def group_by_name(db: Reader, project_id: str, name: str) -> StudioGroup | None:
    """A project's group by name."""
    row = await db.one(
        f"SELECT {_GROUP} FROM studio_group WHERE project_id = $1 AND name = $2", project_id, name
    )
    return StudioGroup(*row) if row else None


async def members(db: Reader, project_id: str) -> dict[str, list[tuple[str, str]]]:
    """Who can log in or is invited, and is in each group of a project: (person id, e-mail), by e-mail, by group id."""
    in_group = "FROM studio_group g JOIN studio_group_person m ON m.group_id = g.id"
    rows = await db.all(
        f"SELECT m.group_id, p.id, p.email {in_group} JOIN person p ON p.id = m.person_id"
        " WHERE g.project_id = $1 AND p.disabled_at IS NULL"
        f" UNION ALL SELECT m.group_id, i.id, i.email {in_group} JOIN invitation i ON i.id = m.person_id"
        " WHERE g.project_id = $1 AND i.accepted_at IS NULL ORDER BY 3",
        project_id,
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for group_id, person_id, email in rows:
        found.setdefault(group_id, []).append((person_id, email))
    return found


async def add_members(tx: Tx, group_id: str, person_ids: Sequence[str]) -> None:
    """Put people into a group."""
    for piece in chunks(person_ids):
        statement = insert(
            "studio_group_person", ("group_id", "person_id"), len(piece), "ON CONFLICT DO NOTHING"
        )
        await tx.run(statement, *(value for person_id in piece for value in (group_id, person_id)))


async def drop_members(tx: Tx, group_id: str, person_ids: Sequence[str]) -> None:
    """Take people out of a group."""
    for piece in chunks(person_ids):
        await tx.run(
            f"DELETE FROM studio_group_person WHERE group_id = $1 AND person_id IN ({placeholders(len(piece), 2)})",
            group_id,
            *piece,
        )


async def pending(db: Reader, env_id: int) -> Sequence[PendingBatch]:
    """An environment's pending Studio batches in the order in which they are worked on."""
    rows = await db.all(
        f"SELECT {PLACE}, b.name, b.project_id, p.name AS project, b.calibration FROM batch b"
        " JOIN project p ON p.id = b.project_id AND p.studio = 1"
        " WHERE b.env_id = $1 AND b.status <> 'completed' AND b.archived_at IS NULL"
        f" ORDER BY {IN_ORDER}",
        env_id,
    )
    return [PendingBatch(*row[4:]) for row in rows]


async def hold_pending(tx: Tx, batch_id: str) -> bool:
    """Hold a batch still until the commit; False when it is completed or archived."""
    row = await tx.one(f"SELECT status, archived_at FROM batch WHERE id = $1 {FOR_UPDATE}", batch_id)
    return row is not None and row[0] != "completed" and row[1] is None


async def hold_order(tx: Tx, env_id: int) -> None:
    """Make other transactions that put this environment's batches in order wait."""
    # Creates hold batches in this order too, so that the two cannot wait for each other.
    await tx.all(
        f"SELECT id FROM batch WHERE env_id = $1 AND status <> 'completed' ORDER BY id {FOR_UPDATE}", env_id
    )


async def set_order(tx: Tx, env_id: int, batch_ids: Sequence[str]) -> None:
    """Put batches in this order, ahead of all others; none means the order by itself."""
    await tx.run(
        "UPDATE batch SET studio_priority = NULL WHERE env_id = $1 AND status <> 'completed'"
        " AND studio_priority IS NOT NULL",
        env_id,
    )
    for place, batch_id in enumerate(batch_ids):
        await tx.run("UPDATE batch SET studio_priority = $2 WHERE id = $1", batch_id, place)


async def batch_groups(db: Reader, batch_ids: Sequence[str]) -> dict[str, list[str]]:
    """The names of each batch's groups."""
    found: dict[str, list[str]] = {batch_id: [] for batch_id in batch_ids}
    for piece in chunks(batch_ids, 512):
        rows = await db.all(
            "SELECT a.batch_id, g.name FROM batch_group a JOIN studio_group g ON g.id = a.group_id"
            f" WHERE a.batch_id IN ({placeholders(len(piece))}) ORDER BY g.name",
            *piece,
        )
        for batch_id, name in rows:
            found[batch_id].append(name)
    return found


async def set_batch_groups(tx: Tx, batch_id: str, group_ids: Sequence[str]) -> None:
    """Give a batch to these groups only; none means to everybody."""
    await tx.run("DELETE FROM batch_group WHERE batch_id = $1", batch_id)
    for piece in chunks(group_ids):
        statement = insert("batch_group", ("batch_id", "group_id"), len(piece))
        await tx.run(statement, *(value for group_id in piece for value in (batch_id, group_id)))
