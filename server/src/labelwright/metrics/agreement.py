"""How far several people agree beyond chance: Cohen's and Fleiss' κ, Krippendorff's α, intraclass correlation.

1 is perfect agreement, 0 what chance would give, below 0 worse than that. A coefficient is ``None`` where it is not
defined: nothing to compare, or one value only, so that chance alone agrees always.

Sources: Cohen (1960, 1968); Fleiss (1971); Krippendorff, "Computing Krippendorff's alpha-reliability" (2011);
Passonneau, "Measuring agreement on set-valued items" (2006); Shrout and Fleiss, "Intraclass correlations" (1979).
"""

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Level = Literal["nominal", "ordinal", "interval", "set"]
Weights = Literal["linear", "quadratic"]
_BLOCK = 512
"""How many different sets are compared with all others at once."""


def confusion(
    a: Sequence[Hashable], b: Sequence[Hashable], values: Sequence[Hashable] | None = None
) -> NDArray[np.float64]:
    """Return how often the first rater chose i and the second j, [values, values].

    Args:
        a: the first rater's values.
        b: the second's, of the same things.
        values: all values in their order; those that occur, sorted, when absent.

    Raises:
        ValueError: there are more of one than of the other.
    """
    known = _in_order([*a, *b]) if values is None else list(values)
    index = {value: i for i, value in enumerate(known)}
    table = np.zeros((len(known), len(known)))
    for x, y in zip(a, b, strict=True):
        table[index[x], index[y]] += 1
    return table


def cohen_kappa(table: NDArray[np.float64], weights: Weights | None = None) -> float | None:
    """Return Cohen's κ = (p_o − p_e) / (1 − p_e) of two raters.

    Args:
        table: as of ``confusion``.
        weights: for values in an order, whether a difference counts by its size or its square.
    """
    total = table.sum()
    if not total:
        return None
    places = np.arange(len(table))
    apart = np.abs(places[:, None] - places[None, :]).astype(float)
    cost = {None: apart > 0, "linear": apart, "quadratic": apart**2}[weights]
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    by_chance = float((cost * expected).sum())
    return 1 - float((cost * table).sum()) / by_chance if by_chance else None


def fleiss_kappa(counts: NDArray[np.float64]) -> float | None:
    """Return Fleiss' κ of as many raters for every unit.

    Args:
        counts: [units, categories]: how many raters chose a category.

    Raises:
        ValueError: units have different numbers of ratings.
    """
    if not counts.size:
        return None
    raters = counts.sum(axis=1)
    if not np.all(raters == raters[0]):
        raise ValueError("Every unit must have as many ratings.")
    n = float(raters[0])
    if n < 2:
        return None
    shares = counts.sum(axis=0) / counts.sum()
    by_chance = float((shares**2).sum())
    agreed = float(((counts**2).sum(axis=1) - n).mean()) / (n * (n - 1))
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else None


def krippendorff_alpha(units: Sequence[Sequence[Hashable]], level: Level = "nominal") -> float | None:
    """Return Krippendorff's α = 1 − D_o / D_e of any number of raters, with missing data.

    Units with fewer than two values are dropped. Of ``n`` values the cost is O(n); with sets, also the square of
    how many different sets there are.

    Args:
        units: for each thing that was rated, the values it was given; missing ones are just not there.
        level: which differences count. ``nominal``: all alike. ``ordinal``: by the values between, in sorted
            order. ``interval``: squared. ``set``: MASI distance of collections.

    Returns:
        At most 1; None when no unit has two values, or all values are equal.
    """
    kept = [unit for unit in units if len(unit) > 1]
    if not kept:
        return None
    flat = [value for unit in kept for value in unit]
    owner = np.repeat(np.arange(len(kept)), [len(unit) for unit in kept])
    if level == "set":
        return _set_alpha([_as_set(value) for value in flat], owner)
    if level == "nominal":
        return _nominal_alpha(_codes(flat), owner)
    numbers = np.array(flat, dtype=float)
    return _interval_alpha(numbers if level == "interval" else _midranks(numbers), owner)


def masi_distance(a: frozenset[Hashable], b: frozenset[Hashable]) -> float:
    """Return 1 − Jaccard · monotonicity: 0 for equal sets, 1 for sets without common members.

    Monotonicity is 1 for equal sets, 2/3 when one contains the other, 1/3 when they overlap otherwise.
    """
    if a == b:
        return 0.0
    both = len(a & b)
    return 1 - both / len(a | b) * (2 / 3 if both == min(len(a), len(b)) else 1 / 3)


def icc2k(scores: NDArray[np.float64]) -> float | None:
    """Return ICC(2,k): the reliability of the mean of k raters who rated everything (two-way random, absolute).

    Args:
        scores: [units, raters], complete.

    Returns:
        At most 1; None with fewer than two units or raters, or without any variance.
    """
    n, k = scores.shape
    if n < 2 or k < 2:
        return None
    mean = scores.mean()
    units, raters = scores.mean(axis=1), scores.mean(axis=0)
    between = k * ((units - mean) ** 2).sum() / (n - 1)
    columns = n * ((raters - mean) ** 2).sum() / (k - 1)
    rest = ((scores - units[:, None] - raters[None, :] + mean) ** 2).sum() / ((n - 1) * (k - 1))
    below = between + (columns - rest) / n
    return float((between - rest) / below) if below > 0 else None


def _nominal_alpha(codes: NDArray[np.intp], owner: NDArray[np.intp]) -> float | None:
    n = len(codes)
    sizes = np.bincount(owner)
    # Equal values of one unit, counted by (unit, value) pairs that occur.
    _, which, same = np.unique(owner * (int(codes.max()) + 1) + codes, return_index=True, return_counts=True)
    agreed = np.bincount(owner[which], weights=same.astype(float) ** 2, minlength=len(sizes))
    observed = float(((sizes**2 - agreed) / (sizes - 1)).sum()) / n
    totals = np.bincount(codes).astype(float)
    expected = (n**2 - float((totals**2).sum())) / (n * (n - 1))
    return 1 - observed / expected if expected else None


def _interval_alpha(numbers: NDArray[np.float64], owner: NDArray[np.intp]) -> float | None:
    n = len(numbers)
    if not np.ptp(numbers):
        return None
    # Around the mean, so that sums of squares keep their digits.
    numbers = numbers - numbers.mean()
    sizes = np.bincount(owner)
    sums = np.bincount(owner, weights=numbers)
    squares = np.bincount(owner, weights=(numbers - (sums / sizes)[owner]) ** 2)
    observed = float((2 * sizes * squares / (sizes - 1)).sum()) / n
    expected = 2 * float((numbers**2).sum()) / (n - 1)
    return 1 - observed / expected


def _set_alpha(sets: Sequence[frozenset[Hashable]], owner: NDArray[np.intp]) -> float | None:
    index: dict[frozenset[Hashable], int] = {}
    codes = np.array([index.setdefault(one, len(index)) for one in sets], dtype=np.intp)
    distinct = list(index)
    members: dict[Hashable, int] = {}
    for one in distinct:
        for member in one:
            members.setdefault(member, len(members))
    has = np.zeros((len(distinct), len(members)), dtype=np.float32)
    for i, one in enumerate(distinct):
        has[i, [members[member] for member in one]] = 1
    n = len(codes)
    totals = np.bincount(codes).astype(float)
    expected = 0.0
    for first in range(0, len(distinct), _BLOCK):
        rows = np.arange(first, min(first + _BLOCK, len(distinct)))
        expected += float(totals[rows] @ _masi(has, rows) @ totals)
    if not expected:
        return None
    observed = 0.0
    for unit in np.split(codes, np.flatnonzero(np.diff(owner)) + 1):
        here = has[unit]
        observed += float(_masi(here, np.arange(len(unit))).sum()) / (len(unit) - 1)
    return 1 - (observed / n) / (expected / (n * (n - 1)))


def _masi(has: NDArray[np.float32], rows: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return the MASI distances of some sets to all, [rows, sets], from the table of their members."""
    both = (has[rows] @ has.T).astype(float)
    sizes = has.sum(axis=1).astype(float)
    left, right = sizes[rows][:, None], sizes[None, :]
    union = left + right - both
    equal = union == both
    part = np.where(both == np.minimum(left, right), 2 / 3, 1 / 3)
    with np.errstate(invalid="ignore"):
        near = np.where(equal, 1.0, np.nan_to_num(both / union) * part)
    result: NDArray[np.float64] = 1 - near
    return result


def _midranks(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean place of each value among all: their squared differences are α's ordinal distances."""
    _, codes, totals = np.unique(numbers, return_inverse=True, return_counts=True)
    middle: NDArray[np.float64] = (np.cumsum(totals) - totals / 2)[codes]
    return middle


def _codes(values: Sequence[Hashable]) -> NDArray[np.intp]:
    index: dict[Hashable, int] = {}
    return np.array([index.setdefault(value, len(index)) for value in values], dtype=np.intp)


def _as_set(value: Hashable) -> frozenset[Hashable]:
    if isinstance(value, frozenset):
        return value
    return frozenset(value) if isinstance(value, tuple) else frozenset((value,))


def _in_order(values: Sequence[Hashable]) -> list[Hashable]:
    distinct = set(values)
    try:
        return sorted(distinct)  # type: ignore[type-var]
    except TypeError:
        return sorted(distinct, key=str)
