"""The walk that finds the words: it agrees with msgspec, and speaks Joi."""

import enum
import random
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Meta, UnsetType

from labelwright.validation import errors as module
from labelwright.validation.coercion import coerced
from labelwright.validation.errors import errors_of, label, path_text


class Circle(msgspec.Struct, tag_field="type", tag="circle", forbid_unknown_fields=True):
    r: Annotated[float, Meta(gt=0, lt=100)]


class Dot(msgspec.Struct, tag_field="type", tag="dot"):
    x: int | float = 0


class Level(enum.Enum):
    LOW = "low"
    HIGH = "high"


class Node(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=4)]
    children: list["str | Node"] | UnsetType = UNSET


class Everything(msgspec.Struct, kw_only=True):
    needed: str
    n: Annotated[int, Meta(ge=0, le=9)] | None = None
    m: Annotated[int, Meta(multiple_of=3)] = 0
    flag: bool = False
    word: Annotated[str, Meta(min_length=3)] = "abc"
    code: Annotated[str, Meta(pattern="^[a-z]+$")] = "a"
    kind: Literal["a", "b"] = "a"
    level: Level = Level.LOW
    shapes: Annotated[list[Circle | Dot], Meta(max_length=2)] = []
    pair: Annotated[list[int], Meta(min_length=2)] = msgspec.field(default_factory=lambda: [1, 2])
    table: Annotated[dict[Annotated[str, Meta(min_length=2)], Node], Meta(max_length=2)] = {}
    either: str | list[str] | Node = ""
    mixed: Literal["p"] | Literal["q"] | None = "p"
    nothing: None = None
    when: datetime | None = None
    free: Any = None


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"needed": 1}, "needed", '"needed" must be a string'),
        ({"n": "x"}, "n", '"n" must be a number'),
        ({"n": 1.5}, "n", '"n" must be a number'),
        ({"n": -1}, "n", '"n" must be greater than or equal to 0'),
        ({"n": 10}, "n", '"n" must be less than or equal to 9'),
        ({"n": True}, "n", '"n" must be a number'),
        ({"m": 4}, "m", '"m" must be a multiple of 3'),
        ({"m": 1.5}, "m", '"m" must be an integer'),
        ({"flag": 1}, "flag", '"flag" must be a boolean'),
        ({"word": ""}, "word", '"word" is not allowed to be empty'),
        ({"word": "ab"}, "word", '"word" length must be at least 3 characters long'),
        ({"code": "A"}, "code", '"code" fails to match the required pattern'),
        ({"kind": "c"}, "kind", '"kind" must be one of [a, b]'),
        ({"kind": []}, "kind", '"kind" must be one of [a, b]'),
        ({"level": "mid"}, "level", '"level" must be one of [low, high]'),
        ({"shapes": {}}, "shapes", '"shapes" must be an array'),
        ({"shapes": [{"type": "dot"}] * 3}, "shapes", '"shapes" must contain less than or equal to 2 items'),
        ({"shapes": [{}]}, "shapes[0].type", '"type" is required'),
        ({"shapes": [{"type": "star"}]}, "shapes[0].type", '"type" must be one of [circle, dot]'),
        ({"shapes": [3]}, "shapes[0]", '"shapes[0]" must be an object'),
        ({"shapes": [{"type": "circle"}]}, "shapes[0].r", '"r" is required'),
        ({"shapes": [{"type": "circle", "r": 0}]}, "shapes[0].r", '"r" must be greater than 0'),
        ({"shapes": [{"type": "circle", "r": 100}]}, "shapes[0].r", '"r" must be less than 100'),
        ({"shapes": [{"type": "circle", "r": 1, "s": 1}]}, "shapes[0].s", '"s" is not allowed'),
        ({"shapes": [{"type": "dot", "x": None}]}, "shapes[0].x", '"x" must be a number'),
        ({"pair": [1]}, "pair", '"pair" must contain at least 2 items'),
        ({"pair": [1, "x"]}, "pair[1]", '"pair[1]" must be a number'),
        ({"table": []}, "table", '"table" must be an object'),
        ({"table": {"x": {"name": "n"}}}, "table.x", '"x" is not allowed'),
        ({"table": {"a b": {}}}, 'table["a b"].name', '"name" is required'),
        ({"table": {k: {"name": "n"} for k in ("aa", "bb", "cc")}}, "table",
         '"table" must have less than or equal to 2 keys'),
        ({"either": 1}, "either", '"either" must be one of [string, array, object]'),
        ({"either": {"name": "n", "children": ["a", {"name": "toolong"}]}}, "either.children[1].name",
         '"name" length must be less than or equal to 4 characters long'),
        ({"mixed": "r"}, "mixed", '"mixed" must be one of [p, q]'),
        ({"nothing": 1}, "nothing", '"nothing" must be null'),
        ({"when": "yesterday"}, "when", '"when" must be a valid date'),
    ],
)  # fmt: skip
def test_one_fault_in_the_words_of_joi(changes: dict[str, Any], field: str, reason: str) -> None:
    found = errors_of(Everything, {"needed": "x", **changes})
    assert [(path_text(one.path), one.reason) for one in found] == [(field, reason)]


def test_missing_comes_first_and_all_are_found() -> None:
    found = errors_of(Everything, {"n": "x", "kind": 0, "pair": []})
    assert [one.path for one in found] == [("needed",), ("n",), ("kind",), ("pair",)]
    assert [one.code for one in found] == ["required", "type", "enum", "size"]


def test_the_root_is_called_value() -> None:
    assert [one.reason for one in errors_of(Everything, [])] == ['"value" must be an object']
    assert label((0, "a", 1, 2)) == "a[1][2]"
    assert label((3,)) == "[3]"


def test_numbers_that_json_cannot_hold() -> None:
    found = errors_of(Circle, {"type": "circle", "r": float("nan")})
    assert [one.reason for one in found] == ['"r" must be a safe number']


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-3, 12)
    | st.sampled_from([0.0, 1.5, 3.0, "", "a", "q", "low", "abc", "abcde"])
)
names = st.sampled_from([*Everything.__struct_encode_fields__, "type", "r", "x", "name", "children", "aa"])
values = st.recursive(
    scalars | st.sampled_from([{"type": "dot"}, {"type": "circle", "r": 3}, {"name": "n"}, [1, 2]]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=8,
)


objects = st.fixed_dictionaries(
    {"needed": st.just("x")},
    optional={name: values for name in Everything.__struct_encode_fields__ if name != "needed"},
)


@settings(max_examples=600, deadline=None, derandomize=True, database=None)
@given(value=objects | values)
def test_there_are_faults_exactly_when_msgspec_refuses(value: Any) -> None:
    found = errors_of(Everything, value)
    try:
        msgspec.convert(value, Everything)
    except msgspec.ValidationError:
        assert found
    else:
        assert found == []


def test_tidying_reads_numeric_strings_where_only_a_number_fits() -> None:
    value = {
        "n": "3",
        "m": 6.0,
        "either": "3",
        "free": "3",
        "shapes": [{"type": "dot", "x": "1e1"}],
        "pair": ["1", 2],
    }
    tidy = coerced(Everything, value, numbers=True)
    assert tidy == {
        "n": 3, "m": 6, "either": "3", "free": "3", "shapes": [{"type": "dot", "x": 10}], "pair": [1, 2],
    }  # fmt: skip
    assert [type(tidy[key]) for key in ("n", "m")] == [int, int]


def test_tidying_without_need_returns_the_same_object() -> None:
    value = {"n": 3, "shapes": [{"type": "dot", "x": 1}], "table": {"aa": {"name": "n"}}}
    assert coerced(Everything, value, numbers=True, booleans=True, unknown=True) is value


@pytest.mark.parametrize(
    "text", ["", " ", "1_000", "0x10", "1,5", "nan", "inf", "1e400", "١", "9" * 40, "--1"]
)
def test_what_is_no_numeric_string(text: str) -> None:
    assert coerced(Everything, {"n": text}, numbers=True) == {"n": text}


def test_tidying_leaves_out_what_closed_objects_do_not_know() -> None:
    value = {"more": 1, "shapes": [{"type": "circle", "r": 1, "more": 1}, {"type": "dot", "more": 1}]}
    assert coerced(Everything, value, unknown=True) == {
        "more": 1,
        "shapes": [{"type": "circle", "r": 1}, {"type": "dot", "more": 1}],
    }


class TestLongOnes:
    """Stretches that msgspec takes are not looked at one by one: a megabyte of labels has one wrong one."""

    SORTS = (
        (str, "a", 1),
        (int | float, 1.5, "x"),
        (str | Node, "ab", {"name": ""}),
        (str | Node, {"name": "a"}, {"name": "a", "more": 1}),
        (Circle | Dot, {"type": "circle", "r": 1}, {"type": "circle", "r": 100}),
        (Annotated[str, Meta(pattern="^[a-z]+$")], "ab", "AB"),
        (Literal["a", "b"], "a", "c"),
        (Level, "low", "middle"),
        (datetime, "2026-01-01T00:00:00Z", "today"),
        (list[int], [1, 2], [1, None]),
        (dict[str, int], {"a": 1}, {"a": "b"}),
        (int | None, None, "x"),
        (set[int], [1], ["x"]),
    )

    @pytest.mark.parametrize(("kind", "good", "bad"), SORTS, ids=lambda one: str(one)[:30])
    def test_what_is_found_does_not_depend_on_how_many_there_are(
        self, kind: Any, good: Any, bad: Any
    ) -> None:
        draw = random.Random(5)
        for count in (1, 5, 255, 256, 257, 1_500):
            wrong = sorted(draw.sample(range(count), min(count, 7)))
            values = [bad if i in wrong else good for i in range(count)]
            assert sorted({fault.path[0] for fault in errors_of(list[kind], values)}) == wrong
            one = [fault.path[1:] for fault in errors_of(list[kind], [bad])]
            found = errors_of(list[kind], values)
            assert [fault.path for fault in found] == [(i, *below) for i in wrong for below in one]
            named = {f"key {i}": value for i, value in enumerate(values)}
            found = errors_of(dict[str, kind], named)
            assert [fault.path for fault in found] == [(f"key {i}", *below) for i in wrong for below in one]

    def test_keys_are_held_to_their_type(self) -> None:
        short = {**{f"key {i}": 1 for i in range(600)}, "k": 1, **{f"more {i}": 1 for i in range(600)}}
        found = errors_of(dict[Annotated[str, Meta(min_length=2)], int], short)
        assert [(fault.path, fault.code) for fault in found] == [(("k",), "unknown_key")]

    def test_only_the_wrong_ones_are_looked_at(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen = []
        walk = module._WALKS[msgspec.inspect.StrType]
        monkeypatch.setitem(
            module._WALKS, msgspec.inspect.StrType, lambda *given: seen.append(given[1]) or walk(*given)
        )
        values: list[Any] = ["a"] * 100_000
        values[70_000] = 1
        assert [fault.path for fault in errors_of(list[str], values)] == [(70_000,)]
        assert 1 in seen
        assert len(seen) <= 4

    @pytest.mark.parametrize("where", [0, 255, 256, 999])
    def test_numbers_in_texts_are_read_wherever_they_are(self, where: int) -> None:
        for written, number in (
            ("7", 7),
            (" 7.5 ", 7.5),
            ("1e3", 1000),
            ("00012", 12),
            ("9" * 15, 10**15 - 1),
        ):
            values: list[Any] = [1] * 1_000
            values[where] = written
            expected = [1] * where + [number] + [1] * (999 - where)
            assert coerced(list[int | float], values, numbers=True) == expected
            points = [{"type": "dot", "x": value} for value in values]
            found = coerced(list[Circle | Dot], points, numbers=True)
            assert [point["x"] for point in found] == expected
            named = dict(enumerate(values))
            assert list(coerced(dict[str, int | float], named, numbers=True).values()) == expected
        assert coerced(list[int], [str(i) for i in range(1_000)], numbers=True) == list(range(1_000))
        assert coerced(list[int], ["1", ""] * 500, numbers=True)[:2] == [1, ""]
        assert coerced(list[int], ["1", "٣"] * 500, numbers=True)[:2] == [1, "٣"]

    def test_after_what_cannot_be_repaired_nothing_is(self) -> None:
        values = ["1"] * 300 + ["x"] + ["1"] * 700
        found = coerced(list[int], values, numbers=True)
        assert found[:300] == [1] * 300
        assert found[-1] == "1"
        assert [fault.path for fault in errors_of(list[int], found, most=1)] == [(300,)]

    def test_all_unknown_keys_are_left_out(self) -> None:
        strange = [{"type": "circle", "r": "x", "more": 1}, {"type": "circle", "r": 1, "more": 1}] * 600
        tidy = coerced(list[Circle | Dot], strange, unknown=True)
        assert tidy == [{"type": "circle", "r": "x"}, {"type": "circle", "r": 1}] * 600

    def test_values_that_contain_themselves_in_kind(self) -> None:
        tree = {"name": "a", "children": [{"name": "b", "children": ["x"] * 600 + [{"name": "c", "no": 1}]}]}
        path = ("children", 0, "children", 600, "no")
        assert [fault.path for fault in errors_of(Node, tree)] == [path]
        assert coerced(Node, tree, unknown=True)["children"][0]["children"][600] == {"name": "c"}
