"""Responses that customers write themselves: a fix, or what a quality task expects."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright import worker_threads
from labelwright.domain import answer_files, derived_fields
from labelwright.domain.platform import Platform
from labelwright.errors import Problem
from labelwright.store.rows import Environment
from labelwright.tasktypes.base import Media, TaskType

CUSTOMER_FIX = "is_customer_fix"
"""The key that marks a fix (wire/tasks §1.3); the server alone sets it."""

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


async def checked(
    platform: Platform,
    env: Environment,
    kind: TaskType,
    params: Mapping[str, Any],
    given: bytes,
    media: Sequence[Media],
    task_id: str = "",
) -> tuple[str, Sequence[Problem]]:
    """Check a response with its type's own checker, and keep its files.

    Args:
        platform: the platform.
        env: whose response it is.
        kind: the task type.
        params: the checked parameters of the task.
        given: the JSON text of the response; a mark of an earlier fix in it counts for nothing.
        media: what is known of the attachments.
        task_id: the task, if it is the response to one.

    Returns:
        The JSON text to keep, and every error; with an error the text is not to be used.
    """
    read = await worker_threads.read(given)
    if isinstance(read, dict):
        read.pop(CUSTOMER_FIX, None)
    text, problems = await answer_files.checked(platform, env, kind, params, read, media, task_id, len(given))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        return "null", errors
    text = await derived_fields.completed(platform, env, kind, params, text, task_id)
    return await answer_files.kept(platform, env, kind, params, text), errors


def marked_as_fix(response: str) -> str:
    """The same response with ``is_customer_fix: true``."""
    return msgspec.json.encode({**_members.decode(response), CUSTOMER_FIX: True}).decode()


def without_mark(response: bytes) -> str:
    """The same response without a mark of an earlier fix, for somebody who starts from it."""
    members = _members.decode(response)
    members.pop(CUSTOMER_FIX, None)
    return msgspec.json.encode(members).decode()
