"""How well words are placed in time: the errors of starts and ends of the words that two transcripts share."""

from collections.abc import Sequence

import msgspec
from rapidfuzz.distance import Levenshtein


class TimedWord(msgspec.Struct, frozen=True):
    """A normalised word and when it is said, in seconds."""

    word: str
    start: float
    end: float


class TimingErrors(msgspec.Struct, frozen=True):
    """How far the words that two transcripts share are apart.

    Attributes:
        matched: how many words they share, in order.
        start: mean distance of the starts, in seconds.
        end: mean distance of the ends, in seconds.
    """

    matched: int
    start: float
    end: float


def timing_errors(expected: Sequence[TimedWord], given: Sequence[TimedWord]) -> TimingErrors | None:
    """Return the mean errors over the words that a shortest edit leaves as they are; None when there are none."""
    blocks = Levenshtein.opcodes([one.word for one in expected], [one.word for one in given])
    pairs = [
        (expected[block.src_start + i], given[block.dest_start + i])
        for block in blocks
        if block.tag == "equal"
        for i in range(block.src_end - block.src_start)
    ]
    if not pairs:
        return None
    return TimingErrors(
        len(pairs),
        sum(abs(a.start - b.start) for a, b in pairs) / len(pairs),
        sum(abs(a.end - b.end) for a, b in pairs) / len(pairs),
    )
