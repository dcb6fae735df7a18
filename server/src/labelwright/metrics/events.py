"""How well events in time were found: overlap in time, F1, mean average precision, errors of start and end.

Source: Caba Heilbron et al., "ActivityNet: A Large-Scale Video Benchmark for Human Activity Understanding" (2015);
wire/task-types-scores §3.
"""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from labelwright.metrics.categories import F1
from labelwright.metrics.matching import Candidates, assign

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]

MATCHED = 0.5
"""The least temporal IoU with which a given event counts as the expected one."""

PRECISION_THRESHOLDS = (0.3, 0.5, 0.7)
"""The temporal IoU at which average precision is measured."""

_ROUNDING = 1e-12


class Events(NamedTuple):
    """The events of one side.

    Attributes:
        start: when each begins, in any unit, shape ``[N]``.
        end: when each is over, later than ``start``, shape ``[N]``.
        names: what each is; only events with equal names are alike.
    """

    start: "Floats"
    end: "Floats"
    names: Sequence[Hashable]

    @classmethod
    def of(cls, rows: Sequence[tuple[float, float, Hashable]]) -> "Events":
        """Return events from rows of start, end and name."""
        times = np.array([row[:2] for row in rows], np.float64).reshape(-1, 2)
        return cls(times[:, 0], times[:, 1], [row[2] for row in rows])


class Scores(NamedTuple):
    """How well events were found.

    Attributes:
        counts: of matches with at least ``MATCHED``, with precision, recall and F1.
        mean_overlap: mean temporal IoU of the matches; None without any.
        start_error: mean distance of the starts of the matches, in the unit of the events; None without any.
        end_error: likewise of the ends.
    """

    counts: F1
    mean_overlap: float | None
    start_error: float | None
    end_error: float | None


def overlaps(expected: Events, given: Events) -> Candidates:
    """Return the pairs of events of one name that overlap, with their temporal IoU."""
    start = np.maximum(expected.start[:, None], given.start)
    end = np.minimum(expected.end[:, None], given.end)
    common = np.clip(end - start, 0, None)
    lengths = (expected.end - expected.start)[:, None] + (given.end - given.start)
    return Candidates.of_matrix(common / (lengths - common)).same(expected.names, given.names)


def matches(expected: Events, given: Events, threshold: float = MATCHED) -> Candidates:
    """Return the one-to-one assignment with the largest sum of temporal IoU.

    Args:
        expected: the events that count as right.
        given: the other ones.
        threshold: the least IoU of a match.
    """
    return assign(overlaps(expected, given).at_least(threshold - _ROUNDING))


def scores(expected: Events, given: Events) -> Scores:
    """Return F1 at temporal IoU .5, and how exact the matches are."""
    found = matches(expected, given)
    counts = F1(len(found.left), len(expected.names), len(given.names))
    if not len(found.left):
        return Scores(counts, None, None, None)
    errors = [
        float(np.abs(getattr(expected, side)[found.left] - getattr(given, side)[found.right]).mean())
        for side in ("start", "end")
    ]
    return Scores(counts, float(found.similarity.mean()), *errors)


def mean_average_precision(
    expected: Events,
    given: Events,
    confidences: Sequence[float] | None = None,
    thresholds: Sequence[float] = PRECISION_THRESHOLDS,
) -> dict[float, float]:
    """Return the mean over the expected names of average precision, per threshold of temporal IoU.

    As ActivityNet does: events are taken from the surest to the least sure, each gets the most alike expected one
    that is left, and precision is interpolated. Equally sure events are taken together, the most alike first, so
    that without confidences it is precision times recall, whatever the order.

    Args:
        expected: the events that count as right.
        given: the other ones.
        confidences: how sure each given event is; all the same when absent.
        thresholds: of temporal IoU.

    Returns:
        0 to 1; 1 when nothing is expected and given, 0 when only one side is empty.
    """
    if not len(expected.names) or not len(given.names):
        return dict.fromkeys(thresholds, float(len(expected.names) == len(given.names)))
    sure = np.zeros(len(given.names)) if confidences is None else np.asarray(confidences, np.float64)
    pairs = overlaps(expected, given)
    names = list(dict.fromkeys(expected.names))
    sides = [
        np.array([names.index(one) if one in names else -1 for one in side.names])
        for side in (expected, given)
    ]
    found = {}
    for threshold in thresholds:
        near = pairs.at_least(threshold - _ROUNDING)
        hits = _hits(near, sure)
        each = [
            _average_precision(hits[sides[1] == i], sure[sides[1] == i], int((sides[0] == i).sum()))
            for i in range(len(names))
        ]
        found[threshold] = float(np.mean(each))
    return found


def _hits(near: Candidates, sure: "Floats") -> "npt.NDArray[np.bool_]":
    """Tell of each given event whether it takes an expected one."""
    hits = np.zeros(len(sure), np.bool_)
    taken: set[int] = set()
    order = np.lexsort((near.left, near.right, -near.similarity, -sure[near.right]))
    for left, right in zip(near.left[order].tolist(), near.right[order].tolist(), strict=True):
        if left not in taken and not hits[right]:
            taken.add(left)
            hits[right] = True
    return hits


def _average_precision(hits: "npt.NDArray[np.bool_]", sure: "Floats", expected: int) -> float:
    """Return the area under interpolated precision over recall."""
    if not len(hits):
        return 0.0
    order = np.argsort(-sure, kind="stable")
    matched, ranked = hits[order].cumsum(), sure[order]
    last_of_equals = np.append(ranked[1:] != ranked[:-1], True)
    matched, taken = matched[last_of_equals], (np.arange(len(order)) + 1)[last_of_equals]
    precision: Any = np.maximum.accumulate((matched / taken)[::-1])[::-1]
    return float((np.diff(matched, prepend=0) / expected * precision).sum())
