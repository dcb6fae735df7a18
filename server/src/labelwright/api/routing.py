"""Finds the endpoint of a path; segments are split before they are decoded, so a name may hold ``%2F``."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from labelwright.api.endpoint import Endpoint
from labelwright.errors import InvalidParameter, MethodNotAllowed, NotFound


@dataclass(slots=True)
class _Node:
    fixed: dict[str, "_Node"] = field(default_factory=dict)
    any: "_Node | None" = None
    endpoints: dict[str, Endpoint] = field(default_factory=dict)


class Routes:
    """A tree of path segments.

    Args:
        table: the endpoints of one door.
    """

    def __init__(self, table: Sequence[Endpoint]) -> None:
        self._root, self._table = _Node(), table
        for endpoint in table:
            node = self._root
            for segment in endpoint.path.strip("/").split("/"):
                if segment.startswith("{"):
                    node.any = node.any or _Node()
                    node = node.any
                else:
                    node = node.fixed.setdefault(segment, _Node())
            if endpoint.method in node.endpoints:
                raise RuntimeError(f"{endpoint.method} {endpoint.path} is declared twice")
            node.endpoints[endpoint.method] = endpoint

    def find(self, method: str, raw_path: bytes) -> tuple[Endpoint, dict[str, str]]:
        """The endpoint of a path, and the path's parameters.

        Args:
            method: the verb.
            raw_path: the path below the door, still percent-encoded.

        Raises:
            NotFound: no endpoint has this path.
            MethodNotAllowed: one has, with another verb.
            InvalidParameter: a segment is not UTF-8.
        """
        segments = [_decoded(part) for part in raw_path.strip(b"/").split(b"/")]
        endpoint = self._walk(self._root, segments, method)
        if endpoint is None:
            verbs = {e.method for e in self._table if self._walk(self._root, segments, e.method)}
            if not verbs:
                raise NotFound("There is nothing at this path.", field="path")
            raise MethodNotAllowed(f"This path answers to {', '.join(sorted(verbs))} only.", field="method")
        names = [part[1:-1] for part in endpoint.path.strip("/").split("/")]
        wanted = endpoint.path.strip("/").split("/")
        values = {
            name: value
            for name, part, value in zip(names, wanted, segments, strict=True)
            if part.startswith("{")
        }
        return endpoint, values

    def _walk(self, node: _Node, segments: Sequence[str], method: str) -> Endpoint | None:
        if not segments:
            return node.endpoints.get(method)
        first, rest = segments[0], segments[1:]
        fixed = node.fixed.get(first)
        found = self._walk(fixed, rest, method) if fixed else None
        # A name may be the same word as a fixed segment that has other verbs.
        if found is None and node.any is not None and first:
            found = self._walk(node.any, rest, method)
        return found


def _decoded(segment: bytes) -> str:
    if b"%" in segment:
        segment = unquote_to_bytes(segment)
    try:
        text = segment.decode()
    except UnicodeDecodeError as error:
        raise InvalidParameter("The path is not valid UTF-8.", field="path") from error
    if "\x00" in text:
        raise InvalidParameter("The path contains an invalid character.", field="path")
    return text
