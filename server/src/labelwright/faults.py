"""What is wrong with the shape of a JSON value, in the words of Joi, which the original service prints.

One walk over a msgspec model and an untyped value, side by side, finds every fault (task-types-2d-text §1.4).
The decoders of ``validation.py`` walk only after msgspec has refused; the answer checkers want all faults.
"""

import math
import operator
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Annotated, Any, Literal, Union

import msgspec
from msgspec import inspect

Path = tuple[str | int, ...]
"""Where a value is: object keys and array indexes from the root."""

MOST = 1_000
"""Nobody reads more faults than this, and a megabyte of them would take minutes."""

_NUMERIC = re.compile(r"\s*[+-]?\d{1,15}(\.\d{1,15})?([eE][+-]?\d{1,2})?\s*", re.ASCII)
_PLAIN_DIGITS = 15
"""As many digits are read without a second look."""

_STRETCH = 256
"""So many items are tried at once, by msgspec, before any of them is looked at here: most are right."""

_FEW = 4
"""To look at so few is quicker than to try them."""

_PLAIN_KEY = re.compile(r"[^\s.\[\]\"]+")
_SHORT, _MOST_STEPS = 40, 2_000
"""Keys of which the text in paths is remembered: the names of members, most of all."""

_steps: dict[str, str] = {}
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_shapes: dict[Any, inspect.Type] = {}
_types: dict[int, tuple[inspect.Type, Any]] = {}
_tidiers: "dict[tuple[bool, bool, bool], _Tidier]" = {}
_NUMBERS = inspect.IntType | inspect.FloatType
_CHOICES = inspect.LiteralType | inspect.EnumType
_JSON_KINDS: dict[type[inspect.Type], tuple[type, ...]] = {
    inspect.NoneType: (type(None),),
    inspect.BoolType: (bool,),
    inspect.IntType: (int,),
    inspect.FloatType: (int, float),
    inspect.ListType: (list, tuple),
    inspect.SetType: (list, tuple),
    inspect.VarTupleType: (list, tuple),
}
"""What JSON decodes to, per kind of type; strings for the rest."""


@dataclass(frozen=True, slots=True)
class Fault:
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


def faults(model: Any, value: Any, start: Path = (), most: int = MOST) -> list[Fault]:
    """Return the faults of an untyped value against a model, in the model's order.

    Args:
        model: a Struct or any other type msgspec knows.
        value: what JSON decodes to.
        start: the path of the value itself.
        most: how many are looked for.

    Raises:
        RecursionError: the value is nested deeper than the interpreter can follow.
    """
    return list(islice(_faults(_shape(model), value, start), most))


def tidied(
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
    if how not in _tidiers:
        _tidiers[how] = _Tidier(numbers=numbers, booleans=booleans, unknown=unknown)
    return _tidiers[how].tidied(model, value)


def _shape(model: Any) -> inspect.Type:
    shape = _shapes.get(model)
    if shape is None:
        shape = _shapes[model] = inspect.type_info(model)
    return shape


def _bare(kind: inspect.Type) -> inspect.Type:
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    return kind


def _type(kind: inspect.Type) -> Any:
    """Return the type that a description was made from, for msgspec to try values on; None where it cannot."""
    known = _types.get(id(kind))
    if known is None:
        # The description is kept, too: its id must not become another one's.
        made = None
        with suppress(NotImplementedError):
            made = _made(kind)
        known = _types[id(kind)] = kind, made
    return known[1]


def _made(kind: inspect.Type) -> Any:
    match kind:
        case inspect.Metadata(type=inner):
            return _made(inner)
        case inspect.StructType(cls=cls) | inspect.EnumType(cls=cls):
            made: Any = cls
        case inspect.UnionType(types=options):
            made = Union[tuple(map(_made, options))]  # noqa: UP007  # their number is not known here
        case inspect.LiteralType(values=values):
            made = Literal[tuple(values)]
        case inspect.ListType(item_type=inner):
            made = list[_made(inner)]  # type: ignore[misc]  # a type at run time
        case inspect.DictType(key_type=key, value_type=inner):
            made = dict[_made(key), _made(inner)]  # type: ignore[misc]
        case _:
            if type(kind) not in _PLAIN_TYPES:
                raise NotImplementedError(kind)
            made = _PLAIN_TYPES[type(kind)]
    bounds = {
        name: bound
        for name in ("gt", "ge", "lt", "le", "multiple_of", "pattern", "min_length", "max_length")
        if (bound := getattr(kind, name, None)) is not None
    }
    return Annotated[made, msgspec.Meta(**bounds)] if bounds else made


_PLAIN_TYPES: dict[type[inspect.Type], Any] = {
    inspect.AnyType: Any,
    inspect.NoneType: None,
    inspect.BoolType: bool,
    inspect.IntType: int,
    inspect.FloatType: float,
    inspect.StrType: str,
    inspect.DateTimeType: datetime,
}


def _fits(value: Any, wanted: Any) -> bool:
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError:
        return False
    return True


def _misfits(items: Sequence[Any], wanted: Any) -> Iterator[int]:
    """Yield the indexes of items that are not of a type; long right stretches cost almost nothing."""
    many = list[wanted]
    if wanted is None or len(items) <= _FEW:
        yield from range(len(items))
        return
    for start in range(0, len(items), _STRETCH):
        # The halves of a stretch that does not fit, until few are left.
        waiting = [(start, min(start + _STRETCH, len(items)))]
        while waiting:
            first, end = waiting.pop()
            if _fits(items[first:end], many):
                continue
            if end - first <= _FEW:
                yield from range(first, end)
            else:
                middle = (first + end) // 2
                waiting += [(middle, end), (first, middle)]


def _choose(kind: inspect.UnionType, value: Any) -> inspect.Type | None:
    """Return the member of a union that a JSON value is meant for, by the value's kind and tag."""
    options = [_bare(option) for option in kind.types]
    if isinstance(value, dict):
        structs = [option for option in options if isinstance(option, inspect.StructType)]
        for struct in structs:
            if struct.tag_field is not None and value.get(struct.tag_field) == struct.tag:
                return struct
        if len(structs) == 1:
            return structs[0]
        return next((option for option in options if isinstance(option, inspect.DictType)), None)
    return next((option for option in options if _accepts(option, value)), None)


def _accepts(kind: inspect.Type, value: Any) -> bool:
    if isinstance(kind, inspect.AnyType | inspect.RawType):
        return True
    if isinstance(kind, _CHOICES):
        return any(type(value) is type(one) and value == one for one in _values(kind))
    wanted = _JSON_KINDS.get(type(kind), (str,))
    return isinstance(value, wanted) and (wanted == (bool,) or not isinstance(value, bool))


_Repair = Callable[[Any], Any]
"""Returns a value with its repairs, or the very same object."""


class _Tidier:
    """One way of repairing, compiled for each type when it is first met: bodies of a megabyte go through it.

    Args:
        numbers: see ``tidied``, like the next two.
        booleans: read words for true and false.
        unknown: leave out unknown keys.
    """

    def __init__(self, *, numbers: bool, booleans: bool, unknown: bool) -> None:
        self._numbers, self._booleans, self._unknown = numbers, booleans, unknown
        self._structs: dict[type, _Repair] = {}
        self._open: set[type] = set()
        self._whole: dict[Any, _Repair | None] = {}

    def tidied(self, model: Any, value: Any) -> Any:
        """Repair a value of a model."""
        if model not in self._whole:
            self._whole[model] = self._of(_shape(model))
        repair = self._whole[model]
        return value if repair is None else repair(value)

    def _matters(self, kind: inspect.Type, seen: set[type]) -> bool:
        """Tell whether anything in values of a type can need a repair."""
        kind = _bare(kind)
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
        return (self._numbers and isinstance(kind, _NUMBERS)) or (
            self._booleans and isinstance(kind, inspect.BoolType)
        )

    def _of(self, kind: inspect.Type) -> _Repair | None:
        if not self._matters(kind, set()):
            return None
        match _bare(kind):
            case inspect.ListType(item_type=inner):
                repair = self._list(self._of(inner), _type(inner))
            case inspect.DictType(value_type=inner):
                repair = self._dict(self._of(inner), _type(inner))
            case inspect.StructType() as struct:
                repair = self._struct(struct)
            case inspect.UnionType() as union:
                repair = self._union(union)
            case inspect.BoolType():
                repair = _boolean
            case number:
                repair = partial(_number, whole=isinstance(number, inspect.IntType))
        return repair

    def _list(self, repair: _Repair | None, wanted: Any) -> _Repair | None:
        if repair is None:
            return None
        many = list[wanted]
        plain = isinstance(repair, partial) and repair.func is _number
        # A request is refused for its first fault: what follows that need not be repaired.
        to_the_first = self._numbers

        def items(value: Any) -> Any:
            if not isinstance(value, list):
                return value
            if len(value) <= _STRETCH or wanted is None:
                repaired = list(map(repair, value))
            else:
                repaired = []
                for start in range(0, len(value), _STRETCH):
                    stretch = value[start : start + _STRETCH]
                    if _fits(stretch, many):
                        repaired += stretch
                        continue
                    stretch = (plain and _plain_numbers(stretch)) or list(map(repair, stretch))
                    repaired += stretch
                    if to_the_first and not _fits(stretch, many):
                        repaired += value[start + _STRETCH :]
                        break
            return value if all(map(operator.is_, repaired, value)) else repaired

        return items

    def _dict(self, repair: _Repair | None, wanted: Any) -> _Repair | None:
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

    def _struct(self, struct: inspect.StructType) -> _Repair:
        if struct.cls in self._structs:
            return self._structs[struct.cls]
        if struct.cls not in self._open:
            return self._compiled(struct)

        def looked_up(value: Any) -> Any:
            # Only when it is used: the struct contains itself.
            return self._structs[struct.cls](value)

        return looked_up

    def _compiled(self, struct: inspect.StructType) -> _Repair:
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

    def _union(self, union: inspect.UnionType) -> _Repair:
        options = [_bare(option) for option in union.types]
        repairs = {id(option): self._of(option) for option in options}
        kinds = inspect.FloatType if any(isinstance(one, inspect.FloatType) for one in options) else _NUMBERS
        # Where fractions are right, whole numbers are, too: one repair for both.
        scalars = [
            repair
            for option in options
            if isinstance(option, kinds | inspect.BoolType) and (repair := repairs[id(option)])
        ]
        # Of a choice it depends on the value, not only on its type, whether it is meant.
        by_type = not any(isinstance(option, _CHOICES) for option in options)
        known: dict[type, _Repair | None] = {}

        def scalar(value: Any) -> Any:
            return next((read for repair in scalars if (read := repair(value)) is not value), value)

        read_scalar: _Repair | None = scalars[0] if len(scalars) == 1 else scalar if scalars else None

        def chosen(value: Any) -> Any:
            kind = type(value)
            if kind not in known:
                option = _choose(union, value)
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


def _faults(kind: inspect.Type, value: Any, path: Path) -> Iterator[Fault]:
    """Walk model and value side by side; types that JSON has no word for are taken as satisfied."""
    kind = _bare(kind)
    walk = _WALKS.get(type(kind))
    return iter(()) if walk is None else walk(kind, value, path)


def _array_faults(array: Any, value: Any, path: Path) -> Iterator[Fault]:
    if not isinstance(value, list | tuple):
        yield Fault(path, "must be an array", "type")
        return
    yield from _size_faults(array, len(value), path, "contain", "items")
    for index in _misfits(value, _type(array.item_type)):
        yield from _faults(array.item_type, value[index], (*path, index))


def _struct_faults(struct: inspect.StructType, value: Any, path: Path) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(path, "must be an object", "type")
        return
    if struct.tag_field is not None and value.get(struct.tag_field) != struct.tag:
        missing = struct.tag_field not in value
        yield Fault(
            (*path, struct.tag_field),
            "is required" if missing else f"must be one of [{struct.tag}]",
            "required" if missing else "enum",
        )
        return
    for field in struct.fields:
        if field.encode_name in value:
            yield from _faults(field.type, value[field.encode_name], (*path, field.encode_name))
        elif field.required:
            yield Fault((*path, field.encode_name), "is required", "required")
    if struct.forbid_unknown_fields:
        known = {field.encode_name for field in struct.fields} | {struct.tag_field}
        for key in value:
            if key not in known:
                yield Fault((*path, key), "is not allowed", "unknown_key")


def _dict_faults(mapping: inspect.DictType, value: Any, path: Path) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(path, "must be an object", "type")
        return
    yield from _size_faults(mapping, len(value), path, "have", "keys")
    wanted = _type(mapping)
    members = [{key: item} for key, item in value.items()]
    for index in _misfits(members, wanted):
        ((key, item),) = members[index].items()
        if any(True for _ in _faults(mapping.key_type, key, ())):
            yield Fault((*path, key), "is not allowed", "unknown_key")
        yield from _faults(mapping.value_type, item, (*path, key))


def _union_faults(union: inspect.UnionType, value: Any, path: Path) -> Iterator[Fault]:
    chosen = _choose(union, value)
    if chosen is not None:
        yield from _faults(chosen, value, path)
        return
    options = [_bare(option) for option in union.types if not isinstance(_bare(option), inspect.NoneType)]
    tags = [o.tag for o in options if isinstance(o, inspect.StructType) and o.tag_field is not None]
    if tags and isinstance(value, dict):
        field = next(o.tag_field for o in options if isinstance(o, inspect.StructType) and o.tag_field)
        if field not in value:
            yield Fault((*path, field), "is required", "required")
        else:
            yield Fault((*path, field), f"must be one of [{', '.join(map(str, tags))}]", "enum")
        return
    if isinstance(value, str) and (choices := [o for o in options if isinstance(o, _CHOICES)]):
        known = [str(one) for choice in choices for one in _values(choice)]
        yield Fault(path, f"must be one of [{', '.join(known)}]", "enum")
        return
    names = list(dict.fromkeys(_kind_name(option) for option in options))
    if len(names) == 1:
        article = "an" if names[0][0] in "aio" else "a"
        yield Fault(path, f"must be {article} {names[0]}", "type")
    else:
        yield Fault(path, f"must be one of [{', '.join(names)}]", "type")


def _kind_name(kind: inspect.Type) -> str:
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


def _number_faults(kind: Any, value: Any, path: Path) -> Iterator[Fault]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Fault(path, "must be a number", "type")
    elif isinstance(value, float) and not math.isfinite(value):
        yield Fault(path, "must be a safe number", "bound")
    elif isinstance(kind, inspect.IntType) and not isinstance(value, int):
        yield Fault(path, "must be an integer", "type")
    else:
        yield from _bound_faults(kind, value, path)


def _bool_faults(_: Any, value: Any, path: Path) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield Fault(path, "must be a boolean", "type")


def _null_faults(_: Any, value: Any, path: Path) -> Iterator[Fault]:
    if value is not None:
        yield Fault(path, "must be null", "type")


def _choice_faults(kind: Any, value: Any, path: Path) -> Iterator[Fault]:
    if not _accepts(kind, value):
        yield Fault(path, f"must be one of [{', '.join(map(str, _values(kind)))}]", "enum")


def _values(kind: inspect.LiteralType | inspect.EnumType) -> Sequence[Any]:
    return kind.values if isinstance(kind, inspect.LiteralType) else [member.value for member in kind.cls]


def _date_faults(_: Any, value: Any, path: Path) -> Iterator[Fault]:
    try:
        msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        yield Fault(path, "must be a valid date", "type")


def _bound_faults(kind: inspect.IntType | inspect.FloatType, value: float, path: Path) -> Iterator[Fault]:
    if kind.ge is not None and value < kind.ge:
        yield Fault(path, f"must be greater than or equal to {kind.ge}", "bound")
    elif kind.gt is not None and value <= kind.gt:
        yield Fault(path, f"must be greater than {kind.gt}", "bound")
    elif kind.le is not None and value > kind.le:
        yield Fault(path, f"must be less than or equal to {kind.le}", "bound")
    elif kind.lt is not None and value >= kind.lt:
        yield Fault(path, f"must be less than {kind.lt}", "bound")
    elif kind.multiple_of is not None and value % kind.multiple_of:
        yield Fault(path, f"must be a multiple of {kind.multiple_of}", "bound")


def _text_faults(kind: Any, value: Any, path: Path) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(path, "must be a string", "type")
    elif not value and kind.min_length:
        yield Fault(path, "is not allowed to be empty", "empty")
    elif kind.min_length is not None and len(value) < kind.min_length:
        yield Fault(path, f"length must be at least {kind.min_length} characters long", "size")
    elif kind.max_length is not None and len(value) > kind.max_length:
        yield Fault(path, f"length must be less than or equal to {kind.max_length} characters long", "size")
    elif kind.pattern is not None and not re.search(kind.pattern, value):
        yield Fault(path, "fails to match the required pattern", "pattern")


def _size_faults(kind: Any, size: int, path: Path, verb: str, noun: str) -> Iterator[Fault]:
    if kind.min_length is not None and size < kind.min_length:
        yield Fault(path, f"must {verb} at least {kind.min_length} {noun}", "size")
    elif kind.max_length is not None and size > kind.max_length:
        yield Fault(path, f"must {verb} less than or equal to {kind.max_length} {noun}", "size")


_WALKS: dict[type[inspect.Type], Callable[[Any, Any, Path], Iterator[Fault]]] = {
    inspect.StructType: _struct_faults,
    inspect.DictType: _dict_faults,
    inspect.ListType: _array_faults,
    inspect.SetType: _array_faults,
    inspect.VarTupleType: _array_faults,
    inspect.UnionType: _union_faults,
    inspect.IntType: _number_faults,
    inspect.FloatType: _number_faults,
    inspect.BoolType: _bool_faults,
    inspect.StrType: _text_faults,
    inspect.NoneType: _null_faults,
    inspect.LiteralType: _choice_faults,
    inspect.EnumType: _choice_faults,
    inspect.DateTimeType: _date_faults,
}
