"""Receiving callbacks: is it from the platform, and what does it say?"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any

from scaleapi import _json
from scaleapi.exceptions import Headers, ScaleException

TOLERANCE = 300
"""Seconds that a signed callback's time may be off."""


class ScaleCallbackRefused(ScaleException):
    """A callback that is not, or not provably, from the platform."""


def verify_callback(
    headers: Mapping[str, str],
    body: bytes | str,
    key: str | None = None,
    *,
    webhook_secret: str | None = None,
    now: Callable[[], float] = time.time,
) -> dict[str, Any]:
    """Checks a callback and returns what it says. To be called first in a Flask, FastAPI or other handler.

    ```python
    @app.post("/scale")
    def receive():
        event = verify_callback(request.headers, request.get_data(), CALLBACK_AUTH_KEY)
        print(event["task_id"], event["status"])
        return "", 204
    ```

    Args:
        headers: The request's headers.
        body: The request's body, unread and unchanged.
        key: The callback auth key of the mode; compared with ``scale-callback-auth``.
        webhook_secret: The Standard Webhooks secret (``whsec_…``) of a Labelwright server; proves the body and
            the time as well. One of the two is required; given both, both must hold.
        now: Returns seconds since the epoch.

    Returns:
        The callback: ``task_id``, ``status``, ``response`` and ``task``; or ``batch``, ``status`` and ``stats``.

    Raises:
        ScaleCallbackRefused: A header is missing or wrong, or the body is no JSON object.
        ScaleException: Neither `key` nor `webhook_secret` is given.
    """
    if not key and not webhook_secret:
        raise ScaleException("verify_callback needs the callback auth key or the webhook secret")
    given, raw = Headers(headers), body.encode() if isinstance(body, str) else body
    if key and not hmac.compare_digest(given.get("scale-callback-auth", "").encode(), key.encode()):
        raise ScaleCallbackRefused("the header scale-callback-auth is missing or wrong")
    if webhook_secret:
        _check_signature(given, raw, webhook_secret, now())
    try:
        told = _json.loads(raw)
    except ValueError as error:
        raise ScaleCallbackRefused(f"the body is no JSON: {error}") from error
    if not _json.is_object(told):
        raise ScaleCallbackRefused("the body is no JSON object")
    return told


def _check_signature(headers: Headers, body: bytes, secret: str, now: float) -> None:
    """Standard Webhooks: HMAC-SHA256 over ``id.timestamp.body``, one or several ``v1,<base64>``."""
    identity, sent = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not identity or not sent.isdigit() or abs(now - int(sent)) > TOLERANCE:
        raise ScaleCallbackRefused("the callback is not signed, or its time is too far off")
    try:
        shared = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise ScaleException("the webhook secret is not whsec_ and base64") from error
    digest = hmac.new(shared, f"{identity}.{sent}.".encode() + body, hashlib.sha256).digest()
    right = base64.b64encode(digest)
    for signature in headers.get("webhook-signature", "").split():
        version, _, text = signature.partition(",")
        if version == "v1" and hmac.compare_digest(text.encode(), right):
            return
    raise ScaleCallbackRefused("the signature is missing or wrong")
