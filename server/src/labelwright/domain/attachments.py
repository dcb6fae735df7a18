"""Attachments of live tasks: fetched and kept before anybody works on them (wire/errors §4)."""

import asyncio
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from labelwright import urls
from labelwright.domain import answer_files, attachment_readers, files, media_processes, prelabels, tasks
from labelwright.domain import outbox as outboxes
from labelwright.domain.common import compact, printable
from labelwright.domain.platform import FetchFailed, Platform
from labelwright.domain.scratch import MAX_WAIT
from labelwright.errors import RequestError
from labelwright.ids import new_id
from labelwright.settings import Settings
from labelwright.store import Tx, accounts, events, work
from labelwright.store import attachments as rows
from labelwright.store import files as file_rows
from labelwright.store import tasks as task_rows
from labelwright.store.attachments import FAILED, OWED, STORED, Blob
from labelwright.store.rows import Attachment, Environment, Event, File, Task
from labelwright.tasktypes import registry
from labelwright.tasktypes.attachment_readers import InvalidContent
from labelwright.tasktypes.media import INLINE_TEXT
from labelwright.tasktypes.media.sniffing import UNKNOWN

NOT_DOWNLOADED = "One or more attachments could not be downloaded."
"""What the ``response`` of a failed task says (wire/errors §4)."""

INVALID = "One or more attachments are invalid."
"""What it says when all could be downloaded, but some do not hold what the task needs (wire/errors §4)."""

FRAME_NOT_DOWNLOADED = "The attachment could not be downloaded."
"""What it says of a frame in the former case."""

READ = 200
"""Status of what was fetched; of a failure: of content that is wrong."""

SHARED_FOR = 3_600_000
"""Milliseconds for which bytes that were fetched from a URL serve other tasks of the environment too."""

MAX_ATTEMPTS = 5
"""Tries in all, for failures that may pass."""

FIRST_WAIT = 2_000
"""Milliseconds before the second try; each further wait is four times as long: 2, 8, 32 and 128 s."""

MARGIN = 15_000 + round(MAX_WAIT * 1000)
"""Milliseconds that a worker has beyond the time for fetching before another worker takes its try over."""

SHOWN_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"})
"""Media types of images that every browser shows."""

_FETCHED = re.compile(r"(https?|s3|gs|az|azure|abfss?|adl|file)://\S+\Z", re.IGNORECASE)


class Download(msgspec.Struct, frozen=True):
    """Where a caller gets the bytes of an attachment from this server (``attachmentS3Downloads``, wire/tasks §1.4).

    Attributes:
        attachment_url: the reference as the customer wrote it.
        path: a signed path below this server, good for some hours.
        mime_type: what the bytes were found to be.
    """

    attachment_url: str
    path: str
    mime_type: str

    @property
    def is_image(self) -> bool:
        """Whether it is an image that browsers show."""
        return self.mime_type in SHOWN_IMAGES


def needed(
    platform: Platform,
    env: Environment,
    refs: Sequence[str],
    contents: Mapping[str, str],
    uploaded: Mapping[str, File] | None = None,
) -> Sequence[str]:
    """Which references of a new task have to be fetched before somebody may work on it.

    Addresses of other hosts, buckets and folders; our own files only where they have to be looked into.

    Args:
        platform: the platform.
        env: whose task it is; nobody works on test tasks.
        refs: what the task type names as files (``TaskType.fetched``).
        contents: what some of them have to hold (``TaskType.contents``).
        uploaded: our own files among them; what these were opened as at the upload need not be opened again.
    """
    if not refs or env.is_test or not platform.settings.fetch_attachments:
        return ()
    own = uploaded or {}
    return [
        ref
        for ref in dict.fromkeys(refs)
        if _FETCHED.match(ref)
        or (
            ref in contents
            and files.referenced_id(ref)
            and not (ref in own and files.is_displayable(own[ref], contents[ref]))
        )
    ]


def pending(
    env: Environment, task_id: str, urls: Sequence[str], contents: Mapping[str, str], now: int
) -> Sequence[Attachment]:
    """The rows that ``store.attachments.add_many`` writes in the transaction that creates the task."""
    return [
        Attachment(new_id(now), env.id, task_id, n, url, OWED, 0, now, now, content=contents.get(url, ""))
        for n, url in enumerate(urls)
    ]


class Failure(msgspec.Struct, frozen=True):
    """Why a try came to nothing; ``passing`` ones are tried again."""

    status_code: int
    error: str
    passing: bool


BROKEN = Failure(500, "The server could not read it.", passing=True)
"""A try that ended in an error of this server; it counts like any other."""

ATTEMPTS_EXHAUSTED = Failure(500, "The server stopped each time that it read it.", passing=False)
"""What becomes of an attachment that took down the process which read it, again and again."""

MAX_LEASES = 4 * MAX_ATTEMPTS
"""Leases after which an attachment is given up unread: most of them can have ended with a restart of the server."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a worker was given, and when something it was not given is due, in milliseconds."""

    taken: Sequence[Attachment] = ()
    next_at: int | None = None


def max_waits(settings: Settings) -> Sequence[int]:
    """The longest that an attachment can wait, by its tries so far: for the next one, or for a lease to end."""
    lease = round(settings.attachment_timeout * 1000) + MARGIN
    return [lease, *(max(lease, FIRST_WAIT << (2 * n)) for n in range(MAX_ATTEMPTS - 1))]


async def lease_due(platform: Platform, limit: int, places: Callable[[str], int]) -> Due:
    """Lease the attachments that are due to the calling worker; those that nobody needs any more are forgotten.

    Args:
        platform: the platform.
        limit: how many at most.
        places: how many more a host may be asked for now; what it does not get delays no other host's.
    """
    if limit <= 0:
        # Every create wakes the worker; with no place left there is nothing to look for.
        return Due()
    room = await outboxes.capacity(platform, "attachment", places)
    if not room.by_host:
        return Due(next_at=room.next_at)
    now = platform.clock.now()
    until = now + max_waits(platform.settings)[0]

    async def command(tx: Tx) -> tuple[Sequence[Attachment], bool]:
        taken = await rows.lease_due(tx, now, until, room.by_host, limit)
        found = await task_rows.by_ids(tx, list({one.task_id for one in taken}))
        wanted = {task.id for task in found.values() if task.status == tasks.PENDING}
        for task_id in {one.task_id for one in taken} - wanted:
            await rows.drop_pending(tx, task_id)
        return [one for one in taken if one.task_id in wanted], bool(taken)

    taken, some = await platform.store.write(command)
    if some and not taken:
        return await lease_due(platform, limit, places)
    return Due(taken, room.next_at)


async def release(platform: Platform, unfinished: Sequence[Attachment], after: int = 0) -> None:
    """End the leases of a worker that ends, or that cannot store anything; they are due after some milliseconds."""
    if unfinished:
        await platform.store.write(rows.release, unfinished, platform.clock.now() + after)


async def stored(platform: Platform, attachment: Attachment) -> Blob | None:
    """Bytes of the same URL that were fetched for the same environment within the last hour, with the same content."""
    now = platform.clock.now()
    span = now - SHARED_FOR, now
    return await platform.read(
        rows.stored_within, attachment.env_id, attachment.url, attachment.content, *span
    )


def blob_key(attachment: Attachment) -> str:
    """Where the bytes of one try lie: a worker that lost its lease never writes over its successor's."""
    return f"{attachment.env_id}/attachments/{attachment.id[14:16]}/{attachment.id}.{attachment.tries}"


def copy_key(attachment: Attachment) -> str:
    """Where the copy lies that one try made."""
    return f"{blob_key(attachment)}.copy"


async def fetch(platform: Platform, attachment: Attachment) -> Blob | Failure:
    """Bring an attachment into the blob store, and open it where its task says what it has to hold.

    Nothing is noted yet. One of our own files stays where it is; of what browsers do not show a copy is kept.
    """
    key = None if files.referenced_id(attachment.url) else blob_key(attachment)
    async with platform.scratch_file() as scratch, platform.scratch_file() as copy:
        path = scratch.path
        try:
            charset = ""
            if key is None:
                await files.copy(platform, attachment.env_id, attachment.url, path, scratch.reserve)
            else:
                limit = platform.settings.attachment_limit
                declared = await platform.fetcher.fetch(attachment.url, path, limit, scratch.reserve)
                charset = declared.charset
            blob = await _opened(attachment, path, copy.path, charset)
        except FetchFailed as failed:
            return Failure(failed.status_code, str(failed), failed.passing)
        except InvalidContent as wrong:
            return Failure(READ, str(wrong), passing=False)
        except media_processes.OpeningFailed as failed:
            return Failure(READ, str(failed), passing=True)
        copied = await asyncio.to_thread(lambda: copy.path.stat().st_size)
        if blob.copy_type is not None:
            # Its size is known only now; the file that it was made from keeps its own.
            await scratch.reserve(blob.size + copied)
        if key is not None:
            await platform.blobs.put_file(key, path)
        if blob.copy_type is None:
            return msgspec.structs.replace(blob, key=key)
        await platform.blobs.put_file(copy_key(attachment), copy.path)
        return msgspec.structs.replace(blob, key=key, copy_key=copy_key(attachment), copy_size=copied)


async def _opened(attachment: Attachment, path: Path, copy: Path, charset: str) -> Blob:
    """What a file was found to be; a copy of what browsers do not show is written beside it.

    Raises:
        InvalidContent: it is not what its task needs.
        OpeningFailed: it could not be found out.
    """
    size, mime_type, width, height = await asyncio.to_thread(files.inspect, path)
    content = prelabels.medium_beside(attachment.content)
    medium = attachment_readers.medium_of(content)
    attachment_readers.check_size(content, size)
    if not medium:
        facts = await attachment_readers.read(content, path)
        return Blob(None, size, mime_type, width, height, facts)
    found = await media_processes.opened(medium, path, copy, charset)
    return Blob(None, size, found.mime_type, found.width, found.height, copy_type=found.copy_type or None)


async def record(
    platform: Platform, attachments: Sequence[Attachment], outcome: Blob | Failure, draw: random.Random
) -> None:
    """Note what fetching a URL came to for every attachment that waited for it.

    When nothing is owed to a task any more it can be claimed, or has failed. Bytes that nobody has are removed: those
    of this try when every lease was lost or every task is gone, and those of earlier tries whose workers died.

    Args:
        platform: the platform.
        attachments: leased, all of one environment and URL.
        outcome: the bytes, or why there are none.
        draw: randomness for the jitter of the waits.
    """
    now = platform.clock.now()
    first = attachments[0]
    earlier = [msgspec.structs.replace(first, tries=n) for n in range(1, first.tries)]
    suspects = [key for one in earlier for key in (blob_key(one), copy_key(one))]
    if isinstance(outcome, Blob):
        suspects += [key for key in (outcome.key, outcome.copy_key) if key is not None]
    looked = await _open_prelabels(platform, attachments, outcome)
    text = await _inline_text(platform, first, outcome)

    async def command(tx: Tx) -> Sequence[str]:
        for attachment in sorted(attachments, key=lambda one: one.task_id):
            own = looked.get(attachment.id)
            if own is None:
                await _end(tx, attachment, outcome, now, draw, text=text)
            else:
                await _end(tx, attachment, own.outcome, now, draw, own.seen)
        return [key for key in suspects if not await rows.uses(tx, first.env_id, first.url, key)]

    for key in await platform.store.write(command):
        await platform.blobs.delete(key)


async def _inline_text(platform: Platform, attachment: Attachment, outcome: Blob | Failure) -> str | None:
    """The text that takes its address's place in the parameters of its task; None for other attachments."""
    if attachment.content != INLINE_TEXT or not isinstance(outcome, Blob):
        return None
    key = outcome.copy_key or outcome.key or await files.key_of(platform, attachment.env_id, attachment.url)
    if key is None:
        raise LookupError("the file of a text is gone")
    return (await platform.blobs.get(key)).decode()


@dataclass(frozen=True, slots=True)
class _OpenedFile:
    """What a file of pre-labels came to for one task, and which files of the task were there to be seen together."""

    outcome: Blob | Failure
    seen: frozenset[str]


async def _open_prelabels(
    platform: Platform, attachments: Sequence[Attachment], outcome: Blob | Failure
) -> Mapping[str, _OpenedFile]:
    """Let the task types check pre-labels of which a file has come; by the attachment's id.

    What a file has to hold follows from its task's parameters, so that each task has a verdict of its own.
    """
    if not prelabels.is_prelabels(attachments[0].content) or not isinstance(outcome, Blob):
        return {}
    found = await platform.read(task_rows.by_ids, [one.task_id for one in attachments])
    looked: dict[str, _OpenedFile] = {}
    for one in attachments:
        env = await platform.read(accounts.environment, one.env_id)
        if env is None or one.task_id not in found:
            continue
        fetched = await answer_files.fetched_for(platform, one.task_id)
        seen = frozenset(fetched)
        key = outcome.key or ""
        fetched[one.url] = files.Served(one.id, outcome.size, outcome.mime_type, key)
        fault = await prelabels.fault(platform, env, found[one.task_id], fetched)
        looked[one.id] = _OpenedFile(Failure(READ, fault, passing=False) if fault else outcome, seen)
    return looked


async def _end(
    tx: Tx,
    attachment: Attachment,
    outcome: Blob | Failure,
    now: int,
    draw: random.Random,
    seen: frozenset[str] | None = None,
    text: str | None = None,
) -> None:
    """End one attachment's try, and settle its task when this was the last one."""
    # Locked first: of two workers that end a task's last two attachments, the second sees the first one's.
    task = await task_rows.for_update(tx, attachment.env_id, attachment.task_id)
    if task is None or task.status != tasks.PENDING:
        await rows.drop_pending(tx, attachment.task_id)
        return
    if seen is not None and not await _all_opened(tx, attachment, seen):
        # Another file of the pre-labels came meanwhile: they have to be looked at together.
        await rows.end_attempt(tx, attachment, OWED, now, None, READ, "It is looked at again.")
        return
    if isinstance(outcome, Blob):
        ended = await rows.store(tx, attachment, outcome, now)
        if ended and text is not None:
            given = msgspec.json.decode(task.params, type=dict[str, msgspec.Raw])
            params = registry.find(task.type).with_text(given, attachment.url, text)
            await task_rows.update(tx, task.id, now, params=compact(params))
    else:
        again = outcome.passing and attachment.tries < MAX_ATTEMPTS
        ended = await rows.end_attempt(
            tx,
            attachment,
            OWED if again else FAILED,
            now + wait_after(attachment.tries, draw) if again else now,
            None if again else now,
            outcome.status_code,
            printable(outcome.error),
        )
    if ended:
        await _settle(tx, task, now)


async def _all_opened(tx: Tx, attachment: Attachment, seen: frozenset[str]) -> bool:
    found = (await rows.of_tasks(tx, [attachment.task_id])).get(attachment.task_id, ())
    return all(one.url in seen for one in found if one.state == STORED and one.content == attachment.content)


def wait_after(tries: int, draw: random.Random) -> int:
    """Milliseconds to wait after the n-th failed try: exponential, with half of it jittered."""
    longest = FIRST_WAIT << (2 * (tries - 1))
    return longest // 2 + draw.randrange(longest // 2 + 1)


async def _settle(tx: Tx, task: Task, now: int) -> None:
    """Let a task go on once each of its attachments is kept or given up."""
    if await rows.any_pending(tx, task.id):
        return
    found = (await rows.of_tasks(tx, [task.id])).get(task.id, ())
    failed = [one for one in found if one.state == FAILED] or _misfits(found)
    if not failed:
        await work.checked(tx, task.id)
        tx.topics.add("progress")
        return
    env = await accounts.environment(tx, task.env_id)
    if env is None:
        return
    response = compact(_problem(_params(task), failed))
    if await tasks.fail(tx, env, task, response, now):
        why = compact(
            {"attachments": [{"url": urls.without_user(one.url), "error": one.error} for one in failed]}
        )
        await events.add(tx, Event(new_id(now), env.id, task.id, now, None, "failed", why))


def _misfits(found: Sequence[Attachment]) -> Sequence[Attachment]:
    """Those of a task's attachments that are sound by themselves, and do not go with the others."""
    misfits = []
    for content in dict.fromkeys(one.content for one in found if one.content in registry.readers()):
        alike = [one for one in found if one.content == content]
        told = registry.readers()[content].together([files.facts_of(one.facts) for one in alike])
        misfits += [msgspec.structs.replace(alike[i], status_code=READ, error=message) for i, message in told]
    return misfits


def _params(task: Task) -> Mapping[str, Any]:
    params: Mapping[str, Any] = msgspec.json.decode(task.params)
    return params


def _problem(params: Mapping[str, Any], failed: Sequence[Attachment]) -> dict[str, Any]:
    """The ``response`` of a task whose attachments cannot be had, or are not what they have to be (wire/errors §4)."""
    listed = params.get("attachments")
    refs = listed if isinstance(listed, list) else [params.get("attachment")]
    # Attachments of some types are objects, and never frames.
    named = {ref for ref in refs if isinstance(ref, str)}
    framed = {one.url: one for one in failed if one.url in named and _is_framed(one)}
    plain = [one for one in failed if one.status_code != READ or one.url not in framed]
    body: dict[str, Any] = {"error": _sentence(failed)}
    if plain:
        body["attachments"] = [_described(one) for one in plain]
    frames = [
        {
            "frame": frame,
            "message": one.error if one.status_code == READ else FRAME_NOT_DOWNLOADED,
            "attachment": {"statusCode": one.status_code, "url": one.url},
        }
        for frame, ref in enumerate(refs)
        if isinstance(ref, str) and (one := framed.get(ref)) is not None
    ]
    if frames:
        body["frames"] = frames
    return body


def _is_framed(attachment: Attachment) -> bool:
    reader = registry.readers().get(attachment.content)
    return reader is not None and reader.framed


def _sentence(failed: Sequence[Attachment]) -> str:
    """What failed attachments come to, in one sentence."""
    if any(one.status_code != READ for one in failed):
        return NOT_DOWNLOADED
    if all(one.content == prelabels.CONTENT for one in failed):
        # Its sentence names the place, which is not one of the attachments.
        return failed[0].error or INVALID
    readers = [registry.readers().get(one.content) for one in failed]
    own = {reader.failure if reader else "" for reader in readers}
    return own.pop() or INVALID if len(own) == 1 else INVALID


def _described(attachment: Attachment) -> dict[str, Any]:
    told: dict[str, Any] = {"statusCode": attachment.status_code, "url": attachment.url}
    if attachment.status_code == READ and not prelabels.is_prelabels(attachment.content):
        told["message"] = attachment.error
    return told


async def downloads(
    platform: Platform, env: Environment, shown: Sequence[Task]
) -> dict[str, Sequence[Download]]:
    """Where callers get the attachments of tasks from this server: our files, and what was fetched.

    Returns:
        By task id, in the order of the task's attachments; what is only on its host, and text, is not named.
    """
    refs = {task.id: _refs(task) for task in shown}
    ids = {ref: files.referenced_id(ref) for listed in refs.values() for ref in listed}
    uploaded = await platform.read(file_rows.by_ids, env.id, sorted({i for i in ids.values() if i}))
    fetched = await platform.read(rows.of_tasks, list(refs))
    found: dict[str, Sequence[Download]] = {}
    for task_id, listed in refs.items():
        there = {one.url: one for one in fetched.get(task_id, ()) if one.state == STORED}
        found[task_id] = [
            download
            for ref in dict.fromkeys(listed)
            if (download := _download(platform, ref, uploaded.get(ids[ref] or ""), there.get(ref)))
        ]
    return found


def _refs(task: Task) -> Sequence[str]:
    try:
        return registry.find(task.type).attachments(msgspec.json.decode(task.params))
    except RequestError:
        # Its type has become stricter since, or is gone: that is no reason not to show the task.
        return ()


def _download(platform: Platform, ref: str, file: File | None, kept: Attachment | None) -> Download | None:
    if file is not None:
        return Download(ref, platform.file_url(file.id), file.mime_type)
    if kept is not None and kept.blob_key is not None:
        return Download(ref, platform.file_url(kept.id), kept.mime_type or UNKNOWN)
    return None
