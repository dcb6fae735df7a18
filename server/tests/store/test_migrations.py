"""The migrations make what ``tables.py`` says, on both databases, once."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from labelwright.store import migrations
from labelwright.store.opening import DATABASE_FILE
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
