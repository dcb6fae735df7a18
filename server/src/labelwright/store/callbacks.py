"""The outbox: deliveries that are owed, written in the transaction that caused them."""

from collections.abc import Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Callback, columns, values
from labelwright.store.sql import SKIP_LOCKED, chunks, insert

OWED, DELIVERED, DEAD = 0, 1, 2
"""States of a delivery: still to be tried, answered with a 2xx, given up."""

_COLUMNS = columns(Callback)


async def add_many(tx: Tx, callbacks: Sequence[Callback]) -> None:
    """Owe deliveries."""
    for piece in chunks(callbacks):
        await tx.run(
            insert("callback", Callback.__struct_fields__, len(piece)),
            *(value for callback in piece for value in values(callback)),
        )
    tx.topics.add("callbacks")


async def take_due(tx: Tx, now: int, until: int, limit: int) -> Sequence[Callback]:
    """Lease due deliveries to this worker: nobody else gets them before ``until``."""
    rows = await tx.all(
        f"SELECT {_COLUMNS} FROM callback WHERE state = 0 AND next_at <= $1"
        " ORDER BY next_at, id LIMIT $2 " + SKIP_LOCKED,
        now,
        limit,
    )
    taken = [Callback(*row) for row in rows]
    for callback in taken:
        await tx.run("UPDATE callback SET next_at = $2 WHERE id = $1", callback.id, until)
    return taken


async def next_due(db: Reader) -> int | None:
    """When the next delivery is due."""
    row = await db.one("SELECT MIN(next_at) FROM callback WHERE state = 0")
    return int(row[0]) if row and row[0] is not None else None


async def record_try(
    tx: Tx, callback_id: str, n: int, at: int, ms: int, status: int | None, error: str | None
) -> None:
    """Log one try."""
    await tx.run(
        "INSERT INTO callback_try (callback_id, n, at, ms, status, error) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT DO NOTHING",
        callback_id,
        n,
        at,
        ms,
        status,
        error,
    )


async def end_try(
    tx: Tx, callback_id: str, tries: int, state: int, next_at: int, done_at: int | None
) -> bool:
    """Store what a try came to; False when another worker ended the same try first."""
    changed = await tx.run(
        "UPDATE callback SET tries = $2, state = $3, next_at = $4, done_at = $5"
        " WHERE id = $1 AND state = 0 AND tries = $2 - 1",
        callback_id,
        tries,
        state,
        next_at,
        done_at,
    )
    return changed == 1


async def of_subject(db: Reader, subject_id: str) -> Sequence[Callback]:
    """Every delivery of a task or batch, oldest first."""
    rows = await db.all(f"SELECT {_COLUMNS} FROM callback WHERE subject_id = $1 ORDER BY id", subject_id)
    return [Callback(*row) for row in rows]


async def tries_of(db: Reader, callback_id: str) -> Sequence[tuple[int, int, int, int | None, str | None]]:
    """(number, at, milliseconds, status, error) of each try."""
    rows = await db.all(
        "SELECT n, at, ms, status, error FROM callback_try WHERE callback_id = $1 ORDER BY n", callback_id
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]
