"""How alike areas in the plane are: boxes, turned boxes, polygons, ellipses; and how near their outlines.

Coordinates are pixels. Areas are clipped exactly (shapely); an outline that crosses itself is made valid first.
Sources: Jaccard (1912) for IoU; Csurka et al., "What is a good evaluation measure for semantic segmentation?"
(2013), for boundary F; Huttenlocher et al. (1993) for the Hausdorff distance; wire/task-types-scores §3.
"""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from labelwright.metrics.matching import Candidates

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]
    Indexes: TypeAlias = npt.NDArray[np.int64]
    Objects: TypeAlias = npt.NDArray[np.object_]

Groups: TypeAlias = tuple[Sequence[int], Sequence[int]] | None

BOUNDARY_TOLERANCE = 0.0075
"""Of boundary F: a share of the image's diagonal."""

_CHUNK = 2_000
"""Expected boxes that are looked up at once: what they all touch has to fit into memory together."""

_CIRCLE = 256
_MIN_SAMPLES = 64
_MAX_SAMPLES = 4_096


def touching(
    expected: "Floats", given: "Floats", groups: Groups = None
) -> "Iterator[tuple[Indexes, Indexes]]":
    """Yield the pairs of upright boxes that touch, some at a time, so that a crowd needs little memory at once.

    Args:
        expected: left, top, right, bottom, shape ``[E, 4]``.
        given: like ``expected``, shape ``[G, 4]``.
        groups: which picture each expected and each given one is on; only those on the same one touch.

    Yields:
        Indexes of the expected and of the given.
    """
    if not len(expected) or not len(given):
        return
    import shapely

    there, here = _side_by_side(expected, given, groups)
    tree = shapely.STRtree(shapely.box(*here.T))
    for start in range(0, len(there), _CHUNK):
        left, right = tree.query(shapely.box(*there[start : start + _CHUNK].T))
        left = left + start
        if groups is not None:
            # Rounding of the moved boxes can make neighbours touch.
            same = np.asarray(groups[0])[left] == np.asarray(groups[1])[right]
            left, right = left[same], right[same]
        yield left, right


def _side_by_side(expected: "Floats", given: "Floats", groups: Groups) -> "tuple[Floats, Floats]":
    """Move the boxes of each picture to the right of the one before, where they touch no others."""
    if groups is None:
        return expected, given
    low = min(expected[:, 0].min(), given[:, 0].min())
    step = max(expected[:, 2].max(), given[:, 2].max()) - low + 1
    moved = []
    for boxes, group in ((expected, groups[0]), (given, groups[1])):
        shift = np.asarray(group, float)[:, None] * step
        moved.append(boxes + shift * [1, 0, 1, 0])
    return moved[0], moved[1]


def box_overlaps(
    expected: "Floats", given: "Floats", least: float = 0.0, groups: Groups = None
) -> Candidates:
    """Return the pairs of upright boxes that overlap, with their IoU.

    Args:
        expected: left, top, right, bottom, shape ``[E, 4]``.
        given: like ``expected``, shape ``[G, 4]``.
        least: pairs with a smaller IoU are left out.
        groups: see ``touching``.
    """
    found = []
    for left, right in touching(expected, given, groups):
        iou = box_iou(expected[left], given[right])
        kept = iou >= max(least, np.finfo(float).tiny)
        found.append(Candidates(left[kept], right[kept], iou[kept]))
    return Candidates.joined(found)


def box_iou(expected: "Floats", given: "Floats") -> "Floats":
    """Return the IoU of boxes pair by pair.

    Args:
        expected: left, top, right, bottom, shape ``[N, 4]``.
        given: like ``expected``.

    Returns:
        Shape ``[N]``; 0 for boxes without area, except that a box is always like itself.
    """
    corners = np.maximum(expected[:, :2], given[:, :2])
    sizes = np.clip(np.minimum(expected[:, 2:], given[:, 2:]) - corners, 0, None)
    common = sizes[:, 0] * sizes[:, 1]
    union = _areas(expected) + _areas(given) - common
    iou = np.divide(common, union, out=np.zeros(len(expected)), where=union > 0)
    return np.where((expected == given).all(axis=1), 1.0, iou)


def region(ring: Sequence[tuple[float, float]]) -> Any:
    """Return the area inside an outline as a shapely geometry, valid also where the outline crosses itself.

    Args:
        ring: vertices, not closed; fewer than three have no area.
    """
    import shapely

    if len(ring) < 3:
        return shapely.Polygon()
    made = shapely.Polygon(ring)
    if shapely.is_valid(made):
        return made
    valid = shapely.make_valid(made)
    # What is left beside areas are the lines that were walked twice.
    parts = [one for one in shapely.get_parts(shapely.get_parts(valid)) if shapely.get_dimensions(one) == 2]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def ellipse_ring(ends: Sequence[tuple[float, float]], points: int = _CIRCLE) -> list[tuple[float, float]]:
    """Return points on an ellipse.

    Args:
        ends: the four ends of two conjugate half-axes; opposite ones are first and third, second and fourth.
        points: how many.
    """
    a, b, c, d = (np.asarray(one, float) for one in ends)
    centre, u, v = (a + b + c + d) / 4, (a - c) / 2, (b - d) / 2
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)[:, None]
    around = centre + u * np.cos(turn) + v * np.sin(turn)
    return [(x, y) for x, y in around.tolist()]


def area_overlaps(
    expected: Sequence[Any], given: Sequence[Any], least: float = 0.0, groups: Groups = None
) -> Candidates:
    """Return the pairs of areas that overlap, with their IoU.

    Args:
        expected: shapely geometries (``region``).
        given: likewise.
        least: pairs with a smaller IoU are left out.
        groups: see ``touching``.
    """
    import shapely

    there, here = _array(expected), _array(given)
    found = []
    for left, right in touching(shapely.bounds(there), shapely.bounds(here), groups):
        found.append(Candidates.of(left, right, area_iou(there[left], here[right])).at_least(least))
    return Candidates.joined(found)


def area_iou(expected: Any, given: Any) -> "Floats":
    """Return the IoU of areas pair by pair.

    Args:
        expected: shapely geometries, shape ``[N]``.
        given: likewise.

    Returns:
        Shape ``[N]``; an area is always like itself, also when it is empty.
    """
    import shapely

    there, here = _array(expected), _array(given)
    if not len(there):
        return np.zeros(0)
    common = shapely.area(shapely.intersection(there, here))
    union = shapely.area(there) + shapely.area(here) - common
    iou = np.divide(common, union, out=np.zeros(len(there)), where=union > 0)
    # Clipping rounds: what is the same to the last digit must count as the same.
    return np.where(shapely.equals_exact(there, here), 1.0, np.clip(iou, 0.0, 1.0))


class Outlines(NamedTuple):
    """How near two outlines run.

    Attributes:
        boundary_f: how much of either lies within a tolerance of the other: the F measure of both shares, 0 to 1.
        hausdorff95: how far 95 % of either is at most from the other, in pixels.
    """

    boundary_f: float
    hausdorff95: float


def compare_outlines(expected: Any, given: Any, tolerance: float) -> Outlines:
    """Compare the outlines of two areas at points a pixel apart.

    Args:
        expected: an area that is not empty.
        given: another.
        tolerance: in pixels; 0.0075 of the image's diagonal is usual.
    """
    import shapely

    edges = shapely.boundary(expected), shapely.boundary(given)
    there, here = _distances(edges[0], edges[1]), _distances(edges[1], edges[0])
    recall, precision = float((there <= tolerance).mean()), float((here <= tolerance).mean())
    both = precision + recall
    return Outlines(
        2 * precision * recall / both if both else 0.0,
        float(max(np.percentile(there, 95), np.percentile(here, 95))),
    )


def lengths(vertices: "Floats") -> "Floats":
    """Return how far along a line each vertex is.

    Args:
        vertices: shape ``[N, 2]``.

    Returns:
        Shape ``[N]``, ascending from 0.
    """
    steps = np.hypot(*np.diff(vertices, axis=0).T)
    return np.concatenate([[0.0], np.cumsum(steps)])


def angle_between(expected: float, given: float, period: float = math.pi / 2) -> float:
    """Return the smallest turn from one angle to another.

    Args:
        expected: radians.
        given: radians.
        period: a turn that changes nothing: a quarter for boxes whose front is not told, 2π where it is.

    Returns:
        0 to half the period.
    """
    apart = abs(expected - given) % period
    return min(apart, period - apart)


def _areas(boxes: "Floats") -> "Floats":
    sizes = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None)
    made: Floats = sizes[:, 0] * sizes[:, 1]
    return made


def _array(geometries: Any) -> "Objects":
    made = np.empty(len(geometries), object)
    made[:] = list(geometries)
    return made


def _distances(outline: Any, other: Any) -> "Floats":
    """Return how far points on an outline are from the other outline."""
    import shapely

    corners = [shapely.get_coordinates(one) for one in shapely.get_parts(other)]
    pieces = np.concatenate([np.stack([one[:-1], one[1:]], axis=1) for one in corners])
    tree = shapely.STRtree(shapely.linestrings(pieces))
    apart: Floats = tree.query_nearest(_samples(outline), return_distance=True, all_matches=False)[1]
    return apart


def _samples(outline: Any) -> Any:
    """Return points on an outline, a pixel apart where there are not too many."""
    import shapely

    length = shapely.length(outline)
    count = int(np.clip(math.ceil(length), _MIN_SAMPLES, _MAX_SAMPLES))
    points = []
    # All rings get their share: a hole has an outline, too.
    for ring in shapely.get_parts(outline):
        corners = shapely.get_coordinates(ring)
        along = lengths(corners)
        places = np.linspace(0, along[-1], max(1, round(count * along[-1] / length)), endpoint=False)
        points.append(np.stack([np.interp(places, along, corners[:, i]) for i in (0, 1)], axis=1))
    return shapely.points(np.concatenate(points))
