"""How alike two lists of categories are: accuracy, Jaccard index, micro and macro F1.

Sources: Jaccard (1912); Sokolova and Lapalme, "A systematic analysis of performance measures" (2009).
"""

from collections import Counter
from collections.abc import Collection, Hashable, Sequence

import msgspec


class F1(msgspec.Struct, frozen=True):
    """Counts of what was found, and the figures made from them.

    Attributes:
        matched: true positives; a fraction where a pair counts in part.
        expected: how many there should be.
        given: how many there are.
    """

    matched: float
    expected: float
    given: float

    @property
    def precision(self) -> float:
        """Share of the given that is right; 1 when nothing was given."""
        return self.matched / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Share of the expected that was found; 1 when nothing was expected."""
        return self.matched / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both, 2·TP / (expected + given); 1 when nothing is on either side."""
        both = self.expected + self.given
        return 2 * self.matched / both if both else 1.0


def jaccard(a: Collection[Hashable], b: Collection[Hashable]) -> float:
    """Return |a ∩ b| / |a ∪ b| of two sets; 1 when both are empty."""
    left, right = frozenset(a), frozenset(b)
    union = len(left | right)
    return len(left & right) / union if union else 1.0


def accuracy(expected: Sequence[Hashable], given: Sequence[Hashable]) -> float:
    """Return the share of equal pairs; 1 without any pair.

    Raises:
        ValueError: there are more of one than of the other.
    """
    pairs = list(zip(expected, given, strict=True))
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else 1.0


def counts(
    expected: Sequence[Collection[Hashable]], given: Sequence[Collection[Hashable]]
) -> dict[Hashable, F1]:
    """Return per category how often it was expected, given and both, over a batch of sets.

    A single category is a set of one.

    Raises:
        ValueError: there are more of one than of the other.
    """
    found: Counter[Hashable] = Counter()
    should: Counter[Hashable] = Counter()
    there: Counter[Hashable] = Counter()
    for a, b in zip(expected, given, strict=True):
        left, right = frozenset(a), frozenset(b)
        found.update(left & right)
        should.update(left)
        there.update(right)
    return {name: F1(found[name], should[name], there[name]) for name in {**should, **there}}


def micro_f1(expected: Sequence[Collection[Hashable]], given: Sequence[Collection[Hashable]]) -> float:
    """Return F1 over all decisions of a batch; equal to accuracy where each set has one category."""
    all_of = counts(expected, given).values()
    return F1(
        sum(one.matched for one in all_of),
        sum(one.expected for one in all_of),
        sum(one.given for one in all_of),
    ).f1


def macro_f1(expected: Sequence[Collection[Hashable]], given: Sequence[Collection[Hashable]]) -> float:
    """Return the mean of F1 over the categories that occur; 1 when none does."""
    all_of = counts(expected, given).values()
    return sum(one.f1 for one in all_of) / len(all_of) if all_of else 1.0
