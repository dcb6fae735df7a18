"""V1's fixless audits (wire/audits §4)."""

from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v1 import paging
from labelwright.api.v1.schemas import audits as schemas
from labelwright.clock import iso
from labelwright.domain import fixless_audits
from labelwright.store.rows import FixlessAudit

CREATED = 201


def _presented(audit: FixlessAudit) -> schemas.FixlessAudit:
    return schemas.FixlessAudit(
        audit.id,
        audit.task_id,
        audit.result,  # type: ignore[arg-type]
        audit.response_url,
        fixless_audits.feedback(audit),
        iso(audit.created_at),
        iso(audit.updated_at),
    )


async def put(call: Call) -> Answer:
    """Keep an audit of a completed task, or replace one that is there."""
    new = call.json(fixless_audits.NewFixlessAudit)
    return reply(_presented(await fixless_audits.put(call.platform, call.program.env, new)), CREATED)


async def post(call: Call) -> Answer:
    """Keep an audit of a completed task; the same as PUT, for clients that create with POST."""
    return await put(call)


async def list_page(call: Call) -> Answer:
    """Return a page of a task's audits, newest first, or the audit with an id."""
    query = call.query(schemas.FixlessAuditQuery)
    limit = paging.checked_limit(query.limit)
    found, total, more = await fixless_audits.page(
        call.platform,
        call.program.env,
        task_id=query.task_id,
        audit_id=query.id,
        limit=limit,
        after=paging.cursor(query.next_token),
    )
    token = paging.token(found[-1].id, found[-1].created_at) if more else None
    return reply(schemas.FixlessAuditList([_presented(audit) for audit in found], total, limit, more, token))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/audits",
        list_page,
        "List a task's fixless audits, newest first",
        answer=schemas.FixlessAuditList,
        query=schemas.FixlessAuditQuery,
        errors=(400, 404),
    ),
    Endpoint(
        "PUT",
        "/audits",
        put,
        "Audit a completed task without fixing it",
        answer=schemas.FixlessAudit,
        body=fixless_audits.NewFixlessAudit,
        errors=(400, 404, 415),
        status=CREATED,
        large=True,
    ),
    Endpoint(
        "POST",
        "/audits",
        post,
        "Audit a completed task without fixing it",
        answer=schemas.FixlessAudit,
        body=fixless_audits.NewFixlessAudit,
        errors=(400, 404, 415),
        status=CREATED,
        large=True,
    ),
)
