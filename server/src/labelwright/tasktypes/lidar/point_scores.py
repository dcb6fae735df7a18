"""Labels of points, compared and merged point by point, instances one by one (wire/task-types-scores §6)."""

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
from msgspec import UNSET
from msgspec.structs import replace
from numpy.typing import NDArray

from labelwright.metrics import clustering, masks
from labelwright.metrics.matching import Candidates
from labelwright.tasktypes.base import Score
from labelwright.tasktypes.forms.attributes import AttributeDefinition
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject
from labelwright.tasktypes.lidar.points import UNLABELLED, PointObject
from labelwright.tasktypes.scoring.merge_answers import merge_questions
from labelwright.tasktypes.scoring.weights import Compared, attribute_score, joined

Indexes = NDArray[np.uint32]


class Labelled(NamedTuple):
    """The labels of all points.

    Attributes:
        objects: what the indexes mean.
        frames: per frame the index of every point.
    """

    objects: Sequence[PointObject]
    frames: Sequence[Sequence[int]]

    def flat(self, lengths: Sequence[int]) -> Indexes:
        """Return the points of all frames one after the other, frames filled up to some lengths."""
        points = np.full(sum(lengths), UNLABELLED, np.uint32)
        start = 0
        for i, length in enumerate(lengths):
            own = self.frames[i] if i < len(self.frames) else ()
            points[start : start + len(own)] = own
            start += length
        return points


def lengths_of(*answers: Labelled) -> list[int]:
    """Return how many points the frames have, in the answer that has most of them."""
    count = max((len(one.frames) for one in answers), default=0)
    return [max(len(one.frames[i]) for one in answers if i < len(one.frames)) for i in range(count)]


def score_points(questions: Mapping[str, AttributeDefinition], expected: Labelled, given: Labelled) -> Score:
    """Compare the labels of points; see ``LidarSegmentation.compare``.

    Args:
        questions: name to definition of the attributes.
        expected: the labels that count as right.
        given: the others.
    """
    lengths = lengths_of(expected, given)
    sides = expected.flat(lengths), given.flat(lengths)
    labels = [{one.index: one.label for one in side.objects} for side in (expected, given)]
    numbers = {
        label: i + 1 for i, label in enumerate(dict.fromkeys([*labels[0].values(), *labels[1].values()]))
    }
    classes = [
        _mapped(side, {i: numbers[own[i]] for i in own}) for side, own in zip(sides, labels, strict=True)
    ]
    points = masks.semantic(masks.overlap(*classes))
    segments = masks.overlap(*sides)
    whole = masks.panoptic(segments, labels[0], labels[1])
    details = {
        "mean_iou": points.mean_iou,
        "point_accuracy": points.pixel_accuracy,
        "weighted_iou": points.weighted_iou,
        "pq": whole.pq,
        "sq": whole.sq,
        "rq": whole.rq,
    }
    primary = whole.pq if _has_instances(expected) or _has_instances(given) else points.mean_iou
    described = [{one.index: one.attributes or {} for one in side.objects} for side in (expected, given)]
    pairs = [
        Compared(described[0][a], described[1][b]) for a, b, _ in masks.matched_segments(segments, *labels)
    ]
    attributes = attribute_score(questions, pairs)
    if attributes is not None:
        details["attributes"] = attributes
    return Score(joined(primary, attributes), details)


def merge_points(questions: Mapping[str, AttributeDefinition], answers: Sequence[Labelled]) -> Labelled:
    """Return the labels that most gave to each point; of equally many, those of the first answer.

    Instances are the same when more than half of their points are; a label without instances is one object.

    Args:
        questions: name to definition of the attributes.
        answers: the labels in each.
    """
    lengths = lengths_of(*answers)
    flat = [one.flat(lengths) for one in answers]
    objects: list[PointObject] = []
    renamed: list[dict[int, int]] = [{} for _ in answers]
    rules = QuestionRules(questions)
    for members in _same_objects(answers, flat):
        first = answers[members[0][0]].objects[members[0][1]]
        drawn = [answers[owner].objects[i] for owner, i in members]
        index = _free_index([one.index for one in drawn], objects)
        for (owner, _), one in zip(members, drawn, strict=True):
            renamed[owner][one.index] = index
        merged = replace(first, index=index)
        if any(one.attributes is not UNSET for one in drawn):
            given = [one.attributes or {} for one in drawn]
            merged = replace(merged, attributes=merge_questions(rules, Subject(first.label), given))
        objects.append(merged)
    voted = [_mapped(own, names) for own, names in zip(flat, renamed, strict=True)]
    points = clustering.pixel_majority(voted, 0)
    there = set(np.unique(points).tolist())
    starts = np.cumsum([0, *lengths])
    frames = [points[a:b].tolist() for a, b in pairwise(starts.tolist())]
    return Labelled([one for one in objects if one.index in there], frames)


def _same_objects(answers: Sequence[Labelled], flat: Sequence[Indexes]) -> list[list[clustering.Member]]:
    """Return which objects of which answers are the same thing; each is in exactly one."""
    labels = [{one.index: one.label for one in side.objects} for side in answers]
    places = [{one.index: i for i, one in enumerate(side.objects)} for side in answers]
    pairs = {}
    for a, b in combinations(range(len(answers)), 2):
        matched = masks.matched_segments(masks.overlap(flat[a], flat[b]), labels[a], labels[b])
        rows = {(places[a][i], places[b][j]): iou for i, j, iou in matched}
        for i, one in enumerate(answers[a].objects):
            for j, other in enumerate(answers[b].objects):
                # What has no instances is one thing, wherever its points are.
                if one.label == other.label and one.instance is not True and other.instance is not True:
                    rows[i, j] = 1.0
        pairs[a, b] = Candidates.of([i for i, _ in rows], [j for _, j in rows], list(rows.values()))
    return clustering.clusters([len(one.objects) for one in answers], pairs)


def _free_index(wanted: Sequence[int], taken: Sequence[PointObject]) -> int:
    """Return the first index that no other object has; one more than all others if there is none."""
    known = {one.index for one in taken}
    return next((one for one in wanted if one not in known), max(known, default=0) + 1)


def _mapped(points: Indexes, numbers: Mapping[int, int]) -> Indexes:
    """Return points with other numbers; without label where there is none for their index."""
    there, places = np.unique(points, return_inverse=True)
    found: Indexes = np.array([numbers.get(int(one), UNLABELLED) for one in there], np.uint32)[places]
    return found


def _has_instances(answer: Labelled) -> bool:
    return any(one.instance is True for one in answer.objects)
