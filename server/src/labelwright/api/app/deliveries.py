"""Deliveries, made and listed by managers."""

import msgspec

from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.clock import iso
from labelwright.domain import batches, deliveries, projects
from labelwright.domain.principals import Worker
from labelwright.store.deliveries import DeliveryFilter
from labelwright.store.rows import Delivery


class NewDelivery(msgspec.Struct, frozen=True):
    """What is delivered, and under which name.

    Attributes:
        name: the delivery's name, unique in its project.
        project: whose finished tasks.
        batch: only those of this batch.
    """

    name: str
    project: str
    batch: str | None = None


class DeliveryRow(msgspec.Struct):
    """A delivery; ``made_by`` says whether an operator, a manager or the project's rule made it."""

    id: str
    name: str
    project: str
    tasks: int
    delivered_at: str
    made_by: str


class DeliveryList(msgspec.Struct):
    """Deliveries, oldest first."""

    deliveries: list[DeliveryRow]


class DeliveriesQuery(msgspec.Struct, frozen=True):
    """Whose deliveries; everybody's when absent."""

    project: str | None = None


def _manager(call: Call) -> Worker:
    call.worker.need("manager")
    return call.worker


def _presented(one: Delivery, project: str) -> DeliveryRow:
    return DeliveryRow(one.id, one.name, project, one.task_count, iso(one.delivered_at), one.made_by)


async def create_delivery(call: Call) -> Answer:
    """Deliver what is finished."""
    worker, new = _manager(call), call.json(NewDelivery)
    project = await projects.find(call.platform, worker.env, new.project)
    batch = await batches.get(call.platform, worker.env, new.batch) if new.batch else None
    made = await deliveries.create(
        call.platform, worker.env, project, new.name, batch=batch, made_by=deliveries.APP
    )
    return reply(_presented(made, project.name))


async def list_deliveries(call: Call) -> Answer:
    """Return deliveries, oldest first."""
    worker, query = _manager(call), call.query(DeliveriesQuery)
    project = await projects.find(call.platform, worker.env, query.project) if query.project else None
    wanted = DeliveryFilter(project_id=project.id if project else None)
    found = await deliveries.all_of(call.platform, worker.env, wanted)
    views = await projects.list_all(call.platform, worker.env)
    names = {view.project.id: view.project.name for view in views}
    return reply(DeliveryList([_presented(one, names[one.project_id]) for one in found]))


ENDPOINTS = (
    Endpoint(
        "POST",
        "/deliveries",
        create_delivery,
        "Deliver the finished tasks of a project",
        answer=DeliveryRow,
        body=NewDelivery,
        errors=(400, 403, 404, 409, 415),
    ),
    Endpoint(
        "GET",
        "/deliveries",
        list_deliveries,
        "List deliveries, oldest first",
        answer=DeliveryList,
        query=DeliveriesQuery,
        errors=(403, 404),
    ),
)
