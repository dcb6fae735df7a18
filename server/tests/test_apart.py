"""What is run in another process: results, refusals, and processes that end."""

import asyncio
import json
import os

import msgspec
import pytest

from labelwright import apart, validation
from labelwright.refusals import InvalidParameter, Overloaded

HUGE = apart.APART + 1


def test_f26_a_large_input_is_worked_on_elsewhere() -> None:
    async def main() -> tuple[int, int, int]:
        return (
            await apart.run(apart.APART, os.getpid),
            await apart.run(HUGE, os.getpid),
            await apart.run(HUGE, os.getppid),
        )

    small, large, parent = asyncio.run(main())
    assert small == parent == os.getpid() != large


def test_f26_texts_and_refusals_come_back() -> None:
    async def main() -> None:
        text = json.dumps({"a": "x" * HUGE}).encode()
        members = await apart.run(HUGE, validation.decode, dict[str, msgspec.Raw], text)
        assert bytes(members["a"]) == text[6:-1]
        with pytest.raises(InvalidParameter) as refusal:
            await apart.run(HUGE, validation.decode, dict[str, msgspec.Raw], text[:-1])
        assert "not valid JSON" in refusal.value.message
        with pytest.raises(RuntimeError, match="ZeroDivisionError"):
            await apart.run(HUGE, divmod, 1, 0)

    asyncio.run(main())


def test_f26_a_process_that_ends_fails_only_its_own_input() -> None:
    async def main() -> None:
        with pytest.raises(Overloaded):
            await apart.run(HUGE, os._exit, 1)
        assert await apart.run(HUGE, len, b"ab") == 2

    asyncio.run(main())


def test_f26_such_a_process_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELWRIGHT_DATABASE_URL", "postgresql://user:secret@host/db")
    process = apart._Process()
    monkeypatch.setattr(apart, "_take", lambda: process)
    assert apart._ask(os.getenv, ("LABELWRIGHT_DATABASE_URL",)) is None
