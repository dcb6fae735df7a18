"""Answers per object: ``videoplaybackannotation`` (wire/task-types-video §2.2)."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.shapes.drawing_rules import DrawingRules
from labelwright.tasktypes.shapes.model import Coordinate, CuboidEdge, Shape, Vertex, Vertex3D
from labelwright.tasktypes.video.clip import MAX_FRAMES, Clip
from labelwright.tasktypes.video.events import FrameNumber, VideoEvent
from labelwright.tasktypes.video.objects import Drawn, VideoObject, split_flags, written_flags
from labelwright.tasktypes.video.params import Seconds
from labelwright.tasktypes.wire.partial_decode import decode_part
from labelwright.tasktypes.wire.problems import Problems, enough
from labelwright.tasktypes.wire.result_files import ResultFile
from labelwright.validation.errors import Path, path_text

Geometry = Literal["box", "polygon", "line", "point", "cuboid", "ellipse"]


class TrackVertex(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A vertex; those of cuboids say which one they are."""

    x: Coordinate
    y: Coordinate
    description: str | UnsetType = UNSET
    type: Literal["vertex"] | UnsetType = UNSET


class TrackFrame(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An object at one moment: what the shape of its geometry has, without ``uuid``, ``type`` and ``label``.

    Attributes:
        key: number of the frame in the video, from 0.
        timestamp: seconds.
        attributes: name to answer.
        left: of boxes, like the next five.
        top: pixels.
        width: pixels.
        height: pixels.
        rotation: radians, clockwise.
        vertices: of everything but points; of boxes that can be turned, too.
        x: of points.
        y: of points.
        edges: of cuboids, like the next two.
        points_2d: the eight corners, in pixels.
        points_3d: the eight corners, in camera coordinates.
        is_keyframe: drawn by somebody; false for what was computed between two keyframes.
        is_last: of a keyframe: the object is not seen again before its next keyframe.
    """

    key: FrameNumber
    timestamp: Seconds | UnsetType = UNSET
    attributes: dict[str, Any] = {}
    left: Coordinate | UnsetType = UNSET
    top: Coordinate | UnsetType = UNSET
    width: Coordinate | UnsetType = UNSET
    height: Coordinate | UnsetType = UNSET
    rotation: Coordinate | UnsetType = UNSET
    vertices: list[TrackVertex] | UnsetType = UNSET
    x: Coordinate | UnsetType = UNSET
    y: Coordinate | UnsetType = UNSET
    edges: list[CuboidEdge] | UnsetType = UNSET
    points_2d: list[Vertex] | UnsetType = UNSET
    points_3d: list[Vertex3D] | UnsetType = UNSET
    is_keyframe: bool | UnsetType = UNSET
    is_last: bool | UnsetType = UNSET


class VideoTrack(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An object that is followed through a video.

    Attributes:
        label: a leaf label of its geometry; absent without ``with_labels``.
        geometry: the tool.
        frames: its appearances, in order of time.
    """

    label: str | UnsetType = UNSET
    geometry: Geometry
    frames: list[TrackFrame]


class VideoPlaybackAnnotationAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of ``videoplaybackannotation`` and ``federal2dvideoannotation``.

    Attributes:
        annotations: ``url``: the address of a file that is an object from ``uuid`` to track; or that object
            itself, which is delivered as such a file.
        events: the address of a file ``{"events": […]}``, or those events; only with ``events_to_annotate``.
    """

    annotations: dict[str, VideoTrack | str]
    events: list[VideoEvent] | ResultFile | UnsetType = UNSET


class _Track(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    label: str | UnsetType = UNSET
    geometry: Geometry
    frames: list[Any]


class _Moment(msgspec.Struct, kw_only=True):
    key: FrameNumber
    timestamp: Seconds | UnsetType = UNSET


class TrackForm:
    """Reads and writes what was drawn per object.

    Args:
        rules: of the task.
        clip: the video of the task.
        labelled: whether tracks carry their label.
    """

    def __init__(self, rules: DrawingRules, clip: Clip, *, labelled: bool) -> None:
        self._rules = rules
        self._clip = clip
        self._labelled = labelled

    def read(self, content: Any, place: Path, *, partial: bool) -> tuple[list[VideoObject], list[Problem]]:
        """Read the object from uuid to track; see ``FrameForm.read``."""
        del partial
        given, problems = decode_part(dict[str, Any], content, place)
        objects = []
        for uuid, value in (given or {}).items():
            where = (*place, uuid)
            track, wrong = decode_part(_Track, value, where)
            problems.extend(wrong)
            if enough(problems):
                break
            if track is None:
                continue
            one = VideoObject(uuid, track.label or "", track.geometry, where)
            if self._labelled and track.label is UNSET:
                problems.append(Problem(path_text((*where, "label")), "A label is required.", "required"))
            if not track.frames:
                message = "A track needs at least one frame."
                problems.append(Problem(path_text((*where, "frames")), message, "too_few"))
            problems.extend(self._read_frames(track.frames, one))
            objects.append(one)
        return objects, problems

    def gap(self, place: Path, uuid: str, _key: int) -> Path:
        """Return where an object is missing."""
        return (*place, uuid, "frames")

    def written(self, objects: Iterable[VideoObject]) -> dict[str, Any]:
        """Return the tracks as they are delivered."""
        return {
            one.uuid: {
                **({"label": one.label} if self._labelled else {}),
                "geometry": one.geometry,
                "frames": [self._written_frame(drawn) for drawn in one.drawn],
            }
            for one in objects
        }

    def _read_frames(self, values: list[Any], one: VideoObject) -> list[Problem]:
        problems = Problems()
        last = -1
        for i, value in enumerate(values):
            if enough(problems):
                break
            where = (*one.place, "frames", i)
            rest, flags, wrong = split_flags(value, where)
            problems.extend(wrong)
            moment, wrong = decode_part(_Moment, rest, where)
            problems.extend(wrong)
            if not isinstance(rest, dict):
                continue
            drawn = {name: member for name, member in rest.items() if name not in ("key", "timestamp")}
            known = {"uuid": one.uuid, "type": one.geometry, "label": one.label}
            shape, wrong = decode_part(Shape, {"attributes": {}, **drawn, **known}, where)
            problems.extend(wrong)
            if moment is None:
                continue
            problems.extend(self._key_problems(moment.key, last, (*where, "key")))
            if shape is not None and moment.key > last:
                one.drawn.append(Drawn(moment.key, shape, where, flags, timestamp=moment.timestamp))
            last = max(last, moment.key)
        return problems

    def _key_problems(self, key: int, last: int, place: Path) -> Iterator[Problem]:
        end = self._clip.last_key()
        if key <= last:
            yield Problem(path_text(place), "Frames must be in order of time, each of them once.", "order")
        elif end is not None and key > end:
            yield Problem(path_text(place), f"The last frame has the number {end}.", "bound")
        elif not self._clip.timed and key >= MAX_FRAMES:
            yield Problem(path_text(place), f"There can be at most {MAX_FRAMES} frames.", "bound")

    def _written_frame(self, drawn: Drawn) -> dict[str, Any]:
        members = {"attributes": {}, **self._rules.written(drawn.shape)}
        for name in ("uuid", "type", "label"):
            members.pop(name, None)
        time = drawn.timestamp
        if time is UNSET:
            time = self._clip.timeline.timestamp(drawn.key)
        return {"key": drawn.key, "timestamp": time, **members, **written_flags(drawn.flags)}
