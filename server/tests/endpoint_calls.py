"""Makes a request for any endpoint out of its row in the table, so that a new endpoint is tested at once."""

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import httpx2
import msgspec
from server.tests.answers import Contract
from server.tests.harness import segment

from labelwright.api.endpoint import Endpoint

NOWHERE = {
    "task_id": "0" * 24,
    "name": "nothing",
    "id": "0" * 24,
    "type": "categorization",
    "quality_task_id": "0" * 24,
    "group": "nothing",
    "token": f"{'0' * 24}.{'0' * 32}",
    "uuid": "0b0e6d5a-7d5f-4e9e-9b1c-2f0d9d4b2a11",
    "taskId": "0" * 24,
    "attachmentId": "nothing",
}
"""Values of path parameters that lead to nothing; a new parameter has to be added."""


@dataclass
class Ask:
    """One request."""

    method: str
    url: str
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    multipart: Any = None

    def send(self, client: httpx2.Client, **more: Any) -> httpx2.Response:
        """Send it; further options go to the client."""
        options: dict[str, Any] = {"params": self.query}
        if self.multipart is not None:
            options |= {"files": {"file": ("a.txt", b"hello")}, "data": self.multipart}
        elif self.method != "GET":
            options["json"] = {} if self.body is None else self.body
        return client.request(self.method, self.url, **{**options, **more})


def ask(contract: Contract, endpoint: Endpoint, path: Mapping[str, str] = NOWHERE, **fields: Any) -> Ask:
    """A valid request for an endpoint.

    Args:
        contract: the endpoint's contract.
        endpoint: the row.
        path: values of the path's parameters.
        fields: values for fields of the query or body, where the endpoint has them.
    """
    url = contract.prefix + endpoint.path
    for name in [part[1:-1] for part in endpoint.path.split("/") if part.startswith("{")]:
        url = url.replace(f"{{{name}}}", segment(path[name]))
    made = Ask(endpoint.method, url)
    if endpoint.query is not None:
        made.query = {k: v for k, v in fields.items() if k in endpoint.query.__struct_fields__}
    if endpoint.streams:
        made.multipart = {k: v for k, v in fields.items() if k in endpoint.body.__struct_fields__}
    elif endpoint.body is not None:
        made.body = example(endpoint.body, fields)
        if endpoint.path == "/task/{type}":
            made.body = {"attachment": "x", "attachment_type": "text", "categories": ["a"], **made.body}
    return made


def example(model: Any, fields: Mapping[str, Any] = types.MappingProxyType({})) -> Any:
    """The smallest valid value of a body's model, with some fields given."""
    if isinstance(model, type) and issubclass(model, msgspec.Struct):
        needed = {f.encode_name: example(f.type) for f in msgspec.structs.fields(model) if f.required}
        return needed | {k: v for k, v in fields.items() if k in model.__struct_fields__}
    origin = get_origin(model)
    if origin is Annotated:
        return example(get_args(model)[0])
    if origin is Literal:
        return get_args(model)[0]
    if origin in {Union, types.UnionType}:
        return example(get_args(model)[0])
    simple = {str: "x", int: 20, bool: True, float: 1.0, dict: {}, list: [], msgspec.Raw: {}, Any: {}}
    return simple[origin or model]
