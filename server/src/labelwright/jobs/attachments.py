"""Fetches what live tasks show, before they are given to anybody: many at once, each URL once."""

import asyncio
import contextlib
import random
import time
from collections.abc import Sequence

import structlog

from labelwright.domain import attachments
from labelwright.domain.attachments import Failure
from labelwright.domain.platform import Platform
from labelwright.errors import Unavailable
from labelwright.jobs.host_limiter import HostLimiter
from labelwright.store.attachments import Blob
from labelwright.store.rows import Attachment

log = structlog.get_logger("labelwright.attachments")

IDLE_WAIT = 5.0
"""Seconds between looks without news; another process may have written a task."""

PER_HOST = 4
"""One host gets this part of the workers at most: a quarter."""

NO_ANSWER = 504
"""Status of failures by silence; who keeps workers waiting gets fewer of them."""

LEFTOVER_AGE = 24 * 3600
"""Seconds after which a file in the scratch folder belongs to a process that died."""

PAUSE = 30_000
"""Milliseconds after which an attachment is fetched again that could not be kept, because the disk was full."""

_HostSlot = tuple[int, str, str]
"""Environment, URL and content: what is fetched and looked into once."""


class AttachmentWorker:
    """Takes due attachments and fetches them, until stopped.

    Args:
        platform: the platform.
        draw: randomness for the jitter of the waits.
    """

    def __init__(self, platform: Platform, draw: random.Random | None = None) -> None:
        self.platform = platform
        self.draw = draw or random.Random()  # noqa: S311  jitter, not a secret
        workers = platform.settings.attachment_workers
        self.places = HostLimiter(workers, workers // PER_HOST)
        self._under_way: dict[_HostSlot, list[Attachment]] = {}
        self._fetches: set[asyncio.Task[None]] = set()
        self._next_at: int | None = None

    async def run(self) -> None:
        """Fetch until cancelled; a database that is away for a while does not end this."""
        await asyncio.to_thread(self.sweep)
        try:
            while True:
                try:
                    pause = 0.0 if await self.fetch_due(wait=False) else self._pause()
                except Unavailable:
                    pause = IDLE_WAIT
                except Exception:
                    log.exception("the attachments that are due could not be looked at")
                    pause = IDLE_WAIT
                if pause:
                    await self.platform.store.topics.wait("attachments", pause)
        finally:
            unfinished = [one for waiting in self._under_way.values() for one in waiting]
            for fetch in self._fetches:
                fetch.cancel()
            await asyncio.gather(*self._fetches, return_exceptions=True)
            await attachments.release(self.platform, unfinished)

    def _pause(self) -> float:
        if self._next_at is None:
            return IDLE_WAIT
        return min(IDLE_WAIT, max(0.05, (self._next_at - self.platform.clock.now()) / 1000))

    def sweep(self) -> None:
        """Remove what processes that died left in the scratch folder."""
        for path in self.platform.scratch.iterdir():
            with contextlib.suppress(OSError):
                # A time that lies ahead was written while the clock was ahead.
                if path.is_file() and abs(time.time() - path.stat().st_mtime) > LEFTOVER_AGE:
                    path.unlink()

    async def fetch_due(self, *, wait: bool = True) -> int:
        """Start fetching what is due and has a place; returns how many, after their end if ``wait``."""
        due = await attachments.lease_due(self.platform, self.places.free, self.places.free_for)
        self._next_at = due.next_at
        for attachment in due.taken:
            place = attachment.env_id, attachment.url, attachment.content
            if place in self._under_way:
                self._under_way[place].append(attachment)
                continue
            self._under_way[place] = [attachment]
            self.places.start(attachment.host)
            fetch = asyncio.create_task(self._fetch(place))
            self._fetches.add(fetch)
            fetch.add_done_callback(self._ended)
        if wait and self._fetches:
            await asyncio.wait(set(self._fetches))
        return len(due.taken)

    def _ended(self, fetch: "asyncio.Task[None]") -> None:
        self._fetches.discard(fetch)
        # A place is free: somebody may be waiting for it.
        self.platform.store.topics.signal({"attachments"})
        # What broke is still owed: it is due again when its lease has run out.
        error = None if fetch.cancelled() else fetch.exception()
        if error is not None and not isinstance(error, Unavailable):
            log.error("fetching an attachment broke", exc_info=error)

    async def _fetch(self, place: _HostSlot) -> None:
        """Fetch a URL for every attachment that waits for it, and for the same content."""
        started = time.perf_counter()
        first = self._under_way[place][0]
        outcome: Blob | Failure | None = None
        try:
            outcome = await self._outcome(first)
        except (Unavailable, OSError):
            # This server cannot keep it: the host has nothing to do with that, and is not asked again at once.
            await attachments.release(self.platform, self._under_way[place], PAUSE)
            return
        finally:
            silent = isinstance(outcome, Failure) and outcome.status_code == NO_ANSWER
            self.places.end(first.host, answered=not silent)
            waiting = self._under_way.pop(place)
        await self._record(waiting, outcome)
        failed = outcome if isinstance(outcome, Failure) else None
        log.info(
            "attachment",
            id=first.id,
            task=first.task_id,
            tasks=len(waiting),
            size=None if isinstance(outcome, Failure) else outcome.size,
            status=failed.status_code if failed else None,
            error=failed.error if failed else None,
            tries=first.tries,
            ms=round((time.perf_counter() - started) * 1000),
        )

    async def _outcome(self, attachment: Attachment) -> Blob | Failure:
        """Fetch and open an attachment; whatever goes wrong is a failure that counts."""
        if attachment.tries > attachments.MAX_LEASES:
            return attachments.ATTEMPTS_EXHAUSTED
        try:
            kept = await attachments.stored(self.platform, attachment)
            return kept if kept is not None else await attachments.fetch(self.platform, attachment)
        except Exception as error:
            if isinstance(error, Unavailable) or (isinstance(error, OSError) and self.platform.outage(error)):
                raise
            log.exception("an attachment could not be read", id=attachment.id, tries=attachment.tries)
            return attachments.BROKEN

    async def _record(self, waiting: Sequence[Attachment], outcome: Blob | Failure) -> None:
        """Note what a fetch came to; where that breaks, each attachment fails for itself, so that the others go on."""
        try:
            await attachments.record(self.platform, waiting, outcome, self.draw)
        except Unavailable:
            raise
        except Exception:
            log.exception("what an attachment came to could not be noted", id=waiting[0].id)
            if len(waiting) == 1:
                await attachments.record(self.platform, waiting, attachments.BROKEN, self.draw)
                return
            for one in waiting:
                await self._record([one], outcome)
