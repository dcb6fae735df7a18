"""Wrong types in every field of every body, and bodies that are no JSON: a 4xx, and not a row has changed.

The requests are made from the tables of endpoints and the examples of the task types, so that a new field or type is
covered as soon as it is there.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import httpx2
import jsonschema_rs
import msgspec
import pytest
from server.tests.answers import CONTRACTS, Contract
from server.tests.api.test_isolation import World, world
from server.tests.endpoint_calls import ask
from server.tests.harness import Server, done, refused
from server.tests.parents import with_parent

from labelwright.api.endpoint import Endpoint
from labelwright.domain.task_creation import NewTask
from labelwright.store.tables import metadata
from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import task_types

WRONG: tuple[Any, ...] = (
    None, True, 7, -1, 2**70, 1.5, "text", "", "👩", [], [[]], ["text"], [None], [{"a": 1}], {}, {"a": []},
)  # fmt: skip
DEPTH = 1_000
RAW: Mapping[str, bytes] = {
    "cut off": b"{",
    "not UTF-8": b'{"x": "\xff"}',
    "NaN": b"NaN",
    "NaN inside": b'{"x": NaN}',
    "Infinity inside": b'{"x": -Infinity}',
    "deep array": b"[" * DEPTH + b"]" * DEPTH,
    "deep object": b'{"a":' * DEPTH + b"1" + b"}" * DEPTH,
    "two values": b"{}{}",
    "control character": b'{"x": "\x01"}',
    "a megabyte of brackets": b"[" * 200_000,
}
FIXTURES = (world,)
"""Taken over from the tests of isolation: an account with one of everything."""

NOTHING = frozenset({"metadata"})
"""Fields whose ``null`` means that they are not given: official clients send it."""

LOG_OUT = "DELETE/session"
NOTED = frozenset({"failed_try", "web_session"})
"""Tables about who asks."""


def rows(server: Server) -> Mapping[str, list[str]]:
    """Every row that there is."""

    async def read(db: Any) -> Mapping[str, list[str]]:
        return {
            table.name: sorted(str(tuple(row)) for row in await db.all(f"SELECT * FROM {table.name}"))
            for table in metadata.sorted_tables
            if table.name not in NOTED
        }

    return server.run(server.platform.read(read))


@cache
def fits(model: Any) -> Any:
    """Tells whether a value fits a model by its JSON schema."""
    (schema,), components = msgspec.json.schema_components([model], ref_template="#/components/{name}")
    return jsonschema_rs.validator_for({**schema, "components": components}).is_valid


def wrong_bodies(
    model: Any, good: Mapping[str, Any], *, of_a_type: bool = False
) -> Iterator[tuple[str, Any]]:
    """A good body with one field after the other of a wrong type: (what is wrong, the body).

    The ``null`` of a task type's optional parameter means that it is not given.
    """
    for field in msgspec.structs.fields(model):
        for value in WRONG:
            absent = value is None and (field.name in NOTHING or (of_a_type and not field.required))
            if not absent and not fits(field.type)(value):
                yield f"{field.encode_name} = {value!r}", {**good, field.encode_name: value}


def reading() -> list[tuple[Contract, Endpoint]]:
    """The endpoints that read a JSON body."""
    return [
        (contract, endpoint)
        for contract in CONTRACTS
        for endpoint in contract.table
        # A log-out takes any body, and ends the session that the other tests ask with.
        if endpoint.body is not None and not endpoint.streams and endpoint.method + endpoint.path != LOG_OUT
    ]


def name(part: object) -> str:
    return f"{part.method} {part.path}" if isinstance(part, Endpoint) else ""


def client_of(world: World, contract: Contract, endpoint: Endpoint) -> httpx2.Client:
    """Who may ask."""
    if not endpoint.needs_key:
        return world.tenant.client(headers={"content-type": "application/json"})
    return world.rita.client if contract.prefix == "/api" else world.tenant.live


def path_of(world: World, endpoint: Endpoint) -> Mapping[str, str]:
    """Values of the path's parameters that exist."""
    starts = [start for start in world.path if endpoint.path.startswith(start)]
    return {**dict.fromkeys(("token",), "x"), **world.path[max(starts, key=len)]}


ENDPOINTS = [
    pair for pair in reading() if isinstance(pair[1].body, type) and issubclass(pair[1].body, msgspec.Struct)
]


@pytest.mark.parametrize(("contract", "endpoint"), ENDPOINTS, ids=name)
def test_wrong_types(world: World, server: Server, contract: Contract, endpoint: Endpoint) -> None:
    before, client = rows(server), client_of(world, contract, endpoint)
    good = ask(contract, endpoint, path_of(world, endpoint), **world.fields)
    for what, body in wrong_bodies(endpoint.body, good.body):
        good.body = body
        answer = good.send(client)
        assert 400 <= answer.status_code < 500, f"{what}: {answer.status_code} {answer.text}"
    assert rows(server) == before


@pytest.mark.parametrize("slug", sorted(task_types()))
def test_wrong_types_in_creates(world: World, server: Server, slug: str) -> None:
    if server.settings.database_url:
        pytest.skip("parameters are refused before the database is asked")
    kind = task_types()[slug]
    project = f"of {slug}"
    done(world.tenant.live.post("/v1/projects", json={"name": project, "type": slug}))
    good = {**with_parent(world.tenant, examples_of(kind).good_params["minimal"]), "project": project}
    before = rows(server)
    # Programs send an empty one of the two beside the other; it counts as absent.
    absent = "attachments = []" if "attachment" in good else 'attachment = ""'
    for model in (NewTask, kind.params_model):
        for what, body in wrong_bodies(model, good, of_a_type=model is not NewTask):
            if what == absent:
                continue
            answer = world.tenant.live.post(f"/v1/task/{slug}", json=body)
            assert 400 <= answer.status_code < 500, f"{what}: {answer.status_code} {answer.text}"
    assert rows(server) == before
    done(world.tenant.live.post(f"/v1/task/{slug}", json=good))


@pytest.mark.parametrize(("contract", "endpoint"), reading(), ids=name)
def test_no_json(world: World, server: Server, contract: Contract, endpoint: Endpoint) -> None:
    before, client = rows(server), client_of(world, contract, endpoint)
    wanted = ask(contract, endpoint, path_of(world, endpoint), **world.fields)
    for what, raw in RAW.items():
        answer = client.request(
            wanted.method,
            wanted.url,
            params=wanted.query,
            content=raw,
            headers={"content-type": "application/json"},
        )
        assert 400 <= answer.status_code < 500, f"{what}: {answer.status_code} {answer.text}"
    assert rows(server) == before


def test_of_a_key_that_comes_twice_the_last_counts_everywhere(world: World) -> None:
    """As in the JSON parsers of other servers: what is checked is what is kept."""
    content = (
        b'{"attachment_type":"text","attachment":7,"attachment":"b","categories":["a"],"tags":1,"tags":["x"]}'
    )
    made = world.tenant.live.post(
        "/v1/task/categorization", content=content, headers={"content-type": "text/json"}
    )
    assert made.json()["params"]["attachment"] == "b"
    assert made.json()["tags"] == ["x"]
    content = content.replace(b'7,"attachment":"b"', b'"b","attachment":7')
    again = world.tenant.live.post(
        "/v1/task/categorization", content=content, headers={"content-type": "text/json"}
    )
    refused(again, 400, "attachment")
