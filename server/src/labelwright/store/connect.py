"""Turns a setting into a store that is ready to use, or into a sentence that says why it cannot be."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import apsw

from labelwright.errors import Unavailable
from labelwright.startup import StartupError
from labelwright.store.database import Store
from labelwright.store.sqlite import SqliteStore

DATABASE_FILE = "labelwright.db"


def open_store(data: Path, database_url: str | None) -> Store:
    """Return the store that a data folder or a PostgreSQL URL stands for; not started yet."""
    if database_url:
        # Its driver takes a tenth of a second to import.
        from labelwright.store.postgres import PostgresStore

        return PostgresStore(database_url)
    return SqliteStore(data / DATABASE_FILE)


@contextmanager
def plain_error(data: Path, database_url: str | None) -> Iterator[None]:
    """Turn what goes wrong while a database is opened into one sentence for whoever started the program.

    Raises:
        StartupError: the folder, the file or the server cannot be used.
    """
    try:
        yield
    except Exception as error:
        # The store tells callers that it is away; here the reason counts.
        reason = error.__cause__ if isinstance(error, Unavailable) and error.__cause__ else error
        sentence = (
            _postgres_sentence(database_url, reason) if database_url else _sqlite_sentence(data, reason)
        )
        if sentence is None:
            raise
        raise StartupError(sentence) from error


def _sqlite_sentence(data: Path, error: BaseException) -> str | None:
    file = data / DATABASE_FILE
    match error:
        case apsw.NotADBError() | apsw.CorruptError():
            return f"{file} is not a database, or is damaged ({error}); restore a backup."
        case apsw.BusyError():
            return f"The database {file} is kept locked by another program ({error})."
        case apsw.Error():
            return f"The database {file} cannot be used: {error}."
        case OSError():
            return f"The data folder {data} cannot be used: {error.strerror or error}."
    return None


def _postgres_sentence(url: str, error: BaseException) -> str | None:
    """A sentence without the password that the URL may hold."""
    import asyncpg

    split = urlsplit(url)
    place = f"PostgreSQL at {split.hostname or 'the local socket'}"
    name, user = split.path.lstrip("/"), split.username or "the current user"
    sentences: Sequence[tuple[tuple[type[BaseException], ...], str]] = (
        (
            (asyncpg.InvalidCatalogNameError,),
            f"{place} has no database {name!r}; make an empty one (createdb {name}).",
        ),
        ((asyncpg.InvalidAuthorizationSpecificationError,), f"{place} does not let {user} in: {error}."),
        ((TimeoutError,), f"{place} does not answer."),
        ((asyncpg.PostgresError,), f"{place} cannot be used: {error}."),
        ((asyncpg.InterfaceError, ValueError), f"The setting database_url cannot be used: {error}."),
        ((OSError,), f"{place} cannot be reached: {getattr(error, 'strerror', None) or error}."),
    )
    return next((sentence for kinds, sentence in sentences if isinstance(error, kinds)), None)
