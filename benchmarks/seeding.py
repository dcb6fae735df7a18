"""Fills a database with tasks through the store, in bulk: a million of them over HTTP would take half an hour.

The tasks are of a kind that makes indexes earn their place: in each block that is added the older fifth is completed
and the rest is open, so that a list of completed tasks has to pass over all open ones; and some projects, tags and
statuses are so rare that their tasks lie far apart.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import asyncpg

from benchmarks import server
from labelwright.ids import new_id
from labelwright.store import Store, Tx, accounts, counts, open_store
from labelwright.store import batches as batch_rows
from labelwright.store import callbacks as callback_rows
from labelwright.store import projects as project_rows
from labelwright.store import tasks as task_rows
from labelwright.store.rows import Batch, Callback, Environment, Project, ProjectVersion, Task

T = TypeVar("T")
START = 1_714_521_600_000
"""The first task's time in milliseconds; each further one is a second later."""

STEP = 1000
PIECE = 2000
"""Tasks in one commit."""

BATCHES_OF_A_PROJECT = 5
PROJECTS = 8
SMALL = 200
"""Tasks of the project ``small``, the oldest of all."""

_OWN = ("instruction", "metadata")
"""What a create takes beside the parameters of the type."""

PARAMS = json.dumps(
    {name: value for name, value in server.PARAMS.items() if name not in _OWN}, separators=(",", ":")
)
TEXT_PARAMS = '{"attachment":"A cat.","attachment_type":"text","categories":["cat","dog"]}'
RESPONSE = json.dumps(server.ANSWER, separators=(",", ":"))


@dataclass(frozen=True)
class Place:
    """A batch and its project."""

    project_id: str
    batch_id: str
    kind: str


@dataclass(frozen=True)
class World:
    """Where the tasks go: the environment, and the places in the order in which tasks take turns."""

    env: Environment
    places: Sequence[Place]
    small: Place


def in_store(data: Path, database_url: str, work: Callable[[Store], Awaitable[T]]) -> T:
    """Run ``work(store)`` on an open store, while no server runs."""

    async def whole() -> T:
        store = open_store(data, database_url or None)
        await store.start()
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(whole())


def settle(database_url: str) -> None:
    """Give PostgreSQL what autovacuum would have given it if the tasks had come one by one."""

    async def whole() -> None:
        connection = await asyncpg.connect(database_url)
        await connection.execute("VACUUM ANALYZE")
        await connection.close()

    if database_url:
        asyncio.run(whole())


async def prepare(store: Store) -> World:
    """Make the projects and batches in the first account's live environment."""

    async def command(tx: Tx) -> World:
        account = await accounts.first_account(tx)
        env = await accounts.environment_of(tx, account or "", "live")
        assert env is not None
        kinds = ["imageannotation"] * (PROJECTS - 1) + ["categorization"]
        places = [
            place
            for n, kind in enumerate(kinds)
            for place in await _project(tx, env, f"p{n}", kind, BATCHES_OF_A_PROJECT)
        ]
        (small,) = await _project(tx, env, "small", "transcription", 1)
        return World(env, places, small)

    return await store.write(command)


async def _project(tx: Tx, env: Environment, name: str, kind: str, batches: int) -> Sequence[Place]:
    project_id = new_id(START)
    none = (None, None, None, None)
    await project_rows.add(tx, Project(project_id, env.id, name, kind, START, 0, 0, *none))
    await project_rows.add_version(tx, ProjectVersion(project_id, 0, "{}", START))
    places = []
    for n in range(batches):
        batch_id = new_id(START)
        await batch_rows.add(
            tx,
            Batch(
                batch_id, env.id, project_id, f"{name} b{n}", "in_progress", None, "{}", 0, 0, None, START, None,
                None, None, None, name,
            ),
        )  # fmt: skip
        places.append(Place(project_id, batch_id, kind))
    return places


async def add_tasks(store: Store, world: World, first: int, end: int) -> Sequence[str]:
    """Add the tasks with these numbers as one block; returns the ids of those that are completed."""
    completed: list[str] = []
    for at in range(first, end, PIECE):
        numbers = range(at, min(at + PIECE, end))
        made = [_task(world, n, (n - first) / (end - first)) for n in numbers]
        await store.write(_add, world, made)
        completed += [task.id for task in made if task.status == "completed"]
    return completed


async def _add(tx: Tx, world: World, made: Sequence[Task]) -> None:
    await task_rows.insert_many(tx, made)
    await task_rows.add_tag_rows(
        tx, [(world.env.id, tag, task.id) for task in made if task.tags for tag in json.loads(task.tags)]
    )
    await task_rows.add_work(
        tx,
        [
            (task.id, task.env_id, task.project_id, task.batch_id, "attempt", 0, 0, 0, task.created_at, "")
            for task in made
            if task.status == "pending"
        ],
    )
    await counts.change(
        tx, [((task.env_id, task.project_id, task.batch_id, task.type, task.status), 1) for task in made]
    )


def _task(world: World, n: int, within: float) -> Task:
    """Task number ``n``, which lies at this part of its block."""
    place = world.small if n < SMALL else world.places[n % len(world.places)]
    at = START + n * STEP
    status = "completed" if within < 0.2 else "pending"
    if n % 1000 == 7:
        status = "error"
    over = status != "pending"
    tags = [tag for tag, every in (("tenth", 10), ("rare", 1000)) if n % every == 3]
    return Task(
        id=new_id(at),
        env_id=world.env.id,
        project_id=place.project_id,
        batch_id=place.batch_id,
        type=place.kind,
        status=status,
        review_status={0: "accepted", 1: "rejected"}.get(n % 50) if status == "completed" else None,
        created_at=at,
        updated_at=at + (60_000 if over else 0),
        completed_at=at + 60_000 if over else None,
        unique_id=f"unique-{n}",
        priority=0,
        urgency="standard",
        callback_url=None,
        callback_succeeded=None,
        callback_succeeded_at=None,
        param_version=0,
        work_started=int(over),
        clear_unique_id_on_error=0,
        instruction=server.PARAMS["instruction"],
        params=PARAMS if place.kind == "imageannotation" else TEXT_PARAMS,
        metadata=f'{{"frame":{n}}}',
        tags=json.dumps(tags) if tags else None,
        response=RESPONSE if over else None,
        prior_responses=None,
        review_comments=None,
        audits=None,
    )


async def add_callbacks(store: Store, world: World, url: str, task_ids: Sequence[str]) -> None:
    """Owe a callback for each of these tasks."""
    env_id, now = world.env.id, START

    async def command(tx: Tx) -> None:
        await callback_rows.add_many(
            tx,
            [
                Callback(new_id(now), env_id, "task", task_id, url, "completed", 0, 0, now, now, None)
                for task_id in task_ids
            ],
        )

    await store.write(command)
