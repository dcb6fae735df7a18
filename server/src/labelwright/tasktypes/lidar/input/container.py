"""The container of scenes: JSON with arrays beside it (wire/task-types-lidar-frames §2.1).

A header in JSON, padded with spaces; then four zero bytes; then the arrays, each with one to four zero bytes after it.
``$items`` in the header says where each array is and where it belongs.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta

from labelwright.tasktypes.attachment_readers import ContentError, InvalidContent

ITEMS = "$items"
_ALIGNED = 4
_MAX_DEPTH = 100
_DTYPES = frozenset(
    {
        *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64", "bool"),
    }
)
"""What an array may consist of: nothing that would be run or followed."""

_Size = Annotated[int, Meta(ge=0, le=2**53)]


class _Item(msgspec.Struct, omit_defaults=True):
    """Where an array is; without ``dtype`` it is bytes."""

    keys: Annotated[list[str | int], Meta(min_length=1, max_length=_MAX_DEPTH)]
    length: _Size
    offset: _Size
    dtype: str | None = None
    shape: list[_Size] | None = None


def is_container(data: bytes) -> bool:
    """Tell a container from plain JSON."""
    return data.startswith(b"{") and b"\0" in data and f'"{ITEMS}"'.encode() in data[: data.index(b"\0")]


def read(data: bytes) -> Any:
    """Read a container.

    Returns:
        What JSON decodes to, with arrays (read-only, C order) and ``bytes`` in their places.

    Raises:
        InvalidContent: with every problem and its path.
    """
    # A valid header has no NUL: JSON escapes them in strings.
    start = data.find(b"\0")
    header = data if start < 0 else data[:start]
    try:
        scene = msgspec.json.decode(header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidContent(f"Invalid JSON Format: {error}") from None
    if not isinstance(scene, dict):
        raise InvalidContent([ContentError((), "must be an object")])
    try:
        items = msgspec.convert(scene.pop(ITEMS, []), list[_Item])
    except msgspec.ValidationError as error:
        raise InvalidContent([ContentError((ITEMS,), f"is invalid: {error}")]) from None
    section = memoryview(data)[len(header) :]
    wrong = []
    for i, item in enumerate(items):
        try:
            _place(scene, item, _content(item, section))
        except _Misplaced as error:
            wrong.append(ContentError((ITEMS, i), str(error)))
    if wrong:
        raise InvalidContent(wrong)
    return scene


def write(scene: Mapping[str, Any]) -> bytes:
    """Write a container.

    Args:
        scene: what JSON can hold, with numpy arrays and ``bytes`` anywhere below the first level of keys.

    Raises:
        ValueError: an array has a kind of numbers that the container does not know.
    """
    items: list[_Item] = []
    pieces: list[bytes] = [bytes(_ALIGNED)]
    offset = _ALIGNED
    for keys, value in _arrays(scene, ()):
        plain = value if isinstance(value, bytes) else _little(value).tobytes()
        item = _Item(list(keys), len(plain), offset)
        if not isinstance(value, bytes):
            item.dtype, item.shape = value.dtype.name, list(value.shape)
        items.append(item)
        padding = _ALIGNED - len(plain) % _ALIGNED
        pieces += [plain, bytes(padding)]
        offset += len(plain) + padding
    header = msgspec.json.encode({**without_arrays(scene, ""), ITEMS: items})
    return b"".join([header, b" " * (_ALIGNED - len(header) % _ALIGNED), *pieces])


class _Misplaced(Exception):
    """An array is not where the header says, or does not belong anywhere; the text ends a sentence."""


def _content(item: _Item, section: memoryview) -> Any:
    if item.offset + item.length > len(section):
        raise _Misplaced("must lie inside of the file")
    part = section[item.offset : item.offset + item.length]
    if item.dtype is None:
        return bytes(part)
    if item.dtype not in _DTYPES:
        raise _Misplaced(f"must have a dtype that is one of [{', '.join(sorted(_DTYPES))}]")
    kind = np.dtype(item.dtype).newbyteorder("<")
    shape = [item.length // kind.itemsize] if item.shape is None else item.shape
    if math.prod(shape) * kind.itemsize != item.length:
        raise _Misplaced(f"must have {math.prod(shape) * kind.itemsize} bytes for its shape")
    try:
        return np.frombuffer(part, kind).reshape(shape)
    except ValueError:
        # More dimensions than numpy has, or an empty array whose other sides are endless.
        raise _Misplaced("must have a shape that an array can have") from None


def _place(scene: Any, item: _Item, content: Any) -> None:
    holder = scene
    for key in item.keys[:-1]:
        holder = _step(holder, key)
    last = item.keys[-1]
    _step(holder, last)
    holder[last] = content


def _step(holder: Any, key: str | int) -> Any:
    fits = isinstance(key, str) if isinstance(holder, dict) else isinstance(key, int) and key >= 0
    if not isinstance(holder, dict | list) or not fits:
        raise _Misplaced("must belong to a place in the header")
    try:
        return holder[key]  # type: ignore[index]
    except (KeyError, IndexError):
        raise _Misplaced("must belong to a place in the header") from None


def _little(array: Any) -> Any:
    if array.dtype.name not in _DTYPES:
        raise ValueError(f"{array.dtype.name} is no dtype of the container")
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<"))


def _arrays(value: Any, keys: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(value, np.ndarray | bytes):
        yield keys, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _arrays(item, (*keys, key))
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            yield from _arrays(item, (*keys, i))


def without_arrays(value: Any, instead: Any = b"") -> Any:
    """Return the same with something that no array is in the places of arrays."""
    if isinstance(value, np.ndarray | bytes):
        return instead
    if isinstance(value, Mapping):
        return {key: without_arrays(item, instead) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_arrays(item, instead) for item in value]
    return value
