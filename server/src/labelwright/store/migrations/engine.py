"""Runs one revision in a transaction of its caller's."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection

WAIT = 60
"""Seconds that a migration waits for a server which writes to the same SQLite file."""


def run_revision(connection: Connection, revision: str) -> None:
    """Run the revisions up to this one in the transaction that the connection has begun."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def sqlite_engine(path: Path | None) -> Engine:
    """Return an engine whose transactions hold everything, DDL too, and are on disk when they are committed.

    Args:
        path: the file; None for a database in memory.
    """
    engine = create_engine(f"sqlite:///{path or ':memory:'}", connect_args={"timeout": WAIT})

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: object) -> None:
        # Python's driver begins transactions by itself, and not before DDL.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
