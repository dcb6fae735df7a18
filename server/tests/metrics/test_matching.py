"""Assignment against scipy's dense solver, and against trying everything."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from labelwright.metrics import matching
from labelwright.metrics.matching import Candidates, assign


def sparse_matrix(seed: int) -> Any:
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(1, 14, 2)
    return rng.random((rows, columns)) * (rng.random((rows, columns)) < rng.choice([0.1, 0.3, 0.9]))


@pytest.mark.parametrize("dense", [0, 30, matching.DENSE])
def test_the_sum_is_that_of_the_dense_solver(dense: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "DENSE", dense)
    monkeypatch.setattr(matching, "FULL", 0)
    for seed in range(150):
        matrix = sparse_matrix(seed)
        found = assign(Candidates.of_matrix(matrix))
        rows, columns = linear_sum_assignment(matrix, maximize=True)
        assert found.total == pytest.approx(matrix[rows, columns].sum(), abs=1e-12)
        assert len(set(found.left.tolist())) == len(set(found.right.tolist())) == len(found.left)
        assert (matrix[found.left, found.right] == found.similarity).all()
        assert (found.similarity > 0).all()
        assert (np.diff(found.left) > 0).all()


def test_no_choice_is_better() -> None:
    for seed in range(40):
        matrix = np.random.default_rng(seed).random((4, 4))
        best = max(sum(matrix[i, j] for i, j in enumerate(order)) for order in permutations(range(4)))
        assert assign(Candidates.of_matrix(matrix)).total == pytest.approx(best)


def test_the_order_of_the_pairs_does_not_matter() -> None:
    pairs = Candidates.of_matrix(sparse_matrix(7))
    turned = Candidates(*(one[::-1] for one in pairs))
    assert assign(turned).total == pytest.approx(assign(pairs).total)


def test_nothing_to_assign() -> None:
    assert len(assign(Candidates.of([], [], [])).left) == 0
    assert len(Candidates.of_matrix(np.zeros((3, 0))).left) == 0
    assert Candidates.joined([]).total == 0


def test_pairs_without_similarity_are_none() -> None:
    assert Candidates.of([0, 1], [0, 1], [0.0, 0.5]).left.tolist() == [1]


def test_labels_decide_who_may_be_matched() -> None:
    pairs = Candidates.of_matrix([[0.9, 0.6], [0.7, 0.8]])
    same = assign(pairs.same(["car", "van"], ["van", "car"]))
    assert (same.left.tolist(), same.right.tolist()) == ([0, 1], [1, 0])
    assert assign(pairs.at_least(0.85)).left.tolist() == [0]
    assert len(pairs.same(["car", "van"], ["bus", "bus"]).left) == 0
