"""What the outboxes share: rows that are owed to hosts, leased to workers, host by host.

The tables (``callback``, ``attachment``) have the columns ``host``, ``state`` (0 while owed) and ``next_at`` (when the
row is due, or the end of its lease), and an index on host and time of the owed rows.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from labelwright import urls
from labelwright.store.database import Reader, Tx
from labelwright.store.sql import SKIP_LOCKED

Outbox = Literal["callback", "attachment"]

_NETLOC = re.compile(r"[^:]*://([^/?#]*).*\Z", re.DOTALL)
MAX_HOST_LENGTH = 300
"""Characters of a host that are told apart."""

MAIL = "@"
"""The host of every e-mail address: all mail leaves through one server."""


def host_of(url: str) -> str:
    """Whom a row keeps busy: the URL's host and port in lower case; ``@`` for mail."""
    if "://" not in url:
        return MAIL
    try:
        return urls.parse(url).place
    except urls.InvalidUrl:
        # A bucket or a folder, or an address that was accepted once and cannot be used.
        return _NETLOC.sub(r"\1", url)[:MAX_HOST_LENGTH].rpartition("@")[2].lower()


async def waiting_hosts(db: Reader, outbox: Outbox) -> Sequence[tuple[str, int]]:
    """Every host that something is owed to, and when the first of it is due.

    One jump in the index for each host, however much is owed to it.
    """
    rows = await db.all(
        f"WITH RECURSIVE waiting(host) AS (SELECT MIN(host) FROM {outbox} WHERE state = 0"
        f" UNION ALL SELECT (SELECT MIN(o.host) FROM {outbox} o WHERE o.state = 0 AND o.host > w.host)"
        " FROM waiting w WHERE w.host IS NOT NULL)"
        f" SELECT host, (SELECT MIN(o.next_at) FROM {outbox} o WHERE o.state = 0 AND o.host = waiting.host)"
        " FROM waiting WHERE host IS NOT NULL"
    )
    return [(row[0], int(row[1])) for row in rows if row[1] is not None]


async def shorten(tx: Tx, outbox: Outbox, now: int, longest: Sequence[int]) -> int:
    """Make rows due earlier that wait longer than they can; returns how many.

    Args:
        tx: the transaction.
        outbox: which table.
        now: milliseconds.
        longest: the longest wait in milliseconds after so many tries as its position says; the last one is for more.
    """
    tries = "tries - earlier_tries" if outbox == "callback" else "tries"
    cases = " ".join(f"WHEN {tries} <= {n} THEN {int(wait)}" for n, wait in enumerate(longest))
    until = f"CAST($1 AS BIGINT) + CASE {cases} ELSE {int(longest[-1])} END"
    return await tx.run(f"UPDATE {outbox} SET next_at = {until} WHERE state = 0 AND next_at > {until}", now)


async def due(
    tx: Tx, outbox: Outbox, columns: str, now: int, room: Mapping[str, int], limit: int
) -> list[Sequence[Any]]:
    """Rows that are due, held still until the commit that leases them.

    Args:
        tx: the transaction.
        outbox: which table.
        columns: what to select.
        now: milliseconds.
        room: how many at most for each host, in the order in which hosts are served.
        limit: how many at most together.
    """
    found: list[Sequence[Any]] = []
    for host, n in room.items():
        if len(found) >= limit:
            break
        found.extend(
            await tx.all(
                f"SELECT {columns} FROM {outbox} WHERE state = 0 AND host = $1 AND next_at <= $2"
                " ORDER BY next_at, id LIMIT $3 " + SKIP_LOCKED,
                host,
                now,
                min(n, limit - len(found)),
            )
        )
    return found
