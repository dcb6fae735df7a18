"""Files that customers upload, and how tasks and screens refer to them (api-v1 §7.8)."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PIL import Image, UnidentifiedImageError

from labelwright.domain import projects
from labelwright.domain.common import checked_metadata
from labelwright.domain.platform import Platform
from labelwright.ids import new_uuid
from labelwright.refusals import Duplicate, InvalidParameter, NotFound
from labelwright.store import Reader, Tx
from labelwright.store import files as rows
from labelwright.store.rows import Environment, File
from labelwright.tasktypes.base import Media

SCHEME = "scaledata://"
_REFERENCE = re.compile(r"scaledata://(?P<owner>[^/]+)/(?P<id>[0-9a-fA-F-]{36})\Z")
_ROTATED = {5, 6, 7, 8}
"""EXIF orientations that swap width and height."""

SNIFFED = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF....WEBP", "image/webp"),
    (b"RIFF....WAVE", "audio/wav"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"....ftyp", "video/mp4"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"PK\x03\x04", "application/zip"),
)
"""First bytes and what they mean; a dot stands for any byte. Markup is never named, so it is never rendered."""


class NewFile(msgspec.Struct, frozen=True):
    """The parts of an upload besides the bytes."""

    filename: str | None = None
    project_name: str | None = None
    display_name: str | None = None
    reference_id: str | None = None
    metadata: bytes | None = None


class FileView(msgspec.Struct, frozen=True):
    """A file with the address that tasks use for it, and the names of its projects."""

    file: File
    attachment_url: str
    project_names: Sequence[str]


def blob_key(file: File) -> str:
    """Where a file's bytes lie."""
    return f"{file.env_id}/{file.id[:2]}/{file.id}"


def sniff(head: bytes) -> str:
    """The media type that the first bytes speak of; plain text or unknown bytes otherwise."""
    for pattern, mime_type in SNIFFED:
        window = head[: len(pattern)]
        if len(window) == len(pattern) and all(
            p in (ord("."), b) for p, b in zip(pattern, window, strict=True)
        ):
            return mime_type
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # A character may be cut in two at the end of what was read.
        if error.start < len(head) - 3 or not head:
            return "application/octet-stream"
    return "application/octet-stream" if b"\x00" in head else "text/plain"


def image_size(path: Path) -> tuple[int | None, int | None]:
    """(width, height) in pixels after EXIF orientation; (None, None) when it is no image that can be read."""
    try:
        with Image.open(path) as image:
            width, height = image.size
            turned = image.getexif().get(0x0112) in _ROTATED
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None, None
    return (height, width) if turned else (width, height)


def _inspect(path: Path) -> tuple[int, str, int | None, int | None]:
    """Size in bytes, media type, and width and height of an image."""
    with path.open("rb") as opened:
        mime_type = sniff(opened.read(4096))
    width, height = image_size(path) if mime_type.startswith("image/") else (None, None)
    return path.stat().st_size, mime_type, width, height


async def add(platform: Platform, env: Environment, path: Path, new: NewFile) -> FileView:
    """Keep an uploaded file.

    Args:
        platform: the platform.
        env: whose it is.
        path: the bytes, in a file of the caller's that it removes afterwards.
        new: the other parts of the upload.

    Raises:
        NotFound: there is no such project.
        InvalidParameter: the metadata is not an object, or too large.
        Duplicate: the reference id is taken.
    """
    project = await projects.find(platform, env, new.project_name) if new.project_name else None
    metadata = checked_metadata(new.metadata, platform.settings.metadata_limit)
    size, mime_type, width, height = await asyncio.to_thread(_inspect, path)
    now = platform.clock.now()
    file = File(
        new_uuid(),
        env.id,
        size,
        mime_type,
        width,
        height,
        new.display_name or new.filename,
        new.reference_id or None,
        metadata,
        now,
        now,
    )
    await platform.blobs.put_file(blob_key(file), path)

    async def command(tx: Tx) -> None:
        if not await rows.add(tx, file):
            raise Duplicate(
                f'The reference_id ("{file.reference_id}") is already used for a different file.',
                field="reference_id",
            )
        if project is not None:
            await rows.attach(tx, file.id, project.id)

    try:
        await platform.store.write(command)
    except Duplicate:
        await platform.blobs.delete(blob_key(file))
        raise
    return FileView(file, reference(env, file), [project.name] if project else [])


def reference(env: Environment, file: File) -> str:
    """The address of a file that tasks use: ``scaledata://<account>/<id>``."""
    return f"{SCHEME}{env.account_id}/{file.id}"


def referenced_id(ref: str) -> str | None:
    """The file id in a ``scaledata://`` address, None for any other address."""
    match = _REFERENCE.match(ref)
    return match["id"].lower() if match else None


async def check_references(platform: Platform, env: Environment, refs: Sequence[str]) -> None:
    """Refuse ``scaledata://`` addresses of files that are not there.

    Raises:
        InvalidParameter: one is not.
    """
    ours = [ref for ref in refs if ref.startswith(SCHEME)]
    if not ours:
        return
    ids = {ref: referenced_id(ref) for ref in ours}
    found = await platform.read(rows.by_ids, env.id, [i for i in ids.values() if i])
    for ref, file_id in ids.items():
        if file_id is None or file_id not in found:
            raise InvalidParameter.because(
                f'"attachment" refers to a file that does not exist: {ref}', field="attachment"
            )


async def find(platform: Platform, file_id: str) -> File:
    """A file by id, for a signed URL.

    Raises:
        NotFound: there is none.
    """
    file = await platform.read(rows.by_id, file_id.lower())
    if file is None:
        raise NotFound("File not found.", field="file_id")
    return file


class Shown(msgspec.Struct, frozen=True):
    """An attachment as a screen loads it."""

    media: Media
    url: str


async def shown(db: Reader, platform: Platform, env: Environment, refs: Sequence[str]) -> Sequence[Shown]:
    """Turn references into what a browser can load: signed for our files, as they are for others."""
    ids = {ref: referenced_id(ref) for ref in refs}
    found = await rows.by_ids(db, env.id, [i for i in ids.values() if i])
    result = []
    for ref in refs:
        file = found.get(ids[ref] or "")
        if file is None:
            result.append(Shown(Media(ref), ref if ref.startswith(("http://", "https://")) else ""))
        else:
            media = Media(ref, file.width, file.height, file.mime_type)
            result.append(Shown(media, platform.file_url(file.id)))
    return result
