"""Fields of a form: what the types cannot say."""

from typing import Any

import msgspec
import pytest

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.forms.fields import Form, check_form, in_order, looks_at


def form(*fields: dict[str, Any]) -> Any:
    return msgspec.convert(list(fields), Form)


def field(name: str, kind: str = "boolean", **more: Any) -> dict[str, Any]:
    return {"type": kind, "field_id": name, "title": "?", **more}


def names(fields: Any) -> list[str]:
    return [one.field_id for one in fields]


def test_each_field_comes_after_those_it_depends_on() -> None:
    fields = form(
        field("a", conditions=[{"c": True}]), field("b"), field("c", conditions=[{"not": {"b": True}}])
    )
    order = names(in_order(fields))
    assert sorted(order) == ["a", "b", "c"]
    assert order.index("b") < order.index("c") < order.index("a")


def test_a_set_comes_after_what_its_children_depend_on() -> None:
    inner = field("inner", conditions=[{"x": True}])
    fields = form(field("set", "field_set", fields=[inner, field("more")]), field("x"))
    check_form(fields, ())
    assert names(in_order(fields)) == ["x", "set"]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_circles_are_refused_at_their_first_field(size: int) -> None:
    ring = [field(f"f{i}", conditions=[{f"f{(i + 1) % size}": True}]) for i in range(size)]
    fields = form(field("free"), field("behind", conditions=[{"f0": True}]), *ring)
    with pytest.raises(InvalidParameter, match="must not depend on itself") as refusal:
        check_form(fields, ("fields",))
    assert refusal.value.field == "fields[2].conditions"


def test_a_long_chain_and_many_sets_are_put_in_order() -> None:
    chain = [field(f"f{i}", conditions=[{f"f{i + 1}": True}]) for i in range(5000)]
    sets = [
        field(f"s{i}", "field_set", fields=[field(f"a{i}", conditions=[{"f0": True}]), field(f"b{i}")])
        for i in range(5000)
    ]
    fields = form(*chain, field("f5000"), *sets)
    check_form(fields, ())
    assert len(in_order(fields)) == 10_001


def test_what_conditions_look_at() -> None:
    conditions = [{"a": 1, "not": {"b": {"not": [2]}, "not": {"c": 3}}}, {}]
    assert looks_at(conditions) == {"a", "b", "c"}
    assert looks_at(msgspec.UNSET) == set()


@pytest.mark.parametrize(
    ("condition", "where"),
    [
        ({"b": True}, None),
        ({"s": True}, "fields[1].conditions[0].s"),
        ({"inside": True}, "fields[1].conditions[0].inside"),
        ({"a": None}, "fields[1].conditions[0].a"),
        ({"a": [[True]]}, "fields[1].conditions[0].a"),
        ({"a": {}}, "fields[1].conditions[0].a"),
        ({"not": [1]}, "fields[1].conditions[0].not"),
    ],
)
def test_conditions_that_mean_nothing(condition: Any, where: str | None) -> None:
    some = [
        field("a"),
        {**field("b"), "conditions": [condition]},
        field("s", "field_set", fields=[field("inside"), field("beside")]),
    ]
    with pytest.raises(InvalidParameter) as refusal:
        check_form(form(*some), ("fields",))
    assert refusal.value.field == (where or "fields[1].conditions")
