"""Walking over pages: completeness, order, and the guards against walks without end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleapi._calls.request import Request
from scaleapi._engine.paging import pages, unseen
from scaleapi._pages import Paginator
from scaleapi.exceptions import ScaleDecodeError


def page_request(**query):
    return Request("GET", "x", lambda json, client: json, query=query)


def page(docs, following=None, has_more=None):
    made = Paginator(docs, 0, 0, 0, following is not None if has_more is None else has_more)
    made._next = following
    return made


@given(st.lists(st.lists(st.integers(), max_size=4), min_size=1, max_size=8))
def test_all_pages_in_order_each_once(chunks):
    requests = [page_request(next_token=str(number)) for number in range(len(chunks))]
    walk, got = pages(requests[0]), []
    request = next(walk)
    try:
        for number, chunk in enumerate(chunks):
            assert request is requests[number]
            got += chunk
            request = walk.send(page(chunk, requests[number + 1] if number + 1 < len(chunks) else None))
    except StopIteration:
        pass
    else:
        pytest.fail("the walk went on after the last page")
    assert got == [doc for chunk in chunks for doc in chunk]


@pytest.mark.parametrize("cursor", [{"next_token": "a"}, {"offset": 0}, {"offset": 5}])
def test_a_page_twice_ends_the_walk(cursor):
    walk = pages(page_request(**cursor))
    next(walk)
    with pytest.raises(ScaleDecodeError, match="already fetched"):
        walk.send(page([1], page_request(**cursor)))


def test_a_longer_circle_ends_the_walk_too():
    walk = pages(page_request())
    next(walk)
    walk.send(page([1], page_request(next_token="a")))
    walk.send(page([2], page_request(next_token="b")))
    with pytest.raises(ScaleDecodeError, match="already fetched"):
        walk.send(page([3], page_request(next_token="a")))


def test_more_without_a_way_there():
    walk = pages(page_request())
    next(walk)
    with pytest.raises(ScaleDecodeError, match="did not say where"):
        walk.send(page([1], None, has_more=True))


@given(st.lists(st.lists(st.integers(0, 5))))
def test_unseen_keeps_the_first_of_each(chunks):
    seen: set[object] = set()
    got = [doc for chunk in chunks for doc in unseen(page(chunk), seen, lambda doc: doc)]
    assert got == list(dict.fromkeys(doc for chunk in chunks for doc in chunk))


def test_unseen_lets_raw_documents_pass():
    from operator import attrgetter

    assert list(unseen(page([{"a": 1}, {"a": 1}]), set(), attrgetter("name"))) == [{"a": 1}, {"a": 1}]
