"""What the first generation of task types says about attachments (wire/task-types-common §1.4)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.errors import InvalidParameter
from labelwright.validation.decoding import decode

NO_ATTACHMENT = "Please provide an attachment as a URL or plaintext."
NO_ATTACHMENTS = "Please provide attachments for the worker to compare for the task."


def wrong_attachment_type(names: Sequence[str]) -> str:
    """Return the sentence about a missing or unknown ``attachment_type``."""
    return f"Invalid attachment_type - please choose one of these: {' '.join(names)}"


def require_attachment(given: Mapping[str, msgspec.Raw]) -> None:
    """Refuse a request without an attachment, or with an empty one.

    Raises:
        InvalidParameter: in the old words, which clients still match.
    """
    if bytes(given.get("attachment", b'""')) == b'""':
        raise InvalidParameter(NO_ATTACHMENT, field="attachment")


def require_attachment_type(
    given: Mapping[str, msgspec.Raw], names: Sequence[str], *, optional: bool = False
) -> None:
    """Refuse an ``attachment_type`` that is none of the names, or is missing.

    Raises:
        InvalidParameter: in the old words, with the names.
    """
    if "attachment_type" not in given:
        if optional:
            return
        name: Any = None
    else:
        name = decode(Any, given["attachment_type"], prefix="attachment_type")
    if name not in names:
        raise InvalidParameter(wrong_attachment_type(names), field="attachment_type")
