"""The parameters of ``imageannotation`` (wire/task-types-images §1.1, wire/task-types-common §3–§8)."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType, field

from labelwright.tasktypes.forms.attributes import AttributeDefinition, check_definitions
from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.shapes.layers import Layers
from labelwright.tasktypes.shapes.tools import Geometries, Pixels, check_geometries
from labelwright.tasktypes.wire.references import require_uri
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path


class ContextAttachment(msgspec.Struct):
    """An image shown for reference only."""

    attachment: str


class LinkRule(msgspec.Struct, kw_only=True):
    """Which annotations a link may join; the two lists have leaf labels (wire/task-types-common §6)."""

    is_bidirectional: bool
    from_allowed_labels: list[Text]
    to_allowed_labels: list[Text]


class Prelabels(msgspec.Struct, kw_only=True):
    """Annotations to start from, in the form of an answer; a ``uuid`` may be left out."""

    annotations: list[Any]
    global_attributes: dict[str, Any] | UnsetType = UNSET
    links: list[Any] | UnsetType = UNSET


class ImageParams(msgspec.Struct, kw_only=True):
    """Parameters of ``imageannotation``: shapes on an image, their attributes and links. Unknown ones are kept.

    Attributes:
        attachment: address of the image.
        attachment_type: ``image``.
        geometries: the tools and their labels.
        annotation_attributes: name to definition.
        links: link label to rule, or to several rules.
        layers: read-only drawings.
        context_attachments: images for reference.
        padding: pixels on all four sides in which shapes may lie.
        padding_x: ``paddingX``: pixels left and right, instead of ``padding``.
        padding_y: ``paddingY``: pixels at top and bottom, instead of ``padding``.
        hypothesis: editable pre-labels.
        base_annotations: pre-labels that the next four can lock.
        can_add_base_annotations: whether others may be drawn.
        can_edit_base_annotations: whether position and attributes may change.
        can_edit_base_annotation_labels: whether labels may change.
        can_delete_base_annotations: whether they may be removed.
    """

    attachment: str
    attachment_type: Literal["image"] | UnsetType = UNSET
    geometries: Geometries
    annotation_attributes: dict[Text, AttributeDefinition] = {}
    links: dict[Text, LinkRule | list[LinkRule]] = {}
    layers: Layers | UnsetType = UNSET
    context_attachments: list[ContextAttachment] = []
    padding: Pixels = 0
    padding_x: Pixels | UnsetType = field(default=UNSET, name="paddingX")
    padding_y: Pixels | UnsetType = field(default=UNSET, name="paddingY")
    hypothesis: Prelabels | UnsetType = UNSET
    base_annotations: Prelabels | UnsetType = UNSET
    can_add_base_annotations: bool = True
    can_edit_base_annotations: bool = True
    can_edit_base_annotation_labels: bool = True
    can_delete_base_annotations: bool = True

    def link_rules(self, label: str) -> list[LinkRule]:
        """Return the rules of a link label; none when there is no such link."""
        rules = self.links.get(label, [])
        return rules if isinstance(rules, list) else [rules]


def check(params: ImageParams) -> None:
    """Check what the types cannot say, except for pre-labels.

    Raises:
        InvalidParameter: naming the first parameter that is wrong, in the order of wire/task-types-images §1.1.
    """
    require_uri(params.attachment, ("attachment",))
    for i, context in enumerate(params.context_attachments):
        place: Path = ("context_attachments", i, "attachment")
        require_uri(context.attachment, place)
        if context.attachment == params.attachment:
            raise refuse(place, "must not be the attachment itself")
    labels = check_geometries(params.geometries, params.annotation_attributes, ("geometries",))
    if params.annotation_attributes:
        check_definitions(params.annotation_attributes, ("annotation_attributes",), labels)
    for name in params.links:
        _check_link(params, name, labels)
    if params.hypothesis is not UNSET and params.base_annotations is not UNSET:
        raise refuse((), "contains a conflict between exclusive peers [hypothesis, base_annotations]")


def _check_link(params: ImageParams, name: str, labels: set[str]) -> None:
    many = isinstance(params.links[name], list)
    for i, rule in enumerate(params.link_rules(name)):
        place: Path = ("links", name, i) if many else ("links", name)
        for key in ("from_allowed_labels", "to_allowed_labels"):
            for j, label in enumerate(getattr(rule, key)):
                if label not in labels:
                    raise refuse((*place, key, j), f'must be a label of the task, "{label}" is not one')
