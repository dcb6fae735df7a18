"""Operations on fixless audits; the official client has none (wire/audits §4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scaleapi._calls.listing import by_token, page_size
from scaleapi._calls.request import Listing, Request, given
from scaleapi.audits import FixlessAudit
from scaleapi.exceptions import ScaleInvalidRequest


def create_audit(
    task_id: str,
    audit_result: str,
    *,
    feedback: Sequence[Mapping[str, Any]] | None = None,
    response_url: str | None = None,
    audit_id: str | None = None,
) -> Request[FixlessAudit]:
    """Says of a completed task, item by item, what is wrong with its answer, without changing it.

    `audit_task` gives a verdict with a comment only. Not repeated after a lost answer, unless it replaces an audit.

    Args:
        task_id: The task.
        audit_result: ``accepted``, ``rejected`` or ``commented``.
        feedback: The items: ``type`` (``error``, ``flag``, ``confirmation``, ``comment``), ``text``, ``path``,
            ``annotation_uuid``, ``status``.
        response_url: Where the answer that was audited lies.
        audit_id: The audit of this task to replace.

    Raises:
        ScaleInvalidRequest: The task is not completed, or a value is wrong.
        ScaleResourceNotFound: No such task, or no such audit.
    """
    optional = given(response_url=response_url, id=audit_id, feedback=feedback)
    body = {"task_id": task_id, "audit_result": audit_result, **optional}
    return Request("PUT", "audits", FixlessAudit, body=body, repeatable=audit_id is not None)


def get_audits(
    task_id: str | None = None, audit_id: str | None = None, limit: int | None = None
) -> Listing[FixlessAudit]:
    """Walks through the fixless audits of a task, newest first.

    Args:
        task_id: The task; this or `audit_id` is required.
        audit_id: One audit.
        limit: Audits per request, 1-100.

    Raises:
        ScaleInvalidRequest: Neither is given, or `limit` is out of range.
    """
    if not task_id and not audit_id:
        raise ScaleInvalidRequest("give a task_id or an audit_id")
    query = given(task_id=task_id, id=audit_id, limit=page_size(limit))
    return by_token("audits", query, FixlessAudit)
