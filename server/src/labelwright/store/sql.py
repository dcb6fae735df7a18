"""Small helpers that keep one SQL text for both databases."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

SKIP_LOCKED = "/*skip-locked*/"
"""Marks a SELECT whose rows another process may hold: becomes ``FOR UPDATE SKIP LOCKED`` on PostgreSQL."""

FOR_UPDATE = "/*for-update*/"
"""Marks a SELECT that reads what the same transaction then writes: ``FOR UPDATE`` on PostgreSQL."""


NO_INDEX = "/*no-index*/"
"""Marks a column that SQLite shall not choose an index by: becomes a unary plus. PostgreSQL knows how often values
come, and chooses by itself."""

_INDEXED_BY = re.compile(r"/\*indexed-by (\w+)\*/")


def indexed_by(name: str) -> str:
    """Return what follows a table that SQLite shall search by this index and no other; nothing on PostgreSQL."""
    return f"/*indexed-by {name}*/"


@lru_cache(maxsize=2048)
def for_sqlite(statement: str) -> str:
    """Turn ``$3`` into ``?3``, and marks into what they mean; row locks mean nothing to a single writer."""
    chosen = _INDEXED_BY.sub(r"INDEXED BY \1", statement)
    return re.sub(r"\$(\d+)", r"?\1", chosen).replace(NO_INDEX, "+")


@lru_cache(maxsize=2048)
def for_postgres(statement: str) -> str:
    """Put row locks where they are marked."""
    return statement.replace(SKIP_LOCKED, "FOR UPDATE SKIP LOCKED").replace(FOR_UPDATE, "FOR UPDATE")


@lru_cache(maxsize=512)
def placeholders(count: int, start: int = 1) -> str:
    """Return ``$1,$2,…``: ``count`` of them from ``start`` on."""
    return ",".join(f"${i}" for i in range(start, start + count))


@lru_cache(maxsize=512)
def insert(table: str, columns: tuple[str, ...], rows: int, tail: str = "") -> str:
    """Return a multi-row INSERT; ``tail`` is what follows VALUES (``ON CONFLICT …``)."""
    width = len(columns)
    values = ",".join(f"({placeholders(width, 1 + i * width)})" for i in range(rows))
    return f"INSERT INTO {table} ({','.join(columns)}) VALUES {values} {tail}"


def chunks(items: Sequence[T], largest: int = 64) -> Iterator[Sequence[T]]:
    """Cut a list into power-of-two pieces, so that few distinct statements have to be prepared."""
    at = 0
    while at < len(items):
        size = min(largest, 1 << ((len(items) - at).bit_length() - 1))
        yield items[at : at + size]
        at += size


class Where:
    """Collects conditions and their arguments for one statement."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.args: list[object] = []

    def add(self, condition: str, *values: object) -> None:
        """Add a condition; each ``?`` in it stands for the next value."""
        for value in values:
            self.args.append(value)
            condition = condition.replace("?", f"${len(self.args)}", 1)
        self.parts.append(condition)

    def any_of(self, column: str, values: Iterable[object]) -> None:
        """Add ``column IN (…)``."""
        listed = list(values)
        self.parts.append(f"{column} IN ({placeholders(len(listed), len(self.args) + 1)})")
        self.args.extend(listed)

    def __str__(self) -> str:
        return " AND ".join(self.parts) or "1=1"
