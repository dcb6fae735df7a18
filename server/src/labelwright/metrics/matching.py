"""One-to-one assignment of what was given to what was expected, over the pairs that can match at all.

Only pairs that are alike to some degree are looked at (``Candidates``), so that 10,000 boxes against 10,000 need
no matrix of 100 million numbers. Source: Kuhn (1955), by the solvers of scipy; wire/task-types-scores §2.
"""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]
    Indexes: TypeAlias = npt.NDArray[np.int64]

DENSE = 1_000_000
"""The largest matrix, in cells (8 MB), in which one group of pairs is solved, however empty it is."""

FULL = 8
"""Cells per pair up to which a larger matrix is no larger than its pairs are, and is solved as a matrix, too."""


class Candidates(NamedTuple):
    """Pairs that can match, in any order, none twice.

    Attributes:
        left: indexes of the expected, shape ``[N]``.
        right: indexes of the given, shape ``[N]``.
        similarity: of each pair, more than 0 and at most 1, shape ``[N]``.
    """

    left: "Indexes"
    right: "Indexes"
    similarity: "Floats"

    @classmethod
    def of(cls, left: Any, right: Any, similarity: Any) -> "Candidates":
        """Return pairs from anything that makes arrays; those with no similarity are left out."""
        alike = np.asarray(similarity, np.float64).reshape(-1)
        kept = alike > 0
        return cls(
            np.asarray(left, np.int64).reshape(-1)[kept],
            np.asarray(right, np.int64).reshape(-1)[kept],
            alike[kept],
        )

    @classmethod
    def of_matrix(cls, similarity: Any) -> "Candidates":
        """Return the pairs of a whole matrix, rows expected, columns given, shape ``[E, G]``."""
        matrix = np.asarray(similarity, np.float64)
        left, right = np.nonzero(matrix > 0)
        return cls(left.astype(np.int64), right.astype(np.int64), matrix[left, right])

    @classmethod
    def joined(cls, parts: Sequence["Candidates"]) -> "Candidates":
        """Return the pairs of several parts together."""
        if not parts:
            return cls.of([], [], [])
        return cls(*(np.concatenate(one) for one in zip(*parts, strict=True)))

    @property
    def total(self) -> float:
        """Sum of the similarities."""
        return float(self.similarity.sum())

    def where(self, kept: "npt.NDArray[np.bool_]") -> "Candidates":
        """Return some of the pairs.

        Args:
            kept: shape ``[N]``.
        """
        return Candidates(self.left[kept], self.right[kept], self.similarity[kept])

    def at_least(self, threshold: float) -> "Candidates":
        """Return the pairs with at least this similarity."""
        return self.where(self.similarity >= threshold)

    def same(self, expected: Sequence[Hashable], given: Sequence[Hashable]) -> "Candidates":
        """Return the pairs whose sides have equal names.

        Args:
            expected: the name of each expected one (a label).
            given: the name of each given one.
        """
        numbers: dict[Hashable, int] = {}
        mine = np.array([numbers.setdefault(one, len(numbers)) for one in expected], np.int64)
        other = np.array([numbers.setdefault(one, len(numbers)) for one in given], np.int64)
        return self.where(mine[self.left] == other[self.right]) if len(self.left) else self


def assign(candidates: Candidates) -> Candidates:
    """Return the pairs of a one-to-one assignment with the largest sum of similarities.

    Pairs that share nothing with others are taken at once; each connected group of the rest is solved by itself.

    Returns:
        The pairs by ascending ``left``. Of several equally good assignments always the same one.
    """
    if not len(candidates.left):
        return candidates
    alone = _alone(candidates)
    chosen = [np.flatnonzero(alone)]
    rest = np.flatnonzero(~alone)
    if len(rest):
        chosen.extend(rest[one] for one in _groups_solved(candidates.where(~alone)))
    places = np.concatenate(chosen)
    places = places[np.argsort(candidates.left[places], kind="stable")]
    return Candidates(candidates.left[places], candidates.right[places], candidates.similarity[places])


def _alone(candidates: Candidates) -> "npt.NDArray[np.bool_]":
    """Tell of each pair whether neither side has another."""
    mine = np.bincount(candidates.left)[candidates.left] == 1
    other = np.bincount(candidates.right)[candidates.right] == 1
    alone: npt.NDArray[np.bool_] = mine & other
    return alone


def _groups_solved(candidates: Candidates) -> "list[Indexes]":
    """Return the places of the chosen pairs, group by group."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    lefts, left = _compact(candidates.left)
    rights, right = _compact(candidates.right)
    count = lefts + rights
    graph = coo_array((np.ones(len(left)), (left, lefts + right)), shape=(count, count))
    _, groups = connected_components(graph, directed=False)
    group = groups[left]
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    return [
        places[_solved(left[places], right[places], candidates.similarity[places])]
        for places in np.split(order, starts[1:])
    ]


def _solved(left: "Indexes", right: "Indexes", similarity: "Floats") -> "Indexes":
    """Return the places of the chosen pairs of one connected group."""
    lefts, row = _compact(left)
    rights, column = _compact(right)
    if lefts == 1 or rights == 1:
        return np.array([similarity.argmax()], np.int64)
    if lefts * rights <= max(DENSE, FULL * len(left)):
        from scipy.optimize import linear_sum_assignment

        matrix = np.zeros((lefts, rights))
        matrix[row, column] = similarity
        rows, columns = linear_sum_assignment(matrix, maximize=True)
    else:
        rows, columns = _solved_sparsely(row, column, similarity, lefts, rights)
    pairs = row * rights + column
    # Columns beyond the last, and cells that are no pairs, stand for “none”.
    wanted = (rows * rights + columns)[columns < rights]
    order = np.argsort(pairs)
    places = order[np.searchsorted(pairs, wanted, sorter=order).clip(max=len(pairs) - 1)]
    chosen: Indexes = places[pairs[places] == wanted]
    return chosen


def _compact(numbers: "Indexes") -> "tuple[int, Indexes]":
    """Return how many different numbers there are, and the place of each among them."""
    there = np.zeros(int(numbers.max()) + 1, np.int64)
    there[numbers] = 1
    places = np.cumsum(there)
    return int(places[-1]), places[numbers] - 1


def _solved_sparsely(
    row: "Indexes", column: "Indexes", similarity: "Floats", rows: int, columns: int
) -> "tuple[Indexes, Indexes]":
    """Solve a large group without a dense matrix.

    The solver wants every row matched: each gets a column of its own that stands for “none”. With 1 added to
    every pair nothing changes in the choice, and no weight is 0, which would count as no pair.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    none = np.arange(rows)
    graph = csr_array(
        (
            np.concatenate([similarity + 1, np.ones(rows)]),
            (np.concatenate([row, none]), np.concatenate([column, columns + none])),
        ),
        shape=(rows, columns + rows),
    )
    chosen: tuple[Indexes, Indexes] = min_weight_full_bipartite_matching(graph, maximize=True)
    return chosen
