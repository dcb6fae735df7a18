"""The parameters of ``segmentannotation`` (wire/task-types-segmentation §1)."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.tasktypes.forms.attributes import AttributeDefinition, check_definitions
from labelwright.tasktypes.forms.labels import LabelDescription, Labels, Text, leaves, require_unique
from labelwright.tasktypes.shapes.layers import Layers
from labelwright.tasktypes.wire.context_attachments import ReferenceImage, check_context
from labelwright.tasktypes.wire.references import require_uri
from labelwright.validation.decoding import refuse

MASK_TYPES = ("category", "number", "angle", "text")
"""The attributes that a mask can have: the others need a shape."""


class SegmentAnnotationParams(msgspec.Struct, kw_only=True):
    """Parameters of ``segmentannotation``: a label for every pixel. Unknown ones are kept.

    Attributes:
        attachment: address of the image.
        attachment_type: ``image``.
        labels: what pixels may be; leaves count, those with ``instance_label`` once per instance.
        instance_labels: further labels with one mask per instance, as the first generation names them.
        allow_unlabeled: whether pixels may have no label.
        allow_parent_labels: whether folders of labels may be painted, too.
        annotation_attributes: name to definition; asked per mask, or once with ``is_global``.
        context_attachments: images for reference.
        layers: read-only drawings.
        hypothesis: masks to start from.
    """

    attachment: str
    attachment_type: Literal["image"] | UnsetType = UNSET
    labels: Annotated[Labels, Meta(min_length=1)]
    instance_labels: list[Text] = []
    allow_unlabeled: bool = False
    allow_parent_labels: bool = False
    annotation_attributes: dict[Text, AttributeDefinition] = {}
    context_attachments: list[ReferenceImage] = []
    layers: Layers | UnsetType = UNSET
    hypothesis: dict[str, Any] | UnsetType = UNSET


def paintable(params: SegmentAnnotationParams) -> dict[str, bool]:
    """Return the labels that pixels may have, and whether each has one mask per instance.

    Those of ``instance_labels`` come last.
    """
    found: dict[str, bool] = {}
    for one in _all(params.labels):
        if isinstance(one, str):
            found[one] = False
        elif params.allow_parent_labels or not one.subchoices:
            found[one.choice] = one.instance_label
    return found | dict.fromkeys(params.instance_labels, True)


def check(params: SegmentAnnotationParams) -> None:
    """Check what the types cannot say, except for the hypothesis.

    Raises:
        InvalidParameter: naming the first parameter that is wrong.
    """
    require_uri(params.attachment, ("attachment",))
    seen = set(require_unique(params.labels, ("labels",)))
    if params.allow_parent_labels:
        names = [one if isinstance(one, str) else one.choice for one in _all(params.labels)]
        if len(set(names)) != len(names):
            raise refuse(("labels",), "must not repeat the name of a folder with allow_parent_labels")
        seen = set(names)
    for i, name in enumerate(params.instance_labels):
        if name in seen:
            raise refuse(("instance_labels", i), "contains a duplicate value")
        seen.add(name)
    check_context(params.context_attachments, params.attachment, ("context_attachments",))
    for name, definition in params.annotation_attributes.items():
        if definition.type not in MASK_TYPES:
            place = ("annotation_attributes", name, "type")
            raise refuse(place, f"must be one of [{', '.join(MASK_TYPES)}]")
    check_definitions(params.annotation_attributes, ("annotation_attributes",), seen)


def listed(params: SegmentAnnotationParams) -> Sequence[str]:
    """Return the labels that every answer lists, whether the image has them or not: not the folders."""
    return [*leaves(params.labels), *params.instance_labels]


def _all(labels: Sequence[str | LabelDescription]) -> Iterator[str | LabelDescription]:
    """Yield every label and folder in reading order."""
    waiting = [iter(labels)]
    while waiting:
        for one in waiting[-1]:
            yield one
            if not isinstance(one, str) and one.subchoices:
                waiting.append(iter(one.subchoices))
                break
        else:
            waiting.pop()
