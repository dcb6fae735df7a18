"""What an answer is as a conversation: threads, turns, messages and annotations (wire/v2-conversations §1–4).

Every task type tells its answers this way, so that programs which know nothing of shapes and forms can read them.
Members without a value are left out.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

Role = Literal["system", "user", "assistant", "function"]
ErrorType = Literal[
    "UNSUPPORTED_LANGUAGE",
    "LANGUAGE_MISMATCH",
    "PROMPT_LENGTH_EXCEEDED",
    "INVALID_CATEGORY",
    "PROMPT_INFEASIBLE",
]
"""Why a task cannot be done (wire/v2-objects §1)."""


class Part(msgspec.Struct, omit_defaults=True, kw_only=True):
    """Anything of a conversation; what is not said is left out. Required members stand before the others."""


class BasicFile(Part):
    """Any file.

    Attributes:
        content: inline bytes, base64.
        mime_type: the media type.
        scale_url: an address in the platform's storage.
        url: an address that works.
        name: the file's name.
    """

    content: str | None = None
    mime_type: str | None = None
    scale_url: str | None = None
    url: str | None = None
    name: str | None = None


class ImageFile(Part):
    """A picture; ``file_size_in_bytes`` is its size."""

    mime_type: str | None = None
    scale_url: str | None = None
    url: str | None = None
    name: str | None = None
    file_size_in_bytes: int | None = None


class AudioFile(Part):
    """A sound recording; times are seconds."""

    mime_type: str | None = None
    scale_url: str | None = None
    url: str | None = None
    duration: float | None = None
    transcript: str | None = None
    transcript_url: str | None = None
    transcript_start: float | None = None
    transcript_end: float | None = None


DetailedFile = Annotated[Any, Meta(title="DetailedFile")]
"""An :class:`ImageFile`, :class:`AudioFile` or :class:`BasicFile`: they overlap and are told apart by ``mime_type``."""

FileValue = Annotated[Any, Meta(title="FileValue")]
"""A list of :class:`BasicFile`, which is what the official client can read, or one :data:`DetailedFile`."""


class ContentAndUrl(Part):
    """A text in place, by address, or both."""

    content: str | None = None
    url: str | None = None
    scale_url: str | None = None


class LabeledTextValue(Part):
    """A piece of text with a label."""

    label: str | None = None
    text: str | None = None


class RubricCriteriaValue(Part):
    """What a criterion weighs. Further members are kept."""

    weight: float | None = None


class RubricRatingValue(Part):
    """How something did on a criterion, before weighting. Further members are kept."""

    score: float | None = None
    color: str | None = None
    justification: str | None = None


class WorkspaceContainerConfig(Part):
    """How to reach a coding workspace."""

    workspace_id: str
    workspace_url: str
    workspace_token: str
    expires_at: str
    inactivity_freeze_time: int
    force_enable_workspace_access: bool | None = None
    workspace_image_version: int | None = None


class WorkspaceFile(Part):
    """A file made in a workspace."""

    scale_url: str
    file_name: str | None = None
    url: str | None = None
    file_language: str | None = None
    file_content: str | None = None


class WorkspaceContainerValue(Part):
    """What came of the work in a workspace."""

    workspace_id: str | None = None
    workspace_config: WorkspaceContainerConfig | None = None
    last_code_run_event: dict[str, Any] | None = None
    output_files: list[WorkspaceFile] | None = None
    stdout_output: ContentAndUrl | None = None
    stderr_output: ContentAndUrl | None = None
    test_stdout_output: ContentAndUrl | None = None
    test_stderr_output: ContentAndUrl | None = None


class AnnotationMetadata(Part):
    """Links an annotation to a criterion: the id or key of one."""

    criteria: Annotated[Any, Meta(title="ExpandableAnnotation")] = None


class BaseAnnotation(Part, tag_field="type"):
    """A question with its answer.

    Attributes:
        id: derived from the task and the place; see :func:`labelwright.domain.conversations.name`.
        key: names the question (``likert_value``).
        title: the question as people see it.
        description: a longer explanation.
        labels: what the options are shown as, in the order of ``possible_values``.
        not_applicable: the question does not apply.
        cannot_assess: nobody could tell.
        metadata: the criterion it belongs to.
        justification: why.
    """

    id: str
    key: str
    title: str | None = None
    description: str | None = None
    labels: list[str] | None = None
    not_applicable: bool | None = None
    cannot_assess: bool | None = None
    metadata: AnnotationMetadata | None = None
    justification: str | None = None


class AnnotationBoolean(BaseAnnotation, tag="boolean"):
    """Yes or no."""

    value: bool | None = None
    possible_values: list[bool] | None = None


class AnnotationInteger(BaseAnnotation, tag="integer"):
    """A whole number, such as a step of a Likert scale."""

    value: int | None = None
    possible_values: list[int] | None = None


class AnnotationText(BaseAnnotation, tag="text"):
    """A free text."""

    value: str | None = None


class AnnotationCategory(BaseAnnotation, tag="category"):
    """One choice."""

    value: str | None = None
    possible_values: list[str] | None = None


class AnnotationCategoryMultiple(BaseAnnotation, tag="category_multiple"):
    """Several choices."""

    value: list[str] | None = None
    possible_values: list[str] | None = None


class AnnotationFile(BaseAnnotation, tag="file"):
    """Files (wire/v2-conversations §4)."""

    value: FileValue = None


class AnnotationLabeledText(BaseAnnotation, tag="labeled_text"):
    """Pieces of text with labels."""

    value: list[LabeledTextValue] | None = None


class AnnotationRankedChoices(BaseAnnotation, tag="ranked_choices"):
    """An order without ties, best first."""

    value: list[str] | None = None


class AnnotationRankedGroups(BaseAnnotation, tag="ranked_groups"):
    """An order with ties, best group first."""

    value: list[list[str]] | None = None


class AnnotationRubricCriteria(BaseAnnotation, tag="rubric_criteria"):
    """What a criterion weighs."""

    value: Annotated[dict[str, Any], Meta(title="RubricCriteriaValue")] | None = None


class AnnotationRubricRating(BaseAnnotation, tag="rubric_rating"):
    """How something did on a criterion."""

    value: Annotated[dict[str, Any], Meta(title="RubricRatingValue")] | None = None


class AnnotationWorkspaceContainer(BaseAnnotation, tag="workspace_container"):
    """The state of a coding workspace."""

    value: WorkspaceContainerValue | None = None


Annotation = (
    AnnotationBoolean
    | AnnotationInteger
    | AnnotationText
    | AnnotationCategory
    | AnnotationCategoryMultiple
    | AnnotationFile
    | AnnotationLabeledText
    | AnnotationRankedChoices
    | AnnotationRankedGroups
    | AnnotationRubricCriteria
    | AnnotationRubricRating
    | AnnotationWorkspaceContainer
)


class ReferenceText(Part):
    """Something to refer to."""

    content: str | None = None
    category: str | None = None
    url: str | None = None


class Reasoning(Part):
    """One block of reasoning."""

    content: str | None = None


class ChunkText(Part, tag_field="type", tag="text"):
    """A piece of a message that is annotated by itself."""

    text: str
    annotations: list[Annotation]


class MessageContent(Part):
    """What a message says.

    Attributes:
        text: its text.
        reference_texts: what it refers to.
        attachments: files; shown on demand.
        chunks: its pieces.
        reasoning: how the model came to it.
    """

    text: str | None = None
    reference_texts: list[ReferenceText] | None = None
    attachments: list[DetailedFile] | None = None
    chunks: list[ChunkText] | None = None
    reasoning: list[Reasoning] | None = None


class ModelParameters(Part):
    """The settings of the model that said something."""

    model: str | None = None
    temperature: float | None = None
    max_completion_tokens: int | None = None
    top_p: float | None = None
    top_k: int | None = None


class CriterionEvaluation(Part):
    """How a message did on one criterion, before weighting."""

    criterion_definition_id: str | None = None
    score: float | None = None
    annotations: list[Annotation] | None = None


class RubricEvaluation(Part):
    """How a message did on a rubric: Σ score · weight, and that as a percentage of the most there is."""

    criteria_evaluations: list[CriterionEvaluation] | None = None
    annotations: list[Annotation] | None = None
    total_score: float | None = None
    percentage: float | None = None


class Message(Part):
    """One utterance.

    Attributes:
        role: who speaks.
        content: what is said.
        source_id: ``user`` for people; for models unique within the turn.
        annotations: judgements about it.
        model_parameters: of the model that said it; shown on demand.
        rubric_evaluations: how it did on the turn's rubrics.
    """

    role: Role
    content: MessageContent
    source_id: str
    annotations: list[Annotation]
    model_parameters: ModelParameters | None = None
    rubric_evaluations: list[RubricEvaluation] | None = None


class CriterionDefinition(Part):
    """One criterion of a rubric."""

    id: str
    criterion: str
    annotations: list[Annotation]
    weight: float | None = None


class Rubric(Part):
    """The criteria of a turn, and the most weighted points there are."""

    criteria_definitions: list[CriterionDefinition]
    max_total_score: int | None = None


class Turn(Part):
    """A prompt and every reply to it, with judgements that compare them."""

    id: str
    messages: list[Message]
    annotations: list[Annotation]
    rubrics: list[Rubric] | None = None


class Submission(Part):
    """Who handed a thread in, and when (ISO 8601)."""

    submitted_at: str | None = None
    contributor_id: str | None = None


class Thread(Part):
    """A conversation with judgements about the whole of it; ``submissions`` are shown on demand."""

    id: str
    turns: list[Turn]
    annotations: list[Annotation]
    submissions: list[Submission] | None = None


class SensitiveContentReport(Part):
    """Somebody found that a task shows what it should not."""

    type: str | None = None
    message: str | None = None


class ErrorDetail(Part):
    """Why a task has no result."""

    type: ErrorType | None = None
    message: str | None = None


class ConversationAnswer(msgspec.Struct, frozen=True):
    """An answer as a conversation.

    Attributes:
        threads: the conversation; empty when it was reported or could not be had.
        reports: what it shows that it should not.
        errors: why the task could not be done.
    """

    threads: list[Thread]
    reports: list[SensitiveContentReport] | UnsetType = UNSET
    errors: list[ErrorDetail] | UnsetType = UNSET

    @property
    def turn_count(self) -> int:
        """Turns in all threads."""
        return sum(len(thread.turns) for thread in self.threads)
