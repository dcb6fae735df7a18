"""Answers per object: ``videoplaybackannotation`` (task-types-2d-text §7.2)."""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from labelwright.faults import Path, path_text
from labelwright.refusals import Problem
from labelwright.tasktypes.shared.checked import Occasion
from labelwright.tasktypes.shared.drawing import DrawingRules, Tracks, frame_of
from labelwright.tasktypes.shared.pieces import read_piece
from labelwright.tasktypes.shared.results import ResultFile
from labelwright.tasktypes.shared.shapes import Coordinate, CuboidEdge, Shape, Vertex, Vertex3D
from labelwright.tasktypes.video.events import FrameNumber, VideoEvent
from labelwright.tasktypes.video.params import Seconds, VideoPlaybackAnnotationParams

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


class VideoTrack(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An object that is followed through a video.

    Attributes:
        label: a leaf label of its geometry; absent without ``with_labels``.
        geometry: the tool.
        frames: its appearances, in order of time; between them it is interpolated.
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


class TrackChecker:
    """Checks the tracks of one task.

    Args:
        params: already checked.
    """

    def __init__(self, params: VideoPlaybackAnnotationParams) -> None:
        self._params = params
        self._rules = DrawingRules(params.tools(), params.attributes(), labelled=params.labelled())

    def check(self, content: Any, place: Path, occasion: Occasion) -> tuple[dict[str, Any], list[Problem]]:
        """Check the object from uuid to track, also in the two wrappers that are documented.

        Returns:
            The tracks as they are delivered, and every problem.
        """
        if isinstance(content, list) and len(content) == 1 and isinstance(content[0], dict):
            content, place = content[0], (*place, 0)
        if isinstance(content, dict) and content.keys() == {"annotations"}:
            content, place = content["annotations"], (*place, "annotations")
        given, problems = read_piece(dict[str, Any], content, place)
        tracks: dict[str, _Track] = {}
        for uuid, one in (given or {}).items():
            track, wrong = read_piece(_Track, one, (*place, uuid))
            problems.extend(wrong)
            if track is not None:
                tracks[uuid] = track
        linkable = {uuid: track.label or "" for uuid, track in tracks.items()}
        finished = {}
        for uuid, track in tracks.items():
            finished[uuid], wrong = self._check_track(uuid, track, (*place, uuid), linkable, occasion)
            problems.extend(wrong)
        return finished, problems

    def _check_track(
        self, uuid: str, track: _Track, place: Path, linkable: dict[str, str], occasion: Occasion
    ) -> tuple[dict[str, Any], list[Problem]]:
        problems = list(self._label_problems(track, place))
        bounds = frame_of(occasion.media, 0, *self._params.paddings())
        same = Tracks(self._params.attributes())
        frames: list[dict[str, Any]] = []
        last = -1
        for i, given in enumerate(track.frames):
            where = (*place, "frames", i)
            moment, shape, wrong = self._read(given, uuid, track, where)
            problems.extend(wrong)
            if moment is not None:
                if moment.key <= last:
                    message = "Frames must be in order of time, each of them once."
                    problems.append(Problem(path_text((*where, "key")), message, "order"))
                last = max(last, moment.key)
            if shape is None or moment is None:
                continue
            problems.extend(self._rules.problems(shape, where, bounds, linkable, partial=occasion.partial))
            if not occasion.partial:
                problems.extend(same.problems(uuid, {}, shape.attributes or {}, where))
            frames.append(self._written(moment, shape))
        if not track.frames:
            message = "A track needs at least one frame."
            problems.append(Problem(path_text((*place, "frames")), message, "too_few"))
        label = {"label": track.label} if self._params.labelled() else {}
        return {**label, "geometry": track.geometry, "frames": frames}, problems

    def _label_problems(self, track: _Track, place: Path) -> Iterator[Problem]:
        if self._params.labelled() and track.label is UNSET:
            yield Problem(path_text((*place, "label")), "A label is required.", "required")
            return
        for problem in self._rules.label_problems(track.geometry, track.label or "", place):
            # What a shape calls its type, a track calls its geometry.
            known = problem.code != "unknown_geometry"
            yield problem if known else msgspec.structs.replace(problem, path=path_text((*place, "geometry")))

    def _read(
        self, given: Any, uuid: str, track: _Track, place: Path
    ) -> tuple[_Moment | None, Any, list[Problem]]:
        moment, problems = read_piece(_Moment, given, place)
        if not isinstance(given, dict):
            return None, None, problems
        drawn = {name: value for name, value in given.items() if name not in ("key", "timestamp")}
        known = {"uuid": uuid, "type": track.geometry, "label": track.label or ""}
        shape, wrong = read_piece(Shape, {"attributes": {}, **drawn, **known}, place)
        return moment, shape, problems + wrong

    def _written(self, moment: _Moment, shape: Any) -> dict[str, Any]:
        members = self._rules.written(shape)
        for name in ("uuid", "type", "label"):
            members.pop(name, None)
        rate = self._params.video_frame_rate
        time = moment.timestamp
        if time is UNSET and rate is not UNSET:
            time = moment.key / rate
        return {"key": moment.key, **({} if time is UNSET else {"timestamp": time}), **members}
