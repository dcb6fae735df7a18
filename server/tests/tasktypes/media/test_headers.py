"""Sizes from headers: what browsers show, whatever else is in the file, and however much of it is missing."""

import struct
from pathlib import Path

import pytest
from server.tests import media

from labelwright.domain.files import image_size
from labelwright.tasktypes.media.headers import orientation, size_of


@pytest.fixture
def size(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Returns the size of a file with these bytes."""

    def read(data: bytes) -> tuple[int, int] | None:
        (tmp_path / "a").write_bytes(data)
        return size_of(tmp_path / "a")

    return read


@pytest.mark.parametrize("name", media.PICTURES)
def test_f13_every_format_has_a_size(size, name: str) -> None:  # type: ignore[no-untyped-def]
    assert size(media.WHOLE[name]()) == (media.WIDTH, media.HEIGHT)


@pytest.mark.parametrize("name", [name for name in media.PICTURES if name not in {"a.tif", "a.avif"}])
def test_f13_a_file_that_is_cut_off_after_its_header_has_one(size, name: str) -> None:  # type: ignore[no-untyped-def]
    data = media.WHOLE[name]()
    assert size(data[: max(len(data) // 2, 100)]) == (media.WIDTH, media.HEIGHT)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "AVIF", "TIFF"])
@pytest.mark.parametrize("turned", range(1, 9))
def test_f08_orientations_that_browsers_follow(size, form: str, turned: int) -> None:  # type: ignore[no-untyped-def]
    upright = (media.WIDTH, media.HEIGHT)
    assert size(media.oriented(form, turned)) == (upright[::-1] if turned > 4 else upright)


@pytest.mark.parametrize(
    "data",
    [
        media.oriented("WEBP", 6),
        media.late_exif(),
        *(media.with_xmp(form) for form in ("JPEG", "PNG", "WEBP", "AVIF")),
    ],
    ids=["webp", "late png", "xmp jpeg", "xmp png", "xmp webp", "xmp avif"],
)
def test_f08_orientations_that_browsers_do_not_follow(size, data: bytes) -> None:  # type: ignore[no-untyped-def]
    """As tried in Chromium."""
    assert size(data) == (media.WIDTH, media.HEIGHT)


def test_f08_heic_is_turned(size) -> None:  # type: ignore[no-untyped-def]
    assert (size(media.heic()), size(media.heic(1))) == ((96, 64), (64, 96))


def _gif(screen: tuple[int, int], left: int, top: int, extension: bytes = b"") -> bytes:
    """One frame of 20 x 20 on a screen."""
    image = media.saved(media.drawn(size=(20, 20)).convert("1"), "GIF")
    at = image.index(b",", 13 + (3 << (image[10] & 7) + 1))
    head = (
        image[:6] + struct.pack("<HH", *screen) + image[10:13] + image[13 : 13 + (3 << (image[10] & 7) + 1)]
    )
    return head + extension + b"," + struct.pack("<HH", left, top) + image[at + 5 :]


@pytest.mark.parametrize(
    ("screen", "left", "top", "expected"),
    [
        ((10, 10), 0, 0, (20, 20)),
        ((10, 10), 5, 7, (25, 27)),
        ((40, 40), 30, 0, (50, 40)),
        ((0, 0), 0, 0, (20, 20)),
        ((0, 30), 0, 0, (20, 30)),
        ((64, 40), 3, 3, (64, 40)),
    ],
)
@pytest.mark.parametrize("extension", [b"", b"!\xf9\x04\0\0\0\0\0!\xfe\x03,,,\x02,,\0"])
def test_f08_a_first_frame_enlarges_the_screen(  # type: ignore[no-untyped-def]
    size, screen: tuple[int, int], left: int, top: int, expected: tuple[int, int], extension: bytes
) -> None:
    """As in Chromium."""
    assert size(_gif(screen, left, top, extension)) == expected


def test_f08_orientation_is_a_short_number() -> None:
    def exif(kind: int, value: int) -> bytes:
        return b"II*\0" + struct.pack("<IHHHIHH", 8, 1, 0x0112, kind, 1, value, 0)

    assert [orientation(exif(3, value)) for value in (1, 6, 8, 0, 9)] == [1, 6, 8, 1, 1]
    assert orientation(exif(4, 6)) == orientation(b"") == orientation(b"II*\0") == 1


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (media.large_png(60_000, 4), (60_000, 4)),
        (
            b"\x89PNG\r\n\x1a\n" + media.chunk(b"IHDR", struct.pack(">II5B", 99_999, 99_999, 8, 2, 0, 0, 0)),
            (99_999,) * 2,
        ),
        (b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + b"\0\0\0", (65_535, 65_535)),
        (b"BM" + bytes(12) + struct.pack("<Iii", 40, 70_000, -50_000), (70_000, 50_000)),
        (
            b"\xff\xd8\xff\xc0\0\x0b\x08" + struct.pack(">HH", 65_000, 64_000) + b"\x01\x11\0\0",
            (64_000, 65_000),
        ),
        (b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(4) + b"\xff\xff\xff\xff\xff\xff", (1 << 24, 1 << 24)),
        (b"\xff\x4f\xff\x51\0\x29\0\0" + struct.pack(">IIII", 50_000, 60_000, 10, 20), (49_990, 59_980)),
    ],
    ids=["png", "png header", "gif", "bmp", "jpeg", "webp", "j2c"],
)
def test_f13_however_large(size, data: bytes, expected: tuple[int, int]) -> None:  # type: ignore[no-untyped-def]
    assert size(data) == expected


@pytest.mark.parametrize(
    "data", [b"", b"text", media.HTML, media.SVG, b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\0", b"II*\0"]
)
def test_what_is_no_picture_has_none(size, tmp_path: Path, data: bytes) -> None:  # type: ignore[no-untyped-def]
    assert size(data) is None
    assert image_size(tmp_path / "a") == (None, None)
