"""Events in time against plain loops in the manner of ActivityNet's evaluation."""

from collections.abc import Sequence

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from labelwright.metrics import events
from labelwright.metrics.categories import F1
from labelwright.metrics.events import Events

Row = tuple[float, float, str]


def random_events(seed: int, count: int) -> list[Row]:
    chooser = np.random.default_rng(seed)
    starts = chooser.random(count) * 60
    rows = zip(
        starts, starts + chooser.random(count) * 20 + 0.5, chooser.choice(list("abc"), count), strict=True
    )
    return [(float(start), float(end), str(name)) for start, end, name in rows]


def shaken(rows: Sequence[Row], seed: int) -> list[Row]:
    chooser = np.random.default_rng(seed)
    moved = [(a + chooser.normal(), b + chooser.normal() + 3, name) for a, b, name in rows]
    return [*moved[2:], *random_events(seed + 1, 4)]


def tiou(one: Row, other: Row) -> float:
    common = max(0.0, min(one[1], other[1]) - max(one[0], other[0]))
    return common / (one[1] - one[0] + other[1] - other[0] - common) if one[2] == other[2] else 0.0


def loop_ap(truth: Sequence[Row], found: Sequence[Row], sure: Sequence[float], threshold: float) -> float:
    """Interpolated average precision of one name, one prediction after the other."""
    order = sorted(range(len(found)), key=lambda i: -sure[i])
    free, hits = set(range(len(truth))), []
    for i in order:
        best = max(free, key=lambda j: tiou(truth[j], found[i]), default=None)
        hit = best is not None and tiou(truth[best], found[i]) >= threshold
        hits.append(hit)
        if hit:
            free.discard(best)
    curve = [(sum(hits[: n + 1]) / len(truth), sum(hits[: n + 1]) / (n + 1)) for n in range(len(hits))]
    area, before = 0.0, 0.0
    for recall, _ in curve:
        area += (recall - before) * max((p for r, p in curve if r >= recall), default=0.0)
        before = recall
    return area


@pytest.mark.parametrize("seed", range(15))
def test_mean_average_precision_is_that_of_plain_loops(seed: int) -> None:
    truth = random_events(seed, 14)
    found = shaken(truth, seed + 100)
    sure = np.random.default_rng(seed).random(len(found)).tolist()
    scores = events.mean_average_precision(Events.of(truth), Events.of(found), sure)
    for threshold, score in scores.items():
        wanted = []
        for name in dict.fromkeys(row[2] for row in truth):
            own = [i for i, row in enumerate(found) if row[2] == name]
            rows = [row for row in truth if row[2] == name]
            wanted.append(loop_ap(rows, [found[i] for i in own], [sure[i] for i in own], threshold))
        assert score == pytest.approx(np.mean(wanted), abs=1e-9)


@pytest.mark.parametrize("seed", range(15))
def test_f1_and_errors_are_those_of_one_large_assignment(seed: int) -> None:
    truth = random_events(seed, 14)
    found = shaken(truth, seed + 200)
    table = np.array([[tiou(one, other) for other in found] for one in truth])
    rows, columns = linear_sum_assignment(np.where(table >= 0.5, table, 0), maximize=True)
    pairs = [(i, j) for i, j in zip(rows, columns, strict=True) if table[i, j] >= 0.5]
    scores = events.scores(Events.of(truth), Events.of(found))
    assert scores.counts.f1 == pytest.approx(2 * len(pairs) / (len(truth) + len(found)))
    assert pairs
    assert scores.mean_overlap == pytest.approx(np.mean([table[pair] for pair in pairs]))
    assert scores.start_error == pytest.approx(np.mean([abs(truth[i][0] - found[j][0]) for i, j in pairs]))
    assert scores.end_error == pytest.approx(np.mean([abs(truth[i][1] - found[j][1]) for i, j in pairs]))


def test_without_confidences_average_precision_is_precision_times_recall() -> None:
    truth = Events.of([(0, 10, "a"), (20, 30, "a"), (40, 50, "a"), (60, 70, "a")])
    found = [(0, 10, "a"), (20, 30, "a"), (100, 110, "a")]
    for order in (found, found[::-1]):
        assert events.mean_average_precision(truth, Events.of(order))[0.5] == pytest.approx(2 / 3 * 2 / 4)


def test_names_and_the_one_to_one_rule() -> None:
    truth = Events.of([(0, 10, "a"), (0, 10, "b")])
    found = Events.of([(0, 10, "a"), (0, 9, "a"), (0, 10, "c")])
    assert events.scores(truth, found).counts.f1 == pytest.approx(2 / 5)
    assert events.overlaps(truth, found).similarity == pytest.approx([1, 0.9])


def test_nothing_on_one_side_or_both() -> None:
    nothing, one = Events.of([]), Events.of([(0, 1, "a")])
    assert events.scores(nothing, nothing) == (F1(0, 0, 0), None, None, None)
    assert events.scores(nothing, nothing).counts.f1 == 1
    assert set(events.mean_average_precision(nothing, nothing).values()) == {1.0}
    for sides in ((nothing, one), (one, nothing)):
        assert events.scores(*sides).counts.f1 == 0
        assert set(events.mean_average_precision(*sides).values()) == {0.0}
