"""Scores and merges of the first generation of image tasks (wire/task-types-scores)."""

from collections.abc import Sequence
from typing import Any, cast

from msgspec import UNSET

from labelwright.tasktypes.annotation.answer import Answer, Item, as_shape, frame_of, options_of
from labelwright.tasktypes.annotation.params import FirstGenerationParams, labelled, only_label
from labelwright.tasktypes.base import Media, Score
from labelwright.tasktypes.scoring.drawings import Drawing, merge_drawings, score_drawings
from labelwright.tasktypes.shapes.model import Shape, complete, shape_errors


def score(params: FirstGenerationParams, expected: Answer, given: Answer, media: Sequence[Media]) -> Score:
    """Compare two accepted answers."""
    there, here = _drawing(params, expected), _drawing(params, given)
    return score_drawings(params.annotation_attributes, there, here, media)


def merge(
    params: FirstGenerationParams,
    answers: Sequence[Answer],
    item_model: type[Item],
    media: Sequence[Media],
) -> Answer:
    """Return the shapes that at least half of several accepted answers have."""
    options, frame = options_of(params, item_model), frame_of(media)

    def fits(shape: Shape) -> bool:
        complete(shape, options)
        return not any(True for _ in shape_errors(shape, options, frame))

    merged = merge_drawings(
        params.annotation_attributes, [_drawing(params, one) for one in answers], media, fits
    )
    items = [_item(shape, item_model, with_label=labelled(params)) for shape in merged.shapes]
    return type(answers[0])(cast("Any", items))


def _drawing(params: FirstGenerationParams, answer: Answer) -> Drawing:
    items: Sequence[Any] = answer.annotations
    shapes = [as_shape(one) for one in items]
    for shape in shapes:
        # Conditions may ask for the label also where the answer does not say it.
        shape.label = shape.label or only_label(params) or ""
    return Drawing(shapes)


def _item(shape: Shape, item_model: type[Item], *, with_label: bool) -> Item:
    values = {name: getattr(shape, name) for name in item_model.__struct_fields__ if hasattr(shape, name)}
    return item_model(**{**values, "label": shape.label if with_label else UNSET})
