"""What models answered while somebody labels: one row for each request, so that a retry asks nobody twice."""

from labelwright.store.database import Tx
from labelwright.store.rows import ModelAnswer, columns, values
from labelwright.store.sql import insert

_COLUMNS = columns(ModelAnswer)
_ONE = "assignment_id = $1 AND thread = $2 AND turn = $3 AND request_id = $4"


async def begin(tx: Tx, row: ModelAnswer) -> bool:
    """Note that models are asked; False when the same request is there already."""
    tail = "ON CONFLICT (assignment_id, thread, turn, request_id) DO NOTHING"
    return await tx.run(insert("model_answer", ModelAnswer.__struct_fields__, 1, tail), *values(row)) == 1


async def find(tx: Tx, row: ModelAnswer) -> ModelAnswer | None:
    """The row with the same key."""
    key = row.assignment_id, row.thread, row.turn, row.request_id
    found = await tx.one(f"SELECT {_COLUMNS} FROM model_answer WHERE {_ONE}", *key)
    return ModelAnswer(*found) if found else None


async def begin_again(tx: Tx, row: ModelAnswer, before: int) -> bool:
    """Take over a request that somebody began before a moment and never ended."""
    key = row.assignment_id, row.thread, row.turn, row.request_id
    sql = f"UPDATE model_answer SET asked_at = $5 WHERE {_ONE} AND answers IS NULL AND (asked_at < $6 OR asked_at > $5)"
    return await tx.run(sql, *key, row.asked_at, before) == 1


async def end(tx: Tx, row: ModelAnswer, answers: str) -> None:
    """Keep what the models answered; the first to end wins."""
    key = row.assignment_id, row.thread, row.turn, row.request_id
    await tx.run(f"UPDATE model_answer SET answers = $5 WHERE {_ONE} AND answers IS NULL", *key, answers)


async def asked_within(tx: Tx, person_id: str, since: int, until: int) -> tuple[int, int]:
    """(requests, time of the oldest) of a person after a moment, up to another; (0, 0) when there is none."""
    row = await tx.one(
        "SELECT COUNT(*), COALESCE(MIN(asked_at), 0) FROM model_answer"
        " WHERE person_id = $1 AND asked_at > $2 AND asked_at <= $3",
        person_id,
        since,
        until,
    )
    return (int(row[0]), int(row[1])) if row else (0, 0)
