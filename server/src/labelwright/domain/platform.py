"""What every rule needs at hand: the store, the blobs, the clock, the settings."""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

from labelwright.clock import Clock
from labelwright.domain.readiness import Readiness
from labelwright.domain.scratch import ScratchFile, ScratchSpace
from labelwright.errors import Unavailable
from labelwright.file_permissions import make_folder
from labelwright.outages import Outage, of_the_disk
from labelwright.settings import Settings
from labelwright.store import Store
from labelwright.store.blobs import Blobs

R = TypeVar("R")

SIGNED_URL_LIFETIME = 12 * 3600 * 1000
"""Milliseconds that a signed file URL is good for, at least."""


class FetchFailed(Exception):
    """A customer's reference could not be fetched.

    Args:
        message: one sentence for the customer.
        status_code: the host's HTTP status, or the one that says best what happened: 403 refused by this server,
            404 no such object, 413 too large, 502 no connection, 504 no answer in time.
        passing: whether a later try may succeed.
    """

    def __init__(self, message: str, status_code: int, *, passing: bool = False) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.passing = passing


class Fetched(msgspec.Struct, frozen=True):
    """What a source declared about the bytes that it gave; an empty text is what it did not say.

    Attributes:
        mime_type: the media type in lower case, without parameters.
        charset: the ``charset`` parameter of the media type, in lower case.
        name: the file name, from Content-Disposition or the last part of the path.
        url: where the bytes came from after all redirects, without user information.
    """

    mime_type: str = ""
    charset: str = ""
    name: str = ""
    url: str = ""


Reserve = Callable[[int], Awaitable[None]]
"""Waits until a file on its way may have so many bytes in all; fewer than before gives the others back."""


class Fetcher(Protocol):
    """Gets the bytes behind references that customers gave, without reaching what they may not reach."""

    async def fetch(self, url: str, path: Path, limit: int, reserve: Reserve | None = None) -> Fetched:
        """Write the bytes behind a reference to a file, and return what the source declared about them.

        Args:
            url: ``http(s)://…``, an object of a bucket, or ``file://…``.
            path: where to.
            limit: most bytes.
            reserve: called before the file grows (``ScratchFile.reserve``); None when nobody shares the space.

        Raises:
            FetchFailed: they could not be had.
        """
        ...


class ModelReply(msgspec.Struct, frozen=True):
    """Something that was said in a conversation: ``role`` is ``system``, ``user`` or ``assistant``."""

    role: str
    text: str


class ModelFailed(Exception):
    """A model gave no answer; the message is one sentence for the person who labels."""


class ModelSource(Protocol):
    """Where answers of models come from."""

    async def complete(
        self, model: str, messages: Sequence[ModelReply], parameters: Mapping[str, Any]
    ) -> str:
        """Return what a model says next.

        Args:
            model: its id in the task.
            messages: what was said so far, the prompt last.
            parameters: ``temperature``, ``max_completion_tokens``, ``top_p``, ``top_k``.

        Raises:
            ModelFailed: there is no answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class Platform:
    """One running Labelwright; made in ``app.py``, handed to every rule.

    ``fetcher`` is the way to customers' hosts and buckets, ``models`` to the models of conversations.
    ``space`` is what files in the scratch folder share while they are fetched.
    ``stopping`` is set when the process was told to end: what never ends by itself has to end then.
    ``disk`` tells whether files can be written, ``readiness`` whether everything can be used.
    """

    store: Store
    blobs: Blobs
    clock: Clock
    settings: Settings
    signing_key: bytes
    fetcher: Fetcher
    models: ModelSource
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    disk: Outage = field(default_factory=lambda: Outage("disk"))
    readiness: Readiness = field(default_factory=Readiness)
    space: ScratchSpace = field(init=False)

    def __post_init__(self) -> None:
        largest = max(self.settings.attachment_limit, self.settings.file_limit)
        object.__setattr__(self, "space", ScratchSpace(self.settings.scratch_limit, largest))

    async def read(self, query: Callable[..., Awaitable[R]], *args: object, heavy: bool = False) -> R:
        """Run a query of the store."""
        return await self.store.read(query, *args, heavy=heavy)

    @property
    def scratch(self) -> Path:
        """The folder for bytes on their way into the blob store; made when it is missing."""
        folder = self.settings.data / "uploads"
        make_folder(folder)
        return folder

    def outage(self, error: Exception) -> Unavailable | None:
        """What a caller is told when an error is the operator's to remove: no room on the disk, no rights.

        None for any other error.
        """
        return self.disk.began("requests", error) if of_the_disk(error) else None

    @property
    def away(self) -> bool:
        """Whether something could not be used when it was last tried."""
        return self.store.outage.away or self.blobs.outage.away or self.disk.away

    @property
    def refused(self) -> int:
        """How often something could not be used since the start."""
        return self.store.outage.total + self.blobs.outage.total + self.disk.total

    def scratch_file(self) -> AbstractAsyncContextManager[ScratchFile]:
        """An empty file for bytes that are fetched, which is removed at the end of the block."""
        return self.space.file(self.scratch)

    def sign(self, text: str) -> str:
        """Sign a text with the installation's secret: 32 hex digits of HMAC-SHA256."""
        return hmac.new(self.signing_key, text.encode(), hashlib.sha256).hexdigest()[:32]

    def file_url(self, file_id: str) -> str:
        """A path on this server that gives a file's or attachment's bytes without a log-in, for some hours."""
        # Rounded to the hour, so that a browser's cache recognises the URL.
        until = (self.clock.now() // 3_600_000) * 3_600_000 + SIGNED_URL_LIFETIME + 3_600_000
        return f"/files/{file_id}?until={until}&signature={self.sign(f'{file_id}:{until}')}"

    def file_url_holds(self, file_id: str, until: str, signature: str) -> bool:
        """Whether a signed file URL is genuine and still good."""
        genuine = self.file_url_genuine(file_id, until, signature)
        return genuine and until.isdigit() and self.link_holds(int(until))

    def link_holds(self, until: int) -> bool:
        """Whether a link that is good until then can be used now; none is good for longer than links are signed for."""
        # One that was signed while the clock was ahead would hold for as long as that.
        return 0 <= until - self.clock.now() <= SIGNED_URL_LIFETIME + 3_600_000

    def file_url_genuine(self, file_id: str, until: str, signature: str) -> bool:
        """Whether this server signed a file URL, be it still good or not."""
        return hmac.compare_digest(self.sign(f"{file_id}:{until}").encode(), signature.encode())
