"""Bytes of files, through one library to a folder, S3, GCS or Azure."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import obstore
from obstore.store import LocalStore, from_url


class Blobs:
    """The blob store.

    Args:
        url: a folder, or a URL that obstore reads (``s3://bucket/prefix``, ``gs://…``, ``az://…``).
    """

    def __init__(self, url: str) -> None:
        self._store: Any
        if "://" in url:
            self._store = from_url(url)
        else:
            Path(url).mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(url)

    async def put_file(self, key: str, path: Path) -> None:
        """Store a file from disk under a key, streamed."""
        await obstore.put_async(self._store, key, path)

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
