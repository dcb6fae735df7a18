"""The parameters of forms about attachments (wire/task-types-text §4–§6, wire/task-types-audio §1.1)."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.wire.references import require_uri
from labelwright.validation.decoding import refuse

ATTACHMENT_TYPES = ("image", "pdf", "website", "text", "video", "audio")
COMPARED_TYPES = ("text", "image", "video", "audio", "website", "pdf")
COLLECTED_TYPES = ("text", "website")
"""Each in the order in which the old sentence lists them."""

Fields = Annotated[dict[Text, str], Meta(min_length=1)]
"""Key to what the labeler is asked for."""


class TranscriptionParams(msgspec.Struct, kw_only=True):
    """Parameters of ``transcription``: values found in an attachment, once or in rows. Unknown ones are kept.

    Attributes:
        attachment: an address, or the text itself where ``attachment_type`` is ``text``.
        attachment_type: what the attachment is.
        fields: key to description; one value each.
        repeatable_fields: key to description; any number of rows. Until 2017 it was called ``row_fields``.
        hypothesis: an answer to start from; need not be complete.
    """

    attachment: str
    attachment_type: Literal["image", "pdf", "website", "text", "video", "audio"]
    fields: Fields | UnsetType = UNSET
    repeatable_fields: Fields | UnsetType = UNSET
    hypothesis: dict[str, Any] | UnsetType = UNSET


class DataCollectionParams(msgspec.Struct, kw_only=True):
    """Parameters of ``datacollection``: facts looked up for a text or a website. Unknown ones are kept.

    Attributes:
        attachment: an address, or a text that says what to look for.
        attachment_type: which of the two.
        fields: key to description.
        hypothesis: an answer to start from; need not be complete.
    """

    attachment: str
    attachment_type: Literal["text", "website"]
    fields: Fields
    hypothesis: dict[str, Any] | UnsetType = UNSET


class ComparisonParams(msgspec.Struct, kw_only=True):
    """Parameters of ``comparison``: a choice about several attachments side by side. Unknown ones are kept.

    Attributes:
        attachments: two or more addresses, or texts where ``attachment_type`` is ``text``.
        attachment_type: what the attachments are.
        choices: the answers to choose from.
        fields: key to description; besides ``choices``, or instead.
        hypothesis: an answer to start from; need not be complete.
    """

    attachments: Annotated[list[Text], Meta(min_length=2)]
    attachment_type: Literal["text", "image", "video", "audio", "website", "pdf"]
    choices: Annotated[list[Text], Meta(min_length=1)] | UnsetType = UNSET
    fields: Fields | UnsetType = UNSET
    hypothesis: dict[str, Any] | UnsetType = UNSET


class AudioTranscriptionParams(msgspec.Struct, kw_only=True):
    """Parameters of ``audiotranscription``: what is said in a recording, and when. Unknown ones are kept.

    Attributes:
        attachment: address of the recording.
        attachment_type: ``audio``.
        verbatim: whether fillers and slips are written down.
        phrases: words that may occur.
        skip_human_transcription: accepted for old clients; there is no transcription by machine.
        hypothesis: an answer to start from; need not be complete.
    """

    attachment: str
    attachment_type: Literal["audio"] | UnsetType = UNSET
    verbatim: bool = False
    phrases: list[Text] | UnsetType = UNSET
    skip_human_transcription: bool = False
    hypothesis: dict[str, Any] | UnsetType = UNSET


def check_reference(params: TranscriptionParams | DataCollectionParams) -> None:
    """Refuse an attachment that is no address, unless it is the text itself.

    Raises:
        InvalidParameter: naming the attachment.
    """
    if params.attachment_type != "text":
        require_uri(params.attachment, ("attachment",))


def check_transcription(params: TranscriptionParams) -> None:
    """Check what the types cannot say about a ``transcription``.

    Raises:
        InvalidParameter: naming the first parameter that is wrong.
    """
    check_reference(params)
    if params.fields is UNSET and params.repeatable_fields is UNSET:
        raise refuse((), "must contain at least one of [fields, repeatable_fields]")


def check_comparison(params: ComparisonParams) -> None:
    """Check what the types cannot say about a ``comparison``.

    Raises:
        InvalidParameter: naming the first parameter that is wrong.
    """
    if params.attachment_type != "text":
        for i, attachment in enumerate(params.attachments):
            require_uri(attachment, ("attachments", i))
    if params.choices is UNSET and params.fields is UNSET:
        raise refuse((), "must contain at least one of [choices, fields]")
    seen: set[str] = set()
    for i, choice in enumerate(params.choices or ()):
        if choice in seen:
            raise refuse(("choices", i), "contains a duplicate value")
        seen.add(choice)


def respelt(given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
    """Return the parameters with ``row_fields`` under its name since 2017.

    Raises:
        InvalidParameter: both names are there.
    """
    if "row_fields" not in given:
        return given
    if "repeatable_fields" in given:
        raise refuse((), "contains a conflict between exclusive peers [repeatable_fields, row_fields]")
    return {("repeatable_fields" if key == "row_fields" else key): raw for key, raw in given.items()}
