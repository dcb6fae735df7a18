"""Bytes of files, through one library to a folder, S3, GCS or Azure."""

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from labelwright.file_permissions import make_folder
from labelwright.outages import Outage

OPTIONS: Mapping[str, frozenset[str]] = {
    "s3": frozenset({"endpoint", "region", "virtual_hosted_style_request"}),
    "s3a": frozenset({"endpoint", "region", "virtual_hosted_style_request"}),
    "az": frozenset({"account_name", "endpoint", "use_emulator"}),
    "azure": frozenset({"account_name", "endpoint", "use_emulator"}),
}
"""What may follow the ``?`` of a URL; credentials may not, they come from the environment or the machine's role."""


CHECKED_FOR = 60.0
"""Seconds for which an object store that took bytes is believed to take more: each check costs a request."""

RETRIES: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=15)}
"""How long the library tries again by itself; its own three minutes are longer than callers wait."""


def open_bucket(url: str) -> Any:
    """Open an object store by its URL.

    Args:
        url: ``s3://bucket/prefix?region=eu-central-1&endpoint=https://…``, ``gs://…``, ``az://…``, ``file://…``.

    Raises:
        ValueError: an option is not one that a URL can have.
    """
    place, _, query = url.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    unknown = options.keys() - OPTIONS.get(place.partition(":")[0], frozenset())
    if unknown:
        raise ValueError(f"the URL of an object store has no option {', '.join(sorted(unknown))}")
    if place.startswith("file:"):
        return from_url(place)
    # Without options of its own the client reads the environment's.
    client: Any = {"allow_http": True} if options.get("endpoint", "").startswith("http://") else None
    return from_url(place, config=cast("Any", options), client_options=client, retry_config=RETRIES)


class Blobs:
    """The blob store; every method raises ``Unavailable`` while it cannot be used.

    Args:
        url: a folder, or a URL that :func:`open_bucket` reads.

    Raises:
        ValueError: the URL cannot be used.
    """

    def __init__(self, url: str) -> None:
        self._store: Any
        self.outage = Outage("file store")
        self._remote = not url.startswith("file:") and "://" in url
        self._checked = float("-inf")
        if "://" in url:
            try:
                self._store = open_bucket(url)
            except BaseError as error:
                reason = str(error).partition("\n")[0]
                raise ValueError(f"bad setting: blob_url: {reason}") from error
        else:
            make_folder(Path(url))
            self._store = LocalStore(url)

    @contextmanager
    def _used(self, part: str) -> Iterator[None]:
        """Tell what says something about the store from what says something about a blob."""
        try:
            yield
        except FileNotFoundError:
            if part == "writing":
                # There is no such bucket, or the folder was removed.
                raise self.outage.began(part, FileNotFoundError("no such bucket or folder")) from None
            self.outage.over(part)
            raise
        except (BaseError, OSError, TimeoutError) as error:
            raise self.outage.began(part, error) from error
        self.outage.over(part)

    async def check(self) -> None:
        """Store a few bytes, in an object store at most once in ``CHECKED_FOR`` seconds."""
        now = time.monotonic()
        if not self._remote or self.outage.away or now - self._checked > CHECKED_FOR:
            await self.put("readiness", b"ready")
            self._checked = now
        if self.outage.away:
            await self.get("readiness")

    async def put_file(self, key: str, path: Path) -> None:
        """Store a file from disk under a key, streamed."""
        with self._used("writing"):
            await obstore.put_async(self._store, key, path)

    async def put(self, key: str, data: bytes) -> None:
        """Store bytes under a key; nobody sees a part of them."""
        with self._used("writing"):
            await obstore.put_async(self._store, key, data)

    async def get(self, key: str) -> bytes:
        """Read a whole blob.

        Raises:
            FileNotFoundError: there is none.
        """
        with self._used("reading"):
            found = await obstore.get_async(self._store, key)
            return bytes(await found.bytes_async())

    async def has(self, key: str, size: int) -> bool:
        """Whether there is a blob of this size under a key."""
        try:
            return await self.size(key) == size
        except FileNotFoundError:
            return False

    async def delete(self, key: str) -> None:
        """Remove a blob; missing is fine."""
        try:
            with self._used("removing"):
                await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return

    async def size(self, key: str) -> int:
        """Bytes of a blob.

        Raises:
            FileNotFoundError: there is none.
        """
        with self._used("reading"):
            meta = await obstore.head_async(self._store, key)
            return int(meta["size"])

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield the bytes ``start`` up to, not including, ``end`` in pieces of a megabyte."""
        piece = 1 << 20
        while start < end:
            upto = min(end, start + piece)
            with self._used("reading"):
                part = bytes(await obstore.get_range_async(self._store, key, start=start, end=upto))
            yield part
            start = upto
