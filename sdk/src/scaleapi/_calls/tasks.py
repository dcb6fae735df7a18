"""Operations on tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any, TypeAlias

from scaleapi import _json
from scaleapi._calls.listing import page_size, token_page
from scaleapi._calls.request import (
    Listing,
    Recovery,
    Request,
    as_json,
    as_nothing,
    given,
    names,
    segment,
    slug,
)
from scaleapi._pages import Tasklist
from scaleapi.exceptions import ScaleInvalidRequest
from scaleapi.tasks import Task, TaskReviewStatus, TaskStatus, TaskType

Time: TypeAlias = datetime | str
"""A moment: a string as the API takes it (ISO 8601; UTC without an offset), or a datetime (naive is UTC)."""


def _path(task_id: str, *rest: str) -> str:
    return "/".join(("task", segment(task_id, "task_id"), *rest))


def get_task(task_id: str) -> Request[Task]:
    """Fetches a task.

    Args:
        task_id: 24 hexadecimal digits.

    Raises:
        ScaleResourceNotFound: No such task.
    """
    return Request("GET", _path(task_id), Task)


def cancel_task(task_id: str, clear_unique_id: bool = False) -> Request[Task]:
    """Cancels a task; cancelling it again changes nothing.

    Args:
        task_id: The task.
        clear_unique_id: Also free its ``unique_id`` for another task.

    Raises:
        ScaleInvalidRequest: The task is already completed.
    """
    query = {"clear_unique_id": True} if clear_unique_id else {}
    return Request("POST", _path(task_id, "cancel"), Task, query=query)


def audit_task(task_id: str, accepted: bool, comments: str | None = None) -> Request[None]:
    """Accepts or rejects a completed task. Not repeated after a lost answer: each audit adds a comment.

    Args:
        task_id: The task.
        accepted: The verdict.
        comments: Free text, appended to the task's ``customer_review_comments``.
    """
    body = {"accepted": accepted, **given(comments=comments)}
    return Request("POST", _path(task_id, "audit"), as_nothing, body=body, repeatable=False, expects="text")


def update_task_unique_id(task_id: str, unique_id: str) -> Request[Task]:
    """Sets a task's ``unique_id``.

    Args:
        task_id: The task.
        unique_id: Unique among all tasks of the account and mode.

    Raises:
        ScaleDuplicateResource: Another task has it.
    """
    return Request("POST", _path(task_id, "unique_id"), Task, body={"unique_id": unique_id})


def clear_task_unique_id(task_id: str) -> Request[Task]:
    """Removes a task's ``unique_id``.

    Args:
        task_id: The task.
    """
    return Request("DELETE", _path(task_id, "unique_id"), Task)


def set_task_metadata(task_id: str, metadata: Mapping[str, Any]) -> Request[Task]:
    """Replaces a task's metadata.

    Args:
        task_id: The task.
        metadata: The whole new object, at most 10 KB; ``{}`` empties it.
    """
    return Request("POST", _path(task_id, "setMetadata"), Task, body=metadata)


def set_task_tags(task_id: str, tags: list[str]) -> Request[Task]:
    """Replaces a task's tags.

    Args:
        task_id: The task.
        tags: The whole new list; ``[]`` removes all.
    """
    return Request("POST", _path(task_id, "tags"), Task, body=names(tags, "tags"))


def add_task_tags(task_id: str, tags: list[str]) -> Request[Task]:
    """Adds tags to a task; those it has already are ignored.

    Args:
        task_id: The task.
        tags: Tags to add.
    """
    return Request("PUT", _path(task_id, "tags"), Task, body=names(tags, "tags"))


def delete_task_tags(task_id: str, tags: list[str]) -> Request[Task]:
    """Removes tags from a task; those it does not have are ignored.

    Args:
        task_id: The task.
        tags: Tags to remove.
    """
    return Request("DELETE", _path(task_id, "tags"), Task, body=names(tags, "tags"))


def resend_callback(task_id: str) -> Request[dict[str, Any] | None]:
    """Delivers the callback of a completed or errored task once more.

    Not in the official client; ``POST /task/{id}/send_callback`` of the API.

    Args:
        task_id: The task.

    Returns:
        The server's answer, ``{"success": True}``.
    """
    return Request("POST", _path(task_id, "send_callback"), as_json, repeatable=False, expects="ok")


def create_task(
    task_type: TaskType | str, *, idempotency_key: str | Any | None = None, **kwargs: Any
) -> Request[Task]:
    """Creates a task.

    With a ``unique_id`` (or an ``idempotency_key``) the call is safe to repeat and is repeated after a lost
    answer; a task which turns out to have been created by an earlier try is found by its ``unique_id`` and
    returned. Without either, it is repeated only when the server cannot have acted.

    Args:
        task_type: A `TaskType`, or its slug as a string.
        idempotency_key: Sent as the ``Idempotency-Key`` header: the server refuses a second create with the
            same key (``ScaleDuplicateResource``). ``unique_id`` is the better choice: it can be looked up.
        **kwargs: The task's parameters, sent as they are: ``project``, ``batch``, ``instruction``,
            ``attachment``, ``attachments``, ``unique_id``, ``metadata``, ``tags``, ``priority``,
            ``callback_url``, and those of the task type.

    Returns:
        The created task.

    Raises:
        ScaleInvalidRequest: A parameter is missing or wrong; the text names it.
        ScaleDuplicateResource: ``unique_id`` or ``idempotency_key`` is in use.
    """
    # `Any` among its types: a checker reads ``**payload`` as if each value might be meant for it.
    return creation(slug(task_type), kwargs, Task, idempotency_key=idempotency_key)


def creation(
    task_type: str, body: Mapping[str, Any], parse: Any, *, idempotency_key: str | None = None
) -> Request[Any]:
    """The create request for one task type, with its recovery; `parse` reads the task's JSON."""
    unique_id = body.get("unique_id")
    headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
    recovery = None
    if unique_id:
        recovery = Recovery(
            lookup=Request("GET", "tasks", as_json, query={"unique_id": unique_id}),
            pick=lambda listing: own_task(listing, str(unique_id), task_type),
        )
    return Request(
        "POST",
        f"task/{segment(task_type, 'task_type')}",
        parse,
        body=body,
        headers=headers,
        repeatable=bool(unique_id or idempotency_key),
        recovery=recovery,
    )


# `categorize` was the slug of the 0.x releases; the server answers with the present one.
_SLUG_ALIASES = {"categorize": "categorization"}


def own_task(listing: Any, unique_id: str, task_type: str) -> dict[str, Any] | None:
    """Finds in a task listing the task that a create with this ``unique_id`` and type must have made.

    Returns:
        The task's JSON, or None when no listed task has both the same ``unique_id`` and the same type.
    """
    docs = listing.get("docs") if _json.is_object(listing) else None
    wanted = _SLUG_ALIASES.get(task_type, task_type)
    for doc in docs if _json.is_array(docs) else ():
        if not _json.is_object(doc):
            continue
        kind = doc.get("type")
        if (
            doc.get("unique_id") == unique_id
            and "task_id" in doc
            and _SLUG_ALIASES.get(str(kind), kind) == wanted
        ):
            return doc
    return None


def tasks(
    *,
    start_time: Time | None = None,
    end_time: Time | None = None,
    status: TaskStatus | str | None = None,
    type: TaskType | str | None = None,  # noqa: A002  # the API's name
    project: str | None = None,
    batch: str | None = None,
    limit: int | None = None,
    completed_before: Time | None = None,
    completed_after: Time | None = None,
    next_token: str | None = None,
    customer_review_status: TaskReviewStatus | str | list[TaskReviewStatus | str] | None = None,
    tags: list[str] | str | None = None,
    updated_before: Time | None = None,
    updated_after: Time | None = None,
    unique_id: list[str] | str | None = None,
    include_attachment_url: bool | None = None,
    limited_response: bool | None = None,
    created_after: Time | None = None,
    created_before: Time | None = None,
    offset: int | None = None,
    **illegal: Any,
) -> Request[Tasklist]:
    """Fetches one page of tasks, newest first.

    Args:
        start_time: Least ``created_at``, inclusive.
        end_time: Greatest ``created_at``, inclusive.
        status: Task status.
        type: Task type.
        project: Project name, exact.
        batch: Batch name, exact.
        limit: Page size, 1-100; the server's default is 100.
        completed_before: Greatest ``completed_at``.
        completed_after: Least ``completed_at``.
        next_token: The ``next_token`` of the page before.
        customer_review_status: Verdict of the audit, one or several.
        tags: Tasks carrying the tag, or any of the tags.
        updated_before: Greatest ``updated_at``.
        updated_after: Least ``updated_at``.
        unique_id: One ``unique_id`` or several.
        include_attachment_url: Add pre-signed URLs of the attachments; slower.
        limited_response: Only ``task_id``, ``status``, ``metadata``, ``project`` and ``otherVersion`` of each
            task.
        created_after: The same as `start_time`.
        created_before: The same as `end_time`.
        offset: How many tasks to skip; deprecated in favour of `next_token`.
        **illegal: Anything else is refused.

    Returns:
        The page: a list of tasks with ``total``, ``has_more``, ``next_token`` and ``next_page()``.

    Raises:
        ScaleInvalidRequest: A parameter does not exist.
    """
    for name in illegal:
        raise ScaleInvalidRequest(f"Illegal parameter {name} for ScaleClient.tasks()")
    return _task_page(
        given(
            start_time=created_after if start_time is None else start_time,
            end_time=created_before if end_time is None else end_time,
            status=status,
            type=type,
            project=project,
            batch=batch,
            limit=limit,
            completed_before=completed_before,
            completed_after=completed_after,
            next_token=next_token,
            customer_review_status=customer_review_status,
            tags=tags,
            updated_before=updated_before,
            updated_after=updated_after,
            unique_id=unique_id,
            include_attachment_url=include_attachment_url,
            limited_response=limited_response,
            offset=offset,
        )
    )


def _task_page(query: dict[str, Any]) -> Request[Tasklist]:
    return token_page("tasks", query, Task, Tasklist)


def get_tasks(
    project_name: str | None = None,
    batch_name: str | None = None,
    task_type: TaskType | str | None = None,
    status: TaskStatus | str | None = None,
    review_status: Sequence[TaskReviewStatus | str] | TaskReviewStatus | str | None = None,
    unique_id: list[str] | str | None = None,
    completed_after: Time | None = None,
    completed_before: Time | None = None,
    updated_after: Time | None = None,
    updated_before: Time | None = None,
    created_after: Time | None = None,
    created_before: Time | None = None,
    tags: list[str] | str | None = None,
    include_attachment_url: bool = True,
    limited_response: bool | None = None,
    limit: int | None = None,
    *,
    prefetch: bool = False,
) -> Listing[Task]:
    """Walks through all tasks that match, newest first, fetching page after page as they are consumed.

    The result can be looped over again: each loop is a fresh walk. ``next()`` on it works as on a generator.

    Args:
        project_name: Project name; this or `batch_name` is required.
        batch_name: Batch name.
        task_type: Task type.
        status: Task status.
        review_status: Verdict of the audit, one or several.
        unique_id: One ``unique_id`` or several.
        completed_after: Least ``completed_at``.
        completed_before: Greatest ``completed_at``.
        updated_after: Least ``updated_at``.
        updated_before: Greatest ``updated_at``.
        created_after: Least ``created_at``.
        created_before: Greatest ``created_at``.
        tags: Tasks carrying the tag, or any of the tags.
        include_attachment_url: Add pre-signed URLs of the attachments; False is faster.
        limited_response: Only ``task_id``, ``status``, ``metadata``, ``project`` and ``otherVersion`` of each
            task.
        limit: Tasks per request, 1-100 (not a bound on the whole walk); small for large tasks.
        prefetch: Fetch the next page in a worker thread while this one is consumed; order and errors stay in
            place.

    Raises:
        ValueError: Neither project nor batch is given, or `limit` is out of range; at the call, not at the
            first step.
    """
    query = task_filters(
        project_name,
        batch_name,
        task_type,
        status,
        review_status,
        unique_id,
        completed_after,
        completed_before,
        updated_after,
        updated_before,
        created_after,
        created_before,
        tags,
        include_attachment_url,
        limited_response,
    )
    return Listing(_task_page(given(**query, limit=page_size(limit))), prefetch=prefetch)


def get_tasks_count(
    project_name: str | None = None,
    batch_name: str | None = None,
    task_type: TaskType | str | None = None,
    status: TaskStatus | str | None = None,
    review_status: Sequence[TaskReviewStatus | str] | TaskReviewStatus | str | None = None,
    unique_id: list[str] | str | None = None,
    completed_after: Time | None = None,
    completed_before: Time | None = None,
    updated_after: Time | None = None,
    updated_before: Time | None = None,
    created_after: Time | None = None,
    created_before: Time | None = None,
    tags: list[str] | str | None = None,
    include_attachment_url: bool = True,  # noqa: ARG001  # kept for programs that pass it; a count needs no URLs
    limited_response: bool | None = None,
) -> Request[int]:
    """Counts the tasks that match, without fetching them. The arguments are those of `get_tasks`.

    Args:
        project_name: Project name; this or `batch_name` is required.
        batch_name: Batch name.
        task_type: Task type.
        status: Task status.
        review_status: Verdict of the audit, one or several.
        unique_id: One ``unique_id`` or several.
        completed_after: Least ``completed_at``.
        completed_before: Greatest ``completed_at``.
        updated_after: Least ``updated_at``.
        updated_before: Greatest ``updated_at``.
        created_after: Least ``created_at``.
        created_before: Greatest ``created_at``.
        tags: Tasks carrying the tag, or any of the tags.
        include_attachment_url: Accepted and not sent: it would only slow the count down.
        limited_response: Sent on; makes the answer smaller.

    Raises:
        ValueError: Neither project nor batch is given.
    """
    query = task_filters(
        project_name,
        batch_name,
        task_type,
        status,
        review_status,
        unique_id,
        completed_after,
        completed_before,
        updated_after,
        updated_before,
        created_after,
        created_before,
        tags,
        None,
        limited_response,
    )
    return Request("GET", "tasks", _total, query={**given(**query), "limit": 1})


def _total(json: Any, client: Any) -> int:  # noqa: ARG001  # the signature of every parser
    return int(json["total"])


def task_filters(
    project_name: str | None = None,
    batch_name: str | None = None,
    task_type: TaskType | str | None = None,
    status: TaskStatus | str | None = None,
    review_status: Sequence[TaskReviewStatus | str] | TaskReviewStatus | str | None = None,
    unique_id: list[str] | str | None = None,
    completed_after: Time | None = None,
    completed_before: Time | None = None,
    updated_after: Time | None = None,
    updated_before: Time | None = None,
    created_after: Time | None = None,
    created_before: Time | None = None,
    tags: list[str] | str | None = None,
    include_attachment_url: bool | None = True,
    limited_response: bool | None = None,
) -> dict[str, Any]:
    """Turns the arguments of `get_tasks` into query parameters of ``GET /tasks``.

    Raises:
        ValueError: Neither project nor batch is given.
    """
    if not project_name and not batch_name:
        raise ValueError("At least one of project_name or batch_name must be provided.")
    filters: dict[str, Any] = {
        "start_time": created_after,
        "end_time": created_before,
        "project": project_name,
        "batch": batch_name,
        "completed_before": completed_before,
        "completed_after": completed_after,
        "tags": tags,
        "updated_before": updated_before,
        "updated_after": updated_after,
        "unique_id": unique_id,
        "include_attachment_url": include_attachment_url,
    }
    if status:
        filters["status"] = slug(status, "status")
    if limited_response is not None:
        filters["limited_response"] = limited_response
    if task_type:
        filters["type"] = slug(task_type)
    if review_status:
        several = [review_status] if isinstance(review_status, str | Enum) else list(review_status)
        # The API takes review statuses comma-joined, unlike every other filter.
        filters["customer_review_status"] = ",".join(slug(one, "review_status") for one in several)
    return filters
