"""How alike two labelled pictures are: per class, per instance, and along the edges.

A picture is an array of whole numbers, one per pixel; 0 stands for no label. Everything is read off one table of how
often each number of one picture meets each number of the other: a single pass, whatever the number of classes.
Sources: Long, Shelhamer and Darrell (2015) for the semantic figures; Kirillov et al. (2019) for panoptic quality;
Cheng et al., "Boundary IoU" (2021); wire/task-types-scores §3.
"""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np

from labelwright.metrics.detection import quality

if TYPE_CHECKING:
    import numpy.typing as npt

    Picture: TypeAlias = npt.NDArray[np.integer[Any]]
    Counts: TypeAlias = npt.NDArray[np.int64]
    Floats: TypeAlias = npt.NDArray[np.float64]

MATCHED = 0.5
"""Segments with more than this IoU are the same: at most one can have it."""

BOUNDARY = 0.02
"""How wide the edge of a class is that boundary IoU looks at: a share of the picture's diagonal."""

_TABLE = 1 << 25
"""The largest table of counts, in cells (256 MB); with more numbers than that, only pairs that occur are counted."""

_FEW = 1 << 12
"""Numbers up to which a table of all of them is small, whether they occur or not."""

_STRETCH = 1 << 16
"""Pixels that are counted at a time, at least."""


class Overlap(msgspec.Struct, frozen=True):
    """How many pixels have which number in either picture; both lists of numbers begin with 0.

    Attributes:
        expected: the numbers that the expected picture may have, ascending, shape ``[E]``.
        given: those of the given picture, ascending, shape ``[G]``.
        left: places in ``expected`` of the pairs that occur, shape ``[N]``.
        right: places in ``given``, shape ``[N]``.
        pixels: of each pair, shape ``[N]``.
    """

    expected: "Counts"
    given: "Counts"
    left: "Counts"
    right: "Counts"
    pixels: "Counts"

    @property
    def expected_sizes(self) -> "Floats":
        """Pixels of each number of the expected picture, shape ``[E]``."""
        return _sums(self.left, self.pixels, len(self.expected))

    @property
    def given_sizes(self) -> "Floats":
        """Pixels of each number of the given picture, shape ``[G]``."""
        return _sums(self.right, self.pixels, len(self.given))

    @property
    def iou(self) -> "Floats":
        """Intersection over union of each pair, shape ``[N]``."""
        both = self.expected_sizes[self.left] + self.given_sizes[self.right]
        ratio: Floats = self.pixels / (both - self.pixels)
        return ratio


class Semantic(msgspec.Struct, frozen=True):
    """Figures of classes, each 0 to 1.

    Attributes:
        mean_iou: over the classes that are in either picture; 1 when none is.
        pixel_accuracy: share of equal pixels, of those with a label in the expected picture or in the given one.
        weighted_iou: IoU weighted by how many pixels of the expected picture a class has (FW-IoU).
        classes: IoU by class.
    """

    mean_iou: float
    pixel_accuracy: float
    weighted_iou: float
    classes: Mapping[int, float]


class Panoptic(msgspec.Struct, frozen=True):
    """Panoptic quality, averaged over the classes that are in either picture; 1 when none is.

    Attributes:
        pq: ΣIoU / (TP + ½ FP + ½ FN), which is ``sq`` · ``rq`` within a class.
        sq: segmentation quality: mean IoU of what was matched; 0 for a class without a match.
        rq: recognition quality: F1 of what was matched.
    """

    pq: float
    sq: float
    rq: float


def overlap(expected: "Picture", given: "Picture") -> Overlap:
    """Count the pixels of each pair of numbers.

    Args:
        expected: shape ``[H, W]``, not negative.
        given: likewise. Where one picture is larger, the other has no label there.
    """
    there, here = _same_size(expected, given)
    mine, left = _compact(there)
    other, right = _compact(here)
    cells = len(mine) * len(other)
    if cells <= _TABLE:
        table = _table(left.ravel(), right.ravel(), len(other), cells)
        pairs = np.flatnonzero(table)
        pixels = table[pairs]
    else:
        pairs, pixels = np.unique(left.astype(np.int64) * len(other) + right, return_counts=True)
    return Overlap(mine, other, pairs // len(other), pairs % len(other), pixels.astype(np.int64))


def _table(left: "Picture", right: "Picture", columns: int, cells: int) -> "Counts":
    """Count pairs a stretch of pixels at a time, which stays in the processor's cache."""
    stretch = max(_STRETCH, cells)
    table = np.zeros(cells, np.int64)
    for start in range(0, len(left), stretch):
        joint = left[start : start + stretch].astype(np.int64)
        joint *= columns
        joint += right[start : start + stretch].astype(np.int64)
        table += np.bincount(joint, minlength=cells)
    return table


def by_class(
    counted: Overlap, expected_classes: Mapping[int, int], given_classes: Mapping[int, int]
) -> Overlap:
    """Return the same counts for other numbers: those of classes instead of those of segments.

    Args:
        counted: of both pictures.
        expected_classes: number of each expected segment to its class, from 1; other numbers become 0.
        given_classes: likewise.
    """
    mine = np.array([expected_classes.get(one, 0) for one in counted.expected.tolist()], np.int64)
    other = np.array([given_classes.get(one, 0) for one in counted.given.tolist()], np.int64)
    top = int(max(mine.max(), other.max())) + 1
    pairs, place = np.unique(mine[counted.left] * top + other[counted.right], return_inverse=True)
    pixels = _sums(place, counted.pixels, len(pairs)).astype(np.int64)
    numbers = np.arange(top)
    return Overlap(numbers, numbers, pairs // top, pairs % top, pixels)


def semantic(counted: Overlap) -> Semantic:
    """Return the figures of classes, from pictures whose numbers are classes."""
    sizes: dict[int, list[float]] = {}
    for numbers, amounts, side in (
        (counted.expected, counted.expected_sizes, 0),
        (counted.given, counted.given_sizes, 1),
    ):
        for number, amount in zip(numbers.tolist(), amounts.tolist(), strict=True):
            if number and amount:
                sizes.setdefault(number, [0.0, 0.0, 0.0])[side] = amount
    same = counted.expected[counted.left] == counted.given[counted.right]
    for number, amount in zip(
        counted.expected[counted.left[same]].tolist(), counted.pixels[same].tolist(), strict=True
    ):
        if number:
            sizes[number][2] = amount
    iou = {number: both / (a + b - both) for number, (a, b, both) in sorted(sizes.items())}
    nothing = (counted.expected[counted.left] == 0) & (counted.given[counted.right] == 0)
    labelled = float(counted.pixels[~nothing].sum())
    weights = sum(one[0] for one in sizes.values())
    return Semantic(
        _mean(iou.values()),
        sum(one[2] for one in sizes.values()) / labelled if labelled else 1.0,
        sum(iou[number] * one[0] for number, one in sizes.items()) / weights if weights else float(not sizes),
        iou,
    )


def panoptic(
    counted: Overlap,
    expected_classes: Mapping[int, Hashable],
    given_classes: Mapping[int, Hashable],
    classes: Sequence[Hashable] | None = None,
) -> Panoptic:
    """Return panoptic quality, from pictures whose numbers are segments.

    Args:
        counted: of both pictures.
        expected_classes: number of each expected segment to its class; other numbers are no segments.
        given_classes: likewise.
        classes: those to look at (the things, or the stuff); all without it.
    """
    mine = [expected_classes.get(int(one)) for one in counted.expected]
    other = [given_classes.get(int(one)) for one in counted.given]
    figures: dict[Hashable, list[float]] = {}
    for names, amounts, side in ((mine, counted.expected_sizes, 0), (other, counted.given_sizes, 1)):
        for name, amount in zip(names, amounts, strict=True):
            if amount and name is not None and (classes is None or name in classes):
                figures.setdefault(name, [0, 0, 0, 0.0])[side] += 1
    iou = counted.iou
    for place in np.flatnonzero(iou > MATCHED):
        name = mine[counted.left[place]]
        if name is not None and name == other[counted.right[place]] and name in figures:
            figures[name][2] += 1
            figures[name][3] += float(iou[place])
    each = list(figures.values())
    return Panoptic(
        _mean([quality(total, int(a), int(b)) for a, b, _, total in each]),
        _mean([total / both if both else 0.0 for _, _, both, total in each]),
        _mean([quality(both, int(a), int(b)) for a, b, both, _ in each]),
    )


def matched_segments(
    counted: Overlap, expected_classes: Mapping[int, Hashable], given_classes: Mapping[int, Hashable]
) -> list[tuple[int, int, float]]:
    """Return expected number, given number and IoU of the segments of one class that are the same.

    Args:
        counted: of both pictures.
        expected_classes: see ``panoptic``.
        given_classes: see ``panoptic``.
    """
    iou = counted.iou
    pairs = []
    for place in np.flatnonzero(iou > MATCHED):
        a, b = int(counted.expected[counted.left[place]]), int(counted.given[counted.right[place]])
        name = expected_classes.get(a)
        if name is not None and name == given_classes.get(b):
            pairs.append((a, b, float(iou[place])))
    return pairs


def boundary_iou(expected: "Picture", given: "Picture", width: float = BOUNDARY) -> float:
    """Return the mean IoU of the classes' inner edges.

    Args:
        expected: classes, shape ``[H, W]``.
        given: likewise.
        width: of an edge, as a share of the diagonal; at least one pixel.

    Returns:
        0 to 1; 1 when there is no class.
    """
    there, here = _same_size(expected, given)
    pixels = max(1, round(width * math.hypot(*there.shape)))
    return semantic(overlap(_edges(there, pixels), _edges(here, pixels))).mean_iou


def _edges(picture: "Picture", pixels: int) -> "Picture":
    """Return the picture with 0 wherever the whole square around a pixel has one number."""
    from scipy.ndimage import maximum_filter, minimum_filter

    _, compact = _compact(picture)
    # What is beyond the frame is another class than any: a class ends there.
    small = (compact + 1).astype(np.min_scalar_type(int(compact.max(initial=0)) + 1))
    side = 2 * pixels + 1
    highest = maximum_filter(small, side, mode="constant", cval=0)
    lowest = minimum_filter(small, side, mode="constant", cval=0)
    return np.where(highest == lowest, 0, picture)


def _same_size(expected: "Picture", given: "Picture") -> "tuple[Picture, Picture]":
    if expected.shape == given.shape:
        return expected, given
    height = max(expected.shape[0], given.shape[0])
    width = max(expected.shape[1], given.shape[1])
    made = []
    for one in (expected, given):
        rows, columns = height - one.shape[0], width - one.shape[1]
        made.append(np.pad(one, ((0, rows), (0, columns))))
    return made[0], made[1]


def _compact(picture: "Picture") -> "tuple[Counts, Picture]":
    """Return the numbers that can occur (and 0), ascending, and the picture of their places in that list."""
    top = int(picture.max(initial=0))
    if top < _FEW:
        # So few that nothing is gained by leaving out those that do not occur.
        return np.arange(top + 1), picture
    there = np.zeros(top + 1, bool)
    there[picture] = True
    there[0] = True
    places = np.cumsum(there, dtype=np.int32) - np.int32(1)
    return np.flatnonzero(there), places[picture]


def _sums(places: "Counts", amounts: "Counts", count: int) -> "Floats":
    return np.bincount(places, amounts, count).astype(np.float64, copy=False)


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return float(sum(numbers) / len(numbers)) if numbers else 1.0
