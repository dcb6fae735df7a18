"""Rules of tasks that need no database."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelwright.domain.task_creation import INSTRUCTION_JOIN, _instruction
from labelwright.domain.tasks import checked_tags
from labelwright.errors import InvalidParameter

tags = st.lists(st.text(min_size=1, max_size=3).filter(str.strip), max_size=8)


@given(given_tags=tags)
def test_tags_keep_their_order_and_lose_repetitions(given_tags: list[str]) -> None:
    kept = checked_tags(given_tags, 100)
    assert kept == sorted(set(given_tags), key=given_tags.index)
    assert checked_tags(given_tags, len(kept)) == kept
    if kept:
        with pytest.raises(InvalidParameter, match="less than or equal"):
            checked_tags(given_tags, len(kept) - 1)


@pytest.mark.parametrize("wrong", [[""], ["a", " "], ["\t"]])
def test_empty_tags(wrong: list[str]) -> None:
    with pytest.raises(InvalidParameter) as refused:
        checked_tags(wrong, 5)
    assert refused.value.field == "tags"


@pytest.mark.parametrize(
    ("own", "inherited", "joined"),
    [
        ("Task.", "Project.", f"Task.{INSTRUCTION_JOIN}Project."),
        (None, "Project.", "Project."),
        ("Task.", None, "Task."),
        ("Same.", "Same.", "Same."),
        ("", "  ", ""),
        (None, None, ""),
        ("Task.", 5, "Task."),
        ("Task.", ["x"], "Task."),
    ],
)
def test_instructions(own: str | None, inherited: object, joined: str) -> None:
    raw = None if inherited is None else msgspec.Raw(msgspec.json.encode(inherited))
    assert _instruction(own, raw) == joined
