"""The answers that test mode gives at once: the recorded ones (wire/task-types-images §2.3, wire/modes)."""

import uuid
from typing import Any

from labelwright.tasktypes.annotation.params import (
    BoxAnnotationParams,
    CuboidAnnotationParams,
    FirstGenerationParams,
    labelled,
    only_label,
)
from labelwright.tasktypes.forms.labels import leaves
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject

_NAMESPACE = uuid.UUID("6f0c9a52-5d0e-4c8c-9d5c-2f9d3a1f0b77")
_TRIANGLE = ((10, 10), (110, 110), (10, 110))
_CUBOID = {
    "face-topleft": (100, 70),
    "face-bottomleft": (100, 296),
    "face-topright": (320, 70),
    "face-bottomright": (320, 296),
    "side-topcorner": (441, 82),
    "side-bottomcorner": (441, 198),
}


def sample(params: FirstGenerationParams) -> dict[str, Any]:
    """Return the recorded annotation with the first label.

    There are as many as the task wants at least, and more where a required ``linked`` attribute needs a
    target; only those that are linked with have a ``uuid``.
    """
    names = leaves(params.objects_to_annotate)
    least = params.min_annotations if isinstance(params, CuboidAnnotationParams) else 0
    items = [_item(params, names[0]) for _ in range(max(1, least))]
    rules = QuestionRules(params.annotation_attributes)
    # The list grows while it is walked: a link may need a new target, to be filled in too.
    for item in items if rules else ():
        sized = isinstance(params, BoxAnnotationParams | CuboidAnnotationParams)
        about = Subject(item.get("label", only_label(params)), (1, 1) if sized else None)
        values = item["attributes"] = rules.sample(about, {})
        for name, allowed in rules.missing_links(about, values):
            values[name] = _target(params, items, item, allowed)["uuid"]
    return {"annotations": items}


def _target(
    params: FirstGenerationParams, items: list[dict[str, Any]], source: dict[str, Any], allowed: Any
) -> dict[str, Any]:
    target = next((one for one in items if one is not source and one["label"] in allowed), None)
    if target is None:
        target = _item(params, allowed[0])
        items.append(target)
    target.setdefault("uuid", str(uuid.uuid5(_NAMESPACE, str(items.index(target)))))
    return target


def _item(params: FirstGenerationParams, label: str) -> dict[str, Any]:
    item = _drawn(params)
    return {**item, "label": label} if labelled(params) else item


def _drawn(params: FirstGenerationParams) -> dict[str, Any]:
    if isinstance(params, BoxAnnotationParams):
        width, height = max(100, params.min_width), max(100, params.min_height)
        return {"left": 0, "top": 0, "width": width, "height": height}
    if isinstance(params, CuboidAnnotationParams):
        # The recorded cuboid is 341 px wide and 226 px high; it is scaled up to the size asked for.
        scale = max(1, -(-params.min_width // 341), -(-params.min_height // 226))
        return {
            "vertices": [
                {"description": name, "y": y * scale, "x": x * scale, "type": "vertex"}
                for name, (x, y) in _CUBOID.items()
            ]
        }
    return {"vertices": [{"x": x, "y": y} for x, y in _TRIANGLE]}
