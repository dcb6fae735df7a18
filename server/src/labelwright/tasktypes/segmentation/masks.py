"""Pixels of ``segmentannotation``: which index each has, and the pictures that are made from that.

Source: wire/task-types-segmentation §2.
"""

import colorsys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from labelwright.errors import Problem
from labelwright.tasktypes.segmentation.model import (
    CombinedImages,
    MaskEntry,
    SegmentAnnotationAnswer,
    SegmentationImages,
    entries,
)
from labelwright.tasktypes.shapes import rasters
from labelwright.tasktypes.shapes.rasters import MAX_8_BIT, InvalidMask, Size
from labelwright.validation.errors import Path, path_text

if TYPE_CHECKING:
    from labelwright.tasktypes.shapes.rasters import Index

_STEPS = 6
"""Colours go round the circle of hues in steps of 60°, as recorded."""

_NAMED = 5
"""Indexes that one problem names at most."""

UNLABELED = "#000000"
"""The colour of pixels without label in the mask of those."""


def color_of(index: int) -> str:
    """Return the colour of an index whose entry has none: 1 is red, 2 is yellow, 3 is green, …"""
    channels = colorsys.hsv_to_rgb((index - 1) % _STEPS / _STEPS, 1, 1)
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in channels)


def index_of(answer: SegmentAnnotationAnswer) -> "Index | None":
    """Return the index of each pixel of an accepted answer, shape ``[height, width]``; 0 is without label.

    None when the answer names a file elsewhere, which was not opened.
    """
    combined = answer.annotations.combined
    for url in (combined.extended_indexed_image, combined.indexed_image):
        data = rasters.content_of(url) if url is not UNSET else None
        if data is not None:
            return rasters.read_index(data)
    return None


class Pixels:
    """The pixels of an answer as they come.

    Args:
        answer: of the right shape; its addresses were checked.
        place: where its ``annotations`` are.
        size: of the image, when it is known.

    Attributes:
        index: the index of each pixel; None when the files that say so were not opened, or are wrong.
        source: the place of the file that says so.
        problems: what is wrong with the files.
    """

    def __init__(self, answer: SegmentAnnotationAnswer, place: Path, size: Size | None) -> None:
        self._answer = answer
        self._size = size
        self.problems: list[Problem] = []
        self.index: Index | None = None
        self.source: Path = (*place, "combined", "indexedImage")
        combined = answer.annotations.combined
        indexed, extended = combined.indexed_image, combined.extended_indexed_image
        if indexed is not UNSET or extended is not UNSET:
            self._from_index(indexed, extended, (*place, "combined"))
        elif any(masks for masks in answer.annotations.labeled.values()):
            self._from_masks((*place, "labeled"))
        else:
            self._note(self.source, "The index of each pixel is needed.", "required")

    def _note(self, place: Path, message: str, code: str) -> None:
        self.problems.append(Problem(path_text(place), message, code))

    def _opened(self, url: str, place: Path) -> bytes | None:
        """Return a PNG file of the right size; None when it was not opened, or is wrong."""
        try:
            data = rasters.content_of(url)
            size = rasters.size_of(data) if data is not None else None
        except InvalidMask as error:
            self._note(place, str(error), "png")
            return None
        if size is None:
            return None
        wanted = self._size = self._size or size
        if size != wanted:
            message = f"The picture must have {wanted.width}x{wanted.height} pixels, not {size.width}x{size.height}."
            self._note(place, message, "size")
            return None
        return data

    def _read(self, url: Any, place: Path) -> "Index | None":
        data = self._opened(url, place) if url is not UNSET else None
        if data is None:
            return None
        try:
            return rasters.read_index(data)
        except InvalidMask as error:
            self._note(place, str(error), "png")
            return None

    def _from_index(self, indexed: Any, extended: Any, place: Path) -> None:
        small, large = (*place, "indexedImage"), (*place, "extendedIndexedImage")
        first, second = self._read(indexed, small), self._read(extended, large)
        if first is not None and second is not None and (first != second).any():
            self._note(large, "This picture and indexedImage differ.", "differs")
        self.index = second if first is None else first
        self.source = large if first is None else small
        if self.problems:
            self.index = None

    def _from_masks(self, place: Path) -> None:
        import numpy as np

        index: Index | None = None
        for where, url, entry in self._masks(place):
            data = self._opened(url, where)
            if data is None:
                if not self.problems:
                    self._note(
                        self.source,
                        "Masks that are elsewhere do not say which pixel has which index.",
                        "required",
                    )
                return
            try:
                mask = rasters.read_mask(data)
            except InvalidMask as error:
                self._note(where, str(error), "png")
                return
            if index is None:
                index = np.zeros(mask.shape, np.uint32)
            twice = int(np.count_nonzero(index[mask]))
            if twice:
                self._note(where, f"{twice} pixels belong to another mask, too.", "overlap")
            index[mask] = entry.index
        self.source = place
        self.index = None if self.problems else index

    def _masks(self, place: Path) -> Iterator[tuple[Path, str, MaskEntry]]:
        mapping = self._answer.label_mapping
        for label, masks in self._answer.annotations.labeled.items():
            if isinstance(masks, list):
                for i, (url, entry) in enumerate(zip(masks, entries(mapping[label]), strict=True)):
                    yield (*place, label, i), url, entry
            elif masks is not None:
                yield (*place, label), masks, entries(mapping[label])[0]


def count(index: "Index") -> dict[int, int]:
    """Return how many pixels have each index that there is."""
    import numpy as np

    if int(index.max(initial=0)) < 1 << 16:
        counts = np.bincount(index.ravel())
        return {int(one): int(counts[one]) for one in np.flatnonzero(counts)}
    numbers, times = np.unique(index, return_counts=True)
    return dict(zip(numbers.tolist(), times.tolist(), strict=True))


def index_problems(
    counts: Mapping[int, int], known: Sequence[int], place: Path, *, open_ended: bool
) -> Iterator[Problem]:
    """Yield what is wrong with the indexes of a picture.

    Args:
        counts: index to number of pixels.
        known: the indexes of ``labelMapping``.
        place: where the picture is.
        open_ended: pixels may be without label.
    """
    unknown = sorted(counts.keys() - {0, *known})
    if unknown:
        named = ", ".join(f"{one} ({counts[one]} pixels)" for one in unknown[:_NAMED])
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        yield Problem(path_text(place), f"Not in labelMapping: {named}{more}.", "unknown_index")
    if counts.get(0) and not open_ended:
        yield Problem(path_text(place), f"{counts[0]} pixels have no label.", "unlabeled")


def pictures(index: "Index", mapping: Mapping[str, MaskEntry | list[MaskEntry]]) -> SegmentationImages:
    """Write all files of an answer.

    Args:
        index: the index of each pixel, shape ``[height, width]``.
        mapping: label to entry, or to one per instance; each has its colour.
    """
    every = [entry for given in mapping.values() for entry in entries(given)]
    colors = {entry.index: str(entry.color) for entry in every}
    combined = CombinedImages(
        image=rasters.as_file(rasters.write_colors(index, colors)),
        extended_indexed_image=rasters.as_file(rasters.write_extended(index)),
    )
    if int(index.max(initial=0)) <= MAX_8_BIT:
        combined.indexed_image = rasters.as_file(rasters.write_index(index))
    masks = _Masks(index)
    labeled: dict[str, str | list[str] | None] = {}
    for label, given in mapping.items():
        if isinstance(given, list):
            labeled[label] = [masks.written(entry.index, colors[entry.index]) for entry in given] or None
        else:
            labeled[label] = masks.written(given.index, colors[given.index]) if given.index in masks else None
    return SegmentationImages(combined=combined, labeled=labeled, unlabeled=masks.written(0, UNLABELED))


class _Masks:
    """Writes one mask after another of the same picture, each from the part where it is.

    Args:
        index: the index of each pixel.
    """

    def __init__(self, index: "Index") -> None:
        import numpy as np
        from scipy import ndimage

        height, width = index.shape
        self._index = index
        self._size = Size(width, height)
        # Large indexes would need a list as long as the largest of them.
        numbers, dense = np.unique(index, return_inverse=True) if index.max() >= 1 << 16 else (None, index)
        boxes = ndimage.find_objects(dense.reshape(index.shape).astype(np.int32) + 1)
        names = range(len(boxes)) if numbers is None else numbers.tolist()
        self._boxes = {name: box for name, box in zip(names, boxes, strict=True) if box is not None}

    def __contains__(self, index: int) -> bool:
        return index in self._boxes

    def written(self, index: int, color: str) -> str:
        """Return the address of the mask of an index, which may have no pixels."""
        box = self._boxes.get(index, (slice(0, 0), slice(0, 0)))
        part = self._index[box] == index
        return rasters.as_file(rasters.write_mask(part, box[1].start, box[0].start, self._size, color))
