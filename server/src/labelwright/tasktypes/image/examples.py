"""Requests and answers of ``imageannotation``, good and bad."""

from typing import Any

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer, because

COW = "http://i.imgur.com/v4cBreD.jpg"
CAR = "0f3c3d4c-6b1c-4f28-9ad0-2b1f0a5f7d10"
TRAILER = "9f6f39b4-55c9-4a6e-8b1d-f06f5a5f9c11"
ELBOW = "41d0a4e6-5b3e-4d53-8a5e-0a6c7c0e5a51"
PERSON = "c2a1b6b0-2f5e-4a43-9a0b-5b0a3c1d2e3f"

MINIMAL: dict[str, Any] = {"attachment": COW, "geometries": {"box": {"objects_to_annotate": ["Baby Cow"]}}}

OFFICIAL: dict[str, Any] = {
    "attachment_type": "image",
    "attachment": COW,
    "geometries": {
        "box": {"objects_to_annotate": ["Baby Cow", "Big Cow"], "min_height": 10, "min_width": 10}
    },
}
"""The request of the official client's own test (wire/task-types-common §12.1)."""

FULL: dict[str, Any] = {
    "attachment": "s3://street/0001.jpg",
    "attachment_type": "image",
    "context_attachments": [{"attachment": "s3://street/0000.jpg"}],
    "geometries": {
        "box": {
            "objects_to_annotate": [
                {
                    "choice": "Vehicle",
                    "subchoices": ["Car", "Truck", {"choice": "Trailer", "display": "A trailer"}],
                },
                "Person",
            ],
            "min_height": 5,
            "min_width": 5,
            "can_rotate": True,
        },
        "polygon": {"objects_to_annotate": ["Puddle"], "min_vertices": 3, "max_vertices": 50},
        "line": {"objects_to_annotate": ["solid", "dashed"], "min_vertices": 2, "max_vertices": None},
        "point": {
            "objects_to_annotate": ["elbow", "wrist"],
            "connections": [{"pair": ["elbow", "wrist"], "connection_attribute": "linked_person"}],
        },
        "ellipse": {"objects_to_annotate": ["wheel"]},
        "cuboid": {
            "objects_to_annotate": ["van"],
            "camera_intrinsics": {"fx": 1266.4, "fy": 1266.4, "cx": 816.3, "cy": 491.5, "scalefactor": 1},
            "camera_rotation_quaternion": {"w": 0.5, "x": -0.5, "y": 0.5, "z": -0.5},
            "camera_height": 1.7,
        },
    },
    "annotation_attributes": {
        "occlusion": {
            "description": "How much is hidden?",
            "choices": ["0%", "25%", "50%"],
            "conditions": {"label_condition": {"label": ["Car", "Truck"]}},
        },
        "is_moving": {
            "type": "category",
            "description": "Does it move?",
            "choices": ["Yes", "No"],
            "conditions": {"label_condition": {"label": "Car"}},
        },
        "is_parked": {
            "type": "category",
            "description": "Is it parked?",
            "choices": ["Yes", "No"],
            "conditions": {
                "label_condition": {"label": ["Car", "Truck"]},
                "attribute_conditions": [{"is_moving": "No"}, {"occlusion": "50%"}],
            },
        },
        "doors": {
            "description": "Which doors are open?",
            "choices": ["front", "rear"],
            "allow_multiple": True,
            "required": False,
        },
        "heading": {
            "type": "angle",
            "description": "Where does it go?",
            "conditions": {"label_condition": {"label": "Car"}},
        },
        "axles": {
            "type": "number",
            "description": "How many axles?",
            "min": 1,
            "max": 9,
            "conditions": {"label_condition": {"label": "Truck"}},
        },
        "plate": {
            "type": "text",
            "description": "Number plate",
            "max_length": 12,
            "pattern": "^[A-Z0-9 -]+$",
            "required": False,
        },
        "front_axle": {"type": "x_line", "description": "Where is the front axle?", "required": False},
        "linked_person": {"type": "linked", "description": "Whose is it?", "allowed_labels": ["Person"]},
        "is_night": {
            "type": "category",
            "description": "Is it night?",
            "choices": ["Yes", "No"],
            "conditions": {"is_global": True},
        },
    },
    "links": {
        "tows": {
            "is_bidirectional": False,
            "from_allowed_labels": ["Car", "Truck"],
            "to_allowed_labels": ["Trailer"],
        },
        "beside": [
            {"is_bidirectional": True, "from_allowed_labels": ["Car"], "to_allowed_labels": ["Car", "Truck"]}
        ],
    },
    "layers": {"lines": [{"vertices": [{"x": 0, "y": 10}, {"x": 90, "y": 10}], "label": "kerb"}]},
    "padding": 20,
    "paddingX": 0,
    "hypothesis": {"annotations": [{"type": "point", "label": "elbow", "x": 512.3, "y": 301.9}]},
}


def _with(**changes: Any) -> dict[str, Any]:
    return {**MINIMAL, **changes}


def _box_with(**changes: Any) -> dict[str, Any]:
    return _with(geometries={"box": {"objects_to_annotate": ["cow", "calf"], **changes}})


def _attributes(**definitions: Any) -> dict[str, Any]:
    return {**_box_with(), "annotation_attributes": definitions}


def _box(**changes: Any) -> dict[str, Any]:
    return {"type": "box", "label": "cow", "left": 10, "top": 20, "width": 30, "height": 40, **changes}


def _answer(*annotations: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"annotations": list(annotations), **more}


def _xy(*points: tuple[float, float]) -> list[dict[str, float]]:
    return [{"x": x, "y": y} for x, y in points]


def _bad_params() -> dict[str, BadParams]:
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing given", {}, '"attachment" is required', "attachment"),
        ("official: type only", {"attachment_type": "image"}, '"attachment" is required', "attachment"),
        ("no geometries", {"attachment": COW}, '"geometries" is required', "geometries"),
        (
            "attachment is no address",
            _with(attachment="cow"),
            '"attachment" must be a valid uri',
            "attachment",
        ),
        ("attachment empty", _with(attachment=""), '"attachment" is not allowed to be empty', "attachment"),
        (
            "attachment and attachments",
            _with(attachments=[COW]),
            '"value" contains a conflict between exclusive peers [attachment, attachments]',
            None,
        ),
        (
            "wrong attachment type",
            _with(attachment_type="video"),
            '"attachment_type" must be one of [image]',
            "attachment_type",
        ),
        ("geometries no object", _with(geometries=[]), '"geometries" must be an object', "geometries"),
        ("unknown tool", _with(geometries={"star": {}}), '"star" is not allowed', "geometries.star"),
        (
            "no labels anywhere",
            _with(geometries={"polygon": {"objects_to_annotate": []}}),
            '"geometries" must contain at least one geometry with objects_to_annotate',
            "geometries",
        ),
        (
            "labels no array",
            _with(geometries={"box": {"objects_to_annotate": "cow"}}),
            '"objects_to_annotate" must be an array',
            "geometries.box.objects_to_annotate",
        ),
        (
            "leaf given twice",
            _with(
                geometries={"box": {"objects_to_annotate": ["cow", {"choice": "all", "subchoices": ["cow"]}]}}
            ),
            '"subchoices[0]" contains a duplicate value',
            "geometries.box.objects_to_annotate[1].subchoices[0]",
        ),
        (
            "empty label",
            _with(geometries={"box": {"objects_to_annotate": [""]}}),
            '"objects_to_annotate[0]" is not allowed to be empty',
            "geometries.box.objects_to_annotate[0]",
        ),
        (
            "min_width no number",
            _box_with(min_width="wide"),
            '"min_width" must be a number',
            "geometries.box.min_width",
        ),
        (
            "min_width not whole",
            _box_with(min_width=1.5),
            '"min_width" must be an integer',
            "geometries.box.min_width",
        ),
        (
            "min_height negative",
            _box_with(min_height=-1),
            '"min_height" must be greater than or equal to 0',
            "geometries.box.min_height",
        ),
        (
            "can_rotate no boolean",
            _box_with(can_rotate="yes"),
            '"can_rotate" must be a boolean',
            "geometries.box.can_rotate",
        ),
        (
            "vertex limits crossed",
            _with(
                geometries={"polygon": {"objects_to_annotate": ["p"], "min_vertices": 5, "max_vertices": 4}}
            ),
            '"max_vertices" must be at least min_vertices',
            "geometries.polygon.max_vertices",
        ),
        (
            "polygon of two",
            _with(geometries={"polygon": {"objects_to_annotate": ["p"], "max_vertices": 2}}),
            '"max_vertices" must be greater than or equal to 3',
            "geometries.polygon.max_vertices",
        ),
        (
            "connection to nothing",
            _with(
                geometries={"point": {"objects_to_annotate": ["a"], "connections": [{"pair": ["a", "b"]}]}}
            ),
            '"pair[1]" must be a label of point, "b" is not one',
            "geometries.point.connections[0].pair[1]",
        ),
        (
            "connection of three",
            _with(geometries={"point": {"objects_to_annotate": ["a"], "connections": [{"pair": ["a"] * 3}]}}),
            '"pair" must contain less than or equal to 2 items',
            "geometries.point.connections[0].pair",
        ),
        (
            "attribute without description",
            _attributes(a={"choices": ["x"]}),
            '"description" is required',
            "annotation_attributes.a.description",
        ),
        (
            "category without choices",
            _attributes(a={"description": "?"}),
            '"choices" is required',
            "annotation_attributes.a.choices",
        ),
        (
            "unknown attribute type",
            _attributes(a={"type": "colour", "description": "?"}),
            '"type" must be one of [angle, category, linked, number, text, x_line, y_line]',
            "annotation_attributes.a.type",
        ),
        (
            "choices of a number",
            _attributes(a={"type": "number", "description": "?", "choices": ["1"]}),
            '"choices" is not allowed',
            "annotation_attributes.a.choices",
        ),
        (
            "number bounds crossed",
            _attributes(a={"type": "number", "description": "?", "min": 2, "max": 1}),
            '"max" must be at least min',
            "annotation_attributes.a.max",
        ),
        (
            "linked without labels",
            _attributes(a={"type": "linked", "description": "?"}),
            '"allowed_labels" is required',
            "annotation_attributes.a.allowed_labels",
        ),
        (
            "linked to no label",
            _attributes(a={"type": "linked", "description": "?", "allowed_labels": ["cat"]}),
            '"allowed_labels[0]" must be a label of the task, "cat" is not one',
            "annotation_attributes.a.allowed_labels[0]",
        ),
        (
            "condition on no label",
            _attributes(
                a={"description": "?", "choices": ["x"], "conditions": {"label_condition": {"label": "cat"}}}
            ),
            '"label" must be a label of the task, "cat" is not one',
            "annotation_attributes.a.conditions.label_condition.label",
        ),
        (
            "condition in a circle",
            _attributes(
                a={
                    "description": "?",
                    "choices": ["x"],
                    "conditions": {"attribute_conditions": [{"b": "x"}]},
                },
                b={
                    "description": "?",
                    "choices": ["x"],
                    "conditions": {"attribute_conditions": [{"a": "x"}]},
                },
            ),
            '"conditions" must not depend on itself',
            "annotation_attributes.a.conditions",
        ),
        (
            "condition on no choice",
            _attributes(
                a={"description": "?", "choices": ["x"]},
                b={
                    "description": "?",
                    "choices": ["x"],
                    "conditions": [{"attribute_conditions": [{"a": ["y"]}]}],
                },
            ),
            '"a" must be one of the choices, "y" is not one',
            "annotation_attributes.b.conditions[0].attribute_conditions[0].a",
        ),
        (
            "condition with another key",
            _attributes(
                a={"description": "?", "choices": ["x"], "conditions": {"label_condition": {"name": "cow"}}}
            ),
            '"label" is required',
            "annotation_attributes.a.conditions.label_condition.label",
        ),
        (
            "line of the whole image",
            _attributes(a={"type": "x_line", "description": "?", "conditions": {"is_global": True}}),
            '"type" must be one of [category, number, angle, text]',
            "annotation_attributes.a.type",
        ),
        (
            "link rule incomplete",
            {
                **_box_with(),
                "links": {"tows": {"from_allowed_labels": ["cow"], "to_allowed_labels": ["cow"]}},
            },
            '"is_bidirectional" is required',
            "links.tows.is_bidirectional",
        ),
        (
            "link to no label",
            {
                **_box_with(),
                "links": {
                    "tows": [
                        {
                            "is_bidirectional": False,
                            "from_allowed_labels": ["cow"],
                            "to_allowed_labels": ["cat"],
                        }
                    ]
                },
            },
            '"to_allowed_labels[0]" must be a label of the task, "cat" is not one',
            "links.tows[0].to_allowed_labels[0]",
        ),
        (
            "context is the attachment",
            _with(context_attachments=[{"attachment": COW}]),
            '"attachment" must not be the attachment itself',
            "context_attachments[0].attachment",
        ),
        ("padding negative", _with(paddingX=-1), '"paddingX" must be greater than or equal to 0', "paddingX"),
        (
            "two kinds of pre-labels",
            _with(hypothesis={"annotations": []}, base_annotations={"annotations": []}),
            '"value" contains a conflict between exclusive peers [hypothesis, base_annotations]',
            None,
        ),
        (
            "hypothesis without annotations",
            _with(hypothesis={}),
            '"annotations" is required',
            "hypothesis.annotations",
        ),
        (
            "hypothesis with another label",
            {**_box_with(), "hypothesis": _answer(_box(label="cat"))},
            '"hypothesis.annotations[0].label" is invalid: “cat” is not one of the labels: cow, calf.',
            "hypothesis.annotations[0].label",
        ),
        (
            "base annotation too small",
            {**_box_with(min_width=31), "base_annotations": _answer(_box())},
            '"base_annotations.annotations[0].width" is invalid: The size must be at least 31 px (it is 30).',
            "base_annotations.annotations[0].width",
        ),
        (
            "base annotation without top",
            {
                **_box_with(),
                "base_annotations": _answer(
                    {"type": "box", "label": "cow", "left": 1, "width": 1, "height": 1}
                ),
            },
            '"top" is required',
            "base_annotations.annotations[0].top",
        ),
        (
            "lock no boolean",
            _with(can_add_base_annotations=1),
            '"can_add_base_annotations" must be a boolean',
            "can_add_base_annotations",
        ),
        (
            "pattern that looks back",
            _with(
                annotation_attributes={
                    "plate": {"type": "text", "description": "?", "pattern": r"^(\w)\1$"},
                }
            ),
            '"pattern" must be a valid regular expression (RE2): invalid escape sequence: \\1',
            "annotation_attributes.plate.pattern",
        ),
        (
            "layer without vertices",
            _with(layers={"lines": [{"label": "kerb"}]}),
            '"vertices" is required',
            "layers.lines[0].vertices",
        ),
    ]
    return {name: BadParams(params, because(reason), field) for name, params, reason, field in rows}


STREET_ANSWER: dict[str, Any] = {
    "annotations": [
        {
            "uuid": CAR,
            "type": "box",
            "label": "Car",
            "left": 411.5,
            "top": 220.25,
            "width": 188.0,
            "height": 96.5,
            "attributes": {
                "occlusion": "25%",
                "is_moving": "No",
                "is_parked": "Yes",
                "heading": 274,
                "doors": ["front", "rear"],
                "front_axle": 20,
            },
        },
        {
            "uuid": TRAILER,
            "type": "box",
            "label": "Trailer",
            "left": 600,
            "top": 200,
            "width": 150,
            "height": 90,
            "rotation": 0.1745,
            "vertices": _xy((608.95, 187.66), (756.67, 213.7), (741.05, 302.34), (593.33, 276.3)),
        },
        {
            "uuid": PERSON,
            "type": "box",
            "label": "Person",
            "left": 500,
            "top": 280,
            "width": 40,
            "height": 90,
        },
        {
            "type": "polygon",
            "label": "Puddle",
            "vertices": _xy((12, 700.5), (80.1, 690), (96, 733)),
            "attributes": {},
        },
        {"type": "line", "label": "solid", "vertices": _xy((3, 719), (400, 388.2))},
        {
            "uuid": ELBOW,
            "type": "point",
            "label": "elbow",
            "x": 512.3,
            "y": 301.9,
            "attributes": {"linked_person": PERSON},
        },
        {"type": "ellipse", "label": "wheel", "vertices": _xy((123, 92), (173, 113), (123, 134), (73, 113))},
        {
            "type": "cuboid",
            "label": "van",
            "vertices": [
                {"type": "vertex", "description": "face-topleft", "x": 137, "y": 219},
                {"type": "vertex", "description": "face-bottomleft", "x": 137, "y": 318},
                {"type": "vertex", "description": "face-topright", "x": 245, "y": 219},
                {"type": "vertex", "description": "face-bottomright", "x": 245, "y": 318},
                {"type": "vertex", "description": "side-topcorner", "x": 316, "y": 165},
                {"type": "vertex", "description": "side-bottomcorner", "x": 316, "y": 264},
            ],
        },
    ],
    "global_attributes": {"is_night": "No"},
    "links": [{"label": "tows", "from": CAR, "to": TRAILER}],
}
"""The sample of wire/task-types-images §1.2, made to fit ``FULL``."""

_POLYGON = _with(geometries={"polygon": {"objects_to_annotate": ["p"], "min_vertices": 4, "max_vertices": 5}})
_LOCKED = {**_box_with(), "base_annotations": _answer(_box(uuid="base-1"))}


def _good_answers() -> dict[str, GoodAnswer]:
    return {
        "nothing drawn": GoodAnswer(MINIMAL, _answer()),
        "street": GoodAnswer(FULL, STREET_ANSWER),
        "box without uuid": GoodAnswer(_box_with(), _answer(_box())),
        "whole numbers": GoodAnswer(_box_with(integer_pixels=True), _answer(_box(left=10.0))),
        "polygon closed by hand": GoodAnswer(
            _POLYGON,
            _answer(
                {"type": "polygon", "label": "p", "vertices": _xy((0, 0), (9, 0), (9, 9), (0, 9), (0, 0))}
            ),
        ),
        "unknown key is left out": GoodAnswer(_box_with(), _answer(_box(confidence=0.5))),
        "everything unlocked": GoodAnswer(
            _LOCKED, _answer(_box(uuid="base-1", label="calf", left=1), _box())
        ),
        "locked and kept": GoodAnswer(
            {**_LOCKED, "can_edit_base_annotations": False, "can_delete_base_annotations": False},
            _answer(_box(uuid="base-1", label="calf")),
        ),
    }


def _bad_answers() -> dict[str, BadAnswer]:
    two = _attributes(
        color={"description": "?", "choices": ["red", "blue"]},
        shade={
            "description": "?",
            "choices": ["dark"],
            "conditions": {"attribute_conditions": [{"color": "red"}]},
        },
    )
    rows: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", MINIMAL, [], [("", "type")]),
        ("no annotations", MINIMAL, {}, [("annotations", "required")]),
        ("unknown shape", _box_with(), _answer({"type": "star"}), [("annotations[0].type", "enum")]),
        ("no shape", _box_with(), _answer({"label": "cow"}), [("annotations[0].type", "required")]),
        (
            "all problems at once",
            _box_with(min_height=50),
            _answer(_box(label="cat"), {"type": "point", "label": "cow", "x": 1, "y": 1}, _box(left="1")),
            [
                ("annotations[2].left", "type"),
                ("annotations[0].label", "unknown_label"),
                ("annotations[0].height", "too_small"),
                ("annotations[1].type", "unknown_geometry"),
            ],
        ),
        (
            "turned without leave",
            _box_with(),
            _answer(_box(rotation=0.1)),
            [("annotations[0].rotation", "not_allowed")],
        ),
        (
            "wrong corners",
            _box_with(can_rotate=True),
            _answer(_box(rotation=0, vertices=_xy((10, 20), (40, 20), (40, 60), (10, 61)))),
            [("annotations[0].vertices[3]", "wrong_corner")],
        ),
        (
            "half pixels",
            _box_with(integer_pixels=True),
            _answer(_box(left=0.5)),
            [("annotations[0].left", "not_integer")],
        ),
        ("no width", _box_with(), _answer(_box(width=0)), [("annotations[0].width", "too_small")]),
        (
            "uuid twice",
            _box_with(),
            _answer(_box(uuid="u"), _box(uuid="u")),
            [("annotations[1].uuid", "duplicate")],
        ),
        (
            "bow tie",
            _POLYGON,
            _answer({"type": "polygon", "label": "p", "vertices": _xy((0, 0), (9, 9), (9, 0), (0, 8))}),
            [("annotations[0].vertices[0]", "self_intersection")],
        ),
        (
            "too few vertices",
            _POLYGON,
            _answer({"type": "polygon", "label": "p", "vertices": _xy((0, 0), (9, 9), (9, 0))}),
            [("annotations[0].vertices", "too_few")],
        ),
        (
            "too many vertices",
            _POLYGON,
            _answer(
                {
                    "type": "polygon",
                    "label": "p",
                    "vertices": _xy((0, 0), (9, 0), (9, 9), (5, 9), (1, 9), (0, 5)),
                }
            ),
            [("annotations[0].vertices", "too_many")],
        ),
        (
            "flat polygon",
            _POLYGON,
            _answer({"type": "polygon", "label": "p", "vertices": _xy((0, 0), (1, 1), (2, 2), (3, 3))}),
            [("annotations[0].vertices", "no_area")],
        ),
        (
            "attribute missing",
            two,
            _answer(_box(attributes={"color": "red"})),
            [("annotations[0].attributes.shade", "required")],
        ),
        (
            "attribute not asked",
            two,
            _answer(_box(attributes={"color": "blue", "shade": "dark"})),
            [("annotations[0].attributes.shade", "not_asked")],
        ),
        (
            "text that does not fit",
            FULL,
            _answer(
                {
                    "type": "box",
                    "label": "Person",
                    "left": 0,
                    "top": 0,
                    "width": 20,
                    "height": 40,
                    "attributes": {"plate": "hh ab 12"},
                },
                global_attributes={"is_night": "No"},
            ),
            [("annotations[0].attributes.plate", "pattern")],
        ),
        (
            "attribute unknown",
            two,
            _answer(_box(attributes={"color": "blue", "size of it": 1})),
            [('annotations[0].attributes["size of it"]', "unknown_attribute")],
        ),
        (
            "no such choice",
            two,
            _answer(_box(attributes={"color": "green"})),
            [("annotations[0].attributes.color", "unknown_choice")],
        ),
        (
            "link without rule",
            _box_with(),
            _answer(_box(uuid="a"), _box(uuid="b"), links=[{"label": "tows", "from": "a", "to": "b"}]),
            [("links[0].label", "unknown_label")],
        ),
        (
            "added although locked",
            {**_LOCKED, "can_add_base_annotations": False},
            _answer(_box(uuid="base-1"), _box()),
            [("annotations[1]", "locked")],
        ),
        (
            "moved although locked",
            {**_LOCKED, "can_edit_base_annotations": False},
            _answer(_box(uuid="base-1", left=11)),
            [("annotations[0].left", "locked")],
        ),
        (
            "renamed although locked",
            {**_LOCKED, "can_edit_base_annotation_labels": False},
            _answer(_box(uuid="base-1", label="calf")),
            [("annotations[0].label", "locked")],
        ),
        (
            "removed although locked",
            {**_LOCKED, "can_delete_base_annotations": False},
            _answer(),
            [("annotations", "locked")],
        ),
    ]
    return {name: BadAnswer(params, answer, problems) for name, params, answer, problems in rows}


EXAMPLES = Examples(
    good_params={"minimal": MINIMAL, "official": OFFICIAL, "full": FULL},
    bad_params=_bad_params(),
    good_answers=_good_answers(),
    bad_answers=_bad_answers(),
)
