"""Turns: an assignment with everything that a screen needs to show it."""

from collections.abc import Mapping, Sequence

import msgspec

from labelwright.domain import answer_files, files, parent_tasks, prelabels
from labelwright.domain.platform import Platform
from labelwright.domain.responses import without_mark
from labelwright.domain.reviews import SEND_BACK
from labelwright.domain.stages import REVIEW, SUBMITTED
from labelwright.store import Reader, accounts, events, work
from labelwright.store import assignments as rows
from labelwright.store import tasks as task_rows
from labelwright.store.rows import Assignment, Environment, Event, Task
from labelwright.tasktypes import registry

RECALLED = "recalled"
"""The kind of the event that gave a completed task back to the queue; its data is a :class:`Recall`."""


class ReviewComment(msgspec.Struct, frozen=True):
    """What a reviewer said about an earlier answer."""

    by: str
    at: int
    text: str
    verdict: str | None


class Recall(msgspec.Struct, frozen=True):
    """Why a task was given back to the queue, and where in ``prior_responses`` its response went."""

    comments: str | None
    prior_response: int | None


class AssignmentView(msgspec.Struct, frozen=True):
    """Everything a screen needs to show an assignment."""

    assignment: Assignment
    task: Task
    lease_until: int
    attachments: Sequence[files.DisplayFile]
    base: str | None
    comments: Sequence[ReviewComment]


async def read(platform: Platform, env: Environment, ids: Sequence[str]) -> list[AssignmentView | None]:
    """What screens show of these assignments, in this order."""
    found = await platform.read(_read, platform, env, ids)
    return [await _with_files(platform, env, turn) if turn is not None else None for turn in found]


async def _with_files(platform: Platform, env: Environment, turn: AssignmentView) -> AssignmentView:
    if turn.assignment.draft is not None:
        turn.assignment.draft = answer_files.shown(platform, turn.assignment.draft)
    base = await prelabels.to_start_from(platform, env, turn.task, turn.base)
    return msgspec.structs.replace(turn, base=base)


async def _read(
    db: Reader, platform: Platform, env: Environment, ids: Sequence[str]
) -> list[AssignmentView | None]:
    found = {assignment.id: assignment for assignment in await rows.by_ids(db, ids)}
    task_ids = [assignment.task_id for assignment in found.values()]
    known = await task_rows.by_ids(db, task_ids)
    leases = await work.of_tasks(db, task_ids)
    turns: list[AssignmentView | None] = []
    for assignment_id in ids:
        assignment = found.get(assignment_id)
        task = known.get(assignment.task_id) if assignment else None
        if assignment is None or task is None or task.env_id != env.id:
            turns.append(None)
            continue
        row = leases.get(task.id)
        holds = row is not None and row.assignment_id == assignment_id
        turns.append(
            AssignmentView(
                assignment,
                task,
                (row.lease_until or 0) if row is not None and holds else (assignment.ended_at or 0),
                await _attachments(db, platform, env, task),
                *await _history(db, assignment, task),
            )
        )
    return turns


async def attachments_of(platform: Platform, env: Environment, task: Task) -> Sequence[files.DisplayFile]:
    """A task's attachments as a screen loads them."""
    return await platform.read(_attachments, platform, env, task)


async def _attachments(
    db: Reader, platform: Platform, env: Environment, task: Task
) -> Sequence[files.DisplayFile]:
    kind = registry.find(task.type)
    return await parent_tasks.attachments_of_parent(
        db, platform, env, kind, msgspec.json.decode(task.params), task.id
    )


async def _history(
    db: Reader, assignment: Assignment, task: Task
) -> tuple[str | None, Sequence[ReviewComment]]:
    """The answer the work starts from, and what reviewers said before."""
    earlier = [
        other
        for other in await rows.of_task(db, task.id)
        if other.state == SUBMITTED
        and other.id != assignment.id
        and other.claimed_at <= assignment.claimed_at
    ]
    recalls = await _recalls(db, assignment, task)
    since = recalls[-1][0].id if recalls else ""
    answers = [other.answer for other in earlier if other.answer is not None and other.id > since]
    if answers:
        base: str | None = answers[-1]
    else:
        base = _recalled_response(task, recalls[-1][1]) if recalls else _hypothesis(task)
    said = []
    for other in earlier:
        if other.comment and other.stage == REVIEW:
            who = await accounts.person(db, other.person_id)
            said.append(
                ReviewComment(who.name if who else "", other.ended_at or 0, other.comment, other.verdict)
            )
    for event, recall in recalls:
        if recall.comments:
            who = await accounts.person(db, event.person_id) if event.person_id else None
            said.append(ReviewComment(who.name if who else "", event.at, recall.comments, SEND_BACK))
    return base, sorted(said, key=lambda one: one.at)


async def _recalls(db: Reader, assignment: Assignment, task: Task) -> Sequence[tuple[Event, Recall]]:
    """The recalls of a task before an assignment, oldest first."""
    # Every recall leaves a prior response: most tasks have none, and their events need not be read.
    if task.prior_responses is None:
        return []
    return [
        (event, msgspec.json.decode(event.data, type=Recall))
        for event in await events.of_task(db, task.id)
        if event.kind == RECALLED and event.id < assignment.id
    ]


def _recalled_response(task: Task, recall: Recall) -> str | None:
    if recall.prior_response is None or task.prior_responses is None:
        return None
    prior = msgspec.json.decode(task.prior_responses, type=list[msgspec.Raw])
    return without_mark(bytes(prior[recall.prior_response]))


def _hypothesis(task: Task) -> str | None:
    params: Mapping[str, msgspec.Raw] = msgspec.json.decode(task.params, type=dict[str, msgspec.Raw])
    given = params.get("hypothesis") or params.get("base_annotations")
    return bytes(given).decode() if given is not None else None
