"""PostgreSQL through asyncpg: a pool for reads, one connection that commits in groups."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar, cast

import asyncpg
import structlog

from labelwright.errors import Unavailable
from labelwright.store.database import Entry, Outcome, Reader, Row, Store, Tx, run_alone, run_group
from labelwright.store.sql import for_postgres

log = structlog.get_logger("labelwright.store")

R = TypeVar("R")
MAX_ATTEMPTS = 5
"""How often a group is run again after a deadlock with another process, or a lost connection."""

READERS = 8
"""Connections for reading, at most."""

CONNECT, ACQUIRE, STATEMENT, COMMIT = 10.0, 15.0, 60.0, 90.0
"""Seconds for a new connection, for one from the pool, for a statement of a reader, and for a group: a network that
swallows everything must not keep callers waiting for ever."""

_OUTAGES = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.InternalServerError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
"""What is raised while the server is away, starting, shutting down, full, read-only or broken."""


def _closed(error: BaseException) -> bool:
    """Whether asyncpg complains about a connection that is gone, and not about how it was used."""
    return (
        isinstance(error, asyncpg.InterfaceError)
        and not isinstance(error, ValueError)
        and "clos" in str(error)
    )


FIRST_LOOK, LAST_LOOK = 256, 1 << 18
"""After how many commands the planner's statistics are renewed, doubled each time up to the last.

PostgreSQL's autovacuum looks once a minute. Until then it believes that a table that has just been filled is nearly
empty, and a page of the newest tasks reads and sorts all of them: 20 ms instead of 0.4 ms at 20,000 tasks.
"""

STATISTICS_ROWS = "task, work, task_tag, task_count, batch, project"


def _mended_by_a_new_connection(error: BaseException) -> bool:
    lost = (OSError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)
    return (isinstance(error, lost) or _closed(error)) and not isinstance(error, TimeoutError)


async def _prepare(connection: Any) -> None:
    # Compiling a plan takes longer than any query here runs, and what is read is in memory or on a fast disk.
    # Not startup options: poolers refuse those.
    await connection.execute("SET jit = off; SET random_page_cost = 1.1")


async def _leave_as_it_is(_: Any) -> None:
    """Readers leave nothing behind on a connection; resetting it would cost each read a second round trip."""


class PostgresTx:
    """Runs statements on one connection."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.wrote = 0
        self.topics: set[str] = set()

    async def all(self, statement: str, *args: object) -> Sequence[Row]:
        """Every row."""
        return cast("Sequence[Row]", await self.connection.fetch(for_postgres(statement), *args))

    async def one(self, statement: str, *args: object) -> Row | None:
        """The first row, or None."""
        return cast("Row | None", await self.connection.fetchrow(for_postgres(statement), *args))

    async def run(self, statement: str, *args: object) -> int:
        """Run a write; returns how many rows it touched."""
        self.wrote += 1
        status: str = await self.connection.execute(for_postgres(statement), *args)
        return int(status.rpartition(" ")[2])


class PostgresStore(Store):
    """A PostgreSQL database; any number of processes may serve it.

    Args:
        url: ``postgresql://user:password@host:port/name`` in libpq's form.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self._connection: Any = None
        self._commands, self._next_look = 0, FIRST_LOOK
        self._look: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the pool of readers and the writer's connection."""
        self._pool = await asyncpg.create_pool(
            self.url,
            min_size=1,
            max_size=READERS,
            init=_prepare,
            reset=_leave_as_it_is,
            timeout=CONNECT,
            command_timeout=STATEMENT,
        )
        await self._reconnect()

    async def _reconnect(self) -> None:
        self._disconnect()
        self._connection = await asyncpg.connect(self.url, statement_cache_size=500, timeout=CONNECT)
        await _prepare(self._connection)

    def _disconnect(self) -> None:
        """Drop the writer's connection with whatever it was in the middle of."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    def is_outage(self, error: BaseException) -> bool:
        """Whether the server is away, full or broken."""
        return isinstance(error, _OUTAGES) or _closed(error)

    async def _close(self) -> None:
        if self._look is not None:
            await asyncio.wait([self._look])
        try:
            async with asyncio.timeout(CONNECT):
                if self._connection is not None:
                    await self._connection.close()
                await self._pool.close()
        except (*_OUTAGES, asyncpg.InterfaceError):
            self._disconnect()
            self._pool.terminate()

    async def read(self, query: Callable[..., Awaitable[R]], *args: object, heavy: bool = False) -> R:  # noqa: ARG002
        """Run a query on a pooled connection."""
        try:
            async with self._pool.acquire(timeout=ACQUIRE) as connection:
                found = await query(cast("Reader", PostgresTx(connection)), *args)
        except (*_OUTAGES, asyncpg.InterfaceError) as error:
            if not self.is_outage(error):
                raise
            raise self.outage.began("reading", error) from error
        if self.outage.away:
            self.outage.over("reading")
        return found

    def _begin(self, group: Sequence[Entry]) -> None:
        self._writing = asyncio.create_task(self._write(group), name="group commit")

    async def _write(self, group: Sequence[Entry]) -> None:
        found: tuple[list[Outcome], set[str]] | BaseException
        try:
            found = await self._commit(group)
        except Exception as error:  # noqa: BLE001  handed to every caller of the group
            found = error
        self._ended(group, found)

    async def _commit(self, group: Sequence[Entry]) -> tuple[list[Outcome], set[str]]:
        lost = False
        for attempt in range(MAX_ATTEMPTS + 1):
            try:
                if self._connection is None or self._connection.is_closed():
                    await self._reconnect()
                async with asyncio.timeout(COMMIT):
                    outcomes, topics = await self._commit_once(group)
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                if attempt == MAX_ATTEMPTS:
                    raise
                await asyncio.sleep(0.01 * attempt)
            except Exception as error:
                away = self._connection is None
                self._disconnect()
                # While the server is away every caller is told so at once, and may try again.
                if away or attempt == MAX_ATTEMPTS or not _mended_by_a_new_connection(error):
                    raise
                # The group was not acknowledged; commands carry their ids, so a commit that did happen is found.
                lost = True
                await asyncio.sleep(0.2 * attempt)
            else:
                if lost:
                    self._mark_repeated(outcomes)
                return outcomes, topics
        raise AssertionError("the last try returns or raises")

    @staticmethod
    def _mark_repeated(outcomes: Sequence[Outcome]) -> None:
        """A row that is there already may be this caller's own, from the try of which the answer got lost."""
        for outcome in outcomes:
            if isinstance(outcome.error, asyncpg.UniqueViolationError):
                outcome.error = Unavailable(
                    "The connection to the database was lost; this may have been done."
                )

    async def _commit_once(self, group: Sequence[Entry]) -> tuple[list[Outcome], set[str]]:
        tx = PostgresTx(self._connection)
        outcomes = await self._together(tx, group)
        if outcomes is None:
            tx.topics.clear()
            outcomes = await self._one_by_one(tx, group)
        self._commands += len(group)
        if self._commands >= self._next_look and (self._look is None or self._look.done()):
            self._next_look = min(self._commands * 2, self._commands + LAST_LOOK)
            self._look = asyncio.create_task(self._renew_statistics(), name="statistics")
        return outcomes, tx.topics

    async def _renew_statistics(self) -> None:
        try:
            async with self._pool.acquire(timeout=ACQUIRE) as connection:
                await connection.execute(f"ANALYZE {STATISTICS_ROWS}")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            # Two processes at once, a lost connection, or a role that may not: autovacuum will look in its time.
            log.info("the statistics were not renewed", exc_info=True)

    async def _together(self, tx: PostgresTx, group: Sequence[Entry]) -> list[Outcome] | None:
        transaction = self._connection.transaction()
        await transaction.start()
        try:
            outcomes = await run_group(cast("Tx", tx), group)
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
            await transaction.rollback()
            raise
        except Exception as error:
            if self.is_outage(error):
                raise
            # The second pass finds whose it was.
            outcomes = None
        if outcomes is None:
            await transaction.rollback()
        else:
            await transaction.commit()
        return outcomes

    async def _one_by_one(self, tx: PostgresTx, group: Sequence[Entry]) -> list[Outcome]:
        outcomes = []
        async with self._connection.transaction():
            for entry in group:
                try:
                    async with self._connection.transaction():
                        outcomes.append(await run_alone(cast("Tx", tx), entry))
                except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                    raise
                except Exception as error:
                    if self.is_outage(error):
                        raise
                    # Handed to its own caller.
                    outcomes.append(Outcome(error=error))
        return outcomes
