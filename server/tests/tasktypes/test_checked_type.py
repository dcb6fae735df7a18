"""The walk that most task types share, on a type of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from labelwright.errors import InvalidParameter, Problem
from labelwright.tasktypes.base import Media, Score
from labelwright.tasktypes.checked_type import CheckContext, CheckedType
from labelwright.validation.decoding import refuse


class Open(msgspec.Struct):
    a: int


class Params(msgspec.Struct, kw_only=True):
    number: int
    loose: Open | UnsetType = UNSET
    hypothesis: Any = UNSET


class Answer(msgspec.Struct, kw_only=True):
    number: int
    where: list[str] = []


class Small(CheckedType[Params, Answer]):
    slug = "small"
    params_model = Params
    answer_model = Answer
    open_members = ("loose",)

    def check(self, params: Params) -> None:
        if params.number < 0:
            raise refuse(("number",), "must not be negative")

    def echoed(self, params: Params) -> Mapping[str, Any]:
        return {"loose": {"a": params.number}, "more": True}

    def changes(self, params: Params) -> Mapping[str, Any]:
        return {"twice": 2 * params.number}

    def references(self, params: Params) -> Sequence[str]:
        return ["x"] * params.number

    def examine(self, params: Params, answer: Any, occasion: CheckContext) -> tuple[Answer, list[Problem]]:
        problems = [] if answer == params.number else [Problem(".".join(map(str, occasion.start)), "No.")]
        if occasion.partial:
            problems = [one for one in problems if answer != "?"]
        return Answer(number=params.number, where=[one.ref for one in occasion.media]), problems

    def compare(self, params: Params, expected: Answer, given: Answer, media: Sequence[Media]) -> Score:
        return Score(float(expected == given))

    def sample(self, params: Params) -> Any:
        return params.number or None


class Recorded(Small):
    recorded = True


def given(**members: Any) -> dict[str, msgspec.Raw]:
    return {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in members.items()}


def test_defaults_are_added_and_what_was_given_is_kept() -> None:
    assert Small().check_params(given(number=2)) == b'{"number":2,"loose":{"a":2},"more":true,"twice":4}'
    members = {**given(number="2", more=False), "loose": msgspec.Raw(b'{"a": 1,"b":1.50}')}
    wanted = b'{"number":2,"more":false,"loose":{"a": 1,"b":1.50},"twice":4}'
    assert Small().check_params(members) == wanted


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({}, "number"),
        ({"number": -1}, "number"),
        ({"number": 1, "attachment": "a", "attachments": ["a"]}, None),
        ({"number": 1, "hypothesis": 2}, "hypothesis"),
    ],
)
def test_refusals(members: dict[str, Any], field: str | None) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        Small().check_params(given(**members))
    assert refusal.value.field == field


def test_a_hypothesis_need_not_be_complete() -> None:
    assert b'"hypothesis":"?"' in Small().check_params(given(number=1, hypothesis="?"))


def test_open_members_must_be_json_all_through() -> None:
    with pytest.raises(InvalidParameter):
        Small().check_params({**given(number=1), "loose": msgspec.Raw(b'{"a":1,"b":"\\ud800"}')})


def test_answers_and_samples() -> None:
    assert Small().check_answer({"number": 2}, 2, [Media("a")]) == (b'{"number":2,"where":["a"]}', [])
    text, problems = Small().check_answer({"number": 2}, 3)
    assert (text, [one.message for one in problems]) == (b"null", ["No."])
    assert list(Small().attachments({"number": 2})) == ["x", "x"]
    assert Small().sample_answer({"number": 2}) == b'{"number":2,"where":[]}'
    assert Recorded().sample_answer({"number": 2}) == b"2"
    assert Small().sample_answer({"number": 0}) is None
    with pytest.raises(InvalidParameter):
        Small().attachments({"number": "two"})
