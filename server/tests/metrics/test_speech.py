"""Times of words: only those that both have, in order."""

import pytest

from labelwright.metrics.speech import TimedWord, timing_errors


def timed(*words: str, late: float = 0.0) -> list[TimedWord]:
    return [TimedWord(word, i + late, i + 0.5 + 2 * late) for i, word in enumerate(words)]


def test_the_same_times() -> None:
    found = timing_errors(timed("a", "b"), timed("a", "b"))
    assert found is not None
    assert (found.matched, found.start, found.end) == (2, 0, 0)


def test_mean_distance_of_starts_and_ends() -> None:
    found = timing_errors(timed("a", "b", "c"), timed("a", "x", "c", late=0.1))
    assert found is not None
    assert found.matched == 2
    assert (found.start, found.end) == (pytest.approx(0.1), pytest.approx(0.2))


def test_an_added_word_does_not_shift_the_others() -> None:
    found = timing_errors(timed("a", "b"), [TimedWord("um", 0, 0.1), *timed("a", "b")])
    assert found is not None
    assert (found.matched, found.start) == (2, 0)


def test_no_word_in_common() -> None:
    assert timing_errors(timed("a"), timed("b")) is None
    assert timing_errors([], []) is None
