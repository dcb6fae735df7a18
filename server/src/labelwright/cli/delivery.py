"""``labelwright delivery`` and ``labelwright dataset``: what is handed over, and under which names."""

from pathlib import Path

import click

from labelwright.cli.options import data_options, load_settings, mode_option, print_table, run
from labelwright.clock import iso
from labelwright.domain import batches, datasets, deliveries, keys, projects
from labelwright.domain.platform import Platform
from labelwright.store.datasets import DatasetFilter
from labelwright.store.deliveries import DeliveryFilter
from labelwright.store.rows import Dataset, DatasetDelivery, Delivery


@click.group()
def delivery() -> None:
    """Snapshots of a project's finished tasks, which V2 hands out."""


@delivery.command()
@click.argument("name")
@click.option("--project", required=True, help="Name of the project whose finished tasks are delivered.")
@click.option("--batch", help="Only the tasks of this batch.")
@data_options
@mode_option("The world of the project.")
def create(
    name: str, project: str, batch: str | None, data: Path | None, database_url: str | None, mode: str
) -> None:
    """Deliver every finished task of a project that is in no delivery yet, under this NAME; print the id."""

    async def work(platform: Platform) -> Delivery:
        env = await keys.environment(platform, mode)
        its = await projects.find(platform, env, project)
        part = await batches.get(platform, env, batch) if batch else None
        return await deliveries.create(platform, env, its, name, batch=part)

    made = run(load_settings(data=data, database_url=database_url), work)
    click.echo(f"{made.id}  {made.task_count} tasks")


@delivery.command("list")
@data_options
@mode_option("The world of the deliveries.")
def list_deliveries(data: Path | None, database_url: str | None, mode: str) -> None:
    """Print every delivery, oldest first."""

    async def work(platform: Platform) -> list[tuple[Delivery, str]]:
        env = await keys.environment(platform, mode)
        found = await deliveries.all_of(platform, env, DeliveryFilter())
        names = {view.project.id: view.project.name for view in await projects.list_all(platform, env)}
        return [(one, names.get(one.project_id, "-")) for one in found]

    found = run(load_settings(data=data, database_url=database_url), work)
    print_table(
        ("ID", "DELIVERED", "TASKS", "PROJECT", "NAME"),
        [(one.id, iso(one.delivered_at), one.task_count, project, one.name) for one, project in found],
    )


@click.group()
def dataset() -> None:
    """Deliveries of several projects under one name."""


@dataset.command("create")
@click.argument("name")
@data_options
@mode_option("The world of the dataset.")
def create_dataset(name: str, data: Path | None, database_url: str | None, mode: str) -> None:
    """Make an empty dataset with this NAME; print the id."""

    async def work(platform: Platform) -> Dataset:
        return await datasets.create(platform, await keys.environment(platform, mode), name)

    click.echo(run(load_settings(data=data, database_url=database_url), work).id)


@dataset.command()
@click.argument("name")
@click.argument("delivery_id", metavar="DELIVERY")
@data_options
@mode_option("The world of both.")
def add(name: str, delivery_id: str, data: Path | None, database_url: str | None, mode: str) -> None:
    """Put the DELIVERY with this id into the dataset with this NAME; print the id that it has there."""

    async def work(platform: Platform) -> DatasetDelivery:
        env = await keys.environment(platform, mode)
        its = await datasets.find(platform, env, name)
        return await datasets.add(platform, env, its, await deliveries.get(platform, env, delivery_id))

    click.echo(run(load_settings(data=data, database_url=database_url), work).id)


@dataset.command("list")
@data_options
@mode_option("The world of the datasets.")
def list_datasets(data: Path | None, database_url: str | None, mode: str) -> None:
    """Print every dataset with its deliveries."""

    async def work(platform: Platform) -> list[tuple[str, ...]]:
        env = await keys.environment(platform, mode)
        rows: list[tuple[str, ...]] = []
        for one in await datasets.all_of(platform, env):
            entries = await datasets.deliveries_of(platform, env, DatasetFilter(dataset_id=one.id))
            rows += [
                (one.id, entry.id, str(entry.task_count), f"{one.name} / {entry.name}")
                for entry, _ in entries
            ]
            if not entries:
                rows.append((one.id, "-", "0", one.name))
        return rows

    found = run(load_settings(data=data, database_url=database_url), work)
    print_table(("DATASET", "DELIVERY", "TASKS", "NAME"), found)
