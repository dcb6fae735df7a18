"""Files that customers uploaded: what they are, not their bytes (``blobs.py``)."""

from collections.abc import Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import File, columns, values
from labelwright.store.sql import insert, placeholders

_COLUMNS = columns(File)


async def add(tx: Tx, file: File) -> bool:
    """Insert a file; False when its reference id is taken."""
    return (
        await tx.run(insert("file", File.__struct_fields__, 1, "ON CONFLICT DO NOTHING"), *values(file)) == 1
    )


async def attach(tx: Tx, file_id: str, project_id: str) -> None:
    """Show a file in a project."""
    await tx.run(
        "INSERT INTO file_project (file_id, project_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        file_id,
        project_id,
    )


async def by_id(db: Reader, file_id: str) -> File | None:
    """A file by id."""
    row = await db.one(f"SELECT {_COLUMNS} FROM file WHERE id = $1", file_id)
    return File(*row) if row else None


async def by_ids(db: Reader, env_id: int, file_ids: Sequence[str]) -> dict[str, File]:
    """Several files of an environment by id."""
    if not file_ids:
        return {}
    rows = await db.all(
        f"SELECT {_COLUMNS} FROM file WHERE env_id = $1 AND id IN ({placeholders(len(file_ids), 2)})",
        env_id,
        *file_ids,
    )
    return {row[0]: File(*row) for row in rows}


async def project_names(db: Reader, file_id: str) -> Sequence[str]:
    """The names of the projects a file is shown in."""
    rows = await db.all(
        "SELECT p.name FROM file_project f JOIN project p ON p.id = f.project_id"
        " WHERE f.file_id = $1 ORDER BY p.name",
        file_id,
    )
    return [row[0] for row in rows]
