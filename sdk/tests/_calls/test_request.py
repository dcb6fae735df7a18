"""Quoting and encoding: what a value becomes in a path, a query, a body."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleapi import TaskStatus, TaskType
from scaleapi._calls.request import given as only_given
from scaleapi._calls.request import query_string, segment, slug
from scaleapi.exceptions import ScaleInvalidRequest

texts = st.text(st.characters(codec="utf-8"), min_size=1)


@given(texts)
def test_segments_round_trip_and_hide_every_separator(text):
    quoted = segment(text, "name")
    assert unquote(quoted) == text
    assert not set(quoted) & set("/?#& +")
    assert quoted not in {".", ".."}


def test_the_documented_example():
    assert segment("a bc/def", "name") == "a%20bc%2Fdef"


@pytest.mark.parametrize("value", ["", None])
def test_an_empty_segment_would_name_something_else(value):
    with pytest.raises(ScaleInvalidRequest, match="task_id must not be empty"):
        segment(value, "task_id")


@given(st.dictionaries(texts, texts))
def test_queries_round_trip(query):
    assert parse_qsl(query_string(query), keep_blank_values=True) == list(query.items())


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (None, ""),
        (True, "k=true"),
        (False, "k=false"),
        (0, "k=0"),
        ("", "k="),
        (["a", None, "b"], "k=a&k=b"),
        ([], ""),
        (("a b",), "k=a+b"),
        (TaskStatus.Completed, "k=completed"),
        ([TaskType.Chat, "x"], "k=chat&k=x"),
        (date(2026, 1, 2), "k=2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5), "k=2026-01-02T03%3A04%3A05"),  # noqa: DTZ001  # naive is UTC on the wire
        (datetime(2026, 1, 2, tzinfo=UTC), "k=2026-01-02T00%3A00%3A00%2B00%3A00"),
    ],
)
def test_forms_of_values(value, encoded):
    assert query_string({"k": value}) == encoded


@pytest.mark.parametrize("value", [TaskType.Chat, "chat"])
def test_slugs(value):
    assert slug(value) == "chat"
    assert type(slug(value)) is str


@pytest.mark.parametrize("value", ["", None, 3, ["chat"]])
def test_what_is_no_slug(value):
    with pytest.raises(ScaleInvalidRequest, match="task_type"):
        slug(value)


def test_given_drops_none_alone():
    assert only_given(a=None, b=0, c="", d=False) == {"b": 0, "c": "", "d": False}
