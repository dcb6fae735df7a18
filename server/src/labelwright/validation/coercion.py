"""Repairs of values that almost fit a model: numbers and booleans in strings, and keys that nobody knows."""

import math
import operator
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from msgspec import inspect

from labelwright.validation.type_info import (
    CHOICES,
    NUMBERS,
    SAMPLE_SIZE,
    choose,
    fits,
    shape,
    type_of,
    unwrapped,
)

_NUMERIC = re.compile(r"\s*[+-]?\d{1,15}(\.\d{1,15})?([eE][+-]?\d{1,2})?\s*", re.ASCII)
_PLAIN_DIGITS = 15
"""As many digits are read without a second look."""

_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_coercers: "dict[tuple[bool, bool, bool], Coercer]" = {}


def coerced(
    model: Any, value: Any, *, numbers: bool = False, booleans: bool = False, unknown: bool = False
) -> Any:
    """Return the value with the asked-for repairs, or the very same object when there is nothing to repair.

    Args:
        model: a Struct or any other type msgspec knows.
        value: what JSON decodes to.
        numbers: read numeric strings where only a number fits, and integers written as ``10.0``.
        booleans: read ``true``, ``True``, ``1`` and their opposites where only a boolean fits.
        unknown: leave out the keys that a closed object of the model does not know.

    Raises:
        RecursionError: the value is nested deeper than the interpreter can follow.
    """
    how = numbers, booleans, unknown
    if how not in _coercers:
        _coercers[how] = Coercer(numbers=numbers, booleans=booleans, unknown=unknown)
    return _coercers[how].tidied(model, value)


_Coercion = Callable[[Any], Any]
"""Returns a value with its repairs, or the very same object."""


class Coercer:
    """One way of repairing, compiled for each type when it is first met: bodies of a megabyte go through it.

    Args:
        numbers: see ``tidied``, like the next two.
        booleans: read words for true and false.
        unknown: leave out unknown keys.
    """

    def __init__(self, *, numbers: bool, booleans: bool, unknown: bool) -> None:
        self._numbers, self._booleans, self._unknown = numbers, booleans, unknown
        self._structs: dict[type, _Coercion] = {}
        self._open: set[type] = set()
        self._whole: dict[Any, _Coercion | None] = {}

    def tidied(self, model: Any, value: Any) -> Any:
        """Repair a value of a model."""
        if model not in self._whole:
            self._whole[model] = self._of(shape(model))
        repair = self._whole[model]
        return value if repair is None else repair(value)

    def _matters(self, kind: inspect.Type, seen: set[type]) -> bool:
        """Tell whether anything in values of a type can need a repair."""
        kind = unwrapped(kind)
        if isinstance(kind, inspect.StructType):
            if kind.cls in seen:
                return False
            seen.add(kind.cls)
            closed = self._unknown and kind.forbid_unknown_fields
            return closed or any(self._matters(field.type, seen) for field in kind.fields)
        if isinstance(kind, inspect.UnionType):
            return any(self._matters(option, seen) for option in kind.types)
        if isinstance(kind, inspect.ListType | inspect.DictType):
            inner = kind.item_type if isinstance(kind, inspect.ListType) else kind.value_type
            return self._matters(inner, seen)
        return (self._numbers and isinstance(kind, NUMBERS)) or (
            self._booleans and isinstance(kind, inspect.BoolType)
        )

    def _of(self, kind: inspect.Type) -> _Coercion | None:
        if not self._matters(kind, set()):
            return None
        match unwrapped(kind):
            case inspect.ListType(item_type=inner):
                repair = self._list(self._of(inner), type_of(inner))
            case inspect.DictType(value_type=inner):
                repair = self._dict(self._of(inner), type_of(inner))
            case inspect.StructType() as struct:
                repair = self._struct(struct)
            case inspect.UnionType() as union:
                repair = self._union(union)
            case inspect.BoolType():
                repair = _boolean
            case number:
                repair = partial(_number, whole=isinstance(number, inspect.IntType))
        return repair

    def _list(self, repair: _Coercion | None, wanted: Any) -> _Coercion | None:
        if repair is None:
            return None
        many = list[wanted]
        plain = isinstance(repair, partial) and repair.func is _number
        # A request is refused for its first fault: what follows that need not be repaired.
        to_the_first = self._numbers

        def items(value: Any) -> Any:
            if not isinstance(value, list):
                return value
            if len(value) <= SAMPLE_SIZE or wanted is None:
                repaired = list(map(repair, value))
            else:
                repaired = []
                for start in range(0, len(value), SAMPLE_SIZE):
                    stretch = value[start : start + SAMPLE_SIZE]
                    if fits(stretch, many):
                        repaired += stretch
                        continue
                    stretch = (plain and _plain_numbers(stretch)) or list(map(repair, stretch))
                    repaired += stretch
                    if to_the_first and not fits(stretch, many):
                        repaired += value[start + SAMPLE_SIZE :]
                        break
            return value if all(map(operator.is_, repaired, value)) else repaired

        return items

    def _dict(self, repair: _Coercion | None, wanted: Any) -> _Coercion | None:
        if repair is None:
            return None
        items = self._list(repair, wanted)
        assert items is not None

        def values(value: Any) -> Any:
            if not isinstance(value, dict):
                return value
            given = list(value.values())
            repaired = items(given)
            return value if repaired is given else dict(zip(value, repaired, strict=True))

        return values

    def _struct(self, struct: inspect.StructType) -> _Coercion:
        if struct.cls in self._structs:
            return self._structs[struct.cls]
        if struct.cls not in self._open:
            return self._compiled(struct)

        def looked_up(value: Any) -> Any:
            # Only when it is used: the struct contains itself.
            return self._structs[struct.cls](value)

        return looked_up

    def _compiled(self, struct: inspect.StructType) -> _Coercion:
        self._open.add(struct.cls)
        repairs = {field.encode_name: self._of(field.type) for field in struct.fields}
        needed = [(name, repair) for name, repair in repairs.items() if repair is not None]
        known = repairs.keys() | {struct.tag_field}
        closed = self._unknown and struct.forbid_unknown_fields

        def members(value: Any) -> Any:
            if not isinstance(value, dict):
                return value
            tidy = value
            if closed and not value.keys() <= known:
                tidy = {key: item for key, item in value.items() if key in known}
            for name, repair in needed:
                if name in value:
                    item = value[name]
                    repaired = repair(item)
                    if repaired is not item:
                        if tidy is value:
                            tidy = value.copy()
                        tidy[name] = repaired
            return tidy

        self._open.discard(struct.cls)
        self._structs[struct.cls] = members
        return members

    def _union(self, union: inspect.UnionType) -> _Coercion:
        options = [unwrapped(option) for option in union.types]
        repairs = {id(option): self._of(option) for option in options}
        kinds = inspect.FloatType if any(isinstance(one, inspect.FloatType) for one in options) else NUMBERS
        # Where fractions are right, whole numbers are, too: one repair for both.
        scalars = [
            repair
            for option in options
            if isinstance(option, kinds | inspect.BoolType) and (repair := repairs[id(option)])
        ]
        # Of a choice it depends on the value, not only on its type, whether it is meant.
        by_type = not any(isinstance(option, CHOICES) for option in options)
        known: dict[type, _Coercion | None] = {}

        def scalar(value: Any) -> Any:
            return next((read for repair in scalars if (read := repair(value)) is not value), value)

        read_scalar: _Coercion | None = scalars[0] if len(scalars) == 1 else scalar if scalars else None

        def chosen(value: Any) -> Any:
            kind = type(value)
            if kind not in known:
                option = choose(union, value)
                repair = repairs[id(option)] if option is not None else read_scalar
                if not by_type or kind is dict:
                    return value if repair is None else repair(value)
                known[kind] = repair
            repair = known[kind]
            return value if repair is None else repair(value)

        if not any(isinstance(option, inspect.StructType) and option.tag_field for option in options):
            return chosen
        tagged = {
            option.tag: repairs[id(option)] for option in options if isinstance(option, inspect.StructType)
        }
        (field,) = {option.tag_field for option in options if isinstance(option, inspect.StructType)}

        def by_tag(value: Any) -> Any:
            if type(value) is not dict:
                return chosen(value)
            tag = value.get(field)
            repair = tagged.get(tag) if isinstance(tag, str | int) else None
            return value if repair is None else repair(value)

        return by_tag


def _boolean(value: Any) -> Any:
    return _BOOLEANS.get(value.lower(), value) if isinstance(value, str) else value


def _plain_numbers(values: list[Any]) -> list[int] | None:
    """Read strings of few digits, in a sixth of the time; None if any value is something else."""
    if (
        set(map(type, values)) != {str}
        or not 0 < min(map(len, values)) <= max(map(len, values)) <= _PLAIN_DIGITS
    ):
        return None
    digits = "".join(values)
    return list(map(int, values)) if digits.isascii() and digits.isdecimal() else None


def _number(value: Any, *, whole: bool) -> Any:
    """Read a numeric string, and an integer written as ``10.0``; return anything else as it is."""
    kind = type(value)
    if kind is int:
        return value
    if kind is str and len(value) <= _PLAIN_DIGITS and value.isdecimal() and value.isascii():
        return int(value)
    if isinstance(value, str) and _NUMERIC.fullmatch(value):
        number = float(value)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if whole and isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return int(value)
    return value
