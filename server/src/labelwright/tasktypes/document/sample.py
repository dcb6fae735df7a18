"""The answer that test mode gives at once (wire/task-types-documents §1.5): always the same for the same task."""

import uuid
from typing import Any

from labelwright.tasktypes.document.params import (
    DocumentModelParams,
    DocumentParams,
    LabelledFeature,
    labelled,
)

_NAMESPACE = uuid.UUID("0a6d7f0c-0f5d-4d7b-8a39-0d5a0f6a4b21")
_BOX: dict[str, Any] = {"type": "box", "left": 10, "top": 10, "width": 100, "height": 30}
_TURNED: dict[str, Any] = {
    "type": "polygon",
    "vertices": [{"x": 10, "y": 10}, {"x": 110, "y": 10}, {"x": 110, "y": 40}, {"x": 10, "y": 40}],
}


def sample(params: DocumentParams) -> dict[str, Any]:
    """Return one annotation per feature that has a label."""
    location = _BOX if params.geometry == "box" else _TURNED
    annotations = [
        {
            "uuid": str(uuid.uuid5(_NAMESPACE, str(i))),
            "page": 0,
            "label": label,
            "location": location,
            **_content(feature),
        }
        for i, (label, feature) in enumerate((labelled(params) or {}).items())
    ]
    if not isinstance(params, DocumentModelParams):
        return {"annotations": annotations}
    return {"annotations": annotations, "model": params.model, "reviewed": False}


def _content(feature: LabelledFeature) -> dict[str, Any]:
    flags = frozenset(feature.flags)
    content: dict[str, Any] = {"text": "test response"}
    if "date" in flags:
        content = {"text": "2020-01-01"}
    if "money" in flags:
        content = {"text": "1.00", "money": {"amount": "1.00", "parsed": 1}}
    if "checkbox" in flags:
        content["checked"] = True
    return content
