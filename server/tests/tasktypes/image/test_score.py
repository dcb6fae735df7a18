"""Scores and merges of ``imageannotation``: shapes, attributes, links, locks, and the coins of a real picture."""

import copy
from typing import Any

import msgspec
import numpy as np
import pytest
from server.tests.metrics.pictures import boxes, coins, outlines

from labelwright.tasktypes.base import Media
from labelwright.tasktypes.registry import find

KIND = find("imageannotation")
MEDIA = (Media("https://example.com/coins.png", 384, 303),)
PARAMS: dict[str, Any] = {
    "attachment": "https://example.com/coins.png",
    "geometries": {
        "box": {"objects_to_annotate": ["coin", "button", "person"], "min_width": 4},
        "polygon": {"objects_to_annotate": ["coin"], "max_vertices": 400},
        "point": {"objects_to_annotate": ["nose"]},
    },
    "annotation_attributes": {
        "metal": {"description": "Metal?", "choices": ["gold", "silver", "bronze"], "required": False},
        "mint": {
            "description": "Mint?",
            "choices": ["Rome", "Ephesus"],
            "conditions": {"attribute_conditions": [{"metal": "gold"}]},
        },
        "owner": {"type": "linked", "description": "Whose?", "allowed_labels": ["person"]},
        "light": {"description": "Light?", "choices": ["day", "lamp"], "conditions": {"is_global": True}},
    },
    "links": {
        "beside": {"is_bidirectional": True, "from_allowed_labels": ["coin"], "to_allowed_labels": ["coin"]}
    },
}


def box(uuid: str, left: float, top: float = 10, label: str = "coin", **attributes: Any) -> dict[str, Any]:
    place = {"left": left, "top": top, "width": 40, "height": 40}
    return {"uuid": uuid, "type": "box", "label": label, **place, "attributes": attributes}


def answer(*annotations: dict[str, Any], light: str = "day", links: Any = ()) -> dict[str, Any]:
    return {
        "annotations": list(annotations),
        "global_attributes": {"light": light},
        "links": [{"label": "beside", "from": a, "to": b} for a, b in links],
    }


def accepted(given: Any, params: Any = PARAMS) -> Any:
    text, problems = KIND.check_answer(kept(params), given, MEDIA)
    assert not problems
    return msgspec.json.decode(text)


def kept(params: Any) -> Any:
    return msgspec.json.decode(
        KIND.check_params(msgspec.json.decode(msgspec.json.encode(params), type=dict[str, msgspec.Raw]))
    )


def score(expected: Any, given: Any, params: Any = PARAMS) -> Any:
    return KIND.score(kept(params), accepted(expected, params), accepted(given, params), MEDIA)


def merge(*answers: Any, params: Any = PARAMS) -> Any:
    made = KIND.merge(kept(params), [accepted(one, params) for one in answers], MEDIA)
    again, problems = KIND.check_answer(kept(params), msgspec.json.decode(made), MEDIA)
    assert not problems
    assert again == made
    return msgspec.json.decode(made)


def test_shapes_are_four_fifths_and_what_is_said_of_them_one() -> None:
    expected = answer(box("a", 0, metal="silver"), box("b", 100, metal="bronze"))
    given = answer(box("x", 0, metal="silver"), box("y", 100, metal="silver"), light="lamp")
    found = score(expected, given)
    assert found.details["geometry"] == 1
    # Light, and the metal of two: one of three is right.
    assert found.details["attributes"] == pytest.approx(1 / 3)
    assert found.value == pytest.approx(0.8 + 0.2 / 3)
    assert "links" not in found.details


def test_moved_and_missing_boxes() -> None:
    found = score(answer(box("a", 0), box("b", 100)), answer(box("x", 10)))
    iou = 30 / 50
    assert found.details["geometry"] == pytest.approx(iou / (1 + 0.5))
    assert found.details["recall"] == 0.5
    assert found.value == pytest.approx(0.8 * iou / 1.5 + 0.2)


def test_links_are_edges_between_matched_shapes() -> None:
    expected = answer(box("a", 0), box("b", 100), box("c", 200), links=[("a", "b"), ("b", "c")])
    given = answer(box("x", 0), box("y", 100), box("z", 200), links=[("y", "x"), ("x", "z")])
    found = score(expected, given)
    # Both directions of a mutual link are the same link.
    assert found.details["links"] == 0.5
    assert found.value == pytest.approx(0.8 + 0.2 * (1 + 0.5) / 2)


def test_linked_attributes_follow_the_match() -> None:
    people = box("p", 200, label="person"), box("q", 300, label="person")
    renamed = box("P", 200, label="person"), box("Q", 300, label="person")
    expected = answer(box("a", 0, owner="p"), *people)
    assert score(expected, answer(box("x", 0, owner="P"), *renamed)).value == 1
    assert score(expected, answer(box("x", 0, owner="Q"), *renamed)).details["attributes"] == 0.5


def test_a_point_that_belongs_to_a_box_is_measured_by_the_box() -> None:
    params = copy.deepcopy(PARAMS)
    params["annotation_attributes"]["owner"]["conditions"] = {"label_condition": {"label": "nose"}}
    person = {**box("p", 100, label="person"), "width": 200, "height": 200}

    def nose(x: float, **attributes: Any) -> dict[str, Any]:
        return {"uuid": "n", "type": "point", "label": "nose", "x": x, "y": 90, "attributes": attributes}

    alone = score(answer(person, nose(200)), answer(person, nose(210)), params)
    tied = score(answer(person, nose(200, owner="p")), answer(person, nose(210, owner="p")), params)
    assert tied.details["point"] == pytest.approx(float(np.exp(-(10**2) / (2 * (200 * 0.05) ** 2))))
    assert tied.details["point"] > alone.details["point"]


def test_real_coins_outlined_twice() -> None:
    def drawn(picture: Any) -> dict[str, Any]:
        vertices = [
            [{"x": max(x, 0), "y": max(y, 0)} for x, y in ring]
            for ring in outlines(picture)
            if len(ring) < 400
        ]
        rows = boxes(picture).tolist()
        return answer(
            *({"type": "polygon", "label": "coin", "vertices": one} for one in vertices),
            *(
                {**box(f"b{i}", x, y), "width": right - x, "height": bottom - y}
                for i, (x, y, right, bottom) in enumerate(rows)
                if right - x > 4
            ),
        )

    first, second = drawn(coins()), drawn(coins(12))
    found = score(first, second)
    assert 0.5 < found.value < 1
    assert found.details["mean_iou"] > 0.7
    assert score(first, first).value == 1
    third = merge(first, second, drawn(coins(6)))
    assert score(first, third).details["geometry"] > found.details["geometry"]


def test_most_decide_each_shape_attribute_and_link() -> None:
    people = [
        answer(box("a", 0, metal="gold", mint="Rome"), box("b", 100), links=[("a", "b")]),
        answer(box("c", 4, metal="gold", mint="Rome"), box("d", 104), links=[("d", "c")], light="lamp"),
        answer(box("e", 6, metal="silver"), box("f", 250)),
    ]
    merged = merge(*people)
    assert [one["left"] for one in merged["annotations"]] == [4, 102]
    assert merged["annotations"][0]["attributes"] == {"metal": "gold", "mint": "Rome"}
    assert merged["global_attributes"] == {"light": "day"}
    names = [one["uuid"] for one in merged["annotations"]]
    assert [{one["from"], one["to"]} for one in merged["links"]] == [set(names)]


def test_merged_attributes_keep_their_conditions() -> None:
    # Each answer has a majority of its own; without gold, nobody is asked for the mint.
    people = [
        answer(box("a", 0, metal="gold", mint="Rome")),
        answer(box("b", 0, metal="silver")),
        answer(box("c", 0, metal="bronze")),
        answer(box("d", 0, metal="silver")),
    ]
    assert merge(*people)["annotations"][0]["attributes"] == {"metal": "silver"}


def test_links_to_shapes_that_are_dropped_are_dropped() -> None:
    people = [
        answer(box("a", 0), box("b", 100), links=[("a", "b")]),
        answer(box("c", 0)),
        answer(box("d", 0)),
    ]
    merged = merge(*people)
    assert len(merged["annotations"]) == 1
    assert merged["links"] == []


def test_locked_shapes_stay_as_they_are() -> None:
    params = {
        **PARAMS,
        "base_annotations": {"annotations": [box("base", 0)]},
        "can_edit_base_annotations": False,
        "can_delete_base_annotations": False,
    }
    people = [answer(box("base", 0), box(f"new{i}", 100 + i)) for i in range(3)]
    merged = merge(*people, params=params)
    assert [(one["uuid"], one["left"]) for one in merged["annotations"]] == [("base", 0), ("new1", 101)]


def test_a_merged_outline_that_is_too_fine_gives_way_to_a_drawn_one() -> None:
    params = copy.deepcopy(PARAMS)
    params["geometries"]["polygon"]["max_vertices"] = 4

    def square(x: float, y: float) -> dict[str, Any]:
        corners = [(x, y), (x + 60, y), (x + 60, y + 60), (x, y + 60)]
        vertices = [{"x": a, "y": b} for a, b in corners]
        return {"uuid": f"{x}", "type": "polygon", "label": "coin", "vertices": vertices}

    people = [answer(square(x, y)) for x, y in ((0, 0), (8, 5), (3, 9))]
    merged = merge(*people, params=params)["annotations"][0]
    assert any(merged["vertices"] == one["annotations"][0]["vertices"] for one in people)
    assert len(merge(*people)["annotations"][0]["vertices"]) > 4


def test_questions_about_the_picture_are_ratings() -> None:
    ratings = KIND.ratings(
        kept(PARAMS), accepted(answer(box("a", 0, metal="gold", mint="Rome"), light="lamp"))
    )
    assert [(one.field, one.value, one.level) for one in ratings] == [("light", "lamp", "nominal")]
