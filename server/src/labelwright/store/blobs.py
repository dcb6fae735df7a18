"""Bytes of files, through one library to a folder, S3, GCS or Azure."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl

import obstore
from obstore.store import LocalStore, from_url

OPTIONS: Mapping[str, frozenset[str]] = {
    "s3": frozenset({"endpoint", "region", "virtual_hosted_style_request"}),
    "s3a": frozenset({"endpoint", "region", "virtual_hosted_style_request"}),
    "az": frozenset({"account_name", "endpoint", "use_emulator"}),
    "azure": frozenset({"account_name", "endpoint", "use_emulator"}),
}
"""What may follow the ``?`` of a URL; credentials may not, they come from the environment or the machine's role."""


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
    if options.get("endpoint", "").startswith("http://"):
        return from_url(place, config=cast("Any", options), client_options={"allow_http": True})
    return from_url(place, config=cast("Any", options)) if options else from_url(place)


class Blobs:
    """The blob store.

    Args:
        url: a folder, or a URL that :func:`open_bucket` reads.
    """

    def __init__(self, url: str) -> None:
        self._store: Any
        if "://" in url:
            self._store = open_bucket(url)
        else:
            Path(url).mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(url)

    async def put_file(self, key: str, path: Path) -> None:
        """Store a file from disk under a key, streamed."""
        await obstore.put_async(self._store, key, path)

    async def put(self, key: str, data: bytes) -> None:
        """Store bytes under a key; nobody sees a part of them."""
        await obstore.put_async(self._store, key, data)

    async def get(self, key: str) -> bytes:
        """Read a whole blob.

        Raises:
            FileNotFoundError: there is none.
        """
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
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return

    async def size(self, key: str) -> int:
        """Bytes of a blob.

        Raises:
            FileNotFoundError: there is none.
        """
        meta = await obstore.head_async(self._store, key)
        return int(meta["size"])

    async def stream(self, key: str, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield the bytes ``start`` up to, not including, ``end`` in pieces of a megabyte."""
        piece = 1 << 20
        while start < end:
            upto = min(end, start + piece)
            yield bytes(await obstore.get_range_async(self._store, key, start=start, end=upto))
            start = upto
