"""Delivers what the outbox owes: many at once, so that a receiver that hangs delays nobody else."""

import asyncio
import base64
import hashlib
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import structlog
from standardwebhooks.webhooks import Webhook

from labelwright import __version__
from labelwright.domain import callbacks
from labelwright.domain.platform import Platform
from labelwright.jobs.guard import Courier, Refused
from labelwright.store.rows import Batch, Callback, Environment, Task

log = structlog.get_logger("labelwright.callbacks")

Render = Callable[[Environment, Task | Batch, Mapping[str, int]], bytes]
IDLE = 5.0
"""Seconds between looks at the outbox without news; another process may have written to it."""


def signed_headers(callback: Callback, env: Environment, body: bytes, now: int) -> dict[str, str]:
    """The headers of a delivery: Scale's key (api-v1 §9.1), and a Standard Webhooks signature beside it."""
    secret = base64.b64encode(hashlib.sha256(env.callback_auth_key.encode()).digest()).decode()
    at = datetime.fromtimestamp(now / 1000, UTC)
    return {
        "content-type": "application/json",
        "user-agent": f"labelwright/{__version__}",
        "scale-callback-auth": env.callback_auth_key,
        "webhook-id": callback.id,
        "webhook-timestamp": str(now // 1000),
        "webhook-signature": Webhook(secret).sign(callback.id, at, body.decode()),
    }


class CallbackWorker:
    """Takes due deliveries and makes them, until stopped.

    Args:
        platform: the platform.
        courier: posts through the guard.
        render: writes the body of a delivery.
        draw: randomness for the retries' jitter.
    """

    def __init__(
        self, platform: Platform, courier: Courier, render: Render, draw: random.Random | None = None
    ) -> None:
        self.platform = platform
        self.courier = courier
        self.render = render
        self.draw = draw or random.Random()  # noqa: S311  jitter, not a secret
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Deliver until cancelled; a database that is away for a while does not end this."""
        try:
            while True:
                try:
                    pause = 0.0 if await self.deliver_due(wait=False) else await self._pause()
                except Exception:
                    log.exception("the outbox could not be looked at")
                    pause = IDLE
                if pause:
                    await self.platform.store.topics.wait("callbacks", pause)
        finally:
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=self.platform.settings.callback_timeout)

    async def _pause(self) -> float:
        due = await callbacks.next_due(self.platform)
        if due is None:
            return IDLE
        return min(IDLE, max(0.05, (due - self.platform.clock.now()) / 1000))

    async def deliver_due(self, *, wait: bool = True) -> int:
        """Start every delivery that is due; returns how many, after their end if ``wait``."""
        room = self.platform.settings.callback_workers - len(self._under_way)
        if room <= 0:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            return 1
        due = await callbacks.take_due(self.platform, room)
        started = [asyncio.create_task(self.deliver(callback)) for callback in due]
        for delivery in started:
            self._under_way.add(delivery)
            delivery.add_done_callback(self._ended)
        if wait and started:
            await asyncio.wait(started)
        return len(due)

    def _ended(self, delivery: "asyncio.Task[None]") -> None:
        self._under_way.discard(delivery)
        if not delivery.cancelled() and delivery.exception() is not None:
            # The outbox still has it: it is due again when its lease has run out.
            log.error("a delivery broke", exc_info=delivery.exception())

    async def deliver(self, callback: Callback) -> None:
        """Make one try and store what it came to."""
        started = time.perf_counter()
        status, error, hopeless = await self._try(callback)
        ms = round((time.perf_counter() - started) * 1000)
        await callbacks.record(
            self.platform, callback, status=status, error=error, ms=ms, draw=self.draw, hopeless=hopeless
        )
        log.info(
            "callback",
            id=callback.id,
            kind=callback.kind,
            subject=callback.subject_id,
            status=status,
            error=error,
            tries=callback.tries + 1,
            ms=ms,
        )

    async def _try(self, callback: Callback) -> tuple[int | None, str | None, bool]:
        """(status, error, whether further tries are hopeless)."""
        if "://" not in callback.url:
            return None, "Callbacks by e-mail are not sent by this version.", True
        found = await callbacks.subject(self.platform, callback)
        if found is None:
            return None, "The task or batch is gone.", True
        env, subject, by_status = found
        body = self.render(env, subject, by_status)
        headers = signed_headers(callback, env, body, self.platform.clock.now())
        try:
            return await self.courier.post(callback.url, body, headers), None, False
        except Refused as error:
            return None, str(error), True
        except TimeoutError:
            return None, "The receiver did not answer in time.", False
        except OSError as error:
            return None, f"No connection: {error}", False
