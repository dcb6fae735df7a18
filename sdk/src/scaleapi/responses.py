"""The answers themselves, for what a call's result does not tell: status, headers, request id, bytes."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from scaleapi import _json


@dataclass(frozen=True, slots=True)
class RawResponse:
    """One HTTP answer.

    Attributes:
        method: HTTP verb of the request.
        path: Path of the request below the base URL, with a slash before it and without the query.
        status: HTTP status.
        headers: Response headers; lookup ignores case.
        body: The body, decompressed.
        elapsed: Seconds from sending to the last byte.
    """

    method: str
    path: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    elapsed: float

    @property
    def request_id(self) -> str | None:
        """The server's name for the request, for its operator's logs."""
        return self.headers.get("x-request-id")

    def json(self) -> Any:
        """The body, decoded.

        Raises:
            ValueError: It is not JSON.
        """
        return _json.loads(self.body)


_kept: ContextVar[list[RawResponse] | None] = ContextVar("scaleapi_responses", default=None)


@contextmanager
def raw_responses() -> Generator[list[RawResponse]]:
    """Keeps every answer that calls get within the block, those that were followed by a retry among them.

    Calls of this thread, or of this asyncio task and of tasks it starts; not those of other threads, so not those
    that bulk methods and ``prefetch=True`` of the blocking client make side by side.

    Yields:
        The answers, oldest first; it grows as calls are made.
    """
    kept: list[RawResponse] = []
    token = _kept.set(kept)
    try:
        yield kept
    finally:
        _kept.reset(token)


def wanted() -> list[RawResponse] | None:
    """Where answers are to be kept at the moment; None where nobody asked for it."""
    return _kept.get()
