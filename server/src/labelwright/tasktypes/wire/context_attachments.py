"""What is shown beside the work: images for reference, attachments of forms.

Source: wire/task-types-images §1.1, wire/task-types-text §1.2.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.media import BY_TYPE
from labelwright.tasktypes.wire.references import is_fetched, require_uri
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path


class ReferenceImage(msgspec.Struct):
    """An image shown for reference only."""

    attachment: str


def check_context(images: Sequence[ReferenceImage], attachment: str, path: Path) -> None:
    """Check the addresses of images for reference.

    Raises:
        InvalidParameter: one is no address, or is the attachment itself.
    """
    for i, image in enumerate(images):
        place = (*path, i, "attachment")
        require_uri(image.attachment, place)
        if image.attachment == attachment:
            raise refuse(place, "must not be the attachment itself")


class FormAttachment(msgspec.Struct, kw_only=True):
    """What a form is about. Unknown keys are kept.

    Attributes:
        type: what it is.
        content: its address, or for ``text`` the text itself, in Markdown.
        forms: ids of fields; it is shown only while one of them is active.
    """

    type: Literal["pdf", "image", "text", "video", "website", "audio"]
    content: Text
    forms: list[Text] | UnsetType = UNSET


def files_among(attachments: Sequence[FormAttachment]) -> list[str]:
    """Return the addresses of those that are files."""
    return [one.content for one in attachments if is_fetched(one.content, one.type)]


def media_among(attachments: Sequence[FormAttachment]) -> dict[str, str]:
    """Return what those that are files have to hold, by their addresses."""
    return {one.content: BY_TYPE[one.type] for one in attachments if is_fetched(one.content, one.type)}


def check_attachments(attachments: Sequence[FormAttachment], path: Path) -> None:
    """Check the addresses of attachments that are no texts.

    Raises:
        InvalidParameter: one is no address.
    """
    for i, attachment in enumerate(attachments):
        if attachment.type != "text":
            require_uri(attachment.content, (*path, i, "content"))
