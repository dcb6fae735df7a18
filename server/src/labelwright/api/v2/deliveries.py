"""V2's deliveries and the schemas of what they hold (wire/v2-operations §6)."""

from collections.abc import Sequence

from labelwright.api import base_url
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v2 import expansion, paging, render, selection
from labelwright.api.v2 import tasks as task_endpoints
from labelwright.api.v2.schemas.deliveries import (
    DeliveriesQuery,
    DeliveryQuery,
    DeliveryTasksQuery,
    GetDeliveredTasksResponse,
    GetDeliveriesResponse,
    GetDeliveryTasksResponse,
    GetSchemaResponse,
    SchemaQuery,
)
from labelwright.domain import deliveries, tasks
from labelwright.store.deliveries import DeliveryFilter
from labelwright.store.rows import Task
from labelwright.store.tasks import TaskFilter


async def list_all(call: Call) -> Answer:
    """Return the deliveries of a project, newest first."""
    query = call.query(DeliveriesQuery)
    project = await selection.required_project(call, query.project_id, query.project_name)
    wanted = DeliveryFilter(
        project_id=project.id,
        delivered_from=paging.after(query.delivered_after, "delivered_after"),
        delivered_to=paging.before(query.delivered_before, "delivered_before"),
    )
    found = await deliveries.all_of(call.platform, call.program.env, wanted)
    known = await expansion.projects(call, [project.id] if "project" in query.expand else [])
    shown = [render.delivery(one, known.get(one.project_id)) for one in reversed(found)]
    return reply(GetDeliveriesResponse(deliveries=shown))


async def get(call: Call) -> Answer:
    """Return a page of a delivery's tasks, newest first."""
    query, platform, env = call.query(DeliveryQuery), call.platform, call.program.env
    project = await selection.project(call, query.project_id, query.project_name)
    paging.require_one((query.delivery_id, query.delivery_name), ("delivery_id", "delivery_name"))
    if query.delivery_id:
        delivery = await deliveries.get(platform, env, query.delivery_id)
    else:
        delivery = await deliveries.find(platform, env, query.delivery_name or "", project)
    after = paging.cursor(query, query.next_token)
    found, more = await deliveries.tasks_of(platform, delivery, query.limit, after)
    token = paging.token(query, found[-1].created_at, found[-1].id) if more else None
    texts = await task_endpoints.presented(call, found, query.expand, query.opts)
    known = await expansion.projects(call, [delivery.project_id] if "project" in query.expand else [])
    whole = render.delivery(delivery, known.get(delivery.project_id))
    return reply(
        GetDeliveredTasksResponse(
            tasks=texts, delivery=whole if "delivery" in query.expand else delivery.id, next_token=token
        )
    )


async def list_tasks(call: Call) -> Answer:
    """Return a page of a project's tasks with what was delivered of each, newest first."""
    query, platform, env = call.query(DeliveryTasksQuery), call.platform, call.program.env
    delivery = await deliveries.get(platform, env, query.delivery_id) if query.delivery_id else None
    project = await selection.required_project(call, query.project_id, query.project_name)
    wanted = TaskFilter(
        project_id=project.id,
        status=query.status,
        completed_from=paging.after(query.completed_after, "completed_after"),
        completed_to=paging.before(query.completed_before, "completed_before"),
    )
    after = paging.cursor(query, query.next_token)
    if delivery is not None:
        page, more = await deliveries.tasks_of(platform, delivery, query.limit, after)
        found: Sequence[Task] = [task for task in page if deliveries.matches(task, wanted)]
    else:
        page, more = await tasks.newest_first(platform, env, wanted, query.limit, after)
        found = page
    token = paging.token(query, page[-1].created_at, page[-1].id) if more else None
    base = base_url.base(call)
    docs = [render.delivered(one, platform, base) for one in await deliveries.delivered(platform, found)]
    return reply(GetDeliveryTasksResponse(docs=docs, total=len(docs), next_token=token))


async def get_schema(call: Call) -> Answer:
    """Return the JSON Schema of delivered answers."""
    query = call.query(SchemaQuery)
    found = await deliveries.schema(call.platform, call.program.env, query.schema_id)
    return reply(GetSchemaResponse(schema=render.schema(found)))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/deliveries",
        list_all,
        "List the deliveries of a project, newest first",
        answer=GetDeliveriesResponse,
        query=DeliveriesQuery,
        errors=(400, 404),
        operation="getDeliveries",
    ),
    Endpoint(
        "GET",
        "/delivery",
        get,
        "Return a delivery's tasks, newest first",
        answer=GetDeliveredTasksResponse,
        query=DeliveryQuery,
        errors=(400, 404),
        operation="getDelivery",
    ),
    Endpoint(
        "GET",
        "/delivery/tasks",
        list_tasks,
        "List a project's tasks with what was delivered of each, newest first",
        answer=GetDeliveryTasksResponse,
        query=DeliveryTasksQuery,
        errors=(400, 404),
        operation="getDeliveryTasks",
    ),
    Endpoint(
        "GET",
        "/schema",
        get_schema,
        "Return the schema of delivered answers",
        answer=GetSchemaResponse,
        query=SchemaQuery,
        errors=(400, 404),
        operation="getSchema",
    ),
)
