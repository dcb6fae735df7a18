"""Writes the contract: OpenAPI 3.1 made from the tables of endpoints and the task types."""

import re
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any

import msgspec

from labelwright import __version__
from labelwright.api import app, links, v1, v2
from labelwright.api.endpoint import Endpoint
from labelwright.api.errors import AppErrorBody, ErrorBody
from labelwright.tasktypes.registry import task_types

REF = "#/components/schemas/{name}"
_NAME = re.compile(r"{(\w+)}")

REASONS = {
    400: "A parameter is missing or wrong",
    401: "The caller is not known",
    403: "The role does not allow it",
    404: "There is no such thing",
    409: "Taken, or lost to somebody else",
    413: "The body is too large",
    415: "The media type is not read",
    429: "Too many requests",
    503: "The server cannot store or read at present",
}

_RETRY_AFTER = {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 1}}


class Writer:
    """Collects the paths and schemas of one contract.

    Args:
        title: the contract's title.
        prefix: the path before every endpoint's.
        error: the model of an error body.
        security: the security schemes, each of which is enough.
        limited: whether callers' keys have a rate limit.
    """

    def __init__(
        self, title: str, prefix: str, error: type, security: Mapping[str, Any], *, limited: bool = False
    ) -> None:
        self.title, self.prefix, self.error, self.security = title, prefix, error, security
        self.limited = limited
        self.paths: dict[str, dict[str, Any]] = {}
        self.models: list[Any] = [error]
        self._later: list[tuple[dict[str, Any], Any]] = []

    def schema(self, model: Any) -> dict[str, Any]:
        """A schema that is filled in when all models are known."""
        place: dict[str, Any] = {}
        if model is dict:
            return {"type": "object"}
        if isinstance(model, tuple):
            return {"anyOf": [self.schema(one) for one in model]}
        self.models.append(model)
        self._later.append((place, model))
        return place

    def add(self, endpoint: Endpoint) -> None:
        """Add an endpoint."""
        if not endpoint.listed:
            return
        operation: dict[str, Any] = {
            "summary": endpoint.summary,
            "operationId": _operation_id(endpoint),
            "parameters": [*self._path_parameters(endpoint), *self._query_parameters(endpoint)],
            "responses": self._responses(endpoint),
        }
        if not endpoint.needs_key:
            operation["security"] = []
        if endpoint.body is not None:
            operation["requestBody"] = {
                "content": {self._body_type(endpoint): {"schema": self.schema(endpoint.body)}}
            }
        self.paths.setdefault(self.prefix + endpoint.path, {})[endpoint.method.lower()] = operation

    @staticmethod
    def _body_type(endpoint: Endpoint) -> str:
        return endpoint.media_type if endpoint.streams else "application/json"

    @staticmethod
    def _path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "string", **({"enum": sorted(task_types())} if name == "type" else {})},
            }
            for name in _NAME.findall(endpoint.path)
        ]

    def _query_parameters(self, endpoint: Endpoint) -> list[dict[str, Any]]:
        if endpoint.query is None:
            return []
        return [
            {
                "name": field.encode_name,
                "in": "query",
                "required": field.required,
                "schema": self.schema(field.type),
            }
            for field in msgspec.structs.fields(endpoint.query)
        ]

    def _responses(self, endpoint: Endpoint) -> dict[str, Any]:
        if endpoint.answer is None:
            text = endpoint.media_type if endpoint.media_type.startswith("text/") else "text/plain"
            done: dict[str, Any] = {"content": {text: {"schema": {"type": "string"}}}}
        else:
            done = {"content": {"application/json": {"schema": self.schema(endpoint.answer)}}}
        responses: dict[str, Any] = {str(endpoint.status): {"description": "Done", **done}}
        # The door refuses bodies with U+0000 wherever it reads one.
        of_the_body = {400} if endpoint.body is not None else set()
        of_the_key = {429} if self.limited and endpoint.needs_key else set()
        for status in sorted({*endpoint.errors, *of_the_body, *of_the_key, 401, 503}):
            responses[str(status)] = {
                "description": REASONS[status],
                "content": {"application/json": {"schema": self.schema(self.error)}},
            }
        for later in {"429", "503"} & responses.keys():
            responses[later]["headers"] = {"Retry-After": _RETRY_AFTER}
        return responses

    def document(self) -> dict[str, Any]:
        """The whole contract."""
        unique = list({id(model): model for model in self.models}.values())
        schemas, components = msgspec.json.schema_components(unique, ref_template=REF)
        by_model = {id(model): schema for model, schema in zip(unique, schemas, strict=True)}
        for place, model in self._later:
            place.update(by_model[id(model)])
        return {
            "openapi": "3.1.0",
            "info": {"title": self.title, "version": __version__, "license": {"name": "Apache-2.0"}},
            "paths": dict(sorted(self.paths.items())),
            "components": {
                "schemas": dict(sorted(components.items())),
                "securitySchemes": dict(self.security),
            },
            "security": [{name: []} for name in self.security],
        }


def _operation_id(endpoint: Endpoint) -> str:
    if endpoint.operation:
        return endpoint.operation
    module = endpoint.handler.__module__.rpartition(".")[2]
    return f"{module}_{endpoint.handler.__name__}"


def v1_contract() -> dict[str, Any]:
    """The contract of V1."""
    schemes = {
        "basic": {"type": "http", "scheme": "basic", "description": "The API key as user name"},
        "bearer": {"type": "http", "scheme": "bearer"},
    }
    writer = Writer("Labelwright API, V1", "/v1", ErrorBody, schemes, limited=True)
    for endpoint in v1.ENDPOINTS:
        if endpoint.path != "/task/{type}":
            writer.add(endpoint)
            continue
        # One create for each task type, with its own parameters in the body.
        for slug, kind in sorted(task_types().items()):
            typed = Endpoint(
                endpoint.method,
                f"/task/{slug}",
                endpoint.handler,
                f"Create a task of type {kind.slug}",
                answer=endpoint.answer,
                body=endpoint.body,
                errors=endpoint.errors,
            )
            writer.add(typed)
            operation = writer.paths[f"/v1/task/{slug}"]["post"]
            operation["operationId"] = f"tasks_create_{slug}"
            content = operation["requestBody"]["content"]["application/json"]
            content["schema"] = {"allOf": [content["schema"], writer.schema(kind.params_model)]}
            writer.schema(kind.answer_model)
    document = writer.document()
    links.add(document["paths"], links.V1_LINKS, writer.prefix)
    return document


def v2_contract() -> dict[str, Any]:
    """The contract of V2, with the names of the published models (wire/v2-objects, wire/v2-conversations)."""
    schemes = {
        "bearerAuth": {"type": "http", "scheme": "bearer"},
        "basicAuth": {"type": "http", "scheme": "basic", "description": "The API key as user name"},
    }
    writer = Writer("Labelwright API, V2", "/v2", ErrorBody, schemes, limited=True)
    for endpoint in v2.ENDPOINTS:
        writer.add(endpoint)
    for model in v2.FILES:
        writer.schema(model)
    document = writer.document()
    components = document["components"]["schemas"]
    components |= v2.UNIONS
    named: dict[str, Any] = _named(document, set(v2.UNIONS))
    return named


def _named(value: Any, names: Set[str]) -> Any:
    """Put references where a schema is only a title that is the name of one."""
    if isinstance(value, list):
        return [_named(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    title = value.get("title")
    if isinstance(title, str) and title in names and not {"type", "anyOf", "oneOf"} & value.keys():
        return {"$ref": REF.format(name=title)}
    return {key: _named(one, names) for key, one in value.items()}


def app_contract() -> dict[str, Any]:
    """The contract of the web app's API."""
    schemes = {"session": {"type": "apiKey", "in": "cookie", "name": "labelwright_session"}}
    writer = Writer("Labelwright app API", "/api", AppErrorBody, schemes)
    for endpoint in app.ENDPOINTS:
        writer.add(endpoint)
    return writer.document()


CONTRACTS = {"v1.json": v1_contract, "v2.json": v2_contract, "app.json": app_contract}


def text(document: Mapping[str, Any]) -> str:
    """A contract as it is checked in."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def write(folder: Path) -> Sequence[Path]:
    """Write every contract into a folder; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, make in CONTRACTS.items():
        path = folder / name
        path.write_text(text(make()))
        written.append(path)
    return written
