"""Runs Alembic; imported only when there is something to migrate, because it takes a second to import."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import structlog
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from labelwright.file_permissions import make_file
from labelwright.startup import StartupError
from labelwright.store.migrations import REVISIONS
from labelwright.store.migrations.backup import back_up
from labelwright.store.migrations.engine import run_revision, sqlite_engine
from labelwright.store.migrations.repair import has_revision, skip_what_is_there

log = structlog.get_logger("labelwright.migrations")

LOCK = 0x6C61_6265
"""The advisory lock that migrations hold on PostgreSQL."""

BUILT_IN_PIECES = "0004"
"""Up to this revision, released programs upgraded SQLite without a transaction: one that was killed left a part."""


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _pending(revision: str | None, target: str) -> Sequence[str]:
    done = REVISIONS.index(revision) + 1 if revision else 0
    return REVISIONS[done : REVISIONS.index(target) + 1]


def upgrade_sqlite(path: Path, before: str | None, target: str) -> None:
    """Bring a database file to a revision; the caller holds the folder's lock.

    Args:
        path: the file.
        before: the revision that it has.
        target: the revision that it shall have.

    Raises:
        StartupError: it cannot be upgraded; it is as it was before the first revision that failed.
    """
    make_file(path)
    if before is not None:
        back_up(path, before)
    engine = sqlite_engine(path)
    try:
        for revision in _pending(before, target):
            try:
                with engine.begin() as connection:
                    run_revision(connection, revision)
            except OperationalError as error:
                if revision > BUILT_IN_PIECES or not _left_by_an_interruption(error):
                    raise
                _finish(engine, path, revision)
            if before is not None:
                log.info("database upgraded", revision=revision)
    except DBAPIError as error:
        raise StartupError(_failed(f"The database {path}", error)) from error
    finally:
        engine.dispose()


def _left_by_an_interruption(error: OperationalError) -> bool:
    said = str(error.orig)
    return "already exists" in said or "duplicate column name" in said or "no such index" in said


def _finish(engine: Engine, path: Path, revision: str) -> None:
    """Run a revision of which an earlier, interrupted upgrade has done a part."""
    with engine.begin() as connection:
        with skip_what_is_there(connection):
            run_revision(connection, revision)
        if not has_revision(connection, revision):
            raise StartupError(
                f"An upgrade of {path} to revision {revision} was interrupted, and what it left is not a part of that"
                " revision; restore a backup (docs/how-to/upgrade-and-backup.md)."
            )
    log.warning("finished an upgrade that was interrupted", revision=revision)


def _failed(what: str, error: DBAPIError) -> str:
    reason = str(error.orig).strip().partition("\n")[0]
    return f"{what} could not be upgraded: {reason}. Nothing was changed by the step that failed."


def upgrade_postgres(url: str, target: str) -> None:
    """Bring a PostgreSQL database to a revision.

    Raises:
        StartupError: it cannot be upgraded; it is as it was before the first revision that failed.
    """
    asyncio.run(_upgrade_postgres(url, target))


async def _upgrade_postgres(url: str, target: str) -> None:
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        pending = True
        while pending:
            async with engine.begin() as connection:
                # Two processes that start together must not both migrate.
                await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
                pending = await connection.run_sync(_next_revision, target)
    except DBAPIError as error:
        raise StartupError(_failed("The PostgreSQL database", error)) from error
    finally:
        await engine.dispose()


def _next_revision(connection: Connection, target: str) -> bool:
    """Run the first revision that is missing; returns whether there was one."""
    before = _revision(connection)
    for revision in _pending(before, target)[:1]:
        if before is not None:
            log.info("upgrading the database; pg_dump is its backup", revision=revision)
        run_revision(connection, revision)
        return True
    return False
