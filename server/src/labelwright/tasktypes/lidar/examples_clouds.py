"""Examples of ``lidarannotation`` and ``lidarsegmentation``."""

from typing import Any

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer
from labelwright.tasktypes.examples import because as wrong
from labelwright.tasktypes.wire.result_files import as_file

SCANS = [f"https://files.example.com/drive7/frame-{i}.json" for i in range(2)]
MINIMAL: dict[str, Any] = {"attachments": SCANS, "labels": ["Car", "Pedestrian"]}
UUID = "6a1f0a1e-5b4c-4c57-9c47-3c3d9f0ad1c1"
MOTION = {
    "motion": {
        "type": "category",
        "description": "How is it moving?",
        "choices": ["parked", "moving"],
        "conditions": {"label_condition": {"label": ["Car", "Truck"]}},
    },
    "age": {"description": "How old?", "choices": ["child", "adult"], "global": True, "required": False},
}
FULL: dict[str, Any] = {
    "attachment_type": "json",
    "attachments": SCANS,
    "labels": [{"choice": "Vehicle", "subchoices": ["Car", "Truck"]}, "Pedestrian"],
    "meters_per_unit": 1,
    "max_distance_meters": 60,
    "pitch_and_roll_enabled": True,
    "annotation_attributes": MOTION,
    "dependents": {
        "defs": [
            {"type": "lidarlinking", "annotation_type": "annotation", "instruction": "Link.", "extra": 1}
        ],
        "require_audit": True,
    },
    "base_annotations": {"annotations": {"url": "s3://drive7/before.json"}},
}


def cuboid(y: float = 5.1, **more: Any) -> dict[str, Any]:
    """A car."""
    return {
        "uuid": UUID,
        "label": "Car",
        "position": {"x": 32.4, "y": y, "z": 0.9},
        "dimensions": {"x": 1.9, "y": 4.6, "z": 1.6},
        "yaw": -1.570796,
        **more,
    }


def frames(*given: list[dict[str, Any]]) -> dict[str, Any]:
    """An answer with these frames."""
    return {"annotations": [{"cuboids": list(one)} for one in given]}


_TREE = "hypothesis.annotations[0].cuboids[0].label"


def _bad_params() -> dict[str, BadParams]:
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing", {}, '"attachments" is required', "attachments"),
        ("no labels", {"attachments": SCANS}, '"labels" is required', "labels"),
        (
            "empty",
            {"attachments": [], "labels": ["Car"]},
            '"attachments" must contain at least 1 items',
            "attachments",
        ),
        (
            "no address",
            {**MINIMAL, "attachments": ["x"]},
            '"attachments[0]" must be a valid uri',
            "attachments[0]",
        ),
        (
            "the same twice",
            {**MINIMAL, "labels": ["Car", "Car"]},
            '"labels[1]" contains a duplicate value',
            "labels[1]",
        ),
        (
            "another format",
            {**MINIMAL, "attachment_type": "las"},
            '"attachment_type" must be one of [json]',
            "attachment_type",
        ),
        (
            "no unit",
            {**MINIMAL, "meters_per_unit": 0},
            '"meters_per_unit" must be greater than 0',
            "meters_per_unit",
        ),
        (
            "an attribute of pictures",
            {**MINIMAL, "annotation_attributes": {"a": {"type": "x_line", "description": "?"}}},
            '"type" must be one of [category, number, angle, text]',
            "annotation_attributes.a.type",
        ),
        (
            "an attribute of the scene",
            {
                **MINIMAL,
                "annotation_attributes": {
                    "a": {"type": "text", "description": "?", "conditions": {"is_global": True}}
                },
            },
            '"is_global" is not allowed',
            "annotation_attributes.a.conditions.is_global",
        ),
        (
            "another dependent",
            {**MINIMAL, "dependents": {"defs": [{"type": "annotation"}]}},
            '"type" must be one of [lidarlinking, lidarsegmentation]',
            "dependents.defs[0].type",
        ),
        (
            "a hypothesis about something else",
            {**MINIMAL, "hypothesis": frames([cuboid(label="Tree")])},
            f'"{_TREE}" is invalid: “Tree” is not one of the labels: Car, Pedestrian.',
            _TREE,
        ),
        (
            "two pre-labels",
            {**MINIMAL, "hypothesis": frames(), "base_annotations": frames()},
            '"value" contains a conflict between exclusive peers [hypothesis, base_annotations]',
            None,
        ),
    ]
    return {name: BadParams(params, wrong(reason), field) for name, params, reason, field in rows}


def _bad_answers() -> dict[str, BadAnswer]:
    at = "annotations[0].cuboids[0]"
    rows: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", MINIMAL, [], [("", "type")]),
        ("nothing", MINIMAL, {}, [("annotations", "required")]),
        ("a frame is missing", MINIMAL, frames([]), [("annotations", "count")]),
        ("not an address", MINIMAL, {"annotations": {"url": "x"}}, [("annotations.url", "uri")]),
        (
            "wrong numbers",
            MINIMAL,
            frames([cuboid(dimensions={"x": 0, "y": 1, "z": 1}, numberOfPoints=-1, yaw="0")], []),
            [
                (f"{at}.dimensions.x", "bound"),
                (f"{at}.yaw", "type"),
                (f"{at}.numberOfPoints", "bound"),
            ],
        ),
        (
            "far too small",
            MINIMAL,
            frames([cuboid(dimensions={"x": 1e-9, "y": 1, "z": 1})], []),
            [(f"{at}.dimensions", "too_small")],
        ),
        ("far away", MINIMAL, frames([cuboid(y=1e6)], []), [(f"{at}.position.y", "bound")]),
        ("another label", MINIMAL, frames([cuboid(label="Tree")], []), [(f"{at}.label", "unknown_label")]),
        (
            "twice in a frame",
            MINIMAL,
            frames([cuboid(), cuboid()], []),
            [("annotations[0].cuboids[1].uuid", "duplicate")],
        ),
        (
            "stationary and moving, another label",
            MINIMAL,
            frames([cuboid(stationary=True)], [cuboid(6, stationary=True, label="Pedestrian")]),
            [
                ("annotations[1].cuboids[0].label", "inconsistent"),
                ("annotations[1].cuboids[0].position", "inconsistent"),
            ],
        ),
        (
            "attributes",
            FULL,
            frames(
                [cuboid()],
                [cuboid(label="Pedestrian", uuid="p", attributes={"motion": "parked", "age": "old"})],
            ),
            [
                (f"{at}.attributes.motion", "required"),
                ("annotations[1].cuboids[0].attributes.motion", "not_asked"),
                ("annotations[1].cuboids[0].attributes.age", "unknown_choice"),
            ],
        ),
    ]
    return {name: BadAnswer(params, given, problems) for name, params, given, problems in rows}


_MOVING: dict[str, Any] = {"attributes": {"motion": "moving"}}
ANNOTATION_EXAMPLES = Examples(
    good_params={"minimal": MINIMAL, "full": FULL, "unknown keys": {**MINIMAL, "x": {"y": [1]}}},
    bad_params=_bad_params(),
    good_answers={
        "nothing there": GoodAnswer(MINIMAL, frames([], [])),
        "without uuid": GoodAnswer(MINIMAL, frames([{k: v for k, v in cuboid().items() if k != "uuid"}], [])),
        "moves": GoodAnswer(MINIMAL, frames([cuboid(numberOfPoints=9)], [cuboid(6, points_count=3)])),
        "stands still": GoodAnswer(MINIMAL, frames([cuboid(stationary=True)], [cuboid(stationary=True)])),
        "a file that is not opened": GoodAnswer(
            MINIMAL, {"annotations": {"url": "https://example.com/1.json"}}
        ),
        "upright all the same": GoodAnswer(MINIMAL, frames([cuboid(pitch=0.1)], [])),
        "tilted": GoodAnswer(FULL, frames([cuboid(pitch=0.1, roll=7, camera_used=0, **_MOVING)], [])),
        "the file itself": GoodAnswer(
            FULL, {"annotations": {"url": as_file([{"cuboids": [cuboid(**_MOVING)]}, {"cuboids": []}]).url}}
        ),
    },
    bad_answers=_bad_answers(),
)

POINTS: dict[str, Any] = {"attachments": SCANS, "attachment_type": "json", "labels": ["Road", "Tree"]}
PARENT: dict[str, Any] = {
    "lidar_task": "5f0c0a6b2f9b1c0011a7d001",
    "lidar_task_frames": [0, 3],
    "labels": [{"choice": "Vehicle", "subchoices": [{"choice": "Car", "instance_label": True}]}, "Road"],
    "annotation_attributes": {"wet": {"description": "Is it wet?", "choices": ["yes", "no"]}},
}


def segmented(*given: list[int], objects: Any = ()) -> dict[str, Any]:
    """An answer with these indexes."""
    return {"point_segmentations": {"objects": list(objects), "point_objects": list(given)}}


ROAD = {"label": "Road", "index": 1}
TREE = {"label": "Tree", "index": 7}
CARS = [
    {"label": "Road", "index": 1, "attributes": {"wet": "no"}},
    {"label": "Car", "index": 2, "instance": True, "attributes": {"wet": "yes"}},
    {"label": "Car", "index": 3, "instance": True, "attributes": {"wet": "yes"}},
]


def _bad_points() -> dict[str, BadParams]:
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing", {}, '"labels" is required', "labels"),
        (
            "no frames",
            {"labels": ["Road"]},
            '"value" must contain at least one of [attachments, lidar_task]',
            None,
        ),
        (
            "both",
            {**POINTS, "lidar_task": "1"},
            '"value" contains a conflict between exclusive peers [attachments, lidar_task]',
            None,
        ),
        (
            "frames of nothing",
            {**POINTS, "lidar_task_frames": [0]},
            '"lidar_task_frames" is not allowed without lidar_task',
            "lidar_task_frames",
        ),
        (
            "a frame twice",
            {**PARENT, "lidar_task_frames": [1, 1]},
            '"lidar_task_frames" contains a duplicate value',
            "lidar_task_frames",
        ),
        (
            "no frame",
            {**PARENT, "lidar_task_frames": [-1]},
            '"lidar_task_frames[0]" must be greater than or equal to 0',
            "lidar_task_frames[0]",
        ),
        ("no labels", {**POINTS, "labels": []}, '"labels" must contain at least 1 items', "labels"),
        (
            "no address",
            {**POINTS, "attachments": [""]},
            '"attachments[0]" is not allowed to be empty',
            "attachments[0]",
        ),
    ]
    return {name: BadParams(params, wrong(reason), field) for name, params, reason, field in rows}


def _bad_segmentations() -> dict[str, BadAnswer]:
    at = "point_segmentations"
    rows: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", POINTS, 1, [("", "type")]),
        ("nothing", POINTS, {}, [(at, "required")]),
        ("empty", POINTS, {at: {}}, [(f"{at}.objects", "required"), (f"{at}.point_objects", "required")]),
        ("not an address", POINTS, {at: {"url": "x"}}, [(f"{at}.url", "uri")]),
        ("a frame is missing", POINTS, segmented([0]), [(f"{at}.point_objects", "count")]),
        (
            "indexes of nothing",
            POINTS,
            segmented([1, 0, 2, 2], [5], objects=[ROAD]),
            [
                (f"{at}.point_objects[0][2]", "unknown_target"),
                (f"{at}.point_objects[1][0]", "unknown_target"),
            ],
        ),
        (
            "the same index, another label, a label twice",
            POINTS,
            segmented([], [], objects=[ROAD, {**ROAD, "index": 2}, {"label": "Sky", "index": 2}]),
            [
                (f"{at}.objects[1].label", "duplicate"),
                (f"{at}.objects[2].index", "duplicate"),
                (f"{at}.objects[2].label", "unknown_label"),
            ],
        ),
        (
            "instances",
            {**PARENT, "annotation_attributes": {}},
            segmented(
                [],
                [],
                objects=[{"label": "Car", "index": 1}, {"label": "Road", "index": 2, "instance": True}],
            ),
            [(f"{at}.objects[0].instance", "instance"), (f"{at}.objects[1].instance", "instance")],
        ),
        (
            "attributes",
            PARENT,
            segmented([], [], objects=[ROAD]),
            [(f"{at}.objects[0].attributes.wet", "required")],
        ),
        (
            "cuboids of nothing",
            POINTS,
            {**segmented([], []), "annotations": []},
            [("annotations", "not_asked")],
        ),
        (
            "cuboids that are none",
            PARENT,
            {**segmented([], []), "annotations": [{"cuboids": [1]}]},
            [("annotations[0].cuboids[0]", "type"), ("annotations", "count")],
        ),
    ]
    return {name: BadAnswer(params, given, problems) for name, params, given, problems in rows}


SEGMENTATION_EXAMPLES = Examples(
    good_params={
        "minimal": POINTS,
        "full": PARENT,
        "frames of another task": {**PARENT, "lidar_task_frames": [7]},
    },
    bad_params=_bad_points(),
    good_answers={
        "nothing labelled": GoodAnswer(POINTS, segmented([0, 0], [0])),
        "labelled": GoodAnswer(POINTS, segmented([1, 1, 7], [7, 0], objects=[ROAD, TREE])),
        "the other spelling": GoodAnswer(
            POINTS, {"point_segmentations": {"labels": [ROAD], "point_labels": [[1], []]}}
        ),
        "a file that is not opened": GoodAnswer(POINTS, {"point_segmentations": {"url": "s3://a/b.json"}}),
        "instances": GoodAnswer(PARENT, segmented([2, 2, 3, 1], [3], objects=CARS)),
        "with the cuboids of the other task": GoodAnswer(
            PARENT,
            {
                **segmented([1], [], objects=CARS[:1]),
                **frames([cuboid(label="Bus", attributes={"a": 1})], []),
            },
        ),
    },
    bad_answers=_bad_segmentations(),
)
