"""Panoptic-quality form and mean average precision, the latter against pycocotools and scikit-learn's curve."""

from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from server.tests.metrics.pictures import boxes, coins, random_boxes

from labelwright.metrics import detection


def test_the_formula_of_the_reference() -> None:
    # TP 2 (IoU .8 and .6), FP 1, FN 1.
    assert detection.quality(0.8 + 0.6, 3, 3) == pytest.approx(1.4 / (2 + 0.5 + 0.5))
    assert detection.quality(0, 0, 0) == 1
    assert detection.quality(0, 0, 4) == detection.quality(0, 4, 0) == 0
    assert detection.quality(3, 3, 3) == 1


def by_pycocotools(expected: Any, labels: Any, given: Any, guesses: Any, sure: Any, pictures: Any) -> Any:
    def rows(of: Any, names: Any, where: Any) -> list[dict[str, Any]]:
        return [
            {
                "id": i + 1,
                "image_id": int(picture),
                "category_id": int(name),
                "bbox": [float(one) for one in (x, y, right - x, bottom - y)],
                "area": float((right - x) * (bottom - y)),
                "iscrowd": 0,
            }
            for i, ((x, y, right, bottom), name, picture) in enumerate(zip(of, names, where, strict=True))
        ]

    data = COCO()
    data.dataset = {
        "info": {},
        "images": [{"id": int(one)} for one in np.union1d(*pictures)],
        "categories": [{"id": int(one), "name": str(one)} for one in np.union1d(labels, guesses)],
        "annotations": rows(expected, labels, pictures[0]),
    }
    data.createIndex()
    found = rows(given, guesses, pictures[1])
    for row, score in zip(found, sure, strict=True):
        row["score"] = float(score)
    evaluation = COCOeval(data, data.loadRes(found), "bbox")
    evaluation.params.maxDets = [1, 10, 1000]
    evaluation.evaluate()
    evaluation.accumulate()
    precision = evaluation.eval["precision"][:, :, :, 0, -1]
    return [one[one > -1].mean() for one in (precision, precision[0], precision[5])]


def check(expected: Any, labels: Any, given: Any, guesses: Any, sure: Any, pictures: Any) -> float:
    mine = detection.average_precision(
        expected, labels.tolist(), given, guesses.tolist(), sure.tolist(), pictures
    )
    wanted = by_pycocotools(expected, labels, given, guesses, sure, pictures)
    assert [mine.mean, mine.at_50, mine.at_75] == pytest.approx(wanted)
    return mine.mean


def test_map_like_pycocotools_on_random_data() -> None:
    rng = np.random.default_rng(8)
    for _ in range(4):
        expected = random_boxes(rng, 150)
        given = np.concatenate([expected[:120] + rng.normal(0, 2, (120, 4)), random_boxes(rng, 40)])
        given[:, 2:] = np.maximum(given[:, 2:], given[:, :2] + 1)
        labels = rng.integers(1, 5, 150)
        guesses = np.concatenate([np.where(rng.random(120) < 0.8, labels[:120], 1), rng.integers(1, 5, 40)])
        pictures = rng.integers(0, 3, 150), rng.integers(0, 3, 160)
        pictures[1][:120] = pictures[0][:120]
        assert 0.1 < check(expected, labels, given, guesses, rng.random(160), pictures) < 0.95


def test_map_like_pycocotools_on_real_coins() -> None:
    expected, given = boxes(coins()), boxes(coins(12))
    sizes = (given[:, 2] - given[:, 0]) * (given[:, 3] - given[:, 1])
    one, other = np.ones(len(expected), int), np.ones(len(given), int)
    assert check(expected, one, given, other, sizes / sizes.max(), (one * 0, other * 0)) > 0.4


def test_one_picture_and_empty_sides() -> None:
    box = np.array([[0.0, 0, 10, 10]])
    assert detection.average_precision(box, ["a"], box, ["a"], [0.9]).mean == pytest.approx(1)
    assert detection.average_precision(box, ["a"], box, ["b"], [0.9]).mean == 0
    none = np.zeros((0, 4))
    assert detection.average_precision(none, [], none, [], []).mean == 1
    assert detection.average_precision(box, ["a"], none, [], []).mean == 0
    assert detection.average_precision(none, [], box, ["a"], [0.5]).at_50 == 0
