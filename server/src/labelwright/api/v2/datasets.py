"""V2's datasets (wire/v2-operations §7)."""

from labelwright.api import base_url
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.api.v2 import paging, render
from labelwright.api.v2.schemas.datasets import (
    DatasetDeliveriesQuery,
    DatasetDeliveryQuery,
    DatasetTask,
    DatasetTaskQuery,
    DatasetTasksQuery,
    GetDatasetDeliveriesResponse,
    GetDatasetDeliveryResponse,
    GetDatasetsResponse,
    GetDatasetTasksResponse,
)
from labelwright.domain import datasets
from labelwright.store.datasets import DatasetFilter


async def list_all(call: Call) -> Answer:
    """Return every dataset, newest first."""
    found = await datasets.all_of(call.platform, call.program.env)
    return reply(GetDatasetsResponse(datasets=[render.dataset(one) for one in reversed(found)]))


async def list_deliveries(call: Call) -> Answer:
    """Return the deliveries of a dataset, newest first."""
    query, platform, env = call.query(DatasetDeliveriesQuery), call.platform, call.program.env
    paging.require_one((query.dataset_id,), ("dataset_id",))
    dataset = await datasets.get(platform, env, query.dataset_id or "")
    wanted = DatasetFilter(
        dataset_id=dataset.id,
        delivered_from=paging.after(query.delivered_after, "delivered_after"),
        delivered_to=paging.before(query.delivered_before, "delivered_before"),
    )
    found = await datasets.deliveries_of(platform, env, wanted)
    whole = dataset if "dataset" in query.expand else None
    shown = [render.dataset_delivery(one, whole) for one, _ in reversed(found)]
    return reply(GetDatasetDeliveriesResponse(deliveries=shown))


async def get_delivery(call: Call) -> Answer:
    """Return a page of the tasks of a dataset's delivery, newest first."""
    query, platform, env = call.query(DatasetDeliveryQuery), call.platform, call.program.env
    paging.require_one((query.delivery_id,), ("delivery_id",))
    delivery, dataset = await datasets.delivery(platform, env, query.delivery_id or "")
    after = paging.cursor(query, query.next_token)
    wanted = DatasetFilter(dataset_delivery_id=delivery.id)
    found, more = await datasets.tasks(platform, env, wanted, query.limit, after)
    token = paging.token(query, found[-1].task.created_at, found[-1].task.task_id) if more else None
    whole = render.dataset_delivery(delivery, dataset if "dataset" in query.expand else None)
    return reply(
        GetDatasetDeliveryResponse(
            tasks=[render.dataset_task(one, query.expand, platform, base_url.base(call)) for one in found],
            delivery=whole if "delivery" in query.expand else delivery.id,
            next_token=token,
        )
    )


async def get_task(call: Call) -> Answer:
    """Return a task of a dataset."""
    query, platform = call.query(DatasetTaskQuery), call.platform
    found = await datasets.task(platform, call.program.env, query.task_id)
    return reply(render.dataset_task(found, query.expand, platform, base_url.base(call)))


async def list_tasks(call: Call) -> Answer:
    """Return a page of the tasks of a dataset, or of one of its deliveries, newest first."""
    query, platform, env = call.query(DatasetTasksQuery), call.platform, call.program.env
    paging.require_one((query.dataset_id, query.delivery_id), ("dataset_id", "delivery_id"))
    if query.dataset_id:
        await datasets.get(platform, env, query.dataset_id)
    if query.delivery_id:
        await datasets.delivery(platform, env, query.delivery_id)
    wanted = DatasetFilter(
        dataset_id=query.dataset_id,
        dataset_delivery_id=query.delivery_id,
        delivered_from=paging.after(query.delivered_after, "delivered_after"),
        delivered_to=paging.before(query.delivered_before, "delivered_before"),
    )
    after = paging.cursor(query, query.next_token)
    found, more = await datasets.tasks(platform, env, wanted, query.limit, after)
    token = paging.token(query, found[-1].task.created_at, found[-1].task.task_id) if more else None
    shown = [render.dataset_task(one, query.expand, platform, base_url.base(call)) for one in found]
    return reply(GetDatasetTasksResponse(tasks=shown, next_token=token))


async def redirect(call: Call) -> Answer:
    """Send the caller on to a signed address of a file in a task's answer."""
    path = await datasets.file_path(
        call.platform, call.program.env, call.path["taskId"], call.path["attachmentId"]
    )
    headers = [(b"location", (base_url.base(call) + path).encode()), (b"cache-control", b"no-store")]
    return Answer(b"Found", 302, b"text/plain; charset=utf-8", headers)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/datasets",
        list_all,
        "List datasets, newest first",
        answer=GetDatasetsResponse,
        operation="getDatasets",
    ),
    Endpoint(
        "GET",
        "/datasets/deliveries",
        list_deliveries,
        "List the deliveries of a dataset, newest first",
        answer=GetDatasetDeliveriesResponse,
        query=DatasetDeliveriesQuery,
        errors=(400, 404),
        operation="getDatasetDeliveries",
    ),
    Endpoint(
        "GET",
        "/datasets/delivery",
        get_delivery,
        "Return the tasks of a dataset's delivery, newest first",
        answer=GetDatasetDeliveryResponse,
        query=DatasetDeliveryQuery,
        errors=(400, 404),
        operation="getDatasetDelivery",
    ),
    Endpoint(
        "GET",
        "/datasets/task",
        get_task,
        "Return a task of a dataset",
        answer=DatasetTask,
        query=DatasetTaskQuery,
        errors=(400, 404),
        operation="getDatasetTask",
    ),
    Endpoint(
        "GET",
        "/datasets/tasks",
        list_tasks,
        "List the tasks of a dataset, newest first",
        answer=GetDatasetTasksResponse,
        query=DatasetTasksQuery,
        errors=(400, 404),
        operation="getDatasetTasks",
    ),
    Endpoint(
        "GET",
        "/datasets/task/{taskId}/response_url/{attachmentId}",
        redirect,
        "Redirect to a file of a task's answer",
        errors=(404,),
        status=302,
        operation="getDatasetTaskResponseUrl",
    ),
)
