"""The answer to a conversation as threads and turns (api-v2 §4.2, §7.3)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from labelwright.tasktypes.chat.answer import (
    PROMPT,
    RANKING,
    REPORT,
    RESPONSE,
    REWRITE,
    ChatAnswer,
    ChatComponent,
)
from labelwright.tasktypes.chat.params import ChatMessage, ChatModel, ChatParams, threads
from labelwright.tasktypes.shared.annotations import USER, of_field, plain, said
from labelwright.tasktypes.shared.fields import Field
from labelwright.tasktypes.threads import (
    Annotation,
    AnnotationRankedChoices,
    AnnotationText,
    CriterionDefinition,
    Message,
    ModelParameters,
    Rubric,
    SensitiveContentReport,
    Thread,
    Told,
    Turn,
)


def told(params: ChatParams, answer: ChatAnswer) -> Told:
    """Tell an accepted answer; the conversation of one that was reported is left out."""
    reports = [part for part in answer.responses if part.type == REPORT]
    if reports:
        return Told(
            [], [SensitiveContentReport(type="sensitive_content", message=plain(p.output)) for p in reports]
        )
    if answer.threads is not UNSET and answer.threads:
        given = msgspec.convert(msgspec.to_builtins(answer.threads), list[dict[str, Any]])
        return Told([_given(one) for one in given])
    names = dict.fromkeys(
        part.thread_id or "" for part in answer.responses if part.type in {PROMPT, RESPONSE}
    )
    named = {one.id: one for one in threads(params)}
    made = []
    for name in [one for one in named if one in names] or list(names) or [""]:
        own = named.get(name)
        models = (own.models or None) if own is not None and own.models is not UNSET else None
        start = own.initial_messages if own is not None else params.initial_messages
        parts = [part for part in answer.responses if (part.thread_id or "") == name]
        made.append(_Thread(params, models or params.models, parts).made(start))
    fields = {field.field_id: field for field in params.task_fields}
    for part in answer.responses:
        field = fields.get(part.field_id or "")
        if field is not None and made:
            made[0].annotations.append(of_field(field, part.output))
    return Told(made)


class _Thread:
    """Builds one thread.

    Args:
        params: of the task.
        models: who answers in it.
        parts: its components, in their order.
    """

    def __init__(
        self, params: ChatParams, models: Sequence[ChatModel], parts: Sequence[ChatComponent]
    ) -> None:
        self._params, self._parts = params, parts
        self._models = {model.id: model for model in models}
        self._turn_fields = _by_id(params.turn_fields)
        self._message_fields = _by_id(params.message_fields)

    def made(self, start: Sequence[ChatMessage]) -> Thread:
        numbers = sorted({part.turn or 0 for part in self._parts if part.type in {PROMPT, RESPONSE}})
        turns = [self._turn(number) for number in numbers] or [Turn(id="", messages=[], annotations=[])]
        turns[0].messages[:0] = [_initial(message) for message in start]
        return Thread(id="", turns=turns, annotations=[])

    def _turn(self, number: int) -> Turn:
        turn = Turn(id="", messages=[], annotations=[])
        spoken: dict[str, Message] = {}
        parts = [part for part in self._parts if (part.turn or 0) == number]
        for part in parts:
            if part.type == PROMPT:
                turn.messages.append(said(USER, plain(part.output)))
            elif part.type == RESPONSE:
                message = self._response(part, len(spoken))
                turn.messages.append(message)
                spoken[part.message_id or f"#{len(spoken)}"] = message
        for part in parts:
            self._judge(part, turn, spoken)
        if self._params.rubrics is not UNSET and self._params.rubrics:
            turn.rubrics = [
                Rubric(
                    criteria_definitions=[
                        CriterionDefinition(
                            id=criterion.id,
                            criterion=criterion.description or criterion.id,
                            weight=None if criterion.weight is UNSET else criterion.weight,
                            annotations=[],
                        )
                        for criterion in rubric.criteria
                    ]
                )
                for rubric in self._params.rubrics
            ]
        return turn

    def _response(self, part: ChatComponent, number: int) -> Message:
        source = part.source_id or part.message_id or f"model-{number + 1}"
        message = said(source, plain(part.output), "assistant")
        message.model_parameters = _parameters(self._models.get(source))
        return message

    def _judge(self, part: ChatComponent, turn: Turn, spoken: Mapping[str, Message]) -> None:
        """Put a judgement where it belongs: to an answer, or to the turn."""
        about = spoken.get(part.message_id or "")
        field = self._message_fields.get(part.field_id or "")
        if field is not None and about is not None:
            about.annotations.append(of_field(field, part.output))
        elif (part.field_id or "") in self._turn_fields:
            turn.annotations.append(of_field(self._turn_fields[part.field_id or ""], part.output))
        elif part.type == RANKING and isinstance(part.output, list):
            order = [spoken[one].source_id if one in spoken else str(one) for one in part.output]
            key = part.field_id or "ranking"
            turn.annotations.append(AnnotationRankedChoices(id="", key=key, value=order))
        elif part.type == REWRITE:
            rewrite = AnnotationText(id="", key="rewrite", value=plain(part.output))
            (about.annotations if about is not None else turn.annotations).append(rewrite)


def _by_id(fields: Sequence[Field]) -> dict[str, Field]:
    return {field.field_id: field for field in fields}


def _initial(message: ChatMessage) -> Message:
    text = message.content if isinstance(message.content, str) else message.content.text
    source = USER if message.role == "user" else message.role
    return said(source, text, message.role)


def _parameters(model: ChatModel | None) -> ModelParameters | None:
    if model is None:
        return None
    given = model.parameters if model.parameters is not UNSET else {}
    known = {
        name: given[name] for name in ("temperature", "top_p") if isinstance(given.get(name), int | float)
    }
    whole = {
        name: given[name] for name in ("max_completion_tokens", "top_k") if isinstance(given.get(name), int)
    }
    return ModelParameters(model=model.id, **known, **whole)


def _given(thread: Mapping[str, Any]) -> Thread:
    """Read a thread that the answer has in this form already; what does not fit is left out."""
    turns = []
    for one in thread.get("turns", ()):
        messages = [_message(message) for message in one.get("messages", ())]
        annotations = _annotations(one.get("annotations", ()))
        turns.append(Turn(id=one.get("id", ""), messages=messages, annotations=annotations))
    return Thread(
        id=thread.get("id", ""), turns=turns, annotations=_annotations(thread.get("annotations", ()))
    )


def _message(given: Mapping[str, Any]) -> Message:
    rest = {
        "role": given["role"]
        if given.get("role") in {"system", "user", "assistant", "function"}
        else "assistant",
        "content": given.get("content", {}),
        "source_id": given.get("source_id") or USER,
        "annotations": [],
    }
    for name in ("model_parameters", "rubric_evaluations"):
        if name in given:
            rest[name] = given[name]
    try:
        message = msgspec.convert(rest, Message)
    except msgspec.ValidationError:
        content = given.get("content", {})
        text = content.get("text") if isinstance(content, dict) else content
        message = said(str(rest["source_id"]), plain(text), rest["role"])
    message.annotations.extend(_annotations(given.get("annotations", ())))
    return message


def _annotations(given: Sequence[Mapping[str, Any]]) -> list[Annotation]:
    found: list[Annotation] = []
    for one in given:
        try:
            found.append(msgspec.convert({"id": "", **one}, Annotation))
        except msgspec.ValidationError:
            key = str(one.get("key", "annotation"))
            found.append(AnnotationText(id="", key=key, value=plain(one.get("value"))))
    return found
