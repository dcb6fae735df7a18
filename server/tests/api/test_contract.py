"""The contract: fresh, complete, and what every endpoint refuses in the same way."""

import httpx2
import msgspec
import pytest
from server.tests import answers
from server.tests.answers import CONTRACTS, FOLDER, Contract, endpoints, unseen
from server.tests.endpoint_calls import ask
from server.tests.harness import Tenant, refused

from labelwright.api.contract import CONTRACTS as WRITTEN
from labelwright.api.contract import text
from labelwright.api.endpoint import Endpoint

ALL = list(endpoints())


def name(part: object) -> str:
    return f"{part.method} {part.path}" if isinstance(part, Endpoint) else ""


def each(*, status: int) -> pytest.MarkDecorator:
    """Every endpoint that declares a status."""
    found = [(c, e) for c, e in ALL if status in e.errors]
    return pytest.mark.parametrize(("contract", "endpoint"), found, ids=name)


@pytest.mark.parametrize("file", sorted(WRITTEN))
def test_the_checked_in_contract_is_fresh(file: str) -> None:
    assert (FOLDER / file).read_text() == text(WRITTEN[file]()), "run `make contract`"


def test_every_contract_is_checked() -> None:
    assert {path.name for path in FOLDER.glob("*.json")} == set(WRITTEN)
    assert len(CONTRACTS) == len(WRITTEN)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda c: c.prefix)
def test_operations_have_names_of_their_own(contract: Contract) -> None:
    names = [
        operation["operationId"]
        for path in contract.document["paths"].values()
        for operation in path.values()
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda c: c.prefix)
def test_every_endpoint_says_what_it_does(contract: Contract) -> None:
    for endpoint in contract.table:
        assert endpoint.handler.__doc__, endpoint.path
        assert endpoint.summary
        assert len(set(endpoint.errors)) == len(endpoint.errors)
        if endpoint.needs_key and "{" in endpoint.path and endpoint.path != "/task/{type}":
            assert 404 in endpoint.errors, f"{endpoint.path} can be asked for something that is not there"
        if endpoint.body is not None:
            assert 415 in endpoint.errors, f"{endpoint.path} reads a body"


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda c: c.prefix)
def test_f30_every_operation_says_that_it_may_have_to_wait(contract: Contract) -> None:
    for path in contract.document["paths"].values():
        for operation in path.values():
            assert "Retry-After" in operation["responses"]["503"]["headers"], operation["operationId"]


def caller_of(tenant: Tenant, contract: Contract) -> httpx2.Client:
    """Somebody who may ask at this door."""
    return tenant.person("mia", "admin").client if contract.prefix == "/api" else tenant.live


@each(status=404)
def test_what_is_not_there(tenant: Tenant, contract: Contract, endpoint: Endpoint) -> None:
    caller = caller_of(tenant, contract)
    named = ("project", "batch", "project_name", "task_id", "quality_task_ids", "batch_name", "delivery_name")
    ids = ("project_id", "batch_id", "delivery_id", "dataset_id", "schema_id", "annotation_id")
    nothing = {**dict.fromkeys(named, "nothing"), **dict.fromkeys(ids, "0" * 24)}
    wanted = ask(contract, endpoint, **nothing)
    if "{" in endpoint.path or any(
        value in ("nothing", "0" * 24) for value in (wanted.query or wanted.body or wanted.multipart).values()
    ):
        refused(wanted.send(caller), 404)
    else:
        pytest.fail(f"{endpoint.path} declares 404 and nothing can be missing")


@each(status=415)
def test_a_body_of_another_kind(tenant: Tenant, contract: Contract, endpoint: Endpoint) -> None:
    caller = caller_of(tenant, contract)
    wanted = ask(contract, endpoint)
    answer = caller.request(
        wanted.method, wanted.url, content=b"<x/>", headers={"content-type": "application/xml"}
    )
    refused(answer, 415, "Content-Type")


@each(status=403)
def test_labelers_do_not_see_the_managers_pages(
    tenant: Tenant, contract: Contract, endpoint: Endpoint
) -> None:
    if contract.prefix != "/api":
        # Keys have no role; what V1 forbids is forbidden to test keys.
        refused(ask(contract, endpoint).send(tenant.test), 403, "test API key")
        return
    leo = tenant.person("leo", "labeler")
    refused(ask(contract, endpoint, stage="review").send(leo.client), 403, "role")
    tenant.project("nothing")
    refused(ask(contract, endpoint, stage="review").send(leo.client), 403, "role")


WITH_JSON = [(c, e) for c, e in ALL if 400 in e.errors and e.body is not None and not e.streams]


NONSENSE = (b"{", b'{"a":}', b"nonsense", b'"text"', b"12", b"\xff", b'{"x":"\\u0000"}', b"[" * 5000)


@pytest.mark.parametrize(("contract", "endpoint"), WITH_JSON, ids=name)
def test_a_body_that_is_not_what_it_should_be(tenant: Tenant, contract: Contract, endpoint: Endpoint) -> None:
    caller = caller_of(tenant, contract)
    if "{name}" in endpoint.path:
        tenant.batch(tenant.project("nothing")["name"], "nothing")
    wanted = ask(contract, endpoint)
    for body in NONSENSE:
        answer = caller.request(
            wanted.method, wanted.url, content=body, headers={"content-type": "application/json"}
        )
        refused(answer, 400)


NEEDY = [
    (contract, endpoint, field.encode_name)
    for contract, endpoint in ALL
    if isinstance(endpoint.body, type) and issubclass(endpoint.body, msgspec.Struct) and not endpoint.streams
    for field in msgspec.structs.fields(endpoint.body)
    if field.required
]


@pytest.mark.parametrize(
    ("contract", "endpoint", "field"), NEEDY, ids=lambda p: p if isinstance(p, str) else name(p)
)
def test_a_required_parameter_is_missing_or_wrong(
    tenant: Tenant, contract: Contract, endpoint: Endpoint, field: str
) -> None:
    caller = caller_of(tenant, contract)
    wanted = ask(contract, endpoint)
    del wanted.body[field]
    refused(wanted.send(caller), 400, f'"{field}" is required')
    if field not in {"answer", "expected_response", "metadata"}:
        wanted.body[field] = {"odd": []}
        refused(wanted.send(caller), 400, field)


def test_a_verb_that_the_path_does_not_have(tenant: Tenant) -> None:
    refused(tenant.live.put("/v1/tasks"), 405, "GET")
    refused(tenant.person("mia", "admin").put("/people", {}), 405, "GET")


def test_the_check_of_answers_notices(subtests: pytest.Subtests) -> None:
    good = b'{"status":"staging","pending":0,"completed":0,"canceled":0,"error":0}'
    wrong = {
        "another status": (418, b'{"status_code":418,"error":"x"}'),
        "a broken server": (500, b'{"status_code":500,"error":"x"}'),
        "a key too many": (200, good[:-1] + b',"more":1}'),
        "a key too few": (200, b'{"status":"staging"}'),
        "another type": (200, good.replace(b"0", b'"0"', 1)),
        "an error with a third key": (404, b'{"status_code":404,"error":"x","message":"y"}'),
    }
    before = set(answers.SEEN)
    answers.check("GET", b"/v1/batches/x/status", 200, "application/json", good)
    for what, (status, body) in wrong.items():
        with subtests.test(what), pytest.raises(AssertionError):
            answers.check("GET", b"/v1/batches/x/status", status, "application/json", body)
    with pytest.raises(AssertionError):
        answers.check("GET", b"/v1/batches/x/status", 200, "text/plain", good)
    answers.SEEN.intersection_update(before)


def test_an_answer_that_nobody_saw_is_reported() -> None:
    everything = {(e.method, c.prefix + e.path, s) for c, e in ALL for s in (e.status, 401, *e.errors)}
    assert unseen(everything) == []
    assert unseen(everything - {("GET", "/v1/tasks", 200)}) == ["GET /v1/tasks -> 200"]
