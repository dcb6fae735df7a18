"""Runs what takes long on large inputs in a thread, so that the event loop goes on answering others.

Python runs one thread at a time, but it changes between them every few milliseconds. A single call into C cannot be
interrupted; how long those take is in docs/decisions/0027.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

LARGE = 32 * 1024
"""Bytes of JSON from which on it is decoded and checked in a thread."""

THREADS = 2
"""Large inputs that are worked on at once; the others wait, which bounds what they take in memory."""

_pool = ThreadPoolExecutor(THREADS, "large")


async def run(size: int, work: Callable[..., T], *args: Any, **options: Any) -> T:
    """Return ``work(*args, **options)``, done in a thread when the input is large.

    Args:
        size: bytes of the input.
        work: what to do; it must not touch the store.
    """
    if size <= LARGE:
        return work(*args, **options)
    return await asyncio.get_running_loop().run_in_executor(_pool, partial(work, *args, **options))


async def read(text: str | bytes) -> Any:
    """Read JSON text that was checked before."""
    return await run(len(text), msgspec.json.decode, text)
