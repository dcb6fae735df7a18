"""Types of the parameters of each task type; written from ``contract/v1.json`` by ``scripts/params.py``.

Use them to have a request checked before it is sent::

    request: ImageAnnotationParams = {"attachment": url, "geometries": {"box": {"objects_to_annotate": ["cone"]}}}
    client.create_task(TaskType.ImageAnnotation, project="cones", **request)

Every parameter may come from the project instead, so none is required here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict


class TaskParams(TypedDict, total=False):
    """What every task type takes."""

    project: str | None
    batch: str | None
    callback_url: str | None
    instruction: str | None
    metadata: Mapping[str, Any]
    priority: int | None
    unique_id: str | None
    clear_unique_id_on_error: bool | None
    tags: list[str] | None
    urgency: str | None
    project_version: int | None
    project_param_version: int | None


class AnnotationParams(TaskParams, total=False):
    """Parameters of ``annotation``."""

    attachment: str
    attachment_type: Literal["image"]
    objects_to_annotate: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    with_labels: bool
    annotation_attributes: Mapping[str, AttributeDefinition]
    layers: Layers
    hypothesis: Mapping[str, Any]
    min_width: int
    min_height: int
    examples: Sequence[Example]


class AudiotranscriptionParams(TaskParams, total=False):
    """Parameters of ``audiotranscription``."""

    attachment: str
    attachment_type: Literal["audio"]
    verbatim: bool
    phrases: list[str]
    skip_human_transcription: bool
    hypothesis: Mapping[str, Any]


class CategorizationParams(TaskParams, total=False):
    """Parameters of ``categorization``."""

    attachment: str
    attachment_type: Literal["audio", "image", "pdf", "text", "video", "website"]
    categories: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    category_ids: Mapping[str, str]
    allow_multiple: bool
    taxonomies: Mapping[str, Taxonomy]
    layers: Layers
    hypothesis: Mapping[str, Any]


class ChatExperimentalParams(TaskParams, total=False):
    """Parameters of ``chatexperimental``."""

    template_variables: Mapping[str, Any]
    initial_messages: Sequence[ChatMessage]
    attachments: Sequence[FormAttachment]
    models: Sequence[ChatModel]
    min_turns: int
    max_turns: int
    responses_per_turn: int
    turn_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    message_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    task_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    chunk_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    allow_rewrite: bool
    rubrics: Sequence[Rubric]
    allow_criteria: bool
    text_labels: list[str]
    hypothesis: Mapping[str, Any]


class ChatLiteParams(TaskParams, total=False):
    """Parameters of ``chatlite``."""

    template_variables: Mapping[str, Any]
    initial_messages: Sequence[ChatMessage]
    attachments: Sequence[FormAttachment]
    models: Sequence[ChatModel]
    min_turns: int
    max_turns: int
    responses_per_turn: int
    turn_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    message_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    task_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    chunk_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    allow_rewrite: bool
    rubrics: Sequence[Rubric]
    allow_criteria: bool
    text_labels: list[str]
    hypothesis: Mapping[str, Any]


class ChatParams(TaskParams, total=False):
    """Parameters of ``chat``."""

    template_variables: Mapping[str, Any]
    initial_messages: Sequence[ChatMessage]
    attachments: Sequence[FormAttachment]
    models: Sequence[ChatModel]
    min_turns: int
    max_turns: int
    responses_per_turn: int
    turn_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    message_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    task_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    chunk_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    allow_rewrite: bool
    rubrics: Sequence[Rubric]
    allow_criteria: bool
    text_labels: list[str]
    hypothesis: Mapping[str, Any]


class ComparisonParams(TaskParams, total=False):
    """Parameters of ``comparison``."""

    attachments: list[str]
    attachment_type: Literal["audio", "image", "pdf", "text", "video", "website"]
    choices: list[str]
    fields: Mapping[str, str]
    hypothesis: Mapping[str, Any]


class CruisecontrolParams(TaskParams, total=False):
    """Parameters of ``cruisecontrol``."""

    attachment: str
    attachments: list[str]
    attachment_type: Literal["image", "video"]
    annotation_attributes: Mapping[str, AttributeDefinition]
    events_to_annotate: list[str]
    links: Mapping[str, Sequence[VideoLinkRule] | VideoLinkRule]
    frame_rate: int | float
    start_time: int | float
    duration_time: int | float
    padding: int
    paddingX: int
    paddingY: int
    layers: LayersFile
    hypothesis: Mapping[str, Any]
    base_annotations: Mapping[str, Any]
    can_add_base_annotations: bool
    can_edit_base_annotations: bool
    can_edit_base_annotation_labels: bool
    can_delete_base_annotations: bool
    geometries: Geometries
    with_labels: bool
    annotation_frame_rate: int | float
    video_frame_rate: int | float
    classification_marking: str
    sensor: Literal["eo", "ir", "sar"]
    track_states: list[str]


class CuboidAnnotationParams(TaskParams, total=False):
    """Parameters of ``cuboidannotation``."""

    attachment: str
    attachment_type: Literal["image"]
    objects_to_annotate: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    with_labels: bool
    annotation_attributes: Mapping[str, AttributeDefinition]
    layers: Layers
    hypothesis: Mapping[str, Any]
    min_width: int
    min_height: int
    min_annotations: int
    max_annotations: int
    camera_intrinsics: CameraIntrinsics | None
    camera_rotation_quaternion: Quaternion | None
    camera_height: int | float | None


class DataCollectionParams(TaskParams, total=False):
    """Parameters of ``datacollection``."""

    attachment: str
    attachment_type: Literal["text", "website"]
    fields: Mapping[str, str]
    hypothesis: Mapping[str, Any]


class DocumentModelParams(TaskParams, total=False):
    """Parameters of ``documentmodel``."""

    attachment: str
    attachments: list[str]
    lang: str
    geometry: Literal["box", "polygon"]
    rules: DocumentRules
    hypothesis: Mapping[str, Any]
    model: str
    features: Sequence[TextFeature | BlockFeature | GroupFeature]
    review: Literal["all", "low_confidence", "none"]
    confidence_threshold: float


class DocumentTranscriptionParams(TaskParams, total=False):
    """Parameters of ``documenttranscription``."""

    attachment: str
    attachments: list[str]
    lang: str
    geometry: Literal["box", "polygon"]
    rules: DocumentRules
    hypothesis: Mapping[str, Any]
    features: Sequence[TextFeature | BlockFeature | GroupFeature]


class Federal2dVideoAnnotationParams(TaskParams, total=False):
    """Parameters of ``federal2dvideoannotation``."""

    attachment: str
    attachments: list[str]
    attachment_type: Literal["image", "video"]
    annotation_attributes: Mapping[str, AttributeDefinition]
    events_to_annotate: list[str]
    links: Mapping[str, Sequence[VideoLinkRule] | VideoLinkRule]
    frame_rate: int | float
    start_time: int | float
    duration_time: int | float
    padding: int
    paddingX: int
    paddingY: int
    layers: LayersFile
    hypothesis: Mapping[str, Any]
    base_annotations: Mapping[str, Any]
    can_add_base_annotations: bool
    can_edit_base_annotations: bool
    can_edit_base_annotation_labels: bool
    can_delete_base_annotations: bool
    geometries: Geometries
    with_labels: bool
    annotation_frame_rate: int | float
    video_frame_rate: int | float
    classification_marking: str
    sensor: Literal["eo", "ir", "sar"]
    track_states: list[str]


class ImageAnnotationParams(TaskParams, total=False):
    """Parameters of ``imageannotation``."""

    attachment: str
    attachment_type: Literal["image"]
    geometries: Geometries
    annotation_attributes: Mapping[str, AttributeDefinition]
    links: Mapping[str, Sequence[LinkRule] | LinkRule]
    layers: Layers
    context_attachments: Sequence[ContextAttachment]
    padding: int
    paddingX: int
    paddingY: int
    hypothesis: Prelabels
    base_annotations: Prelabels
    can_add_base_annotations: bool
    can_edit_base_annotations: bool
    can_edit_base_annotation_labels: bool
    can_delete_base_annotations: bool


class LaneAnnotationParams(TaskParams, total=False):
    """Parameters of ``laneannotation``."""

    attachment: str
    attachments: list[str]
    attachment_type: Literal["image", "json", "video"]
    labels: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    geometries: LaneTools
    splines: bool
    min_vertices: int
    max_vertices: int | None
    annotation_attributes: Mapping[str, AttributeDefinition]
    hypothesis: Mapping[str, Any]


class LidarAnnotationParams(TaskParams, total=False):
    """Parameters of ``lidarannotation``."""

    attachment_type: Literal["json"]
    meters_per_unit: int | float
    max_distance_meters: int | float
    annotation_attributes: Mapping[str, AttributeDefinition]
    attachments: list[str]
    labels: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    pitch_and_roll_enabled: bool
    dependents: Dependents
    hypothesis: Mapping[str, Any]
    base_annotations: Mapping[str, Any]


class LidarLinkingParams(TaskParams, total=False):
    """Parameters of ``lidarlinking``."""

    lidar_task: str
    annotation_type: Literal[
        "annotation", "cuboidannotation", "lineannotation", "pointannotation", "polygonannotation"
    ]
    labels: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    annotation_attributes: Mapping[str, AttributeDefinition]
    lidar_task_frames: Sequence[int]
    camera_indices: Sequence[int]
    min_width: int
    min_height: int
    hypothesis: Mapping[str, Any]


class LidarSegmentationParams(TaskParams, total=False):
    """Parameters of ``lidarsegmentation``."""

    attachment_type: Literal["json"]
    meters_per_unit: int | float
    max_distance_meters: int | float
    annotation_attributes: Mapping[str, AttributeDefinition]
    attachments: list[str]
    lidar_task: str
    lidar_task_frames: Sequence[int]
    labels: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    hypothesis: Mapping[str, Any]


class LidarTopdownParams(TaskParams, total=False):
    """Parameters of ``lidartopdown``."""

    attachment: str
    attachments: list[str]
    attachment_type: Literal["json"]
    context_attachments: Sequence[ReferenceImage]
    geometries: TopDownTools
    annotation_attributes: Mapping[str, AttributeDefinition]
    meters_per_unit: int | float
    max_distance_meters: int | float
    meters_per_pixel: int | float
    hypothesis: Mapping[str, Any]


class LineAnnotationParams(TaskParams, total=False):
    """Parameters of ``lineannotation``."""

    attachment: str
    attachment_type: Literal["image"]
    objects_to_annotate: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    with_labels: bool
    annotation_attributes: Mapping[str, AttributeDefinition]
    layers: Layers
    hypothesis: Mapping[str, Any]
    splines: bool
    examples: Sequence[Example]


class MultiChatParams(TaskParams, total=False):
    """Parameters of ``multichat``."""

    template_variables: Mapping[str, Any]
    initial_messages: Sequence[ChatMessage]
    attachments: Sequence[FormAttachment]
    models: Sequence[ChatModel]
    min_turns: int
    max_turns: int
    responses_per_turn: int
    turn_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    message_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    task_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    chunk_fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    allow_rewrite: bool
    rubrics: Sequence[Rubric]
    allow_criteria: bool
    text_labels: list[str]
    hypothesis: Mapping[str, Any]
    threads: Sequence[ChatThreadParams]


class MultiStageParams(TaskParams, total=False):
    """Parameters of ``multistage``."""

    attachments: Sequence[FormAttachment]
    stages: Sequence[Stage]


class NamedEntityRecognitionParams(TaskParams, total=False):
    """Parameters of ``namedentityrecognition``."""

    text: str
    attachment: Any
    labels: Sequence[EntityLabel]
    relationships: Sequence[RelationshipDefinition]
    global_attributes: Mapping[str, TextQuestion]
    merge_newlines: bool
    hypothesis: Mapping[str, Any]


class PointAnnotationParams(TaskParams, total=False):
    """Parameters of ``pointannotation``."""

    attachment: str
    attachment_type: Literal["image"]
    objects_to_annotate: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    with_labels: bool
    annotation_attributes: Mapping[str, AttributeDefinition]
    layers: Layers
    hypothesis: Mapping[str, Any]
    examples: Sequence[Example]


class PolygonAnnotationParams(TaskParams, total=False):
    """Parameters of ``polygonannotation``."""

    attachment: str
    attachment_type: Literal["image"]
    objects_to_annotate: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    with_labels: bool
    annotation_attributes: Mapping[str, AttributeDefinition]
    layers: Layers
    hypothesis: Mapping[str, Any]
    examples: Sequence[Example]


class SegmentAnnotationParams(TaskParams, total=False):
    """Parameters of ``segmentannotation``."""

    attachment: str
    attachment_type: Literal["image"]
    labels: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    instance_labels: list[str]
    allow_unlabeled: bool
    allow_parent_labels: bool
    annotation_attributes: Mapping[str, AttributeDefinition]
    context_attachments: Sequence[ReferenceImage]
    layers: Layers
    hypothesis: Mapping[str, Any]


class SensorFusionParams(TaskParams, total=False):
    """Parameters of ``sensorfusion``."""

    attachments: list[str]
    scene_format: Literal["sensor_fusion"]
    annotation_definition: Sequence[AnnotationDefinition]
    is_frameless: bool
    hypothesis: Mapping[str, Any]


class TextCollectionParams(TaskParams, total=False):
    """Parameters of ``textcollection``."""

    attachments: Sequence[FormAttachment]
    fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    title: str
    description: str
    responses_required: int
    template_variables: Mapping[str, Any]
    hypothesis: Mapping[str, Any]


class TranscriptionParams(TaskParams, total=False):
    """Parameters of ``transcription``."""

    attachment: str
    attachment_type: Literal["audio", "image", "pdf", "text", "video", "website"]
    fields: Mapping[str, str]
    repeatable_fields: Mapping[str, str]
    hypothesis: Mapping[str, Any]


class VideoAnnotationParams(TaskParams, total=False):
    """Parameters of ``videoannotation``."""

    attachment: str
    attachments: list[str]
    attachment_type: Literal["image", "video"]
    annotation_attributes: Mapping[str, AttributeDefinition]
    events_to_annotate: list[str]
    links: Mapping[str, Sequence[VideoLinkRule] | VideoLinkRule]
    frame_rate: int | float
    start_time: int | float
    duration_time: int | float
    padding: int
    paddingX: int
    paddingY: int
    layers: LayersFile
    hypothesis: Mapping[str, Any]
    base_annotations: Mapping[str, Any]
    can_add_base_annotations: bool
    can_edit_base_annotations: bool
    can_edit_base_annotation_labels: bool
    can_delete_base_annotations: bool
    geometries: Geometries


class VideoBoxAnnotationParams(TaskParams, total=False):
    """Parameters of ``videoboxannotation``."""

    attachment: str
    attachments: list[str]
    attachment_type: Literal["image", "video"]
    annotation_attributes: Mapping[str, AttributeDefinition]
    events_to_annotate: list[str]
    links: Mapping[str, Sequence[VideoLinkRule] | VideoLinkRule]
    frame_rate: int | float
    start_time: int | float
    duration_time: int | float
    padding: int
    paddingX: int
    paddingY: int
    layers: LayersFile
    hypothesis: Mapping[str, Any]
    base_annotations: Mapping[str, Any]
    can_add_base_annotations: bool
    can_edit_base_annotations: bool
    can_edit_base_annotation_labels: bool
    can_delete_base_annotations: bool
    geometries: Geometries
    objects_to_annotate: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    min_height: int
    min_width: int
    with_labels: bool


class VideoCuboidAnnotationParams(TaskParams, total=False):
    """Parameters of ``videocuboidannotation``."""

    attachment: str
    attachments: list[str]
    attachment_type: Literal["image", "video"]
    annotation_attributes: Mapping[str, AttributeDefinition]
    events_to_annotate: list[str]
    links: Mapping[str, Sequence[VideoLinkRule] | VideoLinkRule]
    frame_rate: int | float
    start_time: int | float
    duration_time: int | float
    padding: int
    paddingX: int
    paddingY: int
    layers: LayersFile
    hypothesis: Mapping[str, Any]
    base_annotations: Mapping[str, Any]
    can_add_base_annotations: bool
    can_edit_base_annotations: bool
    can_edit_base_annotation_labels: bool
    can_delete_base_annotations: bool
    geometries: Geometries
    objects_to_annotate: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    min_height: int
    min_width: int
    camera_intrinsics: CameraIntrinsics | None
    camera_rotation_quaternion: Quaternion | None
    camera_height: int | float | None


class VideoPlaybackAnnotationParams(TaskParams, total=False):
    """Parameters of ``videoplaybackannotation``."""

    attachment: str
    attachments: list[str]
    attachment_type: Literal["image", "video"]
    annotation_attributes: Mapping[str, AttributeDefinition]
    events_to_annotate: list[str]
    links: Mapping[str, Sequence[VideoLinkRule] | VideoLinkRule]
    frame_rate: int | float
    start_time: int | float
    duration_time: int | float
    padding: int
    paddingX: int
    paddingY: int
    layers: LayersFile
    hypothesis: Mapping[str, Any]
    base_annotations: Mapping[str, Any]
    can_add_base_annotations: bool
    can_edit_base_annotations: bool
    can_edit_base_annotation_labels: bool
    can_delete_base_annotations: bool
    geometries: Geometries
    with_labels: bool
    annotation_frame_rate: int | float
    video_frame_rate: int | float


class AnnotationDefinition(TypedDict):
    """What is to be annotated (wire/task-types-lidar §8.2). Unknown keys are kept."""

    type: Literal[
        "box_2d",
        "cuboid",
        "event",
        "link",
        "point",
        "point_2d",
        "point_segmentation",
        "point_topdown",
        "polygon",
        "polygon_2d",
        "polygon_topdown",
        "polyline",
        "polyline_2d",
    ]
    labels: list[str] | Sequence[LabelDescription] | list[str | LabelDescription]
    annotation_attributes: NotRequired[Mapping[str, AttributeDefinition]]
    min_vertices: NotRequired[int]
    max_vertices: NotRequired[int | None]
    stationary_only: NotRequired[bool]
    sensor_ids: NotRequired[list[str] | Sequence[int] | list[str | int]]


AttributeDefinition = TypedDict(
    "AttributeDefinition",
    {
        "description": "str",
        "type": "NotRequired[Literal['angle', 'category', 'linked', 'number', 'text', 'x_line', 'y_line']]",
        "choices": "NotRequired[list[str] | Sequence[LabelDescription] | list[str | LabelDescription]]",
        "allow_multiple": "NotRequired[bool]",
        "min": "NotRequired[int | float]",
        "max": "NotRequired[int | float]",
        "step": "NotRequired[int | float]",
        "min_length": "NotRequired[int]",
        "max_length": "NotRequired[int]",
        "pattern": "NotRequired[str]",
        "conditions": "NotRequired[Sequence[ConditionSet] | ConditionSet]",
        "required": "NotRequired[bool]",
        "allowed_labels": "NotRequired[list[str]]",
        "global": "NotRequired[bool]",
    },
    total=True,
)
"""An attribute of annotations, or of the scene with ``conditions: {is_global: true}``."""


class BlockFeature(TypedDict):
    """A region."""

    type: Literal["block"]
    title: NotRequired[str]
    description: NotRequired[str]
    display: NotRequired[str]
    flags: NotRequired[
        Sequence[
            Literal[
                "checkbox",
                "date",
                "key",
                "line",
                "money",
                "query",
                "region",
                "span",
                "tbody",
                "thead",
                "value",
            ]
        ]
    ]
    label: str


class BooleanField(TypedDict):
    """Yes or no."""

    type: Literal["boolean"]
    field_id: str
    title: str
    description: NotRequired[str]
    hint: NotRequired[str]
    required: NotRequired[bool]
    min_responses_required: NotRequired[int]
    max_responses_required: NotRequired[int]
    conditions: NotRequired[Sequence[Mapping[str, Any]]]
    extra_content: NotRequired[Any]


class BoundingBoxField(TypedDict):
    """Boxes on an image, in pixels."""

    type: Literal["bounding_box"]
    field_id: str
    title: str
    description: NotRequired[str]
    hint: NotRequired[str]
    required: NotRequired[bool]
    min_responses_required: NotRequired[int]
    max_responses_required: NotRequired[int]
    conditions: NotRequired[Sequence[Mapping[str, Any]]]
    extra_content: NotRequired[Any]
    attachment_index: NotRequired[int]
    labels: NotRequired[list[str]]


class BoxOptions(TypedDict):
    """Options of ``box``."""

    objects_to_annotate: NotRequired[list[str] | Sequence[LabelDescription] | list[str | LabelDescription]]
    min_height: NotRequired[int]
    min_width: NotRequired[int]
    can_rotate: NotRequired[bool]
    integer_pixels: NotRequired[bool]


class CameraIntrinsics(TypedDict):
    """A pinhole camera, in pixels of the original image."""

    fx: int | float
    fy: int | float
    cx: int | float
    cy: int | float
    skew: NotRequired[int | float]
    scalefactor: NotRequired[int | float]
    scale_factor: NotRequired[int | float]


class CategoryChoice(TypedDict):
    """A choice, or a folder of choices."""

    label: str
    value: str | bool | int | float
    hint: NotRequired[str]
    subchoices: NotRequired[Sequence[CategoryChoice]]


class CategoryField(TypedDict):
    """One or several choices."""

    type: Literal["category"]
    field_id: str
    title: str
    description: NotRequired[str]
    hint: NotRequired[str]
    required: NotRequired[bool]
    min_responses_required: NotRequired[int]
    max_responses_required: NotRequired[int]
    conditions: NotRequired[Sequence[Mapping[str, Any]]]
    extra_content: NotRequired[Any]
    choices: Sequence[CategoryChoice]
    min_choices: NotRequired[int]
    max_choices: NotRequired[int]


class ChatContent(TypedDict):
    """A message with attachments. Unknown keys are kept."""

    text: NotRequired[str]
    attachments: NotRequired[Sequence[FormAttachment]]


class ChatMessage(TypedDict):
    """A message of the conversation so far. Unknown keys are kept."""

    role: Literal["assistant", "system", "user"]
    content: str | ChatContent


class ChatModel(TypedDict):
    """A model that answers. Unknown keys are kept."""

    id: str
    name: NotRequired[str]
    provider: NotRequired[str]
    parameters: NotRequired[Mapping[str, Any]]


class ChatThreadParams(TypedDict):
    """One conversation of several. Unknown keys are kept."""

    id: str
    initial_messages: NotRequired[Sequence[ChatMessage]]
    models: NotRequired[Sequence[ChatModel]]


class ConditionSet(TypedDict):
    """When an attribute is asked: the label condition AND any one of the attribute conditions."""

    label_condition: NotRequired[LabelCondition]
    attribute_conditions: NotRequired[Sequence[Mapping[str, str | list[str]]]]
    is_global: NotRequired[bool]


class Connection(TypedDict):
    """A line drawn between two points of a skeleton; only for the eye."""

    pair: list[str]
    connection_attribute: NotRequired[str]


class ContextAttachment(TypedDict):
    """An image shown for reference only."""

    attachment: str


class CuboidOptions(TypedDict):
    """Options of ``cuboid``."""

    objects_to_annotate: NotRequired[list[str] | Sequence[LabelDescription] | list[str | LabelDescription]]
    min_height: NotRequired[int]
    min_width: NotRequired[int]
    camera_intrinsics: NotRequired[CameraIntrinsics | None]
    camera_rotation_quaternion: NotRequired[Quaternion | None]
    camera_height: NotRequired[int | float | None]


class DatetimeField(TypedDict):
    """A day, or a day and time, in ISO 8601."""

    type: Literal["datetime"]
    field_id: str
    title: str
    description: NotRequired[str]
    hint: NotRequired[str]
    required: NotRequired[bool]
    min_responses_required: NotRequired[int]
    max_responses_required: NotRequired[int]
    conditions: NotRequired[Sequence[Mapping[str, Any]]]
    extra_content: NotRequired[Any]
    include_time: NotRequired[bool]


class Dependent(TypedDict):
    """A task to follow. Unknown keys are kept."""

    type: Literal["lidarlinking", "lidarsegmentation"]
    annotation_type: NotRequired[str]
    instruction: NotRequired[str]
    callback_url: NotRequired[str]


class Dependents(TypedDict):
    """Tasks to follow when this one is completed (wire/task-types-lidar §3.4). Unknown keys are kept."""

    defs: Sequence[Dependent]
    require_audit: NotRequired[bool]


class DocumentRules(TypedDict):
    """Rules of a document task. Unknown keys are kept."""

    linking: NotRequired[LinkingRules]


class EllipseOptions(TypedDict):
    """Options of ``ellipse``; ``vertices`` is in the official Node types by mistake and means nothing."""

    objects_to_annotate: NotRequired[list[str] | Sequence[LabelDescription] | list[str | LabelDescription]]
    vertices: NotRequired[Any]


class EntityLabel(TypedDict):
    """A label, which may have others below it. All of them can be chosen."""

    name: str
    display_name: NotRequired[str]
    description: NotRequired[str]
    children: NotRequired[Sequence[EntityLabel]]
    attributes: NotRequired[Mapping[str, TextQuestion]]


class Example(TypedDict):
    """A picture that shows labelers what is right or wrong. Unknown keys are kept."""

    correct: bool
    image: str
    explanation: NotRequired[str]


class FieldSet(TypedDict):
    """Several fields that are answered together."""

    type: Literal["field_set"]
    field_id: str
    title: str
    description: NotRequired[str]
    hint: NotRequired[str]
    required: NotRequired[bool]
    min_responses_required: NotRequired[int]
    max_responses_required: NotRequired[int]
    conditions: NotRequired[Sequence[Mapping[str, Any]]]
    extra_content: NotRequired[Any]
    fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]
    inline: NotRequired[bool]


class FileField(TypedDict):
    """A file that the labeler provides."""

    type: Literal["file"]
    field_id: str
    title: str
    description: NotRequired[str]
    hint: NotRequired[str]
    required: NotRequired[bool]
    min_responses_required: NotRequired[int]
    max_responses_required: NotRequired[int]
    conditions: NotRequired[Sequence[Mapping[str, Any]]]
    extra_content: NotRequired[Any]
    accept: NotRequired[list[str]]
    max_size: NotRequired[int]


class FormAttachment(TypedDict):
    """What a form is about. Unknown keys are kept."""

    type: Literal["audio", "image", "pdf", "text", "video", "website"]
    content: str
    forms: NotRequired[list[str]]


class FormSection(TypedDict):
    """Fields under a heading, answered beside the other fields: a section has no answer of its own."""

    type: Literal["form"]
    field_id: str
    title: str
    description: NotRequired[str]
    hint: NotRequired[str]
    required: NotRequired[bool]
    min_responses_required: NotRequired[int]
    max_responses_required: NotRequired[int]
    conditions: NotRequired[Sequence[Mapping[str, Any]]]
    extra_content: NotRequired[Any]
    fields: Sequence[
        TextField
        | BooleanField
        | NumberField
        | DatetimeField
        | CategoryField
        | SelectField
        | TimeRangeField
        | RankingField
        | FileField
        | BoundingBoxField
        | FieldSet
        | FormSection
    ]


class Geometries(TypedDict):
    """Which tools a labeler has. A tool with an empty ``objects_to_annotate`` is legal and cannot be …"""

    box: NotRequired[BoxOptions]
    polygon: NotRequired[PolygonOptions]
    line: NotRequired[LineOptions]
    point: NotRequired[PointOptions]
    cuboid: NotRequired[CuboidOptions]
    ellipse: NotRequired[EllipseOptions]


class GroupFeature(TypedDict):
    """A heading above other features; it cannot be annotated itself."""

    type: Literal["group"]
    title: str
    description: NotRequired[str]
    display: NotRequired[str]
    flags: NotRequired[
        Sequence[
            Literal[
                "checkbox",
                "date",
                "key",
                "line",
                "money",
                "query",
                "region",
                "span",
                "tbody",
                "thead",
                "value",
            ]
        ]
    ]
    features: NotRequired[Sequence[TextFeature | BlockFeature | GroupFeature]]
    children: NotRequired[Sequence[TextFeature | BlockFeature | GroupFeature]]


class LabelCondition(TypedDict):
    """Holds for annotations with one of these leaf labels."""

    label: str | list[str]


class LabelDescription(TypedDict):
    """A label with a text to show, or a folder of labels."""

    choice: str
    subchoices: NotRequired[list[str] | Sequence[LabelDescription] | list[str | LabelDescription]]
    instance_label: NotRequired[bool]
    display: NotRequired[str]
    description: NotRequired[str]


class LaneTools(TypedDict):
    """The one tool, and its labels."""

    line: LineOptions


class LayerBox(TypedDict):
    """A read-only box."""

    left: int | float
    top: int | float
    width: int | float
    height: int | float
    rotation: NotRequired[int | float]


class LayerCorner(TypedDict):
    """A visible corner of a read-only cuboid."""

    description: Literal[
        "face-bottomleft",
        "face-bottomright",
        "face-topleft",
        "face-topright",
        "side-bottomcorner",
        "side-topcorner",
    ]
    type: NotRequired[Literal["vertex"]]
    x: int | float
    y: int | float


class LayerCuboid(TypedDict):
    """A read-only cuboid: six corners, or four."""

    vertices: Sequence[LayerCorner]


class LayerPath(TypedDict):
    """A read-only line or polygon."""

    vertices: Sequence[LayerVertex]


class LayerPoint(TypedDict):
    """A read-only point."""

    x: int | float
    y: int | float


class LayerVertex(TypedDict):
    """A point in pixels."""

    x: int | float
    y: int | float


class Layers(TypedDict):
    """Read-only drawings on the image, each in the form of an answer; further keys of these are kept."""

    boxes: NotRequired[Sequence[LayerBox]]
    lines: NotRequired[Sequence[LayerPath]]
    polygons: NotRequired[Sequence[LayerPath]]
    points: NotRequired[Sequence[LayerPoint]]
    cuboids: NotRequired[Sequence[LayerCuboid]]


class LayersFile(TypedDict):
    """The address of a JSON file: an array with the read-only drawings of every frame."""

    url: str


class LineOptions(TypedDict):
    """Options of ``line``: labels, and the number of vertices, without upper limit when null."""

    objects_to_annotate: NotRequired[list[str] | Sequence[LabelDescription] | list[str | LabelDescription]]
    min_vertices: NotRequired[int]
    max_vertices: NotRequired[int | None]


class LinkRule(TypedDict):
    """Which annotations a link may join; the two lists have leaf labels (wire/task-types-common §6)."""

    is_bidirectional: bool
    from_allowed_labels: list[str]
    to_allowed_labels: list[str]


class LinkingRules(TypedDict):
    """Which annotations may refer to each other. Unknown keys are kept."""

    labels: Sequence[list[str]]


class NumberField(TypedDict):
    """A number, or a numeric string."""

    type: Literal["number"]
    field_id: str
    title: str
    description: NotRequired[str]
    hint: NotRequired[str]
    required: NotRequired[bool]
    min_responses_required: NotRequired[int]
    max_responses_required: NotRequired[int]
    conditions: NotRequired[Sequence[Mapping[str, Any]]]
    extra_content: NotRequired[Any]
    min: NotRequired[int | float]
    max: NotRequired[int | float]
    step: NotRequired[int | float]
    use_slider: NotRequired[bool]
    prefix: NotRequired[str]
    suffix: NotRequired[str]
    digits: NotRequired[int]


class PointOptions(TypedDict):
    """Options of ``point``; ``x`` and ``y`` are in the official Node types by mistake and mean nothing."""

    objects_to_annotate: NotRequired[list[str] | Sequence[LabelDescription] | list[str | LabelDescription]]
    connections: NotRequired[Sequence[Connection]]
    x: NotRequired[Any]
    y: NotRequired[Any]


class PolygonOptions(TypedDict):
    """Options of ``polygon``: labels, and the number of vertices, without upper limit when null."""

    objects_to_annotate: NotRequired[list[str] | Sequence[LabelDescription] | list[str | LabelDescription]]
    min_vertices: NotRequired[int]
    max_vertices: NotRequired[int | None]


class Prelabels(TypedDict):
    """Annotations to start from, in the form of an answer; a ``uuid`` may be left out."""

    annotations: Sequence[Any]
    global_attributes: NotRequired[Mapping[str, Any]]
    links: NotRequired[Sequence[Any]]


class Quaternion(TypedDict):
    """The camera's rotation in the world; its z axis is the optical axis."""

    w: int | float
    x: int | float
    y: int | float
    z: int | float


class RankingField(TypedDict):
    """An order, best first: the values of the options, or without these their numbers, counted from 0."""

    type: Literal["ranking_order"]
    field_id: str
    title: str
    description: NotRequired[str]
    hint: NotRequired[str]
    required: NotRequired[bool]
    min_responses_required: NotRequired[int]
    max_responses_required: NotRequired[int]
    conditions: NotRequired[Sequence[Mapping[str, Any]]]
    extra_content: NotRequired[Any]
    options: NotRequired[Sequence[RankingOption]]
    num_options: NotRequired[int]
    num_items_to_rank: NotRequired[int]
    options_flexible: NotRequired[bool]
    positions_flexible: NotRequired[bool]
    option_label: NotRequired[str]
    first_label: NotRequired[str]
    last_label: NotRequired[str]


class RankingOption(TypedDict):
    """Something to be ranked."""

    label: str
    value: str | bool | int | float


class ReferenceImage(TypedDict):
    """An image shown for reference only."""

    attachment: str


class RelationshipDefinition(TypedDict):
    """Which spans may be related. Either all definitions have names, or none."""

    name: NotRequired[str]
    display_name: NotRequired[str]
    is_directed: NotRequired[bool]
    source_label: NotRequired[str]
    target_label: NotRequired[str]


class Rubric(TypedDict):
    """Criteria for judging. Unknown keys are kept."""

    id: str
    title: NotRequired[str]
    criteria: NotRequired[Sequence[RubricCriterion]]
    required: NotRequired[bool]


class RubricCriterion(TypedDict):
    """One thing to look at. Unknown keys are kept."""

    id: str
    description: NotRequired[str]
    weight: NotRequired[float]
    max_score: NotRequired[float]


class SelectField(TypedDict):
    """One choice, from a list that opens."""

    type: Literal["select"]
    field_id: str
    title: str
    description: NotRequired[str]
    hint: NotRequired[str]
    required: NotRequired[bool]
    min_responses_required: NotRequired[int]
    max_responses_required: NotRequired[int]
    conditions: NotRequired[Sequence[Mapping[str, Any]]]
    extra_content: NotRequired[Any]
    choices: Sequence[CategoryChoice]


class Stage(TypedDict):
    """One stage."""

    id: str
    type: str
    params: NotRequired[Mapping[str, Any]]
    input: NotRequired[StageInput]
    condition: NotRequired[Mapping[str, Any]]
    assignees: NotRequired[str]


StageInput = TypedDict("StageInput", {"from": "str", "map": "NotRequired[Mapping[str, Any]]"}, total=True)
"""What a stage takes from an earlier one."""


class Taxonomy(TypedDict):
    """One question of the second generation; like an annotation attribute without labels."""

    description: str
    type: NotRequired[Literal["category", "number", "text"]]
    choices: NotRequired[list[str] | Sequence[LabelDescription] | list[str | LabelDescription]]
    allow_multiple: NotRequired[bool]
    min: NotRequired[int | float]
    max: NotRequired[int | float]
    step: NotRequired[int | float]
    min_length: NotRequired[int]
    max_length: NotRequired[int]
    pattern: NotRequired[str]
    conditions: NotRequired[Sequence[ConditionSet] | ConditionSet]
    required: NotRequired[bool]


class TextFeature(TypedDict):
    """A text to be transcribed, a word or a line."""

    type: Literal["text"]
    title: NotRequired[str]
    description: NotRequired[str]
    display: NotRequired[str]
    flags: NotRequired[
        Sequence[
            Literal[
                "checkbox",
                "date",
                "key",
                "line",
                "money",
                "query",
                "region",
                "span",
                "tbody",
                "thead",
                "value",
            ]
        ]
    ]
    label: str


class TextField(TypedDict):
    """A text."""

    type: Literal["text"]
    field_id: str
    title: str
    description: NotRequired[str]
    hint: NotRequired[str]
    required: NotRequired[bool]
    min_responses_required: NotRequired[int]
    max_responses_required: NotRequired[int]
    conditions: NotRequired[Sequence[Mapping[str, Any]]]
    extra_content: NotRequired[Any]
    min_characters: NotRequired[int]
    max_characters: NotRequired[int]
    pattern: NotRequired[str]
    multiline: NotRequired[bool]


class TextQuestion(TypedDict):
    """An attribute of a span, or of the whole text."""

    description: str
    type: NotRequired[Literal["category", "number", "text"]]
    choices: NotRequired[list[str] | Sequence[LabelDescription] | list[str | LabelDescription]]
    allow_multiple: NotRequired[bool]
    min: NotRequired[int | float]
    max: NotRequired[int | float]
    step: NotRequired[int | float]
    min_length: NotRequired[int]
    max_length: NotRequired[int]
    pattern: NotRequired[str]
    conditions: NotRequired[Sequence[ConditionSet] | ConditionSet]
    required: NotRequired[bool]


class TimeRangeField(TypedDict):
    """A part of a recording, in seconds."""

    type: Literal["time_range"]
    field_id: str
    title: str
    description: NotRequired[str]
    hint: NotRequired[str]
    required: NotRequired[bool]
    min_responses_required: NotRequired[int]
    max_responses_required: NotRequired[int]
    conditions: NotRequired[Sequence[Mapping[str, Any]]]
    extra_content: NotRequired[Any]
    attachment_index: NotRequired[int]


class TopDownTools(TypedDict):
    """What is drawn, and its labels."""

    polygon: NotRequired[PolygonOptions]
    line: NotRequired[LineOptions]
    point: NotRequired[PointOptions]


class VideoLinkRule(TypedDict):
    """Which annotations a link may join: leaf labels, and whether it leads both ways."""

    is_bidirectional: bool
    from_allowed_labels: list[str]
    to_allowed_labels: list[str]
