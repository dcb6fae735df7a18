"""Answers per frame: ``videoannotation`` and its older forms (wire/task-types-video §1.2)."""

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from labelwright.errors import Problem
from labelwright.ids import new_uuid
from labelwright.tasktypes.shapes.drawing_rules import DrawingRules
from labelwright.tasktypes.shapes.model import Box, Cuboid, Ellipse, Line, Point, Polygon, geometry_of
from labelwright.tasktypes.video.clip import Clip
from labelwright.tasktypes.video.events import FrameNumber, VideoEvent
from labelwright.tasktypes.video.objects import Drawn, VideoObject, split_flags, written_flags
from labelwright.tasktypes.wire.partial_decode import decode_parts
from labelwright.tasktypes.wire.problems import enough
from labelwright.tasktypes.wire.result_files import ResultFile
from labelwright.tasktypes.wire.uuids import give_names
from labelwright.validation.errors import Path, path_text


class VideoBox(Box, tag="box", kw_only=True):
    """A box in one frame.

    Attributes:
        is_keyframe: drawn by somebody; false for what was computed between two keyframes.
        is_last: of a keyframe: the object is not seen again before its next keyframe.
    """

    is_keyframe: bool | UnsetType = UNSET
    is_last: bool | UnsetType = UNSET


class VideoPolygon(Polygon, tag="polygon", kw_only=True):
    """A polygon in one frame; see ``VideoBox``."""

    is_keyframe: bool | UnsetType = UNSET
    is_last: bool | UnsetType = UNSET


class VideoLine(Line, tag="line", kw_only=True):
    """A line in one frame; see ``VideoBox``."""

    is_keyframe: bool | UnsetType = UNSET
    is_last: bool | UnsetType = UNSET


class VideoPoint(Point, tag="point", kw_only=True):
    """A point in one frame; see ``VideoBox``."""

    is_keyframe: bool | UnsetType = UNSET
    is_last: bool | UnsetType = UNSET


class VideoEllipse(Ellipse, tag="ellipse", kw_only=True):
    """An ellipse in one frame; see ``VideoBox``."""

    is_keyframe: bool | UnsetType = UNSET
    is_last: bool | UnsetType = UNSET


class VideoCuboid(Cuboid, tag="cuboid", kw_only=True):
    """A cuboid in one frame; see ``VideoBox``."""

    is_keyframe: bool | UnsetType = UNSET
    is_last: bool | UnsetType = UNSET


VideoShape = VideoBox | VideoPolygon | VideoLine | VideoPoint | VideoEllipse | VideoCuboid


class VideoFrame(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is annotated on one frame.

    Attributes:
        annotations: the shapes; the same ``uuid`` on several frames is the same object.
        frame: number of the frame, from 0.
    """

    annotations: list[VideoShape]
    frame: FrameNumber | UnsetType = UNSET


class VideoAnnotationAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of ``videoannotation``, ``videoboxannotation`` and ``videocuboidannotation``.

    Attributes:
        annotations: the address of a file that is an array, one item per frame; or that array itself, which
            is delivered as such a file.
        events: the address of a file ``{"events": […]}``, or those events; only with ``events_to_annotate``.
    """

    annotations: list[VideoFrame] | ResultFile
    events: list[VideoEvent] | ResultFile | UnsetType = UNSET


class _Frame(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    annotations: list[Any]
    frame: FrameNumber | UnsetType = UNSET


class FrameForm:
    """Reads and writes what was drawn per frame.

    Args:
        rules: of the task.
        clip: the video of the task.
    """

    def __init__(self, rules: DrawingRules, clip: Clip) -> None:
        self._rules = rules
        self._clip = clip
        self._numbered: set[int] = set()
        self._length = 0

    def read(self, content: Any, place: Path, *, partial: bool) -> tuple[list[VideoObject], list[Problem]]:
        """Read the array of frames.

        Returns:
            What could be read, in the order of its first appearances, and what is wrong with its shape.
        """
        frames, problems = decode_parts(_Frame, content, place)
        self._length = len(content) if isinstance(content, list) else 0
        if isinstance(content, list):
            problems.extend(self._count_problems(place, partial=partial))
        objects: dict[str, VideoObject] = {}
        for i, frame in frames:
            if enough(problems):
                break
            if frame.frame is not UNSET:
                self._numbered.add(i)
                if frame.frame != i:
                    spot = path_text((*place, i, "frame"))
                    problems.append(Problem(spot, f"The number of this frame is {i}.", "order"))
            problems.extend(self._read_frame(frame.annotations, i, (*place, i, "annotations"), objects))
        return list(objects.values()), problems

    def gap(self, place: Path, _uuid: str, key: int) -> Path:
        """Return where an object is missing."""
        return (*place, self._clip.timeline.index(key) or 0, "annotations")

    def written(self, objects: Iterable[VideoObject]) -> list[dict[str, Any]]:
        """Return the frames as they are delivered."""
        found: list[list[tuple[int, dict[str, Any]]]] = [[] for _ in range(self._clip.count or self._length)]
        for one in objects:
            for drawn in one.drawn:
                index = self._clip.timeline.index(drawn.key) or 0
                while len(found) <= index:
                    found.append([])
                members = {**self._rules.written(drawn.shape), **written_flags(drawn.flags)}
                found[index].append((drawn.rank, members))
        return [
            {
                **({"frame": i} if i in self._numbered else {}),
                "annotations": [members for _, members in sorted(shapes, key=lambda pair: pair[0])],
            }
            for i, shapes in enumerate(found)
        ]

    def _read_frame(
        self, values: list[Any], index: int, place: Path, objects: dict[str, VideoObject]
    ) -> list[Problem]:
        split = [split_flags(value, (*place, j)) for j, value in enumerate(values)]
        shapes, problems = self._rules.read([value for value, _, _ in split], place)
        problems.extend(problem for _, _, wrong in split for problem in wrong)
        problems.extend(give_names((place, shapes)))
        key = self._clip.timeline.key(index)
        for j, shape in shapes:
            uuid, where = str(shape.uuid), (*place, j)
            fresh = VideoObject(uuid, shape.label, geometry_of(shape), where)
            one = objects.setdefault(uuid, fresh)
            if not one.drawn or one.drawn[-1].key != key:
                one.drawn.append(Drawn(key, shape, where, split[j][1], j))
            elif one.drawn[-1].place[:-1] != place:
                message = f"The frame before falls on the same frame of the video, {key}."
                problems.append(Problem(path_text(where), message, "order"))
        return problems

    def _count_problems(self, place: Path, *, partial: bool) -> Iterable[Problem]:
        wanted = self._clip.count
        if wanted is None or self._length == wanted or (partial and self._length < wanted):
            return
        message = f"There must be one item per frame ({wanted}, not {self._length})."
        yield Problem(path_text(place), message, "count")


def lacks_names(content: Any) -> bool:
    """Tell whether checked content is per frame, and a shape has no ``uuid``."""
    return isinstance(content, list) and any(
        isinstance(frame.get("annotations"), list) and any("uuid" not in one for one in frame["annotations"])
        for frame in content
    )


def named_frames(frames: list[Any]) -> list[Any]:
    """Return frames in which every shape has a ``uuid``: a new one where it had none."""
    return [
        {**frame, "annotations": [{"uuid": new_uuid(), **one} for one in frame["annotations"]]}
        for frame in frames
    ]
