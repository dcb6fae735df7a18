"""How alike two answers to a form are, and which judgements are in one (wire/task-types-scores §3)."""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from msgspec import UNSET

from labelwright.metrics.categories import jaccard
from labelwright.metrics.matching import Candidates, assign
from labelwright.metrics.rankings import concordant_share
from labelwright.metrics.text import edit_similarity, normalised
from labelwright.tasktypes.base import Rating
from labelwright.tasktypes.forms.fields import (
    BooleanField,
    BoundingBoxField,
    CategoryField,
    DatetimeField,
    Field,
    FieldSet,
    FileField,
    NumberField,
    RankingField,
    SelectField,
    TextField,
    TimeRangeField,
    answered,
    same,
)
from labelwright.tasktypes.forms.form_rules import Known, as_number, is_shown
from labelwright.tasktypes.scoring.weights import MATCHED, quality

_DAY = len("2020-01-01")


class FormScore(msgspec.Struct):
    """How alike two answers to a form are, field by field.

    Attributes:
        graded: field to 0…1, for every field that is shown in at least one of the answers.
        advisory: the same for texts of several lines, which nobody can grade by comparing letters.
        differences: of numbers that both gave, without a sign.
    """

    graded: dict[str, float] = {}
    advisory: dict[str, float] = {}
    differences: list[float] = []

    @property
    def value(self) -> float:
        """Mean over the graded fields; over the advisory ones where there are no others; 1 without any."""
        counted = self.graded or self.advisory
        return sum(counted.values()) / len(counted) if counted else 1.0

    def include(self, other: "FormScore", name: str) -> None:
        """Take in the score of another form, its fields under a name."""
        self.graded.update({f"{name}.{key}": value for key, value in other.graded.items()})
        self.advisory.update({f"{name}.{key}": value for key, value in other.advisory.items()})
        self.differences.extend(other.differences)

    def details(self) -> dict[str, float]:
        """Return the further figures: ``exact_match``, ``mean_absolute_error``, ``text_similarity``, each field."""
        found: dict[str, float] = {}
        if self.graded:
            found["exact_match"] = sum(one == 1 for one in self.graded.values()) / len(self.graded)
        if self.differences:
            found["mean_absolute_error"] = sum(self.differences) / len(self.differences)
        if self.advisory:
            found["text_similarity"] = sum(self.advisory.values()) / len(self.advisory)
        return found | {f"fields.{name}": value for name, value in self.graded.items()}


def score_form(
    fields: Sequence[Field],
    expected: Mapping[str, Any],
    given: Mapping[str, Any],
    outer: tuple[Known, Known] | None = None,
) -> FormScore:
    """Compare two accepted answers to a form.

    A field that neither shows is skipped, one that only one of them shows counts 0, one that both left open 1.

    Args:
        fields: the form.
        expected: field id to answer.
        given: the other one.
        outer: the answers around a set, of both.
    """
    found = FormScore()
    left, right = (
        around.new_child(dict(values))
        for around, values in zip(outer or (ChainMap(), ChainMap()), (expected, given), strict=True)
    )
    for field in answered(fields):
        name = field.field_id
        shown = is_shown(field, left), is_shown(field, right)
        if not any(shown):
            continue
        a, b = expected.get(name), given.get(name)
        into = found.advisory if _is_generative(field) else found.graded
        if not all(shown) or (a is None) != (b is None):
            into[name] = 0.0
        elif a is None or b is None:
            into[name] = 1.0
        elif isinstance(field, FieldSet) and field.max_responses_required == 1:
            inner = score_form(field.fields, a, b, (left, right))
            found.include(inner, name)
            if not inner.graded and not inner.advisory:
                into[name] = 1.0
        else:
            into[name] = similarity(field, a, b, (left, right))
            if isinstance(field, NumberField) and field.max_responses_required == 1:
                found.differences.append(abs(_required_number(a) - _required_number(b)))
    return found


def similarity(field: Field, a: Any, b: Any, around: tuple[Known, Known] | None = None) -> float:
    """Return how alike two answers to one field are, 0 to 1.

    Several responses are put into pairs so that the sum of their likeness is largest; what finds no partner
    counts 0.
    """
    if field.max_responses_required > 1:
        table = [[_similarity(field, x, y, around) for y in b] for x in a]
        return assign(Candidates.of_matrix(table)).total / max(len(a), len(b)) if a and b else float(a == b)
    return _similarity(field, a, b, around)


def _similarity(field: Field, a: Any, b: Any, around: tuple[Known, Known] | None) -> float:
    if isinstance(field, FieldSet):
        return score_form(field.fields, a, b, around).value
    return _SIMILARITIES[type(field)](field, a, b)


def form_ratings(
    fields: Sequence[Field], values: Mapping[str, Any], *, prefix: str = "", item: str = ""
) -> Iterator[Rating]:
    """Yield the judgements in an accepted answer: choices, numbers, dates, and the place of each ranked option.

    Texts, boxes and fields with several responses have no scale.

    Args:
        fields: the form.
        values: field id to answer.
        prefix: the sets around the form, each followed by a dot.
        item: which part of the whole answer the form is about.
    """
    for field in answered(fields):
        name, value = prefix + field.field_id, values.get(field.field_id)
        if value is None or field.max_responses_required > 1:
            continue
        match field:
            case FieldSet():
                yield from form_ratings(field.fields, value, prefix=f"{name}.", item=item)
            case CategoryField(max_choices=most) if most > 1:
                yield Rating(name, tuple(sorted(named(one) for one in value)), "set", item)
            case CategoryField() | SelectField() if value:
                yield Rating(name, named(value[0]), "nominal", item)
            case BooleanField():
                yield Rating(name, named(value), "nominal", item)
            case NumberField():
                yield Rating(name, float(_required_number(value)), "interval", item)
            case DatetimeField():
                yield Rating(name, _moment(value).timestamp(), "interval", item)
            case RankingField():
                for place, option in enumerate(value, start=1):
                    yield Rating(f"{name}.{named(option)}", float(place), "ordinal", item)
            case _:
                pass


def named(value: Any) -> str:
    """Return a choice as a text: itself, or its JSON."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _is_generative(field: Field) -> bool:
    return isinstance(field, TextField) and field.multiline is True


def _required_number(value: Any) -> float:
    number = as_number(value)
    assert number is not None  # the checker has read it
    return number


def _number_similarity(field: NumberField, one: Any, other: Any) -> float:
    a, b = _required_number(one), _required_number(other)
    if a == b:
        return 1.0
    if field.min is UNSET or field.max is UNSET or field.max <= field.min:
        return 0.0
    return max(0.0, 1 - abs(a - b) / (field.max - field.min))


def _same_moment(_: DatetimeField, a: str, b: str) -> float:
    """Tell whether two dates are equal; a day and a time on that day are."""
    if min(len(a), len(b)) <= _DAY:
        return float(_moment(a).date() == _moment(b).date())
    return float(_moment(a) == _moment(b))


def _moment(text: str) -> datetime:
    """Read a date, or a date and time; without a zone it is UTC."""
    try:
        moment = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        day = msgspec.convert(text, date)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _box_quality(
    _: BoundingBoxField, a: Sequence[Mapping[str, Any]], b: Sequence[Mapping[str, Any]]
) -> float:
    table = [[_box_iou(x, y) if x.get("label") == y.get("label") else 0.0 for y in b] for x in a]
    pairs = assign(Candidates.of_matrix(table).at_least(MATCHED)) if a and b else None
    return quality(pairs.total if pairs is not None else 0.0, len(a), len(b))


def _box_iou(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    across = min(a["left"] + a["width"], b["left"] + b["width"]) - max(a["left"], b["left"])
    down = min(a["top"] + a["height"], b["top"] + b["height"]) - max(a["top"], b["top"])
    both = max(0.0, across) * max(0.0, down)
    return both / (a["width"] * a["height"] + b["width"] * b["height"] - both)


def _time_iou(_: TimeRangeField, a: Mapping[str, float], b: Mapping[str, float]) -> float:
    both = min(a["end"], b["end"]) - max(a["start"], b["start"])
    either = max(a["end"], b["end"]) - min(a["start"], b["start"])
    if either == 0:
        return 1.0
    return max(0.0, both) / either


_SIMILARITIES: Mapping[type, Callable[[Any, Any, Any], float]] = {
    TextField: lambda _, a, b: edit_similarity(normalised(a), normalised(b)),
    BooleanField: lambda _, a, b: float(a == b),
    NumberField: _number_similarity,
    DatetimeField: _same_moment,
    CategoryField: lambda _, a, b: jaccard([same(one) for one in a], [same(one) for one in b]),
    SelectField: lambda _, a, b: jaccard([same(one) for one in a], [same(one) for one in b]),
    RankingField: lambda _, a, b: concordant_share([same(one) for one in a], [same(one) for one in b]),
    TimeRangeField: _time_iou,
    BoundingBoxField: _box_quality,
    FileField: lambda _, a, b: float(normalised(a["url"]) == normalised(b["url"])),
}
"""Per type of field without children: how alike two of its values are."""
