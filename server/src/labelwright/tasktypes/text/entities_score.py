"""Spans, their attributes and relations: compared, and merged from several answers (wire/task-types-scores §3)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import UNSET

from labelwright.metrics.spans import (
    LabelledSpan,
    Relation,
    score_relations,
    score_relations_loosely,
    score_spans,
)
from labelwright.tasktypes.base import Rating, Score
from labelwright.tasktypes.forms.attributes import Question
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject
from labelwright.tasktypes.scoring.merge_answers import free_name, majority_members, merge_questions
from labelwright.tasktypes.scoring.questions import question_ratings
from labelwright.tasktypes.scoring.weights import Compared, attribute_score, joined
from labelwright.tasktypes.text.entities_answer import EntityAnswer, Relationship, Span
from labelwright.tasktypes.text.entities_params import EntityParams, tree

Key: TypeAlias = LabelledSpan
"""What makes two spans the same: place and label."""


def compare(params: EntityParams, expected: EntityAnswer, given: EntityAnswer) -> Score:
    """Return strict F1 of the spans, joined with their attributes and relations."""
    spans = score_spans([_key(one) for one in expected.annotations], [_key(one) for one in given.annotations])
    relations = _relations(params, expected), _relations(params, given)
    strict = score_relations(*relations)
    details = {
        "precision": spans.strict.precision,
        "recall": spans.strict.recall,
        "f1": spans.strict.f1,
        "exact_f1": spans.exact.f1,
        "partial_f1": spans.partial.f1,
        "type_f1": spans.type.f1,
        "overlap_f1": spans.overlap.f1,
    }
    attributes = _attributes(params, expected, given)
    if attributes is not None:
        details["attributes"] = attributes
    related = None
    if any(relations):
        related = details["relation_f1"] = strict.f1
        details["relaxed_relation_f1"] = score_relations_loosely(*relations).f1
    return Score(joined(spans.strict.f1, attributes, related), details)


def join(params: EntityParams, answers: Sequence[EntityAnswer]) -> EntityAnswer:
    """Return the spans and relations that most marked, with merged attributes.

    Args:
        params: the task.
        answers: in order of trust; ties go to the first.
    """
    kept = majority_members([one.annotations for one in answers], _key)
    by_key = [{_key(span): span for span in one.annotations} for one in answers]
    rules = {one.name: QuestionRules(one.attributes or {}) for one, _, _ in tree(params.labels, ())}
    taken: set[str] = set()
    names: dict[Key, str] = {}
    spans: list[Span] = []
    for span in kept:
        key = _key(span)
        names[key] = free_name([str(span.id)], taken)
        taken.add(names[key])
        same = [one[key] for one in by_key if key in one]
        merged = merge_questions(
            rules[span.label], Subject(span.label), [one.attributes or {} for one in same]
        )
        asked = any(one.attributes is not UNSET for one in same)
        spans.append(
            Span(
                id=names[key],
                start=span.start,
                end=span.end,
                text=span.text,
                label=span.label,
                attributes=merged if asked else UNSET,
            )
        )
    scene = merge_questions(
        QuestionRules(params.global_attributes), Subject(), [one.global_attributes or {} for one in answers]
    )
    return EntityAnswer(
        annotations=spans,
        relationships=_joined_relations(params, answers, names),
        global_attributes=scene if params.global_attributes else UNSET,
    )


def rated(params: EntityParams, answer: EntityAnswer) -> Iterator[Rating]:
    """Yield the answers about the whole text."""
    yield from question_ratings(params.global_attributes, answer.global_attributes or {})


def _key(span: Span) -> Key:
    return Key(span.start, span.end, span.label)


def _attributes(params: EntityParams, expected: EntityAnswer, given: EntityAnswer) -> float | None:
    """Return the mean likeness of attributes: of spans that both have, and of the text; None without any."""
    questions: dict[str, Question] = {
        _full_name(one.name, name): question
        for one, _, _ in tree(params.labels, ())
        for name, question in (one.attributes or {}).items()
    }
    questions.update(params.global_attributes)
    other = {_key(span): span for span in given.annotations}
    compared = [
        Compared(_named(span), _named(other[_key(span)]))
        for span in expected.annotations
        if _key(span) in other
    ]
    compared.append(Compared(expected.global_attributes or {}, given.global_attributes or {}))
    return attribute_score(questions, compared)


def _named(span: Span) -> Mapping[str, Any]:
    return {_full_name(span.label, name): value for name, value in (span.attributes or {}).items()}


def _full_name(label: str, attribute: str) -> str:
    """Return a name that no other label's attribute has: labels are unique, attributes only in their label."""
    return f"{label}\0{attribute}"


def _relations(params: EntityParams, answer: EntityAnswer) -> list[Relation]:
    directed = {one.name or "": one.is_directed is True for one in params.relationships}
    spans = {str(span.id): _key(span) for span in answer.annotations}
    return [
        Relation(
            spans[one.source_ref], spans[one.target_ref], one.name or "", directed.get(one.name or "", False)
        )
        for one in answer.relationships
    ]


def _joined_relations(
    params: EntityParams, answers: Sequence[EntityAnswer], names: Mapping[Key, str]
) -> list[Relationship]:
    """Return the relations that most marked, between spans that are kept."""
    given = [list(zip(one.relationships, _relations(params, one), strict=True)) for one in answers]
    kept = majority_members(given, lambda both: _undirected(both[1]))
    used = set(names.values())
    found: list[Relationship] = []
    for relation, ends in kept:
        if ends.source not in names or ends.target not in names:
            continue
        name = free_name([str(relation.id)], used)
        used.add(name)
        found.append(
            Relationship(
                id=name, source_ref=names[ends.source], target_ref=names[ends.target], name=relation.name
            )
        )
    return found


def _undirected(one: Relation) -> Any:
    ends = one.source, one.target
    return one.name, ends if one.is_directed else frozenset(ends)
