"""From an answer, or the lack of one, to the exception that tells about it."""

from __future__ import annotations

from typing import Any, Literal

from scaleapi import _json
from scaleapi._engine.messages import Answer, Failure
from scaleapi.exceptions import (
    ExceptionMap,
    Headers,
    ScaleConnectionError,
    ScaleDecodeError,
    ScaleException,
    ScaleTimeout,
)

_LONGEST_MESSAGE = 2000


def error_from(outcome: Answer | Failure, what: str, attempts: int) -> ScaleException:
    """Builds the exception for an answer that is not 2xx, or for a failure.

    The message is the body's ``error`` text; a body of any other shape (HTML of a gateway, a list, a bare
    string) serves as the message itself, shortened to 2,000 characters.

    Args:
        outcome: How the last attempt ended.
        what: Verb and path, for failures, which have no text of their own.
        attempts: Tries made.
    """
    if isinstance(outcome, Failure):
        kind = ScaleTimeout if outcome.timed_out else ScaleConnectionError
        error: ScaleException = kind(f"{what}: {outcome.reason}", attempts=attempts)
        error.__cause__ = outcome.error
        return error
    body, message = _read_error(outcome.body)
    return ExceptionMap.get(outcome.status, ScaleException)(
        message,
        outcome.status,
        body=body,
        headers=Headers(outcome.headers),
        request_id=outcome.headers.get("x-request-id"),
        attempts=attempts,
    )


def _read_error(raw: bytes) -> tuple[Any, str]:
    text = raw.decode("utf-8", "replace")
    try:
        body = _json.loads(raw)
    except ValueError:
        body = text
    if _json.is_object(body) and isinstance(body.get("error"), str):
        return body, body["error"]
    return body, text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "…"


def decode(answer: Answer, expects: Literal["json", "text", "ok", "bytes", "answer"], attempts: int) -> Any:
    """Reads the body of a success.

    Args:
        answer: A 2xx answer.
        expects: See `scaleapi._calls.request.Request`.
        attempts: Tries made.

    Returns:
        The decoded JSON, or None where a body without JSON is allowed; the body for "bytes", the whole answer for
        "answer".

    Raises:
        ScaleDecodeError: The body is not JSON although it must be.
    """
    if expects == "answer":
        return answer
    if expects == "bytes":
        return answer.body
    try:
        return _json.loads(answer.body)
    except ValueError:
        if expects == "text" or (expects == "ok" and answer.body.strip().strip(b'"') in {b"", b"OK", b"ok"}):
            return None
        start = answer.body[:200].decode("utf-8", "replace")
        raise _unusable(
            answer, f"the server answered {answer.status}, but not with JSON: {start!r}", attempts
        ) from None


def misshapen(error: Exception, what: str, body: Any) -> ScaleDecodeError:
    """The exception for JSON that lacks what the call promises."""
    missing = f"field {error} is missing" if isinstance(error, KeyError) else str(error)
    return ScaleDecodeError(
        f"{what}: the answer is JSON, but not of the documented shape: {missing}", body=body
    )


def _unusable(answer: Answer, message: str, attempts: int) -> ScaleDecodeError:
    return ScaleDecodeError(
        message,
        answer.status,
        body=answer.body.decode("utf-8", "replace"),
        headers=Headers(answer.headers),
        request_id=answer.headers.get("x-request-id"),
        attempts=attempts,
    )
