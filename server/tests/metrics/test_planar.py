"""Overlaps against pycocotools, rasters and closed formulas."""

import math
from typing import Any

import cv2
import numpy as np
import pytest
import shapely
from pycocotools import mask as coco
from scipy.ndimage import binary_erosion, distance_transform_edt
from server.tests.metrics.pictures import boxes, coins, outlines, random_boxes

from labelwright.metrics import planar
from labelwright.metrics.planar import area_overlaps, box_iou, box_overlaps, ellipse_ring, region


def as_matrix(pairs: Any, rows: int, columns: int) -> Any:
    matrix = np.zeros((rows, columns))
    matrix[pairs.left, pairs.right] = pairs.similarity
    return matrix


def coco_iou(expected: Any, given: Any) -> Any:
    sized = [np.concatenate([one[:, :2], one[:, 2:] - one[:, :2]], axis=1) for one in (expected, given)]
    return coco.iou(*sized, np.zeros(len(given)))


def painted(rings: Any, shape: tuple[int, int], scale: int) -> Any:
    """Masks of outlines at ``scale`` pixels per pixel."""
    made = []
    for ring in rings:
        mask = np.zeros((shape[0] * scale, shape[1] * scale), np.uint8)
        cv2.fillPoly(mask, [np.round(np.asarray(ring) * scale - 0.5).astype(np.int32)], 1)
        made.append(mask.astype(bool))
    return made


def test_the_formula_of_the_reference() -> None:
    one, other = np.array([[0.0, 0, 100, 100]]), np.array([[50.0, 0, 150, 100]])
    assert box_iou(one, other)[0] == pytest.approx(5000 / 15000)
    areas = [
        region([(0, 0), (100, 0), (100, 100), (0, 100)]),
        region([(50, 0), (150, 0), (150, 100), (50, 100)]),
    ]
    assert area_overlaps(areas[:1], areas[1:]).similarity == pytest.approx([1 / 3])


def test_boxes_like_pycocotools_on_random_data() -> None:
    rng = np.random.default_rng(1)
    expected, given = random_boxes(rng, 400), random_boxes(rng, 300)
    mine = as_matrix(box_overlaps(expected, given), 400, 300)
    assert mine == pytest.approx(coco_iou(expected, given), abs=1e-12)
    assert (mine > 0).sum() > 500


def test_boxes_like_pycocotools_on_real_coins() -> None:
    expected, given = boxes(coins()), boxes(coins(12))
    assert len(expected) != len(given)
    mine = as_matrix(box_overlaps(expected, given), len(expected), len(given))
    assert mine == pytest.approx(coco_iou(expected, given), abs=1e-12)
    assert (mine > 0.5).sum() > 20


def test_chunks_and_the_least_overlap_change_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    expected, given = random_boxes(rng, 200), random_boxes(rng, 200)
    whole = as_matrix(box_overlaps(expected, given), 200, 200)
    monkeypatch.setattr(planar, "_CHUNK", 7)
    assert (as_matrix(box_overlaps(expected, given), 200, 200) == whole).all()
    kept = as_matrix(box_overlaps(expected, given, 0.3), 200, 200)
    assert (kept == np.where(whole >= 0.3, whole, 0)).all()


def test_pictures_side_by_side_are_as_pictures_alone() -> None:
    rng = np.random.default_rng(3)
    expected, given = random_boxes(rng, 120), random_boxes(rng, 120)
    frames = rng.integers(0, 5, 120), rng.integers(0, 5, 120)
    mine = as_matrix(box_overlaps(expected, given, groups=frames), 120, 120)
    same = frames[0][:, None] == frames[1][None]
    assert mine == pytest.approx(np.where(same, coco_iou(expected, given), 0), abs=1e-12)


def test_polygons_like_fine_rasters_of_real_coins() -> None:
    expected, given = outlines(coins()), outlines(coins(12))
    mine = as_matrix(
        area_overlaps([region(one) for one in expected], [region(one) for one in given]),
        len(expected),
        len(given),
    )
    rasters = [painted(rings, (303, 384), 4) for rings in (expected, given)]
    for i, j in zip(*np.nonzero(mine > 0.3), strict=True):
        one, other = rasters[0][i], rasters[1][j]
        assert mine[i, j] == pytest.approx((one & other).sum() / (one | other).sum(), abs=0.03)
    assert (mine > 0.3).sum() > 20


def test_random_polygons_and_turned_boxes_like_rasters() -> None:
    rng = np.random.default_rng(4)
    for _ in range(40):
        rings = []
        for _ in range(2):
            x, y, w, h, turn = *rng.uniform(40, 60, 2), *rng.uniform(20, 50, 2), rng.uniform(0, math.pi)
            half = np.array([(-w, -h), (w, -h), (w, h), (-w, h)]) / 2
            around = np.array([(math.cos(turn), math.sin(turn)), (-math.sin(turn), math.cos(turn))])
            rings.append([tuple(one) for one in half @ around + [x, y]])
        one, other = painted(rings, (110, 110), 16)
        mine = planar.area_iou([region(rings[0])], [region(rings[1])])[0]
        assert mine == pytest.approx((one & other).sum() / (one | other).sum(), abs=0.005)


def test_an_outline_that_crosses_itself_is_made_valid() -> None:
    bow = region([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert shapely.area(bow) == pytest.approx(50)
    assert planar.area_iou([bow], [bow])[0] == 1
    there_and_back = region([(0, 0), (10, 0), (10, 10), (10, 0)])
    assert shapely.area(there_and_back) == 0
    spike = region([(0, 0), (10, 0), (10, 10), (10, 20), (10, 10), (0, 10)])
    assert shapely.area(spike) == pytest.approx(100)


def test_ellipses_like_the_equation_of_the_ellipse() -> None:
    ends = [(10, 30), (40, 20), (70, 30), (40, 40)]
    area = region(ellipse_ring(ends))
    assert shapely.area(area) == pytest.approx(math.pi * 30 * 10, rel=2e-4)
    moved = region(ellipse_ring([(x + 12, y) for x, y in ends]))
    y, x = (np.mgrid[0:1200, 0:2000] + 0.5) / 20
    inside = [((x - centre) / 30) ** 2 + ((y - 30) / 10) ** 2 <= 1 for centre in (40, 52)]
    raster = (inside[0] & inside[1]).sum() / (inside[0] | inside[1]).sum()
    assert planar.area_iou([area], [moved])[0] == pytest.approx(raster, abs=2e-3)


def test_the_outlines_of_real_coins_like_distance_transforms() -> None:
    scale, tolerance = 4, 2.0
    compared = 0
    expected, given = outlines(coins()), outlines(coins(12))
    pairs = area_overlaps([region(one) for one in expected], [region(one) for one in given], 0.7)
    for i, j in list(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))[:5]:
        masks = [painted([ring], (303, 384), scale)[0] for ring in (expected[i], given[j])]
        rims = [mask & ~binary_erosion(mask) for mask in masks]
        apart = [distance_transform_edt(~rim) / scale for rim in rims]
        there, here = apart[1][rims[0]], apart[0][rims[1]]
        areas = region(expected[i]), region(given[j])
        recall, precision = (there <= tolerance).mean(), (here <= tolerance).mean()
        f = 2 * recall * precision / (recall + precision)
        hausdorff = max(np.percentile(there, 95), np.percentile(here, 95))
        found = planar.compare_outlines(*areas, tolerance)
        assert found.boundary_f == pytest.approx(f, abs=0.06)
        assert found.hausdorff95 == pytest.approx(hausdorff, abs=0.5)
        compared += 1
    assert compared == 5


def test_equal_outlines_have_no_distance() -> None:
    area = region([(0, 0), (100, 0), (100, 50), (0, 50)])
    same = planar.compare_outlines(area, area, 1e-6)
    assert same.boundary_f == 1
    assert same.hausdorff95 == pytest.approx(0, abs=1e-9)
    far = region([(1000, 0), (1100, 0), (1100, 50), (1000, 50)])
    assert planar.compare_outlines(area, far, 5).boundary_f == 0


def test_the_outlines_of_holes_count_as_well() -> None:
    area = region([(0, 0), (100, 0), (100, 100), (0, 100)])
    ring = area.difference(region([(25, 25), (75, 25), (75, 75), (25, 75)]))
    found = planar.compare_outlines(area, ring, 1)
    # A third of the ring's outline is that of the hole.
    assert found.boundary_f == pytest.approx(2 * (2 / 3) / (1 + 2 / 3), abs=0.01)
    assert found.hausdorff95 == pytest.approx(25, abs=0.5)


@pytest.mark.parametrize(
    ("one", "other", "period", "apart"),
    [
        (0.1, 0.3, math.pi / 2, 0.2),
        (0.0, math.pi / 2, math.pi / 2, 0.0),
        (0.1, -0.1 + math.tau, math.tau, 0.2),
        (0.0, math.pi, math.tau, math.pi),
    ],
)
def test_angles_between(one: float, other: float, period: float, apart: float) -> None:
    assert planar.angle_between(one, other, period) == pytest.approx(apart, abs=1e-12)
    assert planar.angle_between(other, one, period) == pytest.approx(apart, abs=1e-12)


def test_nothing_overlaps_nothing() -> None:
    none = np.zeros((0, 4))
    assert len(box_overlaps(none, random_boxes(np.random.default_rng(0), 3)).left) == 0
    assert len(area_overlaps([], []).left) == 0
    assert len(area_overlaps([region([(0, 0), (1, 1)])], [region([(0, 0), (1, 1)])]).left) == 0


def test_lengths() -> None:
    assert planar.lengths(np.array([(0, 0), (3, 4), (3, 4), (3, 16)])).tolist() == [0, 5, 5, 17]
    assert math.isclose(planar.lengths(np.array([(1, 1)]))[-1], 0)
