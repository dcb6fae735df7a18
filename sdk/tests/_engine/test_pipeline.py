"""The pipeline as a generator: what it asks for, step by step, without any transport."""

from __future__ import annotations

from base64 import b64decode

import pytest

from scaleapi._calls import tasks
from scaleapi._calls.request import Request, as_json
from scaleapi._engine.messages import Answer, Failure, Send, Sleep
from scaleapi._engine.pipeline import Settings, parse, perform, prepare
from scaleapi._engine.retry import Budget, Rules
from scaleapi._engine.uploads import Multipart, file_part
from scaleapi.exceptions import (
    ScaleDecodeError,
    ScaleDuplicateResource,
    ScaleException,
    ScaleInternalError,
    ScaleInvalidRequest,
    ScaleServiceUnavailable,
    ScaleTooManyRequests,
)


def settings(**changes):
    values = {
        "base_url": "https://h/v1",
        "api_key": "k",
        "user_agent": "ua",
        "connect_timeout": 5,
        "read_timeout": 60,
        "upload_timeout": 300,
        "rules": Rules(),
        "budget": Budget(),
        "random": lambda: 0.5,
        "now": lambda: 0.0,
    }
    return Settings(**{**values, **changes})


def play(request, *outcomes, **changes):
    """Feeds outcomes to a pipeline; returns what it asked for and its result (or the exception)."""
    steps, asked, left = perform(request, settings(**changes)), [], list(outcomes)
    step = next(steps)
    try:
        while True:
            asked.append(step)
            step = steps.send(left.pop(0) if isinstance(step, Send) else None)
    except StopIteration as stop:
        return asked, stop.value
    except ScaleException as error:
        return asked, error


def ok(body=b"{}"):
    return Answer(200, {}, body)


GET = Request("GET", "x", as_json)
UNSAFE = Request("POST", "x", as_json, repeatable=False)
CREATE = tasks.create_task("comparison", unique_id="u")


def test_headers_and_url():
    send = prepare(
        Request("GET", "tasks", as_json, query={"a": [1, 2], "b": None, "c": True}), settings(api_key="kéy")
    )
    assert send.url == "https://h/v1/tasks?a=1&a=2&c=true"
    assert b64decode(send.headers["Authorization"].removeprefix("Basic ")).decode() == "kéy:"
    assert send.headers["User-Agent"] == "ua"
    assert "Content-Type" not in send.headers
    assert (send.body, send.connect_timeout, send.read_timeout) == (None, 5, 60)


def test_a_path_may_bring_a_query():
    assert (
        prepare(Request("GET", "x?a=1", as_json, query={"b": 2}), settings()).url == "https://h/v1/x?a=1&b=2"
    )


@pytest.mark.parametrize("body", [{}, [], None, 0, ""])
def test_falsy_bodies_are_bodies(body):
    send = prepare(Request("POST", "x", as_json, body=body), settings())
    assert send.body in {b"{}", b"[]", b"null", b"0", b'""'}
    assert send.headers["Content-Type"] == "application/json"


def test_uploads_get_their_own_time_limit():
    upload = Multipart({}, [file_part("file", b"x")])
    send = prepare(Request("POST", "files/upload", as_json, upload=upload), settings())
    assert (send.body, send.read_timeout) == (upload, 300)
    assert send.headers["Content-Type"] == f"multipart/form-data; boundary={upload.boundary}"


def test_success_at_once():
    assert play(GET, ok(b'{"a": 1}')) == ([prepare(GET, settings())], {"a": 1})


def test_the_same_attempt_is_sent_again():
    asked, result = play(GET, Answer(500, {}, b""), Failure(OSError(), "cut"), ok(b"1"))
    assert asked == [asked[0], Sleep(0.5), asked[0], Sleep(1.0), asked[0]]
    assert result == 1


def test_attempts_are_counted_in_the_error():
    _, error = play(GET, *[Answer(500, {}, b"")] * 4)
    assert isinstance(error, ScaleInternalError)
    assert error.attempts == 4


def test_an_unsafe_call_is_repeated_only_if_nothing_happened():
    refused = Failure(OSError(), "refused", may_have_acted=False)
    asked, result = play(UNSAFE, refused, Answer(429, {}, b""), ok(b"1"))
    assert (len(asked), result) == (5, 1)
    asked, error = play(UNSAFE, Answer(503, {}, b""))
    assert (len(asked), type(error)) == (1, ScaleServiceUnavailable)
    assert "Not retried" in error.__notes__[0]


def test_budget_spent_and_refilled():
    budget = Budget(10)
    asked, error = play(GET, *[Answer(500, {}, b"")] * 3, budget=budget)
    assert len(asked) == 5
    assert "retry budget" in error.__notes__[0]
    play(GET, ok(), budget=budget)
    assert budget.available == 1


def test_a_success_after_retries_pays_back():
    budget = Budget(10)
    play(GET, Answer(500, {}, b""), ok(), budget=budget)
    assert budget.available == 10


def test_long_retry_after_is_raised():
    asked, error = play(GET, Answer(429, {"retry-after": "600"}, b""))
    assert (len(asked), type(error)) == (1, ScaleTooManyRequests)


def test_recovery_asks_for_the_task_by_its_unique_id():
    listing = b'{"docs": [{"task_id": "1", "unique_id": "u", "type": "comparison"}]}'
    asked, task = play(CREATE, Answer(500, {}, b""), Answer(409, {}, b""), ok(listing))
    assert asked[-1].url == "https://h/v1/tasks?unique_id=u"
    assert task == {"task_id": "1", "unique_id": "u", "type": "comparison"}


def test_recovery_retries_its_own_lookup():
    listing = b'{"docs": [{"task_id": "1", "unique_id": "u", "type": "comparison"}]}'
    asked, task = play(CREATE, Answer(500, {}, b""), Answer(409, {}, b""), Answer(502, {}, b""), ok(listing))
    assert [type(step).__name__ for step in asked] == ["Send", "Sleep", "Send", "Send", "Sleep", "Send"]
    assert task["task_id"] == "1"


@pytest.mark.parametrize(
    "first",
    [Answer(429, {}, b""), Failure(OSError(), "refused", may_have_acted=False)],
    ids=["429", "refused"],
)
def test_no_recovery_if_no_earlier_try_can_have_acted(first):
    asked, error = play(CREATE, first, Answer(409, {}, b'{"error": "taken"}'))
    assert (len(asked), type(error)) == (3, ScaleDuplicateResource)


def test_a_conflict_at_the_first_try_is_the_callers():
    asked, error = play(CREATE, Answer(409, {}, b""))
    assert (len(asked), type(error)) == (1, ScaleDuplicateResource)


def test_a_used_up_stream_is_not_sent_again():
    upload = Multipart({}, [file_part("file", iter([b"x"]))])
    request = Request("POST", "files/upload", as_json, upload=upload, repeatable=False)
    upload.open()
    asked, error = play(request, Answer(429, {}, b""))
    assert len(asked) == 1
    assert "stream" in error.__notes__[0]


def test_parse_turns_shape_trouble_into_one_error():
    assert parse(Request("GET", "x", lambda json, client: (json, client)), 1, 2) == (1, 2)
    for broken in (
        lambda json, client: json["a"],
        lambda json, client: json.a,
        lambda json, client: int(json),
    ):
        with pytest.raises(ScaleDecodeError):
            parse(Request("GET", "x", broken), {}, None)


def test_parse_leaves_our_own_errors_alone():
    def refuse(json, client):
        raise ScaleInvalidRequest("no")

    with pytest.raises(ScaleInvalidRequest):
        parse(Request("GET", "x", refuse), {}, None)


def test_a_driver_that_answers_nothing_is_told():
    steps = perform(GET, settings())
    next(steps)
    with pytest.raises(RuntimeError, match="driver"):
        steps.send(None)
