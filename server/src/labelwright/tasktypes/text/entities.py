"""``namedentityrecognition``: spans of a text and how they are related (wire/task-types-text §2)."""

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.base import Media, Rating, Score
from labelwright.tasktypes.checked_type import CheckContext, CheckedType
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject, shown
from labelwright.tasktypes.media import INLINE_TEXT
from labelwright.tasktypes.scoring.merge_answers import first_of
from labelwright.tasktypes.text.entities_answer import EntityAnswer, Relationship, Span
from labelwright.tasktypes.text.entities_params import (
    EntityParams,
    RelationshipDefinition,
    address_of,
    check,
    lineages,
    tree,
)
from labelwright.tasktypes.text.entities_score import compare, join, rated
from labelwright.tasktypes.threads import ConversationAnswer
from labelwright.tasktypes.wire.answer_schemas import Schema, attributes_of, narrowed, one_of_titled
from labelwright.tasktypes.wire.conversation import of_spans, of_texts, single_turn
from labelwright.tasktypes.wire.problems import Reading, enough, read
from labelwright.tasktypes.wire.uuids import give_names
from labelwright.validation.errors import MAX_ERRORS, Path, path_text

_NAMESPACE = uuid.UUID("c8a7a2b1-6b8f-4c0a-8d55-0c1f1d0a3b11")


class Units:
    """A text as JavaScript counts it."""

    def __init__(self, text: str) -> None:
        self._data = text.encode("utf-16-le")

    def __len__(self) -> int:
        return len(self._data) // 2

    def slice(self, start: int, end: int) -> str | None:
        """Return a part; None when an end is in the middle of a character."""
        try:
            return self._data[2 * start : 2 * end].decode("utf-16-le")
        except UnicodeDecodeError:
            return None


class EntityChecker:
    """Checks answers to one task.

    Args:
        params: already checked.
    """

    def __init__(self, params: EntityParams) -> None:
        self._units = Units(params.text)
        self._lineages = lineages(params)
        self._rules = {
            one.name: QuestionRules({} if one.attributes is UNSET else one.attributes)
            for one, _, _ in tree(params.labels, ())
        }
        self._global = QuestionRules(params.global_attributes)
        self._relationships = params.relationships

    @cached_property
    def _definitions(self) -> Mapping[str, Sequence[RelationshipDefinition]]:
        # Not before an answer has relations: a megabyte of definitions may be there for nothing.
        found: dict[str, list[RelationshipDefinition]] = {}
        for definition in self._relationships:
            found.setdefault(definition.name or "", []).append(definition)
        return found

    def check(self, answer: Any, occasion: CheckContext) -> tuple[EntityAnswer, list[Problem]]:
        """Check an answer; see ``CheckedType.examine``."""
        start, partial = occasion.start, occasion.partial
        reading = read(EntityAnswer, answer, start)
        spans, relations = reading.items("annotations", Span), reading.items("relationships", Relationship)
        problems = reading.problems
        problems.extend(
            give_names(((*start, "annotations"), spans), ((*start, "relationships"), relations), name="id")
        )
        seen: set[tuple[int, int, str]] = set()
        for i, span in spans:
            if enough(problems):
                break
            place = (*start, "annotations", i)
            problems.extend(self._span_problems(span, place, partial=partial))
            if (span.start, span.end, span.label) in seen:
                problems.append(Problem(path_text(place), "The span is marked twice.", "duplicate"))
            seen.add((span.start, span.end, span.label))
        labels = {span.id: span.label for _, span in spans}
        problems.extend(islice(self._relation_problems(relations, labels, start), MAX_ERRORS))
        values = self._global_values(reading)
        if values is not None:
            place = (*start, "global_attributes")
            problems.extend(self._global.problems(values, Subject(), place, partial=partial))
        finished = EntityAnswer(
            annotations=[span for _, span in spans],
            relationships=[relation for _, relation in relations],
            global_attributes=(values or {}) if self._global else UNSET,
        )
        return finished, problems

    def _global_values(self, reading: Reading[EntityAnswer]) -> dict[str, Any] | None:
        if reading.is_missing("global_attributes"):
            return {}
        values: dict[str, Any] | None = reading.member("global_attributes", dict[str, Any])
        return values

    def _span_problems(self, span: Span, place: Path, *, partial: bool) -> Iterator[Problem]:
        if span.end <= span.start:
            yield Problem(path_text((*place, "end")), "A span needs at least one character.", "too_short")
        elif span.end > len(self._units):
            message = f"The text ends at {len(self._units)}."
            yield Problem(path_text((*place, "end")), message, "outside")
        else:
            yield from self._text_problems(span, place)
        if span.label not in self._rules:
            message = f"“{span.label}” is not one of the labels: {shown(self._rules)}."
            yield Problem(path_text((*place, "label")), message, "unknown_label")
            return
        rules = self._rules[span.label]
        if rules and span.attributes is UNSET:
            span.attributes = {}
        if span.attributes is not UNSET:
            about = Subject(span.label)
            yield from rules.problems(span.attributes, about, (*place, "attributes"), partial=partial)

    def _text_problems(self, span: Span, place: Path) -> Iterator[Problem]:
        there = self._units.slice(span.start, span.end)
        if there is None:
            message = "The span must not begin or end inside a character."
            yield Problem(path_text((*place, "start")), message, "inside_character")
        elif span.text is UNSET:
            span.text = there
        elif span.text != there:
            yield Problem(path_text((*place, "text")), f"The text there is “{there}”.", "wrong_text")

    def _relation_problems(
        self, relations: Sequence[tuple[int, Relationship]], labels: Mapping[Any, str], start: Path
    ) -> Iterator[Problem]:
        seen: set[tuple[str, str, str]] = set()
        for i, relation in relations:
            place = (*start, "relationships", i)
            name = relation.name or ""
            if relation.name == "":
                relation.name = UNSET
            definitions = self._definitions.get(name, [])
            if not definitions:
                message = "There is no such relationship in this task."
                yield Problem(path_text((*place, "name")), message, "unknown_relationship")
            missing = [key for key in ("source_ref", "target_ref") if getattr(relation, key) not in labels]
            for key in missing:
                yield Problem(path_text((*place, key)), "There is no such span.", "unknown_target")
            if relation.source_ref == relation.target_ref:
                message = "A span cannot be related to itself."
                yield Problem(path_text((*place, "target_ref")), message, "self_link")
            ends = self._ends(relation, name, definitions)
            if ends in seen:
                yield Problem(path_text(place), "The relationship is given twice.", "duplicate")
            seen.add(ends)
            if definitions and not missing:
                source, target = labels[relation.source_ref], labels[relation.target_ref]
                if not any(self._fits(one, source, target) for one in definitions):
                    message = f"“{source}” and “{target}” cannot be related like this."
                    yield Problem(path_text(place), message, "wrong_target")

    def _ends(
        self, relation: Relationship, name: str, definitions: Sequence[RelationshipDefinition]
    ) -> tuple[str, str, str]:
        ends = relation.source_ref, relation.target_ref
        directed = any(one.is_directed is True for one in definitions)
        a, b = ends if directed else sorted(ends)
        return name, a, b

    def _fits(self, one: RelationshipDefinition, source: str, target: str) -> bool:
        ways = [(source, target)] if one.is_directed is True else [(source, target), (target, source)]
        return any(
            self._is_below(a, one.source_label) and self._is_below(b, one.target_label) for a, b in ways
        )

    def _is_below(self, label: str, wanted: str | UnsetType) -> bool:
        return wanted is UNSET or wanted in self._lineages.get(label, ())


class NamedEntityRecognition(CheckedType[EntityParams, EntityAnswer]):
    """The task type ``namedentityrecognition``."""

    slug = "namedentityrecognition"
    params_model = EntityParams
    answer_model = EntityAnswer

    def prepare(self, given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
        """Take the text from ``attachment`` where it has no ``text``, as some clients send it."""
        given = super().prepare(given)
        if "attachment" in given and bytes(given.get("text", b'""')).strip() == b'""':
            return {**given, "text": given["attachment"]}
        return given

    def check(self, params: EntityParams) -> None:
        """See ``entities_params.check``."""
        check(params)

    def references(self, params: EntityParams) -> Sequence[str]:
        """Return the text itself."""
        return [params.text]

    def files_of(self, params: EntityParams) -> Sequence[str]:
        """Return the address of the text, where that is not in the request."""
        address = address_of(params)
        return [address] if address else ()

    def media_of(self, params: EntityParams) -> Mapping[str, str]:
        """Return that a text has to take the place of its address."""
        return dict.fromkeys(self.files_of(params), INLINE_TEXT)

    def with_text(
        self, params: Mapping[str, msgspec.Raw], address: str, text: str
    ) -> Mapping[str, msgspec.Raw]:
        """Put the text where its address was."""
        if msgspec.json.decode(params["text"]) != address:
            return params
        return {**params, "text": msgspec.Raw(msgspec.json.encode(text))}

    def examine(
        self, params: EntityParams, answer: Any, occasion: CheckContext
    ) -> tuple[EntityAnswer, list[Problem]]:
        """See ``CheckedType``."""
        return EntityChecker(params).check(answer, occasion)

    def told(self, params: EntityParams, answer: EntityAnswer) -> ConversationAnswer:
        """Tell the spans, and what was asked about the whole text."""
        spans = of_spans("annotations", ((one.label, one.text or None) for one in answer.annotations))
        asked = answer.global_attributes if answer.global_attributes is not UNSET else {}
        return single_turn([params.text], [spans, *of_texts(asked, {})])

    def compare(
        self, params: EntityParams, expected: EntityAnswer, given: EntityAnswer, media: Sequence[Media]
    ) -> Score:
        """Compare spans, their attributes and their relations.

        The score is the strict F1 of the spans (same start, end and label); where there are attributes or
        relations, these weigh 0.2 beside it: the mean likeness of attributes, of spans that both have and of the
        whole text, and the F1 of relations (same ends and name). Details: ``precision``, ``recall``, ``f1``; with
        the counting of SemEval-2013 ``exact_f1`` (boundaries only), ``partial_f1`` (½ for an overlap),
        ``type_f1`` (any overlap, same label); ``overlap_f1`` (shared characters, same label); ``attributes``,
        ``relation_f1``, ``relaxed_relation_f1`` (ends that overlap).
        """
        del media
        return compare(params, expected, given)

    def join(
        self, params: EntityParams, answers: Sequence[EntityAnswer], media: Sequence[Media]
    ) -> EntityAnswer:
        """Keep the spans and relations that most marked, and merge the answers about them."""
        return join(params, first_of(answers, self.medoid(params, answers, media)))

    def rated(self, params: EntityParams, answer: EntityAnswer) -> Sequence[Rating]:
        """Return the answers about the whole text."""
        return list(rated(params, answer))

    def schema(self, params: EntityParams) -> Schema:
        """Return spans with the labels of the tree, relations with their names, attributes with theirs."""
        labels = [one for one, _, _ in tree(params.labels, ())]
        questions = [question for one in labels for question in (one.attributes or {}).items()]
        # Two labels may ask differently under the same name.
        told = dict(questions) if len(dict(questions)) == len(questions) else None
        names = [(one.name, one.display_name or one.name) for one in params.relationships if one.name]
        asked = attributes_of(told, complete=False) if told is not None else {"type": "object"}
        scene = attributes_of(params.global_attributes) if params.global_attributes else None
        relations: Schema = (
            {} if params.relationships else {"relationships": {"type": "array", "maxItems": 0}}
        )
        return narrowed(
            self.answer_model,
            {
                "Span": {
                    "label": one_of_titled([(one.name, one.display_name or one.name) for one in labels]),
                    "attributes": asked if questions else None,
                },
                "Relationship": {"name": one_of_titled(names)} if names else {},
                self.answer_model.__name__: {"global_attributes": scene, **relations},
            },
        )

    def sample(self, params: EntityParams) -> Any:
        """Return the first word with the first label."""
        word = re.search(r"\S+", params.text)
        start, end = word.span() if word else (0, len(params.text))
        label = params.labels[0]
        span: dict[str, Any] = {
            "id": str(uuid.uuid5(_NAMESPACE, "0")),
            "start": len(Units(params.text[:start])),
            "end": len(Units(params.text[:end])),
            "label": label.name,
        }
        if label.attributes:
            span["attributes"] = QuestionRules(label.attributes).sample(Subject(label.name), {})
        answers = QuestionRules(params.global_attributes).sample(Subject(), {})
        return {"annotations": [span], "relationships": [], "global_attributes": answers}
