"""Several people's answers about a video as one: objects, frame by frame, and events."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from labelwright.metrics import clustering
from labelwright.metrics import events as timing
from labelwright.tasktypes.base import Media
from labelwright.tasktypes.scoring.merge_shapes import merged_shape
from labelwright.tasktypes.scoring.merge_tracks import MergedTrack, merge_track_attributes, merge_tracks
from labelwright.tasktypes.shapes.model import Box, Cuboid, Point, Shape, geometry_of, size_of
from labelwright.tasktypes.video.events import EventRules, VideoEvent
from labelwright.tasktypes.video.params import VideoParams
from labelwright.tasktypes.video.score import OF_FRAMES, Drawn, event_rows, followed, pairs_of

_EXACT = ("left", "top", "width", "height")


def merge_drawn(
    params: VideoParams, answers: Sequence[Sequence[Drawn]], media: Sequence[Media]
) -> list[Drawn]:
    """Return the appearances of the objects that at least half of the people followed.

    Boxes, points and cuboids are at the median of their coordinates in every frame. Outlines and lines are those of
    the person whose object is most like the others': averaged frame by frame, their vertices would dance.

    Args:
        params: the task.
        answers: the appearances in each; ties go to earlier ones.
        media: the frames.
    """
    sides = [followed(one) for one in answers]
    merged = merge_tracks(sides, lambda a, b: pairs_of(answers[a], answers[b], media))
    found: list[Drawn] = []
    for whole in merged.tracks:
        owner, i = next(iter(whole.frames.values()))[0]
        fuses = isinstance(answers[owner][i].shape, Box | Point | Cuboid)
        track = whole if fuses else whole.alone()
        shapes = _shapes(params, answers, track)
        extents = {frame: size_of(shape) for frame, shape in shapes.items()}
        attributes = merge_track_attributes(params.attributes(), sides, merged, track, extents)
        found.extend(_appearances(answers, track, shapes, attributes))
    return found


def _shapes(params: VideoParams, answers: Sequence[Sequence[Drawn]], track: MergedTrack) -> dict[int, Shape]:
    """Return what an object looks like, by frame."""
    box = params.tools().box
    in_pixels = box is not UNSET and box.integer_pixels
    found = {}
    for frame, members in track.frames.items():
        shape = _fused([answers[owner][i].shape for owner, i in members])
        if in_pixels and isinstance(shape, Box) and not shape.rotation:
            shape = replace(shape, **{name: round(getattr(shape, name)) for name in _EXACT})
        found[frame] = replace(shape, uuid=track.name, label=track.label)
    return found


def _fused(shapes: Sequence[Shape]) -> Shape:
    """Return the shape that most drew to the last digit, or else what all amount to."""
    places = [replace(one, uuid=UNSET, label="", attributes=UNSET) for one in shapes]
    most = max(places, key=places.count)
    agreed = 2 * places.count(most) > len(places)
    return shapes[places.index(most)] if agreed else merged_shape(shapes, 0)


def _appearances(
    answers: Sequence[Sequence[Drawn]],
    track: MergedTrack,
    shapes: Mapping[int, Shape],
    attributes: Mapping[int, Mapping[str, Any]],
) -> list[Drawn]:
    found = []
    same = len(track.frames) == track.length
    for frame, members in track.frames.items():
        owner, i = members[0]
        first, shape = answers[owner][i], shapes[frame]
        if attributes[frame] or shape.attributes:
            shape = replace(shape, attributes=dict(attributes[frame]))
        found.append(Drawn(frame, shape, first.given))
        same = same and owner == track.owners[0] and shape == replace(first.shape, uuid=track.name)
    # Whoever is not contradicted keeps even which frames were drawn and which were computed.
    return found if same else [one._replace(given=_without_flags(one.given)) for one in found]


def _without_flags(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in ("is_keyframe", "is_last")}


def written(params: VideoParams, drawn: Sequence[Drawn], like: Any) -> Any:
    """Return appearances in the form of an answer: per frame or per object.

    Args:
        params: the task.
        drawn: the appearances.
        like: what is in the file of such an answer.
    """
    return _as_frames(params, drawn, like) if isinstance(like, list) else _as_tracks(params, drawn)


def _as_frames(
    params: VideoParams, drawn: Sequence[Drawn], like: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    frames: list[dict[str, Any]] = [{**frame, "annotations": []} for frame in like]
    for one in drawn:
        while len(frames) <= one.frame:
            frames.append({"annotations": []})
        frames[one.frame]["annotations"].append(_members(params, one, ("key", "timestamp")))
    return frames


def _as_tracks(params: VideoParams, drawn: Sequence[Drawn]) -> dict[str, Any]:
    tracks: dict[str, Any] = {}
    for one in drawn:
        label = {"label": one.shape.label} if params.labelled() else {}
        fresh = {**label, "geometry": geometry_of(one.shape), "frames": []}
        track = tracks.setdefault(str(one.shape.uuid), fresh)
        track["frames"].append(_members(params, one, ("uuid", "type", "label")))
    return tracks


def _members(params: VideoParams, one: Drawn, without: Sequence[str]) -> dict[str, Any]:
    members = {name: one.given[name] for name in OF_FRAMES if name in one.given}
    members |= msgspec.to_builtins(one.shape)
    if not params.labelled():
        del members["label"]
    return {name: value for name, value in members.items() if name not in without}


def merge_events(params: VideoParams, answers: Sequence[Sequence[VideoEvent]]) -> list[VideoEvent]:
    """Return the events that at least half of the people have; they begin and end at the median.

    Args:
        params: the task.
        answers: the events of each; ties go to earlier ones.
    """
    rules = EventRules(params)
    rows = [event_rows(one) for one in answers]
    pairs = {
        (a, b): timing.overlaps(rows[a], rows[b]).at_least(timing.MATCHED)
        for a, b in combinations(range(len(answers)), 2)
    }
    merged = []
    for members in clustering.clusters([len(one) for one in answers], pairs):
        if not clustering.is_majority(len(members), len(answers)):
            continue
        found = [answers[owner][i] for owner, i in members]
        middle = (len(found) - 1) // 2
        start = sorted(found, key=lambda one: one.start)[middle]
        end = sorted(found, key=lambda one: one.end or one.start)[middle]
        merged.append(
            replace(
                found[0],
                start=start.start,
                start_time=start.start_time,
                end=end.end,
                end_time=end.end_time,
                attributes=rules.merged(found[0].label, [one.attributes for one in found]),
            )
        )
    return merged
