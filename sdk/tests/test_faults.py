"""What a caller sees of each fault of a server, with both clients: the outcome, the tries, and what was stored."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

import pytest

from scaleapi import exceptions
from scaleapi.aio import AsyncScaleClient

KEY = "test_0123456789abcdef"
NOW = 1_795_000_000.0
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TASK = b'{"task_id": "t", "type": "chat", "status": "pending"}'
WHOLE = HEAD + b"Content-Length: %d\r\n\r\n" % len(TASK) + TASK
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
HTML = {"Content-Type": "text/html"}

CALLS = {
    "get": ("GET /v1/task/t$", "get_task", ("t",), {}),
    "put": ("PUT", "add_task_tags", ("t", ["x"]), {}),
    "create": ("POST", "create_task", ("chat",), {}),
    "create with unique_id": ("POST", "create_task", ("chat",), {"unique_id": "u"}),
}


@dataclass(frozen=True)
class Fault:
    """One row: what goes wrong once, and what comes of it.

    Attributes:
        answer: Instead of the server's: a status with body and headers, bytes as they go over the wire, or "drop".
        outcomes: For each of `CALLS`: the exception's name or "ok", and how often the request was sent.
        acted: Whether the server carried the request out before.
        stall: Say nothing more after the bytes, instead of closing the connection.
        pause: Seconds waited before the second try; None where that is not the question.
    """

    answer: Any
    outcomes: str
    acted: bool = True
    stall: bool = False
    pause: float | None = None


# An answer that was lost: what may be repeated is repeated, a create without a name is not.
LOST = "ok 2, ok 2, {0} 1, ok 2"
# A refusal: nothing can have happened, so everything is repeated.
REFUSED = "ok 2, ok 2, ok 2, ok 2"
FINAL = "{0} 1, {0} 1, {0} 1, {0} 1"
LIMITED = (429, {"error": "slow down"})

FAULTS = {
    "dropped before it acted": Fault("drop", LOST.format("ScaleConnectionError"), acted=False),
    "dropped after it had acted": Fault("drop", LOST.format("ScaleConnectionError")),
    "half a status line": Fault(b"HTTP/1.1 2", LOST.format("ScaleConnectionError")),
    "half the headers": Fault(HEAD + b"Content-Le", LOST.format("ScaleConnectionError")),
    "the headers up to the end of a line": Fault(HEAD, LOST.format("ScaleConnectionError")),
    "only the status line": Fault(HEAD.partition(b"\n")[0] + b"\n", LOST.format("ScaleConnectionError")),
    "half a body": Fault(HEAD + b"Content-Length: 50\r\n\r\n{", LOST.format("ScaleConnectionError")),
    "half a chunked body": Fault(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{ \r\n9\r\n", LOST.format("ScaleConnectionError")
    ),
    "a chunk size that is none": Fault(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", LOST.format("ScaleConnectionError")
    ),
    "something else than HTTP": Fault(b"SSH-2.0-OpenSSH_9.6\r\n\r\n", LOST.format("ScaleConnectionError")),
    "no answer": Fault(b"", LOST.format("ScaleTimeout"), stall=True),
    "an answer that stops": Fault(
        HEAD + b"Content-Length: 50\r\n\r\n{", LOST.format("ScaleTimeout"), stall=True
    ),
    "the connection closed after the answer": Fault(WHOLE, "ok 1, ok 1, ok 1, ok 1"),
    "100 before the answer": Fault(b"HTTP/1.1 100 Continue\r\n\r\n" + WHOLE, "ok 1, ok 1, ok 1, ok 1"),
    "103 before the answer": Fault(HINTS + WHOLE, "ok 1, ok 1, ok 1, ok 1"),
    "100, 102 and 103 before the answer": Fault(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + HINTS + HINTS + WHOLE,
        "ok 1, ok 1, ok 1, ok 1",
    ),
    "nothing after 103": Fault(HINTS, LOST.format("ScaleConnectionError")),
    "half the headers of 103": Fault(HINTS[:-2], LOST.format("ScaleConnectionError")),
    "half the headers after 103": Fault(HINTS + HEAD, LOST.format("ScaleConnectionError")),
    "408": Fault((408, {"error": "too slow"}), LOST.format("ScaleRequestTimeout"), acted=False),
    "500": Fault((500, {"error": "oops"}), LOST.format("ScaleInternalError"), acted=False, pause=1),
    "500 after it had stored": Fault((500, {"error": "oops"}), LOST.format("ScaleInternalError")),
    "502 with HTML": Fault((502, b"<html>bad gateway</html>", HTML), LOST.format("ScaleGatewayError")),
    "503 with Retry-After": Fault(
        (503, {"error": "busy"}, {"Retry-After": "9"}), LOST.format("ScaleServiceUnavailable"), pause=9
    ),
    "504": Fault((504, b""), LOST.format("ScaleTimeoutError")),
    "520 with HTML": Fault((520, b"<html>unknown error</html>", HTML), LOST.format("ScaleGatewayError")),
    "429": Fault(LIMITED, REFUSED, acted=False, pause=1),
    "429 with seconds": Fault((*LIMITED, {"Retry-After": "17"}), REFUSED, acted=False, pause=17),
    "429 with a decimal": Fault((*LIMITED, {"Retry-After": "2.5"}), REFUSED, acted=False, pause=2.5),
    "429 with a date": Fault(
        (*LIMITED, {"Retry-After": formatdate(NOW + 30, usegmt=True)}), REFUSED, acted=False, pause=30
    ),
    "429 with a date in the past": Fault(
        (*LIMITED, {"Retry-After": formatdate(NOW - 30, usegmt=True)}), REFUSED, acted=False, pause=1
    ),
    "429 with nonsense": Fault((*LIMITED, {"Retry-After": "soon"}), REFUSED, acted=False, pause=1),
    "429 with a negative number": Fault((*LIMITED, {"Retry-After": "-5"}), REFUSED, acted=False, pause=1),
    "429 for too long": Fault(
        (*LIMITED, {"Retry-After": "3600"}), FINAL.format("ScaleTooManyRequests"), acted=False
    ),
    "400": Fault((400, {"error": "bad"}), FINAL.format("ScaleInvalidRequest"), acted=False),
    "401": Fault((401, {"error": "who?"}), FINAL.format("ScaleUnauthorized"), acted=False),
    "403 with HTML": Fault((403, b"<html>no</html>", HTML), FINAL.format("ScaleForbidden"), acted=False),
    "404": Fault((404, {"error": "gone"}), FINAL.format("ScaleResourceNotFound"), acted=False),
    "418": Fault((418, b"teapot"), FINAL.format("ScaleException"), acted=False),
    "a redirect": Fault(
        (307, b"", {"Location": "/v1/task/t"}),
        "ok 2, ScaleException 1, ScaleException 1, ScaleException 1",
        acted=False,
    ),
    "a redirect to nowhere": Fault((307, b""), FINAL.format("ScaleException"), acted=False),
    "204": Fault((204, b""), FINAL.format("ScaleDecodeError")),
    "200 without a body": Fault((200, b""), FINAL.format("ScaleDecodeError")),
    "200 with half of a JSON text": Fault((200, b'{"task_id":'), FINAL.format("ScaleDecodeError")),
    "200 with HTML": Fault((200, b"<html>maintenance</html>", HTML), FINAL.format("ScaleDecodeError")),
    "200 with JSON of another shape": Fault((200, []), FINAL.format("ScaleDecodeError")),
    "200 with a wrong encoding": Fault(
        (200, b"not gzip", {"Content-Encoding": "gzip"}), LOST.format("ScaleConnectionError")
    ),
}


def blocking(connect: Any, url: str, call: str) -> tuple[str, Any, list[float]]:
    client = connect(url, timeout=(5, 0.25))
    client.api._now = lambda: NOW
    _, method, arguments, options = CALLS[call]
    try:
        return "ok", getattr(client, method)(*arguments, **options), client.pauses
    except exceptions.ScaleException as error:
        return type(error).__name__, error, client.pauses


def awaited(connect: Any, url: str, call: str) -> tuple[str, Any, list[float]]:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async def main() -> tuple[str, Any]:
        async with AsyncScaleClient(KEY, api_instance_url=url, timeout=(5, 0.25)) as client:
            client.api._pause = pause  # type: ignore[method-assign]
            client.api._random = lambda: 1.0
            client.api._now = lambda: NOW
            _, method, arguments, options = CALLS[call]
            try:
                return "ok", await getattr(client, method)(*arguments, **options)
            except exceptions.ScaleException as error:
                return type(error).__name__, error

    return *asyncio.run(main()), pauses


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("run", [blocking, awaited])
def test_fault(connect, stub, run, call, name):
    fault = FAULTS[name]
    stub.tasks.append({"task_id": "t", "type": "chat", "status": "pending"})
    answer = fault.answer
    if isinstance(answer, bytes):
        answer = stub.Raw(answer, fault.stall)
    elif isinstance(answer, tuple):
        answer = stub.Reply(*answer)
    stub.fault(answer, act=fault.acted, match=CALLS[call][0])

    outcome, result, pauses = run(connect, stub.url, call)

    expected, _, tries = fault.outcomes.split(", ")[list(CALLS).index(call)].partition(" ")
    assert outcome == expected, result
    # The look-up of a task whose answer was lost is not a try.
    sent = [seen for seen in stub.requests if not seen.path.endswith("/tasks")]
    assert len(sent) == int(tries)
    if outcome != "ok":
        # JSON of another shape is found out after the request is over.
        assert result.attempts == (0 if "another shape" in name else len(sent))
        assert KEY not in f"{result!r} {result} {result.headers}"
    if fault.pause is not None and tries == "2":
        assert pauses == [fault.pause]
    made = [task for task in stub.tasks if task["task_id"] != "t"]
    if call == "create":
        # A create that went wrong is there at most once, and only if the server had acted.
        assert len(made) == (fault.acted or outcome == "ok")
    if call == "create with unique_id":
        assert len(made) == (fault.acted or outcome == "ok")
        if outcome == "ok" and tries == "2":
            assert [task["task_id"] for task in made] == [result.id]


@pytest.mark.parametrize("run", [blocking, awaited])
def test_a_server_that_stays_down(connect, stub, run):
    for _ in range(9):
        stub.fault(stub.refused(503, "busy"))
    outcome, error, pauses = run(connect, stub.url, "get")
    assert (outcome, error.attempts, pauses) == ("ScaleServiceUnavailable", 4, [1, 2, 4])
