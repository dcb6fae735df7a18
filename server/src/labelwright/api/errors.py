"""The only place where a refusal becomes an HTTP answer."""

from typing import Any

import msgspec

from labelwright.api.endpoint import Answer
from labelwright.errors import InvalidAnswer, RequestError, RequestTimeout

MAX_LENGTH = 4_000
"""Characters of a refusal that repeats what was sent; more than any name or unique id needs."""


class ErrorBody(msgspec.Struct):
    """The wire's error body: exactly these two keys (wire/errors §1)."""

    status_code: int
    error: str


class AppErrorBody(msgspec.Struct, omit_defaults=True):
    """The app's error body: the wire's keys, a word for programs, and where the fault is."""

    status_code: int
    error: str
    code: str
    field: str | None = None
    problems: list[Any] | None = None


def api_error(refusal: RequestError) -> Answer:
    """A refusal in the wire's form."""
    body = msgspec.json.encode(ErrorBody(refusal.status, _readable(refusal.message)))
    return Answer(body, refusal.status, headers=_headers(refusal))


def app_error(refusal: RequestError) -> Answer:
    """A refusal with everything a screen can use."""
    problems = list(refusal.problems) if isinstance(refusal, InvalidAnswer) else None
    field = refusal.field and _readable(refusal.field)
    body = AppErrorBody(refusal.status, _readable(refusal.message), refusal.code, field, problems)
    return Answer(msgspec.json.encode(body), refusal.status, headers=_headers(refusal))


def _readable(sentence: str) -> str:
    """A sentence without the middle of the megabytes that somebody may have sent for a name."""
    if len(sentence) <= MAX_LENGTH:
        return sentence
    half = MAX_LENGTH // 2
    return f"{sentence[:half]} … {sentence[-half:]}"


def _headers(refusal: RequestError) -> list[tuple[bytes, bytes]]:
    if refusal.retry_after is not None:
        return [(b"retry-after", str(refusal.retry_after).encode())]
    # The rest of a body that came too slowly is not waited for.
    return [(b"connection", b"close")] if isinstance(refusal, RequestTimeout) else []


class InternalError(RequestError):
    """Something that should not happen did; the log has it, the caller only learns that."""

    status = 500
    code = "internal"

    def __init__(self) -> None:
        super().__init__("Internal Server Error")
