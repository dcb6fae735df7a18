"""Answers of models to a prompt that somebody wrote while labelling a conversation."""

import asyncio
import hashlib
from collections.abc import Sequence

import msgspec
import structlog
from msgspec import UNSET

from labelwright.domain import assignments
from labelwright.domain.platform import ModelFailed, ModelReply, Platform
from labelwright.domain.principals import Worker
from labelwright.errors import Conflict, Duplicate, InvalidParameter, InvalidTransition, TooManyRequests
from labelwright.ids import new_id
from labelwright.store import Tx
from labelwright.store import model_answers as rows
from labelwright.store import tasks as task_rows
from labelwright.store.rows import ModelAnswer, Task
from labelwright.tasktypes import registry
from labelwright.tasktypes.chat.conversation import Conversation
from labelwright.tasktypes.chat.params import ChatMessage, ChatModel, ChatParams, threads

log = structlog.get_logger("labelwright.model_answers")

MESSAGE_LIMIT = 32_000
"""Most characters of one message."""
CONVERSATION_LIMIT = 200_000
"""Most characters of the messages together."""
REQUEST_ID_LIMIT = 100
"""Most characters of a request's id."""
REQUESTS_PER_MINUTE = 20
"""Most requests of one person within a minute."""
MINUTE = 60_000
TIMEOUT_MARGIN = 30_000
"""Milliseconds beyond ``model_timeout`` after which a request counts as abandoned."""


class Ask(msgspec.Struct, frozen=True):
    """What models are asked.

    Attributes:
        request_id: made by the client once for each request and repeated on every retry of it.
        thread: the thread's name; empty where there is only one.
        turn: which turn, from 0.
        messages: said in this thread so far, after the task's initial messages; the last one is the prompt.
    """

    request_id: str
    thread: str
    turn: int
    messages: Sequence[ModelReply]


class Candidate(msgspec.Struct, frozen=True):
    """What one model answered: ``text``, or ``error`` with a sentence why there is none."""

    message_id: str
    source_id: str
    text: str | None
    error: str | None


async def ask(platform: Platform, worker: Worker, assignment_id: str, wanted: Ask) -> Sequence[Candidate]:
    """Ask the models of a task, each once and all at the same time.

    A retry with the same ``request_id`` gets the same answers and asks nobody.

    Args:
        platform: the platform.
        worker: who asks.
        assignment_id: an assignment that this person holds.
        wanted: what to ask.

    Returns:
        One candidate for each model, in the task's order, ``responses_per_turn`` at most.

    Raises:
        NotFound: there is no such assignment of theirs.
        LeaseLost: it ended, or its time ran out.
        InvalidParameter: thread, turn or messages are wrong.
        InvalidTransition: the task is no conversation, or names no models.
        Duplicate: the request's id was used for other messages.
        Conflict: the same request is under way.
        TooManyRequests: this person asks too often.
    """
    assignment = await assignments.own(platform, worker, assignment_id)
    task = (await platform.read(task_rows.by_ids, [assignment.task_id]))[assignment.task_id]
    params = _conversation(task)
    models, start = _thread(params, wanted)
    _check(params, wanted)
    digest = hashlib.sha256(msgspec.json.encode(wanted)).hexdigest()
    row = ModelAnswer(
        assignment_id,
        wanted.thread,
        wanted.turn,
        wanted.request_id,
        worker.person.id,
        digest,
        platform.clock.now(),
    )
    known = await platform.store.write(_begin, platform, row)
    if known is not None:
        return msgspec.json.decode(known, type=list[Candidate])
    spoken = [*start, *wanted.messages]
    chosen = models[: params.responses_per_turn]
    candidates = await asyncio.gather(*(_candidate(platform, model, spoken) for model in chosen))
    await platform.store.write(rows.end, row, msgspec.json.encode(candidates).decode())
    return candidates


async def _begin(tx: Tx, platform: Platform, row: ModelAnswer) -> str | None:
    """Note the request; returns the answers when it was made before."""
    await assignments.held_assignments(tx, platform, row.assignment_id)
    found = await rows.find(tx, row)
    if found is not None and found.digest != row.digest:
        raise Duplicate("The request_id was used for other messages.", field="request_id")
    if found is not None and found.answers is not None:
        return found.answers
    count, oldest = await rows.asked_within(tx, row.person_id, row.asked_at - MINUTE, row.asked_at)
    if count >= REQUESTS_PER_MINUTE:
        raise TooManyRequests((oldest + MINUTE - row.asked_at) / 1000)
    patience = int(platform.settings.model_timeout * 1000) + TIMEOUT_MARGIN
    begun = (
        await rows.begin(tx, row)
        if found is None
        else await rows.begin_again(tx, row, row.asked_at - patience)
    )
    if not begun:
        raise Conflict("The models are being asked already.", field="request_id")
    return None


async def _candidate(platform: Platform, model: ChatModel, messages: Sequence[ModelReply]) -> Candidate:
    message_id = new_id(platform.clock.now())
    parameters = {} if model.parameters is UNSET else model.parameters
    try:
        text = await platform.models.complete(model.id, messages, parameters)
    except ModelFailed as failed:
        return Candidate(message_id, model.id, None, str(failed))
    except Exception:
        log.exception("a model could not be asked", model=model.id)
        return Candidate(message_id, model.id, None, "The model could not be asked.")
    return Candidate(message_id, model.id, text, None)


def _conversation(task: Task) -> ChatParams:
    kind = registry.find(task.type)
    if not isinstance(kind, Conversation):
        raise InvalidTransition("No models answer in tasks of this type.", field="id")
    return msgspec.json.decode(task.params, type=kind.params_model)


def _thread(params: ChatParams, wanted: Ask) -> tuple[Sequence[ChatModel], Sequence[ModelReply]]:
    """Who answers in the thread, and what was said before it began."""
    models, initial = params.models, params.initial_messages
    named = {one.id: one for one in threads(params)}
    if named or wanted.thread:
        own = named.get(wanted.thread)
        if own is None:
            raise InvalidParameter.because('"thread" must be one of the task', field="thread")
        models, initial = own.models or models, own.initial_messages
    if not models:
        raise InvalidTransition("The task names no models.", field="id")
    return models, [_prompt(message) for message in initial]


def _prompt(message: ChatMessage) -> ModelReply:
    content = message.content
    return ModelReply(message.role, content if isinstance(content, str) else content.text)


def _check(params: ChatParams, wanted: Ask) -> None:
    if not 1 <= len(wanted.request_id) <= REQUEST_ID_LIMIT:
        reason = f'"request_id" must have between 1 and {REQUEST_ID_LIMIT} characters'
        raise InvalidParameter.because(reason, field="request_id")
    if not 0 <= wanted.turn < params.max_turns:
        reason = f'"turn" must be between 0 and {params.max_turns - 1}'
        raise InvalidParameter.because(reason, field="turn")
    if len(wanted.messages) != 2 * wanted.turn + 1:
        reason = '"messages" must have a prompt and an answer for every earlier turn, and the prompt'
        raise InvalidParameter.because(reason, field="messages")
    for i, message in enumerate(wanted.messages):
        role = "assistant" if i % 2 else "user"
        if message.role != role:
            raise InvalidParameter.because(f'"messages[{i}].role" must be {role}', field="messages")
        if not message.text.strip() and role == "user":
            raise InvalidParameter.because(f'"messages[{i}].text" must not be empty', field="messages")
        if len(message.text) > MESSAGE_LIMIT:
            reason = f'"messages[{i}].text" must have at most {MESSAGE_LIMIT} characters'
            raise InvalidParameter.because(reason, field="messages")
    if sum(len(message.text) for message in wanted.messages) > CONVERSATION_LIMIT:
        reason = f'"messages" must have at most {CONVERSATION_LIMIT} characters together'
        raise InvalidParameter.because(reason, field="messages")
