"""Answers that the wire keeps in files of their own: ``{"annotations": {"url": …}}`` (wire/task-types-video §1.2).

Checkers take the content of such a file in place, too. It is delivered as the wire has it: as an address, which
within task types is a ``data:`` URL that holds the JSON itself. ``domain/answer_files.py`` makes a file of it.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

import msgspec

from labelwright.errors import InvalidParameter, Problem
from labelwright.tasktypes.wire.partial_decode import decode_part
from labelwright.tasktypes.wire.problems import has_error
from labelwright.tasktypes.wire.references import is_uri
from labelwright.validation.decoding import decode
from labelwright.validation.errors import Path, path_text

JSON_FILE = "data:application/json,"
JSON_FILE_BASE64 = "data:application/json;base64,"
SCENE_FILE = "data:application/octet-stream;base64,"
"""A labelled scene, in the container of ``lidar/input/container.py``."""

_SAFE = "".join(set(map(chr, range(0x21, 0x7F))) - set("%#"))
"""What a ``data:`` URL can hold as it is stays, so that people can read it, too."""


class ResultFile(msgspec.Struct, forbid_unknown_fields=True):
    """A file with a part of the answer.

    Attributes:
        url: its address; ``data:application/json,…`` holds the file itself.
    """

    url: str


def as_file(content: Any, problems: Sequence[Problem] = ()) -> ResultFile:
    """Return a file with some JSON content; without any when there is an error among its problems."""
    if has_error(problems):
        return ResultFile("")
    return ResultFile(address_of(msgspec.json.encode(content)))


def address_of(data: bytes) -> str:
    """Return the address of a JSON file that holds the file itself."""
    return JSON_FILE + quote_from_bytes(data, safe=_SAFE)


def bytes_of(url: str) -> bytes | None:
    """Return the JSON file that an address holds, unread; None when it holds none."""
    if url.startswith(JSON_FILE):
        return unquote_to_bytes(url.removeprefix(JSON_FILE))
    return _decoded(url, JSON_FILE_BASE64)


def scene_of(url: str) -> bytes | None:
    """Return the scene that an address holds, unread; None when it holds none."""
    return _decoded(url, SCENE_FILE)


def scene_address(data: bytes) -> str:
    """Return the address of a scene that holds the file itself."""
    return SCENE_FILE + base64.b64encode(data).decode()


def _decoded(url: str, start: str) -> bytes | None:
    if not url.startswith(start):
        return None
    try:
        return base64.b64decode(url.removeprefix(start), validate=True)
    except (binascii.Error, ValueError):
        return None


def content_of(given: Any) -> Any:
    """Return what is in a file that holds itself; anything else as it is."""
    url = given.get("url") if isinstance(given, dict) else None
    data = bytes_of(url) if isinstance(url, str) else None
    if data is None:
        return given
    try:
        return decode(Any, data)
    except InvalidParameter:
        return given


def opened(given: Any, place: Path) -> tuple[Any, ResultFile | None, list[Problem]]:
    """Tell a part of an answer from the address of a file with it.

    Args:
        given: the member as it came.
        place: where it is.

    Returns:
        What there is to be checked, or the file that is not opened here; and what is wrong with its address.
    """
    content = content_of(given)
    if not isinstance(content, dict) or isinstance(content.get("url", {}), dict):
        return content, None, []
    file, problems = decode_part(ResultFile, content, place)
    if file is not None and not is_uri(file.url):
        where = path_text((*place, "url"))
        problems.append(Problem(where, "This must be the address of a file.", "uri"))
    return None, file or ResultFile(""), problems
