"""Audit operations as values."""

from __future__ import annotations

import pytest

from scaleapi._calls import audits
from scaleapi.exceptions import ScaleInvalidRequest

MADE = {
    "id": "1",
    "task_id": "t",
    "audit_result": "rejected",
    "response_url": None,
    "feedback": [{"type": "flag"}],
}


def test_a_new_audit_is_not_repeated_and_a_replaced_one_is():
    request = audits.create_audit("t", "rejected", feedback=[{"type": "flag"}])
    assert (request.method, request.path, request.repeatable) == ("PUT", "audits", False)
    assert request.body == {"task_id": "t", "audit_result": "rejected", "feedback": [{"type": "flag"}]}
    made = request.parse(MADE, None)
    assert (made.id, made.task_id, made.audit_result) == ("1", "t", "rejected")
    assert (made.response_url, made.feedback) == (None, [{"type": "flag"}])
    replacing = audits.create_audit("t", "accepted", audit_id="1", response_url="https://h/r", feedback=[])
    assert replacing.repeatable
    assert replacing.body == {
        "task_id": "t",
        "audit_result": "accepted",
        "response_url": "https://h/r",
        "id": "1",
        "feedback": [],
    }


def test_audits_are_asked_for_by_task_or_id():
    assert audits.get_audits("t", limit=9).first.query == {"task_id": "t", "limit": 9}
    assert audits.get_audits(audit_id="1").first.query == {"id": "1"}
    with pytest.raises(ScaleInvalidRequest, match="task_id or an audit_id"):
        audits.get_audits()
