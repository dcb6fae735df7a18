"""Multipart bodies that stream: their size does not show in memory, and a retry starts them again."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from typing import IO, Any, TypeAlias, cast
from uuid import uuid4

from scaleapi import _json
from scaleapi.exceptions import ScaleException, ScaleInvalidRequest

Content: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | IO[Any] | Iterable[bytes]"
FileLike: TypeAlias = "Content | tuple[str, Content] | tuple[str, Content, str]"
"""A path, bytes, a file object, an iterable of bytes; or ``(filename, content[, media type])``."""

CHUNK = 64 * 1024
"""Bytes read and sent at a time."""

# Opens the content for one attempt: its bytes, and how many there are (None: unknown).
_Opener: TypeAlias = Callable[[], "AbstractContextManager[tuple[Iterable[bytes], int | None]]"]


@dataclass(frozen=True, slots=True)
class FilePart:
    """One file of a multipart body.

    Attributes:
        name: Form field.
        filename: As sent.
        content_type: Media type, or None to send none.
        open: Opens the content for one attempt.
        rereadable: Whether it can be opened more than once.
    """

    name: str
    filename: str
    content_type: str | None
    open: _Opener
    rereadable: bool


def file_part(
    name: str, file: FileLike, *, filename: str | None = None, content_type: str | None = None
) -> FilePart:
    """Describes a file to upload. Paths are opened only when sent; file objects remember where they stand
    now.

    Raises:
        ScaleInvalidRequest: It is nothing that can be uploaded.
    """
    content: Any = file
    if isinstance(file, tuple):
        given: tuple[Any, ...] = file
        if not 2 <= len(given) <= 3:
            raise ScaleInvalidRequest(
                "a file given as a tuple is (filename, content) or (filename, content, type)"
            )
        filename, content = filename or given[0], given[1]
        content_type = content_type or (given[2] if len(given) == 3 else None)
    opener, own_name, rereadable = _source(content)
    filename = filename or own_name or name
    content_type = content_type or mimetypes.guess_type(filename)[0]
    return FilePart(name, filename, content_type, opener, rereadable)


def _source(content: Any) -> tuple[_Opener, str | None, bool]:
    """Returns how to open a content, its own name if it has one, and whether it can be read again."""
    if isinstance(content, str | os.PathLike):
        path = os.fsdecode(cast("str | os.PathLike[str]", content))
        return lambda: _OpenedPath(path), os.path.basename(path), True  # noqa: PTH119  # the path may be of another OS
    if isinstance(content, bytes | bytearray | memoryview):
        return _in_memory(memoryview(cast("bytes", content)).cast("B")), None, True
    if hasattr(content, "read"):
        return _file_object(content)
    if isinstance(content, Iterable):
        pieces = cast("Iterable[bytes]", content)
        return lambda: nullcontext((pieces, None)), None, False
    raise ScaleInvalidRequest(
        f"cannot upload a {type(content).__name__}: give a path, bytes, a file object or an iterable"
    )


def _file_object(file: Any) -> tuple[_Opener, str | None, bool]:
    name = getattr(file, "name", None)
    # Files made from descriptors are named by number, temporary ones like "<fdopen>".
    own_name = os.path.basename(name) if isinstance(name, str) and not name.startswith("<") else None  # noqa: PTH119
    if isinstance(file.read(0), str):
        return _in_memory(memoryview(file.read().encode())), own_name, True
    try:
        start = file.tell()
        size = file.seek(0, os.SEEK_END) - start
        file.seek(start)
    except (AttributeError, OSError):
        return lambda: nullcontext((_blocks(file, None), None)), own_name, False

    def rewound() -> AbstractContextManager[tuple[Iterable[bytes], int | None]]:
        file.seek(start)
        return nullcontext((_blocks(file, size), size))

    return rewound, own_name, True


class _OpenedPath:
    """A file opened for one attempt and closed after it."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> tuple[Iterable[bytes], int | None]:
        self._file = open(self._path, "rb")  # noqa: PTH123  # closed in __exit__
        size = os.fstat(self._file.fileno()).st_size
        return _blocks(self._file, size), size

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _in_memory(view: memoryview) -> _Opener:
    def slices() -> Iterator[bytes]:
        for start in range(0, len(view), CHUNK):
            yield bytes(view[start : start + CHUNK])

    return lambda: nullcontext((slices(), len(view)))


def _blocks(file: Any, size: int | None) -> Iterator[bytes]:
    """Reads a file to its end.

    Raises:
        ScaleException: It cannot be read, or is not `size` bytes long any more: the announced length would be
            wrong.
    """
    sent = 0
    while True:
        try:
            block: bytes = file.read(CHUNK)
        except OSError as error:
            raise ScaleException(f"reading the file to upload failed: {error}") from error
        if not block:
            break
        sent += len(block)
        if size is not None and sent > size:
            break
        yield block
    if size is not None and sent != size:
        raise ScaleException(
            f"the file to upload changed while it was sent: {size} bytes announced, {sent} read"
        )


def _escape(text: str) -> str:
    """Quotes a form or file name the way browsers do (WHATWG HTML, multipart/form-data encoding)."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


class Multipart:
    """A ``multipart/form-data`` body.

    Args:
        fields: Form fields. None is left out, a list or tuple repeats the field, a dict is sent as JSON text.
        files: The files, sent after the fields.
        boundary: Separator; by default a random one.
    """

    def __init__(
        self, fields: Mapping[str, Any], files: Sequence[FilePart], boundary: str | None = None
    ) -> None:
        self.boundary = boundary or uuid4().hex
        self._files = files
        self._fields = b"".join(
            self._head(f'form-data; name="{_escape(name)}"') + text.encode() + b"\r\n"
            for name, text in _texts(fields)
        )
        self._opened = False

    @property
    def content_type(self) -> str:
        """The ``Content-Type`` header."""
        return f"multipart/form-data; boundary={self.boundary}"

    @property
    def resendable(self) -> bool:
        """Whether `open` may be called (again): the first time always, then if every file can be reread."""
        return not self._opened or all(part.rereadable for part in self._files)

    def open(self) -> OpenBody:
        """Opens the files and returns the body for one attempt.

        Raises:
            OSError: A path cannot be opened.
        """
        stack = ExitStack()
        chunks: list[Iterable[bytes]] = [[self._fields]]
        length: int | None = len(self._fields)
        try:
            for part in self._files:
                head = self._head(
                    f'form-data; name="{_escape(part.name)}"; filename="{_escape(part.filename)}"',
                    part.content_type,
                )
                content, size = stack.enter_context(part.open())
                self._opened = True
                chunks += [[head], content, [b"\r\n"]]
                length = None if length is None or size is None else length + len(head) + size + 2
        except BaseException:
            stack.close()
            raise
        tail = f"--{self.boundary}--\r\n".encode()
        chunks.append([tail])
        return OpenBody(chunks, None if length is None else length + len(tail), stack)

    def _head(self, disposition: str, content_type: str | None = None) -> bytes:
        lines = [f"--{self.boundary}", f"Content-Disposition: {disposition}"]
        if content_type:
            lines.append(f"Content-Type: {content_type}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


class OpenBody:
    """A multipart body opened for one attempt; iterate once, then close.

    Attributes:
        length: Bytes in all, or None if a stream does not say.
    """

    def __init__(self, chunks: list[Iterable[bytes]], length: int | None, stack: ExitStack) -> None:
        self.length = length
        self._chunks = chunks
        self._stack = stack

    def __iter__(self) -> Iterator[bytes]:
        for group in self._chunks:
            for chunk in group:
                if chunk:
                    yield chunk

    def close(self) -> None:
        """Closes the files that were opened for it."""
        self._stack.close()


def _texts(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        several = cast("Iterable[Any]", value) if isinstance(value, list | tuple) else [value]
        for one in several:
            if one is None:
                continue
            if isinstance(one, Mapping):
                yield name, _json.dumps(one).decode()
            elif isinstance(one, bytes):
                yield name, one.decode()
            elif isinstance(one, bool):
                yield name, "true" if one else "false"
            else:
                yield name, str(one)
