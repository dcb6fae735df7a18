"""How alike boxes, lines and points in space are: overlap of volumes and from above, distance, heading.

A box is a row of nine numbers: centre x, y, z, sizes along its own axes, then yaw, pitch and roll in radians: it is
turned by roll about x, then by pitch about y, then by yaw about z. Lengths are in one unit, z is up.

Sources: Geiger et al., "Are we ready for autonomous driving? The KITTI vision benchmark suite" (2012), for overlap
in space and from above; wire/task-types-scores §6.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from labelwright.metrics.matching import Candidates

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]
    Indexes: TypeAlias = npt.NDArray[np.int64]

SAMPLES = 100
"""Points at equal distances along a line by which it is compared."""

_GROUND = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]])
_UPRIGHT = 1e-9
"""Radians of pitch and roll that do not count."""

_FLAT = 1e-9
"""The share of the smaller box's size below which what two boxes have in common is nothing."""


def rotations(boxes: "Floats") -> "Floats":
    """Return the rotation matrix of each box, shape ``[N, 3, 3]``.

    Args:
        boxes: shape ``[N, 9]``.
    """
    (cz, cy, cx), (sz, sy, sx) = np.cos(boxes[:, 6:].T), np.sin(boxes[:, 6:].T)
    rows = [
        [cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx],
        [sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx],
        [-sy, cy * sx, cy * cx],
    ]
    return np.moveaxis(np.array(rows), -1, 0)


def near(expected: "Floats", given: "Floats") -> "npt.NDArray[np.bool_]":
    """Tell of pairs of boxes whether the spheres around them meet: others have nothing in common.

    Args:
        expected: shape ``[N, 9]``.
        given: likewise.
    """
    reach = (np.linalg.norm(expected[:, 3:6], axis=1) + np.linalg.norm(given[:, 3:6], axis=1)) / 2
    meet: npt.NDArray[np.bool_] = centre_distance(expected, given) < reach
    return meet


def overlaps(
    expected: "Floats",
    given: "Floats",
    groups: tuple[Sequence[int], Sequence[int]] | None = None,
) -> Candidates:
    """Return the pairs of boxes that overlap, with the IoU of their volumes.

    Args:
        expected: shape ``[E, 9]``.
        given: shape ``[G, 9]``.
        groups: in which frame each box is, when there are several; others have nothing in common.
    """
    sizes = np.linalg.norm(expected[:, 3:6], axis=1), np.linalg.norm(given[:, 3:6], axis=1)
    reach = (sizes[0] + sizes[1].max(initial=0)) / 2
    left, right = _within(expected[:, :3], given[:, :3], reach, groups)
    return Candidates.of(left, right, iou(expected[left], given[right]))


def near_points(
    expected: "Floats",
    given: "Floats",
    tolerance: float,
    groups: tuple[Sequence[int], Sequence[int]] | None = None,
) -> Candidates:
    """Return the pairs of points less than a tolerance apart, with 1 - d / tolerance.

    Args:
        expected: shape ``[E, 3]``.
        given: shape ``[G, 3]``.
        tolerance: a length.
        groups: see ``overlaps``.
    """
    left, right = _within(expected, given, np.full(len(expected), tolerance), groups)
    return Candidates.of(left, right, 1 - centre_distance(expected[left], given[right]) / tolerance)


def near_lines(
    expected: Sequence["Floats"],
    given: Sequence["Floats"],
    tolerance: float,
    groups: tuple[Sequence[int], Sequence[int]] | None = None,
) -> Candidates:
    """Return the pairs of lines less than a tolerance apart, with 1 - d / tolerance.

    Args:
        expected: the vertices of each line, shape ``[V, 3]``.
        given: likewise.
        tolerance: a length.
        groups: see ``overlaps``.
    """
    if not expected or not given:
        return Candidates.of([], [], [])
    middles = [
        np.array([(one.min(axis=0) + one.max(axis=0)) / 2 for one in side]) for side in (expected, given)
    ]
    reach = [np.array([np.ptp(one, axis=0).max() / 2 for one in side]) for side in (expected, given)]
    # Twice the half extents bounds the distance of middles of boxes that touch, whatever their directions.
    left, right = _within(middles[0], middles[1], 2 * (reach[0] + reach[1].max() + tolerance), groups)
    apart = [line_distance(expected[i], given[j]) for i, j in zip(left.tolist(), right.tolist(), strict=True)]
    return Candidates.of(left, right, 1 - np.array(apart) / tolerance)


def line_distance(expected: "Floats", given: "Floats") -> float:
    """Return the mean distance of either line's points to the other line, averaged over both ways (Chamfer).

    Args:
        expected: vertices, at least one, shape ``[V, 3]``.
        given: likewise.
    """
    return (_one_way(expected, given) + _one_way(given, expected)) / 2


def iou(expected: "Floats", given: "Floats") -> "Floats":
    """Return the IoU of the volumes of boxes, pair by pair.

    Upright boxes have a rectangle from above times a height in common; tilted ones a convex body.

    Args:
        expected: shape ``[N, 9]``.
        given: likewise.

    Returns:
        Shape ``[N]``, 0 to 1; a box is always like itself.
    """
    common = np.zeros(len(expected))
    worth = np.flatnonzero(near(expected, given))
    upright = (np.abs(expected[worth, 7:]) <= _UPRIGHT).all(axis=1) & (
        np.abs(given[worth, 7:]) <= _UPRIGHT
    ).all(axis=1)
    level, tilted = worth[upright], worth[~upright]
    low = np.maximum(expected[level, 2] - expected[level, 5] / 2, given[level, 2] - given[level, 5] / 2)
    high = np.minimum(expected[level, 2] + expected[level, 5] / 2, given[level, 2] + given[level, 5] / 2)
    common[level] = _ground_common(expected[level], given[level]) * np.clip(high - low, 0, None)
    common[tilted] = [_common_volume(a, b) for a, b in zip(expected[tilted], given[tilted], strict=True)]
    volumes = expected[:, 3:6].prod(axis=1) + given[:, 3:6].prod(axis=1)
    return np.where((expected == given).all(axis=1), 1.0, np.clip(common / (volumes - common), 0.0, 1.0))


def bev_iou(expected: "Floats", given: "Floats") -> "Floats":
    """Return the IoU of boxes seen from above (bird's eye view), pair by pair.

    Args:
        expected: shape ``[N, 9]``; pitch and roll do not count.
        given: likewise.

    Returns:
        Shape ``[N]``, 0 to 1.
    """
    common = _ground_common(expected, given)
    areas = expected[:, 3:5].prod(axis=1) + given[:, 3:5].prod(axis=1)
    same = (expected[:, [0, 1, 3, 4, 6]] == given[:, [0, 1, 3, 4, 6]]).all(axis=1)
    return np.where(same, 1.0, np.clip(common / (areas - common), 0.0, 1.0))


def centre_distance(expected: "Floats", given: "Floats") -> "Floats":
    """Return how far the centres of boxes are apart, pair by pair.

    Args:
        expected: shape ``[N, 3]`` or more columns.
        given: likewise.
    """
    apart: Floats = np.linalg.norm(expected[:, :3] - given[:, :3], axis=1)
    return apart


def heading_error(expected: "Floats", given: "Floats") -> "Floats":
    """Return by how much the yaw of boxes differs, pair by pair: radians, 0 to π.

    Args:
        expected: yaw, shape ``[N]``.
        given: likewise.
    """
    apart = np.abs(expected - given) % math.tau
    return np.minimum(apart, math.tau - apart)


def mean_heading(yaw: "Floats") -> float:
    """Return the mean direction of angles, -π to π; the first one when they cancel each other out.

    Args:
        yaw: radians, at least one, shape ``[N]``.
    """
    x, y = float(np.cos(yaw).sum()), float(np.sin(yaw).sum())
    return math.atan2(y, x) if math.hypot(x, y) > _FLAT * len(yaw) else float(yaw[0])


def _within(
    expected: "Floats",
    given: "Floats",
    reach: "Floats",
    groups: tuple[Sequence[int], Sequence[int]] | None,
) -> "tuple[Indexes, Indexes]":
    """Return the pairs of places of one group that are at most so far apart."""
    if not len(expected) or not len(given):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    from scipy.spatial import cKDTree

    sides = [expected, given]
    if groups is not None:
        # A fourth coordinate, in which groups are too far apart for any pair.
        step = 2 * float(reach.max()) + 1
        sides = [
            np.column_stack([side, np.asarray(own, np.float64) * step])
            for side, own in zip(sides, groups, strict=True)
        ]
    found = cKDTree(sides[1]).query_ball_point(sides[0], reach, return_sorted=True)
    left = np.repeat(np.arange(len(expected)), [len(one) for one in found])
    return left, np.concatenate([np.asarray(one, np.int64) for one in found])


def _one_way(walked: "Floats", other: "Floats") -> float:
    """Return the mean distance of points along a line to another line."""
    at = np.concatenate([[0.0], np.linalg.norm(np.diff(walked, axis=0), axis=1).cumsum()])
    places = np.linspace(0, at[-1], SAMPLES)
    samples = np.stack([np.interp(places, at, walked[:, axis]) for axis in range(3)], axis=1)
    starts, ends = (other[:-1], other[1:]) if len(other) > 1 else (other, other)
    ways = ends - starts
    lengths = np.maximum((ways**2).sum(axis=1), np.finfo(float).tiny)
    share = np.clip(((samples[:, None] - starts) * ways).sum(axis=2) / lengths, 0, 1)
    apart = np.linalg.norm(samples[:, None] - starts - share[:, :, None] * ways, axis=2)
    return float(apart.min(axis=1).mean())


def _ground_common(expected: "Floats", given: "Floats") -> "Floats":
    """Return the area that boxes have in common seen from above."""
    import shapely

    both = [shapely.polygons(_ground(boxes)) for boxes in (expected, given)]
    common: Floats = shapely.area(shapely.intersection(*both))
    return common


def _ground(boxes: "Floats") -> "Floats":
    """Return the corners of boxes from above, ``[N, 4, 2]``."""
    cos, sin = np.cos(boxes[:, 6]), np.sin(boxes[:, 6])
    turn = np.moveaxis(np.array([[cos, -sin], [sin, cos]]), -1, 0)
    own = _GROUND * boxes[:, None, 3:5]
    placed: Floats = np.einsum("nij,nkj->nki", turn, own) + boxes[:, None, :2]
    return placed


def _common_volume(expected: "Floats", given: "Floats") -> float:
    """Return the volume that two boxes have in common: the convex body behind their twelve faces."""
    from scipy.spatial import ConvexHull, HalfspaceIntersection

    # Near the origin and in sizes about 1: far away the faces would lose digits.
    scale = float(min(expected[3:6].min(), given[3:6].min()))
    boxes = np.stack([expected, given])
    boxes[:, :3] = (boxes[:, :3] - expected[:3]) / scale
    boxes[:, 3:6] /= scale
    faces = np.concatenate(
        [_halfspaces(matrix, box) for matrix, box in zip(rotations(boxes), boxes, strict=True)]
    )
    inside = _interior(faces, boxes)
    if inside is None:
        return 0.0
    # Joggled (QJ): faces of two boxes may lie in one plane.
    body = HalfspaceIntersection(faces, inside, qhull_options="QJ")
    return float(ConvexHull(body.intersections, qhull_options="QJ").volume) * scale**3


def _halfspaces(matrix: "Floats", box: "Floats") -> "Floats":
    """Return ``normal · x + offset ≤ 0`` for the six faces of a box, ``[6, 4]``."""
    normals = np.concatenate([matrix.T, -matrix.T])
    offsets = -(normals @ box[:3]) - np.tile(box[3:6] / 2, 2)
    return np.column_stack([normals, offsets])


def _interior(faces: "Floats", boxes: "Floats") -> "Floats | None":
    """Return a point well inside all faces; None when there is none, or next to nothing around it."""
    for point in (boxes[:, :3].mean(axis=0), boxes[0, :3], boxes[1, :3]):
        if (faces[:, :3] @ point + faces[:, 3]).max() < -0.05:
            return np.asarray(point)
    from scipy.optimize import linprog

    # The centre of the largest sphere: as far as possible behind every face.
    limits = np.column_stack([faces[:, :3], np.ones(len(faces))])
    bounds = [(None, None)] * 3 + [(0, None)]
    found = linprog([0, 0, 0, -1], A_ub=limits, b_ub=-faces[:, 3], bounds=bounds, method="highs")
    return found.x[:3] if found.success and found.x[3] > _FLAT else None
