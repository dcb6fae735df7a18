"""Audits that say what is wrong with an answer without changing it."""

from __future__ import annotations

from typing import Any

from scaleapi._models import Model


class FixlessAudit(Model):
    """One audit of a completed task.

    Attributes:
        id: 24 hexadecimal digits.
        task_id: The task.
        audit_result: ``accepted``, ``rejected`` or ``commented``.
        response_url: Where the answer that was audited lies, or None.
        feedback: The items: ``type``, ``status``, ``text``, ``path``, ``annotation_uuid``.

    Args:
        json: An audit object of the API.
        client: The client it came from.
    """

    def _load(self, json: dict[str, Any]) -> None:
        self.id: str = json["id"]
        self.task_id: str = json["task_id"]
        self.audit_result: str = json["audit_result"]
        self.response_url: str | None = json.get("response_url")
        self.feedback: list[dict[str, Any]] = json.get("feedback") or []
        self._json = json
