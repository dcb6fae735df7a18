"""What first bytes speak of: a signature alone decides nothing."""

import pytest
from server.tests import media

from labelwright.tasktypes.media.sniffing import HEAD, sniff

TYPES = {
    "a.png": "image/png",
    "a.jpg": "image/jpeg",
    "a.gif": "image/gif",
    "a.webp": "image/webp",
    "a.avif": "image/avif",
    "a.bmp": "image/bmp",
    "a.ico": "image/x-icon",
    "a.tif": "image/tiff",
    "a.jp2": "image/jp2",
    "a.mp4": "video/mp4",
    "a.webm": "video/webm",
    "a.wav": "audio/wav",
    "a.mp3": "audio/mpeg",
    "a.flac": "audio/flac",
    "a.ogg": "audio/ogg",
    "a.pdf": "application/pdf",
}


@pytest.mark.parametrize("name", media.WHOLE)
def test_f12_real_files_are_what_they_are(name: str) -> None:
    assert sniff(media.WHOLE[name]()[:HEAD]) == TYPES[name]


def test_f12_brands_tell_pictures_from_videos() -> None:
    assert sniff(media.animated("AVIF")[:HEAD]) == "image/avif"
    assert sniff(media.heic()[:HEAD]) == "image/heic"
    assert sniff(media.clip("mov")[:HEAD]) == "video/quicktime"
    assert sniff(b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif") == "image/avif"
    assert sniff(b"\0\0\0\x14ftypmif1\0\0\0\0mif1") == "image/heif"


@pytest.mark.parametrize(
    "text",
    [
        "BMI above 30 was noted",
        "BM",
        "ID3 is a decision tree",
        "GIF89a, the format of 1989",
        "RIFF or WAVE, that is the question",
        "RIFF1234WAVE",
        "OggS is how pages begin",
        "fLaC is lossless",
        "%PDF-1.7 is what such files begin with",
        "PK is short for Phil Katz",
        "P6 is a format; P6 12 14 255 is a header",
        "P5 640 480 255 follows",
        "II* and MM* are orders of bytes",
        "DDS is a textbook",
        "8BPS: bits per second",
        "qoif: the quite OK image format",
        "The ftyp box comes first",
        "ÿûüþ are letters",
        "MZ is a man",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_f12_texts_are_texts_whatever_they_begin_with(text: str, encoding: str) -> None:
    assert sniff(text.encode(encoding)) == "text/plain"


def test_f12_a_text_longer_than_what_is_read() -> None:
    for width in range(4):
        assert sniff(("x" * width + "€" * HEAD).encode()[:HEAD]) == "text/plain"
        assert sniff(("x" * width + "😀" * HEAD).encode("utf-16")[:HEAD]) == "text/plain"
