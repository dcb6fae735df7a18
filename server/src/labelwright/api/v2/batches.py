"""V2's batch endpoints (wire/v2-operations §4, wire/v2-batches)."""

from collections.abc import Awaitable, Callable

from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v2 import expansion, paging, render, selection
from labelwright.api.v2.schemas.batches import Batch as BatchShape
from labelwright.api.v2.schemas.batches import (
    BatchesQuery,
    BatchOperationRequest,
    BatchOperationResponse,
    BatchQuery,
    CreateBatchRequest,
    GetBatchesResponse,
    SetBatchMetadataRequest,
)
from labelwright.domain import batches
from labelwright.domain.platform import Platform
from labelwright.errors import InvalidParameter, NotFound
from labelwright.store.batches import BatchFilter
from labelwright.store.rows import Batch, Environment, Project

Transition = Callable[[Platform, Environment, Batch], Awaitable[Batch]]


async def get(call: Call) -> Answer:
    """Return a batch."""
    query = call.query(BatchQuery)
    batch = await selection.required_batch(call, query.batch_id, query.batch_name)
    known = await expansion.projects(call, [batch.project_id] if "project" in query.expand else [])
    return reply(render.batch(batch, known.get(batch.project_id)))


async def list_page(call: Call) -> Answer:
    """Return a page of batches, newest first."""
    query = call.query(BatchesQuery)
    project = await selection.project(call, query.project_id, query.project_name)
    wanted = BatchFilter(
        project_id=project.id if project else None,
        status=(query.status,) if query.status else None,
        created_from=paging.after(query.created_after, "created_after"),
        created_to=paging.before(query.created_before, "created_before"),
        completed_from=paging.after(query.completed_after, "completed_after"),
        completed_to=paging.before(query.completed_before, "completed_before"),
    )
    after = paging.cursor(query, query.next_token)
    found, more = await batches.newest_first(call.platform, call.program.env, wanted, query.limit, after)
    known = await expansion.projects(
        call, [one.project_id for one in found] if "project" in query.expand else []
    )
    token = paging.token(query, found[-1].created_at, found[-1].id) if more else None
    shown = [render.batch(one, known.get(one.project_id)) for one in found]
    return reply(GetBatchesResponse(batches=shown, next_token=token))


async def create(call: Call) -> Answer:
    """Create a batch."""
    body = call.json(CreateBatchRequest)
    if body.project and not body.project_id and not body.project_name:
        project = await _either(call, body.project)
    else:
        project = await selection.required_project(call, body.project_id, body.project_name)
    new = batches.NewBatch(project.name, body.name, body.callback, metadata=body.metadata)
    batch = await batches.create(call.platform, call.program.env, new, staging=body.staging_batch)
    return reply(render.batch(batch))


async def _either(call: Call, named: str) -> Project:
    """A project by id or else by name."""
    try:
        return await selection.required_project(call, named, None)
    except NotFound:
        return await selection.required_project(call, None, named)


async def _transitioned(call: Call, move: Transition) -> Batch:
    body = call.json(BatchOperationRequest)
    batch = await selection.required_batch(call, body.batch_id, body.batch_name)
    return await move(call.platform, call.program.env, batch)


async def finalize(call: Call) -> Answer:
    """Let the work of a staged batch begin."""
    return reply(render.batch(await _transitioned(call, batches.release)))


async def pause(call: Call) -> Answer:
    """Hand out no more of a batch's work that nobody has begun."""
    batch = render.batch(await _transitioned(call, batches.pause))
    paused = "Tasks that nobody has begun are paused."
    nothing = "There are no tasks that nobody has begun; the batch goes on."
    message = paused if batch.status == "paused" else nothing
    return reply(BatchOperationResponse(batch=batch, message=message))


async def resume(call: Call) -> Answer:
    """Hand out the work of a paused batch again."""
    batch = render.batch(await _transitioned(call, batches.resume))
    return reply(BatchOperationResponse(batch=batch, message="Paused tasks are handed out again."))


async def cancel(call: Call) -> Answer:
    """Cancel a batch and its tasks that nobody has begun."""
    batch = render.batch(await _transitioned(call, batches.cancel))
    return reply(BatchOperationResponse(batch=batch, message="Tasks that nobody has begun are canceled."))


async def set_metadata(call: Call) -> Answer:
    """Replace or extend a batch's metadata."""
    body = call.json(SetBatchMetadataRequest)
    batch = await selection.required_batch(call, body.batch_id, body.batch_name)
    if bytes(body.metadata) == b"null":
        raise InvalidParameter.because('"metadata" must be an object', field="metadata")
    env = call.program.env
    changed = await batches.set_metadata(
        call.platform, env, batch.name, bytes(body.metadata), merge=body.merge
    )
    return reply(render.batch(changed))


def _operation(path: str, handler: Callable[[Call], Awaitable[Answer]], summary: str, name: str) -> Endpoint:
    return Endpoint(
        "POST",
        path,
        handler,
        summary,
        answer=BatchShape if name == "finalizeBatch" else BatchOperationResponse,
        body=BatchOperationRequest,
        errors=(400, 404, 415),
        operation=name,
    )


ENDPOINTS = (
    Endpoint(
        "GET",
        "/batch",
        get,
        "Return a batch",
        answer=BatchShape,
        query=BatchQuery,
        errors=(400, 404),
        operation="getBatch",
    ),
    Endpoint(
        "POST",
        "/batch",
        create,
        "Create a batch",
        answer=BatchShape,
        body=CreateBatchRequest,
        errors=(400, 404, 409, 415),
        operation="createBatch",
    ),
    Endpoint(
        "GET",
        "/batches",
        list_page,
        "List batches, newest first",
        answer=GetBatchesResponse,
        query=BatchesQuery,
        errors=(400, 404),
        operation="getBatches",
    ),
    _operation("/batch/finalize", finalize, "Let the work of a staged batch begin", "finalizeBatch"),
    _operation("/batch/pause", pause, "Hand out no more work that nobody has begun", "pauseBatch"),
    _operation("/batch/resume", resume, "Hand out the work of a paused batch again", "resumeBatch"),
    _operation("/batch/cancel", cancel, "Cancel the tasks that nobody has begun", "cancelBatch"),
    Endpoint(
        "POST",
        "/batch/metadata",
        set_metadata,
        "Replace or extend a batch's metadata",
        answer=BatchShape,
        body=SetBatchMetadataRequest,
        errors=(400, 404, 415),
        operation="setBatchMetadata",
    ),
)
