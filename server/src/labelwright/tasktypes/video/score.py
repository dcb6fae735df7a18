"""Objects are followed: HOTA over all frames, each geometry with its own likeness (IoU; distance, for lines and
points), labels equal. Events count by F1 at temporal IoU 0.5; objects and events weigh as much as there are of them.
Attributes, frame by frame, make a fifth of the score.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import UNSET, convert, to_builtins

from labelwright.metrics import events as timing
from labelwright.tasktypes.base import Media, Score
from labelwright.tasktypes.scoring.shape_scores import alike, canvas_of
from labelwright.tasktypes.scoring.track_scores import Followed, TracksScore, compare_tracks, weighted
from labelwright.tasktypes.scoring.weights import Compared, joined
from labelwright.tasktypes.shapes.model import Line, Point, Shape, size_of
from labelwright.tasktypes.video.conversion import unwrapped
from labelwright.tasktypes.video.events import VideoEvent
from labelwright.tasktypes.video.params import VideoParams
from labelwright.tasktypes.wire.result_files import content_of

OF_FRAMES = ("key", "timestamp", "is_keyframe", "is_last")
"""What an appearance has besides its shape."""

_AROUND = 1
"""Frames before and after an event of a single frame in which another one overlaps with it."""


class Drawn(NamedTuple):
    """One appearance of an object.

    Attributes:
        frame: number of the frame, as the answer counts them.
        shape: with ``uuid``, label (empty where there are none) and attributes.
        given: the appearance as it is in the answer.
    """

    frame: int
    shape: Shape
    given: Mapping[str, Any]


class Content(NamedTuple):
    """What is in the files of an answer.

    Attributes:
        drawn: every appearance.
        events: the events.
        form: what is in the file ``annotations``.
    """

    drawn: list[Drawn]
    events: list[VideoEvent]
    form: Any


def read(answer: Any) -> Content | None:
    """Return what is in an answer, whichever form it has; None when one of its files was not opened."""
    form, _ = unwrapped(content_of(to_builtins(answer.annotations)), ())
    happened = [] if answer.events is UNSET else content_of(to_builtins(answer.events))
    if isinstance(happened, dict):
        happened = happened.get("events")
    if isinstance(form, dict) and isinstance(form.get("url"), str):
        return None
    if not isinstance(happened, list):
        return None
    drawn = _of_frames(form) if isinstance(form, list) else _of_tracks(form)
    return Content(drawn, convert(happened, list[VideoEvent]), form)


def compare(params: VideoParams, expected: Content, given: Content, media: Sequence[Media]) -> Score:
    """Compare two answers.

    Args:
        params: the task.
        expected: the answer that counts as right.
        given: the other one.
        media: the frames.
    """
    tracks = compare_drawn(expected.drawn, given.drawn, media)
    mine, other = event_rows(expected.events), event_rows(given.events)
    happened = timing.scores(mine, other)
    objects = sum(len({one.shape.uuid for one in side.drawn}) for side in (expected, given))
    primary = weighted((tracks.value, objects), (happened.counts.f1, len(mine.names) + len(other.names)))
    attributes = tracks.attribute_score(params.attributes(), _event_attributes(expected, given))
    details = {"hota": tracks.value, **tracks.details}
    if mine.names or other.names:
        details.update(_event_details(mine, other, happened))
    if attributes is not None:
        details["attributes"] = attributes
    return Score(joined(primary, attributes), details)


def compare_drawn(expected: Sequence[Drawn], given: Sequence[Drawn], media: Sequence[Media]) -> TracksScore:
    """Compare the objects of two answers; see ``track_scores.compare_tracks``.

    Args:
        expected: the appearances that count as right.
        given: the others.
        media: the frames, for tolerances that are shares of their size.
    """
    return compare_tracks(followed(expected), followed(given), pairs_of(expected, given, media))


def pairs_of(expected: Sequence[Drawn], given: Sequence[Drawn], media: Sequence[Media]) -> Any:
    """Return the appearances in one frame that have something in common, with how alike they are."""
    shapes = [[one.shape for one in side] for side in (expected, given)]
    frames = [one.frame for one in expected], [one.frame for one in given]
    # Only of lines and points is the likeness a matter of the picture's size.
    sized = [one for side in shapes for one in side if isinstance(one, Line | Point)]
    return alike(shapes[0], shapes[1], canvas_of(media, sized), groups=frames)


def followed(drawn: Sequence[Drawn]) -> Followed:
    """Return what the measures of tracks look at."""
    return Followed(
        [one.frame for one in drawn],
        [str(one.shape.uuid) for one in drawn],
        [one.shape.label for one in drawn],
        [one.shape.attributes or {} for one in drawn],
        [size_of(one.shape) for one in drawn],
    )


def event_rows(events: Sequence[VideoEvent]) -> timing.Events:
    """Return when events happen, in frames: a single frame reaches one frame to either side.

    Source: wire/task-types-scores §3.

    Kind and label make the name: a frame is not the same as a range.
    """
    rows = []
    for one in events:
        first, last = one.start, one.end if isinstance(one.end, int) else one.start
        around = _AROUND if one.type == "point" else 0
        rows.append((first - around, last + 1 + around, (one.type, one.label)))
    return timing.Events.of(rows)


def _of_frames(content: Sequence[Any]) -> list[Drawn]:
    rows = [(i, one) for i, frame in enumerate(content) for one in frame["annotations"]]
    shapes = convert([_members(one) for _, one in rows], list[Shape])
    return [Drawn(i, shape, one) for (i, one), shape in zip(rows, shapes, strict=True)]


def _of_tracks(content: Mapping[str, Any]) -> list[Drawn]:
    rows = [(uuid, track, one) for uuid, track in content.items() for one in track["frames"]]
    members = [
        {**_members(one), "uuid": uuid, "type": track["geometry"], "label": track.get("label", "")}
        for uuid, track, one in rows
    ]
    shapes = convert(members, list[Shape])
    return [Drawn(one["key"], shape, one) for (_, _, one), shape in zip(rows, shapes, strict=True)]


def _members(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an appearance has of a shape; an empty label where there are none."""
    return {"label": "", **{name: value for name, value in given.items() if name not in OF_FRAMES}}


def _event_details(mine: timing.Events, other: timing.Events, happened: timing.Scores) -> dict[str, float]:
    details = {
        "event_f1": happened.counts.f1,
        "event_precision": happened.counts.precision,
        "event_recall": happened.counts.recall,
    }
    for threshold, value in timing.mean_average_precision(mine, other).items():
        details[f"event_map_{threshold * 100:.0f}"] = value
    exact = {
        "event_mean_iou": happened.mean_overlap,
        "event_start_error": happened.start_error,
        "event_end_error": happened.end_error,
    }
    return {**details, **{name: value for name, value in exact.items() if value is not None}}


def _event_attributes(expected: Content, given: Content) -> list[Compared]:
    mine, other = expected.events, given.events
    found = timing.matches(event_rows(mine), event_rows(other))
    return [
        Compared(mine[i].attributes, other[j].attributes)
        for i, j in zip(found.left.tolist(), found.right.tolist(), strict=True)
    ]
