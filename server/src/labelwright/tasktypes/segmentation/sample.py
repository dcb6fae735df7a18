"""The answer that test mode gives at once (task-types-2d-text §5.2): the whole image has the first label."""

from collections.abc import Sequence
from typing import Any

from labelwright.tasktypes.base import Media
from labelwright.tasktypes.segmentation import masks
from labelwright.tasktypes.segmentation.params import (
    SegmentAnnotationParams,
    first_labels,
    paintable,
)
from labelwright.tasktypes.shared import rasters
from labelwright.tasktypes.shared.answers import QuestionRules, Subject


def sample(params: SegmentAnnotationParams, media: Sequence[Media]) -> dict[str, Any]:
    """Return what recordings have: some of the files, and every label of ``labels`` with its index and colour.

    The files have the size of the image; one pixel when that is not known, or is more than a mask may have.
    """
    import numpy as np

    scene = QuestionRules(params.annotation_attributes, scene=True).sample(Subject(), {})
    rules = QuestionRules(params.annotation_attributes, scene=False)
    instances = paintable(params)
    mapping: dict[str, Any] = {}
    for i, label in enumerate(first_labels(params), 1):
        attributes = rules.sample(Subject(label, context=scene), {}) if rules else None
        entry = {"index": i, "color": masks.color_of(i), "attributes": attributes}
        mapping[label] = [entry] if instances[label] else entry
    index = np.ones(_shape(media), np.uint32)
    painted = rasters.as_file(rasters.write_colors(index, {1: masks.color_of(1)}))
    indexed = rasters.as_file(rasters.write_index(index))
    first = next(iter(mapping))
    return {
        "annotations": {
            "unlabeled": rasters.as_file(rasters.write_colors(index, {})),
            "labeled": {first: [painted] if instances[first] else painted},
            "combined": {"image": painted, "indexedImage": indexed},
        },
        "labelMapping": mapping,
        **({"global_attributes": scene} if scene else {}),
    }


def _shape(media: Sequence[Media]) -> tuple[int, int]:
    for image in media[:1]:
        if image.width and image.height and image.width * image.height <= rasters.MOST_PIXELS:
            return image.height, image.width
    return 1, 1
