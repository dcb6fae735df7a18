"""Typed reading of JSON and query strings, with refusals in the wire's words.

The quick road is one compiled msgspec decoder per model. Only when it refuses are numeric strings read, and
only when that does not help does ``errors.py`` find the words.
"""

import json
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from labelwright.errors import InvalidParameter, RequestError, TooLarge
from labelwright.validation import json_limits
from labelwright.validation.coercion import coerced
from labelwright.validation.errors import Path, ShapeError, errors_of, label, path_text
from labelwright.validation.type_info import shape, unwrapped
from labelwright.worker_threads import LARGE

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)

_MAX_DEPTH = 100
MAX_MEMBERS = 10_000
"""Members of the outermost object of a large text: each becomes a name of its own in memory."""

MAX_PARTS = 4_000_000
"""Arrays, objects and members of objects in a large text; in memory each takes 60 bytes and more."""

MAX_HUGE_NUMBERS = 500
"""Numbers of 1e100 and more in a text: reading one can take 17 microseconds."""

_FEW_NUMBERS = 4096
"""Bytes that have no more of these in them."""

_ROUNDS = 8
"""After these a look from the front pays: half a megabyte of ``[`` would take every round."""

_NO_MARKS = bytes(set(range(256)) - set(b'{}[]"'))
_untyped = msgspec.json.Decoder()
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_items = msgspec.json.Decoder(list[msgspec.Raw])
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def refuse(path: Sequence[str | int], what: str) -> InvalidParameter:
    """Build the refusal of the parameter at ``path``: ``"<last key>" <what>``."""
    return InvalidParameter.because(f'"{label(path)}" {what}', field=path_text(path) or None)


def decode(model: type[T], data: bytes | str | msgspec.Raw, *, prefix: str = "") -> T:
    """Decode JSON text into ``model``.

    Numbers may also come as numeric strings, and integers as ``10.0``: the wire accepts ``min_width: "30"``
    (wire/task-types-common §1.2). Nothing else is converted.

    Args:
        model: a Struct, or any type msgspec knows.
        data: UTF-8 JSON text.
        prefix: the name of the parameter that holds the text, put before ``field``.

    Raises:
        InvalidParameter: the text is no JSON (the message has the position), or does not fit the model.
    """
    start: Path = (prefix,) if prefix else ()
    try:
        _require_utf8(data)
        if len(data) > _FEW_NUMBERS:
            _require_bounded(data, start)
        value: T = _decoder(model).decode(data)
        _require_shallow(data)
        return value
    except msgspec.ValidationError:
        return _decode_slowly(model, data, start)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _malformed(error, data, start) from None


def decoded_or_refusal(model: Any, data: bytes) -> Any:
    """Return what ``decode`` returns, or the refusal that it raises: somebody else may have to refuse first."""
    try:
        return decode(model, data)
    except RequestError as refusal:
        return refusal.with_traceback(None)


def decode_members(
    model: type[S], given: Mapping[str, msgspec.Raw], start: Path = ()
) -> tuple[S, Mapping[str, msgspec.Raw]]:
    """Decode the members of an object that are still JSON text, and say which text to keep.

    Args:
        model: the Struct; members it does not know are only checked to be sound JSON, unless it forbids them, and so
            are the parts that structs in it do not know.
        given: key to JSON text.
        start: where the object itself is, for the refusal.

    Returns:
        The typed value, and ``given`` itself, or a copy with the members that had numeric strings replaced.

    Raises:
        InvalidParameter: a member is missing, wrong, unknown to a closed object, or no JSON.
    """
    try:
        return _decode_given(model, given, start), given
    except msgspec.ValidationError:
        pass
    values = {key: _read(raw, (*start, key)) for key, raw in given.items()}
    try:
        tidy: dict[str, Any] = coerced(model, values, numbers=True)
        changed = {
            key: rewritten(given[key], value, tidy[key])
            for key, value in values.items()
            if tidy[key] is not value
        }
        kept = {**given, **changed}
        with suppress(msgspec.ValidationError):
            return _decode_given(model, kept, start), kept
        found = errors_of(model, tidy, start, 1)
    except (RecursionError, OverflowError) as error:
        raise _malformed(error, b"", start) from None
    if found:
        raise _first(found)
    try:
        return _decode_given(model, kept, start), kept
    except msgspec.ValidationError as error:
        raise InvalidParameter.because(f'"{label(start)}" is invalid: {error}') from None


def rewritten(text: msgspec.Raw, before: Any, after: Any) -> msgspec.Raw:
    """Return JSON text in which only what is another object than before is written anew; the rest stays byte for byte.

    Args:
        text: the text of ``before``.
        before: what it decodes to.
        after: the same with repairs; parts without any are the very same objects.
    """
    if after is before:
        return text
    written: Any = after
    if isinstance(after, dict) and isinstance(before, dict):
        members = _members.decode(text)
        written = {
            key: rewritten(members[key], before[key], value) if key in before else value
            for key, value in after.items()
        }
    elif isinstance(after, list) and isinstance(before, list) and len(after) == len(before):
        written = list(map(rewritten, _items.decode(text), before, after))
    return msgspec.Raw(msgspec.json.encode(written))


def decode_query(model: type[T], query: Mapping[str, str | Sequence[str]]) -> T:
    """Read a query string, where every value is text: numbers, and booleans as ``true``, ``True`` or ``1``.

    Args:
        model: a Struct.
        query: name to value, or to all values of a repeated name.

    Raises:
        InvalidParameter: a parameter is missing or wrong.
    """
    tidy = coerced(model, dict(query), numbers=True, booleans=True)
    try:
        return msgspec.convert(tidy, model)
    except msgspec.ValidationError as error:
        for fault in errors_of(model, tidy):
            raise InvalidParameter.because(fault.reason, field=path_text(fault.path)) from None
        raise InvalidParameter.because(f'"value" is invalid: {error}') from None


def typed(model: type[T], value: Any) -> T:
    """Read into ``model`` what was decoded from JSON before, such as the stored parameters of a task.

    Raises:
        InvalidParameter: the value does not fit the model.
    """
    try:
        return msgspec.convert(value, model)
    except msgspec.ValidationError as error:
        try:
            found = errors_of(model, value, most=1)
        except RecursionError as deep:
            raise _malformed(deep, b"", ()) from None
        if found:
            raise _first(found) from None
        raise InvalidParameter.because(f'"value" is invalid: {error}') from None
    except RecursionError as error:
        raise _malformed(error, b"", ()) from None


def _decoder(model: Any) -> msgspec.json.Decoder[Any]:
    decoder = _decoders.get(model)
    if decoder is None:
        decoder = _decoders[model] = msgspec.json.Decoder(model)
    return decoder


def _require_utf8(data: Any) -> None:
    # The decoder skips members that it does not know without looking at their bytes.
    if isinstance(data, bytes) and not data.isascii():
        data.decode()


def _require_bounded(data: Any, path: Path) -> None:
    """Refuse a large text for what it would become in memory, before it does.

    Raises:
        RecursionError: it has more than 100 levels.
        TooLarge: it has too many parts, or its outermost object too many members.
    """
    if not isinstance(data, bytes):
        return
    name, field = f'"{label(path)}"' if path else "The body", path_text(path) or "body"
    if json_limits.huge_numbers(data) > MAX_HUGE_NUMBERS:
        raise TooLarge(
            f"{name} must not have more than {MAX_HUGE_NUMBERS} numbers of 1e100 or more.", field=field
        )
    if len(data) <= LARGE:
        return
    measured = json_limits.measure(data)
    if measured.depth > _MAX_DEPTH:
        raise RecursionError
    if measured.members > MAX_MEMBERS and data.lstrip()[:1] == b"{":
        raise TooLarge(f"{name} must not have more than {MAX_MEMBERS} members.", field=field)
    if measured.parts > MAX_PARTS:
        raise TooLarge(
            f"{name} must not have more than {MAX_PARTS} objects, arrays and members.", field=field
        )


def _require_shallow(data: Any) -> None:
    """Refuse JSON so deep that another decoder, further down some stack, would give up.

    Raises:
        RecursionError: more than 100 levels (200 where arrays and objects take turns).
    """
    if not isinstance(data, bytes) or data.count(b"{") + data.count(b"[") <= _MAX_DEPTH:
        return
    if len(data) > LARGE:
        # Taking away one level after the other takes seconds where many of them are deep.
        if json_limits.measure(data).depth > _MAX_DEPTH:
            raise RecursionError
        return
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Without escaped quotes every other piece between quotes is a string; most have no brackets inside.
    marks = data.translate(None, _NO_MARKS).replace(b'""', b"")
    brackets = b"".join(marks.split(b'"')[::2])
    # Each round takes away the innermost level, so almost nothing is walked in Python.
    for done in range(_MAX_DEPTH):
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if not brackets:
            return
        if done == _ROUNDS and _goes_deeper(brackets, 2 * _MAX_DEPTH):
            break
    raise RecursionError


def _goes_deeper(brackets: bytes, levels: int) -> bool:
    depth = 0
    for one in brackets:
        depth += 1 if one in b"{[" else -1
        if depth > levels:
            return True
    return False


def _deep_member(given: Mapping[str, msgspec.Raw]) -> Path:
    """Return the first member that is too deep, if one is."""
    for key, raw in given.items():
        try:
            _require_shallow(b'{"":' + bytes(raw) + b"}")
        except RecursionError:
            return (key,)
    return ()


def _unsafe_number(data: bytes | str | msgspec.Raw, path: Path) -> Path:
    """Return where in JSON text a number is that is too large for a float; ``path`` itself if that cannot be told."""
    waiting: list[tuple[Any, Path]] = []
    with suppress(ValueError, RecursionError):
        # The standard library reads such numbers as infinite.
        waiting.append((json.loads(data if isinstance(data, str) else bytes(data)), path))
    while waiting:
        value, place = waiting.pop()
        if isinstance(value, float) and math.isinf(value):
            return place
        if isinstance(value, dict | list):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            waiting.extend((item, (*place, key)) for key, item in items)
    return path


def _decode_given(model: type[S], given: Mapping[str, msgspec.Raw], start: Path) -> S:
    text = msgspec.json.encode(given)
    try:
        _require_utf8(text)
        value: S = _decoder(model).decode(text)
        _require_shallow(text)
    except msgspec.ValidationError:
        raise
    except RecursionError as error:
        raise _malformed(error, text, (*start, *_deep_member(given))) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _malformed(error, text, start) from None
    known, skipping = model.__struct_encode_fields__, _skipping(model)
    for key, raw in given.items():
        # Members are skipped in objects only.
        if key not in known or (key in skipping and b"{" in bytes(raw)):
            _read(raw, (*start, key))
    return value


@cache
def _skipping(model: type[msgspec.Struct]) -> frozenset[str]:
    """Return the members in which the typed decoder may skip keys unread, sound JSON or not."""
    kind = shape(model)
    assert isinstance(kind, inspect.StructType)
    return frozenset(field.encode_name for field in kind.fields if _may_skip(field.type, set()))


def _may_skip(kind: inspect.Type, seen: set[type]) -> bool:
    match unwrapped(kind):
        case inspect.StructType() as struct:
            if struct.cls in seen:
                return False
            seen.add(struct.cls)
            return not struct.forbid_unknown_fields or any(_may_skip(one.type, seen) for one in struct.fields)
        case inspect.UnionType(types=options):
            return any(_may_skip(one, seen) for one in options)
        case inspect.ListType(item_type=inner) | inspect.DictType(value_type=inner):
            return _may_skip(inner, seen)
        case _:
            return False


def _decode_slowly(model: type[T], data: bytes | str | msgspec.Raw, start: Path) -> T:
    if isinstance(model, type) and issubclass(model, msgspec.Struct):
        try:
            given = _members.decode(data)
        except msgspec.ValidationError:
            raise _first([ShapeError(start, "must be an object", "type")]) from None
        except (msgspec.DecodeError, RecursionError) as error:
            raise _malformed(error, data, start) from None
        value, _ = decode_members(model, given, start)
        return value
    untyped = _read(data, start)
    try:
        _require_shallow(data)
        tidy = coerced(model, untyped, numbers=True)
        found = errors_of(model, tidy, start, 1)
        if not found:
            return msgspec.convert(tidy, model)
    except RecursionError as error:
        raise _malformed(error, b"", start) from None
    except msgspec.ValidationError as error:
        raise InvalidParameter.because(f'"{label(start)}" is invalid: {error}') from None
    raise _first(found)


def _first(found: Sequence[ShapeError]) -> InvalidParameter:
    return refuse(found[0].path, found[0].what)


def _read(data: bytes | str | msgspec.Raw, path: Path) -> Any:
    try:
        return _untyped.decode(data)
    except msgspec.ValidationError:
        raise refuse(_unsafe_number(data, path), "must be a safe number") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _malformed(error, data, path) from None


def _malformed(error: Exception, data: Any, path: Path) -> InvalidParameter:
    where = path_text(path) or None
    name = f'"{label(path)}"' if path else "The body"
    if isinstance(error, RecursionError):
        return InvalidParameter(f"{name} is nested too deeply.", field=where)
    if isinstance(error, OverflowError):
        return InvalidParameter.because(f"{name} must be a safe number", field=where)
    if isinstance(error, UnicodeDecodeError):
        return InvalidParameter(f"{name} is not UTF-8 at byte {error.start}.", field=where)
    text = str(error).removeprefix("JSON is malformed: ")
    if "(byte" not in text:
        size = len(data.encode() if isinstance(data, str) else bytes(data))
        text = f"the text ends too early (byte {size})"
    return InvalidParameter(f"{name} is not valid JSON: {text}.", field=where)
