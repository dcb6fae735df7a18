"""Labels of points: ``lidarsegmentation`` (wire/task-types-lidar §4)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.base import Media, ParentTask, Score
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.tasktypes.forms.labels import LabelDescription, Labels, Text
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject, shown
from labelwright.tasktypes.lidar.attachment_readers import Clouds, frames_of, source_of
from labelwright.tasktypes.lidar.clouds import (
    CloudParams,
    Index,
    Scans,
    check_indexes,
    check_labels,
    check_scans,
    count_problems,
)
from labelwright.tasktypes.lidar.cuboids import CuboidChecker, LidarFrame
from labelwright.tasktypes.scoring.file_answers import FileAnswers
from labelwright.tasktypes.wire.answer_schemas import Schema, label_of, labelled
from labelwright.tasktypes.wire.partial_decode import decode_part
from labelwright.tasktypes.wire.result_files import ResultFile, as_file, content_of, opened
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path, path_text

UNLABELLED = 0


class LidarSegmentationParams(CloudParams, kw_only=True):
    """Parameters of ``lidarsegmentation``: a label for every point of a point cloud.

    Attributes:
        attachments: addresses of the frames, in order of time.
        lidar_task: a completed ``lidarannotation`` task, instead: its frames and cuboids are used.
        lidar_task_frames: which of its frames; all when absent.
        labels: of points; leaves are unique, those with ``instance_label`` once per instance.
        hypothesis: labels to start from.
    """

    attachments: Scans | UnsetType = UNSET
    lidar_task: Text | UnsetType = UNSET
    lidar_task_frames: Annotated[list[Index], Meta(min_length=1)] | UnsetType = UNSET
    labels: Annotated[Labels, Meta(min_length=1)]
    hypothesis: dict[str, Any] | UnsetType = UNSET


class PointObject(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What an index of ``point_objects`` means.

    Attributes:
        label: a leaf label.
        index: unique in the task; 0 stands for points without label.
        instance: this is one of several instances of its label.
        attributes: name to answer; there whenever the task has ``annotation_attributes``.
    """

    label: str
    index: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    instance: bool | UnsetType = UNSET
    attributes: dict[str, Any] | UnsetType = UNSET


PointIndexes = list[list[Annotated[int, Meta(ge=0, le=2**31 - 1)]]]


class PointSegmentation(msgspec.Struct, forbid_unknown_fields=True):
    """The labels of all points: the address of a file with them, or they themselves.

    Attributes:
        url: the file.
        objects: what the indexes mean.
        point_objects: per frame the index of every point, in the order of the frame.
    """

    url: str | UnsetType = UNSET
    objects: list[PointObject] | UnsetType = UNSET
    point_objects: PointIndexes | UnsetType = UNSET


class LidarSegmentationAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of a ``lidarsegmentation`` task.

    Attributes:
        point_segmentations: the address of a file with the labels; or those, delivered as such a file.
        annotations: the address of a file with the cuboids of ``lidar_task``, or those; like the answer of
            ``lidarannotation``.
    """

    point_segmentations: PointSegmentation
    annotations: list[LidarFrame] | ResultFile | UnsetType = UNSET


class _Members(msgspec.Struct, forbid_unknown_fields=True):
    point_segmentations: Any
    annotations: Any = UNSET


class _Content(msgspec.Struct, forbid_unknown_fields=True):
    objects: list[PointObject]
    point_objects: PointIndexes


class _Checker:
    def __init__(self, params: LidarSegmentationParams) -> None:
        self._labels = dict(_paintable(params.labels))
        self._rules = QuestionRules(params.annotation_attributes)
        self.frames = _frames(params)

    def check(
        self, content: Any, place: Path, *, partial: bool, clouds: Clouds
    ) -> tuple[_Content, list[Problem]]:
        whole, problems = decode_part(_Content, _respelt(content), place)
        if whole is None:
            return _Content([], []), problems
        where = (*place, "point_objects")
        frames = len(clouds.media) or None if self.frames is None else self.frames
        problems.extend(count_problems(whole.point_objects, frames, where, partial=partial))
        seen: set[str] = set()
        known = {UNLABELLED}
        for i, one in enumerate(whole.objects):
            spot = (*place, "objects", i)
            if one.index in known:
                problems.append(
                    Problem(path_text((*spot, "index")), "The index is given twice.", "duplicate")
                )
            known.add(one.index)
            problems.extend(self._object_problems(one, seen, spot, partial=partial))
        problems.extend(_index_problems(whole.point_objects, known, where))
        problems.extend(_length_problems(whole.point_objects, clouds, where))
        return whole, problems

    def sample(self) -> dict[str, Any]:
        label, many = next(iter(self._labels.items()))
        one: dict[str, Any] = {"label": label, "index": 1}
        if many:
            one["instance"] = True
        if self._rules:
            one["attributes"] = self._rules.sample(Subject(label), {})
        return {"objects": [one], "point_objects": [[] for _ in range(self.frames or 1)]}

    def _object_problems(
        self, one: PointObject, seen: set[str], place: Path, *, partial: bool
    ) -> Iterator[Problem]:
        if one.label not in self._labels:
            message = f"“{one.label}” is not one of the labels: {shown(self._labels)}."
            yield Problem(path_text((*place, "label")), message, "unknown_label")
        else:
            many = self._labels[one.label]
            if many != (one.instance is True):
                message = "This label has instances." if many else "This label has no instances."
                yield Problem(path_text((*place, "instance")), message, "instance")
            elif not many and one.label in seen:
                message = "This label has one index only: it has no instances."
                yield Problem(path_text((*place, "label")), message, "duplicate")
        seen.add(one.label)
        if self._rules and one.attributes is UNSET:
            one.attributes = {}
        if one.attributes is not UNSET:
            where = (*place, "attributes")
            yield from self._rules.problems(one.attributes, Subject(one.label), where, partial=partial)


def _paintable(labels: Sequence[str | LabelDescription]) -> Iterator[tuple[str, bool]]:
    """Yield every label that points may have, and whether it has instances."""
    waiting = list(reversed(labels))
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one, False
        elif one.subchoices:
            waiting.extend(reversed(one.subchoices))
        else:
            yield one.choice, one.instance_label


def _frames(params: LidarSegmentationParams) -> int | None:
    """Return how many frames there are; None when the other task decides."""
    for given in (params.attachments, params.lidar_task_frames):
        if given is not UNSET:
            return len(given)
    return None


def _respelt(content: Any) -> Any:
    """Read both spellings of the documentation (wire/task-types-lidar §4)."""
    if not isinstance(content, dict) or "objects" in content or "point_objects" in content:
        return content
    names = {"labels": "objects", "point_labels": "point_objects"}
    return {names.get(name, name): value for name, value in content.items()}


def _index_problems(indexes: PointIndexes, known: set[int], place: Path) -> Iterator[Problem]:
    for i, frame in enumerate(indexes):
        unknown = set(frame) - known
        if unknown:
            # One problem per frame: a frame has a hundred thousand points.
            first = next(j for j, index in enumerate(frame) if index in unknown)
            message = f"No object has the index {frame[first]}."
            yield Problem(path_text((*place, i, first)), message, "unknown_target")


def _length_problems(indexes: PointIndexes, clouds: Clouds, place: Path) -> Iterator[Problem]:
    """Yield the frames that have not one index per point (wire/task-types-lidar §4)."""
    for i, frame in enumerate(indexes):
        facts = clouds.facts(i)
        if facts is not None and len(frame) != facts.points:
            message = f"There must be one index per point ({facts.points}, not {len(frame)})."
            yield Problem(path_text((*place, i)), message, "count")


class LidarSegmentation(FileAnswers[LidarSegmentationParams, LidarSegmentationAnswer]):
    """The task type ``lidarsegmentation``."""

    slug = "lidarsegmentation"
    needs_project = True
    params_model = LidarSegmentationParams
    answer_model = LidarSegmentationAnswer
    files = (("point_segmentations", "url"), ("annotations", "url"))

    def check(self, params: LidarSegmentationParams) -> None:
        """Check where the frames come from, labels and attributes."""
        if params.attachments is UNSET and params.lidar_task is UNSET:
            raise refuse((), "must contain at least one of [attachments, lidar_task]")
        if params.attachments is not UNSET and params.lidar_task is not UNSET:
            raise refuse((), "contains a conflict between exclusive peers [attachments, lidar_task]")
        if params.lidar_task is UNSET and params.lidar_task_frames is not UNSET:
            raise refuse(("lidar_task_frames",), "is not allowed without lidar_task")
        check_indexes(params.lidar_task_frames, "lidar_task_frames")
        check_scans(params.attachments or ())
        check_labels(params.labels, params.annotation_attributes)

    def echoed(self, params: LidarSegmentationParams) -> Mapping[str, Any]:
        """Return the default that is echoed where there are frames."""
        return {} if params.attachments is UNSET else {"attachment_type": "json"}

    def references(self, params: LidarSegmentationParams) -> Sequence[str]:
        """Return the frames; none of another task's."""
        return params.attachments or ()

    def examine(
        self, params: LidarSegmentationParams, answer: Any, occasion: CheckContext
    ) -> tuple[LidarSegmentationAnswer, list[Problem]]:
        """See ``CheckedType``."""
        members, problems = decode_part(_Members, answer, occasion.start)
        if members is None:
            return LidarSegmentationAnswer(point_segmentations=PointSegmentation()), problems
        place: Path = (*occasion.start, "point_segmentations")
        content, file, wrong = opened(members.point_segmentations, place)
        if file is None:
            whole, wrong = _Checker(params).check(
                content, place, partial=occasion.partial, clouds=Clouds(occasion.media)
            )
            file = as_file(whole, wrong)
        cuboids, more = _check_cuboids(params, members.annotations, occasion)
        finished = LidarSegmentationAnswer(
            point_segmentations=PointSegmentation(url=file.url), annotations=cuboids
        )
        return finished, problems + wrong + more

    def source(self, params: Mapping[str, Any]) -> ParentTask | None:
        """Return the task whose frames are used (see ``TaskType``)."""
        return source_of(params)

    def contents(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """Return that the attachments are frames (see ``TaskType``)."""
        return frames_of(params)

    def content(self, params: LidarSegmentationParams, answer: LidarSegmentationAnswer) -> Any:
        """Return the labels of the points; see ``FileAnswers``."""
        from labelwright.tasktypes.lidar.point_scores import Labelled

        del params
        content = content_of(msgspec.to_builtins(answer.point_segmentations))
        if "objects" not in content:
            return None
        whole = msgspec.convert(content, _Content)
        return Labelled(whole.objects, whole.point_objects)

    def compare_content(
        self, params: LidarSegmentationParams, expected: Any, given: Any, media: Sequence[Media]
    ) -> Score:
        """Compare the labels of points.

        The score is the mean IoU over the labels on either side, in points; with instances it is panoptic quality: the
        mean over labels of ΣIoU / (TP + ½ FP + ½ FN), where instances with an IoU over 0.5 are the same. Attributes of
        what is the same make a fifth of the whole. Cuboids of the other task do not count.

        Details: `mean_iou`, `point_accuracy`, `weighted_iou` (by how frequent labels are); `pq`, `sq`, `rq`;
        `attributes`.
        """
        from labelwright.tasktypes.lidar import point_scores as scores

        del media
        return scores.score_points(params.annotation_attributes, expected, given)

    def join_content(
        self,
        params: LidarSegmentationParams,
        contents: Sequence[Any],
        best: LidarSegmentationAnswer,
        media: Sequence[Media],
    ) -> LidarSegmentationAnswer:
        """Merge labels point by point."""
        from labelwright.tasktypes.lidar import point_scores as scores

        del media
        objects, frames = scores.merge_points(params.annotation_attributes, contents)
        file = as_file({"objects": objects, "point_objects": frames})
        return msgspec.structs.replace(best, point_segmentations=PointSegmentation(url=file.url))

    def schema(self, params: LidarSegmentationParams) -> Schema:
        """Return the answer with the labels and attributes of the task."""
        return labelled(
            self.answer_model, label_of(params.labels), params.annotation_attributes, complete=False
        )

    def sample(self, params: LidarSegmentationParams) -> Any:
        """Return the first label, and frames without points: how many these have is not known here."""
        return {"point_segmentations": _Checker(params).sample()}

    def sample_of(self, params: LidarSegmentationParams, media: Sequence[Media]) -> Any:
        """Return ``sample`` with as many frames as there are."""
        made = self.sample(params)
        frames = made["point_segmentations"]["point_objects"]
        frames += [[] for _ in range(len(media) - len(frames))]
        return made


def _check_cuboids(
    params: LidarSegmentationParams, given: Any, occasion: CheckContext
) -> tuple[ResultFile | UnsetType, list[Problem]]:
    if given is UNSET:
        return UNSET, []
    place: Path = (*occasion.start, "annotations")
    if params.lidar_task is UNSET:
        return UNSET, [Problem(path_text(place), "The task has no cuboids.", "not_asked")]
    content, file, problems = opened(given, place)
    if file is not None:
        return file, problems
    checker = CuboidChecker(None, {}, tilted=None)
    clouds = Clouds(occasion.media, params.meters_per_unit or 1)
    frames, problems = checker.check(content, place, partial=occasion.partial, clouds=clouds)
    problems.extend(count_problems(content, _frames(params), place, partial=occasion.partial))
    return as_file(frames, problems), problems
