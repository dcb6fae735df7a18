"""How several people's answers to a question become one: majority, median, medoid (wire/task-types-scores §5).

Everywhere the answers come in order of trust, the one that is most like all others first: ties go to it. Equal
answers merge to that answer.
"""

import uuid
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from itertools import chain
from statistics import median_low
from typing import Any, TypeVar

from labelwright.metrics.text import edit_similarity, normalised
from labelwright.tasktypes.forms.attributes import Question
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject

T = TypeVar("T")
_NAMESPACE = uuid.UUID("0d3f5a52-7a0e-4f0b-9a53-9f3b0f5d7c2e")


def first_of(answers: Sequence[T], best: int) -> list[T]:
    """Return the answers in order of trust.

    Args:
        answers: as they came.
        best: which one is most like all others.
    """
    return [answers[best], *answers[:best], *answers[best + 1 :]]


def medoid(values: Sequence[T], similarity: Callable[[T, T], float]) -> int:
    """Return which value is most like all the others; of equally good ones, the first."""
    if len(values) < 3:
        return 0
    near = [
        sum(similarity(other, one) for j, other in enumerate(values) if j != i)
        for i, one in enumerate(values)
    ]
    # Sums in another order differ in the last digits.
    return next(i for i, one in enumerate(near) if one >= max(near) - 1e-9)


def majority(values: Sequence[T], key: Callable[[T], Hashable] = lambda value: value) -> T:
    """Return the value that most have; of equally frequent ones, the first.

    Args:
        values: at least one, in order of trust.
        key: what makes two values the same.
    """
    groups: dict[Hashable, list[T]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return max(groups.values(), key=len)[0]


def is_majority(count: int, of: int, *, first: bool) -> bool:
    """Tell whether something that ``count`` of ``of`` people have is kept; with half of them, the first decides."""
    return 2 * count > of or (2 * count == of and first)


def majority_members(sets: Sequence[Sequence[T]], key: Callable[[T], Hashable]) -> list[T]:
    """Return the members that most sets have, in order of appearance.

    Args:
        sets: in order of trust.
        key: what makes two members the same.
    """
    keys = [{key(member) for member in one} for one in sets]
    distinct: dict[Hashable, T] = {}
    for member in chain.from_iterable(sets):
        distinct.setdefault(key(member), member)
    return [
        member
        for name, member in distinct.items()
        if is_majority(sum(name in one for one in keys), len(sets), first=name in keys[0])
    ]


def free_name(wanted: Sequence[str], taken: Collection[str]) -> str:
    """Return the first name that nothing else has; if all are taken, one that is made from them.

    People may have given one name to different things.
    """
    for name in wanted:
        if name not in taken:
            return name
    return str(uuid.uuid5(_NAMESPACE, "\0".join((*wanted, str(len(taken))))))


def merge_texts(texts: Sequence[str]) -> str:
    """Return the text that most wrote, but for spelling; without a majority, the one most like the others."""
    return merge_spellings(texts, [normalised(text) for text in texts])


def merge_spellings(values: Sequence[T], forms: Sequence[str]) -> T:
    """Return the most frequent spelling of what most wrote, or else of what is most like the others.

    Args:
        values: in order of trust.
        forms: the normal form of each.
    """
    form = majority(forms)
    if 2 * forms.count(form) <= len(forms):
        form = forms[medoid(forms, edit_similarity)]
    return majority([value for value, one in zip(values, forms, strict=True) if one == form])


def merge_questions(
    rules: QuestionRules, subject: Subject, answers: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Merge answers about one subject question by question.

    Whether a question is asked follows from the answers merged before it. An answer that need not be given is
    kept when most gave one. Where a question is asked of which nobody knew, its answer is missing: the checker
    then finds the whole unfit.

    Args:
        rules: the questions.
        subject: what they are about.
        answers: name to answer, in order of trust.
    """
    merged: dict[str, Any] = {}
    for name, question, required in rules.asked(subject, merged):
        given = [one[name] for one in answers if name in one]
        if given and (required or is_majority(len(given), len(answers), first=name in answers[0])):
            merged[name] = _merged_answer(question, given)
    # In the order of whoever is trusted most, so that equal answers come out as they were.
    return {name: merged[name] for name in dict.fromkeys(chain.from_iterable(answers)) if name in merged}


def _merged_answer(question: Question, given: Sequence[Any]) -> Any:
    match question.type:
        case "category" if question.allow_multiple:
            return majority_members(given, lambda one: one) or given[0]
        case "number" | "x_line" | "y_line":
            return median_low(given)
        case "angle":
            return given[medoid(given, _angle_likeness)]
        case "text":
            return merge_texts(given)
        case _:
            return majority(given)


def _angle_likeness(a: float, b: float) -> float:
    apart = abs(a - b) % 360
    return 1 - min(apart, 360 - apart) / 180
