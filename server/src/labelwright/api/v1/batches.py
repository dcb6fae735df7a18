"""V1's batch endpoints (wire/batches)."""

from collections.abc import Mapping

from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v1 import paging, render, schemas
from labelwright.domain import batches, projects
from labelwright.errors import InvalidParameter
from labelwright.store.batches import BatchFilter

STATUSES: Mapping[str, tuple[str, ...]] = {
    batches.STAGING: (batches.STAGING,),
    batches.IN_PROGRESS: (batches.IN_PROGRESS, batches.PAUSED),
    batches.COMPLETED: (batches.COMPLETED, batches.CANCELLED),
}
"""V1's words for the status of a batch, and what each means (wire/v2-mapping §2)."""


async def create(call: Call) -> Answer:
    """Create a batch."""
    batch = await batches.create(call.platform, call.program.env, call.json(batches.NewBatch))
    return Answer(render.batch(batch).encode())


async def get(call: Call) -> Answer:
    """Return a batch."""
    batch = await batches.get(call.platform, call.program.env, call.path["name"])
    return Answer(render.batch(batch).encode())


async def status(call: Call) -> Answer:
    """Return how far a batch is."""
    batch = await batches.get(call.platform, call.program.env, call.path["name"])
    counts = await batches.task_counts(call.platform, [batch.id])
    return Answer(render.batch_status(batch, counts[batch.id]))


async def list_page(call: Call) -> Answer:
    """Return a page of batches, newest first."""
    query, env, platform = call.query(schemas.BatchQuery), call.program.env, call.platform
    limit = paging.checked_limit(query.limit)
    offset = paging.offset_of(limit, query.offset, query.page)
    if query.status is not None and query.status not in STATUSES:
        raise InvalidParameter.because(f'"status" must be one of [{", ".join(STATUSES)}]', field="status")
    wanted = BatchFilter(
        project_id=(await projects.find(platform, env, query.project)).id if query.project else None,
        status=query.status and STATUSES[query.status],
        created_from=paging.moment(query.start_time, "start_time"),
        created_to=paging.moment(query.end_time, "end_time"),
        completed_from=paging.moment(query.completed_after, "completed_after"),
        completed_to=paging.moment(query.completed_before, "completed_before"),
        audited_from=paging.moment(query.audited_after, "audited_after"),
        audited_to=paging.moment(query.audited_before, "audited_before"),
        exclude_archived=query.exclude_archived,
    )
    found, total = await batches.page(platform, env, wanted, limit, offset)
    counts = await batches.task_counts(platform, [b.id for b in found]) if query.detailed else {}
    docs = [render.batch(batch, counts.get(batch.id)) for batch in found]
    more = offset + len(found) < total
    rest = {"totalDocs": total, "total": total, "limit": limit, "offset": offset, "has_more": more}
    return Answer(render.page(docs, **rest, **paging.page_object(total, limit, offset)))


async def finalize(call: Call) -> Answer:
    """Let the work of a batch begin."""
    batch = await batches.finalize(call.platform, call.program.env, call.path["name"])
    return Answer(render.batch(batch).encode())


async def set_metadata(call: Call) -> Answer:
    """Replace a batch's metadata with the body itself."""
    env, name = call.program.env, call.path["name"]
    batch = await batches.set_metadata(call.platform, env, name, call.body or b"{}")
    return Answer(render.batch(batch).encode())


async def prioritize(call: Call) -> Answer:
    """Give a batch and its pending tasks a priority."""
    body = call.json(schemas.PriorityBody)
    await batches.prioritize(call.platform, call.program.env, call.path["name"], body.priority)
    return reply(schemas.Prioritized("success", body.priority))


ENDPOINTS = (
    Endpoint(
        "POST",
        "/batches",
        create,
        "Create a batch",
        answer=schemas.Batch,
        body=batches.NewBatch,
        errors=(400, 404, 409, 415),
    ),
    Endpoint(
        "GET",
        "/batches",
        list_page,
        "List batches, newest first",
        answer=schemas.BatchList,
        query=schemas.BatchQuery,
        errors=(400, 404),
    ),
    Endpoint("GET", "/batches/{name}", get, "Return a batch", answer=schemas.Batch, errors=(404,)),
    Endpoint(
        "GET",
        "/batches/{name}/status",
        status,
        "Return how far a batch is",
        answer=schemas.BatchStatus,
        errors=(404,),
    ),
    Endpoint(
        "POST",
        "/batches/{name}/finalize",
        finalize,
        "Let the work of a batch begin",
        answer=schemas.Batch,
        errors=(404,),
    ),
    Endpoint(
        "POST",
        "/batches/{name}/setMetadata",
        set_metadata,
        "Replace a batch's metadata",
        answer=schemas.Batch,
        body=dict,
        errors=(400, 404, 415),
    ),
    Endpoint(
        "POST",
        "/batches/{name}/prioritize",
        prioritize,
        "Set the priority of a batch",
        answer=schemas.Prioritized,
        body=schemas.PriorityBody,
        errors=(400, 404, 415),
    ),
)
