"""PNG files whose pixels are numbers: which label or instance a pixel belongs to (wire/task-types-segmentation §2)."""

import base64
import binascii
import io
import struct
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from PIL import Image

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Index: TypeAlias = "npt.NDArray[np.uint32]"
    Mask: TypeAlias = "npt.NDArray[np.bool_]"

PNG_FILE = "data:image/png;base64,"
"""How the address of a PNG file starts that holds the file itself."""

MAX_PIXELS = 1 << 26
"""The largest picture that is opened: 8192 times 8192."""

MAX_8_BIT = 255
"""The largest index of one channel of 8 bits."""

MAX_VALUE = (1 << 24) - 1
"""The largest index of three channels of 8 bits."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">8s4x4sII")
_LEVEL = 1
"""Of compression: masks are long runs, of which higher levels make little less in much more time."""


class InvalidMask(ValueError):
    """Bytes that are no PNG file that can be read; its text says why, in one sentence."""


class Size(msgspec.Struct, frozen=True):
    """Width and height in pixels."""

    width: int
    height: int


def size_of(data: bytes) -> Size:
    """Return the size of a PNG file, from its header alone.

    Raises:
        InvalidMask: it is no PNG file, or has more than ``MOST_PIXELS``.
    """
    if len(data) < _HEADER.size:
        raise InvalidMask("This is not a PNG file.")
    signature, chunk, width, height = _HEADER.unpack_from(data)
    if signature != _SIGNATURE or chunk != b"IHDR" or not width or not height:
        raise InvalidMask("This is not a PNG file.")
    if width * height > MAX_PIXELS:
        raise InvalidMask(f"The picture must have at most {MAX_PIXELS} pixels, not {width}x{height}.")
    return Size(width, height)


def read_index(data: bytes) -> "Index":
    """Read an index picture.

    One channel (8 or 16 bits, or a palette) holds the indexes as they are; three channels hold
    ``R + 256 G + 65536 B``, whatever a fourth says.

    Args:
        data: a PNG file.

    Returns:
        Unsigned integers of 32 bits, shape ``[height, width]``; 0 where there is no label.

    Raises:
        InvalidMask: it is no PNG file, is broken, or has more than ``MOST_PIXELS``.
    """
    import numpy as np

    pixels = _pixels(data)
    if pixels.ndim == 2:
        return pixels.astype(np.uint32)
    if pixels.shape[2] < 3:
        return pixels[:, :, 0].astype(np.uint32)
    index: Index = pixels[:, :, 2].astype(np.uint32)
    for channel in (1, 0):
        np.left_shift(index, 8, out=index)
        np.bitwise_or(index, pixels[:, :, channel], out=index)
    return index


def read_mask(data: bytes) -> "Mask":
    """Read a mask: a pixel belongs to it that is not transparent, or without transparency one that is not 0.

    Args:
        data: a PNG file.

    Returns:
        Shape ``[height, width]``.

    Raises:
        InvalidMask: see ``read_index``.
    """
    import numpy as np

    pixels = _pixels(data, looks=True)
    opaque = pixels.shape[-1] in {2, 4} if pixels.ndim == 3 else False
    mask: Mask = np.asarray(pixels != 0)
    if opaque:
        return mask[:, :, -1]
    return np.asarray(mask.any(axis=2)) if pixels.ndim == 3 else mask


def _pixels(data: bytes, *, looks: bool = False) -> "npt.NDArray[np.uint8]":
    """Return the pixels of a PNG file.

    Args:
        data: the file.
        looks: the colours of a palette are wanted, not the numbers of its entries.

    Returns:
        As in the file: ``[height, width]``, or with the channels last; also with 16 bits.
    """
    import numpy as np

    size_of(data)
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            return np.asarray(image.convert("RGBA") if looks and image.mode == "P" else image)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise InvalidMask("This PNG file cannot be read.") from error


def write_index(index: "Index") -> bytes:
    """Write an index picture with one channel of 8 bits.

    Args:
        index: shape ``[height, width]``, at most 255.
    """
    import numpy as np

    return _written(index.astype(np.uint8))


def write_extended(index: "Index") -> bytes:
    """Write an index picture as RGBA: ``R + 256 G + 65536 B``, alpha 255.

    Args:
        index: shape ``[height, width]``, at most 16,777,215.
    """
    import numpy as np

    # In little-endian order the four bytes of a number are R, G, B and what is above them.
    words = np.ascontiguousarray(index, dtype="<u4") | np.uint32(255 << 24)
    return _written(words.astype("<u4", copy=False).view(np.uint8).reshape(*index.shape, 4))


def write_colors(index: "Index", colors: Mapping[int, str]) -> bytes:
    """Write a picture for people as RGBA: each index in its colour, anything else transparent.

    Args:
        index: shape ``[height, width]``.
        colors: index to ``#rrggbb``.
    """
    import numpy as np

    top = max(int(index.max(initial=0)), max(colors, default=0))
    if top <= 1 << 16:
        table = np.zeros(top + 1, "<u4")
        for number, color in colors.items():
            table[number] = _word(color)
        words = table[index]
    else:
        words = np.zeros(index.shape, "<u4")
        numbers, places = np.unique(index, return_inverse=True)
        words = np.array([_word(colors.get(int(one))) for one in numbers], "<u4")[places.reshape(index.shape)]
    return _written(words.view(np.uint8).reshape(*index.shape, 4))


def write_mask(part: "Mask", left: int, top: int, size: Size, color: str) -> bytes:
    """Write a mask as RGBA: the pixels that belong to it in its colour, anything else transparent.

    Takes the time of its part, not of the whole picture: an image may have hundreds of instances.

    Args:
        part: shape ``[height, width]``: the part of the picture that has all pixels of the mask.
        left: where the part is in the picture.
        top: where the part is in the picture.
        size: of the whole picture.
        color: ``#rrggbb``.
    """
    import numpy as np

    height, width = part.shape
    # Each row of a PNG file begins with the number of its filter; 0 is none.
    row = 1 + 4 * size.width
    rows = np.zeros((height, row), np.uint8)
    inside = part[:, :, np.newaxis] * np.frombuffer(_word(color).to_bytes(4, "little"), np.uint8)
    rows[:, 1 + 4 * left : 1 + 4 * (left + width)] = inside.reshape(height, 4 * width)
    below = size.height - top - height
    sum_ = _sum_of_zeros(zlib.adler32(rows.data, _sum_of_zeros(1, top * row)), below * row)
    packed = b"".join((b"\x78\x01", _blank(row, top), _flushed(rows.data), _blank(row, below), b"\x03\x00"))
    header = struct.pack(">IIBBBBB", size.width, size.height, 8, 6, 0, 0, 0)
    data = packed + sum_.to_bytes(4, "big")
    return b"".join((_SIGNATURE, _chunk(b"IHDR", header), _chunk(b"IDAT", data), _chunk(b"IEND", b"")))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + zlib.crc32(data, zlib.crc32(name)).to_bytes(4, "big")


def _flushed(data: bytes | memoryview, level: int = _LEVEL) -> bytes:
    """Deflate bytes so that the result can stand anywhere in a stream: it refers to nothing before it."""
    deflater = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(data) + deflater.flush(zlib.Z_FULL_FLUSH)


@lru_cache(maxsize=64)
def _blank_rows(row: int, count: int) -> bytes:
    return _flushed(bytes(row * count), zlib.Z_BEST_COMPRESSION)


def _blank(row: int, count: int) -> bytes:
    """Return so many deflated rows without a pixel."""
    parts = []
    for together in (64, 32, 16, 8, 4, 2, 1):
        times, count = divmod(count, together)
        if times:
            parts.append(_blank_rows(row, together) * times)
    return b"".join(parts)


def _sum_of_zeros(start: int, count: int) -> int:
    """Return the Adler-32 sum after so many zeros more, which change its upper half only."""
    low, high = start & 0xFFFF, start >> 16
    return (high + count * low) % 65521 << 16 | low


def _word(color: str | None) -> int:
    """Return a colour as the little-endian number of its bytes R, G, B and A."""
    if color is None:
        return 0
    return int.from_bytes(bytes.fromhex(color.removeprefix("#")) + b"\xff", "little")


def _written(pixels: "npt.NDArray[np.uint8]") -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=_LEVEL)
    return file.getvalue()


def as_file(data: bytes) -> str:
    """Return the address of a PNG file that holds the file itself."""
    return PNG_FILE + base64.b64encode(data).decode()


def content_of(url: str) -> bytes | None:
    """Return the PNG file that an address holds; None when the address is of another kind.

    Raises:
        InvalidMask: what it holds is not written in base64.
    """
    if not url.startswith(PNG_FILE):
        return None
    try:
        return base64.b64decode(url[len(PNG_FILE) :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidMask("This is not written in base64.") from error
