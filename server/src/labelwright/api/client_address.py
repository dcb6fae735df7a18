"""Which network address a request comes from, behind proxies that are trusted to say so."""

import ipaddress
from collections.abc import Mapping, Sequence

from labelwright.settings import parts

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(text: str) -> Sequence[Network]:
    """Read a comma-separated list of networks.

    Raises:
        ValueError: one is no network.
    """
    return [ipaddress.ip_network(part) for part in parts(text)]


def of(trusted: Sequence[Network], client: Sequence[object] | None, headers: Mapping[bytes, bytes]) -> str:
    """The nearest address that is no trusted proxy; an IPv6 address stands for its /64. Empty when it is not known.

    Args:
        trusted: networks of proxies.
        client: (host, port) of the connection.
        headers: of the request.
    """
    forwarded = headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")
    hops = [*forwarded, str(client[0]) if client else ""]
    found = ""
    for hop in reversed([hop.strip() for hop in hops if hop.strip()]):
        try:
            address = ipaddress.ip_address(hop)
        except ValueError:
            break
        mapped = getattr(address, "ipv4_mapped", None)
        address = mapped or address
        found = str(ipaddress.ip_network(f"{address}/64", strict=False) if address.version == 6 else address)
        if not any(address.version == network.version and address in network for network in trusted):
            break
    return found
