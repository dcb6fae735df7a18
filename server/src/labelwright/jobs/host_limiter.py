"""How many deliveries may be under way, so that receivers that hang do not take the places of those that answer."""

from collections import Counter

MAX_REMEMBERED = 10_000
"""Hosts whose pace is remembered; beyond that everybody starts anew."""


class HostLimiter:
    """Counts what is under way, altogether and for each host.

    A host that nothing is known of gets ``FIRST`` places, and one more with each answer up to ``per_host``. When it
    keeps the server waiting it is back at one. So receivers that hang hold a place or two each, however much is owed
    to them, and all the others' places stay free.

    Args:
        total: deliveries under way at once.
        per_host: of these to one host.
    """

    FIRST = 2

    def __init__(self, total: int, per_host: int) -> None:
        self._total = total
        self._per_host = max(1, per_host)
        self._under_way: Counter[str] = Counter()
        self._pace: dict[str, int] = {}

    @property
    def free(self) -> int:
        """How many more may start."""
        return self._total - self._under_way.total()

    def free_for(self, host: str) -> int:
        """How many more may start to this host, as far as the host is concerned."""
        return self._pace_of(host) - self._under_way[host]

    def start(self, host: str) -> None:
        """Take a place."""
        self._under_way[host] += 1

    def end(self, host: str, *, answered: bool) -> None:
        """Give a place back.

        Args:
            host: whose.
            answered: whether it did anything within its time, be it an error.
        """
        if self._under_way[host] > 1:
            self._under_way[host] -= 1
        else:
            del self._under_way[host]
        if len(self._pace) >= MAX_REMEMBERED:
            self._pace.clear()
        self._pace[host] = min(self._per_host, self._pace_of(host) + 1) if answered else 1

    def _pace_of(self, host: str) -> int:
        return self._pace.get(host, min(self.FIRST, self._per_host))
