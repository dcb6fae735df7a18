"""Documents: regions and texts on pages, and links between them (task-types-2d-text §8, §9)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.refusals import Problem
from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.document.answer import (
    Answer,
    DocumentChecker,
    DocumentModelAnswer,
    DocumentTranscriptionAnswer,
)
from labelwright.tasktypes.document.params import (
    DocumentModelParams,
    DocumentParams,
    DocumentTranscriptionParams,
    check,
    references,
    require_attachment,
)
from labelwright.tasktypes.document.sample import sample
from labelwright.tasktypes.shared.checked import CheckedType, Occasion


class DocumentType(CheckedType[DocumentParams, Any]):
    """A task type about documents.

    Args:
        slug: the task type.
        params_model: its request.
        answer_model: its answer.
    """

    open_members = ("rules",)

    def __init__(self, slug: str, params_model: type[DocumentParams], answer_model: type[Answer]) -> None:
        self.slug = slug
        self.params_model = params_model
        self.answer_model = answer_model

    def prepare(self, given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
        """Refuse a request without any attachment in the documented words."""
        given = super().prepare(given)
        require_attachment(given)
        return given

    def check(self, params: DocumentParams) -> None:
        """See ``params.check``."""
        check(params)

    def references(self, params: DocumentParams) -> Sequence[str]:
        """Return the document, or its parts in order."""
        return references(params)

    def examine(
        self, params: DocumentParams, answer: Any, occasion: Occasion
    ) -> tuple[Answer, list[Problem]]:
        """See ``CheckedType``."""
        return DocumentChecker(params, occasion.media).check(answer, occasion)

    def sample(self, params: DocumentParams) -> Any:
        """Return one annotation per feature that has a label."""
        return sample(params)


TASK_TYPES: tuple[TaskType, ...] = (
    DocumentType("documenttranscription", DocumentTranscriptionParams, DocumentTranscriptionAnswer),
    DocumentType("documentmodel", DocumentModelParams, DocumentModelAnswer),
)
