"""Scores and merges of ``segmentannotation`` (wire/task-types-scores)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET

from labelwright.metrics import clustering, masks
from labelwright.metrics.matching import Candidates
from labelwright.tasktypes.base import Score
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject
from labelwright.tasktypes.scoring.merge_answers import first_of, merge_questions
from labelwright.tasktypes.scoring.weights import Compared, attribute_score, joined
from labelwright.tasktypes.segmentation.masks import index_of
from labelwright.tasktypes.segmentation.model import (
    CombinedImages,
    MaskEntry,
    SegmentAnnotationAnswer,
    SegmentationImages,
    entries,
)
from labelwright.tasktypes.segmentation.params import SegmentAnnotationParams, paintable
from labelwright.tasktypes.shapes import rasters

if TYPE_CHECKING:
    from labelwright.tasktypes.shapes.rasters import Index


class _Painted(msgspec.Struct):
    """The pixels of an answer, and what they mean.

    Attributes:
        index: the index of each pixel.
        labels: index to label.
        entries: index to what is said about it.
    """

    index: "Index"
    labels: dict[int, str]
    entries: dict[int, MaskEntry]

    @classmethod
    def of(cls, answer: SegmentAnnotationAnswer) -> "_Painted | None":
        """Read an accepted answer; None when its picture is elsewhere."""
        index = index_of(answer)
        if index is None:
            return None
        rows = [(label, one) for label, given in answer.label_mapping.items() for one in entries(given)]
        return cls(index, {one.index: label for label, one in rows}, {one.index: one for _, one in rows})


def score(
    params: SegmentAnnotationParams, expected: SegmentAnnotationAnswer, given: SegmentAnnotationAnswer
) -> Score:
    """Compare two accepted answers.

    Of pictures that are elsewhere only the addresses are known: equal ones are equal pictures, and others have
    nothing in common.
    """
    there, here = _Painted.of(expected), _Painted.of(given)
    scene = Compared(expected.global_attributes or {}, given.global_attributes or {})
    if there is None or here is None:
        same = expected.annotations.combined == given.annotations.combined
        compared = [scene, *_same_entries(expected, given)] if same else [scene]
        return _joined(params, float(same), {}, compared)
    counted = masks.overlap(there.index, here.index)
    value, details = _primary(params, there, here, counted)
    details["boundary_iou"] = masks.boundary_iou(_classes(params, there), _classes(params, here))
    pairs = (
        Compared(there.entries[a].attributes or {}, here.entries[b].attributes or {})
        for a, b in _counterparts(params, there, here, counted)
    )
    return _joined(params, value, details, [scene, *pairs])


def merge(
    params: SegmentAnnotationParams, answers: Sequence[SegmentAnnotationAnswer]
) -> SegmentAnnotationAnswer:
    """Return the one answer that several accepted ones amount to: what most have at each pixel.

    Instances of several answers are the same when more than half of what they cover together is common. Where several
    labels have equally many votes, the answer decides that is most like the others; it also gives the indexes. When
    pictures are elsewhere, or differ in size, it is the whole result.
    """
    painted = [one for answer in answers if (one := _Painted.of(answer)) is not None]
    if len(painted) < len(answers) or len({one.index.shape for one in painted}) > 1:
        return answers[_most_typical([[score(params, a, b).value for b in answers] for a in answers])]
    counted = {
        (a, b): masks.overlap(painted[a].index, painted[b].index)
        for b in range(len(painted))
        for a in range(b)
    }
    table = [[1.0] * len(painted) for _ in painted]
    for (a, b), pixels in counted.items():
        table[a][b] = table[b][a] = _primary(params, painted[a], painted[b], pixels)[0]
    best = _most_typical(table)
    segments = _segments(params, painted, counted, best)
    index = clustering.pixel_majority(_renumbered(painted, segments), best)
    return _answer(params, answers, painted, segments, index, best)


def _joined(
    params: SegmentAnnotationParams, value: float, details: dict[str, float], pairs: Sequence[Compared]
) -> Score:
    attributes = attribute_score(params.annotation_attributes, pairs)
    if attributes is not None:
        details = {**details, "attributes": attributes}
    return Score(joined(value, attributes), {"pixels": value, **details})


def _primary(
    params: SegmentAnnotationParams, there: _Painted, here: _Painted, counted: masks.Overlap
) -> tuple[float, dict[str, float]]:
    """Return the score of the pixels and its details."""
    instances = paintable(params)
    numbers = {label: i + 1 for i, label in enumerate(instances)}
    classes = [{index: numbers[label] for index, label in one.labels.items()} for one in (there, here)]
    semantic = masks.semantic(masks.by_class(counted, *classes))
    details = {
        "mean_iou": semantic.mean_iou,
        "pixel_accuracy": semantic.pixel_accuracy,
        "weighted_iou": semantic.weighted_iou,
    }
    things = [label for label, many in instances.items() if many]
    if not things:
        return semantic.mean_iou, details
    stuff = [label for label, many in instances.items() if not many]
    whole = masks.panoptic(counted, there.labels, here.labels)
    details.update(sq=whole.sq, rq=whole.rq)
    details["pq_things"] = masks.panoptic(counted, there.labels, here.labels, things).pq
    details["pq_stuff"] = masks.panoptic(counted, there.labels, here.labels, stuff).pq
    return whole.pq, details


def _classes(params: SegmentAnnotationParams, painted: _Painted) -> "Index":
    """Return the picture with the numbers of labels instead of those of instances."""
    numbers = {label: i + 1 for i, label in enumerate(paintable(params))}
    return _replaced(painted.index, {index: numbers[label] for index, label in painted.labels.items()})


def _replaced(index: "Index", numbers: Mapping[int, int]) -> "Index":
    """Return a picture with other numbers; 0 for those that have none."""
    import numpy as np

    table = np.zeros(max(int(index.max(initial=0)), *numbers, 0) + 1, np.uint32)
    for one, number in numbers.items():
        table[one] = number
    return table[index]


def _counterparts(
    params: SegmentAnnotationParams, there: _Painted, here: _Painted, counted: masks.Overlap
) -> Iterator[tuple[int, int]]:
    """Yield the indexes of segments that are the same: of labels without instances as soon as both have them."""
    instances = paintable(params)
    visible = [
        {number for number, size in zip(numbers.tolist(), sizes.tolist(), strict=True) if size}
        for numbers, sizes in (
            (counted.expected, counted.expected_sizes),
            (counted.given, counted.given_sizes),
        )
    ]
    at = {label: index for index, label in here.labels.items() if index in visible[1]}
    for index, label in there.labels.items():
        if not instances[label] and index in visible[0] and label in at:
            yield index, at[label]
    for a, b, _ in masks.matched_segments(counted, there.labels, here.labels):
        if instances[there.labels[a]]:
            yield a, b


def _same_entries(expected: SegmentAnnotationAnswer, given: SegmentAnnotationAnswer) -> Iterator[Compared]:
    """Yield the entries with equal indexes: all that can be told when the picture is elsewhere."""
    here = {one.index: one for value in given.label_mapping.values() for one in entries(value)}
    for value in expected.label_mapping.values():
        for one in entries(value):
            if one.index in here:
                yield Compared(one.attributes or {}, here[one.index].attributes or {})


def _most_typical(table: Sequence[Sequence[float]]) -> int:
    """Return the row with the largest sum; of two answers, which are as far from each other, the first."""
    sums = [round(sum(row), 9) for row in table]
    return sums.index(max(sums)) if len(table) > 2 else 0


class _Segment(msgspec.Struct):
    """A label's area, or an instance, in the merged picture.

    Attributes:
        label: its label.
        members: whose, and which index of theirs; those of the most typical answer first.
        index: in the merged picture.
    """

    label: str
    members: list[tuple[int, int]]
    index: int = 0


def _segments(
    params: SegmentAnnotationParams,
    painted: Sequence[_Painted],
    counted: Mapping[tuple[int, int], masks.Overlap],
    best: int,
) -> list[_Segment]:
    """Return what the pixels of the merged picture can be; those of the most typical answer keep their indexes."""
    instances = paintable(params)
    found: list[_Segment] = []
    stuff: dict[str, _Segment] = {}
    for owner, one in enumerate(painted):
        for index, label in one.labels.items():
            if not instances[label]:
                stuff.setdefault(label, _Segment(label, [])).members.append((owner, index))
    found.extend(stuff.values())
    owned = [[index for index, label in one.labels.items() if instances[label]] for one in painted]
    place = [{index: i for i, index in enumerate(one)} for one in owned]
    pairs = {}
    for (a, b), table in counted.items():
        rows = [
            (place[a][i], place[b][j], iou)
            for i, j, iou in masks.matched_segments(table, painted[a].labels, painted[b].labels)
            if i in place[a]
        ]
        pairs[a, b] = Candidates.of(*zip(*rows, strict=True)) if rows else Candidates.of([], [], [])
    for members in clustering.clusters([len(one) for one in owned], pairs):
        named = [(owner, owned[owner][i]) for owner, i in members]
        found.append(_Segment(painted[named[0][0]].labels[named[0][1]], named))
    taken = set(painted[best].labels)
    free = (number for number in range(1, rasters.MAX_VALUE + 1) if number not in taken)
    for segment in found:
        segment.members.sort(key=lambda member: member[0] != best)
        owner, index = segment.members[0]
        segment.index = index if owner == best else next(free)
    return found


def _renumbered(painted: Sequence[_Painted], segments: Sequence[_Segment]) -> "list[Index]":
    numbers: list[dict[int, int]] = [{} for _ in painted]
    for segment in segments:
        for owner, index in segment.members:
            numbers[owner][index] = segment.index
    return [_replaced(one.index, number) for one, number in zip(painted, numbers, strict=True)]


def _answer(
    params: SegmentAnnotationParams,
    answers: Sequence[SegmentAnnotationAnswer],
    painted: Sequence[_Painted],
    segments: Sequence[_Segment],
    index: "Index",
    best: int,
) -> SegmentAnnotationAnswer:
    """Return the merged answer; the checker counts the pixels and makes the other pictures."""
    import numpy as np

    scenes = first_of([one.global_attributes or {} for one in answers], best)
    scene = merge_questions(
        QuestionRules(params.annotation_attributes, scene=True), Subject(context={}), scenes
    )
    rules = QuestionRules(params.annotation_attributes, scene=False)
    visible = set(np.flatnonzero(np.bincount(index.ravel())).tolist())
    by_index = {
        segment.index: _entry(rules, segment, painted, scene)
        for segment in segments
        if segment.index in visible or segment.index in painted[best].labels
    }
    labels = {segment.index: segment.label for segment in segments}
    mapping: dict[str, MaskEntry | list[MaskEntry]] = {
        label: [] if isinstance(given, list) else by_index[given.index]
        for label, given in answers[best].label_mapping.items()
    }
    instances = paintable(params)
    for number in (*painted[best].labels, *sorted(by_index.keys() - painted[best].labels.keys())):
        entry, label = by_index[number], labels[number]
        if not instances[label]:
            mapping[label] = entry
        elif number in visible or not painted[best].entries[number].num_pixels:
            # An instance that lost all its pixels is gone; one that never had any stays, as it was given.
            several = mapping.setdefault(label, [])
            if isinstance(several, list):
                several.append(entry)
    picture = rasters.as_file(rasters.write_extended(index))
    images = SegmentationImages(combined=CombinedImages(extended_indexed_image=picture))
    return SegmentAnnotationAnswer(
        annotations=images,
        label_mapping=mapping,
        global_attributes=scene or answers[best].global_attributes,
    )


def _entry(
    rules: QuestionRules, segment: _Segment, painted: Sequence[_Painted], scene: Mapping[str, Any]
) -> MaskEntry:
    given = [painted[owner].entries[index] for owner, index in segment.members]
    attributes: Any = given[0].attributes
    if any(isinstance(one.attributes, dict) for one in given):
        about = Subject(segment.label, context=scene)
        attributes = merge_questions(rules, about, [one.attributes or {} for one in given])
    return MaskEntry(index=segment.index, color=given[0].color, num_pixels=UNSET, attributes=attributes)
