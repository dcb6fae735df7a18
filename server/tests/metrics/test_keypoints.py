"""Keypoints against pycocotools and plain loops."""

import math

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from labelwright.metrics import keypoints
from labelwright.metrics.matching import assign


def test_oks_like_pycocotools() -> None:
    rng = np.random.default_rng(5)
    count = 6
    data = COCO()
    data.dataset = {
        "info": {},
        "images": [{"id": 1}],
        "categories": [{"id": 1, "name": "person"}],
        "annotations": [],
    }
    places = rng.uniform(0, 200, (count, 2))
    found = places + rng.normal(0, 6, (count, 2))
    areas = rng.uniform(2_000, 20_000, count)
    data.dataset["annotations"] = [
        {
            "id": i + 1,
            "image_id": 1,
            "category_id": 1,
            "keypoints": [float(x), float(y), 2],
            "num_keypoints": 1,
            "area": float(areas[i]),
            "bbox": [0.0, 0.0, 9.0, 9.0],
            "iscrowd": 0,
        }
        for i, (x, y) in enumerate(places)
    ]
    data.createIndex()
    results = [
        {"image_id": 1, "category_id": 1, "keypoints": [float(x), float(y), 2], "score": 1 - i / 10}
        for i, (x, y) in enumerate(found)
    ]
    evaluation = COCOeval(data, data.loadRes(results), "keypoints")
    # COCO's constants are half of k, as it divides by (2σ)².
    evaluation.params.kpt_oks_sigmas = np.array([keypoints.FALLOFF / 2])
    evaluation.evaluate()
    theirs = np.array(evaluation.computeOks(1, 1)).T
    pairs = keypoints.point_similarities(places, found, np.sqrt(areas))
    mine = np.zeros((count, count))
    mine[pairs.left, pairs.right] = pairs.similarity
    assert mine == pytest.approx(np.where(theirs >= keypoints.LEAST, theirs, 0), abs=1e-9)
    assert (mine > 0).sum() >= count


def test_oks_at_known_distances() -> None:
    scale = np.array([100.0])
    for distance, wanted in ((0, 1.0), (5, math.exp(-0.5)), (10, math.exp(-2))):
        pairs = keypoints.point_similarities(np.zeros((1, 2)), np.array([[distance, 0.0]]), scale)
        assert pairs.similarity == pytest.approx([wanted])
    assert len(keypoints.point_similarities(np.zeros((1, 2)), np.array([[30.0, 0]]), scale).left) == 0


def test_points_near_one_another_are_all_found() -> None:
    rng = np.random.default_rng(6)
    expected, given = rng.uniform(0, 100, (60, 2)), rng.uniform(0, 100, (50, 2))
    scale = rng.uniform(20, 200, 60)
    pairs = keypoints.point_similarities(expected, given, scale)
    found = {(int(i), int(j)) for i, j in zip(pairs.left, pairs.right, strict=True)}
    every = {
        (i, j)
        for i in range(60)
        for j in range(50)
        if math.exp(-(math.dist(expected[i], given[j]) ** 2) / (2 * (scale[i] * 0.05) ** 2)) >= 1e-3
    }
    assert found == every
    assert len(assign(pairs).left) > 10


def test_pck_matches_as_many_as_possible() -> None:
    expected = np.array([(0.0, 0), (10, 0), (20, 0), (500, 500)])
    given = np.array([(10.0, 0), (20, 0), (30, 0)])
    # Greedily the second and third would take what the first needs.
    assert keypoints.pck(expected, given, 11) == 0.75
    assert keypoints.pck(expected, given, 1) == 0.5
    assert keypoints.pck(expected, given[:0], 11) == 0
    assert keypoints.pck(expected[:0], given, 11) == 1
