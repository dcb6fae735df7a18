"""For the tests of programs that use this package: transports that need no network.

```python
transport = CannedTransport()
transport.answer("GET", "projects", [{"name": "cones", "type": "imageannotation"}])
client = ScaleClient("test_key", transport=transport)
assert [project.name for project in client.projects()] == ["cones"]
```

`AsgiTransport` carries requests into a server in the same process. For a real Labelwright there are the fixtures
``scale_server`` and ``scale_client`` of the distribution ``labelwright``, which pytest finds by itself.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

from scaleapi import _json
from scaleapi._engine.messages import Answer, Failure, Send
from scaleapi._engine.uploads import Multipart
from scaleapi.exceptions import Headers

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Tell: TypeAlias = Callable[[Message], Awaitable[None]]
AsgiApp: TypeAlias = Callable[[Message, Receive, Tell], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it left the client.

    Attributes:
        method: HTTP verb.
        path: Below ``/v1/``, percent-decoded.
        query: Parameter to its values.
        headers: Lookup ignores case.
        body: The bytes.
    """

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return _json.loads(self.body)


class CannedTransport:
    """Answers with what it was told to, and remembers what was asked.

    Answers for the same verb and path are given in the order in which they were announced; the last one again and
    again. Give it to a client as ``transport=``.

    Attributes:
        requests: What was sent, in order; retries included.
    """

    def __init__(self) -> None:
        self.requests: list[Sent] = []
        self._answers: dict[tuple[str, str], deque[Answer | Failure]] = {}

    def answer(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        status: int = 200,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Announces an answer.

        Args:
            method: HTTP verb.
            path: Below the base URL, without a leading slash and decoded: ``batches/a b``.
            json: The body, as JSON.
            status: HTTP status.
            body: The body as bytes, instead of `json`.
            headers: Response headers.
        """
        content = _json.dumps(json) if body is None else body
        self._announce(method, path, Answer(status, Headers(headers), content))

    def refuse(self, method: str, path: str, status: int, error: str) -> None:
        """Announces a refusal in the API's form: ``{"status_code": …, "error": …}``."""
        self.answer(method, path, {"status_code": status, "error": error}, status=status)

    def fail(
        self, method: str, path: str, reason: str = "connection lost", *, may_have_acted: bool = True
    ) -> None:
        """Announces that no answer comes.

        Args:
            method: HTTP verb.
            path: As for `answer`.
            reason: In words.
            may_have_acted: False when the server was not even reached.
        """
        self._announce(method, path, Failure(ConnectionError(reason), reason, may_have_acted=may_have_acted))

    def _announce(self, method: str, path: str, what: Answer | Failure) -> None:
        self._answers.setdefault((method.upper(), path), deque()).append(what)

    def send(self, step: Send) -> Answer | Failure:
        """Makes one attempt.

        Raises:
            AssertionError: Nothing was announced for this request.
        """
        sent = _sent(step)
        self.requests.append(sent)
        waiting = self._answers.get((sent.method, sent.path))
        if waiting is None:
            raise AssertionError(f"no answer was announced for {sent.method} {sent.path}")
        return waiting.popleft() if len(waiting) > 1 else waiting[0]

    def close(self) -> None:
        """Nothing is open."""

    @property
    def asynchronous(self) -> AsyncTransportOf:
        """The same transport for an `AsyncScaleClient`."""
        return AsyncTransportOf(self)


class AsyncTransportOf:
    """A blocking transport that answers at once, for an `AsyncScaleClient`.

    Args:
        transport: The transport.
    """

    def __init__(self, transport: CannedTransport) -> None:
        self.transport = transport

    async def send(self, step: Send) -> Answer | Failure:
        """Makes one attempt."""
        return self.transport.send(step)

    async def close(self) -> None:
        """Nothing is open."""


def _sent(step: Send) -> Sent:
    parts = urlsplit(step.url)
    path = unquote(parts.path).lstrip("/").removeprefix("v1/")
    query = parse_qs(parts.query, keep_blank_values=True)
    return Sent(step.method, path, query, Headers(step.headers), _whole(step.body))


def _whole(body: bytes | Multipart | None) -> bytes:
    if not isinstance(body, Multipart):
        return body or b""
    opened = body.open()
    try:
        return b"".join(opened)
    finally:
        opened.close()


class AsgiTransport:
    """Carries requests into an ASGI application in this process: no socket, no port.

    The application lives in an event loop of its own, in a thread; its lifespan begins with the first request and
    ends with `close`.

    Args:
        app: The application.
    """

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def send(self, step: Send) -> Answer | Failure:
        """Makes one attempt."""
        with self._lock:
            if self._loop is None:
                self._open()
        assert self._loop is not None
        limit = step.read_timeout
        coming = asyncio.run_coroutine_threadsafe(self._exchange(step), self._loop)
        try:
            return coming.result(limit)
        except TimeoutError as error:
            coming.cancel()
            return Failure(error, "the application did not answer in time", timed_out=True)

    def close(self) -> None:
        """Ends the application's lifespan and its thread."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is None:
            return
        asyncio.run_coroutine_threadsafe(self._shut_down(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join()
        loop.close()

    def _open(self) -> None:
        loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=loop.run_forever, name="scaleapi-asgi", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start_up(), loop).result()
        self._loop = loop

    async def _start_up(self) -> None:
        self._to_app: asyncio.Queue[Message] = asyncio.Queue()
        self._from_app: asyncio.Queue[Message] = asyncio.Queue()
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
        self._lifespan = asyncio.ensure_future(self._app(scope, self._to_app.get, self._from_app.put))
        await self._to_app.put({"type": "lifespan.startup"})
        told = await self._from_app.get()
        if told["type"] != "lifespan.startup.complete":
            raise RuntimeError(f"the application did not start: {told.get('message', '')}")

    async def _shut_down(self) -> None:
        await self._to_app.put({"type": "lifespan.shutdown"})
        await self._from_app.get()
        await self._lifespan

    async def _exchange(self, step: Send) -> Answer:
        parts = urlsplit(step.url)
        body = await asyncio.to_thread(_whole, step.body)
        headers = {"host": parts.netloc, "content-length": str(len(body)), **step.headers}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": step.method,
            "scheme": parts.scheme,
            "path": unquote(parts.path),
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 0),
            "server": (parts.hostname, parts.port or 80),
        }
        unread: deque[Message] = deque([{"type": "http.request", "body": body, "more_body": False}])
        said: list[Message] = []

        async def receive() -> Message:
            return unread.popleft() if unread else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            said.append(message)

        await self._app(scope, receive, send)
        start = said[0]
        named = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
        return Answer(start["status"], Headers(named), b"".join(one.get("body", b"") for one in said[1:]))
