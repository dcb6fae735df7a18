"""Pieces that several nouns share."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelwright.domain.common import callback_target, checked_metadata, compact, not_given, without_nulls
from labelwright.errors import InvalidParameter


@pytest.mark.parametrize(
    "url",
    [
        "http://a",
        "https://hooks.example/x?y=1#z",
        "HTTPS://HOOKS.EXAMPLE",
        "http://10.0.0.1:8080/",
        "http://[::1]/",
        "jo@example.org",
        "a.b+c@sub.example.org",
    ],
)
def test_addresses(url: str) -> None:
    assert callback_target(url, "callback_url") == url


@pytest.mark.parametrize("url", [None, ""])
def test_no_address(url: str | None) -> None:
    assert callback_target(url, "callback_url") is None


@pytest.mark.parametrize(
    "url",
    [
        "hooks.example",
        "ftp://hooks.example",
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "http://a b",
        "javascript:alert(1)",
        "@example.org",
        "jo@example",
        "http://a/" + "x" * 2048,
        "http://a\nb",
    ],
)
def test_wrong_addresses(url: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        callback_target(url, "callback_url")
    assert refused.value.field == "callback_url"


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 53), 1 << 53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(value=st.dictionaries(st.text(), values, max_size=4))
def test_metadata_is_kept_as_it_was(value: dict[str, object]) -> None:
    text = checked_metadata(msgspec.json.encode(value), 1 << 20)
    assert msgspec.json.decode(text) == value
    size = len(text.encode())
    assert checked_metadata(msgspec.json.encode(value), size) == text
    with pytest.raises(InvalidParameter, match="metadata"):
        checked_metadata(msgspec.json.encode(value), size - 1)


def test_the_limit_is_on_the_content_not_on_the_blanks() -> None:
    assert checked_metadata(b'{ "a" :   1 }', 7) == '{"a":1}'


@pytest.mark.parametrize("raw", [None, b"", b"null", not_given()])
def test_no_metadata(raw: bytes | None) -> None:
    assert checked_metadata(raw, 10) == "{}"


@pytest.mark.parametrize("raw", [b"[]", b'"x"', b"1", b"true", b"{", b"nonsense", b'{"a":NaN}'])
def test_metadata_that_is_no_object(raw: bytes) -> None:
    with pytest.raises(InvalidParameter) as refused:
        checked_metadata(raw, 100)
    assert refused.value.field == "metadata"


def test_nulls_are_dropped() -> None:
    given = {"a": msgspec.Raw(b"null"), "b": msgspec.Raw(b"0"), "c": msgspec.Raw(b'"null"')}
    assert set(without_nulls(given)) == {"b", "c"}
    assert compact({"a": [1, None]}) == '{"a":[1,null]}'
