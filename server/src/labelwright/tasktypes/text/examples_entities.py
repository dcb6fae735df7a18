"""Requests and answers of ``namedentityrecognition``, good and bad."""

from typing import Any

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer, because

TALK = "Ada Cooke spoke at Transform 🎉 in Lyon."
MINIMAL: dict[str, Any] = {
    "text": TALK,
    "labels": [{"name": "Label_A", "description": "the first label"}],
}
"""The labels of the official client's own test (wire/task-types-common §12.1)."""

UNNAMED: dict[str, Any] = {**MINIMAL, "relationships": [{}]}
FULL: dict[str, Any] = {
    "text": TALK,
    "labels": [
        {
            "name": "agent",
            "display_name": "Agent",
            "children": [
                {
                    "name": "person",
                    "description": "Somebody",
                    "attributes": {
                        "role": {"description": "What for?", "choices": ["speaker", "guest"]},
                        "topic": {
                            "type": "text",
                            "description": "About what?",
                            "max_length": 20,
                            "conditions": {"attribute_conditions": [{"role": "speaker"}]},
                            "required": False,
                        },
                    },
                },
                {"name": "company"},
            ],
        },
        {"name": "event", "children": [{"name": "conference"}]},
    ],
    "relationships": [
        {
            "name": "speaker_at",
            "display_name": "speaks at",
            "is_directed": True,
            "source_label": "agent",
            "target_label": "event",
        },
        {"name": "beside", "display_name": "is beside"},
    ],
    "global_attributes": {
        "capitalized": {
            "description": "Is it capitalized?",
            "choices": ["yes", "no"],
            "conditions": {"is_global": True},
        }
    },
    "merge_newlines": True,
    "hypothesis": {"annotations": [{"start": 0, "end": 9, "label": "person"}]},
    "my_own_key": 1,
}
ADA: dict[str, Any] = {
    "id": "ada",
    "start": 0,
    "end": 9,
    "text": "Ada Cooke",
    "label": "person",
    "attributes": {"role": "speaker"},
}
TRANSFORM: dict[str, Any] = {"id": "tra", "start": 19, "end": 28, "text": "Transform", "label": "conference"}
LYON: dict[str, Any] = {"start": 35, "end": 39, "text": "Lyon", "label": "Label_A"}
"""Behind a character of two code units."""


def _with(**changes: Any) -> dict[str, Any]:
    return {**FULL, **changes}


def _relation(source: str, target: str, **more: Any) -> dict[str, Any]:
    return {"source_ref": source, "target_ref": target, **more}


def _answer(*spans: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"annotations": list(spans), **more}


CAPITALIZED = {"global_attributes": {"capitalized": "yes"}}


def _bad_params() -> dict[str, BadParams]:
    wrong = because
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing given", {}, wrong('"text" is required'), "text"),
        ("no text in it", {**MINIMAL, "text": ""}, wrong('"text" is not allowed to be empty'), "text"),
        ("no labels", {"text": "a"}, wrong('"labels" is required'), "labels"),
        (
            "no label in it",
            {**MINIMAL, "labels": []},
            wrong('"labels" must contain at least 1 items'),
            "labels",
        ),
        (
            "official: label without name",
            {**MINIMAL, "labels": [{"description": "the first label"}]},
            wrong('"name" is required'),
            "labels[0].name",
        ),
        (
            "official: label with another key",
            {**MINIMAL, "labels": [{"name": "a", "description": "b", "bad_key": 1}]},
            wrong('"bad_key" is not allowed'),
            "labels[0].bad_key",
        ),
        (
            "label twice",
            {**MINIMAL, "labels": [{"name": "a", "children": [{"name": "b"}, {"name": "a"}]}]},
            wrong('"name" contains a duplicate value'),
            "labels[0].children[1].name",
        ),
        (
            "attribute of another type",
            {
                **MINIMAL,
                "labels": [{"name": "a", "attributes": {"b": {"type": "angle", "description": "?"}}}],
            },
            wrong('"type" must be one of [category, number, text]'),
            "labels[0].attributes.b.type",
        ),
        (
            "attribute without choices",
            {**MINIMAL, "labels": [{"name": "a", "attributes": {"b": {"description": "?"}}}]},
            wrong('"choices" is required'),
            "labels[0].attributes.b.choices",
        ),
        (
            "global attribute without description",
            _with(global_attributes={"a": {"choices": ["b"]}}),
            wrong('"description" is required'),
            "global_attributes.a.description",
        ),
        (
            "some with names and some without",
            _with(relationships=[FULL["relationships"][0], {}]),
            wrong('"relationships" must be all named or all unnamed'),
            "relationships",
        ),
        (
            "direction without name",
            _with(relationships=[{"is_directed": True}]),
            wrong('"is_directed" is not allowed'),
            "relationships[0].is_directed",
        ),
        (
            "name that is not shown",
            _with(relationships=[{"name": "a"}]),
            wrong('"display_name" is required'),
            "relationships[0].display_name",
        ),
        (
            "relationship twice",
            _with(relationships=[FULL["relationships"][1]] * 2),
            wrong('"name" contains a duplicate value'),
            "relationships[1].name",
        ),
        (
            "relationship of another label",
            _with(relationships=[{"source_label": "city"}]),
            wrong('"source_label" must be one of the labels, "city" is not one'),
            "relationships[0].source_label",
        ),
        (
            "hypothesis outside the text",
            {**MINIMAL, "hypothesis": {"annotations": [{"start": 39, "end": 41, "label": "Label_A"}]}},
            wrong('"hypothesis.annotations[0].end" is invalid: The text ends at 40.'),
            "hypothesis.annotations[0].end",
        ),
    ]
    return {name: BadParams(params, message, field) for name, params, message, field in rows}


def _good_answers() -> dict[str, GoodAnswer]:
    related = [_relation("ada", "tra", name="speaker_at"), _relation("tra", "ada", name="beside")]
    blank = [_relation("a", "b", name="")]
    return {
        "nothing there": GoodAnswer(MINIMAL, _answer()),
        "behind a character of two units": GoodAnswer(MINIMAL, _answer(LYON)),
        "text left to the server": GoodAnswer(
            MINIMAL, _answer({"start": 0, "end": 3, "label": "Label_A"}, {**LYON, "start": 36, "text": "yon"})
        ),
        "related": GoodAnswer(FULL, _answer(ADA, TRANSFORM, relationships=related, **CAPITALIZED)),
        "an inner label": GoodAnswer(
            FULL, _answer({**ADA, "label": "agent", "attributes": {}}, relationships=[], **CAPITALIZED)
        ),
        "relation without a name": GoodAnswer(
            UNNAMED, _answer({**LYON, "id": "a"}, {**LYON, "id": "b", "start": 0, "end": 3, "text": "Ada"})
        ),
        "blank name": GoodAnswer(
            UNNAMED,
            _answer(
                {**LYON, "id": "a"},
                {**LYON, "id": "b", "start": 0, "end": 3, "text": "Ada"},
                relationships=blank,
            ),
        ),
        "unknown key is left out": GoodAnswer(MINIMAL, _answer({**LYON, "score": 0.5})),
    }


def _bad_answers() -> dict[str, BadAnswer]:
    rows: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", MINIMAL, [], [("", "type")]),
        ("nothing", MINIMAL, {}, [("annotations", "required")]),
        (
            "another text and label",
            MINIMAL,
            _answer({**LYON, "text": "Paris", "label": "city"}),
            [("annotations[0].text", "wrong_text"), ("annotations[0].label", "unknown_label")],
        ),
        (
            "offsets in characters instead of units",
            MINIMAL,
            _answer({**LYON, "start": 34, "end": 38}),
            [("annotations[0].text", "wrong_text")],
        ),
        (
            "inside a character",
            MINIMAL,
            _answer({**LYON, "start": 30, "end": 33}),
            [("annotations[0].start", "inside_character")],
        ),
        (
            "empty, outside and no number",
            MINIMAL,
            _answer({**LYON, "end": 35}, {**LYON, "end": 41}, {**LYON, "start": "0"}),
            [
                ("annotations[2].start", "type"),
                ("annotations[0].end", "too_short"),
                ("annotations[1].end", "outside"),
            ],
        ),
        (
            "the same twice",
            MINIMAL,
            _answer({**LYON, "id": "a"}, {**LYON, "id": "a"}),
            [("annotations[1].id", "duplicate"), ("annotations[1]", "duplicate")],
        ),
        (
            "attributes missing, wrong and unasked",
            FULL,
            _answer({**ADA, "attributes": {"role": "host"}}, {**TRANSFORM, "attributes": {"size": 1}}),
            [
                ("annotations[0].attributes.role", "unknown_choice"),
                ("annotations[1].attributes.size", "unknown_attribute"),
                ("global_attributes.capitalized", "required"),
            ],
        ),
        (
            "related wrongly",
            FULL,
            _answer(
                ADA,
                TRANSFORM,
                relationships=[
                    _relation("tra", "ada", name="speaker_at"),
                    _relation("ada", "ada", name="beside"),
                    _relation("ada", "lyon", name="beside"),
                    _relation("ada", "tra"),
                    _relation("ada", "tra", name="beside"),
                    _relation("tra", "ada", name="beside"),
                ],
                **CAPITALIZED,
            ),
            [
                ("relationships[0]", "wrong_target"),
                ("relationships[1].target_ref", "self_link"),
                ("relationships[2].target_ref", "unknown_target"),
                ("relationships[3].name", "unknown_relationship"),
                ("relationships[5]", "duplicate"),
            ],
        ),
        (
            "global attributes not asked",
            MINIMAL,
            _answer(**CAPITALIZED),
            [("global_attributes.capitalized", "unknown_attribute")],
        ),
    ]
    return {name: BadAnswer(params, answer, problems) for name, params, answer, problems in rows}


EXAMPLES = Examples(
    good_params={"minimal": MINIMAL, "unnamed": UNNAMED, "full": FULL},
    bad_params=_bad_params(),
    good_answers=_good_answers(),
    bad_answers=_bad_answers(),
)
