"""Callbacks are taken only from the platform."""

from __future__ import annotations

import asyncio
import base64
import datetime
import io
import json
import wsgiref.headers
import wsgiref.util

import pytest
from standardwebhooks.webhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from scaleapi import ScaleCallbackRefused, verify_callback
from scaleapi.exceptions import ScaleException

KEY = "live_callback_0123"
SECRET = "whsec_" + base64.b64encode(b"twenty-four secret bytes").decode()
AT = 1_790_000_000
BODY = json.dumps({"task_id": "1", "status": "completed", "task": {}, "response": {"a": 1}}).encode()


def signed(at=AT, body=BODY, secret=SECRET):
    when = datetime.datetime.fromtimestamp(at, datetime.UTC)
    signature = Webhook(secret.removeprefix("whsec_")).sign("id_1", when, body.decode())
    return {"Webhook-Id": "id_1", "Webhook-Timestamp": str(at), "Webhook-Signature": signature}


def test_the_key_is_compared_whatever_the_case_of_the_header():
    for name in ("scale-callback-auth", "Scale-Callback-Auth"):
        assert verify_callback({name: KEY}, BODY, KEY)["response"] == {"a": 1}
    assert verify_callback({"scale-callback-auth": KEY}, BODY.decode(), KEY)["status"] == "completed"


@pytest.mark.parametrize(
    "headers", [{}, {"scale-callback-auth": ""}, {"scale-callback-auth": "live_callback_0124"}]
)
def test_a_wrong_key_is_refused(headers):
    with pytest.raises(ScaleCallbackRefused, match="scale-callback-auth") as caught:
        verify_callback(headers, BODY, KEY)
    assert KEY not in str(caught.value)


def test_a_signature_of_the_standard_library_holds():
    assert verify_callback(signed(), BODY, webhook_secret=SECRET, now=lambda: AT + 100)["task_id"] == "1"
    several = {**signed(), "Webhook-Signature": "v2,abc v1,wrong " + signed()["Webhook-Signature"]}
    assert verify_callback(several, BODY, webhook_secret=SECRET, now=lambda: AT)["task_id"] == "1"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, BODY),
        (signed(AT - 301), BODY),
        (signed(AT + 301), BODY),
        (signed(), BODY + b" "),
        (signed(secret="whsec_" + base64.b64encode(b"another secret of 24 byte").decode()), BODY),
        ({**signed(), "Webhook-Id": "id_2"}, BODY),
        ({**signed(), "Webhook-Timestamp": "yesterday"}, BODY),
        ({**signed(), "Webhook-Signature": ""}, BODY),
    ],
)
def test_a_wrong_signature_is_refused(headers, body):
    with pytest.raises(ScaleCallbackRefused):
        verify_callback(headers, body, webhook_secret=SECRET, now=lambda: AT)


def test_with_both_both_must_hold():
    both = {**signed(), "scale-callback-auth": KEY}
    assert verify_callback(both, BODY, KEY, webhook_secret=SECRET, now=lambda: AT)
    for half in (signed(), {"scale-callback-auth": KEY}):
        with pytest.raises(ScaleCallbackRefused):
            verify_callback(half, BODY, KEY, webhook_secret=SECRET, now=lambda: AT)


def answer_of(app, headers, body):
    """The status of an ASGI application's answer to a POST."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/scale", "query_string": b"", "headers": raw}
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"]


def test_a_receiver_of_starlette_which_fastapi_is_made_of():
    events = []

    async def receive(request: Request) -> Response:
        try:
            events.append(verify_callback(request.headers, await request.body(), KEY))
        except ScaleCallbackRefused:
            return Response(status_code=403)
        return Response(status_code=204)

    app = Starlette(routes=[Route("/scale", receive, methods=["POST"])])
    assert answer_of(app, {"Scale-Callback-Auth": KEY}, BODY) == 204
    assert answer_of(app, {"Scale-Callback-Auth": "live_callback_0124"}, BODY) == 403
    assert [event["task_id"] for event in events] == ["1"]


def test_a_receiver_of_wsgi_which_flask_is_made_of():
    events = []

    def app(environ, start_response):
        # What Flask's ``request.headers`` and ``request.get_data()`` are read from.
        names = {name[5:].replace("_", "-").title(): name for name in environ if name.startswith("HTTP_")}
        headers = wsgiref.headers.Headers([(name, environ[key]) for name, key in names.items()])
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        try:
            events.append(verify_callback(headers, body, KEY, webhook_secret=SECRET, now=lambda: AT))
        except ScaleCallbackRefused:
            start_response("403 Forbidden", [])
        else:
            start_response("204 No Content", [])
        return [b""]

    def told(**headers):
        environ = {"CONTENT_LENGTH": str(len(BODY)), "wsgi.input": io.BytesIO(BODY), **headers}
        wsgiref.util.setup_testing_defaults(environ)
        statuses = []
        list(app(environ, lambda status, _: statuses.append(status)))
        return statuses

    sent = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in signed().items()}
    assert told(HTTP_SCALE_CALLBACK_AUTH=KEY, **sent) == ["204 No Content"]
    assert told(HTTP_SCALE_CALLBACK_AUTH=KEY) == told(**sent) == ["403 Forbidden"]
    assert [event["task_id"] for event in events] == ["1"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"text"'])
def test_what_is_no_object_is_refused(body):
    with pytest.raises(ScaleCallbackRefused, match="JSON"):
        verify_callback({"scale-callback-auth": KEY}, body, KEY)


def test_something_to_check_with_is_needed():
    with pytest.raises(ScaleException, match="needs the callback auth key"):
        verify_callback({}, BODY)
    with pytest.raises(ScaleException, match="base64"):
        verify_callback(signed(), BODY, webhook_secret="whsec_***", now=lambda: AT)
