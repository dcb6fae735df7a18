"""Deliveries: named, immutable snapshots of finished tasks of a project (wire/v2-mapping §4)."""

import hashlib
from collections.abc import Sequence

import msgspec
import structlog

from labelwright.domain import projects
from labelwright.domain.common import checked_name, compact
from labelwright.domain.platform import Platform
from labelwright.errors import Duplicate, InvalidParameter, InvalidTransition, NotFound, Unavailable
from labelwright.ids import new_id
from labelwright.store import Tx, accounts, response_schemas, templates
from labelwright.store import batches as batch_rows
from labelwright.store import deliveries as rows
from labelwright.store import projects as project_rows
from labelwright.store import tasks as task_rows
from labelwright.store.rows import Batch, Delivery, DeliveryTask, Environment, Project, ResponseSchema, Task
from labelwright.store.tasks import Cursor, TaskFilter
from labelwright.tasktypes import registry

MANUAL, APP, RULE = "manual", "app", "rule"
"""Who made a delivery: an operator, a manager in the web app, or the project's rule."""

AUTO_DELIVERY_PARAM = "deliver_completed_batches"
"""The parameter of a project that delivers each batch, under its name, when it is completed."""

AT_ONCE = 500
"""Tasks that are read and written together while a delivery is made."""

MAX_ATTEMPTS = 20
"""Tries in all to deliver a completed batch by itself; an operator can still deliver it."""

FIRST_WAIT, LONGEST_WAIT = 2_000, 3_600_000
"""Milliseconds before the second try, twice as long before each further one, and at most."""

log = structlog.get_logger("labelwright.deliveries")


class Delivered(msgspec.Struct, frozen=True):
    """A task with what was delivered of it; None before that."""

    task: Task
    delivered: DeliveryTask | None
    delivery: Delivery | None


async def create(
    platform: Platform,
    env: Environment,
    project: Project,
    name: str,
    *,
    batch: Batch | None = None,
    made_by: str = MANUAL,
) -> Delivery:
    """Deliver everything of a project that is finished, not rejected, and not delivered yet.

    All of it or nothing: another delivery at the same moment shares none of the tasks with this one.

    Args:
        platform: the platform.
        env: the environment.
        project: whose tasks.
        name: the delivery's name, unique in the project.
        batch: only tasks of this batch.
        made_by: ``manual``, ``app`` or ``rule``.

    Raises:
        InvalidParameter: the name is empty, too long, or has control characters.
        Duplicate: the project has a delivery of this name.
        InvalidTransition: there is nothing to deliver.
    """
    checked_name(name, "name")
    now = platform.clock.now()
    delivery = Delivery(new_id(now), env.id, project.id, name, 0, now, made_by)

    async def command(tx: Tx) -> Delivery:
        made = await deliver(tx, env, project, delivery, batch)
        if made is None:
            raise InvalidTransition(
                "The project has no finished tasks that are not delivered yet.", field="project"
            )
        return made

    return await platform.store.write(command)


async def deliver(
    tx: Tx, env: Environment, project: Project, delivery: Delivery, batch: Batch | None
) -> Delivery | None:
    """Make a delivery in a transaction; None when there is nothing to deliver.

    Raises:
        Duplicate: the project has a delivery of this name.
    """
    # Deliveries of one project are made one after another, so that each task is in one of them.
    await project_rows.lock(tx, project.id)
    if not await rows.add(tx, delivery):
        raise Duplicate("A delivery with that name already exists in this project.", field="name")
    schemas: dict[str, str] = {}
    count, after = 0, ""
    while True:
        found = await rows.undelivered(tx, project.id, batch.id if batch else None, AT_ONCE, after)
        entries = []
        for task_id, created_at, completed_at, kind, params, response in found:
            if kind not in schemas:
                schemas[kind] = await _schema(tx, env, project, kind, delivery.delivered_at)
            told = registry.find(kind).conversation(
                msgspec.json.decode(params), msgspec.json.decode(response)
            )
            turns = told.turn_count if told is not None else 1
            entries.append(
                DeliveryTask(delivery.id, task_id, created_at, completed_at, response, schemas[kind], turns)
            )
        count += await rows.add_tasks(tx, entries)
        if len(found) < AT_ONCE:
            break
        after = found[-1][0]
    if count == 0:
        await rows.remove(tx, delivery.id)
        return None
    await rows.set_task_count(tx, delivery.id, count)
    tx.topics.add("progress")
    return msgspec.structs.replace(delivery, task_count=count)


async def _schema(tx: Tx, env: Environment, project: Project, kind: str, now: int) -> str:
    """Keep the schema that answers of this type have in this project; returns its id."""
    template = await templates.of_project(tx, project.id)
    if template is not None and template.response_schema is not None:
        text = template.response_schema
    else:
        text = compact(msgspec.json.schema(registry.find(kind).answer_model))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return await response_schemas.keep(
        tx, ResponseSchema(new_id(now), env.id, project.id, f"{project.name} {kind}", digest, text, now)
    )


async def enqueue(tx: Tx, batch: Batch, now: int) -> None:
    """Note that a batch is to be delivered that was completed in this transaction, if its project has that rule."""
    version = await project_rows.latest_version(tx, batch.project_id)
    rule = projects.parse_params(version.params).get(AUTO_DELIVERY_PARAM) if version is not None else None
    if rule is not None and bytes(rule) == b"true":
        await rows.enqueue(tx, batch.env_id, batch.id, now)


async def deliver_pending(platform: Platform) -> bool:
    """Deliver one batch that is owed a delivery; False when there is none that is due.

    A batch that was completed before, and again after further tasks, gets a delivery with a number. What dies in the
    middle is done again; what runs twice at once is done once. What fails is tried ``MAX_TRIES`` times, and others do
    not wait for it.
    """
    now = platform.clock.now()
    due = await platform.read(rows.pending, now, MAX_ATTEMPTS)
    if due is None:
        return False
    batch_id, tries = due
    try:
        await _deliver_pending(platform, batch_id, now)
    except Unavailable:
        raise
    except Exception:
        log.exception("a delivery failed", batch=batch_id, tries=tries + 1)
        await platform.store.write(rows.postpone, batch_id, now + min(FIRST_WAIT << tries, LONGEST_WAIT))
    return True


async def _deliver_pending(platform: Platform, batch_id: str, now: int) -> None:

    async def command(tx: Tx) -> None:
        if not await rows.lease_pending(tx, batch_id):
            return
        batch = await batch_rows.by_id(tx, batch_id)
        project = await project_rows.by_id(tx, batch.project_id) if batch is not None else None
        env = await accounts.environment(tx, batch.env_id) if batch is not None else None
        if batch is None or project is None or env is None:
            return
        name, number = batch.name, 1
        while await rows.by_name(tx, env.id, name, project.id):
            number += 1
            name = f"{batch.name} ({number})"
        await deliver(tx, env, project, Delivery(new_id(now), env.id, project.id, name, 0, now, RULE), batch)

    await platform.store.write(command)


async def get(platform: Platform, env: Environment, delivery_id: str) -> Delivery:
    """A delivery by id.

    Raises:
        NotFound: there is none.
    """
    delivery = await platform.read(rows.by_id, env.id, delivery_id)
    if delivery is None:
        raise NotFound("Delivery with that ID not found.", field="delivery_id")
    return delivery


async def find(platform: Platform, env: Environment, name: str, project: Project | None) -> Delivery:
    """A delivery by name.

    Raises:
        NotFound: there is none.
        InvalidParameter: several projects have one, and none of them was named.
    """
    found = await platform.read(rows.by_name, env.id, name, project.id if project else None)
    if not found:
        raise NotFound("Delivery with that name not found.", field="delivery_name")
    if len(found) > 1:
        raise InvalidParameter.because(
            '"project_id" or "project_name" is required: several projects have a delivery of this name',
            field="project_id",
        )
    return found[0]


async def all_of(platform: Platform, env: Environment, wanted: rows.DeliveryFilter) -> Sequence[Delivery]:
    """Deliveries, oldest first."""
    return await platform.read(rows.all_of, env.id, wanted)


async def tasks_of(
    platform: Platform, delivery: Delivery, limit: int, after: Cursor | None
) -> tuple[Sequence[Task], bool]:
    """A page of a delivery's tasks as they were delivered, newest first, and whether more follow."""
    entries = await platform.read(rows.tasks, delivery.id, limit + 1, after)
    there = await platform.read(task_rows.by_ids, [entry.task_id for entry in entries[:limit]])
    shown = [
        msgspec.structs.replace(
            there[entry.task_id],
            status="completed",
            completed_at=entry.completed_at,
            response=entry.response,
        )
        for entry in entries[:limit]
        if entry.task_id in there
    ]
    return shown, len(entries) > limit


def matches(task: Task, wanted: TaskFilter) -> bool:
    """Whether a delivered task is what a list is narrowed to: by project, status and time of completion."""
    done = task.completed_at
    return (
        wanted.project_id in {None, task.project_id}
        and wanted.status in {None, task.status}
        and (wanted.completed_from is None or (done is not None and done >= wanted.completed_from))
        and (wanted.completed_to is None or (done is not None and done <= wanted.completed_to))
    )


async def delivered(platform: Platform, found: Sequence[Task]) -> Sequence[Delivered]:
    """Tasks with what was delivered of them."""
    entries = await platform.read(rows.of_tasks, found)
    return [Delivered(task, *entries.get(task.id, (None, None))) for task in found]


async def schema(platform: Platform, env: Environment, schema_id: str) -> ResponseSchema:
    """A schema of delivered answers by id.

    Raises:
        NotFound: there is none.
    """
    found = await platform.read(response_schemas.by_id, env.id, schema_id.lower())
    if found is None:
        raise NotFound("Schema with that ID not found.", field="schema_id")
    return found
