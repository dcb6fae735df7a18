"""The pooled transport against a real socket: faults, time limits, TLS, proxies, redirects, large bodies."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import socket
import ssl

import pytest

from scaleapi._engine.messages import Answer, Failure, Send
from scaleapi._engine.uploads import CHUNK, Multipart, file_part
from scaleapi._wire.sync import PooledTransport, _Response, proxy_for, tls_context
from scaleapi.exceptions import (
    ScaleConnectionError,
    ScaleDuplicateResource,
    ScaleException,
    ScaleTimeout,
    ScaleTooManyRequests,
)


@pytest.fixture
def transport():
    made = PooledTransport()
    yield made
    made.close()


def get(url, **limits):
    return Send("GET", url, {}, None, limits.get("connect", 5), limits.get("read", 5))


def test_an_answer_arrives_whole(transport, stub):
    stub.fault(stub.Reply(418, b"body", {"X-Request-Id": "r"}))
    answer = transport.send(get(f"{stub.url}/projects"))
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body, answer.headers["x-request-id"]) == (418, b"body", "r")
    assert answer.elapsed > 0


def test_compressed_answers(client, stub):
    stub.fault(stub.Reply(200, gzip.compress(b"[]"), {"Content-Encoding": "gzip"}))
    assert client.projects() == []
    assert "gzip" in stub.requests[0].headers["Accept-Encoding"]


def test_nobody_listens(transport, closed_port):
    failure = transport.send(get(f"http://127.0.0.1:{closed_port}/"))
    assert isinstance(failure, Failure)
    assert (failure.may_have_acted, failure.permanent, failure.timed_out) == (False, False, False)


def test_a_dropped_connection_may_have_acted(transport, stub):
    stub.fault(stub.DROP)
    failure = transport.send(get(f"{stub.url}/projects"))
    assert isinstance(failure, Failure)
    assert (failure.may_have_acted, failure.timed_out) == (True, False)


def test_a_slow_answer_may_have_acted(transport, stub):
    stub.fault(stub.HANG)
    failure = transport.send(get(f"{stub.url}/projects", read=0.05))
    assert isinstance(failure, Failure)
    assert (failure.may_have_acted, failure.timed_out) == (True, True)


def test_half_an_answer_is_no_answer(transport, stub):
    stub.fault(stub.Reply(200, b"[]", {"Content-Length": "50", "Connection": "close"}))
    failure = transport.send(get(f"{stub.url}/projects", read=0.2))
    assert isinstance(failure, Failure)
    assert failure.may_have_acted


def test_a_server_that_does_not_take_the_request(transport):
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        failure = transport.send(Send("POST", url, {}, b"x" * 30_000_000, 5, 0.1))
    assert isinstance(failure, Failure)
    assert (failure.may_have_acted, failure.timed_out) == (True, True)


def test_sending_is_bound_by_the_read_limit_on_new_and_on_kept_connections(transport, stub, monkeypatch):
    limits = []
    plain = http.client.HTTPConnection.send

    def send(self, data):
        plain(self, data)
        limits.append(self.sock.gettimeout())

    monkeypatch.setattr(http.client.HTTPConnection, "send", send)
    for read in (77, 88):
        transport.send(Send("POST", f"{stub.url}/x", {}, b"x" * (CHUNK + 1), 3, read))
    # Headers, and two pieces of the body.
    assert limits == [77, 77, 77, 88, 88, 88]


@pytest.mark.parametrize("body", [b"{}", b"", b"[" + b" " * (CHUNK - 2) + b"]"])
def test_headers_and_a_small_body_are_one_packet(transport, stub, monkeypatch, body):
    sent = []
    plain = http.client.HTTPConnection.send

    def send(self, data):
        sent.append(data)
        plain(self, data)

    monkeypatch.setattr(http.client.HTTPConnection, "send", send)
    for _ in range(2):
        transport.send(Send("POST", f"{stub.url}/x", {}, body, 3, 3))
    assert [one.partition(b"\r\n\r\n")[2] for one in sent] == [body, body]
    assert [seen.body for seen in stub.requests] == [body, body]
    assert len({seen.port for seen in stub.requests}) == 1


def test_refused_connections_are_tried_again_even_for_creates(connect, closed_port):
    client = connect(f"http://127.0.0.1:{closed_port}/v1")
    with pytest.raises(ScaleConnectionError) as caught:
        client.create_task("comparison")
    assert caught.value.attempts == 4
    assert client.pauses == [1, 2, 4]


def test_dropped_creates_without_key_are_not_tried_again(client, stub):
    stub.fault(stub.DROP)
    with pytest.raises(ScaleConnectionError) as caught:
        client.create_task("comparison")
    assert caught.value.attempts == len(stub.requests) == 1


def test_retry_after_as_sent_by_a_server(client, stub):
    stub.fault(stub.Reply(429, {"error": "slow down"}, {"Retry-After": "17"}))
    client.projects()
    assert client.pauses == [17]
    stub.fault(stub.Reply(429, {"error": "slow down"}, {"retry-after": "3600"}))
    with pytest.raises(ScaleTooManyRequests) as caught:
        client.projects()
    assert (caught.value.retry_after, caught.value.attempts) == ("3600", 1)


def test_500_then_409_returns_the_task(client, stub):
    stub.fault(stub.Reply(502, b"<html>bad gateway</html>", {"Content-Type": "text/html"}), act=True)
    task = client.create_task("comparison", unique_id="u", project="p")
    assert [one["task_id"] for one in stub.tasks] == [task.id]
    with pytest.raises(ScaleDuplicateResource):
        client.create_task("comparison", unique_id="u", project="p")


def test_a_connection_the_server_closed_while_idle_is_replaced(client, stub):
    stub.fault(stub.Reply(200, b"[]", {"Connection": "close"}))
    client.projects()
    assert client.create_task("comparison", project="p").id
    assert len({seen.port for seen in stub.requests}) == 2


def test_large_json_bodies_arrive(client, stub):
    task = client.create_task("comparison", attachment="x" * (3 * CHUNK + 5))
    assert len(task.attachment) == 3 * CHUNK + 5
    assert int(stub.requests[0].headers["Content-Length"]) == len(stub.requests[0].body)


def test_uploads_stream_and_start_again(client, stub, tmp_path):
    path = tmp_path / "big.bin"
    path.write_bytes(b"0123456789" * 50_000)
    stub.fault(stub.Reply(429, {"error": "slow down"}))
    client.upload_file(path, project_name="p")
    first, second = stub.requests
    assert first.body == second.body
    assert path.read_bytes() in second.body
    assert int(second.headers["Content-Length"]) == len(second.body)
    client.upload_file(path.open("rb"))
    assert path.read_bytes() in stub.requests[-1].body


def test_uploads_of_unknown_length_are_chunked(client, stub):
    client.upload_file(iter([b"abc", b"def"]), filename="a.bin")
    assert stub.requests[0].headers["Transfer-Encoding"] == "chunked"
    assert b"\r\n\r\nabcdef\r\n" in stub.requests[0].body


def test_a_missing_file_is_the_callers_error(client, tmp_path):
    with pytest.raises(FileNotFoundError):
        client.upload_file(tmp_path / "missing.png")


def test_redirects_are_followed_for_get_only(client, stub):
    elsewhere = stub.Reply(307, b"", {"Location": f"{stub.url}/projects"})
    stub.fault(elsewhere)
    assert client.projects() == []
    stub.fault(elsewhere)
    with pytest.raises(ScaleException) as caught:
        client.create_batch("p", "b")
    assert caught.value.code == 307
    assert len(stub.requests) == 3


def test_the_key_does_not_follow_a_redirect_to_another_host(client, stub):
    other = stub.url.replace("127.0.0.1", "localhost")
    stub.fault(stub.Reply(302, b"", {"Location": f"{other}/projects"}))
    client.projects()
    assert [seen.headers["Authorization"] is None for seen in stub.requests] == [False, True]


def test_untrusted_certificates_are_not_tried_again(connect, tls_stub):
    client = connect(tls_stub.url)
    with pytest.raises(ScaleConnectionError, match="certificate verify failed") as caught:
        client.projects()
    assert caught.value.attempts == 1


def test_one_tls_context_for_all_connections(tls_stub, authority, tmp_path):
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    transport = PooledTransport(verify=str(bundle))
    assert transport._context is None
    for host in ("127.0.0.1", "127.0.0.1"):
        assert isinstance(transport.send(get(tls_stub.url.replace("127.0.0.1", host) + "/projects")), Answer)
    assert len(transport._managers) == 1
    manager = transport._managers[None]
    assert manager.connection_pool_kw["ssl_context"] is transport._context
    transport.close()


def test_client_certificates(tls_stub, authority, tmp_path, connect):
    bundle, pem = tmp_path / "ca.pem", tmp_path / "me.pem"
    authority.cert_pem.write_to_path(bundle)
    authority.issue_cert("me@example.org").private_key_and_cert_chain_pem.write_to_path(pem)
    assert connect(tls_stub.url, verify=str(bundle), cert=str(pem)).projects() == []
    with pytest.raises(ScaleException, match="client certificate"):
        connect(tls_stub.url, verify=str(bundle), cert=(str(bundle), str(tmp_path / "no.pem"))).projects()


def test_tls_contexts(tmp_path, authority, monkeypatch):
    assert tls_context(None, None).verify_mode == tls_context(True, None).verify_mode == ssl.CERT_REQUIRED
    off = tls_context(False, None)
    assert (off.verify_mode, off.check_hostname) == (ssl.CERT_NONE, False)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    assert tls_context(bundle, None).cert_store_stats()["x509_ca"] == 1
    assert tls_context(tmp_path, None).cert_store_stats()["x509_ca"] == 0
    monkeypatch.setenv("CURL_CA_BUNDLE", str(bundle))
    assert tls_context(None, None).cert_store_stats()["x509_ca"] == 1
    assert tls_context(False, None).verify_mode == ssl.CERT_NONE
    with pytest.raises(ScaleException, match=r"no\.pem"):
        tls_context(str(tmp_path / "no.pem"), None)


@pytest.mark.parametrize(
    ("proxies", "environment", "host", "expected"),
    [
        ({}, {}, "h", None),
        ({"http": "http://a"}, {}, "h", "http://a"),
        ({"http": "http://a", "http://h": "http://b"}, {}, "h", "http://b"),
        ({"all": "http://a"}, {}, "h", "http://a"),
        ({"https": "http://a"}, {}, "h", None),
        ({"http": ""}, {"http_proxy": "http://e"}, "h", None),
        ({}, {"http_proxy": "http://e"}, "h", "http://e"),
        ({"http": "http://a"}, {"http_proxy": "http://e"}, "h", "http://a"),
        ({}, {"http_proxy": "http://e", "no_proxy": "example.org,h"}, "h", None),
        ({"http": "http://a", "no_proxy": ".example.org"}, {}, "api.example.org", None),
        ({"http": "http://a", "no_proxy": "example.org"}, {}, "other.org", "http://a"),
        ({"http": "http://a", "no_proxy": "*"}, {}, "other.org", None),
    ],
)
def test_which_proxy(monkeypatch, proxies, environment, host, expected):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(proxies, "http", host) == expected


def test_requests_go_through_the_proxy(connect, stub):
    proxy = stub.url.removesuffix("/v1").replace("http://", "http://me:s%40crt@")
    client = connect("http://scale.invalid/v1", proxies={"http": proxy})
    stub.fault(stub.Reply(200, []))
    assert client.projects() == []
    assert stub.requests[0].target == "http://scale.invalid/v1/projects"
    assert stub.requests[0].headers["Proxy-Authorization"] == "Basic bWU6c0BjcnQ="


def test_a_proxy_that_is_down_has_not_acted(closed_port):
    transport = PooledTransport(proxies={"http": f"127.0.0.1:{closed_port}"})
    failure = transport.send(get("http://scale.invalid/"))
    assert isinstance(failure, Failure)
    assert not failure.may_have_acted


def test_socks_needs_its_package(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "urllib3.contrib.socks", None)
    with pytest.raises(ScaleException, match="PySocks"):
        PooledTransport(proxies={"http": "socks5://127.0.0.1:1"}).send(get("http://scale.invalid/"))


def test_a_url_that_cannot_be_used(transport):
    with pytest.raises(ScaleException, match="URL"):
        transport.send(get("http://[::1/"))


def test_time_limits_reach_the_caller_as_timeout(connect, stub):
    client = connect(stub.url, timeout=(5, 0.05))
    for _ in range(4):
        stub.fault(stub.HANG)
    with pytest.raises(ScaleTimeout) as caught:
        client.projects()
    assert caught.value.attempts == 4


def test_the_wire_of_a_create(client, stub):
    client.create_task("comparison", project="p", params={"a": [1, None]})
    seen = stub.requests[0]
    assert (seen.method, seen.target) == ("POST", "/v1/task/comparison")
    assert json.loads(seen.body) == {"project": "p", "params": {"a": [1, None]}}
    assert seen.headers["Authorization"].startswith("Basic ")
    assert seen.headers["User-Agent"].startswith("scaleapi/2.18.4 labelwright-sdk/")


def test_multipart_survives_a_lost_connection_only_where_nothing_was_stored(client, stub):
    stub.fault(stub.DROP)
    with pytest.raises(ScaleConnectionError):
        client.upload_file(b"x")
    assert len(stub.requests) == 1


def test_closed(transport):
    transport.close()
    with pytest.raises(ScaleException, match="closed"):
        transport.send(get("http://127.0.0.1:9/"))


def test_open_bodies_are_closed_after_the_attempt(transport, stub, monkeypatch):
    body = Multipart({}, [file_part("file", b"x")])
    opened = body.open()
    closed = []
    monkeypatch.setattr(opened, "close", lambda: closed.append(True))
    monkeypatch.setattr(body, "open", lambda: opened)
    transport.send(Send("POST", f"{stub.url}/files/upload", {}, body, 5, 5))
    assert closed == [True]


def read(kind, raw, method="GET"):
    """What a reader of answers makes of bytes after which the connection ends."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(raw)
        theirs.shutdown(socket.SHUT_WR)
        answer = kind(ours, method=method)
        with contextlib.closing(answer):
            try:
                answer.begin()
                facts = answer.status, answer.reason, answer.version, answer.length, answer.chunked
                return *facts, answer.will_close, answer.headers.items(), answer.read()
            except http.client.HTTPException as error:
                return type(error)


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize(
    "raw",
    [
        OK + b"Content-Length: 2\r\n\r\nok",
        OK + b"content-length:2\r\nX-A:  b\r\nX-A: c\r\n\r\nokmore",
        OK + b"Transfer-Encoding: Chunked\r\nContent-Length: 9\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        OK + b"Connection: close\r\n\r\nuntil the end",
        OK + b"\r\nuntil the end",
        OK + b"Content-Length: many\r\n\r\nok",
        OK + b"Content-Length: -1\r\n\r\nok",
        OK + b"X-Empty:\r\nX-Latin: \xe9\r\nContent-Length: 0\r\n\r\n",
        OK.replace(b"\r", b"") + b"Content-Length: 2\n\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
        b"HTTP/1.1 500\r\nContent-Length: 2\r\n\r\nno",
        b"HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nok",
        OK + b"X: y\r\n" * 101 + b"\r\n",
        OK + b"X: " + b"y" * 70_000 + b"\r\n\r\n",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"",
    ],
)
def test_answers_are_read_as_the_standard_library_reads_them(raw, method):
    assert read(_Response, raw, method) == read(http.client.HTTPResponse, raw, method)


def test_folded_and_broken_lines_among_headers():
    raw = OK + b"X-A: b \r\n  c \r\nnonsense\r\nContent-Length: 2\r\n\r\nok"
    *_, headers, body = read(_Response, raw)
    assert (headers, body) == ([("X-A", "b c"), ("Content-Length", "2")], b"ok")


@pytest.mark.parametrize("cut", [OK, OK + b"X-A: b\r\n", OK + b"X-A: b", OK + b"Content-Length: 2\r\n"])
def test_headers_that_were_cut_off_are_no_headers(cut):
    assert read(_Response, cut) is http.client.HTTPException
