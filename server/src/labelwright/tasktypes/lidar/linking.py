"""Shapes in pictures, tied to cuboids in the world: ``lidarlinking`` (wire/task-types-lidar §5)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.ids import new_uuid
from labelwright.tasktypes.base import Media, ParentTask, Score
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.tasktypes.forms.attributes import AttributeDefinition, check_definitions, is_global
from labelwright.tasktypes.forms.labels import Labels, Text, leaves, require_unique
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject, shown
from labelwright.tasktypes.lidar.attachment_readers import Clouds, source_of
from labelwright.tasktypes.lidar.clouds import Index, check_indexes, count_problems
from labelwright.tasktypes.scoring.file_answers import FileAnswers
from labelwright.tasktypes.shapes.model import (
    Box,
    Cuboid,
    Line,
    Point,
    Polygon,
    Shape,
    complete,
    geometry_of,
    shape_errors,
    size_of,
)
from labelwright.tasktypes.shapes.samples import shapes
from labelwright.tasktypes.shapes.tools import (
    BoxOptions,
    CuboidOptions,
    Geometries,
    LineOptions,
    Pixels,
    PointOptions,
    PolygonOptions,
)
from labelwright.tasktypes.wire.answer_schemas import Schema, label_of, labelled
from labelwright.tasktypes.wire.partial_decode import decode_part, decode_parts
from labelwright.tasktypes.wire.problems import enough, is_json
from labelwright.tasktypes.wire.result_files import ResultFile, as_file, content_of, opened
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path, path_text

_TOOLS: Mapping[str, tuple[str, type[Any]]] = {
    "annotation": ("box", BoxOptions),
    "polygonannotation": ("polygon", PolygonOptions),
    "lineannotation": ("line", LineOptions),
    "pointannotation": ("point", PointOptions),
    "cuboidannotation": ("cuboid", CuboidOptions),
}
"""What is drawn for each ``annotation_type``."""


class LidarLinkingParams(msgspec.Struct, kw_only=True):
    """Parameters of ``lidarlinking``: shapes in pictures, tied to boxes in a point cloud. Unknown ones are kept.

    Attributes:
        lidar_task: the ``lidarannotation`` task whose cuboids are linked with.
        annotation_type: what is drawn in the pictures, named after the task type that draws it.
        labels: leaves are unique; those of the other task when absent.
        annotation_attributes: name to definition; those of the other task when absent.
        lidar_task_frames: which of its frames; all when absent.
        camera_indices: which of its cameras; all when absent.
        min_width: pixels, of boxes and cuboids.
        min_height: pixels, of boxes and cuboids.
        hypothesis: shapes to start from.
    """

    lidar_task: Text
    annotation_type: Literal[
        "annotation", "polygonannotation", "cuboidannotation", "lineannotation", "pointannotation"
    ]
    labels: Annotated[Labels, Meta(min_length=1)] | UnsetType = UNSET
    annotation_attributes: dict[Text, AttributeDefinition] | UnsetType = UNSET
    lidar_task_frames: Annotated[list[Index], Meta(min_length=1)] | UnsetType = UNSET
    camera_indices: Annotated[list[Index], Meta(min_length=1)] | UnsetType = UNSET
    min_width: Pixels | UnsetType = UNSET
    min_height: Pixels | UnsetType = UNSET
    hypothesis: dict[str, Any] | UnsetType = UNSET


class LinkedBox(Box, tag="box", kw_only=True):
    """A box; ``cuboid_uuid`` names the cuboid in the world, ``not_in_lidar`` that there is none."""

    cuboid_uuid: Text | UnsetType = UNSET
    not_in_lidar: bool = False


class LinkedPolygon(Polygon, tag="polygon", kw_only=True):
    """An outline; see ``LinkedBox``."""

    cuboid_uuid: Text | UnsetType = UNSET
    not_in_lidar: bool = False


class LinkedLine(Line, tag="line", kw_only=True):
    """A polyline; see ``LinkedBox``."""

    cuboid_uuid: Text | UnsetType = UNSET
    not_in_lidar: bool = False


class LinkedPoint(Point, tag="point", kw_only=True):
    """A point; see ``LinkedBox``."""

    cuboid_uuid: Text | UnsetType = UNSET
    not_in_lidar: bool = False


class LinkedCuboid(Cuboid, tag="cuboid", kw_only=True):
    """A cuboid in perspective; see ``LinkedBox``."""

    cuboid_uuid: Text | UnsetType = UNSET
    not_in_lidar: bool = False


Linked = LinkedBox | LinkedPolygon | LinkedLine | LinkedPoint | LinkedCuboid


class CameraResponse(msgspec.Struct, forbid_unknown_fields=True):
    """What is annotated in one picture.

    Attributes:
        camera_used: number of the camera.
        annotations: the shapes.
    """

    camera_used: Index
    annotations: list[Linked]


class LinkingFrame(msgspec.Struct, forbid_unknown_fields=True):
    """What is annotated in one frame, per camera that has pictures."""

    camera_responses: list[CameraResponse]


class LidarLinkingAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """The ``response`` of a ``lidarlinking`` task.

    Attributes:
        annotations: the address of a file that is an array, one item per frame; or that array itself, which
            is delivered as such a file.
    """

    annotations: list[LinkingFrame] | ResultFile


class _Members(msgspec.Struct, forbid_unknown_fields=True):
    annotations: Any


class _Camera(msgspec.Struct, forbid_unknown_fields=True):
    camera_used: Index
    annotations: list[Any]


class _Frame(msgspec.Struct, forbid_unknown_fields=True):
    camera_responses: list[Any]


class _Checker:
    def __init__(self, params: LidarLinkingParams) -> None:
        self._params = params
        self.geometry, _ = _TOOLS[params.annotation_type]
        self._options = _options(params)
        self._labels = None if params.labels is UNSET else dict.fromkeys(leaves(params.labels))
        asked = params.annotation_attributes
        self._rules = None if asked is UNSET else QuestionRules(asked)

    def check(self, content: Any, occasion: CheckContext, place: Path) -> tuple[Any, list[Problem]]:
        frames, problems = decode_parts(_Frame, content, place)
        wanted = self._params.lidar_task_frames
        clouds = Clouds(occasion.media)
        count = (len(clouds.media) or None) if wanted is UNSET else len(wanted)
        problems.extend(count_problems(content, count, place, partial=occasion.partial))
        finished = []
        for i, frame in frames:
            if enough(problems):
                break
            where = (*place, i, "camera_responses")
            cameras, wrong = decode_parts(_Camera, frame.camera_responses, where)
            problems.extend(wrong)
            seen: set[int] = set()
            responses = []
            for j, camera in cameras:
                if enough(problems):
                    break
                problems.extend(self._camera_problems(camera, seen, (*where, j, "camera_used")))
                facts = clouds.facts(i)
                if facts is not None and camera.camera_used not in facts.cameras:
                    message = f"The frame has no camera {camera.camera_used}."
                    used = path_text((*where, j, "camera_used"))
                    problems.append(Problem(used, message, "unknown_target"))
                spot = (*where, j, "annotations")
                drawn, wrong = decode_parts(Linked, camera.annotations, spot)
                problems.extend(wrong)
                problems.extend(self._problems(drawn, spot, partial=occasion.partial))
                responses.append(CameraResponse(camera.camera_used, [one for _, one in drawn]))
            finished.append(LinkingFrame(responses))
        return finished, problems

    def _camera_problems(self, camera: _Camera, seen: set[int], place: Path) -> Iterator[Problem]:
        wanted = self._params.camera_indices
        if wanted is not UNSET and camera.camera_used not in wanted:
            yield Problem(path_text(place), "This camera is not asked for.", "unknown_target")
        if camera.camera_used in seen:
            yield Problem(path_text(place), "The camera is there twice.", "duplicate")
        seen.add(camera.camera_used)

    def _problems(self, drawn: list[tuple[int, Any]], place: Path, *, partial: bool) -> Iterator[Problem]:
        seen: set[str] = set()
        for i, one in drawn:
            where = (*place, i)
            # An annotation is named by its cuboid; a ``uuid`` of its own has no place in the answer.
            given = one.cuboid_uuid if one.cuboid_uuid is not UNSET else one.uuid
            if given is UNSET and not one.not_in_lidar:
                message = "The uuid of the cuboid is required, unless it is not in the cloud."
                yield Problem(path_text((*where, "cuboid_uuid")), message, "required")
            one.uuid, one.cuboid_uuid = UNSET, new_uuid() if given is UNSET else given
            if one.cuboid_uuid in seen:
                message = "This cuboid is linked with another annotation of the same picture."
                yield Problem(path_text((*where, "cuboid_uuid")), message, "duplicate")
            seen.add(one.cuboid_uuid)
            yield from self._shape_problems(one, where, partial=partial)

    def _shape_problems(self, one: Any, place: Path, *, partial: bool) -> Iterator[Problem]:
        shape = _shape(one)
        if geometry_of(shape) != self.geometry:
            message = f"Only “{self.geometry}” is drawn in this task."
            yield Problem(path_text((*place, "type")), message, "unknown_geometry")
            return
        if self._labels is not None and one.label not in self._labels:
            message = f"“{one.label}” is not one of the labels: {shown(self._labels)}."
            yield Problem(path_text((*place, "label")), message, "unknown_label")
        complete(shape, self._options)
        for below, message, code in shape_errors(shape, self._options, None):
            yield Problem(path_text((*place, *below)), message, code)
        for name in ("vertices", "edges"):
            if hasattr(one, name):
                setattr(one, name, getattr(shape, name))
        if self._rules and one.attributes is UNSET:
            one.attributes = {}
        if one.attributes is UNSET:
            return
        where = (*place, "attributes")
        if self._rules is not None:
            about = Subject(one.label, size_of(shape))
            yield from self._rules.problems(one.attributes, about, where, partial=partial)
        elif not is_json(one.attributes):
            yield Problem(path_text(where), "These answers have too large a number.", "bound")


def _options(params: LidarLinkingParams) -> Any:
    _, model = _TOOLS[params.annotation_type]
    options: dict[str, Any] = {"objects_to_annotate": params.labels or []}
    if params.annotation_type in ("annotation", "cuboidannotation"):
        options |= {"min_width": params.min_width or 0, "min_height": params.min_height or 0}
    return model(**options)


def _shape(one: Any) -> Shape:
    kind: Any = type(one).__mro__[1]
    shape: Shape = kind(**{name: getattr(one, name) for name in kind.__struct_fields__})
    return shape


class LidarLinking(FileAnswers[LidarLinkingParams, LidarLinkingAnswer]):
    """The task type ``lidarlinking``."""

    slug = "lidarlinking"
    params_model = LidarLinkingParams
    answer_model = LidarLinkingAnswer
    files = (("annotations", "url"),)

    def check(self, params: LidarLinkingParams) -> None:
        """Check labels, attributes and numbers of frames and cameras."""
        check_indexes(params.lidar_task_frames, "lidar_task_frames")
        check_indexes(params.camera_indices, "camera_indices")
        labels = None if params.labels is UNSET else require_unique(params.labels, ("labels",))
        for name, definition in (params.annotation_attributes or {}).items():
            if is_global(definition):
                # These answers have no place for what concerns the whole scene.
                place = ("annotation_attributes", name, "conditions", "is_global")
                raise refuse(place, "is not allowed")
            if definition.type == "linked":
                # Annotations are named by their cuboids, which other pictures have, too.
                raise refuse(("annotation_attributes", name, "type"), "must not be linked")
        check_definitions(params.annotation_attributes or {}, ("annotation_attributes",), labels)

    def references(self, params: LidarLinkingParams) -> Sequence[str]:
        """Return nothing: the pictures are those of the other task."""
        del params
        return ()

    def examine(
        self, params: LidarLinkingParams, answer: Any, occasion: CheckContext
    ) -> tuple[LidarLinkingAnswer, list[Problem]]:
        """See ``CheckedType``."""
        members, problems = decode_part(_Members, answer, occasion.start)
        if members is None:
            return LidarLinkingAnswer([]), problems
        place: Path = (*occasion.start, "annotations")
        content, file, wrong = opened(members.annotations, place)
        if file is None:
            frames, wrong = _Checker(params).check(content, occasion, place)
            file = as_file(frames, wrong)
        return LidarLinkingAnswer(file), problems + wrong

    def content(self, params: LidarLinkingParams, answer: LidarLinkingAnswer) -> Any:
        """Return what is drawn frame by frame; see ``FileAnswers``."""
        del params
        content = content_of(msgspec.to_builtins(answer.annotations))
        return msgspec.convert(content, list[LinkingFrame]) if isinstance(content, list) else None

    def compare_content(
        self, params: LidarLinkingParams, expected: Any, given: Any, media: Sequence[Media]
    ) -> Score:
        """Compare the shapes in every picture, and which cuboids they are tied to.

        Shapes score ΣS / (TP + ½ FP + ½ FN), where S is their likeness: IoU from 0.5 for areas, the distance for lines,
        object keypoint similarity for points; labels equal. Ties, of matched shapes with the same cuboid, score F1.
        Ties and attributes together make a fifth of the whole.

        Details: `geometry`, `precision`, `recall`, `f1`, `mean_iou`, `localisation` (without labels), `links`,
        `attributes`.
        """
        from labelwright.tasktypes.lidar import picture_scores as scores

        del media
        asked = params.annotation_attributes or {}
        return scores.score_linked(asked, scores.linked(expected), scores.linked(given))

    def join_content(
        self,
        params: LidarLinkingParams,
        contents: Sequence[Any],
        best: LidarLinkingAnswer,
        media: Sequence[Media],
    ) -> LidarLinkingAnswer:
        """Merge shapes picture by picture."""
        from labelwright.tasktypes.lidar import picture_scores as scores

        del best, media
        asked = params.annotation_attributes
        return LidarLinkingAnswer(as_file(scores.merge_linked(None if asked is UNSET else asked, contents)))

    def schema(self, params: LidarLinkingParams) -> Schema:
        """Return the answer with the labels and attributes of the task."""
        return labelled(
            self.answer_model, label_of(params.labels or ()), params.annotation_attributes, complete=False
        )

    def source(self, params: Mapping[str, Any]) -> ParentTask | None:
        """Return the task whose pictures are drawn on (see ``TaskType``)."""
        return source_of(params)

    def sample(self, params: LidarLinkingParams) -> Any:
        """Return a shape in the first camera of the first frame; none when the labels are not known here."""
        drawn: list[dict[str, Any]] = []
        if params.labels is not UNSET:
            tools = Geometries(**{_Checker(params).geometry: _options(params)})
            for one in shapes(tools, params.annotation_attributes or {}):
                drawn.append({**one, "cuboid_uuid": one["uuid"], "not_in_lidar": True})
                del drawn[-1]["uuid"]
        camera = (params.camera_indices or [0])[0]
        first = {"camera_responses": [{"camera_used": camera, "annotations": drawn}]}
        more = len(params.lidar_task_frames or [0]) - 1
        return {"annotations": [first, *({"camera_responses": []} for _ in range(more))]}

    def sample_of(self, params: LidarLinkingParams, media: Sequence[Media]) -> Any:
        """Return ``sample`` with as many frames as the other task has."""
        made = self.sample(params)
        more = len(media) - len(made["annotations"])
        made["annotations"] += [{"camera_responses": []} for _ in range(more)]
        return made
