"""The outbox: deliveries that are owed, written in the transaction that caused them."""

from collections.abc import Mapping, Sequence

import msgspec

from labelwright.store import outbox
from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Callback, CallbackTry, columns, values
from labelwright.store.sql import SKIP_LOCKED, Where, chunks, insert, placeholders

OWED, DELIVERED, DEAD = 0, 1, 2
"""States of a delivery: still to be tried, answered with a 2xx, given up."""

_COLUMNS = columns(Callback)
_ATTEMPT = columns(CallbackTry)


async def add_many(tx: Tx, callbacks: Sequence[Callback]) -> None:
    """Owe deliveries."""
    if not callbacks:
        # Nothing to wake the worker for: most creates owe no callback.
        return
    rows = [msgspec.structs.replace(callback, host=outbox.host_of(callback.url)) for callback in callbacks]
    for piece in chunks(rows):
        await tx.run(
            insert("callback", Callback.__struct_fields__, len(piece)),
            *(value for callback in piece for value in values(callback)),
        )
    tx.topics.add("callbacks")


async def lease_due(tx: Tx, now: int, until: int, room: Mapping[str, int], limit: int) -> Sequence[Callback]:
    """Lease due deliveries to this worker: nobody else gets them before ``until``.

    Args:
        tx: the transaction.
        now: milliseconds.
        until: milliseconds; the lease.
        room: how many at most for each host, in the order in which hosts are served.
        limit: how many at most together.
    """
    rows = await outbox.due(tx, "callback", _COLUMNS, now, room, limit)
    taken = [Callback(*row) for row in rows]
    for piece in chunks([callback.id for callback in taken]):
        await tx.run(
            f"UPDATE callback SET next_at = $1 WHERE id IN ({placeholders(len(piece), 2)})", until, *piece
        )
    return taken


async def add_attempt(tx: Tx, made: CallbackTry) -> None:
    """Log one try."""
    statement = insert("callback_try", CallbackTry.__struct_fields__, 1, "ON CONFLICT DO NOTHING")
    await tx.run(statement, *values(made))


async def end_attempt(
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


async def is_latest(db: Reader, callback: Callback, now: int) -> bool:
    """Whether no delivery of the same subject that was owed later has ended.

    One that was owed after ``now`` was so while the clock was ahead: nobody knows whether that was later.
    """
    row = await db.one(
        "SELECT 1 FROM callback WHERE subject_id = $1 AND state <> 0 AND id <> $2"
        " AND (created_at > $3 OR (created_at = $3 AND id > $2)) AND created_at <= $4 LIMIT 1",
        callback.subject_id,
        callback.id,
        callback.created_at,
        now,
    )
    return row is None


async def enqueue_again(tx: Tx, env_id: int, callback_id: str, now: int) -> bool:
    """Owe a delivery that has ended once more, with all its tries; False when it has not ended."""
    changed = await tx.run(
        "UPDATE callback SET state = 0, earlier_tries = tries, next_at = $3, done_at = NULL"
        " WHERE id = $1 AND env_id = $2 AND state <> 0",
        callback_id,
        env_id,
        now,
    )
    tx.topics.add("callbacks")
    return changed == 1


async def enqueue_failed_again(
    tx: Tx, env_id: int, after: tuple[int, str], now: int, limit: int
) -> tuple[int, tuple[int, str]]:
    """Owe given-up deliveries once more, the oldest behind a (creation, id) first.

    Returns:
        How many, and (creation, id) of the last one.
    """
    rows = await tx.all(
        "SELECT id, created_at FROM callback WHERE env_id = $1 AND state = 2 AND (created_at, id) > ($2, $3)"
        " ORDER BY created_at, id LIMIT $4 " + SKIP_LOCKED,
        env_id,
        *after,
        limit,
    )
    for piece in chunks([row[0] for row in rows]):
        await tx.run(
            "UPDATE callback SET state = 0, earlier_tries = tries, next_at = $1, done_at = NULL"
            f" WHERE id IN ({placeholders(len(piece), 2)})",
            now,
            *piece,
        )
    tx.topics.add("callbacks")
    return len(rows), (int(rows[-1][1]), str(rows[-1][0])) if rows else after


async def by_id(db: Reader, env_id: int, callback_id: str) -> Callback | None:
    """A delivery of an environment."""
    row = await db.one(f"SELECT {_COLUMNS} FROM callback WHERE env_id = $1 AND id = $2", env_id, callback_id)
    return Callback(*row) if row else None


async def in_state(
    db: Reader, env_id: int, state: int, limit: int, after: tuple[int, str] | None
) -> Sequence[Callback]:
    """An environment's deliveries in one state, newest first, behind a (creation, id)."""
    where = Where()
    where.add("env_id = ? AND state = ?", env_id, state)
    if after is not None:
        where.add("(created_at, id) < (?, ?)", *after)
    rows = await db.all(
        f"SELECT {_COLUMNS} FROM callback WHERE {where} ORDER BY created_at DESC, id DESC"
        f" LIMIT ${len(where.args) + 1}",
        *where.args,
        limit,
    )
    return [Callback(*row) for row in rows]


async def of_subject(db: Reader, subject_id: str) -> Sequence[Callback]:
    """Every delivery of a task or batch, oldest first."""
    rows = await db.all(f"SELECT {_COLUMNS} FROM callback WHERE subject_id = $1 ORDER BY id", subject_id)
    return [Callback(*row) for row in rows]


async def attempts_of(db: Reader, callback_ids: Sequence[str]) -> Sequence[CallbackTry]:
    """The tries of some deliveries, each one's in order."""
    found: list[CallbackTry] = []
    for piece in chunks(callback_ids):
        rows = await db.all(
            f"SELECT {_ATTEMPT} FROM callback_try WHERE callback_id IN ({placeholders(len(piece))})"
            " ORDER BY callback_id, n",
            *piece,
        )
        found.extend(CallbackTry(*row) for row in rows)
    return found


async def set_default_url(tx: Tx, env_id: int, url: str | None) -> None:
    """Keep where callbacks of tasks without a ``callback_url`` go."""
    await tx.run("UPDATE environment SET default_callback_url = $2 WHERE id = $1", env_id, url)
