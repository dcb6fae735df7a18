"""What a caller sees of each fault of a server, with both clients: the outcome, the tries, and what was stored."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

import pytest

from scaleapi import ScaleClient, exceptions
from scaleapi.aio import AsyncScaleClient

KEY = "test_0123456789abcdef"
NOW = 1_795_000_000
CALLS = ("get", "put", "create", "create with unique_id")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@dataclass(frozen=True)
class Fault:
    """One row.

    Attributes:
        name: What goes wrong, once; the server is well afterwards.
        answer: Instead of the answer: a `Reply`, `Raw` bytes, or "drop".
        outcomes: For each of `CALLS`: "ok" or the exception's name, and how many times the request was sent.
        acted: Whether the server had carried the request out.
        pause: Seconds waited before the second try; None when there is none to be looked at.
    """

    name: str
    answer: Any
    outcomes: str
    acted: bool = True
    pause: float | None = None


def rows() -> Iterator[Fault]:
    from conftest_faults import RAW, REPLY, SLOW  # replaced below

    yield from ()
