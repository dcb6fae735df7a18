"""One category counts when it is the expected one; of several, the Jaccard index of both sets. With ``taxonomies``
the score is the mean over the questions that either answer has: choices as above, numbers by their distance, texts
by edit similarity. ``exact_match`` is 1 when everything is the same; with several categories there are also
``precision``, ``recall`` and ``f1``, with taxonomies each question as ``taxonomies.<question>``.
"""

from collections.abc import Iterator, Sequence

from msgspec import UNSET

from labelwright.metrics.categories import F1, jaccard
from labelwright.tasktypes.base import Rating, Score
from labelwright.tasktypes.categorization.answer import CategorizationAnswer
from labelwright.tasktypes.categorization.params import CategorizationParams
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject
from labelwright.tasktypes.scoring.merge_answers import (
    first_of,
    majority,
    majority_members,
    medoid,
    merge_questions,
)
from labelwright.tasktypes.scoring.questions import question_ratings, score_questions


def compare(
    params: CategorizationParams, expected: CategorizationAnswer, given: CategorizationAnswer
) -> Score:
    """Return how good an answer is; see the module."""
    if params.taxonomies is not UNSET:
        likeness = score_questions(params.taxonomies, expected.taxonomies or {}, given.taxonomies or {})
        value = sum(likeness.values()) / len(likeness) if likeness else 1.0
        named = {f"taxonomies.{name}": one for name, one in likeness.items()}
        return Score(value, {"exact_match": float(value == 1), **named})
    a, b = _chosen(expected), _chosen(given)
    value = jaccard(a, b)
    details = {"exact_match": float(set(a) == set(b))}
    if params.allow_multiple is True:
        counts = F1(len(set(a) & set(b)), len(a), len(b))
        details |= {"precision": counts.precision, "recall": counts.recall, "f1": counts.f1}
    return Score(value, details)


def join(params: CategorizationParams, answers: Sequence[CategorizationAnswer]) -> CategorizationAnswer:
    """Merge answers: the category of the majority, every category that most chose, or question by question.

    Ties go to the answer that is most like all the others. Ids are left to the checker.
    """
    trusted = first_of(answers, most_alike(params, answers))
    if params.taxonomies is not UNSET:
        given = [one.taxonomies or {} for one in trusted]
        merged = merge_questions(QuestionRules(params.taxonomies), Subject(), given)
        return CategorizationAnswer(taxonomies=merged)
    if params.allow_multiple is True:
        sets = [_chosen(one) for one in trusted]
        return CategorizationAnswer(category=majority_members(sets, lambda one: one) or list(sets[0]))
    return CategorizationAnswer(category=majority([one.category for one in trusted]))


def most_alike(params: CategorizationParams, answers: Sequence[CategorizationAnswer]) -> int:
    """Return which answer is most like all the others; of equally good ones, the first."""
    return medoid(answers, lambda a, b: compare(params, a, b).value)


def rated(params: CategorizationParams, answer: CategorizationAnswer) -> Iterator[Rating]:
    """Yield the choice, or the answer to every question that has a scale."""
    if params.taxonomies is not UNSET:
        yield from question_ratings(params.taxonomies, answer.taxonomies or {})
    elif isinstance(answer.category, list):
        yield Rating("category", tuple(sorted(answer.category)), "set")
    elif answer.category is not UNSET:
        yield Rating("category", answer.category)


def _chosen(answer: CategorizationAnswer) -> list[str]:
    if answer.category is UNSET:
        return []
    return answer.category if isinstance(answer.category, list) else [answer.category]
