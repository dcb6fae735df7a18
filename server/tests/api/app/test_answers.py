"""What screens ask while somebody works: the schema of the answer, and what the checker would say."""

import jsonschema_rs
import pytest
from server.tests.harness import BOX_ANSWER, CAT, Tenant, Worker, done, refused


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """A labeler."""
    return tenant.person("leo")


@pytest.mark.parametrize(("kind", "answer"), [("categorization", CAT), ("imageannotation", BOX_ANSWER)])
def test_good_answers_fit_their_schema(tenant: Tenant, leo: Worker, kind: str, answer: object) -> None:
    tenant.task(kind)
    mine = leo.claim_one()
    found = done(leo.get(f"/assignments/{mine['id']}/answer-schema"))["schema"]
    assert jsonschema_rs.is_valid(found, answer)
    assert not jsonschema_rs.is_valid(found, {"annotations": 7, "category": 7})


def test_checking_tells_what_a_submit_would_refuse_and_keeps_nothing(tenant: Tenant, leo: Worker) -> None:
    tenant.task()
    mine = leo.claim_one()
    path = f"/assignments/{mine['id']}/check"
    assert done(leo.post(path, {"answer": CAT})) == {"problems": []}
    (problem,) = done(leo.post(path, {"answer": {"category": "horse"}}))["problems"]
    assert problem["path"] == "category"
    assert problem["code"] == "unknown_category"
    assert done(leo.get(f"/assignments/{mine['id']}"))["draft"] is None
    told = leo.submit(mine["id"], answer={"category": "horse"})
    assert [one["path"] for one in told.json()["problems"]] == ["category"]


def test_nothing_to_check(tenant: Tenant, leo: Worker) -> None:
    tenant.task()
    mine = leo.claim_one()
    refused(leo.post(f"/assignments/{mine['id']}/check", {"answer": None}), 400, "answer")
    refused(leo.post(f"/assignments/{mine['id']}/check", {}), 400, "answer")


def test_work_of_others_is_not_there(tenant: Tenant, leo: Worker) -> None:
    tenant.task()
    mine = leo.claim_one()
    mia = tenant.person("mia")
    refused(mia.get(f"/assignments/{mine['id']}/answer-schema"), 404)
    refused(mia.post(f"/assignments/{mine['id']}/check", {"answer": CAT}), 404)
