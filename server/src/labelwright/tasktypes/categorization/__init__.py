"""Categories of one attachment: ``categorization``, alias ``categorize`` (wire/task-types-text §3)."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET

from labelwright.errors import InvalidParameter, Problem
from labelwright.tasktypes.attachment_readers import OpenContents, WithoutEditor
from labelwright.tasktypes.base import FilePlace, Media, Rating, Score, TaskType
from labelwright.tasktypes.categorization.answer import CategorizationAnswer, check_answer
from labelwright.tasktypes.categorization.conversation import conversation
from labelwright.tasktypes.categorization.params import (
    ATTACHMENT_TYPES,
    NO_ATTACHMENT,
    WRONG_ATTACHMENT_TYPE,
    CategorizationParams,
    check,
)
from labelwright.tasktypes.categorization.sample import sample
from labelwright.tasktypes.categorization.score import compare, join, most_alike, rated
from labelwright.tasktypes.forms.question_rules import first_error
from labelwright.tasktypes.media import BY_TYPE
from labelwright.tasktypes.threads import ConversationAnswer
from labelwright.tasktypes.wire.answer_schemas import Schema, attributes_of, label_of, narrowed
from labelwright.tasktypes.wire.problems import has_error
from labelwright.tasktypes.wire.references import is_fetched, single
from labelwright.validation.decoding import decode, decode_members, typed

_ENCODED_TYPES = frozenset(f'"{name}"'.encode() for name in ATTACHMENT_TYPES)


class Categorization(WithoutEditor, OpenContents):
    """The task type ``categorization``."""

    form_shows_all = True
    has_editor = True
    slug = "categorization"
    aliases: ClassVar[Sequence[str]] = ("categorize",)
    needs_project = False
    default_instruction = ""
    params_model: ClassVar[type[msgspec.Struct]] = CategorizationParams
    answer_model: ClassVar[type[msgspec.Struct]] = CategorizationAnswer

    def check_params(self, given: Mapping[str, msgspec.Raw]) -> bytes:
        """Check the parameters and return the JSON text to keep (see ``TaskType``)."""
        given = single(given)
        if "attachment" not in given:
            raise InvalidParameter(NO_ATTACHMENT, field="attachment")
        if bytes(given.get("attachment_type", b"")) not in _ENCODED_TYPES:
            _require_attachment_type(given)
        params, given = decode_members(CategorizationParams, given)
        check(params)
        if params.hypothesis is not UNSET:
            _, problems = check_answer(params, params.hypothesis, ("hypothesis",), partial=True)
            error = first_error(problems)
            if error is not None:
                raise error
        if params.categories is not UNSET and params.allow_multiple is UNSET:
            given = {**given, "allow_multiple": msgspec.Raw(b"false")}
        return msgspec.json.encode(given)

    def attachments(self, params: Mapping[str, Any]) -> Sequence[str]:
        """Return the one attachment: an address, or the text itself."""
        return [_attachment(params)]

    def fetched(self, params: Mapping[str, Any]) -> Sequence[str]:
        """Return the attachment when it is a file."""
        attachment = _attachment(params)
        return [attachment] if is_fetched(attachment, params["attachment_type"]) else ()

    def contents(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """Return what the attachment has to hold when it is a file."""
        medium = BY_TYPE.get(params["attachment_type"], "")
        return dict.fromkeys(self.fetched(params), medium)

    def check_answer(
        self, params: Mapping[str, Any], answer: Any, media: Sequence[Media] = ()
    ) -> tuple[bytes, Sequence[Problem]]:
        """Check an answer (see ``TaskType``); the text is ``null`` when there is an error."""
        del media  # nothing here depends on sizes
        finished, problems = check_answer(typed(CategorizationParams, params), answer)
        if any(problem.severity == "error" for problem in problems):
            return b"null", problems
        return msgspec.json.encode(finished), problems

    def answer_files(self, params: Mapping[str, Any]) -> Sequence[FilePlace]:
        """Return nothing: categories stand in the answer itself."""
        del params
        return ()

    def prelabel_files(self, params: Mapping[str, Any]) -> Sequence[FilePlace]:
        """Return nothing, as for answers."""
        return self.answer_files(params)

    def conversation(self, params: Mapping[str, Any], answer: Any) -> ConversationAnswer:
        """Tell the choice, or the answer to every question."""
        read = typed(CategorizationParams, params)
        finished, _ = check_answer(read, answer)
        return conversation(read, finished)

    def answer_schema(self, params: Mapping[str, Any]) -> Schema:
        """Return the answer with the categories, or with the questions."""
        read = typed(CategorizationParams, params)
        name = CategorizationAnswer.__name__
        if read.taxonomies:
            members = {"category": None, "category_id": None, "taxonomies": attributes_of(read.taxonomies)}
            return narrowed(CategorizationAnswer, {name: members}, {name: ["taxonomies"]})
        category = label_of(read.categories or ())
        if read.allow_multiple is True:
            category = {"type": "array", "items": category, "uniqueItems": True}
        hidden = {} if read.category_ids else {"category_id": None}
        members = {"category": category, "taxonomies": None, **hidden}
        return narrowed(CategorizationAnswer, {name: members}, {name: ["category"]})

    def sample_answer(self, params: Mapping[str, Any], media: Sequence[Media] = ()) -> bytes | None:
        """Return the first category, or the first answer to every question."""
        del media  # nothing here depends on sizes
        read = typed(CategorizationParams, params)
        finished, _ = check_answer(read, sample(read))
        return msgspec.json.encode(finished)

    def score(
        self, params: Mapping[str, Any], expected: Any, given: Any, media: Sequence[Media] = ()
    ) -> Score:
        """Compare two answers (see ``score.py``)."""
        del media
        read = typed(CategorizationParams, params)
        return compare(read, check_answer(read, expected)[0], check_answer(read, given)[0])

    def merge(self, params: Mapping[str, Any], answers: Sequence[Any], media: Sequence[Media] = ()) -> bytes:
        """Merge answers (see ``TaskType``); whole ones when the merged parts do not fit together."""
        del media
        read = typed(CategorizationParams, params)
        accepted = [check_answer(read, one)[0] for one in answers]
        finished, problems = check_answer(read, msgspec.to_builtins(join(read, accepted)))
        if has_error(problems):
            finished = accepted[most_alike(read, accepted)]
        return msgspec.json.encode(finished)

    def ratings(self, params: Mapping[str, Any], answer: Any) -> Sequence[Rating]:
        """Return the choices and numbers in an answer (see ``TaskType``)."""
        read = typed(CategorizationParams, params)
        return list(rated(read, check_answer(read, answer)[0]))


def _attachment(params: Mapping[str, Any]) -> str:
    if "attachment" in params and "attachment_type" in params:
        return str(params["attachment"])
    return typed(CategorizationParams, params).attachment


def _require_attachment_type(given: Mapping[str, msgspec.Raw]) -> None:
    """Refuse a missing or unknown type in the words of the first generation."""
    name: Any = None
    if "attachment_type" in given:
        # Read and compared again: JSON can spell the same string with escapes.
        name = decode(Any, given["attachment_type"], prefix="attachment_type")
    if name not in ATTACHMENT_TYPES:
        raise InvalidParameter(WRONG_ATTACHMENT_TYPE, field="attachment_type")


TASK_TYPES: tuple[TaskType, ...] = (Categorization(),)
