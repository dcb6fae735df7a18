"""Checks every answer that a test gets against the checked-in contract, and remembers which answers were seen.

The habit is Zulip's: documentation that the test suite itself proves cannot drift away from the server.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec

from labelwright.api import app as app_api
from labelwright.api import files as file_api
from labelwright.api import v1, v2
from labelwright.api.endpoint import Endpoint
from labelwright.api.routing import Routes
from labelwright.errors import RequestError

FOLDER = Path(__file__).parents[2] / "contract"
Seen = tuple[str, str, int]
"""(method, prefix and path of the table, status)."""

AT_THE_DOOR = frozenset({405, 408, 413, 503})
"""Refusals of the door itself: a verb that the path does not have, a body that is too slow or too large, no room."""

SEEN: set[Seen] = set()


def _closed(schema: Any) -> Any:
    """The same schema where an object may only have the keys that it names."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if isinstance(closed.get("properties"), dict) and closed.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


class Contract:
    """One contract and the table of endpoints that it was written from.

    Args:
        name: the file in ``contract/``; empty for a table without a contract.
        prefix: the path before every endpoint's.
        table: the endpoints.
    """

    def __init__(self, name: str, prefix: str, table: Iterable[Endpoint]) -> None:
        self.prefix = prefix
        self.table = tuple(table)
        self.document: Mapping[str, Any] = (
            msgspec.json.decode((FOLDER / name).read_bytes()) if name else {"paths": {}, "components": {}}
        )
        self._routes = Routes(self.table)
        self._components = _closed(self.document["components"])
        self._validators: dict[tuple[str, str, str], Any] = {}

    def find(self, method: str, raw_path: bytes) -> tuple[Endpoint, Mapping[str, str]] | None:
        """The endpoint that answers, if any does."""
        try:
            return self._routes.find(method, raw_path[len(self.prefix) :])
        except RequestError:
            return None

    def check(self, method: str, raw_path: bytes, status: int, kind: str, body: bytes) -> None:
        """Check one answer.

        Raises:
            AssertionError: the contract says something else.
        """
        what = f"{method} {raw_path.decode('latin-1')} -> {status} {body[:300]!r}"
        assert status < 500, f"{what}: the server broke"
        found = self.find(method, raw_path)
        if found is None:
            assert status in {400, 401, 404, 405, 429}, what
            self._check_error(what, body)
            return
        endpoint, path = found
        SEEN.add((method, self.prefix + endpoint.path, status))
        if not endpoint.listed:
            return
        documented = self.prefix + endpoint.path
        if endpoint.path == "/task/{type}":
            documented = documented.replace("{type}", path["type"])
            if documented not in self.document["paths"]:
                documented = f"{self.prefix}/task/imageannotation"
        responses = self.document["paths"][documented][method.lower()]["responses"]
        if str(status) not in responses:
            assert status in AT_THE_DOOR, f"{what}: the contract does not have this status"
            self._check_error(what, body)
            return
        (media_type,) = responses[str(status)]["content"]
        assert kind.partition(";")[0] == media_type, f"{what}: {kind} instead of {media_type}"
        if media_type == "application/json":
            schema = responses[str(status)]["content"][media_type]["schema"]
            self._validate((method, documented, str(status)), schema, what, body)

    def _validate(self, place: tuple[str, str, str], schema: Any, what: str, body: bytes) -> None:
        validator = self._validators.get(place)
        if validator is None:
            whole = {**_closed(schema), "components": self._components}
            validator = self._validators[place] = jsonschema_rs.validator_for(whole)
        for error in validator.iter_errors(msgspec.json.decode(body)):
            raise AssertionError(f"{what}: {error.message} at {error.instance_path}")

    def _check_error(self, what: str, body: bytes) -> None:
        name = "AppErrorBody" if self.prefix == "/api" else "ErrorBody"
        self._validate(("", "", name), {"$ref": f"#/components/schemas/{name}"}, what, body)


CONTRACTS = (
    Contract("v1.json", "/v1", v1.ENDPOINTS),
    Contract("app.json", "/api", app_api.ENDPOINTS),
    Contract("v2.json", "/v2", v2.ENDPOINTS),
)
FILES = Contract("", "/files", file_api.ENDPOINTS)


def check(method: str, raw_path: bytes, status: int, kind: str, body: bytes) -> None:
    """Check one answer of a server against whichever contract has its path.

    Raises:
        AssertionError: the contract says something else, or the status is a 5xx.
    """
    for contract in CONTRACTS:
        if raw_path.startswith(contract.prefix.encode() + b"/"):
            contract.check(method, raw_path, status, kind, body)
            return
    assert status < 500 or status == 503, f"{method} {raw_path!r} -> {status}"


def endpoints() -> Iterator[tuple[Contract, Endpoint]]:
    """Every endpoint that a contract lists."""
    for contract in CONTRACTS:
        for endpoint in contract.table:
            if endpoint.listed:
                yield contract, endpoint


REASONS: Mapping[Seen, str] = {}
"""Answers that the contract has and the suite does not ask for, each with the reason."""


def unseen(seen: Iterable[Seen]) -> list[str]:
    """Declared answers that no test got, and that have no reason either."""
    known = {*seen, *REASONS}
    return [
        f"{endpoint.method} {contract.prefix}{endpoint.path} -> {status}"
        for contract, endpoint in endpoints()
        for status in sorted({endpoint.status, *_declared(endpoint)})
        if (endpoint.method, contract.prefix + endpoint.path, status) not in known
    ]


def _declared(endpoint: Endpoint) -> set[int]:
    return {*endpoint.errors, 401} if endpoint.needs_key or 401 in endpoint.errors else set(endpoint.errors)


_OBJECT_ID = re.compile(r"[0-9a-f]{24}\Z")


def is_id(text: str) -> bool:
    """Whether this is the wire's form of an id (wire/requests §3)."""
    return _OBJECT_ID.match(text) is not None
