"""Undoing gzip and deflate: whole, piece by piece, and only as far as is sensible."""

import gzip
import random
import zlib

import pytest

from labelwright import compression
from labelwright.compression import CorruptStream, RatioExceeded, TruncatedStream, Unpacker

DATA = random.Random(1).randbytes(3000) + b"x" * 3690


def unpacked(name: str, data: bytes, step: int) -> bytes:
    unpacker, found = Unpacker(name), bytearray()
    for start in range(0, len(data), step):
        for piece in unpacker.feed(data[start : start + step]):
            assert 0 < len(piece) <= compression.CHUNK_SIZE
            found += piece
    unpacker.end()
    return bytes(found)


def raw(data: bytes) -> bytes:
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return made.compress(data) + made.flush()


@pytest.mark.parametrize("step", [1, 7, 100_000])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("gzip", gzip.compress(DATA)),
        ("gzip", gzip.compress(DATA[:3000]) + gzip.compress(DATA[3000:])),
        ("gzip", gzip.compress(DATA) + bytes(300)),
        ("deflate", zlib.compress(DATA)),
        ("deflate", raw(DATA)),
    ],
    ids=range(5),
)
def test_f10_however_the_data_come(name: str, data: bytes, step: int) -> None:
    assert unpacked(name, data, step) == DATA


@pytest.mark.parametrize(
    "size", [0, compression.CHUNK_SIZE - 1, compression.CHUNK_SIZE, 3 * compression.CHUNK_SIZE + 1]
)
def test_f27_in_bounded_pieces(size: int) -> None:
    for packed in (gzip.compress(bytes(size), 1), raw(bytes(size))):
        assert unpacked("deflate", packed, 100_000) == bytes(size)


@pytest.mark.parametrize("step", [1, 100_000])
@pytest.mark.parametrize("end", [1, 5, 11, 1000, -9, -1])
def test_f10_cut_off(end: int, step: int) -> None:
    with pytest.raises(TruncatedStream):
        unpacked("gzip", gzip.compress(DATA)[:end], step)


def test_f27_a_ratio_that_no_file_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "RATIO_FROM", 1 << 20)
    assert len(unpacked("gzip", gzip.compress(bytes(1 << 20)), 1000)) == 1 << 20
    with pytest.raises(RatioExceeded):
        unpacked("gzip", gzip.compress(bytes(2 << 20)), 100_000)
    assert len(unpacked("gzip", gzip.compress(random.Random(1).randbytes(2 << 20)), 100_000)) == 2 << 20


def test_f27_many_members_of_nothing() -> None:
    with pytest.raises(CorruptStream, match="small"):
        unpacked("gzip", gzip.compress(b"") * (compression.MANY_MEMBERS + 1), 100_000)
