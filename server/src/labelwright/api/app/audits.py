"""A customer's verdict on a completed task, from the web app."""

from typing import Literal

import msgspec

from labelwright.api.app import presenters, schemas
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.domain import assignment_views, audits, progress
from labelwright.domain.common import NULL, not_given


class AuditBody(msgspec.Struct, frozen=True):
    """A verdict.

    Attributes:
        verdict: ``fixed`` comes with the corrected ``response``, the others without.
        comments: needed by ``commented`` and for a redo.
        response: the corrected response.
        redo: give a rejected task back to the queue.
        time_ms: milliseconds from opening the task to the verdict.
        active_ms: milliseconds of them without idle time.
    """

    verdict: Literal["accepted", "rejected", "fixed", "commented"]
    comments: str | None = None
    response: msgspec.Raw = msgspec.field(default_factory=not_given)
    redo: bool = False
    time_ms: int | None = None
    active_ms: int | None = None


class RecallBody(msgspec.Struct, frozen=True):
    """Why a task is given back to the queue; the labeler sees it."""

    comments: str


async def audit(call: Call) -> Answer:
    """Give a verdict on a completed task."""
    body, task_id = call.json(AuditBody), call.path["task_id"]
    response = bytes(body.response)
    new = audits.NewAudit(
        body.verdict,
        body.comments,
        None if response in {b"", NULL} else response,
        body.redo,
        body.time_ms,
        body.active_ms,
    )
    await audits.judge(call.platform, call.worker, task_id, new)
    return await _task(call, task_id)


async def recall(call: Call) -> Answer:
    """Give a completed task back to the queue."""
    body, task_id = call.json(RecallBody), call.path["task_id"]
    await audits.recall(call.platform, call.worker, task_id, body.comments)
    return await _task(call, task_id)


async def _task(call: Call, task_id: str) -> Answer:
    env = call.worker.env
    history = await progress.task_history(call.platform, env, task_id)
    attachments = await assignment_views.attachments_of(call.platform, env, history.row.task)
    return reply(presenters.task_detail(history, attachments))


ENDPOINTS = (
    Endpoint(
        "POST",
        "/tasks/{task_id}/audit",
        audit,
        "Accept, reject, fix or comment on a completed task",
        answer=schemas.TaskDetail,
        body=AuditBody,
        errors=(400, 403, 404, 415),
        large=True,
    ),
    Endpoint(
        "POST",
        "/tasks/{task_id}/recall",
        recall,
        "Give a completed task back to the queue",
        answer=schemas.TaskDetail,
        body=RecallBody,
        errors=(400, 403, 404, 415),
    ),
)
