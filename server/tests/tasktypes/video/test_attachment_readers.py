"""What the frames of a video have to hold."""

import io
import struct
import zlib

import pytest
from PIL import Image

from labelwright.tasktypes.attachment_readers import InvalidContent
from labelwright.tasktypes.media import FRAME, VIDEO
from labelwright.tasktypes.registry import find, readers
from labelwright.tasktypes.video import examples_frames as frames
from labelwright.tasktypes.video import examples_tracks as tracks


def picture(form: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (20, 10), "red").save(file, form)
    return file.getvalue()


def bomb() -> bytes:
    """A PNG that says that it is 60,000 pixels wide and high."""
    chunks = [b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0), b"IDAT" + bytes(9)]
    framed = [struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"])
def test_images_are_frames(form: str) -> None:
    assert readers()[FRAME].read(picture(form)) is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no image"),
        (b"<html></html>", "no image"),
        (picture("PNG")[:30], "no image"),
        (picture("PNG").replace(b"IDAT", b"IDAX"), "no image"),
        (bomb(), "too many pixels"),
    ],
    ids=["nothing", "markup", "cut off", "no pixels", "a bomb"],
)
def test_anything_else_is_not(data: bytes, message: str) -> None:
    with pytest.raises(InvalidContent, match=message):
        readers()[FRAME].read(data)


def test_attachments_are_frames_and_a_file_is_a_video() -> None:
    assert find("videoannotation").contents(frames.MINIMAL) == dict.fromkeys(frames.FRAMES, FRAME)
    assert find("videoannotation").contents(frames.FILE) == {frames.FILE["attachment"]: VIDEO}
    assert find("videoplaybackannotation").contents(tracks.FULL) == {
        tracks.FULL["attachment"]: VIDEO,
        **dict.fromkeys(frames.FRAMES, FRAME),
    }
