"""Spans and relations against plain loops over all assignments, on random data."""

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest

from labelwright.metrics import spans
from labelwright.metrics.spans import LabelledSpan as Span
from labelwright.metrics.spans import Relation

GOLD = [Span(0, 9, "P"), Span(22, 31, "C")]


def random_spans(seed: int, count: int) -> list[Span]:
    chooser = np.random.default_rng(seed)
    found = dict.fromkeys(
        Span(int(start), int(start + length), label)
        for start, length, label in zip(
            chooser.integers(0, 25, count),
            chooser.integers(1, 8, count),
            chooser.choice(["P", "C"], count),
            strict=True,
        )
    )
    return list(found)


def best(a: list[Span], b: list[Span], credit: Callable[[Span, Span], float]) -> float:
    """The largest sum over all ways to pair them, tried one after another."""
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    return max(
        sum(credit(one, other) for one, other in zip(short, order, strict=True))
        for order in permutations(long, len(short))
    )


def shared(a: Span, b: Span) -> int:
    return len(set(range(a.start, a.end)) & set(range(b.start, b.end)))


def half(a: Span, b: Span) -> float:
    if (a.start, a.end) == (b.start, b.end):
        return 1.0
    return 0.5 if shared(a, b) else 0.0


def of_one_label(a: Span, b: Span) -> float:
    return float(a.label == b.label and shared(a, b) > 0)


def overlap(a: Span, b: Span) -> float:
    either = len(set(range(a.start, a.end)) | set(range(b.start, b.end)))
    return shared(a, b) / either if a.label == b.label else 0.0


def test_strict_f1_of_the_reference() -> None:
    found = spans.score_spans(GOLD, [Span(0, 9, "P"), Span(22, 30, "C")])
    assert (found.strict.precision, found.strict.recall, found.strict.f1) == (0.5, 0.5, 0.5)
    assert found.exact.f1 == 0.5
    assert found.partial.f1 == 0.75
    assert found.type.f1 == 1
    assert found.overlap.f1 == pytest.approx((1 + 8 / 9) / 2)


def test_a_wrong_label_is_found_by_its_boundaries_only() -> None:
    found = spans.score_spans(GOLD, [Span(0, 9, "C"), Span(22, 31, "C")])
    assert (found.strict.f1, found.exact.f1, found.partial.f1) == (0.5, 1, 1)
    assert (found.type.f1, found.overlap.f1) == (0.5, 0.5)


@pytest.mark.parametrize("seed", range(15))
def test_all_ways_of_counting(seed: int) -> None:
    a, b = random_spans(seed, 5), random_spans(seed + 100, 6)
    found = spans.score_spans(a, b)
    assert found.strict.matched == len(set(a) & set(b))
    assert found.exact.matched == best(a, b, lambda x, y: float((x.start, x.end) == (y.start, y.end)))
    assert found.partial.matched == pytest.approx(best(a, b, half))
    assert found.type.matched == pytest.approx(best(a, b, of_one_label))
    assert found.overlap.matched == pytest.approx(best(a, b, overlap))
    assert {(one.expected, one.given) for one in (found.strict, found.type)} == {(len(a), len(b))}


def test_neighbours_do_not_overlap() -> None:
    found = spans.score_spans([Span(0, 3, "P")], [Span(3, 6, "P")])
    assert found.partial.matched == found.type.matched == found.overlap.matched == 0


def test_nothing_on_both_sides_and_on_one() -> None:
    assert spans.score_spans([], []).strict.f1 == spans.score_spans([], []).overlap.f1 == 1
    assert spans.score_spans(GOLD, []).strict.f1 == spans.score_spans([], GOLD).partial.f1 == 0


def test_many_spans_that_all_overlap_in_pairs() -> None:
    many = [Span(10 * i, 10 * i + 8, "P") for i in range(20_000)]
    moved = [Span(one.start + 1, one.end + 1, "P") for one in many]
    found = spans.score_spans(many, moved)
    assert found.overlap.f1 == pytest.approx(7 / 9)
    assert (found.strict.f1, found.partial.f1) == (0, 0.5)


def test_more_spans_over_one_another_than_are_told_apart() -> None:
    crowd = [Span(0, 1000 + i, "P") for i in range(2 * spans.MAX_OPEN)]
    found = spans.score_spans(crowd, crowd)
    assert found.strict.f1 == found.exact.f1 == 1
    assert 0 < found.overlap.f1 <= 1


P, Q, R = (Span(i, i + 5, "P") for i in (0, 10, 20))
NEAR = Span(11, 15, "P")


def test_relations_need_both_ends_and_the_name() -> None:
    expected = [Relation(P, Q, "knows"), Relation(Q, R, "knows")]
    given = [Relation(P, Q, "knows"), Relation(Q, R, "likes"), Relation(R, Q, "knows")]
    found = spans.score_relations(expected, given)
    assert (found.matched, found.precision, found.recall) == (1, pytest.approx(1 / 3), 0.5)
    assert spans.score_relations_loosely(expected, given).matched == 1


def test_relations_without_direction_may_be_turned() -> None:
    one, turned = Relation(P, Q, is_directed=False), Relation(Q, P, is_directed=False)
    assert spans.score_relations([one], [turned]).f1 == 1
    assert spans.score_relations_loosely([one], [turned]).f1 == 1
    loop = Relation(P, P, is_directed=False)
    assert spans.score_relations([loop], [one]).f1 == 0


def test_relaxed_relations_need_ends_that_overlap() -> None:
    expected, given = [Relation(P, Q)], [Relation(P, NEAR)]
    assert spans.score_relations(expected, given).f1 == 0
    assert spans.score_relations_loosely(expected, given).f1 == 1
    assert spans.score_relations_loosely(expected, [Relation(NEAR, P)]).f1 == 0
    other = Span(11, 15, "C")
    assert spans.score_relations_loosely(expected, [Relation(P, other)]).f1 == 0
    assert spans.score_relations([], []).f1 == spans.score_relations_loosely([], []).f1 == 1


def test_one_relation_is_matched_once() -> None:
    twice = [Relation(P, Q), Relation(P, NEAR)]
    assert spans.score_relations_loosely(twice, [Relation(P, Q)]).matched == 1
