"""Upgrades that are killed after one of their statements, again and again; run as a program by ``test_migrations.py``.

A program of its own, since it forks: each child dies by SIGKILL where it is told to, and the parent upgrades again.
"""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine

from labelwright.store import migrations
from labelwright.store.connect import DATABASE_FILE
from labelwright.store.migrations.engine import run_revision

ROWS = (
    "INSERT INTO account (id, name, created_at) VALUES ('a', 'Acme', 1)",
    "INSERT INTO environment (id, account_id, mode, callback_auth_key, created_at) VALUES (1, 'a', 'live', 'k', 1)",
    "INSERT INTO file (id, env_id, size, mime_type, created_at, updated_at) VALUES ('f', 1, 3, 'a/b', 1, 1)",
)
KEPT = (
    "SELECT (SELECT name FROM account), (SELECT callback_auth_key FROM environment), (SELECT size FROM file)"
)


def as_before(data: Path, _: str) -> None:
    """Upgrade a SQLite database as released programs up to revision 0004 did: without a transaction."""
    engine = create_engine(f"sqlite:///{data / DATABASE_FILE}")
    with engine.begin() as connection:
        run_revision(connection, "0004")
    engine.dispose()


def as_now(data: Path, url: str) -> None:
    """Upgrade."""
    migrations.upgrade(data, url or None)


def dies_after(n: int, upgrade: Callable[[Path, str], None], data: Path, url: str) -> bool:
    """Run an upgrade in a child that is killed after its n-th statement; whether it got so far."""
    child = os.fork()
    if child == 0:
        done = 0

        def count(*_: Any) -> None:
            nonlocal done
            done += 1
            if done == n:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "after_cursor_execute", count)
        upgrade(data, url)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


POINTS = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89)
"""After which statements upgrades are killed."""


def sqlite_fresh(folder: Path, start: str) -> Callable[[int], Path]:
    """Makes data folders with a database of a revision, with rows."""
    if start:
        migrations.upgrade(folder / "start", None, start)
        with closing(sqlite3.connect(folder / "start" / DATABASE_FILE)) as connection, connection:
            for row in ROWS:
                connection.execute(row)

    def make(n: int) -> Path:
        data = folder / str(n)
        if start:
            shutil.copytree(folder / "start", data)
        else:
            data.mkdir()
        return data

    return make


def look_sqlite(path: Path) -> tuple[Any, ...]:
    """The schema of a file, its revision, and the rows that were there before."""
    with closing(sqlite3.connect(path)) as connection:
        schema = sorted(connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall())
        (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        return schema, version[0], connection.execute(KEPT).fetchone()


def on_sqlite(folder: Path, start: str, old: bool) -> int:
    """Kill upgrades from a revision on SQLite; returns how many."""
    migrations.upgrade(folder / "whole", None)
    schema, head, nothing = look_sqlite(folder / "whole" / DATABASE_FILE)
    make = sqlite_fresh(folder, start)
    rows = ("Acme", "k", 3) if start else nothing
    killed = 0
    for n in POINTS:
        data = make(n)
        if not dies_after(n, as_before if old else as_now, data, ""):
            break
        killed += 1
        as_now(data, "")
        found = look_sqlite(data / DATABASE_FILE)
        assert found[1:] == (head, rows), (n, found[1:])
        assert found[0] == schema, (n, set(found[0]) ^ set(schema))
        if start:
            copies = [look_sqlite(copy) for copy in (data / "backups").iterdir()]
            assert start in {copy[1] for copy in copies}, n
            assert {copy[2] for copy in copies} == {rows}, n
        shutil.rmtree(data)
    return killed


async def _asked(url: str, *statements: str) -> list[Any]:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        return [await connection.fetch(statement) for statement in statements]
    finally:
        await connection.close()


COLUMNS = (
    "SELECT table_name, column_name, data_type, column_default, is_nullable FROM information_schema.columns"
    " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
)
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname"
VERSION = "SELECT version_num FROM alembic_version"


def on_postgres(folder: Path, start: str, urls: Sequence[str]) -> int:
    """Kill upgrades from a revision on PostgreSQL; returns how many.

    Args:
        folder: an empty folder.
        start: the revision, empty for an empty database.
        urls: of empty databases.
    """
    whole, *others = urls
    as_now(folder, whole)
    wanted = [list(map(tuple, rows)) for rows in asyncio.run(_asked(whole, COLUMNS, INDEXES, VERSION))]
    killed = 0
    for n, url in zip(POINTS[::2], others, strict=False):
        if start:
            migrations.upgrade(folder, url, start)
            asyncio.run(_asked(url, *ROWS))
        if not dies_after(n, as_now, folder, url):
            break
        killed += 1
        as_now(folder, url)
        found = asyncio.run(_asked(url, COLUMNS, INDEXES, VERSION, KEPT))
        assert [list(map(tuple, rows)) for rows in found[:3]] == wanted, n
        assert tuple(found[3][0]) == (("Acme", "k", 3) if start else (None, None, None)), n
    return killed


def at_once(arguments: Sequence[str], count: int) -> int:
    """Run the same command in several processes at the same moment; returns how many succeeded."""
    import labelwright.store.migrations.running
    import labelwright.store.postgres  # noqa: F401  imported once, for all children
    from labelwright.cli import main as command

    reading, writing = os.pipe()
    children = []
    for _ in range(count):
        child = os.fork()
        if child == 0:
            os.close(writing)
            # Ends when the parent closes its side.
            os.read(reading, 1)
            command(arguments)
        children.append(child)
    os.close(writing)
    return [os.waitpid(child, 0)[1] for child in children].count(0)


def main() -> None:
    """Read what to do from standard input, and print how many upgrades were killed."""
    told = json.load(sys.stdin)
    folder = Path(told["folder"])
    if told["start"] == "together":
        print(at_once(told["urls"], 12))
    elif told["urls"]:
        print(on_postgres(folder, told["start"], told["urls"]))
    else:
        print(on_sqlite(folder, told["start"], told["old"]))


if __name__ == "__main__":
    main()
