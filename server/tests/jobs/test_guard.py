"""The only way out: nobody is sent into the private network, however the address is written."""

import asyncio
import ipaddress
import socket
import threading
from typing import Any

import pytest
from server.tests.hosts import RawHost
from server.tests.receiver import Receiver

from labelwright.jobs.guard import NOT_REACHABLE, AddressRefused, Guard, Unreachable, WebhookSender, is_public

PRIVATE = """
127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254
169.254.0.1 100.64.0.1 100.127.255.255 192.0.0.1 192.0.0.8 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1
224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 fe80::1 fc00::1 fd12:3456::1 fec0::1 ff02::1 ff0e::1 2001:db8::1 100::1
::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:100.64.0.1 ::127.0.0.1 ::10.0.0.1 ::ffff:0:10.0.0.1
64:ff9b::10.0.0.1 64:ff9b::127.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::1 64:ff9b:1::10.0.0.1
2002:0a00:0001:: 2002:7f00:0001::1 2002:a9fe:a9fe:: 2001:0:4136:e378:8000:63bf:f5ff:fffe
""".split()
PUBLIC = """
8.8.8.8 1.1.1.1 99.255.255.255 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.167.0.1 223.255.255.255
2606:4700:4700::1111 2a00:1450:4001::200e ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:0808:0808::1
""".split()

NAMES: dict[str, list[str]] = {
    "public.example": ["93.184.216.34", "2606:4700:4700::1111"],
    "private.example": ["10.0.0.1"],
    "mixed.example": ["93.184.216.34", "10.0.0.1"],
    "mixed6.example": ["2606:4700:4700::1111", "::ffff:127.0.0.1"],
    "scoped.example": ["fe80::1%eth0"],
    "hooks.lan": ["192.168.1.5"],
}


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolves the names above without a network, and anything else as the machine does."""
    real = socket.getaddrinfo

    def resolve(host: str, port: int, **options: Any) -> Any:
        if host == "nowhere.example":
            raise socket.gaierror(-2, "Name or service not known")
        if host not in NAMES:
            return real(host, port, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in NAMES[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def resolved(host: str, *allowed: str) -> list[str]:
    return list(asyncio.run(Guard(allowed).resolve(host, 80)))


@pytest.mark.parametrize("address", PRIVATE)
def test_private(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    assert not Guard().allows("x.example", address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
    assert Guard().allows("x.example", address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "127.1",
        "0177.0.0.1",
        "0",
        "localhost",
        "::1",
        "::ffff:7f00:1",
    ],
)
def test_other_ways_to_write_an_address(host: str) -> None:
    with pytest.raises(AddressRefused, match=r"private"):
        resolved(host)


@pytest.mark.usefixtures("names")
class TestNames:
    def test_public(self) -> None:
        assert resolved("public.example") == NAMES["public.example"]

    @pytest.mark.parametrize(
        "host", ["private.example", "mixed.example", "mixed6.example", "scoped.example", "hooks.lan"]
    )
    def test_one_private_address_is_enough(self, host: str) -> None:
        with pytest.raises(Unreachable, match=NOT_REACHABLE):
            resolved(host)

    @pytest.mark.parametrize(
        ("host", "allowed", "fine"),
        [
            ("hooks.lan", "hooks.lan", True),
            ("hooks.lan", "HOOKS.LAN", True),
            ("hooks.lan", "other.lan", False),
            ("hooks.lan", "192.168.1.5", True),
            ("hooks.lan", "192.168.0.0/16", True),
            ("hooks.lan", "192.168.1.6/16", True),
            ("hooks.lan", "10.0.0.0/8", False),
            ("mixed.example", "10.0.0.0/8", True),
            ("mixed6.example", "127.0.0.0/8", True),
            ("scoped.example", "fe80::/10", True),
            ("private.example", "hooks.lan", False),
        ],
    )
    def test_what_the_operator_allows(self, host: str, allowed: str, fine: bool) -> None:
        if fine:
            assert resolved(host, allowed) == NAMES[host]
        else:
            with pytest.raises(Unreachable):
                resolved(host, allowed)

    def test_a_name_is_asked_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A name that is public when it is checked and private when it is used must not get through."""
        asked: list[str] = []
        answers = iter([["127.0.0.1"], ["10.0.0.1"]])

        def resolve(host: str, port: int, **_: Any) -> Any:
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in next(answers)]

        with Receiver() as receiver:
            monkeypatch.setattr(socket, "getaddrinfo", resolve)
            url = receiver.url("/x", host="rebind.example")
            assert post(url, "127.0.0.0/8") == 200
        assert asked == ["rebind.example"]

    @pytest.mark.parametrize(
        "url",
        [
            "http://nowhere.example/",
            "http://private.example/",
            "http://mixed.example:22/",
            "https://hooks.lan/",
            "http://127.0.0.1:1/",
        ],
    )
    def test_f34_what_cannot_be_reached_looks_the_same(self, url: str) -> None:
        """A name that is not there, one that leads inside, and a port where nobody listens."""
        with pytest.raises(OSError, match="reachable") as caught:
            post(url, "127.0.0.0/8")
        assert str(caught.value) == NOT_REACHABLE

    def test_f34_no_address_is_named(self) -> None:
        with pytest.raises(AddressRefused) as caught:
            post("http://127.1/")
        assert "127" not in str(caught.value)

    def test_silent_name_servers_delay_nobody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """More of them than the loop has threads of its own."""
        told = threading.Event()

        def resolve(host: str, port: int, **_: Any) -> Any:
            if host.startswith("silent"):
                told.wait(60)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)

        async def work() -> None:
            guard = Guard()
            silent = [asyncio.create_task(guard.resolve(f"silent{n}.example", 80)) for n in range(60)]
            try:
                assert await guard.resolve("quick.example", 80) == ["93.184.216.34"]
                assert not any(one.done() for one in silent)
            finally:
                told.set()
                await asyncio.gather(*silent)

        asyncio.run(work())


def post(url: str, *allowed: str, timeout: float = 30) -> int:
    async def whole() -> int:
        courier = WebhookSender(Guard(allowed), timeout, 2)
        try:
            return await courier.post(url, b"{}", {"content-type": "application/json"})
        finally:
            await courier.close()

    return asyncio.run(whole())


class TestCourier:
    def test_redirects_are_answers(self) -> None:
        with Receiver() as receiver:
            receiver.location = "http://10.0.0.1/"
            receiver.answer = lambda _: 302
            assert post(receiver.url(), "127.0.0.0/8") == 302
            assert len(receiver.deliveries) == 1

    @pytest.mark.parametrize(
        "url",
        [
            "ftp://127.0.0.1/",
            "file:///etc/passwd",
            "unix:///run/x",
            "nonsense",
            "http://",
            "http://exa mple/",
            "http://" + "a" * 70 + ".example/",
        ],
    )
    def test_what_is_no_url(self, url: str) -> None:
        with pytest.raises((AddressRefused, OSError)):
            post(url)

    def test_private_addresses_are_not_even_connected_to(self) -> None:
        with Receiver() as receiver:
            with pytest.raises(AddressRefused, match="private"):
                post(receiver.url())
            assert receiver.deliveries == []

    def test_nobody_listens(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            with pytest.raises(OSError, match=r".+"):
                post(f"http://127.0.0.1:{probe.getsockname()[1]}/", "127.0.0.0/8")

    @pytest.mark.parametrize(
        ("answer", "status"),
        [
            (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ncut", 200),
            (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nno gzip", 200),
            (b"HTTP/1.0 200 OK\r\n\r\n", 200),
            (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", None),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", None),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", None),
            (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", None),
            (b"HTTP/1.1 100 Continue\r\n\r\n", None),
            (b"HTTP/1.1 200 OK\r\nX: y", None),
            (b"SSH-2.0-secret.internal\r\n\r\n", None),
            (b"", None),
        ],
        ids=range(12),
    )
    def test_f10_answers_of_receivers(self, answer: bytes, status: int | None) -> None:
        """The body is not read, so it may be anything; what is no answer is said in words."""
        with RawHost() as host:
            host.answer = answer
            if status is not None:
                assert post(host.url(), "127.0.0.0/8") == status
                return
            with pytest.raises(ConnectionError) as caught:
                post(host.url(), "127.0.0.0/8")
            assert "internal" not in str(caught.value)
            assert "127.0.0.1" not in str(caught.value)

    def test_an_answer_that_is_no_http(self) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()

            def nonsense() -> None:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(1000)
                    connection.sendall(b"nonsense\r\n\r\n")

            thread = threading.Thread(target=nonsense)
            thread.start()
            with pytest.raises(ConnectionError):
                post(f"http://127.0.0.1:{listener.getsockname()[1]}/", "127.0.0.0/8")
            thread.join(30)
