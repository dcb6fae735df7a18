"""What both databases offer: reads, and writes that share commits.

A *command* is an ``async def`` that takes a :class:`Tx`. On PostgreSQL it is awaited; on SQLite the writer thread
drives it to the end at once, since nothing in it ever waits. So one text of SQL and one text of Python serve both.
"""

import asyncio
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from labelwright.errors import RequestError, ShuttingDown
from labelwright.outages import Outage

Row = Sequence[Any]
R = TypeVar("R")
A = TypeVar("A")


class Reader(Protocol):
    """Runs SELECTs. Parameters are ``$1``, ``$2``, …"""

    async def all(self, statement: str, *args: object) -> Sequence[Row]:
        """Every row."""
        ...

    async def one(self, statement: str, *args: object) -> Row | None:
        """The first row, or None."""
        ...


class Tx(Reader, Protocol):
    """A transaction that is shared with whatever else waited for a commit."""

    wrote: int
    topics: set[str]

    async def run(self, statement: str, *args: object) -> int:
        """Run a write; returns how many rows it touched."""
        ...


Command = Callable[..., Awaitable[Any]]


@dataclass(slots=True)
class Entry:
    """One caller waiting in the group."""

    command: Command
    args: tuple[Any, ...]
    batched: bool
    future: "asyncio.Future[Any]"


@dataclass(slots=True)
class Outcome:
    """What one entry came to: a value or an exception."""

    value: Any = None
    error: BaseException | None = None


async def run_group(tx: Tx, entries: Sequence[Entry]) -> list[Outcome] | None:
    """Run every entry in one transaction without savepoints; None when the group has to be run one by one.

    A refusal that wrote nothing is that caller's alone. Anything else leaves rows half written, or a PostgreSQL
    transaction that takes no more statements: the whole group is rolled back and run again entry by entry.
    """
    outcomes = [Outcome() for _ in entries]
    batches: dict[Command, list[int]] = {}
    for at, entry in enumerate(entries):
        if entry.batched:
            batches.setdefault(entry.command, []).append(at)
    for command, places in batches.items():
        results = await command(tx, [entries[at].args[0] for at in places])
        for at, result in zip(places, results, strict=True):
            if isinstance(result, RequestError):
                outcomes[at].error = result
            else:
                outcomes[at].value = result
    for at, entry in enumerate(entries):
        if entry.batched:
            continue
        before = tx.wrote
        try:
            outcomes[at].value = await entry.command(tx, *entry.args)
        except RequestError as refusal:
            if tx.wrote != before:
                return None
            outcomes[at].error = refusal
    return outcomes


async def run_alone(tx: Tx, entry: Entry) -> Outcome:
    """Run one entry in a savepoint of its own; the caller rolls it back when the outcome is an error."""
    if not entry.batched:
        return Outcome(value=await entry.command(tx, *entry.args))
    (result,) = await entry.command(tx, [entry.args[0]])
    if isinstance(result, RequestError):
        raise result
    return Outcome(value=result)


@dataclass
class Topics:
    """Wakes whoever waits for a kind of change, after its commit."""

    events: dict[str, asyncio.Event] = field(default_factory=dict)
    versions: Counter[str] = field(default_factory=Counter)

    def signal(self, topics: set[str]) -> None:
        """Wake the waiters of each topic."""
        for topic in topics:
            self.versions[topic] += 1
            if topic in self.events:
                self.events[topic].set()

    async def wait(self, topic: str, seconds: float) -> None:
        """Return at the next change of the topic, or after ``seconds``."""
        waiting = self.events.setdefault(topic, asyncio.Event())
        # Not ``wait_for``: on Python 3.11 it loses a cancellation that comes together with the news.
        try:
            async with asyncio.timeout(seconds):
                await waiting.wait()
        except TimeoutError:
            return
        waiting.clear()


class Store(ABC):
    """The database, whichever it is."""

    GROUP = 256
    """At most this many callers share one commit."""

    def __init__(self) -> None:
        self.topics = Topics()
        self.outage = Outage("database")
        self._waiting: deque[Entry] = deque()
        self._committing = False
        self._idle = asyncio.Event()
        self._idle.set()
        self.closing = False

    @abstractmethod
    async def open(self) -> None:
        """Connect; the schema must be there already (``migrations.upgrade``)."""

    @abstractmethod
    async def _close(self) -> None: ...

    @abstractmethod
    def _begin(self, group: Sequence[Entry]) -> None:
        """Run a group in as few transactions as it takes and commit; then call ``_ended``, in the loop."""

    @abstractmethod
    def is_outage(self, error: BaseException) -> bool:
        """Whether an error says that the database cannot be used, rather than something about the statement."""

    @abstractmethod
    async def read(self, query: Callable[..., Awaitable[R]], *args: object, heavy: bool = False) -> R:
        """Run a query function with a :class:`Reader`; ``heavy`` ones must not hold up the event loop.

        Raises:
            Unavailable: the database is away or broken.
        """

    async def start(self) -> None:
        """Open and begin to commit."""
        await self.open()

    async def close(self) -> None:
        """Commit what waits and disconnect."""
        self.closing = True
        await self._idle.wait()
        await self._close()

    async def write(self, command: Callable[..., Awaitable[R]], *args: object) -> R:
        """Run a command and return its result once it is durable.

        Raises:
            RequestError: what the command raised; its writes are undone, the other callers' are not.
            Unavailable: the database is away, broken or full.
        """
        result: R = await self._enqueue(command, args, batched=False)
        return result

    async def write_batched(
        self, command: Callable[[Tx, Sequence[A]], Awaitable[Sequence[R | RequestError]]], item: A
    ) -> R:
        """Like :meth:`write`, for a command that takes every waiting caller's item in one call."""
        result: R = await self._enqueue(command, (item,), batched=True)
        return result

    def _enqueue(self, command: Command, args: tuple[Any, ...], *, batched: bool) -> "asyncio.Future[Any]":
        if self.closing:
            raise ShuttingDown("The server is shutting down.")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._waiting.append(Entry(command, args, batched, future))
        if not self._committing:
            self._committing = True
            self._idle.clear()
            # Not at once: whoever else is about to write in this turn of the loop shares the commit.
            loop.call_soon(self._next_group)
        return future

    def _next_group(self) -> None:
        """Begin to commit what waits, at most ``GROUP`` callers."""
        group: list[Entry] = []
        while self._waiting and len(group) < self.GROUP:
            entry = self._waiting.popleft()
            # A caller that gave up before its turn wants nothing written.
            if not entry.future.cancelled():
                group.append(entry)
        if group:
            self._begin(group)
        else:
            self._committing = False
            self._idle.set()

    def _ended(
        self, group: Sequence[Entry], found: tuple[Sequence[Outcome], set[str]] | BaseException
    ) -> None:
        """Answer every caller of a group, wake whom it concerns, and begin with the next.

        Args:
            group: the callers.
            found: their outcomes and the topics to wake, or what ended the commit itself.
        """
        if isinstance(found, BaseException):
            if self.is_outage(found):
                found = self.outage.began("writing", found)
            outcomes: Sequence[Outcome] = [Outcome(error=found) for _ in group]
            topics: set[str] = set()
        else:
            outcomes, topics = found
            if self.outage.away:
                self.outage.over("writing")
        for entry, outcome in zip(group, outcomes, strict=True):
            if entry.future.cancelled():
                continue
            if outcome.error is None:
                entry.future.set_result(outcome.value)
            else:
                entry.future.set_exception(outcome.error)
        self.topics.signal(topics)
        self._next_group()
