"""Requests and answers of the first generation of image tasks, good and bad."""

from collections.abc import Mapping
from typing import Any

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer, because
from labelwright.tasktypes.wire.first_generation import NO_ATTACHMENT, wrong_attachment_type

COW = "http://i.imgur.com/v4cBreD.jpg"
MINIMAL: dict[str, Any] = {"attachment": COW, "objects_to_annotate": ["big cow"]}
LABELLED: dict[str, Any] = {
    "attachment": COW,
    "attachment_type": "image",
    "objects_to_annotate": ["baby cow", "big cow"],
    "with_labels": True,
}
SHOWN = [
    {"correct": True, "image": "http://i.imgur.com/lj6e98s.jpg", "explanation": "Tight boxes"},
    {"correct": False, "image": "http://i.imgur.com/HIrvIDq.jpg", "explanation": "One is missing"},
]
CAMERA: dict[str, Any] = {
    "camera_intrinsics": {"fx": 1266.4, "fy": 1266.4, "cx": 816.3, "cy": 491.5, "scalefactor": 2},
    "camera_rotation_quaternion": {"w": 0.5, "x": -0.5, "y": 0.5, "z": -0.5},
    "camera_height": 1.7,
}
FULL: dict[str, Any] = {
    **LABELLED,
    "attachment": "s3://farm/0001.jpg",
    "objects_to_annotate": [{"choice": "cow", "subchoices": ["baby cow", "big cow"]}, "farmer"],
    "annotation_attributes": {
        "pose": {"description": "What does it do?", "choices": ["stands", "lies"]},
        "age": {
            "type": "number",
            "description": "How old is it?",
            "min": 0,
            "conditions": {"label_condition": {"label": "baby cow"}},
        },
        "mother": {
            "type": "linked",
            "description": "Whose calf is it?",
            "allowed_labels": ["big cow"],
            "required": True,
            "conditions": {"label_condition": {"label": "baby cow"}},
        },
    },
    "layers": {"lines": [{"vertices": [{"x": 0, "y": 10}, {"x": 90, "y": 10}], "label": "fence"}]},
    "my_own_key": {"row": 7},
}
OWN: Mapping[str, dict[str, Any]] = {
    "annotation": {"min_width": 30, "min_height": 20, "examples": SHOWN},
    "polygonannotation": {"examples": SHOWN},
    "lineannotation": {"splines": True, "examples": SHOWN},
    "pointannotation": {"examples": SHOWN},
    "cuboidannotation": {
        "min_width": 400,
        "min_height": 20,
        "min_annotations": 2,
        "max_annotations": 5,
        **CAMERA,
    },
}
"""What only some types have."""


def corners(*names: str) -> list[dict[str, Any]]:
    """Corners of the recorded cuboid."""
    at = {
        "face-topleft": (100, 70),
        "face-bottomleft": (100, 296),
        "face-topright": (320, 70),
        "face-bottomright": (320, 296),
        "side-topcorner": (541, 82),
        "side-bottomcorner": (541, 198),
    }
    chosen = names or tuple(at)
    return [{"description": name, "type": "vertex", "x": at[name][0], "y": at[name][1]} for name in chosen]


DRAWN: Mapping[str, dict[str, Any]] = {
    "annotation": {"left": 10, "top": 20.5, "width": 30, "height": 40},
    "polygonannotation": {"vertices": [{"x": 10, "y": 10}, {"x": 110, "y": 110}, {"x": 10, "y": 110}]},
    "lineannotation": {"vertices": [{"x": 10, "y": 10}, {"x": 110, "y": 110}]},
    "pointannotation": {"x": 10, "y": 10.5},
    "cuboidannotation": {"vertices": corners()},
}
"""One shape of each type."""

_MISDRAWN: Mapping[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "annotation": (
        {"left": 1, "top": 1, "width": 0, "height": -3},
        [("annotations[0].width", "too_small"), ("annotations[0].height", "too_small")],
    ),
    "polygonannotation": (
        {"vertices": [{"x": 0, "y": 0}, {"x": 9, "y": 9}, {"x": 9, "y": 0}, {"x": 0, "y": 9}]},
        [("annotations[0].vertices", "no_area"), ("annotations[0].vertices[0]", "self_intersection")],
    ),
    "lineannotation": (
        {"vertices": [{"x": 5, "y": 5}, {"x": 5, "y": 5}]},
        [("annotations[0].vertices", "too_few")],
    ),
    "pointannotation": ({"x": 5, "y": "here"}, [("annotations[0].y", "type")]),
    "cuboidannotation": (
        {"vertices": corners("face-topleft", "face-bottomleft", "face-topright", "face-topright")},
        [
            ("annotations[0].vertices[3].description", "duplicate"),
            ("annotations[0].vertices", "missing_corner"),
        ],
    ),
}


def _bad_params(slug: str) -> dict[str, BadParams]:
    labels = {"attachment": COW}
    own: dict[str, Any] = {"annotation_attributes": {"a": {"description": "?", "choices": ["x"]}}}
    scene = {"a": {**own["annotation_attributes"]["a"], "conditions": {"is_global": True}}}
    linked = {"a": {"type": "linked", "description": "?", "allowed_labels": ["big cow"]}}
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing given", {}, NO_ATTACHMENT, "attachment"),
        ("official: type only", {"attachment_type": "image"}, NO_ATTACHMENT, "attachment"),
        ("attachment empty", {**MINIMAL, "attachment": ""}, NO_ATTACHMENT, "attachment"),
        (
            "attachment is no address",
            {**MINIMAL, "attachment": "a cow"},
            because('"attachment" must be a valid uri'),
            "attachment",
        ),
        (
            "both attachments",
            {**MINIMAL, "attachments": [COW]},
            because('"value" contains a conflict between exclusive peers [attachment, attachments]'),
            None,
        ),
        (
            "another type of attachment",
            {**MINIMAL, "attachment_type": "video"},
            wrong_attachment_type(["image"]),
            "attachment_type",
        ),
        ("no labels", labels, because('"objects_to_annotate" is required'), "objects_to_annotate"),
        (
            "empty labels",
            {**labels, "objects_to_annotate": []},
            because('"objects_to_annotate" must contain at least 1 items'),
            "objects_to_annotate",
        ),
        (
            "label twice",
            {**labels, "objects_to_annotate": ["a", {"choice": "f", "subchoices": ["a"]}]},
            because('"subchoices[0]" contains a duplicate value'),
            "objects_to_annotate[1].subchoices[0]",
        ),
        (
            "with_labels no boolean",
            {**MINIMAL, "with_labels": "yes"},
            because('"with_labels" must be a boolean'),
            "with_labels",
        ),
        (
            "attribute of the whole image",
            {**MINIMAL, "annotation_attributes": scene},
            because('"is_global" is not allowed'),
            "annotation_attributes.a.conditions.is_global",
        ),
        (
            "linked without labels",
            {**MINIMAL, "with_labels": False, "annotation_attributes": linked},
            because('"type" must not be linked without with_labels'),
            "annotation_attributes.a.type",
        ),
        (
            "hypothesis with another label",
            {**LABELLED, "hypothesis": {"annotations": [{**DRAWN[slug], "label": "goat"}]}},
            because(
                '"hypothesis.annotations[0].label" is invalid: “goat” is not one of the labels: '
                "baby cow, big cow."
            ),
            "hypothesis.annotations[0].label",
        ),
        *_bad_own(slug),
    ]
    return {name: BadParams(params, message, field) for name, params, message, field in rows}


def _bad_own(slug: str) -> list[tuple[str, dict[str, Any], str, str | None]]:
    if slug == "cuboidannotation":
        return [
            (
                "fewer than the fewest",
                {**MINIMAL, "min_annotations": 3, "max_annotations": 2},
                because('"max_annotations" must be at least min_annotations'),
                "max_annotations",
            ),
            (
                "no focal length",
                {**MINIMAL, "camera_intrinsics": {"fx": 0, "fy": 1, "cx": 1, "cy": 1}},
                because('"fx" must be greater than 0'),
                "camera_intrinsics.fx",
            ),
        ]
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        (
            "explanation is no text",
            {**MINIMAL, "examples": [{"correct": True, "image": COW, "explanation": 1}]},
            because('"explanation" must be a string'),
            "examples[0].explanation",
        ),
        (
            "example is no address",
            {**MINIMAL, "examples": [{"correct": True, "image": "cow.jpg", "explanation": "?"}]},
            because('"image" must be a valid uri'),
            "examples[0].image",
        ),
    ]
    if slug == "annotation":
        wide = ("width no number", {**MINIMAL, "min_width": "wide"}, because('"min_width" must be a number'))
        rows.append((*wide, "min_width"))
    if slug == "lineannotation":
        curved = ("splines no boolean", {**MINIMAL, "splines": 1}, because('"splines" must be a boolean'))
        rows.append((*curved, "splines"))
    return rows


def _answer(*annotations: dict[str, Any]) -> dict[str, Any]:
    return {"annotations": list(annotations)}


def _good_answers(slug: str, full: dict[str, Any]) -> dict[str, GoodAnswer]:
    drawn = DRAWN[slug]
    asked = {**full, "min_annotations": 0, "min_width": 0, "min_height": 0}
    cow = {"uuid": "c1", "label": "big cow", **drawn, "attributes": {"pose": "stands"}}
    calf = {"label": "baby cow", **drawn, "attributes": {"pose": "lies", "age": 1, "mother": "c1"}}
    return {
        "nothing there": GoodAnswer({**MINIMAL, "with_labels": True}, _answer()),
        "as recorded": GoodAnswer(LABELLED, _answer({**drawn, "label": "big cow"})),
        "without labels": GoodAnswer({**MINIMAL, "with_labels": False}, _answer(drawn)),
        "a label that is not asked is left out": GoodAnswer(
            {**MINIMAL, "with_labels": False}, _answer({**drawn, "label": "big cow"})
        ),
        "attributes and links": GoodAnswer(asked, _answer(cow, calf)),
        "unknown key is left out": GoodAnswer(LABELLED, _answer({**drawn, "label": "big cow", "score": 1})),
    }


def _bad_answers(slug: str, full: dict[str, Any]) -> dict[str, BadAnswer]:
    drawn = DRAWN[slug]
    misdrawn, faults = _MISDRAWN[slug]
    asked = {**full, "min_annotations": 0, "min_width": 0, "min_height": 0}
    label = {"label": "big cow"}
    rows: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", LABELLED, [], [("", "type")]),
        ("no annotations", LABELLED, {}, [("annotations", "required")]),
        ("label missing", LABELLED, _answer(drawn), [("annotations[0].label", "required")]),
        (
            "another label",
            LABELLED,
            _answer({**drawn, "label": "goat"}),
            [("annotations[0].label", "unknown_label")],
        ),
        (
            "another type",
            LABELLED,
            _answer({**drawn, **label, "type": "ellipse"}),
            [("annotations[0].type", "enum")],
        ),
        ("drawn wrongly", LABELLED, _answer({**misdrawn, **label}), faults),
        (
            "the same uuid twice",
            LABELLED,
            _answer({**drawn, **label, "uuid": "a"}, {**drawn, **label, "uuid": "a"}),
            [("annotations[1].uuid", "duplicate")],
        ),
        (
            "attributes missing, unasked and wrong",
            asked,
            _answer(
                {**drawn, **label, "attributes": {"age": 3}},
                {**drawn, "label": "baby cow", "attributes": {"pose": "runs", "age": -1, "mother": "b"}},
            ),
            [
                ("annotations[0].attributes.pose", "required"),
                ("annotations[0].attributes.age", "not_asked"),
                ("annotations[1].attributes.pose", "unknown_choice"),
                ("annotations[1].attributes.age", "bound"),
                ("annotations[1].attributes.mother", "unknown_target"),
            ],
        ),
    ]
    if slug == "annotation":
        small = _answer({**drawn, **label, "width": 29, "attributes": {"pose": "lies"}})
        rows.append(("too small", full, small, [("annotations[0].width", "too_small")]))
    if slug == "cuboidannotation":
        one = _answer({**drawn, **label, "attributes": {"pose": "lies"}})
        rows.append(("too few", full, one, [("annotations", "too_few")]))
        camera = {"points_2d": [{"x": 1, "y": 1}] * 8}
        without = _answer({**drawn, **label, **camera})
        rows.append(("no camera", LABELLED, without, [("annotations[0].points_2d", "not_allowed")]))
    return {name: BadAnswer(params, answer, problems) for name, params, answer, problems in rows}


def _examples(slug: str) -> Examples:
    full = {**FULL, **OWN[slug], "hypothesis": {"annotations": [{**DRAWN[slug], "label": "big cow"}]}}
    if slug == "cuboidannotation":
        full["hypothesis"] = {"annotations": []}
    return Examples(
        good_params={"minimal": MINIMAL, "official": LABELLED, "full": full},
        bad_params=_bad_params(slug),
        good_answers=_good_answers(slug, full),
        bad_answers=_bad_answers(slug, full),
        sample="none" if slug == "pointannotation" else "recorded",
    )


EXAMPLES: Mapping[str, Examples] = {slug: _examples(slug) for slug in DRAWN}
