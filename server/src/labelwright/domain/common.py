"""Pieces that several nouns share."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from labelwright import names, urls
from labelwright.errors import InvalidParameter
from labelwright.validation.decoding import decode

COMMON = frozenset(
    """project batch callback_url instruction metadata priority unique_id clear_unique_id_on_error tags urgency
    project_version project_param_version force""".split()
)
"""Parameters of a create that belong to every task type (wire/tasks §2); the others are the type's own."""

NULL = b"null"

MAX_CALLBACK_LENGTH = 2048
"""Characters of the address of a callback."""

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
MAX_ERROR_LENGTH = 1000
"""Characters of an error that are kept."""

MAX_KEY_LENGTH = 1024
"""Bytes of UTF-8. PostgreSQL keeps no more than 2,704 bytes of all columns of an index together."""


def not_given() -> msgspec.Raw:
    """The default of a parameter that is kept as JSON text."""
    return msgspec.Raw(b"")


ObjectText = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema={"type": "object"})]
"""A JSON object that is kept as the text it came in."""
_BLANKS = 16
"""How many times as large as its limit metadata may be with the blanks in it."""


def printable(error: str) -> str:
    """An error as it can be kept: it may quote what others sent, and PostgreSQL keeps neither zeros nor surrogates."""
    return _UNPRINTABLE.sub(" ", error)[:MAX_ERROR_LENGTH]


def without_nulls(given: Mapping[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
    """Drop explicit nulls: the official clients send them for what the caller left out."""
    return {name: value for name, value in given.items() if bytes(value) != NULL}


def compact(value: object) -> str:
    """Write JSON text without blanks."""
    return msgspec.json.encode(value).decode()


def checked_key(text: str, field: str) -> str:
    """Check a text that things are found by: a name, a unique id, a tag.

    Raises:
        InvalidParameter: it is empty, only blanks, or longer than ``LONGEST_KEY``.
    """
    if not text.strip():
        raise InvalidParameter.because(f'"{field}" is not allowed to be empty', field=field)
    if len(text) > MAX_KEY_LENGTH or len(text.encode()) > MAX_KEY_LENGTH:
        raise InvalidParameter.because(
            f'"{field}" must not be longer than {MAX_KEY_LENGTH} bytes of UTF-8', field=field
        )
    return text


def checked_name(text: str, field: str) -> str:
    """Check the name of a new project, batch, delivery, dataset or group.

    Raises:
        InvalidParameter: it is empty, too long, or has line breaks or control characters.
    """
    checked_key(text, field)
    # Names are shown in mails, headers and terminals.
    if names.has_controls(text):
        raise InvalidParameter.because(f'"{field}" contains a control character', field=field)
    return text


def callback_target(url: str | None, field: str) -> str | None:
    """Check a callback address: an http(s) URL or an e-mail address; empty means none.

    Raises:
        InvalidParameter: it is neither.
    """
    if not url:
        return None
    if len(url) > MAX_CALLBACK_LENGTH or not (_is_http(url) or _is_email(url)):
        raise InvalidParameter.because(f'"{field}" must be a valid uri or an email address', field=field)
    return url


def _is_http(url: str) -> bool:
    # Spaces are refused here although addresses of files may have them: so it always was.
    return urls.is_valid(url) and not any(letter.isspace() for letter in url)


def _is_email(text: str) -> bool:
    address = names.email(text)
    return address is not None and "." in address.rpartition("@")[2]


def checked_metadata(raw: msgspec.Raw | bytes | None, limit: int) -> str:
    """Check that metadata is a JSON object of at most ``limit`` bytes, and return its text.

    Raises:
        InvalidParameter: it is not.
    """
    text = bytes(raw) if raw is not None else b""
    if not text or text == NULL:
        return "{}"
    if len(text) > _BLANKS * limit:
        # Before it is read: blanks cannot make up so much of it.
        raise InvalidParameter.because(
            f'"metadata" must not be larger than {limit} bytes (it has {len(text)})', field="metadata"
        )
    try:
        read = decode(dict[str, Any], text, prefix="metadata")
    except InvalidParameter as error:
        if _is_json(text):
            raise
        # Official clients send the keys of a dict as form fields.
        advice = 'Send the JSON text of an object, such as {"camera": "left"}.'
        raise InvalidParameter(f"{error.message} {advice}", field=error.field) from error
    small = msgspec.json.encode(read)
    if len(small) > limit:
        raise InvalidParameter.because(
            f'"metadata" must not be larger than {limit} bytes (it has {len(small)})', field="metadata"
        )
    return small.decode()


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def merged_metadata(before: str, given: str, limit: int) -> str:
    """Put metadata over other metadata: objects within objects are merged too, anything else is replaced.

    Raises:
        InvalidParameter: the result is larger than ``limit`` bytes, or nested too deeply.
    """
    return checked_metadata(
        msgspec.json.encode(_merged(msgspec.json.decode(before), msgspec.json.decode(given))), limit
    )


def _merged(before: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    result = dict(before)
    # Without recursion: metadata may be nested as deeply as its size allows.
    waiting = [(result, given)]
    while waiting:
        into, source = waiting.pop()
        for key, value in source.items():
            there = into.get(key)
            if isinstance(there, dict) and isinstance(value, dict):
                into[key] = dict(there)
                waiting.append((into[key], value))
            else:
                into[key] = value
    return result
