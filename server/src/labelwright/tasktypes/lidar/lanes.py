"""Lanes on pictures of a road or in a point cloud: ``laneannotation`` (wire/task-types-lidar §7)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.base import Media, Score
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.tasktypes.forms.attributes import AttributeDefinition, check_definitions, is_global
from labelwright.tasktypes.forms.labels import Labels, Text, require_unique
from labelwright.tasktypes.lidar.attachment_readers import frames_of
from labelwright.tasktypes.lidar.clouds import Metres, Scans, count_problems
from labelwright.tasktypes.media import FRAME, IMAGE, VIDEO
from labelwright.tasktypes.scoring.drawings import Drawing, score_drawings
from labelwright.tasktypes.scoring.file_answers import FileAnswers
from labelwright.tasktypes.shapes.drawing_rules import DrawingRules, frame_of
from labelwright.tasktypes.shapes.model import Frame, Line, Vertex
from labelwright.tasktypes.shapes.samples import moved, shapes
from labelwright.tasktypes.shapes.tools import Geometries, LineOptions, VertexCount, check_geometries
from labelwright.tasktypes.wire.answer_schemas import Schema, drawings_of
from labelwright.tasktypes.wire.partial_decode import decode_part, decode_parts
from labelwright.tasktypes.wire.problems import enough
from labelwright.tasktypes.wire.references import require_uri, single
from labelwright.tasktypes.wire.result_files import ResultFile, as_file, content_of, opened
from labelwright.tasktypes.wire.uuids import give_names
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path, path_text

_SAMPLED = 2
_MOVED = 10


class LaneTools(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The one tool, and its labels."""

    line: LineOptions


class LaneAnnotationParams(msgspec.Struct, kw_only=True):
    """Parameters of ``laneannotation``: lanes in pictures of a road, or in a point cloud. Unknown ones are kept.

    Attributes:
        attachment: address of one image, or of a video.
        attachments: addresses of images, or of frames of a point cloud, in order of time.
        attachment_type: ``image``, ``video``, or ``json`` for point clouds.
        labels: kinds of lanes; leaves are unique.
        geometries: kinds of lanes, instead of ``labels``.
        splines: whether lanes are drawn as smooth curves through their vertices.
        min_vertices: with ``labels``.
        max_vertices: with ``labels``; no limit when null.
        annotation_attributes: name to definition.
        hypothesis: lanes to start from.
    """

    attachment: str | UnsetType = UNSET
    attachments: Scans | UnsetType = UNSET
    attachment_type: Literal["image", "video", "json"] | UnsetType = UNSET
    labels: Annotated[Labels, Meta(min_length=1)] | UnsetType = UNSET
    geometries: LaneTools | UnsetType = UNSET
    splines: bool | UnsetType = UNSET
    min_vertices: VertexCount | UnsetType = UNSET
    max_vertices: VertexCount | UnsetType | None = UNSET
    annotation_attributes: dict[Text, AttributeDefinition] = {}
    hypothesis: dict[str, Any] | UnsetType = UNSET

    def tools(self) -> Geometries:
        """Return the tool, however the request spells it."""
        if self.geometries is not UNSET:
            return Geometries(line=self.geometries.line)
        return Geometries(
            line=LineOptions(
                objects_to_annotate=self.labels or [],
                min_vertices=self.min_vertices or 1,
                max_vertices=self.max_vertices or None,
            )
        )

    def is_cloud(self) -> bool:
        """Tell whether lanes lie in the world."""
        return self.attachment_type == "json"


class LaneVertex(msgspec.Struct, forbid_unknown_fields=True):
    """A vertex, in pixels; in point clouds in metres, with z."""

    x: Metres
    y: Metres
    z: Metres | UnsetType = UNSET


class Lane(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A lane.

    Attributes:
        uuid: the same in several frames is the same lane; given by the server when absent.
        type: ``line``.
        label: a leaf label.
        attributes: name to answer.
        vertices: in drawing order.
        spline: whether it is a smooth curve through its vertices; with ``splines`` only.
    """

    uuid: Text | UnsetType = UNSET
    type: Literal["line"] = "line"
    label: str
    attributes: dict[str, Any] = {}
    vertices: Annotated[list[LaneVertex], Meta(max_length=10_000)]
    spline: bool | UnsetType = UNSET


class LaneAnnotationAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """The ``response`` of a ``laneannotation`` task.

    Attributes:
        annotations: the lanes of one image; of several, the address of a file with an array of lanes per
            frame, or those arrays, which are delivered as such a file.
    """

    annotations: list[Lane | list[Lane]] | ResultFile


class _Members(msgspec.Struct, forbid_unknown_fields=True):
    annotations: Any


class _Checker:
    def __init__(self, params: LaneAnnotationParams, occasion: CheckContext) -> None:
        self._params = params
        self._occasion = occasion
        self._rules = DrawingRules(params.tools(), params.annotation_attributes)

    def frames(self, content: Any, place: Path) -> tuple[list[list[Lane]], list[Problem]]:
        given, problems = decode_parts(list[Any], content, place)
        count = None if self._params.attachments is UNSET else len(self._params.attachments)
        problems.extend(count_problems(content, count, place, partial=self._occasion.partial))
        finished = []
        for i, one in given:
            if enough(problems):
                break
            media = 0 if self._params.attachments is UNSET else i
            frame = None if self._params.is_cloud() else frame_of(self._occasion.media, media)
            lanes, wrong = self.lanes(one, (*place, i), frame)
            problems.extend(wrong)
            finished.append(lanes)
        return finished, problems

    def lanes(self, content: Any, place: Path, frame: Frame | None) -> tuple[list[Lane], list[Problem]]:
        lanes, problems = decode_parts(Lane, content, place)
        problems.extend(give_names((place, lanes)))
        linkable = {str(lane.uuid): lane.label for _, lane in lanes}
        for i, lane in lanes:
            if enough(problems):
                break
            where = (*place, i)
            problems.extend(self._rules.label_problems("line", lane.label, where))
            problems.extend(self._depth_problems(lane, where))
            if lane.spline is not UNSET and self._params.splines is not True:
                spot = path_text((*where, "spline"))
                problems.append(Problem(spot, "Lanes are straight lines in this task.", "not_allowed"))
            shape = Line(
                uuid=lane.uuid,
                label=lane.label,
                attributes=lane.attributes,
                vertices=[Vertex(one.x, one.y) for one in lane.vertices],
            )
            lane.vertices = _without_repeats(lane.vertices)
            if self._params.is_cloud():
                # Only the number of different places counts: two may lie on top of one another.
                shape.vertices = [Vertex(j, 0) for j, _ in enumerate(lane.vertices)]
            problems.extend(
                self._rules.problems(shape, where, frame, linkable, partial=self._occasion.partial)
            )
        return [lane for _, lane in lanes], problems

    def _depth_problems(self, lane: Lane, place: Path) -> list[Problem]:
        cloud = self._params.is_cloud()
        for j, vertex in enumerate(lane.vertices):
            if (vertex.z is UNSET) == cloud:
                message = "A place in the world needs z." if cloud else "Pixels have no z."
                code = "required" if cloud else "not_allowed"
                return [Problem(path_text((*place, "vertices", j, "z")), message, code)]
        return []


def _without_repeats(vertices: Sequence[LaneVertex]) -> list[LaneVertex]:
    return [one for i, one in enumerate(vertices) if i == 0 or one != vertices[i - 1]]


class LaneAnnotation(FileAnswers[LaneAnnotationParams, LaneAnnotationAnswer]):
    """The task type ``laneannotation``."""

    slug = "laneannotation"
    params_model = LaneAnnotationParams
    answer_model = LaneAnnotationAnswer
    files = (("annotations", "url"),)

    def prepare(self, given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
        """Refuse a request without attachments, or with both kinds."""
        given = single(given)
        if "attachment" not in given and "attachments" not in given:
            raise refuse((), "must contain at least one of [attachment, attachments]")
        return given

    def check(self, params: LaneAnnotationParams) -> None:
        """Check attachments, labels and attributes."""
        wanted = {"video": "attachment", "json": "attachments"}.get(params.attachment_type or "image")
        if wanted is not None and getattr(params, wanted) is UNSET:
            raise refuse((wanted,), "is required")
        if params.attachment is not UNSET:
            require_uri(params.attachment, ("attachment",))
        for i, one in enumerate(params.attachments or ()):
            require_uri(one, ("attachments", i))
        labels = _check_labels(params)
        for name, definition in params.annotation_attributes.items():
            if is_global(definition):
                # These answers have no place for what concerns the whole scene.
                raise refuse(("annotation_attributes", name, "conditions", "is_global"), "is not allowed")
        check_definitions(params.annotation_attributes, ("annotation_attributes",), labels)

    def echoed(self, params: LaneAnnotationParams) -> Mapping[str, Any]:
        """Return the defaults, as those of ``lineannotation``."""
        del params
        return {"attachment_type": "image", "splines": False}

    def references(self, params: LaneAnnotationParams) -> Sequence[str]:
        """Return the attachments."""
        return [params.attachment] if params.attachment else list(params.attachments or ())

    def examine(
        self, params: LaneAnnotationParams, answer: Any, occasion: CheckContext
    ) -> tuple[LaneAnnotationAnswer, list[Problem]]:
        """See ``CheckedType``."""
        members, problems = decode_part(_Members, answer, occasion.start)
        if members is None:
            return LaneAnnotationAnswer([]), problems
        place: Path = (*occasion.start, "annotations")
        content, file, wrong = opened(members.annotations, place)
        if file is not None:
            return LaneAnnotationAnswer(file), problems + wrong
        checker = _Checker(params, occasion)
        if _is_one_image(params):
            lanes, wrong = checker.lanes(content, place, frame_of(occasion.media, 0))
            return LaneAnnotationAnswer([*lanes]), problems + wrong
        frames, wrong = checker.frames(content, place)
        return LaneAnnotationAnswer(as_file(frames, wrong)), problems + wrong

    def contents(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """Return that clouds are frames, and what pictures and videos are (see ``TaskType``)."""
        if params.get("attachment_type") == "json":
            return frames_of(params)
        if "attachment" in params:
            return {params["attachment"]: VIDEO if params.get("attachment_type") == "video" else IMAGE}
        return dict.fromkeys(params.get("attachments") or (), FRAME)

    def content(self, params: LaneAnnotationParams, answer: LaneAnnotationAnswer) -> Any:
        """Return the lanes frame by frame; see ``FileAnswers``."""
        content = content_of(msgspec.to_builtins(answer.annotations))
        if not isinstance(content, list):
            return None
        return msgspec.convert([content] if _is_one_image(params) else content, list[list[Lane]])

    def compare_content(
        self, params: LaneAnnotationParams, expected: Any, given: Any, media: Sequence[Media]
    ) -> Score:
        """Compare lanes by how far apart they run.

        On one image the score is that of lines: ΣS / (TP + ½ FP + ½ FN), where S = 1 - d / τ, d is the mean (Chamfer)
        distance of two lanes with one label and τ is 1 % of the diagonal. In several frames it is HOTA of the lanes
        that are followed, with the same likeness; in point clouds d is in space and τ is 1 m. Attributes make a fifth
        of the whole.

        Details: `precision`, `recall`, `f1`, `mean_iou` (mean S), `localisation` (without labels), `frechet` in pixels,
        `attributes`; on one image `geometry` and `lane_f1`; in several frames `hota`, `det_a`, `ass_a`, `loc_a`,
        `mota`, `motp`, `id_switches`, `fragments`, `idf1`, `map`.
        """
        from labelwright.tasktypes.lidar import picture_scores as scores

        questions = params.annotation_attributes
        if _is_one_image(params):
            lines = [[scores.line_of(lane) for lane in side[0]] for side in (expected, given)]
            return score_drawings(questions, Drawing(lines[0]), Drawing(lines[1]), media)
        sides = scores.lanes_in(expected), scores.lanes_in(given)
        return scores.score_lanes(questions, *sides, media, cloud=params.is_cloud())

    def join_content(
        self,
        params: LaneAnnotationParams,
        contents: Sequence[Any],
        best: LaneAnnotationAnswer,
        media: Sequence[Media],
    ) -> LaneAnnotationAnswer:
        """Merge lanes: those that most people drew, as it was drawn by whoever is most like the others."""
        from labelwright.tasktypes.lidar import picture_scores as scores

        del best
        merged = scores.merge_lanes(
            params.annotation_attributes,
            [scores.lanes_in(one) for one in contents],
            media,
            max(len(one) for one in contents),
            cloud=params.is_cloud(),
        )
        if _is_one_image(params):
            return LaneAnnotationAnswer([*merged[0]])
        return LaneAnnotationAnswer(as_file(merged))

    def schema(self, params: LaneAnnotationParams) -> Schema:
        """Return the answer with the labels and attributes of the task."""
        return drawings_of(self.answer_model, params.tools(), params.annotation_attributes, complete=False)

    def sample(self, params: LaneAnnotationParams) -> Any:
        """Return a lane with the first label, that moves 10 px (or metres) from one frame to the next."""
        drawn = shapes(params.tools(), params.annotation_attributes)
        if params.is_cloud():
            for one in drawn:
                one["vertices"] = [{**vertex, "z": 0} for vertex in one["vertices"]]
        if _is_one_image(params):
            return {"annotations": drawn}
        count = _SAMPLED if params.attachments is UNSET else len(params.attachments)
        return {
            "annotations": [
                [moved(one, i * _MOVED) for one in drawn] if i < _SAMPLED else [] for i in range(count)
            ]
        }


def _is_one_image(params: LaneAnnotationParams) -> bool:
    return params.attachment is not UNSET and params.attachment_type in (UNSET, "image")


def _check_labels(params: LaneAnnotationParams) -> Sequence[str] | set[str]:
    if params.geometries is UNSET and params.labels is UNSET:
        raise refuse(("labels",), "is required")
    if params.geometries is not UNSET:
        for name in ("labels", "min_vertices", "max_vertices"):
            if getattr(params, name) is not UNSET:
                raise refuse((), f"contains a conflict between exclusive peers [geometries, {name}]")
        return check_geometries(params.tools(), params.annotation_attributes, ("geometries",))
    least, most = params.min_vertices or 1, params.max_vertices
    if most and most < max(2, least):
        raise refuse(("max_vertices",), f"must be greater than or equal to {max(2, least)}")
    return require_unique(params.labels or [], ("labels",))
