"""The contract is one table: each endpoint is declared once, and everything else is made from the declaration."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import msgspec

from labelwright.api import query
from labelwright.domain.platform import Platform
from labelwright.domain.principals import Program, Worker
from labelwright.errors import RequestError, Unauthorized
from labelwright.validation import decoding

M = TypeVar("M")
JSON = b"application/json"


@dataclass(slots=True)
class Answer:
    """What a handler gives back.

    Attributes:
        body: the whole body, or an iterator that streams it.
        status: the HTTP status.
        content_type: the media type.
        headers: further headers, lower-case.
    """

    body: bytes | AsyncIterator[bytes]
    status: int = 200
    content_type: bytes = JSON
    headers: Sequence[tuple[bytes, bytes]] = ()


@dataclass(slots=True)
class Call:
    """One request on its way to a handler.

    Attributes:
        platform: the running platform.
        principal: who asks; None where the endpoint is open.
        path: the path's parameters, percent-decoded.
        query_string: the raw query.
        headers: lower-case names.
        body: the whole body; empty for streamed ones.
        decoded: the model of a large body that was read ahead, and what came of it: a value, or a refusal.
        source: the network address that asks; empty when it is not known.
        stream: the pieces of a body that is not read ahead (uploads).
    """

    platform: Platform
    principal: Program | Worker | None
    path: Mapping[str, str]
    query_string: bytes
    headers: Mapping[bytes, bytes]
    body: bytes = b""
    decoded: tuple[Any, Any] | None = None
    source: str = ""
    stream: AsyncIterator[bytes] | None = None

    @property
    def program(self) -> Program:
        """The program that asks.

        Raises:
            Unauthorized: it is not a program.
        """
        if not isinstance(self.principal, Program):
            raise Unauthorized("Invalid API key provided.")
        return self.principal

    @property
    def worker(self) -> Worker:
        """The person who asks.

        Raises:
            Unauthorized: it is not a person.
        """
        if not isinstance(self.principal, Worker):
            raise Unauthorized("Please log in.")
        return self.principal

    def json(self, model: type[M]) -> M:
        """Read the body; an empty one counts as ``{}`` (wire/requests §2).

        Raises:
            InvalidParameter: it does not fit the model.
        """
        if self.decoded is not None and self.decoded[0] is model:
            if isinstance(self.decoded[1], RequestError):
                raise self.decoded[1]
            return cast("M", self.decoded[1])
        return decoding.decode(model, self.body or b"{}")

    def query(self, model: type[M]) -> M:
        """Read the query; unknown parameters are ignored, empty ones count as absent (wire/requests §2).

        Raises:
            InvalidParameter: a parameter does not fit the model.
        """
        return query.read(model, self.query_string)


Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the table.

    Attributes:
        method: the verb.
        path: the path below the door, ``{name}`` for parameters.
        handler: what answers.
        summary: one sentence for the contract.
        answer: the model of a success's body, or a tuple of those it may be; None for text.
        query: the model of the query.
        body: the model of the JSON body.
        errors: the statuses it may refuse with, besides 401 and 429.
        needs_key: whether the caller has to be known.
        streams: whether the handler reads the body piece by piece.
        media_type: the body's media type for the contract.
        listed: whether it appears in the contract.
        status: the status of a success.
        operation: the contract's name of the operation; module and function when empty.
        large: whether the body may have the setting ``body_limit``'s size: parameters of tasks, and answers.
        keeps_texts: whether what may be large in the body is a JSON text or left out in the model ``body``, so that
            the body can be read in another process.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    answer: Any = None
    query: type[msgspec.Struct] | None = None
    body: Any = None
    errors: tuple[int, ...] = ()
    needs_key: bool = True
    streams: bool = False
    media_type: str = "application/json"
    listed: bool = True
    status: int = 200
    operation: str = ""
    large: bool = False
    keeps_texts: bool = False


def reply(value: object, status: int = 200) -> Answer:
    """Answer with a value as JSON."""
    return Answer(msgspec.json.encode(value), status)
