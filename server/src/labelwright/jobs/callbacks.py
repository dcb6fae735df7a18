"""Delivers what the outbox owes: many at once, so that a receiver that hangs delays nobody else."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec
import structlog
from standardwebhooks.webhooks import Webhook

from labelwright import __version__
from labelwright.domain import callbacks, invitations, mail
from labelwright.domain.platform import Platform
from labelwright.errors import Unavailable
from labelwright.jobs.guard import AddressRefused, WebhookSender
from labelwright.jobs.host_limiter import HostLimiter
from labelwright.jobs.mail import MailSender
from labelwright.store.outbox import MAIL
from labelwright.store.rows import Batch, Callback, Environment, Task

log = structlog.get_logger("labelwright.callbacks")

Render = Callable[[Platform, Environment, Task | Batch, Mapping[str, int]], bytes]
IDLE_WAIT = 1.0
"""Seconds between looks at the outbox without news; another process may have written to it."""


class Outcome(msgspec.Struct, frozen=True):
    """What a try came to.

    Attributes:
        status: the receiver's status, None without an answer.
        error: one sentence when there was no answer.
        hopeless: whether no further try can succeed.
        waited: whether the receiver let its time run out.
    """

    status: int | None = None
    error: str | None = None
    hopeless: bool = False
    waited: bool = False


def signed_headers(callback: Callback, env: Environment, body: bytes, now: int) -> dict[str, str]:
    """The headers of a delivery: Scale's key (wire/callbacks §1), and a Standard Webhooks signature beside it."""
    at = datetime.fromtimestamp(now // 1000, UTC)
    return {
        "content-type": "application/json",
        "user-agent": f"labelwright/{__version__}",
        "scale-callback-auth": env.callback_auth_key,
        "webhook-id": callback.id,
        "webhook-timestamp": str(now // 1000),
        "webhook-signature": Webhook(env.webhook_secret).sign(callback.id, at, body.decode()),
    }


class CallbackWorker:
    """Takes due deliveries and makes them, until stopped.

    Args:
        platform: the platform.
        courier: posts through the guard.
        postman: sends mail.
        render: writes the body of a delivery.
        draw: randomness for the retries' jitter.
    """

    def __init__(
        self,
        platform: Platform,
        courier: WebhookSender,
        postman: MailSender,
        render: Render,
        draw: random.Random | None = None,
    ) -> None:
        self.platform = platform
        self.courier = courier
        self.postman = postman
        self.render = render
        self.draw = draw or random.Random()  # noqa: S311  jitter, not a secret
        self.places = HostLimiter(platform.settings.callback_workers, platform.settings.callback_per_host)
        self._under_way: set[asyncio.Task[None]] = set()
        self._next_at: int | None = None

    async def run(self) -> None:
        """Deliver until cancelled; a database that is away for a while does not end this."""
        try:
            while True:
                try:
                    pause = 0.0 if await self.deliver_due(wait=False) else self._pause()
                except Unavailable:
                    pause = IDLE_WAIT
                except Exception:
                    log.exception("the outbox could not be looked at")
                    pause = IDLE_WAIT
                if pause:
                    await self.platform.store.topics.wait("callbacks", pause)
        finally:
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=self.platform.settings.callback_timeout)

    def _pause(self) -> float:
        if self._next_at is None:
            return IDLE_WAIT
        return min(IDLE_WAIT, max(0.05, (self._next_at - self.platform.clock.now()) / 1000))

    async def deliver_due(self, *, wait: bool = True) -> int:
        """Start what is due and has a place; returns how many, after their end if ``wait``."""
        due = await callbacks.lease_due(self.platform, self.places.free, self.places.free_for)
        self._next_at = due.next_at
        started = []
        for callback in due.taken:
            self.places.start(callback.host)
            delivery = asyncio.create_task(self.deliver(callback))
            self._under_way.add(delivery)
            delivery.add_done_callback(self._ended)
            started.append(delivery)
        if wait and started:
            await asyncio.wait(started)
        return len(started)

    def _ended(self, delivery: "asyncio.Task[None]") -> None:
        self._under_way.discard(delivery)
        # A place is free: somebody may be waiting for it.
        self.platform.store.topics.signal({"callbacks"})
        # The outbox still has what broke: it is due again when its lease has run out.
        error = None if delivery.cancelled() else delivery.exception()
        if error is not None and not isinstance(error, Unavailable):
            log.error("a delivery broke", exc_info=error)

    async def deliver(self, callback: Callback) -> None:
        """Make one try in a place that was taken, and store what it came to."""
        started = time.perf_counter()
        waited = False
        try:
            outcome = await self._try(callback)
            waited = outcome.waited
        finally:
            self.places.end(callback.host, answered=not waited)
        ms = round((time.perf_counter() - started) * 1000)
        try:
            await callbacks.record(
                self.platform,
                callback,
                status=outcome.status,
                error=outcome.error,
                ms=ms,
                draw=self.draw,
                hopeless=outcome.hopeless,
            )
        except Unavailable:
            raise
        except Exception:
            log.exception("what a delivery came to could not be stored", id=callback.id)
            await callbacks.count(self.platform, callback, self.draw)
        log.info(
            "callback",
            id=callback.id,
            kind=callback.kind,
            subject=callback.subject_id,
            status=outcome.status,
            error=outcome.error,
            tries=callback.tries + 1,
            ms=ms,
        )

    async def _try(self, callback: Callback) -> Outcome:
        try:
            if callback.host == MAIL:
                return await self._mail(callback)
            return await self._post(callback)
        except Unavailable:
            # The receiver has nothing to do with it: no try of its.
            raise
        except AddressRefused as error:
            return Outcome(error=str(error), hopeless=True)
        except TimeoutError:
            return Outcome(error="The receiver did not answer in time.", waited=True)
        except OSError as error:
            # Its text was written for customers where it was raised.
            return Outcome(error=f"No connection. {error}")
        except Exception as error:
            # The try counts whatever it was: a delivery that breaks each time has to die like any other.
            log.exception("a delivery broke", id=callback.id)
            return Outcome(error=f"The server could not write it: {type(error).__name__}")

    async def _post(self, callback: Callback) -> Outcome:
        told = await callbacks.subject(self.platform, callback)
        if told is None:
            return Outcome(error="The task or batch is gone.", hopeless=True)
        body = self.render(self.platform, told.env, told.subject, told.by_status)
        headers = signed_headers(callback, told.env, body, self.platform.clock.now())
        return Outcome(await self.courier.post(callback.url, body, headers))

    async def _mail(self, callback: Callback) -> Outcome:
        written = await self._written(callback)
        if written is None:
            return Outcome(error="What the mail should tell about is gone.", hopeless=True)
        letter = mail.message(callback, *written, self.platform.clock.now())
        return Outcome(await self.postman.send(letter))

    async def _written(self, callback: Callback) -> tuple[str, str] | None:
        """Subject and text of a mail: an invitation's, or the task's JSON (wire/callbacks §3)."""
        if callback.kind == "invitation":
            return await invitations.message(self.platform, callback.subject_id)
        told = await callbacks.subject(self.platform, callback)
        if told is None:
            return None
        body = self.render(self.platform, told.env, told.subject, told.by_status)
        if isinstance(told.subject, Task):
            body = bytes(msgspec.json.decode(body, type=dict[str, msgspec.Raw])["task"])
        return mail.subject_line(told.subject), msgspec.json.format(body, indent=2).decode()
