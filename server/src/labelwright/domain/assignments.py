"""Assignments: a person claims work, keeps it with a heartbeat, and hands it in or gives it back (design §3)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import structlog

from labelwright import worker_threads
from labelwright.domain import (
    answer_files,
    assignment_views,
    batches,
    derived_fields,
    parent_tasks,
    reviews,
    tabs,
    tasks,
)
from labelwright.domain.common import compact
from labelwright.domain.platform import Platform
from labelwright.domain.principals import Worker
from labelwright.domain.stages import (
    ACTIVE,
    ATTEMPT,
    CANCELED,
    EXPIRED,
    RELEASED,
    RESERVED,
    REVIEW,
    SKIPPED,
    STAGES,
    SUBMITTED,
)
from labelwright.errors import Conflict, InvalidAnswer, InvalidParameter, LeaseLost, NotFound, Unavailable
from labelwright.ids import new_id
from labelwright.store import Tx, accounts, events, work
from labelwright.store import assignments as rows
from labelwright.store import batches as batch_rows
from labelwright.store import projects as project_rows
from labelwright.store import tasks as task_rows
from labelwright.store.rows import Assignment, Environment, Event, Task, Work
from labelwright.tasktypes import registry

MAX_BATCH = 5
MOST_OPENED, MOST_PATH = 1000, 200
"""Opened parts of an answer that are kept with a verdict, and characters of the path of each."""
DAY = 24 * 3_600_000

POSTPONED_FOR = 60_000
"""Milliseconds for which work waits that could not be given back."""

log = structlog.get_logger("labelwright.assignments")


class Submission(msgspec.Struct, frozen=True):
    """What a person hands in.

    Attributes:
        submission_id: made by the client once for each submit and repeated on every retry of it.
        active_ms: milliseconds of work, without idle time.
        answer: the answer's JSON text, None when the verdict needs none.
        verdict: ``accept``, ``fix`` or ``send_back`` at the review stage.
        comment: the reviewer's words.
        shown: whether everything that it is about was on the screen.
        opened: paths of the parts of the judged answer that were opened.
        tab: the browser tab that hands in.
    """

    submission_id: str
    active_ms: int
    answer: bytes | None = None
    verdict: str | None = None
    comment: str | None = None
    shown: bool = False
    opened: Sequence[str] = ()
    tab: str | None = None


class Receipt(msgspec.Struct, frozen=True):
    """What became of a submission."""

    assignment_id: str
    task_id: str
    task_status: str
    repeated: bool


def _until(platform: Platform, state: str) -> int:
    settings = platform.settings
    seconds = settings.lease_seconds if state == ACTIVE else settings.reserve_seconds
    return platform.clock.now() + seconds * 1000


class _Within(NamedTuple):
    """The project whose work is asked for; its id is empty for tasks without one."""

    id: str
    studio: bool


_NO_PROJECT = _Within("", False)


async def claim(
    platform: Platform, worker: Worker, stage: str, project: str | None = None, count: int = 1
) -> Sequence[assignment_views.AssignmentView]:
    """Give a person work: what they hold already, then what was sent back to them, then the best of the queue.

    Two people never get the same task: the row is taken by one conditional statement.

    Args:
        platform: the platform.
        worker: who asks.
        stage: ``attempt`` or ``review``.
        project: only this project's work, by name; ``""`` for tasks without a project, None for everything.
        count: how many to hold in all, 1-5.

    Raises:
        InvalidParameter: the stage or count is not one.
        NotFound: there is no such project.
        Forbidden: the role may not review.
    """
    if stage not in STAGES:
        raise InvalidParameter.because(f'"stage" must be one of [{", ".join(STAGES)}]', field="stage")
    if not 1 <= count <= MAX_BATCH:
        raise InvalidParameter.because(f'"count" must be between 1 and {MAX_BATCH}', field="count")
    if stage == REVIEW:
        worker.need("member")
    only = None if project is None else _NO_PROJECT
    if project:
        found = await platform.read(project_rows.by_name, worker.env.id, project)
        if found is None:
            raise NotFound("Project with that name not found.", field="project")
        only = _Within(found.id, bool(found.studio))
    ids = await platform.store.write(_claim, platform, worker, stage, only, count)
    # A task may have been canceled since the claim was written.
    held = [
        turn
        for turn in await assignment_views.read(platform, worker.env, ids)
        if turn is not None and turn.assignment.state in {RESERVED, ACTIVE}
    ]
    return sorted(held, key=lambda turn: (turn.assignment.state != ACTIVE, turn.assignment.id))


async def _claim(
    tx: Tx, platform: Platform, worker: Worker, stage: str, project: _Within | None, count: int
) -> list[str]:
    now, env, person = platform.clock.now(), worker.env, worker.person
    held = [
        row
        for row in await work.held_by(tx, person.id, env.id)
        if row.stage == stage
        and (project is None or row.project_id == project.id)
        and (row.lease_until or 0) >= now
    ]
    ids = [row.assignment_id for row in held if row.assignment_id][:count]
    while len(ids) < count:
        row = await _best(tx, worker, stage, project)
        if row is None:
            break
        history = await rows.of_task(tx, row.task_id)
        # A task's turns follow each other also when the clock was set back in between: the last answer is the newest.
        at = max(now, *(max(one.claimed_at, one.ended_at or 0) for one in history), 0)
        assignment = Assignment(
            new_id(at), env.id, row.task_id, row.project_id, stage, person.id, RESERVED, at
        )
        if not await work.hold(tx, row.task_id, person.id, assignment.id, _until(platform, RESERVED)):
            continue
        _reuse_draft(history, assignment)
        await rows.add(tx, assignment)
        ids.append(assignment.id)
    tx.topics.add("progress")
    return ids


def _reuse_draft(history: Sequence[Assignment], assignment: Assignment) -> None:
    """Somebody whose lease ran out finds their draft again."""
    for earlier in reversed(history):
        if earlier.stage != assignment.stage or earlier.state == SUBMITTED:
            return
        if earlier.person_id == assignment.person_id and earlier.draft is not None:
            assignment.draft, assignment.draft_rev = earlier.draft, earlier.draft_rev
            assignment.draft_at, assignment.active_ms = earlier.draft_at, earlier.active_ms
            return


async def _best(tx: Tx, worker: Worker, stage: str, project: _Within | None) -> Work | None:
    """What this person should get next; Studio batches in the order of their list (wire/studio §3)."""
    env_id, person_id = worker.env.id, worker.person.id
    kept = await work.reserved_open(tx, env_id, stage, person_id, project.id if project else None)
    if kept is not None:
        return kept
    everywhere = worker.may("member")
    plain: Sequence[str] = []
    if project is None:
        plain = await work.open_projects(tx, env_id, stage, None if everywhere else person_id)
    elif not project.studio:
        mine = everywhere or await work.may_work(tx, project.id, person_id)
        plain = [project.id] if mine else []
    best: Work | None = None
    for project_id in plain:
        row = await work.best_open(tx, env_id, project_id, stage, person_id)
        if row is not None and (best is None or _order(row) < _order(best)):
            best = row
    if project is None or project.studio:
        listed = await _first_listed(tx, worker, stage, project)
        if listed is not None and (best is None or _order(listed) < _order(best)):
            best = listed
    if best is None:
        return await work.best_stuck(tx, env_id, stage, person_id, project.id if project else None)
    return best


async def _first_listed(tx: Tx, worker: Worker, stage: str, project: _Within | None) -> Work | None:
    """The best row of the first Studio batch that has one for this person."""
    env_id, person_id = worker.env.id, worker.person.id
    batches = await work.open_batches(
        tx, env_id, stage, person_id, project.id if project else None, everywhere=worker.may("member")
    )
    for project_id, batch_id in batches:
        row = await work.best_in_batch(tx, batch_id, project_id, stage, person_id)
        if row is not None:
            return row
    return None


def _order(row: Work) -> tuple[int, int, int, str]:
    return row.batch_order, row.rank, row.seq, row.task_id


async def get(platform: Platform, worker: Worker, assignment_id: str) -> assignment_views.AssignmentView:
    """One of this person's assignments, also after it ended.

    Raises:
        NotFound: there is none of theirs with this id.
    """
    await own(platform, worker, assignment_id)
    turn = (await assignment_views.read(platform, worker.env, [assignment_id]))[0]
    if turn is None:
        raise NotFound("Assignment with that ID not found.", field="id")
    return turn


async def own(platform: Platform, worker: Worker, assignment_id: str) -> Assignment:
    """One of this person's assignments.

    Raises:
        NotFound: there is none of theirs with this id.
    """
    found = await platform.read(rows.by_id, assignment_id)
    if found is None or found.person_id != worker.person.id or found.env_id != worker.env.id:
        raise NotFound("Assignment with that ID not found.", field="id")
    return found


async def held_assignments(tx: Tx, platform: Platform, assignment_id: str) -> tuple[Assignment, Work]:
    """An assignment and the row it holds, held still until the commit.

    Raises:
        LeaseLost: it ended, or its time ran out.
    """
    assignment = await rows.for_update(tx, assignment_id)
    if assignment is None:
        raise NotFound("Assignment with that ID not found.", field="id")
    row = await work.for_update(tx, assignment.task_id)
    holds = row is not None and row.state == work.HELD and row.assignment_id == assignment_id
    if row is None or not holds or (row.lease_until or 0) < platform.clock.now():
        raise _lease_lost(assignment)
    return assignment, row


def _lease_lost(assignment: Assignment) -> LeaseLost:
    """The refusal to go on with an assignment that has ended, or whose time ran out."""
    if assignment.state == CANCELED:
        return LeaseLost("The task was canceled; nobody is to work on it any more.", field="id")
    return LeaseLost("The time for this task ran out and it went back to the queue.", field="id")


async def open_assignment(
    platform: Platform, worker: Worker, assignment_id: str, tab: str | None = None, *, take_over: bool = False
) -> assignment_views.AssignmentView:
    """Note that a person looks at a task now, and start the long lease; the tab writes to it from now on.

    Nothing changes when a tab of another browser has it, unless this one takes over.

    Raises:
        NotFound: there is no such assignment of theirs.
        LeaseLost: it ended, or its time ran out.
    """
    await own(platform, worker, assignment_id)
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        assignment, row = await held_assignments(tx, platform, assignment_id)
        if tab is not None:
            if not (take_over or tabs.may_write(assignment, tab) or tabs.same_browser(assignment, tab)):
                return
            await rows.update(tx, assignment_id, tab=tab)
        await work.extend(tx, assignment_id, row.task_id, _until(platform, ACTIVE))
        if assignment.state == RESERVED:
            await rows.update(tx, assignment_id, state=ACTIVE, opened_at=now)
            await task_rows.update(tx, row.task_id, now, work_started=1)
            await _record_event(tx, worker.env, assignment, now, "opened", {"stage": assignment.stage})

    await platform.store.write(command)
    return await get(platform, worker, assignment_id)


async def heartbeat(
    platform: Platform, worker: Worker, ids: Sequence[str], tab: str | None = None
) -> tuple[Sequence[tuple[str, int]], Sequence[str], Sequence[str]]:
    """Prolong the leases that still hold.

    Returns:
        (id, until) of those that hold, the ids of the others, and those of them all that another tab writes to; what
        another browser has is not prolonged.
    """
    elsewhere: list[str] = []
    known = {a.id: a for a in await platform.read(rows.by_ids, list(dict.fromkeys(ids))[:50])}

    async def command(tx: Tx) -> list[tuple[str, int]]:
        held = []
        elsewhere.clear()
        for assignment in known.values():
            if assignment.person_id != worker.person.id:
                continue
            try:
                current, row = await held_assignments(tx, platform, assignment.id)
            except LeaseLost:
                continue
            if tab is not None and not tabs.may_write(current, tab):
                elsewhere.append(current.id)
                if not tabs.same_browser(current, tab):
                    held.append((current.id, row.lease_until or 0))
                    continue
            until = _until(platform, current.state)
            await work.extend(tx, current.id, row.task_id, until)
            held.append((current.id, until))
        return held

    held = await platform.store.write(command)
    kept = {assignment_id for assignment_id, _ in held}
    return held, [assignment_id for assignment_id in ids if assignment_id not in kept], elsewhere


async def save_draft(
    platform: Platform,
    worker: Worker,
    assignment_id: str,
    rev: int,
    answer: bytes,
    active_ms: int,
    tab: str | None = None,
) -> int:
    """Keep unfinished work; returns when it was saved.

    Raises:
        NotFound: there is no such assignment of theirs.
        LeaseLost: the assignment has ended.
        HeldElsewhere: another tab writes to it.
        Conflict: a newer draft is there already.
    """
    assignment = await own(platform, worker, assignment_id)
    now = platform.clock.now()
    saved = await platform.store.write(
        rows.save_draft, assignment_id, worker.person.id, rev, answer.decode(), max(0, active_ms), now, tab
    )
    if not saved:
        current = await own(platform, worker, assignment.id)
        if current.state not in {RESERVED, ACTIVE}:
            raise LeaseLost(f"The assignment was {current.state}; the draft was not kept.", field="id")
        tabs.need(current, tab)
        raise Conflict(f"A newer draft (rev {current.draft_rev}) is there already.", field="rev")
    return now


async def submit(platform: Platform, worker: Worker, assignment_id: str, submission: Submission) -> Receipt:
    """Hand in an attempt or a review; the same submission twice counts once.

    Raises:
        NotFound: there is no such assignment of theirs.
        InvalidParameter: a part of the submission is missing.
        NotShown: not everything that it is about was on the screen.
        InvalidAnswer: the answer does not satisfy its task.
        LeaseLost: the assignment ended before, or its time ran out; the answer is kept as its draft.
        HeldElsewhere: another tab writes to it.
        Conflict: another submission was accepted before.
    """
    if not submission.submission_id.strip():
        raise InvalidParameter.because('"submission_id" is not allowed to be empty', field="submission_id")
    assignment = await own(platform, worker, assignment_id)
    if assignment.state == SUBMITTED:
        return await _repeated(platform, assignment, submission)
    task = await tasks.get(platform, worker.env, assignment.task_id)
    reviews.check_parts(assignment.stage, submission.verdict, submission.answer, submission.comment)
    reviews.check_viewed(submission.verdict, shown=submission.shown)
    answer = await _checked_answer(
        platform, worker.env, task, submission.answer, assignment, submission.active_ms
    )
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        current, row = await held_assignments(tx, platform, assignment_id)
        tabs.need(current, submission.tab)
        await rows.update(
            tx,
            assignment_id,
            state=SUBMITTED,
            ended_at=max(now, current.claimed_at),
            active_ms=max(0, submission.active_ms),
            submission_id=submission.submission_id,
            answer=answer,
            verdict=submission.verdict,
            comment=submission.comment,
            draft=None,
        )
        if current.state == RESERVED:
            await task_rows.update(tx, task.id, now, work_started=1)
        if current.stage == ATTEMPT:
            await work.next_stage(tx, current.id, task.id, REVIEW, author=worker.person.id, kept_for=None)
        else:
            await reviews.finish(tx, worker.env, task, row, submission.verdict or "", answer, now)
        data: dict[str, object] = {
            "stage": current.stage,
            "verdict": submission.verdict,
            "active_ms": submission.active_ms,
        }
        if submission.opened:
            data["opened"] = [path[:MOST_PATH] for path in submission.opened[:MOST_OPENED]]
        await _record_event(tx, worker.env, current, now, "submitted", data)
        tx.topics.add("progress")

    try:
        await platform.store.write(command)
    except LeaseLost:
        current = await own(platform, worker, assignment_id)
        if current.state == SUBMITTED:
            return await _repeated(platform, current, submission)
        if answer is not None:
            await platform.store.write(_keep_as_draft, assignment_id, answer, now)
        raise
    after = await tasks.get(platform, worker.env, task.id)
    return Receipt(assignment_id, task.id, after.status, repeated=False)


async def _repeated(platform: Platform, assignment: Assignment, submission: Submission) -> Receipt:
    if assignment.submission_id != submission.submission_id:
        raise Conflict("This assignment was submitted already.", field="submission_id")
    task = (await platform.read(task_rows.by_ids, [assignment.task_id]))[assignment.task_id]
    return Receipt(assignment.id, task.id, task.status, repeated=True)


async def _keep_as_draft(tx: Tx, assignment_id: str, answer: str, now: int) -> None:
    current = await rows.for_update(tx, assignment_id)
    if current is not None:
        await rows.update(tx, assignment_id, draft=answer, draft_rev=current.draft_rev + 1, draft_at=now)


async def _checked_answer(
    platform: Platform,
    env: Environment,
    task: Task,
    answer: bytes | None,
    assignment: Assignment,
    active_ms: int,
) -> str | None:
    if answer is None:
        return None
    kind = registry.find(task.type)
    params = await worker_threads.read(task.params)
    shown = await platform.read(parent_tasks.attachments_of_parent, platform, env, kind, params, task.id)
    media = [attachment.media for attachment in shown]
    size = len(task.params) + len(answer)
    text, problems = await answer_files.checked(
        platform, env, kind, params, await worker_threads.read(answer), media, task.id, size
    )
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise InvalidAnswer(errors)
    text = await derived_fields.completed(platform, env, kind, params, text, task.id)
    if derived_fields.takes_time(kind):
        text = derived_fields.with_time(text, await _time_at(platform, assignment, active_ms))
    return await answer_files.kept(platform, env, kind, params, text)


async def _time_at(platform: Platform, assignment: Assignment, active_ms: int) -> int:
    """Milliseconds of work at all attempts of a task, with this one if it is one."""
    earlier = await platform.read(rows.submitted, [assignment.task_id])
    return sum(one.active_ms for one in earlier) + (max(0, active_ms) if assignment.stage == ATTEMPT else 0)


async def submitted(platform: Platform, task_ids: Sequence[str]) -> Sequence[Assignment]:
    """The attempts at several tasks that were handed in, oldest first."""
    return await platform.read(rows.submitted, task_ids)


async def skip(
    platform: Platform, worker: Worker, assignment_id: str, reason: str, tab: str | None = None
) -> None:
    """Give work back and do not get it again.

    Raises:
        NotFound: there is no such assignment of theirs.
        InvalidParameter: there is no reason.
        LeaseLost: it ended, or its time ran out.
        HeldElsewhere: another tab writes to it.
    """
    if not reason.strip():
        raise InvalidParameter.because('"reason" is not allowed to be empty', field="reason")
    await _give_back(platform, worker, assignment_id, SKIPPED, reason, tab)


async def release(platform: Platform, worker: Worker, assignment_id: str, tab: str | None = None) -> None:
    """Give work back; it may come again.

    Raises:
        NotFound: there is no such assignment of theirs.
        LeaseLost: it ended, or its time ran out.
        HeldElsewhere: another tab writes to it.
    """
    await _give_back(platform, worker, assignment_id, RELEASED, None, tab)


async def _give_back(
    platform: Platform, worker: Worker, assignment_id: str, state: str, reason: str | None, tab: str | None
) -> None:
    assignment = await own(platform, worker, assignment_id)
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        await _hold_batch(tx, assignment.task_id)
        current, row = await held_assignments(tx, platform, assignment_id)
        tabs.need(current, tab)
        skipped = state == SKIPPED
        await rows.update(tx, assignment_id, state=state, ended_at=now, comment=reason)
        if skipped:
            await work.skip(tx, row.task_id, worker.person.id, now)
        await _free(tx, worker.env, row, now, for_anybody=skipped)
        if skipped:
            await _record_event(
                tx, worker.env, current, now, SKIPPED, {"stage": current.stage, "reason": reason}
            )
        tx.topics.add("progress")

    await platform.store.write(command)


async def take_over_assignment(
    platform: Platform, worker: Worker, assignment_id: str, tab: str | None = None
) -> assignment_views.AssignmentView:
    """Take the same task again after its lease ran out, if nobody else has it.

    Raises:
        NotFound: there is no such assignment of theirs.
        LeaseLost: somebody else has it, or it is done.
    """
    old = await own(platform, worker, assignment_id)
    now = platform.clock.now()

    async def command(tx: Tx) -> str:
        await _hold_batch(tx, old.task_id)
        row = await work.for_update(tx, old.task_id)
        if row is not None and row.assignment_id == old.id:
            if (row.lease_until or 0) >= now:
                return old.id
            # The job that gives back has not come by yet.
            await _expire(tx, worker.env, row, now)
            row = await work.for_update(tx, old.task_id)
        if row is None:
            await _require_open(tx, worker.env, old)
        free = row is not None and row.state in {work.OPEN, work.STUCK} and row.stage == old.stage
        if row is None or not free or row.kept_for not in {None, worker.person.id}:
            raise LeaseLost("Somebody else has this task now.", field="id")
        if row.stage == REVIEW and row.author == worker.person.id:
            raise LeaseLost("The answer to review is your own now.", field="id")
        again = Assignment(
            new_id(now), old.env_id, old.task_id, old.project_id, old.stage, old.person_id, RESERVED, now
        )
        again.draft, again.draft_rev, again.draft_at = old.draft, old.draft_rev, old.draft_at
        again.active_ms = old.active_ms
        await work.hold(tx, old.task_id, worker.person.id, again.id, _until(platform, RESERVED))
        await rows.add(tx, again)
        return again.id

    return await open_assignment(platform, worker, await platform.store.write(command), tab)


async def _require_open(tx: Tx, env: Environment, assignment: Assignment) -> None:
    """Say why nobody is offered a task any more.

    Raises:
        LeaseLost: the task was canceled.
    """
    task = await task_rows.by_id(tx, env.id, assignment.task_id)
    if task is not None and task.status == tasks.CANCELED:
        raise _lease_lost(msgspec.structs.replace(assignment, state=CANCELED))


async def _hold_batch(tx: Tx, task_id: str) -> None:
    """Make canceling the task's batch wait; before its row is held, which canceling holds after the batch."""
    row = (await work.of_tasks(tx, [task_id])).get(task_id)
    if row is not None:
        await batch_rows.status_of(tx, row.batch_id)


async def _free(tx: Tx, env: Environment, row: Work, now: int, *, for_anybody: bool = False) -> None:
    """Give a held row back to the queue; an attempt that is given up in a cancelled batch ends its task.

    Args:
        tx: the transaction, which holds the row.
        env: whose work it is.
        row: the row.
        now: milliseconds.
        for_anybody: also when it was kept for one person.
    """
    theirs = row.kept_for is not None and not for_anybody
    if row.stage == ATTEMPT and not theirs and await _canceled_with_batch(tx, env, row, now):
        return
    await work.free(tx, row.assignment_id or "", row.task_id, for_anybody=for_anybody)


async def _canceled_with_batch(tx: Tx, env: Environment, row: Work, now: int) -> bool:
    """Cancel a task that nobody holds if its batch was cancelled: no new attempt at it is to begin."""
    if await batch_rows.status_of(tx, row.batch_id) != batches.CANCELLED:
        return False
    task = await task_rows.for_update(tx, env.id, row.task_id)
    if task is None:
        return False
    await tasks.withdraw(tx, env, task, now)
    return True


async def _expire(tx: Tx, env: Environment, row: Work, now: int) -> None:
    await rows.update(tx, row.assignment_id or "", state=EXPIRED, ended_at=now)
    await _free(tx, env, row, now)


async def leave(tx: Tx, env: Environment, person_id: str, now: int) -> None:
    """Give back all that somebody holds, or that was sent back to them: they do not work here any more."""
    for row in await work.held_by(tx, person_id, env.id):
        if row.assignment_id is not None:
            await _expire(tx, env, row, now)
    for row in await work.reserved(tx, person_id, env.id):
        await _canceled_with_batch(tx, env, row, now)
    await work.keep_for_nobody(tx, person_id)
    tx.topics.add("progress")


async def keep_from_outsiders(tx: Tx, env: Environment, project_ids: Sequence[str], now: int) -> None:
    """Let anybody have what was sent back to labelers who may not work on its project any more.

    Whoever holds a task keeps it (decision 0007).
    """
    rows = await work.reserved_for_outsiders(tx, list(project_ids))
    ended = set()
    for row in rows:
        if row.state != work.HELD and await _canceled_with_batch(tx, env, row, now):
            ended.add(row.task_id)
    await work.unreserve(tx, [row.task_id for row in rows if row.task_id not in ended])


async def expire(platform: Platform, limit: int = 100) -> int:
    """Give back work whose lease ran out; returns how much.

    A row that cannot be given back is put off, so that the others do not wait for it.
    """
    now = platform.clock.now()

    async def command(tx: Tx) -> int:
        late = await work.expired(tx, now, limit)
        for row in late:
            await _end_late(tx, row, now)
        if late:
            tx.topics.add("progress")
        return len(late)

    try:
        return await platform.store.write(command)
    except Unavailable:
        raise
    except Exception:
        log.exception("leases could not be ended together")
    ended = 0
    for row in await platform.store.write(work.expired, now, limit):
        ended += await _expire_alone(platform, row, now)
    return ended


async def _end_late(tx: Tx, row: Work, now: int) -> None:
    env = await accounts.environment(tx, row.env_id)
    if row.assignment_id is not None and env is not None:
        await _expire(tx, env, row, now)


async def _expire_alone(platform: Platform, row: Work, now: int) -> bool:
    """Give one row of work back; False when that fails, and it is put off."""

    async def command(tx: Tx) -> None:
        await _end_late(tx, row, now)
        tx.topics.add("progress")

    try:
        await platform.store.write(command)
    except Unavailable:
        raise
    except Exception:
        log.exception("a lease could not be ended", task=row.task_id)
        await platform.store.write(work.postpone, row.task_id, row.lease_until, now + POSTPONED_FOR)
        return False
    return True


async def _record_event(
    tx: Tx, env: Environment, assignment: Assignment, now: int, kind: str, data: Mapping[str, object]
) -> None:
    event = Event(new_id(now), env.id, assignment.task_id, now, assignment.person_id, kind, compact(data))
    await events.add(tx, event)
