"""The checker of what is drawn in a video, in either of its two forms (wire/task-types-video §1.5)."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import UNSET

from labelwright.errors import Problem
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.tasktypes.shapes.base_annotation_permissions import (
    Appearance,
    BaseAnnotationPermissions,
    position_and_attributes,
)
from labelwright.tasktypes.shapes.drawing_rules import DrawingRules, Tracks
from labelwright.tasktypes.shapes.model import Box, Point, complete, geometry_of
from labelwright.tasktypes.video.clip import Clip
from labelwright.tasktypes.video.conversion import has_tracks, unwrapped
from labelwright.tasktypes.video.frames import FrameForm
from labelwright.tasktypes.video.objects import UNRANKED, Drawn, Filler, VideoObject
from labelwright.tasktypes.video.params import VideoParams
from labelwright.tasktypes.video.tracks import TrackForm
from labelwright.tasktypes.wire.problems import has_error
from labelwright.tasktypes.wire.result_files import opened
from labelwright.validation.errors import Path, path_text

_OFFSETS = {"x_line", "y_line"}
"""Answers that depend on the size of a shape."""


class VideoChecker:
    """Checks answers to one task.

    Args:
        params: already checked.
    """

    def __init__(self, params: VideoParams) -> None:
        self._params = params
        self._clip = Clip(params)
        self._options = params.tools().options()
        self._rules = DrawingRules(params.tools(), params.attributes(), labelled=params.labelled())
        kinds = {definition.type for definition in params.attributes().values()}
        self._has_offsets = bool(kinds & _OFFSETS)
        self._frames = FrameForm(self._rules, self._clip)
        self._tracks = TrackForm(self._rules, self._clip, labelled=params.labelled())

    def check(
        self, content: Any, place: Path, occasion: CheckContext
    ) -> tuple[list[VideoObject], list[Problem]]:
        """Check what is in the file ``annotations``, per frame or per object, with keyframes or with every frame.

        Returns:
            The objects in every frame, and every problem.
        """
        locks = self._locks(occasion)
        objects, problems = self._checked(content, place, occasion, locks)
        if not locks:
            return objects, problems
        content, place = unwrapped(content, place)
        form = self._tracks if has_tracks(content) else self._frames
        given = _appearances(objects)
        found = locks.problems(given, place, lambda uuid, key: form.gap(place, uuid, key))
        # What was computed after a keyframe is where that keyframe is: one problem for all of it will do.
        problems.extend({(one.path, one.message): one for one in found}.values())
        return objects, problems

    def as_frames(self, objects: Iterable[VideoObject]) -> list[dict[str, Any]]:
        """Return checked objects per frame, as they are delivered."""
        return self._frames.written(objects)

    def as_tracks(self, objects: Iterable[VideoObject]) -> dict[str, Any]:
        """Return checked objects per object, as they are delivered."""
        return self._tracks.written(objects)

    def base(self) -> list[VideoObject] | None:
        """Return what the task starts from, in every frame; None where that cannot be told.

        An address that nobody has opened tells nothing: there, nothing is locked.
        """
        if self._params.base_annotations is UNSET:
            return None
        content, file, _ = opened(self._params.base_annotations.get("annotations"), ())
        if file is not None:
            return None
        return self._checked(
            content, (), CheckContext(partial=True), BaseAnnotationPermissions(self._params, None)
        )[0]

    def _locks(self, occasion: CheckContext) -> BaseAnnotationPermissions:
        if occasion.partial or self._params.base_annotations is UNSET:
            return BaseAnnotationPermissions(self._params, None)
        # Another checker: the forms remember what they have read.
        base = VideoChecker(self._params).base()
        return BaseAnnotationPermissions(self._params, None if base is None else _appearances(base))

    def _checked(
        self, content: Any, place: Path, occasion: CheckContext, locks: BaseAnnotationPermissions
    ) -> tuple[list[VideoObject], list[Problem]]:
        content, place = unwrapped(content, place)
        form = self._tracks if has_tracks(content) else self._frames
        objects, problems = form.read(content, place, partial=occasion.partial)
        linkable = {one.uuid: one.label for one in objects}
        problems.extend(self._label_problems(objects, per_object=form is self._tracks))
        for one, drawn in _in_order(objects):
            if locks.is_frozen(one.uuid):
                complete(drawn.shape, self._options.get(one.geometry))
                continue
            bounds = self._clip.bounds(occasion.media, drawn.key)
            partial = occasion.partial
            problems.extend(self._rules.problems(drawn.shape, drawn.place, bounds, linkable, partial=partial))
        problems.extend(self._constancy_problems(objects, occasion, locks))
        filler = Filler(self._options, self._clip.timeline)
        for one in objects:
            problems.extend(filler.fill(one))
        if not has_error(problems):
            for one in objects:
                if not locks.is_frozen(one.uuid):
                    problems.extend(self._computed_problems(one, occasion, linkable))
        return objects, problems

    def _label_problems(self, objects: Iterable[VideoObject], *, per_object: bool) -> Iterator[Problem]:
        if not per_object:
            for _, drawn in _in_order(objects):
                geometry = geometry_of(drawn.shape)
                yield from self._rules.label_problems(geometry, drawn.shape.label, drawn.place)
            return
        for one in objects:
            for problem in self._rules.label_problems(one.geometry, one.label, one.place):
                if problem.code == "unknown_geometry":
                    # What a shape calls its type, a track calls its geometry.
                    at = path_text((*one.place, "geometry"))
                    yield msgspec.structs.replace(problem, path=at)
                elif one.label:
                    yield problem

    def _constancy_problems(
        self, objects: Iterable[VideoObject], occasion: CheckContext, locks: BaseAnnotationPermissions
    ) -> Iterator[Problem]:
        tracks = Tracks(self._params.attributes())
        for one, drawn in _in_order(objects):
            geometry, label = geometry_of(drawn.shape), drawn.shape.label
            lenient = occasion.partial or locks.is_frozen(one.uuid)
            answers = {} if lenient else drawn.shape.attributes or {}
            yield from tracks.problems(one.uuid, {"type": geometry}, answers, drawn.place)
            renamed = geometry == one.geometry and label != one.label
            if renamed and not occasion.partial and not locks.keeps_label(one.uuid):
                # The documentation's own sample does it, against its own rule (wire/task-types-video §1.2).
                message = (
                    f"This object is called “{one.label}” in another frame: its label should stay the same."
                )
                spot = path_text((*drawn.place, "label"))
                yield Problem(spot, message, "inconsistent", "warning")

    def _computed_problems(
        self, one: VideoObject, occasion: CheckContext, linkable: dict[str, str]
    ) -> Iterator[Problem]:
        """Yield what is wrong with shapes between keyframes: one problem for each stretch."""
        told = None
        sizes = {(media.width, media.height) for media in occasion.media}
        for drawn in one.drawn:
            if drawn.is_given or drawn.place == told or (len(sizes) <= 1 and self._is_between(drawn)):
                continue
            bounds = self._clip.bounds(occasion.media, drawn.key)
            partial = occasion.partial
            for problem in self._rules.problems(drawn.shape, (), bounds, linkable, partial=partial):
                message = f"Between this keyframe and the next, in frame {drawn.key}: {problem.message}"
                yield Problem(path_text(drawn.place), message, problem.code)
                told = drawn.place
                break

    def _is_between(self, drawn: Drawn) -> bool:
        """Tell whether a shape is right because its keyframes are: their rules are linear in its coordinates."""
        upright = isinstance(drawn.shape, Box) and not drawn.shape.rotation
        return not self._has_offsets and (upright or isinstance(drawn.shape, Point))


def _in_order(objects: Iterable[VideoObject]) -> Iterator[tuple[VideoObject, Drawn]]:
    """Yield every appearance in the order of the answer: frame by frame, or track by track."""
    pairs = [(one, drawn) for one in objects for drawn in one.drawn]
    if any(drawn.rank < UNRANKED for _, drawn in pairs[:1]):
        pairs.sort(key=lambda pair: (pair[1].key, pair[1].rank))
    yield from pairs


def _appearances(objects: Iterable[VideoObject]) -> dict[str, dict[int, Appearance]]:
    return {
        one.uuid: {
            drawn.key: Appearance(
                drawn.shape.label,
                position_and_attributes(drawn.shape),
                drawn.place,
                one.place if drawn.place[: len(one.place)] == one.place else drawn.place,
            )
            for drawn in one.drawn
        }
        for one in objects
        if one.drawn
    }
