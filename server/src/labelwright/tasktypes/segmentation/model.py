"""The form of the answer to ``segmentannotation`` (wire/task-types-segmentation §2)."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType, field

from labelwright.tasktypes.shapes.rasters import MAX_VALUE


class MaskEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a pixel value means.

    Attributes:
        index: the pixel value; unique in the task.
        color: ``#rrggbb``; need not be unique. Filled in from the index when absent.
        num_pixels: ``numPixels``: how many there are, always delivered; 0 for a label that the image does not have.
        attributes: name to answer; null when the task has no ``annotation_attributes``.
    """

    index: Annotated[int, Meta(ge=1, le=MAX_VALUE)]
    color: Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$")] | UnsetType = UNSET
    num_pixels: Annotated[int, Meta(ge=0, le=10**12)] | UnsetType = field(default=UNSET, name="numPixels")
    attributes: dict[str, Any] | UnsetType | None = UNSET


class CombinedImages(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Addresses of pictures of all labels together, of the size of the attachment.

    Attributes:
        image: in the colours of the labels, without label transparent.
        indexed_image: ``indexedImage``: one channel of 8 bits, the index of each pixel, 0 without label; absent when
            an index in the picture is above 255.
        extended_indexed_image: ``extendedIndexedImage``: the index in three channels, the red one lowest.
    """

    image: str | UnsetType = UNSET
    indexed_image: str | UnsetType = field(default=UNSET, name="indexedImage")
    extended_indexed_image: str | UnsetType = field(default=UNSET, name="extendedIndexedImage")


class SegmentationImages(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Addresses of PNG files. Handed in, one of the two index pictures, or the masks, say which label a pixel has.

    Attributes:
        combined: all labels together.
        labeled: label to mask, or to one mask per instance; null for a label that the image does not have.
        unlabeled: the mask of pixels without label.
    """

    combined: CombinedImages = field(default_factory=CombinedImages)
    labeled: dict[str, str | list[str] | None] = {}
    unlabeled: str | UnsetType = UNSET


class SegmentAnnotationAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of a ``segmentannotation`` task.

    Attributes:
        annotations: the pictures.
        label_mapping: ``labelMapping``: label to entry, or to one entry per instance.
        global_attributes: name to answer of the questions about the whole image.
    """

    annotations: SegmentationImages
    label_mapping: dict[str, MaskEntry | list[MaskEntry]] = field(name="labelMapping")
    global_attributes: dict[str, Any] | UnsetType = UNSET


def entries(given: MaskEntry | list[MaskEntry]) -> Sequence[MaskEntry]:
    """Return one entry, or those of the instances, as a sequence."""
    return given if isinstance(given, list) else [given]
