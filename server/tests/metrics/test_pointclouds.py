"""Labels of points against scikit-learn and plain loops, on random clouds."""

import numpy as np
import pytest
from sklearn import metrics as judges

from labelwright.metrics import pointclouds


def random_cloud(seed: int, classes: int = 5, points: int = 600) -> tuple[np.ndarray, np.ndarray]:
    """Labels of which a third were changed; 0 is no label."""
    chooser = np.random.default_rng(seed)
    one = chooser.integers(0, classes + 1, points)
    return one, np.where(chooser.random(points) < 0.3, chooser.integers(0, classes + 1, points), one)


def random_segments(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Runs of points as segments, with borders that were moved a little and classes that were changed."""
    chooser = np.random.default_rng(seed)
    borders = np.sort(chooser.integers(0, 500, 9))
    one = np.searchsorted(borders, np.arange(500), "right")
    other = np.searchsorted(np.sort(borders + chooser.integers(-15, 15, 9)), np.arange(500), "right")
    shuffled = np.concatenate([[0], 1 + chooser.permutation(12)])
    classes = chooser.integers(0, 3, 10)
    renamed = np.zeros(13, int)
    renamed[shuffled[:10]] = np.where(chooser.random(10) < 0.15, chooser.integers(0, 3, 10), classes)
    return one, shuffled[other], classes, renamed


@pytest.mark.parametrize("seed", range(8))
def test_classes_are_those_of_scikit_learn(seed: int) -> None:
    one, other = random_cloud(seed)
    found = pointclouds.class_scores(one, other, 5)
    wanted = judges.jaccard_score(one, other, labels=range(1, 6), average=None)
    np.testing.assert_allclose(found.iou, wanted, atol=1e-12)
    assert found.mean_iou == pytest.approx(wanted.mean())
    weighted = judges.jaccard_score(one, other, labels=range(1, 6), average="weighted")
    assert found.weighted_iou == pytest.approx(weighted)
    labelled = (one > 0) | (other > 0)
    assert found.accuracy == pytest.approx(judges.accuracy_score(one[labelled], other[labelled]))
    table = judges.confusion_matrix(one, other, labels=range(6))
    np.testing.assert_array_equal(pointclouds.confusion(one, other, 6), table)


@pytest.mark.parametrize("seed", range(12))
def test_panoptic_quality_is_that_of_plain_loops(seed: int) -> None:
    one, other, classes, others = random_segments(seed)
    total, hits, wrong = np.zeros(3), np.zeros(3), np.zeros(3)
    mine, theirs = set(one) - {0}, set(other) - {0}
    for a in sorted(mine):
        for b in sorted(theirs):
            common, either = ((one == a) & (other == b)).sum(), ((one == a) | (other == b)).sum()
            if classes[a] == others[b] and common / either > 0.5:
                total[classes[a]] += common / either
                hits[classes[a]] += 1
    for a in mine:
        wrong[classes[a]] += 1
    for b in theirs:
        wrong[others[b]] += 1
    there = wrong > 0
    found = pointclouds.panoptic(one, other, classes, others)
    assert hits.sum() > 2
    assert found.quality == pytest.approx((total[there] / (wrong[there] / 2)).mean())
    assert found.recognition == pytest.approx((hits[there] / (wrong[there] / 2)).mean())
    assert found.segmentation == pytest.approx(total.sum() / hits.sum())
    assert found.matched == hits.sum()


def test_panoptic_quality_by_hand() -> None:
    """Two matches of IoU .8 and .6, one too many, one missing: 1.4 / 3 (task-types-2d-text §21.3)."""
    one = np.repeat([1, 2, 3], [10, 10, 5])
    other = np.repeat([1, 0, 2, 0, 4], [8, 2, 6, 4, 5])
    one, other = np.append(one, [0] * 5), np.append(other, [3] * 5)
    kinds = np.zeros(4, int), np.array([0, 0, 0, 0, 1])
    assert pointclouds.panoptic(one, other, *kinds).quality == pytest.approx(((1.4 / 3) + 0) / 2)
    other[other == 4] = 0
    assert pointclouds.panoptic(one, other, *kinds).quality == pytest.approx(1.4 / 3)


def test_nothing_labelled() -> None:
    none, some = np.zeros(4, int), np.ones(4, int)
    assert pointclouds.class_scores(none, none, 2)[1:] == (1, 1, 1)
    assert pointclouds.class_scores(none, some, 2)[1:] == (0, 0, 0)
    assert pointclouds.class_scores(some, none, 2)[1:] == (0, 0, 0)
    classes = np.array([0, 0])
    assert pointclouds.panoptic(none, none, classes, classes).quality == 1
    assert pointclouds.panoptic(none, some, classes, classes).quality == 0
    assert pointclouds.panoptic(some, none, classes, classes).quality == 0


def test_the_majority_decides_and_the_first_voter_of_equals() -> None:
    votes = np.array([[1, 1, 0, 3, 2], [2, 1, 1, 2, 0], [2, 0, 1, 1, 0]])
    assert pointclouds.majority(votes).tolist() == [2, 1, 1, 3, 0]
    assert pointclouds.majority(votes[:1]).tolist() == [1, 1, 0, 3, 2]
