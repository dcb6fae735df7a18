"""The answer to ``categorization`` and its checker (wire/task-types-text §3.2)."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.categorization.params import CategorizationParams
from labelwright.tasktypes.forms.labels import leaves
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject, shown
from labelwright.validation.coercion import coerced
from labelwright.validation.errors import MAX_ERRORS, Path, errors_of, path_text


class CategorizationAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of a ``categorization`` task.

    Attributes:
        category: the chosen category; an array with ``allow_multiple``.
        category_id: its id, or ids in the same order, null where there is none; only with ``category_ids``.
        taxonomies: question to answer, in the second generation.
    """

    category: str | list[str] | UnsetType = UNSET
    category_id: str | list[str | None] | UnsetType | None = UNSET
    taxonomies: dict[str, Any] | UnsetType = UNSET


def check_answer(
    params: CategorizationParams, answer: Any, start: Path = (), *, partial: bool = False
) -> tuple[CategorizationAnswer, list[Problem]]:
    """Check an answer against its task.

    Args:
        params: already checked by ``params.check``.
        answer: what JSON decodes to.
        start: where the answer is, for pre-labels.
        partial: pre-labels need not be complete.

    Returns:
        The answer in the form that is delivered, ``category_id`` filled in, and every problem. The answer is
        whole only when there is no error among the problems.
    """
    problems = [
        Problem(
            path_text(fault.path),
            fault.reason,
            fault.code,
            "warning" if fault.code == "unknown_key" else "error",
        )
        for fault in errors_of(CategorizationAnswer, answer, start)
    ]
    if any(problem.severity == "error" for problem in problems):
        return CategorizationAnswer(), problems
    read = msgspec.convert(coerced(CategorizationAnswer, answer, unknown=True), CategorizationAnswer)
    if params.taxonomies is UNSET:
        problems.extend(islice(_category_problems(params, read, start, partial=partial), MAX_ERRORS))
    else:
        problems.extend(islice(_taxonomy_problems(params, read, start, partial=partial), MAX_ERRORS))
    return read, problems


def _category_problems(
    params: CategorizationParams, read: CategorizationAnswer, start: Path, *, partial: bool
) -> Iterator[Problem]:
    if read.taxonomies is not UNSET:
        yield Problem(path_text((*start, "taxonomies")), "The task asks for a category.", "not_asked")
    place = (*start, "category")
    if read.category is UNSET:
        if not partial:
            yield Problem(path_text(place), "A category is required.", "required")
        return
    many = params.allow_multiple is True
    if many != isinstance(read.category, list):
        message = "The answer must be an array of categories." if many else "Only one category can be chosen."
        yield Problem(path_text(place), message, "type")
        return
    chosen = read.category if isinstance(read.category, list) else [read.category]
    if not chosen and not partial:
        yield Problem(path_text(place), "At least one category is required.", "required")
    known = dict.fromkeys(leaves(params.categories or ()))
    seen: set[str] = set()
    for i, one in enumerate(chosen):
        spot = (*place, i) if many else place
        if one not in known:
            message = f"“{one}” is not one of the categories: {shown(known)}."
            yield Problem(path_text(spot), message, "unknown_category")
        elif one in seen:
            yield Problem(path_text(spot), f"“{one}” is chosen twice.", "duplicate")
        seen.add(one)
    yield from _id_problems(params, read, chosen, (*start, "category_id"))


def _id_problems(
    params: CategorizationParams, read: CategorizationAnswer, chosen: list[str], place: Path
) -> Iterator[Problem]:
    """Fill in ``category_id``; one that was given must agree (null is what old exports have for none)."""
    names: dict[str, str] = {}
    for key, category in (params.category_ids or {}).items():
        names.setdefault(category, key)
    ids = [names.get(one) for one in chosen]
    right = ids if isinstance(read.category, list) else ids[0]
    if read.category_id is not UNSET and read.category_id is not None and read.category_id != right:
        yield Problem(path_text(place), "The id is not that of the category.", "wrong_id")
    read.category_id = UNSET if params.category_ids is UNSET else right


def _taxonomy_problems(
    params: CategorizationParams, read: CategorizationAnswer, start: Path, *, partial: bool
) -> Iterator[Problem]:
    for name in ("category", "category_id"):
        if getattr(read, name) is not UNSET and getattr(read, name) is not None:
            yield Problem(path_text((*start, name)), "The task asks for taxonomies.", "not_asked")
    read.category_id = UNSET
    place = (*start, "taxonomies")
    if read.taxonomies is UNSET:
        if not partial:
            yield Problem(path_text(place), "Answers are required.", "required")
        return
    rules = QuestionRules(params.taxonomies or {})
    yield from rules.problems(read.taxonomies, Subject(), place, partial=partial)
