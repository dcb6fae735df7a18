"""Figures of labelled pictures against scikit-learn, OpenCV, the panoptic double loop, and real segments."""

from collections.abc import Hashable, Mapping
from typing import Any

import cv2
import numpy as np
import pytest
from server.tests.metrics.pictures import coins
from skimage.metrics import contingency_table
from sklearn.metrics import accuracy_score, confusion_matrix, jaccard_score

from labelwright.metrics import masks
from labelwright.metrics.masks import overlap


def classes(seed: int, shape: tuple[int, int] = (60, 80), count: int = 5) -> Any:
    """Blobs of classes, from 0."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, count, (shape[0] // 10, shape[1] // 10))
    blobs = np.kron(coarse, np.ones((10, 10), int))
    noise = rng.random(shape) < 0.05
    return np.where(noise, rng.integers(0, count, shape), blobs).astype(np.uint32)


def panoptic_by_loops(
    expected: Any, given: Any, mine: Mapping[int, Hashable], other: Mapping[int, Hashable]
) -> tuple[float, float, float]:
    """Kirillov et al. (2019), as written: every segment with every segment."""
    figures: dict[Hashable, list[float]] = {}
    for names, picture in ((mine, expected), (other, given)):
        for number, name in names.items():
            if (picture == number).any():
                figures.setdefault(name, [0, 0, 0, 0])
    for name, row in figures.items():
        left = [n for n, one in mine.items() if one == name and (expected == n).any()]
        right = [n for n, one in other.items() if one == name and (given == n).any()]
        for a in left:
            for b in right:
                both = ((expected == a) & (given == b)).sum()
                iou = both / ((expected == a) | (given == b)).sum()
                if iou > 0.5:
                    row[0] += 1
                    row[3] += iou
        row[1], row[2] = len(right) - row[0], len(left) - row[0]
    rows = figures.values()
    pq = [total / (tp + fp / 2 + fn / 2) for tp, fp, fn, total in rows]
    sq = [total / tp if tp else 0 for tp, _, _, total in rows]
    rq = [tp / (tp + fp / 2 + fn / 2) for tp, fp, fn, _ in rows]
    return float(np.mean(pq)), float(np.mean(sq)), float(np.mean(rq))


def test_the_formula_of_the_reference() -> None:
    # Two matched with IoU .8 and .6, one too many, one missing: 1.4 / (2 + .5 + .5).
    expected, given = np.zeros((2, 40), np.uint32), np.zeros((2, 40), np.uint32)
    expected[0, 0:10], given[0, 0:8] = 1, 1
    expected[0, 10:20], given[0, 10:16] = 2, 2
    expected[1, 0:5], given[1, 20:25] = 3, 3
    names = dict.fromkeys((1, 2, 3), "thing")
    assert masks.panoptic(overlap(expected, given), names, names).pq == pytest.approx(1.4 / 3)


def test_counts_like_confusion_matrices() -> None:
    for seed in range(6):
        expected, given = classes(seed), classes(seed + 50)
        counted = overlap(expected, given)
        table = np.zeros((len(counted.expected), len(counted.given)), int)
        table[counted.left, counted.right] = counted.pixels
        assert (table == confusion_matrix(expected.ravel(), given.ravel())).all()
        assert (table == contingency_table(expected, given).toarray()).all()
        assert (counted.expected_sizes == table.sum(axis=1)).all()
        assert (counted.given_sizes == table.sum(axis=0)).all()


@pytest.mark.parametrize("table", [1, masks._TABLE])
def test_large_and_many_numbers_are_counted_as_well(table: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masks, "_TABLE", table)
    spread = np.array([0, 3, 70_000, 16_777_215, 5, 256], np.uint32)
    expected, given = classes(1, count=6), classes(2, count=6)
    counted, plain = overlap(spread[expected], spread[given]), overlap(expected, given)
    wide = {
        (int(counted.expected[i]), int(counted.given[j])): int(n)
        for i, j, n in zip(counted.left, counted.right, counted.pixels, strict=True)
    }
    assert wide == {
        (int(spread[plain.expected[i]]), int(spread[plain.given[j]])): int(n)
        for i, j, n in zip(plain.left, plain.right, plain.pixels, strict=True)
    }


def test_semantic_like_scikit_learn() -> None:
    for seed in range(6):
        expected, given = classes(seed) + 1, classes(seed + 50, count=4) + 1
        figures = masks.semantic(overlap(expected, given))
        flat = expected.ravel(), given.ravel()
        each = jaccard_score(*flat, average=None)
        assert list(figures.classes.values()) == pytest.approx(each.tolist())
        assert figures.mean_iou == pytest.approx(jaccard_score(*flat, average="macro"))
        assert figures.weighted_iou == pytest.approx(jaccard_score(*flat, average="weighted"))
        assert figures.pixel_accuracy == pytest.approx(accuracy_score(*flat))


def test_pixels_without_a_label_are_no_class() -> None:
    expected = np.array([[0, 0, 1, 1]], np.uint32)
    given = np.array([[0, 1, 1, 2]], np.uint32)
    figures = masks.semantic(overlap(expected, given))
    assert figures.classes == {1: 1 / 3, 2: 0}
    assert figures.pixel_accuracy == pytest.approx(1 / 3)
    nothing = masks.semantic(overlap(expected * 0, expected * 0))
    assert (nothing.mean_iou, nothing.pixel_accuracy, nothing.weighted_iou) == (1, 1, 1)
    assert masks.semantic(overlap(expected * 0, given)).mean_iou == 0


def test_panoptic_like_a_double_loop_on_random_pictures() -> None:
    for seed in range(10):
        expected, given = classes(seed, count=9), classes(seed, count=9)
        given[:, seed * 3 :] = classes(seed + 50, count=12)[:, seed * 3 :]
        mine = {n: "sky" if n < 3 else "car" if n < 6 else "person" for n in range(1, 9)}
        other = {n: "sky" if n < 2 else "car" if n < 8 else "person" for n in range(1, 12)}
        figures = masks.panoptic(overlap(expected, given), mine, other)
        wanted = panoptic_by_loops(expected, given, mine, other)
        assert (figures.pq, figures.sq, figures.rq) == pytest.approx(wanted)
        things = [{n: name for n, name in names.items() if name != "sky"} for names in (mine, other)]
        part = masks.panoptic(overlap(expected, given), mine, other, ["car", "person"])
        assert (part.pq, part.sq, part.rq) == pytest.approx(panoptic_by_loops(expected, given, *things))


def test_real_coins_as_two_people_see_them() -> None:
    expected, given = coins(), coins(12)
    mine, other = ({int(n): "coin" for n in np.unique(one)[1:]} for one in (expected, given))
    counted = overlap(expected, given)
    figures = masks.panoptic(counted, mine, other)
    assert (figures.pq, figures.sq, figures.rq) == pytest.approx(
        panoptic_by_loops(expected, given, mine, other)
    )
    assert 0.5 < figures.pq < 1
    pairs = masks.matched_segments(counted, mine, other)
    assert len(pairs) == round(figures.rq * (len(mine) + len(other)) / 2)
    for a, b, iou in pairs:
        assert iou == ((expected == a) & (given == b)).sum() / ((expected == a) | (given == b)).sum()
    by_class = masks.semantic(masks.by_class(counted, dict.fromkeys(mine, 1), dict.fromkeys(other, 1)))
    assert by_class.mean_iou == pytest.approx(jaccard_score((expected > 0).ravel(), (given > 0).ravel()))


def edge(mask: Any, pixels: int) -> Any:
    """Cheng et al. (2021), ``mask_to_boundary``."""
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    eroded = cv2.erode(padded, np.ones((3, 3), np.uint8), iterations=pixels)
    return mask & ~eroded[1:-1, 1:-1].astype(bool)


def test_boundary_iou_like_its_authors() -> None:
    for expected, given in [(classes(1), classes(2)), (coins() % 4, coins(12) % 4)]:
        pixels = max(1, round(0.02 * np.hypot(*expected.shape)))
        ratios = []
        for name in np.union1d(np.unique(expected), np.unique(given)):
            if name:
                one, other = edge(expected == name, pixels), edge(given == name, pixels)
                ratios.append((one & other).sum() / (one | other).sum())
        assert masks.boundary_iou(expected, given) == pytest.approx(np.mean(ratios))
        assert masks.boundary_iou(expected, expected) == 1


def test_where_one_picture_is_larger_the_other_has_no_label() -> None:
    small, large = np.ones((2, 2), np.uint32), np.ones((3, 4), np.uint32)
    assert masks.semantic(overlap(small, large)).mean_iou == pytest.approx(4 / 12)
    # The larger one's edge is 10 of its pixels, of which 3 are among the 4 of the smaller one.
    assert masks.boundary_iou(small, large) == pytest.approx(3 / 11)
    tall = np.ones((4, 1), np.uint32)
    assert masks.semantic(overlap(small, tall)).mean_iou == pytest.approx(2 / 6)
