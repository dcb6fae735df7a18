"""One answer for each of many tasks, knowing who errs how: Dawid and Skene's model over a whole batch.

``TaskType.merge`` sees one task, where every labeler weighs the same. Over many tasks it shows who is mostly right and
who takes what for what; a reliable labeler may then outvote two others.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec

from labelwright.metrics.truth import dawid_skene, majority
from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.scoring.agreement import RatedAnswers, Unit, judged

SMOOTHING = 0.01
"""Answers of each kind that every labeler is taken to have given besides: nobody is certain after few tasks."""

MAX_CATEGORIES = 200
"""The most different values of a question for which errors are modelled; more are texts, which share no errors."""

Item: TypeAlias = tuple[int, str]
"""Number of the task, and part of its answer that was judged."""


class Belief(msgspec.Struct, frozen=True):
    """What is believed about one thing that was judged.

    Attributes:
        value: the most probable choice.
        probability: of that choice, 0 to 1.
    """

    value: str
    probability: float


class FieldTruth(msgspec.Struct, frozen=True):
    """What is believed about one question, and about those who answered it.

    Attributes:
        beliefs: by number of the task and part of its answer.
        labelers: labeler to the probability of a right answer, 0 to 1.
    """

    beliefs: Mapping[Item, Belief]
    labelers: Mapping[str, float]


class Consensus(msgspec.Struct, frozen=True):
    """The one answer to a task.

    Attributes:
        answer: its JSON text.
        labelers: whose answers it was merged from.
        probability: mean over the choices of the task, that they are right; None where there are none.
    """

    answer: bytes
    labelers: Sequence[str]
    probability: float | None


def truths(kind: TaskType, units: Sequence[Unit]) -> dict[str, FieldTruth]:
    """Return what is true of every question with one choice, by Dawid and Skene's model.

    Args:
        kind: the task type.
        units: tasks with what people answered.
    """
    return {
        name: _truth(rated)
        for name, (level, rated) in judged(kind, units).items()
        if level == "nominal" and rated
    }


def consensus(kind: TaskType, units: Sequence[Unit]) -> list[Consensus]:
    """Merge the answers to each task, from those labelers who chose what is believed most often.

    Args:
        kind: the task type.
        units: tasks with at least one answer each.

    Raises:
        ValueError: a task has no answer.
    """
    if not all(unit.answers for unit in units):
        raise ValueError("Every task needs an answer.")
    beliefs: list[dict[tuple[str, str], Belief]] = [{} for _ in units]
    for name, truth in truths(kind, units).items():
        for (number, item), belief in truth.beliefs.items():
            beliefs[number][name, item] = belief
    return [_merged(kind, unit, known) for unit, known in zip(units, beliefs, strict=True)]


def _merged(kind: TaskType, unit: Unit, known: Mapping[tuple[str, str], Belief]) -> Consensus:
    right = {
        labeler: sum(
            (belief := known.get((one.field, one.item))) is not None and belief.value == one.value
            for one in kind.ratings(unit.params, answer)
        )
        for labeler, answer in unit.answers.items()
    }
    chosen = [labeler for labeler, count in right.items() if count == max(right.values())]
    return Consensus(
        answer=kind.merge(unit.params, [unit.answers[labeler] for labeler in chosen], unit.media),
        labelers=chosen,
        probability=sum(one.probability for one in known.values()) / len(known) if known else None,
    )


def _truth(rated: Mapping[Item, RatedAnswers]) -> FieldTruth:
    values = list(dict.fromkeys(value for one in rated.values() for value in one.values()))
    return _by_votes(rated) if len(values) > MAX_CATEGORIES else _by_model(rated, values)


def _by_votes(rated: Mapping[Item, RatedAnswers]) -> FieldTruth:
    """Believe what most say; the probability of it is their share, and of a labeler, how often they are among them."""
    beliefs = {}
    right: defaultdict[str, list[bool]] = defaultdict(list)
    for thing, one in rated.items():
        tied, count = majority(list(one.values()))
        beliefs[thing] = Belief(tied[0], count / len(one))
        for labeler, value in one.items():
            right[labeler].append(value == tied[0])
    return FieldTruth(beliefs, {name: sum(one) / len(one) for name, one in right.items()})


def _by_model(rated: Mapping[Item, RatedAnswers], values: Sequence[str]) -> FieldTruth:
    import numpy as np

    labelers = {name: i for i, name in enumerate(dict.fromkeys(who for one in rated.values() for who in one))}
    numbers = {value: i for i, value in enumerate(values)}
    rows = np.array(
        [
            (thing, labelers[who], numbers[value])
            for thing, one in enumerate(rated.values())
            for who, value in one.items()
        ],
        dtype=np.intp,
    )
    found = dawid_skene(*rows.T, categories=len(values), smoothing=SMOOTHING)
    best = found.probabilities.argmax(axis=1).tolist()
    return FieldTruth(
        beliefs={
            thing: Belief(values[best[i]], float(found.probabilities[i, best[i]]))
            for i, thing in enumerate(rated)
        },
        labelers=dict(zip(labelers, found.reliability().tolist(), strict=True)),
    )
