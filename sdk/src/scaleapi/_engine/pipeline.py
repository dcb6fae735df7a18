"""The life of one call, from description to decoded JSON: a generator that a sync or async loop drives."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlsplit

from scaleapi import _json
from scaleapi._calls.request import NO_BODY, Recovery, Request, query_string
from scaleapi._engine import retry
from scaleapi._engine.errors import decode, error_from, misshapen
from scaleapi._engine.messages import Answer, Failure, Seconds, Send, Sleep
from scaleapi._engine.uploads import Multipart
from scaleapi._logs import logger
from scaleapi.exceptions import Headers, ScaleException
from scaleapi.responses import RawResponse, wanted

T = TypeVar("T")

Steps: TypeAlias = Generator[Send | Sleep, Answer | Failure | None, Any]
"""Yields what is to be done, is sent what came of it (None after a pause), and returns the decoded JSON."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a client adds to each request.

    Attributes:
        base_url: Without a trailing slash, with ``/v1``.
        api_key: Sent as the user name of HTTP Basic, with an empty password.
        user_agent: The ``User-Agent`` header.
        connect_timeout: See `Send`.
        read_timeout: See `Send`.
        upload_timeout: Takes the place of `read_timeout` for uploads.
        rules: Retry policy.
        budget: Shared by all calls of the client.
        random: Returns a number in [0, 1).
        now: Returns seconds since the epoch.
    """

    base_url: str
    api_key: str = field(repr=False)
    user_agent: str
    connect_timeout: Seconds
    read_timeout: Seconds
    upload_timeout: Seconds
    rules: retry.Rules
    budget: retry.Budget
    random: Callable[[], float]
    now: Callable[[], float]


def prepare(request: Request[Any], settings: Settings) -> Send:
    """Turns a description into one attempt: URL, headers, encoded body.

    A JSON body, and only that, brings ``Content-Type: application/json``; a POST or PUT without a body has
    ``Content-Length: 0`` (the transport's duty) and no content type.
    """
    headers = {
        "Authorization": "Basic " + b64encode(f"{settings.api_key}:".encode()).decode(),
        "User-Agent": settings.user_agent,
        "Accept": "*/*",
        "Accept-Encoding": "gzip, deflate",
        **request.headers,
    }
    url = f"{settings.base_url}/{request.path}"
    if request.path.startswith(("http://", "https://")):
        url = request.path
        if urlsplit(url)[:2] != urlsplit(settings.base_url)[:2]:
            # Somebody else's host: a file of an answer, say. The key is not for it.
            del headers["Authorization"]
    if query := query_string(request.query):
        url += ("&" if "?" in request.path else "?") + query
    read_timeout = settings.read_timeout
    body: bytes | Multipart | None = None
    if request.upload is not None:
        body = request.upload
        headers["Content-Type"] = body.content_type
        read_timeout = settings.upload_timeout
    elif request.body is not NO_BODY:
        body = _json.dumps(request.body)
        headers["Content-Type"] = "application/json"
    return Send(request.method, url, headers, body, settings.connect_timeout, read_timeout)


def perform(request: Request[Any], settings: Settings) -> Steps:
    """Carries a request out, with retries and the recovery of creates whose answer was lost.

    Returns:
        The decoded JSON of the success (through the generator's return value).

    Raises:
        ScaleException: The subclass for the last answer or failure, with ``attempts`` set.
    """
    what = f"{request.method} /{request.path}"
    step = prepare(request, settings)
    number = 0
    in_doubt = False
    while True:
        number += 1
        outcome = yield step
        if outcome is None:
            raise RuntimeError("the driver must answer Send with an Answer or a Failure")
        _log_attempt(what, number, outcome)
        _keep(request, outcome)
        if isinstance(outcome, Answer) and outcome.ok:
            settings.budget.succeeded(retried=number > 1)
            return decode(outcome, request.expects, number)
        error = error_from(outcome, what, number)
        if error.code == 409 and in_doubt and request.recovery:
            return (yield from _recover(request.recovery, error, settings))
        attempt = retry.Attempt(
            number, outcome, request.repeatable, request.upload is None or request.upload.resendable
        )
        decision = retry.after(attempt, settings.rules, random=settings.random, now=settings.now)
        if isinstance(decision, retry.Wait) and not settings.budget.take():
            decision = retry.Stop("budget")
        if isinstance(decision, retry.Stop):
            _explain(error, decision, request)
            if request.expects == "answer" and isinstance(outcome, Answer):
                error._answer = outcome
            raise error
        in_doubt = in_doubt or retry.may_have_acted(outcome)
        logger.info("retrying %s in %.2f s: attempt %d ended with %s", what, decision.seconds, number, error)
        yield Sleep(decision.seconds)


def _recover(recovery: Recovery, conflict: ScaleException, settings: Settings) -> Steps:
    """A repeated create met 409: returns what the earlier try created, or raises the 409."""
    try:
        found = yield from perform(recovery.lookup, settings)
    except ScaleException as error:
        conflict.add_note(f"Looking for the task an earlier attempt may have created failed: {error}")
        raise conflict from error
    own = recovery.pick(found)
    if own is None:
        raise conflict
    logger.info("the task was created by an earlier attempt whose answer was lost; found it by its unique_id")
    return own


_NOTES = {
    "ambiguous": "Not retried: the server may have acted already, and doing it twice would matter.",
    "body": "Not retried: the upload's stream cannot be read a second time.",
    "patience": "Not retried: the server asks for a longer pause than the client waits for.",
    "budget": "Not retried: this client has spent its retry budget on earlier failures.",
}


def _explain(error: ScaleException, stop: retry.Stop, request: Request[Any]) -> None:
    note = _NOTES.get(stop.why)
    if note and stop.why == "ambiguous" and request.path.startswith("task/") and request.path.count("/") == 1:
        note += " Give the task a unique_id to make creating it repeatable."
    if note:
        error.add_note(note)


def _keep(request: Request[Any], outcome: Answer | Failure) -> None:
    kept = wanted()
    if kept is not None and isinstance(outcome, Answer):
        headers = Headers(outcome.headers)
        path = request.path if "://" in request.path else f"/{request.path}"
        kept.append(RawResponse(request.method, path, outcome.status, headers, outcome.body, outcome.elapsed))


def _log_attempt(what: str, number: int, outcome: Answer | Failure) -> None:
    if not logger.isEnabledFor(logging.DEBUG):
        return
    milliseconds = outcome.elapsed * 1000
    if isinstance(outcome, Answer):
        request_id = outcome.headers.get("x-request-id", "-")
        logger.debug(
            "%s: %d in %.1f ms, attempt %d, id %s", what, outcome.status, milliseconds, number, request_id
        )
    else:
        logger.debug(
            "%s: no answer after %.1f ms, attempt %d: %s", what, milliseconds, number, outcome.reason
        )


def parse(request: Request[T], json: Any, client: Any) -> T:
    """Makes the call's result from its JSON.

    Raises:
        ScaleDecodeError: The JSON lacks what the call promises.
    """
    try:
        return request.parse(json, client)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, ScaleException):
            raise
        raise misshapen(error, f"{request.method} /{request.path}", json) from error
