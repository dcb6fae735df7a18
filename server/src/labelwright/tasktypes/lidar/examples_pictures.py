"""Examples of ``lidarlinking``, ``lidartopdown`` and ``laneannotation``."""

from typing import Any

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer
from labelwright.tasktypes.examples import because as wrong
from labelwright.tasktypes.wire.result_files import as_file

PARENT = "5f0c0a6b2f9b1c0011a7d001"
LINKING: dict[str, Any] = {"lidar_task": PARENT, "annotation_type": "annotation"}
LINKED: dict[str, Any] = {
    **LINKING,
    "labels": ["Car", "Cyclist"],
    "annotation_attributes": {"truncated": {"description": "Is it cut off?", "choices": ["yes", "no"]}},
    "lidar_task_frames": [0, 4],
    "camera_indices": [1, 0],
    "min_width": 4,
}
OUTLINES = {"lidar_task": PARENT, "annotation_type": "polygonannotation", "labels": ["Car"]}
UUID = "6a1f0a1e-5b4c-4c57-9c47-3c3d9f0ad1c1"
WHOLE = {"attributes": {"truncated": "no"}}


def box(**more: Any) -> dict[str, Any]:
    """A box around a car."""
    return {
        "cuboid_uuid": UUID,
        "type": "box",
        "label": "Car",
        "left": 810,
        "top": 535.29,
        "width": 119.91,
        "height": 94.12,
        "not_in_lidar": False,
        **more,
    }


def cameras(*given: list[dict[str, Any]]) -> dict[str, Any]:
    """A frame with these pictures."""
    return {"camera_responses": [{"camera_used": i, "annotations": list(one)} for i, one in enumerate(given)]}


EMPTY = cameras([])


_DRAWN = "annotation, cuboidannotation, lineannotation, pointannotation, polygonannotation"


def _linking() -> Examples:
    at = "annotations[0].camera_responses[0].annotations[0]"
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing", {}, '"lidar_task" is required', "lidar_task"),
        ("nothing drawn", {"lidar_task": PARENT}, '"annotation_type" is required', "annotation_type"),
        (
            "something else drawn",
            {**LINKING, "annotation_type": "box"},
            f'"annotation_type" must be one of [{_DRAWN}]',
            "annotation_type",
        ),
        ("no labels", {**LINKING, "labels": []}, '"labels" must contain at least 1 items', "labels"),
        (
            "a camera twice",
            {**LINKING, "camera_indices": [1, 1]},
            '"camera_indices" contains a duplicate value',
            "camera_indices",
        ),
        ("no size", {**LINKING, "min_width": "wide"}, '"min_width" must be a number', "min_width"),
        (
            "linked",
            {
                **LINKED,
                "annotation_attributes": {
                    "a": {"type": "linked", "description": "?", "allowed_labels": ["Car"]}
                },
            },
            '"type" must not be linked',
            "annotation_attributes.a.type",
        ),
    ]
    answers: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", LINKING, None, [("", "type")]),
        ("nothing", LINKING, {}, [("annotations", "required")]),
        ("frames", LINKED, {"annotations": [EMPTY]}, [("annotations", "count")]),
        (
            "no cuboid named, a cuboid twice",
            LINKING,
            {
                "annotations": [
                    cameras([{k: v for k, v in box().items() if k != "cuboid_uuid"}, box(), box()])
                ]
            },
            [(f"{at}.cuboid_uuid", "required"), (f"{at[:-3]}[2].cuboid_uuid", "duplicate")],
        ),
        (
            "another shape",
            OUTLINES,
            {"annotations": [cameras([box()])]},
            [(f"{at}.type", "unknown_geometry")],
        ),
        (
            "label, size and attributes",
            LINKED,
            {"annotations": [cameras([box(label="Bus", width=3)]), EMPTY]},
            [
                (f"{at}.label", "unknown_label"),
                (f"{at}.width", "too_small"),
                (f"{at}.attributes.truncated", "required"),
            ],
        ),
        (
            "cameras",
            LINKED,
            {
                "annotations": [
                    EMPTY,
                    {"camera_responses": [{"camera_used": 2, "annotations": []}] * 2},
                ]
            },
            [
                ("annotations[1].camera_responses[0].camera_used", "unknown_target"),
                ("annotations[1].camera_responses[1].camera_used", "unknown_target"),
                ("annotations[1].camera_responses[1].camera_used", "duplicate"),
            ],
        ),
    ]
    outline = {
        "type": "polygon",
        "label": "Car",
        "vertices": [{"x": x, "y": y} for x, y in ((0, 0), (9, 0), (5, 5), (0, 0))],
        "not_in_lidar": True,
    }
    return Examples(
        good_params={"minimal": LINKING, "full": LINKED, "outlines": OUTLINES},
        bad_params={name: BadParams(params, wrong(text), field) for name, params, text, field in rows},
        good_answers={
            "nothing drawn": GoodAnswer(LINKING, {"annotations": [{"camera_responses": []}]}),
            "any label": GoodAnswer(LINKING, {"annotations": [cameras([box(attributes={"a": [1]})], [])]}),
            "not in the cloud": GoodAnswer(OUTLINES, {"annotations": [cameras([outline])]}),
            "uuid instead": GoodAnswer(OUTLINES, {"annotations": [cameras([{**outline, "uuid": UUID}])]}),
            "a file that is not opened": GoodAnswer(LINKED, {"annotations": {"url": "gs://a/b.json"}}),
            "the file itself": GoodAnswer(
                LINKED,
                {"annotations": {"url": as_file([cameras([box(**WHOLE)], [box(**WHOLE)]), EMPTY]).url}},
            ),
        },
        bad_answers={name: BadAnswer(params, given, found) for name, params, given, found in answers},
    )


AERIAL: dict[str, Any] = {
    "attachment": "https://files.example.com/drive7/aerial.png",
    "geometries": {"line": {"objects_to_annotate": ["kerb"]}},
}
CLOUDS: dict[str, Any] = {
    "attachments": ["s3://drive7/frame-0.json", "s3://drive7/frame-1.json"],
    "attachment_type": "json",
    "context_attachments": [{"attachment": "s3://drive7/front.jpg"}],
    "geometries": {
        "polygon": {"objects_to_annotate": ["crosswalk"], "max_vertices": 4},
        "line": {"objects_to_annotate": ["kerb"], "min_vertices": 3},
        "point": {"objects_to_annotate": ["manhole"]},
    },
    "annotation_attributes": {
        "style": {"description": "Which style?", "choices": ["solid", "dashed"]},
        "weather": {"description": "Which weather?", "choices": ["sun"], "conditions": {"is_global": True}},
    },
    "meters_per_unit": 1,
    "max_distance_meters": 50.5,
    "meters_per_pixel": 0.1,
}
TILE = {
    "id": "0",
    "image_url": "https://files.example.com/drive7/tile-0.png",
    "width": 2000,
    "height": 2000,
    "meters_per_pixel": 0.05,
    "origin": {"x": -38, "y": 53.5},
}
SOLID = {"attributes": {"style": "solid"}}
SUN = {"global_attributes": {"weather": "sun"}}
KERB = {"type": "line", "label": "kerb", "vertices": [{"x": 1, "y": 2}, {"x": 5, "y": 9}]}
MANHOLE = {
    "type": "point",
    "label": "manhole",
    "tile": "0",
    "x": 640,
    "y": 333,
    "world": {"x": -6, "y": 36.85, "z": -0.01},
    **SOLID,
}
CROSSWALK = {
    "type": "polygon",
    "label": "crosswalk",
    "tile": "0",
    "vertices": [{"x": x, "y": y} for x, y in ((900, 700), (1100, 700), (1100, 780), (900, 780))],
    "world_vertices": [{"x": x, "y": y, "z": 0} for x, y in ((7, 18.5), (17, 18.5), (17, 14.5), (7, 14.5))],
    **SOLID,
}


def tiled(*annotations: dict[str, Any]) -> dict[str, Any]:
    """An answer about a point cloud."""
    file = {"coordinate_frame": "world", "tiles": [TILE], "annotations": list(annotations)}
    return {"annotations": file, **SUN}


def _topdown() -> Examples:
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing", {}, '"geometries" is required', "geometries"),
        (
            "no attachment",
            {"geometries": AERIAL["geometries"]},
            '"value" must contain at least one of [attachment, attachments]',
            None,
        ),
        (
            "both",
            {**CLOUDS, "attachment": "s3://a/b.png"},
            '"value" contains a conflict between exclusive peers [attachment, attachments]',
            None,
        ),
        ("another tool", {**AERIAL, "geometries": {"box": {}}}, '"box" is not allowed', "geometries.box"),
        (
            "no labels",
            {**AERIAL, "geometries": {}},
            '"geometries" must contain at least one geometry with objects_to_annotate',
            "geometries",
        ),
        (
            "an image that is none",
            {**AERIAL, "attachment_type": "json"},
            '"attachment_type" is not allowed without attachments',
            "attachment_type",
        ),
        (
            "no scale",
            {**CLOUDS, "meters_per_pixel": 0},
            '"meters_per_pixel" must be greater than 0',
            "meters_per_pixel",
        ),
    ]
    at = "annotations.annotations"
    answers: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", AERIAL, [], [("", "type")]),
        ("nothing", AERIAL, {}, [("annotations", "required")]),
        (
            "the world of an image",
            AERIAL,
            {"annotations": [{**KERB, "tile": "0", "world_vertices": []}]},
            [("annotations[0].tile", "not_asked"), ("annotations[0].world_vertices", "not_asked")],
        ),
        ("tiles of an image", AERIAL, {"annotations": [], "tiles": []}, [("tiles", "not_asked")]),
        (
            "another label and tool, one vertex",
            AERIAL,
            {
                "annotations": [
                    {**KERB, "label": "x", "vertices": [{"x": 1, "y": 1}]},
                    {"type": "point", "label": "kerb", "x": 1, "y": 1},
                ]
            },
            [
                ("annotations[0].label", "unknown_label"),
                ("annotations[0].vertices", "too_few"),
                ("annotations[1].type", "unknown_geometry"),
            ],
        ),
        ("no file", CLOUDS, {"annotations": {"tiles": []}, **SUN}, [("annotations.annotations", "required")]),
        (
            "tiles",
            CLOUDS,
            {
                "annotations": {
                    "tiles": [TILE, {**TILE, "image_url": "x"}],
                    "annotations": [{**MANHOLE, "tile": "1"}],
                },
                **SUN,
            },
            [
                ("annotations.tiles[1].id", "duplicate"),
                ("annotations.tiles[1].image_url", "uri"),
                (f"{at}[0].tile", "unknown_target"),
            ],
        ),
        (
            "off the tile, not where it is in the world",
            CLOUDS,
            tiled({**MANHOLE, "x": 2001}, {**CROSSWALK, "world_vertices": []}),
            [
                (f"{at}[0]", "outside"),
                (f"{at}[0].world", "wrong_corner"),
                (f"{at}[1].world_vertices", "count"),
            ],
        ),
        (
            "attributes",
            CLOUDS,
            {"annotations": tiled({**MANHOLE, "attributes": {}})["annotations"]},
            [(f"{at}[0].attributes.style", "required"), ("global_attributes.weather", "required")],
        ),
    ]
    return Examples(
        good_params={"minimal": AERIAL, "full": CLOUDS},
        bad_params={name: BadParams(params, wrong(text), field) for name, params, text, field in rows},
        good_answers={
            "nothing there": GoodAnswer(AERIAL, {"annotations": []}),
            "an image": GoodAnswer(AERIAL, {"annotations": [KERB], "global_attributes": {}}),
            "tiles beside": GoodAnswer(CLOUDS, {"annotations": [MANHOLE], "tiles": [TILE], **SUN}),
            "the world is filled in": GoodAnswer(
                CLOUDS, tiled({key: value for key, value in CROSSWALK.items() if key != "world_vertices"})
            ),
            "a file that is not opened": GoodAnswer(CLOUDS, {"annotations": {"url": "s3://a/b.json"}, **SUN}),
            "all": GoodAnswer(CLOUDS, tiled(MANHOLE, CROSSWALK)),
        },
        bad_answers={name: BadAnswer(params, given, found) for name, params, given, found in answers},
    )


ROAD: dict[str, Any] = {"attachment": "https://files.example.com/road.jpg", "labels": ["solid", "dashed"]}
ROADS: dict[str, Any] = {
    "attachments": ["s3://drive7/0.jpg", "s3://drive7/1.jpg"],
    "attachment_type": "image",
    "geometries": {"line": {"objects_to_annotate": ["solid"], "max_vertices": 5}},
    "splines": True,
    "annotation_attributes": {"side": {"description": "Which side?", "choices": ["left", "right"]}},
}
SCANNED: dict[str, Any] = {
    "attachments": ["s3://drive7/0.json", "s3://drive7/1.json"],
    "attachment_type": "json",
    "labels": ["solid"],
    "min_vertices": 3,
    "max_vertices": 8,
}


def lane(*vertices: tuple[float, ...], **more: Any) -> dict[str, Any]:
    """A lane through these places."""
    places = [dict(zip("xyz", vertex, strict=False)) for vertex in vertices]
    return {"type": "line", "label": "solid", "vertices": places, **more}


_TWO = ((211.4, 718.0), (402.0, 541.2))
_LEFT = {"attributes": {"side": "left"}}


def _lanes() -> Examples:
    without = {"attachment": ROAD["attachment"]}
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing", {}, '"value" must contain at least one of [attachment, attachments]', None),
        ("no labels", without, '"labels" is required', "labels"),
        (
            "both forms",
            {**ROAD, "geometries": {"line": {}}},
            '"value" contains a conflict between exclusive peers [geometries, labels]',
            None,
        ),
        ("another tool", {**without, "geometries": {"box": {}}}, '"line" is required', "geometries.line"),
        (
            "a video of frames",
            {**ROADS, "attachment_type": "video"},
            '"attachment" is required',
            "attachment",
        ),
        ("one frame", {**ROAD, "attachment_type": "json"}, '"attachments" is required', "attachments"),
        (
            "too few vertices",
            {**ROAD, "max_vertices": 1},
            '"max_vertices" must be greater than or equal to 2',
            "max_vertices",
        ),
        ("no address", {**ROAD, "attachment": "road"}, '"attachment" must be a valid uri', "attachment"),
    ]
    answers: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", ROAD, "x", [("", "type")]),
        ("nothing", ROAD, {}, [("annotations", "required")]),
        ("frames of one image", ROAD, {"annotations": [[]]}, [("annotations[0]", "type")]),
        (
            "another label, one vertex, curved, in the air",
            ROAD,
            {
                "annotations": [
                    lane((1, 1), (1, 1), label="x"),
                    lane(*_TWO, spline=True),
                    lane((1, 1, 1), (2, 2, 2)),
                ]
            },
            [
                ("annotations[0].label", "unknown_label"),
                ("annotations[0].vertices", "too_few"),
                ("annotations[1].spline", "not_allowed"),
                ("annotations[2].vertices[0].z", "not_allowed"),
            ],
        ),
        ("a frame is missing", ROADS, {"annotations": [[]]}, [("annotations", "count")]),
        (
            "attributes",
            ROADS,
            {"annotations": [[lane(*_TWO)], []]},
            [("annotations[0][0].attributes.side", "required")],
        ),
        (
            "flat",
            SCANNED,
            {"annotations": [[], [lane((1, 1), (2, 2), (3, 3))]]},
            [("annotations[1][0].vertices[0].z", "required")],
        ),
    ]
    return Examples(
        good_params={"minimal": ROAD, "full": ROADS, "a point cloud": SCANNED},
        bad_params={name: BadParams(params, wrong(text), field) for name, params, text, field in rows},
        good_answers={
            "nothing there": GoodAnswer(ROAD, {"annotations": []}),
            "one lane": GoodAnswer(ROAD, {"annotations": [lane(*_TWO, _TWO[1])]}),
            "frames": GoodAnswer(ROADS, {"annotations": [[lane(*_TWO, spline=True, **_LEFT)], []]}),
            "in the world": GoodAnswer(
                SCANNED, {"annotations": [[lane((1, 1, 0), (1, 1, 0.5), (2, 9, 1))], []]}
            ),
            "a file that is not opened": GoodAnswer(ROADS, {"annotations": {"url": "s3://a/b.json"}}),
            "the file itself": GoodAnswer(
                ROADS, {"annotations": {"url": as_file([[], [lane(*_TWO, **_LEFT)]]).url}}
            ),
        },
        bad_answers={name: BadAnswer(params, given, found) for name, params, given, found in answers},
    )


LINKING_EXAMPLES = _linking()
TOPDOWN_EXAMPLES = _topdown()
LANE_EXAMPLES = _lanes()
