"""When a stage takes place: conditions over the answers of earlier stages.

Source: wire/task-types-common §11.4, wire/task-types-chat §4.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labelwright.tasktypes.forms.fields import NOT, looks_at
from labelwright.tasktypes.forms.form_rules import holds
from labelwright.tasktypes.wire.numbers import is_number
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path


def check_condition(condition: Any, earlier: Sequence[str], place: Path) -> None:
    """Check that a condition is one, and looks at earlier stages only.

    Args:
        condition: stage, or ``stage.member`` for a part of its response, to the wanted value or values.
        earlier: ids of the stages before this one.
        place: where the condition is.

    Raises:
        InvalidParameter: it names another stage, or has another form.
    """
    if not isinstance(condition, Mapping):
        raise refuse(place, "must be an object")
    for name, wanted in condition.items():
        if name == NOT:
            check_condition(wanted, earlier, (*place, NOT))
        elif _stage(name, earlier) is None:
            raise refuse((*place, name), f'must be an earlier stage, "{name}" is not one')
        else:
            _check_wanted(wanted, (*place, name))


def takes_place(condition: Mapping[str, Any], responses: Mapping[str, Any]) -> bool:
    """Tell whether a stage takes place.

    Args:
        condition: already checked.
        responses: id to response of the earlier stages that were completed. Of what was not answered nothing is
            true, so that ``not`` holds.
    """
    return holds(condition, {name: _values(name, responses) for name in looks_at([condition])})


def _check_wanted(wanted: Any, place: Path) -> None:
    if isinstance(wanted, Mapping) and set(wanted) == {NOT}:
        _check_wanted(wanted[NOT], (*place, NOT))
        return
    for value in wanted if isinstance(wanted, list) else [wanted]:
        if not isinstance(value, str | bool) and not is_number(value):
            raise refuse(place, "must be a value, an array of values or an object with not")


def _stage(name: str, stages: Sequence[str]) -> str | None:
    """Return the stage that a name begins with: the longest, for ids may have dots in them."""
    fitting = [stage for stage in stages if name == stage or name.startswith(f"{stage}.")]
    return max(fitting, key=len, default=None)


def _values(name: str, responses: Mapping[str, Any]) -> list[Any]:
    """Return every single value in a response, or in a part of it."""
    stage = _stage(name, list(responses))
    if stage is None:
        return []
    part = responses[stage]
    for key in name[len(stage) + 1 :].split(".") if name != stage else ():
        part = part.get(key) if isinstance(part, Mapping) else None
    return list(_leaves(part))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif value is not None:
        yield value
