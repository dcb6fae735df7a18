"""Checking and inventing answers to a form (wire/task-types-common §11, wire/task-types-text §1.3)."""

import math
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.base import Media
from labelwright.tasktypes.forms.fields import (
    ALL,
    NOT,
    BooleanField,
    BoundingBoxField,
    CategoryField,
    DatetimeField,
    Field,
    FieldSet,
    FileField,
    FormSection,
    NumberField,
    RankingField,
    SelectField,
    TextField,
    TimeRangeField,
    answered,
    choice_values,
    in_order,
    kind_of,
    same,
    walk,
)
from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.forms.patterns import example, fits
from labelwright.tasktypes.forms.question_rules import shown
from labelwright.tasktypes.shapes.model import Coordinate, Frame
from labelwright.tasktypes.wire.numbers import LIMIT, is_number
from labelwright.tasktypes.wire.problems import Problems, enough, read
from labelwright.tasktypes.wire.references import is_uri
from labelwright.validation.errors import MAX_ERRORS, Path, path_text

SAMPLE_TEXT = "test response"
SAMPLE_DATE = "2020-01-01T00:00:00.000Z"
SAMPLE_FILE = "https://example.com/test-response"
Known = ChainMap[str, Any]
"""The answers that conditions may look at, the innermost first."""

_VERBOSE = {"field_id", "response"}
_Found = Iterator[tuple[Path, str, str]]
"""Place below the value, message, code."""

_seconds = Meta(ge=0, le=LIMIT)
_Seconds = Annotated[int, _seconds] | Annotated[float, _seconds]
_positive = Meta(gt=0, le=LIMIT)
_Size = Annotated[int, _positive] | Annotated[float, _positive]


class TimeRange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A part of a recording, in seconds."""

    start: _Seconds
    end: _Seconds


class ProvidedFile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A file that a labeler provides, by its address."""

    url: str
    mime_type: Text | UnsetType = UNSET
    name: Text | UnsetType = UNSET


class FieldBox(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A box on an image, in pixels."""

    left: Coordinate
    top: Coordinate
    width: _Size
    height: _Size
    label: Text | UnsetType = UNSET


class FormRules:
    """A form, made ready for checking answers.

    Args:
        fields: already checked by ``check_form``.
        media: of the attachments, for the bounds of boxes.
    """

    def __init__(self, fields: Sequence[Field], media: Sequence[Media] = ()) -> None:
        self._fields = {field.field_id: field for field in answered(fields)}
        self._sections = {one.field_id: one for one, _ in walk(fields, ()) if isinstance(one, FormSection)}
        self._media = media

    def check(
        self,
        values: Mapping[str, Any],
        path: Path,
        *,
        partial: bool = False,
        outer: Known | None = None,
        places: Mapping[str, Path] | None = None,
    ) -> tuple[dict[str, Any], list[Problem]]:
        """Check the answers of one level.

        Args:
            values: field id to answer: plain, or verbose as ``{type, field_id, response}``, which may also stand under
                another name; answers of a section may be in an object of their own.
            path: where ``values`` is in the whole answer.
            partial: pre-labels need not be complete.
            outer: the answers around a set, on which conditions may also look.
            places: where single answers are, if not below ``path``.

        Returns:
            The answers in the plain form, without nulls, and every problem.
        """
        problems = Problems()
        plain: dict[str, Any] = {}
        for name, value in self._by_id(values).items():
            if name not in self._fields and enough(problems):
                continue
            if name not in self._fields:
                message = f"“{name}” is not one of the fields: {shown(self._fields)}."
                problems.append(Problem(path_text((*path, name)), message, "unknown_field"))
            elif value is not None:
                plain[name] = _plain(self._fields[name], value)
        known = (outer or ChainMap()).new_child(plain)
        for name, field in self._fields.items():
            place = (places or {}).get(name, (*path, name))
            shown_now = is_shown(field, known)
            if name in plain and not shown_now:
                message = "This is not asked here and must be left out."
                problems.append(Problem(path_text(place), message, "not_asked"))
            elif name in plain:
                plain[name], found = self._check_responses(field, plain[name], place, known, partial=partial)
                problems.extend(found)
            elif shown_now and field.required and not partial and _may_be_empty(field):
                # Boxes of which none is ticked: forms have no other way to say so.
                plain[name] = []
            elif shown_now and field.required and not partial:
                problems.append(Problem(path_text(place), "An answer is required.", "required"))
        return plain, problems

    def _by_id(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answers of one level under the ids of their fields."""
        if values.keys() <= self._fields.keys():
            return values
        found: dict[str, Any] = {}
        for name, value in values.items():
            if name in self._fields or not isinstance(value, dict):
                found[name] = value
                continue
            own = value["field_id"] if is_verbose(value) else None
            if isinstance(own, str) and own in self._fields and own not in values and own not in found:
                found[own] = value
            elif name in self._sections:
                inner = _single(value["response"]) if own == name else value
                found.update(self._by_id(inner) if isinstance(inner, dict) else {name: value})
            else:
                found[name] = value
        return found

    def sample(self, outer: Known | None = None) -> dict[str, Any]:
        """Return an answer to every field that is shown; always the same."""
        values: dict[str, Any] = {}
        known = (outer or ChainMap()).new_child(values)
        for field in in_order(list(self._fields.values())):
            if is_shown(field, known):
                if isinstance(field, FieldSet):
                    one = FormRules(field.fields).sample(known)
                else:
                    one = _SAMPLES[type(field)](field)
                many = field.max_responses_required > 1
                values[field.field_id] = [one] * (field.min_responses_required or 1) if many else one
        return {name: values[name] for name in self._fields if name in values}

    def _check_responses(
        self, field: Field, value: Any, place: Path, known: Known, *, partial: bool
    ) -> tuple[Any, list[Problem]]:
        least, most = field.min_responses_required, field.max_responses_required
        if most == 1:
            return self._check_value(field, value, place, known, partial=partial)
        if not isinstance(value, list):
            return value, [Problem(path_text(place), "The answer must be an array of answers.", "type")]
        problems = Problems()
        if len(value) > most:
            message = f"At most {most} answers are allowed (there are {len(value)})."
            problems.append(Problem(path_text(place), message, "too_many"))
        elif len(value) < least and not partial:
            message = f"At least {least} answers are needed (there are {len(value)})."
            problems.append(Problem(path_text(place), message, "too_few"))
        finished = []
        for i, one in enumerate(value[:most]):
            done, found = self._check_value(field, one, (*place, i), known, partial=partial)
            finished.append(done)
            problems.extend(found)
            if enough(problems):
                break
        return finished, problems

    def _check_value(
        self, field: Field, value: Any, place: Path, known: Known, *, partial: bool
    ) -> tuple[Any, list[Problem]]:
        if isinstance(field, FieldSet):
            if not isinstance(value, dict):
                return value, [Problem(path_text(place), "The answer must be an object.", "type")]
            rules = FormRules(field.fields, self._media)
            return rules.check(value, place, partial=partial, outer=known)
        if isinstance(field, CategoryField | SelectField) and not isinstance(value, list):
            value = [value]
        if isinstance(field, RankingField) and field.options is UNSET and isinstance(value, list):
            value = [_number_of_option(one) for one in value]
        model = _MODELS.get(type(field))
        if model is not None:
            return self._check_object(field, model, value, place)
        found = islice(_value_faults(field, value, partial=partial), MAX_ERRORS)
        return value, [Problem(path_text((*place, *below)), message, code) for below, message, code in found]

    def _check_object(
        self, field: Field, model: type[msgspec.Struct], value: Any, place: Path
    ) -> tuple[Any, list[Problem]]:
        if not isinstance(field, BoundingBoxField):
            reading = read(model, value, place)
            if reading.whole is None:
                return value, reading.problems
            reading.problems.extend(_object_problems(reading.whole, place))
            return msgspec.to_builtins(reading.whole), reading.problems
        if not isinstance(value, list):
            return value, [Problem(path_text(place), "The answer must be an array of boxes.", "type")]
        problems = Problems()
        boxes: list[Any] = []
        for i, one in enumerate(value):
            if enough(problems):
                break
            box = read(FieldBox, one, (*place, i))
            problems.extend(box.problems)
            if box.whole is not None:
                problems.extend(self._box_problems(field, box.whole, (*place, i)))
                boxes.append(msgspec.to_builtins(box.whole))
        return boxes, problems

    def _box_problems(self, field: BoundingBoxField, box: FieldBox, place: Path) -> Iterator[Problem]:
        if field.labels is UNSET:
            if box.label is not UNSET:
                yield Problem(path_text((*place, "label")), "The task asks for no labels.", "not_asked")
        elif box.label is UNSET:
            yield Problem(path_text((*place, "label")), "A label is required.", "required")
        elif box.label not in field.labels:
            message = f"“{box.label}” is not one of the labels: {shown(field.labels)}."
            yield Problem(path_text((*place, "label")), message, "unknown_label")
        index = 0 if field.attachment_index is UNSET else field.attachment_index
        image = self._media[index] if index < len(self._media) else None
        if image is None or image.width is None or image.height is None:
            return
        frame = Frame.around(image.width, image.height)
        if frame.misses(box.left, box.top) or frame.misses(box.left + box.width, box.top + box.height):
            yield Problem(path_text(place), "This lies outside the image.", "outside")


def is_shown(field: Field, values: Mapping[str, Any]) -> bool:
    """Tell whether a field is shown with these answers: any of its conditions holds, or it has none."""
    if not field.conditions:
        return True
    return any(holds(one, values) for one in field.conditions)


def holds(condition: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Tell whether one condition holds: all of its keys match, and what is under ``not`` does not hold."""
    return all(_member_holds(name, wanted, values) for name, wanted in condition.items())


def _member_holds(name: str, wanted: Any, values: Mapping[str, Any]) -> bool:
    if name == NOT:
        return not holds(wanted, values)
    if name == ALL:
        return all(any(holds(one, values) for one in several) for several in wanted)
    return _matches(values.get(name), wanted)


def _matches(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return not _matches(value, wanted[NOT])
    accepted = {_comparable(one) for one in (wanted if isinstance(wanted, list) else [wanted])}
    given = [value]
    for _ in range(2):
        # Several answers of several choices each are two levels of arrays.
        given = [inner for one in given for inner in (one if isinstance(one, list) else [one])]
    return any(_comparable(one) in accepted for one in given if isinstance(one, str | bool | int | float))


def _comparable(value: Any) -> tuple[bool, Any]:
    number = None if isinstance(value, bool) else as_number(value)
    return same(value if number is None else number)


def as_number(value: Any) -> float | None:
    """Read a number, or a numeric string as the documentation shows one."""
    if is_number(value):
        return value
    if not isinstance(value, str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if is_number(number) else None


def is_verbose(value: Any) -> bool:
    """Tell whether an answer to a field is in the verbose form; further keys in it mean nothing."""
    return isinstance(value, dict) and value.keys() >= _VERBOSE


def _may_be_empty(field: Field) -> bool:
    return isinstance(field, CategoryField) and field.min_choices == 0 and field.max_responses_required == 1


def _plain(field: Field, value: Any) -> Any:
    """Return an answer in the plain form: what is inside a verbose one."""
    if not is_verbose(value):
        return value
    if value["field_id"] != field.field_id or value.get("type", kind_of(field)) != kind_of(field):
        return value
    responses = value["response"]
    return _single(responses) if field.max_responses_required == 1 else responses


def _single(responses: Any) -> Any:
    """Return the one response that a list holds; some programs send it without the list."""
    return responses[0] if isinstance(responses, list) and len(responses) == 1 else responses


def _number_of_option(value: Any) -> Any:
    """Read the number of an option, which may come as a numeric string."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value


def _value_faults(field: Field, value: Any, *, partial: bool) -> _Found:
    match field:
        case TextField():
            yield from _text_faults(field, value)
        case BooleanField():
            if not isinstance(value, bool):
                yield (), "The answer must be true or false.", "type"
        case NumberField():
            yield from _number_faults(field, value)
        case DatetimeField():
            if not _is_date(value):
                yield (), "The answer must be a date, or a date and time, in ISO 8601.", "type"
        case CategoryField():
            yield from _choice_faults(field, value, field.min_choices, field.max_choices, partial=partial)
        case SelectField():
            yield from _choice_faults(field, value, 1, 1, partial=partial)
        case RankingField():
            yield from _ranking_faults(field, value)
        case _:
            raise TypeError(kind_of(field))


def _text_faults(field: TextField, value: Any) -> _Found:
    if not isinstance(value, str):
        yield (), "The answer must be a text.", "type"
        return
    least = field.min_characters or (1 if field.required else 0)
    if len(value) < least:
        yield (), f"The text must have at least {least} characters (it has {len(value)}).", "too_short"
    if field.max_characters is not UNSET and len(value) > field.max_characters:
        most = field.max_characters
        yield (), f"The text must have at most {most} characters (it has {len(value)}).", "too_long"
    if value and not fits(field.pattern, value):
        yield (), f"The text must fit the pattern {field.pattern}.", "pattern"


def _number_faults(field: NumberField, value: Any) -> _Found:
    number = as_number(value)
    if number is None:
        yield (), "The answer must be a number.", "type"
        return
    if field.min is not UNSET and number < field.min:
        yield (), f"The number must be at least {field.min}.", "bound"
    elif field.max is not UNSET and number > field.max:
        yield (), f"The number must be at most {field.max}.", "bound"
    elif field.step is not UNSET:
        base = 0 if field.min is UNSET else field.min
        steps = (number - base) / field.step
        if abs(steps - round(steps)) > 1e-9 * max(1.0, abs(steps)):
            yield (), f"The number must be {base} or any multiple of {field.step} more or less.", "step"


def _is_date(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    for kind in (datetime, date):
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError:
            continue
        return True
    return False


def _choice_faults(
    field: CategoryField | SelectField, value: list[Any], least: int, most: int, *, partial: bool
) -> _Found:
    known = {same(one): one for one, _ in choice_values(field.choices)}
    names = shown(dict.fromkeys(map(str, known.values())))
    seen: set[Any] = set()
    for i, one in enumerate(value):
        if not isinstance(one, str | bool) and not is_number(one):
            yield (i,), "A choice must be a string, a number, true or false.", "type"
        elif same(one) not in known:
            yield (i,), f"“{one}” is not one of the choices: {names}.", "unknown_choice"
        elif same(one) in seen:
            yield (i,), "A choice is given twice.", "duplicate"
        else:
            seen.add(same(one))
    if len(value) > most:
        yield (), f"At most {most} choices are allowed (there are {len(value)}).", "too_many"
    elif len(value) < least and not partial:
        yield (), f"At least {least} choices are needed (there are {len(value)}).", "too_few"


def _ranking_faults(field: RankingField, value: Any) -> _Found:
    if not isinstance(value, list):
        yield (), "The answer must be an array, best first.", "type"
        return
    options = field.ranked()
    known = {same(one) for one, _ in options}
    least, most = field.places()
    plain = all(isinstance(one, str | bool) or is_number(one) for one in value)
    given = {same(one) for one in value} if plain else set()
    if not plain or not given <= known or len(given) < len(value) or not least <= len(value) <= most:
        names = shown(dict.fromkeys(str(one) for one, _ in options))
        some = f"at most {most} of these" if least < most else f"{most} of these"
        what = "each of these once" if least == len(known) else f"{some}, none of them twice"
        yield (), f"The answer must have {what}: {names}.", "ranking"


def _object_problems(value: msgspec.Struct, place: Path) -> Iterator[Problem]:
    if isinstance(value, TimeRange) and value.end < value.start:
        yield Problem(path_text((*place, "end")), "The range cannot end before it starts.", "order")
    if isinstance(value, ProvidedFile) and not is_uri(value.url):
        yield Problem(path_text((*place, "url")), "The file needs an address.", "uri")


_MODELS: Mapping[type, type[msgspec.Struct]] = {
    TimeRangeField: TimeRange,
    FileField: ProvidedFile,
    BoundingBoxField: FieldBox,
}
"""The fields whose answers are objects."""


def _sample_text(field: TextField) -> str:
    text = SAMPLE_TEXT.ljust(field.min_characters or 0, ".")
    text = text if field.max_characters is UNSET else text[: field.max_characters]
    return example(field.pattern, text, least=field.min_characters or 0)


def _sample_boxes(field: BoundingBoxField) -> list[dict[str, Any]]:
    label = {} if field.labels is UNSET else {"label": field.labels[0]}
    return [{"left": 0, "top": 0, "width": 100, "height": 100, **label}]


def _sample_number(field: NumberField) -> Any:
    if field.min is not UNSET:
        return field.min
    if field.max is UNSET or field.max >= 0:
        return 0
    if field.step is UNSET:
        return field.max
    value = math.floor(field.max / field.step) * field.step
    return value if value <= field.max else value - field.step


_SAMPLES: Mapping[type, Callable[[Any], Any]] = {
    TextField: _sample_text,
    BooleanField: lambda _: True,
    NumberField: _sample_number,
    DatetimeField: lambda _: SAMPLE_DATE,
    CategoryField: lambda field: [
        value for value, _ in islice(choice_values(field.choices), field.min_choices or 1)
    ],
    SelectField: lambda field: [next(choice_values(field.choices))[0]],
    TimeRangeField: lambda _: {"start": 0, "end": 1},
    RankingField: lambda field: [value for value, _ in field.ranked()][: field.num_items_to_rank or None],
    FileField: lambda _: {"url": SAMPLE_FILE},
    BoundingBoxField: _sample_boxes,
}
"""Per type of field without children: the answer that test mode gives."""
