"""Answers to questions about a whole task (taxonomies, global attributes), compared and taken as judgements."""

from collections.abc import Iterator, Mapping
from typing import Any

from labelwright.tasktypes.base import Rating
from labelwright.tasktypes.forms.attributes import Question
from labelwright.tasktypes.scoring.weights import attribute_likeness


def score_questions(
    questions: Mapping[str, Question], expected: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, float]:
    """Return the likeness, 0 to 1, of every question that at least one of two answers has.

    What only one of them answers counts 0.
    """
    return {
        name: attribute_likeness(question, expected[name], given[name])
        if name in expected and name in given
        else 0.0
        for name, question in questions.items()
        if name in expected or name in given
    }


def question_ratings(
    questions: Mapping[str, Question], values: Mapping[str, Any], *, item: str = ""
) -> Iterator[Rating]:
    """Yield the answers that have a scale: choices and numbers.

    Args:
        questions: name to definition.
        values: name to answer.
        item: which part of the whole answer they are about.
    """
    for name, question in questions.items():
        if name not in values:
            continue
        value = values[name]
        if question.type == "category" and isinstance(value, list):
            yield Rating(name, tuple(sorted(value)), "set", item)
        elif question.type == "category":
            yield Rating(name, value, "nominal", item)
        elif question.type == "number":
            yield Rating(name, float(value), "interval", item)
