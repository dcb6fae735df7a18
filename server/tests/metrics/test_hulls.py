"""Convex bodies against our own solids, which compute otherwise, and against counted points."""

import numpy as np
import pytest
from scipy.spatial import Delaunay
from scipy.spatial.transform import Rotation

from labelwright.metrics import solids
from labelwright.metrics.hulls import hull_iou

CUBE = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)


def test_cubes_by_hand() -> None:
    assert hull_iou(CUBE, CUBE) == 1
    assert hull_iou(CUBE, CUBE[::-1]) == pytest.approx(1)
    assert hull_iou(CUBE, CUBE + np.array([0.5, 0, 0])) == pytest.approx(1 / 3)
    assert hull_iou(CUBE, CUBE + np.array([0.5, 0.5, 0.5])) == pytest.approx(0.125 / 1.875)
    assert hull_iou(CUBE, CUBE * 2) == pytest.approx(1 / 8)


def test_what_only_touches_or_is_flat_has_nothing_in_common() -> None:
    assert hull_iou(CUBE, CUBE + np.array([1, 0, 0])) == 0
    assert hull_iou(CUBE, CUBE + np.array([5, 0, 0])) == 0
    flat = CUBE * [1, 1, 0]
    assert hull_iou(flat, CUBE) == 0
    assert hull_iou(flat, flat) == 1


def corners(boxes: np.ndarray) -> np.ndarray:
    """The corners of boxes: centre, sizes, then yaw, pitch and roll."""
    turns = Rotation.from_euler("ZYX", boxes[:, 6:])
    own = (CUBE - 0.5) * boxes[:, None, 3:6]
    return np.stack([turn.apply(one) for turn, one in zip(turns, own, strict=True)]) + boxes[:, None, :3]


def test_turned_boxes_like_solids() -> None:
    rng = np.random.default_rng(14)
    boxes = np.concatenate(
        [rng.uniform(0, 3, (60, 3)), rng.uniform(1, 5, (60, 3)), rng.uniform(-3, 3, (60, 3))], axis=1
    )
    expected, given = boxes[:30], boxes[30:]
    there, here = corners(expected), corners(given)
    mine = [hull_iou(one, rng.permutation(other)) for one, other in zip(there, here, strict=True)]
    assert mine == pytest.approx(solids.iou(expected, given).tolist(), abs=1e-6)
    assert sum(one > 0.05 for one in mine) > 10


def test_any_bodies_like_counted_points() -> None:
    rng = np.random.default_rng(15)
    for _ in range(5):
        bodies = [rng.uniform(0, 10, (12, 3)) for _ in range(2)]
        points = rng.uniform(0, 10, (60_000, 3))
        inside = [Delaunay(one).find_simplex(points) >= 0 for one in bodies]
        counted = (inside[0] & inside[1]).sum() / (inside[0] | inside[1]).sum()
        assert hull_iou(*bodies) == pytest.approx(counted, abs=0.02)
