"""The answer that test mode gives at once (wire/task-types-segmentation §4): the whole image has the first label."""

from collections.abc import Sequence
from typing import Any

from labelwright.tasktypes.base import Media
from labelwright.tasktypes.forms.labels import leaves
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject
from labelwright.tasktypes.segmentation import masks
from labelwright.tasktypes.segmentation.params import SegmentAnnotationParams, paintable
from labelwright.tasktypes.shapes import rasters


def sample(params: SegmentAnnotationParams, media: Sequence[Media]) -> dict[str, Any]:
    """Return what recordings have: some of the files, and every label of ``labels`` with its index, its
    colour and its pixels.

    The files have the size of the image; one pixel when that is not known, or is more than a mask may have.
    """
    import numpy as np

    scene = QuestionRules(params.annotation_attributes, scene=True).sample(Subject(), {})
    rules = QuestionRules(params.annotation_attributes, scene=False)
    instances = paintable(params)
    mapping: dict[str, Any] = {}
    index = np.ones(_shape(media), np.uint32)
    for i, label in enumerate(leaves(params.labels), 1):
        attributes = rules.sample(Subject(label, context=scene), {}) if rules else None
        there = index.size if i == 1 else 0
        entry = {"index": i, "color": masks.color_of(i), "numPixels": there, "attributes": attributes}
        mapping[label] = [entry] if instances[label] else entry
    painted = rasters.as_file(rasters.write_colors(index, {1: masks.color_of(1)}))
    indexed = rasters.as_file(rasters.write_index(index))
    first = next(iter(mapping))
    return {
        "annotations": {
            "unlabeled": rasters.as_file(rasters.write_colors(index, {})),
            "labeled": {**dict.fromkeys(mapping), first: [painted] if instances[first] else painted},
            "combined": {"image": painted, "indexedImage": indexed},
        },
        "labelMapping": mapping,
        **({"global_attributes": scene} if scene else {}),
    }


def _shape(media: Sequence[Media]) -> tuple[int, int]:
    for image in media[:1]:
        if image.width and image.height and image.width * image.height <= rasters.MAX_PIXELS:
            return image.height, image.width
    return 1, 1
