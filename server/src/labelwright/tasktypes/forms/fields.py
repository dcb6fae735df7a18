"""Fields of a form and their conditions (wire/task-types-common §11), for collections of text and chats."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.forms.patterns import Pattern, check_pattern, require_few_patterns
from labelwright.tasktypes.wire.numbers import Number, is_number
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path

Responses = Annotated[int, Meta(ge=1, le=100)]
Fewest = Annotated[int, Meta(ge=0, le=100)]
Ranked = Annotated[int, Meta(ge=1, le=1_000)]
Characters = Annotated[int, Meta(ge=1, le=100_000)]
Index = Annotated[int, Meta(ge=0, le=1_000)]
Scalar = Text | bool | Number
NOT = "not"
ALL = ""
"""Joins the conditions of a field with those of the sections around it; no field has this id."""
OPTION = "Option"
"""What options without names are called, with their number."""
INLINE_FIELDS = 2
MIN_STEP = 1e-9


class BaseField(msgspec.Struct, kw_only=True, tag_field="type"):
    """What every field has. Unknown keys are kept.

    Attributes:
        field_id: names the field in answers and conditions; unique in the form.
        title: as shown.
        description: as shown below the title.
        hint: as shown on demand.
        required: whether an answer is mandatory while the field is shown.
        min_responses_required: the fewest answers.
        max_responses_required: the most answers; with more than one the value is an array.
        conditions: when the field is shown; objects of which any must hold. Absent: always.
        extra_content: shown with the field where it is a text.
    """

    field_id: Text
    title: Text
    description: str | UnsetType = UNSET
    hint: str | UnsetType = UNSET
    required: bool = False
    min_responses_required: Fewest = 1
    max_responses_required: Responses = 1
    conditions: list[dict[str, Any]] | UnsetType = UNSET
    extra_content: Any = UNSET


class TextField(BaseField, tag="text", kw_only=True):
    """A text.

    Attributes:
        min_characters: the shortest.
        max_characters: the longest.
        pattern: a regular expression (RE2) that is found in the text.
        multiline: whether it may have several lines.
    """

    min_characters: Characters | UnsetType = UNSET
    max_characters: Characters | UnsetType = UNSET
    pattern: Pattern | UnsetType = UNSET
    multiline: bool | UnsetType = UNSET


class BooleanField(BaseField, tag="boolean", kw_only=True):
    """Yes or no."""


class NumberField(BaseField, tag="number", kw_only=True):
    """A number, or a numeric string.

    Attributes:
        min: the smallest.
        max: the largest.
        step: answers are this far apart, counted from ``min`` or zero; any number when absent.
        use_slider: how it is asked.
        prefix: shown before the number.
        suffix: shown after the number.
        digits: kept without effect; ``step`` says which numbers are right.
    """

    min: Number | UnsetType = UNSET
    max: Number | UnsetType = UNSET
    step: Number | UnsetType = UNSET
    use_slider: bool | UnsetType = UNSET
    prefix: str | UnsetType = UNSET
    suffix: str | UnsetType = UNSET
    digits: Annotated[int, Meta(ge=0)] | UnsetType = UNSET


class DatetimeField(BaseField, tag="datetime", kw_only=True):
    """A day, or a day and time, in ISO 8601.

    Attributes:
        include_time: whether a time is asked for.
    """

    include_time: bool | UnsetType = UNSET


class CategoryChoice(msgspec.Struct, kw_only=True):
    """A choice, or a folder of choices.

    Attributes:
        label: as shown.
        value: as answered; unique in the field.
        hint: as shown on demand.
        subchoices: the children; a folder cannot be chosen itself.
    """

    label: Text
    value: Scalar
    hint: str | UnsetType = UNSET
    subchoices: list["CategoryChoice"] | UnsetType = UNSET


Choices = Annotated[list[CategoryChoice], Meta(min_length=1)]


class CategoryField(BaseField, tag="category", kw_only=True):
    """One or several choices.

    Attributes:
        choices: to choose from; leaves count.
        min_choices: the fewest in one answer; 0 where none may be right.
        max_choices: the most in one answer.
    """

    choices: Choices
    min_choices: Fewest = 1
    max_choices: Responses = 1


class SelectField(BaseField, tag="select", kw_only=True):
    """One choice, from a list that opens."""

    choices: Choices


class TimeRangeField(BaseField, tag="time_range", kw_only=True):
    """A part of a recording, in seconds.

    Attributes:
        attachment_index: which attachment.
    """

    attachment_index: Index | UnsetType = UNSET


class RankingOption(msgspec.Struct, kw_only=True):
    """Something to be ranked."""

    label: Text
    value: Scalar


class RankingField(BaseField, tag="ranking_order", kw_only=True):
    """An order, best first: the values of the options, or without these their numbers, counted from 0.

    Attributes:
        options: what is ranked; absent where only their number is known.
        num_options: how many there are, without ``options``; as many as are ranked when absent.
        num_items_to_rank: how many are put in order; all when absent.
        options_flexible: any number of the options may be put in order.
        positions_flexible: the same.
        option_label: what an option without a name is called; its number, counted from 1, is put behind.
        first_label: shown for the first place.
        last_label: shown for the last place.
    """

    options: Annotated[list[RankingOption], Meta(min_length=2)] | UnsetType = UNSET
    num_options: Ranked | UnsetType = UNSET
    num_items_to_rank: Ranked | UnsetType = UNSET
    options_flexible: bool = False
    positions_flexible: bool = False
    option_label: str | UnsetType = UNSET
    first_label: str | UnsetType = UNSET
    last_label: str | UnsetType = UNSET

    def ranked(self) -> list[tuple[Any, str]]:
        """Return what is ranked: value and name of each option."""
        if self.options is not UNSET:
            return [(one.value, one.label) for one in self.options]
        name, count = self.option_label or OPTION, self.num_options or self.num_items_to_rank or 0
        return [(i, f"{name} {i + 1}") for i in range(count)]

    def places(self) -> tuple[int, int]:
        """Return how many options an answer puts in order: the fewest and the most."""
        count = len(self.ranked())
        if self.options_flexible or self.positions_flexible:
            return 1, count
        exact = min(self.num_items_to_rank or count, count)
        return exact, exact


class FileField(BaseField, tag="file", kw_only=True):
    """A file that the labeler provides.

    Attributes:
        accept: media types.
        max_size: bytes.
    """

    accept: list[Text] | UnsetType = UNSET
    max_size: Annotated[int, Meta(ge=1, le=10**12)] | UnsetType = UNSET


class BoundingBoxField(BaseField, tag="bounding_box", kw_only=True):
    """Boxes on an image, in pixels.

    Attributes:
        attachment_index: which attachment.
        labels: every box has one of them.
    """

    attachment_index: Index | UnsetType = UNSET
    labels: Annotated[list[Text], Meta(min_length=1)] | UnsetType = UNSET


class FieldSet(BaseField, tag="field_set", kw_only=True):
    """Several fields that are answered together.

    Attributes:
        fields: the children.
        inline: whether they are shown in one line: then two at most, texts and numbers only.
    """

    fields: Annotated[list["Field"], Meta(min_length=2)]
    inline: bool = False


class FormSection(BaseField, tag="form", kw_only=True):
    """Fields under a heading, answered beside the other fields: a section has no answer of its own.

    Attributes:
        fields: what is below the heading.
        required: without effect, like the numbers of responses.
    """

    fields: Annotated[list["Field"], Meta(min_length=1)]


Field = (
    TextField
    | BooleanField
    | NumberField
    | DatetimeField
    | CategoryField
    | SelectField
    | TimeRangeField
    | RankingField
    | FileField
    | BoundingBoxField
    | FieldSet
    | FormSection
)
Form = Annotated[list[Field], Meta(min_length=1)]
_DECIDING = (TextField, BooleanField, NumberField, DatetimeField, CategoryField, SelectField)
"""The fields on which conditions may look: those with plain answers."""


def kind_of(field: Field) -> str:
    """Return the wire's name of a field's type."""
    return str(type(field).__struct_config__.tag)


def choice_values(choices: Sequence[CategoryChoice], path: Path = ()) -> Iterator[tuple[Any, Path]]:
    """Yield the value of every choice that can be chosen, in reading order, with its place."""
    waiting = [(one, (*path, i)) for i, one in reversed(list(enumerate(choices)))]
    while waiting:
        one, place = waiting.pop()
        if not one.subchoices:
            yield one.value, (*place, "value")
        else:
            below = (*place, "subchoices")
            waiting.extend((child, (*below, i)) for i, child in reversed(list(enumerate(one.subchoices))))


def same(value: Any) -> tuple[bool, Any]:
    """Return a key under which equal values are equal, and ``true`` is not ``1``."""
    return isinstance(value, bool), value


def walk(fields: Sequence[Field], path: Path) -> Iterator[tuple[Field, Path]]:
    """Yield every field of a form, sets before their children, with its place."""
    for i, one in enumerate(fields):
        place = (*path, i)
        yield one, place
        if isinstance(one, FieldSet | FormSection):
            yield from walk(one.fields, (*place, "fields"))


def answered(fields: Sequence[Field]) -> Sequence[Field]:
    """Return the fields of one level that have answers: those of sections take the place of their section.

    They are shown only where their section is.
    """
    if not any(isinstance(one, FormSection) for one in fields):
        return fields
    found: list[Field] = []
    for one in fields:
        if isinstance(one, FormSection):
            found.extend(_below(one, inner) for inner in answered(one.fields))
        else:
            found.append(one)
    return found


def _below(section: FormSection, field: Field) -> Field:
    if not section.conditions:
        return field
    both = [one for one in (section.conditions, field.conditions) if one]
    return msgspec.structs.replace(field, conditions=[{ALL: both}])


def looks_at(conditions: Sequence[Mapping[str, Any]] | UnsetType) -> set[str]:
    """Return the ids of the fields that decide whether these conditions hold."""
    found: set[str] = set()
    waiting: list[Any] = list(conditions or ())
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            found.update(key for key in one if key not in (NOT, ALL))
            waiting.append(one.get(NOT))
            waiting.extend(inner for several in one.get(ALL, ()) for inner in several)
    return found


def check_form(fields: Sequence[Field], path: Path) -> None:
    """Check what the types of the fields cannot say.

    Args:
        fields: the form.
        path: where it is.

    Raises:
        InvalidParameter: an id or a choice occurs twice, bounds are the wrong way round, or a condition
            names a field or choice that is not there, or depends on itself.
    """
    seen: set[str] = set()
    patterns = sum(isinstance(one, TextField) and one.pattern is not UNSET for one, _ in walk(fields, path))
    require_few_patterns(patterns, path)
    for field, place in walk(fields, path):
        if field.field_id in seen:
            raise refuse((*place, "field_id"), "contains a duplicate value")
        seen.add(field.field_id)
        _check_field(field, place)
    _check_level(fields, path, ChainMap())


def in_order(fields: Sequence[Field], places: Mapping[str, Path] | None = None) -> list[Field]:
    """Return the fields of one level so that each comes after those that decide whether it is shown.

    Args:
        fields: those that have answers (``answered``).
        places: where they are, for the refusal.

    Raises:
        InvalidParameter: conditions go round in a circle.
    """
    here = {field.field_id: field for field in fields}
    needs = {name: _needs(field) & here.keys() for name, field in here.items()}
    try:
        return [here[name] for name in TopologicalSorter(needs).static_order()]
    except CycleError as error:
        first = next(field.field_id for field in fields if field.field_id in error.args[1])
        place = (places or {}).get(first, (first,))
        raise refuse((*place, "conditions"), "must not depend on itself") from None


def _needs(field: Field) -> set[str]:
    """Return every id that conditions of a field, or of one inside it, look at."""
    found = looks_at(field.conditions)
    if isinstance(field, FieldSet):
        for one, _ in walk(field.fields, ()):
            found |= looks_at(one.conditions)
    return found


def _check_field(field: Field, place: Path) -> None:
    if field.max_responses_required < field.min_responses_required:
        raise refuse((*place, "max_responses_required"), "must be at least min_responses_required")
    match field:
        case TextField(min_characters=int(least), max_characters=int(most)) if most < least:
            raise refuse((*place, "max_characters"), "must be at least min_characters")
        case TextField():
            check_pattern(field.pattern, place)
        case NumberField():
            if field.step is not UNSET and field.step < MIN_STEP:
                raise refuse((*place, "step"), "must be greater than 0")
            if field.min is not UNSET and field.max is not UNSET and field.max < field.min:
                raise refuse((*place, "max"), "must be at least min")
        case CategoryField() | SelectField():
            _check_choices(field, place)
        case RankingField(options=list() as options):
            _require_different([(one.value, i) for i, one in enumerate(options)], (*place, "options"))
        case RankingField() if not field.ranked():
            raise refuse((*place, "options"), "is required")
        case FieldSet(inline=True):
            _check_inline(field, (*place, "fields"))
        case _:
            pass


def _check_choices(field: CategoryField | SelectField, place: Path) -> None:
    seen: set[Any] = set()
    for value, spot in choice_values(field.choices, (*place, "choices")):
        if same(value) in seen:
            raise refuse(spot, "contains a duplicate value")
        seen.add(same(value))
    if isinstance(field, CategoryField):
        if field.max_choices < field.min_choices:
            raise refuse((*place, "max_choices"), "must be at least min_choices")
        if field.min_choices > len(seen):
            raise refuse((*place, "min_choices"), f"must be less than or equal to {len(seen)}")


def _require_different(values: Sequence[tuple[Any, int]], place: Path) -> None:
    seen: set[Any] = set()
    for value, i in values:
        if same(value) in seen:
            raise refuse((*place, i, "value"), "contains a duplicate value")
        seen.add(same(value))


def _check_inline(field: FieldSet, place: Path) -> None:
    if len(field.fields) > INLINE_FIELDS:
        raise refuse(place, f"must contain less than or equal to {INLINE_FIELDS} items")
    for i, one in enumerate(field.fields):
        if not isinstance(one, TextField | NumberField):
            raise refuse((*place, i, "type"), "must be one of [text, number]")


def _check_level(fields: Sequence[Field], path: Path, outer: ChainMap[str, Field]) -> None:
    # A condition may look at the fields beside it, and at those beside the sets around it.
    level = list(_level(fields, path))
    visible = outer.new_child({field.field_id: field for field, _ in level})
    for field, place in level:
        for j, one in enumerate(field.conditions or ()):
            _check_condition(one, visible, (*place, "conditions", j))
        if isinstance(field, FieldSet):
            _check_level(field.fields, (*place, "fields"), visible)
    in_order(answered(fields), {field.field_id: place for field, place in level})


def _level(fields: Sequence[Field], path: Path) -> Iterator[tuple[Field, Path]]:
    """Yield the fields of one level with their places: sections, and what is in them, but not what is in sets."""
    for i, one in enumerate(fields):
        yield one, (*path, i)
        if isinstance(one, FormSection):
            yield from _level(one.fields, (*path, i, "fields"))


def _check_condition(condition: Any, visible: Mapping[str, Field], place: Path) -> None:
    if not isinstance(condition, Mapping):
        raise refuse(place, "must be an object")
    for name, wanted in condition.items():
        spot = (*place, name)
        if name == NOT:
            _check_condition(wanted, visible, spot)
        elif not isinstance(visible.get(name), _DECIDING):
            raise refuse(spot, "is not allowed")
        else:
            _check_match(wanted, visible[name], spot)


def _check_match(wanted: Any, field: Field, place: Path) -> None:
    if isinstance(wanted, Mapping):
        if set(wanted) != {NOT}:
            raise refuse(place, "must be a value, an array of values or an object with not")
        _check_match(wanted[NOT], field, (*place, NOT))
        return
    known = None
    if isinstance(field, CategoryField | SelectField):
        known = {same(value) for value, _ in choice_values(field.choices)}
    for value in wanted if isinstance(wanted, list) else [wanted]:
        if not isinstance(value, str | bool) and not is_number(value):
            raise refuse(place, "must be a value, an array of values or an object with not")
        if known is not None and same(value) not in known:
            text = msgspec.json.encode(value).decode()
            raise refuse(place, f"must be one of the choices, {text} is not one")
