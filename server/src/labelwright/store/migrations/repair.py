"""Finishes upgrades of SQLite that were interrupted half-way.

Programs up to revision 0004 ran the statements of a revision without a transaction. One that was killed left the first
of them done, and the version as it was. What is there is left out when the revision is run again.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection

from labelwright.store.migrations.engine import run_revision, sqlite_engine

_CREATE = re.compile(r"\s*CREATE (TABLE|INDEX|UNIQUE INDEX) (?!IF NOT EXISTS)", re.IGNORECASE)
_DROP_INDEX = re.compile(r"\s*DROP INDEX (?!IF EXISTS)", re.IGNORECASE)
_ADD_COLUMN = re.compile(r'\s*ALTER TABLE "?(\w+)"? ADD COLUMN "?(\w+)"? ', re.IGNORECASE)


@contextmanager
def skip_what_is_there(connection: Connection) -> Iterator[None]:
    """Leave out the statements that make a table, an index or a column which is there already."""

    def rewrite(_: Any, cursor: Any, statement: str, parameters: Any, *__: Any) -> tuple[str, Any]:
        statement = _CREATE.sub(r"CREATE \1 IF NOT EXISTS ", statement, count=1)
        statement = _DROP_INDEX.sub("DROP INDEX IF EXISTS ", statement, count=1)
        added = _ADD_COLUMN.match(statement)
        if added and added[2] in _columns(cursor, added[1]):
            return "SELECT 1", ()
        return statement, parameters

    event.listen(connection, "before_cursor_execute", rewrite, retval=True)
    try:
        yield
    finally:
        event.remove(connection, "before_cursor_execute", rewrite)


def _columns(cursor: Any, table: str) -> set[str]:
    return {row[1] for row in cursor.execute(f'PRAGMA table_info("{table}")').fetchall()}


def has_revision(connection: Connection, revision: str) -> bool:
    """Whether a database has exactly the tables, columns and indexes that a revision gives to an empty one."""
    engine = sqlite_engine(None)
    with engine.begin() as empty:
        run_revision(empty, revision)
        wanted = _schema(empty)
    engine.dispose()
    return _schema(connection) == wanted


def _schema(connection: Connection) -> set[tuple[str, ...]]:
    rows = connection.exec_driver_sql(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    )
    return {(kind, name, table, " ".join((sql or "").split())) for kind, name, table, sql in rows}
