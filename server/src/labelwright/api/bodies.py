"""Reads bodies into memory: of a bounded size, in a bounded time, and only so much of all requests together."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, MutableMapping
from typing import Any, cast

from labelwright.errors import Overloaded, RequestTimeout, TooLarge

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

OPEN_LIMIT = 16 * 1024
"""Largest body in bytes of a request that needs no key or session, such as a log-in."""

SMALL_LIMIT = 1 << 20
"""Largest body in bytes of an endpoint that takes no parameters of tasks and no answers."""

MIN_RATE = 4096
"""Bytes a second below which a body is too slow, once the time that every body may take is over."""

MIN_RATE_KEPT = 32 * 1024
"""The same for what lies in memory until it is whole, beyond the first megabyte."""

MAX_WAIT = 10.0
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
        self._of: dict[str, int] = {}
        self._waiting: deque[tuple[str, int, asyncio.Future[None]]] = deque()

    def take_now(self, caller: str, size: int) -> bool:
        """Count bytes of a caller's body if there is room and nobody waits."""
        return not self._waiting and self._take(caller, size)

    def _take(self, caller: str, size: int) -> bool:
        used, own = self.used + size, self._of.get(caller, 0) + size
        if used > self.total or own > self.share:
            return False
        self.used, self._of[caller] = used, own
        return True

    async def take(self, caller: str, size: int) -> None:
        """Count bytes of a caller's body, after waiting for room.

        Raises:
            Overloaded: there is none, and was none for a while.
        """
        if self.take_now(caller, size):
            return
        if len(self._waiting) >= MAX_WAITING:
            raise Overloaded(_NO_ROOM, field="body")
        room: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        one = (caller, size, room)
        self._waiting.append(one)
        self._wake()
        try:
            async with asyncio.timeout(MAX_WAIT):
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
        left = self._of[caller] - size
        if left > 0:
            self._of[caller] = left
        else:
            del self._of[caller]
        if self._waiting:
            self._wake()

    def _wake(self) -> None:
        for one in list(self._waiting):
            caller, size, room = one
            if self.used + size > self.total:
                return
            if not room.done() and self._take(caller, size):
                self._waiting.remove(one)
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
            RequestTimeout: it comes too slowly.
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
        pace, more = _Pace(seconds, kept=True), True
        while more:
            message = await pace.next(receive, len(body))
            piece, more = message.get("body", b""), message.get("more_body", False)
            if len(body) + len(piece) > self._counted:
                if len(body) + len(piece) > limit:
                    raise _too_large(limit)
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
        if not self._budget.take_now(self._caller, size):
            await self._budget.take(self._caller, size)
        self._counted += size


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body must not be larger than {limit} bytes.", field="body")


class _Pace:
    """How slowly the pieces of a body may come.

    Args:
        seconds: that every body may take, besides those that its size needs.
        kept: whether the body lies in memory until it is whole.
    """

    __slots__ = ("_kept", "_seconds", "_spent")

    def __init__(self, seconds: float, *, kept: bool) -> None:
        self._seconds, self._kept, self._spent = seconds, kept, 0.0

    async def next(self, receive: Receive, size: int) -> MutableMapping[str, Any]:
        """Wait for the next piece, after ``size`` bytes.

        Raises:
            RequestTimeout: it does not come in time.
            ClientLeft: the caller hung up.
        """
        waiting = cast("Coroutine[Any, Any, MutableMapping[str, Any]]", receive())
        try:
            # A piece that is there already needs no timer.
            future = waiting.send(None)
        except StopIteration as done:
            return self._checked(done.value)
        allowed = self._seconds
        if size:
            first = min(size, 1 << 20) if self._kept else size
            allowed += first / MIN_RATE + (size - first) / MIN_RATE_KEPT
        clock = asyncio.get_running_loop().time
        asked = clock()
        try:
            async with asyncio.timeout(allowed - self._spent):
                message = await _Resumed(waiting, future)
        except TimeoutError as error:
            raise RequestTimeout("The body came too slowly.", field="body") from error
        # Only the waiting for the client counts, not what is done with the pieces.
        self._spent += clock() - asked
        return self._checked(message)

    @staticmethod
    def _checked(message: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if message["type"] == "http.disconnect":
            raise ClientLeft
        return message


class _Resumed:
    """Awaits the rest of a coroutine that was begun by hand.

    Args:
        coroutine: what was begun.
        future: what it waits for.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, Any], future: Any) -> None:
        self._coroutine, self._future = coroutine, future

    def __await__(self) -> Generator[Any, Any, Any]:
        coroutine, future = self._coroutine, self._future
        while True:
            try:
                try:
                    sent = yield future
                except BaseException as error:  # noqa: BLE001  passed on
                    future = coroutine.throw(error)
                else:
                    future = coroutine.send(sent)
            except StopIteration as done:
                return done.value


async def chunks(receive: Receive, seconds: float) -> AsyncIterator[bytes]:
    """The pieces of a body, which may take some seconds and those that its size needs.

    Args:
        receive: gives the pieces.
        seconds: that every body may take.

    Raises:
        RequestTimeout: it comes too slowly.
        ClientLeft: the caller hung up.
    """
    pace, size, more = _Pace(seconds, kept=False), 0, True
    while more:
        message = await pace.next(receive, size)
        piece = message.get("body", b"")
        size += len(piece)
        yield piece
        more = message.get("more_body", False)
