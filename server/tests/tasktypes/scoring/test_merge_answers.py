"""Majority, median and medoid, question by question."""

from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.forms.attributes import AttributeDefinition
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject
from labelwright.tasktypes.scoring.merge_answers import (
    first_of,
    free_name,
    is_majority,
    majority,
    majority_members,
    medoid,
    merge_questions,
    merge_texts,
)


def merged(question: dict[str, Any], *answers: Any) -> Any:
    definition = msgspec.convert({"description": "?", **question}, AttributeDefinition)
    rules = QuestionRules({"x": definition})
    given = [{} if one is None else {"x": one} for one in answers]
    return merge_questions(rules, Subject("car", (100, 50)), given).get("x")


@pytest.mark.parametrize(
    ("question", "answers", "one"),
    [
        ({"choices": ["a", "b", "c"]}, ["b", "a", "a"], "a"),
        ({"choices": ["a", "b", "c"]}, ["c", "a", "b"], "c"),
        ({"choices": ["a", "b", "c"], "allow_multiple": True}, [["a", "c"], ["b", "c"], ["b"]], ["c", "b"]),
        ({"choices": ["a", "b", "c"], "allow_multiple": True}, [["a"], ["b"], ["c"]], ["a"]),
        ({"type": "number"}, [7, 1, 2], 2),
        ({"type": "number"}, [7, 1], 1),
        ({"type": "angle"}, [350, 10, 90], 10),
        ({"type": "angle"}, [200, 355, 5], 355),
        ({"type": "text"}, ["Blue van", "A van", "blue  van"], "Blue van"),
        ({"type": "text"}, ["abcx", "abcd", "abyd"], "abcd"),
        ({"type": "x_line"}, [1, 30, 20], 20),
        ({"type": "linked", "allowed_labels": ["car"]}, ["u1", "u2", "u2"], "u2"),
        ({"type": "text", "required": False}, ["a", None, None], None),
        ({"type": "text", "required": False}, ["a", "a", None], "a"),
        ({"type": "text", "required": False}, ["a", None], "a"),
        ({"type": "text", "required": False}, [None, "a"], None),
        ({"type": "text"}, [None, None, "a"], "a"),
        ({"type": "text"}, [None, None], None),
    ],
)
def test_each_type_of_question(question: dict[str, Any], answers: list[Any], one: Any) -> None:
    assert merged(question, *answers) == one


def test_answers_come_in_the_order_of_the_first() -> None:
    questions = {
        name: msgspec.convert({"description": "?", "choices": ["y", "n"]}, AttributeDefinition)
        for name in "abc"
    }
    given = [{"c": "y", "a": "n"}, {"b": "y", "a": "n"}, {"a": "y", "b": "n", "c": "n"}]
    assert list(merge_questions(QuestionRules(questions), Subject(), given)) == ["c", "a", "b"]


def test_majority_and_members() -> None:
    assert majority(["b", "a", "A"], str.lower) == "a"
    assert majority(["b", "a"]) == "b"
    assert majority_members([["a", "b"], ["B"], ["c"]], str.lower) == ["b"]
    assert majority_members([["a"], ["b"]], str.lower) == ["a"]
    assert is_majority(2, 3, first=False)
    assert not is_majority(1, 2, first=False)


def test_the_medoid_is_the_first_of_equals() -> None:
    assert medoid([0, 5, 10], lambda a, b: -abs(a - b)) == 1
    assert medoid([1, 1, 1], lambda a, b: 1.0) == 0
    assert medoid([3, 4], lambda a, b: 0.0) == 0
    assert first_of(["a", "b", "c"], 1) == ["b", "a", "c"]


def test_the_most_frequent_spelling_is_taken() -> None:
    assert merge_texts(["ada", "Ada", "Ada ", "Ada", "Eve"]) == "Ada"
    assert merge_texts(["Eve"]) == "Eve"


def test_names_that_are_taken() -> None:
    assert free_name(["a", "b"], {"a"}) == "b"
    made = free_name(["a"], {"a"})
    assert made == free_name(["a"], {"a"}) != free_name(["a"], {"a", made})
