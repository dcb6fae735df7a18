"""Boxes in the world: ``lidarannotation`` (wire/task-types-lidar §3)."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType, field

from labelwright.errors import Problem
from labelwright.tasktypes.base import DerivedFields, Media, Score
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.tasktypes.forms.attributes import AttributeDefinition
from labelwright.tasktypes.forms.labels import Labels, Text, leaves
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject, first_error, shown
from labelwright.tasktypes.lidar.attachment_readers import Clouds, frames_of
from labelwright.tasktypes.lidar.clouds import (
    CloudParams,
    PositiveMetres,
    Radians,
    Scans,
    Vector3,
    check_labels,
    check_scans,
    count_problems,
)
from labelwright.tasktypes.lidar.derived_fields import CuboidPoints, is_measurable
from labelwright.tasktypes.scoring.file_answers import FileAnswers
from labelwright.tasktypes.shapes.drawing_rules import Tracks
from labelwright.tasktypes.wire.answer_schemas import Schema, label_of, labelled
from labelwright.tasktypes.wire.partial_decode import decode_part, decode_parts
from labelwright.tasktypes.wire.problems import enough, is_json
from labelwright.tasktypes.wire.result_files import ResultFile, as_file, content_of, opened
from labelwright.tasktypes.wire.uuids import give_names
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path, path_text

DECIMALS = 6
_MILLIMETRES = 3
_NO_CAMERA = -1
_SAMPLE_UUID = "5d0c7d0e-52a5-4a7c-9f3f-0c5b7f0a1d01"
_Count = Annotated[int, Meta(ge=0, le=10**9)]


class Dependent(msgspec.Struct, kw_only=True):
    """A task to follow. Unknown keys are kept.

    Attributes:
        type: its task type.
        annotation_type: of ``lidarlinking``: what is drawn in the pictures.
        instruction: its instruction.
        callback_url: where it reports.
    """

    type: Literal["lidarlinking", "lidarsegmentation"]
    annotation_type: Text | UnsetType = UNSET
    instruction: str | UnsetType = UNSET
    callback_url: str | UnsetType = UNSET


class Dependents(msgspec.Struct, kw_only=True):
    """Tasks to follow when this one is completed (wire/task-types-lidar §3.4). Unknown keys are kept.

    Attributes:
        defs: the tasks.
        require_audit: whether the customer's audit has to come first.
    """

    defs: Annotated[list[Dependent], Meta(min_length=1)]
    require_audit: bool = False


class LidarAnnotationParams(CloudParams, kw_only=True):
    """Parameters of ``lidarannotation``: boxes around things in a point cloud, frame by frame.

    Attributes:
        attachments: addresses of the frames, in order of time.
        labels: of cuboids; leaves are unique.
        pitch_and_roll_enabled: whether cuboids also have ``pitch`` and ``roll``.
        dependents: tasks to follow.
        hypothesis: cuboids to start from.
        base_annotations: cuboids to start from, instead of ``hypothesis``.
    """

    attachments: Scans
    labels: Annotated[Labels, Meta(min_length=1)]
    pitch_and_roll_enabled: bool = False
    dependents: Dependents | UnsetType = UNSET
    hypothesis: dict[str, Any] | UnsetType = UNSET
    base_annotations: dict[str, Any] | UnsetType = UNSET


class Dimensions(msgspec.Struct, forbid_unknown_fields=True):
    """Width, length and height, in metres (wire/task-types-lidar §1.2)."""

    x: PositiveMetres
    y: PositiveMetres
    z: PositiveMetres


class LidarCuboid(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A box in the world.

    Attributes:
        uuid: of the object, the same in all frames; given by the server when absent.
        label: a leaf label.
        position: of the centre.
        dimensions: see ``Dimensions``.
        yaw: radians about z, counter-clockwise from above; 0 looks along +y.
        pitch: radians; with ``pitch_and_roll_enabled`` only.
        roll: radians; with ``pitch_and_roll_enabled`` only.
        camera_used: number of the camera in which the object was confirmed; -1 for none.
        attributes: name to answer.
        distance_to_device: metres from the device to the centre.
        number_of_points: ``numberOfPoints``: of the cloud, inside the box.
        stationary: the object does not move in all of the task.
    """

    uuid: Text | UnsetType = UNSET
    label: str
    position: Vector3
    dimensions: Dimensions
    yaw: Radians
    pitch: Radians | UnsetType = UNSET
    roll: Radians | UnsetType = UNSET
    camera_used: Annotated[int, Meta(ge=_NO_CAMERA, le=1_000)] | None = _NO_CAMERA
    attributes: dict[str, Any] = {}
    distance_to_device: Annotated[float, Meta(ge=0, le=10**6)] | UnsetType = UNSET
    number_of_points: _Count | UnsetType = field(default=UNSET, name="numberOfPoints")
    stationary: bool = False


class LidarFrame(msgspec.Struct, forbid_unknown_fields=True):
    """What is annotated in one frame."""

    cuboids: list[LidarCuboid]


class LidarAnnotationAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """The ``response`` of a ``lidarannotation`` task.

    Attributes:
        annotations: the address of a file that is an array, one item per frame; or that array itself, which
            is delivered as such a file.
    """

    annotations: list[LidarFrame] | ResultFile


class _Frame(msgspec.Struct, forbid_unknown_fields=True):
    cuboids: list[Any]


class CuboidChecker:
    """Checks cuboids.

    Args:
        labels: that they may have; None when they come from another task and are not known here.
        attributes: the definitions, already checked.
        tilted: whether they have ``pitch`` and ``roll``; None when they may.
    """

    def __init__(
        self,
        labels: Sequence[str] | None,
        attributes: Mapping[str, AttributeDefinition],
        *,
        tilted: bool | None,
    ) -> None:
        self._labels = None if labels is None else dict.fromkeys(labels)
        self._attributes = attributes
        self._rules = QuestionRules(attributes)
        self._tilted = tilted

    def check(
        self, content: Any, place: Path, *, partial: bool, clouds: Clouds | None = None
    ) -> tuple[list[LidarFrame], list[Problem]]:
        """Check the array of frames.

        Args:
            content: the array.
            place: of the array.
            partial: pre-labels need not be complete.
            clouds: what is known of the frames.

        Returns:
            The frames as they are delivered, and every problem.
        """
        frames, problems = decode_parts(_Frame, content, place)
        tracks = Tracks(self._attributes)
        finished = []
        for i, frame in frames:
            if enough(problems):
                break
            where = (*place, i, "cuboids")
            cuboids, wrong = decode_parts(LidarCuboid, _respelt(frame.cuboids), where)
            problems.extend(wrong)
            problems.extend(give_names((where, cuboids)))
            for j, cuboid in cuboids:
                problems.extend(self._cuboid_problems(cuboid, (*where, j), partial=partial))
                if clouds is not None:
                    problems.extend(_cloud_problems(cuboid, clouds, i, (*where, j)))
                if not partial:
                    fixed = _fixed(cuboid)
                    problems.extend(tracks.problems(str(cuboid.uuid), fixed, cuboid.attributes, (*where, j)))
            finished.append(LidarFrame([cuboid for _, cuboid in cuboids]))
        return finished, problems

    def sample(self, uuid: str, y: float) -> dict[str, Any]:
        """Return a cuboid with the first label, this far in front of the origin."""
        label = next(iter(self._labels or ()))
        return {
            "uuid": uuid,
            "label": label,
            "position": {"x": 0, "y": y, "z": 1},
            "dimensions": {"x": 2, "y": 4, "z": 2},
            "yaw": 0,
            "attributes": self._rules.sample(Subject(label), {}),
        }

    def _cuboid_problems(self, cuboid: LidarCuboid, place: Path, *, partial: bool) -> Iterator[Problem]:
        if self._labels is not None and cuboid.label not in self._labels:
            message = f"“{cuboid.label}” is not one of the labels: {shown(self._labels)}."
            yield Problem(path_text((*place, "label")), message, "unknown_label")
        for name in ("pitch", "roll"):
            given = getattr(cuboid, name)
            if self._tilted or (self._tilted is None and given is not UNSET):
                setattr(cuboid, name, _turned(given or 0))
            elif given is not UNSET:
                message = "Cuboids are upright in this task: this is left out."
                yield Problem(path_text((*place, name)), message, "not_asked", "warning")
                setattr(cuboid, name, UNSET)
        cuboid.yaw = _turned(cuboid.yaw)
        cuboid.position = Vector3(*(round(one, DECIMALS) for one in msgspec.structs.astuple(cuboid.position)))
        sizes = [round(one, DECIMALS) for one in msgspec.structs.astuple(cuboid.dimensions)]
        if not all(sizes):
            message = "The size must be at least a micrometre."
            yield Problem(path_text((*place, "dimensions")), message, "too_small")
        cuboid.dimensions = Dimensions(*sizes)
        where = (*place, "attributes")
        if self._labels is not None:
            yield from self._rules.problems(cuboid.attributes, Subject(cuboid.label), where, partial=partial)
        elif not is_json(cuboid.attributes):
            yield Problem(path_text(where), "These answers have too large a number.", "bound")


def _cloud_problems(cuboid: LidarCuboid, clouds: Clouds, frame: int, place: Path) -> Iterator[Problem]:
    """Check a cuboid against its frame, and say how far from the device it is."""
    facts = clouds.facts(frame)
    if facts is None:
        return
    if cuboid.camera_used not in (None, _NO_CAMERA) and cuboid.camera_used not in facts.cameras:
        message = f"The frame has no camera {cuboid.camera_used}."
        yield Problem(path_text((*place, "camera_used")), message, "unknown_target")
    away = math.dist(facts.device, msgspec.structs.astuple(cuboid.position)) * clouds.meters_per_unit
    cuboid.distance_to_device = round(away, _MILLIMETRES)


def _respelt(cuboids: list[Any]) -> list[Any]:
    """Read the number of points as public exports spell it, too (wire/task-types-lidar §3.5)."""
    return [
        {"numberOfPoints" if name == "points_count" else name: value for name, value in one.items()}
        if isinstance(one, dict) and "numberOfPoints" not in one
        else one
        for one in cuboids
    ]


def _turned(angle: float) -> float:
    """Return an angle between -π and π, rounded."""
    if abs(angle) > math.pi + 10**-DECIMALS:
        angle = math.remainder(angle, math.tau)
    return round(angle, DECIMALS)


def _fixed(cuboid: LidarCuboid) -> dict[str, Any]:
    """Return what may not change from frame to frame."""
    fixed: dict[str, Any] = {"label": cuboid.label, "stationary": cuboid.stationary}
    if cuboid.stationary:
        for name in ("position", "dimensions", "yaw"):
            fixed[name] = msgspec.to_builtins(getattr(cuboid, name))
    return fixed


class LidarAnnotation(FileAnswers[LidarAnnotationParams, LidarAnnotationAnswer]):
    """The task type ``lidarannotation``."""

    slug = "lidarannotation"
    params_model = LidarAnnotationParams
    answer_model = LidarAnnotationAnswer
    files = (("annotations", "url"),)

    def check(self, params: LidarAnnotationParams) -> None:
        """Check addresses, labels, attributes and pre-labels."""
        check_scans(params.attachments)
        check_labels(params.labels, params.annotation_attributes)
        if params.base_annotations is UNSET:
            return
        if params.hypothesis is not UNSET:
            raise refuse((), "contains a conflict between exclusive peers [hypothesis, base_annotations]")
        occasion = CheckContext(start=("base_annotations",), partial=True)
        error = first_error(self.examine(params, params.base_annotations, occasion)[1])
        if error is not None:
            raise error

    def echoed(self, params: LidarAnnotationParams) -> Mapping[str, Any]:
        """Return the defaults that are echoed (wire/task-types-lidar §3.2)."""
        del params
        return {"attachment_type": "json", "meters_per_unit": 1}

    def references(self, params: LidarAnnotationParams) -> Sequence[str]:
        """Return the frames."""
        return params.attachments

    def examine(
        self, params: LidarAnnotationParams, answer: Any, occasion: CheckContext
    ) -> tuple[LidarAnnotationAnswer, list[Problem]]:
        """See ``CheckedType``."""
        members, problems = decode_part(_Members, answer, occasion.start)
        if members is None:
            return LidarAnnotationAnswer([]), problems
        place: Path = (*occasion.start, "annotations")
        content, file, wrong = opened(members.annotations, place)
        if file is None:
            checker = _checker(params)
            wrong = count_problems(content, len(params.attachments), place, partial=occasion.partial)
            clouds = Clouds(occasion.media, params.meters_per_unit or 1)
            frames, found = checker.check(content, place, partial=occasion.partial, clouds=clouds)
            wrong += found
            file = as_file(frames, wrong)
        return LidarAnnotationAnswer(file), problems + wrong

    def contents(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """Return that the attachments are frames (see ``TaskType``)."""
        return frames_of(params)

    def measuring(self, params: Mapping[str, Any], answer: Any) -> DerivedFields | None:
        """Return what counts the points in cuboids (see ``TaskType``)."""
        return CuboidPoints(params["attachments"], answer) if is_measurable(answer) else None

    def content(self, params: LidarAnnotationParams, answer: LidarAnnotationAnswer) -> Any:
        """Return the cuboids frame by frame; see ``FileAnswers``."""
        del params
        return frames_in(answer.annotations)

    def compare_content(
        self, params: LidarAnnotationParams, expected: Any, given: Any, media: Sequence[Media]
    ) -> Score:
        """Compare the objects that are followed.

        The score is HOTA: the mean, over overlaps from 0.05 to 0.95, of the root of detection times association.
        Cuboids match in the same frame with the same label, by the IoU of their volumes. Attributes, frame by frame,
        make a fifth of the whole.

        Details: `hota`, its parts `det_a`, `ass_a` and `loc_a`; `mota`, `motp`, `id_switches`, `fragments`; `idf1`;
        `precision`, `recall`, `f1`, `mean_iou` and `map` of single cuboids; of the matched ones `bev_iou` (from above),
        `centre_distance` in metres and `heading_error` in radians; `localisation`, HOTA without labels; `attributes`.
        """
        from labelwright.tasktypes.lidar import cuboid_scores as scores

        del media
        return scores.score_cuboids(
            params.annotation_attributes, scores.placed(expected), scores.placed(given)
        )

    def join_content(
        self,
        params: LidarAnnotationParams,
        contents: Sequence[Any],
        best: LidarAnnotationAnswer,
        media: Sequence[Media],
    ) -> LidarAnnotationAnswer:
        """Merge objects frame by frame."""
        from labelwright.tasktypes.lidar import cuboid_scores as scores

        del best, media
        placed = [scores.placed(one) for one in contents]
        frames = scores.merge_cuboids(params.annotation_attributes, placed, len(params.attachments))
        return LidarAnnotationAnswer(as_file(frames))

    def schema(self, params: LidarAnnotationParams) -> Schema:
        """Return the answer with the labels and attributes of the task."""
        return labelled(
            self.answer_model, label_of(params.labels), params.annotation_attributes, complete=False
        )

    def sample(self, params: LidarAnnotationParams) -> Any:
        """Return a cuboid that moves by a metre from the first frame to the second."""
        checker = _checker(params)
        return {
            "annotations": [
                {"cuboids": [checker.sample(_SAMPLE_UUID, 10 + i)] if i < 2 else []}
                for i in range(len(params.attachments))
            ]
        }


class _Members(msgspec.Struct, forbid_unknown_fields=True):
    annotations: Any


def frames_in(annotations: Any) -> list[LidarFrame] | None:
    """Return the cuboids of an accepted answer, frame by frame; None for a file that was not opened."""
    content = content_of(msgspec.to_builtins(annotations))
    return msgspec.convert(content, list[LidarFrame]) if isinstance(content, list) else None


def _checker(params: LidarAnnotationParams) -> CuboidChecker:
    return CuboidChecker(
        leaves(params.labels), params.annotation_attributes, tilted=params.pitch_and_roll_enabled
    )
