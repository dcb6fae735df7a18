"""Plane geometry of image annotations: pixels, x to the right, y down (task-types-2d-text §1.6)."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from labelwright.tasktypes.shared.numbers import EPSILON

XY = tuple[float, float]


def box_corners(left: float, top: float, width: float, height: float, rotation: float) -> list[XY]:
    """Return the corners of a box turned clockwise about its centre.

    Args:
        left: of the unrotated box, in pixels, like the next three.
        top: see ``left``.
        width: see ``left``.
        height: see ``left``.
        rotation: radians, clockwise on the screen (task-types-2d-text §3.7).

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


def first_crossing(ring: Sequence[XY]) -> tuple[int, int] | None:
    """Return the indexes of two edges of a ring that cross, or None for a simple ring.

    Edge ``i`` runs from vertex ``i`` to the next one. Edges that only touch, or lie on one another,
    do not cross: that is how a hole is drawn (a bridge there and back) and what snapping leaves behind.

    A sweep along the direction in which the edges are shortest keeps few of them open at a time:
    about n·log n for outlines, n² only for rings made to defeat it.
    """
    turned = min(_turns(ring), key=_sweep_length)
    spans = []
    for i, (a, b) in enumerate(_edges(turned)):
        spans.append((min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1]), i, a, b))
    spans.sort(key=lambda span: span[0])
    open_now: list[tuple[float, float, float, float, int, XY, XY]] = []
    for span in spans:
        start, _, low, high, i, a, b = span
        open_now = [one for one in open_now if one[1] >= start]
        for _, _, other_low, other_high, j, c, d in open_now:
            if other_low <= high and low <= other_high and _cross(a, b, c, d):
                return (i, j) if i < j else (j, i)
        open_now.append(span)
    return None


def _turns(ring: Sequence[XY]) -> Iterator[list[XY]]:
    """Yield the ring in four orientations; the diagonal ones are √2 times larger, which does not matter."""
    yield list(ring)
    yield [(y, x) for x, y in ring]
    yield [(x + y, x - y) for x, y in ring]
    yield [(x - y, x + y) for x, y in ring]


def _edges(ring: Sequence[XY]) -> Iterator[tuple[XY, XY]]:
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def _sweep_length(ring: Sequence[XY]) -> float:
    # As a share of the whole, so that the larger diagonal orientations compare fairly.
    width = extent(ring)[0]
    return sum(abs(a[0] - b[0]) for a, b in _edges(ring)) / width if width else math.inf


def _cross(a: XY, b: XY, c: XY, d: XY) -> bool:
    """Tell whether two segments cross so that each has an end well off either side of the other."""
    return _separates(a, b, c, d) and _separates(c, d, a, b)


def _separates(a: XY, b: XY, p: XY, q: XY) -> bool:
    dx, dy = b[0] - a[0], b[1] - a[1]
    slack = EPSILON * math.hypot(dx, dy)
    side_p = dx * (p[1] - a[1]) - dy * (p[0] - a[0])
    side_q = dx * (q[1] - a[1]) - dy * (q[0] - a[0])
    return (side_p > slack and side_q < -slack) or (side_p < -slack and side_q > slack)
