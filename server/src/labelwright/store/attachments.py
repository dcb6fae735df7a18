"""Attachments of live tasks: which have to be fetched, and what became of each (their bytes: ``blobs.py``)."""

from collections.abc import Mapping, Sequence

import msgspec

from labelwright.store import outbox
from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Attachment, columns, values
from labelwright.store.sql import chunks, insert, placeholders

OWED, STORED, FAILED = 0, 1, 2
"""States of an attachment: still to be fetched, kept, given up."""

_COLUMNS = columns(Attachment)


class Blob(msgspec.Struct, frozen=True):
    """Bytes that are there: where they lie, how many there are, and what they were found to be.

    ``key`` is None for one of our own files, which has its place already. The last three are about the copy of what
    browsers do not show.
    """

    key: str | None
    size: int
    mime_type: str
    width: int | None
    height: int | None
    facts: str | None = None
    copy_key: str | None = None
    copy_type: str | None = None
    copy_size: int | None = None


async def add_many(tx: Tx, attachments: Sequence[Attachment]) -> None:
    """Owe the fetching of attachments, in the transaction that creates their task."""
    if not attachments:
        return
    rows = [msgspec.structs.replace(one, host=outbox.host_of(one.url)) for one in attachments]
    for piece in chunks(rows):
        await tx.run(
            insert("attachment", Attachment.__struct_fields__, len(piece)),
            *(value for attachment in piece for value in values(attachment)),
        )
    tx.topics.add("attachments")


async def lease_due(
    tx: Tx, now: int, until: int, room: Mapping[str, int], limit: int
) -> Sequence[Attachment]:
    """Lease due attachments to this worker: nobody else gets them before ``until``.

    ``tries`` rises here and not at the end, so that each lease has a number of its own.

    Args:
        tx: the transaction.
        now: milliseconds.
        until: milliseconds; the end of the lease.
        room: how many at most for each host, in the order in which hosts are served.
        limit: how many at most together.
    """
    rows = await outbox.due(tx, "attachment", _COLUMNS, now, room, limit)
    taken = [Attachment(*row) for row in rows]
    for piece in chunks([one.id for one in taken]):
        await tx.run(
            "UPDATE attachment SET next_at = $1, tries = tries + 1"
            f" WHERE id IN ({placeholders(len(piece), 2)})",
            until,
            *piece,
        )
    return [msgspec.structs.replace(one, tries=one.tries + 1, next_at=until) for one in taken]


async def release(tx: Tx, attachments: Sequence[Attachment], now: int) -> None:
    """End leases as if they had never been taken: what a worker that ends, or has no room, did not finish."""
    for attachment in attachments:
        await tx.run(
            "UPDATE attachment SET next_at = $3, tries = tries - 1 WHERE id = $1 AND state = 0 AND tries = $2",
            attachment.id,
            attachment.tries,
            now,
        )


async def store(tx: Tx, attachment: Attachment, blob: Blob, at: int) -> bool:
    """Note that an attachment is kept; False when the lease was lost."""
    changed = await tx.run(
        "UPDATE attachment SET state = 1, done_at = $3, blob_key = $4, size = $5, mime_type = $6, width = $7,"
        " height = $8, facts = $9, copy_key = $10, copy_type = $11, copy_size = $12, status_code = NULL, error = NULL"
        " WHERE id = $1 AND state = 0 AND tries = $2",
        attachment.id,
        attachment.tries,
        at,
        blob.key,
        blob.size,
        blob.mime_type,
        blob.width,
        blob.height,
        blob.facts,
        blob.copy_key,
        blob.copy_type,
        blob.copy_size,
    )
    return changed == 1


async def end_attempt(
    tx: Tx,
    attachment: Attachment,
    state: int,
    next_at: int,
    done_at: int | None,
    status_code: int,
    error: str,
) -> bool:
    """Note that a try failed, for now (``OWED``) or for good (``FAILED``); False when the lease was lost."""
    changed = await tx.run(
        "UPDATE attachment SET state = $3, next_at = $4, done_at = $5, status_code = $6, error = $7"
        " WHERE id = $1 AND state = 0 AND tries = $2",
        attachment.id,
        attachment.tries,
        state,
        next_at,
        done_at,
        status_code,
        error,
    )
    return changed == 1


async def drop_pending(tx: Tx, task_id: str) -> None:
    """Forget what is still to be fetched for a task that nobody will work on."""
    await tx.run("DELETE FROM attachment WHERE task_id = $1 AND state = 0", task_id)


async def any_pending(db: Reader, task_id: str) -> bool:
    """Whether something is still to be fetched for a task."""
    return (
        await db.one("SELECT 1 FROM attachment WHERE task_id = $1 AND state = 0 LIMIT 1", task_id) is not None
    )


async def stored_within(
    db: Reader, env_id: int, url: str, content: str, since: int, until: int
) -> Blob | None:
    """The newest bytes that were got from a URL for this environment, with this content, between two moments."""
    row = await db.one(
        "SELECT blob_key, size, mime_type, width, height, facts, copy_key, copy_type, copy_size FROM attachment"
        " WHERE env_id = $1 AND url = $2 AND substr(url, 1, 500) = substr($2, 1, 500)"
        " AND done_at >= $3 AND done_at <= $5 AND state = 1 AND content = $4"
        " ORDER BY done_at DESC LIMIT 1",
        env_id,
        url,
        since,
        content,
        until,
    )
    return Blob(*row) if row else None


async def uses(db: Reader, env_id: int, url: str, blob_key: str) -> bool:
    """Whether an attachment still has these bytes of a URL."""
    row = await db.one(
        "SELECT 1 FROM attachment WHERE env_id = $1 AND url = $2 AND substr(url, 1, 500) = substr($2, 1, 500)"
        " AND state = 1 AND (blob_key = $3 OR copy_key = $3)",
        env_id,
        url,
        blob_key,
    )
    return row is not None


async def by_id(db: Reader, attachment_id: str) -> Attachment | None:
    """An attachment by id."""
    row = await db.one(f"SELECT {_COLUMNS} FROM attachment WHERE id = $1", attachment_id)
    return Attachment(*row) if row else None


async def of_tasks(db: Reader, task_ids: Sequence[str]) -> dict[str, Sequence[Attachment]]:
    """The attachments of several tasks, each task's in its order; tasks without any are not named."""
    if not task_ids:
        return {}
    rows = await db.all(
        f"SELECT {_COLUMNS} FROM attachment WHERE task_id IN ({placeholders(len(task_ids))}) ORDER BY task_id, n",
        *task_ids,
    )
    found: dict[str, list[Attachment]] = {}
    for row in rows:
        attachment = Attachment(*row)
        found.setdefault(attachment.task_id, []).append(attachment)
    return dict(found)
