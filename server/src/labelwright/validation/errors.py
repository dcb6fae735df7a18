"""What is wrong with the shape of a JSON value, in the words of Joi, which the original service prints.

One walk over a msgspec model and an untyped value, side by side, finds every fault (wire/task-types-common §1.4).
The decoders of ``validation.py`` walk only after msgspec has refused; the answer checkers want all faults.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from msgspec import inspect

from labelwright.validation.type_info import (
    CHOICES,
    accepts,
    choose,
    misfits,
    shape,
    type_of,
    unwrapped,
    values_of,
)

Path = tuple[str | int, ...]
"""Where a value is: object keys and array indexes from the root."""

MAX_ERRORS = 1_000
"""Nobody reads more faults than this, and a megabyte of them would take minutes."""

_PLAIN_KEY = re.compile(r"[^\s.\[\]\"]+")
_SHORT, _MOST_STEPS = 40, 2_000
"""Keys of which the text in paths is remembered: the names of members, most of all."""

_steps: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class ShapeError:
    """One place where a value does not have the shape of its model.

    Attributes:
        path: the place, from the root.
        what: the rest of the sentence after the quoted key (``must be a number``).
        code: a stable word: ``required``, ``type``, ``enum``, ``unknown_key``, ``empty``, ``size``, ``bound``
            or ``pattern``.
    """

    path: Path
    what: str
    code: str

    @property
    def reason(self) -> str:
        """The Joi sentence: the last key in quotes, then what is wrong with it."""
        return f'"{label(self.path)}" {self.what}'


def path_text(path: Sequence[str | int]) -> str:
    """Return a path as text: ``geometries.box.objects_to_annotate[0]``, odd keys as ``["Is it?"]``."""
    return "".join([f"[{step}]" if isinstance(step, int) else _step(step) for step in path]).removeprefix(".")


def _step(key: str) -> str:
    text = _steps.get(key)
    if text is None:
        text = f".{key}" if _PLAIN_KEY.fullmatch(key) else f"[{msgspec.json.encode(key).decode()}]"
        if len(key) <= _SHORT and len(_steps) < _MOST_STEPS:
            _steps[key] = text
    return text


def label(path: Sequence[str | int]) -> str:
    """Return what Joi puts between the quotes: the last key, with the indexes that follow it."""
    last = next((i for i in reversed(range(len(path))) if isinstance(path[i], str)), 0)
    return "".join(f"[{step}]" if isinstance(step, int) else step for step in path[last:]) or "value"


def errors_of(model: Any, value: Any, start: Path = (), most: int = MAX_ERRORS) -> list[ShapeError]:
    """Return the faults of an untyped value against a model, in the model's order.

    Args:
        model: a Struct or any other type msgspec knows.
        value: what JSON decodes to.
        start: the path of the value itself.
        most: how many are looked for.

    Raises:
        RecursionError: the value is nested deeper than the interpreter can follow.
    """
    return list(islice(_errors(shape(model), value, start), most))


def _errors(kind: inspect.Type, value: Any, path: Path) -> Iterator[ShapeError]:
    """Walk model and value side by side; types that JSON has no word for are taken as satisfied."""
    kind = unwrapped(kind)
    walk = _WALKS.get(type(kind))
    return iter(()) if walk is None else walk(kind, value, path)


def _array_errors(array: Any, value: Any, path: Path) -> Iterator[ShapeError]:
    if not isinstance(value, list | tuple):
        yield ShapeError(path, "must be an array", "type")
        return
    yield from _size_errors(array, len(value), path, "contain", "items")
    for index in misfits(value, type_of(array.item_type)):
        yield from _errors(array.item_type, value[index], (*path, index))


def _struct_errors(struct: inspect.StructType, value: Any, path: Path) -> Iterator[ShapeError]:
    if not isinstance(value, dict):
        yield ShapeError(path, "must be an object", "type")
        return
    if struct.tag_field is not None and value.get(struct.tag_field) != struct.tag:
        missing = struct.tag_field not in value
        yield ShapeError(
            (*path, struct.tag_field),
            "is required" if missing else f"must be one of [{struct.tag}]",
            "required" if missing else "enum",
        )
        return
    for field in struct.fields:
        if field.encode_name in value:
            yield from _errors(field.type, value[field.encode_name], (*path, field.encode_name))
        elif field.required:
            yield ShapeError((*path, field.encode_name), "is required", "required")
    if struct.forbid_unknown_fields:
        known = {field.encode_name for field in struct.fields} | {struct.tag_field}
        for key in value:
            if key not in known:
                yield ShapeError((*path, key), "is not allowed", "unknown_key")


def _dict_errors(mapping: inspect.DictType, value: Any, path: Path) -> Iterator[ShapeError]:
    if not isinstance(value, dict):
        yield ShapeError(path, "must be an object", "type")
        return
    yield from _size_errors(mapping, len(value), path, "have", "keys")
    wanted = type_of(mapping)
    members = [{key: item} for key, item in value.items()]
    for index in misfits(members, wanted):
        ((key, item),) = members[index].items()
        if any(True for _ in _errors(mapping.key_type, key, ())):
            yield ShapeError((*path, key), "is not allowed", "unknown_key")
        yield from _errors(mapping.value_type, item, (*path, key))


def _union_errors(union: inspect.UnionType, value: Any, path: Path) -> Iterator[ShapeError]:
    chosen = choose(union, value)
    if chosen is not None:
        yield from _errors(chosen, value, path)
        return
    options = [
        unwrapped(option) for option in union.types if not isinstance(unwrapped(option), inspect.NoneType)
    ]
    tags = [o.tag for o in options if isinstance(o, inspect.StructType) and o.tag_field is not None]
    if tags and isinstance(value, dict):
        field = next(o.tag_field for o in options if isinstance(o, inspect.StructType) and o.tag_field)
        if field not in value:
            yield ShapeError((*path, field), "is required", "required")
        else:
            yield ShapeError((*path, field), f"must be one of [{', '.join(map(str, tags))}]", "enum")
        return
    if isinstance(value, str) and (choices := [o for o in options if isinstance(o, CHOICES)]):
        known = [str(one) for choice in choices for one in values_of(choice)]
        yield ShapeError(path, f"must be one of [{', '.join(known)}]", "enum")
        return
    names = list(dict.fromkeys(_type_name(option) for option in options))
    if len(names) == 1:
        article = "an" if names[0][0] in "aio" else "a"
        yield ShapeError(path, f"must be {article} {names[0]}", "type")
    else:
        yield ShapeError(path, f"must be one of [{', '.join(names)}]", "type")


def _type_name(kind: inspect.Type) -> str:
    match kind:
        case inspect.IntType() | inspect.FloatType():
            return "number"
        case inspect.BoolType():
            return "boolean"
        case inspect.ListType() | inspect.SetType() | inspect.VarTupleType():
            return "array"
        case inspect.StructType() | inspect.DictType():
            return "object"
        case _:
            return "string"


def _number_errors(kind: Any, value: Any, path: Path) -> Iterator[ShapeError]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield ShapeError(path, "must be a number", "type")
    elif isinstance(value, float) and not math.isfinite(value):
        yield ShapeError(path, "must be a safe number", "bound")
    elif isinstance(kind, inspect.IntType) and not isinstance(value, int):
        yield ShapeError(path, "must be an integer", "type")
    else:
        yield from _bound_errors(kind, value, path)


def _bool_errors(_: Any, value: Any, path: Path) -> Iterator[ShapeError]:
    if not isinstance(value, bool):
        yield ShapeError(path, "must be a boolean", "type")


def _null_errors(_: Any, value: Any, path: Path) -> Iterator[ShapeError]:
    if value is not None:
        yield ShapeError(path, "must be null", "type")


def _choice_errors(kind: Any, value: Any, path: Path) -> Iterator[ShapeError]:
    if not accepts(kind, value):
        yield ShapeError(path, f"must be one of [{', '.join(map(str, values_of(kind)))}]", "enum")


def _date_errors(_: Any, value: Any, path: Path) -> Iterator[ShapeError]:
    try:
        msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        yield ShapeError(path, "must be a valid date", "type")


def _bound_errors(
    kind: inspect.IntType | inspect.FloatType, value: float, path: Path
) -> Iterator[ShapeError]:
    if kind.ge is not None and value < kind.ge:
        yield ShapeError(path, f"must be greater than or equal to {kind.ge}", "bound")
    elif kind.gt is not None and value <= kind.gt:
        yield ShapeError(path, f"must be greater than {kind.gt}", "bound")
    elif kind.le is not None and value > kind.le:
        yield ShapeError(path, f"must be less than or equal to {kind.le}", "bound")
    elif kind.lt is not None and value >= kind.lt:
        yield ShapeError(path, f"must be less than {kind.lt}", "bound")
    elif kind.multiple_of is not None and value % kind.multiple_of:
        yield ShapeError(path, f"must be a multiple of {kind.multiple_of}", "bound")


def _text_errors(kind: Any, value: Any, path: Path) -> Iterator[ShapeError]:
    if not isinstance(value, str):
        yield ShapeError(path, "must be a string", "type")
    elif not value and kind.min_length:
        yield ShapeError(path, "is not allowed to be empty", "empty")
    elif kind.min_length is not None and len(value) < kind.min_length:
        yield ShapeError(path, f"length must be at least {kind.min_length} characters long", "size")
    elif kind.max_length is not None and len(value) > kind.max_length:
        yield ShapeError(
            path, f"length must be less than or equal to {kind.max_length} characters long", "size"
        )
    elif kind.pattern is not None and not re.search(kind.pattern, value):
        yield ShapeError(path, "fails to match the required pattern", "pattern")


def _size_errors(kind: Any, size: int, path: Path, verb: str, noun: str) -> Iterator[ShapeError]:
    if kind.min_length is not None and size < kind.min_length:
        yield ShapeError(path, f"must {verb} at least {kind.min_length} {noun}", "size")
    elif kind.max_length is not None and size > kind.max_length:
        yield ShapeError(path, f"must {verb} less than or equal to {kind.max_length} {noun}", "size")


_WALKS: dict[type[inspect.Type], Callable[[Any, Any, Path], Iterator[ShapeError]]] = {
    inspect.StructType: _struct_errors,
    inspect.DictType: _dict_errors,
    inspect.ListType: _array_errors,
    inspect.SetType: _array_errors,
    inspect.VarTupleType: _array_errors,
    inspect.UnionType: _union_errors,
    inspect.IntType: _number_errors,
    inspect.FloatType: _number_errors,
    inspect.BoolType: _bool_errors,
    inspect.StrType: _text_errors,
    inspect.NoneType: _null_errors,
    inspect.LiteralType: _choice_errors,
    inspect.EnumType: _choice_errors,
    inspect.DateTimeType: _date_errors,
}
