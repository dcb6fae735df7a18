"""What many say against Crowd-Kit, on random data with workers of known skill."""

import numpy as np
import pandas as pd
import pytest
from crowdkit import aggregation

from labelwright.metrics import truth

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore:.*inplace.*", "ignore:.*copy keyword.*"
)


def crowd(seed: int, missing: float = 0.3) -> tuple[np.ndarray, pd.DataFrame]:
    """40 tasks of 3 categories, 6 workers of whom the last two guess."""
    chooser = np.random.default_rng(seed)
    right = chooser.integers(0, 3, 40)
    rows = [
        (task, worker, right[task] if chooser.random() < skill else chooser.integers(0, 3))
        for task in range(40)
        for worker, skill in enumerate([0.9, 0.8, 0.8, 0.6, 0.1, 0.0])
        if worker == 0 or chooser.random() > missing
    ]
    return right, pd.DataFrame(rows, columns=["task", "worker", "label"])


def fitted(data: pd.DataFrame, **options: float) -> truth.DawidSkene:
    columns = (data[name].to_numpy(dtype=np.intp) for name in ("task", "worker", "label"))
    return truth.dawid_skene(*columns, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(5))
def test_the_same_as_crowd_kit(seed: int) -> None:
    _, data = crowd(seed)
    # Both take as many steps: Crowd-Kit weighs the priors in its bound once per answer, and stops elsewhere.
    judge = aggregation.DawidSkene(n_iter=30, tol=-np.inf).fit(data)
    found = fitted(data, steps=30, tolerance=-np.inf)
    assert found.steps == 30
    np.testing.assert_allclose(found.probabilities, judge.probas_.sort_index()[[0, 1, 2]], atol=1e-6)
    np.testing.assert_allclose(found.priors, judge.priors_[[0, 1, 2]], atol=1e-6)
    errors = judge.errors_[[0, 1, 2]]
    for (worker, answer), row in errors.iterrows():
        np.testing.assert_allclose(found.confusions[worker, :, answer], row.to_numpy(), atol=1e-6)


def test_it_ends_where_more_steps_gain_nothing() -> None:
    _, data = crowd(0)
    ended, later = fitted(data, tolerance=1e-9, steps=10_000), fitted(data, steps=5_000, tolerance=-np.inf)
    assert ended.steps < 5_000
    np.testing.assert_allclose(ended.probabilities, later.probabilities, atol=1e-3)


def test_better_than_the_majority_when_some_guess() -> None:
    hits = {"model": 0, "majority": 0}
    for seed in range(10):
        right, data = crowd(seed)
        model = fitted(data, smoothing=0.01).probabilities.argmax(axis=1)
        most = aggregation.MajorityVote().fit_predict(data).sort_index().to_numpy()
        hits["model"] += int((model == right).sum())
        hits["majority"] += int((most == right).sum())
    assert hits["model"] > hits["majority"]


def test_workers_are_known_by_their_errors() -> None:
    _, data = crowd(3, missing=0.0)
    found = fitted(data, smoothing=0.01)
    reliability = found.reliability()
    assert reliability[0] > 0.75
    assert reliability[:3].min() > reliability[4:].max()
    np.testing.assert_allclose(found.confusions.sum(axis=2), 1)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)


def test_one_answer_is_believed() -> None:
    zero = np.zeros(1, dtype=np.intp)
    found = truth.dawid_skene(zero, zero, zero + 1, categories=3)
    assert found.probabilities.argmax() == 1


def test_nothing_or_something_missing_is_refused() -> None:
    none = np.zeros(0, dtype=np.intp)
    with pytest.raises(ValueError, match="at least one"):
        truth.dawid_skene(none, none, none)
    with pytest.raises(ValueError, match="as many"):
        truth.dawid_skene(np.zeros(2, dtype=np.intp), none, none)


@pytest.mark.parametrize("seed", range(5))
def test_majority_against_crowd_kit(seed: int) -> None:
    _, data = crowd(seed)
    judge = aggregation.MajorityVote().fit_predict(data)
    for task, rows in data.groupby("task"):
        tied, count = truth.majority(rows["label"].tolist())
        assert judge[task] in tied
        assert count == rows["label"].value_counts().max()


def test_ties_come_in_order_of_appearance() -> None:
    assert truth.majority(["b", "a", "a", "b", "c"]) == (["b", "a"], 2)
    with pytest.raises(ValueError, match="nothing"):
        truth.majority([])
