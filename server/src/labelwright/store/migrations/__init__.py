"""Schema changes: Alembic revisions in ``versions/``, run for both databases by :func:`upgrade`."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from labelwright.store.opening import DATABASE_FILE

LOCK = 0x6C61_6265
"""The advisory lock that migrations hold on PostgreSQL."""


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(_config(connection), "head")


def upgrade(data: Path, database_url: str | None) -> None:
    """Bring the schema to this version; does nothing when it is there already."""
    if database_url:
        asyncio.run(_upgrade_postgres(database_url))
        return
    data.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{data / DATABASE_FILE}")
    with engine.begin() as connection:
        _upgrade(connection)
    engine.dispose()


async def _upgrade_postgres(url: str) -> None:
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.begin() as connection:
        # Two processes that start together must not both migrate.
        await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        await connection.run_sync(_upgrade)
    await engine.dispose()
