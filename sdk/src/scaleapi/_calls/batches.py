"""Operations on batches."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from scaleapi._calls.listing import page_size
from scaleapi._calls.request import Listing, Request, as_json, given, segment, slug
from scaleapi._calls.tasks import Time
from scaleapi._pages import Batchlist, documents
from scaleapi.batches import Batch, BatchStatus
from scaleapi.exceptions import ScaleInvalidRequest


def _path(batch_name: str, *rest: str) -> str:
    return "/".join(("batches", segment(batch_name, "batch_name"), *rest))


def create_batch(
    project: str,
    batch_name: str,
    callback: str = "",
    calibration_batch: bool = False,
    self_label_batch: bool = False,
    metadata: Mapping[str, Any] | None = None,
) -> Request[Batch]:
    """Creates a batch within a project. Only what differs from the defaults is sent.

    Args:
        project: Project name.
        batch_name: Unique within the account.
        callback: URL to POST to, or e-mail address to notify, when the batch is complete.
        calibration_batch: A small batch to tune the instructions with (Rapid projects).
        self_label_batch: Labeled by your own team (Rapid projects).
        metadata: Free-form object kept with the batch.

    Raises:
        ScaleDuplicateResource: The name is taken.
    """
    body = {
        "project": project,
        "name": batch_name,
        **given(
            callback=callback or None,
            calibration_batch=calibration_batch or None,
            self_label_batch=self_label_batch or None,
            metadata=metadata,
        ),
    }
    return Request("POST", "batches", Batch, body=body, repeatable=False)


def finalize_batch(batch_name: str) -> Request[Batch]:
    """Releases a batch's tasks for work; harmless where there is nothing to release.

    Args:
        batch_name: The batch.
    """
    return Request("POST", _path(batch_name, "finalize"), Batch)


def batch_status(batch_name: str) -> Request[dict[str, Any]]:
    """Fetches a batch's status and its number of tasks per task status.

    Args:
        batch_name: The batch.

    Returns:
        ``{"status": …, "pending": n, "completed": n, "error": n, "canceled": n}``; zero counts may be
        missing.
    """
    return Request("GET", _path(batch_name, "status"), as_json)


def get_batch(batch_name: str) -> Request[Batch]:
    """Fetches a batch.

    Args:
        batch_name: The batch.

    Raises:
        ScaleResourceNotFound: No such batch.
    """
    return Request("GET", _path(batch_name), Batch)


def batches(
    *,
    start_time: Time | None = None,
    end_time: Time | None = None,
    exclude_archived: bool | None = None,
    status: BatchStatus | str | None = None,
    project: str | None = None,
    limit: int | None = None,
    offset: int | None = None,
    completed_after: Time | None = None,
    completed_before: Time | None = None,
    audited_after: Time | None = None,
    audited_before: Time | None = None,
    detailed: bool | None = None,
    **illegal: Any,
) -> Request[Batchlist]:
    """Fetches one page of batches, newest first.

    Args:
        start_time: Least ``created_at``.
        end_time: Greatest ``created_at``.
        exclude_archived: Leave archived batches out.
        status: Batch status.
        project: Project name.
        limit: Page size, 1-100; the server's default is 100.
        offset: How many batches to skip.
        completed_after: Least ``completed_at``.
        completed_before: Greatest ``completed_at``.
        audited_after: Least ``last_audited_at``.
        audited_before: Greatest ``last_audited_at``.
        detailed: Add progress details to each batch.
        **illegal: Anything else is refused.

    Returns:
        The page: a list of batches with ``total``, ``has_more`` and ``next_page()``.

    Raises:
        ScaleInvalidRequest: A parameter does not exist.
    """
    for name in illegal:
        raise ScaleInvalidRequest(f"Illegal parameter {name} for ScaleClient.batches()")
    return _batch_page(
        given(
            start_time=start_time,
            end_time=end_time,
            exclude_archived=exclude_archived,
            status=status,
            project=project,
            limit=limit,
            offset=offset,
            completed_after=completed_after,
            completed_before=completed_before,
            audited_after=audited_after,
            audited_before=audited_before,
            detailed=detailed,
        )
    )


def _batch_page(query: dict[str, Any]) -> Request[Batchlist]:
    def parse(json: Any, client: Any) -> Batchlist:
        docs = json["docs"]
        page = Batchlist(
            documents(Batch, docs, client),
            json.get("totalDocs", json.get("total", len(docs))),
            json.get("limit", len(docs)),
            json.get("offset", query.get("offset", 0)),
            json.get("has_more", False),
        )
        page._client = client
        # A server that echoes limit 0 must not keep the walk on the same page.
        step = page.limit or len(docs)
        if page.has_more and step:
            page._next = _batch_page({**query, "offset": query.get("offset", 0) + step})
        return page

    return Request("GET", "batches", parse, query=query)


def get_batches(
    project_name: str | None = None,
    batch_status: BatchStatus | str | None = None,
    created_after: Time | None = None,
    created_before: Time | None = None,
    exclude_archived: bool = False,
    limit: int | None = None,
    *,
    completed_after: Time | None = None,
    completed_before: Time | None = None,
    audited_after: Time | None = None,
    audited_before: Time | None = None,
    detailed: bool | None = None,
) -> Listing[Batch]:
    """Walks through all batches that match, newest first, fetching page after page as they are consumed.

    The result can be looped over again: each loop is a fresh walk. A batch that moves to a later page because
    others were created meanwhile is seen once.

    Args:
        project_name: Project name.
        batch_status: Batch status.
        created_after: Least ``created_at``.
        created_before: Greatest ``created_at``.
        exclude_archived: Leave archived batches out.
        limit: Batches per request, 1-100 (not a bound on the whole walk).
        completed_after: Least ``completed_at``.
        completed_before: Greatest ``completed_at``.
        audited_after: Least ``last_audited_at``.
        audited_before: Greatest ``last_audited_at``.
        detailed: Add the numbers of tasks by status.
    """
    query = given(
        start_time=created_after,
        end_time=created_before,
        project=project_name,
        exclude_archived=exclude_archived or None,
        status=slug(batch_status, "batch_status") if batch_status else None,
        limit=page_size(limit),
        completed_after=completed_after,
        completed_before=completed_before,
        audited_after=audited_after,
        audited_before=audited_before,
        detailed=detailed,
    )
    return Listing(_batch_page(query), key=attrgetter("name"))


def set_batch_metadata(batch_name: str, metadata: Mapping[str, Any]) -> Request[Batch]:
    """Replaces a batch's metadata.

    Args:
        batch_name: The batch.
        metadata: The whole new object; ``{}`` empties it.
    """
    return Request("POST", _path(batch_name, "setMetadata"), Batch, body=metadata)


def prioritize_batch(batch_name: str, priority: int) -> Request[dict[str, Any] | None]:
    """Sets the priority with which a batch's tasks are worked.

    Not in the official client; ``POST /batches/{name}/prioritize`` of the API.

    Args:
        batch_name: The batch.
        priority: 10 (lowest) to 30 (highest).

    Returns:
        The server's answer.

    Raises:
        ScaleInvalidRequest: The priority is out of range.
    """
    return Request(
        "POST", _path(batch_name, "prioritize"), as_json, body={"priority": priority}, expects="ok"
    )
