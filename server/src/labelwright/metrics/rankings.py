"""How alike two orders are, and what many comparisons of pairs say about strength.

Sources: Kendall, "The treatment of ties in ranking problems" (1945); Järvelin and Kekäläinen (2002) for NDCG;
Hunter, "MM algorithms for generalized Bradley–Terry models" (2004); Kemeny (1959).
"""

from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations
from math import log2
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers: TypeAlias = "NDArray[np.float64]"

T = TypeVar("T", bound=Hashable)

MAX_EXACT = 12
"""The most items of which the best common order is searched exactly: 2¹² sets."""


def kendall_tau_b(a: Sequence[float], b: Sequence[float]) -> float:
    """Return Kendall's τ-b of two lists of scores or ranks, −1 to 1.

    Lists without two different values have no order: equal lists then give 1, others 0.

    Raises:
        ValueError: the lists differ in length.
    """
    return _correlation("kendalltau", a, b)


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    """Return Spearman's ρ of two lists of scores or ranks, −1 to 1; without order as ``kendall_tau_b``.

    Raises:
        ValueError: the lists differ in length.
    """
    return _correlation("spearmanr", a, b)


def _correlation(name: str, a: Sequence[float], b: Sequence[float]) -> float:
    if len(a) != len(b):
        raise ValueError("The lists must be equally long.")
    if len(set(a)) < 2 or len(set(b)) < 2:
        return 1.0 if list(a) == list(b) else 0.0
    from scipy import stats

    return float(getattr(stats, name)(a, b).statistic)


def ranks(order: Sequence[Hashable], items: Sequence[Hashable]) -> list[int]:
    """Return the place of every item in an order, the best first, counted from 0; missing ones share the last."""
    places = {item: i for i, item in enumerate(order)}
    return [places.get(item, len(order)) for item in items]


def concordant_share(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """Return the share of pairs that two orders of the same items put the same way round, 0 to 1.

    Items that only one order has count as last there. A pair that is tied in one order only counts half. For
    orders without ties this is (1 + τ) / 2. Fewer than two items give 1.
    """
    items = list(dict.fromkeys((*a, *b)))
    return _same_way(ranks(a, items), ranks(b, items))


def concordant_groups(a: Sequence[Sequence[Hashable]], b: Sequence[Sequence[Hashable]]) -> float:
    """Return ``concordant_share`` of two orders with ties, given as groups, the best first."""
    left, right = ({item: i for i, group in enumerate(order) for item in group} for order in (a, b))
    items = list(dict.fromkeys((*left, *right)))
    return _same_way([left.get(one, len(a)) for one in items], [right.get(one, len(b)) for one in items])


def _same_way(left: Sequence[int], right: Sequence[int]) -> float:
    items = range(len(left))
    pairs = [(left[i] - left[j], right[i] - right[j]) for i, j in combinations(items, 2)]
    same = sum(1.0 if _sign(x) == _sign(y) else 0.5 if 0 in (x, y) else 0.0 for x, y in pairs)
    return same / len(pairs) if pairs else 1.0


def _sign(difference: int) -> int:
    return (difference > 0) - (difference < 0)


def ndcg(gains: Mapping[Hashable, float], order: Sequence[Hashable], k: int | None = None) -> float:
    """Return the normalised discounted cumulative gain of an order, 0 to 1; 1 when there is nothing to gain.

    Args:
        gains: item to how good it is, 0 or more.
        order: the items, best first.
        k: only the first k places count; all when absent.
    """
    ideal = _dcg(sorted(gains.values(), reverse=True)[:k])
    return _dcg([gains.get(item, 0.0) for item in order][:k]) / ideal if ideal else 1.0


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / log2(i + 2) for i, gain in enumerate(gains))


def borda(orders: Sequence[Sequence[T]]) -> list[T]:
    """Return the common order by the sum of places; equal sums keep the order of the first."""
    items = list(dict.fromkeys(item for order in orders for item in order))
    places = [ranks(order, items) for order in orders]
    sums = {item: sum(one[i] for one in places) for i, item in enumerate(items)}
    return sorted(items, key=sums.__getitem__)


def kemeny(orders: Sequence[Sequence[T]]) -> list[T]:
    """Return the order that disagrees with the given ones on the fewest pairs; of equals, the first's likest.

    Exact for up to ``MOST_EXACT`` items (dynamic programming over sets); Borda's order beyond.
    """
    items = list(dict.fromkeys(item for order in orders for item in order))
    n = len(items)
    if n > MAX_EXACT:
        return borda(orders)
    places = [ranks(order, items) for order in orders]
    # against[i][j]: how many put j before i, which is what it costs when i comes first.
    against = [[sum(one[j] < one[i] for one in places) for j in range(n)] for i in range(n)]
    best: list[tuple[int, int]] = [(0, -1)] * (1 << n)
    for chosen in range(1, 1 << n):
        options = []
        for last in range(n):
            if chosen >> last & 1:
                before = chosen ^ (1 << last)
                cost = sum(against[i][last] for i in range(n) if before >> i & 1)
                # Items are numbered as in the first order: of equal costs the later one goes last.
                options.append((best[before][0] + cost, -last))
        best[chosen] = min(options)
    found: list[T] = []
    chosen = (1 << n) - 1
    while chosen:
        last = -best[chosen][1]
        found.append(items[last])
        chosen ^= 1 << last
    return found[::-1]


def bradley_terry(wins: "Numbers", *, steps: int = 10_000, tolerance: float = 1e-10) -> "Numbers":
    """Return the strengths p, of sum 1, with P(i beats j) = p_i / (p_i + p_j), by maximum likelihood.

    Half a win and half a loss against everybody that was met keep an item that never won or never lost finite
    when the comparisons do not connect all items both ways.

    Args:
        wins: [n, n]: how often i beat j; a tie is half a win for each. The diagonal is not read.
        steps: the most steps of the iteration.
        tolerance: the largest change of a strength at which it ends.

    Raises:
        ValueError: the table is not square.
    """
    import numpy as np

    if wins.ndim != 2 or wins.shape[0] != wins.shape[1]:
        raise ValueError("The table must be square.")
    table = np.where(np.eye(len(wins), dtype=bool), 0.0, wins)
    met = table + table.T
    if len(table) and not _is_connected(table):
        table = table + 0.5 * (met > 0)
        met = table + table.T
    strengths: Numbers = np.full(len(table), 1 / max(len(table), 1))
    won = table.sum(axis=1)
    for _ in range(steps):
        expected = (met / (strengths[:, None] + strengths[None, :])).sum(axis=1)
        new: Numbers = np.divide(won, expected, out=strengths.copy(), where=expected > 0)
        new /= new.sum()
        if np.abs(new - strengths).max(initial=0.0) < tolerance:
            return new
        strengths = new
    return strengths


def win_rates(strengths: "Numbers") -> "Numbers":
    """Return the mean probability with which each item beats the others; 0.5 for one alone."""
    import numpy as np

    n = len(strengths)
    if n < 2:
        return np.full(n, 0.5)
    beats = strengths[:, None] / (strengths[:, None] + strengths[None, :])
    rates: Numbers = (beats.sum(axis=1) - 0.5) / (n - 1)
    return rates


def _is_connected(table: "Numbers") -> bool:
    """Tell whether a chain of wins leads from every item to every other: then the maximum exists."""
    from scipy.sparse.csgraph import connected_components

    count, _ = connected_components(table > 0, directed=True, connection="strong")
    return bool(count == 1)
