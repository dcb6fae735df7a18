"""How alike two texts are: normal forms, error rates of characters and words, edit similarity.

A rate counts edits (substitutions, deletions, insertions) per unit of the reference, so it can be above 1, and
``rate(a, b)`` is not ``rate(b, a)``. Sources: Levenshtein (1966); Morris, Maier and Green, "From WER and RIL to
MER and WIL" (2004); wire/task-types-scores §3.
"""

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import msgspec
from rapidfuzz.distance import Levenshtein

FILLERS = frozenset(
    "ah ahm äh ähm eh ehm er erm euh hm hmm hmmm mhm mm mmm öh öhm uh uhh uhm uh-huh um umm ums".split()
)
"""Sounds of hesitation that a transcript that is not verbatim leaves out."""

MAX_CELLS = 10**10
"""The largest product of lengths of two texts of which single characters are compared, in less than a second.

Longer ones are compared word by word; a word that differs counts with all its characters.
"""

_SPACES = re.compile(r"\s+")
_SPLIT = re.compile(r"(\s+)")
_URL = re.compile(r"(?:https?|ftp)://\S+", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443, "ftp": 21}
_UNRESERVED = "!$&'()*+,;=:@~-._/%"
_APOSTROPHES = str.maketrans("’ʼ＇", "'''")


class Errors(msgspec.Struct, frozen=True):
    """The edits that turn a reference into another sequence, as few as possible.

    Attributes:
        substitutions: units that are replaced.
        deletions: units of the reference that are missing.
        insertions: units that the reference does not have.
        hits: units that are the same.
    """

    substitutions: int
    deletions: int
    insertions: int
    hits: int

    @property
    def edits(self) -> int:
        """All edits together."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def rate(self) -> float:
        """Edits per unit of the reference; 1 per insertion where the reference is empty."""
        return self.edits / max(self.substitutions + self.deletions + self.hits, 1)


def normalised(text: str) -> str:
    """Return the form in which two spellings of one value are equal.

    Compatibility characters are unified (NFKC), case is folded, runs of spaces become one, and an address is
    written in its canonical form.
    """
    text = unified(text)
    if _URL.fullmatch(text):
        return canonical_url(text)
    # Folding can undo the composition, as of the Turkish İ.
    return unicodedata.normalize("NFKC", text.casefold())


def unified(text: str) -> str:
    """Return a text with compatibility characters unified (NFKC) and single spaces; case stays."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def canonical_url(url: str) -> str:
    """Return an address without the differences that never lead elsewhere (RFC 3986 §6.2.2, §6.2.3).

    Scheme and host are lower case, the scheme's own port, an empty fragment and a slash at the end are left out,
    and letters are escaped only where they have to be. What cannot be read comes back as it is.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if ":" in host:
        host = f"[{host}]"
    user, at, _ = parts.netloc.rpartition("@")
    address = f"{user}{at}{host}" + ("" if port in (None, _PORTS.get(scheme)) else f":{port}")
    return urlunsplit((scheme, address, _escaped(parts.path).rstrip("/"), parts.query, parts.fragment))


def _escaped(path: str) -> str:
    """Return a path with letters and digits unescaped and hexadecimal digits in upper case."""
    pieces = re.split(r"(%[0-9A-Fa-f]{2})", path)
    return "".join(
        (
            letter
            if (letter := unquote(one)).isascii() and (letter.isalnum() or letter in "-._~")
            else one.upper()
        )
        if one.startswith("%") and len(one) == 3
        else quote(one, safe=_UNRESERVED)
        for one in pieces
    )


def words(text: str, *, verbatim: bool = True) -> list[str]:
    """Split a text into normalised words: case folded, without punctuation except inside of words.

    Args:
        text: as written.
        verbatim: False leaves out sounds of hesitation (``FILLERS``).
    """
    folded = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).casefold()
    found = (_bare(one) for one in folded.split())
    return [one for one in found if one and (verbatim or one not in FILLERS)]


def _bare(word: str) -> str:
    start, end = 0, len(word)
    while start < end and _is_mark(word[start]):
        start += 1
    while end > start and _is_mark(word[end - 1]):
        end -= 1
    return word[start:end]


def _is_mark(char: str) -> bool:
    # Symbols such as $, % and + are said aloud; punctuation is not.
    return unicodedata.category(char)[0] == "P" and char not in "%&#@"


def errors(reference: Sequence[str], given: Sequence[str]) -> Errors:
    """Return the fewest edits between two sequences of characters or words.

    Of several ways with as few edits, one is taken: their sum is unique, their kinds are not.
    """
    kinds = {"replace": 0, "delete": 0, "insert": 0}
    for edit in Levenshtein.editops(reference, given):
        kinds[edit.tag] += 1
    hits = len(reference) - kinds["replace"] - kinds["delete"]
    return Errors(kinds["replace"], kinds["delete"], kinds["insert"], hits)


def distance(a: str, b: str) -> int:
    """Return the fewest edits between two texts (Levenshtein): of characters; see ``MOST_CELLS`` for long ones."""
    if len(a) * len(b) <= MAX_CELLS:
        return Levenshtein.distance(a, b)
    left, right = _SPLIT.split(a), _SPLIT.split(b)
    edits = sum(
        max(
            sum(map(len, left[one.src_start : one.src_end])),
            sum(map(len, right[one.dest_start : one.dest_end])),
        )
        for one in Levenshtein.opcodes(left, right)
        if one.tag != "equal"
    )
    # Everything can be replaced.
    return min(edits, max(len(a), len(b)))


def character_error_rate(reference: str, given: str) -> float:
    """Return edits per character of the reference (CER); 0 for equal texts, can be above 1."""
    return distance(reference, given) / max(len(reference), 1)


def word_error_rate(reference: Sequence[str], given: Sequence[str]) -> float:
    """Return edits per word of the reference (WER); 0 for equal sequences, can be above 1."""
    return errors(reference, given).rate


def edit_similarity(a: str, b: str) -> float:
    """Return 1 − distance / length of the longer text: 0 to 1, the same both ways; 1 for two empty texts."""
    return 1 - distance(a, b) / max(len(a), len(b), 1)
