"""PostgreSQL through asyncpg: a pool for reads, one connection that commits in groups."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar, cast

import asyncpg

from labelwright.store.database import Entry, Outcome, Reader, Row, Store, Tx, run_alone, run_group
from labelwright.store.sql import for_postgres

R = TypeVar("R")
TRIES = 5
"""How often a group is run again after a deadlock with another process, or a lost connection."""


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

    async def open(self) -> None:
        """Open the pool of readers and the writer's connection."""
        self._pool = await asyncpg.create_pool(self.url, min_size=1, max_size=8)
        await self._reconnect()

    async def _reconnect(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
        self._connection = await asyncpg.connect(self.url, statement_cache_size=500)

    async def _close(self) -> None:
        await self._connection.close()
        await self._pool.close()

    async def read(self, query: Callable[..., Awaitable[R]], *args: object, heavy: bool = False) -> R:  # noqa: ARG002
        """Run a query on a pooled connection."""
        async with self._pool.acquire() as connection:
            return await query(cast("Reader", PostgresTx(connection)), *args)

    async def _commit(self, group: Sequence[Entry]) -> tuple[list[Outcome], set[str]]:
        for attempt in range(TRIES):
            try:
                return await self._commit_once(group)
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                await asyncio.sleep(0.01 * attempt)
            except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError):
                # The group was not acknowledged; commands carry their ids, so a commit that did happen is found.
                await asyncio.sleep(0.2 * attempt)
                await self._reconnect()
        return await self._commit_once(group)

    async def _commit_once(self, group: Sequence[Entry]) -> tuple[list[Outcome], set[str]]:
        tx = PostgresTx(self._connection)
        outcomes = await self._together(tx, group)
        if outcomes is None:
            tx.topics.clear()
            outcomes = await self._one_by_one(tx, group)
        return outcomes, tx.topics

    async def _together(self, tx: PostgresTx, group: Sequence[Entry]) -> list[Outcome] | None:
        transaction = self._connection.transaction()
        await transaction.start()
        try:
            outcomes = await run_group(cast("Tx", tx), group)
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
            await transaction.rollback()
            raise
        except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError):
            raise
        except Exception:  # noqa: BLE001  the second pass finds whose it was
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
                except Exception as error:  # noqa: BLE001  handed to its own caller
                    outcomes.append(Outcome(error=error))
        return outcomes
