"""How the parts of an answer become one score (wire/task-types-scores §2): the one place for weights.

Where instances were compared, a score is ``joined(primary, side)``: the primary one of shapes, tracks or words, and
beside it what was said about them, the answers to attributes and the links.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from labelwright.metrics import detection
from labelwright.metrics.categories import F1, jaccard
from labelwright.metrics.matching import Candidates
from labelwright.metrics.text import edit_similarity
from labelwright.tasktypes.forms.attributes import Question
from labelwright.tasktypes.wire.numbers import is_number

PRIMARY_WEIGHT = 0.8
SIDE_WEIGHT = 1 - PRIMARY_WEIGHT
"""Of attributes and links, when there are any."""

MATCHED = 0.5
"""The least overlap (IoU) with which a given shape counts as the expected one."""

quality = detection.quality

HALF_TURN = 180.0
FULL_TURN = 360.0


class Compared(msgspec.Struct, frozen=True):
    """The attributes of a matched pair.

    Attributes:
        expected: name to answer.
        given: name to answer.
        extent: width and height in pixels of the expected shape, in which ``x_line`` and ``y_line`` are measured.
    """

    expected: Mapping[str, Any]
    given: Mapping[str, Any]
    extent: tuple[float, float] | None = None


class Edge(msgspec.Struct, frozen=True):
    """A link between two parts of an answer.

    Attributes:
        label: of the link.
        source: name (``uuid``) of the part where it starts.
        target: name of the part where it ends.
        directed: whether the two ends are told apart.
    """

    label: str
    source: str
    target: str
    directed: bool = True


def joined(primary: float, *sides: float | None) -> float:
    """Return the score of an answer.

    Args:
        primary: of shapes, tracks or words, 0 to 1.
        sides: of attributes and of links, 0 to 1; None when there are none, and then they do not count.
    """
    there = [one for one in sides if one is not None]
    if not there:
        return primary
    return min(1.0, PRIMARY_WEIGHT * primary + SIDE_WEIGHT * sum(there) / len(there))


def attribute_score(
    questions: Mapping[str, Question],
    pairs: Iterable[Compared],
    counterparts: Mapping[str, str] | None = None,
) -> float | None:
    """Return the mean likeness of the attributes of matched pairs.

    An attribute that only one side of a pair has counts 0; one that neither has was not asked.

    Args:
        questions: name to definition; attributes that are not defined do not count.
        pairs: the attributes of each pair. Those of the whole scene are one more pair.
        counterparts: ``uuid`` of an expected part to that of the given part it is matched with, for ``linked``.

    Returns:
        0 to 1; None when nothing was asked of any pair.
    """
    total, count = 0.0, 0
    for pair in pairs:
        for name, question in questions.items():
            there, here = name in pair.expected, name in pair.given
            if not there and not here:
                continue
            count += 1
            if there and here:
                values = pair.expected[name], pair.given[name]
                total += attribute_likeness(question, *values, pair.extent, counterparts or {})
    return total / count if count else None


def attribute_likeness(
    question: Question,
    expected: Any,
    given: Any,
    extent: tuple[float, float] | None = None,
    counterparts: Mapping[str, str] | None = None,
) -> float:
    """Return how alike two answers to one question are, 0 to 1 (wire/task-types-scores §2).

    Args:
        question: its definition.
        expected: the answer that counts as right.
        given: the other one.
        extent: see ``Compared``.
        counterparts: see ``attribute_score``.
    """
    match question.type:
        case "category":
            return jaccard(_choices(expected), _choices(given))
        case "number":
            bounds = question.min, question.max
            span = bounds[1] - bounds[0] if is_number(bounds[0]) and is_number(bounds[1]) else None
            return number_likeness(expected, given, span)
        case "angle":
            return angle_likeness(expected, given)
        case "x_line" | "y_line":
            side = extent[question.type == "y_line"] if extent else None
            return number_likeness(expected, given, side)
        case "linked":
            return float((counterparts or {}).get(str(expected)) == given)
        case _:
            return edit_similarity(str(expected), str(given))


def number_likeness(expected: Any, given: Any, span: float | None = None) -> float:
    """Return max(0, 1 − |a − b| / span).

    Args:
        expected: a number; anything else is only like itself.
        given: a number.
        span: by how much they can differ at all; without it, or with 0, the larger of 1 and the expected number.
    """
    if not is_number(expected) or not is_number(given):
        return float(expected == given)
    return max(0.0, 1 - abs(expected - given) / (span or max(abs(expected), 1)))


def angle_likeness(expected: Any, given: Any) -> float:
    """Return 1 − min(Δ, 360 − Δ) / 180 of two angles in degrees."""
    if not is_number(expected) or not is_number(given):
        return float(expected == given)
    apart = abs(expected - given) % FULL_TURN
    return 1 - min(apart, FULL_TURN - apart) / HALF_TURN


def edge_f1(expected: Iterable[Edge], given: Iterable[Edge], counterparts: Mapping[str, str]) -> F1 | None:
    """Compare links: one is found when label and both ends are, an end being the matched counterpart.

    Args:
        expected: the links that count as right.
        given: the others.
        counterparts: ``uuid`` of an expected part to that of the given part it is matched with.

    Returns:
        The counts; None when there are no links on either side.
    """
    wanted = {_ends(one, counterparts) for one in expected}
    there = {_ends(one, None) for one in given}
    return F1(len(there & wanted), len(wanted), len(there)) if wanted or there else None


def counterparts_of(
    matched: Candidates, expected: Sequence[str | None], given: Sequence[str | None]
) -> dict[str, str]:
    """Return ``uuid`` of each expected part to that of the given part it is matched with.

    Args:
        matched: the pairs.
        expected: the ``uuid`` of each expected part, None where it has none.
        given: the ``uuid`` of each given part.
    """
    names = ((expected[i], given[j]) for i, j in zip(matched.left, matched.right, strict=True))
    return {mine: other for mine, other in names if mine is not None and other is not None}


def instance_details(matched: Candidates, expected: int, given: int) -> dict[str, float]:
    """Return the usual figures of matched instances: ``precision``, ``recall``, ``f1``, and ``mean_iou``.

    ``mean_iou`` is the mean similarity of the matched pairs, and missing when there are none.
    """
    counts = F1(len(matched.left), expected, given)
    details = {"precision": counts.precision, "recall": counts.recall, "f1": counts.f1}
    if len(matched.left):
        details["mean_iou"] = float(matched.similarity.mean())
    return details


def _choices(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _ends(edge: Edge, counterparts: Mapping[str, str] | None) -> tuple[Any, ...]:
    """Return what an edge is compared by; an end without counterpart is marked, so that it is like no other."""
    names = (edge.source, edge.target)
    known = counterparts or {}
    ends = [(one in known, known.get(one, one)) if counterparts is not None else (True, one) for one in names]
    return (edge.label, edge.directed, *(ends if edge.directed else sorted(ends)))
