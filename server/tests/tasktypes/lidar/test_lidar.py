"""Point clouds, scenes and lanes beyond their examples: what comes out, and what test mode answers."""

import math
import urllib.request
from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.base import Media
from labelwright.tasktypes.lidar import examples_clouds as clouds
from labelwright.tasktypes.lidar import examples_pictures as pictures
from labelwright.tasktypes.lidar import examples_scenes as scenes
from labelwright.tasktypes.lidar.scene_answer import SceneRules
from labelwright.tasktypes.registry import find

CUBOIDS = find("lidarannotation")
POINTS = find("lidarsegmentation")
LINKING = find("lidarlinking")
TOPDOWN = find("lidartopdown")
LANES = find("laneannotation")
SCENES = find("sensorfusion")


def opened(url: str) -> Any:
    """What an ordinary client reads at the address that an answer has."""
    with urllib.request.urlopen(url) as response:
        return msgspec.json.decode(response.read())


def answered(kind: Any, params: Any, answer: Any, stored: Any) -> Any:
    text, problems = kind.check_answer(stored(kind, params), answer)
    assert [one for one in problems if one.severity == "error"] == []
    return msgspec.json.decode(text)


def sample(kind: Any, params: Any, stored: Any) -> Any:
    return msgspec.json.decode(kind.sample_answer(stored(kind, params)) or b"null")


def test_cuboids_are_delivered_as_a_file(stored: Any) -> None:
    given = clouds.frames([clouds.cuboid(points_count=3, position={"x": 1 / 3, "y": 2, "z": 0})], [])
    answer = answered(CUBOIDS, clouds.MINIMAL, given, stored)
    assert opened(answer["annotations"]["url"]) == [
        {
            "cuboids": [
                {
                    **clouds.cuboid(),
                    "position": {"x": 0.333333, "y": 2, "z": 0},
                    "camera_used": -1,
                    "attributes": {},
                    "numberOfPoints": 3,
                    "stationary": False,
                }
            ]
        },
        {"cuboids": []},
    ]


@pytest.mark.parametrize("yaw", [0, 3, -3, math.pi, -math.pi, 4, -4, 7.5, 100])
def test_yaw_is_brought_between_minus_pi_and_pi(yaw: float, stored: Any) -> None:
    answer = answered(CUBOIDS, clouds.MINIMAL, clouds.frames([clouds.cuboid(yaw=yaw)], []), stored)
    (cuboid,) = opened(answer["annotations"]["url"])[0]["cuboids"]
    assert abs(cuboid["yaw"]) <= math.pi + 1e-6
    assert math.cos(cuboid["yaw"] - yaw) == pytest.approx(1)


def test_pitch_and_roll_are_there_only_where_they_are_asked_for(stored: Any) -> None:
    given = clouds.frames([clouds.cuboid(roll=0.1)], [])
    upright, tilted = (
        opened(
            answered(CUBOIDS, {**clouds.MINIMAL, "pitch_and_roll_enabled": on}, given, stored)["annotations"][
                "url"
            ]
        )
        for on in (False, True)
    )
    assert not upright[0]["cuboids"][0].keys() & {"pitch", "roll"}
    assert (tilted[0]["cuboids"][0]["pitch"], tilted[0]["cuboids"][0]["roll"]) == (0, 0.1)


def test_the_sample_moves_by_a_metre(stored: Any) -> None:
    first, second, third = opened(
        sample(CUBOIDS, {**clouds.MINIMAL, "attachments": [*clouds.SCANS, "s3://a/3.json"]}, stored)[
            "annotations"
        ]["url"]
    )
    (one,), (two,) = first["cuboids"], second["cuboids"]
    assert (one["uuid"], one["label"]) == (two["uuid"], "Car")
    assert two["position"]["y"] - one["position"]["y"] == 1
    assert third == {"cuboids": []}


def test_defaults(stored: Any) -> None:
    assert stored(CUBOIDS, clouds.MINIMAL) == {
        **clouds.MINIMAL,
        "attachment_type": "json",
        "meters_per_unit": 1,
    }
    assert stored(POINTS, clouds.PARENT) == clouds.PARENT
    assert stored(TOPDOWN, pictures.AERIAL) == pictures.AERIAL
    assert stored(LANES, pictures.ROAD) == {**pictures.ROAD, "attachment_type": "image", "splines": False}
    assert stored(SCENES, scenes.MINIMAL) == {**scenes.MINIMAL, "is_frameless": False}


def test_types_whose_template_lies_in_a_project() -> None:
    assert [
        kind.slug for kind in (CUBOIDS, POINTS, LINKING, TOPDOWN, LANES, SCENES) if kind.needs_project
    ] == [
        "lidarsegmentation",
        "lidartopdown",
        "sensorfusion",
    ]


def test_points_are_delivered_as_objects_and_indexes(stored: Any) -> None:
    spelt = {"point_segmentations": {"labels": [clouds.ROAD], "point_labels": [[1, 0], []]}}
    answer = answered(POINTS, clouds.POINTS, spelt, stored)
    assert answer.keys() == {"point_segmentations"}
    assert opened(answer["point_segmentations"]["url"]) == {
        "objects": [clouds.ROAD],
        "point_objects": [[1, 0], []],
    }


def test_the_number_of_frames_of_another_task_is_not_known(found: Any) -> None:
    params = {key: value for key, value in clouds.PARENT.items() if key != "lidar_task_frames"}
    for count in (0, 1, 5):
        assert found(POINTS, params, clouds.segmented(*[[0]] * count)) == []


def test_what_is_not_in_the_cloud_gets_a_uuid_of_its_own(stored: Any) -> None:
    outline = pictures.LINKING_EXAMPLES.good_answers["not in the cloud"]
    answer = answered(LINKING, outline.params, outline.answer, stored)
    (shape,) = opened(answer["annotations"]["url"])[0]["camera_responses"][0]["annotations"]
    assert shape["not_in_lidar"] is True
    assert len(shape["cuboid_uuid"]) == 36
    assert "uuid" not in shape
    assert len(shape["vertices"]) == 3


def test_the_sample_of_linking_needs_labels(stored: Any) -> None:
    for params, count in ((pictures.LINKING, 0), (pictures.LINKED, 1), (pictures.OUTLINES, 1)):
        first, *_ = opened(sample(LINKING, params, stored)["annotations"]["url"])
        assert len(first["camera_responses"][0]["annotations"]) == count


def test_pixels_become_places_in_the_world(stored: Any) -> None:
    good = pictures.TOPDOWN_EXAMPLES.good_answers["the world is filled in"]
    file = opened(answered(TOPDOWN, good.params, good.answer, stored)["annotations"]["url"])
    assert file["coordinate_frame"] == "world"
    places = [(one["x"], one["y"]) for one in file["annotations"][0]["world_vertices"]]
    assert places == [pytest.approx(place) for place in ((7, 18.5), (17, 18.5), (17, 14.5), (7, 14.5))]


def test_shapes_from_above_stay_on_the_image(found: Any) -> None:
    answer = {"annotations": [{**pictures.KERB, "vertices": [{"x": 0, "y": 0}, {"x": 11, "y": 5}]}]}
    assert found(TOPDOWN, pictures.AERIAL, answer, Media("aerial", 10, 10)) == [
        ("annotations[0].vertices[1]", "outside")
    ]


def test_lanes_of_one_image_are_delivered_in_place(stored: Any) -> None:
    answer = answered(
        LANES, pictures.ROAD, {"annotations": [pictures.lane((1, 2), (3, 4), uuid="a")]}, stored
    )
    assert answer == {
        "annotations": [
            {
                "uuid": "a",
                "type": "line",
                "label": "solid",
                "attributes": {},
                "vertices": [{"x": 1, "y": 2}, {"x": 3, "y": 4}],
            }
        ]
    }


def test_lanes_in_the_world_may_lie_above_one_another(stored: Any) -> None:
    lane = pictures.lane((1, 1, 0), (1, 1, 5), (1, 1, 9), (1, 1, 9), uuid="a")
    answer = answered(LANES, pictures.SCANNED, {"annotations": [[lane], []]}, stored)
    ((kept,), _) = opened(answer["annotations"]["url"])
    assert [one["z"] for one in kept["vertices"]] == [0, 5, 9]


def test_a_scene_is_delivered_as_json(stored: Any) -> None:
    answer = answered(SCENES, scenes.FULL, {"annotations": scenes.ALL}, stored)
    assert answer["scene_format"] == "sensor_fusion"
    assert answer["annotations"].keys() == {"url", "json_url"}
    scene = opened(answer["annotations"]["json_url"])
    assert (scene["version"], scene["time_unit"]) == ("1.0", "microseconds")
    assert [one["type"] for one in scene["annotations"]] == [one["type"] for one in scenes.ALL]
    assert all(one["id"] for one in scene["annotations"])


def test_the_sample_of_a_scene_has_every_type_but_links(stored: Any) -> None:
    scene = opened(sample(SCENES, scenes.FULL, stored)["annotations"]["json_url"])
    asked = [one["type"] for one in scenes.FULL["annotation_definition"]]
    assert [one["type"] for one in scene["annotations"]] == asked[:-1]


def test_rules_without_definitions_know_no_type() -> None:
    _, problems = SceneRules([]).check([scenes.cuboid(scenes.ROW)], (), partial=False)
    assert [(one.path, one.code) for one in problems] == [("[0].type", "unknown_geometry")]
