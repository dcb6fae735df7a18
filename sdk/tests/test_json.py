"""JSON: the standard library's answers, faster."""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleapi import TaskType, _json
from scaleapi.exceptions import ScaleInvalidRequest

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(values)
def test_what_is_written_reads_back_as_with_the_standard_library(value):
    assert json.loads(_json.dumps(value)) == json.loads(json.dumps(value))


@given(values)
def test_what_the_standard_library_writes_is_read(value):
    read = _json.loads(json.dumps(value).encode())
    if not _holds_huge_integer(value):
        assert read == value


def _holds_huge_integer(value):
    if isinstance(value, list):
        return any(map(_holds_huge_integer, value))
    if isinstance(value, dict):
        return any(map(_holds_huge_integer, value.values()))
    return isinstance(value, int) and not -(2**63) <= value < 2**64


@pytest.mark.parametrize(
    "bad", [math.nan, math.inf, [None, -math.inf], {"a": (None, math.nan)}, np.array([np.nan])]
)
def test_nan_is_refused_and_not_sent_as_null(bad):
    with pytest.raises(ScaleInvalidRequest, match="cannot be written as JSON"):
        _json.dumps({"x": bad})


@pytest.mark.parametrize("bad", [object(), {1, 2}, {(1, 2): 3}])
def test_what_has_no_json_form(bad):
    with pytest.raises(ScaleInvalidRequest, match="cannot be written as JSON"):
        _json.dumps({"x": bad})


def test_what_people_put_into_parameters():
    @dataclass
    class Point:
        x: int

    sent = {
        "enum": TaskType.Chat,
        "time": datetime(2026, 1, 2, tzinfo=UTC),
        "array": np.array([[1, 2]]),
        "scalar": np.float32(0.5),
        "double": np.float64(0.5),
        "point": Point(1),
        "ordered": OrderedDict(a=1),
        "tuple": (1, None),
        3: "key",
    }
    assert json.loads(_json.dumps(sent)) == {
        "enum": "chat",
        "time": "2026-01-02T00:00:00+00:00",
        "array": [[1, 2]],
        "scalar": 0.5,
        "double": 0.5,
        "point": {"x": 1},
        "ordered": {"a": 1},
        "tuple": [1, None],
        "3": "key",
    }
    assert json.loads(_json.dumps({"huge": 2**70, "lone": "\ud800"})) == {"huge": 2**70, "lone": "\ud800"}


def test_tolerant_reading():
    assert math.isnan(_json.loads(b"NaN"))
    assert _json.loads(b"\xef\xbb\xbf[1]") == [1]
    assert _json.loads(b'"\\ud800"') == "\ud800"
    for broken in (b"", b"OK", b"{", b"\xff"):
        with pytest.raises(json.JSONDecodeError if broken != b"\xff" else UnicodeDecodeError):
            _json.loads(broken)
