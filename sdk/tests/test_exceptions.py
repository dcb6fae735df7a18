"""The exception tree: names, codes, texts, pickling."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scaleapi
from scaleapi import exceptions
from scaleapi.exceptions import ExceptionMap, Headers, ScaleException

CLASSES = [
    value
    for value in vars(exceptions).values()
    if isinstance(value, type) and issubclass(value, ScaleException)
]


@pytest.mark.parametrize("kind", CLASSES)
def test_official_construction_and_text(kind):
    error = kind("because")
    prefix = f"<Response [{kind.code}]>" if kind.code else "<Response>"
    assert (error.message, error.code, str(error)) == ("because", kind.code, f"{prefix} because")
    assert kind("").message == kind(None).message == kind.__name__
    other = kind("because", 418)
    assert (other.code, str(other)) == (418, "<Response [418]> because")
    assert (error.body, dict(error.headers), error.request_id, error.attempts) == (None, {}, None, 0)


@pytest.mark.parametrize("kind", CLASSES)
def test_copies_and_pickles_are_the_same(kind):
    error = kind("m", 499, body={"error": "m"}, headers={"A": "1"}, request_id="r", attempts=2)
    for clone in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert (type(clone), str(clone), repr(clone)) == (kind, str(error), repr(error))
        assert (clone.body, clone.headers["a"], clone.request_id, clone.attempts) == (error.body, "1", "r", 2)


def test_the_tree():
    assert issubclass(exceptions.ScaleInvalidRequest, ValueError)
    assert issubclass(exceptions.ScaleTimeout, TimeoutError)
    assert issubclass(exceptions.ScaleTimeout, exceptions.ScaleConnectionError)
    assert exceptions.ScaleDuplicateTask is exceptions.ScaleDuplicateResource
    assert not issubclass(exceptions.ScaleTimeoutError, exceptions.ScaleConnectionError)
    assert scaleapi.ScaleInvalidRequest is exceptions.ScaleInvalidRequest


def test_the_map_is_the_official_one_and_more():
    official = {400, 401, 402, 404, 409, 429, 500, 503, 504}
    assert official <= set(ExceptionMap)
    assert all(ExceptionMap[status].code == status for status in official)


@given(st.dictionaries(st.text(st.characters(codec="ascii"), min_size=1), st.text()))
def test_headers_ignore_case(items):
    headers = Headers(items)
    for name in items:
        assert headers[name.upper()] == headers[name.lower()]
        assert name.swapcase() in headers
    assert len(headers) == len({name.lower() for name in items})
    assert "absent header" not in headers or "absent header" in items
