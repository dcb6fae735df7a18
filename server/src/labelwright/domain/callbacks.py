"""Callbacks that are owed to customers, and what became of each try (api-v1 §9)."""

import random
from collections.abc import Sequence

from labelwright.domain.platform import Platform
from labelwright.ids import new_id
from labelwright.store import Tx, accounts, batches, counts, tasks
from labelwright.store import callbacks as rows
from labelwright.store.rows import Batch, Callback, Environment, Task

RETRIES = 20
"""Tries after the first one (api-v1 §9.2: up to 20 retries over 24 h)."""

FIRST_WAIT, LONGEST_WAIT = 5_000, 2 * 3_600_000
"""Milliseconds. 5 s doubled up to 2 h: the twenty waits add up to 20.8 h at most, and half of that at least."""

MARGIN = 10_000
"""Milliseconds that a worker has beyond the receiver's time before another worker takes its try over."""


async def owe(tx: Tx, env: Environment, kind: str, subject_id: str, url: str, event: str, now: int) -> None:
    """Write a delivery in the transaction that caused it.

    Args:
        tx: the transaction.
        env: whose callback it is.
        kind: ``task`` or ``batch``.
        subject_id: the task's or batch's id.
        url: where to.
        event: what happened (``completed``, ``audited``, ``resend``, …).
        now: milliseconds.
    """
    await rows.add_many(
        tx, [Callback(new_id(now), env.id, kind, subject_id, url, event, rows.OWED, 0, now, now, None)]
    )


def wait_after(tries: int, draw: random.Random) -> int:
    """Milliseconds to wait after the n-th failed try: exponential, with half of it jittered."""
    longest = min(LONGEST_WAIT, FIRST_WAIT << min(tries - 1, 30))
    return longest // 2 + draw.randrange(longest // 2 + 1)


async def take_due(platform: Platform, limit: int) -> Sequence[Callback]:
    """Lease the deliveries that are due to the calling worker."""
    now = platform.clock.now()
    lease = round(platform.settings.callback_timeout * 1000) + MARGIN
    return await platform.store.write(rows.take_due, now, now + lease, limit)


async def next_due(platform: Platform) -> int | None:
    """When the next delivery is due, in milliseconds."""
    return await platform.read(rows.next_due)


async def subject(
    platform: Platform, callback: Callback
) -> tuple[Environment, Task | Batch, dict[str, int]] | None:
    """What a delivery tells about: the environment, the task or batch as it is now, and a batch's counts."""
    env = await platform.read(accounts.environment, callback.env_id)
    if env is None:
        return None
    if callback.kind == "task":
        task = await platform.read(tasks.by_id, env.id, callback.subject_id)
        return (env, task, {}) if task else None
    batch = await platform.read(batches.by_id, callback.subject_id)
    if batch is None:
        return None
    by_batch = await platform.read(counts.by_batch, [batch.id])
    return env, batch, by_batch[batch.id]


async def record(
    platform: Platform,
    callback: Callback,
    *,
    status: int | None,
    error: str | None,
    ms: int,
    draw: random.Random,
    hopeless: bool = False,
) -> None:
    """Store what a try came to; the last failure and any success are noted on the task.

    Args:
        platform: the platform.
        callback: the delivery as it was taken.
        status: the receiver's HTTP status, None without an answer.
        error: one sentence when there was no answer.
        ms: how long it took.
        draw: randomness for the jitter.
        hopeless: no further try can succeed.
    """
    now, tries = platform.clock.now(), callback.tries + 1
    delivered = status is not None and 200 <= status < 300
    dead = not delivered and (hopeless or tries > RETRIES)
    state = rows.DELIVERED if delivered else rows.DEAD if dead else rows.OWED
    next_at = now if state != rows.OWED else now + wait_after(tries, draw)

    async def command(tx: Tx) -> None:
        done_at = None if state == rows.OWED else now
        if not await rows.end_try(tx, callback.id, tries, state, next_at, done_at):
            return
        await rows.record_try(tx, callback.id, tries, now, ms, status, error)
        if state != rows.OWED and callback.kind == "task":
            await tasks.update(
                tx,
                callback.subject_id,
                now,
                callback_succeeded=int(delivered),
                callback_succeeded_at=now if delivered else None,
            )

    await platform.store.write(command)
