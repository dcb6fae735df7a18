"""The space that files on their way share."""

import asyncio
import random
from pathlib import Path

import pytest

from labelwright.domain.scratch import ScratchSpace
from labelwright.errors import Unavailable


async def grow(space: ScratchSpace, folder: Path, steps: list[int]) -> None:
    async with space.file(folder) as file:
        for size in steps:
            await file.reserve(size)
            await asyncio.sleep(0)


@pytest.mark.parametrize("total", [100, 150, 1000])
def test_f27_files_never_wait_in_a_circle(total: int, tmp_path: Path) -> None:
    """Whatever sizes they turn out to have, in whatever order they ask: all of them end, within the space."""
    draw = random.Random(total)

    async def run() -> None:
        space = ScratchSpace(total, 100)
        steps = [sorted(draw.randrange(101) for _ in range(draw.randrange(1, 6))) for _ in range(200)]
        async with asyncio.timeout(60):
            await asyncio.gather(*(grow(space, tmp_path, one) for one in steps))
        assert 0 < space.peak <= total
        assert space.used == 0

    asyncio.run(run())
    assert list(tmp_path.iterdir()) == []


def test_f27_a_file_waits_for_room_and_gives_it_back(tmp_path: Path) -> None:
    async def run() -> None:
        space = ScratchSpace(150, 100)
        async with space.file(tmp_path) as first:
            await first.reserve(100)
            waiting = asyncio.create_task(grow(space, tmp_path, [80, 10]))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert (waiting.done(), space.used) == (False, 100)
            # Less than was asked for: the rest is for the others.
            await first.reserve(60)
            await first.reserve(100)
        await waiting
        assert space.used == 0

    asyncio.run(run())


def test_f27_what_is_larger_than_all_the_space_goes_alone(tmp_path: Path) -> None:
    """A file of the largest size and a copy of it, for example."""

    async def run() -> None:
        space = ScratchSpace(100, 100)
        async with asyncio.timeout(60):
            await asyncio.gather(*(grow(space, tmp_path, [60, 180]) for _ in range(5)))
        assert space.peak == 180

    asyncio.run(run())


def test_f27_patience_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelwright.domain.scratch.MAX_WAIT", 0.0)

    async def run() -> None:
        space = ScratchSpace(100, 100)
        async with space.file(tmp_path) as first, space.file(tmp_path) as second:
            await first.reserve(100)
            with pytest.raises(Unavailable):
                await second.reserve(1)
            assert space.used == 100

    asyncio.run(run())


def test_f27_who_gives_up_waiting_holds_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        space = ScratchSpace(100, 100)
        async with space.file(tmp_path) as first:
            await first.reserve(100)
            waiting = asyncio.create_task(grow(space, tmp_path, [50]))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        assert space.used == 0

    asyncio.run(run())
