"""Shapes for the answers of test mode: those of ``imageannotation`` (wire/task-types-images §1.3)."""

from collections.abc import Mapping
from typing import Any

from labelwright.tasktypes.forms.attributes import AttributeDefinition, is_global
from labelwright.tasktypes.image.params import ImageParams
from labelwright.tasktypes.image.sample import sample as drawn
from labelwright.tasktypes.shapes.tools import Geometries


def shapes(geometries: Geometries, attributes: Mapping[str, AttributeDefinition]) -> list[dict[str, Any]]:
    """Return one shape per tool that has labels, as on one image."""
    params = ImageParams(
        attachment="",
        geometries=geometries,
        annotation_attributes={
            name: definition for name, definition in attributes.items() if not is_global(definition)
        },
    )
    found: list[dict[str, Any]] = drawn(params)["annotations"]
    return found


def moved(shape: Mapping[str, Any], pixels: int) -> dict[str, Any]:
    """Return a shape of the sample further to the right."""
    found = dict(shape)
    for name in ("left", "x"):
        if name in found:
            found[name] += pixels
    if "vertices" in found:
        found["vertices"] = [{**one, "x": one["x"] + pixels} for one in found["vertices"]]
    return found
