"""Every model of V2; written from ``contract/v2.json`` by ``scripts/v2_models.py``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StrictBool, StrictBytes, StrictInt, StrictStr

from scaleapi.api_client.v2.models._base import (
    OPEN,
    ByMimeType,
    Model,
    Number,
    OneOf,
    OpenEnum,
    OpenModel,
    Tagged,
)


class AnnotationType(OpenEnum):
    """Values of `AnnotationType` on the wire."""

    INTEGER = "integer"
    BOOLEAN = "boolean"
    TEXT = "text"
    CATEGORY = "category"
    CATEGORY_MULTIPLE = "category_multiple"
    FILE = "file"
    WORKSPACE_CONTAINER = "workspace_container"
    RANKED_CHOICES = "ranked_choices"
    RANKED_GROUPS = "ranked_groups"
    RUBRIC_CRITERIA = "rubric_criteria"
    RUBRIC_RATING = "rubric_rating"
    LABELED_TEXT = "labeled_text"


class BatchStatus(OpenEnum):
    """Values of `BatchStatus` on the wire."""

    STAGING = "staging"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class ErrorType(OpenEnum):
    """Values of `ErrorType` on the wire."""

    UNSUPPORTED_LANGUAGE = "UNSUPPORTED_LANGUAGE"
    LANGUAGE_MISMATCH = "LANGUAGE_MISMATCH"
    PROMPT_LENGTH_EXCEEDED = "PROMPT_LENGTH_EXCEEDED"
    INVALID_CATEGORY = "INVALID_CATEGORY"
    PROMPT_INFEASIBLE = "PROMPT_INFEASIBLE"


class Expandable(OpenEnum):
    """Values of `Expandable` on the wire."""

    PROJECT = "project"
    BATCH = "batch"
    DELIVERY = "delivery"


class ExpandableEnumBatch(OpenEnum):
    """Values of `ExpandableEnumBatch` on the wire."""

    PROJECT = "project"


class ExpandableEnumDatasetTask(OpenEnum):
    """Values of `ExpandableEnumDatasetTask` on the wire."""

    DATASET = "dataset"
    DELIVERY = "delivery"


class ExpandableEnumDatasetsDeliveries(OpenEnum):
    """Values of `ExpandableEnumDatasetsDeliveries` on the wire."""

    DATASET = "dataset"


class ExpandableEnumDeliveries(OpenEnum):
    """Values of `ExpandableEnumDeliveries` on the wire."""

    PROJECT = "project"


class ExpandableEnumDelivery(OpenEnum):
    """Values of `ExpandableEnumDelivery` on the wire."""

    PROJECT = "project"
    BATCH = "batch"
    DELIVERY = "delivery"


class ExpandableEnumTask(OpenEnum):
    """Values of `ExpandableEnumTask` on the wire."""

    PROJECT = "project"
    BATCH = "batch"


class MessageRole(OpenEnum):
    """Values of `MessageRole` on the wire."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    FUNCTION = "function"


class Option(OpenEnum):
    """Values of `Option` on the wire."""

    ANNOTATION_DETAILS = "annotation_details"
    ATTACHMENT_DETAILS = "attachment_details"
    MODEL_PARAMETERS = "model_parameters"
    SUBMISSIONS = "submissions"


class TaskStatus(OpenEnum):
    """Values of `TaskStatus` on the wire."""

    PENDING = "pending"
    COMPLETED = "completed"
    CANCELED = "canceled"
    ERROR = "error"
    DELETED = "deleted"


class GenAIProjectType(OpenEnum):
    """Values of `GenAIProjectType` on the wire."""

    SFT = "SFT"
    RLHF_COLON__PREF_RANKING = "RLHF: Pref Ranking"
    RLHF_COLON__PREF_RANKING_WITH_REWRITES = "RLHF: Pref Ranking with Rewrites"
    RLVR_COLON__REINFORCEMENT_LEARNING_WITH_VERIFIABLE_REWARDS = (
        "RLVR: Reinforcement Learning with Verifiable Rewards"
    )
    RUBRICS = "Rubrics"
    PROCESS_SUPERVISION = "Process Supervision"
    EVALS = "Evals"
    PROMPT_GENERATION = "Prompt Generation"
    CONTENT_UNDERSTANDING = "Content Understanding"
    OTHER = "Other"


class AnnotationBoolean(Model):
    """Yes or no."""

    type: StrictStr
    id: StrictStr
    key: StrictStr
    title: StrictStr | None = None
    description: StrictStr | None = None
    labels: list[StrictStr] | None = None
    not_applicable: StrictBool | None = None
    cannot_assess: StrictBool | None = None
    metadata: AnnotationMetadata | None = None
    justification: StrictStr | None = None
    value: StrictBool | None = None
    possible_values: list[StrictBool] | None = None


class AnnotationCategory(Model):
    """One choice."""

    type: StrictStr
    id: StrictStr
    key: StrictStr
    title: StrictStr | None = None
    description: StrictStr | None = None
    labels: list[StrictStr] | None = None
    not_applicable: StrictBool | None = None
    cannot_assess: StrictBool | None = None
    metadata: AnnotationMetadata | None = None
    justification: StrictStr | None = None
    value: StrictStr | None = None
    possible_values: list[StrictStr] | None = None


class AnnotationCategoryMultiple(Model):
    """Several choices."""

    type: StrictStr
    id: StrictStr
    key: StrictStr
    title: StrictStr | None = None
    description: StrictStr | None = None
    labels: list[StrictStr] | None = None
    not_applicable: StrictBool | None = None
    cannot_assess: StrictBool | None = None
    metadata: AnnotationMetadata | None = None
    justification: StrictStr | None = None
    value: list[StrictStr] | None = None
    possible_values: list[StrictStr] | None = None


class AnnotationFile(Model):
    """Files (wire/v2-conversations §4)."""

    type: StrictStr
    id: StrictStr
    key: StrictStr
    title: StrictStr | None = None
    description: StrictStr | None = None
    labels: list[StrictStr] | None = None
    not_applicable: StrictBool | None = None
    cannot_assess: StrictBool | None = None
    metadata: AnnotationMetadata | None = None
    justification: StrictStr | None = None
    value: AnnotationFilePropertiesValue | None = None


class AnnotationInteger(Model):
    """A whole number, such as a step of a Likert scale."""

    type: StrictStr
    id: StrictStr
    key: StrictStr
    title: StrictStr | None = None
    description: StrictStr | None = None
    labels: list[StrictStr] | None = None
    not_applicable: StrictBool | None = None
    cannot_assess: StrictBool | None = None
    metadata: AnnotationMetadata | None = None
    justification: StrictStr | None = None
    value: StrictInt | None = None
    possible_values: list[StrictInt] | None = None


class AnnotationLabeledText(Model):
    """Pieces of text with labels."""

    type: StrictStr
    id: StrictStr
    key: StrictStr
    title: StrictStr | None = None
    description: StrictStr | None = None
    labels: list[StrictStr] | None = None
    not_applicable: StrictBool | None = None
    cannot_assess: StrictBool | None = None
    metadata: AnnotationMetadata | None = None
    justification: StrictStr | None = None
    value: list[LabeledTextValue] | None = None


class AnnotationMetadata(Model):
    """Links an annotation to a criterion: the id or key of one."""

    criteria: ExpandableAnnotation | None = None


class AnnotationRankedChoices(Model):
    """An order without ties, best first."""

    type: StrictStr
    id: StrictStr
    key: StrictStr
    title: StrictStr | None = None
    description: StrictStr | None = None
    labels: list[StrictStr] | None = None
    not_applicable: StrictBool | None = None
    cannot_assess: StrictBool | None = None
    metadata: AnnotationMetadata | None = None
    justification: StrictStr | None = None
    value: list[StrictStr] | None = None


class AnnotationRankedGroups(Model):
    """An order with ties, best group first."""

    type: StrictStr
    id: StrictStr
    key: StrictStr
    title: StrictStr | None = None
    description: StrictStr | None = None
    labels: list[StrictStr] | None = None
    not_applicable: StrictBool | None = None
    cannot_assess: StrictBool | None = None
    metadata: AnnotationMetadata | None = None
    justification: StrictStr | None = None
    value: list[list[StrictStr]] | None = None


class AnnotationRubricCriteria(Model):
    """What a criterion weighs."""

    type: StrictStr
    id: StrictStr
    key: StrictStr
    title: StrictStr | None = None
    description: StrictStr | None = None
    labels: list[StrictStr] | None = None
    not_applicable: StrictBool | None = None
    cannot_assess: StrictBool | None = None
    metadata: AnnotationMetadata | None = None
    justification: StrictStr | None = None
    value: RubricCriteriaValue | None = None


class AnnotationRubricRating(Model):
    """How something did on a criterion."""

    type: StrictStr
    id: StrictStr
    key: StrictStr
    title: StrictStr | None = None
    description: StrictStr | None = None
    labels: list[StrictStr] | None = None
    not_applicable: StrictBool | None = None
    cannot_assess: StrictBool | None = None
    metadata: AnnotationMetadata | None = None
    justification: StrictStr | None = None
    value: RubricRatingValue | None = None


class AnnotationText(Model):
    """A free text."""

    type: StrictStr
    id: StrictStr
    key: StrictStr
    title: StrictStr | None = None
    description: StrictStr | None = None
    labels: list[StrictStr] | None = None
    not_applicable: StrictBool | None = None
    cannot_assess: StrictBool | None = None
    metadata: AnnotationMetadata | None = None
    justification: StrictStr | None = None
    value: StrictStr | None = None


class AnnotationWorkspaceContainer(Model):
    """The state of a coding workspace."""

    type: StrictStr
    id: StrictStr
    key: StrictStr
    title: StrictStr | None = None
    description: StrictStr | None = None
    labels: list[StrictStr] | None = None
    not_applicable: StrictBool | None = None
    cannot_assess: StrictBool | None = None
    metadata: AnnotationMetadata | None = None
    justification: StrictStr | None = None
    value: WorkspaceContainerValue | None = None


class AudioFile(Model):
    """A sound recording; times are seconds."""

    mime_type: StrictStr | None = None
    scale_url: StrictStr | None = None
    url: StrictStr | None = None
    duration: Number | None = None
    transcript: StrictStr | None = None
    transcript_url: StrictStr | None = None
    transcript_start: Number | None = None
    transcript_end: Number | None = None


class BasicFile(Model):
    """Any file."""

    content: StrictBytes | StrictStr | None = None
    mime_type: StrictStr | None = None
    scale_url: StrictStr | None = None
    url: StrictStr | None = None
    name: StrictStr | None = None


class Batch(Model):
    """A group of tasks; ``metadata`` is ``{}`` when there is none."""

    id: StrictStr
    name: StrictStr
    project: ExpandableProject
    created_at: datetime
    status: Annotated[BatchStatus, OPEN]
    metadata: dict[str, Any]
    completed_at: datetime | None = None
    callback: StrictStr | None = None


class BatchOperationRequest(Model):
    """Names a batch by id or by name; one of the two is needed."""

    batch_id: StrictStr | None = None
    batch_name: StrictStr | None = None


class PauseBatch200Response(Model):
    """What became of pausing, resuming or cancelling."""

    batch: Batch | None = None
    message: StrictStr | None = None


class ResumeBatch200Response(Model):
    """What became of pausing, resuming or cancelling."""

    batch: Batch | None = None
    message: StrictStr | None = None


class CancelBatch200Response(Model):
    """What became of pausing, resuming or cancelling."""

    batch: Batch | None = None
    message: StrictStr | None = None


class ChunkText(Model):
    """A piece of a message that is annotated by itself."""

    type: StrictStr
    text: StrictStr
    annotations: list[Annotation]


class ContentAndUrl(Model):
    """A text in place, by address, or both."""

    content: StrictStr | None = None
    url: StrictStr | None = None
    scale_url: StrictStr | None = None


class CreateBatchRequest(Model):
    """A new batch; ``project_id`` or ``project_name`` is needed, ``project`` is an older word for either."""

    name: StrictStr
    project_id: StrictStr | None = None
    project_name: StrictStr | None = None
    callback: StrictStr | None = None
    staging_batch: StrictBool | None = False
    metadata: dict[str, Any] | None = None


class CreateChatTaskRequest(Model):
    """A new conversation; ``project_id`` or ``project_name`` is needed."""

    project_id: StrictStr | None = None
    project_name: StrictStr | None = None
    batch_id: StrictStr | None = None
    batch_name: StrictStr | None = None
    template_variables: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    callback_url: StrictStr | None = None


class CriterionDefinition(Model):
    """One criterion of a rubric."""

    id: StrictStr
    criterion: StrictStr
    annotations: list[Annotation]
    weight: Number | None = None


class CriterionEvaluation(Model):
    """How a message did on one criterion, before weighting."""

    criterion_definition_id: StrictStr | None = None
    score: Number | None = None
    annotations: list[Annotation] | None = None


class Dataset(Model):
    """Deliveries under one name."""

    id: StrictStr
    name: StrictStr


class DatasetDelivery(Model):
    """A delivery as a part of a dataset."""

    id: StrictStr
    name: StrictStr
    delivered_at: datetime
    metadata: DatasetDeliveryMetadata
    dataset: DatasetDeliveryDataset | None = None


class DatasetDeliveryMetadata(Model):
    """How much is in it; turns are counted in all threads."""

    task_count: StrictInt | None = None
    turn_count: StrictInt | None = None


class DatasetTask(Model):
    """A task of a dataset with its answer."""

    task_id: StrictStr
    dataset: ExpandableDataset
    delivery: ExpandableDatasetDelivery
    response: dict[str, Any]


class Delivery(Model):
    """Finished tasks that were handed over together."""

    id: StrictStr
    name: StrictStr
    task_count: StrictInt
    delivered_at: datetime
    project: ExpandableProject


class GetSchemaResponseSchema(Model):
    """A JSON Schema, as text in ``json``."""

    id: StrictStr | None = None
    var_json: StrictStr | None = Field(default=None, alias="json")


class GetDeliveryTasksResponseDocsInner(Model):
    """A task with what was delivered of it; everything but the task is absent when it was not."""

    task_id: StrictStr
    created_at: datetime | None = None
    delivery_id: StrictStr | None = None
    delivered_at: StrictStr | None = None
    response_schema_id: StrictStr | None = None
    response: dict[str, Any] | None = None


class GetBatch500Response(Model):
    """The wire's error body: exactly these two keys (wire/errors §1)."""

    status_code: Number | None = None
    error: StrictStr | None = None


class GetTask500Response(Model):
    """The wire's error body: exactly these two keys (wire/errors §1)."""

    status_code: Number | None = None
    error: StrictStr | None = None


class GetSchema400Response(Model):
    """The wire's error body: exactly these two keys (wire/errors §1)."""

    status_code: Number | None = None
    error: StrictStr | None = None


class GetSchema404Response(Model):
    """The wire's error body: exactly these two keys (wire/errors §1)."""

    status_code: Number | None = None
    error: StrictStr | None = None


class GetDatasetTaskResponseUrl404Response(Model):
    """The wire's error body: exactly these two keys (wire/errors §1)."""

    status_code: Number | None = None
    error: StrictStr | None = None


class ErrorDetail(Model):
    """Why a task has no result."""

    type: Annotated[ErrorType, OPEN] | None = None
    message: StrictStr | None = None


class GetBatchesResponse(Model):
    """A page of batches; without ``next_token`` it is the last one."""

    batches: list[Batch]
    next_token: StrictStr | None = None


class GetDatasetDeliveriesResponse(Model):
    """All deliveries of a dataset."""

    deliveries: list[DatasetDelivery]


class GetDatasetDeliveryResponse(Model):
    """A page of the tasks of one delivery."""

    tasks: list[DatasetTask]
    delivery: ExpandableDatasetDelivery | None = None
    next_token: StrictStr | None = None


class GetDatasetTasksResponse(Model):
    """A page of the tasks of datasets."""

    tasks: list[DatasetTask]
    next_token: StrictStr | None = None


class GetDatasetsResponse(Model):
    """All datasets."""

    datasets: list[Dataset]


class GetDeliveredTasksResponse(Model):
    """A page of a delivery's tasks."""

    tasks: list[Task]
    delivery: ExpandableDelivery | None = None
    next_token: StrictStr | None = None


class GetDeliveriesResponse(Model):
    """All deliveries of a project."""

    deliveries: list[Delivery]


class GetDeliveryTasksResponse(Model):
    """A page of tasks with what was delivered; ``total`` counts the page."""

    docs: list[GetDeliveryTasksResponseDocsInner]
    total: StrictInt
    next_token: StrictStr | None = None


class GetProjectsResponse(Model):
    """All projects."""

    projects: list[Project]


class GetSchemaResponse(Model):
    """A schema."""

    var_schema: GetSchemaResponseSchema = Field(alias="schema")


class GetTasksResponse(Model):
    """A page of tasks; without ``next_token`` it is the last one."""

    tasks: list[Task]
    next_token: StrictStr | None = None


class ImageFile(Model):
    """A picture; ``file_size_in_bytes`` is its size."""

    mime_type: StrictStr | None = None
    scale_url: StrictStr | None = None
    url: StrictStr | None = None
    name: StrictStr | None = None
    file_size_in_bytes: StrictInt | None = None


class LabeledTextValue(Model):
    """A piece of text with a label."""

    label: StrictStr | None = None
    text: StrictStr | None = None


class Message(Model):
    """One utterance."""

    role: Annotated[MessageRole, OPEN]
    content: MessageContent
    source_id: StrictStr
    annotations: list[Annotation]
    model_parameters: ModelParameters | None = None
    rubric_evaluations: list[RubricEvaluation] | None = None


class MessageContent(Model):
    """What a message says."""

    text: StrictStr | None = None
    reference_texts: list[ReferenceText] | None = None
    attachments: list[DetailedFile] | None = None
    chunks: list[Chunk] | None = None
    reasoning: list[Reasoning] | None = None


class ModelParameters(Model):
    """The settings of the model that said something."""

    model: StrictStr | None = None
    temperature: Number | None = None
    max_completion_tokens: StrictInt | None = None
    top_p: Number | None = None
    top_k: StrictInt | None = None


class Project(Model):
    """Holds batches and tasks; ``types`` are kinds of projects, ``models`` those that answer in it."""

    id: StrictStr
    name: StrictStr
    created_at: datetime
    types: list[StrictStr] | None = None
    models: list[StrictStr] | None = None


class Reasoning(Model):
    """One block of reasoning."""

    content: StrictStr | None = None


class ReferenceText(Model):
    """Something to refer to."""

    content: StrictStr | None = None
    category: StrictStr | None = None
    url: StrictStr | None = None


class Rubric(Model):
    """The criteria of a turn, and the most weighted points there are."""

    criteria_definitions: list[CriterionDefinition]
    max_total_score: StrictInt | None = None


class RubricEvaluation(Model):
    """How a message did on a rubric: Σ score · weight, and that as a percentage of the most there is."""

    criteria_evaluations: list[CriterionEvaluation] | None = None
    annotations: list[Annotation] | None = None
    total_score: Number | None = None
    percentage: Number | None = None


class SensitiveContentReport(Model):
    """Somebody found that a task shows what it should not."""

    type: StrictStr | None = None
    message: StrictStr | None = None


class SetBatchMetadataRequest(Model):
    """New metadata; ``merge`` keeps what is not named."""

    batch_id: StrictStr | None = None
    batch_name: StrictStr | None = None
    metadata: dict[str, Any]
    merge: StrictBool | None = False


class SetTaskMetadataRequest(Model):
    """New metadata; ``merge`` keeps what is not named."""

    task_id: StrictStr
    metadata: dict[str, Any]
    merge: StrictBool | None = False


class Submission(Model):
    """Who handed a thread in, and when (ISO 8601)."""

    submitted_at: datetime | None = None
    contributor_id: StrictStr | None = None


class Task(Model):
    """A unit of work and its result."""

    task_id: StrictStr
    project: ExpandableProject
    status: Annotated[TaskStatus, OPEN]
    created_at: datetime
    batch: ExpandableBatch | None = None
    completed_at: datetime | None = None
    metadata: dict[str, Any] | None = None
    threads: list[Thread] | None = None
    errors: list[ErrorDetail] | None = None
    sensitive_content_reports: list[SensitiveContentReport] | None = None


class Thread(Model):
    """A conversation with judgements about the whole of it; ``submissions`` are shown on demand."""

    id: StrictStr
    turns: list[Turn]
    annotations: list[Annotation]
    submissions: list[Submission] | None = None


class Turn(Model):
    """A prompt and every reply to it, with judgements that compare them."""

    id: StrictStr
    messages: list[Message]
    annotations: list[Annotation]
    rubrics: list[Rubric] | None = None


class WorkspaceContainerConfig(Model):
    """How to reach a coding workspace."""

    workspace_id: StrictStr
    workspace_url: StrictStr
    workspace_token: StrictStr
    expires_at: StrictStr
    inactivity_freeze_time: StrictInt
    force_enable_workspace_access: StrictBool | None = None
    workspace_image_version: StrictInt | None = None


class WorkspaceContainerValue(Model):
    """What came of the work in a workspace."""

    workspace_id: StrictStr | None = None
    workspace_config: WorkspaceContainerConfig | None = None
    last_code_run_event: dict[str, Any] | None = None
    output_files: list[WorkspaceFile] | None = None
    stdout_output: ContentAndUrl | None = None
    stderr_output: ContentAndUrl | None = None
    test_stdout_output: ContentAndUrl | None = None
    test_stderr_output: ContentAndUrl | None = None


class WorkspaceFile(Model):
    """A file made in a workspace."""

    scale_url: StrictStr
    file_name: StrictStr | None = None
    url: StrictStr | None = None
    file_language: StrictStr | None = None
    file_content: StrictStr | None = None


class BaseAnnotation(Model):
    """What every annotation has."""

    id: StrictStr
    key: StrictStr
    type: StrictStr
    title: StrictStr | None = None
    description: StrictStr | None = None
    labels: list[StrictStr] | None = None
    not_applicable: StrictBool | None = None
    cannot_assess: StrictBool | None = None
    metadata: AnnotationMetadata | None = None
    justification: StrictStr | None = None


class AnnotationBooleanProperties(Model):
    """What `AnnotationBoolean` has besides."""

    value: StrictBool | None = None
    possible_values: list[StrictBool] | None = None


class AnnotationCategoryProperties(Model):
    """What `AnnotationCategory` has besides."""

    value: StrictStr | None = None
    possible_values: list[StrictStr] | None = None


class AnnotationCategoryMultipleProperties(Model):
    """What `AnnotationCategoryMultiple` has besides."""

    value: list[StrictStr] | None = None
    possible_values: list[StrictStr] | None = None


class AnnotationFileProperties(Model):
    """What `AnnotationFile` has besides."""

    value: AnnotationFilePropertiesValue | None = None


class AnnotationIntegerProperties(Model):
    """What `AnnotationInteger` has besides."""

    value: StrictInt | None = None
    possible_values: list[StrictInt] | None = None


class AnnotationLabeledTextProperties(Model):
    """What `AnnotationLabeledText` has besides."""

    value: list[LabeledTextValue] | None = None


class AnnotationRankedChoicesProperties(Model):
    """What `AnnotationRankedChoices` has besides."""

    value: list[StrictStr] | None = None


class AnnotationRankedGroupsProperties(Model):
    """What `AnnotationRankedGroups` has besides."""

    value: list[list[StrictStr]] | None = None


class AnnotationRubricCriteriaProperties(Model):
    """What `AnnotationRubricCriteria` has besides."""

    value: RubricCriteriaValue | None = None


class AnnotationRubricRatingProperties(Model):
    """What `AnnotationRubricRating` has besides."""

    value: RubricRatingValue | None = None


class AnnotationTextProperties(Model):
    """What `AnnotationText` has besides."""

    value: StrictStr | None = None


class AnnotationWorkspaceContainerProperties(Model):
    """What `AnnotationWorkspaceContainer` has besides."""

    value: WorkspaceContainerValue | None = None


class RubricCriteriaValue(OpenModel):
    """The value of a criterion."""

    weight: Number | None = None


class RubricRatingValue(OpenModel):
    """The value of a rating by a criterion."""

    score: Number | None = None
    color: StrictStr | None = None
    justification: StrictStr | None = None


class BaseChunk(Model):
    """What every chunk has."""

    type: StrictStr
    annotations: list[Annotation]


class ChunkTextProperties(Model):
    """What a chunk of text has besides."""

    text: StrictStr


class FinalizeBatchRequest(Model):
    """An earlier name of `BatchOperationRequest`."""

    batch_id: StrictStr | None = None
    batch_name: StrictStr | None = None


class V1TaskTaskIdGet200ResponseResponse(Model):
    """The response of a task of V1, as V2's description has it."""

    responses: list[dict[str, Any]] | None = None


class V1TaskTaskIdGet200Response(Model):
    """A task of V1, as V2's description has it."""

    task_id: StrictStr | None = None
    created_at: StrictStr | None = None
    type: StrictStr | None = None
    params: dict[str, Any] | None = None
    response: V1TaskTaskIdGet200ResponseResponse | None = None


class WorkspaceExecutionDataResultStatus(Model):
    """How a run of code ended."""

    code: Number | None = None
    name: StrictStr | None = None


class WorkspaceExecutionDataResult(Model):
    """What a run of code gave."""

    status: WorkspaceExecutionDataResultStatus | None = None
    time: Number | None = None
    score: Number | None = None


class WorkspaceExecutionData(Model):
    """A run of code in a workspace."""

    id: StrictStr | None = None
    result: WorkspaceExecutionDataResult | None = None


class UnknownAnnotation(BaseAnnotation):
    """An annotation of a type, or with a value, that this release does not know; further keys are kept."""

    model_config = ConfigDict(extra="allow")

    id: StrictStr = ""
    key: StrictStr = ""
    type: StrictStr = ""
    value: Any = None


class Annotation(Tagged):
    """What a labeler answered to one question; its kind follows from ``type``."""

    actual_instance: (
        AnnotationBoolean
        | AnnotationCategory
        | AnnotationCategoryMultiple
        | AnnotationFile
        | AnnotationInteger
        | AnnotationLabeledText
        | AnnotationRankedChoices
        | AnnotationRankedGroups
        | AnnotationRubricCriteria
        | AnnotationRubricRating
        | AnnotationText
        | AnnotationWorkspaceContainer
        | UnknownAnnotation
        | None
    ) = None


class ExpandableProject(OneOf):
    """A `Project`, or its id."""

    actual_instance: Project | str | None = None


class ExpandableBatch(OneOf):
    """A `Batch`, or its id."""

    actual_instance: Batch | str | None = None


class ExpandableDelivery(OneOf):
    """A `Delivery`, or its id."""

    actual_instance: Delivery | str | None = None


class ExpandableDataset(OneOf):
    """A `Dataset`, or its id."""

    actual_instance: Dataset | str | None = None


class ExpandableDatasetDelivery(OneOf):
    """A `DatasetDelivery`, or its id."""

    actual_instance: DatasetDelivery | str | None = None


class Chunk(Tagged):
    """A part of a message."""

    actual_instance: ChunkText | dict[str, Any] | None = None


class DetailedFile(ByMimeType):
    """A file: an image, an audio file, or any other, by its MIME type."""

    actual_instance: AudioFile | BasicFile | ImageFile | None = None


class AnnotationFilePropertiesValue(OneOf):
    """The value of an annotation of type ``file``: one file, or several."""

    actual_instance: DetailedFile | list[BasicFile] | None = None


class ExpandableAnnotation(OneOf):
    """An annotation, or its id."""

    actual_instance: Annotation | str | None = None


class DatasetDeliveryDataset(OneOf):
    """A dataset, or its id."""

    actual_instance: Dataset | str | None = None


class CreateBatchRequestProject(OneOf):
    """The id or the name of a project."""

    actual_instance: str | None = None


Annotation.choices = (
    AnnotationBoolean,
    AnnotationCategory,
    AnnotationCategoryMultiple,
    AnnotationFile,
    AnnotationInteger,
    AnnotationLabeledText,
    AnnotationRankedChoices,
    AnnotationRankedGroups,
    AnnotationRubricCriteria,
    AnnotationRubricRating,
    AnnotationText,
    AnnotationWorkspaceContainer,
    UnknownAnnotation,
)
Annotation.tags = {
    "boolean": AnnotationBoolean,
    "category": AnnotationCategory,
    "category_multiple": AnnotationCategoryMultiple,
    "file": AnnotationFile,
    "integer": AnnotationInteger,
    "labeled_text": AnnotationLabeledText,
    "ranked_choices": AnnotationRankedChoices,
    "ranked_groups": AnnotationRankedGroups,
    "rubric_criteria": AnnotationRubricCriteria,
    "rubric_rating": AnnotationRubricRating,
    "text": AnnotationText,
    "workspace_container": AnnotationWorkspaceContainer,
}
Annotation.fallback = UnknownAnnotation
ExpandableProject.choices = (StrictStr, Project)
ExpandableBatch.choices = (StrictStr, Batch)
ExpandableDelivery.choices = (StrictStr, Delivery)
ExpandableDataset.choices = (StrictStr, Dataset)
ExpandableDatasetDelivery.choices = (StrictStr, DatasetDelivery)

Chunk.choices = (ChunkText,)
Chunk.tags = {"text": ChunkText}
Chunk.fallback = dict[str, Any]
DetailedFile.choices = (BasicFile, ImageFile, AudioFile)
DetailedFile.kinds = {"": BasicFile, "image": ImageFile, "audio": AudioFile}
AnnotationFilePropertiesValue.choices = (list[BasicFile], DetailedFile, Any)
ExpandableAnnotation.choices = (StrictStr, Annotation)
DatasetDeliveryDataset.choices = (StrictStr, Dataset)
CreateBatchRequestProject.choices = (StrictStr,)
