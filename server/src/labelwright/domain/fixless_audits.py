"""Fixless audits: what is wrong with a response, item by item, without changing it (wire/audits §4)."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from labelwright import urls
from labelwright.domain import audits, tasks
from labelwright.domain.common import compact
from labelwright.domain.platform import Platform
from labelwright.errors import InvalidParameter, NotFound
from labelwright.ids import new_id
from labelwright.store import Tx
from labelwright.store import fixless_audits as rows
from labelwright.store.rows import Environment, FixlessAudit
from labelwright.store.tasks import Cursor

MAX_ITEMS = 1000
MAX_TEXT_LENGTH = 2000
MAX_URL_LENGTH = 2048


class FeedbackItem(msgspec.Struct, frozen=True):
    """One thing that an audit says about a response; the field names are this server's (wire/audits §4).

    Attributes:
        type: ``error``, ``flag``, ``confirmation`` or ``comment``.
        status: ``open`` until somebody takes a position: ``accepted``, ``rejected`` or ``disputed``.
        text: what was said.
        annotation_uuid: the annotation that is meant.
        path: the place in the response that is meant, as a JSON path (``annotations[3].label``).
    """

    type: Literal["error", "flag", "confirmation", "comment"]
    status: Literal["open", "accepted", "rejected", "disputed"] = "open"
    text: str | None = None
    annotation_uuid: str | None = None
    path: str | None = None


class NewFixlessAudit(msgspec.Struct, frozen=True):
    """What a fixless audit is made from; with ``id``, what replaces one that is there.

    Attributes:
        task_id: a completed task.
        audit_result: ``accepted``, ``rejected`` or ``commented``.
        response_url: where the response that was audited lies.
        feedback: the items.
        id: an audit of this task.
    """

    task_id: str
    audit_result: Literal["accepted", "rejected", "commented"]
    response_url: str | None = None
    feedback: list[FeedbackItem] = []
    id: str | None = None


async def put(platform: Platform, env: Environment, new: NewFixlessAudit) -> FixlessAudit:
    """Keep an audit, and carry its result out on the task as any other audit's (wire/audits §2).

    Replacing an audit touches the task only when the result is another one than before: changing the status of
    an item is no new verdict.

    Raises:
        NotFound: there is no such task, or it has no audit with this id.
        InvalidParameter: the address is none, or there is too much feedback.
        InvalidTransition: the task is not completed.
    """
    _check(new)
    await tasks.get(platform, env, new.task_id)
    return await platform.store.write(_put, env, new, platform.clock.now())


def _check(new: NewFixlessAudit) -> None:
    if len(new.feedback) > MAX_ITEMS:
        raise InvalidParameter.because(
            f'"feedback" must contain less than or equal to {MAX_ITEMS} items', field="feedback"
        )
    for at, item in enumerate(new.feedback):
        if len(item.text or "") > MAX_TEXT_LENGTH:
            raise InvalidParameter.because(
                f'"text" length must be less than or equal to {MAX_TEXT_LENGTH} characters long',
                field=f"feedback[{at}].text",
            )
    if new.response_url and not urls.is_valid(new.response_url, max_length=MAX_URL_LENGTH):
        raise InvalidParameter.because('"response_url" must be a valid uri', field="response_url")


async def _put(tx: Tx, env: Environment, new: NewFixlessAudit, now: int) -> FixlessAudit:
    before: FixlessAudit | None = None
    if new.id is not None:
        before = await rows.for_update(tx, env.id, new.id)
        if before is None or before.task_id != new.task_id:
            raise _not_found()
    audit = FixlessAudit(
        before.id if before else new_id(now),
        env.id,
        new.task_id,
        new.audit_result,
        new.response_url or None,
        compact(new.feedback),
        before.created_at if before else now,
        now,
    )
    if before is None or before.result != audit.result:
        task = await audits.held_completed(tx, env, new.task_id)
        said_before = {item.text for item in feedback(before)} if before else set()
        said = [item.text for item in new.feedback if item.text and item.text not in said_before]
        await audits.write(tx, env, task, audits.Audit(audit.result, said), now)
    if before is None:
        await rows.add(tx, audit)
    else:
        await rows.replace(tx, audit)
    return audit


def _not_found() -> NotFound:
    return NotFound("Audit with that ID not found.", field="id")


_items = msgspec.json.Decoder(list[FeedbackItem])


def feedback(audit: FixlessAudit) -> list[FeedbackItem]:
    """The items of an audit."""
    return _items.decode(audit.feedback)


async def page(
    platform: Platform,
    env: Environment,
    *,
    task_id: str | None,
    audit_id: str | None,
    limit: int,
    after: Cursor | None,
) -> tuple[Sequence[FixlessAudit], int, bool]:
    """A page of a task's audits, newest first, or the one with an id: the audits, how many in all, whether more.

    Raises:
        InvalidParameter: neither is given.
        NotFound: there is no such task, or no such audit.
    """
    if task_id is None and audit_id is None:
        raise InvalidParameter.because('"value" must contain at least one of [task_id, id]', field="task_id")
    if task_id is not None:
        await tasks.get(platform, env, task_id)
    found = await platform.read(rows.page, env.id, task_id, audit_id, limit + 1, after)
    if audit_id is not None and not found and after is None:
        raise _not_found()
    total = await platform.read(rows.count, env.id, task_id, audit_id)
    return found[:limit], total, len(found) > limit
