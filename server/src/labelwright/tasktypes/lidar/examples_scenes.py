"""Examples of ``sensorfusion``."""

from typing import Any, get_args

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer
from labelwright.tasktypes.examples import because as wrong
from labelwright.tasktypes.lidar.scene_shapes import Kind
from labelwright.tasktypes.wire.result_files import as_file

MINIMAL: dict[str, Any] = {
    "attachments": ["https://files.example.com/drive7.sfs"],
    "scene_format": "sensor_fusion",
    "annotation_definition": [{"type": "cuboid", "labels": ["Car"]}],
}
MOTION = {
    "motion": {"description": "Does it move?", "choices": ["moving", "parked"]},
    "note": {"description": "Anything else?", "type": "text", "required": False},
}
FULL: dict[str, Any] = {
    **MINIMAL,
    "annotation_definition": [
        {"type": "cuboid", "labels": ["Car", "Bus"], "annotation_attributes": MOTION},
        {"type": "point_segmentation", "labels": ["Road"], "sensor_ids": ["lidar_top", 1]},
        {"type": "box_2d", "labels": ["Sign"]},
        {"type": "polyline", "labels": ["Kerb"], "min_vertices": 3, "max_vertices": 4},
        {"type": "polygon_topdown", "labels": ["Lot"], "stationary_only": True},
        {"type": "event", "labels": ["Braking"]},
        {"type": "link", "labels": ["towing"]},
    ],
    "is_frameless": True,
    "hypothesis": {"annotations": {"url": "s3://drive7/before.sfs"}},
}
ROW = [4.6, 1.9, 1.6, 32.4, 5.1, 0.9, 0, 0, 0]
MOVED = [4.6, 1.9, 1.6, 33.1, 5.1, 0.9, 0, 0, 0]


def cuboid(*rows: list[float], **more: Any) -> dict[str, Any]:
    """A car, a tenth of a second from row to row."""
    times = [100_000 * i for i, _ in enumerate(rows)]
    return {
        "id": "a",
        "type": "cuboid",
        "label": "Car",
        "path": {"timestamps": times, "values": list(rows)},
        **more,
    }


def moving(*values: str, **more: Any) -> dict[str, Any]:
    """The answer about ``motion``."""
    times = [100_000 * i for i, _ in enumerate(values)]
    return {"name": "motion", "timestamps": times, "values": list(values), **more}


def placed(kind: str, label: str, *row: float, **more: Any) -> dict[str, Any]:
    """Something that stands still."""
    return {"type": kind, "label": label, "path": {"timestamps": [0], "values": [list(row)]}, **more}


ROAD = {
    "type": "point_segmentation",
    "label": "Road",
    "labeled_points": [{"sensor_id": "lidar_top", "sensor_frame": 0, "point_ids": [0, 1, 17]}],
}
SEEN = {
    "projections": [
        {"sensor_id": "front", "timestamps": [0, 100_000], "boxes": [[810.0, 535.29, 119.91, 94.12], None]}
    ],
    "activations": [{"sensor_id": "front", "timestamps": [0], "durations": [50_000]}],
}
ALL = [
    cuboid(ROW, MOVED, attributes=[moving("moving", "parked")], **SEEN),
    cuboid(ROW, id=7, parent_id="a", label="Bus", attributes=[moving("parked", static=True)]),
    ROAD,
    placed("box_2d", "Sign", 0, 0, 10, 20, sensor_id="front"),
    placed("polyline", "Kerb", 0, 0, 0, 1, 0, 0, 2, 0, 0, is_closed=False),
    placed("polygon_topdown", "Lot", 0, 0, 0, 9, 0, 0, 9, 9, 0, stationary=True),
    {"type": "event", "label": "Braking", "start": 5, "duration": 10},
    {"type": "link", "label": "towing", "from_id": "a", "to_id": 7},
]


def _bad_params() -> dict[str, BadParams]:
    one = MINIMAL["annotation_definition"][0]
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing", {}, '"attachments" is required', "attachments"),
        (
            "two scenes",
            {**MINIMAL, "attachments": ["s3://a/1.sfs", "s3://a/2.sfs"]},
            '"attachments" must contain less than or equal to 1 items',
            "attachments",
        ),
        (
            "no address",
            {**MINIMAL, "attachments": ["1.sfs"]},
            '"attachments[0]" must be a valid uri',
            "attachments[0]",
        ),
        (
            "another format",
            {**MINIMAL, "scene_format": "bs5"},
            '"scene_format" must be one of [sensor_fusion]',
            "scene_format",
        ),
        (
            "nothing to annotate",
            {**MINIMAL, "annotation_definition": []},
            '"annotation_definition" must contain at least 1 items',
            "annotation_definition",
        ),
        (
            "something else to annotate",
            {**MINIMAL, "annotation_definition": [{**one, "type": "voxel"}]},
            f'"type" must be one of [{", ".join(sorted(get_args(Kind)))}]',
            "annotation_definition[0].type",
        ),
        (
            "no labels",
            {**MINIMAL, "annotation_definition": [{"type": "cuboid"}]},
            '"labels" is required',
            "annotation_definition[0].labels",
        ),
        (
            "twice",
            {**MINIMAL, "annotation_definition": [one, one]},
            '"type" contains a duplicate value',
            "annotation_definition[1].type",
        ),
        (
            "too few vertices",
            {**MINIMAL, "annotation_definition": [{"type": "polyline", "labels": ["a"], "max_vertices": 2}]},
            '"max_vertices" must be greater than or equal to 3',
            "annotation_definition[0].max_vertices",
        ),
        (
            "an attribute of pictures",
            {
                **MINIMAL,
                "annotation_definition": [
                    {**one, "annotation_attributes": {"a": {"type": "y_line", "description": "?"}}}
                ],
            },
            '"type" must be one of [category, number, angle, text]',
            "annotation_definition[0].annotation_attributes.a.type",
        ),
        ("frames or not", {**MINIMAL, "is_frameless": 1}, '"is_frameless" must be a boolean', "is_frameless"),
    ]
    return {name: BadParams(params, wrong(reason), field) for name, params, reason, field in rows}


def _bad_answers() -> dict[str, BadAnswer]:
    rows: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", MINIMAL, [], [("", "type")]),
        ("nothing", MINIMAL, {}, [("annotations", "required")]),
        (
            "no addresses",
            MINIMAL,
            {"annotations": {"url": "x", "json_url": "y"}},
            [("annotations.url", "uri"), ("annotations.json_url", "uri")],
        ),
        (
            "not asked for",
            MINIMAL,
            {"annotations": [ROAD, cuboid(ROW, label="Bus")]},
            [("annotations[0].type", "unknown_geometry"), ("annotations[1].label", "unknown_label")],
        ),
        (
            "numbers and times",
            MINIMAL,
            {
                "annotations": [
                    cuboid(ROW[:8], [0, *ROW[1:]]),
                    {**cuboid(ROW, id="b"), "path": {"timestamps": [5, 5], "values": [ROW]}},
                    cuboid(ROW, MOVED, stationary=True),
                ]
            },
            [
                ("annotations[2].id", "duplicate"),
                ("annotations[0].path.values[0]", "count"),
                ("annotations[0].path.values[1][0]", "too_small"),
                ("annotations[1].path.timestamps[1]", "order"),
                ("annotations[1].path.values", "count"),
                ("annotations[2].path.values", "inconsistent"),
            ],
        ),
        (
            "pictures, ground and lines",
            FULL,
            {
                "annotations": [
                    placed("box_2d", "Sign", 0, 0, 0, 20),
                    placed("polyline", "Kerb", 0, 0, 0, 1, 0, 0),
                    placed("polyline", "Kerb", *range(15)),
                    placed("polygon_topdown", "Lot", 0, 0, 0, 9),
                ]
            },
            [
                ("annotations[0].sensor_id", "required"),
                ("annotations[0].path.values[0][2]", "too_small"),
                ("annotations[1].path.values[0]", "too_few"),
                ("annotations[2].path.values[0]", "too_many"),
                ("annotations[3].path.values[0]", "count"),
                ("annotations[3].stationary", "required"),
            ],
        ),
        (
            "points and links",
            FULL,
            {
                "annotations": [
                    ROAD,
                    ROAD,
                    {**ROAD, "labeled_points": [{"sensor_id": "radar", "point_ids": []}]},
                    {"type": "link", "label": "towing", "from_id": "x", "to_id": "x", "parent_id": "y"},
                ]
            },
            [
                ("annotations[1].labeled_points[0].point_ids", "duplicate"),
                ("annotations[2].labeled_points[0].sensor_id", "unknown_target"),
                ("annotations[3].parent_id", "unknown_target"),
                ("annotations[3].from_id", "unknown_target"),
                ("annotations[3].to_id", "unknown_target"),
                ("annotations[3].to_id", "self_link"),
            ],
        ),
        (
            "attributes",
            FULL,
            {
                "annotations": [
                    cuboid(ROW, attributes=[]),
                    cuboid(ROW, id="b", attributes=[moving("moving", "gone"), moving("moving")]),
                    cuboid(
                        ROW,
                        id="c",
                        attributes=[moving("moving", "parked", static=True), {**moving("x"), "name": "y"}],
                    ),
                ]
            },
            [
                ("annotations[0].attributes.motion", "required"),
                ("annotations[1].attributes[1].name", "duplicate"),
                ("annotations[1].attributes[0].values[1]", "unknown_choice"),
                ("annotations[2].attributes.y", "unknown_attribute"),
                ("annotations[2].attributes[0].values[1]", "inconsistent"),
            ],
        ),
        (
            "projections",
            MINIMAL,
            {
                "annotations": [
                    cuboid(ROW, projections=[{"sensor_id": 1, "timestamps": [0, 1], "boxes": [None]}])
                ]
            },
            [("annotations[0].projections[0].boxes", "count")],
        ),
    ]
    return {name: BadAnswer(params, given, problems) for name, params, given, problems in rows}


SCENE = {"version": "1.0", "time_unit": "microseconds", "annotations": ALL}
EXAMPLES = Examples(
    good_params={"minimal": MINIMAL, "full": FULL, "unknown keys": {**MINIMAL, "x": [1]}},
    bad_params=_bad_params(),
    good_answers={
        "nothing there": GoodAnswer(MINIMAL, {"annotations": []}),
        "one cuboid": GoodAnswer(MINIMAL, {"annotations": [cuboid(ROW, MOVED)]}),
        "without id": GoodAnswer(
            MINIMAL, {"annotations": [{k: v for k, v in cuboid(ROW).items() if k != "id"}]}
        ),
        "a file that is not opened": GoodAnswer(
            MINIMAL, {"annotations": {"url": "s3://a/b.sfs"}, "scene_format": "sensor_fusion"}
        ),
        "everything": GoodAnswer(FULL, {"annotations": ALL}),
        "a scene": GoodAnswer(FULL, {"annotations": SCENE}),
        "the file itself": GoodAnswer(
            FULL, {"annotations": {"url": "s3://a/b.sfs", "json_url": as_file(SCENE).url}}
        ),
    },
    bad_answers=_bad_answers(),
)
