"""Deliveries, and the schemas of what they hold."""

from typing import Literal

import msgspec

from labelwright.api.v2.schemas.common import (
    Moment,
    Object,
    ObjectId,
    Option,
    SelectedPage,
    Selector,
    Shape,
    TaskStatus,
)
from labelwright.api.v2.schemas.projects import Project
from labelwright.api.v2.schemas.tasks import Task


class Delivery(Shape):
    """Finished tasks that were handed over together."""

    id: str
    name: str
    task_count: int
    delivered_at: Moment
    project: str | Project


class GetDeliveriesResponse(Shape):
    """All deliveries of a project."""

    deliveries: list[Delivery]


class GetDeliveredTasksResponse(Shape):
    """A page of a delivery's tasks."""

    tasks: list[Task]
    delivery: str | Delivery | None = None
    next_token: str | None = None


class DeliveryTaskDoc(Shape):
    """A task with what was delivered of it; everything but the task is absent when it was not."""

    task_id: str
    created_at: Moment | None = None
    delivery_id: str | None = None
    delivered_at: str | None = None
    response_schema_id: str | None = None
    response: Object | None = None


class GetDeliveryTasksResponse(Shape):
    """A page of tasks with what was delivered; ``total`` counts the page."""

    docs: list[DeliveryTaskDoc]
    total: int
    next_token: str | None = None


class DeliverySchema(Shape):
    """A JSON Schema, as text in ``json``."""

    id: str | None = None
    name: str | None = None
    json: str | None = None
    createdBy: str | None = None  # noqa: N815  the wire's spelling
    createdAt: Moment | None = None  # noqa: N815
    updatedBy: str | None = None  # noqa: N815
    updatedAt: Moment | None = None  # noqa: N815


class GetSchemaResponse(Shape):
    """A schema."""

    schema: DeliverySchema


class DeliveriesQuery(Selector, kw_only=True):
    """Whose deliveries; bounds are exclusive."""

    delivered_after: str | None = None
    delivered_before: str | None = None
    expand: list[Literal["project"]] = msgspec.field(default_factory=list)


class DeliveryQuery(SelectedPage, kw_only=True):
    """Which delivery, by id or by name; the project makes a name unique."""

    delivery_id: str | None = None
    delivery_name: str | None = None
    expand: list[Literal["project", "batch", "delivery"]] = msgspec.field(default_factory=list)
    opts: list[Option] = msgspec.field(default_factory=list)


class DeliveryTasksQuery(SelectedPage, kw_only=True):
    """Which tasks; a project is needed, bounds are exclusive."""

    delivery_id: str | None = None
    status: TaskStatus | None = None
    completed_after: str | None = None
    completed_before: str | None = None


class SchemaQuery(msgspec.Struct):
    """Which schema."""

    schema_id: ObjectId
