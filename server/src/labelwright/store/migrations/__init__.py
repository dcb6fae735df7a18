"""Schema changes: Alembic revisions in ``versions/``, run for both databases by :func:`upgrade`.

Each revision is one transaction that also writes the new version, so that a process that is killed leaves the
revision done or not begun. Processes that start together wait for each other.
"""

import asyncio
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import structlog

from labelwright.file_permissions import make_file, make_folder
from labelwright.startup import StartupError
from labelwright.store.connect import DATABASE_FILE, plain_error

log = structlog.get_logger("labelwright.migrations")

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010")
"""Every revision in ``versions/``, oldest first."""

HEAD = REVISIONS[-1]

CONNECT = 15.0
"""Seconds to wait for PostgreSQL."""

LOCK_FILE = "upgrade.lock"
"""Held while a process makes or upgrades the tables of the embedded database."""


def upgrade(data: Path, database_url: str | None, target: str = HEAD) -> None:
    """Bring the schema to this version; does nothing when it is there already.

    Args:
        data: the data folder, made when it is missing.
        database_url: PostgreSQL; the embedded database in ``data`` when empty.
        target: an older revision, for tests.

    Raises:
        StartupError: the database cannot be opened, is newer than this program, or cannot be brought to this version.
    """
    with plain_error(data, database_url):
        _upgrade(data, database_url, target)


def _upgrade(data: Path, database_url: str | None, target: str) -> None:
    if database_url:
        if _known(asyncio.run(_postgres_revision(database_url)), "the PostgreSQL database") != target:
            from labelwright.store.migrations.running import upgrade_postgres

            upgrade_postgres(database_url, target)
        return
    make_folder(data)
    path = data / DATABASE_FILE
    if _known(_sqlite_revision(path), str(path)) == target:
        return
    with _only_one(data):
        # Another process may have done it meanwhile.
        before = _known(_sqlite_revision(path), str(path))
        if before == target:
            return
        from labelwright.store.migrations.running import upgrade_sqlite

        upgrade_sqlite(path, before, target)


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Wait until no other process upgrades the database of this folder."""
    make_file(data / LOCK_FILE)
    with (data / LOCK_FILE).open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.info("waiting for another process that upgrades the database", folder=str(data))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _known(revision: str | None, where: str) -> str | None:
    """The revision, if this program knows it."""
    if revision is not None and revision not in REVISIONS:
        raise StartupError(
            f"{where} was upgraded to revision {revision} by a newer Labelwright; this one knows revisions up to"
            f" {HEAD}. Start the newer version, or restore a backup from before the upgrade."
        )
    return revision


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

    connection = await asyncpg.connect(url, timeout=CONNECT)
    try:
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()
    return str(found) if found else None
