"""Scores, merges and judgements of forms and spans, also of real sentences."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from server.tests.tasktypes.realdata import sentences

from labelwright.tasktypes.base import Rating
from labelwright.tasktypes.registry import find
from labelwright.tasktypes.text.entities import Units
from labelwright.tasktypes.text.examples_entities import ADA, FULL, LYON, MINIMAL, TRANSFORM, UNNAMED

FORM, SPANS = find("textcollection"), find("namedentityrecognition")
YES = {"global_attributes": {"capitalized": "yes"}}


def field(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "field_id": name, "title": name, **more}


def choices(*values: Any) -> list[dict[str, Any]]:
    return [{"label": str(one), "value": one} for one in values]


def asking(*fields: Any) -> dict[str, Any]:
    return {"attachments": [], "fields": list(fields)}


def score(params: Any, a: Any, b: Any) -> Any:
    return FORM.score(params, {"annotations": a}, {"annotations": b})


def merged(params: Any, *answers: Any) -> Any:
    return msgspec.json.decode(FORM.merge(params, [{"annotations": one} for one in answers]))["annotations"]


def rated(params: Any, answer: Any) -> list[Rating]:
    return list(FORM.ratings(params, {"annotations": answer}))


COLORS = field("category", "colors", choices=choices("red", "green", "blue"), max_choices=3)
SPAM = field("boolean", "spam")
STARS = field("number", "stars", min=1, max=5)
PRICE = field("number", "price")
ORDER = field("ranking_order", "order", options=choices("a", "b", "c"))


@pytest.mark.parametrize(
    ("asked", "a", "b", "likeness"),
    [
        (field("text", "x"), "Ada  L", "ada l", 1),
        (field("text", "x"), "abcd", "abxd", 0.75),
        (field("boolean", "x"), True, False, 0),
        (field("number", "x", min=1, max=5), 4, 2, 0.5),
        (field("number", "x", min=1, max=5), "4", 4.0, 1),
        (field("number", "x"), 4, 4.1, 0),
        (field("datetime", "x"), "2020-01-01T00:00:00.000Z", "2020-01-01T01:00:00+01:00", 1),
        (field("datetime", "x"), "2020-01-01", "2020-01-01T23:00:00Z", 1),
        (field("datetime", "x"), "2020-01-01T10:00:00Z", "2020-01-01T11:00:00Z", 0),
        (field("category", "x", choices=choices("a", "b")), ["a"], ["b"], 0),
        (field("category", "x", choices=choices(True, 1, "1"), max_choices=3), [True, "1"], [1, "1"], 1 / 3),
        (field("select", "x", choices=choices("a", "b")), "a", ["a"], 1),
        (
            field("ranking_order", "x", options=choices("a", "b", "c")),
            ["a", "b", "c"],
            ["a", "c", "b"],
            2 / 3,
        ),
        (field("time_range", "x"), {"start": 0, "end": 2}, {"start": 1, "end": 3}, 1 / 3),
        (field("time_range", "x"), {"start": 1, "end": 1}, {"start": 1, "end": 1}, 1),
        (field("file", "x"), {"url": "https://a.com/f"}, {"url": "HTTPS://A.com/f", "name": "f"}, 1),
        (field("text", "x", max_responses_required=3), ["a", "b"], ["b", "a"], 1),
        (field("text", "x", max_responses_required=3), ["a", "b"], ["b"], 0.5),
        (field("text", "x", max_responses_required=3, min_responses_required=1), ["a"], ["b"], 0),
    ],
)
def test_likeness_of_each_type_of_field(asked: Any, a: Any, b: Any, likeness: float) -> None:
    found = score(asking(asked), {"x": a}, {"x": b})
    assert found.value == pytest.approx(likeness)
    assert found.details["fields.x"] == pytest.approx(likeness)


def box(left: float, label: str, width: float = 10) -> dict[str, Any]:
    return {"left": left, "top": 0, "width": width, "height": 10, "label": label}


def test_boxes_of_a_field_in_the_form_of_panoptic_quality() -> None:
    asked = asking(field("bounding_box", "x", labels=["car", "bus"]))
    expected = [box(0, "car"), box(50, "bus"), box(100, "car")]
    given = [box(0, "car", 8), box(50, "car"), box(100, "car"), box(200, "bus")]
    assert score(asked, {"x": expected}, {"x": given}).value == pytest.approx((0.8 + 1) / (2 + 0.5 + 1))


def test_a_field_that_only_one_shows_or_answers_counts_nothing() -> None:
    why = field("text", "why", conditions=[{"spam": True}])
    asked = asking(SPAM, why, field("text", "note"))
    found = score(asked, {"spam": True, "why": "links"}, {"spam": False})
    assert found.details == {"exact_match": 1 / 3, "fields.spam": 0, "fields.why": 0, "fields.note": 1}
    hidden = score(asked, {"spam": False}, {"spam": False, "note": "x"})
    assert hidden.details == {"exact_match": 0.5, "fields.spam": 1, "fields.note": 0}
    assert (found.value, hidden.value) == (pytest.approx(1 / 3), 0.5)


def test_texts_of_several_lines_are_left_to_reviewers() -> None:
    essay = field("text", "essay", multiline=True)
    found = score(asking(SPAM, essay), {"spam": True, "essay": "aaaa"}, {"spam": True, "essay": "bbbb"})
    assert (found.value, found.details["text_similarity"]) == (1, 0)
    alone = score(asking(essay), {"essay": "abcd"}, {"essay": "abxx"})
    assert (alone.value, alone.details) == (0.5, {"text_similarity": 0.5})


def test_numbers_also_have_a_mean_error() -> None:
    found = score(asking(STARS, PRICE), {"stars": 5, "price": "11.79"}, {"stars": 4, "price": 11.29})
    assert found.details["mean_absolute_error"] == pytest.approx((1 + 0.5) / 2)
    assert found.value == pytest.approx((0.75 + 0) / 2)


ITEM = [field("text", "name"), field("number", "price")]


def test_fields_of_a_set_count_each_and_repeated_sets_by_the_best_pairs() -> None:
    once = asking(field("field_set", "item", fields=ITEM))
    found = score(once, {"item": {"name": "Pho", "price": 9}}, {"item": {"name": "Pho", "price": 8}})
    assert found.details["fields.item.name"] == 1
    assert (found.value, found.details["fields.item.price"]) == (0.5, 0)
    many = asking(field("field_set", "items", fields=ITEM, max_responses_required=9))
    menu = [{"name": "Pho", "price": 9}, {"name": "Tea", "price": 2}]
    assert score(many, {"items": menu}, {"items": menu[::-1]}).value == 1
    assert score(many, {"items": menu}, {"items": [{"name": "Tea", "price": 1}]}).value == pytest.approx(0.25)


def test_fields_are_merged_one_by_one() -> None:
    asked = asking(COLORS, SPAM, STARS, ORDER, field("time_range", "when"), field("text", "name"))
    answers = [
        {
            "colors": colors.split(),
            "spam": spam,
            "stars": stars,
            "order": list(order),
            "when": {"start": start, "end": end},
            "name": name,
        }
        for colors, spam, stars, order, start, end, name in [
            ("red", True, 1, "abc", 0, 9, "Ada King"),
            ("green red", False, "4", "acb", 1, 4, "ada king"),
            ("blue green", False, 5, "cab", 2, 5, "Ada Byron"),
        ]
    ]
    assert merged(asked, *answers) == {
        "colors": ["green", "red"],
        "spam": False,
        "stars": "4",
        "order": ["a", "c", "b"],
        "when": {"start": 1, "end": 5},
        "name": "ada king",
    }


def test_what_is_shown_follows_from_the_merged_answers() -> None:
    why = field("text", "why", required=True, conditions=[{"spam": True}])
    asked = asking(SPAM, why)
    spam = {"spam": True, "why": "links"}
    assert merged(asked, spam, {"spam": False}, {"spam": False}) == {"spam": False}
    assert merged(asked, {"spam": False}, spam, {**spam, "why": "Links"}) == {"spam": True, "why": "links"}


def test_fields_that_need_no_answer_are_kept_when_most_answered() -> None:
    asked = asking(SPAM, field("text", "note"))
    assert merged(asked, {"spam": True, "note": "x"}, {"spam": True}, {"spam": True}) == {"spam": True}
    assert merged(asked, {"note": "x"}, {"note": "x"}, {"spam": True}) == {"note": "x"}


def test_sets_and_rows_are_merged() -> None:
    once = asking(field("field_set", "item", fields=ITEM))
    answers = [{"item": {"name": "Pho", "price": price}} for price in (7, 9, 8)]
    assert merged(once, *answers) == {"item": {"name": "Pho", "price": 8}}
    many = asking(field("field_set", "items", fields=ITEM, max_responses_required=9))
    menu = [{"name": "Pho", "price": 9}, {"name": "Tea", "price": 2}]
    rows = [{"items": one} for one in (menu[:1], menu, [*menu, {"name": "Ice", "price": 3}])]
    assert merged(many, *rows) == {"items": menu}


def test_too_many_or_too_few_choices_of_most_give_way_to_one_answer() -> None:
    two = asking(field("category", "x", choices=choices("a", "b", "c", "d"), min_choices=2, max_choices=2))
    answers = [{"x": list(one)} for one in ("ab", "cd", "ac")]
    assert merged(two, *answers) == {"x": ["a", "c"]}
    none = [{"x": list(one)} for one in ("ab", "cd")]
    assert merged(two, *none) == {"x": ["a", "b"]}


def test_judgements_of_a_form() -> None:
    asked = asking(COLORS, SPAM, STARS, ORDER, field("datetime", "day"), field("text", "name"))
    answer = {
        "colors": ["red", "blue"],
        "spam": True,
        "stars": "4",
        "order": ["b", "a", "c"],
        "day": "2020-01-02",
        "name": "x",
    }
    assert rated(asked, answer) == [
        Rating("colors", ("blue", "red"), "set"),
        Rating("spam", "true"),
        Rating("stars", 4.0, "interval"),
        Rating("order.b", 1.0, "ordinal"),
        Rating("order.a", 2.0, "ordinal"),
        Rating("order.c", 3.0, "ordinal"),
        Rating("day", datetime(2020, 1, 2, tzinfo=UTC).timestamp(), "interval"),
    ]
    nested = asking(field("field_set", "meta", fields=[SPAM, STARS]))
    assert rated(nested, {"meta": {"stars": 2}}) == [Rating("meta.stars", 2.0, "interval")]
    select = asking(field("select", "x", choices=choices(1, "b"), max_responses_required=2), COLORS)
    assert rated(select, {"x": [[1]]}) == []


def spans(*found: Any, **more: Any) -> dict[str, Any]:
    return {"annotations": list(found), "relationships": [], **more}


def joined(params: Any, *answers: Any) -> Any:
    final = [msgspec.json.decode(SPANS.check_answer(params, one)[0]) for one in answers]
    return msgspec.json.decode(SPANS.merge(params, final))


def test_spans_attributes_and_relations_weigh_as_the_reference_says() -> None:
    related = {"id": "r", "source_ref": "ada", "target_ref": "tra", "name": "speaker_at"}
    right = spans(ADA, TRANSFORM, **YES) | {"relationships": [related]}
    assert SPANS.score(FULL, right, right).value == 1
    guest = {**ADA, "id": "x", "attributes": {"role": "guest"}}
    there = {**related, "source_ref": "x"}
    found = SPANS.score(FULL, right, spans(guest, TRANSFORM, **YES) | {"relationships": [there]})
    assert (found.details["attributes"], found.details["relation_f1"]) == (0.5, 1)
    assert found.value == pytest.approx(0.8 + 0.2 * 0.75)
    longer = {**TRANSFORM, "start": 16, "text": "at Transform"}
    near = SPANS.score(FULL, right, spans(ADA, longer, **YES) | {"relationships": [related]})
    assert near.details["f1"] == near.details["exact_f1"] == 0.5
    assert (near.details["partial_f1"], near.details["type_f1"]) == (0.75, 1)
    assert near.details["overlap_f1"] == pytest.approx((1 + 9 / 12) / 2)
    assert (near.details["relation_f1"], near.details["relaxed_relation_f1"]) == (0, 1)
    assert near.value == pytest.approx(0.8 * 0.5 + 0.2 * (1 + 0) / 2)


def test_relations_without_direction_count_either_way_round() -> None:
    a, b = {**LYON, "id": "a"}, {**LYON, "id": "b", "start": 0, "end": 3, "text": "Ada"}
    one = spans(a, b) | {"relationships": [{"id": "r", "source_ref": "a", "target_ref": "b"}]}
    other = spans(a, b) | {"relationships": [{"id": "r", "source_ref": "b", "target_ref": "a"}]}
    assert SPANS.score(UNNAMED, one, other).value == 1


def test_spans_that_most_marked_are_kept() -> None:
    ada = {"id": "a", "start": 0, "end": 3, "text": "Ada", "label": "Label_A"}
    cooke = {"id": "c", "start": 4, "end": 9, "text": "Cooke", "label": "Label_A"}
    lyon = {**LYON, "id": "l"}
    found = joined(MINIMAL, spans(lyon, cooke), spans(ada, {**lyon, "id": "x"}), spans(ada))
    assert [one["text"] for one in found["annotations"]] == ["Ada", "Lyon"]
    assert found["relationships"] == []


def test_attributes_and_relations_of_most_are_kept_under_new_names() -> None:
    def marked(name: str, role: str, *related: str) -> Any:
        relations = [
            {"id": f"{name}{i}", "source_ref": name, "target_ref": "tra", "name": one}
            for i, one in enumerate(related)
        ]
        person = {**ADA, "id": name, "attributes": {"role": role}}
        return spans(person, TRANSFORM, **YES) | {"relationships": relations}

    found = joined(
        FULL,
        marked("x", "guest"),
        marked("y", "speaker", "speaker_at"),
        marked("z", "guest", "speaker_at", "beside"),
    )
    person = found["annotations"][0]
    assert person["attributes"] == {"role": "guest"}
    assert [(one["source_ref"], one["name"]) for one in found["relationships"]] == [
        (person["id"], "speaker_at")
    ]
    assert found["global_attributes"] == {"capitalized": "yes"}


def test_one_name_for_different_spans_is_told_apart() -> None:
    ada = {"id": "1", "start": 0, "end": 3, "text": "Ada", "label": "Label_A"}
    lyon = {**LYON, "id": "1"}
    both = [{**ada, "id": "2"}, lyon]
    found = joined(
        MINIMAL, spans(ada), spans(lyon), spans(*both), spans({**ada, "id": "1"}, {**lyon, "id": "2"})
    )
    assert len({one["id"] for one in found["annotations"]}) == len(found["annotations"]) == 2


def test_judgements_of_spans_are_those_about_the_whole_text() -> None:
    assert SPANS.ratings(FULL, spans(ADA, **YES)) == [Rating("capitalized", "yes")]
    assert not SPANS.ratings(MINIMAL, spans())


NAME = r"(?:[A-Z]\.[- ]?)+(?:de )?[A-Z][a-z]+|[A-Z][a-z]+, (?:[A-Z]\. ?)+"
YEAR = r"\b(?:19|20)\d\d\b"


def marked(sentence: str, *patterns: tuple[str, str]) -> dict[str, Any]:
    """What somebody marks who knows only these patterns."""
    found = [
        {
            "start": len(Units(sentence[: one.start()])),
            "end": len(Units(sentence[: one.end()])),
            "label": label,
        }
        for label, pattern in patterns
        for one in re.finditer(pattern, sentence)
    ]
    return {"annotations": found, "relationships": []}


def plain_f1(a: Sequence[Any], b: Sequence[Any]) -> float:
    left, right = ({(one["start"], one["end"], one["label"]) for one in side} for side in (a, b))
    return 2 * len(left & right) / (len(left) + len(right)) if left or right else 1.0


def test_names_and_years_in_real_sentences() -> None:
    assert len(sentences()) == 20
    found = 0
    for sentence in sentences():
        params = {"text": sentence, "labels": [{"name": "name"}, {"name": "year"}]}
        careful = marked(sentence, ("name", NAME), ("year", YEAR))
        hasty = marked(sentence, ("name", r"\b[A-Z][a-z]+(?=,| and|\.)"), ("year", YEAR))
        short = marked(sentence, ("name", NAME))
        answers = [msgspec.json.decode(SPANS.check_answer(params, one)[0]) for one in (careful, hasty, short)]
        for one in answers:
            given = SPANS.score(params, answers[0], one)
            assert given.value == pytest.approx(plain_f1(answers[0]["annotations"], one["annotations"]))
            assert given.details["f1"] <= given.details["exact_f1"] <= given.details["partial_f1"]
            assert given.details["f1"] <= given.details["overlap_f1"] <= given.details["type_f1"] + 1e-9
        # Names are marked alike by two of three, years by two others: together they have everything.
        together = msgspec.json.decode(SPANS.merge(params, answers))
        assert plain_f1(together["annotations"], answers[0]["annotations"]) == 1
        found += len(answers[0]["annotations"])
    assert found > 60
