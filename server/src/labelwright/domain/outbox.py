"""What may be taken out of an outbox now: hosts that keep this server waiting hold up nobody else's."""

from collections.abc import Callable, Mapping

import msgspec

from labelwright.domain.platform import Platform
from labelwright.store import outbox as rows


class HostCapacity(msgspec.Struct, frozen=True):
    """How many more each host may be asked for, and when a host with a place is due next.

    Attributes:
        by_host: free places by host, whoever waits longest first.
        next_at: milliseconds; None when nothing else is owed to a host with a place.
    """

    by_host: Mapping[str, int]
    next_at: int | None


async def capacity(platform: Platform, outbox: rows.Outbox, places: Callable[[str], int]) -> HostCapacity:
    """Look who is owed something that is due, and has a place.

    Args:
        platform: the platform.
        outbox: which outbox.
        places: how many more may be under way to a host.
    """
    now = platform.clock.now()
    by_host: dict[str, int] = {}
    waiting = await platform.read(rows.waiting_hosts, outbox, heavy=True)
    for at, host in sorted((at, host) for host, at in waiting):
        free = places(host)
        if free <= 0:
            continue
        if at > now:
            return HostCapacity(by_host, at)
        by_host[host] = free
    return HostCapacity(by_host, None)
