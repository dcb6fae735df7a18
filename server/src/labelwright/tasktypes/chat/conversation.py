"""The four types of conversation (task-types-2d-text §16)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.refusals import Problem
from labelwright.tasktypes.chat.answer import ChatAnswer, ChatChecker
from labelwright.tasktypes.chat.params import ChatParams, check, references
from labelwright.tasktypes.chat.sample import sample
from labelwright.tasktypes.chat.told import told
from labelwright.tasktypes.shared.checked import CheckedType, Occasion
from labelwright.tasktypes.threads import Told


class Conversation(CheckedType[ChatParams, ChatAnswer]):
    """A task type about conversations.

    Args:
        slug: the task type.
        params_model: its request.
    """

    needs_project = True
    answer_model = ChatAnswer
    open_members = ("initial_messages", "attachments", "models", "threads", "rubrics")

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
        return references(params)

    def examine(
        self, params: ChatParams, answer: Any, occasion: Occasion
    ) -> tuple[ChatAnswer, list[Problem]]:
        """See ``CheckedType``."""
        return ChatChecker(params).check(answer, occasion)

    def told(self, params: ChatParams, answer: ChatAnswer) -> Told:
        """See ``told.told``."""
        return told(params, answer)

    def sample(self, params: ChatParams) -> Any:
        """Return the documented sample, with an answer to every field."""
        return sample(params)
