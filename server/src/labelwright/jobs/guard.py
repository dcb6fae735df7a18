"""The only way out: URLs that users gave are fetched without reaching into the private network.

A name is resolved once, every address is checked, and the connection goes to the address that was checked, so a
name cannot change its mind in between. Redirects are not followed here; ``fetching.py`` has each hop checked.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

import httpcore2
import structlog

from labelwright import urls
from labelwright.jobs.streams import CountedStream

_RESOLVERS = ThreadPoolExecutor(128, thread_name_prefix="resolver")
"""Look names up. Not the loop's own few threads: names whose servers are silent would keep all of them for long."""

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.0.0/24", "::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "fec0::/10")
)
"""What ``ipaddress`` takes for public: protocol assignments, IPv4 within IPv6 in old forms, local NAT64, site-local."""


NOT_REACHABLE = "It is not reachable from this server."
"""What is said of a host that cannot be connected to, whatever the reason.

The same of a name that is not there, of one that leads into the private network, and of a port where nobody listens:
otherwise users could have this server explore its own network. The log has the reason.
"""

log = structlog.get_logger("labelwright.guard")


class AddressRefused(Exception):
    """The URL leads somewhere that users may not send this server."""


class Unreachable(ConnectionError):
    """There is no way to a host; the text says no more than ``NOT_REACHABLE``."""

    def __init__(self) -> None:
        super().__init__(NOT_REACHABLE)


def reason(error: BaseException) -> str:
    """What may be said of a failed exchange: nothing of addresses, ports and names that only this machine knows."""
    if isinstance(error, httpcore2.ConnectError) and isinstance(
        error.__cause__, ssl.SSLCertVerificationError
    ):
        return "Its TLS certificate is not one that this server trusts for this host."
    if isinstance(error, httpcore2.ConnectError) and isinstance(error.__cause__, ssl.SSLError):
        return "No TLS connection could be made."
    if isinstance(error, httpcore2.RemoteProtocolError):
        said = str(error)
        known = (sentence for start, sentence in _PROTOCOL.items() if start in said)
        return next(known, "The host's answer is no HTTP that can be read.")
    return next((sentence for kind, sentence in _REASONS if isinstance(error, kind)), NOT_REACHABLE)


_REASONS = (
    (httpcore2.ConnectTimeout, NOT_REACHABLE),
    (httpcore2.TimeoutException, "The host did not answer in time."),
    (httpcore2.ConnectError, NOT_REACHABLE),
    (httpcore2.NetworkError, "The connection broke."),
)
_PROTOCOL = {
    "without sending complete message body": "The connection ended before the whole body had come.",
    "disconnected without sending a response": "The host ended the connection without an answer.",
    "Transfer-Encoding": "The host's answer has a Transfer-Encoding other than chunked.",
    "Content-Length": "The host's answer has a Content-Length that is no number, or several that differ.",
}
"""What h11 says, which may hold pieces of the answer, and what is said instead."""


def is_public(address: IPAddress) -> bool:
    """Whether an address is reachable for everybody, also when it hides an IPv4 address in an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    if any(address.version == network.version and address in network for network in _PRIVATE):
        return False
    return address.is_global and not address.is_multicast


class Guard:
    """Decides which addresses may be reached.

    Args:
        allowed: hosts (``hooks.lan``), addresses and networks (``10.0.0.0/8``) that are fine although private.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self.networks: list[IPNetwork] = []
        self.hosts: set[str] = set()
        for entry in allowed:
            try:
                self.networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                self.hosts.add(_bare(entry))

    def allows(self, host: str, address: str) -> bool:
        """Whether a connection to ``address``, which ``host`` resolved to, is fine."""
        parsed = ipaddress.ip_address(address.partition("%")[0])
        if _bare(host) in self.hosts or is_public(parsed):
            return True
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        return any(parsed.version == network.version and parsed in network for network in self.networks)

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host, all of them allowed.

        Raises:
            Refused: one is not, and the host is an address itself.
            Unreachable: one is not, and the host is a name: with a private address among public ones it is not to be
                trusted; or the name does not resolve.
        """
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            found = await asyncio.get_running_loop().run_in_executor(_RESOLVERS, look_up)
        except (OSError, UnicodeError) as error:
            log.info("a host cannot be looked up", host=host, reason=str(error))
            raise Unreachable from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            if not self.allows(host, address):
                if _names_address(host):
                    raise AddressRefused(
                        "It leads to a private address, which is not reachable from this server."
                    )
                log.warning("a host leads to a private address", host=host, address=address)
                raise Unreachable
        return addresses


def _bare(host: str) -> str:
    """A host as it is compared: in ASCII, without the dot at its end."""
    try:
        return urls.ascii_host(host).rstrip(".")
    except urls.InvalidUrl:
        return host.lower()


def _names_address(host: str) -> bool:
    """Whether whoever writes a host knows its address: it is one in some form, or this machine's own name."""
    if ":" in host or host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost"):
        return True
    try:
        socket.inet_aton(host)
    except (OSError, ValueError):
        return False
    return True


class _GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to addresses that were checked."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._inner = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        last: Exception | None = None
        for address in await self._guard.resolve(host, port):
            try:
                return CountedStream(
                    await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                last = error
        raise last or Unreachable

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore2.AsyncNetworkStream:
        raise AddressRefused("Unix sockets are not reachable.")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class GuardedPool:
    """Connections through the guard, none of which is used twice.

    They share one TLS context: reading all root certificates takes tens of milliseconds, in which nothing else runs.

    Args:
        guard: what may be reached.
        connections: how many at once.
    """

    def __init__(self, guard: Guard, connections: int) -> None:
        self._guard = guard
        self._connections = connections
        self._opened: httpcore2.AsyncConnectionPool | None = None

    async def open(self) -> httpcore2.AsyncConnectionPool:
        """The pool, made at its first use."""
        if self._opened is None:
            context = await asyncio.to_thread(_tls_context)
            self._opened = self._opened or httpcore2.AsyncConnectionPool(
                ssl_context=context,
                network_backend=_GuardedBackend(self._guard),
                max_connections=self._connections,
                max_keepalive_connections=0,
            )
        return self._opened

    async def close(self) -> None:
        """Close every connection."""
        if self._opened is not None:
            await self._opened.aclose()


@cache
def _tls_context() -> ssl.SSLContext:
    return httpcore2.default_ssl_context()


class WebhookSender:
    """Posts bodies to users' URLs through the guard.

    Args:
        guard: what may be reached.
        timeout: seconds for the whole exchange.
        connections: exchanges at once.
    """

    def __init__(self, guard: Guard, timeout: float, connections: int) -> None:
        self._timeout = timeout
        self._pool = GuardedPool(guard, connections)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Post a body; returns the status. The answer's body is not read, redirects are not followed.

        Raises:
            Refused: the URL leads into the private network, or is no http(s) URL.
            TimeoutError: no answer in time.
            OSError: no connection, or it broke; the text is for customers.
        """
        try:
            target = urls.parse(url)
        except urls.InvalidUrl as error:
            raise AddressRefused(f"This is no http or https URL that can be used: {error}.") from error
        fields = [("Host", target.host_header), *headers.items()]
        if target.authorization is not None:
            fields.append(("authorization", target.authorization))
        pool = await self._pool.open()
        try:
            async with asyncio.timeout(self._timeout):
                async with pool.stream("POST", target.wire, headers=fields, content=body) as response:
                    return response.status
        except httpcore2.TimeoutException as error:
            raise TimeoutError("no answer in time") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            log.info("no answer", host=target.place, reason=str(error) or type(error).__name__)
            raise ConnectionError(reason(error)) from error

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()
