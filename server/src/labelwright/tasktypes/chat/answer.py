"""The answer to conversations and its checker (task-types-2d-text §16.2)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.faults import Path, path_text
from labelwright.refusals import Problem
from labelwright.tasktypes.chat.params import ChatLiteParams, ChatParams, forms, threads
from labelwright.tasktypes.shared.answers import shown
from labelwright.tasktypes.shared.checked import Occasion
from labelwright.tasktypes.shared.forms import FormRules
from labelwright.tasktypes.shared.labels import Text
from labelwright.tasktypes.shared.reading import is_json, read

PROMPT, RESPONSE, RANKING, REWRITE = "PromptInput", "ModelResponse", "RankedChoices", "Rewrite"
REPORT = "SensitiveContentReport"
"""The component with which a labeler reports what a task shows; its output is the reason."""

_TEXTS = frozenset({"Instructions", PROMPT, RESPONSE, REWRITE, REPORT})
"""Components whose output is a text."""


class ChatComponent(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One part of the form that a conversation is.

    Attributes:
        type: ``Instructions``, ``PromptInput``, ``ModelResponse``, ``RankedChoices``, ``Rewrite``, or the kind
            of a field.
        output: what is said or answered.
        field_id: which field is answered.
        thread_id: which thread it belongs to.
        turn: which turn, from 0; 0 when absent.
        message_id: names an answer of a model, or says which one this is about.
        source_id: which model said it.
    """

    type: Text
    output: Any
    field_id: Text | UnsetType = UNSET
    thread_id: Text | UnsetType = UNSET
    turn: Annotated[int, Meta(ge=0, le=1_000)] | UnsetType = UNSET
    message_id: Text | UnsetType = UNSET
    source_id: Text | UnsetType = UNSET


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


Scope = tuple[str, str, int, str]
"""Form, thread, turn and message that answers to fields belong to; blank where that has no meaning."""


class ChatChecker:
    """Checks answers to one task.

    Args:
        params: already checked.
    """

    def __init__(self, params: ChatParams) -> None:
        self._params = params
        self._forms = {name: FormRules(fields) for name, fields in forms(params) if fields}
        self._form_of = {field.field_id: name for name, fields in forms(params) for field in fields}
        self._models = {one.id for one in params.models}
        for thread in threads(params):
            self._models |= {one.id for one in thread.models or ()}
        self._threads = {one.id for one in threads(params)}

    def check(self, answer: Any, occasion: Occasion) -> tuple[ChatAnswer, list[Problem]]:
        """Check an answer; see ``CheckedType.examine``."""
        start = occasion.start
        reading = read(ChatAnswer, answer, start)
        parts: list[tuple[int, ChatComponent]] = reading.items("responses", ChatComponent)
        # Whoever reports a task need not go on with it.
        partial = occasion.partial or any(part.type == REPORT for _, part in parts)
        problems = reading.problems
        place = (*start, "responses")
        messages: dict[str, Scope] = {}
        for i, part in parts:
            problems.extend(self._part_problems(part, (*place, i), messages))
        for i, part in parts:
            if part.type == RANKING and part.field_id not in self._form_of:
                problems.extend(_ranking_problems(part, messages, (*place, i, "output")))
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
        messages = {
            part.message_id: _message(part)
            for part in answer.responses
            if part.type == RESPONSE and part.message_id is not UNSET
        }
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
        self, part: ChatComponent, place: Path, messages: dict[str, Scope]
    ) -> Iterator[Problem]:
        if part.type in _TEXTS and part.field_id is UNSET and not isinstance(part.output, str):
            yield Problem(path_text((*place, "output")), "The output must be a text.", "type")
        elif not is_json(part.output):
            yield Problem(path_text((*place, "output")), "A number is too large.", "bound")
        if part.thread_id is not UNSET and self._threads and part.thread_id not in self._threads:
            message = f"“{part.thread_id}” is not one of the threads: {shown(dict.fromkeys(self._threads))}."
            yield Problem(path_text((*place, "thread_id")), message, "unknown_thread")
        if part.type == RESPONSE:
            yield from self._response_problems(part, place, messages)
        elif part.type == REWRITE and not self._params.allow_rewrite:
            yield Problem(path_text((*place, "type")), "Answers are not rewritten here.", "not_asked")
        elif part.type == RANKING and isinstance(self._params, ChatLiteParams):
            yield Problem(path_text((*place, "type")), "Nothing is ranked in this task.", "not_asked")

    def _response_problems(
        self, part: ChatComponent, place: Path, messages: dict[str, Scope]
    ) -> Iterator[Problem]:
        if part.source_id is not UNSET and self._models and part.source_id not in self._models:
            names = shown(dict.fromkeys(sorted(self._models)))
            message = f"“{part.source_id}” is not one of the models: {names}."
            yield Problem(path_text((*place, "source_id")), message, "unknown_model")
        if part.message_id is UNSET:
            return
        if part.message_id in messages:
            yield Problem(path_text((*place, "message_id")), "The id is given twice.", "duplicate")
        messages[part.message_id] = _message(part)

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
        messages: Mapping[str, Scope],
        place: Path,
        *,
        partial: bool,
    ) -> Iterator[Problem]:
        given: dict[Scope, dict[str, tuple[int, ChatComponent]]] = {}
        for scope in self._scopes([part for _, part in parts], messages):
            given[scope] = {}
        for i, part in parts:
            if part.field_id is UNSET or (part.type == RANKING and part.field_id not in self._form_of):
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
            messages[part.message_id]: i
            for i, part in parts
            if part.type == RESPONSE and part.message_id is not UNSET
        }
        for scope, answers in given.items():
            about = (*place, heads[scope]) if scope in heads else place
            places = {name: (*place, i, "output") for name, (i, _) in answers.items()}
            values = {name: part.output for name, (_, part) in answers.items()}
            plain, problems = self._forms[scope[0]].check(values, about, partial=partial, places=places)
            yield from problems
            for name, value in plain.items():
                answers[name][1].output = value

    def _scopes(self, parts: Sequence[ChatComponent], messages: Mapping[str, Scope]) -> Iterator[Scope]:
        """Yield what has to be judged: the task, every turn that there is, every answer of a model."""
        if "task_fields" in self._forms:
            yield ("task_fields", "", 0, "")
        if "turn_fields" in self._forms:
            said = [part for part in parts if part.type in (PROMPT, RESPONSE)]
            yield from dict.fromkeys(_turn(part) for part in said)
        if "message_fields" in self._forms:
            yield from messages.values()

    def _scope_of(self, part: ChatComponent, messages: Mapping[str, Scope]) -> Scope | str:
        """Return what an answer to a field belongs to, or why it belongs to nothing."""
        form = self._form_of.get(part.field_id or "")
        if form is None:
            return f"“{part.field_id}” is not one of the fields: {shown(dict.fromkeys(self._form_of))}."
        if form == "task_fields":
            return ("task_fields", "", 0, "")
        if form == "turn_fields":
            return _turn(part)
        found = messages.get(part.message_id or "")
        return "This needs the message_id of an answer." if found is None else found


def _turn(part: ChatComponent) -> Scope:
    return ("turn_fields", part.thread_id or "", part.turn or 0, "")


def _message(part: ChatComponent) -> Scope:
    return ("message_fields", part.thread_id or "", part.turn or 0, part.message_id or "")


def _ranking_problems(part: ChatComponent, messages: Mapping[str, Scope], place: Path) -> Iterator[Problem]:
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
