"""Datasets."""

from typing import Literal

import msgspec

from labelwright.api.v2.schemas.common import Moment, Object, Page, Shape


class Dataset(Shape):
    """Deliveries under one name."""

    id: str
    name: str


class DatasetDeliveryMetadata(Shape):
    """How much is in it; turns are counted in all threads."""

    task_count: int | None = None
    turn_count: int | None = None


class DatasetDelivery(Shape):
    """A delivery as a part of a dataset."""

    id: str
    name: str
    delivered_at: Moment
    metadata: DatasetDeliveryMetadata
    dataset: str | Dataset | None = None


class DatasetTask(Shape):
    """A task of a dataset with its answer."""

    task_id: str
    dataset: str | Dataset
    delivery: str | DatasetDelivery
    response: Object


class GetDatasetsResponse(Shape):
    """All datasets."""

    datasets: list[Dataset]


class GetDatasetDeliveriesResponse(Shape):
    """All deliveries of a dataset."""

    deliveries: list[DatasetDelivery]


class GetDatasetDeliveryResponse(Shape):
    """A page of the tasks of one delivery."""

    tasks: list[DatasetTask]
    delivery: str | DatasetDelivery | None = None
    next_token: str | None = None


class GetDatasetTasksResponse(Shape):
    """A page of the tasks of datasets."""

    tasks: list[DatasetTask]
    next_token: str | None = None


Expand = Literal["dataset", "delivery"]


class DatasetDeliveriesQuery(msgspec.Struct, kw_only=True):
    """Whose deliveries; bounds are exclusive."""

    dataset_id: str | None = None
    delivered_after: str | None = None
    delivered_before: str | None = None
    expand: list[Literal["dataset"]] = msgspec.field(default_factory=list)


class DatasetDeliveryQuery(Page, kw_only=True):
    """Which delivery."""

    delivery_id: str | None = None
    expand: list[Expand] = msgspec.field(default_factory=list)


class DatasetTaskQuery(msgspec.Struct, kw_only=True):
    """Which task."""

    task_id: str
    expand: list[Expand] = msgspec.field(default_factory=list)


class DatasetTasksQuery(Page, kw_only=True):
    """Which tasks; a dataset or a delivery is needed, bounds are exclusive."""

    dataset_id: str | None = None
    delivery_id: str | None = None
    delivered_after: str | None = None
    delivered_before: str | None = None
    expand: list[Expand] = msgspec.field(default_factory=list)
