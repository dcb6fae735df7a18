"""The answer to a conversation as threads and turns (wire/v2-conversations §1, §2, §5)."""

from collections.abc import Collection, Mapping, Sequence
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
    answers_of,
)
from labelwright.tasktypes.chat.params import ChatMessage, ChatModel, ChatParams, forms, threads
from labelwright.tasktypes.chat.parts import (
    CRITERION,
    ERROR,
    FILE,
    GROUPS,
    LABELED,
    RATING,
    ChatFile,
    Criterion,
    criteria,
    most,
    written,
)
from labelwright.tasktypes.forms.fields import Field, answered
from labelwright.tasktypes.threads import (
    Annotation,
    AnnotationFile,
    AnnotationRankedChoices,
    AnnotationRankedGroups,
    AnnotationRubricCriteria,
    AnnotationRubricRating,
    AnnotationText,
    AudioFile,
    BasicFile,
    ChunkText,
    ConversationAnswer,
    CriterionDefinition,
    CriterionEvaluation,
    ErrorDetail,
    ImageFile,
    Message,
    ModelParameters,
    Reasoning,
    Rubric,
    RubricEvaluation,
    SensitiveContentReport,
    Thread,
    Turn,
)
from labelwright.tasktypes.wire.conversation import USER, of_field, of_spans, plain, text_message


def conversation(params: ChatParams, answer: ChatAnswer) -> ConversationAnswer:
    """Tell an accepted answer; the conversation of one that was reported, or could not be had, is left out."""
    failed = [part.output for part in answer.responses if part.type == ERROR]
    if failed:
        return ConversationAnswer(
            [], errors=[ErrorDetail(type=one.get("type"), message=one["message"]) for one in failed]
        )
    reports = [part for part in answer.responses if part.type == REPORT]
    if reports:
        return ConversationAnswer(
            [], [SensitiveContentReport(type="sensitive_content", message=plain(p.output)) for p in reports]
        )
    if answer.threads is not UNSET and answer.threads:
        given = msgspec.convert(msgspec.to_builtins(answer.threads), list[dict[str, Any]])
        return ConversationAnswer([_given(one) for one in given])
    names = dict.fromkeys(
        part.thread_id or "" for part in answer.responses if part.type in {PROMPT, RESPONSE}
    )
    named = {one.id: one for one in threads(params)}
    made = []
    shown = [one for one in named if one in names] or list(names) or [""]
    homes = _homes(answer.responses, shown)
    own_criteria = {
        one.id: one for p in answer.responses if p.type == CRITERION for one in [written(p.output)]
    }
    for name in shown:
        own = named.get(name)
        models = (own.models or None) if own is not None and own.models is not UNSET else None
        start = own.initial_messages if own is not None else params.initial_messages
        parts = [part for part, home in zip(answer.responses, homes, strict=True) if home == name]
        made.append(_Thread(params, models or params.models, parts, own_criteria).made(start))
    fields = _by_id(params.task_fields)
    known = {field.field_id for _, of in forms(params) for field in of}
    for part in answer.responses:
        field = fields.get(part.field_id or "")
        if field is not None:
            made[0].annotations.append(of_field(field, part.output))
        elif _is_file(part, known) and part.turn is UNSET and part.message_id is UNSET:
            made[0].annotations.append(_files(part))
    return ConversationAnswer(made)


def _homes(parts: Sequence[ChatComponent], shown: Sequence[str]) -> list[str]:
    """Return the thread of each component: that of the answer it is about, its own, or else the first there is."""
    of_answers = {name: part.thread_id or "" for name, part in answers_of(parts).items()}
    found = []
    for part in parts:
        about: Any = part.message_id
        if part.type in (RANKING, GROUPS) and isinstance(part.output, list) and part.output:
            about = part.output[0] if part.type == RANKING else part.output[0][0]
        home = part.thread_id or (of_answers.get(about, "") if isinstance(about, str) else "")
        if part.type != RESPONSE and isinstance(part.message_id, str):
            home = of_answers.get(part.message_id, home)
        found.append(home if home in shown else shown[0])
    return found


def _is_file(part: ChatComponent, known: Collection[str]) -> bool:
    return part.type == FILE and part.field_id not in known


def _files(part: ChatComponent) -> Annotation:
    """Files as a list, which is what the official client can read (wire/v2-conversations §4)."""
    found = msgspec.convert(part.output, list[ChatFile])
    return AnnotationFile(id="", key=part.field_id or "files", value=[_basic(one) for one in found])


def _basic(file: ChatFile) -> BasicFile:
    return BasicFile(url=file.url, name=file.name or None, mime_type=file.mime_type or None)


def _attachment(file: ChatFile) -> BasicFile | ImageFile | AudioFile:
    kind = (file.mime_type or "").partition("/")[0]
    if kind == "image":
        return ImageFile(url=file.url, name=file.name or None, mime_type=file.mime_type or None)
    if kind == "audio":
        return AudioFile(url=file.url, mime_type=file.mime_type or None)
    return _basic(file)


class _Thread:
    """Builds one thread.

    Args:
        params: of the task.
        models: who answers in it.
        parts: its components, in their order.
        own: the criteria that the labeler wrote, anywhere in the task, by id.
    """

    def __init__(
        self,
        params: ChatParams,
        models: Sequence[ChatModel],
        parts: Sequence[ChatComponent],
        own: Mapping[str, Criterion],
    ) -> None:
        self._params, self._parts, self._own = params, parts, own
        self._models = {model.id: model for model in models}
        self._fields = {name: _by_id(fields) for name, fields in forms(params)}
        self._known = {field.field_id for _, of in forms(params) for field in of}
        self._criteria = criteria(params)
        turns = {name: part.turn or 0 for name, part in answers_of(parts).items()}
        self._of_turn: dict[int, list[ChatComponent]] = {}
        for part in parts:
            # A judgement that names an answer belongs to it, whatever turn it says.
            number = turns.get(part.message_id or "", part.turn or 0)
            self._of_turn.setdefault(number, []).append(part)

    def made(self, start: Sequence[ChatMessage]) -> Thread:
        numbers = sorted({part.turn or 0 for part in self._parts if part.type in {PROMPT, RESPONSE}})
        turns = [self._turn(number) for number in numbers] or [Turn(id="", messages=[], annotations=[])]
        turns[0].messages[:0] = [_initial(message) for message in start]
        return Thread(id="", turns=turns, annotations=[])

    def _turn(self, number: int) -> Turn:
        turn = Turn(id="", messages=[], annotations=[])
        spoken: dict[str, Message] = {}
        parts = self._of_turn[number]
        for part in parts:
            if part.type == PROMPT:
                turn.messages.append(_message_text(USER, part, "user"))
            elif part.type == RESPONSE:
                message = self._response(part, len(spoken))
                turn.messages.append(message)
                spoken[part.message_id or f"#{len(spoken)}"] = message
        for part in parts:
            self._judge(part, turn, spoken)
        self._rate(turn, parts, spoken)
        return turn

    def _response(self, part: ChatComponent, number: int) -> Message:
        source = part.source_id or part.message_id or f"model-{number + 1}"
        message = _message_text(source, part, "assistant")
        message.model_parameters = _parameters(self._models.get(source))
        return message

    def _rate(self, turn: Turn, parts: Sequence[ChatComponent], spoken: Mapping[str, Message]) -> None:
        """Put the rubrics into a turn, and how each answer did on them."""
        # A criterion of an earlier turn can be rated here, too.
        names = [part.output["id"] for part in parts if part.type == CRITERION]
        names += [part.output["criterion"] for part in parts if part.type == RATING]
        own = [self._own[one] for one in dict.fromkeys(names) if one in self._own]
        rubrics = [
            [self._criteria[one.id] for one in rubric.criteria] for rubric in self._params.rubrics or ()
        ]
        rubrics = [one for one in [*rubrics, own] if one]
        if not rubrics:
            return
        turn.rubrics = [_rubric(one) for one in rubrics]
        ratings: dict[tuple[str, str], Mapping[str, Any]] = {
            (part.message_id or "", part.output["criterion"]): part.output
            for part in parts
            if part.type == RATING
        }
        for name, message in spoken.items():
            found = [_evaluation(rubric, name, ratings) for rubric in rubrics]
            message.rubric_evaluations = [one for one in found if one is not None] or None

    def _judge(self, part: ChatComponent, turn: Turn, spoken: Mapping[str, Message]) -> None:
        """Put a judgement where it belongs: to an answer, or to the turn."""
        about, name = spoken.get(part.message_id or ""), part.field_id or ""
        notes = turn.annotations if about is None else about.annotations
        if about is not None and name in self._fields["message_fields"]:
            notes.append(of_field(self._fields["message_fields"][name], part.output))
        elif about is not None and name in self._fields["chunk_fields"]:
            chunk = (about.content.chunks or [])[part.chunk or 0]
            chunk.annotations.append(of_field(self._fields["chunk_fields"][name], part.output))
        elif name in self._fields["turn_fields"]:
            turn.annotations.append(of_field(self._fields["turn_fields"][name], part.output))
        elif part.type == RANKING and isinstance(part.output, list):
            order = [_source(spoken, one) for one in part.output]
            turn.annotations.append(AnnotationRankedChoices(id="", key=name or "ranking", value=order))
        elif part.type == GROUPS:
            groups = [[_source(spoken, one) for one in group] for group in part.output]
            turn.annotations.append(AnnotationRankedGroups(id="", key=name or "ranking", value=groups))
        elif part.type == REWRITE:
            notes.append(AnnotationText(id="", key="rewrite", value=plain(part.output)))
        elif part.type == LABELED and about is not None:
            spans = of_spans(name or "labels", [(one["label"], one["text"]) for one in part.output])
            chunks = about.content.chunks
            (notes if part.chunk is UNSET or not chunks else chunks[part.chunk].annotations).append(spans)
        elif _is_file(part, self._known) and (about is not None or part.turn is not UNSET):
            notes.append(_files(part))


def _source(spoken: Mapping[str, Message], name: Any) -> str:
    return spoken[name].source_id if name in spoken else str(name)


def _message_text(source: str, part: ChatComponent, role: str) -> Message:
    """What somebody said, with what belongs to it."""
    message = text_message(source, plain(part.output), role)
    if part.attachments:
        message.content.attachments = [_attachment(one) for one in part.attachments]
    if part.reasoning:
        message.content.reasoning = [Reasoning(content=one) for one in part.reasoning]
    if part.chunks:
        message.content.chunks = [ChunkText(text=one, annotations=[]) for one in part.chunks]
    return message


def _rubric(rubric: Sequence[Criterion]) -> Rubric:
    return Rubric(
        criteria_definitions=[
            CriterionDefinition(
                id=one.id,
                criterion=one.text,
                weight=one.weight,
                annotations=[
                    AnnotationRubricCriteria(
                        id="", key=one.id, value={"weight": one.weight, "max_score": one.max_score}
                    )
                ],
            )
            for one in rubric
        ],
        max_total_score=round(most(rubric)),
    )


def _evaluation(
    rubric: Sequence[Criterion], message: str, ratings: Mapping[tuple[str, str], Mapping[str, Any]]
) -> RubricEvaluation | None:
    """How an answer did on one rubric: Σ score · weight, and that as a share of the most there is.

    Source: wire/v2-conversations §2.
    """
    rated = [(one, ratings[message, one.id]) for one in rubric if (message, one.id) in ratings]
    if not rated:
        return None
    total, best = sum(rating["score"] * one.weight for one, rating in rated), most(rubric)
    return RubricEvaluation(
        criteria_evaluations=[
            CriterionEvaluation(
                criterion_definition_id=one.id,
                score=float(rating["score"]),
                annotations=[
                    AnnotationRubricRating(
                        id="",
                        key=one.id,
                        value={key: value for key, value in rating.items() if key != "criterion"},
                        justification=rating.get("justification"),
                    )
                ],
            )
            for one, rating in rated
        ],
        annotations=[],
        total_score=total,
        percentage=100 * total / best if best else None,
    )


def _by_id(fields: Sequence[Field]) -> dict[str, Field]:
    return {field.field_id: field for field in answered(fields)}


def _initial(message: ChatMessage) -> Message:
    text = message.content if isinstance(message.content, str) else message.content.text
    source = USER if message.role == "user" else message.role
    return text_message(source, text, message.role)


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
        message = text_message(str(rest["source_id"]), plain(text), rest["role"])
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
