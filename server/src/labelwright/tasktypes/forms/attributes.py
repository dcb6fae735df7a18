"""Attribute definitions and their conditions, also used for taxonomies (wire/task-types-text §3.1).

Source: wire/task-types-common §5.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType, field

from labelwright.tasktypes.forms.labels import Labels, Text, leaves, require_unique
from labelwright.tasktypes.forms.patterns import Pattern, check_pattern, require_few_patterns
from labelwright.tasktypes.wire.numbers import Number
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path

Length = Annotated[int, Meta(ge=1, le=100_000)]
Kind = Literal["category", "number", "angle", "text", "x_line", "y_line", "linked"]
MIN_STEP = 1e-9

_OWN_KEYS = {
    "category": ("choices",),
    "number": ("min", "max", "step"),
    "text": ("min_length", "max_length", "pattern"),
    "linked": ("allowed_labels",),
}
"""The keys that only one type of attribute may have."""

_OTHERS_KEYS = {
    kind: tuple(key for other, keys in _OWN_KEYS.items() if other != kind for key in keys)
    for kind in get_args(Kind)
}
"""The keys that a type of attribute may not have."""

SCENE_TYPES = ("category", "number", "angle", "text")
"""The types that can describe a whole image: the others need a shape."""


class LabelCondition(msgspec.Struct):
    """Holds for annotations with one of these leaf labels."""

    label: str | list[str]


class ConditionSet(msgspec.Struct, kw_only=True):
    """When an attribute is asked: the label condition AND any one of the attribute conditions.

    Attributes:
        label_condition: the labels; never applies to global attributes.
        attribute_conditions: objects from name to wanted value(s); AND in one object, OR between them.
        is_global: the attribute describes the whole scene, not one annotation.
    """

    label_condition: LabelCondition | UnsetType = UNSET
    attribute_conditions: list[dict[str, str | list[str]]] | UnsetType = UNSET
    is_global: bool = False


class Question(msgspec.Struct, kw_only=True):
    """What a labeler is asked besides the label.

    Attributes:
        type: the kind of answer. ``angle`` is in degrees, 0…360; ``x_line`` and ``y_line`` are
            pixels from the left and top edge of a box or cuboid; ``linked`` is another annotation's uuid.
        description: the question as shown.
        choices: ``category``: the answers to choose from; leaves count.
        allow_multiple: ``category``: the answer is an array.
        min: ``number``: the smallest answer.
        max: ``number``: the largest answer.
        step: ``number``: answers are this far apart, counted from ``min`` or zero; 1 when absent.
        min_length: ``text``: in characters.
        max_length: ``text``: in characters.
        pattern: ``text``: a regular expression (RE2) that is found in the answer.
        conditions: when it is asked; one set, or an array of which any must hold. Absent: always.
        required: whether an answer is mandatory when asked; absent: yes, except for ``linked``.
    """

    description: str
    type: Kind = "category"
    choices: Annotated[Labels, Meta(min_length=1)] | UnsetType = UNSET
    allow_multiple: bool = False
    min: Number | UnsetType = UNSET
    max: Number | UnsetType = UNSET
    step: Number | UnsetType = UNSET
    min_length: Length | UnsetType = UNSET
    max_length: Length | UnsetType = UNSET
    pattern: Pattern | UnsetType = UNSET
    conditions: ConditionSet | list[ConditionSet] | UnsetType = UNSET
    required: bool | UnsetType = UNSET


class AttributeDefinition(Question, kw_only=True):
    """An attribute of annotations, or of the scene with ``conditions: {is_global: true}``.

    Attributes:
        allowed_labels: ``linked``: the leaf labels that the other annotation may have.
        global_: one value for a whole track; no meaning on a single image.
    """

    allowed_labels: Annotated[list[Text], Meta(min_length=1)] | UnsetType = UNSET
    global_: bool = field(default=False, name="global")


def condition_sets(question: Question) -> Sequence[ConditionSet]:
    """Return the sets of which one must hold; none means that the question is always asked."""
    if question.conditions is UNSET:
        return ()
    return [question.conditions] if isinstance(question.conditions, ConditionSet) else question.conditions


def is_global(question: Question) -> bool:
    """Tell whether the question is about the whole scene."""
    conditions = question.conditions
    if isinstance(conditions, list):
        return any(one.is_global for one in conditions)
    return conditions is not UNSET and conditions.is_global


def parents(question: Question) -> set[str]:
    """Return the names of the questions whose answers decide whether this one is asked."""
    found: set[str] = set()
    for one in condition_sets(question):
        if one.attribute_conditions:
            found.update(*one.attribute_conditions)
    return found


def check_definitions(questions: Mapping[str, Question], path: Path, labels: Collection[str] | None) -> None:
    """Check what the types of the definitions cannot say.

    Args:
        questions: name to definition.
        path: where the mapping is.
        labels: the leaf labels of the task; None when the type has no labels to put conditions on.

    Raises:
        InvalidParameter: a definition lacks or has keys against its type, has bounds the wrong way round,
            names a label or attribute that does not exist, or depends on itself; a pattern is none.
    """
    require_few_patterns(sum(one.pattern is not UNSET for one in questions.values()), path)
    choices: dict[str, Collection[str]] = {}
    for name, question in questions.items():
        place = (*path, name)
        _check_keys(question, place)
        _check_bounds(question, place)
        if question.choices is not UNSET:
            require_unique(question.choices, (*place, "choices"))
        if isinstance(question, AttributeDefinition):
            _check_links(question, place, labels or ())
        if question.conditions is not UNSET:
            _check_conditions(questions, name, place, labels, choices)
    in_order(questions, path)


def in_order(questions: Mapping[str, Question], path: Path = ()) -> list[str]:
    """Return the names so that every question comes after those that decide whether it is asked.

    Raises:
        InvalidParameter: conditions go round in a circle.
    """
    needed = {
        name: sorted(found)
        for name, one in questions.items()
        if one.conditions is not UNSET and (found := parents(one))
    }
    done: dict[str, None] = {}
    for name in questions:
        if name not in needed:
            done[name] = None
            continue
        waiting = [name]
        open_now: dict[str, None] = {}
        while waiting:
            top = waiting[-1]
            missing = [one for one in needed.get(top, ()) if one not in done and one in questions]
            if top in done or not missing:
                done[waiting.pop()] = None
                open_now.pop(top, None)
                continue
            open_now[top] = None
            for one in missing:
                if one in open_now:
                    raise refuse((*path, one, "conditions"), "must not depend on itself")
            waiting.extend(missing)
    return list(done)


def _check_keys(question: Question, place: Path) -> None:
    if question.type == "category" and question.choices is UNSET:
        raise refuse((*place, "choices"), "is required")
    if question.type == "linked" and getattr(question, "allowed_labels", UNSET) is UNSET:
        raise refuse((*place, "allowed_labels"), "is required")
    for key in _OTHERS_KEYS[question.type]:
        if getattr(question, key, UNSET) is not UNSET:
            raise refuse((*place, key), "is not allowed")
    if question.allow_multiple and question.type != "category":
        raise refuse((*place, "allow_multiple"), "is not allowed")


def _check_bounds(question: Question, place: Path) -> None:
    if question.step is not UNSET and question.step < MIN_STEP:
        raise refuse((*place, "step"), "must be greater than 0")
    if question.min is not UNSET and question.max is not UNSET and question.max < question.min:
        raise refuse((*place, "max"), "must be at least min")
    if (
        question.min_length is not UNSET
        and question.max_length is not UNSET
        and question.max_length < question.min_length
    ):
        raise refuse((*place, "max_length"), "must be at least min_length")
    check_pattern(question.pattern, place)


def _check_links(definition: AttributeDefinition, place: Path, labels: Collection[str]) -> None:
    if is_global(definition) and definition.type not in SCENE_TYPES:
        raise refuse((*place, "type"), f"must be one of [{', '.join(SCENE_TYPES)}]")
    for i, name in enumerate(definition.allowed_labels or ()):
        if name not in labels:
            raise refuse((*place, "allowed_labels", i), f'must be a label of the task, "{name}" is not one')


def _check_conditions(
    questions: Mapping[str, Question],
    name: str,
    place: Path,
    labels: Collection[str] | None,
    choices: dict[str, Collection[str]],
) -> None:
    for one, where in _sets_with_paths(questions[name], (*place, "conditions")):
        if one.label_condition is not UNSET:
            _check_label_condition(one.label_condition, (*where, "label_condition"), labels)
        for i, both in enumerate(one.attribute_conditions or ()):
            for parent, wanted in both.items():
                spot = (*where, "attribute_conditions", i, parent)
                if parent not in questions:
                    raise refuse(spot, "is not allowed")
                if is_global(questions[name]) and not is_global(questions[parent]):
                    raise refuse(spot, "must be a global attribute")
                if questions[parent].type == "linked":
                    raise refuse(spot, "must not be a linked attribute")
                if questions[parent].type == "category":
                    if parent not in choices:
                        choices[parent] = frozenset(leaves(questions[parent].choices or ()))
                    _check_wanted(choices[parent], wanted, spot)


def _sets_with_paths(question: Question, place: Path) -> Iterator[tuple[ConditionSet, Path]]:
    if isinstance(question.conditions, ConditionSet):
        yield question.conditions, place
    else:
        for i, one in enumerate(condition_sets(question)):
            yield one, (*place, i)


def _check_label_condition(condition: LabelCondition, where: Path, labels: Collection[str] | None) -> None:
    if labels is None:
        raise refuse(where, "is not allowed")
    for label in [condition.label] if isinstance(condition.label, str) else condition.label:
        if label not in labels:
            raise refuse((*where, "label"), f'must be a label of the task, "{label}" is not one')


def _check_wanted(known: Collection[str], wanted: str | list[str], spot: Path) -> None:
    for value in [wanted] if isinstance(wanted, str) else wanted:
        if value not in known:
            raise refuse(spot, f'must be one of the choices, "{value}" is not one')
