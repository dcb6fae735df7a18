"""The parameters of the video task types (wire/task-types-video §1.1, §2.1, §2.5; wire/task-types-video §3)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType, field

from labelwright.tasktypes.forms.attributes import AttributeDefinition, check_definitions
from labelwright.tasktypes.forms.labels import Labels, Text, require_unique
from labelwright.tasktypes.shapes.tools import (
    BoxOptions,
    CameraIntrinsics,
    CuboidOptions,
    Geometries,
    Pixels,
    Quaternion,
    check_camera,
    check_geometries,
)
from labelwright.tasktypes.wire.numbers import Number
from labelwright.tasktypes.wire.references import require_uri
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path

_rate = Meta(gt=0, le=1_000)
FrameRate = Annotated[int, _rate] | Annotated[float, _rate]
"""Frames per second."""

MIN_RATE = 1e-6
"""Frames per second; slower ones would make numbers of frames that cannot be calculated with."""

_seconds = Meta(ge=0, le=10**6)
Seconds = Annotated[int, _seconds] | Annotated[float, _seconds]
STATE = "state"
"""The attribute of ``federal2dvideoannotation`` that ``track_states`` defines."""


class VideoLinkRule(msgspec.Struct, kw_only=True):
    """Which annotations a link may join: leaf labels, and whether it leads both ways."""

    is_bidirectional: bool
    from_allowed_labels: list[Text]
    to_allowed_labels: list[Text]


class LayersFile(msgspec.Struct):
    """The address of a JSON file: an array with the read-only drawings of every frame."""

    url: str


class VideoParams(msgspec.Struct, kw_only=True):
    """What the task types about videos share. Unknown parameters are kept.

    Attributes:
        attachment: address of a video file.
        attachments: addresses of the frames, in order of time.
        attachment_type: ``image`` for frames, ``video`` for a file.
        annotation_attributes: name to definition; asked in every frame, or with ``is_global`` of events.
        events_to_annotate: the labels of events.
        links: link label to rule, or to several rules.
        frame_rate: frames per second to be annotated.
        start_time: seconds from the start of the file.
        duration_time: seconds to be annotated; to the end when absent.
        padding: pixels on all four sides in which shapes may lie.
        padding_x: ``paddingX``: pixels left and right, instead of ``padding``.
        padding_y: ``paddingY``: pixels at top and bottom, instead of ``padding``.
        layers: read-only drawings.
        hypothesis: annotations to start from.
        base_annotations: annotations to start from that the next four can lock, instead of ``hypothesis``.
        can_add_base_annotations: whether others may be drawn.
        can_edit_base_annotations: whether position, frames and attributes may change.
        can_edit_base_annotation_labels: whether labels may change.
        can_delete_base_annotations: whether they may be removed.
    """

    attachment: str | UnsetType = UNSET
    attachments: Annotated[list[str], Meta(min_length=1, max_length=100_000)] | UnsetType = UNSET
    attachment_type: Literal["image", "video"] | UnsetType = UNSET
    annotation_attributes: dict[Text, AttributeDefinition] = {}
    events_to_annotate: list[Text] = []
    links: dict[Text, VideoLinkRule | list[VideoLinkRule]] = {}
    frame_rate: FrameRate | UnsetType = UNSET
    start_time: Seconds | UnsetType = UNSET
    duration_time: Seconds | UnsetType = UNSET
    padding: Pixels = 0
    padding_x: Pixels | UnsetType = field(default=UNSET, name="paddingX")
    padding_y: Pixels | UnsetType = field(default=UNSET, name="paddingY")
    layers: LayersFile | UnsetType = UNSET
    hypothesis: dict[str, Any] | UnsetType = UNSET
    base_annotations: dict[str, Any] | UnsetType = UNSET
    can_add_base_annotations: bool = True
    can_edit_base_annotations: bool = True
    can_edit_base_annotation_labels: bool = True
    can_delete_base_annotations: bool = True

    def file(self) -> str | None:
        """Return the address of the video file; clients with a field for each send an empty one beside frames."""
        if self.attachment is UNSET or (self.attachment == "" and self.attachments is not UNSET):
            return None
        return self.attachment

    def tools(self) -> Geometries:
        """Return the tools, however the request spells them."""
        raise NotImplementedError

    def labelled(self) -> bool:
        """Tell whether annotations carry their label."""
        return True

    def attributes(self) -> Mapping[str, AttributeDefinition]:
        """Return the definitions of all attributes."""
        return self.annotation_attributes

    def paddings(self) -> tuple[int, int]:
        """Return the pixels left and right, and those at top and bottom."""
        across = self.padding if self.padding_x is UNSET else self.padding_x
        return across, self.padding if self.padding_y is UNSET else self.padding_y


class VideoAnnotationParams(VideoParams, kw_only=True):
    """Parameters of ``videoannotation``: shapes and events in a video, frame by frame.

    Attributes:
        geometries: the tools and their labels.
    """

    geometries: Geometries

    def tools(self) -> Geometries:
        """See ``VideoParams``."""
        return self.geometries


class VideoBoxAnnotationParams(VideoParams, kw_only=True):
    """Parameters of ``videoboxannotation``: upright boxes in a video, frame by frame, given in either of two forms.

    Attributes:
        geometries: ``box`` only.
        objects_to_annotate: the labels, instead of ``geometries``.
        min_height: pixels, with ``objects_to_annotate``.
        min_width: pixels, with ``objects_to_annotate``.
        with_labels: whether annotations carry their label.
    """

    geometries: Geometries | UnsetType = UNSET
    objects_to_annotate: Labels | UnsetType = UNSET
    min_height: Pixels | UnsetType = UNSET
    min_width: Pixels | UnsetType = UNSET
    with_labels: bool = True

    def tools(self) -> Geometries:
        """See ``VideoParams``."""
        if self.geometries is not UNSET:
            return self.geometries
        return Geometries(
            box=BoxOptions(
                objects_to_annotate=self.objects_to_annotate or [],
                min_height=self.min_height or 0,
                min_width=self.min_width or 0,
            )
        )

    def labelled(self) -> bool:
        """See ``VideoParams``."""
        return self.with_labels


class VideoCuboidAnnotationParams(VideoParams, kw_only=True):
    """Parameters of ``videocuboidannotation``: boxes in perspective in a video, given in either of two forms.

    Attributes:
        geometries: ``cuboid`` only.
        objects_to_annotate: the labels, instead of ``geometries``.
        min_height: pixels, with ``objects_to_annotate``, like the next four.
        min_width: pixels.
        camera_intrinsics: with the next two, answers may carry 3D points.
        camera_rotation_quaternion: see ``camera_intrinsics``.
        camera_height: metres above the ground.
    """

    geometries: Geometries | UnsetType = UNSET
    objects_to_annotate: Labels | UnsetType = UNSET
    min_height: Pixels | UnsetType = UNSET
    min_width: Pixels | UnsetType = UNSET
    camera_intrinsics: CameraIntrinsics | UnsetType | None = UNSET
    camera_rotation_quaternion: Quaternion | UnsetType | None = UNSET
    camera_height: Number | UnsetType | None = UNSET

    def tools(self) -> Geometries:
        """See ``VideoParams``."""
        if self.geometries is not UNSET:
            return self.geometries
        return Geometries(
            cuboid=CuboidOptions(
                objects_to_annotate=self.objects_to_annotate or [],
                min_height=self.min_height or 0,
                min_width=self.min_width or 0,
                camera_intrinsics=self.camera_intrinsics or None,
                camera_rotation_quaternion=self.camera_rotation_quaternion or None,
                camera_height=None if self.camera_height is UNSET else self.camera_height,
            )
        )


class VideoPlaybackAnnotationParams(VideoParams, kw_only=True):
    """Parameters of ``videoplaybackannotation``: tracks over a video file.

    Attributes:
        geometries: the tools and their labels.
        with_labels: whether tracks carry their label.
        annotation_frame_rate: frames per second to be annotated, instead of ``frame_rate``.
        video_frame_rate: frames per second of the file; read from it when absent.
    """

    geometries: Geometries
    with_labels: bool = True
    annotation_frame_rate: FrameRate | UnsetType = UNSET
    video_frame_rate: FrameRate | UnsetType = UNSET

    def tools(self) -> Geometries:
        """See ``VideoParams``."""
        return self.geometries

    def labelled(self) -> bool:
        """See ``VideoParams``."""
        return self.with_labels

    def annotated_rate(self) -> float:
        """Return how many frames per second are annotated (wire/task-types-video §2.1)."""
        return self.annotation_frame_rate or self.frame_rate or 1


class Federal2DVideoAnnotationParams(VideoPlaybackAnnotationParams, kw_only=True):
    """Parameters of ``federal2dvideoannotation``: tracks over a video file of a sensor (wire/task-types-video §2.5).

    Attributes:
        classification_marking: shown as a banner.
        sensor: electro-optical, infrared or radar.
        track_states: what the attribute ``state`` may be in every frame.
    """

    classification_marking: str | UnsetType = UNSET
    sensor: Literal["eo", "ir", "sar"] | UnsetType = UNSET
    track_states: Annotated[list[Text], Meta(min_length=1)] | UnsetType = UNSET

    def attributes(self) -> Mapping[str, AttributeDefinition]:
        """See ``VideoParams``."""
        if self.track_states is UNSET:
            return self.annotation_attributes
        state = AttributeDefinition(description=STATE, choices=list(self.track_states))
        return {STATE: state, **self.annotation_attributes}


FLAT_OPTIONS = (
    "objects_to_annotate",
    "min_height",
    "min_width",
    "camera_intrinsics",
    "camera_rotation_quaternion",
    "camera_height",
)
"""The options of one tool, which the older types have at the top of the request, too."""


def check_sources(params: VideoParams, *, either: bool) -> None:
    """Check the attachments.

    Args:
        params: the request.
        either: the file, its frames or both will do
        (wire/task-types-video §2.1); else the type says which one (wire/task-types-video §1.1).

    Raises:
        InvalidParameter: there are none, they are no addresses, or do not fit ``attachment_type``.
    """
    file = params.file()
    there = {"attachment": file is not None, "attachments": params.attachments is not UNSET}
    if either:
        if not any(there.values()):
            raise refuse((), "must contain at least one of [attachment, attachments]")
    else:
        given, other = "attachments", "attachment"
        if params.attachment_type == "video":
            given, other = other, given
        if there[other]:
            raise refuse((other,), "is not allowed")
        if not there[given]:
            raise refuse((given,), "is required")
    if file is not None:
        require_uri(file, ("attachment",))
    for i, one in enumerate(params.attachments or ()):
        require_uri(one, ("attachments", i))
    if params.layers is not UNSET:
        require_uri(params.layers.url, ("layers", "url"))


def check(params: VideoParams, only: str | None) -> None:
    """Check what the types cannot say, except for attachments and pre-labels.

    Args:
        params: the request.
        only: the one tool of the type, which may be given at the top.

    Raises:
        InvalidParameter: naming the first parameter that is wrong.
    """
    for name in ("frame_rate", "annotation_frame_rate", "video_frame_rate"):
        if (rate := getattr(params, name, UNSET)) is not UNSET and rate < MIN_RATE:
            raise refuse((name,), "must be greater than or equal to 0.000001")
    if only is None or not _is_flat(params, only):
        labels = check_geometries(params.tools(), params.annotation_attributes, ("geometries",))
    else:
        labels = _check_flat(params)
    if len(set(params.events_to_annotate)) != len(params.events_to_annotate):
        raise refuse(("events_to_annotate",), "contains a duplicate value")
    _check_attributes(params, labels)
    for name, rules in params.links.items():
        many = isinstance(rules, list)
        for i, rule in enumerate(rules if isinstance(rules, list) else [rules]):
            _check_link(rule, ("links", name, i) if many else ("links", name), labels)
    if params.hypothesis is not UNSET and params.base_annotations is not UNSET:
        raise refuse((), "contains a conflict between exclusive peers [hypothesis, base_annotations]")


def _is_flat(params: VideoParams, only: str) -> bool:
    """Tell whether the options of the one tool are at the top; they must be in one place."""
    tools: Geometries | UnsetType = getattr(params, "geometries", UNSET)
    flat = [name for name in FLAT_OPTIONS if getattr(params, name, UNSET) is not UNSET]
    if tools is UNSET:
        if "objects_to_annotate" not in flat:
            raise refuse(("geometries",), "is required")
        return True
    if flat:
        raise refuse((), f"contains a conflict between exclusive peers [geometries, {flat[0]}]")
    for name in tools.options():
        if name != only:
            raise refuse(("geometries", name), "is not allowed")
    return False


def _check_flat(params: VideoParams) -> set[str]:
    tools = params.tools()
    if tools.cuboid is not UNSET:
        check_camera(tools.cuboid, ())
    (labels,) = (options.objects_to_annotate for options in tools.options().values())
    if not labels:
        raise refuse(("objects_to_annotate",), "must contain at least 1 items")
    return set(require_unique(labels, ("objects_to_annotate",)))


def _check_attributes(params: VideoParams, labels: set[str]) -> None:
    place = ("annotation_attributes",)
    for name, definition in params.annotation_attributes.items():
        if name == STATE and getattr(params, "track_states", UNSET) is not UNSET:
            raise refuse((*place, name), "is not allowed with track_states")
        if definition.type == "linked" and not params.labelled():
            raise refuse((*place, name, "type"), "must not be linked without with_labels")
        for i, label in enumerate(definition.allowed_labels or ()):
            if label not in labels:
                raise refuse(
                    (*place, name, "allowed_labels", i), f'must be a label of the task, "{label}" is not one'
                )
    states: Sequence[str] = getattr(params, "track_states", None) or ()
    if len(set(states)) != len(states):
        raise refuse(("track_states",), "contains a duplicate value")
    # Questions about events may ask for labels of events.
    check_definitions(params.attributes(), place, labels | set(params.events_to_annotate))


def _check_link(rule: VideoLinkRule, place: Path, labels: set[str]) -> None:
    for key in ("from_allowed_labels", "to_allowed_labels"):
        for j, label in enumerate(getattr(rule, key)):
            if label not in labels:
                raise refuse((*place, key, j), f'must be a label of the task, "{label}" is not one')
