"""What an upload is taken for."""

from pathlib import Path

import pytest
from PIL import Image

from labelwright.domain.files import image_size, referenced_id, sniff

UUID = "0b0e6d5a-7d5f-4e9e-9b1c-2f0d9d4b2a11"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x01\x02\x03\x04WEBPVP8 ", "image/webp"),
        (b"RIFF\x01\x02\x03\x04WAVEfmt ", "audio/wav"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\x00\x00\x00\x18ftypavif", "image/avif"),
        (b"\x00\x00\x00\x18ftypM4A mp42", "audio/mp4"),
        (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime"),
        (b"\xff\xf3\x84\xc4", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"plain", "text/plain"),
        ("ä" * 10, "text/plain"),
        ("ä" * 10 + "\u20ac", "text/plain"),
        (b"caf\xe9 and more", "application/octet-stream"),
        (b"a\x00b", "application/octet-stream"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain"),
        (b"<!doctype html>", "text/plain"),
    ],
)
def test_kinds(head: bytes | str, kind: str) -> None:
    raw = head.encode() if isinstance(head, str) else head
    assert sniff(raw) == kind


def test_a_character_that_is_cut_in_two() -> None:
    whole = ("x" * 7 + "€").encode()
    assert sniff(whole[:-1]) == sniff(whole[:-2]) == "text/plain"


@pytest.mark.parametrize(
    ("orientation", "size"), [(1, (30, 20)), (3, (30, 20)), (6, (20, 30)), (8, (20, 30))]
)
def test_sizes_are_after_orientation(tmp_path: Path, orientation: int, size: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (30, 20)).save(tmp_path / "a.jpg", exif=exif)
    assert image_size(tmp_path / "a.jpg") == size


@pytest.mark.parametrize("content", [b"", b"text", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0garbage"])
def test_what_cannot_be_read_has_no_size(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    assert image_size(tmp_path / "a") == (None, None)


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        (f"scaledata://5f0000000000000000000001/{UUID}", UUID),
        (f"scaledata://x/{UUID.upper()}", UUID),
        (f"scaledata:///{UUID}", None),
        (f"scaledata://x/{UUID}/y", None),
        ("scaledata://x/y", None),
        (f"https://x/{UUID}", None),
        ("text", None),
    ],
)
def test_references(ref: str, found: str | None) -> None:
    assert referenced_id(ref) == found
