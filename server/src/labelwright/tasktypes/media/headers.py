"""The size of a picture from its header, as browsers show it: nothing is decoded, however large the picture is.

Which orientations count was tried in Chromium: EXIF in JPEG, EXIF before the first data of PNG, rotations of AVIF and
HEIC. EXIF in WebP, EXIF at the end of PNG, and XMP anywhere do not. TIFF files are shown as upright copies.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from labelwright.tasktypes.media.sniffing import HEAD, box, sniff

Size = tuple[int, int]
"""Width and height in pixels."""

_SWAPPED = frozenset({5, 6, 7, 8})
"""EXIF orientations that swap width and height."""

_MAX_PARTS = 10_000
"""Segments, chunks or entries that are looked at."""

_MAX_META = 16 << 20
"""Bytes of the box that describes the items of an AVIF or HEIC file."""

_USUAL_DPI = 72
"""Dots per inch of a JPEG file that says nothing else; browsers scale by what EXIF says instead."""


def size_of(path: Path) -> Size | None:
    """The width and height of a picture as browsers show it; None where the header does not say.

    Args:
        path: the file; it may be cut off after its header.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
        read = _READERS.get(sniff(head))
        if read is None:
            return None
        try:
            size = read(file, head)
        except (struct.error, ValueError, IndexError, OverflowError, OSError):
            return None
    return size if size and size[0] > 0 and size[1] > 0 else None


def orientation(exif: bytes) -> int:
    """The orientation that EXIF gives in its first directory, 1 to 8; 1 by default.

    Args:
        exif: from the header of TIFF on.
    """
    try:
        order = {b"II": "<", b"MM": ">"}[exif[:2]]
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for at in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, length, value = struct.unpack_from(f"{order}HHIH", exif, at)
            if tag == 0x0112 and kind == 3 and length == 1:
                return value if 1 <= value <= 8 else 1
    except (struct.error, KeyError):
        return 1
    return 1


def _is_scaled(exif: bytes) -> bool:
    """Whether EXIF gives a resolution other than the usual one, and sides in pixels that may follow from it.

    Args:
        exif: from the header of TIFF on.
    """
    try:
        order = {b"II": "<", b"MM": ">"}[exif[:2]]
        main = _directory(exif, order, struct.unpack_from(f"{order}I", exif, 4)[0])
        if main[0x0128][0] != 2:
            return False
        resolutions = [struct.unpack_from(f"{order}II", exif, main[tag][1]) for tag in (0x011A, 0x011B)]
        sides = _directory(exif, order, main[0x8769][1])
        return {0xA002, 0xA003} <= sides.keys() and any(
            one != _USUAL_DPI * unit and one and unit for one, unit in resolutions
        )
    except (struct.error, KeyError):
        return False


def _directory(exif: bytes, order: str, start: int) -> Mapping[int, tuple[int, int]]:
    """The entries of a directory of EXIF: the value of each as a short number, and as a long one or a place."""
    (count,) = struct.unpack_from(f"{order}H", exif, start)
    found: dict[int, tuple[int, int]] = {}
    for at in range(start + 2, start + 2 + 12 * count, 12):
        (tag,) = struct.unpack_from(f"{order}H", exif, at)
        (short,), (long,) = (struct.unpack_from(order + form, exif, at + 8) for form in "HI")
        found.setdefault(tag, (short, long))
    return found


def jpeg_exif(file: BinaryIO) -> bytes:
    """The EXIF that browsers read in a JPEG file: the first, from the header of TIFF on; empty without."""
    segments = (one for marker, one in jpeg_segments(file) if marker == 0xE1)
    return next((one[6:] for one in segments if one.startswith(b"Exif\x00")), b"")


def shown_unlike_others(path: Path, mime_type: str) -> bool:
    """Whether programs disagree about the size of a picture, so that a copy without what they disagree on is shown.

    Browsers scale a JPEG picture to the sides that its EXIF gives, when these fit to its resolution there; other
    programs, and the pixels that answers are in, know nothing of that. Some cut an AVIF picture to its clean aperture.
    """
    with path.open("rb") as file:
        if mime_type == "image/jpeg":
            return _is_scaled(jpeg_exif(file))
        if mime_type == "image/avif":
            return b"clap" in file.read(_MAX_META)
    return False


def _shown(width: int, height: int, turned: int) -> Size:
    return (height, width) if turned in _SWAPPED else (width, height)


def jpeg_segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Each segment of a JPEG file before the data: its marker and up to 64 kB of content."""
    file.seek(2)
    for _ in range(_MAX_PARTS):
        byte = file.read(1)
        while byte and byte != b"\xff":
            byte = file.read(1)
        while byte == b"\xff":
            byte = file.read(1)
        if not byte or byte[0] in {0xD9, 0xDA}:
            return
        marker = byte[0]
        if marker in {0x00, 0x01} or 0xD0 <= marker <= 0xD8:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        yield marker, file.read(length - 2)


def is_frame(marker: int) -> bool:
    """Whether a marker of JPEG begins a frame, which has the size."""
    return 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}


def _jpeg(file: BinaryIO, head: bytes) -> Size | None:
    del head
    size, turned = None, None
    for marker, content in jpeg_segments(file):
        if marker == 0xE1 and content.startswith(b"Exif\x00") and turned is None:
            turned = orientation(content[6:])
        elif is_frame(marker) and size is None:
            height, width = struct.unpack_from(">HH", content, 1)
            size = width, height
    return _shown(*size, turned or 1) if size else None


def _png(file: BinaryIO, head: bytes) -> Size | None:
    if head[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", head, 16)
    turned = 1
    file.seek(8)
    for _ in range(_MAX_PARTS):
        part = file.read(8)
        if len(part) < 8 or part[4:] in {b"IDAT", b"IEND"}:
            break
        (length,) = struct.unpack_from(">I", part)
        if part[4:] == b"eXIf":
            turned = orientation(file.read(min(length, 1 << 20)))
            break
        file.seek(length + 4, 1)
    return _shown(width, height, turned)


def _gif(file: BinaryIO, head: bytes) -> Size:
    """The size of the screen, enlarged by a first frame that reaches beyond it, as browsers do."""
    width, height = struct.unpack_from("<HH", head, 6)
    file.seek(13 + (3 << (head[10] & 7) + 1 if head[10] & 0x80 else 0))
    for _ in range(_MAX_PARTS):
        kind = file.read(1)
        if kind == b",":
            place = file.read(8)
            if len(place) == 8:
                left, top, wide, high = struct.unpack("<4H", place)
                return max(width, left + wide), max(height, top + high)
        if kind != b"!":
            break
        file.read(1)
        while (length := file.read(1)) not in {b"", b"\x00"}:
            file.seek(length[0], 1)
    return width, height


def _bmp(file: BinaryIO, head: bytes) -> Size:
    del file
    if head[14] == 12:
        width, height = struct.unpack_from("<HH", head, 18)
        return width, height
    width, height = struct.unpack_from("<ii", head, 18)
    # Rows from top to bottom have a negative height.
    return width, abs(height)


def _webp(file: BinaryIO, head: bytes) -> Size | None:
    del file
    kind, content = head[12:16], head[20:]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[4:7], "little"), 1 + int.from_bytes(content[7:10], "little")
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 1)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", content, 6)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _tiff(file: BinaryIO, head: bytes) -> Size | None:
    order = "<" if head[:2] == b"II" else ">"
    big = head[2:4] in {b"+\x00", b"\x00+"}
    offset, counted, entry = ("Q", "Q", "HHQ8s") if big else ("I", "H", "HHI4s")
    (start,) = struct.unpack_from(order + offset, head, 8 if big else 4)
    file.seek(start)
    (count,) = struct.unpack(order + counted, file.read(struct.calcsize(order + counted)))
    found: dict[int, int] = {}
    length = struct.calcsize(order + entry)
    for _ in range(min(count, _MAX_PARTS)):
        tag, kind, _, value = struct.unpack(order + entry, file.read(length))
        form = {1: "B", 3: "H", 4: "I", 16: "Q"}.get(kind)
        if tag in {256, 257, 274} and form:
            (found[tag],) = struct.unpack_from(order + form, value)
    if 256 not in found or 257 not in found:
        return None
    return _shown(found[256], found[257], found.get(274, 1))


def _jp2(file: BinaryIO, head: bytes) -> Size | None:
    del head
    end = file.seek(0, 2)
    at = 0
    for _ in range(_MAX_PARTS):
        file.seek(at)
        part = file.read(64)
        found = box(part, 0, end - at)
        if found is None:
            return None
        kind, start, until = found
        if kind == b"jp2h":
            height, width = struct.unpack_from(">II", part, start + 8)
            return width, height
        at += until
    return None


def _j2c(file: BinaryIO, head: bytes) -> Size:
    del file
    right, bottom, left, top = struct.unpack_from(">IIII", head, 8)
    return right - left, bottom - top


def _ico(file: BinaryIO, head: bytes) -> Size:
    """The largest picture of the directory; where that is a PNG, what its own header says."""
    (count,) = struct.unpack_from("<H", head, 4)
    sizes = []
    for at in range(6, 6 + 16 * count, 16):
        if at + 16 > len(head):
            break
        size: Size | None = (head[at] or 256, head[at + 1] or 256)
        (start,) = struct.unpack_from("<I", head, at + 12)
        file.seek(start)
        inner = file.read(HEAD)
        if inner.startswith(b"\x89PNG"):
            width, height = struct.unpack_from(">II", inner, 16)
            size = width, height
        sizes.append(size)
    return max((one for one in sizes if one), key=lambda one: one[0] * one[1])


def _heif(file: BinaryIO, head: bytes) -> Size | None:
    """The size and rotation that the properties of the primary item give (ISO 23008-12 §6.5)."""
    del head
    end = file.seek(0, 2)
    at = 0
    for _ in range(_MAX_PARTS):
        file.seek(at)
        found = box(file.read(16), 0, end - at)
        if found is None:
            return None
        kind, start, until = found
        if kind == b"meta":
            file.seek(at + start)
            return _heif_meta(file.read(min(until - start, _MAX_META)))
        at += until
    return None


def _heif_meta(meta: bytes) -> Size | None:
    inside = _children(meta, 4, len(meta))
    start, _ = inside[b"pitm"][0]
    (primary,) = struct.unpack_from(">H" if meta[start] == 0 else ">I", meta, start + 4)
    start, until = inside[b"iprp"][0]
    properties = _children(meta, start, until)
    start, until = properties[b"ipco"][0]
    listed = list(_boxes(meta, start, until))
    size, turned = None, False
    for index in _associated(meta, properties[b"ipma"][0][0], primary):
        kind, content, _ = listed[index - 1]
        if kind == b"ispe":
            size = struct.unpack_from(">II", meta, content + 4)
        elif kind == b"irot":
            turned = bool(meta[content] & 1)
    if size is None:
        return None
    return (size[1], size[0]) if turned else (size[0], size[1])


def _associated(meta: bytes, at: int, item: int) -> Iterator[int]:
    """The numbers of the properties of an item, from 1."""
    version, wide = meta[at], meta[at + 3] & 1
    (count,) = struct.unpack_from(">I", meta, at + 4)
    at += 8
    for _ in range(min(count, _MAX_PARTS)):
        (found,) = struct.unpack_from(">H" if version < 1 else ">I", meta, at)
        at += 2 if version < 1 else 4
        number = meta[at]
        at += 1
        for _ in range(number):
            value = struct.unpack_from(">H", meta, at)[0] & 0x7FFF if wide else meta[at] & 0x7F
            at += 2 if wide else 1
            if found == item and value:
                yield value


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    for _ in range(_MAX_PARTS):
        found = box(data, at, end)
        if found is None:
            return
        yield found
        at = found[2]


def _children(data: bytes, at: int, end: int) -> Mapping[bytes, list[tuple[int, int]]]:
    found: dict[bytes, list[tuple[int, int]]] = {}
    for kind, start, until in _boxes(data, at, end):
        found.setdefault(kind, []).append((start, until))
    for name in (b"pitm", b"iprp", b"ipco", b"ipma"):
        found.setdefault(name, [])
    return found


_READERS: Mapping[str, Callable[[BinaryIO, bytes], Size | None]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/gif": _gif,
    "image/bmp": _bmp,
    "image/webp": _webp,
    "image/tiff": _tiff,
    "image/jp2": _jp2,
    "image/j2c": _j2c,
    "image/x-icon": _ico,
    "image/avif": _heif,
    "image/heic": _heif,
    "image/heif": _heif,
}
