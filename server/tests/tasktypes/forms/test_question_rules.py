"""Values of attributes: accepted, refused, invented."""

import math
from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.forms.attributes import AttributeDefinition
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject

BOX = Subject("Car", (121.0, 80.0), "me", {"me": "Car", "ann": "Person", "bob": "Truck"})


def rules(**definition: Any) -> QuestionRules:
    return QuestionRules({"q": msgspec.convert({"description": "?", **definition}, AttributeDefinition)})


def codes(definition: dict[str, Any], value: Any, subject: Subject = BOX) -> list[str]:
    return [problem.code for problem in rules(**definition).problems({"q": value}, subject, ())]


ONE = {"choices": ["red", {"choice": "dark", "subchoices": ["black"]}]}
MANY = {**ONE, "allow_multiple": True}
NUMBER = {"type": "number"}
TEXT = {"type": "text", "min_length": 2, "max_length": 4}
LINKED = {"type": "linked", "allowed_labels": ["Person"]}


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        (ONE, "red"),
        (ONE, "black"),
        (MANY, ["black", "red"]),
        ({**MANY, "required": False}, []),
        (NUMBER, 3),
        (NUMBER, -3.0),
        ({**NUMBER, "step": 0.1}, 0.30000000000000004),
        ({**NUMBER, "min": 0.5, "max": 2.5}, 1.5),
        ({"type": "angle"}, 0),
        ({"type": "angle"}, 360.0),
        ({"type": "x_line"}, 121),
        ({"type": "y_line"}, 80.0),
        ({"type": "text"}, ""),
        (TEXT, "äöü"),
        (LINKED, "ann"),
    ],
)
def test_good_values(definition: dict[str, Any], value: Any) -> None:
    assert codes(definition, value) == []


@pytest.mark.parametrize(
    ("definition", "value", "code"),
    [
        (ONE, "blue", "unknown_choice"),
        (ONE, "dark", "unknown_choice"),
        (ONE, ["red"], "type"),
        (ONE, None, "type"),
        (MANY, "red", "type"),
        (MANY, [], "required"),
        (MANY, ["red", "red"], "duplicate"),
        (MANY, ["red", 1], "type"),
        (NUMBER, "3", "type"),
        (NUMBER, True, "type"),
        (NUMBER, math.nan, "type"),
        (NUMBER, math.inf, "type"),
        (NUMBER, 10**30, "type"),
        (NUMBER, 2.5, "step"),
        ({**NUMBER, "step": 0.1}, 0.35, "step"),
        ({**NUMBER, "min": 0.5}, 1, "step"),
        ({**NUMBER, "min": 1}, 0, "bound"),
        ({**NUMBER, "max": 1}, 2, "bound"),
        ({"type": "angle"}, -1, "bound"),
        ({"type": "angle"}, 360.5, "bound"),
        ({"type": "x_line"}, 121.1, "bound"),
        ({"type": "y_line"}, -0.1, "bound"),
        (TEXT, "x", "too_short"),
        (TEXT, "xxxxx", "too_long"),
        (TEXT, 5, "type"),
        ({"type": "text", "required": True}, "", "too_short"),
        (LINKED, "me", "self_link"),
        (LINKED, "eve", "unknown_target"),
        (LINKED, "bob", "wrong_target"),
        (LINKED, None, "type"),
    ],
)
def test_bad_values(definition: dict[str, Any], value: Any, code: str) -> None:
    assert codes(definition, value) == [code]


@pytest.mark.parametrize(
    ("definition", "mandatory"),
    [
        (ONE, True),
        (NUMBER, True),
        ({"type": "text"}, True),
        ({**ONE, "required": False}, False),
        (LINKED, False),
        ({**LINKED, "required": True}, True),
    ],
)
def test_what_must_be_answered(definition: dict[str, Any], mandatory: bool) -> None:
    assert [p.code for p in rules(**definition).problems({}, BOX, ())] == ["required"] * mandatory
    assert list(rules(**definition).problems({}, BOX, (), partial=True)) == []


def test_offsets_are_asked_of_boxes_only() -> None:
    point = Subject("Car", None, "me", {"me": "Car"})
    assert codes({"type": "x_line"}, 3, point) == ["not_asked"]
    assert list(rules(type="x_line").problems({}, point, ())) == []


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        (ONE, "red"),
        (MANY, ["red"]),
        (NUMBER, 0),
        ({**NUMBER, "min": 3}, 3),
        ({**NUMBER, "max": -3}, -3),
        ({**NUMBER, "max": -0.25, "step": 0.2}, -0.4),
        ({"type": "angle"}, 0),
        ({"type": "text"}, "test response"),
        (TEXT, "test"),
        ({"type": "text", "min_length": 15}, "test response.."),
    ],
)
def test_samples_are_simple_and_valid(definition: dict[str, Any], value: Any) -> None:
    made = rules(**definition).sample(BOX, {})
    assert made == {"q": value}
    assert codes(definition, made["q"]) == []


def test_samples_keep_what_is_given_and_leave_links_to_the_caller() -> None:
    assert rules(**ONE).sample(BOX, {"q": "black"}) == {"q": "black"}
    wanted = rules(**LINKED, required=True)
    assert wanted.sample(BOX, {}) == {}
    assert list(wanted.missing_links(BOX, {})) == [("q", ["Person"])]
    assert list(wanted.missing_links(BOX, {"q": "ann"})) == []
