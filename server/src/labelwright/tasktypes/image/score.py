"""Scores and merges of ``imageannotation`` (wire/task-types-scores)."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from labelwright.tasktypes.base import Media, Score
from labelwright.tasktypes.image.answer import ImageAnswer, ImageChecker, Link, frame_of
from labelwright.tasktypes.image.params import ImageParams
from labelwright.tasktypes.scoring.drawings import Drawing, merge_drawings, score_drawings
from labelwright.tasktypes.scoring.weights import Edge
from labelwright.tasktypes.shapes.model import Shape, complete, geometry_of, shape_errors


def score(params: ImageParams, expected: ImageAnswer, given: ImageAnswer, media: Sequence[Media]) -> Score:
    """Compare two accepted answers."""
    return score_drawings(params.annotation_attributes, _drawing(expected), _drawing(given), media)


def merge(params: ImageParams, answers: Sequence[ImageAnswer], media: Sequence[Media]) -> ImageAnswer:
    """Return the one answer that several accepted ones amount to.

    A shape or link stays when at least half drew it. When the result would not be accepted (locks and rules concern
    the answer as a whole), it is the answer that is most like the others.
    """
    options, frame = params.geometries.options(), frame_of(params, media)

    def fits(shape: Shape) -> bool:
        about = options[geometry_of(shape)]
        complete(shape, about)
        return not any(True for _ in shape_errors(shape, about, frame))

    merged = merge_drawings(params.annotation_attributes, [_drawing(one) for one in answers], media, fits)
    taken = {one.uuid for one in merged.shapes}
    links: list[Link] = []
    for owner, i, edge in merged.edges:
        link = answers[owner].links[i]
        uuid = UNSET if link.uuid in taken else link.uuid
        taken.add(uuid)
        links.append(msgspec.structs.replace(link, uuid=uuid, from_=edge.source, to=edge.target))
    whole = ImageAnswer(annotations=merged.shapes, global_attributes=merged.scene, links=links)
    finished, problems = ImageChecker(params).check(msgspec.to_builtins(whole), media)
    return answers[merged.best] if any(one.severity == "error" for one in problems) else finished


def _drawing(answer: ImageAnswer) -> Drawing:
    edges = [Edge(one.label, one.from_, one.to, one.is_bidirectional is not True) for one in answer.links]
    return Drawing(answer.annotations, answer.global_attributes, edges)
