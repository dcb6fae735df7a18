"""Boxes in the world, compared and merged: as objects that are followed through frames (wire/task-types-scores §6)."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from msgspec import UNSET
from msgspec.structs import astuple, replace
from numpy.typing import NDArray

from labelwright.metrics import solids
from labelwright.metrics.matching import Candidates
from labelwright.tasktypes.base import Score
from labelwright.tasktypes.forms.attributes import AttributeDefinition
from labelwright.tasktypes.lidar.clouds import Vector3
from labelwright.tasktypes.lidar.cuboids import Dimensions, LidarCuboid, LidarFrame
from labelwright.tasktypes.scoring.merge_tracks import MergedTrack, merge_track_attributes, merge_tracks
from labelwright.tasktypes.scoring.track_scores import Followed, compare_tracks
from labelwright.tasktypes.scoring.weights import joined

Floats = NDArray[np.float64]
_OF_POSE = ("position", "dimensions", "yaw", "pitch", "roll")


class Placed(NamedTuple):
    """One appearance of an object: number of the frame, and the cuboid."""

    frame: int
    cuboid: LidarCuboid


def placed(frames: Sequence[LidarFrame]) -> list[Placed]:
    """Return every appearance in an answer."""
    return [Placed(i, cuboid) for i, frame in enumerate(frames) for cuboid in frame.cuboids]


def score_cuboids(
    questions: Mapping[str, AttributeDefinition], expected: Sequence[Placed], given: Sequence[Placed]
) -> Score:
    """Compare the cuboids of two answers; see ``LidarAnnotation.compare``.

    Args:
        questions: name to definition of the attributes.
        expected: the appearances that count as right.
        given: the others.
    """
    rows = _rows(expected), _rows(given)
    tracks = compare_tracks(_followed(expected), _followed(given), _pairs(expected, given, rows))
    attributes = tracks.attribute_score(questions)
    details = {"hota": tracks.value, **tracks.details}
    if len(tracks.matched.left):
        details.update(pose_details(rows[0][tracks.matched.left], rows[1][tracks.matched.right]))
    if attributes is not None:
        details["attributes"] = attributes
    return Score(joined(tracks.value, attributes), details)


def pose_details(expected: Floats, given: Floats) -> dict[str, float]:
    """Return how far off matched boxes are, as means: ``bev_iou``, ``centre_distance``, ``heading_error``.

    Args:
        expected: at least one, see ``metrics.solids``, shape ``[N, 9]``.
        given: likewise.
    """
    return {
        "bev_iou": float(solids.bev_iou(expected, given).mean()),
        "centre_distance": float(solids.centre_distance(expected, given).mean()),
        "heading_error": float(solids.heading_error(expected[:, 6], given[:, 6]).mean()),
    }


def merge_cuboids(
    questions: Mapping[str, AttributeDefinition], answers: Sequence[Sequence[Placed]], count: int
) -> list[LidarFrame]:
    """Return the frames that several answers amount to: objects that at least half of the people followed.

    Centres and sizes are at the median in every frame, angles at the mean.

    Args:
        questions: name to definition of the attributes.
        answers: the appearances in each; ties go to earlier ones.
        count: of frames.
    """
    rows = [_rows(one) for one in answers]
    sides = [_followed(one) for one in answers]
    merged = merge_tracks(sides, lambda a, b: _pairs(answers[a], answers[b], (rows[a], rows[b])))
    frames = [LidarFrame([]) for _ in range(count)]
    for track in merged.tracks:
        attributes = merge_track_attributes(questions, sides, merged, track)
        for frame, cuboid in _cuboids(answers, track).items():
            frames[frame].cuboids.append(replace(cuboid, attributes=attributes[frame]))
    return frames


def _cuboids(answers: Sequence[Sequence[Placed]], track: MergedTrack) -> dict[int, LidarCuboid]:
    """Return what an object looks like, by frame."""
    members = {frame: [answers[a][i].cuboid for a, i in some] for frame, some in track.frames.items()}
    everyone = [one for some in members.values() for one in some]
    still = 2 * sum(one.stationary for one in everyone) > len(everyone)
    # What stands still has one pose, whoever saw it in which frame.
    pose = _fused([one for one in everyone if one.stationary]) if still else None
    found = {}
    for frame, cuboids in members.items():
        first = cuboids[0]
        made = {name: getattr(pose or _fused(cuboids), name) for name in _OF_POSE}
        if any(made[name] != getattr(first, name) for name in _OF_POSE):
            # These were measured of another box.
            made |= {"number_of_points": UNSET, "distance_to_device": UNSET}
        found[frame] = replace(first, **made, uuid=track.name, label=track.label, stationary=still)
    return found


def _fused(cuboids: Sequence[LidarCuboid]) -> LidarCuboid:
    """Return the first of several cuboids with the pose that all amount to."""
    first = cuboids[0]
    if all(getattr(one, name) == getattr(first, name) for one in cuboids for name in _OF_POSE):
        return first
    angles: dict[str, Any] = {
        name: solids.mean_heading(np.array([getattr(one, name) or 0.0 for one in cuboids]))
        for name in ("yaw", "pitch", "roll")
        if getattr(first, name) is not UNSET
    }
    centres = zip(*(astuple(one.position) for one in cuboids), strict=True)
    sizes = zip(*(astuple(one.dimensions) for one in cuboids), strict=True)
    return replace(
        first, position=Vector3(*map(median, centres)), dimensions=Dimensions(*map(median, sizes)), **angles
    )


def _rows(some: Sequence[Placed]) -> Floats:
    rows = [
        (
            *astuple(one.cuboid.position),
            *astuple(one.cuboid.dimensions),
            one.cuboid.yaw,
            one.cuboid.pitch or 0,
            one.cuboid.roll or 0,
        )
        for one in some
    ]
    return np.array(rows, np.float64).reshape(-1, 9)


def _pairs(expected: Sequence[Placed], given: Sequence[Placed], rows: tuple[Floats, Floats]) -> Candidates:
    frames = [one.frame for one in expected], [one.frame for one in given]
    return solids.overlaps(rows[0], rows[1], frames)


def _followed(some: Sequence[Placed]) -> Followed:
    return Followed(
        [one.frame for one in some],
        [str(one.cuboid.uuid) for one in some],
        [one.cuboid.label for one in some],
        [one.cuboid.attributes for one in some],
        [None] * len(some),
    )
