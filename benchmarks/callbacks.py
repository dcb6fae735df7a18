"""Callbacks delivered a second to a receiver on this machine, which answers at once."""

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import httptools
import uvloop

from benchmarks import scale, seeding, servers
from benchmarks.tables import Table

_OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


class _Receiver(asyncio.Protocol):
    """Counts whole requests, and sets an event when all have come."""

    arrived = 0
    first = last = 0.0

    def __init__(self, wanted: int, done: asyncio.Event) -> None:
        self._wanted, self._done = wanted, done

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        _Receiver.last = time.perf_counter()
        _Receiver.first = _Receiver.first or _Receiver.last
        _Receiver.arrived += 1
        self._transport.write(_OK)
        if _Receiver.arrived == self._wanted:
            self._done.set()


def _receive(wanted: int, pipe: "Connection[object, object]") -> None:
    """Tell the port, and when all have come how many seconds that took."""

    async def whole() -> None:
        done = asyncio.Event()
        server = await asyncio.get_running_loop().create_server(
            lambda: _Receiver(wanted, done), "127.0.0.1", 0
        )
        pipe.send(server.sockets[0].getsockname()[1])
        await done.wait()
        pipe.send(_Receiver.last - _Receiver.first)

    uvloop.run(whole())


def measure(count: int, *, databases: Sequence[str]) -> Table:
    """Owe so many callbacks, start the server, and see how long the receiver is kept busy."""
    table = Table("Callbacks delivered to one host", ["database", "callbacks", "a second"])
    with tempfile.TemporaryDirectory() as folder:
        for name, data, url in scale.each(Path(folder), databases):
            seconds = _deliver(name, data, url, count)
            table.add(name, f"{count:,}", f"{count / seconds:,.0f}")
            print(name, f"{count / seconds:,.0f} callbacks/s", flush=True)
    return table


def _deliver(name: str, data: Path, url: str, count: int) -> float:
    world = scale.prepare(data, url)
    context = multiprocessing.get_context("spawn")
    pipe, far = context.Pipe()
    receiver = context.Process(target=_receive, args=(count, far))
    receiver.start()
    try:
        address = f"http://127.0.0.1:{pipe.recv()}/"
        ids = seeding.in_store(data, url, lambda store: seeding.add_tasks(store, world, 0, 6 * count))[:count]
        seeding.in_store(data, url, lambda store: seeding.add_callbacks(store, world, address, ids))
        seeding.settle(url)
        with servers.labelwright(name, data, url):
            if not pipe.poll(300):
                raise RuntimeError(f"not all of the {count} callbacks arrived")
            seconds: float = pipe.recv()
            return seconds
    finally:
        receiver.terminate()
        receiver.join()
