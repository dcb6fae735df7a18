"""JSON in and out: orjson's speed with the standard library's tolerance. orjson is loaded on first use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeGuard, cast

from scaleapi.exceptions import ScaleInvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterable


def loads(body: bytes) -> Any:
    """Decodes a body. Integers beyond 64 bits become floats, as in JavaScript.

    Raises:
        ValueError: It is not JSON.
    """
    import orjson

    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        import json

        # The standard parser also takes NaN, lone surrogates and a byte-order mark, as the official client
        # does.
        return json.loads(body)


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether decoded JSON is an object."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Whether decoded JSON is an array."""
    return isinstance(value, list)


def dumps(value: Any) -> bytes:
    """Encodes a request body; enums, datetimes, dataclasses and numpy arrays or scalars are welcome.

    Raises:
        ScaleInvalidRequest: Something in it has no JSON form (NaN and the infinities included).
    """
    import orjson

    try:
        encoded = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
    except TypeError:
        import json

        try:
            # Integers beyond 64 bits, float subclasses and lone surrogates are fine for the standard encoder.
            return json.dumps(value, allow_nan=False).encode()
        except (TypeError, ValueError) as error:
            raise ScaleInvalidRequest(f"the request cannot be written as JSON: {error}") from error
    # orjson writes NaN as null without a word; only a body holding a null can hide one.
    if b"null" in encoded and _has_non_finite(value):
        raise ScaleInvalidRequest("the request cannot be written as JSON: it holds NaN or an infinity")
    return encoded


def _has_non_finite(value: Any) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    if is_object(value):
        return any(map(_has_non_finite, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_non_finite, cast("Iterable[Any]", value)))
    if hasattr(value, "tolist"):
        return _has_non_finite(value.tolist())
    return False
