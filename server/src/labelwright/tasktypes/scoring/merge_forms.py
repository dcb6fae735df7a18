"""How several people's answers to a form become one, field by field (wire/task-types-scores §5)."""

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from statistics import median_low
from typing import Any

from labelwright.metrics.rankings import kemeny
from labelwright.tasktypes.forms.fields import (
    BooleanField,
    CategoryField,
    DatetimeField,
    Field,
    FieldSet,
    NumberField,
    RankingField,
    SelectField,
    TextField,
    TimeRangeField,
    answered,
    in_order,
    same,
)
from labelwright.tasktypes.forms.form_rules import Known, as_number, is_shown
from labelwright.tasktypes.scoring.form_scores import similarity
from labelwright.tasktypes.scoring.merge_answers import (
    is_majority,
    majority,
    majority_members,
    medoid,
    merge_texts,
)


def merge_forms(
    fields: Sequence[Field], answers: Sequence[Mapping[str, Any]], outer: Known | None = None
) -> dict[str, Any]:
    """Merge accepted answers to a form.

    Whether a field is shown follows from the answers merged before it. One that need not be answered is kept
    when most answered it.

    Args:
        fields: the form.
        answers: field id to answer, in order of trust: ties go to the first.
        outer: the merged answers around a set.
    """
    merged: dict[str, Any] = {}
    known = (outer or ChainMap()).new_child(merged)
    for field in in_order(answered(fields)):
        name = field.field_id
        given = [one[name] for one in answers if one.get(name) is not None]
        if not given or not is_shown(field, known):
            continue
        if field.required or is_majority(len(given), len(answers), first=answers[0].get(name) is not None):
            merged[name] = _merged_value(field, given, known)
    return {name: merged[name] for name in dict.fromkeys(chain.from_iterable(answers)) if name in merged}


def _merged_value(field: Field, given: Sequence[Any], known: Known) -> Any:
    if field.max_responses_required > 1:
        return given[_middle(field, given, known)]
    if isinstance(field, FieldSet):
        return merge_forms(field.fields, given, known)
    if isinstance(field, CategoryField) and field.max_choices > 1:
        chosen = majority_members(given, same)
        if field.min_choices <= len(chosen) <= field.max_choices:
            return chosen
    merge = _MERGES.get(type(field))
    return given[_middle(field, given, known)] if merge is None else merge(given)


def _middle(field: Field, given: Sequence[Any], known: Known) -> int:
    return medoid(given, lambda a, b: similarity(field, a, b, (known, known)))


class _Number:
    """A number that keeps its spelling: ``"11.79"`` stays a text."""

    def __init__(self, written: Any) -> None:
        self.written = written
        self._value = as_number(written) or 0.0

    def __lt__(self, other: "_Number") -> bool:
        return self._value < other._value


def _merged_order(given: Sequence[Sequence[Any]]) -> list[Any]:
    values = {same(one): one for order in given for one in order}
    merged = kemeny([[same(one) for one in order] for order in given])
    # Where only the best are put in order, people may have ranked different options.
    return [values[key] for key in merged[: median_low([len(order) for order in given])]]


_MERGES: Mapping[type, Callable[[Sequence[Any]], Any]] = {
    TextField: merge_texts,
    BooleanField: majority,
    DatetimeField: majority,
    NumberField: lambda given: median_low([_Number(value) for value in given]).written,
    CategoryField: lambda given: majority(given, lambda value: frozenset(same(one) for one in value)),
    SelectField: lambda given: majority(given, lambda value: frozenset(same(one) for one in value)),
    RankingField: _merged_order,
    TimeRangeField: lambda given: {key: median_low([one[key] for one in given]) for key in given[0]},
}
"""Per type of field: its merge; what has none is taken from whoever is most like the others."""
