"""References to attachments: which addresses the platform can fetch (wire/tasks §2)."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from labelwright import urls
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path

WEBSITE = "website"
"""The type of attachments that are visited, and not fetched."""

_EMPTY = {"attachment": b'""', "attachments": b"[]"}

_URI = re.compile(
    r"((https?|s3|gs|az|azure|abfss?|adl|scaledata)://[^\s/?#\x00-\x1f]|file://(localhost)?/)[^\s\x00-\x1f]*",
    re.IGNORECASE,
)


def is_uri(text: str) -> bool:
    """Tell whether the text is an address: ``http(s)``, a bucket's or ``scaledata``, with a host, or a local file's."""
    if _URI.fullmatch(text) is None or len(text) > urls.MAX_LENGTH:
        return False
    return text[:4].lower() != "http" or urls.is_valid(text)


def is_fetched(text: str, kind: str | None) -> bool:
    """Tell whether an attachment has bytes to fetch: neither a website nor a text that stands in the request.

    Args:
        text: the attachment.
        kind: its type; None where it can be files only.
    """
    return kind != WEBSITE and (kind != "text" or is_uri(text))


def require_uri(text: str, path: Path) -> None:
    """Refuse a text that is no address, in Joi's words.

    Raises:
        InvalidParameter: ``"attachment" must be a valid uri``.
    """
    if not text:
        raise refuse(path, "is not allowed to be empty")
    if not is_uri(text):
        raise refuse(path, "must be a valid uri")


def single(given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
    """Return the request of a type that takes ``attachment`` or ``attachments``, without the other one if it is empty.

    Clients with a field for each send both.

    Raises:
        InvalidParameter: both are there.
    """
    if "attachment" not in given or "attachments" not in given:
        return given
    empty = [name for name, text in _EMPTY.items() if name in given and bytes(given[name]).strip() == text]
    if len(empty) == 1:
        given = {name: raw for name, raw in given.items() if name != empty[0]}
    require_single(given)
    return given


def require_single(given: Any, path: Path = ()) -> None:
    """Refuse ``attachment`` together with ``attachments`` for a type that takes one.

    Args:
        given: the mapping of the request's parameters.
        path: where the mapping is.

    Raises:
        InvalidParameter: both are there.
    """
    if "attachment" in given and "attachments" in given:
        raise refuse(path, "contains a conflict between exclusive peers [attachment, attachments]")
