"""Stuck tasks: what everybody has skipped, or nobody may do; managers see it and decide.

A skip is a person's word and is not taken back by itself. A task that everybody who was expected to do it has skipped
leaves the ordinary queue: it is listed here, and offered last, to people who may do it and have nothing else. It comes
back by itself when somebody joins who has not skipped it.
"""

from collections.abc import Mapping, Sequence

import msgspec

from labelwright.domain import batches, projects, tasks
from labelwright.domain.common import compact
from labelwright.domain.platform import Platform
from labelwright.domain.principals import ROLES, Worker
from labelwright.domain.stages import ATTEMPT, REVIEW
from labelwright.errors import InvalidParameter, InvalidTransition
from labelwright.ids import new_id
from labelwright.store import Tx, accounts, events, work
from labelwright.store import batches as batch_rows
from labelwright.store import projects as project_rows
from labelwright.store import stuck as rows
from labelwright.store import tasks as task_rows
from labelwright.store.rows import Environment, Event, Person, Task, Work

SKIPPED, ONLY_AUTHOR = "skipped", "only_author"
"""Why a task is stuck: everybody has skipped it; only its author may review."""

NO_REVIEWER, NOBODY_ON_PROJECT, NOBODY_IN_GROUPS, NOBODY = (
    "no_reviewer",
    "nobody_on_project",
    "nobody_in_groups",
    "nobody",
)
"""Why nobody gets any work of a place."""


class Skipped(msgspec.Struct, frozen=True):
    """A skip of a stuck task, by name."""

    by: str
    at: int
    reason: str


class StuckTask(msgspec.Struct, frozen=True):
    """A task that nobody gets.

    Attributes:
        task: the task.
        stage: what is to be done on it.
        why: ``skipped`` or ``only_author``.
        author: whose answer waits for a review; None at the stage attempt.
        skips: who has skipped it, oldest first.
    """

    task: Task
    stage: str
    why: str
    author: str | None
    skips: Sequence[Skipped]


class Position(msgspec.Struct, frozen=True):
    """Work of a batch, or of a project without one, that nobody who can log in is to do.

    Attributes:
        project: its name; None for tasks without one.
        batch: its name; None for tasks without one.
        stage: what is to be done.
        count: how many tasks.
        why: ``no_reviewer``, ``nobody_on_project``, ``nobody_in_groups`` or ``nobody``.
    """

    project: str | None
    batch: str | None
    stage: str
    count: int
    why: str


class Listed(msgspec.Struct, frozen=True):
    """A page of stuck tasks, how many there are, and where nobody does anything."""

    tasks: Sequence[StuckTask]
    total: int
    places: Sequence[Position]
    more: bool


async def people_changed(tx: Tx, account_id: str) -> None:
    """Look again which tasks are stuck: somebody came, went, or may do something else now."""
    live = await accounts.environment_of(tx, account_id, "live")
    if live is not None:
        await rows.settle(tx, live.id)
        tx.topics.add("progress")


async def list_stuck(
    platform: Platform, env: Environment, project: str | None, after: str | None, limit: int
) -> Listed:
    """What nobody gets, oldest first.

    Args:
        platform: the platform.
        env: the environment.
        project: only this project's, by name.
        after: the id of the last one seen; the places come with the first page only.
        limit: how many tasks at most.

    Raises:
        NotFound: there is no such project.
    """
    only = (await projects.find(platform, env, project)).id if project else None
    found = await platform.read(rows.page, env.id, only, after or "", limit + 1)
    page = found[:limit]
    known = await platform.read(task_rows.by_ids, [row.task_id for row in page])
    people = {person.id: person for person in await platform.read(accounts.people, env.account_id)}
    skips: dict[str, list[Skipped]] = {}
    for skip in await platform.read(rows.skips, [row.task_id for row in page]):
        skips.setdefault(skip.task_id, []).append(
            Skipped(_name(people, skip.person_id), skip.at, skip.reason)
        )
    listed = [
        StuckTask(
            known[row.task_id],
            row.stage,
            SKIPPED if skips.get(row.task_id) else ONLY_AUTHOR,
            _name(people, row.author) if row.stage == REVIEW and row.author else None,
            skips.get(row.task_id, ()),
        )
        for row in page
        if row.task_id in known
    ]
    places = [] if after is not None else await _positions(platform, env, people, only)
    return Listed(listed, await platform.read(rows.total, env.id, only), places, len(found) > limit)


def _name(people: Mapping[str, Person], person_id: str) -> str:
    return people[person_id].name if person_id in people else ""


async def _positions(
    platform: Platform, env: Environment, people: Mapping[str, Person], only: str | None
) -> Sequence[Position]:
    """Where work is free and nobody is to do it: one look at each batch that has any, not at its tasks."""
    active = {person.id: person for person in people.values() if person.disabled_at is None}
    on_project: dict[str, set[str]] = {}
    for person_id, project_id, _ in await platform.read(project_rows.assigned, env.id):
        on_project.setdefault(project_id, set()).add(person_id)
    groups = await platform.read(rows.groups, env.id)
    names = {project.id: project.name for project in await platform.read(project_rows.all_of, env.id)}
    found = []
    for project_id, batch_id, stage, state, count in await platform.read(work.progress, env.id, heavy=True):
        if state != work.OPEN or (only is not None and project_id != only):
            continue
        why = _reason(active, stage, on_project.get(project_id), groups.get(batch_id))
        if why is not None:
            found.append((project_id, batch_id, stage, count, why))
    known = await platform.read(batch_rows.by_ids, sorted({place[1] for place in found if place[1]}))
    batch_names = {batch.id: batch.name for batch in known}
    return [
        Position(names.get(project_id), batch_names.get(batch_id), stage, count, why)
        for project_id, batch_id, stage, count, why in found
    ]


def _reason(
    active: Mapping[str, Person], stage: str, on_project: set[str] | None, in_groups: set[str] | None
) -> str | None:
    """Why nobody is to do the work of a place; None when somebody is (``store.work.expected``)."""
    if stage == REVIEW:
        return None if any(person.role != ROLES[0] for person in active.values()) else NO_REVIEWER
    if in_groups is not None:
        return None if in_groups & set(active) else NOBODY_IN_GROUPS
    if on_project is not None:
        return None if on_project & set(active) else NOBODY_ON_PROJECT
    return None if active else NOBODY


async def offer(platform: Platform, worker: Worker, task_id: str, person_id: str | None) -> None:
    """Offer a task again: to everybody, whoever has skipped it, or to one person alone.

    Args:
        platform: the platform.
        worker: who decides; has to be a manager.
        task_id: a pending task that nobody holds.
        person_id: whom; None for everybody.

    Raises:
        Forbidden: the role is lower than manager.
        NotFound: there is no such task.
        InvalidTransition: the task has ended, somebody has it, or its batch was cancelled.
        InvalidParameter: the person may not do it.
    """
    worker.need("manager")
    env, now = worker.env, platform.clock.now()
    await tasks.get(platform, env, task_id)

    async def command(tx: Tx) -> None:
        row = await work.for_update(tx, task_id)
        if row is None:
            raise InvalidTransition("The task has ended; nobody is to do anything on it.", field="status")
        if row.state == work.HELD:
            raise InvalidTransition("Somebody has this task now.", field="status")
        if row.stage == ATTEMPT and await batch_rows.status_of(tx, row.batch_id) == batches.CANCELLED:
            raise InvalidTransition(
                "The task's batch was cancelled; no new attempt is to begin in it.", field="batch"
            )
        if person_id is not None:
            await _check_may_do(tx, env, row, person_id)
        await rows.offer(tx, task_id, person_id)
        await work.set_resting(tx, task_id)
        data = compact({"to": person_id, "stage": row.stage})
        await events.add(tx, Event(new_id(now), env.id, task_id, now, worker.person.id, "offered", data))
        tx.topics.add("progress")

    await platform.store.write(command)


async def _check_may_do(tx: Tx, env: Environment, row: Work, person_id: str) -> None:
    person = await accounts.hold_person(tx, person_id)
    if person is None or person.account_id != env.account_id or person.disabled_at is not None:
        raise InvalidParameter.because('"person_id" is not an active person of the team', field="person_id")
    if row.stage == REVIEW and (person.role == ROLES[0] or person.id == row.author):
        raise InvalidParameter.because(
            '"person_id" may not review this: it takes a member who is not its author', field="person_id"
        )
    if person.role == ROLES[0] and not await work.may_work(tx, row.project_id, person.id):
        raise InvalidParameter.because('"person_id" is not on the task\'s project', field="person_id")


async def cancel(platform: Platform, worker: Worker, task_id: str) -> None:
    """Cancel a task that nobody has open.

    Raises:
        Forbidden: the role is lower than manager.
        NotFound: there is no such task.
        InvalidTransition: it is completed, has failed, or is being worked on.
    """
    worker.need("manager")
    await tasks.cancel(platform, worker.env, task_id, clear_unique_id=False, by=worker.person.id)
