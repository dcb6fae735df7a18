"""Responses that customers write themselves: a fix, or what a quality task expects."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.refusals import Problem
from labelwright.tasktypes.base import Media, TaskType

CUSTOMER_FIX = "is_customer_fix"
"""The key that marks a fix (api-v1 §3.1); the server alone sets it."""

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def checked(
    kind: TaskType, params: Mapping[str, Any], given: bytes, media: Sequence[Media]
) -> tuple[str, Sequence[Problem]]:
    """Check a response with its type's own checker.

    Args:
        kind: the task type.
        params: the checked parameters of the task.
        given: the JSON text of the response; a mark of an earlier fix in it counts for nothing.
        media: what is known of the attachments.

    Returns:
        The JSON text to keep, and every error; with an error the text is not to be used.
    """
    read = msgspec.json.decode(given)
    if isinstance(read, dict):
        read.pop(CUSTOMER_FIX, None)
    text, problems = kind.check_answer(params, read, media)
    return text.decode(), [problem for problem in problems if problem.severity == "error"]


def marked_as_fix(response: str) -> str:
    """The same response with ``is_customer_fix: true``."""
    return msgspec.json.encode({**_members.decode(response), CUSTOMER_FIX: True}).decode()


def without_mark(response: bytes) -> str:
    """The same response without a mark of an earlier fix, for somebody who starts from it."""
    members = _members.decode(response)
    members.pop(CUSTOMER_FIX, None)
    return msgspec.json.encode(members).decode()
