"""PNG files whose pixels are numbers, read and written; each against Pillow alone."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labelwright.tasktypes.shapes import rasters
from labelwright.tasktypes.shapes.rasters import InvalidMask, Size


def png(image: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def picture(data: bytes) -> Any:
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "PNG"
        return image.mode, np.asarray(image)


PALETTE = Image.fromarray(np.array([[0, 1], [2, 1]], np.uint8))
PALETTE.putpalette([9, 9, 9, 255, 0, 0, 0, 255, 0])


@pytest.mark.parametrize(
    ("image", "index"),
    [
        (Image.fromarray(np.array([[0, 7], [255, 1]], np.uint8)), [[0, 7], [255, 1]]),
        (Image.fromarray(np.array([[0, 300], [65535, 1]], np.uint16)), [[0, 300], [65535, 1]]),
        (PALETTE, [[0, 1], [2, 1]]),
        (Image.fromarray(np.array([[True, False]])), [[1, 0]]),
        (Image.fromarray(np.array([[[1, 2, 3], [255, 0, 0]]], np.uint8)), [[0x030201, 255]]),
        (Image.fromarray(np.array([[[1, 2, 3, 0], [0, 0, 1, 255]]], np.uint8)), [[0x030201, 65536]]),
        (Image.fromarray(np.array([[[5, 0], [6, 255]]], np.uint8), "LA"), [[5, 6]]),
    ],
    ids=["8 bits", "16 bits", "palette", "1 bit", "RGB", "RGBA", "grey with alpha"],
)
def test_an_index_picture_of_any_kind(image: Image.Image, index: Any) -> None:
    read = rasters.read_index(png(image))
    assert read.dtype == np.uint32
    assert read.tolist() == index


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        (Image.fromarray(np.array([[[9, 9, 9, 0], [0, 0, 0, 1]]], np.uint8)), [[False, True]]),
        (Image.fromarray(np.array([[[0, 0, 0], [0, 0, 1]]], np.uint8)), [[False, True]]),
        (Image.fromarray(np.array([[0, 3]], np.uint8)), [[False, True]]),
        (PALETTE, [[True, True], [True, True]]),
    ],
    ids=["RGBA", "RGB", "grey", "palette"],
)
def test_a_mask_of_any_kind(image: Image.Image, mask: Any) -> None:
    assert rasters.read_mask(png(image)).tolist() == mask


def test_a_transparent_entry_of_a_palette_is_outside_of_the_mask() -> None:
    assert rasters.read_mask(png(PALETTE, transparency=1)).tolist() == [[True, False], [True, False]]


indexes = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, rasters.MAX_VALUE), min_size=width, max_size=width), min_size=1, max_size=6
    )
)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(rows=indexes)
def test_what_is_written_is_read(rows: Any) -> None:
    index = np.array(rows, np.uint32)
    mode, pixels = picture(rasters.write_extended(index))
    assert (mode, pixels[..., 3].min()) == ("RGBA", 255)
    assert (rasters.read_index(rasters.write_extended(index)) == index).all()
    small = index % 256
    assert picture(rasters.write_index(small))[0] == "L"
    assert (rasters.read_index(rasters.write_index(small)) == small).all()
    some = int(index[0, 0])
    mode, pixels = picture(rasters.write_colors(index, {some: "#0a0b0c"}))
    assert mode == "RGBA"
    assert (pixels[index == some] == (10, 11, 12, 255)).all()
    assert not pixels[index != some].any()


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_a_part_is_written_as_the_whole_would_be(data: st.DataObject) -> None:
    width, height = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 300))
    left, top = data.draw(st.integers(0, width)), data.draw(st.integers(0, height))
    shape = data.draw(st.integers(0, height - top)), data.draw(st.integers(0, width - left))
    part = np.random.default_rng(data.draw(st.integers(0, 99))).random(shape) < 0.5
    whole = np.zeros((height, width), bool)
    whole[top : top + shape[0], left : left + shape[1]] = part
    written = rasters.write_mask(part, left, top, Size(width, height), "#12ab34")
    expected = rasters.write_colors(whole.astype(np.uint32), {1: "#12ab34"})
    assert (picture(written)[1] == picture(expected)[1]).all()
    assert (rasters.read_mask(written) == whole).all()


def declared(width: int, height: int) -> bytes:
    """A file that says how large it is, and has next to nothing in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")]
    body = (struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


WHOLE = rasters.write_index(np.arange(64, dtype=np.uint32).reshape(8, 8))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not a PNG"),
        (b"GIF89a" + bytes(40), "not a PNG"),
        (WHOLE[:20], "not a PNG"),
        (WHOLE[:-28], "cannot be read"),
        (WHOLE[:50] + b"????" + WHOLE[54:], "cannot be read"),
        (declared(0, 5), "not a PNG"),
        (declared(8192, 8193), "at most"),
        (declared(2**31, 2**31), "at most"),
    ],
    ids=["empty", "GIF", "cut in the header", "cut", "broken", "no pixels", "too large", "a bomb"],
)
def test_what_is_no_mask_is_refused(data: bytes, says: str) -> None:
    for read in (rasters.read_index, rasters.read_mask):
        with pytest.raises(InvalidMask, match=says):
            read(data)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(at=st.integers(8, len(WHOLE) - 1), byte=st.integers(0, 255))
def test_any_changed_byte_is_read_or_refused(at: int, byte: int) -> None:
    try:
        rasters.read_index(WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :])
    except InvalidMask:
        return


def test_addresses_hold_files() -> None:
    assert rasters.content_of(rasters.as_file(WHOLE)) == WHOLE
    assert rasters.content_of("https://a.example/b.png") is None
    with pytest.raises(InvalidMask, match="base64"):
        rasters.content_of(rasters.PNG_FILE + "!")
