"""Projects, their parameter history, and who works on them."""

from collections.abc import Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Project, ProjectVersion, columns, values
from labelwright.store.sql import FOR_UPDATE, Where, insert, placeholders

_PROJECT = columns(Project)
_VERSION = columns(ProjectVersion)


async def add(tx: Tx, project: Project) -> bool:
    """Insert a project; False when the name is taken."""
    statement = insert("project", Project.__struct_fields__, 1, "ON CONFLICT (env_id, name) DO NOTHING")
    return await tx.run(statement, *values(project)) == 1


async def add_version(tx: Tx, version: ProjectVersion) -> None:
    """Append a parameter version."""
    await tx.run(insert("project_version", ProjectVersion.__struct_fields__, 1), *values(version))


async def lock(tx: Tx, project_id: str) -> None:
    """Make other transactions that change this project wait."""
    await tx.one(f"SELECT id FROM project WHERE id = $1 {FOR_UPDATE}", project_id)


async def by_name(db: Reader, env_id: int, name: str) -> Project | None:
    """A project by name."""
    row = await db.one(f"SELECT {_PROJECT} FROM project WHERE env_id = $1 AND name = $2", env_id, name)
    return Project(*row) if row else None


async def by_id(db: Reader, project_id: str) -> Project | None:
    """A project by id."""
    row = await db.one(f"SELECT {_PROJECT} FROM project WHERE id = $1", project_id)
    return Project(*row) if row else None


async def all_of(db: Reader, env_id: int, *, archived: bool | None = None) -> Sequence[Project]:
    """Every project, newest first; ``archived`` None means both kinds."""
    where = Where()
    where.add("env_id = ?", env_id)
    if archived is not None:
        where.add("archived_at IS NOT NULL" if archived else "archived_at IS NULL")
    rows = await db.all(
        f"SELECT {_PROJECT} FROM project WHERE {where} ORDER BY created_at DESC, id DESC", *where.args
    )
    return [Project(*row) for row in rows]


async def set_archived(tx: Tx, project_id: str, at: int | None) -> None:
    """Archive a project, or bring it back with None; the first time of archiving stays."""
    change = "archived_at = COALESCE(archived_at, $2)" if at is not None else "archived_at = $2"
    await tx.run(f"UPDATE project SET {change} WHERE id = $1", project_id, at)


async def set_pipeline(tx: Tx, project_id: str, pipeline: str | None, attempts: int | None) -> None:
    """Change how answers come about; None leaves a value as it is."""
    await tx.run(
        "UPDATE project SET pipeline = COALESCE($2, pipeline),"
        " consensus_attempts = COALESCE($3, consensus_attempts) WHERE id = $1",
        project_id,
        pipeline,
        attempts,
    )


async def latest_version(db: Reader, project_id: str) -> ProjectVersion | None:
    """The current parameters."""
    row = await db.one(
        f"SELECT {_VERSION} FROM project_version WHERE project_id = $1 ORDER BY version DESC LIMIT 1",
        project_id,
    )
    return ProjectVersion(*row) if row else None


async def version(db: Reader, project_id: str, number: int) -> ProjectVersion | None:
    """One entry of the history."""
    row = await db.one(
        f"SELECT {_VERSION} FROM project_version WHERE project_id = $1 AND version = $2", project_id, number
    )
    return ProjectVersion(*row) if row else None


async def histories(db: Reader, project_ids: Sequence[str]) -> dict[str, list[ProjectVersion]]:
    """Each project's versions, oldest first."""
    found: dict[str, list[ProjectVersion]] = {project_id: [] for project_id in project_ids}
    if not project_ids:
        return found
    rows = await db.all(
        f"SELECT {_VERSION} FROM project_version WHERE project_id IN ({placeholders(len(project_ids))})"
        " ORDER BY project_id, version",
        *project_ids,
    )
    for row in rows:
        found[row[0]].append(ProjectVersion(*row))
    return found


async def assign(tx: Tx, project_id: str, person_id: str, at: int) -> None:
    """Put a person on a project."""
    await tx.run(
        "INSERT INTO project_person (project_id, person_id, created_at) VALUES ($1, $2, $3)"
        " ON CONFLICT DO NOTHING",
        project_id,
        person_id,
        at,
    )


async def assigned(db: Reader, env_id: int) -> Sequence[tuple[str, str, str]]:
    """(person id, project id, project name) of every assignment in an environment."""
    rows = await db.all(
        "SELECT pp.person_id, p.id, p.name FROM project_person pp JOIN project p ON p.id = pp.project_id"
        " WHERE p.env_id = $1 ORDER BY p.name",
        env_id,
    )
    return [(row[0], row[1], row[2]) for row in rows]
