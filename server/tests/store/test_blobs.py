"""Bytes in a folder, or wherever else obstore can put them."""

import asyncio
from pathlib import Path

import pytest

from labelwright.store.blobs import Blobs

CONTENT = bytes(range(256)) * 10_000  # more than two pieces of a megabyte


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file to keep."""
    path = tmp_path / "source"
    path.write_bytes(CONTENT)
    return path


def read(blobs: Blobs, key: str, start: int, end: int) -> list[bytes]:
    async def pieces() -> list[bytes]:
        return [piece async for piece in blobs.stream(key, start, end)]

    return asyncio.run(pieces())


@pytest.mark.parametrize("kind", ["folder", "url"])
def test_kept_and_read(tmp_path: Path, source: Path, kind: str) -> None:
    folder = tmp_path / "blobs"
    folder.mkdir()
    blobs = Blobs(str(folder) if kind == "folder" else folder.as_uri())
    asyncio.run(blobs.put_file("1/ab/key", source))
    assert asyncio.run(blobs.size("1/ab/key")) == len(CONTENT)
    whole = read(blobs, "1/ab/key", 0, len(CONTENT))
    assert b"".join(whole) == CONTENT
    assert max(map(len, whole)) <= 1 << 20
    assert b"".join(read(blobs, "1/ab/key", 1_000_000, 1_100_000)) == CONTENT[1_000_000:1_100_000]
    assert read(blobs, "1/ab/key", 5, 5) == []


def test_gone(tmp_path: Path, source: Path) -> None:
    blobs = Blobs(str(tmp_path / "new" / "folder"))
    asyncio.run(blobs.put_file("k", source))
    for _ in range(2):
        asyncio.run(blobs.delete("k"))
    with pytest.raises(FileNotFoundError):
        asyncio.run(blobs.size("k"))
    with pytest.raises(FileNotFoundError):
        read(blobs, "k", 0, 1)


def test_bytes_at_once(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path))
    assert not asyncio.run(blobs.has("1/a", 3))
    with pytest.raises(FileNotFoundError):
        asyncio.run(blobs.get("1/a"))
    for content in (b"one", b"three"):
        asyncio.run(blobs.put("1/a", content))
        assert asyncio.run(blobs.get("1/a")) == content
    assert asyncio.run(blobs.has("1/a", 5))
    assert not asyncio.run(blobs.has("1/a", 3))
    # Nothing is left beside it, such as a part that was being written.
    assert [path.name for path in (tmp_path / "1").iterdir()] == ["a"]
