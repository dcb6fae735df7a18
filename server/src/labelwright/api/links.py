"""OpenAPI links of the contract: how the answer of one operation leads to the next."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """One way from an answer to other operations.

    Attributes:
        source: where the answer comes from: the method, and the path or the start of the paths that have it.
        pointer: the JSON pointer to the value in the answer.
        target: the paths that the value leads to: where it is in the path, their start.
        parameter: the path or query parameter that takes it; empty when the body does.
        body: the fields of a target's body that take it.
        methods: the verbs of the targets.
    """

    source: tuple[str, str]
    pointer: str
    target: str
    parameter: str = ""
    body: tuple[str, ...] = ()
    methods: frozenset[str] = field(default=frozenset({"get", "post", "put", "delete"}))

    def leaves(self, method: str, path: str) -> bool:
        """Whether an operation's answer has the value."""
        wanted, source = self.source
        if source.endswith("/"):
            return method == wanted and path.startswith(source) and "{" not in path
        return (method, path) == (wanted, source)

    def reaches(self, method: str, path: str) -> bool:
        """Whether an operation takes the value."""
        if method not in self.methods:
            return False
        if path == self.target:
            return True
        # A path with a second parameter cannot be written from one value.
        inside = path.startswith(self.target) and path.count("{") == 1
        return inside and f"{{{self.parameter}}}" in path

    def written(self, operation: Mapping[str, Any]) -> dict[str, Any]:
        """The link to an operation in OpenAPI's form."""
        value = f"$response.body#{self.pointer}"
        link: dict[str, Any] = {"operationId": operation["operationId"]}
        if self.parameter:
            link["parameters"] = {self.parameter: value}
        if self.body:
            link["requestBody"] = dict.fromkeys(self.body, value)
        return link


_GET, _POST = frozenset({"get"}), frozenset({"post"})

V1_LINKS = (
    Link(("post", "/projects"), "/name", "/projects/", "name"),
    Link(("post", "/projects"), "/name", "/batches", body=("project", "name"), methods=_POST),
    Link(("post", "/projects"), "/name", "/tasks", "project", methods=_GET),
    Link(("post", "/batches"), "/name", "/batches/", "name"),
    Link(("post", "/batches"), "/name", "/tasks", "batch", methods=_GET),
    # The batch brings the project, and the project the parameters of its type.
    Link(("post", "/batches"), "/name", "/task/categorization", body=("batch",), methods=_POST),
    Link(("post", "/task/"), "/task_id", "/task/{task_id}", "task_id", methods=_GET),
    Link(("post", "/task/"), "/task_id", "/task/{task_id}/cancel", "task_id"),
    Link(("get", "/task/{task_id}"), "/task_id", "/task/{task_id}/", "task_id"),
    Link(("get", "/tasks"), "/docs/0/task_id", "/task/{task_id}", "task_id", methods=_GET),
    Link(("get", "/tasks"), "/next_token", "/tasks", "next_token", methods=_GET),
    Link(("post", "/evaluation_tasks/{type}"), "/id", "/evaluation_tasks/", "quality_task_id"),
    Link(("post", "/training_tasks/{type}"), "/id", "/training_tasks/", "quality_task_id"),
)
"""What leads where in V1; paths without the prefix."""


def add(paths: Mapping[str, Mapping[str, Any]], links: Iterable[Link], prefix: str) -> None:
    """Write links into the operations of a contract.

    Args:
        paths: the contract's ``paths``; the successes in it are changed.
        links: what leads where.
        prefix: the path before those of the links.
    """
    for link in links:
        for path, method, source in _operations(paths):
            if not link.leaves(method, path.removeprefix(prefix)):
                continue
            success = source["responses"][min(source["responses"])]
            for other, verb, target in _operations(paths):
                if link.reaches(verb, other.removeprefix(prefix)):
                    # Two ways to one operation would overwrite each other under its bare name.
                    name = f"{target['operationId']}_by_{link.pointer.rpartition('/')[2]}"
                    success.setdefault("links", {})[name] = link.written(target)


def _operations(paths: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, Any]]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            yield path, method, operation
