"""What msgspec knows of a type, and which values fit it: for those who walk a model and a value side by side."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Literal, Union

import msgspec
from msgspec import inspect

SAMPLE_SIZE = 256
"""So many items are tried at once, by msgspec, before any of them is looked at here: most are right."""

_FEW = 4
"""To look at so few is quicker than to try them."""

NUMBERS = inspect.IntType | inspect.FloatType
CHOICES = inspect.LiteralType | inspect.EnumType
JSON_KINDS: dict[type[inspect.Type], tuple[type, ...]] = {
    inspect.NoneType: (type(None),),
    inspect.BoolType: (bool,),
    inspect.IntType: (int,),
    inspect.FloatType: (int, float),
    inspect.ListType: (list, tuple),
    inspect.SetType: (list, tuple),
    inspect.VarTupleType: (list, tuple),
}
"""What JSON decodes to, per kind of type; strings for the rest."""

_structures: dict[Any, inspect.Type] = {}
_types: dict[int, tuple[inspect.Type, Any]] = {}


def shape(model: Any) -> inspect.Type:
    """Return the description of a type, made once."""
    known = _structures.get(model)
    if known is None:
        known = _structures[model] = inspect.type_info(model)
    return known


def unwrapped(kind: inspect.Type) -> inspect.Type:
    """Return a description without what was noted beside it."""
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    return kind


def type_of(kind: inspect.Type) -> Any:
    """Return the type that a description was made from, for msgspec to try values on; None where it cannot."""
    known = _types.get(id(kind))
    if known is None:
        # The description is kept, too: its id must not become another one's.
        made = None
        with suppress(NotImplementedError):
            made = _resolved(kind)
        known = _types[id(kind)] = kind, made
    return known[1]


def _resolved(kind: inspect.Type) -> Any:
    match kind:
        case inspect.Metadata(type=inner):
            return _resolved(inner)
        case inspect.StructType(cls=cls) | inspect.EnumType(cls=cls):
            made: Any = cls
        case inspect.UnionType(types=options):
            made = Union[tuple(map(_resolved, options))]  # noqa: UP007  # their number is not known here
        case inspect.LiteralType(values=values):
            made = Literal[tuple(values)]
        case inspect.ListType(item_type=inner):
            made = list[_resolved(inner)]  # type: ignore[misc]  # a type at run time
        case inspect.DictType(key_type=key, value_type=inner):
            made = dict[_resolved(key), _resolved(inner)]  # type: ignore[misc]
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


def fits(value: Any, wanted: Any) -> bool:
    """Tell whether msgspec reads a value as this type."""
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError:
        return False
    return True


def misfits(items: Sequence[Any], wanted: Any) -> Iterator[int]:
    """Yield the indexes of items that are not of a type; long right stretches cost almost nothing."""
    many = list[wanted]
    if wanted is None or len(items) <= _FEW:
        yield from range(len(items))
        return
    for start in range(0, len(items), SAMPLE_SIZE):
        # The halves of a stretch that does not fit, until few are left.
        waiting = [(start, min(start + SAMPLE_SIZE, len(items)))]
        while waiting:
            first, end = waiting.pop()
            if fits(items[first:end], many):
                continue
            if end - first <= _FEW:
                yield from range(first, end)
            else:
                middle = (first + end) // 2
                waiting += [(middle, end), (first, middle)]


def choose(kind: inspect.UnionType, value: Any) -> inspect.Type | None:
    """Return the member of a union that a JSON value is meant for, by the value's kind and tag."""
    options = [unwrapped(option) for option in kind.types]
    if isinstance(value, dict):
        structs = [option for option in options if isinstance(option, inspect.StructType)]
        for struct in structs:
            if struct.tag_field is not None and value.get(struct.tag_field) == struct.tag:
                return struct
        if len(structs) == 1:
            return structs[0]
        return next((option for option in options if isinstance(option, inspect.DictType)), None)
    return next((option for option in options if accepts(option, value)), None)


def accepts(kind: inspect.Type, value: Any) -> bool:
    """Tell whether a type is the one that a JSON value is meant for, by the kind of value."""
    if isinstance(kind, inspect.AnyType | inspect.RawType):
        return True
    if isinstance(kind, CHOICES):
        return any(type(value) is type(one) and value == one for one in values_of(kind))
    wanted = JSON_KINDS.get(type(kind), (str,))
    return isinstance(value, wanted) and (wanted == (bool,) or not isinstance(value, bool))


def values_of(kind: inspect.LiteralType | inspect.EnumType) -> Sequence[Any]:
    """Return the values that a choice allows."""
    return kind.values if isinstance(kind, inspect.LiteralType) else [member.value for member in kind.cls]
