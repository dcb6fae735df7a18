"""Answers of models while somebody labels a conversation."""

from labelwright.api.app import schemas
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.domain import model_answers
from labelwright.domain.platform import ModelReply


async def ask(call: Call) -> Answer:
    """Ask the models of a conversation."""
    body = call.json(schemas.ModelAnswersBody)
    messages = [ModelReply(one.role, one.text) for one in body.messages]
    wanted = model_answers.Ask(body.request_id, body.thread, body.turn, messages)
    found = await model_answers.ask(call.platform, call.worker, call.path["id"], wanted)
    return reply(
        schemas.ModelAnswers(
            [schemas.ModelAnswer(one.message_id, one.source_id, one.text, one.error) for one in found]
        )
    )


ENDPOINTS = (
    Endpoint(
        "POST",
        "/assignments/{id}/model-answers",
        ask,
        "Ask the models of a conversation",
        answer=schemas.ModelAnswers,
        body=schemas.ModelAnswersBody,
        errors=(400, 404, 409, 415, 429),
        large=True,
    ),
)
