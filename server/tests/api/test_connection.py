"""What a connection writes, and when; how long it waits is tested on a real server (``tests/contract``)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from labelwright.api.connection import connection

App = Callable[[Any, Any, Any], Awaitable[None]]
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
ASK = b"GET /%d HTTP/1.1\r\nhost: x\r\n\r\n"


class Wire(asyncio.Transport):
    """Notes what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed
        self.written.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


def written(app: App, *requests: bytes) -> Wire:
    """What a connection wrote when an application had answered requests."""
    wire = Wire()

    async def main() -> None:
        config = uvicorn.Config(app, log_config=None, access_log=False)
        config.load()
        # uvicorn's protocols are made with more than asyncio's type says.
        protocol: Any = connection(60)(config=config, server_state=ServerState(), app_state={})  # type: ignore[call-arg]
        protocol.connection_made(wire)
        for request in requests:
            protocol.data_received(request)
        for _ in range(20):
            await asyncio.sleep(0)
        protocol.connection_lost(None)

    asyncio.run(main())
    return wire


async def ready(scope: Any, receive: Any, send: Any) -> None:
    """Has its answer at once."""
    await send(START)
    await send({"type": "http.response.body", "body": b"ok"})


async def later(scope: Any, receive: Any, send: Any) -> None:
    """Has news only after a while."""
    await send({**START, "headers": []})
    for piece in (b"a", b"b"):
        for _ in range(3):
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": piece, "more_body": True})


async def broken(scope: Any, receive: Any, send: Any) -> None:
    """Breaks in the middle of its answer."""
    await send(START)
    raise RuntimeError("broken")


def test_head_and_body_leave_together() -> None:
    (one,) = written(ready, ASK % 1).written
    assert one.startswith(b"HTTP/1.1 200 OK\r\n")
    assert one.endswith(b"\r\n\r\nok")


@pytest.mark.parametrize("requests", [(ASK % 1 + ASK % 2,), (ASK % 1, ASK % 2)])
def test_so_do_those_of_the_next_answer(requests: tuple[bytes, ...]) -> None:
    answers = written(ready, *requests).written
    assert [one[-6:] for one in answers] == [b"\r\n\r\nok"] * 2


def test_the_head_of_a_stream_does_not_wait_for_news() -> None:
    head, *pieces = written(later, ASK % 1).written
    assert head.endswith(b"\r\n\r\n")
    assert pieces == [b"1\r\na\r\n", b"1\r\nb\r\n"]


def test_a_head_is_sent_before_the_connection_is_closed() -> None:
    wire = written(broken, ASK % 1)
    assert wire.closed
    assert len(wire.written) == 1
    assert wire.written[0].startswith(b"HTTP/1.1 200 OK\r\n")
