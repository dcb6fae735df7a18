"""How far people agree, over many answers to many tasks of one type (wire/task-types-scores §5).

Agreement beyond chance is known of what has a scale (``TaskType.ratings``); of everything else, the mean score of one
person's answer against another's.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations, permutations
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from labelwright.tasktypes.base import Media, Rating, TaskType

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Table: TypeAlias = npt.NDArray[np.float64]

Level: TypeAlias = str
RatedAnswers: TypeAlias = Mapping[str, Any]
"""Labeler to value, of one thing that was judged."""

_MAX_SCALE_LENGTH = 100
"""The most steps of a scale of whole numbers for which κ is worked out."""


class Unit(msgspec.Struct, frozen=True):
    """A task and everything that people answered.

    Attributes:
        params: the checked parameters.
        answers: labeler to accepted answer, with its files as ``data:`` URLs.
        media: what is known of the attachments.
    """

    params: Mapping[str, Any]
    answers: Mapping[str, Any]
    media: Sequence[Media] = ()


class FieldAgreement(msgspec.Struct, frozen=True):
    """Agreement on one question. A coefficient is None where it is not defined, or does not apply.

    Attributes:
        level: which differences count.
        units: how many things were judged by at least two people.
        ratings: how many judgements of these there are.
        identical: share of pairs of judgements of one thing that are the same, 0 to 1.
        krippendorff_alpha: any number of people, with gaps.
        cohen_kappa: two people who judged everything; weighted by squares on a scale of whole numbers.
        fleiss_kappa: choices, by as many people for each thing.
        icc: ICC(2,k), numbers, by people who all judged everything.
    """

    level: Level
    units: int
    ratings: int
    identical: float | None = None
    krippendorff_alpha: float | None = None
    cohen_kappa: float | None = None
    fleiss_kappa: float | None = None
    icc: float | None = None


class Agreement(msgspec.Struct, frozen=True):
    """Agreement over many tasks.

    Attributes:
        units: how many tasks have at least two answers.
        score: mean score of one answer against another of the same task, 0 to 1; every task weighs the same.
        labelers: the same for each labeler, over all pairs with an answer of theirs.
        fields: question to agreement on it, for everything that has a scale.
    """

    units: int
    score: float | None
    labelers: Mapping[str, float]
    fields: Mapping[str, FieldAgreement]


def agreement(kind: TaskType, units: Sequence[Unit]) -> Agreement:
    """Return how far people agree about tasks of one type.

    Args:
        kind: the task type.
        units: tasks with what people answered; those with fewer than two answers say nothing.
    """
    shared = [unit for unit in units if len(unit.answers) > 1]
    means: list[float] = []
    pairs: defaultdict[str, list[float]] = defaultdict(list)
    for unit in shared:
        scores = _pair_scores(kind, unit)
        means.append(sum(scores.values()) / len(scores))
        for both, score in scores.items():
            for labeler in both:
                pairs[labeler].append(score)
    return Agreement(
        units=len(shared),
        score=sum(means) / len(means) if means else None,
        labelers={name: sum(scores) / len(scores) for name, scores in sorted(pairs.items())},
        fields={
            name: _field_agreement(level, rated) for name, (level, rated) in judged(kind, shared).items()
        },
    )


def judged(
    kind: TaskType, units: Sequence[Unit]
) -> dict[str, tuple[Level, dict[tuple[int, str], RatedAnswers]]]:
    """Return for each question its level, and who judged which thing how.

    Args:
        kind: the task type.
        units: tasks with what people answered.

    Returns:
        Question to its level and the judgements, by number of the task and part of its answer (``Rating.item``).
        Where tasks ask a question at different levels, the first counts.
    """
    found: dict[str, tuple[Level, defaultdict[tuple[int, str], dict[str, Any]]]] = {}
    for number, unit in enumerate(units):
        for labeler, answer in unit.answers.items():
            for rating in kind.ratings(unit.params, answer):
                _, rated = _at_level(found, rating)
                rated[number, rating.item][labeler] = rating.value
    return {
        name: (level, {key: one for key, one in rated.items() if one})
        for name, (level, rated) in found.items()
    }


def _at_level(
    found: dict[str, tuple[Level, defaultdict[tuple[int, str], dict[str, Any]]]], rating: Rating
) -> tuple[Level, defaultdict[tuple[int, str], dict[str, Any]]]:
    level, rated = found.setdefault(rating.field, (rating.level, defaultdict(dict)))
    return (level, rated) if level == rating.level else (level, defaultdict(dict))


def _pair_scores(kind: TaskType, unit: Unit) -> dict[tuple[str, str], float]:
    """Return the score of each two answers, either way round: neither is the right one."""
    scores = {
        (a, b): kind.score(unit.params, unit.answers[a], unit.answers[b], unit.media).value
        for a, b in permutations(unit.answers, 2)
    }
    return {(a, b): (scores[a, b] + scores[b, a]) / 2 for a, b in combinations(unit.answers, 2)}


def _field_agreement(level: Level, rated: Mapping[tuple[int, str], RatedAnswers]) -> FieldAgreement:
    from labelwright.metrics.agreement import fleiss_kappa, icc2k, krippendorff_alpha

    things = [one for one in rated.values() if len(one) > 1]
    values = [list(one.values()) for one in things]
    if not things:
        return FieldAgreement(level, 0, 0)
    pairs = [a == b for one in values for a, b in combinations(one, 2)]
    complete = _complete(things)
    return FieldAgreement(
        level=level,
        units=len(things),
        ratings=sum(map(len, values)),
        identical=sum(pairs) / len(pairs),
        krippendorff_alpha=krippendorff_alpha(values, level),  # type: ignore[arg-type]  # as Rating has it
        cohen_kappa=_cohen(level, complete),
        fleiss_kappa=fleiss_kappa(_counts(values)) if level == "nominal" and _is_even(values) else None,
        icc=icc2k(_table(complete)) if level == "interval" and complete is not None else None,
    )


def _complete(things: Sequence[RatedAnswers]) -> list[list[Any]] | None:
    """Return everybody's judgements of everything, by labeler; None when somebody left something out."""
    labelers = sorted(things[0])
    if any(sorted(one) != labelers for one in things):
        return None
    return [[one[labeler] for labeler in labelers] for one in things]


def _is_even(values: Sequence[Sequence[Any]]) -> bool:
    return len({len(one) for one in values}) == 1


def _cohen(level: Level, complete: Sequence[Sequence[Any]] | None) -> float | None:
    """Return κ of two people; of numbers only where they are the steps of a scale."""
    from labelwright.metrics.agreement import cohen_kappa, confusion

    if complete is None or len(complete[0]) != 2 or level == "set":
        return None
    a, b = ([one[side] for one in complete] for side in (0, 1))
    if level == "nominal":
        return cohen_kappa(confusion(a, b))
    low, high = min(*a, *b), max(*a, *b)
    if high - low > _MAX_SCALE_LENGTH or any(value != round(value) for value in (*a, *b)):
        return None
    scale = [float(step) for step in range(round(low), round(high) + 1)]
    return cohen_kappa(confusion(a, b, scale), "quadratic")


def _counts(values: Sequence[Sequence[Any]]) -> "Table":
    import numpy as np

    names = {name: i for i, name in enumerate(dict.fromkeys(value for one in values for value in one))}
    counts = np.zeros((len(values), len(names)))
    for i, one in enumerate(values):
        for value in one:
            counts[i, names[value]] += 1
    return counts


def _table(complete: Sequence[Sequence[float]]) -> "Table":
    import numpy as np

    return np.array(complete, dtype=float)
