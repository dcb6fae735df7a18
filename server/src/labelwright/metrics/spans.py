"""How well labelled spans of a text were found: strict, exact, partial, type, and the relations between spans.

The four ways to count are those of SemEval-2013 task 9 (Segura-Bedmar et al.), each with pairs that are chosen so
that the sum of their credit is largest:

- strict: the same boundaries and label;
- exact: the same boundaries, whatever the label;
- partial: 1 for the same boundaries, ½ for any overlap, whatever the label;
- type: any overlap with the same label.

Besides, ``overlap`` credits a pair of one label with the share of characters that both have
(wire/task-types-scores §2).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

import msgspec

from labelwright.metrics.categories import F1
from labelwright.metrics.matching import Candidates, assign

T = TypeVar("T")

MAX_OPEN = 200
"""The most spans over one another that are told apart: beyond that the number of pairs would explode."""


class LabelledSpan(msgspec.Struct, frozen=True):
    """A part of a text, ``start`` to ``end`` (not included, after ``start``), with a label."""

    start: int
    end: int
    label: str


class Relation(msgspec.Struct, frozen=True):
    """A named relation from one span to another."""

    source: LabelledSpan
    target: LabelledSpan
    name: str = ""
    is_directed: bool = True


class SpanScores(msgspec.Struct, frozen=True):
    """The counts of each way; see the module."""

    strict: F1
    exact: F1
    partial: F1
    type: F1
    overlap: F1


def score_spans(expected: Sequence[LabelledSpan], given: Sequence[LabelledSpan]) -> SpanScores:
    """Compare two sets of spans. The cost grows with the number of spans and of pairs that overlap."""
    pairs = list(_overlapping(expected, given))
    sizes = len(expected), len(given)

    def matched(credit: Callable[[LabelledSpan, LabelledSpan], float]) -> F1:
        credit_of = [credit(expected[i], given[j]) for i, j in pairs]
        return F1(_best_sum(pairs, credit_of), *sizes)

    return SpanScores(
        strict=_counted(expected, given, lambda span: span),
        exact=_counted(expected, given, lambda span: (span.start, span.end)),
        partial=matched(_half),
        type=matched(lambda a, b: float(a.label == b.label)),
        overlap=matched(lambda a, b: shared_part(a, b) if a.label == b.label else 0.0),
    )


def score_relations(expected: Sequence[Relation], given: Sequence[Relation]) -> F1:
    """Compare relations: both ends and the name must be the same, and the direction if there is one."""
    return _counted(expected, given, _ends)


def score_relations_loosely(expected: Sequence[Relation], given: Sequence[Relation]) -> F1:
    """Compare relations of which each end only has to overlap, with the same label."""
    by_source: defaultdict[LabelledSpan, list[tuple[int, LabelledSpan]]] = defaultdict(list)
    for j, one in enumerate(given):
        by_source[one.source].append((j, one.target))
        if not one.is_directed:
            by_source[one.target].append((j, one.source))
    near = _neighbours([one.source for one in expected], list(by_source))
    pairs = {
        (i, j)
        for i, one in enumerate(expected)
        for source in near[one.source]
        for j, target in by_source[source]
        if (given[j].name, given[j].is_directed) == (one.name, one.is_directed) and _touch(one.target, target)
    }
    return F1(_best_sum(sorted(pairs), [1.0] * len(pairs)), len(expected), len(given))


def shared_part(a: LabelledSpan, b: LabelledSpan) -> float:
    """Return characters that both spans have / characters that either has, 0 to 1."""
    both = min(a.end, b.end) - max(a.start, b.start)
    return max(0, both) / (max(a.end, b.end) - min(a.start, b.start))


def _half(a: LabelledSpan, b: LabelledSpan) -> float:
    return 1.0 if (a.start, a.end) == (b.start, b.end) else 0.5


def _touch(a: LabelledSpan, b: LabelledSpan) -> bool:
    return a.label == b.label and a.start < b.end and b.start < a.end


def _best_sum(pairs: Sequence[tuple[int, int]], weights: Sequence[float]) -> float:
    return assign(Candidates.of([i for i, _ in pairs], [j for _, j in pairs], weights)).total


def _counted(expected: Sequence[T], given: Sequence[T], key: Callable[[T], Hashable]) -> F1:
    both = Counter(map(key, expected)) & Counter(map(key, given))
    return F1(float(both.total()), len(expected), len(given))


def _ends(one: Relation) -> Hashable:
    ends = one.source, one.target
    return one.name, one.is_directed, ends if one.is_directed else frozenset(ends)


def _neighbours(
    spans: Sequence[LabelledSpan], others: Sequence[LabelledSpan]
) -> dict[LabelledSpan, list[LabelledSpan]]:
    """Return for each span the others that overlap it and have its label."""
    distinct = list(dict.fromkeys(spans))
    near: dict[LabelledSpan, list[LabelledSpan]] = {span: [] for span in distinct}
    for i, j in _overlapping(distinct, others):
        if distinct[i].label == others[j].label:
            near[distinct[i]].append(others[j])
    return near


def _overlapping(
    expected: Sequence[LabelledSpan], given: Sequence[LabelledSpan]
) -> Iterator[tuple[int, int]]:
    """Yield the indices of every pair with a character in common, by walking along the text.

    Where more than ``MOST_OPEN`` spans of one side lie over each other, only so many of them find partners.
    """
    all_of = [(side, i, span) for side, spans in enumerate((expected, given)) for i, span in enumerate(spans)]
    marks = [(span.start, 1, side, i) for side, i, span in all_of]
    marks += [(span.end, 0, side, i) for side, i, span in all_of]
    is_open: tuple[dict[int, None], dict[int, None]] = ({}, {})
    for _, begins, side, i in sorted(marks):
        if not begins:
            del is_open[side][i]
            continue
        is_open[side][i] = None
        for j in islice(is_open[1 - side], MAX_OPEN):
            yield (i, j) if side == 0 else (j, i)
