"""Reads multipart bodies piece by piece: the file goes to disk, never whole into memory."""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from labelwright.errors import InvalidParameter, TooLarge, WrongContentType

FIELD_LIMIT = 64 * 1024
"""Largest part, in bytes, that is not the file."""

FIELDS_LIMIT = 256 * 1024
"""Bytes of all parts together that are not the file."""

MAX_PARTS = 32
"""Parts of a body; a known name may come again, and then the last one counts."""

MAX_CONTENT_TYPE = 1024
"""Bytes of the Content-Type header, which names the boundary."""

_OVERHEAD = FIELDS_LIMIT + 64 * 1024
"""Bytes of a body beyond the file: the other parts, their headers and the boundaries."""

_OFF_LOOP = 32 * 1024
"""Bytes of a piece from which it is parsed and written in a thread."""

_EXTENDED = re.compile(rb";\s*filename\*\s*=\s*([\w.-]*)'[^';]*'([^\s;'\"]+)", re.IGNORECASE)


class Upload:
    """One multipart body; use as ``async with``, the file is gone afterwards.

    Args:
        content_type: the request's Content-Type.
        pieces: the body.
        folder: where the file is written.
        limit: largest file in bytes.
        known: names of the parts besides ``file``; any other is refused when its headers have been read.
    """

    def __init__(
        self,
        content_type: bytes,
        pieces: AsyncIterator[bytes],
        folder: Path,
        limit: int,
        known: Collection[str],
    ) -> None:
        if len(content_type) > MAX_CONTENT_TYPE:
            raise WrongContentType(
                f'"Content-Type" must not be longer than {MAX_CONTENT_TYPE} bytes', field="Content-Type"
            )
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or b"boundary" not in options:
            raise WrongContentType('"Content-Type" must be multipart/form-data', field="Content-Type")
        self.fields: dict[str, bytearray] = {}
        self.filename: str | None = None
        self.path: Path | None = None
        self._pieces = pieces
        self._folder = folder
        self._limit = limit
        self._known = known
        self._body_size = 0
        self._file_size = 0
        self._fields_size = 0
        self._parts = 0
        self._whole = False
        self._file: IO[bytes] | None = None
        self._headers: dict[bytes, bytes] = {}
        self._header = (b"", b"")
        self._name = ""
        try:
            self._parser = MultipartParser(options[b"boundary"], self._callbacks())
        except FormParserError as error:
            raise WrongContentType('"Content-Type" has a bad boundary', field="Content-Type") from error

    async def __aenter__(self) -> "Upload":
        try:
            async for piece in self._pieces:
                if len(piece) < _OFF_LOOP:
                    self._write(piece)
                else:
                    # The parser is slow where a body is full of line ends, and disks are slow at times.
                    await asyncio.to_thread(self._write, piece)
            self._parser.finalize()
            if not self._whole:
                raise InvalidParameter("The multipart body ends before its last boundary.", field="body")
        except FormParserError as error:
            self._drop()
            raise InvalidParameter("The multipart body is malformed.", field="body") from error
        except BaseException:
            self._drop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    def bytes_of(self, name: str) -> bytes | None:
        """A part's bytes; None when it is missing."""
        value = self.fields.get(name)
        return None if value is None else bytes(value)

    def text(self, name: str) -> str | None:
        """A part as text; None when it is missing or empty.

        Raises:
            InvalidParameter: it is not UTF-8.
        """
        value = self.fields.get(name)
        if not value:
            return None
        try:
            text = value.decode()
        except UnicodeDecodeError as error:
            raise InvalidParameter.because(f'"{name}" must be UTF-8 text', field=name) from error
        if "\x00" in text:
            raise InvalidParameter.because(f'"{name}" contains an invalid character', field=name)
        return text

    def _write(self, piece: bytes) -> None:
        self._body_size += len(piece)
        if self._body_size > self._limit + _OVERHEAD:
            raise TooLarge(f"The body must not be larger than {self._limit + _OVERHEAD} bytes.", field="body")
        self._parser.write(piece)

    def _drop(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _callbacks(self) -> Any:
        return {
            "on_part_begin": self._part_begins,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_part_end": self._part_ends,
            "on_end": self._ends,
        }

    def _part_begins(self) -> None:
        self._headers, self._name = {}, ""
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise InvalidParameter(f"The body must not have more than {MAX_PARTS} parts.", field="body")

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + data[start:end], b"")

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _header_ends(self) -> None:
        name = self._header[0].lower()
        if name in self._headers:
            raise InvalidParameter.because(
                f'A part must not have "{name.decode("latin-1")}" twice', field="body"
            )
        self._headers[name] = self._header[1]
        self._header = (b"", b"")

    def _headers_end(self) -> None:
        disposition = self._headers.get(b"content-disposition", b"")
        _, options = parse_options_header(disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        filename = options.get(b"filename", _extended(disposition))
        if self._name != "file" and self._name not in self._known:
            raise InvalidParameter.because(f'"{self._name}" is not allowed', field=self._name or "body")
        if self._name == "file" and self.path is not None:
            raise InvalidParameter.because('"file" must be given once', field="file")
        if self._name == "file":
            if filename is None:
                raise InvalidParameter.because('"file" must carry a filename', field="file")
            readable = filename.decode("utf-8", "replace").replace("\\", "/").replace("\x00", "")
            self.filename = Path(readable).name or "file"
            self._file = tempfile.NamedTemporaryFile(dir=self._folder, delete=False)  # noqa: SIM115
            self.path = Path(self._file.name)
        else:
            self.fields[self._name] = bytearray()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file_size += end - start
            if self._file_size > self._limit:
                raise TooLarge(f'"file" must not be larger than {self._limit} bytes', field="file")
            self._file.write(data[start:end])
            return
        value = self.fields[self._name]
        if len(value) + end - start > FIELD_LIMIT:
            raise TooLarge(f'"{self._name}" must not be larger than {FIELD_LIMIT} bytes', field=self._name)
        self._fields_size += end - start
        if self._fields_size > FIELDS_LIMIT:
            raise TooLarge(
                f"All parts but the file must not be larger than {FIELDS_LIMIT} bytes together.", field="body"
            )
        value += data[start:end]

    def _ends(self) -> None:
        self._whole = True

    def _part_ends(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _extended(disposition: bytes) -> bytes | None:
    """The file name in ``filename*``, as older clients write what is not ASCII; the parser ignores it."""
    found = _EXTENDED.search(disposition)
    if found is None:
        return None
    name = unquote_to_bytes(found[2])
    return name.decode("latin-1").encode() if found[1].lower() == b"iso-8859-1" else name
