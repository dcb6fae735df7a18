"""Attribute definitions: what a request may ask, and when it is asked."""

from typing import Any

import msgspec
import pytest

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.forms.attributes import AttributeDefinition, check_definitions, in_order
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject

LABELS = {"Car", "Truck", "Person"}


def definitions(**given: dict[str, Any]) -> dict[str, AttributeDefinition]:
    filled = {name: {"description": "?", **one} for name, one in given.items()}
    return msgspec.convert(filled, dict[str, AttributeDefinition])


def yes_no(**more: Any) -> dict[str, Any]:
    return {"choices": ["Yes", "No"], **more}


def asked(questions: dict[str, AttributeDefinition], values: dict[str, Any], label: str = "Car") -> set[str]:
    """The names that are missing or present and allowed: those that are asked."""
    problems = list(QuestionRules(questions).problems(values, Subject(label), ()))
    missing = {problem.path for problem in problems if problem.code == "required"}
    hidden = {problem.path for problem in problems if problem.code == "not_asked"}
    return missing | (values.keys() - hidden)


PARKED = definitions(
    is_moving=yes_no(),
    is_parked=yes_no(),
    why={
        "choices": ["red light"],
        "conditions": {
            "label_condition": {"label": ["Car", "Truck"]},
            "attribute_conditions": [{"is_moving": "No"}, {"is_parked": "Yes"}],
        },
    },
)
"""The test vector of wire/task-types-common §5.2."""


@pytest.mark.parametrize(
    ("label", "moving", "parked", "wanted"),
    [
        ("Car", "No", "No", True),
        ("Car", "Yes", "Yes", True),
        ("Truck", "No", "Yes", True),
        ("Car", "Yes", "No", False),
        ("Person", "No", "Yes", False),
    ],
)
def test_label_and_any_of_the_attribute_objects(label: str, moving: str, parked: str, wanted: bool) -> None:
    assert ("why" in asked(PARKED, {"is_moving": moving, "is_parked": parked}, label)) == wanted


def test_keys_of_one_object_must_all_match() -> None:
    questions = definitions(
        a=yes_no(),
        b=yes_no(),
        c=yes_no(conditions={"attribute_conditions": [{"a": "Yes", "b": ["Yes", "No"]}]}),
    )
    assert "c" in asked(questions, {"a": "Yes", "b": "No"})
    assert "c" not in asked(questions, {"a": "No", "b": "No"})
    assert "c" not in asked(questions, {"a": "Yes"})


def test_sets_in_an_array_are_alternatives() -> None:
    questions = definitions(
        a=yes_no(),
        b=yes_no(
            conditions=[{"label_condition": {"label": "Person"}}, {"attribute_conditions": [{"a": "Yes"}]}]
        ),
    )
    assert "b" in asked(questions, {"a": "No"}, "Person")
    assert "b" in asked(questions, {"a": "Yes"}, "Car")
    assert "b" not in asked(questions, {"a": "No"}, "Car")


def test_empty_conditions_ask_always() -> None:
    questions = definitions(
        a=yes_no(conditions=[]), b=yes_no(conditions={}), c=yes_no(conditions={"attribute_conditions": []})
    )
    assert asked(questions, {}) == {"a", "b", "c"}


def test_any_chosen_value_of_several_matches() -> None:
    questions = definitions(
        a={"choices": ["x", "y"], "allow_multiple": True},
        b=yes_no(conditions={"attribute_conditions": [{"a": "y"}]}),
    )
    assert "b" in asked(questions, {"a": ["x", "y"]})
    assert "b" not in asked(questions, {"a": ["x"]})


def test_numbers_and_texts_can_be_conditions_too() -> None:
    questions = definitions(
        n={"type": "number"},
        t={"type": "text"},
        b=yes_no(conditions={"attribute_conditions": [{"n": "3"}]}),
        c=yes_no(conditions={"attribute_conditions": [{"t": "other"}]}),
    )
    assert {"b", "c"} <= asked(questions, {"n": 3, "t": "other"})
    assert not {"b", "c"} & asked(questions, {"n": 4, "t": "Other"})


def test_what_is_hidden_hides_what_depends_on_it() -> None:
    questions = definitions(
        c=yes_no(conditions={"attribute_conditions": [{"b": "Yes"}]}),
        b=yes_no(conditions={"attribute_conditions": [{"a": "Yes"}]}),
        a=yes_no(),
    )
    assert asked(questions, {"a": "No"}) == {"a"}
    assert in_order(questions) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"a": {"type": "angle", "min": 1}}, "a.min"),
        ({"a": {"type": "text", "allow_multiple": True}}, "a.allow_multiple"),
        ({"a": {"type": "text", "min_length": 3, "max_length": 2}}, "a.max_length"),
        ({"a": {"type": "number", "step": 0}}, "a.step"),
        ({"a": {"type": "number", "allowed_labels": ["Car"]}}, "a.allowed_labels"),
        ({"a": yes_no(choices=["x", "x"])}, "a.choices[1]"),
        (
            {"a": yes_no(conditions={"attribute_conditions": [{"b": "x"}]})},
            "a.conditions.attribute_conditions[0].b",
        ),
        ({"a": yes_no(conditions={"attribute_conditions": [{"a": "Yes"}]})}, "a.conditions"),
        (
            {
                "a": {"type": "linked", "allowed_labels": ["Car"]},
                "b": yes_no(conditions={"attribute_conditions": [{"a": "x"}]}),
            },
            "b.conditions.attribute_conditions[0].a",
        ),
        (
            {
                "a": yes_no(),
                "b": yes_no(conditions={"is_global": True, "attribute_conditions": [{"a": "Yes"}]}),
            },
            "b.conditions.attribute_conditions[0].a",
        ),
    ],
)
def test_definitions_that_make_no_sense(given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        check_definitions(definitions(**given), (), LABELS)
    assert refusal.value.field == field


def test_a_long_chain_and_a_large_circle() -> None:
    chain = {
        f"q{i}": yes_no(conditions={"attribute_conditions": [{f"q{i + 1}": "Yes"}]}) for i in range(1500)
    }
    check_definitions(definitions(**chain, q1500=yes_no()), (), LABELS)
    back = yes_no(conditions={"attribute_conditions": [{"q0": "Yes"}]})
    with pytest.raises(InvalidParameter, match="depend on itself"):
        check_definitions(definitions(**chain, q1500=back), (), LABELS)
