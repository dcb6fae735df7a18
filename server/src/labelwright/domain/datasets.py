"""Datasets: deliveries of several projects under one name (wire/v2-mapping §4)."""

from collections.abc import Sequence

from labelwright.domain import answer_files
from labelwright.domain.common import checked_name
from labelwright.domain.platform import Platform
from labelwright.errors import Duplicate, NotFound
from labelwright.ids import new_id
from labelwright.store import Tx, deliveries
from labelwright.store import datasets as rows
from labelwright.store.datasets import DatasetFilter, DatasetTask
from labelwright.store.rows import Dataset, DatasetDelivery, Delivery, Environment
from labelwright.store.tasks import Cursor


async def create(platform: Platform, env: Environment, name: str) -> Dataset:
    """Make an empty dataset.

    Raises:
        InvalidParameter: the name is empty, too long, or has control characters.
        Duplicate: the name is taken.
    """
    checked_name(name, "name")
    now = platform.clock.now()
    dataset = Dataset(new_id(now), env.id, name, now)

    async def command(tx: Tx) -> None:
        if not await rows.add(tx, dataset):
            raise Duplicate("A dataset with that name already exists.", field="name")

    await platform.store.write(command)
    return dataset


async def add(platform: Platform, env: Environment, dataset: Dataset, delivery: Delivery) -> DatasetDelivery:
    """Put a delivery into a dataset; it keeps its name there.

    Raises:
        Duplicate: the delivery is in a dataset, or this one has a delivery of its name.
    """
    now = platform.clock.now()

    async def command(tx: Tx) -> DatasetDelivery:
        turns = await deliveries.turn_count(tx, delivery.id)
        entry = DatasetDelivery(
            new_id(now),
            dataset.id,
            delivery.id,
            delivery.name,
            delivery.delivered_at,
            delivery.task_count,
            turns,
        )
        if not await rows.add_delivery(tx, entry):
            raise Duplicate(
                "The delivery is in a dataset already, or the dataset has one of this name.", field="delivery"
            )
        return entry

    del env  # both were found in it
    return await platform.store.write(command)


async def find(platform: Platform, env: Environment, name: str) -> Dataset:
    """A dataset by name.

    Raises:
        NotFound: there is none.
    """
    dataset = await platform.read(rows.by_name, env.id, name)
    if dataset is None:
        raise NotFound("Dataset with that name not found.", field="dataset")
    return dataset


async def get(platform: Platform, env: Environment, dataset_id: str) -> Dataset:
    """A dataset by id.

    Raises:
        NotFound: there is none.
    """
    dataset = await platform.read(rows.by_id, env.id, dataset_id)
    if dataset is None:
        raise NotFound("Dataset with that ID not found.", field="dataset_id")
    return dataset


async def all_of(platform: Platform, env: Environment) -> Sequence[Dataset]:
    """Every dataset, oldest first."""
    return await platform.read(rows.all_of, env.id)


async def deliveries_of(
    platform: Platform, env: Environment, wanted: DatasetFilter
) -> Sequence[tuple[DatasetDelivery, Dataset]]:
    """Deliveries of datasets, oldest first."""
    return await platform.read(rows.deliveries, env.id, wanted)


async def delivery(
    platform: Platform, env: Environment, dataset_delivery_id: str
) -> tuple[DatasetDelivery, Dataset]:
    """A delivery of a dataset by id.

    Raises:
        NotFound: there is none.
    """
    wanted = DatasetFilter(dataset_delivery_id=dataset_delivery_id)
    found = await deliveries_of(platform, env, wanted)
    if not found:
        raise NotFound("Delivery with that ID not found.", field="delivery_id")
    return found[0]


async def tasks(
    platform: Platform, env: Environment, wanted: DatasetFilter, limit: int, after: Cursor | None
) -> tuple[Sequence[DatasetTask], bool]:
    """A page of tasks in datasets, newest first, and whether more follow."""
    found = await platform.read(rows.tasks, env.id, wanted, limit + 1, after)
    return found[:limit], len(found) > limit


async def file_path(platform: Platform, env: Environment, task_id: str, file_id: str) -> str:
    """A signed path below this server of a file in the answer of a dataset's task.

    Raises:
        NotFound: the task is in no dataset, or its answer has no such file.
    """
    found = await task(platform, env, task_id)
    if file_id not in answer_files.ids_in(platform, found.task.response):
        raise NotFound("There is no such file in the response.", field="attachmentId")
    return platform.file_url(file_id)


async def task(platform: Platform, env: Environment, task_id: str) -> DatasetTask:
    """A task of a dataset by id.

    Raises:
        NotFound: it is in none.
    """
    found, _ = await tasks(platform, env, DatasetFilter(task_id=task_id), 1, None)
    if not found:
        raise NotFound("Task with that ID not found.", field="task_id")
    return found[0]
