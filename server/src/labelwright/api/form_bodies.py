"""Reads ``application/x-www-form-urlencoded`` bodies into JSON, as the curl examples of the wire use them."""

import re
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from labelwright.errors import InvalidParameter, TooLarge

FORM_LIMIT = 1 << 20
"""Bytes of a form; unpacked in memory it takes many times as much as JSON does."""

MAX_FIELDS = 10_000
"""Fields of a form."""

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")
_PART = re.compile(r"\[([^\[\]]*)\]")
_MAX_DEPTH = 8


def to_json(body: bytes) -> bytes:
    """Turn a form into a JSON object: repeated keys and ``a[]`` make arrays, ``a[b]`` objects (wire/requests §2).

    Raises:
        InvalidParameter: the body is not a form, has too many fields, or contradicts itself.
        TooLarge: it has more than ``FORM_LIMIT`` bytes.
    """
    if len(body) > FORM_LIMIT:
        raise TooLarge(f"A form must not be larger than {FORM_LIMIT} bytes; send JSON.", field="body")
    if body.count(b"&") >= MAX_FIELDS:
        raise InvalidParameter(f"A form must not have more than {MAX_FIELDS} fields.", field="body")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError) as error:
        raise InvalidParameter("The form body is not valid.", field="body") from error
    result: dict[str, Any] = {}
    for name, value in pairs:
        match = _KEY.match(name)
        if match is None:
            raise InvalidParameter.because(f'"{name}" is not a valid form key', field=name)
        path = [match[1], *_PART.findall(match[2])]
        if len(path) > _MAX_DEPTH:
            raise InvalidParameter.because(f'"{match[1]}" is nested too deeply', field=match[1])
        _assign(result, path, _value(value), name)
    return msgspec.json.encode(_arrays(result))


def _value(text: str) -> Any:
    """Forms have no types: true, false and the empty text mean what JSON clients would send."""
    return {"true": True, "false": False}.get(text, text)


def _assign(into: dict[str, Any], path: list[str], value: Any, name: str) -> None:
    *parents, last = path
    for part in parents:
        key = part or str(len(into))
        into = into.setdefault(key, {})
        if not isinstance(into, dict):
            raise InvalidParameter.because(f'"{name}" is given both as a value and as an object', field=name)
    if last == "":
        last = str(len(into))
    if last not in into:
        into[last] = value
    elif isinstance(into[last], dict):
        into[last][str(len(into[last]))] = value
    else:
        into[last] = {"0": into[last], "1": value}


def _arrays(value: Any) -> Any:
    """Objects whose keys are 0, 1, 2, … are arrays."""
    if not isinstance(value, dict):
        return value
    parts = {key: _arrays(item) for key, item in value.items()}
    if parts and all(key == str(i) for i, key in enumerate(parts)):
        return list(parts.values())
    return parts
