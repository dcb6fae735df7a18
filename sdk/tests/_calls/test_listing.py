"""Listings that are paged by token, as values."""

from __future__ import annotations

import pytest

from scaleapi import Paginator
from scaleapi._calls.listing import by_token, page_size
from scaleapi._calls.request import as_json
from scaleapi.exceptions import ScaleInvalidRequest


def test_each_page_knows_the_next():
    first = by_token("files", {"limit": 2, "project": "p"}, as_json).first
    assert (first.method, first.path, first.query) == ("GET", "files", {"limit": 2, "project": "p"})
    page = first.parse({"docs": [1, 2], "total": 3, "limit": 2, "has_more": True, "next_token": "n"}, None)
    assert type(page) is Paginator
    assert (list(page), page.total, page.limit, page.has_more, page.next_token) == ([1, 2], 3, 2, True, "n")
    second = page._next
    assert second.query == {"limit": 2, "project": "p", "next_token": "n"}
    last = second.parse({"docs": [3], "has_more": False, "next_token": None}, None)
    assert (list(last), last.total, last.limit, last._next) == ([3], 1, 1, None)


def test_page_sizes():
    assert [page_size(one) for one in (None, 0, 1, 100)] == [None, None, 1, 100]
    for wrong in (-1, 101):
        with pytest.raises(ScaleInvalidRequest, match="within 1 and 100"):
            page_size(wrong)
