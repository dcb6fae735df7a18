"""Audits: what a customer thinks of a completed task, and what follows from it (wire/audits §1, §2)."""

from collections.abc import Mapping, Sequence

import msgspec

from labelwright import worker_threads
from labelwright.clock import iso
from labelwright.domain import assignment_views, batches, callbacks, editors, responses, tasks
from labelwright.domain.common import compact
from labelwright.domain.platform import Platform
from labelwright.domain.principals import Worker
from labelwright.domain.stages import ATTEMPT
from labelwright.errors import InvalidAnswer, InvalidParameter, InvalidTransition
from labelwright.ids import new_id
from labelwright.store import Tx, assignments, counts, events, work
from labelwright.store import batches as batch_rows
from labelwright.store import tasks as rows
from labelwright.store.rows import Environment, Event, Person, Task
from labelwright.tasktypes import registry

PENDING, ACCEPTED, REJECTED, FIXED, COMMENTED = "pending", "accepted", "rejected", "fixed", "commented"
VERDICTS = (ACCEPTED, REJECTED, FIXED, COMMENTED)
SOURCE = "customer"
MAX_LENGTH = 31 * 24 * 3_600_000
"""Milliseconds that an audit may have taken."""

_texts = msgspec.json.Decoder(list[msgspec.Raw])


class AuditEntry(msgspec.Struct, omit_defaults=True):
    """One audit as the task keeps it in ``audits`` (wire/audits §3); times in seconds, absent when nobody told."""

    audited_at: str
    audit_result: str
    audit_source: str
    audited_by: str | None = None
    audit_time_secs: float | None = None
    audit_active_time_secs: float | None = None


class Audit(msgspec.Struct, frozen=True):
    """A verdict that is ready to be written.

    Attributes:
        result: one of ``VERDICTS``.
        comments: what was said, in order.
        by: who gave it; None for a program.
        response: the checked JSON text that replaces the response, for ``fixed``.
        redo: whether the task goes back to the queue.
        time_ms: milliseconds from opening the task to the verdict.
        active_ms: milliseconds of them without idle time.
    """

    result: str
    comments: Sequence[str] = ()
    by: Person | None = None
    response: str | None = None
    redo: bool = False
    time_ms: int | None = None
    active_ms: int | None = None


class NewAudit(msgspec.Struct, frozen=True):
    """What a manager says about a completed task; see :class:`Audit`. ``response`` is JSON text."""

    verdict: str
    comments: str | None = None
    response: bytes | None = None
    redo: bool = False
    time_ms: int | None = None
    active_ms: int | None = None


async def create(
    platform: Platform, env: Environment, task_id: str, *, accepted: bool, comments: str | None
) -> None:
    """Note a program's verdict on a completed task, and owe a callback (wire/audits §2).

    Raises:
        NotFound: there is no such task.
        InvalidTransition: it is not completed.
    """
    audit = Audit(ACCEPTED if accepted else REJECTED, (comments,) if comments else ())
    await tasks.get(platform, env, task_id)
    await platform.store.write(_create, env, task_id, audit, platform.clock.now())


async def judge(platform: Platform, worker: Worker, task_id: str, new: NewAudit) -> None:
    """Carry out a manager's verdict on a completed task, and owe a callback (wire/audits §1).

    ``fixed`` replaces the response and keeps the old one in ``prior_responses``. ``commented`` leaves an earlier
    verdict as it is. ``rejected`` with ``redo`` recalls the task in the same transaction.

    Raises:
        Forbidden: the role is lower than manager.
        NotFound: there is no such task.
        InvalidParameter: a part is missing, or does not belong to the verdict.
        InvalidAnswer: the fix does not satisfy the task.
        InvalidTransition: the task is not completed.
    """
    worker.need("manager")
    task = await tasks.get(platform, worker.env, task_id)
    _check_parts(new)
    if task.status != tasks.COMPLETED:
        raise _not_completed()
    fixed = await _checked_fix(platform, worker.env, task, new.response) if new.response is not None else None
    comments = (new.comments,) if new.comments else ()
    audit = Audit(new.verdict, comments, worker.person, fixed, new.redo, new.time_ms, new.active_ms)
    await platform.store.write(_create, worker.env, task_id, audit, platform.clock.now())


async def recall(platform: Platform, worker: Worker, task_id: str, comments: str) -> None:
    """Give a completed task back to the queue, and owe a callback (wire/tasks §3.2).

    The response becomes the last of ``prior_responses``, and what the next labeler starts from; the comments are
    shown beside it.

    Raises:
        Forbidden: the role is lower than manager.
        NotFound: there is no such task.
        InvalidParameter: the comments are empty.
        InvalidTransition: the task is not completed.
    """
    worker.need("manager")
    await tasks.get(platform, worker.env, task_id)
    if not comments.strip():
        raise InvalidParameter.because('"comments" is not allowed to be empty', field="comments")
    await platform.store.write(_recall, worker, task_id, comments, platform.clock.now())


def _check_parts(new: NewAudit) -> None:
    if new.verdict not in VERDICTS:
        raise InvalidParameter.because(f'"verdict" must be one of [{", ".join(VERDICTS)}]', field="verdict")
    if new.verdict == FIXED and new.response is None:
        raise InvalidParameter.because('"response" is required', field="response")
    if new.verdict != FIXED and new.response is not None:
        raise InvalidParameter.because(
            f'"response" is not allowed with verdict {new.verdict}', field="response"
        )
    if new.redo and new.verdict != REJECTED:
        raise InvalidParameter.because(f'"redo" is not allowed with verdict {new.verdict}', field="redo")
    for field, ms in (("time_ms", new.time_ms), ("active_ms", new.active_ms)):
        if ms is not None and not 0 <= ms <= MAX_LENGTH:
            raise InvalidParameter.because(f'"{field}" must be between 0 and {MAX_LENGTH}', field=field)
    if (new.redo or new.verdict == COMMENTED) and not (new.comments or "").strip():
        raise InvalidParameter.because('"comments" is required', field="comments")


async def _checked_fix(platform: Platform, env: Environment, task: Task, response: bytes) -> str:
    shown = await assignment_views.attachments_of(platform, env, task)
    text, errors = await responses.checked(
        platform,
        env,
        registry.find(task.type),
        await worker_threads.read(task.params),
        response,
        [attachment.media for attachment in shown],
        task.id,
    )
    if errors:
        raise InvalidAnswer(errors)
    return responses.marked_as_fix(text)


def _not_completed() -> InvalidTransition:
    return InvalidTransition("Only a completed task can be audited.", field="status")


async def held_completed(tx: Tx, env: Environment, task_id: str) -> Task:
    """A completed task, held still until the commit.

    Raises:
        InvalidTransition: it is not completed.
    """
    task = await rows.for_update(tx, env.id, task_id)
    if task is None or task.status != tasks.COMPLETED:
        raise _not_completed()
    return task


async def _create(tx: Tx, env: Environment, task_id: str, audit: Audit, now: int) -> None:
    await write(tx, env, await held_completed(tx, env, task_id), audit, now)


async def write(tx: Tx, env: Environment, task: Task, audit: Audit, now: int) -> None:
    """Write a verdict on a task, with all that follows from it.

    Args:
        tx: the transaction, which holds the task.
        env: whose task it is.
        task: a completed task.
        audit: the verdict.
        now: milliseconds.

    Raises:
        InvalidTransition: the task is not completed any more.
    """
    entry = AuditEntry(
        iso(now),
        audit.result,
        SOURCE,
        audit.by.email if audit.by else None,
        _seconds(audit.time_ms),
        _seconds(audit.active_ms),
    )
    verdict_stands = audit.result == COMMENTED and task.review_status not in {None, PENDING}
    changes: dict[str, object] = {
        "review_status": task.review_status if verdict_stands else audit.result,
        "audits": _appended(task.audits, entry),
    }
    if audit.comments:
        changes["review_comments"] = _appended(task.review_comments, *audit.comments)
    if audit.response is not None:
        changes |= {"response": audit.response, "prior_responses": _with_response(task)}
    if audit.redo:
        changes |= _reopened(task)
    if not await rows.move(tx, task.id, tasks.COMPLETED, now, **changes):
        raise _not_completed()
    if audit.redo:
        await _requeue(tx, task)
    if task.batch_id:
        await batch_rows.set_audited(tx, task.batch_id, now)
    said = "\n".join(audit.comments) or None
    person_id = audit.by.id if audit.by else None
    data = compact({"result": audit.result, "comments": said})
    await events.add(tx, Event(new_id(now), env.id, task.id, now, person_id, "audited", data))
    if audit.redo:
        await _note_recall(tx, env, task, person_id, said, now)
    elif task.callback_url:
        await callbacks.enqueue(tx, env, "task", task.id, task.callback_url, "audited", now)


async def _recall(tx: Tx, worker: Worker, task_id: str, comments: str, now: int) -> None:
    task = await rows.for_update(tx, worker.env.id, task_id)
    # A verdict concerned the response that is taken back with it.
    if task is None or not await rows.move(
        tx, task_id, tasks.COMPLETED, now, **_reopened(task), review_status=None
    ):
        raise InvalidTransition("Only a completed task can be recalled.", field="status")
    await _requeue(tx, task)
    await _note_recall(tx, worker.env, task, worker.person.id, comments, now)


async def _note_recall(
    tx: Tx, env: Environment, task: Task, person_id: str | None, comments: str | None, now: int
) -> None:
    prior = len(_texts.decode(task.prior_responses)) if task.prior_responses else 0
    # After every turn that it takes back, also when the clock was set back since.
    at = max(now, await assignments.latest(tx, task.id))
    recalled = assignment_views.Recall(comments, prior if task.response is not None else None)
    await events.add(
        tx, Event(new_id(at), env.id, task.id, at, person_id, assignment_views.RECALLED, compact(recalled))
    )
    if task.callback_url:
        # One callback tells of the recall and of the rejection that asked for it: it carries the whole task.
        await callbacks.enqueue(tx, env, "task", task.id, task.callback_url, assignment_views.RECALLED, now)


def _reopened(task: Task) -> Mapping[str, object]:
    """What makes a completed task pending again."""
    return {
        "status": tasks.PENDING,
        "completed_at": None,
        "work_started": 0,
        "response": None,
        "prior_responses": _with_response(task),
    }


async def _requeue(tx: Tx, task: Task) -> None:
    """Put a recalled task back into the queue, and keep counters and batch in step.

    Raises:
        InvalidTransition: the task's batch was cancelled.
    """
    status = await batch_rows.status_of(tx, task.batch_id)
    if status == batches.CANCELLED:
        raise InvalidTransition(
            "The task's batch was cancelled; nobody works on its tasks any more.", field="batch"
        )
    state = work.WAITING if status in {batches.STAGING, batches.PAUSED} else work.OPEN
    first = (task.id, task.env_id, task.project_id, task.batch_id, ATTEMPT, state, 0)
    await rows.add_work(tx, [(*first, -task.priority, task.created_at, editors.lacking(task))])
    await work.skipped_before(tx, task.id)
    await work.set_resting(tx, task.id)
    await counts.change(tx, [(tasks.bucket(task), -1), (tasks.bucket(task, tasks.PENDING), 1)])
    if task.batch_id:
        await batch_rows.move(tx, task.batch_id, batches.COMPLETED, batches.IN_PROGRESS, None)
    tx.topics.add("progress")


def _with_response(task: Task) -> str | None:
    """``prior_responses`` with the current response as the last one."""
    if task.response is None:
        return task.prior_responses
    return _appended(task.prior_responses, msgspec.Raw(task.response.encode()))


def _appended(text: str | None, *more: object) -> str:
    """A JSON array's text with further members."""
    return compact([*(_texts.decode(text) if text else ()), *more])


def _seconds(ms: int | None) -> float | None:
    return ms / 1000 if ms is not None else None
