"""What every rule needs at hand: the store, the blobs, the clock, the settings."""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from labelwright.clock import Clock
from labelwright.settings import Settings
from labelwright.store import Store
from labelwright.store.blobs import Blobs

R = TypeVar("R")

SIGNED_FOR = 12 * 3600 * 1000
"""Milliseconds that a signed file URL is good for, at least."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One running Labelwright; made in ``app.py``, handed to every rule.

    ``stopping`` is set when the process was told to end: what never ends by itself has to end then.
    """

    store: Store
    blobs: Blobs
    clock: Clock
    settings: Settings
    signing_key: bytes
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, query: Callable[..., Awaitable[R]], *args: object, heavy: bool = False) -> R:
        """Run a query of the store."""
        return await self.store.read(query, *args, heavy=heavy)

    def sign(self, text: str) -> str:
        """Sign a text with the installation's secret: 32 hex digits of HMAC-SHA256."""
        return hmac.new(self.signing_key, text.encode(), hashlib.sha256).hexdigest()[:32]

    def file_url(self, file_id: str) -> str:
        """A URL on this server that gives a file's bytes without a log-in, for some hours."""
        # Rounded to the hour, so that a browser's cache recognises the URL.
        until = (self.clock.now() // 3_600_000) * 3_600_000 + SIGNED_FOR + 3_600_000
        return f"/files/{file_id}?until={until}&signature={self.sign(f'{file_id}:{until}')}"

    def file_url_holds(self, file_id: str, until: str, signature: str) -> bool:
        """Whether a signed file URL is genuine and still good."""
        genuine = hmac.compare_digest(self.sign(f"{file_id}:{until}").encode(), signature.encode())
        return genuine and until.isdigit() and int(until) >= self.clock.now()
