"""Answers that say how long the work took are given the active time of all attempts."""

from typing import Any

import pytest
from server.tests.harness import Tenant, done

TYPES = {
    "datacollection": {
        "attachment": "Acme Ltd",
        "attachment_type": "text",
        "fields": {"ceo": "Who leads it?"},
    },
    "transcription": {
        "attachment": "Acme Ltd",
        "attachment_type": "text",
        "fields": {"ceo": "Who leads it?"},
    },
}


@pytest.mark.parametrize("slug", list(TYPES))
def test_f04_the_time_of_all_attempts_is_part_of_the_answer(tenant: Tenant, slug: str) -> None:
    leo, rita = tenant.person("leo"), tenant.person("rita", "member")
    task = tenant.task(slug, **TYPES[slug])
    answer: dict[str, Any] = {"fields": {"ceo": "Ada"}}
    # Whatever a screen says of it.
    first = leo.claim_one()
    done(leo.submit(first["id"], answer={**answer, "time_spent_in_seconds": 900}, active_ms=1_500))
    rita.judge("send_back", comment="Sure?")
    done(leo.submit(leo.claim_one()["id"], answer=answer, active_ms=2_040))
    review = rita.claim_one("review")
    assert review["base"] == {**answer, "time_spent_in_seconds": 3.5}
    # The reviewer's own time is not the labeler's.
    done(rita.submit(review["id"], verdict="fix", answer={"fields": {"ceo": "Ada L."}}, active_ms=50_000))
    response = tenant.read(task["task_id"])["response"]
    assert response == {"fields": {"ceo": "Ada L."}, "time_spent_in_seconds": 3.5}
