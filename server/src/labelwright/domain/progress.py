"""How far everything is: what managers watch and what a queue page shows."""

from collections.abc import Mapping, Sequence

import msgspec

from labelwright.domain import answer_files, assignments, editors, tasks
from labelwright.domain.excerpts import excerpt
from labelwright.domain.platform import Platform
from labelwright.domain.principals import Worker
from labelwright.domain.stages import ATTEMPT, REVIEW
from labelwright.store import Reader, accounts, counts, events, studio, work
from labelwright.store import assignments as assignment_rows
from labelwright.store import batches as batch_rows
from labelwright.store import projects as project_rows
from labelwright.store.rows import (
    Assignment,
    Batch,
    Environment,
    Event,
    Person,
    Project,
    ProjectVersion,
    Task,
    Work,
)
from labelwright.store.tasks import Cursor, TaskFilter


class StageCounts(msgspec.Struct):
    """How much work waits or is held at each stage.

    ``stuck`` of it everybody has skipped (``domain/stuck.py``). ``no_editor`` more waits for an editor.
    """

    attempt_open: int = 0
    attempt_held: int = 0
    review_open: int = 0
    review_held: int = 0
    stuck: int = 0
    no_editor: int = 0

    def add(self, stage: str, state: int, n: int) -> None:
        """Count work rows; those of staged batches wait and count as open, and so do those that are stuck."""
        if state == work.NO_EDITOR:
            self.no_editor += n
            return
        if state == work.STUCK:
            self.stuck += n
        name = f"{stage}_{'held' if state == work.HELD else 'open'}"
        setattr(self, name, getattr(self, name) + n)


class ProjectProgress(msgspec.Struct, frozen=True):
    """A project and how far it is."""

    project: Project
    instruction: str
    by_status: Mapping[str, int]
    stages: StageCounts
    batches: int
    history: Sequence[ProjectVersion] = ()
    form: editors.FormState = editors.FormState(False, ())


class BatchProgress(msgspec.Struct, frozen=True):
    """A batch and how far it is.

    Attributes:
        batch: the batch.
        by_status: its tasks.
        stages: its work.
        place: from 1, among the pending Studio batches of all projects; None for other batches.
        groups: names of the Studio groups that it is for; none means everybody on the project.
    """

    batch: Batch
    by_status: Mapping[str, int]
    stages: StageCounts
    place: int | None = None
    groups: Sequence[str] = ()


class QueueEntry(msgspec.Struct, frozen=True):
    """Work of one project and stage that a person may take.

    Attributes:
        project: its name; empty for tasks without one.
        type: of its tasks.
        stage: ``attempt`` or ``review``.
        open: what they may take, with what they hold.
        mine: what they hold.
        instruction: its beginning.
        sent_back: how many tasks were sent back to them.
        comment: what the reviewer said about the newest of these.
    """

    project: str
    type: str
    stage: str
    open: int
    mine: int
    instruction: str
    sent_back: int = 0
    comment: str | None = None


class Queue(msgspec.Struct, frozen=True):
    """A person's queue and day."""

    entries: Sequence[QueueEntry]
    done_today: int
    active_ms_today: int


class PersonProgress(msgspec.Struct, frozen=True):
    """A person, where they work, and how their work was judged."""

    person: Person
    projects: Sequence[str]
    submitted_today: int
    active_ms_today: int
    verdicts: Mapping[str, int]


def _today(platform: Platform) -> int:
    return platform.clock.now() // assignments.DAY * assignments.DAY


def _instruction(history: Sequence[ProjectVersion]) -> str:
    """The current instruction's beginning."""
    if not history:
        return ""
    params = msgspec.json.decode(history[-1].params)
    text = params.get("instruction")
    return excerpt(text) if isinstance(text, str) else ""


async def queue(platform: Platform, worker: Worker) -> Queue:
    """What a person may work on now, projects by name."""
    env, person = worker.env, worker.person
    rows = await platform.read(work.queue_counts, env.id, person.id, heavy=True)
    known = {p.id: p for p in await platform.read(project_rows.all_of, env.id)}
    histories = await platform.read(project_rows.histories, list(known))
    assigned = await platform.read(project_rows.assigned, env.id)
    mine = {project_id for who, project_id, _ in assigned if who == person.id}
    taken = {project_id for _, project_id, _ in assigned}
    returned = await platform.read(_sent_back, env.id, person.id)
    entries = []
    for project_id, stage, free, held in rows:
        project = known.get(project_id)
        closed = project_id in taken and project_id not in mine and not worker.may("member")
        if (stage == REVIEW and not worker.may("member")) or (closed and not held):
            continue
        if project is not None and free + held:
            entries.append(
                QueueEntry(
                    project.name,
                    project.type,
                    stage,
                    free + held,
                    held,
                    _instruction(histories[project_id]),
                    *(returned.get(project_id, (0, None)) if stage == ATTEMPT else (0, None)),
                )
            )
        elif project is None and free + held:
            back = returned.get(project_id, (0, None)) if stage == ATTEMPT else (0, None)
            entries.append(QueueEntry("", "", stage, free + held, held, "", *back))
    entries.sort(key=lambda entry: (entry.project, entry.stage))
    done, active = await platform.read(assignment_rows.done_since, person.id, _today(platform))
    return Queue(entries, done, active)


async def _sent_back(db: Reader, env_id: int, person_id: str) -> dict[str, tuple[int, str | None]]:
    """How many tasks of each project were sent back to a person, and the newest comment about them."""
    tasks_of: dict[str, list[str]] = {}
    for project_id, task_id in await work.sent_back(db, env_id, person_id):
        tasks_of.setdefault(project_id, []).append(task_id)
    if not tasks_of:
        return {}
    every = [task_id for task_ids in tasks_of.values() for task_id in task_ids]
    said = await assignment_rows.sent_back_comments(db, every)
    return {
        project_id: (
            len(task_ids),
            max((said[task_id] for task_id in task_ids if task_id in said), default=(0, None))[1],
        )
        for project_id, task_ids in tasks_of.items()
    }


async def projects(platform: Platform, env: Environment) -> Sequence[ProjectProgress]:
    """Every project with its progress, newest first."""
    known = await platform.read(project_rows.all_of, env.id, heavy=True)
    histories = await platform.read(project_rows.histories, [p.id for p in known], heavy=True)
    by_status = await platform.read(counts.by_project, env.id)
    stages: dict[str, StageCounts] = {}
    for project_id, _, stage, state, n in await platform.read(work.progress, env.id, heavy=True):
        stages.setdefault(project_id, StageCounts()).add(stage, state, n)
    batch_counts = await platform.read(batch_rows.count_by_project, env.id)
    forms = await editors.of_projects(
        platform, env, [(p, histories[p.id][-1].params if histories[p.id] else "{}") for p in known]
    )
    return [
        ProjectProgress(
            project,
            _instruction(histories[project.id]),
            by_status.get(project.id, {}),
            stages.get(project.id, StageCounts()),
            batch_counts.get(project.id, 0),
            histories[project.id],
            forms[project.id],
        )
        for project in known
    ]


async def without_project(platform: Platform, env: Environment) -> tuple[StageCounts, editors.FormState]:
    """How far tasks are that belong to no project, and whether they may be done in a form."""
    stages = StageCounts()
    for stage, state, n in await platform.read(work.without_project, env.id):
        stages.add(stage, state, n)
    return stages, (await editors.of_projects(platform, env, ()))[""]


async def batches(platform: Platform, env: Environment, project: Project) -> Sequence[BatchProgress]:
    """A project's newest hundred batches with their progress."""
    wanted = batch_rows.BatchFilter(project_id=project.id)
    found, _ = await platform.read(batch_rows.page, env.id, wanted, 100, 0, heavy=True)
    by_batch = await platform.read(counts.by_batch, [batch.id for batch in found])
    stages: dict[str, StageCounts] = {}
    for _, batch_id, stage, state, n in await platform.read(work.progress, env.id, heavy=True):
        stages.setdefault(batch_id, StageCounts()).add(stage, state, n)
    places: dict[str, int] = {}
    groups: Mapping[str, Sequence[str]] = {}
    if project.studio:
        pending = await platform.read(studio.pending, env.id, heavy=True)
        places = {batch.id: place for place, batch in enumerate(pending, 1)}
        groups = await platform.read(studio.batch_groups, [batch.id for batch in found])
    return [
        BatchProgress(
            batch,
            by_batch[batch.id],
            stages.get(batch.id, StageCounts()),
            places.get(batch.id),
            groups.get(batch.id, ()),
        )
        for batch in found
    ]


class TaskRow(msgspec.Struct, frozen=True):
    """A task in the browser of tasks: with its stage and who holds it."""

    task: Task
    work: Work | None
    holder: str | None

    @property
    def checking(self) -> bool:
        """Whether its attachments are being fetched."""
        return self.work is not None and self.work.state == work.CHECKING


async def task_rows(
    platform: Platform, env: Environment, wanted: TaskFilter, limit: int, after: Cursor | None
) -> tuple[Sequence[TaskRow], int, bool]:
    """A page of tasks with what happens to each now."""
    found, total, more = await tasks.page(platform, env, wanted, limit=limit, after=after)
    rows = await platform.read(work.of_tasks, [task.id for task in found])
    people = {p.id: p for p in await platform.read(accounts.people, env.account_id)}
    return [_task_row(task, rows.get(task.id), people) for task in found], total, more


def _task_row(task: Task, row: Work | None, people: Mapping[str, Person]) -> TaskRow:
    holder = people.get(row.holder) if row is not None and row.holder else None
    return TaskRow(task, row, holder.email if holder else None)


class TaskHistory(msgspec.Struct, frozen=True):
    """A task with every attempt and event; names by person id."""

    row: TaskRow
    attempts: Sequence[Assignment]
    events: Sequence[Event]
    names: Mapping[str, str]


async def task_history(platform: Platform, env: Environment, task_id: str) -> TaskHistory:
    """Everything about one task.

    Raises:
        NotFound: there is none.
    """
    task = await tasks.get(platform, env, task_id)
    rows = await platform.read(work.of_tasks, [task_id])
    people = {p.id: p for p in await platform.read(accounts.people, env.account_id)}
    attempts = await platform.read(assignment_rows.of_task, task_id)
    for attempt in attempts:
        if attempt.answer is not None:
            attempt.answer = answer_files.shown(platform, attempt.answer)
    return TaskHistory(
        _task_row(answer_files.shown_task(platform, task), rows.get(task_id), people),
        attempts,
        await platform.read(events.of_task, task_id),
        {person.id: person.name for person in people.values()},
    )


async def people(platform: Platform, env: Environment) -> Sequence[PersonProgress]:
    """Everybody of the account with today's work and all verdicts."""
    known = await platform.read(accounts.people, env.account_id)
    today = await platform.read(assignment_rows.tallies, env.id, _today(platform), heavy=True)
    verdicts = await platform.read(assignment_rows.verdicts, env.id, heavy=True)
    where: dict[str, list[str]] = {}
    for person_id, _, name in await platform.read(project_rows.assigned, env.id):
        where.setdefault(person_id, []).append(name)
    return [
        PersonProgress(
            person,
            where.get(person.id, []),
            *today.get(person.id, (0, 0)),
            verdicts.get(person.id, {}),
        )
        for person in known
    ]
