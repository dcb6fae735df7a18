"""Every test that asks for ``server`` runs on SQLite and on PostgreSQL."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import postgres  # noqa: E402  beside this file
from harness import Server, Tenant  # noqa: E402


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database; empty for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    cluster = postgres.start(tmp_path_factory.getbasetemp() / "postgres")
    yield postgres.fresh_database(cluster)
    cluster.cleanup()


@pytest.fixture(scope="session")
def server(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server; tests share it and keep apart by tenants."""
    with Server(tmp_path_factory.mktemp("data"), database) as running:
        yield running


@pytest.fixture
def tenant(server: Server) -> Iterator[Tenant]:
    """A fresh account."""
    made = server.tenant()
    yield made
    made.close()


@pytest.fixture
def stranger(server: Server) -> Iterator[Tenant]:
    """Another account, which must not see anything of ``tenant``."""
    made = server.tenant()
    yield made
    made.close()
