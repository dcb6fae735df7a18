"""The answer to conversations and its checker (wire/task-types-chat §3)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.chat.params import ChatLiteParams, ChatParams, forms, threads
from labelwright.tasktypes.chat.parts import (
    CRITERION,
    ERROR,
    FILE,
    GROUPS,
    LABELED,
    OUTPUTS,
    RATING,
    ChatFile,
    Criterion,
    criteria,
    file_problems,
    order_problems,
    output_problems,
    piece_problems,
    rating_problems,
    written,
)
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.tasktypes.forms.fields import answered
from labelwright.tasktypes.forms.form_rules import FormRules
from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.forms.question_rules import shown
from labelwright.tasktypes.wire.problems import is_json, read
from labelwright.validation.errors import Path, path_text

PROMPT, RESPONSE, RANKING, REWRITE = "PromptInput", "ModelResponse", "RankedChoices", "Rewrite"
REPORT = "SensitiveContentReport"
"""The component with which a labeler reports what a task shows; its output is the reason."""

GIVEN_UP = frozenset({REPORT, ERROR})
"""Components after which nothing else is required."""
_TEXTS = frozenset({"Instructions", PROMPT, RESPONSE, REWRITE, REPORT})
"""Components whose output is a text."""


class ChatComponent(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One part of the form that a conversation is.

    Attributes:
        type: ``Instructions``, ``PromptInput``, ``ModelResponse``, ``RankedChoices``, ``RankedGroups``,
            ``Rewrite``, ``RubricCriterion``, ``RubricRating``, ``LabeledText``, ``File``,
            ``SensitiveContentReport``, ``TaskError``, or the kind of a field.
        output: what is said or answered.
        field_id: which field is answered.
        thread_id: which thread it belongs to.
        turn: which turn, from 0; 0 when absent.
        message_id: names an answer of a model, or says which one this is about.
        source_id: which model said it.
        chunk: which of the message's chunks this is about, from 0.
        attachments: files that belong to what is said.
        reasoning: how the model came to it, block by block.
        chunks: what is said in pieces; together they are the output.
    """

    type: Text
    output: Any
    field_id: Text | UnsetType = UNSET
    thread_id: Text | UnsetType = UNSET
    turn: Annotated[int, Meta(ge=0, le=1_000)] | UnsetType = UNSET
    message_id: Text | UnsetType = UNSET
    source_id: Text | UnsetType = UNSET
    chunk: Annotated[int, Meta(ge=0, le=10_000)] | UnsetType = UNSET
    attachments: list[ChatFile] = []
    reasoning: list[str] = []
    chunks: list[Text] = []


class ConversationMessage(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A message as V2 has it."""

    role: Text
    content: dict[str, Any]
    source_id: str | UnsetType = UNSET
    model_parameters: dict[str, Any] | UnsetType = UNSET
    annotations: list[dict[str, Any]] = []


class ConversationTurn(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A turn as V2 has it."""

    id: Text | UnsetType = UNSET
    messages: list[ConversationMessage]
    annotations: list[dict[str, Any]] = []


class ConversationThread(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A thread as V2 has it."""

    id: Text | UnsetType = UNSET
    turns: list[ConversationTurn]
    annotations: list[dict[str, Any]] = []


class ChatAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of ``chat``, ``chatexperimental``, ``chatlite`` and ``multichat``.

    Attributes:
        responses: the parts in the order in which they were said or answered.
        threads: the same in the form of V2, where whoever answers has it.
    """

    responses: list[ChatComponent]
    threads: list[ConversationThread] | UnsetType = UNSET


Scope = tuple[str, str, int, str, int]
"""Form, thread, turn, message and chunk that answers to fields belong to; blank or 0 where that has no meaning."""


class ChatChecker:
    """Checks answers to one task.

    Args:
        params: already checked.
    """

    def __init__(self, params: ChatParams) -> None:
        self._params = params
        self._forms = {name: FormRules(fields) for name, fields in forms(params) if fields}
        self._form_of = {field.field_id: name for name, fields in forms(params) for field in answered(fields)}
        self._models = {one.id for one in params.models}
        for thread in threads(params):
            self._models |= {one.id for one in thread.models or ()}
        self._threads = {one.id for one in threads(params)}
        self._criteria = criteria(params)

    def check(self, answer: Any, occasion: CheckContext) -> tuple[ChatAnswer, list[Problem]]:
        """Check an answer; see ``CheckedType.examine``."""
        start = occasion.start
        reading = read(ChatAnswer, answer, start)
        parts: list[tuple[int, ChatComponent]] = reading.items("responses", ChatComponent)
        # Whoever reports a task, or says that it cannot be done, need not go on with it.
        partial = occasion.partial or any(part.type in GIVEN_UP for _, part in parts)
        problems = reading.problems
        place = (*start, "responses")
        messages: dict[str, ChatComponent] = {}
        for i, part in parts:
            problems.extend(self._part_problems(part, (*place, i), messages))
        for i, part in parts:
            if part.type == RANKING and part.field_id not in self._form_of:
                problems.extend(_ranking_problems(part, messages, (*place, i, "output")))
        problems.extend(self._judgement_problems(parts, messages, place, partial=partial))
        problems.extend(self._count_problems([part for _, part in parts], place, partial=partial))
        problems.extend(self._form_problems(parts, messages, place, partial=partial))
        finished = reading.whole or ChatAnswer(responses=[])
        if finished.threads is not UNSET and not is_json(finished.threads):
            problems.append(Problem(path_text((*start, "threads")), "A number is too large.", "bound"))
        return finished, problems

    def judgements(self, answer: ChatAnswer) -> dict[Scope, dict[str, ChatComponent]]:
        """Return which components of an accepted answer answer fields, by what they are about.

        What has to be judged is there also when nobody did.
        """
        messages = answers_of(answer.responses)
        found: dict[Scope, dict[str, ChatComponent]] = {
            scope: {} for scope in self._scopes(answer.responses, messages)
        }
        for part in answer.responses:
            if part.field_id is not UNSET and part.field_id in self._form_of:
                scope = self._scope_of(part, messages)
                if not isinstance(scope, str):
                    found.setdefault(scope, {})[part.field_id] = part
        return found

    def _part_problems(
        self, part: ChatComponent, place: Path, messages: dict[str, ChatComponent]
    ) -> Iterator[Problem]:
        if part.type in _TEXTS and part.field_id is UNSET and not isinstance(part.output, str):
            yield Problem(path_text((*place, "output")), "The output must be a text.", "type")
        elif not is_json(part.output):
            yield Problem(path_text((*place, "output")), "A number is too large.", "bound")
        if part.thread_id is not UNSET and self._threads and part.thread_id not in self._threads:
            message = f"“{part.thread_id}” is not one of the threads: {shown(dict.fromkeys(self._threads))}."
            yield Problem(path_text((*place, "thread_id")), message, "unknown_thread")
        yield from file_problems(part.attachments, (*place, "attachments"))
        if part.chunks and "".join(part.chunks) != part.output:
            message = "The chunks must be the output, one after the other."
            yield Problem(path_text((*place, "chunks")), message, "text")
        if part.type == RESPONSE:
            yield from self._response_problems(part, place, messages)
        elif part.type in _NO_FIELD and part.field_id in self._form_of:
            yield Problem(path_text((*place, "type")), "A part of this type answers no field.", "type")
        elif part.type == CRITERION and not self._params.allow_criteria:
            yield Problem(path_text((*place, "type")), "Criteria are not written here.", "not_asked")
        elif part.type == LABELED and not self._params.text_labels:
            yield Problem(path_text((*place, "type")), "Nothing is labelled in the texts here.", "not_asked")
        elif part.type == REWRITE and not self._params.allow_rewrite:
            yield Problem(path_text((*place, "type")), "Answers are not rewritten here.", "not_asked")
        elif part.type in (RANKING, GROUPS) and isinstance(self._params, ChatLiteParams):
            yield Problem(path_text((*place, "type")), "Nothing is ranked in this task.", "not_asked")

    def _judgement_problems(
        self,
        parts: Sequence[tuple[int, ChatComponent]],
        messages: Mapping[str, ChatComponent],
        place: Path,
        *,
        partial: bool,
    ) -> Iterator[Problem]:
        """Check the parts of ``chat.parts``."""
        typed: list[tuple[int, ChatComponent, Any]] = []
        for i, part in parts:
            if part.type in OUTPUTS and part.field_id not in self._form_of:
                output, problems = output_problems(part.type, part.output, (*place, i))
                yield from problems
                if output is not None:
                    part.output = msgspec.to_builtins(output)
                    typed.append((i, part, output))
        known = dict(self._criteria)
        for i, part, output in [one for one in typed if one[1].type == CRITERION]:
            if output.id in known:
                yield Problem(path_text((*place, i, "output", "id")), "The id is given twice.", "duplicate")
            known.setdefault(output.id, written(part.output))
        rated: set[tuple[str, str]] = set()
        for i, part, output in typed:
            spot = (*place, i, "output")
            if part.type == GROUPS:
                yield from order_problems(output, messages, spot)
            elif part.type == FILE:
                yield from file_problems(output, spot)
            elif part.type in (RATING, LABELED):
                yield from self._about_problems(part, output, messages, known, (*place, i))
            if part.type == RATING:
                key = part.message_id or "", output.criterion
                if key in rated:
                    yield Problem(path_text((*place, i)), "The criterion is rated twice.", "duplicate")
                rated.add(key)
        if not partial:
            yield from self._missing_ratings(parts, rated, known, place)

    def _about_problems(
        self,
        part: ChatComponent,
        output: Any,
        messages: Mapping[str, ChatComponent],
        known: Mapping[str, Criterion],
        place: Path,
    ) -> Iterator[Problem]:
        """Check what has to be about an answer of a model."""
        about = messages.get(part.message_id or "")
        if about is None:
            message = "This needs the message_id of an answer."
            yield Problem(path_text((*place, "message_id")), message, "unknown_message")
        elif part.type == RATING:
            yield from rating_problems(output, known, (*place, "output"))
        elif self._params.text_labels:
            yield from self._piece_problems(part, output, about, place)

    def _piece_problems(
        self, part: ChatComponent, pieces: Any, about: ChatComponent, place: Path
    ) -> Iterator[Problem]:
        text = about.output if isinstance(about.output, str) else ""
        if part.chunk is not UNSET:
            if part.chunk >= len(about.chunks):
                yield Problem(path_text((*place, "chunk")), "The message has no such chunk.", "unknown_chunk")
                return
            text = about.chunks[part.chunk]
        yield from piece_problems(pieces, self._params.text_labels, text, (*place, "output"))

    def _missing_ratings(
        self,
        parts: Sequence[tuple[int, ChatComponent]],
        rated: set[tuple[str, str]],
        known: Mapping[str, Criterion],
        place: Path,
    ) -> Iterator[Problem]:
        wanted = {rubric.id for rubric in self._params.rubrics or () if rubric.required}
        if not wanted:
            return
        for i, part in parts:
            if part.type == RESPONSE and part.message_id is not UNSET:
                for one in known.values():
                    if one.rubric in wanted and (part.message_id, one.id) not in rated:
                        message = f"A rating on “{one.text}” is required."
                        yield Problem(path_text((*place, i, one.id)), message, "required")

    def _response_problems(
        self, part: ChatComponent, place: Path, messages: dict[str, ChatComponent]
    ) -> Iterator[Problem]:
        if part.source_id is not UNSET and self._models and part.source_id not in self._models:
            names = shown(dict.fromkeys(sorted(self._models)))
            message = f"“{part.source_id}” is not one of the models: {names}."
            yield Problem(path_text((*place, "source_id")), message, "unknown_model")
        if part.message_id is UNSET:
            return
        if part.message_id in messages:
            yield Problem(path_text((*place, "message_id")), "The id is given twice.", "duplicate")
        messages[part.message_id] = part

    def _count_problems(
        self, parts: Sequence[ChatComponent], place: Path, *, partial: bool
    ) -> Iterator[Problem]:
        params = self._params
        prompts: dict[str, int] = {}
        responses: dict[tuple[str, int], int] = {}
        for part in parts:
            thread = part.thread_id or ""
            if part.type == PROMPT:
                prompts[thread] = prompts.get(thread, 0) + 1
            elif part.type == RESPONSE:
                both = thread, part.turn or 0
                responses[both] = responses.get(both, 0) + 1
        least = 0 if params.min_turns is UNSET or partial else params.min_turns
        for thread in dict.fromkeys([*(sorted(self._threads) or [""]), *prompts]):
            count, where = prompts.get(thread, 0), f" in thread {thread}" if thread else ""
            if count < least:
                message = f"At least {least} prompts are needed (there are {count}{where})."
                yield Problem(path_text(place), message, "too_few")
            elif count > params.max_turns:
                message = f"At most {params.max_turns} prompts are allowed (there are {count}{where})."
                yield Problem(path_text(place), message, "too_many")
        for (_, turn), count in responses.items():
            if count > params.responses_per_turn:
                message = f"Turn {turn} has {count} answers, more than {params.responses_per_turn}."
                yield Problem(path_text(place), message, "too_many")

    def _form_problems(
        self,
        parts: Sequence[tuple[int, ChatComponent]],
        messages: Mapping[str, ChatComponent],
        place: Path,
        *,
        partial: bool,
    ) -> Iterator[Problem]:
        given: dict[Scope, dict[str, tuple[int, ChatComponent]]] = {}
        for scope in self._scopes([part for _, part in parts], messages):
            given[scope] = {}
        for i, part in parts:
            if part.field_id is UNSET or (part.type in _NAMED and part.field_id not in self._form_of):
                continue
            found = self._scope_of(part, messages)
            if isinstance(found, str):
                key = "field_id" if part.field_id not in self._form_of else "message_id"
                yield Problem(path_text((*place, i, key)), found, f"unknown_{key.partition('_')[0]}")
                continue
            answers = given.setdefault(found, {})
            if part.field_id in answers:
                yield Problem(path_text((*place, i)), "The field is answered twice.", "duplicate")
            answers[part.field_id] = i, part
        heads = {
            (form, *_message(part)[1:4], chunk): i
            for i, part in parts
            if part.type == RESPONSE and part.message_id is not UNSET
            for form, chunk in [
                ("message_fields", 0),
                *(("chunk_fields", n) for n in range(len(part.chunks))),
            ]
        }
        for scope, answers in given.items():
            about = (*place, heads[scope]) if scope in heads else place
            places = {name: (*place, i, "output") for name, (i, _) in answers.items()}
            values = {name: part.output for name, (_, part) in answers.items()}
            plain, problems = self._forms[scope[0]].check(values, about, partial=partial, places=places)
            yield from problems
            for name in plain.keys() & answers.keys():
                answers[name][1].output = plain[name]

    def _scopes(
        self, parts: Sequence[ChatComponent], messages: Mapping[str, ChatComponent]
    ) -> Iterator[Scope]:
        """Yield what has to be judged: the task, every turn that there is, every answer of a model and its chunks."""
        if "task_fields" in self._forms:
            yield _TASK
        if "turn_fields" in self._forms:
            said = [part for part in parts if part.type in (PROMPT, RESPONSE)]
            yield from dict.fromkeys(_turn(part) for part in said)
        if "message_fields" in self._forms:
            yield from (_message(part) for part in messages.values())
        if "chunk_fields" in self._forms:
            for part in messages.values():
                yield from (_chunk(part, n) for n in range(len(part.chunks)))

    def _scope_of(self, part: ChatComponent, messages: Mapping[str, ChatComponent]) -> Scope | str:
        """Return what an answer to a field belongs to, or why it belongs to nothing."""
        form = self._form_of.get(part.field_id or "")
        if form is None:
            return f"“{part.field_id}” is not one of the fields: {shown(dict.fromkeys(self._form_of))}."
        if form in _ABOUT_MORE:
            return _TASK if form == "task_fields" else _turn(part)
        found = messages.get(part.message_id or "")
        if found is None:
            return "This needs the message_id of an answer."
        if form == "message_fields":
            return _message(found)
        there = (part.chunk or 0) < len(found.chunks)
        return (
            _chunk(found, part.chunk or 0) if there else "The answer with this message_id has no such chunk."
        )


_NO_FIELD = frozenset({GROUPS, CRITERION, RATING, LABELED, ERROR, REPORT})
"""Components that are no answers to fields, unlike ``RankedChoices`` and ``File``, which can be both."""
_NAMED = frozenset({RANKING, *OUTPUTS})
"""Components whose ``field_id``, when it is no field's, is the name of a judgement."""
_ABOUT_MORE = frozenset({"task_fields", "turn_fields"})
_TASK: Scope = ("task_fields", "", 0, "", 0)


def answers_of(parts: Sequence[ChatComponent]) -> dict[str, ChatComponent]:
    """Return the answers of models that have an id."""
    return {part.message_id: part for part in parts if part.type == RESPONSE and part.message_id is not UNSET}


def _turn(part: ChatComponent) -> Scope:
    return ("turn_fields", part.thread_id or "", part.turn or 0, "", 0)


def _message(part: ChatComponent) -> Scope:
    return ("message_fields", part.thread_id or "", part.turn or 0, part.message_id or "", 0)


def _chunk(part: ChatComponent, number: int) -> Scope:
    return ("chunk_fields", *_message(part)[1:4], number)


def _ranking_problems(
    part: ChatComponent, messages: Mapping[str, ChatComponent], place: Path
) -> Iterator[Problem]:
    """Check an order of answers, as against one of a field's options."""
    if not isinstance(part.output, list) or not all(isinstance(one, str) for one in part.output):
        yield Problem(path_text(place), "The output must be an array of message ids, best first.", "type")
        return
    seen: set[str] = set()
    for i, one in enumerate(part.output):
        if one not in messages:
            yield Problem(path_text((*place, i)), f"There is no message “{one}”.", "unknown_message")
        elif one in seen:
            yield Problem(path_text((*place, i)), "The message is given twice.", "duplicate")
        seen.add(one)
