"""Boxes in space against counting random points, and against themselves turned as a whole."""

import math

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from labelwright.metrics import lines, solids


def random_pairs(seed: int, count: int, *, tilt: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Boxes about 4 m long, and others near them."""
    chooser = np.random.default_rng(seed)
    one = np.concatenate(
        [
            chooser.normal(scale=30, size=(count, 3)),
            0.5 + 4 * chooser.random((count, 3)),
            chooser.uniform(-math.pi, math.pi, (count, 1)),
            tilt * chooser.normal(size=(count, 2)),
        ],
        axis=1,
    )
    other = one + chooser.normal(scale=0.6, size=one.shape)
    other[:, 3:6] = np.clip(other[:, 3:6], 0.3, None)
    if not tilt:
        other[:, 7:] = 0
    return one, other


def box(x: float, y: float, z: float, *, length: float = 2, yaw: float = 0) -> np.ndarray:
    """One box, 2 wide and high."""
    return np.array([[x, y, z, 2, length, 2, yaw, 0, 0]], float)


def inside(points: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Which points a box holds, by scipy's rotations."""
    turn = Rotation.from_euler("ZYX", row[6:])
    return np.asarray((np.abs(turn.inv().apply(points - row[:3])) <= row[3:6] / 2).all(axis=1))


def counted_iou(
    one: np.ndarray, other: np.ndarray, chooser: np.random.Generator, *, flat: bool = False
) -> float:
    """Share of random points in either box that are in both."""
    centre, reach = one[:3], np.linalg.norm(one[3:6]) / 2
    span = reach + np.linalg.norm(other[:3] - centre) + np.linalg.norm(other[3:6]) / 2
    points = centre + chooser.uniform(-span, span, (150_000, 3))
    if flat:
        points[:, 2] = 0
        one, other = (np.array([*row[:2], 0, *row[3:7], 0, 0]) for row in (one, other))
    a, b = inside(points, one), inside(points, other)
    return float((a & b).sum() / (a | b).sum())


@pytest.mark.parametrize("tilt", [0.0, 0.4])
def test_volumes_are_those_of_counting_points(tilt: float) -> None:
    one, other = random_pairs(1, 30, tilt=tilt)
    chooser = np.random.default_rng(2)
    wanted = [counted_iou(a, b, chooser) for a, b in zip(one, other, strict=True)]
    assert 0 < np.median(wanted) < 1
    np.testing.assert_allclose(solids.iou(one, other), wanted, atol=0.05)


def test_areas_from_above_are_those_of_counting_points() -> None:
    one, other = random_pairs(3, 30, tilt=0.2)
    chooser = np.random.default_rng(4)
    wanted = [counted_iou(a, b, chooser, flat=True) for a, b in zip(one, other, strict=True)]
    np.testing.assert_allclose(solids.bev_iou(one, other), wanted, atol=0.03)


def test_turning_the_whole_world_changes_nothing() -> None:
    """Tilted boxes are convex bodies, upright ones rectangles times a height: two ways to the same number."""
    one, other = random_pairs(5, 60)
    world = Rotation.random(60, rng=np.random.default_rng(6))
    turned = []
    for boxes in (one, other):
        angles = (world * Rotation.from_euler("ZYX", boxes[:, 6:])).as_euler("ZYX")
        turned.append(np.concatenate([world.apply(boxes[:, :3]), boxes[:, 3:6], angles], axis=1))
    np.testing.assert_allclose(solids.iou(*turned), solids.iou(one, other), atol=1e-6)
    assert (solids.iou(one, other) > 0.1).sum() > 10


def test_boxes_side_by_side_by_hand() -> None:
    """Half of 2 × 2 × 2 shifted along x: 4 / 12; a quarter turn of 2 × 4 from above: 4 / 12."""
    cube = box(0, 0, 0)
    assert solids.iou(cube, box(1, 0, 0)) == pytest.approx(1 / 3)
    assert solids.iou(cube, box(0, 0, 1)) == pytest.approx(1 / 3)
    assert solids.iou(cube, box(5, 0, 0)) == 0
    assert solids.iou(cube, box(2, 0, 0)) == 0
    turned = box(0, 0, 9, length=4, yaw=math.pi / 2)
    assert solids.bev_iou(box(0, 0, 0, length=4), turned) == pytest.approx(1 / 3)


def test_tilted_boxes_that_only_touch_or_share_faces() -> None:
    one = np.array([[10, 20, 1, 2, 4, 2, 0.3, 0.2, -0.1]], float)
    own = solids.rotations(one)[0]
    for shift, wanted in ((1.0, 1 / 3), (2.0, 0.0), (1.5, 0.5 / 3.5)):
        moved = one.copy()
        moved[0, :3] += own @ [shift, 0, 0]
        assert solids.iou(one, moved) == pytest.approx(wanted, abs=1e-6)
    inner = one.copy()
    inner[0, 3:6] /= 2
    assert solids.iou(one, inner) == pytest.approx(1 / 8, abs=1e-6)


@pytest.mark.parametrize("tilt", [0.0, 0.4])
def test_a_box_is_like_itself_and_order_does_not_matter(tilt: float) -> None:
    one, other = random_pairs(7, 20, tilt=tilt)
    assert (solids.iou(one, one) == 1).all()
    assert (solids.bev_iou(one, one) == 1).all()
    np.testing.assert_allclose(solids.iou(one, other), solids.iou(other, one), atol=1e-9)
    nearly = one + 1e-9
    assert (solids.iou(one, nearly) > 0.999999).all()


def test_pairs_that_overlap_are_all_found() -> None:
    one, other = random_pairs(8, 40, tilt=0.1)
    one[:, :3] /= 10
    other[:, :3] /= 10
    found = solids.overlaps(one, other)
    rows, columns = (side.ravel() for side in np.meshgrid(np.arange(40), np.arange(40), indexing="ij"))
    whole = solids.iou(one[rows], other[columns]).reshape(40, 40)
    table = np.zeros((40, 40))
    table[found.left, found.right] = found.similarity
    assert (whole > 0).sum() > 60
    np.testing.assert_allclose(table, whole, atol=1e-12)
    assert len(solids.overlaps(one[:0], other).left) == len(solids.overlaps(one, other[:0]).left) == 0


def test_boxes_in_different_frames_have_nothing_in_common() -> None:
    one, other = random_pairs(9, 30)
    frames = [i % 3 for i in range(30)], [(i // 2) % 3 for i in range(30)]
    one[:, :3] /= 8
    other[:, :3] /= 8
    found = solids.overlaps(one, other, frames)
    everywhere = solids.overlaps(one, other)
    same = [frames[0][i] == frames[1][j] for i, j in zip(everywhere.left, everywhere.right, strict=True)]
    wanted = everywhere.where(np.array(same))
    assert 5 < len(wanted.left) < len(everywhere.left)
    for mine, theirs in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_lines_on_the_ground_are_as_far_apart_as_in_the_plane() -> None:
    chooser = np.random.default_rng(10)
    shapes = [chooser.random((int(chooser.integers(1, 6)), 3)) * [30, 30, 0] for _ in range(12)]
    for one in shapes:
        for other in shapes:
            flat = lines.chamfer([(x, y) for x, y, _ in one.tolist()], [(x, y) for x, y, _ in other.tolist()])
            assert solids.line_distance(one, other) == pytest.approx(flat, abs=1e-9)
    lifted = [one + np.array([0, 0, 2]) for one in shapes]
    pairs = solids.near_lines(shapes, lifted, 4.0)
    own = {
        i: s
        for i, j, s in zip(pairs.left.tolist(), pairs.right.tolist(), pairs.similarity, strict=True)
        if i == j
    }
    assert own == pytest.approx(dict.fromkeys(range(12), 0.5))


def test_lines_and_points_that_are_near_are_all_found() -> None:
    chooser = np.random.default_rng(11)
    shapes = [chooser.random((4, 3)) * 12 for _ in range(25)]
    others = [chooser.random((3, 3)) * 12 for _ in range(20)]
    found = solids.near_lines(shapes, others, 5.0)
    whole = {
        (i, j): 1 - solids.line_distance(one, other) / 5
        for i, one in enumerate(shapes)
        for j, other in enumerate(others)
    }
    wanted = {pair: value for pair, value in whole.items() if value > 0}
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert dict(zip(pairs, found.similarity.tolist(), strict=True)) == pytest.approx(wanted)
    points = [np.array([one[0] for one in side]) for side in (shapes, others)]
    table = solids.near_points(*points, 5.0)
    apart = np.linalg.norm(points[0][:, None] - points[1], axis=2)
    assert len(table.left) == (apart < 5).sum() > 10
    np.testing.assert_allclose(table.similarity, 1 - apart[table.left, table.right] / 5)


def test_headings_go_round() -> None:
    one, other = np.array([3.1, 0.0, 0.0, 6.0]), np.array([-3.1, 1.0, math.pi, 0.2 + 4 * math.pi])
    wanted = [2 * math.pi - 6.2, 1, math.pi, 2 * math.pi - 5.8]
    np.testing.assert_allclose(solids.heading_error(one, other), wanted, atol=1e-12)
    assert solids.mean_heading(np.array([3.1, -3.1])) == pytest.approx(math.pi)
    assert solids.mean_heading(np.array([0.5, 0.5 + math.pi])) == 0.5
