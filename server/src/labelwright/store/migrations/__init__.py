"""Schema changes: Alembic revisions in ``versions/``, run for both databases by :func:`upgrade`."""

import asyncio
from pathlib import Path

import apsw

from labelwright.store.opening import DATABASE_FILE

HEAD = "0004"
"""The newest revision in ``versions/``."""


def upgrade(data: Path, database_url: str | None) -> None:
    """Bring the schema to this version; does nothing when it is there already."""
    if database_url:
        if asyncio.run(_postgres_revision(database_url)) != HEAD:
            from labelwright.store.migrations.running import upgrade_postgres

            upgrade_postgres(database_url)
        return
    data.mkdir(parents=True, exist_ok=True)
    if _sqlite_revision(data / DATABASE_FILE) != HEAD:
        from labelwright.store.migrations.running import upgrade_sqlite

        upgrade_sqlite(data / DATABASE_FILE)


def _sqlite_revision(path: Path) -> str | None:
    if not path.exists():
        return None
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.set_busy_timeout(10_000)
    try:
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except apsw.SQLError:
        # The file is there, the schema is not yet.
        return None
    finally:
        connection.close()
    return str(rows[0][0]) if rows else None


async def _postgres_revision(url: str) -> str | None:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return str(found) if found else None
