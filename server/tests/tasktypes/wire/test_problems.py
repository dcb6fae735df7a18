"""Answers are read as far as they have the right shape."""

from typing import Any

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from labelwright.tasktypes.wire.problems import has_error, read


class Item(msgspec.Struct, forbid_unknown_fields=True):
    n: int


class Whole(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    items: list[Item] = []
    name: str | UnsetType = UNSET


def codes(given: Any) -> list[tuple[str, str, str]]:
    return [(one.path, one.code, one.severity) for one in read(Whole, given, ("start",)).problems]


def test_what_fits_is_whole() -> None:
    reading = read(Whole, {"items": [{"n": 1}, {"n": 2}]})
    assert reading.whole == Whole(items=[Item(1), Item(2)])
    assert (reading.problems, has_error(reading.problems)) == ([], False)
    assert reading.items("items", Item) == [(0, Item(1)), (1, Item(2))]
    assert reading.is_missing("name")
    assert not reading.is_missing("items")


def test_unknown_keys_are_left_out_with_a_warning() -> None:
    reading = read(Whole, {"items": [{"n": 1, "m": 2}], "more": 3})
    assert reading.whole == Whole(items=[Item(1)])
    assert not has_error(reading.problems)
    assert codes({"items": [{"n": 1, "m": 2}], "more": 3}) == [
        ("start.items[0].m", "unknown_key", "warning"),
        ("start.more", "unknown_key", "warning"),
    ]


def test_what_does_not_fit_leaves_the_rest() -> None:
    given = {"items": [{"n": 1}, {"n": "x"}, {"n": 3}], "name": 4}
    reading = read(Whole, given)
    assert reading.whole is None
    assert reading.items("items", Item) == [(0, Item(1)), (2, Item(3))]
    assert reading.member("name", str) is None
    assert not reading.is_missing("name")
    assert codes(given) == [("start.items[1].n", "type", "error"), ("start.name", "type", "error")]
    kept = read(Whole, {"items": 5, "name": "a"})
    assert (kept.member("name", str), kept.items("items", Item)) == ("a", [])


@pytest.mark.parametrize("given", [None, 5, "x", [], [{}]])
def test_what_is_no_object_misses_nothing(given: Any) -> None:
    reading = read(Whole, given)
    assert (reading.whole, reading.parts) == (None, None)
    assert not reading.is_missing("items")
    assert reading.items("items", Item) == []
    assert codes(given) == [("start", "type", "error")]
