"""The shapes of evaluation and training tasks on the wire (wire/quality-tasks)."""

from typing import Any

import msgspec


class QualityTask(msgspec.Struct):
    """An evaluation or training task; ``instruction`` and ``metadata`` are this server's addition."""

    id: str
    type: str
    project: str
    created_at: str
    instruction: str
    params: dict[str, Any]
    metadata: dict[str, Any]
    expected_response: dict[str, Any]
    initial_response: dict[str, Any] | None


class QualityTaskList(msgspec.Struct):
    """A page of evaluation or training tasks, newest first."""

    docs: list[QualityTask]
    total: int
    limit: int
    has_more: bool
    next_token: str | None


class QualityTaskQuery(msgspec.Struct, frozen=True):
    """Which evaluation or training tasks to list."""

    project: str | None = None
    limit: int = 100
    next_token: str | None = None
