"""Turns a setting into a store that is ready to use."""

from pathlib import Path

from labelwright.store.database import Store
from labelwright.store.sqlite import SqliteStore

DATABASE_FILE = "labelwright.db"


def open_store(data: Path, database_url: str | None) -> Store:
    """Return the store that a data folder or a PostgreSQL URL stands for; not started yet."""
    if database_url:
        # Its driver takes a tenth of a second to import.
        from labelwright.store.postgres import PostgresStore

        return PostgresStore(database_url)
    return SqliteStore(data / DATABASE_FILE)
