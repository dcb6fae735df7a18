"""Deliveries, and the tasks in them as they were then."""

from collections.abc import Sequence

import msgspec

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Delivery, DeliveryTask, Task, columns, values
from labelwright.store.sql import Where, chunks, insert
from labelwright.store.tasks import Cursor

_DELIVERY = columns(Delivery)
_TASK = columns(DeliveryTask, "d.")


class DeliveryFilter(msgspec.Struct, frozen=True):
    """What a list of deliveries is narrowed to; times in milliseconds, bounds inclusive."""

    project_id: str | None = None
    delivered_from: int | None = None
    delivered_to: int | None = None


async def add(tx: Tx, delivery: Delivery) -> bool:
    """Insert a delivery; False when its project has one of this name."""
    statement = insert("delivery", Delivery.__struct_fields__, 1, "ON CONFLICT (project_id, name) DO NOTHING")
    return await tx.run(statement, *values(delivery)) == 1


async def add_tasks(tx: Tx, tasks: Sequence[DeliveryTask]) -> int:
    """Insert tasks of a delivery, without those that were delivered before; returns how many are new."""
    added = 0
    for piece in chunks(tasks):
        statement = insert(
            "delivery_task", DeliveryTask.__struct_fields__, len(piece), "ON CONFLICT (task_id) DO NOTHING"
        )
        added += await tx.run(statement, *(value for task in piece for value in values(task)))
    return added


async def remove(tx: Tx, delivery_id: str) -> None:
    """Take a delivery back in the transaction that made it: there was nothing to deliver."""
    await tx.run("DELETE FROM delivery WHERE id = $1", delivery_id)


async def set_task_count(tx: Tx, delivery_id: str, task_count: int) -> None:
    """Note how many tasks a delivery has, in the transaction that makes it."""
    await tx.run("UPDATE delivery SET task_count = $2 WHERE id = $1", delivery_id, task_count)


async def undelivered(
    tx: Tx, project_id: str, batch_id: str | None, limit: int, after: str
) -> Sequence[tuple[str, int, int | None, str, str, str]]:
    """Finished tasks of a project that the customer has not rejected and that are in no delivery, by id.

    Args:
        tx: the transaction.
        project_id: the project.
        batch_id: only of this batch.
        limit: how many.
        after: the id of the last one seen, ``''`` to begin with.

    Returns:
        (id, creation, completion, type, params, response) of each.
    """
    where = Where()
    where.add("t.project_id = ?", project_id)
    where.add("t.project_id <> '' AND t.status = 'completed' AND t.response IS NOT NULL")
    where.add("(t.review_status IS NULL OR t.review_status <> 'rejected')")
    if batch_id is not None:
        where.add("t.batch_id = ?", batch_id)
    where.add("t.id > ?", after)
    rows = await tx.all(
        f"SELECT t.id, t.created_at, t.completed_at, t.type, t.params, t.response FROM task t WHERE {where}"
        " AND NOT EXISTS (SELECT 1 FROM delivery_task d WHERE d.task_id = t.id)"
        f" ORDER BY t.id LIMIT ${len(where.args) + 1}",
        *where.args,
        limit,
    )
    return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows]


async def by_id(db: Reader, env_id: int, delivery_id: str) -> Delivery | None:
    """A delivery by id."""
    row = await db.one(f"SELECT {_DELIVERY} FROM delivery WHERE id = $1 AND env_id = $2", delivery_id, env_id)
    return Delivery(*row) if row else None


async def by_name(db: Reader, env_id: int, name: str, project_id: str | None) -> Sequence[Delivery]:
    """The deliveries of this name, of one project or of any."""
    where = Where()
    where.add("env_id = ?", env_id)
    where.add("name = ?", name)
    if project_id is not None:
        where.add("project_id = ?", project_id)
    rows = await db.all(f"SELECT {_DELIVERY} FROM delivery WHERE {where} ORDER BY id LIMIT 2", *where.args)
    return [Delivery(*row) for row in rows]


async def all_of(db: Reader, env_id: int, wanted: DeliveryFilter) -> Sequence[Delivery]:
    """Deliveries, oldest first."""
    where = Where()
    where.add("env_id = ?", env_id)
    for condition, value in (
        ("project_id = ?", wanted.project_id),
        ("delivered_at >= ?", wanted.delivered_from),
        ("delivered_at <= ?", wanted.delivered_to),
    ):
        if value is not None:
            where.add(condition, value)
    rows = await db.all(
        f"SELECT {_DELIVERY} FROM delivery WHERE {where} ORDER BY delivered_at, id", *where.args
    )
    return [Delivery(*row) for row in rows]


async def tasks(db: Reader, delivery_id: str, limit: int, after: Cursor | None) -> Sequence[DeliveryTask]:
    """A page of a delivery's tasks, newest task first."""
    where = Where()
    where.add("d.delivery_id = ?", delivery_id)
    if after is not None:
        where.add("(d.created_at, d.task_id) < (?, ?)", after.created_at, after.id)
    rows = await db.all(
        f"SELECT {_TASK} FROM delivery_task d WHERE {where} ORDER BY d.created_at DESC, d.task_id DESC"
        f" LIMIT ${len(where.args) + 1}",
        *where.args,
        limit,
    )
    return [DeliveryTask(*row) for row in rows]


async def of_tasks(db: Reader, found: Sequence[Task]) -> dict[str, tuple[DeliveryTask, Delivery]]:
    """The deliveries that tasks are in, by task id."""
    delivered: dict[str, tuple[DeliveryTask, Delivery]] = {}
    own = columns(Delivery, "e.")
    width = len(DeliveryTask.__struct_fields__)
    for piece in chunks(found):
        where = Where()
        where.any_of("d.task_id", [task.id for task in piece])
        rows = await db.all(
            f"SELECT {_TASK}, {own} FROM delivery_task d JOIN delivery e ON e.id = d.delivery_id WHERE {where}",
            *where.args,
        )
        for row in rows:
            delivered[row[1]] = DeliveryTask(*row[:width]), Delivery(*row[width:])
    return delivered


async def turn_count(db: Reader, delivery_id: str) -> int:
    """Turns in all threads of a delivery's tasks."""
    row = await db.one(
        "SELECT COALESCE(SUM(turn_count), 0) FROM delivery_task WHERE delivery_id = $1", delivery_id
    )
    return int(row[0]) if row else 0


async def enqueue(tx: Tx, env_id: int, batch_id: str, at: int) -> None:
    """Note that a completed batch is to be delivered."""
    await tx.run(
        "INSERT INTO delivery_owed (batch_id, env_id, created_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (batch_id) DO UPDATE SET tries = 0, next_at = 0",
        batch_id,
        env_id,
        at,
    )


async def pending(db: Reader, now: int, most_tries: int) -> tuple[str, int] | None:
    """The batch that has waited longest for its delivery, and how often that failed; not those that wait or failed."""
    row = await db.one(
        "SELECT batch_id, tries FROM delivery_owed WHERE next_at <= $1 AND tries < $2"
        " ORDER BY created_at, batch_id LIMIT 1",
        now,
        most_tries,
    )
    return (str(row[0]), int(row[1])) if row else None


async def postpone(tx: Tx, batch_id: str, next_at: int) -> None:
    """Count a delivery that failed; it is due again at a time."""
    await tx.run(
        "UPDATE delivery_owed SET tries = tries + 1, next_at = $2 WHERE batch_id = $1", batch_id, next_at
    )


async def shorten(tx: Tx, until: int) -> int:
    """Make deliveries due at ``until`` that wait longer; returns how many."""
    return await tx.run("UPDATE delivery_owed SET next_at = $1 WHERE next_at > $1", until)


async def lease_pending(tx: Tx, batch_id: str) -> bool:
    """Take a batch off the list; False when another process was faster."""
    return await tx.run("DELETE FROM delivery_owed WHERE batch_id = $1", batch_id) == 1
