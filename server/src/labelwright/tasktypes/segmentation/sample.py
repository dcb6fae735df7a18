"""The answer that test mode gives at once (task-types-2d-text §5.2): the whole image has the first label."""

import base64
import colorsys
import io
from typing import Any

from PIL import Image

from labelwright.tasktypes.segmentation.answer import PNG
from labelwright.tasktypes.segmentation.params import (
    SegmentAnnotationParams,
    first_labels,
    paintable,
)
from labelwright.tasktypes.shared.answers import QuestionRules, Subject

_STEPS = 6
"""Colours go round the circle of hues in steps of 60°, as recorded."""


def sample(params: SegmentAnnotationParams) -> dict[str, Any]:
    """Return pictures of one pixel, and every label of ``labels`` with its index and colour."""
    scene = QuestionRules(params.annotation_attributes, scene=True).sample(Subject(), {})
    rules = QuestionRules(params.annotation_attributes, scene=False)
    instances = paintable(params)
    mapping: dict[str, Any] = {}
    for i, label in enumerate(first_labels(params)):
        entry: dict[str, Any] = {"index": i + 1, "color": "#{:02x}{:02x}{:02x}".format(*_color(i))}
        if rules:
            entry["attributes"] = rules.sample(Subject(label, context=scene), {})
        mapping[label] = [entry] if instances[label] else entry
    first = next(iter(mapping))
    painted = _png("RGBA", (*_color(0), 255))
    return {
        "annotations": {
            "unlabeled": _png("RGBA", (0, 0, 0, 0)),
            "labeled": {first: [painted] if instances[first] else painted},
            "combined": {"image": painted, "indexedImage": _png("L", 1)},
        },
        "labelMapping": mapping,
        "global_attributes": scene,
    }


def _color(i: int) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(i % _STEPS / _STEPS, 1, 1)
    return round(255 * red), round(255 * green), round(255 * blue)


def _png(mode: str, color: Any) -> str:
    file = io.BytesIO()
    Image.new(mode, (1, 1), color).save(file, "PNG")
    return PNG + base64.b64encode(file.getvalue()).decode()
