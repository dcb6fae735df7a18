"""Lines against dense brute force and OpenCV's strokes."""

from typing import Any

import cv2
import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from labelwright.metrics import lines


def wiggle(seed: int, shift: float = 0.0) -> list[tuple[float, float]]:
    rng = np.random.default_rng(seed)
    x = np.linspace(50, 550, 12) + rng.normal(0, 4, 12)
    y = 200 + 60 * np.sin(x / 90) + rng.normal(0, 5, 12) + shift
    return list(zip(x.tolist(), y.tolist(), strict=True))


def dense(points: Any, count: int) -> Any:
    return lines.resampled(points, count)


def test_resampling_keeps_ends_and_distances() -> None:
    corner = [(0, 0), (30, 0), (30, 40)]
    points = lines.resampled(corner, 8)
    assert points[0].tolist() == [0, 0]
    assert points[-1].tolist() == [30, 40]
    assert np.hypot(*np.diff(points, axis=0).T) == pytest.approx(10)
    assert lines.resampled([(3, 4)], 2).tolist() == [[3, 4], [3, 4]]


def test_chamfer_like_brute_force_on_dense_points() -> None:
    for seed in range(12):
        one, other = wiggle(seed), wiggle(seed + 100, 8)
        near = cdist(dense(one, 100), dense(other, 20_000)).min(axis=1).mean()
        back = cdist(dense(other, 100), dense(one, 20_000)).min(axis=1).mean()
        assert lines.chamfer(one, other) == pytest.approx((near + back) / 2, abs=1e-3)


def test_the_direction_of_drawing_does_not_matter() -> None:
    one, other = wiggle(1), wiggle(2)
    assert lines.chamfer(one, other[::-1]) == pytest.approx(lines.chamfer(one, other))
    assert lines.frechet(one, other[::-1]) == pytest.approx(lines.frechet(one, other))
    assert lines.chamfer(one, one) == 0
    assert lines.frechet(one, one[::-1]) == pytest.approx(0, abs=1e-9)


def test_similarity_falls_to_nothing_at_the_tolerance() -> None:
    flat = [(0.0, 0.0), (100.0, 0.0)]
    for distance, wanted in ((0, 1.0), (2.5, 0.75), (9.0, 0.1)):
        pairs = lines.line_similarities([flat], [[(x, y + distance) for x, y in flat]], 10)
        assert pairs.similarity == pytest.approx([wanted])
    assert len(lines.line_similarities([flat], [[(x, y + 10) for x, y in flat]], 10).left) == 0


def test_all_pairs_are_found_that_are_near() -> None:
    expected = [wiggle(seed, 30 * seed) for seed in range(10)]
    given = [wiggle(seed + 50, 30 * seed + 6) for seed in range(9)]
    pairs = lines.line_similarities(expected, given, 25)
    found = np.zeros((10, 9))
    found[pairs.left, pairs.right] = pairs.similarity
    every = [[max(0, 1 - lines.chamfer(one, other) / 25) for other in given] for one in expected]
    assert found == pytest.approx(np.array(every))
    assert (found > 0).sum() > 9


def frechet_by_table(one: Any, other: Any) -> float:
    """Eiter and Mannila (1994), table 1."""
    apart = cdist(one, other)
    table = np.zeros_like(apart)
    for i in range(len(one)):
        for j in range(len(other)):
            before = [table[a, b] for a, b in ((i - 1, j), (i, j - 1), (i - 1, j - 1)) if a >= 0 and b >= 0]
            table[i, j] = max(apart[i, j], min(before, default=0))
    return float(table[-1, -1])


def test_frechet_like_its_table() -> None:
    for seed in range(6):
        one, other = wiggle(seed), wiggle(seed + 9, 15)
        ways = [frechet_by_table(dense(one, 100), dense(way, 100)) for way in (other, other[::-1])]
        assert lines.frechet(one, other) == pytest.approx(min(ways))


def strokes(given: Any) -> list[Any]:
    made = []
    for line in given:
        mask = np.zeros((1600, 2400), np.uint8)
        cv2.polylines(mask, [np.round(np.asarray(line) * 4).astype(np.int32)], False, 1, 120)
        made.append(mask.astype(bool))
    return made


def test_lane_f1_like_strokes_of_opencv() -> None:
    expected = [wiggle(seed, 60 * seed - 60) for seed in range(4)]
    given = [wiggle(seed + 20, 60 * seed - 55 + 4 * seed) for seed in range(5)]
    iou = np.array([[(a & b).sum() / (a | b).sum() for b in strokes(given)] for a in strokes(expected)])
    rows, columns = linear_sum_assignment(np.where(iou >= 0.5, iou, 0), maximize=True)
    matched = (iou[rows, columns] >= 0.5).sum()
    counts = lines.lane_f1(expected, given)
    assert (counts.matched, counts.expected, counts.given) == (matched, 4, 5)
    assert 0 < matched < 5
    assert lines.lane_f1(expected, expected).f1 == 1
    assert lines.lane_f1([], []).f1 == 1
