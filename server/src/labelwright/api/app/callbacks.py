"""The managers' view of the outbox: what was delivered to customers, what was given up, and sending it again."""

from labelwright.api.app import schemas
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v1 import paging
from labelwright.clock import iso
from labelwright.domain import callbacks
from labelwright.domain.callbacks import Delivery
from labelwright.domain.principals import Worker


def _manager(call: Call) -> Worker:
    call.worker.need("manager")
    return call.worker


def _presented(delivery: Delivery) -> schemas.Callback:
    callback, owed = delivery.callback, delivery.state == "owed"
    return schemas.Callback(
        callback.id,
        callback.kind,  # type: ignore[arg-type]
        callback.subject_id,
        callback.event,
        callback.url,
        delivery.state,  # type: ignore[arg-type]
        iso(callback.created_at),
        iso(callback.next_at) if owed else None,
        None if callback.done_at is None else iso(callback.done_at),
        [schemas.CallbackTry(iso(one.at), one.ms, one.status, one.error) for one in delivery.tries],
    )


async def list_callbacks(call: Call) -> Answer:
    """Return a page of the live environment's callbacks with every try, newest first."""
    worker, query = _manager(call), call.query(schemas.CallbackQuery)
    limit, after = paging.checked_limit(query.limit), paging.cursor(query.next_token)
    behind = (after.created_at, after.id) if after else None
    found, more = await callbacks.page(call.platform, worker.env, query.state, limit, behind)
    last = found[-1].callback if more else None
    token = paging.token(last.id, last.created_at) if last else None
    return reply(schemas.Callbacks([_presented(delivery) for delivery in found], token))


async def resend(call: Call) -> Answer:
    """Owe a callback that has ended once more."""
    worker = _manager(call)
    call.json(schemas.Empty)
    return reply(_presented(await callbacks.resend(call.platform, worker.env, call.path["id"])))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/callbacks",
        list_callbacks,
        "Return callbacks and their tries",
        answer=schemas.Callbacks,
        query=schemas.CallbackQuery,
        errors=(400, 403),
    ),
    Endpoint(
        "POST",
        "/callbacks/{id}/resend",
        resend,
        "Send a callback again",
        answer=schemas.Callback,
        body=schemas.Empty,
        errors=(400, 403, 404, 415),
    ),
)
