"""Texts against plain implementations: a table of edits, jiwer, nltk."""

import random
import unicodedata

import jiwer
import nltk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelwright.metrics import text

SENTENCES = [
    "The cat sat on the mat.",
    "the cat sat down on a mat",
    "A quick brown fox jumps over the lazy dog",
    "quick foxes jump over lazy dogs",
    "",
    "mat",
]


def random_words(seed: int, count: int) -> list[str]:
    chooser = random.Random(seed)
    return [chooser.choice("abcde") for _ in range(count)]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Ada  Lovelace", "ada lovelace"),
        ("ﬁne", "FINE"),
        (" 12\u00a0345\n", "12 345"),
        ("Straße", "STRASSE"),
        ("e\u0301tude", "Étude"),
        ("HTTP://Example.com:80/a/", "http://example.com/a"),
        ("https://example.com", "https://EXAMPLE.com/#"),
        ("https://example.com/%7euser/%e4", "https://example.com/~user/%E4"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
    ],
)
def test_equal_values_have_one_normal_form(a: str, b: str) -> None:
    assert text.normalised(a) == text.normalised(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Ada", "Ada."),
        ("https://example.com/A", "https://example.com/a"),
        ("https://example.com/a?x=1", "https://example.com/a?x=2"),
        ("https://example.com:8080/", "https://example.com/"),
        ("http://example.com", "https://example.com"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://ada@example.com", "https://example.com"),
    ],
)
def test_different_values_keep_their_difference(a: str, b: str) -> None:
    assert text.normalised(a) != text.normalised(b)


def test_an_address_that_cannot_be_read_stays_as_it_is() -> None:
    assert text.canonical_url("http://[half/x") == "http://[half/x"


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(value: str) -> None:
    once = text.normalised(value)
    assert text.normalised(once) == once
    assert unicodedata.is_normalized("NFKC", once)


def test_word_error_rate_of_the_reference() -> None:
    assert text.word_error_rate("the cat sat".split(), "the cat sat down".split()) == pytest.approx(1 / 3)
    found = text.errors("the cat sat".split(), "the cat sat down".split())
    assert (found.substitutions, found.deletions, found.insertions, found.hits) == (0, 0, 1, 3)


@pytest.mark.parametrize("seed", range(20))
def test_rates_agree_with_jiwer_and_nltk(seed: int) -> None:
    chooser = random.Random(seed)
    a, b = random_words(seed, chooser.randint(1, 30)), random_words(seed + 100, chooser.randint(0, 30))
    judged = jiwer.process_words(" ".join(a), " ".join(b))
    assert text.word_error_rate(a, b) == pytest.approx(judged.wer)
    found = text.errors(a, b)
    assert found.edits == nltk.edit_distance(a, b)
    assert found.substitutions + found.deletions + found.hits == len(a)
    assert found.substitutions + found.insertions + found.hits == len(b)
    joined = "".join(a), "".join(b)
    assert text.character_error_rate(*joined) == pytest.approx(jiwer.cer(*joined))
    longest = max(len(a), len(b))
    assert text.edit_similarity(*joined) == pytest.approx(1 - nltk.edit_distance(*joined) / longest)


@pytest.mark.parametrize("a", SENTENCES)
@pytest.mark.parametrize("b", SENTENCES)
def test_similarity_is_the_same_both_ways(a: str, b: str) -> None:
    assert text.edit_similarity(a, b) == text.edit_similarity(b, a)
    assert (text.edit_similarity(a, b) == 1) == (a == b)


def test_an_empty_reference_counts_insertions() -> None:
    assert text.character_error_rate("", "") == 0
    assert text.character_error_rate("", "abc") == 3
    assert text.word_error_rate([], ["a"]) == 1
    assert text.edit_similarity("", "") == 1


def test_words_are_bare_and_folded() -> None:
    assert text.words("“Don’t,” she said – it's 5% of $20…") == [
        "don't",
        "she",
        "said",
        "it's",
        "5%",
        "of",
        "$20",
    ]


def test_fillers_are_left_out_unless_every_sound_counts() -> None:
    said = "Um, I, uh... well – hmm – I mean: umbrella, uh-huh."
    assert text.words(said, verbatim=False) == ["i", "well", "i", "mean", "umbrella"]
    assert text.words(said)[:3] == ["um", "i", "uh"]


def test_long_texts_are_compared_word_by_word(monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = "the quick brown fox", "the quack brown  dogs"
    assert text.distance(a, b) == nltk.edit_distance(a, b)
    monkeypatch.setattr(text, "MAX_CELLS", 10)
    assert text.distance(a, b) == len("quack") + len("  ") + len("dogs")
    assert text.distance(a, a) == 0
    assert text.edit_similarity("abcdef", "uvw xyz") == 0
    assert text.edit_similarity(a, b) == text.edit_similarity(b, a) == pytest.approx(1 - 11 / 21)


def test_a_million_characters() -> None:
    long = "a tale of two cities " * 50_000
    assert text.edit_similarity(long, long.replace("two cities", "a city", 1)) > 0.9999
