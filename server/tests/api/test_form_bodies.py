"""Form bodies become the JSON that they stand for."""

import json
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelwright.api import form_bodies
from labelwright.errors import InvalidParameter, TooLarge


def read(body: str) -> Any:
    return json.loads(form_bodies.to_json(body.encode()))


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("", {}),
        ("a=1", {"a": "1"}),
        ("a=", {"a": ""}),
        ("a", {"a": ""}),
        ("a=true&b=false&c=True", {"a": True, "b": False, "c": "True"}),
        ("a=x+y%2Bz%20%C3%A9", {"a": "x y+z é"}),
        ("c=a&c=b&c=c", {"c": ["a", "b", "c"]}),
        ("c[]=a", {"c": ["a"]}),
        ("c[]=a&c[]=b", {"c": ["a", "b"]}),
        ("c[0]=a&c[1]=b", {"c": ["a", "b"]}),
        ("c%5B0%5D=a&c%5B1%5D=b", {"c": ["a", "b"]}),
        ("c[0]=a&c[2]=b", {"c": {"0": "a", "2": "b"}}),
        ("p[x]=1&p[y][z]=2", {"p": {"x": "1", "y": {"z": "2"}}}),
        ("p[x][]=1&p[x][]=2", {"p": {"x": ["1", "2"]}}),
        ("p[0][x]=1&p[0][y]=2&p[1][x]=3", {"p": [{"x": "1", "y": "2"}, {"x": "3"}]}),
        ("a=1&&b=2", {"a": "1", "b": "2"}),
    ],
)
def test_what_forms_mean(body: str, value: Any) -> None:
    assert read(body) == value


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"\xff=1", "form body"),
        (b"a=%FF", "form body"),
        (b"=1", "form key"),
        (b"[a]=1", "form key"),
        (b"a[=1", "form key"),
        (b"a]b=1", "form key"),
        (b"a[b]c=1", "form key"),
        (b"a=1&a[b]=2", '"a[b]" is given both'),
        (b"a" + b"[b]" * 9 + b"=1", "nested"),
    ],
)
def test_what_is_no_form(body: bytes, says: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        form_bodies.to_json(body)
    assert says in refused.value.message


names = st.text(st.characters(codec="utf-8", exclude_characters="[]\x00"), min_size=1, max_size=6).filter(
    lambda name: not name.isdigit()
)
texts = st.text(st.characters(codec="utf-8"), max_size=8).filter(lambda text: text not in {"true", "false"})
values = st.recursive(
    texts | st.booleans(),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3) | st.dictionaries(names, inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)


def pairs(prefix: str, value: Any) -> list[tuple[str, str]]:
    """How an old client's form library writes a value."""
    if isinstance(value, dict):
        return [pair for key, item in value.items() for pair in pairs(f"{prefix}[{key}]", item)]
    if isinstance(value, list):
        return [pair for i, item in enumerate(value) for pair in pairs(f"{prefix}[{i}]", item)]
    return [(prefix, str(value).lower() if isinstance(value, bool) else value)]


@given(value=st.dictionaries(names, values, max_size=4))
def test_what_is_written_is_read_again(value: dict[str, Any]) -> None:
    written = [pair for key, item in value.items() for pair in pairs(key, item)]
    assert read(urlencode(written, quote_via=quote_plus)) == value


def test_f24_a_form_has_a_size_and_a_number_of_fields() -> None:
    assert len(read("&".join(["a=1"] * form_bodies.MAX_FIELDS))["a"]) == form_bodies.MAX_FIELDS
    with pytest.raises(InvalidParameter, match=str(form_bodies.MAX_FIELDS)):
        form_bodies.to_json(b"&".join([b"a=1"] * (form_bodies.MAX_FIELDS + 1)))
    with pytest.raises(InvalidParameter, match=str(form_bodies.MAX_FIELDS)):
        form_bodies.to_json(b"&" * form_bodies.MAX_FIELDS)
    assert read("a=" + "x" * (form_bodies.FORM_LIMIT - 2))
    with pytest.raises(TooLarge, match="JSON"):
        form_bodies.to_json(b"a=" + b"x" * form_bodies.FORM_LIMIT)
