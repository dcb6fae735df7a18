"""What the first bytes of a file say it is: a signature counts only with a plausible header behind it."""

import re
import struct
from collections.abc import Callable, Sequence

UNKNOWN = "application/octet-stream"
TEXT = "text/plain"

HEAD = 4096
"""Bytes from the start of a file that are looked at."""

TEXT_BOMS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of UTF-32, UTF-8 and UTF-16; the longer ones first."""

_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
"""Bytes that no text has, in any encoding that keeps ASCII."""

_BITMAP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
"""Sizes of the second header of a bitmap."""

_ALONE = 4
"""Bytes that a signature needs to mean something when nothing follows it."""

_AVIF, _HEIC = (
    frozenset({b"avif", b"avis"}),
    frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}),
)
_HEIF = frozenset({b"mif1", b"mif2", b"msf1", b"miaf"})
"""Brands that say only that there are pictures; which ones, the compatible brands say."""


def sniff(head: bytes) -> str:
    """The media type that the first bytes of a file speak of; plain text or unknown bytes otherwise.

    Markup is never named, so that it is never rendered.

    Args:
        head: the first ``HEAD`` bytes; fewer only when the file has no more.
    """
    for signature, mime_type, plausible in _SIGNATURES:
        if head.startswith(signature) and (len(head) == len(signature) >= _ALONE or plausible(head)):
            return mime_type
    return _boxes(head) or _riff(head) or _rest(head)


def _rest(head: bytes) -> str:
    bom = next((one for one in TEXT_BOMS if head.startswith(one)), None)
    if bom is not None and bom != TEXT_BOMS[2]:
        encoding = "utf-32" if len(bom) == 4 else "utf-16"
        width = len(bom) // 2 * 2
        try:
            text = head[: len(head) // width * width].decode(encoding, "strict")
        except UnicodeDecodeError as error:
            # The second half of a character may be missing at the end of what was read.
            if len(head) < HEAD or error.start < len(head) - 8:
                return UNKNOWN
            text = ""
        return UNKNOWN if "\x00" in text else TEXT
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # A character may be cut in two at the end of what was read.
        if error.start < len(head) - 3 or not head:
            return UNKNOWN
    return UNKNOWN if b"\x00" in head else TEXT


def _binary(head: bytes) -> bool:
    """Whether there is a byte that no text has: a letter's signature alone may be the first word of a text."""
    return _CONTROLS.search(head) is not None


def _legible(head: bytes) -> bool:
    return head.isascii() and not _binary(head)


def _always(head: bytes) -> bool:
    del head
    return True


def _jpeg(head: bytes) -> bool:
    return head[3] >= 0xC0


def _bitmap(head: bytes) -> bool:
    return len(head) >= 18 and int.from_bytes(head[14:18], "little") in _BITMAP_HEADERS


def _id3(head: bytes) -> bool:
    return (
        len(head) >= 10 and head[3] < 5 and head[4] < 0x20 and not head[5] & 0x0F and max(head[6:10]) < 0x80
    )


def _mpeg_audio(head: bytes) -> bool:
    """A frame header of MPEG audio: a version, layer III or II, a bit rate and a sampling rate that exist."""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return len(head) >= 4 and version != 1 and layer != 0 and head[2] >> 4 != 15 and head[2] >> 2 & 3 != 3


def _adts(head: bytes) -> bool:
    return len(head) >= 4 and head[2] >> 2 & 15 < 13


def _pdf(head: bytes) -> bool:
    return re.match(rb"%PDF-\d\.\d\s*[\r\n%\x00-\x1f\x80-\xff]|%PDF-\d\.\d\Z", head) is not None


def _icon(head: bytes) -> bool:
    """Entries of a directory of pictures, each with a zero and a place behind the directory."""
    count = int.from_bytes(head[4:6], "little")
    return (
        0 < count < 256
        and len(head) >= 22
        and head[9] == 0
        and int.from_bytes(head[18:22], "little") >= 6 + 16 * count
    )


def _ebml(head: bytes) -> bool:
    return b"matroska" not in head[:64]


def _flac(head: bytes) -> bool:
    return len(head) >= 8 and head[4] & 0x7F == 0 and head[5:8] == b"\x00\x00\x22"


def _ogg(head: bytes) -> bool:
    return len(head) >= 6 and head[4] == 0 and head[5] < 8


def _ogg_video(head: bytes) -> bool:
    return _ogg(head) and b"theora" in head[:256]


def _zip(head: bytes) -> bool:
    return len(head) >= 10 and head[5] < 4 and int.from_bytes(head[8:10], "little") < 100


def _netpbm(head: bytes) -> bool:
    return re.match(rb"P(4\s+|[56]\s+(#[^\n]*\n\s*)*\d+\s+)\d+\s+\d+\s", head) is not None and not _legible(
        head
    )


def _photoshop(head: bytes) -> bool:
    return len(head) >= 12 and head[4:6] in {b"\x00\x01", b"\x00\x02"} and head[6:12] == bytes(6)


def _qoi(head: bytes) -> bool:
    return len(head) >= 14 and head[12] in {3, 4} and head[13] < 2


def _dds(head: bytes) -> bool:
    return head[4:8] == b"\x7c\x00\x00\x00"


_SIGNATURES: Sequence[tuple[bytes, str, Callable[[bytes], bool]]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png", _always),
    (b"\xff\xd8\xff", "image/jpeg", _jpeg),
    (b"GIF87a", "image/gif", _binary),
    (b"GIF89a", "image/gif", _binary),
    (b"BM", "image/bmp", _bitmap),
    (b"II*\x00", "image/tiff", _always),
    (b"MM\x00*", "image/tiff", _always),
    (b"II+\x00", "image/tiff", _always),
    (b"MM\x00+", "image/tiff", _always),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2", _always),
    (b"\xff\x4f\xff\x51\x00", "image/j2c", _always),
    (b"\x00\x00\x01\x00", "image/x-icon", _icon),
    (b"\x00\x00\x02\x00", "image/x-icon", _icon),
    (b"8BPS", "image/vnd.adobe.photoshop", _photoshop),
    (b"qoif", "image/qoi", _qoi),
    (b"DDS ", "image/vnd-ms.dds", _dds),
    (b"P", "image/x-portable-anymap", _netpbm),
    (b"%PDF-", "application/pdf", _pdf),
    (b"\x1aE\xdf\xa3", "video/webm", _ebml),
    (b"\x1aE\xdf\xa3", "video/x-matroska", _always),
    (b"ID3", "audio/mpeg", _id3),
    (b"\xff\xfb", "audio/mpeg", _mpeg_audio),
    (b"\xff\xfa", "audio/mpeg", _mpeg_audio),
    (b"\xff\xf3", "audio/mpeg", _mpeg_audio),
    (b"\xff\xf2", "audio/mpeg", _mpeg_audio),
    (b"\xff\xf1", "audio/aac", _adts),
    (b"\xff\xf9", "audio/aac", _adts),
    (b"fLaC", "audio/flac", _flac),
    (b"OggS", "video/ogg", _ogg_video),
    (b"OggS", "audio/ogg", _ogg),
    (b"PK\x03\x04", "application/zip", _zip),
)
"""First bytes, what they mean, and whether the rest of the header fits."""


def _boxes(head: bytes) -> str | None:
    """What the brands of an ISO base media file say; None when it is none."""
    if len(head) < 12 or head[4:8] != b"ftyp":
        return None
    size = int.from_bytes(head[:4], "big")
    if not (16 <= size <= HEAD and size % 4 == 0) or not head[8:12].isascii():
        return None
    major = head[8:12]
    brands = {head[at : at + 4] for at in range(16, min(size, len(head)), 4)} if major in _HEIF else {major}
    if brands & _AVIF:
        return "image/avif"
    if brands & _HEIC or major in _HEIF:
        return "image/heic" if brands & _HEIC else "image/heif"
    return {b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"qt  ": "video/quicktime"}.get(major, "video/mp4")


def _riff(head: bytes) -> str | None:
    """What a RIFF file holds; None when it is none, or a text that begins like one."""
    if len(head) < 12 or head[:4] != b"RIFF" or not _binary(head):
        return None
    kinds = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
    return kinds.get(head[8:12])


def box(data: bytes, at: int, end: int) -> tuple[bytes, int, int] | None:
    """One box of an ISO base media file: its type, and where its content begins and ends.

    Args:
        data: the file, or its first part.
        at: where the box begins.
        end: where the boxes around it end.
    """
    if at + 8 > min(end, len(data)):
        return None
    size, kind = struct.unpack_from(">I4s", data, at)
    start = at + 8
    if size == 1:
        if at + 16 > len(data):
            return None
        size, start = struct.unpack_from(">Q", data, start)[0], at + 16
    elif size == 0:
        size = end - at
    if size < start - at:
        return None
    return kind, start, at + size
