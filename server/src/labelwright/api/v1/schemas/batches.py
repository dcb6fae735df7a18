"""The shapes of batches on the wire (wire/batches)."""

from typing import Any

import msgspec


class Batch(msgspec.Struct):
    """A batch."""

    name: str
    project: str
    status: str
    created_at: str
    metadata: dict[str, Any]
    callback: str | msgspec.UnsetType = msgspec.UNSET
    completed_at: str | msgspec.UnsetType = msgspec.UNSET
    last_audited_at: str | msgspec.UnsetType = msgspec.UNSET
    calibration_batch: bool | msgspec.UnsetType = msgspec.UNSET
    self_label_batch: bool | msgspec.UnsetType = msgspec.UNSET
    archived: bool | msgspec.UnsetType = msgspec.UNSET
    pending: int | msgspec.UnsetType = msgspec.UNSET
    completed: int | msgspec.UnsetType = msgspec.UNSET
    canceled: int | msgspec.UnsetType = msgspec.UNSET
    error: int | msgspec.UnsetType = msgspec.UNSET


class BatchList(msgspec.Struct):
    """A page of batches.

    Attributes:
        docs: the batches of the page.
        totalDocs: how many match in all.
        total: the same.
        limit: how many a page has at most.
        offset: how many come before the first of the page.
        has_more: whether any come after the last of the page.
        page: the number of the page, from 1.
        totalPages: how many pages there are, at least one.
        hasPrevPage: whether a page comes before.
        prevPage: its number.
        hasNextPage: whether a page comes after.
        nextPage: its number.
        pagingCounter: the place of the page's first document among all, from 1.
    """

    docs: list[Batch]
    totalDocs: int  # noqa: N815  the wire's spelling
    total: int
    limit: int
    offset: int
    has_more: bool
    page: int
    totalPages: int  # noqa: N815
    hasPrevPage: bool  # noqa: N815
    prevPage: int | None  # noqa: N815
    hasNextPage: bool  # noqa: N815
    nextPage: int | None  # noqa: N815
    pagingCounter: int  # noqa: N815


class BatchQuery(msgspec.Struct, frozen=True):
    """The filters of ``GET /batches`` (wire/batches §6); ``page`` counts from 1 and gives way to ``offset``."""

    project: str | None = None
    status: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    completed_after: str | None = None
    completed_before: str | None = None
    audited_after: str | None = None
    audited_before: str | None = None
    exclude_archived: bool = False
    detailed: bool = False
    limit: int = 100
    offset: int | None = None
    page: int | None = None


class BatchStatus(msgspec.Struct):
    """How far a batch is; tasks by status."""

    status: str
    pending: int
    completed: int
    canceled: int
    error: int


class PriorityBody(msgspec.Struct, frozen=True):
    """The body of a batch prioritization."""

    priority: int


class Prioritized(msgspec.Struct):
    """The answer to a batch prioritization."""

    result: str
    priority: int
