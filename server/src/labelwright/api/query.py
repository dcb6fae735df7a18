"""Reads query strings the way the wire is used: repeated, comma-joined and ``key[]`` lists, ``True`` and ``true``."""

import types
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

from labelwright.errors import InvalidParameter
from labelwright.validation import decoding

M = TypeVar("M")

MAX_PARAMETERS = 10_000
"""Parameters of a query string."""


def read(model: type[M], query_string: bytes) -> M:
    """Read a query into a Struct (wire/requests §2).

    Raises:
        InvalidParameter: a parameter does not fit, or there are too many.
    """
    if query_string.count(b"&") >= MAX_PARAMETERS:
        raise InvalidParameter(
            f"The query string must not have more than {MAX_PARAMETERS} parameters.", field="query"
        )
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError) as error:
        raise InvalidParameter("The query string is not valid UTF-8.", field="query") from error
    kinds = _kinds(cast("type", model))
    given: dict[str, Any] = {}
    alone: dict[str, str] = {}
    for name, value in pairs:
        key = name.removesuffix("[]")
        kind = kinds.get(key)
        # An empty value is one that was not given; old clients send every name they know.
        if kind is None or value == "":
            continue
        if "\x00" in value:
            raise InvalidParameter.because(f'"{key}" contains an invalid character', field=key)
        if kind is list:
            given.setdefault(key, []).append(value)
            alone[key] = value if name == key and len(given[key]) == 1 else ""
        else:
            given[key] = value.lower() if kind is bool else value
    for key in _COMMA_JOINED & alone.keys():
        given[key] = [part for value in given[key] for part in value.split(",") if part]
    for key in _COMMAS_ALLOWED & alone.keys():
        if "," in alone[key]:
            given[key] = [alone[key], *(part for part in alone[key].split(",") if part)]
    return decoding.decode_query(model, given)


_COMMA_JOINED = frozenset({"customer_review_status", "quality_task_ids", "labeler_emails", "expand", "opts"})
"""Lists whose members cannot hold a comma."""

_COMMAS_ALLOWED = frozenset({"tags"})
"""Lists whose members may hold a comma and whose clients also join them with one.

A value that is alone and has commas means itself and its parts; repeated and ``key[]`` values mean themselves.
"""


@cache
def _kinds(model: type) -> dict[str, type]:
    """Which parameters are lists, which are flags."""
    return {name: _kind(hint) for name, hint in get_type_hints(model).items()}


def _kind(hint: Any) -> type:
    options = get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)
    for option in options:
        if get_origin(option) in {list, tuple}:
            return list
        if option is bool:
            return bool
    return str
