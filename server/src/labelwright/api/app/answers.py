"""What screens ask about answers while somebody works: their schema, and what the checker would say."""

from typing import Any

import msgspec

from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.domain import answers
from labelwright.domain.common import NULL
from labelwright.errors import InvalidParameter, Problem


class AnswerSchema(msgspec.Struct):
    """The JSON Schema of an answer."""

    schema: dict[str, Any]


class CheckBody(msgspec.Struct):
    """An answer that is not finished yet."""

    answer: msgspec.Raw


class Checked(msgspec.Struct):
    """What the checker says; an empty list when the answer can be handed in."""

    problems: list[Problem]


async def schema(call: Call) -> Answer:
    """Return what the answer has to look like."""
    return reply(AnswerSchema(await answers.schema(call.platform, call.worker, call.path["id"])))


async def check(call: Call) -> Answer:
    """Check an answer without handing it in."""
    answer = bytes(call.json(CheckBody).answer)
    if answer == NULL:
        raise InvalidParameter.because('"answer" is required', field="answer")
    found = await answers.problems(call.platform, call.worker, call.path["id"], answer)
    return reply(Checked(list(found)))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/assignments/{id}/answer-schema",
        schema,
        "Return what the answer has to look like",
        answer=AnswerSchema,
        errors=(404,),
    ),
    Endpoint(
        "POST",
        "/assignments/{id}/check",
        check,
        "Check an answer without handing it in",
        answer=Checked,
        body=CheckBody,
        errors=(400, 404, 415),
        large=True,
    ),
)
