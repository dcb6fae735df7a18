"""Examples of the task types that are answered per object."""

from typing import Any

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer
from labelwright.tasktypes.examples import because as wrong
from labelwright.tasktypes.video.examples_frames import CAR, CLIP, EVENTS, FRAMES, MOVING, UUID, box, clip
from labelwright.tasktypes.wire.result_files import as_file

MINIMAL: dict[str, Any] = {"attachment": CLIP, "geometries": CAR}
BARE: dict[str, Any] = {"attachments": FRAMES, "geometries": CAR, "with_labels": False}
FULL: dict[str, Any] = {
    "attachment": CLIP,
    "attachments": FRAMES,
    "attachment_type": "image",
    "geometries": {
        "box": {"objects_to_annotate": ["car"], "can_rotate": True},
        "line": {"objects_to_annotate": ["kerb"]},
        "point": {"objects_to_annotate": ["person"]},
        "cuboid": {"objects_to_annotate": ["van"]},
    },
    "annotation_attributes": MOVING,
    "events_to_annotate": ["Turning", "Horn"],
    "annotation_frame_rate": 5,
    "video_frame_rate": 29.92,
    "hypothesis": {"annotations": {"url": "https://files.example.com/drive7/tracks.json"}},
}
FEDERAL: dict[str, Any] = {
    "attachment": CLIP,
    "geometries": CAR,
    "classification_marking": "UNCLASSIFIED",
    "sensor": "ir",
    "track_states": ["visible", "occluded"],
}


def moment(key: int, left: float = 0, **more: Any) -> dict[str, Any]:
    """A box in one frame."""
    return {"key": key, "left": left, "top": 0, "width": 20, "height": 10, **more}


def track(*frames: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The track of a car."""
    return {"label": "car", "geometry": "box", "frames": list(frames), **more}


def only(one: dict[str, Any]) -> dict[str, Any]:
    """An answer with one track."""
    return {"annotations": {UUID: one}}


def asked(**more: Any) -> dict[str, Any]:
    """The attributes of ``FULL``."""
    return {"attributes": {"moving": "yes", "colour": "red", **more}}


def _bad_params(minimal: dict[str, Any]) -> dict[str, BadParams]:
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing", {}, '"geometries" is required', "geometries"),
        (
            "no video",
            {"geometries": CAR},
            '"value" must contain at least one of [attachment, attachments]',
            None,
        ),
        ("no tools", {"attachment": CLIP}, '"geometries" is required', "geometries"),
        ("no address", {**minimal, "attachment": "clip"}, '"attachment" must be a valid uri', "attachment"),
        (
            "no frames",
            {**minimal, "attachments": []},
            '"attachments" must contain at least 1 items',
            "attachments",
        ),
        (
            "no rate",
            {**minimal, "video_frame_rate": "fast"},
            '"video_frame_rate" must be a number',
            "video_frame_rate",
        ),
        (
            "a rate of nothing",
            {**minimal, "annotation_frame_rate": 0},
            '"annotation_frame_rate" must be greater than 0',
            "annotation_frame_rate",
        ),
        (
            "labels or not",
            {**minimal, "with_labels": "maybe"},
            '"with_labels" must be a boolean',
            "with_labels",
        ),
        (
            "a hypothesis about something else",
            {**minimal, "hypothesis": {"annotations": {UUID: track(moment(0), label="bus")}}},
            f'"hypothesis.annotations.{UUID}.label" is invalid: “bus” is not one of the labels: car.',
            f"hypothesis.annotations.{UUID}.label",
        ),
    ]
    return {name: BadParams(params, wrong(reason), field) for name, params, reason, field in rows}


def _good_answers() -> dict[str, GoodAnswer]:
    two = track(moment(0, timestamp=0), moment(6, 7.5, timestamp=0.2))
    kerb = {
        "label": "kerb",
        "geometry": "line",
        "frames": [{"key": 0, "vertices": [{"x": 1, "y": 2}, {"x": 40, "y": 90}], **asked()}],
    }
    many = {UUID: track(moment(0, **asked()), moment(6, 9, **asked(driver="p"))), "k": kerb}
    person = {"label": "person", "geometry": "point", "frames": [{"key": 3, "x": 1, "y": 2, **asked()}]}
    return {
        "nothing there": GoodAnswer(MINIMAL, {"annotations": {}}),
        "one track": GoodAnswer(MINIMAL, only(two)),
        "as the callback page has it": GoodAnswer(MINIMAL, {"annotations": [only(two)]}),
        "wrapped once": GoodAnswer(MINIMAL, {"annotations": only(two)}),
        "a file that is not opened": GoodAnswer(
            MINIMAL, {"annotations": {"url": "https://example.com/t.json"}}
        ),
        "keyframes": GoodAnswer(
            {**MINIMAL, "annotation_frame_rate": 5, "video_frame_rate": 29.92},
            only(track(moment(0, is_keyframe=True), moment(18, 9, is_keyframe=True))),
        ),
        "per frame": GoodAnswer(
            MINIMAL, clip([box(0, uuid=UUID, is_keyframe=True)], [], [box(9, uuid=UUID, is_keyframe=True)])
        ),
        "without labels": GoodAnswer(BARE, only({"geometry": "box", "frames": [moment(0)]})),
        "unknown keys are left out": GoodAnswer(MINIMAL, only(track(moment(0, score=1), id=1))),
        "attributes and events": GoodAnswer(FULL, {"annotations": {**many, "p": person}, "events": EVENTS}),
        "the file itself": GoodAnswer(FULL, {"annotations": {"url": as_file({"k": kerb}).url}}),
    }


def _bad_answers() -> dict[str, BadAnswer]:
    at = f"annotations.{UUID}"
    rows: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", MINIMAL, [], [("", "type")]),
        ("nothing", MINIMAL, {}, [("annotations", "required")]),
        ("no tracks", MINIMAL, {"annotations": [1]}, [("annotations[0]", "type")]),
        ("not an address", MINIMAL, {"annotations": {"url": 1}}, [("annotations.url", "type")]),
        (
            "no track",
            MINIMAL,
            only({"label": "car", "geometry": "circle"}),
            [(f"{at}.geometry", "enum"), (f"{at}.frames", "required")],
        ),
        (
            "no label, no frames, another tool",
            MINIMAL,
            {
                "annotations": {
                    "a": {"geometry": "box", "frames": []},
                    "b": track(moment(0), geometry="point"),
                }
            },
            [
                ("annotations.a.label", "required"),
                ("annotations.a.frames", "too_few"),
                ("annotations.b.frames[0].x", "required"),
                ("annotations.b.frames[0].y", "required"),
                ("annotations.b.frames[0].left", "unknown_key"),
                ("annotations.b.frames[0].top", "unknown_key"),
                ("annotations.b.frames[0].width", "unknown_key"),
                ("annotations.b.frames[0].height", "unknown_key"),
                ("annotations.b.geometry", "unknown_geometry"),
            ],
        ),
        (
            "no order, no key, no size",
            MINIMAL,
            only(track(moment(6), moment(6), {"key": -1}, moment(8, width=0))),
            [
                (f"{at}.frames[1].key", "order"),
                (f"{at}.frames[2].key", "bound"),
                (f"{at}.frames[2].left", "required"),
                (f"{at}.frames[2].top", "required"),
                (f"{at}.frames[2].width", "required"),
                (f"{at}.frames[2].height", "required"),
                (f"{at}.frames[3].width", "too_small"),
            ],
        ),
        (
            "an answer that changes",
            FULL,
            only(track(moment(0, **asked()), moment(6, **asked(colour="blue")))),
            [(f"{at}.frames[1].attributes.colour", "inconsistent")],
        ),
        (
            "attributes",
            FULL,
            only(track(moment(0, attributes={"moving": "no", "driver": "q"}))),
            [
                (f"{at}.frames[0].attributes.colour", "required"),
                (f"{at}.frames[0].attributes.driver", "unknown_target"),
            ],
        ),
    ]
    return {name: BadAnswer(params, given, problems) for name, params, given, problems in rows}


PLAYBACK_EXAMPLES = Examples(
    good_params={"minimal": MINIMAL, "full": FULL, "without labels": BARE},
    bad_params=_bad_params(MINIMAL),
    good_answers=_good_answers(),
    bad_answers=_bad_answers(),
)
_STATED = only(track(moment(0, attributes={"state": "visible"}), moment(1, attributes={"state": "occluded"})))

FEDERAL_EXAMPLES = Examples(
    good_params={"minimal": MINIMAL, "full": FEDERAL, "frames": BARE},
    bad_params={
        **_bad_params(MINIMAL),
        "another sensor": BadParams(
            {**FEDERAL, "sensor": "lidar"}, wrong('"sensor" must be one of [eo, ir, sar]'), "sensor"
        ),
        "the same state twice": BadParams(
            {**FEDERAL, "track_states": ["a", "a"]},
            wrong('"track_states" contains a duplicate value'),
            "track_states",
        ),
        "a state of its own": BadParams(
            {**FEDERAL, "annotation_attributes": {"state": {"description": "?", "choices": ["a"]}}},
            wrong('"state" is not allowed with track_states'),
            "annotation_attributes.state",
        ),
    },
    good_answers={**_good_answers(), "states": GoodAnswer(FEDERAL, _STATED)},
    bad_answers={
        **_bad_answers(),
        "no state, another state": BadAnswer(
            FEDERAL,
            only(track(moment(0), moment(1, attributes={"state": "gone"}))),
            [
                (f"annotations.{UUID}.frames[0].attributes.state", "required"),
                (f"annotations.{UUID}.frames[1].attributes.state", "unknown_choice"),
            ],
        ),
    },
)
