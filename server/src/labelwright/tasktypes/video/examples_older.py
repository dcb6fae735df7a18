"""Examples of the older task types, which have one tool each."""

from typing import Any

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer
from labelwright.tasktypes.examples import because as wrong
from labelwright.tasktypes.video.examples_frames import CAR, CLIP, FRAMES, UUID, box, clip

BOXES: dict[str, Any] = {"attachment_type": "image", "attachments": FRAMES[:2], "geometries": CAR}
FLAT: dict[str, Any] = {
    "attachments": FRAMES[:2],
    "objects_to_annotate": ["car", "bus"],
    "min_width": 20,
    "min_height": 20,
}
BARE = {**FLAT, "with_labels": False}
VAN = {"cuboid": {"objects_to_annotate": ["van"]}}
CUBOIDS: dict[str, Any] = {"attachment_type": "image", "attachments": FRAMES[:2], "geometries": VAN}
CAMERA: dict[str, Any] = {
    "attachment_type": "video",
    "attachment": CLIP,
    "frame_rate": 5,
    "objects_to_annotate": ["van"],
    "min_height": 100,
    "camera_intrinsics": {"fx": 986.8, "fy": 984.7, "cx": 961.1, "cy": 586.9, "scalefactor": 2},
    "camera_rotation_quaternion": {"w": 0.2, "x": 0, "y": 0.9, "z": 0},
    "camera_height": 1.5,
}
_CORNERS = {
    "face-topleft": (412, 300.5),
    "face-bottomleft": (412, 441),
    "face-topright": (590, 300.5),
    "face-bottomright": (590, 441),
    "side-topcorner": (671.2, 318),
    "side-bottomcorner": (671.2, 409.4),
}


def cuboid(**more: Any) -> dict[str, Any]:
    """The cuboid of the reference (wire/task-types-common §9.3)."""
    vertices = [{"type": "vertex", "description": name, "x": x, "y": y} for name, (x, y) in _CORNERS.items()]
    return {"type": "cuboid", "label": "van", "vertices": vertices, **more}


def _bad_params(minimal: dict[str, Any], flat: dict[str, Any], other: str) -> dict[str, BadParams]:
    without = {key: value for key, value in minimal.items() if key != "geometries"}
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing", {}, '"attachments" is required', "attachments"),
        ("no labels in either form", without, '"geometries" is required', "geometries"),
        (
            "both forms",
            {**minimal, "objects_to_annotate": ["car"]},
            '"value" contains a conflict between exclusive peers [geometries, objects_to_annotate]',
            None,
        ),
        (
            "another tool",
            {**minimal, "geometries": {other: {"objects_to_annotate": ["car"]}}},
            f'"{other}" is not allowed',
            f"geometries.{other}",
        ),
        (
            "empty labels",
            {**flat, "objects_to_annotate": []},
            '"objects_to_annotate" must contain at least 1 items',
            "objects_to_annotate",
        ),
        (
            "the same label twice",
            {**flat, "objects_to_annotate": ["a", {"choice": "b", "subchoices": ["a"]}]},
            '"subchoices[0]" contains a duplicate value',
            "objects_to_annotate[1].subchoices[0]",
        ),
        (
            "no size",
            {**flat, "min_height": -1},
            '"min_height" must be greater than or equal to 0',
            "min_height",
        ),
        (
            "no addresses",
            {**minimal, "attachments": ["", ""]},
            '"attachments[0]" is not allowed to be empty',
            "attachments[0]",
        ),
    ]
    return {name: BadParams(params, wrong(reason), field) for name, params, reason, field in rows}


def _linked(**more: Any) -> dict[str, Any]:
    return {
        **BARE,
        "annotation_attributes": {
            "a": {"description": "?", "type": "linked", "allowed_labels": ["car"], **more}
        },
    }


BOX_EXAMPLES = Examples(
    good_params={"minimal": BOXES, "full": FLAT, "without labels": BARE},
    bad_params={
        **_bad_params(BOXES, FLAT, "polygon"),
        "links without labels": BadParams(
            _linked(), wrong('"type" must not be linked without with_labels'), "annotation_attributes.a.type"
        ),
    },
    good_answers={
        "nothing": GoodAnswer(BOXES, clip([], [])),
        "moves": GoodAnswer(BOXES, clip([box(uuid=UUID)], [box(20, uuid=UUID)])),
        "flat": GoodAnswer(FLAT, clip([box(label="bus", uuid=UUID)], [])),
        "without labels": GoodAnswer(
            BARE, clip([{"type": "box", "left": 0, "top": 0, "width": 20, "height": 20}], [])
        ),
        "a label that nobody asked for": GoodAnswer(BARE, clip([], [box()])),
    },
    bad_answers={
        "no object": BadAnswer(BOXES, None, [("", "type")]),
        "nothing": BadAnswer(BOXES, {}, [("annotations", "required")]),
        "too small": BadAnswer(
            FLAT, clip([box(width=5)], []), [("annotations[0].annotations[0].width", "too_small")]
        ),
        "another label": BadAnswer(
            BOXES, clip([], [box(label="bus")]), [("annotations[1].annotations[0].label", "unknown_label")]
        ),
        "another tool": BadAnswer(
            BOXES, clip([cuboid()], []), [("annotations[0].annotations[0].type", "unknown_geometry")]
        ),
    },
)
_SPELT = {name: value for name, value in CAMERA["camera_intrinsics"].items() if name != "scalefactor"}

CUBOID_EXAMPLES = Examples(
    good_params={"minimal": CUBOIDS, "full": CAMERA},
    bad_params={
        **_bad_params(CUBOIDS, CAMERA, "box"),
        "a camera without focal length": BadParams(
            {**CAMERA, "camera_intrinsics": {**_SPELT, "fx": 0}},
            wrong('"fx" must be greater than 0'),
            "camera_intrinsics.fx",
        ),
        "two scales": BadParams(
            {**CAMERA, "camera_intrinsics": {**_SPELT, "scalefactor": 1, "scale_factor": 1}},
            wrong(
                '"camera_intrinsics" contains a conflict between exclusive peers [scalefactor, scale_factor]'
            ),
            "camera_intrinsics",
        ),
    },
    good_answers={
        "nothing": GoodAnswer(CUBOIDS, clip([], [])),
        "numbered": GoodAnswer(
            CUBOIDS, {"annotations": [{"frame": 0, "annotations": [cuboid()]}, {"annotations": []}]}
        ),
        "a file of any length": GoodAnswer(CAMERA, clip([cuboid()])),
        "with camera": GoodAnswer(CAMERA, clip([cuboid(points_2d=[{"x": 0, "y": 0}] * 8)])),
        "only the face": GoodAnswer(CUBOIDS, clip([cuboid(vertices=cuboid()["vertices"][:4])], [])),
    },
    bad_answers={
        "no object": BadAnswer(CUBOIDS, 1, [("", "type")]),
        "frames": BadAnswer(CUBOIDS, clip([]), [("annotations", "count")]),
        "a corner": BadAnswer(
            CUBOIDS,
            clip([], [cuboid(vertices=cuboid()["vertices"][:5])]),
            [("annotations[1].annotations[0].vertices", "missing_corner")],
        ),
        "no camera": BadAnswer(
            CUBOIDS,
            clip([cuboid(points_2d=[{"x": 0, "y": 0}] * 8)], []),
            [("annotations[0].annotations[0].points_2d", "not_allowed")],
        ),
        "a box": BadAnswer(
            CUBOIDS, clip([box()], []), [("annotations[0].annotations[0].type", "unknown_geometry")]
        ),
    },
)
