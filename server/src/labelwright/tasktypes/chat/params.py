"""The parameters of conversations (wire/task-types-chat §2)."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.tasktypes.forms.fields import Field, RankingField, check_form, walk
from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.wire.context_attachments import FormAttachment, check_attachments
from labelwright.tasktypes.wire.numbers import LIMIT
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path

Turns = Annotated[int, Meta(ge=1, le=1_000)]
MAX_TURNS = 10
"""The most turns when a request does not say."""


class ChatContent(msgspec.Struct, kw_only=True):
    """A message with attachments. Unknown keys are kept."""

    text: str = ""
    attachments: list[FormAttachment] = []


class ChatMessage(msgspec.Struct, kw_only=True):
    """A message of the conversation so far. Unknown keys are kept.

    Attributes:
        role: who says it.
        content: what is said.
    """

    role: Literal["system", "user", "assistant"]
    content: str | ChatContent


class ChatModel(msgspec.Struct, kw_only=True):
    """A model that answers. Unknown keys are kept.

    Attributes:
        id: names the model in answers.
        name: as shown.
        provider: who runs it.
        parameters: ``temperature``, ``max_completion_tokens``, ``top_p``, ``top_k``.
    """

    id: Text
    name: str | UnsetType = UNSET
    provider: str | UnsetType = UNSET
    parameters: dict[str, Any] | UnsetType = UNSET


class RubricCriterion(msgspec.Struct, kw_only=True):
    """One thing to look at. Unknown keys are kept.

    Attributes:
        id: names it in ratings; unique in the task.
        description: what is looked at.
        weight: what a point counts; 1 when absent, negative for faults.
        max_score: the most points of one answer.
    """

    id: Text
    description: str | UnsetType = UNSET
    weight: float | UnsetType = UNSET
    max_score: Annotated[float, Meta(gt=0, le=LIMIT)] = 1.0


class Rubric(msgspec.Struct, kw_only=True):
    """Criteria for judging. Unknown keys are kept.

    Attributes:
        id: names it.
        title: as shown.
        criteria: what every answer of a model is rated by.
        required: whether every answer has to be rated on every criterion.
    """

    id: Text
    title: str | UnsetType = UNSET
    criteria: list[RubricCriterion] = []
    required: bool = False


class ChatThreadParams(msgspec.Struct, kw_only=True):
    """One conversation of several. Unknown keys are kept.

    Attributes:
        id: names the thread in answers.
        initial_messages: the conversation so far.
        models: who answers; those of the task when absent.
    """

    id: Text
    initial_messages: list[ChatMessage] = []
    models: list[ChatModel] | UnsetType = UNSET


class ChatParams(msgspec.Struct, kw_only=True):
    """Parameters of ``chat`` and ``chatexperimental``: a conversation with models, and forms about it.

    Unknown ones are kept.

    Attributes:
        template_variables: of the project's task template.
        initial_messages: the conversation so far.
        attachments: what it is about.
        models: who answers.
        min_turns: the fewest prompts; when absent there need be none.
        max_turns: the most prompts.
        responses_per_turn: the most answers of models to one prompt.
        turn_fields: the form about every turn.
        message_fields: the form about every answer of a model.
        task_fields: the form about the whole conversation.
        chunk_fields: the form about every chunk of an answer that comes in chunks.
        allow_rewrite: whether answers may be rewritten.
        rubrics: criteria for judging.
        allow_criteria: whether labelers may write criteria of their own.
        text_labels: labels for pieces of what was said.
        hypothesis: an answer to start from; need not be complete.
    """

    template_variables: dict[str, Any] | UnsetType = UNSET
    initial_messages: list[ChatMessage] = []
    attachments: list[FormAttachment] = []
    models: list[ChatModel] = []
    min_turns: Turns | UnsetType = UNSET
    max_turns: Turns = MAX_TURNS
    responses_per_turn: Annotated[int, Meta(ge=1, le=8)] = 1
    turn_fields: list[Field] = []
    message_fields: list[Field] = []
    task_fields: list[Field] = []
    chunk_fields: list[Field] = []
    allow_rewrite: bool = False
    rubrics: list[Rubric] | UnsetType = UNSET
    allow_criteria: bool = False
    text_labels: list[Text] = []
    hypothesis: dict[str, Any] | UnsetType = UNSET


class ChatLiteParams(ChatParams, kw_only=True):
    """Parameters of ``chatlite``: a conversation with one model, one answer at a time; no rankings, texts only.

    Attributes:
        models: one at most.
        max_turns: the most prompts.
        responses_per_turn: 1.
    """

    models: Annotated[list[ChatModel], Meta(max_length=1)] = []
    max_turns: Annotated[int, Meta(ge=1, le=MAX_TURNS)] = MAX_TURNS
    responses_per_turn: Annotated[int, Meta(ge=1, le=1)] = 1


class MultiChatParams(ChatParams, kw_only=True):
    """Parameters of ``multichat``: several conversations with models side by side.

    Attributes:
        threads: the conversations; one without a name when absent.
        responses_per_turn: the most answers of models to one prompt.
    """

    threads: Annotated[list[ChatThreadParams], Meta(min_length=1, max_length=5)] | UnsetType = UNSET
    responses_per_turn: Annotated[int, Meta(ge=1, le=8)] = 2


def threads(params: ChatParams) -> Sequence[ChatThreadParams]:
    """Return the threads that have names."""
    return params.threads or () if isinstance(params, MultiChatParams) else ()


def check(params: ChatParams) -> None:
    """Check what the types cannot say, except for the hypothesis.

    Raises:
        InvalidParameter: naming the first parameter that is wrong.
    """
    _check_messages(params.initial_messages, ("initial_messages",))
    check_attachments(params.attachments, ("attachments",))
    _require_different([one.id for one in params.models], ("models",))
    if params.min_turns is not UNSET and params.max_turns < params.min_turns:
        raise refuse(("max_turns",), "must be at least min_turns")
    _check_fields(params)
    for i, thread in enumerate(threads(params)):
        _check_messages(thread.initial_messages, ("threads", i, "initial_messages"))
        _require_different([one.id for one in thread.models or ()], ("threads", i, "models"))
    _require_different([one.id for one in threads(params)], ("threads",))
    _require_different([one.id for one in params.rubrics or ()], ("rubrics",))
    seen: set[str] = set()
    for i, rubric in enumerate(params.rubrics or ()):
        for j, criterion in enumerate(rubric.criteria):
            if criterion.id in seen:
                raise refuse(("rubrics", i, "criteria", j, "id"), "contains a duplicate value")
            seen.add(criterion.id)
    if len(set(params.text_labels)) != len(params.text_labels):
        raise refuse(("text_labels",), "contains a duplicate value")
    if isinstance(params, ChatLiteParams):
        _check_plain(params)


def attachments(params: ChatParams) -> list[FormAttachment]:
    """Return the attachments: of the task, then of its messages."""
    found = list(params.attachments)
    messages = [*params.initial_messages, *(m for one in threads(params) for m in one.initial_messages)]
    for message in messages:
        if isinstance(message.content, ChatContent):
            found.extend(message.content.attachments)
    return found


def forms(params: ChatParams) -> Iterator[tuple[str, list[Field]]]:
    """Yield the name and fields of each form."""
    for name in ("turn_fields", "message_fields", "task_fields", "chunk_fields"):
        yield name, getattr(params, name)


def _check_messages(messages: Sequence[ChatMessage], path: Path) -> None:
    for i, message in enumerate(messages):
        if isinstance(message.content, ChatContent):
            check_attachments(message.content.attachments, (*path, i, "content", "attachments"))


def _require_different(ids: Sequence[str], path: Path) -> None:
    seen: set[str] = set()
    for i, one in enumerate(ids):
        if one in seen:
            raise refuse((*path, i, "id"), "contains a duplicate value")
        seen.add(one)


def _check_fields(params: ChatParams) -> None:
    seen: set[str] = set()
    for name, fields in forms(params):
        check_form(fields, (name,))
        for field, place in walk(fields, (name,)):
            if field.field_id in seen:
                raise refuse((*place, "field_id"), "contains a duplicate value")
            seen.add(field.field_id)


def _check_plain(params: ChatLiteParams) -> None:
    for name, fields in forms(params):
        for field, place in walk(fields, (name,)):
            if isinstance(field, RankingField):
                raise refuse((*place, "type"), "must not be ranking_order in chatlite")
    for i, attachment in enumerate(params.attachments):
        if attachment.type != "text":
            raise refuse(("attachments", i, "type"), "must be one of [text]")
