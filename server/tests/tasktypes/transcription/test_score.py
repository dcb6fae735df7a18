"""Scores, merges and judgements of forms and transcripts, also of real sentences."""

from typing import Any

import jiwer
import msgspec
import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from server.tests.tasktypes.realdata import sentences

from labelwright.metrics.text import words
from labelwright.tasktypes.base import Rating
from labelwright.tasktypes.registry import find
from labelwright.tasktypes.transcription import score as module

SITE = {"attachment": "https://example.com", "attachment_type": "website"}
FORM: dict[str, Any] = {**SITE, "fields": {"title": "Title", "link": "First link"}}
ROWS: dict[str, Any] = {**SITE, "repeatable_fields": {"name": "Name", "count": "Number of comments"}}
BOTH: dict[str, Any] = {**FORM, **ROWS}
CHOICE: dict[str, Any] = {
    "attachments": ["a", "b"],
    "attachment_type": "text",
    "choices": ["yes", "no"],
    "fields": {"why": "?"},
}
SPEECH: dict[str, Any] = {"attachment": "https://example.com/a.wav", "verbatim": False}


def score(slug: str, params: Any, expected: Any, given: Any) -> Any:
    return find(slug).score(params, expected, given)


def merged(slug: str, params: Any, *answers: Any) -> Any:
    return msgspec.json.decode(find(slug).merge(params, answers))


def fields(title: str | None, link: str | None) -> Any:
    return {"fields": {"title": title, "link": link}}


@pytest.mark.parametrize("slug", ["transcription", "datacollection"])
def test_keys_are_compared_in_their_normal_form(slug: str) -> None:
    found = score(
        slug, FORM, fields("Ada  Lovelace", "HTTP://A.com/"), fields("ada lovelace", "http://a.com")
    )
    assert found.value == 1
    half = score(slug, FORM, fields("abcd", None), fields("abxd", ""))
    assert half.value == pytest.approx((0.75 + 1) / 2)
    assert half.details == {"exact_match": 0.5, "fields.title": 0.75, "fields.link": 1}
    assert score(slug, FORM, fields("a", "b"), fields(None, "aaaaaa")).value == 0


def test_rows_are_put_into_the_best_pairs() -> None:
    a = [{"name": "ada", "count": "12"}, {"name": "bob", "count": "0"}]
    turned = score("transcription", ROWS, {"repeatable_fields": a}, {"repeatable_fields": a[::-1]})
    assert turned.value == turned.details["repeatable_fields"] == 1
    one = score("transcription", ROWS, {"repeatable_fields": a}, {"repeatable_fields": a[:1]})
    assert one.value == 0.5
    wrong = [a[0], {"name": "bob", "count": None}]
    found = score("transcription", ROWS, {"repeatable_fields": a}, {"repeatable_fields": wrong})
    assert found.value == pytest.approx((1 + 0.5) / 2)
    assert score("transcription", ROWS, {"repeatable_fields": []}, {"repeatable_fields": a}).value == 0


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("block", "best"), [(256, 500), (2, 500), (256, 3)])
def test_many_rows_are_paired_as_in_a_plain_table(
    seed: int, block: int, best: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chooser = np.random.default_rng(seed)
    values = ["ada", "adam", "bob", "", None, "Bob", "rob", "1234", "1243"]

    def rows(count: int) -> list[dict[str, str | None]]:
        return [
            {key: values[chooser.integers(len(values))] for key in ("name", "count")} for _ in range(count)
        ]

    def alike(a: Any, b: Any) -> float:
        one = [{"fields": {"title": row["name"], "link": row["count"]}} for row in (a, b)]
        return score("datacollection", FORM, *one).value

    a, b = rows(7), rows(5)
    table = np.array([[alike(x, y) for y in b] for x in a])
    pairs = linear_sum_assignment(table, maximize=True)
    monkeypatch.setattr(module, "_BLOCK", block)
    monkeypatch.setattr(module, "_BEST", best)
    found = score("transcription", ROWS, {"repeatable_fields": a}, {"repeatable_fields": b}).value
    # With few partners each, or equal rows paired first, it can miss the last bit of the best sum.
    assert found <= table[pairs].sum() / 7 + 1e-9
    assert found == pytest.approx(table[pairs].sum() / 7, abs=0.05)


def test_a_table_of_thousands_of_rows() -> None:
    a = [{"name": f"item {i}", "count": str(i % 17)} for i in range(3_000)]
    b = [{**row, "count": "?"} if i % 2 else row for i, row in enumerate(a)]
    found = score("transcription", ROWS, {"repeatable_fields": a}, {"repeatable_fields": b[::-1]})
    assert found.value == pytest.approx(0.75, abs=0.01)


def test_every_key_of_rows_weighs_as_much_as_a_single_one() -> None:
    a = {**fields("x", "y"), "repeatable_fields": [{"name": "ada", "count": "1"}]}
    b = {**fields("x", "q"), "repeatable_fields": []}
    assert score("transcription", BOTH, a, b).value == pytest.approx((1 + 0 + 0 + 0) / 4)


def test_values_of_most_are_kept_in_a_spelling_that_somebody_used() -> None:
    answers = [fields("Google", "https://a.com"), fields("google", None), fields("Goggle", "https://a.com/")]
    assert merged("datacollection", FORM, *answers) == fields("Google", "https://a.com")
    three = [fields("Ada Lovelace", None), fields("Ada Lovelac", None), fields("Ida Lovelace", None)]
    assert merged("transcription", FORM, *three)["fields"]["title"] == "Ada Lovelace"


def test_rows_come_from_whoever_is_most_like_the_others() -> None:
    rows = [{"name": "ada", "count": "1"}, {"name": "bob", "count": "2"}]
    answers = [{"repeatable_fields": one} for one in (rows[:1], rows, [*rows, {"name": "x", "count": "9"}])]
    assert merged("transcription", ROWS, *answers) == {"repeatable_fields": rows}


def test_a_choice_weighs_four_times_as_much_as_the_fields() -> None:
    right = {"choice": "yes", "fields": {"why": "stripes"}}
    assert score("comparison", CHOICE, right, {**right, "choice": "no"}).value == pytest.approx(0.2)
    other = score("comparison", CHOICE, right, {**right, "fields": {"why": None}})
    assert other.value == pytest.approx(0.8)
    assert other.details == {"choice": 1, "exact_match": 0, "fields.why": 0}
    alone = {name: one for name, one in CHOICE.items() if name != "fields"}
    assert score("comparison", alone, {"choice": "yes"}, {"choice": "no"}).value == 0
    only = {name: one for name, one in CHOICE.items() if name != "choices"}
    assert score("comparison", only, {"fields": {"why": "a"}}, {"fields": {"why": "a"}}).value == 1


def test_the_choice_of_most() -> None:
    answers = [{"choice": one, "fields": {"why": one}} for one in ("no", "yes", "yes")]
    assert merged("comparison", CHOICE, *answers) == {"choice": "yes", "fields": {"why": "yes"}}


def test_judgements_are_choices_and_normal_forms() -> None:
    answer = {"choice": "yes", "fields": {"why": "  Stripes "}}
    assert find("comparison").ratings(CHOICE, answer) == [
        Rating("choice", "yes"),
        Rating("fields.why", "stripes"),
    ]
    assert find("datacollection").ratings(FORM, fields(None, "x"))[0] == Rating("fields.title", "")
    assert not find("audiotranscription").ratings(SPEECH, {"transcript": "a"})


def test_word_error_rate_of_the_reference() -> None:
    found = score(
        "audiotranscription", SPEECH, {"transcript": "the cat sat"}, {"transcript": "The cat sat down."}
    )
    assert found.value == pytest.approx(2 / 3)
    assert found.details["insertions"] == 1
    assert found.details["word_error_rate"] == pytest.approx(1 / 3)


def test_hesitation_counts_only_when_every_sound_is_asked_for() -> None:
    a, b = {"transcript": "Um, I mean it"}, {"transcript": "I mean it"}
    assert score("audiotranscription", SPEECH, a, b).value == 1
    assert score("audiotranscription", {**SPEECH, "verbatim": True}, a, b).value == pytest.approx(3 / 4)


def test_times_of_words() -> None:
    def aligned(late: float) -> Any:
        said = [{"word": one, "start": i + late, "end": i + 0.5} for i, one in enumerate(("The", "cat"))]
        return {"transcript": "The cat", "alignment": said}

    found = score("audiotranscription", SPEECH, aligned(0), aligned(0.25))
    assert (found.details["word_start_error"], found.details["word_end_error"]) == (0.25, 0)


def test_much_more_than_was_said_is_worth_nothing() -> None:
    assert score("audiotranscription", SPEECH, {"transcript": "a"}, {"transcript": "b c d"}).value == 0
    assert score("audiotranscription", SPEECH, {"transcript": ""}, {"transcript": "…"}).value == 1


def test_transcripts_of_real_sentences() -> None:
    for sentence in sentences():
        heard = sentence.replace("and ", "").replace("tion", "shun").lower()
        found = score("audiotranscription", SPEECH, {"transcript": sentence}, {"transcript": heard})
        left, right = words(sentence, verbatim=False), words(heard, verbatim=False)
        assert found.value == pytest.approx(1 - min(jiwer.wer(" ".join(left), " ".join(right)), 1))
        answers = [{"transcript": one} for one in (heard, sentence, sentence)]
        assert merged("audiotranscription", SPEECH, *answers) == {"transcript": sentence}
