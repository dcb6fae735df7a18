"""A good request with any one value in it replaced by anything: kept as it was sent, or refused at the right place."""

import copy
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import task_types
from labelwright.validation.coercion import coerced
from labelwright.validation.errors import errors_of, path_text

KINDS = [kind for slug, kind in task_types().items() if slug == kind.slug]
EXAMPLES = {kind.slug: examples_of(kind) for kind in KINDS}
MEGABYTE = 1_000_000
MARK = '"\\u0001the place\\u0001"'
"""What the replaced value is in the text until the other one, which may be no JSON, is put there."""

each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
Place = tuple[str | int, ...]


def settled(examples: int) -> Any:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


words = st.sampled_from(
    "box point label cow Car category number text image video json url s3://a/b https://a/1.png minimal 30 1e3 true"
    " assistant select field_set cuboid annotations uuid x".split()
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([10**15, -(10**16), 2**53, 2**64, -(2**63) - 1, 10**30, 0.5, -0.0, 1e-300, 1e308])
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
    | st.text(max_size=6)
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(words | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
ODD = [
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "-1e999",
    "1" * 400,
    "0." + "1" * 400,
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '{"\\ud800": 1}',
    '"\\u0000"',
    '"' + "x" * 20_000 + '"',
    "[" * 120 + "]" * 120,
    '{"a":' * 120 + "1" + "}" * 120,
    "[" * 5_000 + "]" * 5_000,
    '"\x01"',
    "'a'",
    "tru",
    "",
    "[1,]",
    "\ufeff1",
]
"""Texts instead of a value: such that JSON has no word for, or a parser no room."""

FEW = [
    *("null", "true", "0", "-1", "1.5", '""', '"x"', '"30"', "[]", "{}", "[null]", '{"x": 1}'),
    *("1e400", "NaN", "1" * 30, '"\\ud800"', "[" * 120 + "]" * 120),
]
"""What stands for the rest where every place is tried."""

texts = anything.map(json.dumps) | st.sampled_from(ODD)


def places(value: Any, above: Place = ()) -> Iterator[Place]:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*above, key)
        yield from places(value[key], (*above, key))


def at(value: Any, place: Place) -> Any:
    for key in place:
        value = value[key]
    return value


def replaced(good: Any, place: Place, text: str) -> bytes:
    """The good request's text, with another text at one place."""
    value = copy.deepcopy(good)
    at(value, place[:-1])[place[-1]] = json.loads(MARK)
    # Written with the escapes that ``MARK`` has.
    return json.dumps(value).replace(MARK, text, 1).encode()


def kept(kind: TaskType, body: bytes) -> Any:
    """What the platform keeps of a body; a null at the top counts as absent, as at every door."""
    try:
        members = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidParameter(f"The body is not valid JSON: {error}") from None
    return msgspec.json.decode(
        kind.check_params({key: raw for key, raw in members.items() if bytes(raw) != b"null"})
    )


def is_same(sent: Any, stored: Any, *, filled: bool = False) -> bool:
    """Whether a value was kept as it was sent; numeric strings may have become numbers.

    Args:
        sent: the value.
        stored: what was kept.
        filled: keys may have been added, too.
    """
    if isinstance(sent, dict) and isinstance(stored, dict):
        keys = sent.keys() <= stored.keys() if filled else sent.keys() == stored.keys()
        return keys and all(is_same(sent[key], stored[key], filled=filled) for key in sent)
    if isinstance(sent, list) and isinstance(stored, list):
        pairs = zip(sent, stored, strict=False)
        return len(sent) == len(stored) and all(is_same(one, other, filled=filled) for one, other in pairs)
    if isinstance(sent, str) and isinstance(stored, int | float) and not isinstance(stored, bool):
        return float(sent) == stored
    return bool(sent == stored) and isinstance(sent, bool) == isinstance(stored, bool)


FILLED = {"base_annotations", "stages"}
"""Parameters in which the platform adds what is missing: uuids, defaults of a stage's own parameters."""


def at_or_below(field: str | None, place: Place) -> bool:
    name = path_text(place)
    return field is not None and field.startswith(name) and field[len(name) :][:1] in {"", ".", "["}


def is_there(field: str, body: Any) -> bool:
    """Whether a path is that of a value in the body, or of one that is missing in an object of it."""
    found = {path_text(place) for place in places(body)}
    return field in found or any(re.fullmatch(re.escape(one) + r"\.?[^.]+", field) for one in (*found, ""))


def require_kept_or_named(kind: TaskType, good: Any, place: Place, text: str) -> None:
    """Put a text at a place of a good request, and look at what becomes of it."""
    body = replaced(good, place, text)
    try:
        stored = kept(kind, body)
    except InvalidParameter as refusal:
        require_named(kind, body, place, refusal)
        return
    for key, value in json.loads(body).items():
        if value is not None:
            assert is_same(value, stored[key], filled=key in FILLED), (key, value, stored[key])


def require_named(kind: TaskType, body: bytes, place: Place, refusal: InvalidParameter) -> None:
    """The refusal names the changed place, or what no longer goes together with it."""
    assert refusal.message
    if at_or_below(refusal.field, place) or "not valid JSON" in refusal.message:
        return
    sent = json.loads(body)
    if "nested too deeply" in refusal.message:
        assert refusal.field == place[0]
        return
    # Of the right shape then, but at odds with the rest of the request.
    given = {key: value for key, value in sent.items() if value is not None}
    of_its_own = [
        fault.path for fault in errors_of(kind.params_model, coerced(kind.params_model, given, numbers=True))
    ]
    assert not [path for path in of_its_own if at_or_below(path_text(path), place)], refusal.message
    if refusal.field is None:
        assert re.search(r'"value" (must contain|contains)', refusal.message), refusal.message
    else:
        assert is_there(refusal.field, sent), (refusal.field, refusal.message)


def large(good: dict[str, Any], kind: TaskType) -> Iterator[tuple[str, bytes]]:
    """The request with a megabyte of something in a parameter, or in one that nobody knows."""
    key = next(iter(kind.params_model.__struct_encode_fields__))
    some = {
        "a text": json.dumps("x" * MEGABYTE),
        "labels": json.dumps([f"label {i}" for i in range(100_000)]),
        "numbers": json.dumps(list(range(MEGABYTE // 8))),
        "numbers in texts": json.dumps([str(i) for i in range(MEGABYTE // 10)]),
        "arrays": json.dumps([[]] * (MEGABYTE // 4)),
        "objects": json.dumps([{"a": i} for i in range(MEGABYTE // 14)]),
        "keys": json.dumps({str(i): i for i in range(MEGABYTE // 18)}),
        "brackets": "[" * (MEGABYTE // 2) + "]" * (MEGABYTE // 2),
        "open brackets": "[" * MEGABYTE,
        "digits": "9" * MEGABYTE,
    }
    for i, (what, text) in enumerate(some.items()):
        name = key if i % 4 else "my_own_key"
        yield f"{what} in {name}", replaced({**good, name: None}, (name,), text)


@each
def test_a_megabyte_of_anything_is_kept_or_refused(kind: TaskType) -> None:
    for what, body in large(EXAMPLES[kind.slug].good_params["minimal"], kind):
        with suppress(InvalidParameter):
            assert kept(kind, body), what


@each
def test_every_value_replaced_by_each_of_some(kind: TaskType) -> None:
    for name in ("minimal", "full"):
        good = EXAMPLES[kind.slug].good_params[name]
        for place in places(good):
            for text in FEW:
                require_kept_or_named(kind, good, place, text)


@each
@settled(60)
@given(data=st.data())
def test_any_value_replaced_by_anything(kind: TaskType, data: st.DataObject) -> None:
    good = EXAMPLES[kind.slug].good_params[data.draw(st.sampled_from(["minimal", "full"]))]
    place = data.draw(st.sampled_from(list(places(good))))
    require_kept_or_named(kind, good, place, data.draw(texts))


def test_values_that_were_changed_or_lost_are_noticed() -> None:
    assert is_same({"a": ["30", 1.0]}, {"a": [30, 1]})
    for sent, stored in (
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1}, {}),
        ([1, 2], [1]),
        (True, 1),
        (0, False),
        ("x", "y"),
        ("30", 31),
        (None, 0),
    ):
        assert not is_same(sent, stored)


def test_refusals_that_name_another_place_are_noticed() -> None:
    kind = task_types()["imageannotation"]
    body = b'{"attachment": 7, "geometries": {"box": {"objects_to_annotate": ["a"]}}}'
    require_named(kind, body, ("attachment",), InvalidParameter("wrong", field="attachment"))
    for field in ("geometries", "attachments", None):
        with pytest.raises(AssertionError):
            require_named(kind, body, ("attachment",), InvalidParameter("wrong", field=field))
