"""The parameters of ``categorization``, in both generations (wire/task-types-text §3.1)."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.forms.attributes import Question, check_definitions
from labelwright.tasktypes.forms.labels import Labels, Text, require_unique
from labelwright.tasktypes.shapes.layers import Layers
from labelwright.tasktypes.wire.references import require_uri
from labelwright.validation.decoding import refuse

ATTACHMENT_TYPES = ("text", "image", "video", "audio", "website", "pdf")
NO_ATTACHMENT = "Please provide an attachment as a URL or plaintext."
WRONG_ATTACHMENT_TYPE = f"Invalid attachment_type - please choose one of these: {' '.join(ATTACHMENT_TYPES)}"
"""Two sentences of the first generation that clients still match (wire/task-types-common §1.4)."""


class Taxonomy(Question, kw_only=True):
    """One question of the second generation; like an annotation attribute without labels."""

    type: Literal["category", "number", "text"] = "category"


class CategorizationParams(msgspec.Struct, kw_only=True):
    """Parameters of ``categorization``: categories of one attachment, or questions about it. Unknown ones are kept.

    Attributes:
        attachment: an address, or the text itself where ``attachment_type`` is ``text``.
        attachment_type: what the attachment is.
        categories: first generation: the choices; leaves count.
        category_ids: id to category; answers then carry ``category_id``.
        allow_multiple: first generation: the answer is an array.
        taxonomies: second generation: question to definition; instead of ``categories``.
        layers: read-only drawings, on images.
        hypothesis: an answer to start from; need not be complete.
    """

    attachment: str
    attachment_type: Literal["text", "image", "video", "audio", "website", "pdf"]
    categories: Annotated[Labels, Meta(min_length=1)] | UnsetType = UNSET
    category_ids: dict[Text, str] | UnsetType = UNSET
    allow_multiple: bool | UnsetType = UNSET
    taxonomies: Annotated[dict[Text, Taxonomy], Meta(min_length=1)] | UnsetType = UNSET
    layers: Layers | UnsetType = UNSET
    hypothesis: dict[str, Any] | UnsetType = UNSET


def check(params: CategorizationParams) -> None:
    """Check what the types cannot say.

    Raises:
        InvalidParameter: naming the first parameter that is wrong.
    """
    if not params.attachment:
        raise InvalidParameter(NO_ATTACHMENT, field="attachment")
    if params.attachment_type != "text":
        require_uri(params.attachment, ("attachment",))
    if params.layers is not UNSET and params.attachment_type != "image":
        raise refuse(("layers",), "is not allowed")
    if params.categories is UNSET and params.taxonomies is UNSET:
        raise refuse((), "must contain at least one of [categories, taxonomies]")
    if params.categories is not UNSET and params.taxonomies is not UNSET:
        raise refuse((), "contains a conflict between exclusive peers [categories, taxonomies]")
    if params.categories is not UNSET:
        names = set(require_unique(params.categories, ("categories",)))
        for key, category in (params.category_ids or {}).items():
            if category not in names:
                raise refuse(("category_ids", key), f'must be one of the categories, "{category}" is not one')
    if params.taxonomies is not UNSET:
        if params.category_ids is not UNSET:
            raise refuse(("category_ids",), "is not allowed")
        check_definitions(params.taxonomies, ("taxonomies",), None)
