"""Files are opened in processes of their own, which end with whoever waits for them."""

import asyncio
import os
from pathlib import Path

import pytest
from server.tests.hosts import png

from labelwright.domain import media_processes


def test_f09_who_stops_does_not_wait_for_a_file_that_takes_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe that nobody writes into keeps its reader waiting for ever."""
    monkeypatch.setattr(media_processes, "SECONDS", 100_000.0)
    (tmp_path / "a.png").write_bytes(png())
    os.mkfifo(tmp_path / "pipe")

    async def run() -> int | None:
        slow = [
            asyncio.create_task(media_processes.opened("image", tmp_path / "pipe", tmp_path / "copy"))
            for _ in range(media_processes.AT_ONCE + 1)
        ]
        await asyncio.sleep(0)
        for one in slow:
            one.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        async with asyncio.timeout(60):
            return (await media_processes.opened("image", tmp_path / "a.png", tmp_path / "copy")).width

    assert asyncio.run(run()) == 30
