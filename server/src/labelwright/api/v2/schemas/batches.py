"""Batches."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from labelwright.api.v2.schemas.common import BatchStatus, Moment, Object, SelectedPage, Shape
from labelwright.api.v2.schemas.projects import Project
from labelwright.domain.common import not_given

Expand = Literal["project"]


class Batch(Shape):
    """A group of tasks; ``metadata`` is ``{}`` when there is none."""

    id: str
    name: str
    project: str | Project
    created_at: Moment
    status: BatchStatus
    metadata: Object
    completed_at: Moment | None = None
    callback: str | None = None


class GetBatchesResponse(Shape):
    """A page of batches; without ``next_token`` it is the last one."""

    batches: list[Batch]
    next_token: str | None = None


class BatchOperationResponse(Shape):
    """What became of pausing, resuming or cancelling."""

    batch: Batch | None = None
    message: str | None = None


class BatchSelector(msgspec.Struct, kw_only=True):
    """Names a batch by id or by name."""

    batch_id: str | None = None
    batch_name: str | None = None


class BatchQuery(BatchSelector, kw_only=True):
    """Which batch, and what to show in full."""

    expand: list[Expand] = msgspec.field(default_factory=list)


class BatchesQuery(SelectedPage, kw_only=True):
    """Which batches; bounds are exclusive."""

    status: BatchStatus | None = None
    created_after: str | None = None
    created_before: str | None = None
    completed_after: str | None = None
    completed_before: str | None = None
    expand: list[Expand] = msgspec.field(default_factory=list)


class BatchOperationRequest(BatchSelector):
    """Names a batch by id or by name; one of the two is needed."""


class CreateBatchRequest(msgspec.Struct, kw_only=True):
    """A new batch; ``project_id`` or ``project_name`` is needed, ``project`` is an older word for either."""

    name: Annotated[str, Meta(min_length=1)]
    project_id: str | None = None
    project_name: str | None = None
    project: str | None = None
    callback: str | None = None
    staging_batch: bool = False
    metadata: Object = msgspec.field(default_factory=not_given)


class SetBatchMetadataRequest(BatchSelector, kw_only=True):
    """New metadata; ``merge`` keeps what is not named."""

    metadata: Object
    merge: bool = False
