"""The six drawing tools and their options as a request gives them (wire/task-types-common §8)."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.tasktypes.forms.attributes import AttributeDefinition
from labelwright.tasktypes.forms.labels import Labels, Text, leaves, require_unique
from labelwright.tasktypes.wire.numbers import Number
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path

Pixels = Annotated[int, Meta(ge=0, le=1_000_000)]
VertexCount = Annotated[int, Meta(ge=1, le=10_000)]

MIN_VERTICES = {"polygon": 3, "line": 2}
"""What a shape needs to exist, whatever ``min_vertices`` says (the documented default is 1)."""


class BoxOptions(msgspec.Struct, kw_only=True):
    """Options of ``box``.

    Attributes:
        objects_to_annotate: the labels; leaves are unique.
        min_height: pixels.
        min_width: pixels.
        can_rotate: answers also carry ``rotation`` and ``vertices``.
        integer_pixels: coordinates are whole numbers, except of turned boxes.
    """

    objects_to_annotate: Labels = []
    min_height: Pixels = 0
    min_width: Pixels = 0
    can_rotate: bool = False
    integer_pixels: bool = False


class PolygonOptions(msgspec.Struct, kw_only=True):
    """Options of ``polygon``: labels, and the number of vertices, without upper limit when null."""

    objects_to_annotate: Labels = []
    min_vertices: VertexCount = 1
    max_vertices: VertexCount | None = None


class LineOptions(msgspec.Struct, kw_only=True):
    """Options of ``line``: labels, and the number of vertices, without upper limit when null."""

    objects_to_annotate: Labels = []
    min_vertices: VertexCount = 1
    max_vertices: VertexCount | None = None


class Connection(msgspec.Struct, kw_only=True):
    """A line drawn between two points of a skeleton; only for the eye.

    Attributes:
        pair: two leaf labels of ``point``.
        connection_attribute: a ``linked`` attribute that tells which points belong to the same instance.
    """

    pair: Annotated[list[Text], Meta(min_length=2, max_length=2)]
    connection_attribute: Text | UnsetType = UNSET


class PointOptions(msgspec.Struct, kw_only=True):
    """Options of ``point``; ``x`` and ``y`` are in the official Node types by mistake and mean nothing."""

    objects_to_annotate: Labels = []
    connections: list[Connection] = []
    x: Any = UNSET
    y: Any = UNSET


class CameraIntrinsics(msgspec.Struct, kw_only=True):
    """A pinhole camera, in pixels of the original image.

    Attributes:
        fx: focal length.
        fy: focal length.
        cx: principal point.
        cy: principal point.
        skew: of the axes.
        scalefactor: 2 when the attachment is half the original size.
        scale_factor: how one page of the documentation spells it; rewritten to ``scalefactor``.
    """

    fx: Number
    fy: Number
    cx: Number
    cy: Number
    skew: Number = 0
    scalefactor: Number | UnsetType = UNSET
    scale_factor: Number | UnsetType = UNSET


class Quaternion(msgspec.Struct, kw_only=True):
    """The camera's rotation in the world; its z axis is the optical axis."""

    w: Number
    x: Number
    y: Number
    z: Number


class CuboidOptions(msgspec.Struct, kw_only=True):
    """Options of ``cuboid``.

    Attributes:
        objects_to_annotate: the labels; leaves are unique.
        min_height: pixels.
        min_width: pixels.
        camera_intrinsics: with the next two, answers may carry 3D points.
        camera_rotation_quaternion: see ``camera_intrinsics``.
        camera_height: metres above the ground.
    """

    objects_to_annotate: Labels = []
    min_height: Pixels = 0
    min_width: Pixels = 0
    camera_intrinsics: CameraIntrinsics | None = None
    camera_rotation_quaternion: Quaternion | None = None
    camera_height: Number | None = None


class EllipseOptions(msgspec.Struct, kw_only=True):
    """Options of ``ellipse``; ``vertices`` is in the official Node types by mistake and means nothing."""

    objects_to_annotate: Labels = []
    vertices: Any = UNSET


Options = BoxOptions | PolygonOptions | LineOptions | PointOptions | CuboidOptions | EllipseOptions


class Geometries(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which tools a labeler has. A tool with an empty ``objects_to_annotate`` is legal and cannot be used."""

    box: BoxOptions | UnsetType = UNSET
    polygon: PolygonOptions | UnsetType = UNSET
    line: LineOptions | UnsetType = UNSET
    point: PointOptions | UnsetType = UNSET
    cuboid: CuboidOptions | UnsetType = UNSET
    ellipse: EllipseOptions | UnsetType = UNSET

    def options(self) -> dict[str, Options]:
        """Return the options of the tools that were given, by the tool's name."""
        named = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return {name: options for name, options in named if options is not UNSET}

    def labels(self) -> dict[str, list[str]]:
        """Return the leaf labels per tool."""
        return {name: leaves(options.objects_to_annotate) for name, options in self.options().items()}


def check_geometries(
    geometries: Geometries, attributes: dict[str, AttributeDefinition], path: Path
) -> set[str]:
    """Check what the types of the options cannot say.

    Args:
        geometries: the tools.
        attributes: the definitions, for ``connection_attribute``.
        path: where the tools are.

    Returns:
        Every leaf label of the task.

    Raises:
        InvalidParameter: no tool has labels, a leaf occurs twice in one tool, the limits on vertices
            cannot be met, or a connection names something that does not exist.
    """
    found: set[str] = set()
    for name, options in geometries.options().items():
        found.update(require_unique(options.objects_to_annotate, (*path, name, "objects_to_annotate")))
        if isinstance(options, PolygonOptions | LineOptions):
            _check_vertices(options, MIN_VERTICES[name], (*path, name))
        elif isinstance(options, PointOptions):
            _check_connections(options, attributes, (*path, name))
        elif isinstance(options, CuboidOptions):
            check_camera(options, (*path, name))
    if not found:
        raise refuse(path, "must contain at least one geometry with objects_to_annotate")
    return found


def _check_vertices(options: PolygonOptions | LineOptions, fewest: int, path: Path) -> None:
    if options.max_vertices is None:
        return
    if options.max_vertices < options.min_vertices:
        raise refuse((*path, "max_vertices"), "must be at least min_vertices")
    if options.max_vertices < fewest:
        raise refuse((*path, "max_vertices"), f"must be greater than or equal to {fewest}")


def _check_connections(options: PointOptions, attributes: dict[str, AttributeDefinition], path: Path) -> None:
    points = set(leaves(options.objects_to_annotate)) if options.connections else ()
    for i, connection in enumerate(options.connections):
        place = (*path, "connections", i)
        for j, one in enumerate(connection.pair):
            if one not in points:
                raise refuse((*place, "pair", j), f'must be a label of point, "{one}" is not one')
        name = connection.connection_attribute
        if name is not UNSET and (name not in attributes or attributes[name].type != "linked"):
            raise refuse((*place, "connection_attribute"), "must be the name of a linked attribute")


def check_camera(options: CuboidOptions, path: Path) -> None:
    """Check what the types of the camera options cannot say.

    Args:
        options: of ``cuboid``.
        path: where they are.

    Raises:
        InvalidParameter: a length is not positive, both spellings of the scale are there, or the rotation
            is zero.
    """
    intrinsics, turn = options.camera_intrinsics, options.camera_rotation_quaternion
    if intrinsics is not None:
        place = (*path, "camera_intrinsics")
        for name in ("fx", "fy", "scalefactor", "scale_factor"):
            value = getattr(intrinsics, name)
            if value is not UNSET and value <= 0:
                raise refuse((*place, name), "must be greater than 0")
        if intrinsics.scalefactor is not UNSET and intrinsics.scale_factor is not UNSET:
            raise refuse(place, "contains a conflict between exclusive peers [scalefactor, scale_factor]")
    if turn is not None and not any((turn.w, turn.x, turn.y, turn.z)):
        raise refuse((*path, "camera_rotation_quaternion"), "must not be zero")
