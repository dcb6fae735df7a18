"""Opens pictures: every pixel is decoded, and what browsers do not show is copied into what they do."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from labelwright.tasktypes.attachment_readers import InvalidContent, NotDisplayable
from labelwright.tasktypes.media.found import MediumInput, OpenedMedium
from labelwright.tasktypes.media.headers import (
    Size,
    is_frame,
    jpeg_exif,
    jpeg_segments,
    orientation,
    shown_unlike_others,
    size_of,
)
from labelwright.tasktypes.media.sniffing import box

NO_IMAGE = "The file is no image that can be read."

MAX_DECODED_PIXELS = 180_000_000
"""A picture with more pixels is not decoded: of it only the header and the structure are checked."""

MAX_SHOWN_PIXELS = 1 << 29
"""Browsers show no picture with more pixels."""

SHOWN = frozenset({"JPEG", "MPO", "PNG", "GIF", "WEBP", "AVIF", "BMP", "ICO", "CUR"})
"""Formats that every browser shows, by their names in Pillow."""

COPIED = ("TIFF", "JPEG2000", "PPM", "PSD", "QOI", "DDS", "TGA", "PCX", "SGI", "DIB", "ICNS")
"""Formats of which a copy in PNG is made. Those that run other programs, or are read by guessing, are left out."""

HEIF = frozenset({"image/heic", "image/heif"})

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes the pixels upright, by the orientation of EXIF."""

_TAIL = 1 << 16
"""Bytes at the end of a file in which its end is looked for."""

_ARITHMETIC = frozenset(range(0xC9, 0xD0)) - {0xCC}
"""Frames of JPEG with arithmetic coding, which browsers do not decode."""


def open_picture(given: MediumInput, *, pages: bool = False) -> OpenedMedium:
    """Decode a picture, and write a copy where browsers do not show it.

    Args:
        given: the file.
        pages: whether all pages of a file that has several are to be seen: the copy is then a PDF document.

    Raises:
        InvalidContent: it is no picture, damaged, cut off, or too large to be shown.
    """
    size = size_of(given.path)
    _check_pixels(size)
    _check_structure(given)
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        # Sizes are checked here, before anything is decoded.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _opened(given, size, pages=pages)
    except (InvalidContent, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            # The disk's fault, not the file's: decoders give no number.
            raise
        # Decoders of damaged files raise whatever they like: RuntimeError, SyntaxError, struct.error, TypeError.
        raise InvalidContent(NO_IMAGE) from error
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _check_pixels(size: Size | None) -> None:
    if size and size[0] * size[1] > MAX_SHOWN_PIXELS:
        raise NotDisplayable(
            f"The image has too many pixels: {size[0]}x{size[1]}. Browsers show {MAX_SHOWN_PIXELS} at most."
        )


def _opened(given: MediumInput, size: Size | None, *, pages: bool) -> OpenedMedium:
    with _open(given) as image:
        _check_pixels(image.size)
        size = size or image.size
        pixels = image.width * image.height
        shown = (
            image.format in SHOWN
            and not _is_arithmetic(given)
            and not shown_unlike_others(given.path, given.mime_type)
        )
        if pixels > MAX_DECODED_PIXELS:
            if not shown:
                raise NotDisplayable(
                    f"The image has too many pixels: {size[0]}x{size[1]}."
                    f" Of formats that browsers do not show, {MAX_DECODED_PIXELS} can be converted."
                )
            _check_length(given)
            return OpenedMedium(given.mime_type, *size)
        if shown:
            _decode_frames(image)
            return OpenedMedium(given.mime_type, *size)
        if pages and getattr(image, "n_frames", 1) > 1:
            _write_pages(image, given.copy)
            return OpenedMedium(given.mime_type, *size, "application/pdf")
        # The first page is what people see; the others have to be whole, too.
        copy = _upright(_plain(image), given, image.getexif())
        copy.save(given.copy, "PNG", compress_level=1, icc_profile=copy.info.get("icc_profile"))
        _decode_frames(image)
        return OpenedMedium(given.mime_type, *copy.size, "image/png")


def _open(given: MediumInput) -> Image.Image:
    if given.mime_type in HEIF:
        return _open_heif(given.path)
    return Image.open(given.path, formats=[*SHOWN - {"MPO"}, *COPIED])


def _open_heif(path: Path) -> Image.Image:
    try:
        import pi_heif
    except ImportError as error:
        raise NotDisplayable(
            "HEIC images can be opened only where the package labelwright[heic] is installed."
        ) from error
    pi_heif.register_heif_opener()
    return Image.open(path, formats=["HEIF"])


def _is_arithmetic(given: MediumInput) -> bool:
    if given.mime_type != "image/jpeg":
        return False
    with given.path.open("rb") as file:
        return any(marker in _ARITHMETIC for marker, _ in jpeg_segments(file) if is_frame(marker))


def _decode_frames(image: Image.Image) -> None:
    """Decode every frame of a picture; of very long animations as many as ``MAX_DECODED_PIXELS`` are."""
    pixels = 0
    for _ in _frames(image):
        image.load()
        pixels += image.width * image.height
        if pixels > MAX_DECODED_PIXELS:
            return


def _frames(image: Image.Image) -> Iterator[None]:
    yield
    if image.format == "MPO":
        # Browsers show the first picture only; the others are thumbnails and other views.
        return
    for frame in range(1, getattr(image, "n_frames", 1)):
        image.seek(frame)
        yield


def _write_pages(image: Image.Image, copy: Path) -> None:
    """Write the pages of a picture as a PDF document.

    Raises:
        NotDisplayable: they have too many pixels together.
    """
    pages, pixels = [], 0
    for _ in _frames(image):
        pixels += image.width * image.height
        if pixels > MAX_DECODED_PIXELS:
            raise NotDisplayable(f"The pages have too many pixels: {MAX_DECODED_PIXELS} can be converted.")
        page = _plain(image)
        pages.append(page.convert("RGB") if page.mode == "RGBA" else page)
    pages[0].save(copy, "PDF", save_all=True, append_images=pages[1:], quality=95)


def _plain(image: Image.Image) -> Image.Image:
    """The first frame in eight bits, upright, with its transparency."""
    image.load()
    profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA", "P", "L", "LA"} else None
    if image.mode in {"I", "F"} or image.mode.startswith("I;"):
        plain = _stretched(image)
    elif image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        plain = image.convert("RGBA")
    else:
        plain = image.convert("L" if image.mode in {"1", "L"} else "RGB")
    plain.info = {"icc_profile": profile} if profile else {}
    return plain


def _upright(image: Image.Image, given: MediumInput, exif: Image.Exif) -> Image.Image:
    """Turn the pixels as a JPEG or AVIF file says; Pillow does that for the other formats that are copied."""
    if given.mime_type == "image/jpeg":
        with given.path.open("rb") as file:
            turn = _TURNS.get(orientation(jpeg_exif(file)))
    elif given.mime_type == "image/avif":
        # Pillow tells its rotations as if they were EXIF.
        turn = _TURNS.get(exif.get(0x0112, 1))
    else:
        return image
    turned = image if turn is None else image.transpose(turn)
    turned.info = image.info
    return turned


def _stretched(image: Image.Image) -> Image.Image:
    """Grey values of more than eight bits, from the least to the greatest: browsers have eight bits."""
    import numpy as np

    values = np.asarray(image.convert("I") if image.mode.startswith("I;") else image).astype(np.float64)
    values[~np.isfinite(values)] = 0
    least, most = float(values.min()), float(values.max())
    if most <= least:
        least, most = 0.0, max(65_535.0, most)
    return Image.fromarray(((values - least) * (255 / (most - least))).round().astype(np.uint8))


def _check_structure(given: MediumInput) -> None:
    """Refuse files that end too early in a way that decoders overlook.

    Raises:
        InvalidContent: this one does.
    """
    whole: Any = {"image/png": _png_ends, "image/gif": _gif_ends}.get(given.mime_type)
    if whole is not None:
        with given.path.open("rb") as file:
            if not whole(file):
                raise InvalidContent(NO_IMAGE)


def _check_length(given: MediumInput) -> None:
    """Refuse a picture that is too large to be decoded, and whose end is missing.

    Raises:
        InvalidContent: this one's is.
    """
    end = given.path.stat().st_size
    with given.path.open("rb") as file:
        head = file.read(64)
        if given.mime_type == "image/jpeg":
            file.seek(max(0, end - _TAIL))
            whole = b"\xff\xd9" in file.read()
        elif given.mime_type == "image/webp":
            whole = int.from_bytes(head[4:8], "little") + 8 <= end
        elif given.mime_type == "image/bmp":
            whole = _bmp_ends(head, end)
        elif given.mime_type == "image/avif":
            whole = _boxes_end(file, end)
        else:
            return
    if not whole:
        raise InvalidContent(NO_IMAGE)


def _boxes_end(file: Any, end: int) -> bool:
    """Whether the boxes of an AVIF file lead to its end; what stands behind the last one is nobody's business."""
    at = 0
    while at < end:
        file.seek(at)
        found = box(file.read(16), 0, end - at)
        if found is None or not found[0].isalnum():
            break
        at += found[2]
    return at <= end


def _bmp_ends(head: bytes, end: int) -> bool:
    """Whether all rows of a bitmap without compression are there."""
    if len(head) < 34 or int.from_bytes(head[30:34], "little") not in {0, 3}:
        return True
    width, height = (abs(int.from_bytes(head[at : at + 4], "little", signed=True)) for at in (18, 22))
    row = (width * int.from_bytes(head[28:30], "little") + 31) // 32 * 4
    return int.from_bytes(head[10:14], "little") + row * height <= end


def _png_ends(file: Any) -> bool:
    """Whether the chunks of a PNG file lead from its header to its last one."""
    end = file.seek(0, 2)
    # What Apple's tools make of PNG for its telephones begins with another chunk; nobody else shows it.
    file.seek(12)
    if file.read(4) != b"IHDR":
        return False
    at = 8
    while at + 12 <= end:
        file.seek(at)
        part = file.read(8)
        if part[4:] == b"IEND":
            return True
        at += 12 + int.from_bytes(part[:4], "big")
    return False


def _gif_ends(file: Any) -> bool:
    """Whether the blocks of a GIF file are whole; the byte after the last one may be missing."""
    file.seek(0)
    head = file.read(13)
    if len(head) < 13:
        return False
    if head[10] & 0x80:
        file.seek(3 << (head[10] & 7) + 1, 1)
    while (kind := file.read(1)) in {b"!", b","}:
        if kind == b",":
            place = file.read(9)
            if len(place) < 9:
                return False
            if place[8] & 0x80:
                file.seek(3 << (place[8] & 7) + 1, 1)
        file.read(1)
        while length := file.read(1)[:1]:
            if length == b"\x00":
                break
            if len(file.read(length[0])) < length[0]:
                return False
        else:
            return False
    # What follows the pictures is nobody's business.
    return True
