"""The four types of conversation (wire/task-types-chat §1–§3)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.errors import Problem
from labelwright.tasktypes.base import Media, Rating, Score
from labelwright.tasktypes.chat.answer import ChatAnswer, ChatChecker
from labelwright.tasktypes.chat.params import ChatParams, attachments, check, threads
from labelwright.tasktypes.chat.sample import sample
from labelwright.tasktypes.chat.score import compare, join, rated
from labelwright.tasktypes.chat.threads import conversation
from labelwright.tasktypes.checked_type import CheckContext, CheckedType
from labelwright.tasktypes.scoring.merge_answers import first_of
from labelwright.tasktypes.threads import ConversationAnswer
from labelwright.tasktypes.wire.answer_schemas import Schema, narrowed, one_of
from labelwright.tasktypes.wire.context_attachments import files_among, media_among


class Conversation(CheckedType[ChatParams, ChatAnswer]):
    """A task type about conversations.

    Args:
        slug: the task type.
        params_model: its request.
    """

    has_editor = True
    needs_project = True
    answer_model = ChatAnswer

    def __init__(self, slug: str, params_model: type[ChatParams]) -> None:
        self.slug = slug
        self.params_model = params_model

    def prepare(self, given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
        """Return the parameters as they are: ``attachment`` means nothing here."""
        return given

    def check(self, params: ChatParams) -> None:
        """See ``params.check``."""
        check(params)

    def references(self, params: ChatParams) -> Sequence[str]:
        """Return the attachments: addresses, or the texts themselves."""
        return [one.content for one in attachments(params)]

    def files_of(self, params: ChatParams) -> Sequence[str]:
        """See ``CheckedType``."""
        return files_among(attachments(params))

    def media_of(self, params: ChatParams) -> Mapping[str, str]:
        """See ``CheckedType``."""
        return media_among(attachments(params))

    def examine(
        self, params: ChatParams, answer: Any, occasion: CheckContext
    ) -> tuple[ChatAnswer, list[Problem]]:
        """See ``CheckedType``."""
        return ChatChecker(params).check(answer, occasion)

    def told(self, params: ChatParams, answer: ChatAnswer) -> ConversationAnswer:
        """See ``told.told``."""
        return conversation(params, answer)

    def compare(
        self, params: ChatParams, expected: ChatAnswer, given: ChatAnswer, media: Sequence[Media]
    ) -> Score:
        """Compare the judgements: every field about task, turn and message, and every order of answers.

        Fields count as those of ``textcollection`` (a number with a smallest and a largest, as on a Likert scale,
        is 1 − |a − b| / range); one that is named like a criterion of a rubric counts with its weight. An order
        counts by the share of pairs that are the same way round. The score is the mean. What people or models said,
        and rewrites, are left to reviewers: they count only where nothing else does. An answer that reports the task
        is only like another that does. Details: ``exact_match``,
        ``mean_absolute_error``, ``ranking`` and ``top_1`` (share of orders with the same best answer),
        ``text_similarity``, and each field as ``fields.<field_id>``, with its turn or message in brackets.
        """
        del media
        return compare(params, expected, given)

    def join(self, params: ChatParams, answers: Sequence[ChatAnswer], media: Sequence[Media]) -> ChatAnswer:
        """Take the conversation that is most like the others, and merge the judgements about it."""
        return join(params, first_of(answers, self.medoid(params, answers, media)))

    def rated(self, params: ChatParams, answer: ChatAnswer) -> Sequence[Rating]:
        """Return the choices, numbers, dates and orders."""
        return list(rated(params, answer))

    def schema(self, params: ChatParams) -> Schema:
        """Return the answer with the names of the threads."""
        names = [one.id for one in threads(params)]
        return narrowed(self.answer_model, {"ChatComponent": {"thread_id": one_of(names)}} if names else {})

    def sample(self, params: ChatParams) -> Any:
        """Return the documented sample, with an answer to every field."""
        return sample(params)
