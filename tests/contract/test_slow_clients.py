"""Clients that are slow, endless or gone in the middle: they are let go, the others are served, nothing is left."""

import base64
import contextlib
import http.client
import socket
import time
from collections.abc import Iterator

import httpx2
import pytest
from tests.conftest import Make
from tests.support.servers import Labelwright, until

pytestmark = pytest.mark.slow
LIMIT = 200_000
BODY = b'{"attachment_type": "text", "attachment": "a", "categories": ["a", "b"]}'


@pytest.fixture(scope="module")
def server(make: Make) -> Iterator[Labelwright]:
    """A server that waits a second for requests, and takes small files."""
    made = make()
    if made.database_url:
        pytest.skip("what happens before a request is whole has nothing to do with the database")
    made.environ = {"LABELWRIGHT_REQUEST_TIMEOUT": "1", "LABELWRIGHT_FILE_LIMIT": str(LIMIT)}
    yield made.start()
    made.stop()


@pytest.fixture(scope="module")
def key(server: Labelwright) -> str:
    """A live key."""
    return server.key("live")


@pytest.fixture(autouse=True)
def nothing_changes(server: Labelwright, key: str) -> Iterator[None]:
    """Before and after each test there is the same, in the database and on the disk."""

    def there() -> tuple[object, ...]:
        with server.v1(key) as client:
            lists = [client.get(path).raise_for_status().json() for path in ("/tasks", "/files", "/projects")]
        return (*lists, sorted(str(path) for path in server.data.rglob("*") if path.parent != server.data))

    before = there()
    yield
    until(lambda: True if there() == before else None, "an unchanged server", seconds=20)


def head(
    key: str, path: str = "/v1/task/categorization", length: object = len(BODY), kind: str = ""
) -> bytes:
    """The head of a create."""
    auth = base64.b64encode(f"{key}:".encode()).decode()
    size = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
    lines = (f"POST {path} HTTP/1.1", "host: x", f"authorization: Basic {auth}", size)
    return "\r\n".join((*lines, f"content-type: {kind or 'application/json'}", "", "")).encode()


@contextlib.contextmanager
def connected(server: Labelwright) -> Iterator[socket.socket]:
    """A connection."""
    with socket.create_connection(("127.0.0.1", server.port), 60) as connection:
        yield connection


def answer(connection: socket.socket) -> bytes:
    """Everything until the server closes; a close without a word is empty."""
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def dripped(connection: socket.socket, data: bytes, pause: float = 0.05) -> bytes:
    """Send byte by byte until the server has enough; returns what it said."""
    connection.settimeout(pause)
    said = b""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        for at in range(len(data)):
            connection.sendall(data[at : at + 1])
            with contextlib.suppress(TimeoutError):
                part = connection.recv(65536)
                if not part:
                    return said
                said += part
                connection.settimeout(60)
    return said + answer(connection)


def test_a_connection_that_says_nothing(server: Labelwright) -> None:
    with connected(server) as connection:
        assert answer(connection) == b""


def test_a_head_that_stops(server: Labelwright, key: str) -> None:
    with connected(server) as connection:
        connection.sendall(head(key)[:-10])
        assert answer(connection) == b""


def test_a_head_that_drips(server: Labelwright, key: str) -> None:
    with connected(server) as connection:
        assert dripped(connection, head(key) + BODY) == b""


def test_a_second_head_that_stops(server: Labelwright, key: str) -> None:
    with connected(server) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nGET /healthz HTTP/1.1\r\nhost:")
        said = answer(connection)
    assert said.count(b"HTTP/1.1 ") == 1
    assert said.startswith(b"HTTP/1.1 200")


def test_an_endless_head(server: Labelwright, key: str) -> None:
    with connected(server) as connection, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(head(key)[:-2])
        for n in range(100_000):
            connection.sendall(f"x-header-{n}: {'x' * 100}\r\n".encode())
        pytest.fail("a head of ten megabytes was read")


@pytest.mark.parametrize("length", [len(BODY), None], ids=["counted", "chunked"])
def test_a_body_that_stops(server: Labelwright, key: str, length: int | None) -> None:
    with connected(server) as connection:
        connection.sendall(head(key, length=length) + (b"5\r\n" if length is None else b"") + BODY[:5])
        said = answer(connection)
    assert said.startswith(b"HTTP/1.1 408")
    assert said.endswith(b'{"status_code":408,"error":"The body came too slowly."}')


def test_a_body_that_drips(server: Labelwright, key: str) -> None:
    with connected(server) as connection:
        connection.sendall(head(key))
        assert dripped(connection, BODY).startswith(b"HTTP/1.1 408")


def test_a_large_body_may_take_its_time(server: Labelwright, key: str) -> None:
    """20 KB may take five seconds more than the second that every body has."""
    body = BODY[:-1] + b" " * 20_000 + b"}"
    with connected(server) as connection:
        connection.sendall(head(key, "/v1/task/nothing", len(body)))
        for at in range(0, len(body), 2000):
            connection.sendall(body[at : at + 2000])
            time.sleep(0.2)
        assert connection.recv(100).startswith(b"HTTP/1.1 400")


PART = b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
UPLOAD = ("/v1/files/upload", "multipart/form-data; boundary=b")


def test_an_upload_that_stops(server: Labelwright, key: str) -> None:
    with connected(server) as connection:
        connection.sendall(head(key, UPLOAD[0], 100_000, UPLOAD[1]) + PART + b"x" * 30_000)
        assert answer(connection).startswith(b"HTTP/1.1 408")


def test_an_upload_whose_sender_leaves(server: Labelwright, key: str) -> None:
    with connected(server) as connection:
        connection.sendall(head(key, UPLOAD[0], 100_000, UPLOAD[1]) + PART + b"x" * 30_000)


def test_a_create_whose_sender_leaves(server: Labelwright, key: str) -> None:
    with connected(server) as connection:
        connection.sendall(head(key) + BODY[:-1])


@pytest.mark.parametrize("length", [len(PART) + 30 * 10_000, None], ids=["counted", "chunked"])
def test_uploads_that_are_too_large(server: Labelwright, key: str, length: int | None) -> None:
    with connected(server) as connection:
        connection.sendall(head(key, UPLOAD[0], length, UPLOAD[1]))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for piece in (PART, *[b"x" * 10_000] * 30):
                connection.sendall(
                    f"{len(piece):x}\r\n".encode() + piece + b"\r\n" if length is None else piece
                )
        said = connection.recv(100)
    assert said.startswith(b"HTTP/1.1 413"), said


def test_an_endless_body(server: Labelwright, key: str) -> None:
    limit = 20 * (1 << 20)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    with contextlib.closing(connection):
        connection.putrequest("POST", "/v1/task/categorization")
        for line in head(key, length=None).split(b"\r\n")[2:-2]:
            connection.putheader(*line.decode().split(": "))
        connection.endheaders()
        sent = 0
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while sent < 3 * limit:
                connection.send(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
                sent += 0x10000
        assert connection.getresponse().status == 413


def test_slow_ones_do_not_delay_the_others(server: Labelwright, key: str) -> None:
    with contextlib.ExitStack() as stack, server.v1(key) as client:
        for n in range(300):
            connection = stack.enter_context(connected(server))
            connection.sendall(head(key)[: 20 + n % 50] if n % 2 else head(key) + b"{")
        assert client.get("/tasks").status_code == 200
    assert httpx2.get(f"{server.url}/readyz").status_code == 200
