"""The score of objects that are followed through frames, in pictures or in the world (wire/task-types-scores §3)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from labelwright.metrics import tracking
from labelwright.metrics.matching import Candidates, assign
from labelwright.metrics.tracking import Appearances
from labelwright.tasktypes.forms.attributes import Question
from labelwright.tasktypes.scoring.weights import (
    MATCHED,
    Compared,
    attribute_score,
    counterparts_of,
    instance_details,
)

PRECISION_THRESHOLDS = np.arange(10, 20) / 20
"""The similarities at which average precision is measured: .5, .55, … .95."""

_ROUNDING = 1e-12


class Followed(msgspec.Struct, frozen=True):
    """Every appearance of every object in one answer; all members are equally long.

    Attributes:
        frames: number of the frame of each appearance.
        names: ``uuid`` of the object.
        labels: its label.
        attributes: name to answer, as of that frame.
        extents: width and height in pixels, of boxes and cuboids in pictures.
    """

    frames: Sequence[int]
    names: Sequence[str]
    labels: Sequence[str]
    attributes: Sequence[Mapping[str, Any]]
    extents: Sequence[tuple[float, float] | None]

    def appearances(self) -> Appearances:
        """Return the part that the measures look at."""
        return Appearances.of(self.frames, self.names)

    def objects(self) -> list[str]:
        """Return the objects, in the order of their first appearances."""
        return list(dict.fromkeys(self.names))


class TracksScore(msgspec.Struct, frozen=True):
    """The outcome of comparing all objects of two answers.

    Attributes:
        value: HOTA of appearances with equal labels.
        details: see ``compare_tracks``.
        attributes: what there is to compare in matched appearances.
        counterparts: ``uuid`` of each expected object to that of the given one it is matched with.
        matched: the appearances that are the same, with the same label.
    """

    value: float
    details: Mapping[str, float]
    attributes: Sequence[Compared]
    counterparts: Mapping[str, str]
    matched: Candidates

    def attribute_score(
        self, questions: Mapping[str, Question], more: Sequence[Compared] = ()
    ) -> float | None:
        """Return the likeness of attributes frame by frame.

        Args:
            questions: name to definition.
            more: other things with attributes, as events.
        """
        return attribute_score(questions, [*self.attributes, *more], self.counterparts)


def compare_tracks(expected: Followed, given: Followed, pairs: Candidates) -> TracksScore:
    """Compare all objects of two answers.

    Details: ``det_a``, ``ass_a`` and ``loc_a``, the parts of HOTA; ``mota``, ``motp``, ``id_switches`` and
    ``fragments`` (CLEAR MOT), ``idf1``; ``precision``, ``recall``, ``f1`` and ``mean_iou`` (mean similarity) of single
    appearances, and their ``map``; ``localisation``, which is HOTA when labels do not count.

    Args:
        expected: the objects that count as right.
        given: the others.
        pairs: appearances in the same frame with the same geometry, whatever their labels.
    """
    mine, other = expected.appearances(), given.appearances()
    same = pairs.same(expected.labels, given.labels)
    parts = tracking.hota(mine, other, same)
    clear = tracking.clear(mine, other, same)
    located = parts if len(same.left) == len(pairs.left) else tracking.hota(mine, other, pairs)
    matched = assign(same.at_least(MATCHED))
    details = {
        "det_a": parts.det_a,
        "ass_a": parts.ass_a,
        "loc_a": parts.loc_a,
        "mota": clear.mota,
        "motp": clear.motp,
        "idf1": tracking.identity(mine, other, same).f1,
        "id_switches": float(clear.switches),
        "fragments": float(clear.fragments),
        "localisation": located.hota,
        **instance_details(matched, len(mine.frame), len(other.frame)),
        "map": mean_average_precision(expected, given, matched),
    }
    objects = assign(tracking.track_pairs(mine, other, same))
    names = counterparts_of(objects, expected.objects(), given.objects())
    compared = [
        Compared(expected.attributes[i], given.attributes[j], expected.extents[i])
        for i, j in zip(matched.left.tolist(), matched.right.tolist(), strict=True)
        if expected.attributes[i] or given.attributes[j]
    ]
    # Rounding leaves the root of a mean a little above or below what it is for equal answers.
    value = 1.0 if parts.hota > 1 - _ROUNDING else parts.hota
    return TracksScore(value, details, compared, names, matched)


def mean_average_precision(expected: Followed, given: Followed, matched: Candidates) -> float:
    """Return the mean over labels and thresholds of average precision.

    People do not say how sure they are: all appearances are equally sure, and the precision that is reached at the
    only recall there is, is theirs. So it is precision times recall.

    Args:
        expected: the objects that count as right.
        given: the others.
        matched: the appearances that are the same, with the same label.
    """
    labels = dict.fromkeys(expected.labels)
    if not labels:
        return float(not given.labels)
    numbers = {label: i for i, label in enumerate(labels)}
    wanted = np.bincount([numbers[one] for one in expected.labels])
    there = np.bincount([numbers[one] for one in given.labels if one in numbers], minlength=len(numbers))
    found = np.array([numbers[expected.labels[i]] for i in matched.left.tolist()], np.int64)
    each = []
    for threshold in PRECISION_THRESHOLDS:
        hits = np.bincount(found[matched.similarity >= threshold - _ROUNDING], minlength=len(numbers))
        each.append(hits / wanted * hits / np.maximum(there, 1))
    return float(np.mean(each))


def weighted(*parts: tuple[float, int]) -> float:
    """Return the mean of scores, each weighted with how many things it is about; 1 when there are none.

    Args:
        parts: score and number of things on both sides.
    """
    count = sum(number for _, number in parts)
    return sum(score * number for score, number in parts) / count if count else 1.0
