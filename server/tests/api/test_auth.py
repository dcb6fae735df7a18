"""Who may come in: keys as Basic and Bearer, sessions, and nobody else."""

import base64

import pytest
from server.tests.answers import Contract, endpoints
from server.tests.endpoint_calls import ask
from server.tests.harness import Server, Tenant, done, refused

from labelwright.api.auth import COOKIE, key_of, session_token
from labelwright.api.endpoint import Endpoint
from labelwright.domain import accounts
from labelwright.errors import Unauthorized

GUARDED = [(c, e) for c, e in endpoints() if e.needs_key]


def basic(text: str) -> dict[str, str]:
    return {"authorization": f"Basic {base64.b64encode(text.encode()).decode()}"}


def name(pair: object) -> str:
    return f"{pair.method} {pair.path}" if isinstance(pair, Endpoint) else ""


@pytest.mark.parametrize("form", ["Basic", "basic", "Basic with password", "Bearer", "bearer", "two blanks"])
def test_both_styles(tenant: Tenant, form: str) -> None:
    key = tenant.live_key
    header = {
        "Basic": basic(f"{key}:"),
        "basic": {"authorization": basic(f"{key}:")["authorization"].replace("Basic", "basic")},
        "Basic with password": basic(f"{key}:anything"),
        "Bearer": {"authorization": f"Bearer {key}"},
        "bearer": {"authorization": f"bearer {key}"},
        "two blanks": {"authorization": f"Bearer  {key}"},
    }[form]
    assert done(tenant.anonymous.get("/v1/projects", headers=header)) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Basic"},
        {"authorization": "Basic !!!"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer live_0000000000000000000000000000000000000000"},
        {"authorization": "Digest x"},
        basic(":"),
        basic("nobody:"),
        basic("ключ:"),
    ],
    ids=str,
)
def test_no_key_or_a_wrong_one(tenant: Tenant, headers: dict[str, str]) -> None:
    refused(tenant.anonymous.get("/v1/batches?limit=1", headers=headers), 401)


@pytest.mark.parametrize(("contract", "endpoint"), GUARDED, ids=name)
def test_every_endpoint_refuses_strangers(tenant: Tenant, contract: Contract, endpoint: Endpoint) -> None:
    refused(ask(contract, endpoint).send(tenant.anonymous), 401)
    # A key opens no page of the app, and a session no customer's door.
    if contract.prefix == "/api":
        refused(ask(contract, endpoint).send(tenant.live), 401)
    else:
        refused(ask(contract, endpoint).send(tenant.person("mia", "admin").client), 401)


def test_strangers_do_not_learn_which_paths_exist(tenant: Tenant) -> None:
    for path in ("/v1/nothing", "/v1/task/x/nothing", "/api/nothing"):
        refused(tenant.anonymous.get(path), 401)
    refused(tenant.anonymous.delete("/v1/tasks"), 401)
    refused(tenant.live.get("/v1/nothing"), 404)


def test_a_revoked_key_ends_within_seconds(tenant: Tenant, server: Server) -> None:
    done(tenant.live.get("/v1/projects"))
    now = server.clock.now()

    async def revoke(tx: object, key_hash: str) -> None:
        await tx.run("UPDATE api_key SET revoked_at = $1 WHERE hash = $2", now, key_hash)  # type: ignore[attr-defined]

    server.run(server.platform.store.write(revoke, accounts.fingerprint(tenant.live_key)))
    server.clock.advance(seconds=accounts.KEY_MEMORY / 1000)
    refused(tenant.live.get("/v1/projects"), 401, "Invalid API key provided.")


def test_live_and_test_are_two_worlds(tenant: Tenant) -> None:
    project = tenant.project("mine")["name"]
    refused(tenant.test.get("/v1/projects/mine"), 404)
    refused(tenant.create(test=True, project=project), 404, "Project")
    assert tenant.project("mine", test=True)["id"] != tenant.project("other")["id"]
    task = tenant.task(unique_id="u")
    refused(tenant.test.get(f"/v1/task/{task['task_id']}"), 404)
    assert tenant.task(unique_id="u", test=True)["is_test"] is True


def test_keys_are_kept_as_hashes(tenant: Tenant, server: Server) -> None:
    async def everything(db: object) -> object:
        return await db.all("SELECT * FROM api_key")  # type: ignore[attr-defined]

    rows = str(server.run(server.platform.read(everything)))
    assert accounts.fingerprint(tenant.live_key) in rows
    assert tenant.live_key not in rows
    assert tenant.test_key not in rows


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (f"{COOKIE}=abc", "abc"),
        (f"a=1; {COOKIE}=abc; b=2", "abc"),
        (f'x[y]={{"a": 1}}; {COOKIE}=abc', "abc"),
        (f"lonely; {COOKIE}=abc", "abc"),
        (f"{COOKIE}=", None),
        ("a=1", None),
        ("", None),
    ],
)
def test_the_session_is_found_among_other_cookies(header: str, token: str | None) -> None:
    assert session_token({b"cookie": header.encode()}) == token


def test_the_key_may_hold_any_character_but_a_colon() -> None:
    assert key_of({b"authorization": b"Bearer a|test"}) == "a|test"
    assert key_of({b"authorization": basic("a|test:")["authorization"].encode()}) == "a|test"
    with pytest.raises(Unauthorized):
        key_of({})
