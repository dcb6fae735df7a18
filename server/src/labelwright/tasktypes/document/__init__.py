"""Documents: regions and texts on pages, and links between them (wire/task-types-documents §1, §2)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.errors import Problem
from labelwright.tasktypes.base import Media, Score, TaskType
from labelwright.tasktypes.checked_type import CheckContext, CheckedType
from labelwright.tasktypes.document.answer import (
    Answer,
    DocumentAnnotation,
    DocumentChecker,
    DocumentModelAnnotation,
    DocumentModelAnswer,
    DocumentTranscriptionAnswer,
)
from labelwright.tasktypes.document.params import (
    DocumentModelParams,
    DocumentParams,
    DocumentTranscriptionParams,
    check,
    labelled,
    references,
    require_attachment,
)
from labelwright.tasktypes.document.sample import sample
from labelwright.tasktypes.document.score import compare, join
from labelwright.tasktypes.media import DOCUMENT
from labelwright.tasktypes.scoring.merge_answers import first_of
from labelwright.tasktypes.threads import ConversationAnswer
from labelwright.tasktypes.wire.answer_schemas import Schema, narrowed, one_of
from labelwright.tasktypes.wire.conversation import of_spans, single_turn


class DocumentType(CheckedType[DocumentParams, Any]):
    """A task type about documents.

    Args:
        slug: the task type.
        params_model: its request.
        answer_model: its answer.
    """

    medium = DOCUMENT

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
        self, params: DocumentParams, answer: Any, occasion: CheckContext
    ) -> tuple[Answer, list[Problem]]:
        """See ``CheckedType``."""
        return DocumentChecker(params, occasion.media).check(answer, occasion)

    def told(self, params: DocumentParams, answer: Any) -> ConversationAnswer:
        """Tell what is written at each place."""
        spans = ((one.label, one.text or None) for one in answer.annotations)
        return single_turn(self.references(params), [of_spans("annotations", spans)])

    def compare(
        self, params: DocumentParams, expected: Answer, given: Answer, media: Sequence[Media]
    ) -> Score:
        """Compare the regions, what is written in them, and their links.

        Two regions match when page and label are the same and their overlap (IoU) is at least 0.5. The score is
        the mean of F1 of the regions and of 1 − CER of the texts, weighted by length, where a region that was not
        found counts 0; amounts, dates and crosses, and the F1 of links, weigh 0.2 beside it where there are any.
        Details: ``precision``, ``recall``, ``f1``, ``mean_iou``, ``field_accuracy`` (F1 of regions with the very
        same text), ``text``, ``character_error_rate``, ``word_error_rate``, ``attributes``, ``link_f1``.
        """
        del params, media
        return compare(expected, given)

    def join(self, params: DocumentParams, answers: Sequence[Answer], media: Sequence[Media]) -> Answer:
        """Keep the regions that most marked, at the median place, and merge what is written in them."""
        return join(first_of(answers, self.medoid(params, answers, media)))

    def schema(self, params: DocumentParams) -> Schema:
        """Return the answer with the labels of the features."""
        known = labelled(params)
        model = DocumentModelAnnotation if self.answer_model is DocumentModelAnswer else DocumentAnnotation
        return narrowed(self.answer_model, {model.__name__: {"label": one_of(known or ())}})

    def sample(self, params: DocumentParams) -> Any:
        """Return one annotation per feature that has a label."""
        return sample(params)


TASK_TYPES: tuple[TaskType, ...] = (
    DocumentType("documenttranscription", DocumentTranscriptionParams, DocumentTranscriptionAnswer),
    DocumentType("documentmodel", DocumentModelParams, DocumentModelAnswer),
)
