"""Task operations as values: verb, path, query, body, and whether they may be repeated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleapi import TaskReviewStatus, TaskStatus, TaskType
from scaleapi._calls import tasks
from scaleapi._calls.request import NO_BODY
from scaleapi.exceptions import ScaleInvalidRequest

OPERATIONS = [
    (tasks.get_task("i"), "GET", "task/i", NO_BODY, True),
    (tasks.cancel_task("i"), "POST", "task/i/cancel", NO_BODY, True),
    (tasks.audit_task("i", True, "c"), "POST", "task/i/audit", {"accepted": True, "comments": "c"}, False),
    (tasks.update_task_unique_id("i", "u"), "POST", "task/i/unique_id", {"unique_id": "u"}, True),
    (tasks.clear_task_unique_id("i"), "DELETE", "task/i/unique_id", NO_BODY, True),
    (tasks.set_task_metadata("i", {}), "POST", "task/i/setMetadata", {}, True),
    (tasks.set_task_tags("i", []), "POST", "task/i/tags", [], True),
    (tasks.add_task_tags("i", ["a"]), "PUT", "task/i/tags", ["a"], True),
    (tasks.delete_task_tags("i", ["a"]), "DELETE", "task/i/tags", ["a"], True),
    (tasks.resend_callback("i"), "POST", "task/i/send_callback", NO_BODY, False),
    (tasks.create_task(TaskType.Chat, a=1), "POST", "task/chat", {"a": 1}, False),
    (tasks.create_task("chat", unique_id="u"), "POST", "task/chat", {"unique_id": "u"}, True),
    (tasks.create_task("chat", idempotency_key="k"), "POST", "task/chat", {}, True),
    (tasks.create_task("chat", unique_id=""), "POST", "task/chat", {"unique_id": ""}, False),
]


@pytest.mark.parametrize(("request_", "method", "path", "body", "repeatable"), OPERATIONS)
def test_operations(request_, method, path, body, repeatable):
    assert (request_.method, request_.path, request_.body) == (method, path, body)
    assert request_.repeatable == repeatable


def test_cancel_sends_its_flag_only_when_set():
    assert tasks.cancel_task("i").query == {}
    assert tasks.cancel_task("i", clear_unique_id=True).query == {"clear_unique_id": True}


def test_the_idempotency_key_is_a_header():
    assert tasks.create_task("chat", idempotency_key="k").headers == {"Idempotency-Key": "k"}
    assert tasks.create_task("chat").headers == {}


def test_only_a_unique_id_makes_a_create_recoverable():
    assert tasks.create_task("chat", idempotency_key="k").recovery is None
    recovery = tasks.create_task("chat", unique_id="u").recovery
    assert recovery is not None
    assert (recovery.lookup.path, recovery.lookup.query) == ("tasks", {"unique_id": "u"})


@pytest.mark.parametrize("call", [tasks.set_task_tags, tasks.add_task_tags, tasks.delete_task_tags])
def test_one_string_is_not_a_list_of_tags(call):
    with pytest.raises(ScaleInvalidRequest, match="list of strings"):
        call("i", "abc")


documents = st.fixed_dictionaries(
    {},
    optional={
        "task_id": st.sampled_from(["1", "2"]),
        "unique_id": st.sampled_from(["u", "v", 1, None]),
        "type": st.sampled_from(["comparison", "categorization", "categorize", None]),
    },
)


@given(
    st.lists(documents | st.none() | st.text()),
    st.sampled_from(["comparison", "categorization", "categorize"]),
)
def test_own_task_is_never_another_task(docs, kind):
    found = tasks.own_task({"docs": docs}, "u", kind)
    same = {"categorize": "categorization"}
    fits = [
        doc
        for doc in docs
        if isinstance(doc, dict)
        and doc.get("unique_id") == "u"
        and "task_id" in doc
        and same.get(doc.get("type"), doc.get("type")) == same.get(kind, kind)
    ]
    assert found == (fits[0] if fits else None)


@pytest.mark.parametrize("listing", [None, [], "x", {}, {"docs": None}, {"docs": {}}])
def test_own_task_in_an_unusable_listing(listing):
    assert tasks.own_task(listing, "u", "chat") is None


def test_filters_are_the_official_ones():
    assert tasks.task_filters("p", include_attachment_url=True) == {
        "start_time": None,
        "end_time": None,
        "project": "p",
        "batch": None,
        "completed_before": None,
        "completed_after": None,
        "tags": None,
        "updated_before": None,
        "updated_after": None,
        "unique_id": None,
        "include_attachment_url": True,
    }


@pytest.mark.parametrize(
    ("review", "sent"),
    [
        (TaskReviewStatus.Fixed, "fixed"),
        ("fixed", "fixed"),
        ([TaskReviewStatus.Fixed, TaskReviewStatus.Accepted], "fixed,accepted"),
        (("fixed", TaskReviewStatus.Accepted), "fixed,accepted"),
    ],
)
def test_review_statuses_are_comma_joined(review, sent):
    assert tasks.task_filters("p", review_status=review)["customer_review_status"] == sent


def test_get_tasks_maps_its_arguments():
    first = tasks.get_tasks(
        batch_name="b",
        task_type="chat",
        status=TaskStatus.Error,
        unique_id=["u", "v"],
        created_after="1",
        created_before="2",
        completed_after="3",
        completed_before="4",
        updated_after="5",
        updated_before="6",
        tags="t",
        include_attachment_url=False,
        limited_response=True,
        limit=7,
    ).first
    assert first.query == {
        "batch": "b",
        "type": "chat",
        "status": "error",
        "unique_id": ["u", "v"],
        "start_time": "1",
        "end_time": "2",
        "completed_after": "3",
        "completed_before": "4",
        "updated_after": "5",
        "updated_before": "6",
        "tags": "t",
        "include_attachment_url": False,
        "limited_response": True,
        "limit": 7,
    }


def test_defaults_of_get_tasks():
    listing = tasks.get_tasks("p")
    assert listing.first.query == {"project": "p", "include_attachment_url": True}
    assert listing.prefetch is False


@pytest.mark.parametrize("limit", [-1, 101, 10_000])
def test_page_sizes_out_of_range(limit):
    with pytest.raises(ScaleInvalidRequest):
        tasks.get_tasks("p", limit=limit)


def page(**changes):
    json = {"docs": [], "total": 0, "limit": 100, "offset": 0, "has_more": False}
    return tasks.tasks(project="p").parse({**json, **changes}, None)


def test_pages_know_the_next_request():
    assert page()._next is None
    following = page(has_more=True, next_token="t")._next
    assert following.query == {"project": "p", "next_token": "t"}


def test_an_odd_document_is_kept_raw(caplog):
    docs = page(docs=[{"task_id": "1"}, {"no": "id"}, 7, {"task_id": "2"}])
    assert [doc if not hasattr(doc, "as_dict") else doc.id for doc in docs] == ["1", {"no": "id"}, 7, "2"]
    assert len(caplog.records) == 2


def test_totals_missing_from_an_answer():
    lean = tasks.tasks().parse({"docs": [{"task_id": "1"}]}, None)
    assert (lean.total, lean.limit, lean.offset, lean.has_more, lean.next_token) == (1, 1, 0, False, None)
