"""V1's cursors, dates and limits."""

import base64
import binascii
import re

import msgspec

from labelwright.clock import iso, parse_iso
from labelwright.errors import InvalidParameter
from labelwright.store.tasks import Cursor

MAX_VALUE = 100
MAX_OFFSET = 1_000_000_000
_ID = re.compile(r"(?:[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\Z")


class _Token(msgspec.Struct):
    """What a real ``next_token`` holds, base64-encoded (wire/tasks §4.3)."""

    id: str
    created_at: str


def token(last_id: str, created_at: int) -> str:
    """The cursor behind a page's last task."""
    return base64.b64encode(msgspec.json.encode(_Token(last_id, iso(created_at)))).decode()


def cursor(text: str | None) -> Cursor | None:
    """Read a cursor.

    Raises:
        InvalidParameter: it is not one of ours.
    """
    if not text:
        return None
    try:
        # A plus sign that was not percent-encoded arrives as a blank.
        raw = base64.b64decode(text.replace(" ", "+"), validate=True)
        read = msgspec.json.decode(raw, type=_Token)
        if not _ID.match(read.id):
            raise ValueError("not an id")
        return Cursor(parse_iso(read.created_at), read.id)
    except (binascii.Error, msgspec.DecodeError, ValueError, OverflowError) as error:
        raise InvalidParameter.because('"next_token" is invalid', field="next_token") from error


def moment(text: str | None, field: str) -> int | None:
    """Read a date bound in milliseconds; naive means UTC.

    Raises:
        InvalidParameter: it is not a date.
    """
    if not text:
        return None
    try:
        return parse_iso(text)
    except (ValueError, OverflowError) as error:
        raise InvalidParameter.because(f'"{field}" must be a valid ISO 8601 date', field=field) from error


def checked_limit(limit: int) -> int:
    """Check a page size, 1-100.

    Raises:
        InvalidParameter: out of range (wire/requests §7.1).
    """
    if limit < 1:
        raise InvalidParameter.because('"limit" must be greater than or equal to 1', field="limit")
    if limit > MAX_VALUE:
        raise InvalidParameter.because(f'"limit" must be less than or equal to {MAX_VALUE}', field="limit")
    return limit


def checked_offset(offset: int) -> int:
    """Check an offset.

    Raises:
        InvalidParameter: negative, or further than any list.
    """
    if not 0 <= offset <= MAX_OFFSET:
        raise InvalidParameter.because('"offset" must be greater than or equal to 0', field="offset")
    return offset


def page_number(limit: int, offset: int) -> int:
    """Which page of this size an offset lies on, from 1."""
    return -(-(offset + 1) // limit)


def offset_of(limit: int, offset: int | None, page: int | None) -> int:
    """How many documents come before a page that is asked for by offset, or else by number.

    Raises:
        InvalidParameter: either is out of range.
    """
    if offset is not None or page is None:
        return checked_offset(offset or 0)
    if page < 1:
        raise InvalidParameter.because('"page" must be greater than or equal to 1', field="page")
    if (page - 1) * limit > MAX_OFFSET:
        raise InvalidParameter.because('"page" is too large', field="page")
    return (page - 1) * limit


def page_object(total: int, limit: int, offset: int) -> dict[str, object]:
    """The keys of a page by offset, as mongoose-paginate counts them, which the original answers with.

    An offset that is no multiple of the limit lies on the page that its first document would be on.
    """
    page, pages = page_number(limit, offset), max(1, -(-total // limit))
    previous = page - 1 if page > 1 else 1 if offset else None
    return {
        "page": page,
        "totalPages": pages,
        "hasPrevPage": previous is not None,
        "prevPage": previous,
        "hasNextPage": page < pages,
        "nextPage": page + 1 if page < pages else None,
        "pagingCounter": (page - 1) * limit + 1,
    }
