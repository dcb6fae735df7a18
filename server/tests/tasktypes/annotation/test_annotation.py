"""The first generation of image tasks: what recordings show, and what examples cannot."""

from typing import Any

import msgspec
import pytest

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.annotation.examples import CAMERA, COW, DRAWN, FULL, LABELLED, MINIMAL, OWN
from labelwright.tasktypes.base import Media
from labelwright.tasktypes.registry import find

TRIANGLE = [{"x": 10, "y": 10}, {"x": 110, "y": 110}, {"x": 10, "y": 110}]


def sample(slug: str, params: Any, stored: Any) -> Any:
    made = find(slug).sample_answer(stored(find(slug), params))
    return None if made is None else msgspec.json.decode(made)


@pytest.mark.parametrize(
    ("slug", "added"),
    [
        ("annotation", {"with_labels": False, "min_width": 0, "min_height": 0, "examples": []}),
        ("polygonannotation", {"with_labels": False}),
        ("lineannotation", {"with_labels": False, "splines": False}),
        ("pointannotation", {"with_labels": False}),
        ("cuboidannotation", {"with_labels": True, "min_annotations": 0, "max_annotations": 0}),
    ],
)
def test_defaults_that_recordings_echo(slug: str, added: dict[str, Any], stored: Any) -> None:
    assert stored(find(slug), MINIMAL) == {**MINIMAL, "attachment_type": "image", **added}


def test_samples_as_recorded(stored: Any) -> None:
    box = {"left": 0, "top": 0, "width": 100, "height": 100, "label": "baby cow"}
    assert sample("annotation", LABELLED, stored) == {"annotations": [box]}
    for slug in ("polygonannotation", "lineannotation"):
        wanted = {"annotations": [{"vertices": TRIANGLE, "label": "baby cow"}]}
        assert sample(slug, LABELLED, stored) == wanted
    assert sample("pointannotation", LABELLED, stored) is None
    cuboid = sample("cuboidannotation", MINIMAL, stored)["annotations"]
    assert [one["label"] for one in cuboid] == ["big cow"]
    assert [(v["description"], v["x"], v["y"], v["type"]) for v in cuboid[0]["vertices"]] == [
        ("face-topleft", 100, 70, "vertex"),
        ("face-bottomleft", 100, 296, "vertex"),
        ("face-topright", 320, 70, "vertex"),
        ("face-bottomright", 320, 296, "vertex"),
        ("side-topcorner", 441, 82, "vertex"),
        ("side-bottomcorner", 441, 198, "vertex"),
    ]
    assert [list(one) for one in cuboid] == [["vertices", "label"]]


def test_numeric_strings_as_the_official_client_sends_them(stored: Any) -> None:
    kept = stored(find("annotation"), {**LABELLED, "min_width": "30", "min_height": "30"})
    assert (kept["min_width"], kept["min_height"]) == (30, 30)


def test_samples_respect_what_is_asked(stored: Any) -> None:
    large = sample("annotation", {**MINIMAL, "min_width": 700, "min_height": 5}, stored)
    assert large["annotations"] == [{"left": 0, "top": 0, "width": 700, "height": 100}]
    three = sample("cuboidannotation", {**MINIMAL, "min_annotations": 3, "min_height": 300}, stored)
    assert len(three["annotations"]) == 3
    linked = sample("annotation", FULL, stored)["annotations"]
    assert [one["label"] for one in linked] == ["baby cow", "big cow"]
    assert linked[0]["attributes"] == {"pose": "stands", "age": 0, "mother": linked[1]["uuid"]}


def test_answers_get_what_newer_types_have(stored: Any) -> None:
    for slug, drawn in DRAWN.items():
        kind = find(slug)
        params = stored(kind, {**LABELLED, **OWN[slug], "min_annotations": 0, "min_width": 0})
        text, problems = kind.check_answer(params, {"annotations": [{**drawn, "label": "big cow"}]})
        assert list(problems) == []
        (made,) = msgspec.json.decode(text)["annotations"]
        assert len(made.pop("uuid")) == 36
        assert made.pop("type") == slug.removesuffix("annotation") or slug == "annotation"
        assert len(made.pop("edges", ())) == (7 if slug == "cuboidannotation" else 0)
        assert made == {**drawn, "label": "big cow"}


def test_the_image_bounds_the_shapes(found: Any) -> None:
    outside = {
        "annotation": ["annotations[0].height"],
        "polygonannotation": ["annotations[0].vertices[1]", "annotations[0].vertices[2]"],
        "lineannotation": ["annotations[0].vertices[1]"],
        "pointannotation": [],
        "cuboidannotation": [f"annotations[0].vertices[{i}]" for i in range(6)],
    }
    for slug, places in outside.items():
        drawn = {"annotations": [{**DRAWN[slug], "label": "big cow"}]}
        problems = found(find(slug), LABELLED, drawn, Media(COW, 400, 50))
        assert problems == [(place, "outside") for place in places]


def test_the_only_label_decides_what_is_asked_where_labels_are_left_out(found: Any) -> None:
    asked = {
        "a": {
            "description": "?",
            "choices": ["x"],
            "conditions": {"label_condition": {"label": "big cow"}},
        }
    }
    params = {**MINIMAL, "with_labels": False, "annotation_attributes": asked}
    missing = [("annotations[0].attributes.a", "required")]
    assert found(find("pointannotation"), params, {"annotations": [{"x": 1, "y": 2}]}) == missing


def test_the_scale_of_the_camera_is_spelt_one_way(stored: Any) -> None:
    camera = dict(CAMERA["camera_intrinsics"])
    camera["scale_factor"] = camera.pop("scalefactor")
    kept = stored(find("cuboidannotation"), {**MINIMAL, "camera_intrinsics": camera})["camera_intrinsics"]
    assert kept == {**CAMERA["camera_intrinsics"], "skew": 0}


def test_further_keys_of_examples_are_kept_but_must_be_json() -> None:
    members = {key: msgspec.Raw(msgspec.json.encode(one)) for key, one in MINIMAL.items()}
    start = b'[{"correct":true,"image":"https://a/b","explanation":"","more":'
    kept = find("annotation").check_params({**members, "examples": msgspec.Raw(start + b"1.50}]")})
    assert start + b"1.50}]" in kept
    with pytest.raises(InvalidParameter):
        find("annotation").check_params({**members, "examples": msgspec.Raw(start + b'"\\ud800"}]')})
