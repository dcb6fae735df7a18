"""Batch operations as values."""

from __future__ import annotations

import pytest

from scaleapi import BatchStatus
from scaleapi._calls import batches
from scaleapi._calls.request import NO_BODY
from scaleapi.exceptions import ScaleInvalidRequest

OPERATIONS = [
    (batches.create_batch("p", "b"), "POST", "batches", {"project": "p", "name": "b"}, False),
    (batches.finalize_batch("b/1"), "POST", "batches/b%2F1/finalize", NO_BODY, True),
    (batches.get_batch("b"), "GET", "batches/b", NO_BODY, True),
    (batches.batch_status("b"), "GET", "batches/b/status", NO_BODY, True),
    (batches.set_batch_metadata("b", {}), "POST", "batches/b/setMetadata", {}, True),
    (batches.prioritize_batch("b", 10), "POST", "batches/b/prioritize", {"priority": 10}, True),
]


@pytest.mark.parametrize(("request_", "method", "path", "body", "repeatable"), OPERATIONS)
def test_operations(request_, method, path, body, repeatable):
    assert (request_.method, request_.path, request_.body) == (method, path, body)
    assert request_.repeatable == repeatable


def test_create_sends_what_differs_from_the_defaults():
    request = batches.create_batch("p", "b", "https://h", True, True, {})
    assert request.body == {
        "project": "p",
        "name": "b",
        "callback": "https://h",
        "calibration_batch": True,
        "self_label_batch": True,
        "metadata": {},
    }


def test_get_batches_maps_its_arguments():
    listing = batches.get_batches("p", BatchStatus.InProgress, "1", "2", True, 5)
    assert listing.first.query == {
        "project": "p",
        "status": "in_progress",
        "start_time": "1",
        "end_time": "2",
        "exclude_archived": True,
        "limit": 5,
    }


def test_illegal_parameters():
    with pytest.raises(ScaleInvalidRequest, match=r"Illegal parameter color for ScaleClient.batches\(\)"):
        batches.batches(color="red")


@pytest.mark.parametrize(
    ("limit", "docs", "following"), [(2, 2, 2), (0, 3, 3), (0, 0, None)], ids=["echo", "echo 0", "nothing"]
)
def test_the_next_page_starts_after_this_one(limit, docs, following):
    json = {"docs": [{"name": str(n), "status": "staging"} for n in range(docs)], "totalDocs": 9}
    page = batches.batches().parse({**json, "limit": limit, "offset": 0, "has_more": True}, None)
    assert (page._next.query["offset"] if page._next else None) == following


def test_totals_under_either_name():
    for name in ("totalDocs", "total"):
        assert batches.batches().parse({"docs": [], name: 4}, None).total == 4
