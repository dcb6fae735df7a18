"""The answer of test mode."""

from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.image.examples import MINIMAL
from labelwright.tasktypes.registry import find

IMAGE = find("imageannotation")


def sample(params: Any, stored: Any) -> Any:
    """The sample, after making sure that the checker takes it."""
    kept = stored(IMAGE, params)
    made = msgspec.json.decode(IMAGE.sample_answer(kept))
    assert IMAGE.check_answer(kept, made)[1] == []
    return made


def task(**geometries: Any) -> dict[str, Any]:
    tools = {name: {"objects_to_annotate": ["first", "second"], **more} for name, more in geometries.items()}
    return {**MINIMAL, "geometries": tools}


def test_one_dummy_per_tool_with_the_first_label(stored: Any) -> None:
    tools = ("box", "polygon", "line", "point", "cuboid", "ellipse")
    made = sample({**task(**{name: {} for name in tools})}, stored)
    assert [one["type"] for one in made["annotations"]] == list(tools)
    assert {one["label"] for one in made["annotations"]} == {"first"}
    assert (made["global_attributes"], made["links"]) == ({}, [])
    box, polygon, line, point, cuboid, ellipse = made["annotations"]
    assert [box[name] for name in ("left", "top", "width", "height")] == [0, 0, 100, 100]
    assert [(v["x"], v["y"]) for v in polygon["vertices"]] == [(10, 10), (110, 110), (10, 110)]
    assert line["vertices"] == polygon["vertices"]
    assert (point["x"], point["y"]) == (10, 10)
    assert [(v["x"], v["y"]) for v in ellipse["vertices"]] == [(60, 10), (110, 60), (60, 110), (10, 60)]
    assert [v["description"] for v in cuboid["vertices"]][4:] == ["side-topcorner", "side-bottomcorner"]


def test_tools_without_labels_give_nothing(stored: Any) -> None:
    params = {**MINIMAL, "geometries": {**MINIMAL["geometries"], "polygon": {"objects_to_annotate": []}}}
    assert [one["type"] for one in sample(params, stored)["annotations"]] == ["box"]


@pytest.mark.parametrize(
    ("tool", "options"),
    [
        ("box", {"min_width": 500, "min_height": 900, "can_rotate": True}),
        ("box", {"integer_pixels": True}),
        ("polygon", {"min_vertices": 4, "max_vertices": 4}),
        ("polygon", {"min_vertices": 400}),
        ("line", {"max_vertices": 2}),
        ("line", {"min_vertices": 1, "max_vertices": 3}),
        ("line", {"min_vertices": 200}),
        ("cuboid", {"min_width": 2000, "min_height": 1}),
        ("cuboid", {"min_width": 1, "min_height": 1_000_000}),
    ],
)
def test_options_are_respected(tool: str, options: dict[str, Any], stored: Any) -> None:
    assert len(sample(task(**{tool: options}), stored)["annotations"]) == 1


def attribute(kind: str = "category", **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "description": "?",
        **({"choices": ["x", "y"]} if kind == "category" else {}),
        **more,
    }


def test_required_answers_are_given_and_others_not(stored: Any) -> None:
    params = {
        **task(box={}, point={}),
        "annotation_attributes": {
            "second": attribute(conditions={"attribute_conditions": [{"first": "x"}]}),
            "third": attribute(conditions={"attribute_conditions": [{"first": "y"}]}),
            "first": attribute(),
            "line": attribute("y_line"),
            "maybe": attribute(required=False),
            "scene": attribute("angle", conditions={"is_global": True}),
        },
    }
    made = sample(params, stored)
    assert [one["attributes"] for one in made["annotations"]] == [
        {"first": "x", "second": "x", "line": 0},
        {"first": "x", "second": "x"},
    ]
    assert made["global_attributes"] == {"scene": 0}


def test_required_links_get_targets(stored: Any) -> None:
    to = attribute("linked", required=True, allowed_labels=["second"])
    made = sample({**task(box={}), "annotation_attributes": {"to": to}}, stored)["annotations"]
    assert [one["label"] for one in made] == ["first", "second", "second"]
    uuids = [one["uuid"] for one in made]
    assert [one["attributes"]["to"] for one in made] == [uuids[1], uuids[2], uuids[1]]


def test_base_annotations_are_kept_and_completed_as_far_as_they_may(stored: Any) -> None:
    base = {"uuid": "b", "type": "box", "label": "second", "left": 1, "top": 1, "width": 5, "height": 5}
    params = {
        **task(box={}),
        "annotation_attributes": {"a": attribute()},
        "base_annotations": {"annotations": [base]},
    }
    made = sample({**params, "can_delete_base_annotations": False}, stored)["annotations"]
    assert [(one["label"], one["attributes"]) for one in made] == [
        ("second", {"a": "x"}),
        ("first", {"a": "x"}),
    ]
    locked = {"can_edit_base_annotations": False, "can_add_base_annotations": False}
    assert sample({**params, **locked}, stored)["annotations"] == [base]


def test_a_sample_used_as_base_annotations_leaves_room_for_new_ones(stored: Any) -> None:
    params = task(box={}, point={})
    made = sample(params, stored)
    again = sample({**params, "base_annotations": {"annotations": made["annotations"][1:]}}, stored)
    assert len({one["uuid"] for one in again["annotations"]}) == 3
