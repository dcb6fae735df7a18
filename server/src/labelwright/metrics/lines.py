"""How alike lines in the plane are, whichever way they were drawn. Coordinates are pixels.

Sources: Barrow et al. (1977) for the Chamfer distance; Eiter and Mannila (1994) for the discrete Fréchet distance;
Pan et al., "Spatial as Deep" (2018), for the lane measure of CULane; wire/task-types-scores §3.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from labelwright.metrics.categories import F1
from labelwright.metrics.matching import Candidates, assign
from labelwright.metrics.planar import Groups, area_overlaps, lengths, touching

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]

SAMPLES = 100
"""Points at equal distances along a line by which it is compared."""

TOLERANCE = 0.01
"""The distance from which two lines have nothing in common: a share of the image's diagonal."""

LANE_WIDTH = 30.0
"""Pixels: how wide a stroke stands for a lane."""

LANE_MATCHED = 0.5
"""The least IoU of two strokes that are the same lane."""

Points = Sequence[tuple[float, float]]


def resampled(points: Points, count: int = SAMPLES) -> "Floats":
    """Return points at equal distances along a line.

    Args:
        points: the vertices, at least one.
        count: how many to return.

    Returns:
        Shape ``[count, 2]``; the first and last are those of the line.
    """
    vertices = np.asarray(points, float).reshape(-1, 2)
    at = lengths(vertices)
    places = np.linspace(0, at[-1], count)
    return np.stack([np.interp(places, at, vertices[:, 0]), np.interp(places, at, vertices[:, 1])], axis=1)


def chamfer(expected: Points, given: Points) -> float:
    """Return the mean distance of either line's points to the other line, averaged over both ways."""
    return float(_chamfers([expected], [given])[0])


def line_similarities(
    expected: Sequence[Points], given: Sequence[Points], tolerance: float, groups: Groups = None
) -> Candidates:
    """Return the pairs of lines less than a tolerance apart, with 1 − d / tolerance.

    Args:
        expected: vertices of each line.
        given: likewise.
        tolerance: in pixels; 1 % of the image's diagonal is usual.
        groups: see ``planar.touching``.
    """
    # Lines nearer than the tolerance on average come nearer somewhere: their extents meet within it.
    there = np.array([_extent(one, tolerance) for one in expected]).reshape(-1, 4)
    here = np.array([_extent(one, 0.0) for one in given]).reshape(-1, 4)
    found = []
    for left, right in touching(there, here, groups):
        apart = _chamfers([expected[i] for i in left], [given[j] for j in right])
        found.append(Candidates.of(left, right, 1 - np.minimum(apart, tolerance) / tolerance))
    return Candidates.joined(found)


def frechet(expected: Points, given: Points) -> float:
    """Return the discrete Fréchet distance in pixels, of the two ways to walk the smaller one."""
    import shapely

    one, other = resampled(expected), resampled(given)
    line = shapely.linestrings(one)
    ways = shapely.linestrings([other, other[::-1]])
    return float(min(shapely.frechet_distance(line, ways)))


def lane_f1(expected: Sequence[Points], given: Sequence[Points], width: float = LANE_WIDTH) -> F1:
    """Compare lanes by the overlap of strokes along them, as CULane does.

    Args:
        expected: vertices of each lane.
        given: likewise.
        width: of a stroke, in pixels.
    """
    pairs = area_overlaps(_strokes(expected, width), _strokes(given, width), LANE_MATCHED)
    return F1(len(assign(pairs).left), len(expected), len(given))


def _chamfers(expected: Sequence[Points], given: Sequence[Points]) -> "Floats":
    """Return the distances of lines pair by pair."""
    if not expected:
        return np.zeros(0)
    # Points are laid on lines with rounding: what is the same to the last digit must count as the same.
    same = [list(a) == list(b) for a, b in zip(expected, given, strict=True)]
    return np.where(same, 0.0, (_one_way(expected, given) + _one_way(given, expected)) / 2)


def _one_way(walked: Sequence[Points], other: Sequence[Points]) -> "Floats":
    import shapely

    samples = shapely.points(np.stack([resampled(one) for one in walked]))
    lines = np.array([_line(one) for one in other], object)
    apart: Floats = shapely.distance(samples, lines[:, None]).mean(axis=1)
    return apart


def _line(points: Points) -> Any:
    import shapely

    return shapely.LineString(points) if len(points) > 1 else shapely.Point(points[0])


def _strokes(lines: Sequence[Points], width: float) -> list[Any]:
    import shapely

    return [shapely.buffer(_line(one), width / 2) for one in lines]


def _extent(points: Points, margin: float) -> tuple[float, float, float, float]:
    vertices = np.asarray(points, float).reshape(-1, 2)
    low, high = vertices.min(axis=0) - margin, vertices.max(axis=0) + margin
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
