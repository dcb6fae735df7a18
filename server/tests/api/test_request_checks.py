"""Requests that two programs could read differently are refused, on the connection that ``serve`` uses."""

import contextlib
import itertools
import socket
from collections.abc import Iterator

import pytest
from server.tests.harness import Server, Tenant

from labelwright.api import request_checks
from labelwright.api.connection import DISCARD_LIMIT
from labelwright.api.request_checks import MAX_HEADERS, SINGLE

LIVES = b'{"status":"ok"'
CREATE = b'{"attachment_type":"text","attachment":"a","categories":["a","b"]}'


@contextlib.contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    """A connection."""
    with socket.create_connection(("127.0.0.1", server.port), 60) as connection:
        yield connection


def said(server: Server, *pieces: bytes) -> bytes:
    """Everything a server says to bytes, until it closes; a last request asks it to."""
    with connected(server) as connection:
        for piece in pieces:
            connection.sendall(piece)
        parts = []
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                parts.append(part)
        return b"".join(parts)


def statuses(answer: bytes) -> list[int]:
    """The statuses of the answers that came over one connection."""
    return [int(line[9:12]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


def get(*lines: bytes, target: bytes = b"/healthz", version: bytes = b"HTTP/1.1") -> bytes:
    """A request without a body."""
    return b"\r\n".join((b"GET " + target + b" " + version, *lines, b"", b""))


LAST = get(b"Host: x", b"Connection: close")
CHUNKED = b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
COUNTED = b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("name", sorted(SINGLE))
def test_f31_a_header_that_decides_must_not_come_twice(server: Server, name: bytes) -> None:
    known = {b"host": b"x", b"content-length": b"0", b"transfer-encoding": b"chunked"}
    value = known.get(name, b"x")
    lines = [b"Host: x"] if name != b"host" else []
    for first, second in ((name, name), (name.upper(), name.title())):
        answer = said(server, get(*lines, first + b": " + value, b"X: y", second + b": " + value))
        assert statuses(answer) == [400]


def test_f31_the_last_of_two_keys_does_not_win(server: Server, tenant: Tenant) -> None:
    good = b"Authorization: Bearer " + tenant.live_key.encode()
    for lines in ((b"Authorization: Bearer x", good), (good, b"Authorization: Bearer x"), (good, good)):
        answer = said(server, get(b"Host: x", *lines, target=b"/v1/tasks"))
        assert statuses(answer) == [400]
        assert b'"authorization" must not come twice' in answer


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((), 400),
        ((b"Host: x", b"Host: y"), 400),
        ((b"Host:",), 400),
        ((b"Host: a b",), 400),
        ((b"Host: a,b",), 200),
        ((b"Host: user@x",), 400),
        ((b"Host: x/y",), 400),
        ((b"Host: x:port",), 400),
        ((b"Host: \xc3\xbc",), 400),
        ((b"Host: [::1]:80",), 200),
        ((b"Host: x_y.example:8000",), 200),
    ],
)
def test_f31_one_host_is_named(server: Server, lines: tuple[bytes, ...], status: int) -> None:
    assert statuses(said(server, get(*lines, b"Connection: close"))) == [status]


def test_f31_http_1_0_needs_no_host(server: Server) -> None:
    answer = said(server, get(version=b"HTTP/1.0"))
    assert statuses(answer) == [200]
    assert LIVES in answer
    assert statuses(said(server, get(b"Host: x", b"Host: x", version=b"HTTP/1.0"))) == [400]


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"http://x/healthz", 200),
        (b"HTTP://X/healthz", 200),
        (b"http://other/healthz", 400),
        (b"http://user@x/healthz", 400),
        (b"http://x:81/healthz", 400),
        (b"ftp://x/healthz", 400),
        (b"healthz", 400),
        (b"x:80", 400),
        (b"/healthz#x", 400),
        (b"/healthz?a=http://other/", 200),
    ],
)
def test_f31_a_target_names_no_other_host(server: Server, target: bytes, status: int) -> None:
    assert statuses(said(server, get(b"Host: x", b"Connection: close", target=target))) == [status]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (get(b"Host: x", version=b"HTTP/0.9"), 505),
        (get(b"Host: x", version=b"HTTP/2.0"), 505),
        (b"GET /healthz\r\n\r\n", 505),
        (get(b"Host: x", version=b"HTTP/1.2"), 400),
        (get(b"Host : x"), 400),
        (get(b" Host: x"), 400),
        (get(b"Host: x", b"A: b", b" c"), 400),
        (get(b"Host: x", b"A: b", b"\tc"), 400),
        (get(b"Host: x", b"A: b\rC: d"), 400),
        (get(b"Host: x", b"A: b\nC: d"), 400),
        (get(b"Host: x", b"A: b\0c"), 400),
        (get(b"Host: x", b"A: b\x01c"), 400),
        (get(b"Host: x", b": b"), 400),
        (get(b"Host: x", b"A"), 400),
        (get(b"Host: x").replace(b"\r\n", b"\n"), 400),
        (get(b"Host: x").replace(b" ", b"\t"), 400),
        (COUNTED + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (CHUNKED + b"Content-Length: 2\r\n\r\n0\r\n\r\n", 400),
        (COUNTED + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
        (COUNTED + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (COUNTED + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
        (COUNTED + b"Transfer-Encoding: identity\r\n\r\n", 501),
        (COUNTED + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", 400),
        (COUNTED + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
        (COUNTED + b"Transfer_Encoding: chunked\r\nContent-Length: +2\r\n\r\n{}", 400),
        (COUNTED + b"Content-Length: 2, 2\r\n\r\n{}", 400),
        (COUNTED + b"Content-Length: 0x2\r\n\r\n{}", 400),
        (COUNTED + b"Content-Length: 2 2\r\n\r\n{}", 400),
        (COUNTED + b"Content-Length:\r\n\r\n{}", 400),
        (COUNTED + b"Content-Length: 99999999999999999999\r\n\r\n{}", 400),
        (CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n2\r\n{}\r\n0\r\n\r\n", 400),
        (CHUNKED + b"\r\n0x2\r\n{}\r\n0\r\n\r\n", 400),
        (CHUNKED + b"\r\n-2\r\n{}\r\n0\r\n\r\n", 400),
        (CHUNKED + b"\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n", 400),
        (CHUNKED + b"\r\n2\n{}\n0\n\n", 400),
        (CHUNKED + b"\r\n2\r\n{}X0\r\n\r\n", 400),
        (CHUNKED + b"\r\n2\r\n{}\r\n0\r\nA : b\r\n\r\n", 400),
    ],
)
def test_f31_what_proxies_read_otherwise_is_refused(server: Server, request_: bytes, status: int) -> None:
    """One refusal, and the request that is hidden behind it is not seen."""
    assert statuses(said(server, request_ + LAST)) == [status]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("trailers", [1, 2, 3])
def test_f31_trailers_are_no_headers(server: Server, tenant: Tenant, trailers: int, together: bool) -> None:
    """Neither of their own request, nor of the next one over this connection."""
    create = (
        b"POST /v1/task/categorization HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n%s\r\n%x\r\n" + CREATE + b"\r\n0\r\n%s\r\n"
    )
    key = b"Authorization: Bearer " + tenant.live_key.encode() + b"\r\n"
    lines = b"".join([b"Idempotency-Key: t\r\n", b"A: b\r\n", key][-trailers:])
    first = create % (b"", len(CREATE), lines)
    second = get(b"Host: x", b"Connection: close", target=b"/v1/tasks")
    if together:
        # What is sent together with a chunked request is not read: its trailers would be headers of the next one.
        assert statuses(said(server, first + second)) == [401]
    else:
        with connected(server) as connection:
            connection.sendall(first)
            assert statuses(connection.recv(65536)) == [401]
            connection.sendall(second)
            assert statuses(connection.recv(65536)) == [401]
    # With the key in its place the trailer changes nothing either: no Idempotency-Key was kept.
    bad = b"Authorization: Bearer x\r\nIdempotency-Key: t\r\n"
    for _ in range(2):
        with connected(server) as connection:
            connection.sendall(create % (key, len(CREATE), bad))
            assert statuses(connection.recv(65536)) == [200]


def test_f31_a_connection_is_used_again_after_a_chunked_request(server: Server) -> None:
    with connected(server) as connection:
        for _ in range(3):
            connection.sendall(CHUNKED + b"\r\n2\r\n{}\r\n0\r\n\r\n")
            assert statuses(connection.recv(65536)) == [400]
            connection.sendall(get(b"Host: x"))
            assert LIVES in connection.recv(65536)


def test_f31_an_answer_before_the_end_of_a_chunked_request_is_the_last(server: Server) -> None:
    """And it reaches a client that goes on sending."""
    large = b"%x\r\n%s\r\n" % (20_000, b"x" * 20_000)
    with connected(server) as connection:
        connection.sendall(CHUNKED + b"\r\n" + large)
        answer = connection.recv(65536)
        assert statuses(answer) == [413]
        assert b"connection: close" in answer
        for _ in range(50):
            connection.sendall(large)
        connection.sendall(b"0\r\nHost: x\r\n\r\n" + get(b"Host: x"))
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(65536) == b""


def test_f31_an_answer_comes_before_the_refusal_of_the_next_request(server: Server) -> None:
    """A refusal in front of it would be taken for the answer."""
    assert statuses(said(server, get(b"Host: x") + get(b"Host: x", b"Host: y") + LAST)) == [200]
    assert statuses(said(server, get(b"Host: x") + b"nonsense\r\n\r\n" + LAST)) == [200]


def test_f31_no_other_protocol_is_spoken(server: Server) -> None:
    for protocol in (b"websocket", b"h2c"):
        lines = (b"Host: x", b"Connection: Upgrade", b"Upgrade: " + protocol)
        answer = said(server, get(*lines) + get(b"Host: x", target=b"/readyz"))
        assert statuses(answer) == [200]
        assert b"connection: close" in answer


def test_f24_the_number_of_headers_is_limited(server: Server) -> None:
    many = [b"X-%d: y" % n for n in range(MAX_HEADERS - 2)]
    assert statuses(said(server, get(b"Host: x", b"Connection: close", *many))) == [200]
    assert statuses(said(server, get(b"Host: x", b"Connection: close", b"One: more", *many))) == [431]


def test_f31_faults_are_told_apart() -> None:
    host = (b"host", b"x")
    assert request_checks.fault("1.1", b"/", [host], dict([host])) is None
    assert request_checks.fault("1.1", b"*", [host], dict([host])) is None
    for headers in itertools.permutations([host, (b"cookie", b"a"), (b"cookie", b"b")]):
        found = request_checks.fault("1.1", b"/", headers, dict(headers))
        assert found is not None
        assert '"cookie"' in found[1]


def test_f24_a_body_that_nobody_wants_is_dropped_for_so_long_only(server: Server) -> None:
    head = COUNTED + b"Content-Length: %d\r\n\r\n" % (4 * DISCARD_LIMIT)
    sent = 0
    with connected(server) as connection, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(head)
        while sent < 3 * DISCARD_LIMIT:
            sent += connection.send(bytes(1 << 20))
    assert sent < 3 * DISCARD_LIMIT
