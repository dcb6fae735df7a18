"""Finds the encoding of a text that neither declares one nor has a mark: the reading that languages are most like.

Each encoding gives a reading of the same bytes. How likely a reading is follows from the letters of each language that
is written in the encoding; what is hardly likelier than another reading is left open, for a wrong letter is worse than
none.
"""

import codecs
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from labelwright.tasktypes.media.alphabets import CHINESE, ENGLISH, KANJI, KOREAN, LATIN, OTHERS

CLEAR = 2.5
"""Logarithm of how much likelier a reading has to be than every other."""

_LEAST = -7.5
"""Logarithm of how likely each letter of a reading has to be: what is less likely is in no language."""

_SAMPLE = 1 << 13
"""Bytes of a text that are looked at."""

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")

_PRIORS: Mapping[str, float] = {
    "cp1250": -1.5,
    "cp1254": -2.0,
    "cp1255": -1.0,
    "cp1257": -1.5,
    "iso8859_15": -1.0,
    "iso8859_2": -2.0,
    "iso8859_7": -1.0,
    "iso8859_8": -1.0,
    "iso8859_13": -3.0,
    "koi8_r": -2.0,
    "koi8_u": -2.5,
    "cp866": -3.5,
    "iso8859_5": -4.0,
    "iso8859_6": -2.5,
    "mac_roman": -5.0,
    "mac_cyrillic": -4.0,
    "cp850": -5.0,
    "cp852": -5.0,
}
"""How much rarer texts in an encoding are than in the usual one of its languages."""

_WIDE = ("cp932", "euc_jp", "gb18030", "big5", "cp949")
_LEVELS = {
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "big5": ("big5", 0xA4, 0xC6),
    "cp932": ("cp932", 0x88, 0x97),
    "euc_jp": ("cp932", 0x88, 0x97),
    "cp949": ("euc_kr", 0xB0, 0xC8),
}
"""The rows with the usual characters of encodings with two bytes: those of other encodings fall beside them."""

_USUAL_SIGNS = frozenset("’‘“”„–—…«»€°§¿¡·£©®™½²³±×µ\xa0№،؟؛")
_WIDE_SIGNS = frozenset("、。，．：；？！「」『』（）“”‘’—…・ー《》〈〉\u3000　％～")
_MEASURES, _BY_NUMBERS = frozenset("°€£№±×½²³"), 4.5
_CLOSING = frozenset("’”…€°™®")
_WITHOUT_KANA, _ALONE = 6, -3.0
_IN_WORDS = frozenset("’‘·\xad")
_FOREIGN, _STRANGE, _SIGN, _ODD_SIGN = -9.0, -13.0, -6.0, -11.0
_FIRST_CAPITAL, _CAPITALS, _LATE_CAPITAL = -1.6, -1.5, -7.0
_STANDS_ALONE = frozenset("àáéèêíóôúåöøæяивскоуаіїєбжйэοηήόωو")
"""Letters beyond ASCII that are words."""


def detect(data: bytes) -> str | None:
    """The text in some bytes; None where no reading is clearly the likeliest."""
    sample = _sample(data)
    best: dict[str, tuple[float, str]] = {}
    for encoding in (*_alphabets(), *_WIDE):
        try:
            # The end of the sample may be within a character.
            text = codecs.getincrementaldecoder(encoding)().decode(sample)
        except (UnicodeError, ValueError):
            continue
        score = _likelihood(text, encoding) + _PRIORS.get(encoding, 0.0)
        best[text] = max((score, encoding), best.get(text, (-math.inf, "")))
    found: str | None = None
    least = -math.inf
    for score, encoding, beginning in sorted(((*one, text) for text, one in best.items()), reverse=True):
        if score < least:
            break
        try:
            text = data.decode(encoding)
        except (UnicodeError, ValueError):
            continue
        if found is not None:
            return None
        letters = sum(one.isalpha() or not one.isascii() for one in beginning)
        if score <= _LEAST * max(1, letters):
            return None
        found, least = text, score - CLEAR
    return found


def _sample(data: bytes) -> bytes:
    """The first lines with bytes beyond ASCII, but for what is too much."""
    found = bytearray()
    end = 0
    while len(found) < _SAMPLE and (beyond := _BEYOND_ASCII.search(data, end)):
        start = data.rfind(b"\n", end, beyond.start()) + 1 or end
        end = data.find(b"\n", beyond.end()) + 1 or len(data)
        found += data[start : min(end, start + _SAMPLE)]
    return bytes(found[:_SAMPLE])


@cache
def _alphabets() -> Mapping[str, Sequence[tuple[float, Mapping[str, float]]]]:
    """For each encoding its languages: the logarithms of how frequent they are, and each of their letters."""
    found: dict[str, list[tuple[float, Mapping[str, float]]]] = {}
    for language in (*LATIN, *OTHERS):
        letters = _frequencies(language.letters)
        for encoding in language.encodings:
            found.setdefault(encoding, []).append((language.prior, letters))
    return found


def _frequencies(letters: str) -> Mapping[str, float]:
    """Letters become rarer exponentially, down to one in two thousand."""
    shares = [max(0.0005, math.exp(-4.0 * place / len(letters))) for place in range(len(letters))]
    whole = sum(shares)
    return {letter: math.log(share / whole) for letter, share in zip(letters, shares, strict=True)}


_ENGLISH = _frequencies(ENGLISH)


def _likelihood(text: str, encoding: str) -> float:
    """The logarithm of how likely a reading is, but for what all readings have in common."""
    words = Counter(_words(text))
    plain = [(word, n) for word, n in words.items() if word.isascii()]
    other = [(word, n) for word, n in words.items() if not word.isascii()]
    signs = _signs(text)
    if encoding in _WIDE:
        return signs + _wide_words(other, plain, encoding)
    return signs + max(_in_language(other, plain, *one) for one in _alphabets()[encoding])


def _words(text: str) -> Iterator[str]:
    """Letters, with the marks of scripts that write vowels above them."""
    return iter(re.findall(r"(?:[^\W\d_]|[\u0e31-\u0e4e])+", text))


def _in_language(
    other: Sequence[tuple[str, int]],
    plain: Sequence[tuple[str, int]],
    prior: float,
    letters: Mapping[str, float],
) -> float:
    is_latin = "e" in letters
    score = prior + sum(n * _word(word, letters) for word, n in other)
    # Who writes one word in capitals writes others so, too.
    score -= (_FIRST_CAPITAL + _CAPITALS) * max(
        0, sum(n for word, n in other if word.isupper() and word[1:]) - 1
    )
    for word, n in plain:
        english = _word(word, _ENGLISH) - 0.7
        score += n * (max(english, _word(word, letters)) if is_latin else english)
    return score


def _word(word: str, letters: Mapping[str, float]) -> float:
    score = _shape(word)
    # Python makes two characters of this capital.
    for letter in word.replace("İ", "i").lower():
        known = letters.get(letter)
        if known is None:
            known = _FOREIGN if unicodedata.name(letter, "").startswith("LATIN") else _STRANGE
            if letter.isascii() and "e" not in letters:
                # A plain letter amid those of another alphabet.
                known = _STRANGE
        score += known
    return score


def _shape(word: str) -> float:
    """Where capitals stand, and which letters are alone."""
    score = 0.0
    for place, letter in enumerate(word):
        if letter.isupper():
            before = word[place - 1] if place else ""
            if not place:
                score += _FIRST_CAPITAL
            elif not before.isupper():
                score += _LATE_CAPITAL
            elif place == 1:
                score += _CAPITALS
        elif place > 1 and letter.islower() and word[place - 1].isupper() and word[place - 2].isupper():
            score += _LATE_CAPITAL
    if "ς" in word[:-1]:
        score += _LATE_CAPITAL
    if len(word) == 1 and word.lower() not in _STANDS_ALONE and not word.isascii():
        score += _LATE_CAPITAL
    return score


def _signs(text: str) -> float:
    """What is beyond ASCII and no letter."""
    return sum(
        _sign(found[0], text[max(0, found.start() - 2) : found.start()], text[found.end() : found.end() + 2])
        for found in re.finditer(r"[^\x00-\x7f]", text)
        if not (found[0].isalpha() or "\u0e31" <= found[0] <= "\u0e4e")
    )


def _sign(sign: str, before: str, after: str) -> float:
    """One sign with the two characters on each side of it."""
    if unicodedata.category(sign)[0] == "C" and sign != "\xad":
        return 3 * _STRANGE
    score = _SIGN if sign in _USUAL_SIGNS or sign in _WIDE_SIGNS else _ODD_SIGN
    if sign in _MEASURES and any(one.isdigit() for one in before + after):
        score += _BY_NUMBERS * (2 if sign == "°" and after[:1] in {"C", "F"} else 1)
    left, right = before[-1:], after[:1]
    if sign not in _USUAL_SIGNS and sign in _WIDE_SIGNS:
        return score + _SIGN * (left.isascii() and left.isalpha())
    if sign not in _IN_WORDS and left.isalpha() and right.isalpha():
        return score + _ODD_SIGN
    return score + _SIGN * (sign in _CLOSING and right.isalpha() and not left.isalpha())


def _wide_words(other: Sequence[tuple[str, int]], plain: Sequence[tuple[str, int]], encoding: str) -> float:
    score = sum(n * (_word(word, _ENGLISH) - 0.7) for word, n in plain)
    ideographs = [one for word, _ in other for one in word if one >= "\u3400"]
    if encoding in {"cp932", "euc_jp"} and len(ideographs) > _WITHOUT_KANA:
        # Sentences in Japanese have particles.
        score += _ODD_SIGN * (not any("\u3041" <= one <= "\u30ff" for word, _ in other for one in word))
    for word, n in other:
        score += n * (_ALONE * (len(word) == 1) + sum(_wide_letter(letter, encoding) for letter in word))
        # Where words have no spaces, plain letters rarely touch others.
        score += n * -4.0 * len(re.findall(r"[A-Za-z](?=[^\x00-\x7f])|[^\x00-\x7f](?=[A-Za-z])", word))
    return score


def _wide_letter(letter: str, encoding: str) -> float:
    japanese = encoding in {"cp932", "euc_jp"}
    if letter.isascii():
        return _ENGLISH.get(letter.lower(), _STRANGE)
    if "\u3041" <= letter <= "\u30ff":
        return -4.8 if japanese else _STRANGE
    if "\uff61" <= letter <= "\uff9f":
        return -6.0
    if letter in {"gb18030": CHINESE, "big5": CHINESE, "cp949": KOREAN}.get(encoding, KANJI):
        return -6.0
    codec, low, high = _LEVELS[encoding]
    try:
        usual = low <= letter.encode(codec)[0] <= high
    except UnicodeEncodeError:
        usual = False
    return (-9.0 if usual else -15.0) - (0.0 if unicodedata.category(letter) == "Lo" else 4.0)
