"""The embedded database: SQLite in WAL mode, one writer thread, ``synchronous=FULL``."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar, cast

import apsw

from labelwright.store.database import Entry, Outcome, Reader, Row, Store, Tx, run_alone, run_group
from labelwright.store.sql import for_sqlite

R = TypeVar("R")
READERS = 3
MAPPED = 1 << 28
"""Bytes of the file that a connection maps into memory, at most."""

_OUTAGES = (
    apsw.FullError,
    apsw.IOError,
    apsw.CantOpenError,
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.ReadOnlyError,
    apsw.PermissionsError,
    apsw.BusyError,
    apsw.NoMemError,
    apsw.ConnectionClosedError,
)
"""What SQLite raises when the file or its disk cannot be used."""

_READING = tuple(kind for kind in _OUTAGES if kind is not apsw.ReadOnlyError)
"""Of these, what a reader can meet: it may not write, whatever the disk is like."""


class Moved(OSError):
    """The database file was moved, removed or replaced under a running server."""


def drive(work: Awaitable[R]) -> R:
    """Run a command that never waits to its end."""
    coroutine = cast("Coroutine[Any, Any, R]", work)
    try:
        coroutine.send(None)
    except StopIteration as done:
        return cast("R", done.value)
    coroutine.close()
    raise RuntimeError("a store command may await nothing but the store")


class SqliteTx:
    """Runs statements on one connection."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.wrote = 0
        self.topics: set[str] = set()

    async def all(self, statement: str, *args: object) -> Sequence[Row]:
        """Every row."""
        return self.connection.execute(for_sqlite(statement), cast("Any", args)).fetchall()

    async def one(self, statement: str, *args: object) -> Row | None:
        """The first row, or None."""
        rows = self.connection.execute(for_sqlite(statement), cast("Any", args)).fetchall()
        return rows[0] if rows else None

    async def run(self, statement: str, *args: object) -> int:
        """Run a write; returns how many rows it touched."""
        self.wrote += 1
        self.connection.execute(for_sqlite(statement), cast("Any", args)).fetchall()
        return self.connection.changes()


class SqliteStore(Store):
    """One file; one process may serve it.

    Args:
        path: the database file, which must have been migrated.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._name = str(path)
        self._groups: SimpleQueue[Sequence[Entry] | None] = SimpleQueue()
        self._read_threads = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        self._readers: SimpleQueue[apsw.Connection] = SimpleQueue()
        self._broken = False

    async def open(self) -> None:
        """Open the writer's connection and the readers'."""
        self._connection = self._connect()
        self._tx = SqliteTx(self._connection)
        self._inline = self._light_reader()
        self._file = self._identity()
        for _ in range(READERS):
            self._readers.put(self._connect(read_only=True))
        self._loop = asyncio.get_running_loop()
        # A daemon: a process that ends without closing must not wait for it for ever.
        self._writer = threading.Thread(target=self._write, name="sqlite-writer", daemon=True)
        self._writer.start()

    def _connect(self, *, read_only: bool = False, mapped: int = MAPPED) -> apsw.Connection:
        connection = apsw.Connection(str(self.path), statementcachesize=500)
        connection.set_busy_timeout(10_000)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"mmap_size={mapped}",
            "cache_size=-32000",
            # What a statement may have to undo would otherwise be a new file for every commit.
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=1")
        return connection

    def _light_reader(self) -> SqliteTx:
        # After every commit a reader looks again, and would map the file anew: for a point look-up, reading is cheaper.
        return SqliteTx(self._connect(read_only=True, mapped=0))

    def _identity(self) -> tuple[int, int]:
        found = os.stat(self._name)  # noqa: PTH116  with every commit
        return found.st_dev, found.st_ino

    def is_outage(self, error: BaseException) -> bool:
        """Whether the file or its disk cannot be used."""
        return isinstance(error, (*_OUTAGES, OSError))

    async def _close(self) -> None:
        self._groups.put(None)
        self._writer.join()
        self._read_threads.shutdown()
        # What cannot be written back now is read from the log at the next start.
        with contextlib.suppress(*_OUTAGES):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()
        self._inline.connection.close()
        while not self._readers.empty():
            self._readers.get().close()

    async def read(self, query: Callable[..., Awaitable[R]], *args: object, heavy: bool = False) -> R:
        """Run a query; a light one (a point look-up) costs less than a change of thread."""
        try:
            if heavy:
                found = await asyncio.get_running_loop().run_in_executor(
                    self._read_threads, self._read_in_thread, query, args
                )
            else:
                found = await query(self._inline, *args)
        except _READING as error:
            if not heavy:
                self._renew_inline()
            raise self.outage.began("reading", error) from error
        if self.outage.away:
            self.outage.over("reading")
        return found

    def _renew_inline(self) -> None:
        """Open the light reader anew: a connection to a file that was away may stay broken."""
        with contextlib.suppress(*_OUTAGES):
            fresh = self._light_reader()
            self._inline.connection.close()
            self._inline = fresh

    def _read_in_thread(self, query: Callable[..., Awaitable[R]], args: tuple[object, ...]) -> R:
        connection = self._readers.get()
        try:
            return drive(query(cast("Reader", SqliteTx(connection)), *args))
        except _READING:
            with contextlib.suppress(*_OUTAGES):
                fresh = self._connect(read_only=True)
                connection.close()
                connection = fresh
            raise
        finally:
            self._readers.put(connection)

    def _begin(self, group: Sequence[Entry]) -> None:
        self._groups.put(group)

    def _write(self) -> None:
        """The writer's thread: group after group."""
        while (group := self._groups.get()) is not None:
            found: tuple[list[Outcome], set[str]] | BaseException
            try:
                found = self._commit(group)
            except Exception as error:  # noqa: BLE001  handed to every caller of the group
                found = error
            try:  # noqa: SIM105  a context for each commit costs more
                self._loop.call_soon_threadsafe(self._ended, group, found)
            except RuntimeError:
                # A loop that was closed without the store has nobody left to answer.
                pass

    def _commit(self, group: Sequence[Entry]) -> tuple[list[Outcome], set[str]]:
        if self._identity() != self._file:
            # What is written into a file without a name is lost.
            raise Moved(f"{self.path} is not the file that the server opened; put it back or restart")
        if self._broken:
            self._reconnect()
        try:
            outcomes = self._together(group)
            if outcomes is None:
                outcomes = self._one_by_one(group)
        except BaseException:
            self._tx.topics.clear()
            # Also after a COMMIT that failed: its transaction would be in the way of every later one.
            self._broken = True
            raise
        topics, self._tx.topics = self._tx.topics, set()
        return outcomes, topics

    def _reconnect(self) -> None:
        """Open the writer anew, which ends whatever its connection was in the middle of."""
        self._connection.close()
        self._connection = self._connect()
        self._tx = SqliteTx(self._connection)
        self._broken = False

    def _together(self, group: Sequence[Entry]) -> list[Outcome] | None:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            outcomes = drive(run_group(cast("Tx", self._tx), group))
        except _OUTAGES:
            raise
        except Exception:  # noqa: BLE001  the second pass finds whose it was
            outcomes = None
        if outcomes is None:
            self._tx.topics.clear()
            self._connection.execute("ROLLBACK")
        else:
            self._connection.execute("COMMIT")
        return outcomes

    def _one_by_one(self, group: Sequence[Entry]) -> list[Outcome]:
        outcomes = []
        self._connection.execute("BEGIN IMMEDIATE")
        for entry in group:
            self._connection.execute("SAVEPOINT one")
            try:
                outcomes.append(drive(run_alone(cast("Tx", self._tx), entry)))
            except _OUTAGES:
                raise
            except Exception as error:  # noqa: BLE001  handed to its own caller
                outcomes.append(Outcome(error=error))
                self._connection.execute("ROLLBACK TO one")
            self._connection.execute("RELEASE one")
        self._connection.execute("COMMIT")
        return outcomes
