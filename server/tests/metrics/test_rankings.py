"""Orders against scipy, scikit-learn and a search of all permutations."""

from itertools import permutations

import numpy as np
import pytest
from scipy import optimize, stats
from sklearn.metrics import ndcg_score

from labelwright.metrics import rankings


@pytest.mark.parametrize("seed", range(10))
def test_correlations_with_ties(seed: int) -> None:
    chooser = np.random.default_rng(seed)
    a, b = chooser.integers(0, 4, 12).tolist(), chooser.integers(0, 4, 12).tolist()
    pairs = [(np.sign(a[i] - a[j]), np.sign(b[i] - b[j])) for i in range(12) for j in range(i)]
    left, right = (np.array(side) for side in zip(*pairs, strict=True))
    by_hand = (left * right).sum() / np.sqrt((left != 0).sum() * (right != 0).sum())
    assert rankings.kendall_tau_b(a, b) == pytest.approx(by_hand)
    ranked = stats.rankdata(a), stats.rankdata(b)
    assert rankings.spearman(a, b) == pytest.approx(np.corrcoef(*ranked)[0, 1])


def test_tau_of_the_reference() -> None:
    places = rankings.ranks("acb", "abc")
    assert places == [0, 2, 1]
    assert rankings.kendall_tau_b([0, 1, 2], places) == pytest.approx(1 / 3)
    assert rankings.concordant_share("abc", "acb") == pytest.approx(2 / 3)


def test_lists_without_an_order() -> None:
    assert rankings.kendall_tau_b([1, 1], [1, 1]) == 1
    assert rankings.spearman([1, 1], [1, 2]) == 0
    assert rankings.kendall_tau_b([], []) == 1
    with pytest.raises(ValueError, match="equally long"):
        rankings.spearman([1], [1, 2])


@pytest.mark.parametrize("order", list(permutations("abcd"))[::5])
def test_concordant_pairs_follow_tau(order: tuple[str, ...]) -> None:
    tau = rankings.kendall_tau_b(range(4), rankings.ranks(order, "abcd"))
    assert rankings.concordant_share("abcd", order) == pytest.approx((1 + tau) / 2)


def test_items_that_one_order_lacks_share_its_last_place() -> None:
    assert rankings.concordant_share("abc", "a") == pytest.approx((1 + 1 + 0.5) / 3)
    assert rankings.concordant_share("", "ab") == pytest.approx(0.5)
    assert rankings.concordant_share("a", "a") == rankings.concordant_share("", "") == 1


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("k", [None, 3])
def test_ndcg(seed: int, k: int | None) -> None:
    chooser = np.random.default_rng(seed)
    gains, order = chooser.integers(0, 4, 8), chooser.permutation(8)
    judged = ndcg_score([gains], [-np.argsort(order)], k=k)
    given = dict(enumerate(gains.tolist()))
    assert rankings.ndcg(given, order.tolist(), k) == pytest.approx(judged)


def test_ndcg_without_gains() -> None:
    assert rankings.ndcg({"a": 0}, "a") == rankings.ndcg({}, "") == 1


@pytest.mark.parametrize("seed", range(10))
def test_kemeny_finds_the_best_of_all_orders(seed: int) -> None:
    chooser = np.random.default_rng(seed)
    orders = ["".join(chooser.permutation(list("abcde"))) for _ in range(4)]

    def cost(order: tuple[str, ...]) -> float:
        return sum(1 - rankings.concordant_share(order, one) for one in orders)

    found = tuple(str(one) for one in rankings.kemeny(orders))
    assert sorted(found) == list("abcde")
    assert cost(found) == pytest.approx(min(map(cost, permutations("abcde"))))


def test_common_orders_of_equal_orders() -> None:
    many = [chr(97 + i) for i in range(rankings.MAX_EXACT + 3)]
    assert rankings.kemeny([many, many]) == rankings.borda([many]) == many
    assert rankings.kemeny(["cab"] * 3) == ["c", "a", "b"]
    assert rankings.kemeny([]) == []


def test_a_tie_goes_to_the_first_order() -> None:
    assert rankings.kemeny(["ba", "ab"]) == ["b", "a"]
    assert rankings.borda(["ba", "ab"]) == ["b", "a"]


@pytest.mark.parametrize("seed", range(5))
def test_strengths_maximise_the_likelihood(seed: int) -> None:
    chooser = np.random.default_rng(seed)
    wins = chooser.integers(1, 20, (4, 4)).astype(float)
    np.fill_diagonal(wins, 0)

    def loss(logs: np.ndarray) -> float:
        logs = np.append(logs, 0.0)
        return float((wins * np.log1p(np.exp(logs[None, :] - logs[:, None]))).sum())

    best = np.exp(np.append(optimize.minimize(loss, np.zeros(3), tol=1e-12).x, 0.0))
    assert rankings.bradley_terry(wins) == pytest.approx(best / best.sum(), abs=1e-5)


def test_strength_of_two() -> None:
    strengths = rankings.bradley_terry(np.array([[0.0, 3.0], [1.0, 0.0]]))
    assert strengths == pytest.approx([0.75, 0.25])
    assert rankings.win_rates(strengths) == pytest.approx([0.75, 0.25])


def test_one_who_always_wins_stays_finite() -> None:
    strengths = rankings.bradley_terry(np.array([[0.0, 5.0, 5.0], [0, 0, 5], [0, 0, 0]]))
    assert strengths.sum() == pytest.approx(1)
    assert strengths[0] > strengths[1] > strengths[2] > 0
    alone = rankings.bradley_terry(np.zeros((2, 2)))
    assert rankings.win_rates(alone) == pytest.approx([0.5, 0.5])
    assert rankings.win_rates(np.ones(1)) == pytest.approx([0.5])
    with pytest.raises(ValueError, match="square"):
        rankings.bradley_terry(np.zeros((2, 3)))
