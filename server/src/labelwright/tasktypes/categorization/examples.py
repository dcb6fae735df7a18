"""Requests and answers of ``categorization``, good and bad."""

from typing import Any

from labelwright.tasktypes.categorization.params import NO_ATTACHMENT, WRONG_ATTACHMENT_TYPE
from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer, because

MINIMAL: dict[str, Any] = {
    "attachment_type": "text",
    "attachment": "car",
    "categories": ["vehicle", "animal"],
}

OFFICIAL: dict[str, Any] = {
    "attachment_type": "website",
    "attachment": "http://www.google.com/",
    "categories": ["public", "private"],
    "force": True,
}
"""The request of the official client's own test (wire/task-types-common §12.1)."""

FULL: dict[str, Any] = {
    "attachment_type": "image",
    "attachment": "https://example.com/shelf.jpg",
    "categories": [
        {"choice": "food", "subchoices": ["fruit", {"choice": "bread", "display": "Bread and rolls"}]},
        "other",
    ],
    "category_ids": {"c1": "fruit", "c2": "bread"},
    "allow_multiple": True,
    "layers": {"boxes": [{"left": 1, "top": 2, "width": 30, "height": 40}]},
    "hypothesis": {"category": ["fruit"]},
}

TAXONOMIES: dict[str, Any] = {
    "attachment_type": "text",
    "attachment": "Two apples for 3.50",
    "taxonomies": {
        "kind": {"description": "What is it?", "choices": ["fruit", "tool"]},
        "fruits": {
            "type": "category",
            "description": "Which fruits?",
            "choices": ["apple", "pear"],
            "allow_multiple": True,
            "conditions": {"attribute_conditions": [{"kind": "fruit"}]},
        },
        "price": {"type": "number", "description": "What does it cost?", "min": 0, "step": 0.01},
        "note": {"type": "text", "description": "Anything else?", "max_length": 40, "required": False},
    },
}


def _with(**changes: Any) -> dict[str, Any]:
    return {**MINIMAL, **changes}


def _without(params: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in params.items() if key not in names}


def _asking(**questions: Any) -> dict[str, Any]:
    return {"attachment_type": "text", "attachment": "car", "taxonomies": questions}


def _bad_params() -> dict[str, BadParams]:
    wrong = because
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing given", {}, NO_ATTACHMENT, "attachment"),
        ("official: categories only", {"categories": ["a"]}, NO_ATTACHMENT, "attachment"),
        ("attachment empty", _with(attachment=""), NO_ATTACHMENT, "attachment"),
        ("attachment no string", _with(attachment=1), wrong('"attachment" must be a string'), "attachment"),
        (
            "attachment and attachments",
            _with(attachments=["car"]),
            wrong('"value" contains a conflict between exclusive peers [attachment, attachments]'),
            None,
        ),
        (
            "no attachment type",
            _without(MINIMAL, "attachment_type"),
            WRONG_ATTACHMENT_TYPE,
            "attachment_type",
        ),
        ("wrong attachment type", _with(attachment_type="film"), WRONG_ATTACHMENT_TYPE, "attachment_type"),
        (
            "image is no address",
            _with(attachment_type="image"),
            wrong('"attachment" must be a valid uri'),
            "attachment",
        ),
        (
            "no question",
            _without(MINIMAL, "categories"),
            wrong('"value" must contain at least one of [categories, taxonomies]'),
            None,
        ),
        (
            "both generations",
            {**TAXONOMIES, "categories": ["a"]},
            wrong('"value" contains a conflict between exclusive peers [categories, taxonomies]'),
            None,
        ),
        ("categories no array", _with(categories="a"), wrong('"categories" must be an array'), "categories"),
        (
            "no category",
            _with(categories=[]),
            wrong('"categories" must contain at least 1 items'),
            "categories",
        ),
        (
            "category twice",
            _with(categories=["a", "a"]),
            wrong('"categories[1]" contains a duplicate value'),
            "categories[1]",
        ),
        (
            "category no string",
            _with(categories=[1]),
            wrong('"categories[0]" must be one of [string, object]'),
            "categories[0]",
        ),
        (
            "id of no category",
            _with(category_ids={"c1": "plant"}),
            wrong('"c1" must be one of the categories, "plant" is not one'),
            "category_ids.c1",
        ),
        (
            "allow_multiple no boolean",
            _with(allow_multiple="true"),
            wrong('"allow_multiple" must be a boolean'),
            "allow_multiple",
        ),
        ("layers on text", _with(layers={}), wrong('"layers" is not allowed'), "layers"),
        ("no taxonomy", _asking(), wrong('"taxonomies" must have at least 1 keys'), "taxonomies"),
        (
            "taxonomy without description",
            _asking(kind={"choices": ["a"]}),
            wrong('"description" is required'),
            "taxonomies.kind.description",
        ),
        (
            "taxonomy without choices",
            _asking(kind={"description": "?"}),
            wrong('"choices" is required'),
            "taxonomies.kind.choices",
        ),
        (
            "taxonomy of another type",
            _asking(kind={"type": "linked", "description": "?"}),
            wrong('"type" must be one of [category, number, text]'),
            "taxonomies.kind.type",
        ),
        (
            "taxonomy with a label",
            _asking(
                kind={"description": "?", "choices": ["a"], "conditions": {"label_condition": {"label": "a"}}}
            ),
            wrong('"label_condition" is not allowed'),
            "taxonomies.kind.conditions.label_condition",
        ),
        (
            "taxonomy on another that is not there",
            _asking(
                kind={
                    "description": "?",
                    "choices": ["a"],
                    "conditions": {"attribute_conditions": [{"x": "a"}]},
                }
            ),
            wrong('"x" is not allowed'),
            "taxonomies.kind.conditions.attribute_conditions[0].x",
        ),
        (
            "ids of taxonomies",
            {**TAXONOMIES, "category_ids": {"c1": "fruit"}},
            wrong('"category_ids" is not allowed'),
            "category_ids",
        ),
        (
            "hypothesis with another category",
            _with(hypothesis={"category": "plant"}),
            wrong('"hypothesis.category" is invalid: “plant” is not one of the categories: vehicle, animal.'),
            "hypothesis.category",
        ),
    ]
    return {name: BadParams(params, message, field) for name, params, message, field in rows}


def _good_answers() -> dict[str, GoodAnswer]:
    fruits = {"kind": "fruit", "fruits": ["apple", "pear"], "price": 3.5, "note": "ripe"}
    return {
        "one": GoodAnswer(MINIMAL, {"category": "animal"}),
        "as exported years ago": GoodAnswer(MINIMAL, {"category": "animal", "category_id": None}),
        "many": GoodAnswer(FULL, {"category": ["bread", "other"], "category_id": ["c2", None]}),
        "many, ids left to the server": GoodAnswer(FULL, {"category": ["fruit"]}),
        "taxonomies": GoodAnswer(TAXONOMIES, {"taxonomies": fruits}),
        "taxonomies, one hidden": GoodAnswer(TAXONOMIES, {"taxonomies": {"kind": "tool", "price": 0}}),
        "unknown key is left out": GoodAnswer(MINIMAL, {"category": "animal", "seconds": 3}),
    }


def _bad_answers() -> dict[str, BadAnswer]:
    rows: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", MINIMAL, "animal", [("", "type")]),
        ("nothing", MINIMAL, {}, [("category", "required")]),
        ("no category of the task", MINIMAL, {"category": "plant"}, [("category", "unknown_category")]),
        ("a folder", FULL, {"category": ["food"]}, [("category[0]", "unknown_category")]),
        ("many where one is asked", MINIMAL, {"category": ["animal"]}, [("category", "type")]),
        ("one where many are asked", FULL, {"category": "fruit"}, [("category", "type")]),
        ("none of many", FULL, {"category": []}, [("category", "required")]),
        (
            "the same twice",
            FULL,
            {"category": ["fruit", "plant", "fruit"]},
            [("category[1]", "unknown_category"), ("category[2]", "duplicate")],
        ),
        (
            "another's id",
            FULL,
            {"category": ["fruit"], "category_id": ["c2"]},
            [("category_id", "wrong_id")],
        ),
        ("no string", MINIMAL, {"category": 3}, [("category", "type")]),
        (
            "taxonomies not asked",
            MINIMAL,
            {"category": "animal", "taxonomies": {}},
            [("taxonomies", "not_asked")],
        ),
        ("no taxonomies", TAXONOMIES, {}, [("taxonomies", "required")]),
        (
            "taxonomies incomplete and wrong",
            TAXONOMIES,
            {"taxonomies": {"kind": "tool", "fruits": ["apple"], "price": -1, "note": "x" * 41, "more": 1}},
            [
                ("taxonomies.more", "unknown_attribute"),
                ("taxonomies.fruits", "not_asked"),
                ("taxonomies.price", "bound"),
                ("taxonomies.note", "too_long"),
            ],
        ),
        (
            "category not asked",
            TAXONOMIES,
            {"category": "fruit", "taxonomies": {"kind": "tool", "price": 1}},
            [("category", "not_asked")],
        ),
    ]
    return {name: BadAnswer(params, answer, problems) for name, params, answer, problems in rows}


EXAMPLES = Examples(
    good_params={"minimal": MINIMAL, "official": OFFICIAL, "full": FULL, "taxonomies": TAXONOMIES},
    bad_params=_bad_params(),
    good_answers=_good_answers(),
    bad_answers=_bad_answers(),
)
