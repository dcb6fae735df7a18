"""The outer form of JSON text is measured as a parser would find it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelwright.validation import json_limits
from labelwright.validation.json_limits import JsonSize, measure

texts = st.text(st.sampled_from('\\"{}[],:a\u00e9\n'), max_size=12)
values = st.recursive(
    st.none() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def walked(value: Any) -> JsonSize:
    """The same, found by walking through the value."""

    def depth(one: Any) -> int:
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    def parts(one: Any) -> int:
        inner = list(one.values()) if isinstance(one, dict) else one if isinstance(one, list) else None
        if inner is None:
            return 0
        return 1 + (len(inner) if isinstance(one, dict) else 0) + sum(map(parts, inner))

    members = len(value) if isinstance(value, dict | list) and len(value) > 1 else 0
    return JsonSize(depth(value), members, parts(value))


@settings(deadline=None)
@given(value=values, block=st.integers(1, 40))
def test_f26_it_is_what_a_parser_finds(value: Any, block: int) -> None:
    """Wherever the blocks end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_limits, "BLOCK", block)
        for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
            assert measure(text.encode()) == walked(value)


@settings(deadline=None)
@given(data=st.binary(max_size=60))
def test_f26_any_bytes_are_measured(data: bytes) -> None:
    assert measure(data).depth >= 0
