"""Answers to ``imageannotation`` as a whole: sizes of real images, attributes, links, locks."""

import uuid
from typing import Any

import msgspec
import pytest
from sklearn.datasets import load_sample_images

from labelwright.tasktypes.base import Media
from labelwright.tasktypes.image.examples import CAR, FULL, MINIMAL, STREET_ANSWER, TRAILER
from labelwright.tasktypes.registry import find

IMAGE = find("imageannotation")


def cow(**more: Any) -> dict[str, Any]:
    return {"type": "box", "label": "Baby Cow", "left": 1, "top": 2, "width": 30, "height": 40, **more}


def finished(params: Any, answer: Any, stored: Any) -> Any:
    text, problems = IMAGE.check_answer(stored(IMAGE, params), answer)
    assert [problem for problem in problems if problem.severity == "error"] == []
    return msgspec.json.decode(text)


@pytest.mark.parametrize("index", [0, 1], ids=["china.jpg", "flower.jpg"])
def test_real_images_bound_the_shapes(index: int, found: Any) -> None:
    height, width = load_sample_images().images[index].shape[:2]
    media = Media("image.jpg", width, height)
    whole = cow(left=0, top=0, width=width, height=height)
    assert found(IMAGE, MINIMAL, {"annotations": [whole]}, media) == []
    assert found(IMAGE, MINIMAL, {"annotations": [{**whole, "left": 0.5}]}, media) == [
        ("annotations[0].width", "outside")
    ]
    padded = {**MINIMAL, "padding": 10, "paddingY": 0}
    assert found(IMAGE, padded, {"annotations": [{**whole, "left": 0.5}]}, media) == []
    assert found(IMAGE, padded, {"annotations": [{**whole, "top": 0.5}]}, media) == [
        ("annotations[0].height", "outside")
    ]


@pytest.mark.parametrize(
    ("padding", "across", "down"),
    [
        ({}, 0, 0),
        ({"padding": 9}, 9, 9),
        ({"padding": 9, "paddingX": 4}, 4, 9),
        ({"padding": 9, "paddingY": 0}, 9, 0),
        ({"paddingX": 3, "paddingY": 5}, 3, 5),
    ],
)
def test_padding_of_one_direction_overrides_the_common_one(
    padding: dict[str, int], across: int, down: int, found: Any
) -> None:
    image, params = Media("cow.jpg", 640, 427), {**MINIMAL, **padding}
    widest = cow(left=-across, top=-down, width=640 + 2 * across, height=427 + 2 * down)
    assert found(IMAGE, params, {"annotations": [widest]}, image) == []
    beyond = {**widest, "left": -across - 1, "top": -down - 1}
    assert found(IMAGE, params, {"annotations": [beyond]}, image) == [
        ("annotations[0].left", "outside"),
        ("annotations[0].top", "outside"),
    ]


def test_without_a_known_size_anything_goes(found: Any) -> None:
    assert found(IMAGE, MINIMAL, {"annotations": [cow(left=99999)]}, Media("cow.jpg")) == []


def test_the_context_image_bounds_nothing(found: Any) -> None:
    media = (Media("cow.jpg", 640, 480), Media("context.jpg", 10, 10))
    assert found(IMAGE, MINIMAL, {"annotations": [cow(left=100)]}, *media) == []


def test_uuids_roots_and_attributes_are_filled_in(stored: Any) -> None:
    plain = finished(MINIMAL, {"annotations": [cow(), cow()]}, stored)
    given = [one["uuid"] for one in plain["annotations"]]
    assert len({uuid.UUID(one) for one in given}) == 2
    assert (plain["global_attributes"], plain["links"]) == ({}, [])
    assert "attributes" not in plain["annotations"][0]
    asked = {
        **MINIMAL,
        "annotation_attributes": {"a": {"type": "text", "description": "?", "required": False}},
    }
    assert finished(asked, {"annotations": [cow()]}, stored)["annotations"][0]["attributes"] == {}


def test_numbers_keep_their_spelling(stored: Any) -> None:
    text, _ = IMAGE.check_answer(stored(IMAGE, MINIMAL), {"annotations": [cow(left=1, top=2.5, width=30.0)]})
    assert b'"left":1,"top":2.5,"width":30.0,"height":40' in text


def test_the_street_comes_out_complete(stored: Any) -> None:
    street = finished(FULL, STREET_ANSWER, stored)
    by_label = {one["label"]: one for one in street["annotations"]}
    assert by_label["Car"]["rotation"] == 0
    assert len(by_label["van"]["edges"]) == 7
    assert by_label["solid"]["attributes"] == {}
    (link,) = street["links"]
    assert link["is_bidirectional"] is False
    assert (link["from"], link["to"], link["label"]) == (CAR, TRAILER, "tows")


def test_unknown_keys_are_left_out_with_a_warning(stored: Any) -> None:
    text, problems = IMAGE.check_answer(stored(IMAGE, MINIMAL), {"annotations": [cow(score=1)], "seconds": 3})
    assert [(one.path, one.severity) for one in problems] == [
        ("annotations[0].score", "warning"),
        ("seconds", "warning"),
    ]
    assert b"score" not in text
    assert b"seconds" not in text


def linked(**link: Any) -> list[tuple[str, str]]:
    answer = {**STREET_ANSWER, "links": [{"label": "tows", "from": CAR, "to": TRAILER, **link}]}
    params = msgspec.json.decode(
        IMAGE.check_params({key: msgspec.Raw(msgspec.json.encode(one)) for key, one in FULL.items()})
    )
    return [(one.path, one.code) for one in IMAGE.check_answer(params, answer)[1]]


@pytest.mark.parametrize(
    ("link", "problems"),
    [
        ({}, []),
        ({"is_bidirectional": False, "uuid": "l"}, []),
        ({"is_bidirectional": True}, [("links[0].is_bidirectional", "wrong_direction")]),
        ({"label": "pushes"}, [("links[0].label", "unknown_label")]),
        ({"to": "nobody"}, [("links[0].to", "unknown_target")]),
        ({"from": TRAILER, "to": CAR}, [("links[0]", "wrong_target")]),
        ({"to": CAR}, [("links[0].to", "self_link"), ("links[0]", "wrong_target")]),
        ({"label": "beside"}, [("links[0]", "wrong_target")]),
        ({"uuid": CAR}, [("links[0].uuid", "duplicate")]),
        ({"from": 1}, [("links[0].from", "type")]),
    ],
)
def test_links_follow_their_rules(link: dict[str, Any], problems: list[tuple[str, str]]) -> None:
    assert linked(**link) == problems


def test_a_bidirectional_link_may_be_drawn_either_way_but_once(found: Any) -> None:
    params = {
        **MINIMAL,
        "geometries": {"box": {"objects_to_annotate": ["Baby Cow", "Cow"]}},
        "links": {
            "family": [
                {"is_bidirectional": True, "from_allowed_labels": ["Cow"], "to_allowed_labels": ["Baby Cow"]}
            ]
        },
    }
    pair = [cow(uuid="calf"), cow(uuid="cow", label="Cow")]
    for source, target in (("calf", "cow"), ("cow", "calf")):
        link = {"label": "family", "from": source, "to": target}
        assert found(IMAGE, params, {"annotations": pair, "links": [link]}) == []
        assert found(IMAGE, params, {"annotations": pair, "links": [link, link]}) == [
            ("links[1]", "duplicate")
        ]


def test_global_answers_are_required_and_decide_what_is_asked(found: Any) -> None:
    params = {
        **MINIMAL,
        "annotation_attributes": {
            "night": {"description": "?", "choices": ["Yes", "No"], "conditions": {"is_global": True}},
            "lights": {
                "description": "?",
                "choices": ["on"],
                "conditions": {"attribute_conditions": [{"night": "Yes"}]},
            },
        },
    }
    bare, lit = {"annotations": [cow()]}, {"annotations": [cow(attributes={"lights": "on"})]}
    assert found(IMAGE, params, bare) == [("global_attributes.night", "required")]
    assert found(IMAGE, params, {**bare, "global_attributes": {"night": "No"}}) == []
    assert found(IMAGE, params, {**lit, "global_attributes": {"night": "Yes"}}) == []
    assert found(IMAGE, params, {**lit, "global_attributes": {"night": "No"}}) == [
        ("annotations[0].attributes.lights", "not_asked")
    ]
    assert found(IMAGE, params, {**bare, "global_attributes": {"night": "Yes"}}) == [
        ("annotations[0].attributes.lights", "required")
    ]
    assert ("global_attributes.lights", "unknown_attribute") in found(
        IMAGE, params, {**bare, "global_attributes": {"night": "No", "lights": "on"}}
    )


LOCKED = {
    "attachment": MINIMAL["attachment"],
    "geometries": {
        "box": {"objects_to_annotate": ["Baby Cow", "Cow"], "can_rotate": True},
        "polygon": {"objects_to_annotate": ["Field"]},
    },
    "annotation_attributes": {"age": {"type": "number", "description": "?"}},
    "base_annotations": {
        "annotations": [
            cow(uuid="calf", attributes={"age": 1}),
            {"uuid": "field", "type": "polygon", "label": "Field",
             "vertices": [{"x": 0, "y": 0}, {"x": 9, "y": 0}, {"x": 9, "y": 9}, {"x": 0, "y": 0}]},
        ]
    },
}  # fmt: skip
FIELD = {**LOCKED["base_annotations"]["annotations"][1], "attributes": {"age": 3}}


@pytest.mark.parametrize(
    ("locks", "calf", "problems"),
    [
        ((), {}, []),
        (("edit",), {}, []),
        (("edit",), {"left": 1.0, "rotation": 0}, []),
        (("edit",), {"left": 1.5}, [("annotations[0].left", "locked")]),
        (("edit",), {"attributes": {"age": 2}}, [("annotations[0].attributes.age", "locked")]),
        (("edit",), {"label": "Cow"}, []),
        (("edit",), {"label": "Dog"}, [("annotations[0].label", "unknown_label")]),
        (("edit", "labels"), {"label": "Cow"}, [("annotations[0].label", "locked")]),
        (("labels",), {"left": 5}, []),
        (("delete",), {"uuid": "other"}, [("annotations", "locked")]),
        (("add",), {"uuid": "other"}, [("annotations[0]", "locked")]),
        (("add", "delete", "edit", "labels"), {}, []),
    ],
)
def test_locks(locks: tuple[str, ...], calf: dict[str, Any], problems: list[Any], found: Any) -> None:
    names = {
        "edit": "can_edit_base_annotations",
        "labels": "can_edit_base_annotation_labels",
        "delete": "can_delete_base_annotations",
        "add": "can_add_base_annotations",
    }
    params = {**LOCKED, **{names[one]: False for one in locks}}
    # Without its attribute the field was never complete; locked, it must be let through as it is.
    field = LOCKED["base_annotations"]["annotations"][1] if "edit" in locks else FIELD
    answer = {"annotations": [cow(**{"uuid": "calf", "attributes": {"age": 1}, **calf}), field]}
    assert found(IMAGE, params, answer) == problems


def test_a_locked_annotation_may_lie_outside_the_image(found: Any) -> None:
    base = {"annotations": [cow(uuid="calf", left=600)]}
    media = Media("cow.jpg", 610, 427)
    locked = {**MINIMAL, "base_annotations": base, "can_edit_base_annotations": False}
    assert found(IMAGE, locked, base, media) == []
    assert found(IMAGE, {**MINIMAL, "base_annotations": base}, base, media) == [
        ("annotations[0].width", "outside")
    ]


def test_everything_wrong_is_reported_at_once(found: Any) -> None:
    answer = {
        "annotations": [cow(width=0), "cow", {"type": "box"}, cow(label="Dog", uuid="a"), cow(uuid="a")],
        "global_attributes": [],
        "links": [{"label": "x", "from": "a", "to": "b"}, 5],
    }
    assert found(IMAGE, MINIMAL, answer) == [
        ("annotations[1]", "type"),
        ("annotations[2].left", "required"),
        ("annotations[2].top", "required"),
        ("annotations[2].width", "required"),
        ("annotations[2].height", "required"),
        ("annotations[2].label", "required"),
        ("global_attributes", "type"),
        ("links[1]", "type"),
        ("annotations[4].uuid", "duplicate"),
        ("annotations[0].width", "too_small"),
        ("annotations[3].label", "unknown_label"),
        ("links[0].label", "unknown_label"),
        ("links[0].to", "unknown_target"),
    ]


def test_the_task_and_the_answer_are_left_as_they_were(stored: Any) -> None:
    params, answer = stored(IMAGE, FULL), msgspec.json.decode(msgspec.json.encode(STREET_ANSWER))
    before = msgspec.json.encode([params, answer])
    IMAGE.check_answer(params, answer)
    IMAGE.sample_answer(params)
    assert msgspec.json.encode([params, answer]) == before
