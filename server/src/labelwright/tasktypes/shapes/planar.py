"""Plane geometry of image annotations: pixels, x to the right, y down (wire/task-types-common §2)."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from labelwright.tasktypes.wire.numbers import EPSILON

XY = tuple[float, float]
T = TypeVar("T")

_DIRECTIONS = 8
_FEW = 64
_MAX_WORK = 3_000_000
"""Pairs of edges to look at, about a second's worth, before a ring is given up."""


def box_corners(left: float, top: float, width: float, height: float, rotation: float) -> list[XY]:
    """Return the corners of a box turned clockwise about its centre.

    Args:
        left: of the unrotated box, in pixels, like the next three.
        top: see ``left``.
        width: see ``left``.
        height: see ``left``.
        rotation: radians, clockwise on the screen (wire/task-types-common §9.2).

    Returns:
        What were top-left, top-right, bottom-right and bottom-left before the turn.
    """
    x, y = left + width / 2, top + height / 2
    cos, sin = math.cos(rotation), math.sin(rotation)
    halves = (
        (-width / 2, -height / 2),
        (width / 2, -height / 2),
        (width / 2, height / 2),
        (-width / 2, height / 2),
    )
    return [(x + dx * cos - dy * sin, y + dx * sin + dy * cos) for dx, dy in halves]


def extent(points: Sequence[XY]) -> tuple[float, float]:
    """Return width and height of the smallest upright box around the points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(xs) - min(xs), max(ys) - min(ys)


def area(ring: Sequence[XY]) -> float:
    """Return the area in square pixels inside a ring (not closed, either direction): the shoelace formula."""
    x0, y0 = ring[0]
    # Relative to the first vertex: far from the origin the products would lose the small differences.
    shifted = [(x - x0, y - y0) for x, y in ring]
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise(shifted))) / 2


def without_repeats(points: Sequence[XY], *, closed: bool) -> list[int]:
    """Return the indexes of the points that differ from the one before (in a ring: the last, too)."""
    kept: list[int] = []
    for i, point in enumerate(points):
        if not kept or points[kept[-1]] != point:
            kept.append(i)
    while closed and len(kept) > 1 and points[kept[-1]] == points[kept[0]]:
        kept.pop()
    return kept


class TooIntricateError(ValueError):
    """A ring cannot be checked in reasonable time."""


def first_crossing(ring: Sequence[XY]) -> tuple[int, int] | None:
    """Return the indexes of two edges of a ring that cross, or None for a simple ring.

    Edge ``i`` runs from vertex ``i`` to the next one. Edges that only touch, or lie on one another,
    do not cross: that is how a hole is drawn (a bridge there and back) and what snapping leaves behind.

    A sweep in the direction along which the edges are shortest keeps few of them open at a time: about
    n·log n for outlines.

    Raises:
        TooIntricateError: thousands of long edges lie side by side in every direction.
    """
    edges = list(_edges(ring))
    along, across = min(_projections(ring), key=_sweep_length)
    spans = [
        (min(u), max(u), min(v), max(v), i)
        for i, (u, v) in enumerate(zip(_edges(along), _edges(across), strict=True))
    ]
    spans.sort()
    open_now: list[tuple[float, float, float, float, int]] = []
    work = 0
    for span in spans:
        start, _, low, high, i = span
        open_now = [one for one in open_now if one[1] >= start]
        work += len(open_now)
        if work > _MAX_WORK:
            raise TooIntricateError
        for _, _, other_low, other_high, j in open_now:
            if other_low <= high and low <= other_high and _cross(*edges[i], *edges[j]):
                return (i, j) if i < j else (j, i)
        open_now.append(span)
    return None


def _projections(ring: Sequence[XY]) -> Iterator[tuple[list[float], list[float]]]:
    """Yield the coordinates along and across some directions; few vertices are not worth the choice."""
    yield [x for x, _ in ring], [y for _, y in ring]
    for i in range(1, _DIRECTIONS if len(ring) > _FEW else 1):
        cos, sin = math.cos(math.pi * i / _DIRECTIONS), math.sin(math.pi * i / _DIRECTIONS)
        yield [x * cos + y * sin for x, y in ring], [y * cos - x * sin for x, y in ring]


def _edges(ring: Sequence[T]) -> Iterator[tuple[T, T]]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def _sweep_length(projection: tuple[list[float], list[float]]) -> float:
    along = projection[0]
    # As a share of the whole: what counts is how many edges lie over one place.
    width = max(along) - min(along)
    return sum(abs(a - b) for a, b in _edges(along)) / width if width else math.inf


def _cross(a: XY, b: XY, c: XY, d: XY) -> bool:
    """Tell whether two segments cross so that each has an end well off either side of the other."""
    return _separates(a, b, c, d) and _separates(c, d, a, b)


def _separates(a: XY, b: XY, p: XY, q: XY) -> bool:
    dx, dy = b[0] - a[0], b[1] - a[1]
    slack = EPSILON * math.hypot(dx, dy)
    side_p = dx * (p[1] - a[1]) - dy * (p[0] - a[0])
    side_q = dx * (q[1] - a[1]) - dy * (q[0] - a[0])
    return (side_p > slack and side_q < -slack) or (side_p < -slack and side_q > slack)
