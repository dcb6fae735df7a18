"""Agreement against scikit-learn, nltk, the published tables, and plain loops over pairs."""

from collections.abc import Callable, Hashable, Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from nltk.metrics.agreement import AnnotationTask
from sklearn.metrics import cohen_kappa_score

from labelwright.metrics import agreement

PUBLISHED = [
    [1, 1, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [5, 5, 5],
    [1, 1],
    [3],
]
"""Four observers, twelve units, missing data: Krippendorff (2011), section C and D."""


def loops(units: Sequence[Sequence[Any]], distance: Callable[[Any, Any], float]) -> float:
    """α with one loop per pair of values."""
    kept = [unit for unit in units if len(unit) > 1]
    flat = [value for unit in kept for value in unit]
    n = len(flat)
    observed = sum(sum(distance(a, b) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in kept)
    expected = sum(distance(a, b) for a, b in permutations(flat, 2)) / (n - 1)
    return 1 - observed / expected


def ordinal(flat: Sequence[int]) -> Callable[[int, int], float]:
    def distance(a: int, b: int) -> float:
        low, high = min(a, b), max(a, b)
        between = sum(low <= one <= high for one in flat)
        return (between - (flat.count(a) + flat.count(b)) / 2) ** 2 if a != b else 0.0

    return distance


def random_units(seed: int, values: Sequence[Any]) -> list[list[Any]]:
    chooser = np.random.default_rng(seed)
    return [[values[i] for i in chooser.integers(0, len(values), chooser.integers(0, 5))] for _ in range(30)]


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_of_the_published_example(level: Any, published: float) -> None:
    assert agreement.krippendorff_alpha(PUBLISHED, level) == pytest.approx(published, abs=5e-4)


@pytest.mark.parametrize("seed", range(5))
def test_alpha_on_random_numbers(seed: int) -> None:
    units = random_units(seed, [1, 2, 4, 5, 9])
    flat = [value for unit in units if len(unit) > 1 for value in unit]
    distances: dict[Any, Callable[[Any, Any], float]] = {
        "nominal": lambda a, b: float(a != b),
        "interval": lambda a, b: float((a - b) ** 2),
        "ordinal": ordinal(flat),
    }
    for level, distance in distances.items():
        assert agreement.krippendorff_alpha(units, level) == pytest.approx(loops(units, distance))


@pytest.mark.parametrize("seed", range(5))
def test_alpha_of_sets_with_masi(seed: int) -> None:
    sets = [(), ("a",), ("a", "b"), ("b", "c"), ("a", "b", "c"), ("d",)]
    units = random_units(seed, sets)
    data = [
        (f"c{j}", f"u{i}", frozenset(value)) for i, unit in enumerate(units) for j, value in enumerate(unit)
    ]
    kept = [row for row in data if len(units[int(row[1][1:])]) > 1]
    judged = AnnotationTask(kept, distance=agreement.masi_distance).alpha()
    assert agreement.krippendorff_alpha(units, "set") == pytest.approx(judged)


def test_masi() -> None:
    a, b, c, d = (frozenset(one) for one in ("ab", "abc", "bc", "d"))
    assert agreement.masi_distance(a, a) == agreement.masi_distance(frozenset(), frozenset()) == 0
    assert agreement.masi_distance(a, b) == pytest.approx(1 - 2 / 3 * 2 / 3)
    assert agreement.masi_distance(a, c) == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert agreement.masi_distance(a, d) == agreement.masi_distance(a, frozenset()) == 1


def test_alpha_of_many_different_sets_is_made_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    chooser = np.random.default_rng(1)
    units = [[tuple(np.flatnonzero(chooser.random(8) < 0.3).tolist()) for _ in range(3)] for _ in range(60)]
    whole = agreement.krippendorff_alpha(units, "set")
    monkeypatch.setattr(agreement, "_BLOCK", 7)
    assert agreement.krippendorff_alpha(units, "set") == pytest.approx(whole)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "set"])
def test_alpha_at_its_ends(level: Any) -> None:
    def of(units: list[list[Any]]) -> float | None:
        wrapped = [[(str(v),) for v in unit] for unit in units] if level == "set" else units
        return agreement.krippendorff_alpha(wrapped, level)

    assert of([[1, 1], [2, 2], [3, 3]]) == pytest.approx(1)
    below = of([[1, 2], [2, 1]])
    assert below is not None
    assert below < 0
    assert of([[1, 1], [1, 1]]) is None
    assert of([[1], []]) is None
    assert of([]) is None


def test_values_far_from_zero_keep_their_digits() -> None:
    units = [[1e9, 1e9 + 1], [1e9 + 5, 1e9 + 5], [1e9 + 9, 1e9 + 8]]
    near = [[value - 1e9 for value in unit] for unit in units]
    assert agreement.krippendorff_alpha(units, "interval") == pytest.approx(
        agreement.krippendorff_alpha(near, "interval"), abs=1e-9
    )


def test_kappa_of_the_reference() -> None:
    assert agreement.cohen_kappa(np.array([[20.0, 5], [10, 15]])) == pytest.approx(0.4)


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
@pytest.mark.parametrize("seed", range(3))
def test_kappa_of_two_raters(seed: int, weights: Any) -> None:
    chooser = np.random.default_rng(seed)
    a, b = chooser.integers(1, 6, 60).tolist(), chooser.integers(1, 6, 60).tolist()
    table = agreement.confusion(a, b)
    assert agreement.cohen_kappa(table, weights) == pytest.approx(cohen_kappa_score(a, b, weights=weights))


def test_kappa_without_anything_to_tell() -> None:
    assert agreement.cohen_kappa(agreement.confusion(["a"], ["a"])) is None
    assert agreement.cohen_kappa(agreement.confusion([], [])) is None
    mixed: list[Hashable] = ["a", 1]
    assert agreement.confusion(mixed, mixed).tolist() == [[1, 0], [0, 1]]
    assert agreement.confusion(["a"], ["b"], ["b", "a"]).tolist() == [[0, 0], [1, 0]]


def test_fleiss_of_the_published_example() -> None:
    counts = [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
    assert agreement.fleiss_kappa(np.array(counts, dtype=float)) == pytest.approx(0.210, abs=5e-4)


@pytest.mark.parametrize("seed", range(3))
def test_fleiss_against_nltk(seed: int) -> None:
    # nltk's multi_kappa is Davies and Fleiss; its Bennett-free pi is Fleiss' κ.
    answers = np.random.default_rng(seed).integers(0, 3, (20, 4))
    data = [(f"c{j}", f"u{i}", str(v)) for i, row in enumerate(answers) for j, v in enumerate(row)]
    counts = np.stack([(answers == k).sum(axis=1) for k in range(3)], axis=1).astype(float)
    assert agreement.fleiss_kappa(counts) == pytest.approx(AnnotationTask(data).pi())


def test_fleiss_at_its_ends() -> None:
    assert agreement.fleiss_kappa(np.zeros((0, 2))) is None
    assert agreement.fleiss_kappa(np.array([[1.0, 0], [0, 1]])) is None
    assert agreement.fleiss_kappa(np.array([[2.0, 0], [2, 0]])) is None
    with pytest.raises(ValueError, match="as many"):
        agreement.fleiss_kappa(np.array([[2.0, 0], [2, 1]]))


def test_icc_of_the_published_example() -> None:
    # Shrout and Fleiss (1979), table 2 to 4: ICC(2,4) = .62.
    scores = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert agreement.icc2k(np.array(scores, dtype=float)) == pytest.approx(0.62, abs=5e-3)


def test_icc_at_its_ends() -> None:
    assert agreement.icc2k(np.array([[1.0, 1], [2, 2], [5, 5]])) == pytest.approx(1)
    assert agreement.icc2k(np.ones((3, 2))) is None
    assert agreement.icc2k(np.ones((1, 2))) is None
