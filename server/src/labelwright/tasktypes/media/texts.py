"""Opens texts: whatever encoding they are in, they are shown as UTF-8, or not at all."""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from labelwright.tasktypes.contents import InvalidContent, NotShowable
from labelwright.tasktypes.media.found import EMPTY, Found, Given

NO_TEXT = "The file is no text that can be read."
UNKNOWN_ENCODING = "The encoding of the text is not known: it has to be UTF-8, or to be named by its host."

MAX_TEXT_BYTES = 32 << 20
"""Bytes of a text; browsers take long to show more."""

_SAMPLE = 1 << 14
"""Bytes that an encoding is found by."""

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WEB_NAMES = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "ascii", "us-ascii"), "cp1252"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j"), "cp932"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80"), "gb18030"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean"), "cp949"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5"), "big5hkscs"),
    **dict.fromkeys(("x-user-defined", "binary", "none"), ""),
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "iso-8859-8-i": "iso8859-8",
    "tis-620": "cp874",
    "windows-874": "cp874",
}
"""What hosts declare, and what browsers read then (https://encoding.spec.whatwg.org/#names-and-labels)."""

_PRESUMED = frozenset({"cp1252"})
"""What servers declare unasked for everything: a text that is UTF-8 beyond chance is not believed to be this."""

_CONTROLS = re.compile(r"[\x00-\x07\x0e-\x19\x1c-\x1f\x7f\ufffe\uffff]")
"""Characters that no text has. A backspace, a form feed, an escape and an end of file of old programs may be there."""

_LEGACY = (
    "cp1252 cp1251 cp932 gb18030 big5 cp949 euc_jp koi8_r cp1250 cp1253 cp1255 cp1256 cp1254 iso8859_2 cp1257 cp874"
    " koi8_u cp866 mac_roman"
).split()
"""Encodings without a mark, the more usual ones first."""

_CHINESE = frozenset({"gb18030", "big5"})
_JAPANESE = frozenset({"cp932", "euc_jp"})
_LEVELS = {
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "big5": ("big5", 0xA4, 0xC6),
    "cp932": ("cp932", 0x88, 0x97),
    "euc_jp": ("cp932", 0x88, 0x97),
    "cp949": ("euc_kr", 0xB0, 0xC8),
}
"""The rows with the usual characters of encodings with two bytes: those of other encodings fall beside them."""

_USUAL = frozenset(
    "的一是不了在人有我他这個个们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于着下自之年过過"
    "发發后後作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还進进好小部其些主样理心本前开但因只从想实"
    "이다는을의에가하고지은를도로한기서사리시어인나자정아대일해그부전보수라게주과만으니성스원장여위"
    "日語文章東京都です円年月"
)
_SYMBOLS = frozenset({"So", "Sm", "Sk", "Mn", "No"})
_USUAL_SYMBOLS = frozenset("°±²³½¼¾×÷→•©®™µ§€£¥")
_FOREIGN = ("LATIN", "CYRILLIC", "GREEK")
_RARE_LETTERS = frozenset("ΰΐªº")
_SYMBOL_IN_WORD = re.compile(r"(?<=[^\W\d_])[^\w\s\x00-\x7f’‘·\u00ad\u0e00-\u0e7f](?=[^\W\d_])")
_GOOD_ENOUGH = 0.6
"""The most that may speak against an encoding, for each character beyond ASCII."""


def open_text(given: Given) -> Found:
    """Decode a text, and write it in UTF-8 where it is not.

    Raises:
        InvalidContent: it is empty, too long, no text, or in an encoding that cannot be found out.
    """
    size = given.path.stat().st_size
    if not size:
        raise InvalidContent(EMPTY)
    if size > MAX_TEXT_BYTES:
        raise NotShowable(f"The text has more than {MAX_TEXT_BYTES} bytes.")
    data = given.path.read_bytes()
    text = decode(data, given.charset)
    encoded = text.encode()
    if encoded == data:
        return Found("text/plain")
    given.copy.write_bytes(encoded)
    return Found(given.mime_type, copy_type="text/plain; charset=utf-8")


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
        if text is not None and text and _CONTROLS.search(text) is None:
            return text
    raise InvalidContent(UNKNOWN_ENCODING if _CONTROLS.search(data.decode("latin-1")) is None else NO_TEXT)


def _readings(data: bytes, charset: str) -> Iterator[str | None]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            yield _strictly(data[len(bom) :], encoding)
            return
    declared = _known(charset)
    plain = _strictly(data, "utf-8")
    if declared and not (declared in _PRESUMED and plain is not None):
        yield _strictly(data, declared)
    if plain is not None and b"\x1b$" not in data and b"\x1b(" not in data:
        yield plain
    yield _wide(data)
    yield _strictly(data, "iso2022_jp_2") if b"\x1b" in data else None
    yield _legacy(data)


def _known(charset: str) -> str:
    name = charset.strip().strip("\"'").lower()
    name = _WEB_NAMES.get(name, name)
    try:
        found = codecs.lookup(name) if name else None
    except (LookupError, ValueError):
        return ""
    # Python has codecs from bytes to bytes, too.
    return found.name if found is not None and found._is_text_encoding else ""


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, ValueError):
        return None


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: then ASCII leaves zeros at every second place."""
    sample = data[:_SAMPLE]
    if b"\x00" not in sample or len(data) % 2:
        return None
    for encoding, high in (("utf-32-le", (2, 3)), ("utf-32-be", (0, 1))):
        if not any(any(sample[at::4]) for at in high):
            return _strictly(data, encoding)
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return _strictly(data, "utf-16-le" if odd > even else "utf-16-be")


def _legacy(data: bytes) -> str | None:
    """The reading in an encoding without a mark that looks most like a language."""
    if b"\x00" in data:
        return None
    found: list[tuple[float, int, str]] = []
    for order, encoding in enumerate(_LEGACY):
        text = _strictly(data, encoding)
        if text is None:
            continue
        sample = text[:_SAMPLE]
        score = _strangeness(sample, encoding) / max(1, sum(not one.isascii() for one in sample))
        found.append((score, order, text))
    found.sort()
    near = [one for one in found[:6] if one[0] <= min(_GOOD_ENOUGH, found[0][0] + 0.05)]
    if not near:
        return None
    if len(near) > 1:
        best = _by_language(data, [_LEGACY[order] for _, order, _ in near])
        near.sort(key=lambda one: (_LEGACY[one[1]] != best, one[0] + one[1] * 0.003))
    return near[0][2]


def _by_language(data: bytes, encodings: list[str]) -> str:
    """The encoding in which a longer text is most clearly in some language; empty for none."""
    from charset_normalizer import from_bytes

    matches = from_bytes(data[:_SAMPLE], cp_isolation=encodings, threshold=0.5)
    best = max(matches, key=lambda one: one.coherence, default=None)
    return best.encoding if best is not None and best.coherence > 0.3 else ""


def _strangeness(text: str, encoding: str) -> float:
    """How much speaks against a reading: characters and words that languages do not have."""
    wide = encoding in _LEVELS
    strange = 0.0
    for one in text:
        if not one.isascii():
            strange += _strange_wide(one, encoding) if wide else _strange(one)
    for word in re.findall(r"[^\W\d_]+", text):
        if not word.isascii():
            strange += _strange_word(word, wide=wide)
    return strange if wide else strange + len(_SYMBOL_IN_WORD.findall(text)) + _mixed(text)


def _mixed(text: str) -> int:
    """How often a plain letter and one of another alphabet touch."""
    found = re.findall(r"(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[A-Za-z])", text)
    return sum(
        unicodedata.category(one)[0] in "LMNS"
        and one not in _USUAL_SYMBOLS | _RARE_LETTERS
        and not unicodedata.name(one, "").startswith("LATIN")
        for one in found
    )


def _strange(one: str) -> float:
    kind = unicodedata.category(one)
    if kind[0] == "C" and one != "\xad":
        return 10
    if one in _USUAL_SYMBOLS:
        return 0.02
    if kind in _SYMBOLS:
        # Thai writes vowels above and below its letters.
        return 0 if "\u0e31" <= one <= "\u0e4e" else 1
    return 0.3 if one in _RARE_LETTERS else 0


def _strange_wide(one: str, encoding: str) -> float:
    kind = unicodedata.category(one)
    if kind[0] == "C":
        return 10
    if "\u3041" <= one <= "\u30ff":
        return -0.2 if encoding in _JAPANESE else 0.5
    if "\uff61" <= one <= "\uff9f":
        return 1
    if kind == "Lo":
        codec, low, high = _LEVELS[encoding]
        try:
            usual = low <= one.encode(codec)[0] <= high
        except UnicodeEncodeError:
            usual = False
        return 1.5 if not usual else -0.3 if one in _USUAL else 0.05
    return 1 if unicodedata.name(one, "").startswith(_FOREIGN) or kind in _SYMBOLS else 0


def _strange_word(word: str, *, wide: bool) -> float:
    scripts = {unicodedata.name(one, "").partition(" ")[0] for one in word}
    strange = 0.0
    if not wide and len(scripts) > 1:
        strange += 2
    if len(word) == 1 and not wide and word.isupper() and scripts != {"LATIN"}:
        strange += 0.3
    strange += sum(one.islower() and other.isupper() for one, other in pairwise(word))
    if "ς" in word[:-1]:
        strange += 1
    if scripts == {"LATIN"}:
        for run in re.findall(r"[^\x00-\x7f]+", word):
            # Words without any plain letter are written in another alphabet.
            strange += len(run) if run == word and len(run) > 2 else 0.3 * (len(run) - 1)
    return strange
