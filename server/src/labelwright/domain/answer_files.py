"""Files of answers (decision 0014): at the door blobs behind signed addresses, within task types ``data:`` URLs.

What a task type keeps in files (masks, frames of a video) is a ``data:`` URL wherever it is checked, scored or merged.
In the database it is a reference, which never leaves the server. Callers get, and may hand in again, signed addresses.

A file's id is made from its bytes, so that nothing is written twice, and no table is needed: a reference is valid
because it is signed, and the blob is written before the row that names it.
"""

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import msgspec

from labelwright import worker_threads
from labelwright.domain import files, parent_tasks
from labelwright.domain.platform import Platform
from labelwright.errors import Problem
from labelwright.settings import MEGABYTE
from labelwright.store import attachments as attachment_rows
from labelwright.store import files as file_rows
from labelwright.store.attachments import STORED
from labelwright.store.rows import Environment, Task
from labelwright.tasktypes.base import FilePlace, Media, TaskType
from labelwright.tasktypes.media.sniffing import UNKNOWN
from labelwright.tasktypes.shapes import rasters
from labelwright.tasktypes.wire import result_files
from labelwright.validation.errors import Path, path_text

T = TypeVar("T")

MAX_BYTES = 64 * MEGABYTE
"""What the files of one answer may have together, when they are opened."""

MAX_FILES = 4096
"""What one answer may name."""

MARK = "~labelwright-file:"
"""How a reference starts: ``~labelwright-file:<id>:<signature>``.

The tilde is rare, and looked for a hundred times faster than a word: most answers have no file.
"""

_ID = r"(?P<env>\d{1,18})-(?P<digest>[0-9a-f]{64})-(?P<size>\d{1,12})\.(?P<suffix>png|json|sfs)"
_NAME = re.compile(rf"{_ID}\Z")
_REFERENCE = re.compile(rf"{MARK}(?P<id>{_ID}):(?P<signature>[0-9a-f]{{32}})\Z")
_WRITTEN = re.compile(rf'"{MARK}(?P<id>{_ID}):(?P<signature>[0-9a-f]{{32}})"')
_SIGNED = re.compile(
    r"(?:https?://[^/?#\s]+(?:/[^?#\s]*)?)?/files/(?P<id>[0-9A-Za-z.-]{1,128})"
    r"\?until=(?P<until>\d{1,15})&signature=(?P<signature>[0-9a-f]{32})\Z"
)
_MIME_TYPES: Mapping[str, str] = {"png": "image/png", "json": "application/json", "sfs": UNKNOWN}
_LARGE = 1 << 16
"""Bytes of JSON text from which on it is taken apart in a thread, so that others need not wait."""
_OFFLOADED = ThreadPoolExecutor(2, "answers")
"""Few: a mask of the largest size takes a gigabyte while it is checked."""
_AT_ONCE = 8
"""Blobs of one answer that are read or written at once."""


class AnswerFile(msgspec.Struct, frozen=True):
    """A file of an answer.

    Attributes:
        env_id: whose it is.
        digest: SHA-256 of its bytes, in hexadecimal.
        size: bytes.
        suffix: ``png``, ``json``, or ``sfs`` of a scene.
    """

    env_id: int
    digest: str
    size: int
    suffix: str

    @property
    def id(self) -> str:
        """What it is called in its address."""
        return f"{self.env_id}-{self.digest}-{self.size}.{self.suffix}"

    @property
    def served(self) -> files.Served:
        """What its address leads to."""
        key = f"{self.env_id}/answers/{self.digest[:2]}/{self.digest}"
        return files.Served(self.id, self.size, _MIME_TYPES[self.suffix], key)


def _named(name: str) -> AnswerFile | None:
    """The file with an id; None for ids of other things."""
    found = _NAME.match(name)
    return (
        AnswerFile(int(found["env"]), found["digest"], int(found["size"]), found["suffix"]) if found else None
    )


async def served(platform: Platform, name: str) -> files.Served:
    """What a signed URL leads to: a file of an answer, or what ``files.served`` knows.

    Raises:
        NotFound: there is none.
    """
    file = _named(name)
    return file.served if file is not None else await files.served(platform, name)


def reference(platform: Platform, file: AnswerFile) -> str:
    """What stands for a file in the database.

    Nobody outside can write one, so that text of a customer's is never taken for one.
    """
    return f"{MARK}{file.id}:{platform.sign(f'answer-file:{file.id}')}"


def _verified(platform: Platform, name: str, signature: str) -> bool:
    return hmac.compare_digest(platform.sign(f"answer-file:{name}"), signature)


def _names_files(text: str | None) -> bool:
    return text is not None and MARK[0] in text and MARK in text


def shown(platform: Platform, text: str, base: str = "") -> str:
    """A stored answer, or several, with signed addresses instead of references.

    Args:
        platform: the platform.
        text: JSON text; without references it is returned as it is.
        base: where the caller reaches this server; empty for a browser that is on it.
    """
    if not _names_files(text):
        return text

    def address(found: re.Match[str]) -> str:
        if not _verified(platform, found["id"], found["signature"]):
            return found[0]
        return msgspec.json.encode(base + platform.file_url(found["id"])).decode()

    return _WRITTEN.sub(address, text)


def ids_in(platform: Platform, text: str) -> set[str]:
    """The ids of the files that a stored answer names."""
    if not _names_files(text):
        return set()
    return {one["id"] for one in _WRITTEN.finditer(text) if _verified(platform, one["id"], one["signature"])}


def shown_task(platform: Platform, task: Task, base: str = "") -> Task:
    """A task with signed addresses in its answers; the same object when they have no files."""
    response, prior = task.response, task.prior_responses
    if not _names_files(response) and not _names_files(prior):
        return task
    return msgspec.structs.replace(
        task,
        response=None if response is None else shown(platform, response, base),
        prior_responses=None if prior is None else shown(platform, prior, base),
    )


def _paths(value: Any, place: FilePlace, start: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    """Yield each text at a place: its path, what holds it, and its key there."""
    if not place:
        return
    key, rest = place[0], place[1:]
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(value) if key is None else [key] if key in value else []
    elif isinstance(value, list):
        keys = list(range(len(value))) if key is None else [key] if key in range(len(value)) else []
    for one in keys:
        if rest:
            yield from _paths(value[one], rest, (*start, one))
        elif isinstance(value[one], str):
            yield (*start, one), value, one


def paths_of(value: Any, places: Sequence[FilePlace]) -> list[tuple[Path, Any, Any]]:
    """Return each text at one of some places: its path, what holds it, and its key there."""
    return [spot for place in places for spot in _paths(value, place)]


async def opened(
    platform: Platform,
    env: Environment,
    kind: TaskType,
    params: Mapping[str, Any],
    answer: Any,
    fetched: Mapping[str, files.Served] | None = None,
) -> tuple[Any, list[Problem]]:
    """Put the contents of files into an answer: of this server's, uploaded, and fetched ones.

    Args:
        platform: the platform.
        env: whose answer it is; files of others are not found.
        kind: the task type.
        params: the checked parameters of the task.
        answer: as handed in or as stored, decoded; it is changed.
        fetched: what was fetched for the task, by address.

    Returns:
        The answer with ``data:`` URLs, and a problem for each address of ours without a file. Other addresses stay.
    """
    return answer, await open_at(platform, env, paths_of(answer, kind.answer_files(params)), fetched)


async def open_at(
    platform: Platform,
    env: Environment,
    spots: Sequence[tuple[Path, Any, Any]],
    fetched: Mapping[str, files.Served] | None = None,
) -> list[Problem]:
    """Put the contents of files in the place of their addresses; see ``opened``."""
    urls = {holder[key] for _, holder, key in spots if not holder[key].startswith("data:")}
    if not urls:
        return []
    if len(urls) > MAX_FILES:
        message = f"An answer must not name more than {MAX_FILES} files."
        return [Problem(path_text(spots[0][0]), message, "too_many")]
    contents = Contents(platform, env, fetched or {})
    found = dict(await _limited([_with(url, contents.of(url)) for url in sorted(urls)]))
    problems = []
    for path, holder, key in spots:
        content = found.get(holder[key])
        if isinstance(content, str):
            holder[key] = content
        elif content is not None:
            problems.append(Problem(path_text(path), *content))
    return problems


class Contents:
    """The contents of files by their addresses.

    Args:
        platform: the platform.
        env: whose they have to be.
        fetched: what was fetched for the task, by address.
    """

    def __init__(self, platform: Platform, env: Environment, fetched: Mapping[str, files.Served]) -> None:
        self._platform = platform
        self._env = env
        self._fetched = fetched
        self._left = MAX_BYTES

    async def of(self, url: str) -> str | tuple[str, str] | None:
        """The file as a ``data:`` URL; message and code of a problem; None for an address elsewhere."""
        ours, file = await self._find(url)
        if file is None:
            return ("There is no such file.", "not_found") if ours else None
        self._left -= file.size
        if self._left < 0:
            return f"The files must not be larger than {MAX_BYTES} bytes together.", "too_large"
        try:
            data = await self._platform.blobs.get(file.blob_key)
        except FileNotFoundError:
            return "The file's bytes are missing.", "not_found"
        # A scene that is neither stays an address: no checker opens one.
        return await offloaded(_as_data, data)

    async def find(self, url: str) -> files.Served | None:
        """What an address leads to for this environment; None when that is nothing, or nothing of ours."""
        return (await self._find(url))[1]

    async def _find(self, url: str) -> tuple[bool, files.Served | None]:
        """Whether an address is one of ours, and what it leads to for this environment."""
        if url in self._fetched:
            return True, self._fetched[url]
        if url.startswith(files.SCHEME):
            return True, await self._uploaded(files.referenced_id(url))
        found = _REFERENCE.match(url)
        if found is not None:
            genuine = _verified(self._platform, found["id"], found["signature"])
            return True, self._own(found["id"]) if genuine else None
        found = _SIGNED.match(url)
        # Also after its time: it proves that this server named the file, and the file has to be this environment's.
        signed = found is not None and self._platform.file_url_genuine(
            found["id"], found["until"], found["signature"]
        )
        return signed, await self._by_id(found["id"]) if found is not None and signed else None

    async def _by_id(self, name: str) -> files.Served | None:
        if _NAME.match(name):
            return self._own(name)
        if len(name) == files.UUID_LENGTH:
            return await self._uploaded(name.lower())
        kept = await self._platform.read(attachment_rows.by_id, name)
        here = kept is not None and kept.env_id == self._env.id
        return await files.served(self._platform, name) if here else None

    def _own(self, name: str) -> files.Served | None:
        file = _named(name)
        return file.served if file is not None and file.env_id == self._env.id else None

    async def _uploaded(self, file_id: str | None) -> files.Served | None:
        if file_id is None:
            return None
        found = await self._platform.read(file_rows.by_ids, self._env.id, [file_id])
        return await files.served(self._platform, file_id) if file_id in found else None


def _as_data(data: bytes) -> str | None:
    """The address that holds a file; None when it is neither a PNG file nor JSON, nor a scene."""
    if data.startswith(b"\x89PNG"):
        return rasters.as_file(data)
    if data.startswith(b"{") and b"\0" in data:
        # JSON has no NUL; a scene has its arrays after one.
        return result_files.scene_address(data)
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
        return result_files.JSON_FILE_BASE64 + base64.b64encode(data.removeprefix(b"\xef\xbb\xbf")).decode()
    return None


def _stored(url: str) -> tuple[str, bytes] | None:
    """Suffix and bytes of a file that its address holds; None for another address."""
    data = result_files.bytes_of(url)
    if data is not None:
        return "json", data
    data = result_files.scene_of(url)
    if data is not None:
        return "sfs", data
    try:
        data = rasters.content_of(url)
    except rasters.InvalidMask:
        return None
    return ("png", data) if data is not None else None


async def kept(
    platform: Platform, env: Environment, kind: TaskType, params: Mapping[str, Any], text: bytes
) -> str:
    """Write the files of a checked answer as blobs, and return the JSON text to store, with references to them.

    What is there already is not written again. When the process dies between this and the row, a blob is left that
    nobody names; the next try finds it there.

    Args:
        platform: the platform.
        env: whose answer it is.
        kind: the task type.
        params: the checked parameters of the task.
        text: what the checker made of the answer.
    """
    places = kind.answer_files(params)
    if not places:
        return text.decode()
    if len(text) > _LARGE:
        written, blobs = await offloaded(_removed, platform, env, text, places)
    else:
        written, blobs = _removed(platform, env, text, places)

    async def put(key: str, data: bytes) -> None:
        if not await platform.blobs.has(key, len(data)):
            await platform.blobs.put(key, data)

    await _limited([put(key, data) for key, data in blobs.items()])
    return written


async def _limited(work: Sequence[Coroutine[Any, Any, T]]) -> Sequence[T]:
    """Do some pieces of work, a few of them at the same time; the results come in the order of the pieces."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(piece: Coroutine[Any, Any, T]) -> T:
        async with gate:
            return await piece

    async with asyncio.TaskGroup() as group:
        started = [group.create_task(one(piece)) for piece in work]
    return [task.result() for task in started]


async def _with(key: str, work: Awaitable[T]) -> tuple[str, T]:
    return key, await work


def _removed(
    platform: Platform, env: Environment, text: bytes, places: Sequence[FilePlace]
) -> tuple[str, Mapping[str, bytes]]:
    """The JSON text with references, and the bytes of the files by the key of their blob."""
    answer = msgspec.json.decode(text)
    blobs: dict[str, bytes] = {}
    for _, holder, key in paths_of(answer, places):
        held = _stored(holder[key])
        if held is None:
            continue
        suffix, data = held
        file = AnswerFile(env.id, hashlib.sha256(data).hexdigest(), len(data), suffix)
        blobs[file.served.blob_key] = data
        holder[key] = reference(platform, file)
    return (msgspec.json.encode(answer) if blobs else text).decode(), blobs


async def offloaded(work: Callable[..., T], *args: Any) -> T:
    """Run what takes long in one of a few threads; nobody else waits for it."""
    return await asyncio.get_running_loop().run_in_executor(_OFFLOADED, partial(work, *args))


async def checked(
    platform: Platform,
    env: Environment,
    kind: TaskType,
    params: Mapping[str, Any],
    answer: Any,
    media: Sequence[Media],
    task_id: str = "",
    size: int = 0,
) -> tuple[bytes, Sequence[Problem]]:
    """Check an answer, with the contents of its files and of those of the pre-labels.

    Args:
        platform: the platform.
        env: whose answer it is.
        kind: the task type.
        params: the checked parameters of the task, decoded; they are changed.
        answer: as handed in, decoded; it is changed.
        media: what is known of the attachments.
        task_id: the task, if there is one: what was fetched for it is opened, too.
        size: bytes of parameters and answer as text.

    Returns:
        See ``TaskType.check_answer``; files are ``data:`` URLs, which ``kept`` makes files of.
    """
    if not kind.answer_files(params):
        return await worker_threads.run(size, kind.check_answer, params, answer, media)
    fetched = await fetched_for(platform, task_id) if task_id else {}
    answer, problems = await opened(platform, env, kind, params, answer, fetched)
    if problems:
        return b"null", problems
    # What of the pre-labels cannot be opened any more does not concern whoever answers.
    await open_at(platform, env, paths_of(params, kind.prelabel_files(params)), fetched)
    return await offloaded(kind.check_answer, params, answer, media)


async def fetched_for(platform: Platform, task_id: str) -> dict[str, files.Served]:
    """What was fetched for a task, by address."""
    rows = (await platform.read(attachment_rows.of_tasks, [task_id])).get(task_id, ())
    return {
        one.url: files.Served(one.id, one.size or 0, one.mime_type or UNKNOWN, one.blob_key)
        for one in rows
        if one.state == STORED and one.blob_key is not None
    }


async def sampled(
    platform: Platform, env: Environment, kind: TaskType, params: Mapping[str, Any], size: int = 0
) -> str | None:
    """The JSON text to store of the answer that test mode gives; None when the wire gives none."""
    if not kind.answer_files(params):
        text = await worker_threads.run(size, kind.sample_answer, params)
        return text.decode() if text is not None else None
    attachments = await platform.read(parent_tasks.attachments_of_parent, platform, env, kind, params)
    text = await offloaded(kind.sample_answer, params, [one.media for one in attachments])
    return await kept(platform, env, kind, params, text) if text is not None else None
