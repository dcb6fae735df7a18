"""Datasets: deliveries of several projects under one name."""

from collections.abc import Sequence

import msgspec

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Dataset, DatasetDelivery, DeliveryTask, columns, values
from labelwright.store.sql import Where, insert
from labelwright.store.tasks import Cursor

_DATASET = columns(Dataset, "s.")
_DELIVERY = columns(DatasetDelivery, "x.")
_TASK = columns(DeliveryTask, "d.")


class DatasetFilter(msgspec.Struct, frozen=True):
    """What a list of a dataset's deliveries or tasks is narrowed to; times in milliseconds, bounds inclusive."""

    dataset_id: str | None = None
    dataset_delivery_id: str | None = None
    task_id: str | None = None
    delivered_from: int | None = None
    delivered_to: int | None = None


class DatasetTask(msgspec.Struct, frozen=True):
    """A delivered task as a part of a dataset."""

    task: DeliveryTask
    delivery: DatasetDelivery
    dataset: Dataset


async def add(tx: Tx, dataset: Dataset) -> bool:
    """Insert a dataset; False when the name is taken."""
    statement = insert("dataset", Dataset.__struct_fields__, 1, "ON CONFLICT (env_id, name) DO NOTHING")
    return await tx.run(statement, *values(dataset)) == 1


async def add_delivery(tx: Tx, delivery: DatasetDelivery) -> bool:
    """Put a delivery into a dataset; False when it is in one, or the dataset has one of this name."""
    statement = insert("dataset_delivery", DatasetDelivery.__struct_fields__, 1, "ON CONFLICT DO NOTHING")
    return await tx.run(statement, *values(delivery)) == 1


async def by_name(db: Reader, env_id: int, name: str) -> Dataset | None:
    """A dataset by name."""
    row = await db.one(f"SELECT {_DATASET} FROM dataset s WHERE s.env_id = $1 AND s.name = $2", env_id, name)
    return Dataset(*row) if row else None


async def by_id(db: Reader, env_id: int, dataset_id: str) -> Dataset | None:
    """A dataset by id."""
    row = await db.one(
        f"SELECT {_DATASET} FROM dataset s WHERE s.env_id = $1 AND s.id = $2", env_id, dataset_id
    )
    return Dataset(*row) if row else None


async def all_of(db: Reader, env_id: int) -> Sequence[Dataset]:
    """Every dataset, oldest first."""
    rows = await db.all(f"SELECT {_DATASET} FROM dataset s WHERE s.env_id = $1 ORDER BY s.id", env_id)
    return [Dataset(*row) for row in rows]


def _where(env_id: int, wanted: DatasetFilter) -> Where:
    where = Where()
    where.add("s.env_id = ?", env_id)
    for condition, value in (
        ("s.id = ?", wanted.dataset_id),
        ("x.id = ?", wanted.dataset_delivery_id),
        ("x.delivered_at >= ?", wanted.delivered_from),
        ("x.delivered_at <= ?", wanted.delivered_to),
    ):
        if value is not None:
            where.add(condition, value)
    return where


async def deliveries(
    db: Reader, env_id: int, wanted: DatasetFilter
) -> Sequence[tuple[DatasetDelivery, Dataset]]:
    """The deliveries of datasets, oldest first."""
    where, width = _where(env_id, wanted), len(DatasetDelivery.__struct_fields__)
    rows = await db.all(
        f"SELECT {_DELIVERY}, {_DATASET} FROM dataset_delivery x JOIN dataset s ON s.id = x.dataset_id"
        f" WHERE {where} ORDER BY x.delivered_at, x.id",
        *where.args,
    )
    return [(DatasetDelivery(*row[:width]), Dataset(*row[width:])) for row in rows]


async def tasks(
    db: Reader, env_id: int, wanted: DatasetFilter, limit: int, after: Cursor | None
) -> Sequence[DatasetTask]:
    """A page of the tasks in datasets, newest task first."""
    where = _where(env_id, wanted)
    if wanted.task_id is not None:
        where.add("d.task_id = ?", wanted.task_id)
    if after is not None:
        where.add("(d.created_at, d.task_id) < (?, ?)", after.created_at, after.id)
    one, two = len(DeliveryTask.__struct_fields__), len(DatasetDelivery.__struct_fields__)
    rows = await db.all(
        f"SELECT {_TASK}, {_DELIVERY}, {_DATASET} FROM delivery_task d"
        " JOIN dataset_delivery x ON x.delivery_id = d.delivery_id JOIN dataset s ON s.id = x.dataset_id"
        f" WHERE {where} ORDER BY d.created_at DESC, d.task_id DESC LIMIT ${len(where.args) + 1}",
        *where.args,
        limit,
    )
    return [
        DatasetTask(
            DeliveryTask(*row[:one]), DatasetDelivery(*row[one : one + two]), Dataset(*row[one + two :])
        )
        for row in rows
    ]
