"""From answers and failures to exceptions, and from 2xx bodies to JSON."""

from __future__ import annotations

import pytest

from scaleapi import exceptions
from scaleapi._engine.errors import decode, error_from, misshapen
from scaleapi._engine.messages import Answer, Failure

OFFICIAL = {
    400: "ScaleInvalidRequest",
    401: "ScaleUnauthorized",
    402: "ScaleNotEnabled",
    404: "ScaleResourceNotFound",
    409: "ScaleDuplicateResource",
    429: "ScaleTooManyRequests",
    500: "ScaleInternalError",
    503: "ScaleServiceUnavailable",
    504: "ScaleTimeoutError",
}


@pytest.mark.parametrize(("status", "name"), OFFICIAL.items())
def test_classes_of_the_official_client(status, name):
    error = error_from(Answer(status, {}, b'{"status_code": 1, "error": "because"}'), "GET /x", 2)
    assert type(error).__name__ == name
    assert (error.code, error.message, error.attempts) == (status, "because", 2)
    assert str(error) == f"<Response [{status}]> because"


@pytest.mark.parametrize("status", [302, 405, 410, 418, 422, 501, 505, 599])
def test_other_statuses_are_the_base_class(status):
    error = error_from(Answer(status, {}, b"teapot"), "GET /x", 1)
    assert type(error) is exceptions.ScaleException
    assert (error.code, error.message) == (status, "teapot")


@pytest.mark.parametrize("status", [502, *range(520, 531)])
def test_gateways(status):
    error = error_from(Answer(status, {}, b""), "GET /x", 1)
    assert type(error) is exceptions.ScaleGatewayError
    assert (error.code, error.message) == (status, "ScaleGatewayError")


def test_a_long_page_is_shortened_in_the_message_only():
    page = b"<html>" + b"x" * 10_000
    error = error_from(Answer(500, {}, page), "GET /x", 1)
    assert len(error.message) == 2001
    assert len(error.body) == len(page)


def test_bytes_that_are_no_text():
    assert "�" in error_from(Answer(500, {}, b"\xff\xfe"), "GET /x", 1).message


@pytest.mark.parametrize(("timed_out", "kind"), [(True, "ScaleTimeout"), (False, "ScaleConnectionError")])
def test_failures(timed_out, kind):
    cause = OSError("refused")
    error = error_from(Failure(cause, "refused", timed_out=timed_out), "GET /x", 3)
    assert (type(error).__name__, error.code, error.message) == (kind, None, "GET /x: refused")
    assert error.__cause__ is cause


@pytest.mark.parametrize(
    ("body", "json", "text", "ok"),
    [
        (b'{"a": 1}', {"a": 1}, {"a": 1}, {"a": 1}),
        (b"null", None, None, None),
        (b"OK", "error", None, None),
        (b"", "error", None, None),
        (b"<html>", "error", None, "error"),
    ],
)
def test_success_bodies(body, json, text, ok):
    for expects, expected in {"json": json, "text": text, "ok": ok}.items():
        if expected == "error":
            with pytest.raises(exceptions.ScaleDecodeError):
                decode(Answer(200, {}, body), expects, 1)
        else:
            assert decode(Answer(200, {}, body), expects, 1) == expected


def test_misshapen_names_what_is_missing():
    error = misshapen(KeyError("task_id"), "GET /task/1", {"a": 1})
    assert "'task_id' is missing" in error.message
    assert error.body == {"a": 1}
