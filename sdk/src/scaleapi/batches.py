"""Batches: tasks of one project that are worked, counted and delivered together."""

from __future__ import annotations

from typing import Any, ClassVar

from scaleapi._enums import WireEnum
from scaleapi._legacy import LegacyBatch
from scaleapi._models import Model


class BatchStatus(WireEnum):
    """``Staging`` until finalized (Rapid and Studio only), then ``InProgress``, then ``Completed``."""

    Staging = "staging"
    InProgress = "in_progress"
    Completed = "completed"


class Batch(LegacyBatch, Model):
    """One batch.

    Attributes:
        name: Unique within the account; the batch's identity.
        project: Project name.
        status: A `BatchStatus` value (a plain string, so that a new status of the server survives).
        created_at: ISO 8601, UTC.
        metadata: Free-form; ``{}`` when the server sends none.
        tasks_pending: Number of tasks; like the three others None until `get_status` is called.
        tasks_completed: See above.
        tasks_error: See above.
        tasks_canceled: See above.

    Args:
        json: A batch object of the API.
        client: The client its methods use.
    """

    _identity: ClassVar[str] = "name"

    def __init__(self, json: dict[str, Any], client: Any) -> None:
        self.tasks_pending: int | None = None
        self.tasks_completed: int | None = None
        self.tasks_error: int | None = None
        self.tasks_canceled: int | None = None
        super().__init__(json, client)

    def _load(self, json: dict[str, Any]) -> None:
        self.name: str = json["name"]
        self.status: str = json["status"]
        self.project: str | None = json.get("project")
        self.created_at: str | None = json.get("created_at")
        self.metadata: dict[str, Any] = json.get("metadata") or {}
        self._json = json
        # The README of 1.0.4 reads ``batch.__dict__["param_dict"]``, which a property does not serve.
        self.__dict__["param_dict"] = json

    def refresh(self) -> None:
        """Fetches the batch again; the task counts are left as `get_status` found them."""
        return self._then(self._bound().get_batch(self.name), self._renew)

    def finalize(self) -> Batch:
        """Releases the batch's tasks for work and returns the batch as the server now describes it."""

        def take(finalized: Batch) -> Batch:
            self._renew(finalized)
            return finalized

        return self._then(self._bound().finalize_batch(self.name), take)

    def get_status(self) -> dict[str, Any]:
        """Fetches status and task counts into this object, and returns them as the server sent them."""

        def take(answer: dict[str, Any]) -> dict[str, Any]:
            self.status = answer["status"]
            self.tasks_pending = answer.get("pending", 0)
            self.tasks_completed = answer.get("completed", 0)
            self.tasks_error = answer.get("error", 0)
            self.tasks_canceled = answer.get("canceled", 0)
            return answer

        return self._then(self._bound().batch_status(self.name), take)

    def set_metadata(self, metadata: dict[str, Any]) -> None:
        """Replaces the batch's metadata."""
        return self._then(self._bound().set_batch_metadata(self.name, metadata), self._renew)
