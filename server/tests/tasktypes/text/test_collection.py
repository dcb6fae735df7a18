"""``textcollection`` beyond its examples: what comes out, and how conditions are read."""

from typing import Any

import msgspec
import pytest
from server.tests.harness import Tenant, done

from labelwright.tasktypes.base import Media
from labelwright.tasktypes.registry import find
from labelwright.tasktypes.text.examples_collection import (
    ANSWERED,
    BEST_TWO,
    FULL,
    GENRES,
    MINIMAL,
    RANKED,
    RATINGS,
    SHOP,
    TICKED,
)

KIND = find("textcollection")


def final(params: Any, values: Any, stored: Any) -> Any:
    text, problems = KIND.check_answer(stored(KIND, params), {"annotations": values})
    assert list(problems) == []
    return msgspec.json.decode(text)["annotations"]


def asking(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"attachments": [], "fields": list(fields)}


def field(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "field_id": name, "title": "?", **more}


def test_verbose_answers_come_out_plain(stored: Any) -> None:
    verbose = {
        "answer_reasonable": {"type": "category", "field_id": "answer_reasonable", "response": [["no"]]}
    }
    assert final(MINIMAL, verbose, stored) == {"answer_reasonable": ["no"]}
    asked = asking(
        field("text", "many", max_responses_required=3),
        field("number", "one"),
        field("field_set", "set", fields=[field("text", "a"), field("boolean", "b")]),
    )
    given = {
        "many": {"type": "text", "field_id": "many", "response": ["x", "y"]},
        "one": {"type": "number", "field_id": "one", "response": [4]},
        "set": {
            "type": "field_set",
            "field_id": "set",
            "response": [{"a": {"type": "text", "field_id": "a", "response": ["x"]}, "b": True}],
        },
    }
    assert final(asked, given, stored) == {"many": ["x", "y"], "one": 4, "set": {"a": "x", "b": True}}


def test_everything_comes_out_as_given(stored: Any) -> None:
    assert final(FULL, ANSWERED, stored) == ANSWERED
    assert final(FULL, {**GENRES, "price": None}, stored) == GENRES
    assert final(MINIMAL, {"answer_reasonable": "no"}, stored) == {"answer_reasonable": ["no"]}


def test_the_sample_answers_every_field_that_is_shown(stored: Any) -> None:
    made = msgspec.json.decode(KIND.sample_answer(stored(KIND, FULL)) or b"null")["annotations"]
    assert made == {
        "genres": ["rap"],
        "summary": "Test response",
        "is_spam": True,
        "price": 0,
        "when": "2020-01-01T00:00:00.000Z",
        "size": ["s"],
        "labels": ["test response", "test response"],
        "spoken": {"start": 0, "end": 1},
        "order": ["a", "b"],
        "proof": {"url": "https://example.com/test-response"},
        "logo": [{"left": 0, "top": 0, "width": 100, "height": 100, "label": "logo"}],
        "items": [{"item_name": "test response", "item_price": 0}],
        "meta": {"gluten_friendly": True},
    }


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, 0),
        ({"min": 2.5}, 2.5),
        ({"max": -1}, -1),
        ({"max": -1, "step": 3}, -3),
        ({"max": 7, "step": 3}, 0),
    ],
)
def test_sample_numbers(options: dict[str, Any], wanted: float, stored: Any) -> None:
    kept = stored(KIND, asking(field("number", "n", **options)))
    assert msgspec.json.decode(KIND.sample_answer(kept) or b"") == {"annotations": {"n": wanted}}
    assert final(kept, {"n": wanted}, stored) == {"n": wanted}


@pytest.mark.parametrize(
    ("conditions", "shown_for"),
    [
        ([{"n": 1}], [1, "1", "1.0"]),
        ([{"n": [1, 2]}], [1, 2, "1", "1.0"]),
        ([{"n": {"not": 1}}], [2, 3, None]),
        ([{"n": {"not": {"not": 1}}}], [1, "1", "1.0"]),
        ([{"not": {"n": 1}}], [2, 3, None]),
        ([{"n": {"not": [1, 2]}}, {"n": 2}], [2, 3, None]),
        ([{"n": {"not": 1}, "b": True}], []),
        ([], [1, 2, 3, None, "1", "1.0"]),
    ],
)
def test_conditions(conditions: Any, shown_for: list[Any], stored: Any, found: Any) -> None:
    asked = asking(
        field("number", "n"), field("boolean", "b"), field("text", "t", required=True, conditions=conditions)
    )
    for value in (1, 2, 3, None, "1", "1.0"):
        given = {} if value is None else {"n": value}
        problems = found(KIND, asked, {"annotations": given})
        assert bool(problems) == (value in shown_for), value
        if not problems:
            assert found(KIND, asked, {"annotations": {**given, "t": "x"}}) == [
                ("annotations.t", "not_asked")
            ]


def test_conditions_look_out_of_sets_but_not_into_them(stored: Any, found: Any) -> None:
    inner = field("text", "inner", required=True, conditions=[{"outer": True}])
    asked = asking(
        field("field_set", "set", fields=[inner, field("text", "more")]), field("boolean", "outer")
    )
    assert found(KIND, asked, {"annotations": {"outer": True, "set": {}}}) == [
        ("annotations.set.inner", "required")
    ]
    assert found(KIND, asked, {"annotations": {"outer": False, "set": {}}}) == []
    into = asking(
        field("field_set", "set", fields=[field("boolean", "a"), field("boolean", "b")]),
        field("text", "t", conditions=[{"a": True}]),
    )
    with pytest.raises(Exception, match='"a" is not allowed'):
        stored(KIND, into)


def test_many_fields_in_the_worst_order_are_put_in_order(stored: Any) -> None:
    chain = [field("boolean", f"f{i}", conditions=[{f"f{i + 1}": True}]) for i in range(200)]
    kept = stored(KIND, asking(*chain, field("boolean", "f200")))
    made = msgspec.json.decode(KIND.sample_answer(kept) or b"")["annotations"]
    assert list(made) == [f"f{i}" for i in range(201)]


def test_boxes_stay_on_their_image(stored: Any) -> None:
    box = {"left": 90, "top": 0, "width": 20, "height": 10}
    asked = {
        "attachments": [SHOP, {"type": "image", "content": "https://a/b.jpg"}],
        "fields": [field("bounding_box", "b", attachment_index=1)],
    }
    media = [Media("https://shop.example/tea", 50, 50), Media("https://a/b.jpg", 100, 100)]
    problems = KIND.check_answer(stored(KIND, asked), {"annotations": {"b": [box]}}, media)[1]
    assert [(one.path, one.code) for one in problems] == [("annotations.b[0]", "outside")]
    inside = {"annotations": {"b": [{**box, "left": 80}]}}
    assert KIND.check_answer(stored(KIND, asked), inside, media)[1] == []


@pytest.mark.parametrize("value", ["2026-11-22", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00.5+01:00"])
def test_days_and_times(value: str, stored: Any) -> None:
    assert final(asking(field("datetime", "d")), {"d": value}, stored) == {"d": value}


@pytest.mark.parametrize("value", ["", "22.11.2026", "2026-13-01", "2026-11-22T25:00:00Z", 20261122, "now"])
def test_what_is_no_date(value: Any, found: Any) -> None:
    asked = asking(field("datetime", "d"))
    assert found(KIND, asked, {"annotations": {"d": value}}) == [("annotations.d", "type")]


def test_attachments_are_what_is_shown(stored: Any) -> None:
    assert list(KIND.attachments(stored(KIND, FULL))) == [
        "https://shop.example/tea",
        "**Tea** <em>for two</em>",
        "s3://shop/tea.jpg",
    ]


def sample(params: Any, stored: Any) -> Any:
    return msgspec.json.decode(KIND.sample_answer(stored(KIND, params)) or b"null")["annotations"]


def test_f20_fields_of_sections_are_answered_beside_the_others(stored: Any) -> None:
    """Programs walk over the values of ``annotations`` and read each as a number."""
    assert sample(RATINGS, stored) == {"Rating 0": -4, "Rating 1": -4}
    flat = {"Rating 0": 3, "Rating 1": -2}
    nested = {
        "form_0": {"Rating 0": 3},
        "form_1": {"type": "form", "field_id": "form_1", "response": [{"Rating 1": -2}]},
    }
    assert final(RATINGS, flat, stored) == final(RATINGS, nested, stored) == flat
    assert [int(value) for value in final(RATINGS, nested, stored).values()] == [3, -2]
    kept = stored(KIND, RATINGS)
    asked = KIND.answer_schema(kept)["$defs"]["TextCollectionAnswer"]["properties"]["annotations"]
    assert {name: one["title"] for name, one in asked["properties"].items()} == {
        "Rating 0": "Comparison 0: The Rating 0",
        "Rating 1": "Comparison 1: The Rating 1",
    }
    assert asked["properties"]["Rating 0"]["description"] == "Confidence"
    assert asked["required"] == ["Rating 0", "Rating 1"]
    told = KIND.conversation(kept, {"annotations": flat})
    assert told is not None
    assert [(one.key, one.value) for one in told.threads[0].turns[0].annotations] == list(flat.items())
    assert [one.field for one in KIND.ratings(kept, {"annotations": flat})] == ["Rating 0", "Rating 1"]
    other = {"annotations": {**flat, "Rating 1": 2}}
    score = KIND.score(kept, {"annotations": flat}, other)
    assert score.value == pytest.approx((1 + 0.5) / 2)
    assert set(score.details) >= {"fields.Rating 0", "fields.Rating 1"}
    merged = msgspec.json.decode(KIND.merge(kept, [{"annotations": flat}, other, other]))
    assert merged == other


def test_f20_a_section_with_conditions_hides_its_fields(stored: Any) -> None:
    inner = [field("text", "a"), field("text", "b", required=True, conditions=[{"a": "x"}, {"a": "y"}])]
    asked = asking(
        field("boolean", "more"),
        field("form", "outer", conditions=[{"more": True}], fields=[field("form", "s", fields=inner)]),
    )
    assert final(asked, {"more": False}, stored) == {"more": False}
    assert final(asked, {"more": True, "a": "z"}, stored) == {"more": True, "a": "z"}
    for values, code in (({"a": "x"}, "not_asked"), ({"more": True, "a": "y"}, "required")):
        _, problems = KIND.check_answer(stored(KIND, asked), {"annotations": values})
        assert [problem.code for problem in problems] == [code]
    assert sample(asked, stored) == {"more": True, "a": "test response"}


def test_f20_an_order_without_options_is_a_list_of_numbers_from_0(stored: Any) -> None:
    assert sample(RANKED, stored) == {"Rank Responses": [0, 1, 2]}
    ranked = final(RANKED, {"Rank Responses": ["2", "0", "1"]}, stored)["Rank Responses"]
    assert list(map(int, ranked)).index(2) == 0
    assert ranked == [2, 0, 1]
    kept = stored(KIND, RANKED)
    asked = KIND.answer_schema(kept)["$defs"]["TextCollectionAnswer"]["properties"]["annotations"]
    order = asked["properties"]["Rank Responses"]
    assert order["items"]["oneOf"] == [{"const": n, "title": f"Response {n + 1}"} for n in range(3)]
    assert (order["maxItems"], order["description"]) == (3, "Best → Worst")
    told = KIND.conversation(kept, {"annotations": {"Rank Responses": ranked}})
    assert told is not None
    (annotation,) = told.threads[0].turns[0].annotations
    assert (annotation.value, annotation.labels) == (
        ["2", "0", "1"],
        ["Response 1", "Response 2", "Response 3"],
    )
    turned = [{"annotations": {"Rank Responses": order}} for order in ([2, 0, 1], [1, 0, 2])]
    assert KIND.score(kept, turned[0], turned[0]).value == 1
    assert KIND.score(kept, turned[0], turned[1]).value == 0
    merged = msgspec.json.decode(KIND.merge(kept, [turned[1], turned[0], turned[0]]))
    assert merged == turned[0]


@pytest.mark.parametrize(
    ("more", "good", "bad"),
    [
        ({"num_items_to_rank": 2, "num_options": 4}, [[3, 0]], [[0], [0, 1, 2], [0, 4], [1, 1]]),
        ({"num_options": 3}, [[2, 1, 0]], [[0, 1], [0, 1, True]]),
        ({"num_options": 3, "options_flexible": True}, [[1], [2, 0], [0, 1, 2]], [[], [3], [0, 0]]),
        ({"num_items_to_rank": 3, "positions_flexible": True}, [[1], [0, 1, 2]], [[0, 1, 2, 3]]),
        ({"num_items_to_rank": 9, "num_options": 2}, [[1, 0]], [[0]]),
        (
            {"num_items_to_rank": 1, "options": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]},
            [["b"]],
            [["a", "b"], [0]],
        ),
    ],
)
def test_f20_how_many_are_put_in_order(more: Any, good: Any, bad: Any, stored: Any) -> None:
    kept = stored(KIND, asking(field("ranking_order", "r", **more)))
    for one in good:
        text, problems = KIND.check_answer(kept, {"annotations": {"r": one}})
        assert (msgspec.json.decode(text)["annotations"]["r"], list(problems)) == (one, [])
    for one in bad:
        _, problems = KIND.check_answer(kept, {"annotations": {"r": one}})
        assert [problem.code for problem in problems] == ["ranking"], one
    sampled = msgspec.json.decode(KIND.sample_answer(kept) or b"")
    assert list(KIND.check_answer(kept, sampled)[1]) == []


def test_f20_orders_of_the_best_are_compared_and_merged(stored: Any) -> None:
    kept = stored(KIND, BEST_TWO)
    one, other = ({"annotations": {"r": order}} for order in ([0, 1], [0, 3]))
    assert KIND.score(kept, one, one).value == 1
    assert 0.5 < KIND.score(kept, one, other).value < 1
    assert msgspec.json.decode(KIND.merge(kept, [one, other, other])) == other


def test_f20_nothing_ticked_is_an_answer_where_none_need_be(stored: Any) -> None:
    assert final(TICKED, {"ticked": []}, stored) == final(TICKED, {}, stored) == {"ticked": []}
    assert final(TICKED, {"ticked": ["yes", "no"]}, stored) == {"ticked": ["yes", "no"]}
    assert sample(TICKED, stored) == {"ticked": ["yes"]}


def test_f20_what_programs_send_comes_back(tenant: Tenant) -> None:
    for params in (RATINGS, RANKED, TICKED):
        made = done(tenant.test.post("/v1/task/textcollection", json=params))
        read = done(tenant.test.get(f"/v1/task/{made['task_id']}"))
        assert {name: read["params"][name] for name in params} == params
        assert read["response"] == made["response"]
        shown = done(tenant.test.get("/v2/task", params={"task_id": made["task_id"]}))
        annotations = shown["threads"][0]["turns"][0]["annotations"]
        assert [one["key"] for one in annotations] == list(read["response"]["annotations"])
