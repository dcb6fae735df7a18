"""What is run in another process: results, refusals, and processes that end."""

import asyncio
import json
import os

import msgspec
import pytest

from labelwright import worker_processes
from labelwright.errors import InvalidParameter, Overloaded
from labelwright.validation import decoding

HUGE = worker_processes.APART + 1


def test_f26_a_large_input_is_worked_on_elsewhere() -> None:
    async def main() -> tuple[int, int, int]:
        return (
            await worker_processes.run(worker_processes.APART, os.getpid),
            await worker_processes.run(HUGE, os.getpid),
            await worker_processes.run(HUGE, os.getppid),
        )

    small, large, parent = asyncio.run(main())
    assert small == parent == os.getpid() != large


def test_f26_texts_and_refusals_come_back() -> None:
    async def main() -> None:
        text = json.dumps({"a": "x" * HUGE}).encode()
        members = await worker_processes.run(HUGE, decoding.decode, dict[str, msgspec.Raw], text)
        assert bytes(members["a"]) == text[6:-1]
        with pytest.raises(InvalidParameter) as refusal:
            await worker_processes.run(HUGE, decoding.decode, dict[str, msgspec.Raw], text[:-1])
        assert "not valid JSON" in refusal.value.message
        with pytest.raises(RuntimeError, match="ZeroDivisionError"):
            await worker_processes.run(HUGE, divmod, 1, 0)

    asyncio.run(main())


def test_f26_a_process_that_ends_fails_only_its_own_input() -> None:
    async def main() -> None:
        with pytest.raises(Overloaded):
            await worker_processes.run(HUGE, os._exit, 1)
        assert await worker_processes.run(HUGE, len, b"ab") == 2

    asyncio.run(main())


def test_f26_such_a_process_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELWRIGHT_DATABASE_URL", "postgresql://user:secret@host/db")
    process = worker_processes._Process()
    monkeypatch.setattr(worker_processes._pool, "take", lambda: process)
    assert worker_processes._ask(os.getenv, ("LABELWRIGHT_DATABASE_URL",)) is None
