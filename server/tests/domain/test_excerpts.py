"""Excerpts of instructions."""

import pytest

from labelwright.domain.excerpts import EXCERPT, WITHOUT_TEXT, excerpt


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("# Box **every** car", "# Box **every** car"),
        ("a < b", "a < b"),
        ("<h1>Box</h1><p class='a>b'>every &amp; all</p>", "Box every & all"),
        ("<html><head><style>p { color: red }</style></head><body>Box<!-- no --> it", "Box it"),
        ("<iframe src='https://docs.google.com/document/d/x/pub'></iframe>", WITHOUT_TEXT),
        ("<p>" + "word " * 100, ("word " * 100)[:EXCERPT]),
        ("<script>never ends", WITHOUT_TEXT),
    ],
)
def test_f14_excerpts_have_the_words_of_an_instruction(text: str, words: str) -> None:
    assert excerpt(text) == words
