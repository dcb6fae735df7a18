"""Addresses of V1's answers."""

from labelwright.api.base_url import base
from labelwright.domain import response_urls
from labelwright.domain.platform import Platform
from labelwright.store.rows import Task


def response_url(platform: Platform, base: str, task: Task) -> str | None:
    """Where a task's answer is, if it does not stand in the task itself (wire/tasks §4.9)."""
    response_id = response_urls.of(platform, task)
    return f"{base}/v1/task/{task.id}/response_url/{response_id}" if response_id else None


__all__ = ["base", "response_url"]
