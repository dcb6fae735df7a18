"""Categories against scikit-learn on random data."""

import numpy as np
import pytest
from sklearn import metrics
from sklearn.preprocessing import MultiLabelBinarizer

from labelwright.metrics import categories

NAMES = ["car", "bus", "bike", "tram"]


def singles(seed: int) -> tuple[list[str], list[str]]:
    chooser = np.random.default_rng(seed)
    return list(chooser.choice(NAMES, 50)), list(chooser.choice(NAMES[:3], 50))


def sets(seed: int) -> tuple[list[set[str]], list[set[str]]]:
    chooser = np.random.default_rng(seed)
    table = chooser.random((2, 40, 4)) < 0.4
    table[0, :, 0] |= ~table[0].any(axis=1)
    table[1, :, 1] |= ~table[1].any(axis=1)
    first, second = ([{NAMES[i] for i in np.flatnonzero(row)} for row in half] for half in table)
    return first, second


@pytest.mark.parametrize("seed", range(5))
def test_single_categories(seed: int) -> None:
    a, b = singles(seed)
    wrapped = [{one} for one in a], [{one} for one in b]
    assert categories.accuracy(a, b) == pytest.approx(metrics.accuracy_score(a, b))
    assert categories.micro_f1(*wrapped) == pytest.approx(metrics.f1_score(a, b, average="micro"))
    assert categories.macro_f1(*wrapped) == pytest.approx(metrics.f1_score(a, b, average="macro"))
    each = categories.counts(*wrapped)
    precision, recall, _, _ = metrics.precision_recall_fscore_support(a, b, labels=NAMES[:3])
    assert [each[name].precision for name in NAMES[:3]] == pytest.approx(precision)
    assert [each[name].recall for name in NAMES[:3]] == pytest.approx(recall)


@pytest.mark.parametrize("seed", range(5))
def test_sets_of_categories(seed: int) -> None:
    a, b = sets(seed)
    one_hot = MultiLabelBinarizer(classes=NAMES)
    x, y = one_hot.fit_transform(a), one_hot.fit_transform(b)
    jaccards = [categories.jaccard(left, right) for left, right in zip(a, b, strict=True)]
    assert np.mean(jaccards) == pytest.approx(metrics.jaccard_score(x, y, average="samples"))
    assert categories.micro_f1(a, b) == pytest.approx(metrics.f1_score(x, y, average="micro"))
    assert categories.macro_f1(a, b) == pytest.approx(metrics.f1_score(x, y, average="macro"))


def test_nothing_on_both_sides_is_perfect_and_on_one_side_is_not() -> None:
    assert categories.jaccard([], []) == 1
    assert categories.jaccard(["a"], []) == 0
    assert categories.micro_f1([set()], [set()]) == categories.macro_f1([], []) == 1
    assert categories.accuracy([], []) == 1
    nothing = categories.F1(0, 0, 2)
    assert (nothing.precision, nothing.recall, nothing.f1) == (0, 1, 0)


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        categories.accuracy(["a"], [])
