"""The migrations make what ``tables.py`` says, on both databases, once."""

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from labelwright.startup import StartupError
from labelwright.store import migrations
from labelwright.store.connect import DATABASE_FILE, open_store
from labelwright.store.tables import metadata


@pytest.fixture
def connect(fresh: Callable[[], str], tmp_path: Path) -> Callable[..., Any]:
    """Migrates an empty database and runs a function on a connection to it."""
    url = fresh()

    def run(work: Callable[[Connection], Any], *, migrate: bool = True, name: str = "data") -> Any:
        if migrate:
            migrations.upgrade(tmp_path / name, url or None)
        if not url:
            (tmp_path / name).mkdir(exist_ok=True)
            engine = create_engine(f"sqlite:///{tmp_path / name / DATABASE_FILE}")
            with engine.begin() as connection:
                return work(connection)

        async def whole() -> Any:
            engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
            async with engine.begin() as connection:
                found = await connection.run_sync(work)
            await engine.dispose()
            return found

        return asyncio.run(whole())

    return run


def differences(connection: Connection) -> list[Any]:
    """What Alembic would still change."""
    # Alembic takes SQLite's empty default for a missing one; ``shape`` compares the defaults there.
    options = {"compare_type": True, "compare_server_default": connection.dialect.name != "sqlite"}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def shape(connection: Connection) -> Mapping[str, Any]:
    """Every table as the database has it."""
    found = inspect(connection)
    tables = [name for name in found.get_table_names() if name != "alembic_version"]
    return {
        name: (
            [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(name)],
            found.get_pk_constraint(name)["constrained_columns"],
            sorted(_index(index) for index in found.get_indexes(name)),
        )
        for name in sorted(tables)
    }


def _index(index: Mapping[str, Any]) -> tuple[str, bool, str, str]:
    where = index.get("dialect_options", {})
    condition = where.get(f"{next(iter(where)).partition('_')[0]}_where", "") if where else ""
    return (
        index["name"],
        bool(index["unique"]),
        str(index.get("expressions") or index["column_names"]),
        str(condition),
    )


def test_nothing_is_left_to_change(connect: Callable[..., Any]) -> None:
    assert connect(differences) == []


def test_migrated_and_made_are_the_same(connect: Callable[..., Any], fresh: Callable[[], str]) -> None:
    migrated = connect(shape)

    def remade(connection: Connection) -> Mapping[str, Any]:
        metadata.drop_all(connection)
        metadata.create_all(connection)
        return shape(connection)

    made = connect(remade, migrate=False)
    assert migrated == made
    assert set(made) == set(metadata.tables)


def test_again_changes_nothing(connect: Callable[..., Any]) -> None:
    before = connect(shape)
    assert connect(shape) == before


def test_two_processes_that_start_together(fresh: Callable[[], str], tmp_path: Path) -> None:
    url = fresh()
    if not url:
        pytest.skip("the data folder's lock lets only one server at SQLite")
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(migrations.upgrade, tmp_path, url) for _ in range(4)]:
            done.result(60)


def test_revisions_are_one_line() -> None:
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert len(script.get_heads()) == len(script.get_bases()) == 1
    for revision in script.walk_revisions():
        assert revision.doc


def test_head_is_the_newest_revision() -> None:
    """``migrations.HEAD`` spares the import of Alembic; it must not fall behind."""
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_current_head() == migrations.HEAD


def test_the_list_of_revisions_is_whole() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert tuple(one.revision for one in scripts.walk_revisions())[::-1] == migrations.REVISIONS


def kill_upgrades(folder: Path, start: str, urls: list[str], *, old: bool = False) -> int:
    """Upgrade from a revision, killed after one of its statements, and again; returns how often."""
    return int(told(folder, start, urls, old=old)[-1])


def told(folder: Path, start: str, urls: list[str], *, old: bool = False) -> list[str]:
    """Run ``interrupted.py``; returns the lines that it printed."""
    what = json.dumps({"folder": str(folder), "start": start, "urls": urls, "old": old})
    done = subprocess.run(
        [sys.executable, "-m", "server.tests.store.interrupted"],
        input=what,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize("start", ["", *migrations.REVISIONS[:-1]])
def test_f23_an_upgrade_that_is_killed_can_be_repeated(
    fresh: Callable[[], str], tmp_path: Path, start: str
) -> None:
    urls = [url for url in (fresh() for _ in range(6)) if url]
    assert kill_upgrades(tmp_path, start, urls) >= 2


@pytest.mark.parametrize("start", ["", "0001", "0002", "0003"])
def test_f23_what_earlier_versions_left_half_done_is_finished(tmp_path: Path, start: str) -> None:
    assert kill_upgrades(tmp_path, start, [], old=True) >= 3


def test_f23_a_half_done_upgrade_of_other_tables_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """What is there is left as it is: nobody knows what it was."""
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as connection:
        connection.execute("CREATE TABLE account (id TEXT, balance INTEGER)")
    with pytest.raises(StartupError, match=r"was interrupted.*restore a backup"):
        migrations.upgrade(tmp_path, None)
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("account",)]


def test_f23_commands_that_start_together_wait(fresh: Callable[[], str], tmp_path: Path) -> None:
    url = fresh()
    where = ["--data", str(tmp_path / "data"), *(["--database-url", url] if url else [])]
    *keys, succeeded = told(tmp_path, "together", ["key", "create", "--mode", "live", *where])
    assert succeeded == "12"
    assert len(set(keys)) == len(keys) == 12
    assert all(re.fullmatch(r"live_[0-9a-f]{40}", key) for key in keys)

    async def accounts() -> Any:
        store = open_store(tmp_path / "data", url or None)
        await store.start()
        try:
            return await store.read(lambda db: db.one("SELECT COUNT(*) FROM account"))
        finally:
            await store.close()

    assert tuple(asyncio.run(accounts())) == (1,)


def test_f23_an_upgrade_makes_a_backup_first(tmp_path: Path) -> None:
    migrations.upgrade(tmp_path, None, "0003")
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as connection, connection:
        connection.execute("INSERT INTO account (id, name, created_at) VALUES ('a', 'Acme', 1)")
    migrations.upgrade(tmp_path, None)
    (copy,) = (tmp_path / "backups").iterdir()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0003",)]
        assert connection.execute("SELECT name FROM account").fetchall() == [("Acme",)]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_f23_without_a_backup_nothing_is_upgraded(tmp_path: Path) -> None:
    migrations.upgrade(tmp_path, None, "0003")
    (tmp_path / "backups").write_text("a file where the folder should be")
    with pytest.raises(StartupError, match=r"backup .*labelwright-0003\.db.*cannot be written"):
        migrations.upgrade(tmp_path, None)
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0003",)]


def test_f34_a_database_of_a_newer_version_is_refused_in_a_sentence(
    connect: Callable[..., Any], fresh: Callable[[], str]
) -> None:
    connect(lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StartupError, match=r"revision 9999 by a newer Labelwright.*knows revisions up to"):
        connect(shape)
