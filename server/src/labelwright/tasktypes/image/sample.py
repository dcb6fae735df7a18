"""The answer that test mode gives at once (wire/task-types-images §1.3): always the same for the same task."""

import uuid
from collections.abc import Callable
from math import cos, pi, sin
from typing import Any

from msgspec import UNSET

from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject
from labelwright.tasktypes.image.params import ImageParams
from labelwright.tasktypes.shapes.tools import (
    MIN_VERTICES,
    BoxOptions,
    CuboidOptions,
    LineOptions,
    PolygonOptions,
)

_NAMESPACE = uuid.UUID("6f0c8a52-3c0c-5b7e-9a55-8f3c7f2b6d10")
_TRIANGLE = ((10, 10), (110, 110), (10, 110))
_ELLIPSE = ((60, 10), (110, 60), (60, 110), (10, 60))
_CUBOID = {
    "face-topleft": (100, 70),
    "face-bottomleft": (100, 296),
    "face-topright": (320, 70),
    "face-bottomright": (320, 296),
    "side-topcorner": (441, 82),
    "side-bottomcorner": (441, 198),
}
"""The dummy that the original service gives for ``cuboidannotation`` (wire/task-types-images §2.3)."""


def sample(params: ImageParams) -> dict[str, Any]:
    """Return an answer with one shape per tool that has labels, each with its first label.

    Pre-labels that may be locked are kept; every answer that the task requires is invented, and further
    shapes are added where a required ``linked`` attribute needs a target.
    """
    return _Sampler(params).answer()


class _Sampler:
    def __init__(self, params: ImageParams) -> None:
        self._params = params
        self._options = params.geometries.options()
        self._labels = params.geometries.labels()
        self._rules = QuestionRules(params.annotation_attributes, scene=False)
        scene = QuestionRules(params.annotation_attributes, scene=True)
        given = params.base_annotations
        before = {} if given is UNSET or given.global_attributes is UNSET else given.global_attributes
        self._global = scene.sample(Subject(), before)
        self._annotations: list[dict[str, Any]] = []

    def answer(self) -> dict[str, Any]:
        params = self._params
        links: list[Any] = []
        if params.base_annotations is not UNSET:
            self._annotations = [dict(one) for one in params.base_annotations.annotations]
            links = [] if params.base_annotations.links is UNSET else params.base_annotations.links
        given = len(self._annotations)
        if params.can_add_base_annotations or not given:
            for geometry, labels in self._labels.items():
                if labels:
                    self._add(geometry, labels[0])
        # The list grows while it is walked: a required link may need a new target, to be filled in too.
        for i, annotation in enumerate(self._annotations):
            if i >= given or params.can_edit_base_annotations:
                self._fill(annotation)
        return {"annotations": self._annotations, "global_attributes": self._global, "links": links}

    def _add(self, geometry: str, label: str) -> dict[str, Any]:
        taken = {one.get("uuid") for one in self._annotations}
        names = (str(uuid.uuid5(_NAMESPACE, str(i))) for i in range(len(taken) + 1))
        annotation = {
            "uuid": next(name for name in names if name not in taken),
            "type": geometry,
            "label": label,
            **_DRAW[geometry](self._options[geometry]),
        }
        self._annotations.append(annotation)
        return annotation

    def _fill(self, annotation: dict[str, Any]) -> None:
        if not self._rules:
            return
        sized = annotation["type"] in ("box", "cuboid")
        # Offsets in the sample are 0, so that any size will do.
        subject = Subject(annotation["label"], (1, 1) if sized else None, context=self._global)
        values = self._rules.sample(subject, annotation.get("attributes", {}))
        annotation["attributes"] = values
        for name, allowed in self._rules.missing_links(subject, values):
            target = self._target(annotation, allowed)
            if target is not None:
                values[name] = target["uuid"]

    def _target(self, source: dict[str, Any], allowed: Any) -> dict[str, Any] | None:
        for one in self._annotations:
            if one is not source and one["label"] in allowed:
                return one
        for geometry, labels in self._labels.items():
            for label in labels:
                if label in allowed:
                    return self._add(geometry, label)
        return None


def _box(options: BoxOptions) -> dict[str, Any]:
    return {"left": 0, "top": 0, "width": max(100, options.min_width), "height": max(100, options.min_height)}


def _polygon(options: PolygonOptions) -> dict[str, Any]:
    wanted = options.min_vertices
    if wanted <= MIN_VERTICES["polygon"]:
        return {"vertices": _vertices(_TRIANGLE)}
    turns = [2 * pi * i / wanted for i in range(wanted)]
    # A larger circle for many vertices keeps neighbours well apart.
    radius = max(50, wanted)
    return {"vertices": [{"x": 60 + radius * (1 + cos(t)), "y": 60 + radius * (1 + sin(t))} for t in turns]}


def _line(options: LineOptions) -> dict[str, Any]:
    points = list(_TRIANGLE[: options.max_vertices])
    points += [(10 + i, 110) for i in range(1, options.min_vertices - len(points) + 1)]
    return {"vertices": _vertices(points)}


def _point(_options: Any) -> dict[str, Any]:
    return {"x": 10, "y": 10}


def _ellipse(_options: Any) -> dict[str, Any]:
    return {"vertices": _vertices(_ELLIPSE)}


def _cuboid(options: CuboidOptions) -> dict[str, Any]:
    # Drawn large enough for the required size: the dummy is 341 px wide and 226 px high.
    scale = max(1, -(-options.min_width // 341), -(-options.min_height // 226))
    return {
        "vertices": [
            {"description": name, "type": "vertex", "x": x * scale, "y": y * scale}
            for name, (x, y) in _CUBOID.items()
        ]
    }


def _vertices(points: Any) -> list[dict[str, Any]]:
    return [{"x": x, "y": y} for x, y in points]


_DRAW: dict[str, Callable[[Any], dict[str, Any]]] = {
    "box": _box,
    "polygon": _polygon,
    "line": _line,
    "point": _point,
    "ellipse": _ellipse,
    "cuboid": _cuboid,
}
