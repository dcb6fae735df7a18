"""Reads bodies into memory: of a bounded size, in a bounded time, and only so much of all requests together."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from labelwright.refusals import Overloaded, TooLarge, TooSlow

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

OPEN_LIMIT = 16 * 1024
"""Largest body in bytes of a request that needs no key or session, such as a log-in."""

SMALL_LIMIT = 1 << 20
"""Largest body in bytes of an endpoint that takes no parameters of tasks and no answers."""

LEAST_RATE = 4096
"""Bytes a second below which a body is too slow, once the time that every body may take is over."""

LEAST_RATE_KEPT = 32 * 1024
"""The same for what lies in memory until it is whole, beyond the first megabyte."""

WAIT = 10.0
"""Seconds that a body waits for others to be done with theirs."""

MAX_WAITING = 256
"""Bodies that wait; what comes then is refused at once."""


_NO_ROOM = "Too many large requests are under way. Please try again later."


class ClientLeft(Exception):
    """The caller hung up before the body was whole; there is nobody to answer."""


class Budget:
    """How many bytes of bodies may lie in memory, of all requests together and of one caller's.

    Bytes count from when they were announced, or received, until the request was answered. Who does not fit waits, in
    the order of coming; a caller that has used up its own share does not hold up the others.

    Args:
        total: bytes of all.
        share: bytes of one caller.
    """

    def __init__(self, total: int, share: int) -> None:
        self.total, self.share = total, share
        self.used = 0
        self._of: Counter[str] = Counter()
        self._waiting: deque[tuple[str, int, asyncio.Future[None]]] = deque()

    def _fits(self, caller: str, size: int) -> bool:
        return self.used + size <= self.total and self._of[caller] + size <= self.share

    def _take(self, caller: str, size: int) -> None:
        self.used += size
        self._of[caller] += size

    async def take(self, caller: str, size: int) -> None:
        """Count bytes of a caller's body, after waiting for room.

        Raises:
            Overloaded: there is none, and was none for a while.
        """
        if not self._waiting and self._fits(caller, size):
            self._take(caller, size)
            return
        if len(self._waiting) >= MAX_WAITING:
            raise Overloaded(_NO_ROOM, field="body")
        room: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        one = (caller, size, room)
        self._waiting.append(one)
        self._wake()
        try:
            async with asyncio.timeout(WAIT):
                await room
        except BaseException as error:
            if room.done() and not room.cancelled():
                self.give_back(caller, size)
            else:
                self._waiting.remove(one)
            if isinstance(error, TimeoutError):
                raise Overloaded(_NO_ROOM, field="body") from None
            raise

    def give_back(self, caller: str, size: int) -> None:
        """Count bytes as gone."""
        self.used -= size
        self._of[caller] -= size
        if self._of[caller] <= 0:
            del self._of[caller]
        if self._waiting:
            self._wake()

    def _wake(self) -> None:
        for one in list(self._waiting):
            caller, size, room = one
            if self.used + size > self.total:
                return
            if not room.done() and self._fits(caller, size):
                self._waiting.remove(one)
                self._take(caller, size)
                room.set_result(None)


class Body:
    """One request's body in memory; use as a context, its bytes count until the end of it.

    Args:
        budget: what all bodies share.
        caller: whose share it counts for.
    """

    def __init__(self, budget: Budget, caller: str) -> None:
        self._budget, self._caller = budget, caller
        self._counted = 0

    def __enter__(self) -> "Body":
        return self

    def __exit__(self, *_: object) -> None:
        if self._counted:
            self._budget.give_back(self._caller, self._counted)

    async def read(self, receive: Receive, declared: bytes, limit: int, seconds: float) -> bytes:
        """Read the whole body.

        Args:
            receive: gives the pieces.
            declared: the header Content-Length.
            limit: most bytes.
            seconds: that every body may take.

        Raises:
            TooLarge: it has more than ``limit`` bytes.
            TooSlow: it comes too slowly.
            Overloaded: too much is read already.
            ClientLeft: the caller hung up.
        """
        size = int(declared) if declared.isdigit() else 0
        if size > limit:
            raise _too_large(limit)
        if size:
            # All of it at once: of many that are read in turns none would come to its end.
            await self._count(size)
        body: bytes | bytearray = b""
        async for piece in pieces(receive, seconds, kept=True):
            if len(body) + len(piece) > limit:
                raise _too_large(limit)
            if len(body) + len(piece) > self._counted:
                await self._count(len(body) + len(piece) - self._counted)
            if not body:
                # Almost every body comes in one piece.
                body = piece
            else:
                if isinstance(body, bytes):
                    body = bytearray(body)
                body += piece
        return bytes(body)

    async def _count(self, size: int) -> None:
        await self._budget.take(self._caller, size)
        self._counted += size


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body must not be larger than {limit} bytes.", field="body")


async def pieces(receive: Receive, seconds: float, *, kept: bool = False) -> AsyncIterator[bytes]:
    """The pieces of a body, which may take some seconds and those that its size needs.

    Args:
        receive: gives the pieces.
        seconds: that every body may take.
        kept: whether the body lies in memory until it is whole.

    Raises:
        TooSlow: it comes too slowly.
        ClientLeft: the caller hung up.
    """
    clock = asyncio.get_running_loop().time
    spent, size, more = 0.0, 0, True
    while more:
        first = min(size, 1 << 20) if kept else size
        allowed = seconds + first / LEAST_RATE + (size - first) / LEAST_RATE_KEPT
        asked = clock()
        try:
            async with asyncio.timeout(allowed - spent):
                message = await receive()
        except TimeoutError as error:
            raise TooSlow("The body came too slowly.", field="body") from error
        # Only the waiting for the client counts, not what is done with the pieces.
        spent += clock() - asked
        if message["type"] == "http.disconnect":
            raise ClientLeft
        piece = message.get("body", b"")
        size += len(piece)
        yield piece
        more = message.get("more_body", False)
