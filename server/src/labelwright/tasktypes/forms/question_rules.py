"""Checking and inventing answers to attributes and taxonomies.

Source: wire/task-types-common §5, §10, wire/task-types-text §3.
"""

import math
from collections import ChainMap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import attrgetter
from typing import Any, cast

from msgspec import UNSET

from labelwright.errors import InvalidParameter, Problem
from labelwright.tasktypes.forms.attributes import (
    AttributeDefinition,
    ConditionSet,
    Question,
    condition_sets,
    in_order,
    is_global,
)
from labelwright.tasktypes.forms.labels import leaves
from labelwright.tasktypes.forms.patterns import example, fits
from labelwright.tasktypes.wire.numbers import EPSILON, is_number
from labelwright.validation.errors import MAX_ERRORS, Path, path_text

_LINES = frozenset({"x_line", "y_line"})
_SHOWN_CHOICES = 8


@dataclass(frozen=True, slots=True)
class Subject:
    """What the questions are asked about.

    Attributes:
        label: the annotation's leaf label; None for a whole task.
        size: width and height, in pixels, of a box or cuboid; None for anything else.
        uuid: the annotation's own uuid.
        linkable: uuid to label of every annotation in the answer.
        context: the answers to global questions, on which conditions may also look.
    """

    label: str | None = None
    size: tuple[float, float] | None = None
    uuid: str | None = None
    linkable: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)


class _Rule:
    __slots__ = ("_choices", "kind", "name", "place", "question", "required", "sets")

    def __init__(self, place: int, name: str, question: Question) -> None:
        self.place = place
        self.name = name
        self.question = question
        self.kind = question.type
        self.sets = condition_sets(question)
        self.required = question.type != "linked" if question.required is UNSET else question.required
        self._choices: Mapping[str, None] | None = None

    @property
    def choices(self) -> Mapping[str, None]:
        # Not before an answer needs them: of 10,000 questions few are answered.
        if self._choices is None:
            self._choices = dict.fromkeys(leaves(self.question.choices or ()))
        return self._choices


class QuestionRules:
    """The questions of a task, made ready for checking many answers.

    Args:
        questions: name to definition, already checked by ``check_definitions``.
        scene: take the global questions (True), the others (False) or all (None).
    """

    def __init__(self, questions: Mapping[str, Question], *, scene: bool | None = None) -> None:
        self._rules = {
            name: _Rule(place, name, questions[name])
            for place, name in enumerate(in_order(questions))
            if scene is None or is_global(questions[name]) == scene
        }
        self._required = [rule for rule in self._rules.values() if rule.required]

    def __bool__(self) -> bool:
        return bool(self._rules)

    def asked(self, subject: Subject, values: Mapping[str, Any]) -> Iterator[tuple[str, Question, bool]]:
        """Yield name, definition and necessity of every question that is asked.

        Args:
            subject: what the questions are about.
            values: the answers. They may grow on the way: a question comes after those that decide whether it
                is asked.
        """
        known = _layered(values, subject)
        for name, rule in self._rules.items():
            if _is_asked(rule, subject, known):
                yield name, rule.question, rule.required

    def problems(
        self, values: Mapping[str, Any], subject: Subject, path: Path, *, partial: bool = False
    ) -> Iterator[Problem]:
        """Yield everything that is wrong with the answers about one subject.

        Args:
            values: name to answer.
            subject: what they are about.
            path: where ``values`` is in the whole answer.
            partial: pre-labels need not be complete.
        """
        known = _layered(values, subject) if subject.context else values
        for name in islice((name for name in values if name not in self._rules), MAX_ERRORS):
            yield _problem((*path, name), "There is no such question.", "unknown_attribute")
        for rule in self._looked_at(values, partial=partial):
            name = rule.name
            asked = _is_asked(rule, subject, known)
            if name not in values:
                if asked and rule.required and not partial:
                    yield _problem((*path, name), "An answer is required.", "required")
            elif not asked:
                yield _problem((*path, name), "This is not asked here and must be left out.", "not_asked")
            else:
                fault = _FAULTS[rule.kind](rule, values[name], subject)
                if fault is not None:
                    yield _problem((*path, name), *fault)

    def problem(
        self, name: str, value: Any, others: Mapping[str, Any], subject: Subject, path: Path
    ) -> Problem | None:
        """Return what is wrong with one answer, beside others that were looked at before.

        Args:
            name: of the question.
            value: the answer.
            others: name to answer; one under the same name does not count.
            subject: what they are about.
            path: where the answer is.
        """
        rule = self._rules.get(name)
        if rule is None:
            return _problem(path, "There is no such question.", "unknown_attribute")
        if not _is_asked(rule, subject, ChainMap({name: value}, *_layers(others, subject))):
            return _problem(path, "This is not asked here and must be left out.", "not_asked")
        fault = _FAULTS[rule.kind](rule, value, subject)
        return None if fault is None else _problem(path, *fault)

    def _looked_at(self, values: Mapping[str, Any], *, partial: bool) -> Iterable[_Rule]:
        """Return the rules by which something can be wrong, in their order: there may be far more of them."""
        given = [self._rules[name] for name in values if name in self._rules]
        if not partial:
            if all(rule.required for rule in given):
                return self._required
            given.extend(rule for rule in self._required if rule.name not in values)
        return sorted(given, key=attrgetter("place"))

    def sample(self, subject: Subject, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the given answers with the missing required ones invented, except for ``linked``.

        Always the same for the same task: the first choice, the smallest number, ``test response``.
        """
        values = dict(given)
        known = _layered(values, subject)
        for name, rule in self._rules.items():
            wanted = rule.required and rule.kind != "linked" and name not in values
            if wanted and _is_asked(rule, subject, known):
                values[name] = _sample_value(rule)
        return values

    def missing_links(
        self, subject: Subject, values: Mapping[str, Any]
    ) -> Iterator[tuple[str, Sequence[str]]]:
        """Yield name and allowed labels of every required ``linked`` question that still wants an answer."""
        known = _layered(values, subject)
        for name, rule in self._rules.items():
            open_link = rule.kind == "linked" and rule.required and name not in values
            if open_link and _is_asked(rule, subject, known):
                yield name, _allowed_labels(rule)


def first_error(problems: Sequence[Problem]) -> InvalidParameter | None:
    """Return the refusal of pre-labels with these problems; None when they are usable."""
    for problem in problems:
        if problem.severity == "error":
            reason = problem.message
            if not reason.startswith('"'):
                reason = f'"{problem.path}" is invalid: {reason}'
            return InvalidParameter.because(reason, field=problem.path)
    return None


def _layered(values: Mapping[str, Any], subject: Subject) -> Mapping[str, Any]:
    """Return the answers over those about the scene: a view, as a copy for each of 10,000 questions takes minutes."""
    return ChainMap(*_layers(values, subject))


def _layers(values: Mapping[str, Any], subject: Subject) -> Sequence[MutableMapping[str, Any]]:
    return cast("Sequence[MutableMapping[str, Any]]", (values, subject.context))  # nobody writes to them


def _problem(path: Path, message: str, code: str) -> Problem:
    return Problem(path_text(path), message, code)


def _allowed_labels(rule: _Rule) -> Sequence[str]:
    definition = rule.question
    return (definition.allowed_labels or ()) if isinstance(definition, AttributeDefinition) else ()


def _is_asked(rule: _Rule, subject: Subject, values: Mapping[str, Any]) -> bool:
    if rule.kind in _LINES and subject.size is None:
        return False
    for one in rule.sets:
        if _holds(one, subject, values):
            return True
    return not rule.sets


def _holds(one: ConditionSet, subject: Subject, values: Mapping[str, Any]) -> bool:
    """Tell whether a condition set holds: label AND (any object, all of whose keys match)."""
    if one.label_condition is not UNSET and not one.is_global and subject.label is not None:
        wanted = one.label_condition.label
        if subject.label != wanted if isinstance(wanted, str) else subject.label not in wanted:
            return False
    if not one.attribute_conditions:
        return True
    return any(
        all(name in values and _matches(values[name], wanted) for name, wanted in both.items())
        for both in one.attribute_conditions
    )


def _matches(value: Any, wanted: str | list[str]) -> bool:
    accepted = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, list):
        return any(isinstance(one, str) and one in accepted for one in value)
    if is_number(value):
        # Conditions are written as strings, also on numbers.
        return any(_as_number(text) == value for text in accepted)
    return isinstance(value, str) and value in accepted


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _category_fault(rule: _Rule, value: Any, _: Subject) -> tuple[str, str] | None:
    if rule.question.allow_multiple:
        if not isinstance(value, list):
            return "The answer must be an array of choices.", "type"
        if not value and rule.required:
            return "At least one choice is required.", "required"
        values = value
    else:
        values = [value]
    for one in values:
        if not isinstance(one, str):
            return "A choice must be a string.", "type"
        if one not in rule.choices:
            return f"“{one}” is not one of the choices: {shown(rule.choices)}.", "unknown_choice"
    if len(set(values)) != len(values):
        return "A choice is given twice.", "duplicate"
    return None


def shown(choices: Collection[str]) -> str:
    """Return the first few choices as a list for a message."""
    return ", ".join(islice(choices, _SHOWN_CHOICES)) + (", …" if len(choices) > _SHOWN_CHOICES else "")


def _text_fault(rule: _Rule, value: Any, _: Subject) -> tuple[str, str] | None:
    question = rule.question
    if not isinstance(value, str):
        return "The answer must be a text.", "type"
    least = question.min_length or (1 if question.required is True else 0)
    if len(value) < least:
        return f"The text must have at least {least} characters (it has {len(value)}).", "too_short"
    if question.max_length is not UNSET and len(value) > question.max_length:
        most = question.max_length
        return f"The text must have at most {most} characters (it has {len(value)}).", "too_long"
    if value and not fits(question.pattern, value):
        return f"The text must fit the pattern {question.pattern}.", "pattern"
    return None


def _number_fault(rule: _Rule, value: Any, _: Subject) -> tuple[str, str] | None:
    question = rule.question
    if not is_number(value):
        return "The answer must be a number.", "type"
    if question.min is not UNSET and value < question.min:
        return f"The number must be at least {question.min}.", "bound"
    if question.max is not UNSET and value > question.max:
        return f"The number must be at most {question.max}.", "bound"
    step = 1 if question.step is UNSET else question.step
    base = 0 if question.min is UNSET else question.min
    steps = (value - base) / step
    if abs(steps - round(steps)) > 1e-9 * max(1.0, abs(steps)):
        return f"The number must be {base} or any multiple of {step} more or less.", "step"
    return None


def _measure_fault(rule: _Rule, value: Any, subject: Subject) -> tuple[str, str] | None:
    if not is_number(value):
        return "The answer must be a number.", "type"
    width, height = subject.size or (0.0, 0.0)
    top = {"angle": 360.0, "x_line": width, "y_line": height}[rule.kind]
    if not -EPSILON <= value <= top + EPSILON:
        return f"The answer must be between 0 and {top:g}.", "bound"
    return None


def _linked_fault(rule: _Rule, value: Any, subject: Subject) -> tuple[str, str] | None:
    if not isinstance(value, str):
        return "The answer must be the uuid of an annotation.", "type"
    if value == subject.uuid:
        return "An annotation cannot be linked with itself.", "self_link"
    if value not in subject.linkable:
        return "The linked annotation does not exist.", "unknown_target"
    label, allowed = subject.linkable[value], _allowed_labels(rule)
    if label not in allowed:
        return f"A “{label}” cannot be linked here, only: {', '.join(allowed)}.", "wrong_target"
    return None


_FAULTS: Mapping[str, Callable[[_Rule, Any, Subject], tuple[str, str] | None]] = {
    "category": _category_fault,
    "text": _text_fault,
    "number": _number_fault,
    "angle": _measure_fault,
    "x_line": _measure_fault,
    "y_line": _measure_fault,
    "linked": _linked_fault,
}
"""Per type of question: the message and code of what is wrong with one answer, or None."""


def _sample_value(rule: _Rule) -> Any:
    question = rule.question
    match rule.kind:
        case "category":
            first = next(iter(rule.choices))
            return [first] if question.allow_multiple else first
        case "text":
            text = "test response"
            text = text.ljust(question.min_length, ".") if question.min_length else text
            text = text[: question.max_length] if question.max_length is not UNSET else text
            return example(question.pattern, text, least=question.min_length or 0)
        case "number":
            if question.min is not UNSET:
                return question.min
            if question.max is UNSET or question.max >= 0:
                return 0
            step = 1 if question.step is UNSET else question.step
            value = math.floor(question.max / step) * step
            return value if value <= question.max else value - step
        case _:
            return 0
