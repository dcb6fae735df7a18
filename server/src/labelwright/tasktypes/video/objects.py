"""The objects of a video as an answer has them, and the frames between their keyframes (wire/task-types-video §1.3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.shapes.model import Shape, complete, geometry_of
from labelwright.tasktypes.video.interpolation import interpolate
from labelwright.tasktypes.video.timeline import Timeline
from labelwright.tasktypes.wire.numbers import is_number
from labelwright.tasktypes.wire.partial_decode import decode_part
from labelwright.validation.errors import Path, path_text

MAX_COMPUTED = 200_000
"""Shapes between keyframes in one answer: beyond this its file would be too large for those who read it."""

TOLERANCE = 0.01
"""How far, in pixels or radians, a given shape may be from what lies between its keyframes: clients round."""

UNRANKED = 10**9
"""The rank of shapes that had none in their frame: of tracks, and of what was computed."""


class Flags(msgspec.Struct):
    """What an appearance says besides what the wire documents. An object without flags is left as it is.

    Attributes:
        is_keyframe: drawn by somebody; false for what lies between.
        is_last: of a keyframe: the object is not seen again before its next keyframe.
    """

    is_keyframe: bool | UnsetType = UNSET
    is_last: bool | UnsetType = UNSET

    def __bool__(self) -> bool:
        return self.is_keyframe is not UNSET or self.is_last is not UNSET


@dataclass(slots=True)
class Drawn:
    """An object in one frame.

    Attributes:
        key: number of the frame in the video.
        shape: what is drawn.
        place: where it is in the answer; for what was computed, the keyframe before.
        flags: see ``Flags``.
        rank: its place among the shapes of its frame.
        timestamp: seconds, when it was given.
        is_given: whether the answer had it; else it was computed.
    """

    key: int
    shape: Shape
    place: Path
    flags: Flags = field(default_factory=Flags)
    rank: int = UNRANKED
    timestamp: float | UnsetType = UNSET
    is_given: bool = True


@dataclass(slots=True)
class VideoObject:
    """An object with its appearances.

    Attributes:
        uuid: its name.
        label: the one that it had first; empty without labels.
        geometry: the tool.
        place: of the track, or of the first appearance.
        drawn: in the order of the answer; after ``fill``, by key.
    """

    uuid: str
    label: str
    geometry: str
    place: Path
    drawn: list[Drawn] = field(default_factory=list)


def split_flags(value: Any, place: Path) -> tuple[Any, Flags, list[Problem]]:
    """Take the flags out of an appearance, whose other members have a closed model."""
    if not isinstance(value, dict) or not value.keys() & {"is_keyframe", "is_last"}:
        return value, Flags(), []
    rest = {name: one for name, one in value.items() if name not in Flags.__struct_fields__}
    flags, problems = decode_part(Flags, value, place)
    return rest, flags or Flags(), problems


def written_flags(flags: Flags) -> dict[str, bool]:
    """Return the flags as they are delivered; ``is_last`` only where it says something."""
    found = {} if flags.is_keyframe is UNSET else {"is_keyframe": flags.is_keyframe}
    return {**found, "is_last": True} if flags.is_last is True else found


class Filler:
    """Computes what lies between the keyframes of objects.

    Args:
        options: per tool, its options.
        timeline: which frames of the video are annotated.
    """

    def __init__(self, options: Mapping[str, Any], timeline: Timeline) -> None:
        self._options = options
        self._timeline = timeline
        self._left = MAX_COMPUTED

    def fill(self, one: VideoObject) -> Iterator[Problem]:
        """Bring an object into the form that is delivered: every frame from its first to its last.

        An object without flags is left as it is. In one with any, an appearance that does not say that it was computed
        is a keyframe; what is given as computed has to be what lies between its keyframes.

        Args:
            one: changed in place; its shapes are completed, its frames differ.

        Yields:
            What is wrong with the flags, or too much to be computed.
        """
        one.drawn.sort(key=lambda drawn: drawn.key)
        is_one = all(geometry_of(drawn.shape) == one.geometry for drawn in one.drawn)
        if not is_one or not any(drawn.flags for drawn in one.drawn):
            return
        keyframes = [drawn for drawn in one.drawn if drawn.flags.is_keyframe is not False]
        if not keyframes:
            message = "The object needs at least one keyframe."
            yield Problem(path_text((*one.drawn[0].place, "is_keyframe")), message, "no_keyframe")
            return
        self._left -= sum(self._timeline.count_between(a.key, b.key) for a, b in _stretches(keyframes))
        if self._left < 0:
            message = f"More than {MAX_COMPUTED} shapes would lie between the keyframes of this answer."
            yield Problem(path_text(one.place), message, "too_many")
            return
        yield from self._filled(one, keyframes)

    def _filled(self, one: VideoObject, keyframes: Sequence[Drawn]) -> Iterator[Problem]:
        given = {drawn.key: drawn for drawn in one.drawn if drawn.flags.is_keyframe is False}
        keys = set(given)
        for a, b in _stretches(keyframes):
            keys.update(self._timeline.between(a.key, b.key))
        waiting = iter([*keyframes, None])
        before, after = keyframes[0], next(waiting)
        whole = bool(getattr(self._options.get(one.geometry), "integer_pixels", False))
        found: list[Drawn] = []
        for frame in interpolate(one.geometry, [_frame(drawn) for drawn in keyframes], keys, whole=whole):
            key = frame["key"]
            if after is not None and key == after.key:
                before, after = after, next(waiting)
                before.flags.is_keyframe = True
                found.append(before)
                continue
            shape = self._shape(frame, before.shape)
            drawn = given.pop(key, None)
            if drawn is None:
                drawn = Drawn(key, shape, before.place, Flags(is_keyframe=False), is_given=False)
                drawn.timestamp = _timestamp(before, after, key)
            elif _alike(_members(shape), _members(drawn.shape)) and not drawn.flags.is_last:
                drawn.shape = shape
            else:
                message = "This is not what lies between its keyframes: make it a keyframe, or leave it out."
                yield Problem(path_text(drawn.place), message, "not_between")
            found.append(drawn)
        for drawn in given.values():
            message = "This does not lie between two keyframes: make it a keyframe, or leave it out."
            yield Problem(path_text(drawn.place), message, "not_between")
        one.drawn = found

    def _shape(self, frame: Mapping[str, Any], before: Shape) -> Shape:
        members = {name: value for name, value in frame.items() if name not in ("key", "is_keyframe")}
        known = {"uuid": before.uuid, "type": geometry_of(before), "label": before.label}
        shape: Shape = msgspec.convert({**members, **known}, type(before))
        complete(shape, self._options.get(geometry_of(before)))
        return shape


def _stretches(keyframes: Sequence[Drawn]) -> Iterator[tuple[Drawn, Drawn]]:
    """Yield the pairs of keyframes between which the object is seen."""
    return ((a, b) for a, b in pairwise(keyframes) if a.flags.is_last is not True)


def _frame(drawn: Drawn) -> dict[str, Any]:
    last = {"is_last": True} if drawn.flags.is_last is True else {}
    return {**_members(drawn.shape), "key": drawn.key, **last}


def _members(shape: Shape) -> dict[str, Any]:
    """Return what an object may have differently in every frame."""
    members: dict[str, Any] = msgspec.to_builtins(shape)
    for name in ("uuid", "type", "label"):
        members.pop(name, None)
    return members


def _timestamp(before: Drawn, after: Drawn | None, key: int) -> float | UnsetType:
    """Return the time of a computed frame between two keyframes that say theirs."""
    if after is None or before.timestamp is UNSET or after.timestamp is UNSET:
        return UNSET
    share = (key - before.key) / (after.key - before.key)
    return before.timestamp + (after.timestamp - before.timestamp) * share


def _alike(a: Any, b: Any) -> bool:
    """Tell whether two parts of shapes are the same but for rounding; answers to attributes have to be equal."""
    if is_number(a) and is_number(b):
        return abs(a - b) <= TOLERANCE
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(
            a[name] == b[name] if name == "attributes" else _alike(a[name], b[name]) for name in a
        )
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_alike(one, other) for one, other in zip(a, b, strict=True))
    return bool(a == b)
