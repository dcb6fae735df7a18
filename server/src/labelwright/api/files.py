"""Serves the bytes of files, of fetched attachments and of answers' files behind signed URLs, whole or in ranges."""

import re
from collections.abc import AsyncIterator

import msgspec

from labelwright.api.endpoint import Answer, Call, Endpoint
from labelwright.domain import answer_files
from labelwright.errors import Forbidden, NotFound, RequestError

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z")
_SHOWN = ("image/", "audio/", "video/", "application/pdf", "text/plain")
"""What a browser may show in place; anything else is a download."""


class SignedQuery(msgspec.Struct, frozen=True):
    """A signature and how long it is good."""

    until: str = ""
    signature: str = ""


class UnsatisfiableRange(RequestError):
    """The range lies outside the file."""

    status = 416
    code = "range_not_satisfiable"


async def serve(call: Call) -> Answer:
    """Return the bytes of a file or attachment; ``Range`` with one range is honoured."""
    query = call.query(SignedQuery)
    file_id = call.path["file_id"]
    if not call.platform.file_url_holds(file_id, query.until, query.signature):
        raise Forbidden("This link is not valid any more.", field="signature")
    file = await answer_files.served(call.platform, file_id)
    etag = f'"{file.id}"'.encode()
    shown = file.mime_type.startswith(_SHOWN)
    headers = [
        (b"accept-ranges", b"bytes"),
        (b"etag", etag),
        (b"cache-control", b"private, max-age=3600, immutable"),
        (b"content-disposition", b"inline" if shown else b"attachment"),
        (b"content-security-policy", b"sandbox; default-src 'none'"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]
    if call.headers.get(b"if-none-match") == etag:
        return Answer(b"", 304, file.mime_type.encode(), headers)
    start, end, status = _range(call.headers.get(b"range", b"").decode("latin-1"), file.size)
    if status == 206:
        headers.append((b"content-range", f"bytes {start}-{end - 1}/{file.size}".encode()))
    headers.append((b"content-length", str(end - start).encode()))
    stream = call.platform.blobs.stream(file.blob_key, start, end)
    return Answer(await _begun(stream), status, file.mime_type.encode(), headers)


async def _begun(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Read the first piece before the status is sent, so that a missing blob is a 404."""
    try:
        first = await anext(stream, b"")
    except FileNotFoundError as error:
        raise NotFound("The file's bytes are missing.", field="file_id") from error

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for piece in stream:
            yield piece

    return whole()


def _range(header: str, size: int) -> tuple[int, int, int]:
    """(start, end, status): ``end`` is exclusive; a range that is not understood is ignored (RFC 9110 §14.2)."""
    match = _RANGE.match(header.strip())
    if match is None or not (match[1] or match[2]):
        return 0, size, 200
    if not match[1]:
        start, end = max(0, size - int(match[2])), size
    else:
        start = int(match[1])
        end = min(size, int(match[2]) + 1) if match[2] else size
    if start >= size or end <= start:
        raise UnsatisfiableRange(f"The file has {size} bytes.", field="Range")
    return start, end, 206


ENDPOINTS = (
    Endpoint("GET", "/{file_id}", serve, "Return a file's bytes", needs_key=False, listed=False),
    Endpoint("HEAD", "/{file_id}", serve, "Return a file's headers", needs_key=False, listed=False),
)
