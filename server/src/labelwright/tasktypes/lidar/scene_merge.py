"""Several people's labelled scenes as one (wire/task-types-scores §6)."""

from collections.abc import Sequence
from itertools import combinations
from statistics import median
from typing import Any

import numpy as np
from msgspec import UNSET
from msgspec.structs import replace

from labelwright.metrics import clustering, masks, solids
from labelwright.metrics import events as timing
from labelwright.metrics.matching import Candidates
from labelwright.tasktypes.lidar.scene_scores import (
    Items,
    Points,
    event_rows,
    followed,
    pairs_of,
    points_of,
    seen,
)
from labelwright.tasktypes.lidar.scene_shapes import (
    LabeledPoints,
    Path4D,
    SceneAnnotation,
    SceneCuboid,
    SceneEvent,
    SceneLink,
)
from labelwright.tasktypes.scoring.merge_answers import free_name
from labelwright.tasktypes.scoring.merge_tracks import merge_tracks

_ANGLES = slice(6, 9)


class SceneMerger:
    """Merges the annotations of one scene.

    An annotation stays when at least half of the people have it, in the form that somebody gave it; cuboids that have
    the same times are averaged. Every point gets the annotation that most gave it.

    Args:
        answers: the annotations of each; ties go to earlier ones.
    """

    def __init__(self, answers: Sequence[Items]) -> None:
        self._answers = answers
        self._names: list[dict[Any, Any]] = [{} for _ in answers]
        self._taken: set[str] = set()
        self._merged: list[SceneAnnotation] = []

    def merge(self) -> list[SceneAnnotation]:
        """Return the annotations that all amount to; links and parents lead to what stays."""
        self._merge_placed()
        self._merge_points()
        self._merge_events()
        self._merge_links()
        return self._merged

    def _keep(self, members: Sequence[clustering.Member], one: SceneAnnotation) -> None:
        """Take up an annotation that stands for several.

        Args:
            members: whose, and which of theirs; the first one is the form that it has.
            one: the annotation, with the parent that it has in that answer.
        """
        given = {str(self._answers[owner][i].id): self._answers[owner][i].id for owner, i in members}
        name = free_name(list(given), self._taken)
        self._taken.add(name)
        for owner, i in members:
            self._names[owner][self._answers[owner][i].id] = given.get(name, name)
        self._merged.append(replace(one, id=given.get(name, name)))

    def _merge_placed(self) -> None:
        appearances = seen(*self._answers)
        sides = list(zip(self._answers, appearances, strict=True))
        tracks = merge_tracks([followed(*one) for one in sides], lambda a, b: pairs_of(sides[a], sides[b]))
        parents: list[tuple[int, Any]] = []
        for track in tracks.tracks:
            places: dict[int, int] = {}
            for some in track.frames.values():
                for owner, i in some:
                    places.setdefault(owner, appearances[owner][i].place)
            members = [(owner, places[owner]) for owner in track.owners if owner in places]
            items = [self._answers[owner][i] for owner, i in members]
            # Other labels have other attributes: the form is that of the first one with the label.
            first = next((n for n, one in enumerate(items) if one.label == track.label), 0)
            members = [members[first], *members[:first], *members[first + 1 :]]
            self._keep(members, _fused([self._answers[owner][i] for owner, i in members]))
            parents.append((members[0][0], items[first].parent_id))
        for i, (owner, parent) in enumerate(parents):
            known = self._names[owner].get(parent, UNSET)
            self._merged[i] = replace(self._merged[i], parent_id=None if parent is None else known)

    def _merge_points(self) -> None:
        points = points_of(*self._answers)
        if not any(points.items):
            return
        renamed = [np.zeros(len(some) + 1, np.uint32) for some in points.items]
        objects = _same_objects(points)
        for number, members in enumerate(objects, 1):
            for owner, i in members:
                renamed[owner][i + 1] = number
        votes = [names[own] for names, own in zip(renamed, points.segments, strict=True)]
        chosen = clustering.pixel_majority(votes, 0)
        for number, members in enumerate(objects, 1):
            parts, start = [], 0
            for sensor, frame, ids in points.places:
                own = ids[chosen[start : start + len(ids)] == number].tolist()
                start += len(ids)
                if own:
                    parts.append(
                        LabeledPoints(
                            sensor_id=sensor, point_ids=own, sensor_frame=UNSET if frame is None else frame
                        )
                    )
            owner, i = members[0]
            one = points.items[owner][i]
            if parts:
                places = [(a, self._answers[a].index(points.items[a][j])) for a, j in members]
                self._keep(places, replace(one, labeled_points=parts, parent_id=UNSET))

    def _merge_events(self) -> None:
        known = [event_rows(one) for one in self._answers]
        pairs = {
            (a, b): timing.overlaps(known[a][1], known[b][1]).at_least(timing.MATCHED)
            for a, b in combinations(range(len(known)), 2)
        }
        for members in clustering.clusters([len(events) for events, _ in known], pairs):
            if not clustering.is_majority(len(members), len(known)):
                continue
            events: list[SceneEvent] = [known[owner][0][i] for owner, i in members]
            first = events[0]
            start = round(median(one.start for one in events))
            end = round(median(one.start + (one.duration or 0) for one in events))
            made = replace(first, start=start, parent_id=UNSET)
            if first.duration is not UNSET:
                made = replace(made, duration=max(0, end - start))
            self._keep(
                [(owner, self._answers[owner].index(known[owner][0][i])) for owner, i in members], made
            )

    def _merge_links(self) -> None:
        found: dict[Any, list[clustering.Member]] = {}
        for owner, items in enumerate(self._answers):
            names = self._names[owner]
            for i, one in enumerate(items):
                if isinstance(one, SceneLink) and one.from_id in names and one.to_id in names:
                    ends = [str(names[one.from_id]), str(names[one.to_id])]
                    way = tuple(sorted(ends) if one.is_bidirectional else ends)
                    found.setdefault((one.label, one.is_bidirectional, way), []).append((owner, i))
        for members in found.values():
            if clustering.is_majority(len({owner for owner, _ in members}), len(self._answers)):
                owner, i = members[0]
                one = self._answers[owner][i]
                names = self._names[owner]
                if isinstance(one, SceneLink):
                    source, target = names[one.from_id], names[one.to_id]
                    self._keep(members, replace(one, from_id=source, to_id=target, parent_id=UNSET))


def _same_objects(points: Points) -> list[list[clustering.Member]]:
    """Return which annotations of points are the same thing; each is in exactly one."""
    labels = [{i: one.label for i, one in enumerate(some, 1)} for some in points.items]
    pairs = {}
    for a, b in combinations(range(len(points.items)), 2):
        counted = masks.overlap(points.segments[a], points.segments[b])
        rows = {(i - 1, j - 1): iou for i, j, iou in masks.matched_segments(counted, labels[a], labels[b])}
        for i, one in enumerate(points.items[a]):
            for j, other in enumerate(points.items[b]):
                if one.label == other.label and not one.is_instance and not other.is_instance:
                    rows[i, j] = 1.0
        pairs[a, b] = Candidates.of([i for i, _ in rows], [j for _, j in rows], list(rows.values()))
    return clustering.clusters([len(some) for some in points.items], pairs)


def _fused(items: Sequence[Any]) -> Any:
    """Return the first of several annotations; a cuboid with the pose that all with the same times amount to."""
    first = items[0]
    if not isinstance(first, SceneCuboid):
        return first
    same = [one for one in items if one.path.timestamps == first.path.timestamps]
    if all(one.path == first.path for one in same):
        return first
    rows = np.array([one.path.values for one in same], np.float64)
    middle = np.median(rows, axis=0)
    for i in range(len(middle)):
        middle[i, _ANGLES] = [solids.mean_heading(rows[:, i, angle]) for angle in range(6, 9)]
    # What cameras see of it was measured of another box.
    return replace(
        first, path=Path4D(list(first.path.timestamps), middle.tolist()), projections=UNSET, activations=UNSET
    )
