"""Objects and events in videos (wire/task-types-video §1, §2; wire/task-types-video §3)."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import msgspec
from msgspec import UNSET

from labelwright.errors import Problem
from labelwright.tasktypes.base import Media, Score, TaskType
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.tasktypes.forms.question_rules import first_error
from labelwright.tasktypes.scoring.file_answers import FileAnswers
from labelwright.tasktypes.video import merge, sample, score
from labelwright.tasktypes.video.attachment_readers import media_of
from labelwright.tasktypes.video.checker import VideoChecker
from labelwright.tasktypes.video.clip import Clip
from labelwright.tasktypes.video.events import EventRules
from labelwright.tasktypes.video.frames import VideoAnnotationAnswer, lacks_names, named_frames
from labelwright.tasktypes.video.objects import VideoObject
from labelwright.tasktypes.video.params import (
    Federal2DVideoAnnotationParams,
    VideoAnnotationParams,
    VideoBoxAnnotationParams,
    VideoCuboidAnnotationParams,
    VideoParams,
    VideoPlaybackAnnotationParams,
    check,
    check_sources,
)
from labelwright.tasktypes.video.tracks import VideoPlaybackAnnotationAnswer
from labelwright.tasktypes.wire.answer_schemas import Schema, drawings_of, one_of
from labelwright.tasktypes.wire.cameras import with_scalefactor
from labelwright.tasktypes.wire.partial_decode import decode_part
from labelwright.tasktypes.wire.problems import has_error
from labelwright.tasktypes.wire.references import single
from labelwright.tasktypes.wire.result_files import ResultFile, as_file, opened
from labelwright.validation.errors import Path, path_text

P = TypeVar("P", bound=VideoParams)


class _Members(msgspec.Struct, forbid_unknown_fields=True):
    annotations: Any
    events: Any = UNSET


class Video(FileAnswers[P, Any]):
    """What the task types about videos share.

    Attributes:
        either: a video file, its frames or both will do.
        only: the one tool of the type, whose options may be at the top of the request.
    """

    files = (("annotations", "url"), ("events", "url"))
    either: ClassVar[bool] = False
    only: str | None = None

    def prepare(self, given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
        """Refuse a file together with frames where that makes no sense; spell the camera's scale one way."""
        if not self.either:
            given = single(given)
        return with_scalefactor(given)

    def check(self, params: P) -> None:
        """See ``params.check``."""
        check_sources(params, either=self.either)
        check(params, self.only)
        if params.base_annotations is not UNSET:
            occasion = CheckContext(start=("base_annotations",), partial=True)
            error = first_error(self.examine(params, params.base_annotations, occasion)[1])
            if error is not None:
                raise error

    def changes(self, params: P) -> Mapping[str, Any]:
        """Return the base annotations with the uuids that they lack, which locks need."""
        base = params.base_annotations
        if base is UNSET:
            return {}
        content, file, _ = opened(base.get("annotations"), ())
        if file is not None or not lacks_names(content):
            return {}
        named = named_frames(content)
        given = base["annotations"]
        return {"base_annotations": {**base, "annotations": named if given is content else as_file(named)}}

    def contents(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """Return that the frames are pictures, and the file is a video."""
        return media_of(params)

    def references(self, params: P) -> Sequence[str]:
        """Return the video file, then the frames."""
        return [*([params.attachment] if params.attachment else ()), *(params.attachments or ())]

    def examine(self, params: P, answer: Any, occasion: CheckContext) -> tuple[Any, list[Problem]]:
        """See ``CheckedType``."""
        members, problems = decode_part(_Members, answer, occasion.start)
        if members is None:
            return None, problems
        place: Path = (*occasion.start, "annotations")
        content, file, wrong = opened(members.annotations, place)
        if file is None:
            checker = VideoChecker(params)
            objects, wrong = checker.check(content, place, occasion)
            file = as_file(None if has_error(wrong) else self.written(checker, objects), wrong)
        problems.extend(wrong)
        events, wrong = _check_events(params, members.events, occasion)
        return self.finished(file, events), problems + wrong

    def content(self, params: P, answer: Any) -> Any:
        """Return what is drawn and what happens; see ``FileAnswers``."""
        del params
        return score.read(answer)

    def compare_content(self, params: P, expected: Any, given: Any, media: Sequence[Media]) -> Score:
        """Compare what is followed and what happens.

        Objects score HOTA: the mean, over similarities from 0.05 to 0.95, of the root of detection times association.
        Appearances match in the same frame, with the same geometry and label, by IoU; lines by the distance between
        them, points by object keypoint similarity. Events score F1 at a temporal IoU of 0.5. Where there are both, each
        weighs as much as there are of it. Attributes, frame by frame, make a fifth of the whole.

        Details: `hota`, its parts `det_a`, `ass_a` and `loc_a`; `mota`, `motp`, `id_switches`, `fragments`; `idf1`;
        `precision`, `recall`, `f1`, `mean_iou` and `map` of single appearances; `localisation`, HOTA without labels;
        `attributes`; `event_f1`, `event_precision`, `event_recall`, `event_mean_iou`, `event_map_30`, `event_map_50`,
        `event_map_70`, `event_start_error` and `event_end_error`, in frames.
        """
        return score.compare(params, expected, given, media)

    def join_content(self, params: P, contents: Sequence[Any], best: Any, media: Sequence[Media]) -> Any:
        """Merge objects frame by frame, and events."""
        drawn = merge.merge_drawn(params, [one.drawn for one in contents], media)
        events = merge.merge_events(params, [one.events for one in contents])
        return self.finished(
            as_file(merge.written(params, drawn, contents[0].form)),
            UNSET if best.events is UNSET else as_file({"events": events}),
        )

    def _accepted(self, params: P, answer: Any) -> Any:
        """Read an answer that was accepted before, which for a long video takes far less than checking it again."""
        members = answer if isinstance(answer, dict) else {}
        files = [members.get(name) for name in ("annotations", "events") if name in members]
        if files and all(isinstance(one, dict) and isinstance(one.get("url"), str) for one in files):
            read: Any = msgspec.convert(answer, self.answer_model)
            return read
        return super()._accepted(params, answer)

    def schema(self, params: P) -> Schema:
        """Return the answer with the labels, attributes and events of the task."""
        schema = drawings_of(self.answer_model, params.tools(), params.attributes(), complete=False)
        schema["$defs"]["VideoEvent"]["properties"]["label"] = one_of(params.events_to_annotate)
        return schema

    @abstractmethod
    def written(self, checker: VideoChecker, objects: Sequence[VideoObject]) -> Any:
        """Return what is in the file ``annotations`` as it is delivered."""

    @abstractmethod
    def finished(self, annotations: ResultFile, events: ResultFile | msgspec.UnsetType) -> Any:
        """Return the answer as it is delivered."""


class FrameType(Video[VideoParams]):
    """A task type that is answered per frame.

    Args:
        slug: the task type.
        params_model: its request.
        only: the one tool that it has.
    """

    answer_model = VideoAnnotationAnswer

    def __init__(self, slug: str, params_model: type[VideoParams], only: str | None = None) -> None:
        self.slug = slug
        self.params_model = params_model
        self.only = only

    def echoed(self, params: VideoParams) -> Mapping[str, Any]:
        """Return the defaults that the documentation names (wire/task-types-video §1.1)."""
        rate = {"frame_rate": 1} if params.attachment_type == "video" else {}
        return {"attachment_type": "image", **rate}

    def written(self, checker: VideoChecker, objects: Sequence[VideoObject]) -> Any:
        """See ``Video``."""
        return checker.as_frames(objects)

    def finished(self, annotations: ResultFile, events: ResultFile | msgspec.UnsetType) -> Any:
        """See ``Video``."""
        return VideoAnnotationAnswer(annotations=annotations, events=events)

    def sample(self, params: VideoParams) -> Any:
        """Return an object on the first two frames."""
        return {"annotations": sample.frames(params), **sample.events(params)}


class TrackType(Video[VideoPlaybackAnnotationParams]):
    """A task type that is answered per object.

    Args:
        slug: the task type.
        params_model: its request.
        aliases: its other names.
    """

    either = True
    answer_model = VideoPlaybackAnnotationAnswer

    def __init__(self, slug: str, params_model: type[VideoPlaybackAnnotationParams], *aliases: str) -> None:
        self.slug = slug
        self.params_model = params_model
        self.aliases = aliases

    def echoed(self, params: VideoPlaybackAnnotationParams) -> Mapping[str, Any]:
        """Return the defaults that the official clients show (wire/task-types-video §2.1)."""
        rate = {"frame_rate": 1} if params.annotation_frame_rate is UNSET else {}
        return {"with_labels": True, **rate}

    def written(self, checker: VideoChecker, objects: Sequence[VideoObject]) -> Any:
        """See ``Video``."""
        return checker.as_tracks(objects)

    def finished(self, annotations: ResultFile, events: ResultFile | msgspec.UnsetType) -> Any:
        """See ``Video``."""
        return VideoPlaybackAnnotationAnswer(annotations={"url": annotations.url}, events=events)

    def sample(self, params: VideoPlaybackAnnotationParams) -> Any:
        """Return one track per tool that has labels."""
        return {"annotations": sample.tracks(params), **sample.events(params)}


def _check_events(
    params: VideoParams, given: Any, occasion: CheckContext
) -> tuple[ResultFile | msgspec.UnsetType, list[Problem]]:
    rules = EventRules(params)
    place: Path = (*occasion.start, "events")
    if given is UNSET:
        return as_file({"events": []}) if rules else UNSET, []
    if not rules:
        return UNSET, [Problem(path_text(place), "The task asks for no events.", "not_asked")]
    content, file, problems = opened(given, place)
    if file is not None:
        return file, problems
    last = Clip(params).last_key()
    events, problems = rules.check(content, place, last, partial=occasion.partial)
    return as_file({"events": events}, problems), problems


TASK_TYPES: tuple[TaskType, ...] = (
    FrameType("videoannotation", VideoAnnotationParams),
    FrameType("videoboxannotation", VideoBoxAnnotationParams, "box"),
    FrameType("videocuboidannotation", VideoCuboidAnnotationParams, "cuboid"),
    TrackType("videoplaybackannotation", VideoPlaybackAnnotationParams),
    TrackType("federal2dvideoannotation", Federal2DVideoAnnotationParams, "cruisecontrol"),
)
