"""Read-only drawings on an image (wire/task-types-common §7)."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.tasktypes.shapes.model import Coordinate, Corner


class LayerVertex(msgspec.Struct):
    """A point in pixels."""

    x: Coordinate
    y: Coordinate


class LayerCorner(msgspec.Struct, kw_only=True):
    """A visible corner of a read-only cuboid."""

    description: Corner
    type: Literal["vertex"] = "vertex"
    x: Coordinate
    y: Coordinate


class LayerBox(msgspec.Struct, kw_only=True):
    """A read-only box."""

    left: Coordinate
    top: Coordinate
    width: Coordinate
    height: Coordinate
    rotation: Coordinate = 0


class LayerPath(msgspec.Struct, kw_only=True):
    """A read-only line or polygon."""

    vertices: Annotated[list[LayerVertex], Meta(min_length=1, max_length=10_000)]


class LayerPoint(msgspec.Struct, kw_only=True):
    """A read-only point."""

    x: Coordinate
    y: Coordinate


class LayerCuboid(msgspec.Struct, kw_only=True):
    """A read-only cuboid: six corners, or four."""

    vertices: Annotated[list[LayerCorner], Meta(min_length=4, max_length=6)]


class Layers(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Read-only drawings on the image, each in the form of an answer; further keys of these are kept.

    Source: wire/task-types-common §7.
    """

    boxes: list[LayerBox] | UnsetType = UNSET
    lines: list[LayerPath] | UnsetType = UNSET
    polygons: list[LayerPath] | UnsetType = UNSET
    points: list[LayerPoint] | UnsetType = UNSET
    cuboids: list[LayerCuboid] | UnsetType = UNSET
