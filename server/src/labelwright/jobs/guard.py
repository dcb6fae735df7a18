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


class Refused(Exception):
    """The URL leads somewhere that users may not send this server."""


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
                self.hosts.add(entry.lower())

    def allows(self, host: str, address: str) -> bool:
        """Whether a connection to ``address``, which ``host`` resolved to, is fine."""
        parsed = ipaddress.ip_address(address.partition("%")[0])
        if host.lower() in self.hosts or is_public(parsed):
            return True
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
            parsed = parsed.ipv4_mapped
        return any(parsed.version == network.version and parsed in network for network in self.networks)

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """The addresses of a host, all of them allowed.

        Raises:
            Refused: one is not; a name with a private address among public ones is not to be trusted.
            OSError: the name does not resolve.
        """
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(_RESOLVERS, look_up)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            if not self.allows(host, address):
                raise Refused(f"{host} leads to the private address {address}, which is not allowed.")
        return addresses


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
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                last = error
        raise last or httpcore2.ConnectError(f"{host} has no address")

    async def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> httpcore2.AsyncNetworkStream:
        raise Refused(f"Unix sockets are not reachable ({path}).")

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


class Courier:
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
            OSError: no connection, or it broke.
        """
        pool = await self._pool.open()
        try:
            async with asyncio.timeout(self._timeout):
                async with pool.stream("POST", url, headers=list(headers.items()), content=body) as response:
                    return response.status
        except (httpcore2.UnsupportedProtocol, ValueError) as error:
            raise Refused(f"This is no http or https URL: {error}") from error
        except httpcore2.TimeoutException as error:
            raise TimeoutError("no answer in time") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise ConnectionError(str(error) or type(error).__name__) from error

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()
