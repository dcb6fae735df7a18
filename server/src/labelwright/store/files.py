"""Files that customers uploaded: what they are, not their bytes (``blobs.py``)."""

from collections.abc import Sequence

import msgspec

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import File, columns, values
from labelwright.store.sql import Where, chunks, insert, placeholders
from labelwright.store.tasks import Cursor

_COLUMNS = columns(File)


class FileFilter(msgspec.Struct, frozen=True):
    """What a list of files is narrowed to; a file has to have every keyword."""

    project_id: str | None = None
    keywords: Sequence[str] = ()


async def add(tx: Tx, file: File) -> bool:
    """Insert a file; False when its reference id is taken."""
    return (
        await tx.run(insert("file", File.__struct_fields__, 1, "ON CONFLICT DO NOTHING"), *values(file)) == 1
    )


async def add_keywords(tx: Tx, file: File, keywords: Sequence[str]) -> None:
    """Let a file be found by what its metadata says."""
    for piece in chunks(keywords):
        await tx.run(
            insert("file_keyword", ("env_id", "keyword", "file_id"), len(piece)),
            *(value for keyword in piece for value in (file.env_id, keyword, file.id)),
        )


async def attach(tx: Tx, file_id: str, project_id: str) -> bool:
    """Show a file in a project; False when it is shown there already."""
    changed = await tx.run(
        "INSERT INTO file_project (file_id, project_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        file_id,
        project_id,
    )
    return changed == 1


async def touch(tx: Tx, file_id: str, at: int) -> None:
    """Note when something about a file changed."""
    await tx.run("UPDATE file SET updated_at = $2 WHERE id = $1", file_id, at)


async def by_reference(db: Reader, env_id: int, reference_id: str) -> File | None:
    """The file that has a customer's own id."""
    row = await db.one(
        f"SELECT {_COLUMNS} FROM file WHERE env_id = $1 AND reference_id = $2", env_id, reference_id
    )
    return File(*row) if row else None


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


def _where(env_id: int, wanted: FileFilter) -> Where:
    where = Where()
    where.add("f.env_id = ?", env_id)
    if wanted.project_id is not None:
        where.add(
            "EXISTS (SELECT 1 FROM file_project p WHERE p.file_id = f.id AND p.project_id = ?)",
            wanted.project_id,
        )
    for keyword in wanted.keywords:
        where.add(
            "f.id IN (SELECT k.file_id FROM file_keyword k WHERE k.env_id = ? AND k.keyword = ?)",
            env_id,
            keyword,
        )
    return where


async def page(
    db: Reader, env_id: int, wanted: FileFilter, limit: int, after: Cursor | None
) -> Sequence[File]:
    """A page, newest first."""
    where = _where(env_id, wanted)
    if after is not None:
        where.add("(f.created_at, f.id) < (?, ?)", after.created_at, after.id)
    at = len(where.args)
    rows = await db.all(
        f"SELECT {columns(File, 'f.')} FROM file f WHERE {where}"
        f" ORDER BY f.created_at DESC, f.id DESC LIMIT ${at + 1}",
        *where.args,
        limit,
    )
    return [File(*row) for row in rows]


async def count(db: Reader, env_id: int, wanted: FileFilter) -> int:
    """How many match."""
    where = _where(env_id, wanted)
    row = await db.one(f"SELECT COUNT(*) FROM file f WHERE {where}", *where.args)
    return int(row[0]) if row else 0


async def project_names(db: Reader, file_ids: Sequence[str]) -> dict[str, Sequence[str]]:
    """The names of the projects that files are shown in, by file."""
    if not file_ids:
        return {}
    rows = await db.all(
        "SELECT f.file_id, p.name FROM file_project f JOIN project p ON p.id = f.project_id"
        f" WHERE f.file_id IN ({placeholders(len(file_ids))}) ORDER BY p.name",
        *file_ids,
    )
    found: dict[str, list[str]] = {}
    for file_id, name in rows:
        found.setdefault(file_id, []).append(name)
    return dict(found)
