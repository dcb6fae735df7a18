"""Opens texts: whatever encoding they are in, they are shown as UTF-8, or not at all."""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from labelwright.tasktypes.attachment_readers import InvalidContent, NotDisplayable
from labelwright.tasktypes.media.detection import detect
from labelwright.tasktypes.media.found import EMPTY, MediumInput, OpenedMedium
from labelwright.tasktypes.media.labels import codec_of, larger_than

NO_TEXT = "The file is no text that can be read."
UNKNOWN_ENCODING = "The encoding of the text is not known: it has to be UTF-8, or to be named by its host."
DAMAGED = "The text is in UTF-8, but damaged or cut off."

MAX_TEXT_BYTES = 32 << 20
"""Bytes of a text; browsers take long to show more."""

_SAMPLE = 1 << 14
"""Bytes or characters that tell whether a text is in UTF-16."""

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PRESUMED = frozenset({"cp1252"})
"""What servers declare unasked for everything: a text that is UTF-8 beyond chance is not believed to be this."""

_CONTROLS = re.compile(r"[\x00-\x07\x0e-\x19\x1c-\x1f\x7f\ufffe\uffff]")
"""Characters that no text has. A backspace, a form feed, an escape and an end of file of old programs may be there."""

_MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|meta|\?xml|!--)", re.IGNORECASE)
_META = re.compile(
    rb"""<(?:meta\s[^>]*?charset|\?xml\s[^>]*?encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE
)
_HEAD = 4096
"""Bytes of a web page in which it says its encoding."""

_NO_WIDE = 8
"""Bytes from which on a text in UTF-16 is not UTF-8, too."""

_ONE_ALPHABET, _MOSTLY_KANA, _SOME_ASCII = 0.8, 0.4, 0.2
"""Parts of a text in UTF-16 that have to be of one alphabet; and of kana where any other reading is possible, too."""

_PLAIN_RANGES = (
    ("\u00a0", "\u00ff"),
    ("\u2000", "\u206f"),
    ("\u20ac", "\u20ac"),
    ("\u3000", "\u303f"),
    ("\uff00", "\uffef"),
)
_NO_LETTER = "none"

_BEYOND_CHANCE = re.compile(rb"(?:[\xc2-\xf4][\x80-\xbf]+[\x00-\x7f]*){6}")
"""So many characters of UTF-8 are no accident of another encoding."""


def open_text(given: MediumInput) -> OpenedMedium:
    """Decode a text, and write it in UTF-8 where it is not.

    Raises:
        InvalidContent: it is empty, too long, no text, or in an encoding that cannot be found out.
    """
    size = given.path.stat().st_size
    if not size:
        raise InvalidContent(EMPTY)
    if size > MAX_TEXT_BYTES:
        raise NotDisplayable(f"The text has more than {MAX_TEXT_BYTES} bytes.")
    data = given.path.read_bytes()
    text = decode(data, given.charset)
    encoded = text.encode()
    if encoded == data:
        return OpenedMedium("text/plain")
    given.copy.write_bytes(encoded)
    return OpenedMedium(given.mime_type, copy_type="text/plain; charset=utf-8")


def decode(data: bytes, charset: str = "") -> str:
    """Return the text in some bytes, without the byte order mark.

    A mark counts first, then what the source declared, then what the bytes look like.

    Args:
        data: the bytes.
        charset: what the source declared; empty for nothing.

    Raises:
        InvalidContent: they are no text.
    """
    for text in _readings(data, charset):
        if text is not None and _CONTROLS.search(text) is None:
            if not text:
                raise InvalidContent(EMPTY)
            return text
    if _is_damaged_utf_8(data):
        raise InvalidContent(DAMAGED)
    raise InvalidContent(UNKNOWN_ENCODING if _CONTROLS.search(data.decode("latin-1")) is None else NO_TEXT)


def _readings(data: bytes, charset: str) -> Iterator[str | None]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            yield _strictly(data[len(bom) :], encoding)
            return
    plain = _strictly(data, "utf-8")
    for declared in (codec_of(charset), codec_of(_declared_inside(data))):
        if declared.startswith("utf-16"):
            # Whoever writes this often means the other order, or another encoding.
            yield None if plain is not None and len(data) >= _NO_WIDE else _wide(data)
            yield None if plain is not None and len(data) >= _NO_WIDE else _strictly(data, declared)
        elif declared and not _is_rather_utf_8(data, plain, declared):
            for encoding in (declared, *larger_than(declared)):
                yield _strictly(data, encoding)
    if plain is not None and b"\x1b$" not in data and b"\x1b(" not in data:
        yield plain
    yield _wide(data)
    yield _strictly(data, "iso2022_jp_2") if b"\x1b" in data else None
    yield None if b"\x00" in data or _is_damaged_utf_8(data) else detect(data)


def _is_rather_utf_8(data: bytes, plain: str | None, declared: str) -> bool:
    """Whether a text is UTF-8 beyond chance, whatever its host says."""
    return plain is not None and (declared in _PRESUMED or _BEYOND_CHANCE.search(data) is not None)


def _is_damaged_utf_8(data: bytes) -> bool:
    """Whether a text has so many characters in UTF-8 that it is in no other encoding, but is cut off or damaged."""
    beyond = [one for one in data.decode("utf-8", "surrogateescape")[:_SAMPLE] if not one.isascii()]
    wrong = sum("\udc80" <= one <= "\udcff" for one in beyond)
    return 2 <= len(beyond) - wrong >= 2 * wrong


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, ValueError):
        return None


def _declared_inside(data: bytes) -> str:
    """What a web page or an XML document says about itself."""
    found = _META.search(data[:_HEAD]) if _MARKUP.match(data) else None
    name = found[1].decode("ascii") if found else ""
    # It was read so far as one byte for each character.
    return "" if name.lower().startswith(("utf-16", "utf-32")) else name


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: bytes that no other text has, or the constant half of Japanese letters."""
    if len(data) % 2:
        return None
    if b"\x00" in data[:_SAMPLE] and len(data) % 4 == 0:
        for encoding in ("utf-32-le", "utf-32-be"):
            text = _strictly(data, encoding)
            if text is not None and _one_alphabet(text[:_SAMPLE])[0] >= _ONE_ALPHABET:
                return text
    is_binary = _CONTROLS.search(data[:_SAMPLE].decode("latin-1")) is not None
    readings = []
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _strictly(data, encoding)
        if text is None:
            continue
        share, kana = _one_alphabet(text[:_SAMPLE])
        if share >= _ONE_ALPHABET and (is_binary or kana >= _MOSTLY_KANA):
            # Letters of one alphabet have most of their upper halves in common.
            readings.append((-len({ord(one) >> 8 for one in text[:_SAMPLE]}), share, text))
    return max(readings)[2] if readings else None


def _one_alphabet(text: str) -> tuple[float, float]:
    """The part of a text that is plain or of its main alphabet, and the part of kana."""
    scripts = Counter(map(_script, text))
    plain, kana = scripts.pop("", 0), scripts["KANA"]
    scripts["CJK"] += scripts.pop("KANA", 0)
    if sum(map(str.isascii, text)) < _SOME_ASCII * len(text):
        # Accents without plain letters are no text.
        plain -= sum("\u00c0" <= one <= "\u00ff" for one in text)
        del scripts["LATIN"]
    most = 0 if scripts[_NO_LETTER] or len(text) < 2 else max(scripts.values())
    return (plain + most) / len(text), kana / len(text)


def _script(one: str) -> str:
    """The alphabet of a character; empty for plain ones, which stand beside every alphabet."""
    if one.isascii() or any(first <= one <= last for first, last in _PLAIN_RANGES):
        return ""
    if unicodedata.category(one) in {"Cn", "Co", "Cs"}:
        return _NO_LETTER
    name = unicodedata.name(one, "").partition(" ")[0]
    return {
        "HIRAGANA": "KANA",
        "KATAKANA": "KANA",
    }.get(name, name)
