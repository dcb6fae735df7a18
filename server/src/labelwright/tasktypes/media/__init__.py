"""What attachments of every task type may be: pictures, videos, recordings, texts and documents.

The server opens them in processes of their own (``domain/media_processes.py``), which import what they need.
"""

import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from labelwright.tasktypes.attachment_readers import ContentReader

IMAGE = "image"
VIDEO = "video"
AUDIO = "audio"
TEXT = "text"
PDF = "pdf"
DOCUMENT = "document"
FRAME = "video_frame"
INLINE_TEXT = "inline_text"
"""A text that takes its address's place in the parameters of its task."""

MAX_INLINE_BYTES = 1 << 20

BY_TYPE: Mapping[str, str] = {name: name for name in (IMAGE, VIDEO, AUDIO, TEXT, PDF)}
"""What an attachment has to hold, by its type in a request. Websites are visited, not fetched."""


def _read(medium: str, data: bytes) -> None:
    """Open a medium in this process, without a copy of what browsers do not show.

    Raises:
        InvalidContent: the bytes do not hold it.
    """
    from labelwright.tasktypes.media.child import opened

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        opened(medium, path, Path(folder) / "copy")


def _reader(medium: str, **more: Any) -> ContentReader:
    return ContentReader(partial(_read, medium), medium=medium, **more)


CONTENT_READERS: Mapping[str, ContentReader] = {
    IMAGE: _reader("image"),
    FRAME: _reader("image", framed=True),
    VIDEO: _reader("video"),
    AUDIO: _reader("audio", failure="The audio file cannot be loaded."),
    TEXT: _reader("text"),
    INLINE_TEXT: _reader("text", most_bytes=MAX_INLINE_BYTES),
    PDF: _reader("pdf"),
    DOCUMENT: _reader("document"),
}
