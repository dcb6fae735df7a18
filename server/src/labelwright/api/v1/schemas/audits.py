"""The shapes of fixless audits on the wire; the names are this server's (wire/audits §4)."""

from typing import Literal

import msgspec

from labelwright.domain.fixless_audits import FeedbackItem


class FixlessAudit(msgspec.Struct):
    """An audit that says what is wrong with a response without changing it."""

    id: str
    task_id: str
    audit_result: Literal["accepted", "rejected", "commented"]
    response_url: str | None
    feedback: list[FeedbackItem]
    created_at: str
    updated_at: str


class FixlessAuditList(msgspec.Struct):
    """A page of fixless audits, newest first."""

    docs: list[FixlessAudit]
    total: int
    limit: int
    has_more: bool
    next_token: str | None


class FixlessAuditQuery(msgspec.Struct, frozen=True):
    """Which audits to list; one of the ids is needed."""

    task_id: str | None = None
    id: str | None = None
    limit: int = 100
    next_token: str | None = None
