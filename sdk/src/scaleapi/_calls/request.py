"""The value that describes one API call, and the helpers every operation shares."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar, cast

from scaleapi.exceptions import ScaleInvalidRequest

if TYPE_CHECKING:
    from scaleapi._engine.uploads import Multipart
    from scaleapi._pages import Paginator

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class _NoBody(Enum):
    NO_BODY = "no body"


NO_BODY: Final = _NoBody.NO_BODY
"""Send nothing. `{}`, `[]` and None are bodies of their own."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """How to find what a create left behind when its answer was lost.

    Attributes:
        lookup: The request that would list it.
        pick: Takes the lookup's JSON; returns the resource's JSON, or None if it is not (provably) ours.
    """

    lookup: Request[Any]
    pick: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Request(Generic[T_co]):
    """One call, not yet sent.

    Attributes:
        method: HTTP verb.
        path: Below the base URL, without a leading slash, every segment already quoted; or a whole http(s) URL,
            which is sent the key only if it is of the base URL's host.
        parse: Makes the result from the decoded JSON and the client that asked.
        query: Query parameters; None values are left out, lists repeat the key.
        body: JSON body, or `NO_BODY`.
        upload: Multipart body, instead of `body`.
        headers: Extra headers.
        repeatable: True if doing it twice leaves the same state as doing it once; decides about retries after
            a failure that may have reached the server.
        expects: "json": a body that is not JSON is an error. "text": such a body is an answer too, read as
            None. "ok": only an empty body or a bare ``OK`` may stand in for JSON. "bytes": the body as it is.
            "answer": status, headers and body as they are.
        recovery: What to do when a repeated create meets its own first try.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    parse: Callable[[Any, Any], T_co]
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    body: Any = NO_BODY
    upload: Multipart | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    repeatable: bool = True
    expects: Literal["json", "text", "ok", "bytes", "answer"] = "json"
    recovery: Recovery | None = None


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A walk over all pages of a listing, not yet begun.

    Attributes:
        first: Asks for the first page; each page knows the request for the next.
        prefetch: Ask for the next page while the present one is being consumed.
        key: Tells documents apart where pages can overlap; None where they cannot.
    """

    first: Request[Paginator[T]]
    prefetch: bool = False
    key: Callable[[T], object] | None = None


def segment(value: object, what: str) -> str:
    """Quotes one path segment; nothing is left unescaped, so ``a bc/def`` becomes ``a%20bc%2Fdef``.

    Args:
        value: A name or id.
        what: Its parameter name, for the error.

    Raises:
        ScaleInvalidRequest: It is None or empty: the URL would name another resource.
    """
    if value is None or value == "":
        raise ScaleInvalidRequest(f"{what} must not be empty")
    text = urllib.parse.quote(str(value), safe="")
    # A bare dot segment would be folded away by URL normalisation.
    return text.replace(".", "%2E") if text in {".", ".."} else text


def wire(value: Any) -> Any:
    """The form a value has in a query string: enums by value, booleans as true/false, times as ISO 8601."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def query_string(query: Mapping[str, Any]) -> str:
    """Encodes query parameters: None is left out, lists, tuples and sets repeat the key."""
    pairs: list[tuple[str, Any]] = []
    for name, value in query.items():
        if value is None:
            continue
        if isinstance(value, list | tuple | set | frozenset):
            items = cast("Iterable[Any]", value)
            pairs.extend((name, wire(item)) for item in items if item is not None)
        else:
            pairs.append((name, wire(value)))
    return urllib.parse.urlencode(pairs)


def given(**fields: Any) -> dict[str, Any]:
    """The keyword arguments that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def slug(task_type: object, what: str = "task_type") -> str:
    """The wire name of a task type given as an enum member or a string (a type newer than this release, say).

    Raises:
        ScaleInvalidRequest: It is neither.
    """
    value = task_type.value if isinstance(task_type, Enum) else task_type
    if not isinstance(value, str) or not value:
        raise ScaleInvalidRequest(f"{what} must be a TaskType or a non-empty string, not {task_type!r}")
    return value


def names(values: Sequence[str], what: str) -> list[str]:
    """A list of names or addresses.

    Args:
        values: The names.
        what: The parameter's name, for the error.

    Raises:
        ScaleInvalidRequest: It is one string: its letters would be taken for names.
    """
    if isinstance(values, str):
        raise ScaleInvalidRequest(f"{what} must be a list of strings, not one string")
    return list(values)


def as_json(value: Any, client: Any) -> Any:  # noqa: ARG001  # the signature of every parser
    """The parser of calls whose result is the JSON itself."""
    return value


def as_nothing(value: Any, client: Any) -> None:
    """The parser of calls without a result."""
