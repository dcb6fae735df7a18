"""The answers that test mode gives at once (wire/task-types-video §1.5): an object that moves 10 px to the right.

A task with locks starts from its base annotations: they are kept, and completed where that is allowed.
"""

from typing import Any

from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject
from labelwright.tasktypes.shapes.model import size_of
from labelwright.tasktypes.shapes.samples import moved, shapes
from labelwright.tasktypes.video.checker import VideoChecker
from labelwright.tasktypes.video.clip import Clip
from labelwright.tasktypes.video.events import EventRules
from labelwright.tasktypes.video.objects import VideoObject
from labelwright.tasktypes.video.params import VideoParams

MOVED = 10
"""Pixels from one frame to the next."""

FRAMES = 2
"""On how many frames the sample is drawn."""


def frames(params: VideoParams) -> list[dict[str, Any]]:
    """Return the array of frames: of two when their number is not known."""
    count = Clip(params).count or FRAMES
    checker = VideoChecker(params)
    base = _completed(params, checker.base())
    found = checker.as_frames(base or [])
    found += [{"annotations": []} for _ in range(count - len(found))]
    for i, frame in enumerate(found[:FRAMES]):
        frame["annotations"] += [moved(shape, i * MOVED) for shape in _added(params, base)]
    return found


def tracks(params: VideoParams) -> dict[str, Any]:
    """Return the object from uuid to track."""
    clip, checker = Clip(params), VideoChecker(params)
    base = _completed(params, checker.base())
    last = clip.last_key()
    keys = [key for key in (0, max(1, clip.timeline.key(1))) if last is None or key <= last]
    found = checker.as_tracks(base or [])
    for shape in _added(params, base):
        drawing = {name: value for name, value in shape.items() if name not in ("uuid", "type", "label")}
        found[shape["uuid"]] = {
            **({"label": shape["label"]} if params.labelled() else {}),
            "geometry": shape["type"],
            "frames": [{"key": key, **moved(drawing, i * MOVED)} for i, key in enumerate(keys)],
        }
    return found


def events(params: VideoParams) -> dict[str, Any]:
    """Return the member with one event, when the task asks for any."""
    rules = EventRules(params)
    return {"events": rules.sample()} if rules else {}


def _added(params: VideoParams, base: list[VideoObject] | None) -> list[dict[str, Any]]:
    """Return one shape per tool that has labels, where any may be added."""
    if base is not None and not params.can_add_base_annotations:
        return []
    known = {one.uuid for one in base or ()}
    return [shape for shape in shapes(params.tools(), params.attributes()) if shape["uuid"] not in known]


def _completed(params: VideoParams, base: list[VideoObject] | None) -> list[VideoObject] | None:
    """Answer what the base annotations leave open: once for a track where the question is about the track."""
    rules = QuestionRules(params.attributes(), scene=False)
    constant = [name for name, definition in params.attributes().items() if definition.global_]
    for one in base or () if rules and params.can_edit_base_annotations else ():
        same: dict[str, Any] = {}
        for drawn in one.drawn:
            shape = drawn.shape
            subject = Subject(shape.label if params.labelled() else None, size_of(shape))
            shape.attributes = rules.sample(subject, {**(shape.attributes or {}), **same})
            same |= {name: shape.attributes[name] for name in constant if name in shape.attributes}
    return base
