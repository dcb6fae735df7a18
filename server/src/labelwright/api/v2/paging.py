"""V2's cursors and dates (wire/v2-requests §2.3, §4)."""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence

import msgspec

from labelwright.clock import parse_iso
from labelwright.errors import InvalidParameter
from labelwright.store.tasks import Cursor

ORDER = "newest first"
"""Part of every token: one that was made for another order is refused instead of skipping items."""
_FRACTION = re.compile(r"\.\d{3}(\d+)")


class _Token(msgspec.Struct):
    """What a ``next_token`` holds: the key of the page's last item, and which list it belongs to."""

    k: tuple[int, str]
    f: str


def _list_of(query: msgspec.Struct) -> str:
    """A short hash of everything that makes the list; page size and details shown may change on the way."""
    own = {
        name: value
        for name, value in msgspec.structs.asdict(query).items()
        if name not in {"limit", "next_token", "expand", "opts"} and value is not None
    }
    named = [type(query).__name__, ORDER, sorted(own.items())]
    return hashlib.sha256(msgspec.json.encode(named)).hexdigest()[:12]


def token(query: msgspec.Struct, created_at: int, last_id: str) -> str:
    """The cursor behind a page's last item."""
    raw = msgspec.json.encode(_Token((created_at, last_id), _list_of(query)))
    return base64.urlsafe_b64encode(raw).decode()


def cursor(query: msgspec.Struct, text: str | None) -> Cursor | None:
    """Read a cursor.

    Raises:
        InvalidParameter: it was altered, or is of another list.
    """
    if not text:
        return None
    wrong = InvalidParameter.because('"next_token" is invalid', field="next_token")
    try:
        read = msgspec.json.decode(base64.urlsafe_b64decode(text), type=_Token)
    except (binascii.Error, msgspec.DecodeError, ValueError) as error:
        raise wrong from error
    if read.f != _list_of(query):
        raise wrong
    at, last = read.k
    if not 0 <= at < 1 << 62 or not last.isalnum() or not last.isascii():
        raise wrong
    return Cursor(at, last)


def after(text: str | None, field: str) -> int | None:
    """Read an exclusive bound: the first millisecond after it.

    Raises:
        InvalidParameter: it is not a date.
    """
    at = _moment(text, field)
    return at + 1 if at is not None else None


def before(text: str | None, field: str) -> int | None:
    """Read an exclusive bound: the last millisecond before it.

    Raises:
        InvalidParameter: it is not a date.
    """
    at = _moment(text, field)
    if at is None or text is None:
        return None
    fraction = _FRACTION.search(text)
    # Of 12.3456 s the millisecond 12.345 still lies before it.
    return at if fraction is not None and fraction[1].strip("0") else at - 1


def _moment(text: str | None, field: str) -> int | None:
    if not text:
        return None
    try:
        return parse_iso(text)
    except (ValueError, OverflowError) as error:
        raise InvalidParameter.because(f'"{field}" must be a valid ISO 8601 date', field=field) from error


def require_one(given: Sequence[str | None], names: Sequence[str]) -> None:
    """Refuse a query that names nothing.

    Raises:
        InvalidParameter: none of the parameters is there.
    """
    if not any(given):
        listed = " or ".join(f'"{name}"' for name in names)
        raise InvalidParameter.because(f"{listed} is required", field=names[0])
