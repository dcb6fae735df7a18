"""What passes between the engine and a transport."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from scaleapi._engine.uploads import Multipart

Seconds: TypeAlias = float | None
"""A time limit in seconds; None waits for ever."""


@dataclass(frozen=True, slots=True)
class Send:
    """One attempt, ready for the wire.

    Attributes:
        method: HTTP verb.
        url: Absolute, with query.
        headers: All headers except those HTTP itself needs; not shown, the key is among them.
        body: Bytes, a multipart body to be opened for this attempt, or None.
        connect_timeout: Limit for reaching the server, TLS included.
        read_timeout: Limit for each wait for data, in either direction.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | Multipart | None
    connect_timeout: Seconds
    read_timeout: Seconds


@dataclass(frozen=True, slots=True)
class Sleep:
    """A pause before the next attempt, in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP response.

    Attributes:
        status: HTTP status.
        headers: Response headers; lookup ignores case.
        body: The decompressed body.
        elapsed: Seconds from sending to the last byte.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the server reports success (2xx)."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Failure:
    """No complete response.

    Attributes:
        error: What the transport met.
        reason: The same in words, without secrets.
        may_have_acted: False only if the request certainly never reached the server.
        timed_out: A time limit ended it.
        permanent: Trying again cannot help (a certificate that does not verify, say).
        elapsed: Seconds until it failed.
    """

    error: Exception
    reason: str
    may_have_acted: bool = True
    timed_out: bool = False
    permanent: bool = False
    elapsed: float = 0.0


class Transport(Protocol):
    """What carries attempts: `scaleapi._wire.sync.PooledTransport`, or a replacement given to the client."""

    def send(self, step: Send) -> Answer | Failure:
        """Makes one attempt. Never raises for network trouble: that is a `Failure`."""
        ...

    def close(self) -> None:
        """Releases the connections."""
        ...
