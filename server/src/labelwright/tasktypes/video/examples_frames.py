"""Examples of the task types that are answered per frame."""

from typing import Any

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer
from labelwright.tasktypes.examples import because as wrong
from labelwright.tasktypes.wire.result_files import as_file

FRAMES = [f"https://files.example.com/drive7/{i}.jpg" for i in range(3)]
CLIP = "s3://drives/7.mp4"
CAR = {"box": {"objects_to_annotate": ["car"]}}
MINIMAL: dict[str, Any] = {"attachment_type": "image", "attachments": FRAMES, "geometries": CAR}
FILE: dict[str, Any] = {"attachment_type": "video", "attachment": CLIP, "geometries": CAR}
MOVING = {
    "moving": {"description": "Does it move?", "choices": ["yes", "no"]},
    "colour": {"description": "Which colour?", "choices": ["red", "blue"], "global": True},
    "driver": {"description": "Who drives?", "type": "linked", "allowed_labels": ["person"]},
    "lane": {
        "description": "Which lane?",
        "choices": ["left", "right"],
        "conditions": {"is_global": True, "label_condition": {"label": ["Turning"]}},
    },
}
FULL: dict[str, Any] = {
    "attachment_type": "image",
    "attachments": FRAMES[:2],
    "geometries": {
        "box": {"objects_to_annotate": [{"choice": "vehicle", "subchoices": ["car", "bus"]}], "min_width": 4},
        "polygon": {"objects_to_annotate": ["puddle"]},
        "line": {"objects_to_annotate": ["kerb"]},
        "point": {"objects_to_annotate": ["person"]},
        "ellipse": {"objects_to_annotate": ["wheel"]},
        "cuboid": {"objects_to_annotate": ["van"]},
    },
    "annotation_attributes": MOVING,
    "events_to_annotate": ["Turning", "Horn"],
    "links": {
        "tows": {"is_bidirectional": False, "from_allowed_labels": ["car"], "to_allowed_labels": ["van"]}
    },
    "padding": 10,
    "paddingX": 20,
    "layers": {"url": "https://files.example.com/drive7/layers.json"},
    "hypothesis": {"annotations": {"url": "https://files.example.com/drive7/before.json"}},
}
BASE = {"uuid": "base", "type": "box", "label": "car", "top": 0, "width": 9, "height": 9}
LOCKED: dict[str, Any] = {
    **MINIMAL,
    "base_annotations": {
        "annotations": [
            {"annotations": [{**BASE, "left": 0, "is_keyframe": True}]},
            {"annotations": []},
            {"annotations": [{**BASE, "left": 9, "is_keyframe": True}]},
        ]
    },
    "can_delete_base_annotations": False,
}
OWN = {"camera": "front", "x-unknown": {"kept": [1, "2"]}}
UUID = "2620d1c5-0f6e-4b1c-9a57-1f3c5a0c9a01"


def box(left: float = 10, **more: Any) -> dict[str, Any]:
    """A box that fits every example."""
    return {"type": "box", "label": "car", "left": left, "top": 20, "width": 30, "height": 40, **more}


def clip(*frames: list[dict[str, Any]]) -> dict[str, Any]:
    """An answer with these frames."""
    return {"annotations": [{"annotations": list(frame)} for frame in frames]}


def keyed(left: float, **more: Any) -> dict[str, Any]:
    """A keyframe of the box."""
    return box(left, uuid=UUID, is_keyframe=True, **more)


def tracked(left: float, uuid: str = UUID, **attributes: Any) -> dict[str, Any]:
    """A box of ``FULL``."""
    return box(left, uuid=uuid, attributes={"moving": "yes", "colour": "red", **attributes})


EVENTS = [
    {
        "label": "Turning",
        "type": "range",
        "start": 0,
        "end": 1,
        "startTime": 0,
        "endTime": 0.5,
        "attributes": {"lane": "left"},
    },
    {"label": "Horn", "type": "point", "start": 1},
]


def _bad_params() -> dict[str, BadParams]:
    without = {key: value for key, value in MINIMAL.items() if key != "attachments"}
    asked = {**MINIMAL, "annotation_attributes": {"a": {"description": "?", "choices": ["x"]}}}
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing", {}, '"geometries" is required', "geometries"),
        ("no frames", without, '"attachments" is required', "attachments"),
        (
            "frames that are one",
            {**MINIMAL, "attachments": FRAMES[0]},
            '"attachments" must be an array',
            "attachments",
        ),
        (
            "empty frames",
            {**MINIMAL, "attachments": []},
            '"attachments" must contain at least 1 items',
            "attachments",
        ),
        ("a file as frames", {**without, "attachment": CLIP}, '"attachment" is not allowed', "attachment"),
        ("frames as a file", {**FILE, "attachment": 5}, '"attachment" must be a string', "attachment"),
        ("no file", {**MINIMAL, "attachment_type": "video"}, '"attachments" is not allowed', "attachments"),
        (
            "both",
            {**MINIMAL, "attachment": CLIP},
            '"value" contains a conflict between exclusive peers [attachment, attachments]',
            None,
        ),
        (
            "another medium",
            {**MINIMAL, "attachment_type": "pdf"},
            '"attachment_type" must be one of [image, video]',
            "attachment_type",
        ),
        (
            "no address",
            {**MINIMAL, "attachments": [FRAMES[0], "a b"]},
            '"attachments[1]" must be a valid uri',
            "attachments[1]",
        ),
        (
            "no labels",
            {**MINIMAL, "geometries": {"box": {"objects_to_annotate": []}}},
            '"geometries" must contain at least one geometry with objects_to_annotate',
            "geometries",
        ),
        (
            "another tool",
            {**MINIMAL, "geometries": {"brush": {}}},
            '"brush" is not allowed',
            "geometries.brush",
        ),
        ("no rate", {**FILE, "frame_rate": 0}, '"frame_rate" must be greater than 0', "frame_rate"),
        (
            "the same event twice",
            {**MINIMAL, "events_to_annotate": ["Horn", "Horn"]},
            '"events_to_annotate" contains a duplicate value',
            "events_to_annotate",
        ),
        (
            "an attribute of something else",
            {
                **asked,
                "annotation_attributes": {
                    "a": {
                        "description": "?",
                        "choices": ["x"],
                        "conditions": {"label_condition": {"label": "bus"}},
                    }
                },
            },
            '"label" must be a label of the task, "bus" is not one',
            "annotation_attributes.a.conditions.label_condition.label",
        ),
        (
            "linked with an event",
            {
                **asked,
                "events_to_annotate": ["Horn"],
                "annotation_attributes": {
                    "a": {"description": "?", "type": "linked", "allowed_labels": ["Horn"]}
                },
            },
            '"allowed_labels[0]" must be a label of the task, "Horn" is not one',
            "annotation_attributes.a.allowed_labels[0]",
        ),
        (
            "a link to something else",
            {
                **MINIMAL,
                "links": {
                    "l": [
                        {
                            "is_bidirectional": True,
                            "from_allowed_labels": ["car"],
                            "to_allowed_labels": ["bus"],
                        }
                    ]
                },
            },
            '"to_allowed_labels[0]" must be a label of the task, "bus" is not one',
            "links.l[0].to_allowed_labels[0]",
        ),
        ("layers that are no file", {**MINIMAL, "layers": {"boxes": []}}, '"url" is required', "layers.url"),
        (
            "layers without address",
            {**MINIMAL, "layers": {"url": "x"}},
            '"url" must be a valid uri',
            "layers.url",
        ),
        (
            "two pre-labels",
            {**MINIMAL, "hypothesis": clip([], [], []), "base_annotations": clip([], [], [])},
            '"value" contains a conflict between exclusive peers [hypothesis, base_annotations]',
            None,
        ),
        (
            "a hypothesis about something else",
            {**MINIMAL, "hypothesis": clip([box(label="bus")])},
            '"hypothesis.annotations[0].annotations[0].label" is invalid: “bus” is not one of the labels: car.',
            "hypothesis.annotations[0].annotations[0].label",
        ),
        (
            "base annotations for more frames",
            {**MINIMAL, "base_annotations": clip([], [], [], [])},
            '"base_annotations.annotations" is invalid: There must be one item per frame (3, not 4).',
            "base_annotations.annotations",
        ),
    ]
    return {name: BadParams(params, wrong(reason), field) for name, params, reason, field in rows}


def _good_answers() -> dict[str, GoodAnswer]:
    moves = clip(
        [tracked(10)],
        [tracked(20, moving="no"), box(0, label="bus", attributes={"moving": "no", "colour": "blue"})],
    )
    everything = clip(
        [
            tracked(10),
            {
                "type": "polygon",
                "label": "puddle",
                "vertices": [{"x": x, "y": y} for x, y in ((0, 0), (9, 0), (5, 5))],
            },
            {"type": "point", "label": "person", "x": 4, "y": 5, "uuid": "p"},
        ],
        [tracked(20, driver="p")],
    )
    for frame in everything["annotations"]:
        for one in frame["annotations"]:
            one["attributes"] = {"moving": "no", "colour": "red", **one.get("attributes", {})}
    return {
        "nothing there": GoodAnswer(MINIMAL, clip([], [], [])),
        "one object": GoodAnswer(MINIMAL, clip([box(10, uuid=UUID)], [box(20, uuid=UUID)], [])),
        "keyframes": GoodAnswer(MINIMAL, clip([keyed(10)], [], [keyed(21)])),
        "an object that leaves and comes back": GoodAnswer(
            MINIMAL, clip([keyed(10, is_last=True)], [], [keyed(21)])
        ),
        "per object": GoodAnswer(
            MINIMAL,
            {
                "annotations": {
                    UUID: {
                        "label": "car",
                        "geometry": "box",
                        "frames": [
                            {"key": 0, "left": 10, "top": 20, "width": 30, "height": 40},
                            {"key": 2, "left": 21, "top": 20, "width": 30, "height": 40},
                        ],
                    }
                }
            },
        ),
        "locked and unchanged": GoodAnswer(
            {**LOCKED, "can_edit_base_annotations": False, "can_add_base_annotations": False},
            LOCKED["base_annotations"],
        ),
        "a file of any length": GoodAnswer(FILE, clip([box()], [])),
        "numbered frames": GoodAnswer(
            {**MINIMAL, "attachments": FRAMES[:1]}, {"annotations": [{"frame": 0, "annotations": [box()]}]}
        ),
        "a file that is not opened": GoodAnswer(
            MINIMAL, {"annotations": {"url": "https://example.com/1.json"}}
        ),
        "unknown keys are left out": GoodAnswer(MINIMAL, clip([box(score=1)], [], [])),
        "attributes and events": GoodAnswer(FULL, {**moves, "events": EVENTS}),
        "events as their file": GoodAnswer(FULL, {**everything, "events": {"events": EVENTS}}),
        "the file itself": GoodAnswer(FULL, {"annotations": {"url": as_file(moves["annotations"]).url}}),
    }


def _bad_answers() -> dict[str, BadAnswer]:
    at = "annotations[0].annotations[0]"
    rows: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", MINIMAL, [], [("", "type")]),
        ("nothing", MINIMAL, {}, [("annotations", "required")]),
        ("too few frames", MINIMAL, clip([], []), [("annotations", "count")]),
        ("no frames", MINIMAL, {"annotations": 3}, [("annotations", "type")]),
        ("no tracks", MINIMAL, {"annotations": {"0": []}}, [("annotations.0", "type")]),
        ("not an address", MINIMAL, {"annotations": {"url": "frames.json"}}, [("annotations.url", "uri")]),
        (
            "a broken file",
            MINIMAL,
            {"annotations": {"url": "data:application/json,[{"}},
            [("annotations.url", "uri")],
        ),
        (
            "a frame that is none, and one with another number",
            MINIMAL,
            {"annotations": [[], {"annotations": [], "frame": 2}, {"annotations": [box(label="bus")]}]},
            [
                ("annotations[0]", "type"),
                ("annotations[1].frame", "order"),
                ("annotations[2].annotations[0].label", "unknown_label"),
            ],
        ),
        (
            "wrong shapes",
            MINIMAL,
            clip(
                [
                    box(width=0),
                    {"type": "box", "label": "car"},
                    {"type": "point", "label": "car", "x": 1, "y": 1},
                ],
                [],
                [],
            ),
            [
                ("annotations[0].annotations[1].left", "required"),
                ("annotations[0].annotations[1].top", "required"),
                ("annotations[0].annotations[1].width", "required"),
                ("annotations[0].annotations[1].height", "required"),
                ("annotations[0].annotations[2].type", "unknown_geometry"),
                (f"{at}.width", "too_small"),
            ],
        ),
        (
            "twice on one frame",
            MINIMAL,
            clip([box(uuid=UUID), box(20, uuid=UUID)], [], []),
            [("annotations[0].annotations[1].uuid", "duplicate")],
        ),
        (
            "a computed frame that somebody changed",
            MINIMAL,
            clip([keyed(10)], [{**keyed(30), "is_keyframe": False}], [keyed(20)]),
            [("annotations[1].annotations[0]", "not_between")],
        ),
        (
            "added and removed although locked",
            {**LOCKED, "can_add_base_annotations": False},
            clip([], [box()], []),
            [("annotations[1].annotations[0]", "locked"), ("annotations", "locked")],
        ),
        (
            "moved in one frame although locked",
            {**LOCKED, "can_edit_base_annotations": False},
            clip([{**BASE, "left": 0}], [{**BASE, "left": 4.5}], [{**BASE, "left": 8}]),
            [("annotations[2].annotations[0].left", "locked")],
        ),
        (
            "an object that changes",
            FULL,
            clip([tracked(10)], [tracked(10, colour="blue")]),
            [("annotations[1].annotations[0].attributes.colour", "inconsistent")],
        ),
        (
            "attributes missing, of events, and linked with nothing",
            FULL,
            clip([box(attributes={"moving": "up", "lane": "left", "driver": "q"})], []),
            [
                (f"{at}.attributes.lane", "unknown_attribute"),
                (f"{at}.attributes.moving", "unknown_choice"),
                (f"{at}.attributes.colour", "required"),
                (f"{at}.attributes.driver", "unknown_target"),
            ],
        ),
        (
            "events",
            FULL,
            {
                **clip([], []),
                "events": [
                    {"label": "Turning", "type": "range", "start": 1, "end": 0, "startTime": 3, "endTime": 1},
                    {"label": "Horn", "type": "point", "start": 2, "end": 2, "attributes": {"lane": "left"}},
                    {"label": "Rain", "type": "range", "start": 0},
                ],
            },
            [
                ("events[0].end", "order"),
                ("events[0].endTime", "order"),
                ("events[0].attributes.lane", "required"),
                ("events[1].end", "not_allowed"),
                ("events[1].start", "bound"),
                ("events[1].end", "bound"),
                ("events[1].attributes.lane", "not_asked"),
                ("events[2].label", "unknown_label"),
                ("events[2].end", "required"),
            ],
        ),
        (
            "events that nobody asked for",
            MINIMAL,
            {**clip([], [], []), "events": []},
            [("events", "not_asked")],
        ),
    ]
    return {name: BadAnswer(params, given, problems) for name, params, given, problems in rows}


EXAMPLES = Examples(
    good_params={
        "minimal": MINIMAL,
        "file": FILE,
        "full": FULL,
        "locked": LOCKED,
        "unknown keys": {**MINIMAL, **OWN},
    },
    bad_params=_bad_params(),
    good_answers=_good_answers(),
    bad_answers=_bad_answers(),
)
