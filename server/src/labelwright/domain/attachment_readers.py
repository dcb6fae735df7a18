"""Reads attachments: what they hold, and whether their tasks can use it (``tasktypes/attachment_readers.py``)."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from labelwright.domain.common import compact
from labelwright.tasktypes import registry
from labelwright.tasktypes.attachment_readers import InvalidContent

R = TypeVar("R")

# A cloud takes several times the memory of its file: two at once, however many are fetched.
_READERS = ThreadPoolExecutor(2, thread_name_prefix="contents")


async def in_process(work: Callable[..., R], *args: Any) -> R:
    """Run what looks into a large file where at most one other such work runs."""
    return await asyncio.get_running_loop().run_in_executor(_READERS, work, *args)


def medium_of(content: str) -> str:
    """How a kind of content is opened in a process of its own; empty for what is read here, and for anything else."""
    return registry.readers()[content].medium if content else ""


def check_size(content: str, size: int) -> None:
    """Refuse a file that is too large for what it has to hold.

    Raises:
        InvalidContent: it is.
    """
    most = registry.readers()[content].most_bytes if content else size
    if size > most:
        raise InvalidContent(f"The file has more than {most} bytes.")


async def read(content: str, path: Path) -> str | None:
    """Look into a file, and return the JSON text of what was found.

    Args:
        content: the name of the reader; empty when the file may hold anything.
        path: the file.

    Raises:
        InvalidContent: it does not hold what the name says.
    """
    return await in_process(_read, content, path) if content else None


def _read(content: str, path: Path) -> str | None:
    reader = registry.readers()[content]
    check_size(content, path.stat().st_size)
    facts = reader.read(path.read_bytes())
    return None if facts is None else compact(msgspec.to_builtins(facts))
