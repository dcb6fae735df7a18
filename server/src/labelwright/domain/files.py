"""Files that customers upload, and how tasks and screens refer to them (wire/files)."""

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from io import SEEK_END
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from labelwright import names
from labelwright.domain import media_processes, projects
from labelwright.domain.common import checked_metadata
from labelwright.domain.platform import FetchFailed, Platform, Reserve
from labelwright.errors import Duplicate, InvalidParameter, NotFound
from labelwright.ids import new_uuid
from labelwright.store import Reader, Tx
from labelwright.store import attachments as attachment_rows
from labelwright.store import files as rows
from labelwright.store.rows import Attachment, Environment, File, Project
from labelwright.store.tasks import Cursor
from labelwright.tasktypes.attachment_readers import InvalidContent
from labelwright.tasktypes.base import Facts, Media
from labelwright.tasktypes.media import DOCUMENT, FRAME, IMAGE, TEXT
from labelwright.tasktypes.media.headers import size_of
from labelwright.tasktypes.media.sniffing import HEAD, UNKNOWN, sniff

SCHEME = "scaledata://"
COPY = ".copy"
"""What an attachment's id ends with where its copy is meant."""
UUID_LENGTH = 36
_REFERENCE = re.compile(r"scaledata://(?P<owner>[^/]+)/(?P<id>[0-9a-fA-F-]{36})\Z")
_facts: msgspec.json.Decoder[Facts] = msgspec.json.Decoder(Facts)


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


def image_size(path: Path) -> tuple[int | None, int | None]:
    """(width, height) of an image as browsers show it, from its header; (None, None) when that does not say."""
    return size_of(path) or (None, None)


def inspect(path: Path) -> tuple[int, str, int | None, int | None]:
    """Size in bytes, media type, and width and height of an image; nothing is decoded."""
    with path.open("rb") as opened:
        mime_type = sniff(opened.read(HEAD))
    return path.stat().st_size, mime_type, *image_size(path)


def keywords(metadata: str) -> Sequence[str]:
    """What a file's metadata can be found by: one fixed-size word for each key with its value.

    Args:
        metadata: the JSON text of an object.
    """
    read: dict[str, object] = json.loads(metadata, parse_float=_number)
    return [
        hashlib.sha256(json.dumps([key, value], sort_keys=True).encode()).hexdigest()
        for key, value in read.items()
    ]


def _number(text: str) -> float | int:
    """1.0 is found by 1."""
    number = float(text)
    return int(number) if number.is_integer() else number


async def add(platform: Platform, env: Environment, path: Path, new: NewFile) -> FileView:
    """Keep a file; one that is there under the same reference id is shared with a further project.

    Args:
        platform: the platform.
        env: whose it is.
        path: the bytes, in a file of the caller's that it removes afterwards.
        new: the other parts of the upload.

    Raises:
        NotFound: there is no such project.
        InvalidParameter: a name has control characters; the metadata is not an object, or too large; or the file is an
            image that is damaged.
        Duplicate: the reference id is taken by other bytes, or the project has the file already.
    """
    _check_names(new)
    project = await projects.find(platform, env, new.project_name) if new.project_name else None
    metadata = checked_metadata(new.metadata, platform.settings.metadata_limit)
    shared = await _share(platform, env, path, new.reference_id, project)
    if shared is not None:
        return shared
    size, mime_type, width, height = await asyncio.to_thread(inspect, path)
    opened_as, width, height = await _opened(platform, path, mime_type, (width, height))
    now = platform.clock.now()
    file = File(
        new_uuid(),
        env.id,
        size,
        mime_type,
        width,
        height,
        new.display_name or names.without_controls(new.filename or "").strip() or "file",
        new.reference_id or None,
        metadata,
        now,
        now,
        opened_as,
    )
    await platform.blobs.put_file(blob_key(file), path)

    async def command(tx: Tx) -> bool:
        if not await rows.add(tx, file):
            return False
        await rows.add_keywords(tx, file, keywords(metadata))
        if project is not None:
            await rows.attach(tx, file.id, project.id)
        return True

    if await platform.store.write(command):
        return FileView(file, reference(env, file), [project.name] if project else [])
    await platform.blobs.delete(blob_key(file))
    # Somebody else took the reference id since it was looked up; it may be the same file.
    shared = await _share(platform, env, path, new.reference_id, project)
    if shared is None:
        raise _reserved(new.reference_id)
    return shared


def _check_names(new: NewFile) -> None:
    """Refuse names with line breaks or control characters: they are shown in headers, lists and terminals.

    Raises:
        InvalidParameter: naming the field.
    """
    for field, text in (("display_name", new.display_name), ("reference_id", new.reference_id)):
        if text and names.has_controls(text):
            raise InvalidParameter.because(f'"{field}" contains a control character', field=field)


async def _opened(
    platform: Platform, path: Path, mime_type: str, size: tuple[int | None, int | None]
) -> tuple[str, int | None, int | None]:
    """As what an upload can be shown without another look, and its width and height.

    Raises:
        InvalidParameter: it has the header of an image, and cannot be decoded.
    """
    medium = IMAGE if mime_type.startswith("image/") else TEXT if mime_type == "text/plain" else ""
    if not medium:
        return "", *size
    async with platform.scratch_file() as copy:
        try:
            found = await media_processes.opened(medium, path, copy.path)
        except (InvalidContent, media_processes.OpeningFailed) as wrong:
            if medium == IMAGE and size != (None, None) and not getattr(wrong, "sound", False):
                raise InvalidParameter.because(f'"file" cannot be opened. {wrong}', field="file") from wrong
            return "", *size
    return "" if found.copy_type else medium, found.width, found.height


def is_displayable(file: File, content: str) -> bool:
    """Whether an uploaded file was found to hold what a task needs, so that browsers show it as it is."""
    return {IMAGE: IMAGE, FRAME: IMAGE, DOCUMENT: IMAGE, TEXT: TEXT}.get(content, "") == file.opened_as != ""


def _reserved(reference_id: str | None) -> Duplicate:
    return Duplicate(
        f'The reference_id ("{reference_id}") is already used for a different file.', field="reference_id"
    )


async def _share(
    platform: Platform, env: Environment, path: Path, reference_id: str | None, project: Project | None
) -> FileView | None:
    """Show the file that has this reference id in a further project; None when there is no such file.

    Raises:
        Duplicate: it has other bytes, or nothing would change.
    """
    if not reference_id:
        return None
    file = await platform.read(rows.by_reference, env.id, reference_id)
    if file is None:
        return None
    if project is None or not await _same_bytes(platform, file, path):
        raise _reserved(reference_id)
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        if not await rows.attach(tx, file.id, project.id):
            raise Duplicate(
                f'The reference_id ("{reference_id}") is already used for a file of project "{project.name}".',
                field="reference_id",
            )
        await rows.touch(tx, file.id, now)

    await platform.store.write(command)
    (view,) = await views(platform, env, [msgspec.structs.replace(file, updated_at=now)])
    return view


async def _same_bytes(platform: Platform, file: File, path: Path) -> bool:
    with path.open("rb") as opened:
        if opened.seek(0, SEEK_END) != file.size:
            return False
        opened.seek(0)
        async for piece in platform.blobs.stream(blob_key(file), 0, file.size):
            if opened.read(len(piece)) != piece:
                return False
    return True


async def import_from(platform: Platform, env: Environment, url: str, new: NewFile) -> FileView:
    """Fetch a file from a customer's host and keep it; the caller waits (wire/files).

    Args:
        platform: the platform.
        env: whose it is.
        url: ``http(s)://…``, or an object of a bucket that is open to this server.
        new: the other parts of the request; the last part of the URL's path is the name by default.

    Raises:
        InvalidParameter: the file could not be fetched, or the metadata is not an object.
        NotFound: there is no such project.
        Duplicate: see :func:`add`.
    """
    # Nobody's host is asked for what cannot be kept.
    _check_names(new)
    checked_metadata(new.metadata, platform.settings.metadata_limit)
    if new.project_name:
        await projects.find(platform, env, new.project_name)
    async with platform.scratch_file() as scratch:
        path = scratch.path
        try:
            await platform.fetcher.fetch(url, path, platform.settings.file_limit, scratch.reserve)
        except FetchFailed as error:
            raise InvalidParameter.because(
                f'"file_url" could not be downloaded. {error}', field="file_url"
            ) from error
        name = unquote(urlsplit(url).path).rpartition("/")[2].replace("\x00", "")
        return await add(platform, env, path, msgspec.structs.replace(new, filename=name or "file"))


async def page(
    platform: Platform,
    env: Environment,
    *,
    project_name: str | None,
    metadata: str | None,
    limit: int,
    after: Cursor | None,
) -> tuple[Sequence[FileView], int, bool]:
    """A page of files, newest first: the files, how many match in all, whether more follow.

    Args:
        platform: the platform.
        env: whose they are.
        project_name: only files of this project.
        metadata: JSON text of an object: only files whose metadata has each of its keys with the same value.
        limit: how many.
        after: where the page before ended.

    Raises:
        NotFound: there is no such project.
        InvalidParameter: ``metadata`` is not a JSON object.
    """
    project = await projects.find(platform, env, project_name) if project_name else None
    words: Sequence[str] = ()
    if metadata:
        words = keywords(checked_metadata(metadata.encode(), platform.settings.metadata_limit))
    wanted = rows.FileFilter(project.id if project else None, words)
    found = await platform.read(rows.page, env.id, wanted, limit + 1, after, heavy=True)
    total = await platform.read(rows.count, env.id, wanted, heavy=True)
    return await views(platform, env, found[:limit]), total, len(found) > limit


async def views(platform: Platform, env: Environment, files: Sequence[File]) -> Sequence[FileView]:
    """Files with their addresses and the names of their projects."""
    names = await platform.read(rows.project_names, [file.id for file in files])
    return [FileView(file, reference(env, file), names.get(file.id, ())) for file in files]


def reference(env: Environment, file: File) -> str:
    """The address of a file that tasks use: ``scaledata://<account>/<id>``."""
    return f"{SCHEME}{env.account_id}/{file.id}"


def referenced_id(ref: str) -> str | None:
    """The file id in a ``scaledata://`` address, None for any other address."""
    match = _REFERENCE.match(ref)
    return match["id"].lower() if match else None


async def check_references(platform: Platform, env: Environment, refs: Sequence[str]) -> Mapping[str, File]:
    """Return the files that ``scaledata://`` addresses name, by address.

    Raises:
        InvalidParameter: one is not.
    """
    ours = [ref for ref in refs if ref[: len(SCHEME)].lower() == SCHEME]
    if not ours:
        return {}
    ids = {ref: referenced_id(ref) for ref in ours}
    found = await platform.read(rows.by_ids, env.id, [i for i in ids.values() if i])
    for ref, file_id in ids.items():
        if file_id is None or file_id not in found:
            raise InvalidParameter.because(
                f'"attachment" refers to a file that does not exist: {ref}', field="attachment"
            )
    return {ref: found[file_id] for ref, file_id in ids.items() if file_id}


class Served(msgspec.Struct, frozen=True):
    """Bytes that a signed URL leads to."""

    id: str
    size: int
    mime_type: str
    blob_key: str


async def served(platform: Platform, stored_id: str) -> Served:
    """What a signed URL leads to: a file (its id is a UUID), an attachment that was fetched, or an attachment's copy.

    Raises:
        NotFound: there is none.
    """
    if len(stored_id) == UUID_LENGTH:
        file = await platform.read(rows.by_id, stored_id.lower())
        if file is not None:
            return Served(file.id, file.size, file.mime_type, blob_key(file))
    else:
        kept = await platform.read(attachment_rows.by_id, stored_id.removesuffix(COPY))
        if kept is not None and stored_id.endswith(COPY):
            if kept.copy_key is not None:
                return Served(stored_id, kept.copy_size or 0, kept.copy_type or UNKNOWN, kept.copy_key)
        elif kept is not None and kept.blob_key is not None:
            return Served(kept.id, kept.size or 0, kept.mime_type or UNKNOWN, kept.blob_key)
    raise NotFound("File not found.", field="file_id")


def facts_of(text: str | None) -> Facts | None:
    """Read what an attachment was found to hold."""
    return None if text is None else _facts.decode(text)


async def key_of(platform: Platform, env_id: int, ref: str, task_id: str = "") -> str | None:
    """Where the bytes of an attachment lie: one of our own files, or what was fetched for its task; None elsewhere.

    Args:
        platform: the platform.
        env_id: the environment whose reference it is.
        ref: the reference.
        task_id: the task that has it, if it is one.
    """
    file_id = referenced_id(ref)
    if file_id is not None:
        file = (await platform.read(rows.by_ids, env_id, [file_id])).get(file_id)
        return None if file is None else blob_key(file)
    kept = (await platform.read(attachment_rows.of_tasks, [task_id])).get(task_id, ())
    return next((one.blob_key for one in kept if one.url == ref), None)


async def copy(platform: Platform, env_id: int, ref: str, path: Path, reserve: Reserve) -> None:
    """Write one of our own files to a file on disk.

    Args:
        platform: the platform.
        env_id: whose file it is.
        ref: its address.
        path: where to.
        reserve: asked before the file grows (``ScratchFile.reserve``).

    Raises:
        FetchFailed: it is gone.
        Unavailable: there is no space for it.
    """
    key = await key_of(platform, env_id, ref)
    try:
        if key is None:
            raise FileNotFoundError
        end = await platform.blobs.size(key)
        await reserve(end)
        with path.open("wb") as copied:
            async for piece in platform.blobs.stream(key, 0, end):
                await asyncio.to_thread(copied.write, piece)
    except FileNotFoundError:
        raise FetchFailed("There is no such file.", 404) from None


class DisplayFile(msgspec.Struct, frozen=True):
    """An attachment as a screen loads it.

    Attributes:
        media: what is known of the original.
        url: where the bytes are: the copy where there is one.
        mime_type: of those bytes.
    """

    media: Media
    url: str
    mime_type: str | None = None


async def display_files(
    db: Reader, platform: Platform, env: Environment, refs: Sequence[str], task_id: str = ""
) -> Sequence[DisplayFile]:
    """Turn references into what a browser can load.

    Signed for our files and for what was fetched from elsewhere when the task was created; as they are for the rest,
    which is what websites and servers that fetch nothing have.

    Args:
        db: where to look.
        platform: the platform.
        env: whose references they are.
        refs: the references.
        task_id: the task that has them, if it is one.
    """
    ids = {ref: referenced_id(ref) for ref in refs}
    found = await rows.by_ids(db, env.id, [i for i in ids.values() if i])
    kept = {one.url: one for one in (await attachment_rows.of_tasks(db, [task_id])).get(task_id, ())}
    return [_display_file(platform, ref, found.get(ids[ref] or ""), kept.get(ref)) for ref in refs]


def _display_file(platform: Platform, ref: str, file: File | None, fetched: Attachment | None) -> DisplayFile:
    media, url = Media(ref), ref if ref.lower().startswith(("http://", "https://")) else ""
    if file is not None:
        media, url = Media(ref, file.width, file.height, file.mime_type), platform.file_url(file.id)
    if fetched is None or fetched.state != attachment_rows.STORED:
        return DisplayFile(media, url, media.mime_type)
    # What was found out for this task is newer than what was found at the upload.
    media = Media(ref, fetched.width, fetched.height, fetched.mime_type, facts_of(fetched.facts))
    if fetched.copy_key is not None:
        return DisplayFile(media, platform.file_url(fetched.id + COPY), fetched.copy_type)
    return DisplayFile(
        media, url if fetched.blob_key is None else platform.file_url(fetched.id), media.mime_type
    )
