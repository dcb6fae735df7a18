"""A load generator: raw HTTP/1.1 over kept-alive connections, one request at a time on each."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httptools
import uvloop

Request = tuple[str, bytes]
"""(name of the operation, the whole request as bytes)."""


@dataclass
class Sample:
    """Latencies in seconds by operation, and how long the whole run took."""

    seconds: float = 0.0
    latencies: dict[str, list[float]] = field(default_factory=dict)
    bad: int = 0
    first_bad: str = ""

    def rate(self, name: str) -> float:
        """Requests a second."""
        return len(self.latencies.get(name, ())) / self.seconds if self.seconds else 0.0

    def quantile(self, name: str, q: float) -> float:
        """A latency quantile in milliseconds."""
        ordered = sorted(self.latencies.get(name, ()))
        return ordered[min(len(ordered) - 1, int(len(ordered) * q))] * 1000 if ordered else 0.0


def request(
    method: str, path: str, host: str, headers: dict[str, str] | None = None, body: bytes | None = None
) -> bytes:
    """Write a request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")


class _Connection(asyncio.Protocol):
    """One kept-alive connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._parts.append(body)

    def on_message_complete(self) -> None:
        if not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), b"".join(self._parts)))

    def connection_lost(self, error: Exception | None) -> None:
        if hasattr(self, "_answer") and not self._answer.done():
            self._answer.set_exception(error or ConnectionError("closed"))

    async def ask(self, data: bytes) -> tuple[int, bytes]:
        """Send a request and wait for its answer."""
        self._parser = httptools.HttpResponseParser(self)
        self._parts: list[bytes] = []
        self._answer: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()
        self.transport.write(data)
        return await self._answer


Script = Callable[[int, bytes | None], Request | None]
"""Next request of connection n, given the last answer's body; None ends the connection's work."""


async def _drive(host: str, port: int, n: int, script: Script, until: float, sample: Sample) -> None:
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(_Connection, host, port)
    last: bytes | None = None
    while time.perf_counter() < until:
        step = script(n, last)
        if step is None:
            break
        name, data = step
        started = time.perf_counter()
        status, last = await connection.ask(data)
        sample.latencies.setdefault(name, []).append(time.perf_counter() - started)
        if status != 200:
            sample.bad += 1
            sample.first_bad = sample.first_bad or f"{name}: {status} {last[:300]!r}"
    connection.transport.close()


def run(host: str, port: int, connections: int, script: Script, seconds: float) -> Sample:
    """Drive a server for some seconds; raises when an answer was not 200."""

    async def whole() -> Sample:
        sample = Sample()
        started = time.perf_counter()
        await asyncio.gather(
            *(_drive(host, port, n, script, started + seconds, sample) for n in range(connections))
        )
        sample.seconds = time.perf_counter() - started
        return sample

    sample = uvloop.run(whole())
    if sample.bad:
        raise RuntimeError(f"{sample.bad} bad answers, the first: {sample.first_bad}")
    return sample
