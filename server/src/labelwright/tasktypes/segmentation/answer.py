"""The checker of answers to ``segmentannotation`` (wire/task-types-segmentation §2, §5)."""

from collections.abc import Iterator, Mapping
from itertools import count, islice
from typing import Any

from msgspec import UNSET

from labelwright.errors import Problem
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject, shown
from labelwright.tasktypes.segmentation import masks
from labelwright.tasktypes.segmentation.model import (
    MaskEntry,
    SegmentAnnotationAnswer,
    SegmentationImages,
    entries,
)
from labelwright.tasktypes.segmentation.params import SegmentAnnotationParams, listed, paintable
from labelwright.tasktypes.shapes.rasters import MAX_8_BIT, PNG_FILE, Size
from labelwright.tasktypes.wire.problems import has_error, read
from labelwright.tasktypes.wire.references import is_uri
from labelwright.validation.errors import MAX_ERRORS, Path, path_text

MAX_ENTRIES = 2000
"""Labels and instances of one image."""


class SegmentationChecker:
    """Checks the JSON of answers to one task, and the pictures that it holds; makes all others from them.

    Args:
        params: already checked.
    """

    def __init__(self, params: SegmentAnnotationParams) -> None:
        self._labels = paintable(params)
        self._listed = listed(params)
        self._allow_unlabeled = params.allow_unlabeled
        self._rules = QuestionRules(params.annotation_attributes, scene=False)
        self._scene = QuestionRules(params.annotation_attributes, scene=True)

    def check(self, answer: Any, occasion: CheckContext) -> tuple[SegmentAnnotationAnswer, list[Problem]]:
        """Check an answer; see ``CheckedType.examine``."""
        start, partial = occasion.start, occasion.partial
        reading = read(SegmentAnnotationAnswer, answer, start)
        if reading.whole is None:
            return SegmentAnnotationAnswer(
                annotations=SegmentationImages(), label_mapping={}
            ), reading.problems
        whole, problems = reading.whole, reading.problems
        context = whole.global_attributes or {}
        mapping: Path = (*start, "labelMapping")
        problems.extend(self._mapping_problems(whole, mapping))
        if partial and has_error(problems):
            # Of pre-labels only the first fault is told.
            return whole, problems
        wrong = list(islice(_image_problems(whole, (*start, "annotations")), MAX_ERRORS))
        problems.extend(wrong)
        pixels = None if wrong else masks.Pixels(whole, (*start, "annotations"), _size(occasion))
        if pixels is not None:
            problems.extend(pixels.problems)
            problems.extend(self._pixel_problems(whole, pixels, mapping, partial=partial))
        problems.extend(
            islice(self._attribute_problems(whole, context, mapping, partial=partial), MAX_ERRORS)
        )
        if self._scene or context:
            about = Subject(context=context)
            place = (*start, "global_attributes")
            problems.extend(self._scene.problems(context, about, place, partial=partial))
        whole.global_attributes = context if self._scene else UNSET
        if pixels is not None and pixels.index is not None and not partial and not has_error(problems):
            whole.annotations = masks.pictures(pixels.index, whole.label_mapping)
        if not partial and not has_error(problems):
            self._add_absent(whole)
        return whole, problems

    def _add_absent(self, whole: SegmentAnnotationAnswer) -> None:
        """Add the labels that an answer leaves out: the image does not have them, and programs look for each."""
        mapping, labeled = whole.label_mapping, dict(whole.annotations.labeled)
        absent = [label for label in self._listed if label not in mapping]
        taken = {entry.index for given in mapping.values() for entry in entries(given)}
        free = (number for number in count(1) if number not in taken)
        for label in absent:
            labeled[label] = None
            if self._labels[label]:
                mapping[label] = []
                continue
            index = next(free)
            attributes: dict[str, Any] | None = {} if self._rules else None
            color = masks.color_of(index)
            mapping[label] = MaskEntry(index=index, color=color, num_pixels=0, attributes=attributes)
        whole.annotations.labeled = labeled

    def _mapping_problems(self, whole: SegmentAnnotationAnswer, place: Path) -> Iterator[Problem]:
        if sum(len(entries(given)) for given in whole.label_mapping.values()) > MAX_ENTRIES:
            message = f"There must not be more than {MAX_ENTRIES} entries, of which each has a file."
            yield Problem(path_text(place), message, "count")
            return
        seen: set[int] = set()
        for label, given in whole.label_mapping.items():
            where = (*place, label)
            if label not in self._labels:
                message = f"“{label}” is not one of the labels: {shown(self._labels)}."
                yield Problem(path_text(where), message, "unknown_label")
                continue
            many = isinstance(given, list)
            if many != self._labels[label]:
                message = "An array of instances is needed." if not many else "This label has no instances."
                yield Problem(path_text(where), message, "type")
            for spot, entry in _spots(given, where):
                if entry.index in seen:
                    yield Problem(path_text((*spot, "index")), "The index is given twice.", "duplicate")
                seen.add(entry.index)

    def _pixel_problems(
        self, whole: SegmentAnnotationAnswer, pixels: masks.Pixels, place: Path, *, partial: bool
    ) -> Iterator[Problem]:
        """Yield what pixels and mapping do not agree in, and fill in what follows from the pixels."""
        every = [
            (spot, entry)
            for label, given in whole.label_mapping.items()
            for spot, entry in _spots(given, (*place, label))
        ]
        counts = masks.count(pixels.index) if pixels.index is not None else None
        if counts is not None:
            known = [entry.index for _, entry in every]
            open_ended = partial or self._allow_unlabeled
            yield from masks.index_problems(counts, known, pixels.source, open_ended=open_ended)
        for spot, entry in every:
            if entry.color is UNSET:
                entry.color = masks.color_of(entry.index)
            if counts is None:
                continue
            there = counts.get(entry.index, 0)
            if entry.num_pixels not in (UNSET, there) and not partial:
                message = f"The index has {there} pixels, not {entry.num_pixels}."
                yield Problem(path_text((*spot, "numPixels")), message, "count")
            entry.num_pixels = there

    def _attribute_problems(
        self, whole: SegmentAnnotationAnswer, context: Mapping[str, Any], place: Path, *, partial: bool
    ) -> Iterator[Problem]:
        for label, given in whole.label_mapping.items():
            if label not in self._labels:
                continue
            for spot, entry in _spots(given, (*place, label)):
                if not self._rules and entry.attributes is UNSET:
                    entry.attributes = None
                if self._rules and not entry.attributes:
                    entry.attributes = {}
                if isinstance(entry.attributes, dict):
                    about = Subject(label, context=context)
                    # Nothing is asked about what the image does not have.
                    open_ended = partial or entry.num_pixels == 0
                    where = (*spot, "attributes")
                    yield from self._rules.problems(entry.attributes, about, where, partial=open_ended)


def _size(occasion: CheckContext) -> Size | None:
    """Return the size of the image, when it is known."""
    for image in occasion.media[:1]:
        if image.width and image.height:
            return Size(image.width, image.height)
    return None


def _spots(given: MaskEntry | list[MaskEntry], place: Path) -> Iterator[tuple[Path, MaskEntry]]:
    """Yield the entries of a label, each with its place."""
    for i, entry in enumerate(entries(given)):
        yield ((*place, i) if isinstance(given, list) else place), entry


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
    elsewhere = combined.indexed_image is not UNSET and not combined.indexed_image.startswith(PNG_FILE)
    if largest > MAX_8_BIT and combined.extended_indexed_image is UNSET and elsewhere:
        where = path_text((*place, "combined", "extendedIndexedImage"))
        yield Problem(where, f"Indexes above {MAX_8_BIT} need this picture.", "required")
    for label, given in images.labeled.items():
        yield from _mask_problems(whole.label_mapping.get(label), given, (*place, "labeled", label))
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
    if not is_uri(url) and not url.startswith(PNG_FILE):
        yield Problem(path_text(place), "This must be the address of a PNG file.", "uri")
