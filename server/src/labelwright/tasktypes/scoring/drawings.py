"""Scores and merges of shapes on one picture with attributes and links: what both generations of image tasks share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from labelwright.metrics.clustering import is_majority
from labelwright.tasktypes.base import Media, Score
from labelwright.tasktypes.forms.attributes import Question
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject
from labelwright.tasktypes.scoring.merge_answers import first_of, medoid, merge_questions
from labelwright.tasktypes.scoring.merge_shapes import Cluster, Merged, merge_shapes
from labelwright.tasktypes.scoring.shape_scores import canvas_of, compare_shapes
from labelwright.tasktypes.scoring.weights import (
    Compared,
    Edge,
    attribute_score,
    counterparts_of,
    edge_f1,
    joined,
)
from labelwright.tasktypes.shapes.model import Box, Point, Shape, size_of


class Drawing(msgspec.Struct):
    """What was drawn on one picture, whatever the task type calls its parts.

    Attributes:
        shapes: with ``uuid`` and attributes.
        scene: answers to the questions about the whole picture.
        edges: links between shapes, by ``uuid``.
    """

    shapes: Sequence[Shape]
    scene: Mapping[str, Any] = {}
    edges: Sequence[Edge] = ()


class MergedDrawing(msgspec.Struct):
    """Several drawings as one.

    Attributes:
        shapes: with attributes, in the order of the first who drew each.
        scene: answers to the questions about the whole picture.
        edges: the links that stay: whose they are, which of theirs, and the ends in the merged drawing.
        best: the drawing that is most like the others.
    """

    shapes: list[Shape]
    scene: dict[str, Any]
    edges: list[tuple[int, int, Edge]]
    best: int


def score_drawings(
    questions: Mapping[str, Question],
    expected: Drawing,
    given: Drawing,
    media: Sequence[Media],
    *,
    detailed: bool = True,
) -> Score:
    """Compare two drawings: shapes (0.8), and what is said about them, attributes and links (0.2).

    Args:
        questions: name to definition of the attributes, also of those about the whole picture.
        expected: the drawing that counts as right.
        given: the other one.
        media: the picture first.
        detailed: see ``compare_shapes``.
    """
    canvas = canvas_of(media, (*expected.shapes, *given.shapes))
    scales = _scales(questions, expected)
    compared = compare_shapes(expected.shapes, given.shapes, canvas, scales, detailed=detailed)
    uuids = [[str(one.uuid) for one in drawing.shapes] for drawing in (expected, given)]
    counterparts = counterparts_of(compared.matched, *uuids)
    pairs = [Compared(expected.scene, given.scene)]
    for i, j in zip(compared.matched.left.tolist(), compared.matched.right.tolist(), strict=True):
        mine, other = expected.shapes[i], given.shapes[j]
        pairs.append(Compared(mine.attributes or {}, other.attributes or {}, size_of(mine)))
    attributes = attribute_score(questions, pairs, counterparts)
    links = edge_f1(expected.edges, given.edges, counterparts)
    details = {"geometry": compared.value, **compared.details}
    if attributes is not None:
        details["attributes"] = attributes
    if links is not None:
        details["links"] = links.f1
    return Score(joined(compared.value, attributes, None if links is None else links.f1), details)


def merge_drawings(
    questions: Mapping[str, Question],
    drawings: Sequence[Drawing],
    media: Sequence[Media],
    fits: Callable[[Shape], bool],
) -> MergedDrawing:
    """Merge drawings; see ``fusing``.

    Args:
        questions: name to definition of the attributes.
        drawings: at least one.
        media: the picture first.
        fits: whether a shape is allowed in the task; one that is not gives way to the most typical that was drawn.
    """
    best = medoid(
        drawings, lambda one, other: score_drawings(questions, one, other, media, detailed=False).value
    )
    scenes = first_of([one.scene for one in drawings], best)
    scene = merge_questions(QuestionRules(questions, scene=True), Subject(context={}), scenes)
    canvas = canvas_of(media, [one for drawing in drawings for one in drawing.shapes])
    merged = merge_shapes([one.shapes for one in drawings], canvas)
    rules = QuestionRules(questions, scene=False)
    linkable = {str(one.uuid): one.label for one in merged.shapes}
    shapes = []
    for shape, thing in zip(merged.shapes, merged.things, strict=True):
        owner, i = thing.members[thing.reference]
        place = shape if fits(shape) else drawings[owner].shapes[i]
        about = Subject(shape.label, size_of(place), str(shape.uuid), linkable, scene)
        attributes = _attributes(rules, about, _described(questions, drawings, merged, thing))
        shapes.append(
            msgspec.structs.replace(place, label=shape.label, uuid=shape.uuid, attributes=attributes)
        )
    return MergedDrawing(shapes, scene, _merged_edges(drawings, merged), best)


def _described(
    questions: Mapping[str, Question], drawings: Sequence[Drawing], merged: Merged, thing: Cluster
) -> list[tuple[str, Any]]:
    """Return label and attributes that each gave to a thing, the most typical one first; links are renamed."""
    described = []
    for owner, i in first_of(thing.members, thing.reference):
        shape, names = drawings[owner].shapes[i], merged.names[owner]
        values = shape.attributes
        if values is not UNSET:
            values = {
                name: names.get(str(value), value) if _is_link(questions, name) else value
                for name, value in values.items()
                if not _is_link(questions, name) or str(value) in names
            }
        described.append((shape.label, values))
    return described


def _attributes(rules: QuestionRules, about: Subject, described: Sequence[tuple[str, Any]]) -> Any:
    """Return the attributes that those amount to who also gave the label: other labels may have others."""
    given = [values for label, values in described if label == about.label]
    if all(one is UNSET for one in given):
        return UNSET
    values = merge_questions(rules, about, [one or {} for one in given])
    # Most may agree on each answer, and yet nobody on all of them together.
    return given[0] or {} if any(True for _ in rules.problems(values, about, ())) else values


def _is_link(questions: Mapping[str, Question], name: str) -> bool:
    return name in questions and questions[name].type == "linked"


def _merged_edges(drawings: Sequence[Drawing], merged: Merged) -> list[tuple[int, int, Edge]]:
    """Return the links that at least half of the drawings have, between shapes that stay."""
    found: dict[tuple[Any, ...], list[tuple[int, int, Edge]]] = {}
    for owner, drawing in enumerate(drawings):
        names = merged.names[owner]
        for i, edge in enumerate(drawing.edges):
            if edge.source not in names or edge.target not in names:
                continue
            renamed = msgspec.structs.replace(edge, source=names[edge.source], target=names[edge.target])
            ends = (renamed.source, renamed.target)
            key = (edge.label, edge.directed, *(ends if edge.directed else sorted(ends)))
            found.setdefault(key, []).append((owner, i, renamed))
    return [
        rows[0] for rows in found.values() if is_majority(len({owner for owner, _, _ in rows}), len(drawings))
    ]


def _scales(questions: Mapping[str, Question], drawing: Drawing) -> dict[int, float]:
    """Return, for points that a link or a ``linked`` attribute ties to a box, the square root of the box's area."""
    sizes = {str(one.uuid): (one.width * one.height) ** 0.5 for one in drawing.shapes if isinstance(one, Box)}
    points = {str(one.uuid): i for i, one in enumerate(drawing.shapes) if isinstance(one, Point)}
    if not sizes or not points:
        return {}
    ties = [(edge.source, edge.target) for edge in drawing.edges]
    linked = [name for name, question in questions.items() if question.type == "linked"]
    ties.extend(
        (str(shape.uuid), str((shape.attributes or {}).get(name)))
        for shape in drawing.shapes
        for name in linked
    )
    scales: dict[int, float] = {}
    for one, other in (*ties, *((b, a) for a, b in ties)):
        if one in points and sizes.get(other):
            scales.setdefault(points[one], sizes[other])
    return scales
