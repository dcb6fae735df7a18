"""Decoding with refusals in the wire's words."""

from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Meta

from labelwright.errors import InvalidParameter
from labelwright.validation.decoding import decode, decode_members, decode_query, refuse, typed


class Box(msgspec.Struct, forbid_unknown_fields=True):
    min_height: Annotated[int, Meta(ge=0)] = 0


class Body(msgspec.Struct):
    attachment: str
    box: Box = msgspec.field(default_factory=Box)
    tags: Annotated[list[str], Meta(max_length=5)] = []
    metadata: msgspec.Raw = msgspec.Raw(b"{}")


class Query(msgspec.Struct):
    limit: Annotated[int, Meta(ge=1, le=100)] = 100
    detailed: bool = False
    name: str | None = None
    tags: str | list[str] = ""


def refusal(text: bytes | str, **more: Any) -> tuple[str, str | None]:
    with pytest.raises(InvalidParameter) as caught:
        decode(Body, text, **more)
    return caught.value.message.removeprefix("Parameter is invalid, reason: "), caught.value.field


def test_a_good_body() -> None:
    body = decode(Body, b'{"attachment": "a", "box": {"min_height": 3}, "more": 1}')
    assert (body.attachment, body.box.min_height) == ("a", 3)


def test_numeric_strings_and_whole_floats_are_read_and_raw_text_kept() -> None:
    body = decode(Body, b'{"attachment":"7","box":{"min_height":"30"},"metadata":{"a" : 1.10}}')
    assert (body.attachment, body.box.min_height, bytes(body.metadata)) == ("7", 30, b'{"a" : 1.10}')
    assert decode(Body, '{"attachment":"7","box":{"min_height":30.0}}').box.min_height == 30


@pytest.mark.parametrize(
    ("text", "reason", "field"),
    [
        (b"{}", '"attachment" is required', "attachment"),
        (b"[]", '"value" must be an object', None),
        (b'{"attachment":1}', '"attachment" must be a string', "attachment"),
        (b'{"attachment":"a","box":{"bad_key":1}}', '"bad_key" is not allowed', "box.bad_key"),
        (b'{"attachment":"a","box":{"min_height":"x"}}', '"min_height" must be a number', "box.min_height"),
        (b'{"attachment":"a","box":{"min_height":"true"}}', '"min_height" must be a number', "box.min_height"),
        (b'{"attachment":"a","box":{"min_height":1.5}}', '"min_height" must be an integer', "box.min_height"),
        (b'{"attachment":"a","tags":["a","b","c","d","e","f"]}',
         '"tags" must contain less than or equal to 5 items', "tags"),
        (b'{"attachment":"a","box":{"min_height":1e999}}', '"min_height" must be a safe number', "box.min_height"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(text: bytes, reason: str, field: str | None) -> None:
    assert refusal(text) == (reason, field)
    assert refusal(text, prefix="body")[1] == ("body" if field is None else f"body.{field}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "The body is not valid JSON: the text ends too early (byte 0)."),
        (b'{"attachment":"a"', "The body is not valid JSON: the text ends too early (byte 17)."),
        ('{"attachment":"ä"', "The body is not valid JSON: the text ends too early (byte 18)."),
        (b'{"attachment":nul}', "The body is not valid JSON: invalid character (byte 18)."),
        (b'{"attachment":"a"} x', "The body is not valid JSON: trailing characters (byte 20)."),
        (b'{"attachment":NaN}', "The body is not valid JSON: invalid character (byte 14)."),
        (b'{"attachment":"\xff"}', "The body is not UTF-8 at byte 15."),
        (b'{"attachment":"a","more":"\xff"}', "The body is not UTF-8 at byte 26."),
        (b'{"attachment":"a","tags":' + b"[" * 9000, "The body is nested too deeply."),
    ],
)
def test_what_is_no_json_has_its_position(text: bytes | str, message: str) -> None:
    assert refusal(text) == (message, None)


def test_models_that_are_no_struct() -> None:
    assert decode(dict[str, int], b'{"a":"3"}') == {"a": 3}
    with pytest.raises(InvalidParameter, match='"a" must be a number') as caught:
        decode(dict[str, int], b'{"a":"x"}', prefix="counts")
    assert caught.value.field == "counts.a"


def members(**texts: bytes) -> dict[str, msgspec.Raw]:
    return {key: msgspec.Raw(text) for key, text in texts.items()}


def test_members_are_kept_as_they_are_when_nothing_must_change() -> None:
    given_members = members(attachment=b'"a"', more=b'{"x":  1.50}')
    body, kept = decode_members(Body, given_members)
    assert (body.attachment, kept) == ("a", given_members)
    assert kept is given_members


def test_only_members_with_numeric_strings_are_written_anew() -> None:
    _, kept = decode_members(Body, members(attachment=b'"a"', box=b'{"min_height": "3"}', more=b"[1,  2]"))
    assert {key: bytes(text) for key, text in kept.items()} == {
        "attachment": b'"a"',
        "box": b'{"min_height":3}',
        "more": b"[1,  2]",
    }


def test_nesting_is_bounded_whatever_is_in_the_strings() -> None:
    flat = b'{"attachment":"' + b"[" * 500 + b'\\"{", "more":[' + b"[],{}," * 500 + b"1]}"
    assert decode(Body, flat).attachment.startswith("[[")
    for deep in (
        b"[" * 250 + b"]" * 250,
        b'{"a":' * 250 + b"1" + b"}" * 250,
        b"[{}," * 250 + b"1" + b"]" * 250,
    ):
        with pytest.raises(InvalidParameter, match="nested too deeply"):
            decode(Body, b'{"attachment":"a","more":' + deep + b"}")
        with pytest.raises(InvalidParameter, match="nested too deeply"):
            decode_members(Body, members(attachment=b'"a"', more=deep))


@pytest.mark.parametrize("text", [b'"\\ud800"', b"1e999", b"[1,", b"", b'"\xff"', b"[" * 9000])
def test_members_nobody_asked_for_must_be_sound_too(text: bytes) -> None:
    with pytest.raises(InvalidParameter):
        decode_members(Body, members(attachment=b'"a"', more=text))


def test_queries_read_numbers_and_booleans_from_text() -> None:
    query = decode_query(
        Query, {"limit": "20", "detailed": "True", "name": "null", "tags": ["1", "2"], "x": "y"}
    )
    assert query == Query(20, True, "null", ["1", "2"])
    assert decode_query(Query, {"detailed": "0", "tags": "7"}) == Query(detailed=False, tags="7")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"limit": "0"}, '"limit" must be greater than or equal to 1'),
        ({"limit": "many"}, '"limit" must be a number'),
        ({"detailed": "maybe"}, '"detailed" must be a boolean'),
        ({"limit": ["1", "2"]}, '"limit" must be a number'),
    ],
)
def test_wrong_queries_are_named(query: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        decode_query(Query, query)
    assert caught.value.message == f"Parameter is invalid, reason: {reason}"
    assert caught.value.field == next(iter(query))


def test_stored_values_are_read_strictly() -> None:
    assert typed(Box, {"min_height": 3}).min_height == 3
    with pytest.raises(InvalidParameter, match='"min_height" must be a number'):
        typed(Box, {"min_height": "3"})


def test_refusals_at_the_root_have_no_field() -> None:
    assert refuse((), "is odd").field is None
    assert refuse(("a", 0), "is odd").message == 'Parameter is invalid, reason: "a[0]" is odd'


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_refused_politely(text: bytes) -> None:
    for data in (text, b'{"attachment":"a","box":' + text + b"}"):
        try:
            assert isinstance(decode(Body, data), Body)
        except InvalidParameter:
            continue
