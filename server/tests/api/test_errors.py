"""Every kind of refusal has a status that clients know, and a body in its door's form."""

import msgspec
import pytest

from labelwright import errors
from labelwright.api.errors import InternalError, api_error, app_error
from labelwright.errors import InvalidAnswer, Problem, RequestError, TooManyRequests


def kinds(of: type[RequestError] = RequestError) -> list[type[RequestError]]:
    """Every class of refusal."""
    return [of, *(kind for sub in of.__subclasses__() for kind in kinds(sub))]


def made(kind: type[RequestError]) -> RequestError:
    if kind is InvalidAnswer:
        return InvalidAnswer([Problem("a.b", "Too small.", "small"), Problem("c", "Gone.")])
    if kind is TooManyRequests:
        return TooManyRequests(2.1)
    return InternalError() if kind is InternalError else kind("No.", field="x")


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_bodies(kind: type[RequestError]) -> None:
    refusal = made(kind)
    answer = api_error(refusal)
    assert isinstance(answer.body, bytes)
    assert msgspec.json.decode(answer.body) == {"status_code": kind.status, "error": refusal.message}
    assert answer.status == kind.status
    shown = app_error(refusal)
    assert isinstance(shown.body, bytes)
    body = msgspec.json.decode(shown.body)
    assert (body["status_code"], body["code"]) == (kind.status, kind.code)
    assert body.get("field") == refusal.field
    if kind is InvalidAnswer:
        assert [problem["path"] for problem in body["problems"]] == ["a.b", "c"]
    retry = dict(answer.headers).get(b"retry-after")
    seconds = 3 if kind is TooManyRequests else kind.retry_after
    assert retry == (None if seconds is None else str(seconds).encode())


def test_statuses_are_those_of_the_wire() -> None:
    """Those of wire/errors §2, and those of HTTP itself for what the wire does not know."""
    assert {kind.status for kind in kinds()} <= {
        400,
        401,
        402,
        403,
        404,
        405,
        408,
        409,
        413,
        415,
        416,
        429,
        500,
        503,
    }


def test_a_refusal_does_not_repeat_megabytes() -> None:
    refusal = errors.InvalidParameter(f'"{"x" * 1_000_000}" is taken (abc)', field="y" * 1_000_000)
    for answer in (api_error(refusal), app_error(refusal)):
        assert isinstance(answer.body, bytes)
        assert len(answer.body) < 10_000
        assert msgspec.json.decode(answer.body)["error"].endswith('x" is taken (abc)')
    answer = api_error(errors.Duplicate("u" * 1_024))
    assert isinstance(answer.body, bytes)
    assert msgspec.json.decode(answer.body)["error"] == "u" * 1_024


def test_a_broken_server_says_nothing_of_why() -> None:
    assert InternalError().message == "Internal Server Error"


def test_the_wires_sentence() -> None:
    refusal = errors.InvalidParameter.because('"attachments" is required', field="attachments")
    assert refusal.message == 'Parameter is invalid, reason: "attachments" is required'
