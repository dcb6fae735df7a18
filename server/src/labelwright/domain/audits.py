"""Audits: what a customer thinks of a completed task (api-v1 §4.2, §5.5)."""

import msgspec

from labelwright.clock import iso
from labelwright.domain import callbacks, tasks
from labelwright.domain.common import compact
from labelwright.domain.platform import Platform
from labelwright.ids import new_id
from labelwright.refusals import IllegalMove
from labelwright.store import Tx, events
from labelwright.store import batches as batch_rows
from labelwright.store import tasks as rows
from labelwright.store.rows import Environment, Event


class AuditEntry(msgspec.Struct, omit_defaults=True):
    """One customer audit, as kept in ``audits``."""

    audited_at: str
    audit_result: str
    audit_source: str
    audited_by: str | None = None


async def create(
    platform: Platform, env: Environment, task_id: str, *, accepted: bool, comments: str | None
) -> None:
    """Note the customer's verdict on a completed task, and owe a callback (api-v1 §5.5).

    Raises:
        NotFound: there is no such task.
        IllegalMove: it is not completed.
    """
    await tasks.get(platform, env, task_id)
    now = platform.clock.now()
    result = "accepted" if accepted else "rejected"

    async def command(tx: Tx) -> None:
        task = await rows.for_update(tx, env.id, task_id)
        if task is None or task.status != tasks.COMPLETED:
            raise IllegalMove("Only a completed task can be audited.", field="status")
        audits: list[object] = msgspec.json.decode(task.audits) if task.audits else []
        audits.append(AuditEntry(iso(now), result, "customer"))
        said: list[str] = msgspec.json.decode(task.review_comments) if task.review_comments else []
        if comments:
            said.append(comments)
        await rows.update(
            tx,
            task_id,
            now,
            review_status=result,
            audits=compact(audits),
            review_comments=compact(said) if said else None,
        )
        if task.batch_id:
            await batch_rows.set_audited(tx, task.batch_id, now)
        data = compact({"result": result, "comments": comments})
        await events.add(tx, Event(new_id(now), env.id, task_id, now, None, "audited", data))
        if task.callback_url:
            await callbacks.owe(tx, env, "task", task_id, task.callback_url, "audited", now)

    await platform.store.write(command)
