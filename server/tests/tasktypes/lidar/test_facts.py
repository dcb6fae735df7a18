"""Answers against what is in the frames and scenes, and what the server computes from them."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import pytest
from server.tests.tasktypes.lidar.drives import CAR, cloud, frame_file, scene

from labelwright.tasktypes.base import CloudFacts, Media
from labelwright.tasktypes.lidar import examples_clouds as clouds
from labelwright.tasktypes.lidar import examples_pictures as pictures
from labelwright.tasktypes.lidar import examples_scenes as scenes
from labelwright.tasktypes.lidar.attachment_readers import CONTENT_READERS, FRAME, SCENE
from labelwright.tasktypes.lidar.geometry import turned
from labelwright.tasktypes.lidar.input import container, sfs
from labelwright.tasktypes.lidar.scene_files import scene_file, scene_in
from labelwright.tasktypes.registry import find, readers
from labelwright.tasktypes.wire.result_files import SCENE_FILE, as_file, content_of, scene_of

CUBOIDS = find("lidarannotation")
POINTS = find("lidarsegmentation")
TOPDOWN = find("lidartopdown")
LANES = find("laneannotation")
SCENES = find("sensorfusion")
BOTH = [Media(url, facts=CloudFacts(3, (0, 2), (12.0, 3.5, 1.8))) for url in clouds.SCANS]


def problems(kind: Any, params: Any, answer: Any, media: Any, stored: Any) -> list[tuple[str, str]]:
    _, found = kind.check_answer(stored(kind, params), answer, media)
    return [(one.path, one.code) for one in found]


def placed(**more: Any) -> dict[str, Any]:
    place, size = CAR["position"], CAR["dimensions"]
    return clouds.cuboid(
        position=dict(zip("xyz", place, strict=True)),
        dimensions=dict(zip("xyz", size, strict=True)),
        yaw=CAR["yaw"],
        **more,
    )


def test_what_attachments_hold() -> None:
    for kind, params, content in (
        (CUBOIDS, clouds.MINIMAL, FRAME),
        (POINTS, clouds.POINTS, FRAME),
        (LANES, pictures.SCANNED, FRAME),
        (SCENES, scenes.MINIMAL, SCENE),
    ):
        assert kind.contents(params) == dict.fromkeys(params["attachments"], content)
        assert content in readers()
    assert POINTS.contents(clouds.PARENT) == {}
    for kind, params in ((LANES, pictures.ROAD), (TOPDOWN, pictures.AERIAL)):
        assert kind.contents(params) == {params["attachment"]: "image"}


def test_readers_find_facts() -> None:
    facts = CONTENT_READERS[FRAME].read(frame_file())
    assert facts == CloudFacts(len(cloud()[0]), (0,), (12.0, 3.5, 1.8), 1714032000.1)
    assert CONTENT_READERS[SCENE].read(sfs.write(scene())) == scene().facts()
    for one in (facts, scene().facts()):
        assert msgspec.json.decode(msgspec.json.encode(one), type=type(one)) == one


def test_frames_have_equally_many_pictures() -> None:
    together = CONTENT_READERS[FRAME].together
    assert list(together([CloudFacts(1, (0,)), CloudFacts(1, (5,))])) == []
    assert list(together([CloudFacts(1, (0,)), CloudFacts(1), CloudFacts(1, (0, 1))])) == [
        (1, '"images" must contain 1 items like the first frame, not 0.'),
        (2, '"images" must contain 1 items like the first frame, not 2.'),
    ]


@pytest.mark.parametrize(
    ("camera", "expected"),
    [
        (-1, []),
        (None, []),
        (0, []),
        (2, []),
        (1, [("annotations[0].cuboids[0].camera_used", "unknown_target")]),
    ],
)
def test_cameras_of_cuboids(camera: int | None, expected: Any, stored: Any) -> None:
    answer = clouds.frames([placed(camera_used=camera)], [])
    assert problems(CUBOIDS, clouds.MINIMAL, answer, BOTH, stored) == expected
    assert problems(CUBOIDS, clouds.MINIMAL, answer, (), stored) == [], (
        "what nobody looked into is not checked"
    )


@pytest.mark.parametrize(("unit", "expected"), [(1, 20.482), (0.5, 10.241)])
def test_the_distance_is_computed(unit: float, expected: float, stored: Any) -> None:
    params = {**clouds.MINIMAL, "meters_per_unit": unit}
    answer = clouds.frames([placed(distance_to_device=5)], [])
    text, _ = CUBOIDS.check_answer(stored(CUBOIDS, params), answer, BOTH)
    (one,) = content_of(msgspec.json.decode(text)["annotations"])[0]["cuboids"]
    assert one["distance_to_device"] == expected


def test_one_index_per_point(stored: Any) -> None:
    for indexes, expected in (
        ([[0, 0, 0], [0, 0, 0]], []),
        ([[0, 0], [0, 0, 0, 0]], [0, 1]),
    ):
        answer = clouds.segmented(*indexes)
        assert problems(POINTS, clouds.POINTS, answer, BOTH, stored) == [
            (f"point_segmentations.point_objects[{i}]", "count") for i in expected
        ]


def measured(kind: Any, params: Mapping[str, Any], answer: Any, contents: Mapping[str, bytes]) -> Any:
    work = kind.measuring(params, answer)
    assert work is not None
    for ref in work.refs:
        work.look(ref, contents[ref])
    return msgspec.json.decode(work.finished())


def test_points_in_cuboids_are_counted(stored: Any) -> None:
    params = stored(
        CUBOIDS, {**clouds.MINIMAL, "attachments": ["s3://a/1.json", "s3://a/2.json", "s3://a/1.json"]}
    )
    cuboids = [placed(uuid="car", numberOfPoints=7)], [placed(uuid="car")], [placed(uuid="car")]
    text, _ = CUBOIDS.check_answer(params, clouds.frames(*cuboids))
    contents = {
        "s3://a/1.json": frame_file(),
        "s3://a/2.json": frame_file(points=[{"x": 0, "y": 0, "z": 0}]),
    }
    work = CUBOIDS.measuring(params, msgspec.json.decode(text))
    assert work is not None
    assert list(work.refs) == list(contents)
    file = content_of(measured(CUBOIDS, params, msgspec.json.decode(text), contents)["annotations"])
    first, second, third = (one["cuboids"][0]["numberOfPoints"] for one in file)
    off = np.abs((cloud()[0] - CAR["position"]) @ turned(CAR["yaw"])) <= np.array(CAR["dimensions"]) / 2
    assert first == third == off.all(axis=1).sum() >= 100
    assert second == 0


def test_files_elsewhere_are_not_completed(stored: Any) -> None:
    for kind, params in ((CUBOIDS, clouds.MINIMAL), (TOPDOWN, pictures.CLOUDS)):
        assert (
            kind.measuring(stored(kind, params), {"annotations": {"url": "https://a.example/b.json"}}) is None
        )
    assert POINTS.measuring(stored(POINTS, clouds.POINTS), {}) is None


def test_the_ground_under_what_was_drawn(stored: Any) -> None:
    good = pictures.TOPDOWN_EXAMPLES.good_answers["the world is filled in"]
    params = stored(TOPDOWN, good.params)
    text, _ = TOPDOWN.check_answer(params, good.answer)
    answer = msgspec.json.decode(text)
    (drawn,) = content_of(answer["annotations"])["annotations"]
    plane = [{"x": x / 2, "y": y / 2, "z": 0.1 * x / 2} for x in range(60) for y in range(60)]
    contents = dict.fromkeys(good.params["attachments"], frame_file(points=plane))
    (after,) = content_of(measured(TOPDOWN, params, answer, contents)["annotations"])["annotations"]
    assert [(one["x"], one["y"]) for one in after["world_vertices"]] == [
        (one["x"], one["y"]) for one in drawn["world_vertices"]
    ]
    for one in after["world_vertices"]:
        assert one["z"] == pytest.approx(0.1 * one["x"], abs=0.03)
    # What is complete is not computed again.
    file = as_file({**content_of(answer["annotations"]), "annotations": [after]})
    whole = {"annotations": content_of({"url": file.url}), **pictures.SUN}
    text, found = TOPDOWN.check_answer(params, whole)
    assert found == []
    assert TOPDOWN.measuring(params, msgspec.json.decode(text)) is None


class TestScenes:
    FACTS = (Media("s3://a/1.sfs", facts=scene().facts()),)
    PARAMS: Mapping[str, Any] = {
        **scenes.FULL,
        "hypothesis": {"annotations": []},
        "annotation_definition": [
            {key: value for key, value in one.items() if key not in {"sensor_ids", "annotation_attributes"}}
            for one in scenes.FULL["annotation_definition"]
        ],
    }

    def found(self, stored: Any, *annotations: Any) -> list[tuple[str, str]]:
        return problems(SCENES, self.PARAMS, {"annotations": list(annotations)}, self.FACTS, stored)

    @pytest.mark.parametrize(
        ("points", "expected"),
        [
            ({"sensor_id": "top", "sensor_frame": 1, "point_ids": [0, 599]}, None),
            ({"sensor_id": 5, "point_ids": [9]}, None),
            ({"sensor_id": "top", "point_ids": [1199]}, None),
            ({"sensor_id": "top", "point_ids": [0, 1200]}, "point_ids[1]"),
            ({"sensor_id": "top", "sensor_frame": 0, "point_ids": [600]}, "point_ids[0]"),
            ({"sensor_id": "top", "sensor_frame": 2, "point_ids": []}, "sensor_frame"),
            ({"sensor_id": "5", "point_ids": [9]}, "sensor_id"),
        ],
    )
    def test_points(self, points: Any, expected: str | None, stored: Any) -> None:
        label = next(
            one["labels"][0]
            for one in self.PARAMS["annotation_definition"]
            if one["type"] == "point_segmentation"
        )
        item = {"type": "point_segmentation", "label": label, "labeled_points": [points]}
        place = f"annotations[0].labeled_points[0].{expected}"
        assert self.found(stored, item) == ([(place, "unknown_target")] if expected else [])

    @pytest.mark.parametrize(("sensor", "fits"), [("front", True), ("top", False), ("rear", False)])
    def test_pictures(self, sensor: str, fits: bool, stored: Any) -> None:
        label = next(
            one["labels"][0] for one in self.PARAMS["annotation_definition"] if one["type"] == "box_2d"
        )
        path = {"timestamps": [0], "values": [[1, 2, 3, 4]]}
        item = {"type": "box_2d", "label": label, "path": path, "sensor_id": sensor}
        assert self.found(stored, item) == ([] if fits else [("annotations[0].sensor_id", "unknown_target")])

    def test_projections(self, stored: Any) -> None:
        seen = {"timestamps": [0], "boxes": [None]}
        item = scenes.cuboid(
            scenes.ROW, attributes=[], projections=[{"sensor_id": one, **seen} for one in ("front", "top")]
        )
        assert self.found(stored, item) == [("annotations[0].projections[1].sensor_id", "unknown_target")]

    def test_the_labelled_scene(self, stored: Any) -> None:
        """It is a container: sensors without what they measured, and arrays for points."""
        params = stored(SCENES, scenes.FULL)
        text, _ = SCENES.check_answer(params, {"annotations": scenes.ALL}, ())
        answer = msgspec.json.decode(text)
        assert answer["annotations"]["url"].startswith(SCENE_FILE)
        inner = scene_in(answer["annotations"]["url"])
        written = content_of({"url": answer["annotations"]["json_url"]})
        assert inner["annotations"] == written["annotations"]
        # Either file is an answer again, and comes out as it went in.
        for name in ("url", "json_url"):
            again, found = SCENES.check_answer(
                params, {"annotations": {name: answer["annotations"][name]}}, ()
            )
            assert (found, msgspec.json.decode(again)) == ([], answer)

    def test_sensors_of_the_labelled_scene(self) -> None:
        labelled = {
            "version": "1.0",
            "annotations": [{"labeled_points": [{"sensor_id": "top", "point_ids": [1, 2]}]}],
        }
        url = scene_file(labelled, scene().facts())
        tree = container.read(scene_of(url) or b"")
        assert tree["sensors"][1] == {"id": "top", "type": "lidar"}
        assert tree["annotations"][0]["labeled_points"][0]["point_ids"].dtype == np.uint32

    def test_angles_in_degrees(self, stored: Any) -> None:
        row = [*scenes.ROW[:6], 0, 0, 90]
        item = scenes.cuboid(row, attributes=[])
        given = {"metadata": {"angle_unit": "degrees"}, "annotations": [item, {"type": "cuboid"}]}
        assert ("annotations.annotations[1].path", "required") in problems(
            SCENES, self.PARAMS, {"annotations": given}, (), stored
        )
        given["annotations"].pop()
        text, _ = SCENES.check_answer(stored(SCENES, self.PARAMS), {"annotations": given}, ())
        scene = content_of({"url": msgspec.json.decode(text)["annotations"]["json_url"]})
        assert scene["annotations"][0]["path"]["values"][0][8] == pytest.approx(np.pi / 2)
        assert scene["metadata"] == {"angle_unit": "radians"}

    @pytest.mark.parametrize(
        "url", ["https://a.example/b.sfs", SCENE_FILE + "no base64", SCENE_FILE + "AAAA", SCENE_FILE]
    )
    def test_files_that_are_no_scenes(self, url: str) -> None:
        assert scene_in(url) is None
