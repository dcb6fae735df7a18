"""Fusing drawings: against rasters, crowd-kit's votes per pixel, and known truths that people blur."""

import math

import cv2
import numpy as np
import pandas as pd
import pytest
import shapely
from crowdkit.aggregation.image_segmentation import SegmentationMajorityVote
from server.tests.metrics.pictures import coins, outlines

from labelwright.metrics import clustering, lines, planar
from labelwright.metrics.matching import Candidates

SQUARE = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]


def moved(ring: list[tuple[float, float]], x: float, y: float = 0.0) -> list[tuple[float, float]]:
    return [(a + x, b + y) for a, b in ring]


def test_clusters_have_at_most_one_of_each_owner() -> None:
    pairs = {
        (0, 1): Candidates.of([0, 1], [0, 1], [0.9, 0.6]),
        (0, 2): Candidates.of([0], [0], [0.8]),
        # The second of owner 2 is like what 0 and 1 share, and like the second of owner 1, but less.
        (1, 2): Candidates.of([0, 1], [0, 1], [0.7, 0.65]),
    }
    assert clustering.clusters([2, 2, 2], pairs) == [[(0, 0), (1, 0), (2, 0)], [(0, 1), (1, 1), (2, 1)]]
    chain = {(0, 1): Candidates.of([0], [0], [0.9]), (1, 2): Candidates.of([0], [0], [0.9])}
    crossed = {**chain, (0, 2): Candidates.of([1], [0], [0.95])}
    assert clustering.clusters([2, 1, 1], crossed) == [[(0, 0), (1, 0)], [(0, 1), (2, 0)]]


def test_everything_is_in_exactly_one_cluster() -> None:
    rng = np.random.default_rng(3)
    counts = [7, 5, 6, 4]
    pairs = {
        (a, b): Candidates.of_matrix(rng.random((counts[a], counts[b])))
        for a in range(4)
        for b in range(a + 1, 4)
    }
    found = clustering.clusters(counts, pairs)
    assert sorted(one for group in found for one in group) == [
        (owner, i) for owner, count in enumerate(counts) for i in range(count)
    ]
    assert all(len({owner for owner, _ in group}) == len(group) for group in found)
    assert found == clustering.clusters(counts, dict(reversed(list(pairs.items()))))


def test_half_is_enough() -> None:
    assert [clustering.is_majority(count, 4) for count in range(5)] == [False, False, True, True, True]
    assert [clustering.is_majority(count, 3) for count in range(4)] == [False, False, True, True]


def test_the_median_does_not_follow_one_who_is_far_off() -> None:
    rows = [(0, 0, 10, 10), (1, 1, 11, 11), (500, 500, 900, 900)]
    assert clustering.middle(rows).tolist() == [1, 1, 11, 11]


def test_common_region_of_squares() -> None:
    three = [SQUARE, moved(SQUARE, 2), moved(SQUARE, 4)]
    assert sorted(clustering.common_region(three)) == sorted(moved(SQUARE, 2))
    assert sorted(clustering.common_region([SQUARE] * 3)) == sorted(SQUARE)
    # Of two, each is half.
    assert shapely.area(planar.region(clustering.common_region(three[:2]))) == pytest.approx(120)
    apart = [SQUARE, moved(SQUARE, 100), moved(SQUARE, 200)]
    assert list(clustering.common_region(apart)) == []


def test_common_region_like_votes_per_pixel() -> None:
    rng = np.random.default_rng(5)
    coin = max(outlines(coins()), key=lambda ring: shapely.area(planar.region(ring)))
    rings = [
        [(x + dx + 2 * math.sin(i / 3), y + dy) for i, (x, y) in enumerate(coin)]
        for dx, dy in rng.normal(0, 3, (5, 2))
    ]
    votes = np.zeros((303 * 8, 384 * 8), int)
    for ring in rings:
        mask = np.zeros(votes.shape, np.uint8)
        cv2.fillPoly(mask, [np.round(np.asarray(ring) * 8 - 0.5).astype(np.int32)], 1)
        votes += mask
    merged = np.zeros(votes.shape, np.uint8)
    outline = np.asarray(clustering.common_region(rings))
    cv2.fillPoly(merged, [np.round(outline * 8 - 0.5).astype(np.int32)], 1)
    wanted = votes >= 3
    assert (wanted & (merged > 0)).sum() / (wanted | (merged > 0)).sum() > 0.99


def test_the_middle_line_is_nearer_to_the_truth_than_most() -> None:
    rng = np.random.default_rng(6)
    x = np.linspace(0, 400, 9)
    truth = np.stack([x, 50 * np.sin(x / 80)], axis=1)
    drawn = [[tuple(p) for p in truth + rng.normal(0, 5, truth.shape)] for _ in range(7)]
    drawn[3] = drawn[3][::-1]
    merged = clustering.middle_line(drawn, 0)
    goal = [tuple(p) for p in truth]
    assert lines.chamfer(merged, goal) < min(lines.chamfer(one, goal) for one in drawn)
    assert clustering.middle_line([drawn[1]] * 3, 1) == pytest.approx(np.asarray(drawn[1]))


def test_corners_are_matched_whichever_comes_first() -> None:
    turned = [SQUARE, SQUARE[2:] + SQUARE[:2], SQUARE[::-1]]
    assert clustering.middle_corners(turned, 0) == pytest.approx(np.asarray(SQUARE))
    assert clustering.middle_corners(turned, 1) == pytest.approx(np.asarray(turned[1]))
    assert clustering.middle_corners([SQUARE, moved(SQUARE, 4)], 0) == pytest.approx(
        np.asarray(moved(SQUARE, 2))
    )


def test_votes_per_pixel_like_crowd_kit() -> None:
    rng = np.random.default_rng(7)
    truth = coins() > 0
    drawn = [truth ^ (rng.random(truth.shape) < 0.15) for _ in range(5)]
    table = pd.DataFrame(
        [{"task": "coins", "worker": str(i), "segmentation": one} for i, one in enumerate(drawn)]
    )
    theirs = SegmentationMajorityVote().fit_predict(table)["coins"]
    mine = clustering.pixel_majority([one.astype(np.uint32) for one in drawn], 0)
    assert (mine.astype(bool) == theirs).all()
    assert (mine != truth).mean() < 0.05


def test_votes_between_many_labels_like_counting() -> None:
    rng = np.random.default_rng(8)
    drawn = [rng.integers(0, 5, (40, 50)).astype(np.uint32) for _ in range(4)]
    for reference in range(4):
        merged = clustering.pixel_majority(drawn, reference)
        for place in np.ndindex(40, 50):
            values = [int(one[place]) for one in drawn]
            most = max(values.count(value) for value in values)
            tied = sorted({value for value in values if values.count(value) == most})
            mine = values[reference]
            assert merged[place] == (mine if mine in tied else tied[0])
