"""Files that were there before their metadata could be searched are found by it too."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from labelwright.domain.files import keywords
from labelwright.store import files, migrations, open_store
from labelwright.store.connect import DATABASE_FILE

METADATA = {"a": {"camera": "ä", "frame": 2.0}, "b": {"camera": "ä"}, "c": {}}


def before(connection: Connection) -> None:
    """The first schema, with files in it."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    for name, metadata in METADATA.items():
        connection.execute(
            text(
                "INSERT INTO file (id, env_id, size, mime_type, metadata, created_at, updated_at)"
                " VALUES (:id, 1, 1, 'text/plain', :metadata, 1, 1)"
            ),
            {"id": name, "metadata": json.dumps(metadata)},
        )


@pytest.fixture
def old(fresh: Callable[[], str], tmp_path: Path) -> str:
    """A database of the first schema; returns its URL, empty for SQLite."""
    url = fresh()
    if not url:
        engine = create_engine(f"sqlite:///{tmp_path / DATABASE_FILE}")
        with engine.begin() as connection:
            before(connection)
        engine.dispose()
        return url

    async def whole() -> None:
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
        async with engine.begin() as connection:
            await connection.run_sync(before)
        await engine.dispose()

    asyncio.run(whole())
    return url


def test_they_are_found(old: str, tmp_path: Path) -> None:
    migrations.upgrade(tmp_path, old or None)

    async def found(wanted: Any) -> str:
        store = open_store(tmp_path, old or None)
        await store.start()
        narrowed = files.FileFilter(keywords=keywords(json.dumps(wanted)))
        page = await store.read(files.page, 1, narrowed, 10, None)
        await store.close()
        return "".join(sorted(file.id for file in page))

    assert asyncio.run(found({"camera": "ä"})) == "ab"
    assert asyncio.run(found({"camera": "ä", "frame": 2})) == "a"
    assert asyncio.run(found({})) == "abc"
