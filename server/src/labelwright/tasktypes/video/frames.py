"""Answers per frame: ``videoannotation`` and its older forms (task-types-2d-text §6.2, §6.5)."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from labelwright.faults import Path, path_text
from labelwright.refusals import Problem
from labelwright.tasktypes.shared.checked import Occasion
from labelwright.tasktypes.shared.drawing import DrawingRules, Tracks, frame_of
from labelwright.tasktypes.shared.identities import give_names
from labelwright.tasktypes.shared.pieces import read_pieces
from labelwright.tasktypes.shared.results import ResultFile
from labelwright.tasktypes.shared.shapes import Shape, geometry_of
from labelwright.tasktypes.video.events import FrameNumber, VideoEvent
from labelwright.tasktypes.video.params import VideoParams


class VideoFrame(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is annotated on one frame.

    Attributes:
        annotations: the shapes; the same ``uuid`` on several frames is the same object.
        frame: number of the frame, from 0.
    """

    annotations: list[Shape]
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


class FrameChecker:
    """Checks the frames of one task.

    Args:
        params: already checked.
    """

    def __init__(self, params: VideoParams) -> None:
        self._params = params
        self._rules = DrawingRules(params.tools(), params.attributes(), labelled=params.labelled())

    def count(self) -> int | None:
        """Return how many frames there are; None for a file, of which that is not known here."""
        return None if self._params.attachments is UNSET else len(self._params.attachments)

    def check(
        self, content: Any, place: Path, occasion: Occasion
    ) -> tuple[list[dict[str, Any]], list[Problem]]:
        """Check the array of frames.

        Returns:
            The frames as they are delivered, and every problem.
        """
        frames, problems = read_pieces(_Frame, content, place)
        if isinstance(content, list):
            problems.extend(self._count_problems(len(content), place, partial=occasion.partial))
        shapes: dict[int, list[tuple[int, Shape]]] = {}
        for i, frame in frames:
            if frame.frame not in (UNSET, i):
                spot = path_text((*place, i, "frame"))
                problems.append(Problem(spot, f"The number of this frame is {i}.", "order"))
            where = (*place, i, "annotations")
            shapes[i], wrong = self._rules.read(frame.annotations, where)
            problems.extend(wrong)
            problems.extend(give_names((where, shapes[i])))
        problems.extend(self._shape_problems(shapes, place, occasion))
        return [
            {
                **({} if frame.frame is UNSET else {"frame": i}),
                "annotations": [self._rules.written(shape) for _, shape in shapes[i]],
            }
            for i, frame in frames
        ], problems

    def _count_problems(self, count: int, place: Path, *, partial: bool) -> Iterator[Problem]:
        wanted = self.count()
        if wanted is None or count == wanted or (partial and count < wanted):
            return
        message = f"There must be one item per frame ({wanted}, not {count})."
        yield Problem(path_text(place), message, "count")

    def _shape_problems(
        self, shapes: dict[int, list[tuple[int, Shape]]], place: Path, occasion: Occasion
    ) -> Iterator[Problem]:
        tracks = Tracks(self._params.attributes())
        linkable = {str(shape.uuid): shape.label for on_frame in shapes.values() for _, shape in on_frame}
        is_file = self._params.attachments is UNSET
        for i, on_frame in shapes.items():
            bounds = frame_of(occasion.media, 0 if is_file else i, *self._params.paddings())
            for j, shape in on_frame:
                where = (*place, i, "annotations", j)
                geometry = geometry_of(shape)
                yield from self._rules.label_problems(geometry, shape.label, where)
                yield from self._rules.problems(shape, where, bounds, linkable, partial=occasion.partial)
                if not occasion.partial:
                    # The documentation's own sample changes a label: pre-labels may, labelers may not.
                    fixed = {"type": geometry, "label": shape.label}
                    yield from tracks.problems(str(shape.uuid), fixed, shape.attributes or {}, where)
