"""The answer to ``segmentannotation`` and its checker (task-types-2d-text §5.2)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType, field

from labelwright.faults import Path, path_text
from labelwright.refusals import Problem
from labelwright.tasktypes.segmentation.params import SegmentAnnotationParams, paintable
from labelwright.tasktypes.shared.answers import QuestionRules, Subject, shown
from labelwright.tasktypes.shared.checked import Occasion
from labelwright.tasktypes.shared.reading import read
from labelwright.tasktypes.shared.references import is_uri

PNG = "data:image/png;base64,"
_EIGHT_BITS = 255
_LARGEST = 2**24 - 1
"""The largest index that three channels hold."""


class MaskEntry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What a pixel value means.

    Attributes:
        index: the pixel value; unique in the task.
        color: ``#rrggbb``; need not be unique.
        num_pixels: ``numPixels``: how many there are; 0 for a label that the image does not have.
        attributes: name to answer; there whenever the task has ``annotation_attributes``.
    """

    index: Annotated[int, Meta(ge=1, le=_LARGEST)]
    color: Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$")] | UnsetType = UNSET
    num_pixels: Annotated[int, Meta(ge=0, le=10**12)] | UnsetType = field(default=UNSET, name="numPixels")
    attributes: dict[str, Any] | UnsetType | None = UNSET


class CombinedImages(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Addresses of pictures of all labels together, of the size of the attachment.

    Attributes:
        image: in the colours of the labels, without label transparent.
        indexed_image: ``indexedImage``: one channel of 8 bits, the index of each pixel, 0 without label.
        extended_indexed_image: ``extendedIndexedImage``: the index in three channels, the red one lowest.
    """

    image: str | UnsetType = UNSET
    indexed_image: str = field(name="indexedImage")
    extended_indexed_image: str | UnsetType = field(default=UNSET, name="extendedIndexedImage")


class SegmentationImages(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Addresses of PNG files.

    Attributes:
        combined: all labels together.
        labeled: label to mask, or to one mask per instance; null for a label that the image does not have.
        unlabeled: the mask of pixels without label.
    """

    combined: CombinedImages
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


class SegmentationChecker:
    """Checks the JSON of answers to one task; the pictures are not opened.

    Args:
        params: already checked.
    """

    def __init__(self, params: SegmentAnnotationParams) -> None:
        self._labels = paintable(params)
        self._rules = QuestionRules(params.annotation_attributes, scene=False)
        self._scene = QuestionRules(params.annotation_attributes, scene=True)

    def check(self, answer: Any, occasion: Occasion) -> tuple[SegmentAnnotationAnswer, list[Problem]]:
        """Check an answer; see ``CheckedType.examine``."""
        start, partial = occasion.start, occasion.partial
        reading = read(SegmentAnnotationAnswer, answer, start)
        if reading.whole is None:
            nothing = SegmentationImages(combined=CombinedImages(indexed_image=""))
            return SegmentAnnotationAnswer(annotations=nothing, label_mapping={}), reading.problems
        whole, problems = reading.whole, reading.problems
        context = whole.global_attributes or {}
        problems.extend(self._mapping_problems(whole, context, (*start, "labelMapping"), partial=partial))
        problems.extend(_image_problems(whole, (*start, "annotations")))
        if self._scene or context:
            about = Subject(context=context)
            place = (*start, "global_attributes")
            problems.extend(self._scene.problems(context, about, place, partial=partial))
        whole.global_attributes = context if self._scene else UNSET
        return whole, problems

    def _mapping_problems(
        self,
        whole: SegmentAnnotationAnswer,
        context: Mapping[str, Any],
        place: Path,
        *,
        partial: bool,
    ) -> Iterator[Problem]:
        seen: set[int] = set()
        for label, given in whole.label_mapping.items():
            where = (*place, label)
            many = isinstance(given, list)
            if label not in self._labels:
                message = f"“{label}” is not one of the labels: {shown(dict.fromkeys(self._labels))}."
                yield Problem(path_text(where), message, "unknown_label")
                continue
            if many != self._labels[label]:
                message = "An array of instances is needed." if not many else "This label has no instances."
                yield Problem(path_text(where), message, "type")
            for i, entry in enumerate(entries(given)):
                spot = (*where, i) if many else where
                if entry.index in seen:
                    yield Problem(path_text((*spot, "index")), "The index is given twice.", "duplicate")
                seen.add(entry.index)
                yield from self._attribute_problems(entry, label, context, spot, partial=partial)

    def _attribute_problems(
        self, entry: MaskEntry, label: str, context: Mapping[str, Any], place: Path, *, partial: bool
    ) -> Iterator[Problem]:
        if self._rules and not entry.attributes:
            entry.attributes = {}
        if isinstance(entry.attributes, dict):
            about = Subject(label, context=context)
            # Nothing is asked about what the image does not have.
            open_ended = partial or entry.num_pixels == 0
            yield from self._rules.problems(
                entry.attributes, about, (*place, "attributes"), partial=open_ended
            )


def entries(given: MaskEntry | list[MaskEntry]) -> Sequence[MaskEntry]:
    """Return one entry, or those of the instances, as a sequence."""
    return given if isinstance(given, list) else [given]


def _image_problems(whole: SegmentAnnotationAnswer, place: Path) -> Iterator[Problem]:
    images, combined = whole.annotations, whole.annotations.combined
    for name, url in (
        ("image", combined.image),
        ("indexedImage", combined.indexed_image),
        ("extendedIndexedImage", combined.extended_indexed_image),
    ):
        if url is not UNSET:
            yield from _url_problems(url, (*place, "combined", name))
    largest = max((one.index for given in whole.label_mapping.values() for one in entries(given)), default=0)
    if largest > _EIGHT_BITS and combined.extended_indexed_image is UNSET:
        where = path_text((*place, "combined", "extendedIndexedImage"))
        yield Problem(where, f"Indexes above {_EIGHT_BITS} need this picture.", "required")
    for label, masks in images.labeled.items():
        yield from _mask_problems(whole.label_mapping.get(label), masks, (*place, "labeled", label))
    if images.unlabeled is not UNSET:
        yield from _url_problems(images.unlabeled, (*place, "unlabeled"))


def _mask_problems(
    mapped: MaskEntry | list[MaskEntry] | None, masks: str | list[str] | None, place: Path
) -> Iterator[Problem]:
    if mapped is None:
        yield Problem(path_text(place), "The label is not in labelMapping.", "unknown_label")
    elif masks is None:
        return
    elif isinstance(masks, list) != isinstance(mapped, list):
        yield Problem(path_text(place), "The masks must be given as in labelMapping.", "type")
    elif isinstance(masks, list) and isinstance(mapped, list) and len(masks) != len(mapped):
        message = f"There must be one mask per instance ({len(mapped)}, not {len(masks)})."
        yield Problem(path_text(place), message, "count")
    else:
        for i, url in enumerate(masks if isinstance(masks, list) else [masks]):
            yield from _url_problems(url, (*place, i) if isinstance(masks, list) else place)


def _url_problems(url: str, place: Path) -> Iterator[Problem]:
    if not is_uri(url) and not url.startswith(PNG):
        yield Problem(path_text(place), "This must be the address of a PNG file.", "uri")
