"""Empty databases of a PostgreSQL that the tests start themselves."""

import itertools
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from server.tests import postgres

_numbers = itertools.count()


class Cluster:
    """A PostgreSQL server that starts when the first database is asked for."""

    def __init__(self) -> None:
        self._handle: Any = None

    def database(self) -> str:
        """Make an empty database; returns its URL."""
        if self._handle is None:
            # Not below pytest's folder: every pytest that starts closes that to other users, and PostgreSQL,
            # which does not run as root, is another one.
            self._folder = Path(tempfile.mkdtemp(prefix="labelwright-postgres-"))
            self._handle = postgres.start(self._folder / "data")
        name = f"crossed_{os.getpid()}_{next(_numbers)}"
        self._handle.psql(f"CREATE DATABASE {name}")
        url: str = self._handle.get_uri(name)
        return url

    def stop(self) -> None:
        """Stop the server, if it was started."""
        if self._handle is not None:
            self._handle.cleanup()
            shutil.rmtree(self._folder, ignore_errors=True)
