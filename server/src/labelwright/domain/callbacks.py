"""Callbacks and mail that are owed, what became of each try, and how the dead are raised (wire/callbacks)."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from labelwright.domain import outbox
from labelwright.domain.common import callback_target, printable
from labelwright.domain.platform import Platform
from labelwright.errors import InvalidParameter, InvalidTransition, NotFound
from labelwright.ids import new_id
from labelwright.settings import Settings
from labelwright.store import Tx, accounts, batches, counts, tasks
from labelwright.store import callbacks as rows
from labelwright.store.rows import Batch, Callback, CallbackTry, Environment, Task

RETRY_DELAYS = 20
"""Tries after the first one (wire/callbacks §2: up to 20 retries over 24 h)."""

FIRST_WAIT, LONGEST_WAIT = 5_000, 8_100_000
"""Milliseconds. 5 s doubled up to 2¼ h: the twenty waits add up to 23.1 h at most, and three quarters at least."""

MARGIN = 10_000
"""Milliseconds that a worker has beyond the receiver's time before another worker takes its try over."""

STATES = ("owed", "delivered", "dead")
"""What the store's states are called; the position is the state."""

RESENT_AT_ONCE = 256
"""Given-up deliveries that one transaction owes again."""


@dataclass(slots=True)
class DueCallback:
    """Deliveries that a worker got, and when the next one is due that it has a place for."""

    taken: Sequence[Callback] = ()
    next_at: int | None = None


class Delivery(msgspec.Struct, frozen=True):
    """A delivery with its tries, oldest first."""

    callback: Callback
    env: Environment
    tries: Sequence[CallbackTry]

    @property
    def state(self) -> str:
        """``owed``, ``delivered`` or ``dead``."""
        return STATES[self.callback.state]


@dataclass(slots=True)
class CallbackPayload:
    """What a delivery tells about: the task or batch as it is now, and a batch's counts."""

    env: Environment
    subject: Task | Batch
    by_status: dict[str, int] = field(default_factory=dict)


async def enqueue(
    tx: Tx, env: Environment, kind: str, subject_id: str, url: str, event: str, now: int
) -> None:
    """Write a delivery in the transaction that caused it.

    Args:
        tx: the transaction.
        env: whose callback it is.
        kind: ``task``, ``batch`` or ``invitation``.
        subject_id: the task's, batch's or invitation's id.
        url: where to: an http(s) URL or an e-mail address.
        event: what happened (``completed``, ``error``, ``audited``, ``recalled``, ``resend``, ``invited``).
        now: milliseconds.
    """
    await rows.add_many(
        tx, [Callback(new_id(now), env.id, kind, subject_id, url, event, rows.OWED, 0, now, now, None)]
    )


def wait_after(tries: int, draw: random.Random) -> int:
    """Milliseconds to wait after the n-th failed try: exponential, with a quarter of it jittered."""
    longest = min(LONGEST_WAIT, FIRST_WAIT << min(tries - 1, 30))
    least = longest - longest // 4
    return least + draw.randrange(longest - least + 1)


def max_waits(settings: Settings) -> Sequence[int]:
    """The longest that a delivery can wait, by how many tries it has had: for its next one, or for a lease to end."""
    lease = round(settings.callback_timeout * 1000) + MARGIN
    return [lease, *(max(lease, min(LONGEST_WAIT, FIRST_WAIT << n)) for n in range(RETRY_DELAYS))]


async def lease_due(platform: Platform, limit: int, places: Callable[[str], int]) -> DueCallback:
    """Lease the deliveries that are due to the calling worker, whoever waits longest first.

    Args:
        platform: the platform.
        limit: how many at most.
        places: how many more a host may be sent now; what is owed to a host without a place delays no other's.
    """
    if limit <= 0:
        return DueCallback()
    room = await outbox.capacity(platform, "callback", places)
    if not room.by_host:
        return DueCallback(next_at=room.next_at)
    now = platform.clock.now()
    until = now + max_waits(platform.settings)[0]
    return DueCallback(
        await platform.store.write(rows.lease_due, now, until, room.by_host, limit), room.next_at
    )


async def subject(platform: Platform, callback: Callback) -> CallbackPayload | None:
    """What a delivery tells about, None when it is gone."""
    env = await platform.read(accounts.environment, callback.env_id)
    if env is None:
        return None
    if callback.kind == "task":
        task = await platform.read(tasks.by_id, env.id, callback.subject_id)
        return CallbackPayload(env, task) if task else None
    batch = await platform.read(batches.by_id, callback.subject_id)
    if batch is None:
        return None
    by_batch = await platform.read(counts.by_batch, [batch.id])
    return CallbackPayload(env, batch, by_batch[batch.id])


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
    """Store what a try came to; how the latest delivery ended is noted on the task (wire/callbacks §2).

    Args:
        platform: the platform.
        callback: the delivery as it was taken.
        status: the receiver's HTTP status, or 250 for mail that was accepted; None without an answer.
        error: one sentence when there was no answer.
        ms: how long it took.
        draw: randomness for the jitter.
        hopeless: no further try can succeed.
    """
    now, tries = platform.clock.now(), callback.tries + 1
    delivered = status is not None and 200 <= status < 300
    dead = not delivered and (hopeless or tries - callback.earlier_tries > RETRY_DELAYS)
    state = rows.DELIVERED if delivered else rows.DEAD if dead else rows.OWED
    next_at = now if state != rows.OWED else now + wait_after(tries - callback.earlier_tries, draw)

    async def command(tx: Tx) -> None:
        done_at = None if state == rows.OWED else now
        if not await rows.end_attempt(tx, callback.id, tries, state, next_at, done_at):
            return
        said = None if error is None else printable(error)
        await rows.add_attempt(tx, CallbackTry(callback.id, tries, now, ms, status, said))
        # An old delivery that is given up after a newer one went through is no news.
        if state != rows.OWED and callback.kind == "task" and await rows.is_latest(tx, callback, now):
            await tasks.update(
                tx,
                callback.subject_id,
                now,
                callback_succeeded=int(delivered),
                callback_succeeded_at=now if delivered else None,
            )

    await platform.store.write(command)


async def count(platform: Platform, callback: Callback, draw: random.Random) -> None:
    """Count a try of which nothing else can be stored, so that the next one waits, and there is a last one."""
    now, tries = platform.clock.now(), callback.tries + 1
    made = tries - callback.earlier_tries
    state, next_at = (rows.DEAD, now) if made > RETRY_DELAYS else (rows.OWED, now + wait_after(made, draw))
    done_at = None if state == rows.OWED else now
    await platform.store.write(rows.end_attempt, callback.id, tries, state, next_at, done_at)


def _state(name: str) -> int:
    if name not in STATES:
        raise InvalidParameter.because(f'"state" must be one of [{", ".join(STATES)}]', field="state")
    return STATES.index(name)


async def page(
    platform: Platform,
    env: Environment,
    state: str | None,
    limit: int,
    after: tuple[int, str] | None = None,
) -> tuple[Sequence[Delivery], bool]:
    """Deliveries of an environment, newest first, and whether there are more.

    Args:
        platform: the platform.
        env: whose.
        state: ``owed``, ``delivered``, ``dead``; None for all.
        limit: how many.
        after: (creation, id) of the last one seen.

    Raises:
        InvalidParameter: there is no such state.
    """
    wanted = [_state(state)] if state else range(len(STATES))
    found: list[Callback] = []
    for one in wanted:
        found.extend(await platform.read(rows.in_state, env.id, one, limit + 1, after))
    found.sort(key=lambda callback: (callback.created_at, callback.id), reverse=True)
    shown = found[:limit]
    return await _with_attempts(platform, env, shown), len(found) > limit


async def _with_attempts(
    platform: Platform, env: Environment, found: Sequence[Callback]
) -> Sequence[Delivery]:
    tries: dict[str, list[CallbackTry]] = {callback.id: [] for callback in found}
    for made in await platform.read(rows.attempts_of, list(tries)):
        tries[made.callback_id].append(made)
    return [Delivery(callback, env, tries[callback.id]) for callback in found]


async def resend(platform: Platform, env: Environment, callback_id: str) -> Delivery:
    """Owe a delivery that has ended once more: due at once, with all its tries, under the same id.

    Raises:
        NotFound: there is no such delivery.
        InvalidTransition: it is still owed, so that a second try at the same time would send it twice.
    """
    again = await platform.store.write(rows.enqueue_again, env.id, callback_id, platform.clock.now())
    callback = await platform.read(rows.by_id, env.id, callback_id)
    if callback is None:
        raise NotFound("Callback not found.", field="id")
    if not again:
        raise InvalidTransition("The callback is still owed; it is tried again by itself.", field="id")
    (delivery,) = await _with_attempts(platform, env, [callback])
    return delivery


async def resend_failed(platform: Platform, env: Environment) -> int:
    """Owe every given-up delivery of an environment once more; returns how many."""
    # Each is passed once: what dies again while this runs waits for the next call.
    after, raised = (0, ""), 0
    while True:
        now = platform.clock.now()
        n, after = await platform.store.write(rows.enqueue_failed_again, env.id, after, now, RESENT_AT_ONCE)
        raised += n
        if n < RESENT_AT_ONCE:
            return raised


async def set_default_url(platform: Platform, env: Environment, url: str | None) -> None:
    """Choose where callbacks of tasks go that are created without a ``callback_url``; None: nowhere.

    Source: wire/callbacks §2.

    Raises:
        InvalidParameter: it is neither an http(s) URL nor an e-mail address.
    """
    await platform.store.write(rows.set_default_url, env.id, callback_target(url, "url"))
