"""Empty databases of a PostgreSQL that the tests start themselves."""

import itertools
import os
from pathlib import Path
from typing import Any

from server.tests import postgres

_numbers = itertools.count()


class Cluster:
    """A PostgreSQL server that starts when the first database is asked for.

    Args:
        folder: where it keeps everything.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle: Any = None

    def database(self) -> str:
        """Make an empty database; returns its URL."""
        if self._handle is None:
            self._handle = postgres.start(self._folder)
        name = f"crossed_{os.getpid()}_{next(_numbers)}"
        self._handle.psql(f"CREATE DATABASE {name}")
        url: str = self._handle.get_uri(name)
        return url

    def stop(self) -> None:
        """Stop the server, if it was started."""
        if self._handle is not None:
            self._handle.cleanup()
