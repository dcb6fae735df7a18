"""A door: takes HTTP requests, finds the endpoint and the caller, answers, and logs one line."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any

import msgspec
import structlog

from labelwright import __version__, worker_processes, worker_threads
from labelwright.api import client_address, form_bodies
from labelwright.api.bodies import OPEN_LIMIT, SMALL_LIMIT, Body, Budget, ClientLeft, Receive, chunks
from labelwright.api.endpoint import Answer, Call, Endpoint
from labelwright.api.errors import InternalError
from labelwright.api.rate_limits import RateLimiter
from labelwright.api.routing import Routes
from labelwright.domain.platform import Platform
from labelwright.domain.principals import Program, Worker
from labelwright.errors import InvalidParameter, RequestError, Unavailable, WrongContentType
from labelwright.ids import new_id
from labelwright.validation import decoding
from labelwright.validation.errors import Path, path_text

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Authenticate = Callable[[Mapping[bytes, bytes]], Awaitable[Program | Worker]]
Gate = Callable[[Endpoint, Mapping[bytes, bytes]], None]

log = structlog.get_logger("labelwright.http")

_FORM = b"application/x-www-form-urlencoded"
_LINK = re.compile(r"[0-9a-f]{24}\.[0-9a-f]{32}")
"""The secret part of an invitation's link (``domain/invitations.py``)."""
_JSON_TYPES = (b"application/json", b"text/json", b"text/plain", b"application/octet-stream")
"""What is read as JSON; the last two are what careless clients send JSON with."""


PIECE = 1 << 20
"""Bytes of an answer that are given to the connection at once."""


class ApiApp:
    """An ASGI application for one table of endpoints.

    Args:
        platform: the running platform.
        prefix: the path before the table's paths (``/v1``).
        table: the endpoints.
        authenticate: tells who the caller is.
        refuse: turns a refusal into an answer.
        budget: how many bytes of bodies may lie in memory, shared by all doors.
        gate: refuses requests that this door does not take, before they are read.
        limits: how often each program may ask; None when as often as it likes.
    """

    def __init__(
        self,
        platform: Platform,
        prefix: str,
        table: Sequence[Endpoint],
        authenticate: Authenticate,
        refuse: Callable[[RequestError], Answer],
        budget: Budget,
        gate: Gate | None = None,
        limits: RateLimiter | None = None,
    ) -> None:
        self.platform = platform
        self.prefix = prefix.encode()
        self.routes = Routes(table)
        self.authenticate = authenticate
        self.refuse = refuse
        self.gate = gate
        self.limits = limits
        self.budget = budget
        self.trusted = client_address.networks(platform.settings.trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = time.perf_counter()
        request_id = new_id(self.platform.clock.now())
        caller: list[str] = []
        try:
            answer = await self._answer(scope, receive, caller)
        except ClientLeft:
            return
        except RequestError as refusal:
            answer = self.refuse(refusal)
        except Exception as error:
            away = self.platform.outage(error)
            if away is None:
                log.exception("request failed", request_id=request_id, path=_logged(scope["path"]))
            answer = self.refuse(away or InternalError())
        try:
            size = await _send(answer, request_id, scope["method"], receive, send)
        except Unavailable:
            # The rest of a file cannot be read: the connection is closed before the length that was announced.
            return
        log.info(
            "request",
            method=scope["method"],
            path=_logged(scope["path"]),
            status=answer.status,
            ms=round((time.perf_counter() - started) * 1000, 2),
            bytes=size,
            caller=caller[0] if caller else None,
            request_id=request_id,
        )

    async def _answer(self, scope: Scope, receive: Receive, caller: list[str]) -> Answer:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        found: tuple[Endpoint, dict[str, str]] | RequestError
        try:
            found = self.routes.find(scope["method"], raw_path.partition(b"?")[0][len(self.prefix) :])
        except RequestError as refusal:
            found = refusal
        principal = None
        if isinstance(found, RequestError) or found[0].needs_key:
            # Before anything else: somebody unknown learns nothing of what is there (wire/task-types-common §12.2).
            principal = await self.authenticate(headers)
            caller.append(principal.hint if isinstance(principal, Program) else principal.person.id)
            if self.limits is not None and isinstance(principal, Program):
                self.limits.spend(principal.key_id)
        if isinstance(found, RequestError):
            raise found
        endpoint, path = found
        if self.gate is not None:
            self.gate(endpoint, headers)
        call = Call(self.platform, principal, path, scope["query_string"], headers)
        if not endpoint.needs_key:
            call.source = client_address.of(self.trusted, scope.get("client"), headers)
        if endpoint.streams:
            call.stream = chunks(receive, self.platform.settings.request_timeout)
        if endpoint.streams or scope["method"] == "GET":
            return await endpoint.handler(call)
        with Body(self.budget, _owner(principal, scope)) as body:
            await self._read(call, endpoint, body, receive)
            return await endpoint.handler(call)

    async def _read(self, call: Call, endpoint: Endpoint, body: Body, receive: Receive) -> None:
        """Read a body, and decode a large one in a thread, before the handler asks for it."""
        settings = self.platform.settings
        limit = settings.body_limit if endpoint.large else min(settings.body_limit, SMALL_LIMIT)
        if not endpoint.needs_key:
            limit = min(limit, OPEN_LIMIT)
        declared = call.headers.get(b"content-length", b"0")
        raw = await body.read(receive, declared, limit, settings.request_timeout)
        if not raw or endpoint.body is None:
            call.body = raw
            return
        if len(raw) <= worker_threads.LARGE:
            call.body = self._json(raw, call.headers)
            if b"\\u0000" in call.body:
                await _refuse_nul(call.body)
            return
        call.body = await worker_threads.run(len(raw), self._json, raw, call.headers)
        await _refuse_nul(call.body)
        if isinstance(endpoint.body, type) and issubclass(endpoint.body, msgspec.Struct):
            run = worker_processes.run if endpoint.keeps_texts else worker_threads.run
            model, read = endpoint.body, decoding.decoded_or_refusal
            call.decoded = model, await run(len(raw), read, model, call.body)

    @staticmethod
    def _json(body: bytes, headers: Mapping[bytes, bytes]) -> bytes:
        """A body as JSON text, whichever form it came in."""
        content_type = _media_type(headers, b"application/json")
        if content_type == _FORM:
            # curl's -d announces a form whatever it sends.
            return body if body.lstrip()[:1] in {b"{", b"["} else form_bodies.to_json(body)
        if content_type not in _JSON_TYPES and not content_type.endswith(b"+json"):
            raise WrongContentType(
                f'"Content-Type" must be application/json, not {content_type.decode("latin-1")}',
                field="Content-Type",
            )
        return body


async def _refuse_nul(text: bytes) -> None:
    """Refuse text with the character U+0000: PostgreSQL cannot keep it, and no name, tag or text has a use for it."""
    if not await worker_threads.run(len(text), has_nul, text):
        return
    place = await worker_processes.run(len(text), path_of_nul, text)
    if place:
        raise InvalidParameter.because(f'"{place}" contains the character U+0000', field=place)
    raise InvalidParameter("The body contains the character U+0000.", field="body")


def has_nul(text: bytes) -> bool:
    """Whether JSON text has the character U+0000, which is always escaped in it."""
    return b"\\u0000" in text and b"\\u0000" in text.replace(b"\\\\", b"")


def path_of_nul(text: bytes) -> str:
    """Where the first string with the character U+0000 is in JSON text; empty for a name, or what is no JSON."""
    try:
        waiting: list[tuple[Path, Any]] = [((), decoding.decode(Any, text))]
    except RequestError:
        return ""
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str) and "\x00" in value:
            return path_text(path)
        if isinstance(value, dict):
            waiting.extend(((*path, name), one) for name, one in reversed(value.items()))
        elif isinstance(value, list):
            waiting.extend(((*path, place), one) for place, one in reversed(list(enumerate(value))))
    return ""


def _owner(principal: Program | Worker | None, scope: Scope) -> str:
    """Whose share of the memory for bodies a request takes."""
    if principal is None:
        client = scope.get("client")
        return f"address {client[0]}" if client else "address"
    return principal.key_id if isinstance(principal, Program) else principal.person.id


def _logged(path: str) -> str:
    """A path as the log shows it: an invitation's link opens the door to whoever reads it."""
    return _LINK.sub("…", path)


def _media_type(headers: Mapping[bytes, bytes], default: bytes) -> bytes:
    """The Content-Type without its parameters; ``default`` when there is none."""
    return headers.get(b"content-type", default).partition(b";")[0].strip().lower()


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(answer: Answer, request_id: str, method: str, receive: Receive, send: Send) -> int:
    """Send an answer; returns how many bytes its body had."""
    headers = [
        (b"content-type", answer.content_type),
        (b"x-request-id", request_id.encode()),
        (b"x-labelwright-build", __version__.encode()),
        (b"x-content-type-options", b"nosniff"),
        *answer.headers,
    ]
    if isinstance(answer.body, bytes):
        headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        body = b"" if method == "HEAD" else answer.body
        start = 0
        while len(body) - start > PIECE:
            # What the client has not taken yet is copied, on the event loop.
            await send({"type": "http.response.body", "body": body[start : start + PIECE], "more_body": True})
            start += PIECE
        await send({"type": "http.response.body", "body": body[start:] if start else body})
        return len(answer.body)
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    size = 0
    if method == "HEAD":
        await send({"type": "http.response.body", "body": b""})
        return 0
    # Sending to somebody who has left raises nothing, and a stream of news would go on for ever.
    left = asyncio.ensure_future(_hung_up(receive))
    try:
        async for part in answer.body:
            if left.done():
                return size
            size += len(part)
            await send({"type": "http.response.body", "body": part, "more_body": True})
    finally:
        left.cancel()
    await send({"type": "http.response.body", "body": b""})
    return size


def needs_json(endpoint: Endpoint, headers: Mapping[bytes, bytes]) -> None:
    """The app's guard against forged requests: a page of another site cannot send JSON with our cookie.

    Raises:
        WrongContentType: a write does not say that it is JSON.
    """
    if endpoint.method == "GET":
        return
    if _media_type(headers, b"") != b"application/json":
        raise WrongContentType('"Content-Type" must be application/json', field="Content-Type")
