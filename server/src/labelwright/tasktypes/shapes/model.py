"""The six shapes as an answer gives them, and what makes one valid (wire/task-types-common §9, §10)."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.shapes.planar import (
    XY,
    TooIntricateError,
    area,
    box_corners,
    extent,
    first_crossing,
    without_repeats,
)
from labelwright.tasktypes.shapes.tools import (
    MIN_VERTICES,
    BoxOptions,
    CuboidOptions,
    LineOptions,
    PolygonOptions,
)
from labelwright.tasktypes.wire.numbers import EPSILON, LIMIT
from labelwright.validation.errors import Path

_bounds = Meta(ge=-LIMIT, le=LIMIT)
Coordinate = Annotated[int, _bounds] | Annotated[float, _bounds]
"""Pixels; the bounds also keep NaN and Infinity out."""

Corner = Literal[
    "face-topleft",
    "face-bottomleft",
    "face-topright",
    "face-bottomright",
    "side-topcorner",
    "side-bottomcorner",
]
FACE_CORNERS = ("face-topleft", "face-bottomleft", "face-topright", "face-bottomright")
CUBOID_CORNERS = (*FACE_CORNERS, "side-topcorner", "side-bottomcorner")
ROUNDING = 0.5
"""How far, in pixels, given corners of a turned box may be from the computed ones: clients round them."""

BISECT = 1.0
"""How far, in pixels, the middles of an ellipse's axes may be apart (wire/task-types-common §10)."""


class Vertex(msgspec.Struct, forbid_unknown_fields=True):
    """A point in pixels."""

    x: Coordinate
    y: Coordinate


class Vertex3D(msgspec.Struct, forbid_unknown_fields=True):
    """A point in camera coordinates; metres when the camera's height is known."""

    x: Coordinate
    y: Coordinate
    z: Coordinate


class CuboidVertex(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A visible corner of a cuboid: of the nearest face, or of the side that adjoins it."""

    description: Corner
    type: Literal["vertex"] = "vertex"
    x: Coordinate
    y: Coordinate


class CuboidEdge(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A visible edge of a cuboid."""

    description: Literal[
        "face-top",
        "face-bottom",
        "face-left",
        "face-right",
        "side-top",
        "side-bottom",
        "side-left",
        "side-right",
    ]
    type: Literal["edge"] = "edge"
    x1: Coordinate
    y1: Coordinate
    x2: Coordinate
    y2: Coordinate


class Annotation(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    """What every shape has.

    Attributes:
        uuid: of the annotation; given by the server when absent.
        label: a leaf label of the shape's geometry.
        attributes: name to answer; there whenever the task has ``annotation_attributes``.
    """

    uuid: Text | UnsetType = UNSET
    label: str
    attributes: dict[str, Any] | UnsetType = UNSET


Vertices = Annotated[list[Vertex], Meta(max_length=10_000)]


class Box(Annotation, tag="box"):
    """An upright box, or one turned about its centre.

    Attributes:
        left: pixels, of the unturned box, like the next three.
        top: see ``left``.
        width: see ``left``.
        height: see ``left``.
        rotation: radians, clockwise; with ``can_rotate`` only.
        vertices: the four turned corners, from what was top-left clockwise; with ``can_rotate`` only.
    """

    left: Coordinate
    top: Coordinate
    width: Coordinate
    height: Coordinate
    rotation: Coordinate | UnsetType = UNSET
    vertices: Annotated[list[Vertex], Meta(min_length=4, max_length=4)] | UnsetType = UNSET


class Polygon(Annotation, tag="polygon"):
    """An outline in drawing order, not closed."""

    vertices: Vertices


class Line(Annotation, tag="line"):
    """A polyline in drawing order."""

    vertices: Vertices


class Point(Annotation, tag="point"):
    """A point."""

    x: Coordinate
    y: Coordinate


class Ellipse(Annotation, tag="ellipse"):
    """The four ends of the axes; opposite ones are first and third, second and fourth."""

    vertices: Annotated[list[Vertex], Meta(min_length=4, max_length=4)]


class Cuboid(Annotation, tag="cuboid"):
    """A box in perspective: six visible corners, or four when only one face is seen.

    Attributes:
        vertices: the corners, by name.
        edges: the visible edges; computed when absent.
        points_2d: the eight corners in pixels, with camera data.
        points_3d: the eight corners in camera coordinates, with camera data.
    """

    vertices: Annotated[list[CuboidVertex], Meta(min_length=4, max_length=6)]
    edges: Annotated[list[CuboidEdge], Meta(max_length=9)] | UnsetType = UNSET
    points_2d: Annotated[list[Vertex], Meta(min_length=8, max_length=8)] | UnsetType = UNSET
    points_3d: Annotated[list[Vertex3D], Meta(min_length=8, max_length=8)] | UnsetType = UNSET


Shape = Box | Polygon | Line | Point | Ellipse | Cuboid
ShapeError = tuple[Path, str, str]
"""Place below the shape, message, code."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where shapes may be: the image and its padding, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, width: int, height: int, padding_x: int = 0, padding_y: int = 0) -> "Frame":
        """Return the frame of an image of a size, with padding on both sides."""
        return cls(-padding_x, -padding_y, width + padding_x, height + padding_y)

    def misses(self, x: float, y: float) -> bool:
        """Tell whether a point is outside by more than rounding."""
        return not (
            self.left - EPSILON <= x <= self.right + EPSILON
            and self.top - EPSILON <= y <= self.bottom + EPSILON
        )


def geometry_of(shape: Shape) -> str:
    """Return the wire's name of the shape's geometry."""
    return str(type(shape).__struct_config__.tag)


def size_of(shape: Shape) -> tuple[float, float] | None:
    """Return width and height of a box (unturned) or cuboid in pixels, None for the others."""
    if isinstance(shape, Box):
        return shape.width, shape.height
    return extent(_points(shape.vertices)) if isinstance(shape, Cuboid) else None


def complete(shape: Shape, options: Any) -> None:
    """Bring a shape into the form that is delivered.

    Boxes that can be turned get ``rotation`` and ``vertices``, with ``integer_pixels`` whole numbers lose
    their ``.0``, cuboids get ``edges``, and vertices lose repeats (a closing vertex, a double click).

    Args:
        shape: changed in place.
        options: the options of its geometry.
    """
    if isinstance(shape, Box) and isinstance(options, BoxOptions):
        if options.can_rotate:
            _complete_turned(shape)
        if options.integer_pixels:
            for name in ("left", "top", "width", "height"):
                value = getattr(shape, name)
                if isinstance(value, float) and value.is_integer():
                    setattr(shape, name, int(value))
    elif isinstance(shape, Polygon | Line):
        kept = without_repeats(_points(shape.vertices), closed=isinstance(shape, Polygon))
        shape.vertices = [shape.vertices[i] for i in kept]
    elif isinstance(shape, Cuboid) and shape.edges is UNSET:
        shape.edges = _edges(shape)


def shape_errors(shape: Shape, options: Any, frame: Frame | None) -> Iterator[ShapeError]:
    """Yield everything that is wrong with a completed shape.

    Args:
        shape: as ``complete`` left it.
        options: the options of its geometry.
        frame: where it may be; None when the size of the image is not known.
    """
    yield from _ERRORS[type(shape)](shape, options)
    if frame is not None:
        yield from _outside(shape, frame)


def _points(vertices: Sequence[Vertex] | Sequence[CuboidVertex]) -> list[XY]:
    return [(one.x, one.y) for one in vertices]


def _complete_turned(box: Box) -> None:
    if box.rotation is UNSET:
        box.rotation = 0
    if box.vertices is UNSET:
        corners = box_corners(box.left, box.top, box.width, box.height, box.rotation)
        box.vertices = [Vertex(x, y) for x, y in corners]


def _edges(cuboid: Cuboid) -> list[CuboidEdge]:
    """Return the visible edges; their names are not public in full (wire/task-types-common §9.3)."""
    at: dict[str, CuboidVertex] = {one.description: one for one in cuboid.vertices}
    pairs: list[tuple[Any, str, str]] = [
        ("face-top", "face-topleft", "face-topright"),
        ("face-bottom", "face-bottomleft", "face-bottomright"),
        ("face-left", "face-topleft", "face-bottomleft"),
        ("face-right", "face-topright", "face-bottomright"),
    ]
    if "side-topcorner" in at and "face-topleft" in at and "face-topright" in at:
        middle = (at["face-topleft"].x + at["face-topright"].x) / 2
        side = "right" if at["side-topcorner"].x >= middle else "left"
        pairs += [
            ("side-top", f"face-top{side}", "side-topcorner"),
            ("side-bottom", f"face-bottom{side}", "side-bottomcorner"),
            (f"side-{side}", "side-topcorner", "side-bottomcorner"),
        ]
    return [
        CuboidEdge(description=name, x1=at[a].x, y1=at[a].y, x2=at[b].x, y2=at[b].y)
        for name, a, b in pairs
        if a in at and b in at
    ]


def _outside(shape: Shape, frame: Frame) -> Iterator[ShapeError]:
    message, code = "This lies outside the image.", "outside"
    if isinstance(shape, Point):
        if frame.misses(shape.x, shape.y):
            yield (), message, code
    elif isinstance(shape, Box) and not shape.rotation:
        for name, misses in (
            ("left", not frame.left - EPSILON <= shape.left <= frame.right + EPSILON),
            ("top", not frame.top - EPSILON <= shape.top <= frame.bottom + EPSILON),
            ("width", shape.left + shape.width > frame.right + EPSILON),
            ("height", shape.top + shape.height > frame.bottom + EPSILON),
        ):
            if misses:
                yield (name,), message, code
    elif isinstance(shape, Box):
        corners = box_corners(shape.left, shape.top, shape.width, shape.height, shape.rotation or 0)
        if any(frame.misses(x, y) for x, y in corners):
            yield (), "A corner of the turned box lies outside the image.", code
    else:
        for i, (x, y) in enumerate(_points(shape.vertices)):
            if frame.misses(x, y):
                yield ("vertices", i), message, code


def _box_errors(box: Box, options: BoxOptions) -> Iterator[ShapeError]:
    yield from _size_errors(("width",), box.width, options.min_width)
    yield from _size_errors(("height",), box.height, options.min_height)
    if box.rotation and not options.can_rotate:
        yield ("rotation",), "Boxes cannot be turned in this task.", "not_allowed"
    elif box.vertices is not UNSET:
        corners = box_corners(box.left, box.top, box.width, box.height, box.rotation or 0)
        for i, (vertex, (x, y)) in enumerate(zip(box.vertices, corners, strict=True)):
            if math.dist((vertex.x, vertex.y), (x, y)) > ROUNDING:
                yield ("vertices", i), f"The corner must be at ({x:.2f}, {y:.2f}).", "wrong_corner"
    if options.integer_pixels and not box.rotation:
        for name in ("left", "top", "width", "height"):
            if not isinstance(getattr(box, name), int):
                yield (name,), "The number must be whole.", "not_integer"


def _size_errors(path: Path, size: float, least: int) -> Iterator[ShapeError]:
    if size <= 0:
        yield path, "The size must be more than 0 px.", "too_small"
    elif size < least - EPSILON:
        yield path, f"The size must be at least {least} px (it is {size:g}).", "too_small"


def _count_errors(count: int, fewest: int, options: PolygonOptions | LineOptions) -> Iterator[ShapeError]:
    least, most = max(fewest, options.min_vertices), options.max_vertices
    if count < least:
        yield ("vertices",), f"At least {least} different vertices are needed (there are {count}).", "too_few"
    elif most is not None and count > most:
        yield ("vertices",), f"At most {most} vertices are allowed (there are {count}).", "too_many"


def _polygon_errors(polygon: Polygon, options: PolygonOptions) -> Iterator[ShapeError]:
    ring = _points(polygon.vertices)
    yield from _count_errors(len(ring), MIN_VERTICES["polygon"], options)
    if len(ring) < MIN_VERTICES["polygon"]:
        return
    if area(ring) <= EPSILON:
        yield ("vertices",), "The polygon has no area.", "no_area"
    try:
        crossing = first_crossing(ring)
    except TooIntricateError:
        yield ("vertices",), "The outline is too intricate: it needs fewer vertices.", "too_intricate"
        return
    if crossing is not None:
        a, b = crossing
        yield (
            ("vertices", a),
            f"The edges that start at vertex {a} and vertex {b} cross.",
            "self_intersection",
        )


def _line_errors(line: Line, options: LineOptions) -> Iterator[ShapeError]:
    yield from _count_errors(len(line.vertices), MIN_VERTICES["line"], options)


def _point_errors(_point: Point, _options: Any) -> Iterator[ShapeError]:
    return iter(())


def _ellipse_errors(ellipse: Ellipse, _options: Any) -> Iterator[ShapeError]:
    a, b, c, d = _points(ellipse.vertices)
    middles = ((a[0] + c[0]) / 2, (a[1] + c[1]) / 2), ((b[0] + d[0]) / 2, (b[1] + d[1]) / 2)
    if any(abs(one - other) > BISECT for one, other in zip(*middles, strict=True)):
        yield ("vertices",), "The axes of the ellipse must meet in their middles.", "axes"
    elif area([a, b, c, d]) <= EPSILON:
        yield ("vertices",), "The ellipse has no area.", "no_area"


def _cuboid_errors(cuboid: Cuboid, options: CuboidOptions) -> Iterator[ShapeError]:
    names: list[str] = [one.description for one in cuboid.vertices]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield ("vertices", i, "description"), f"The corner {name} is given twice.", "duplicate"
    wanted = FACE_CORNERS if len(names) == len(FACE_CORNERS) else CUBOID_CORNERS
    missing = [name for name in wanted if name not in names]
    if missing:
        yield ("vertices",), f"These corners are missing: {', '.join(missing)}.", "missing_corner"
    width, height = extent(_points(cuboid.vertices))
    yield from _size_errors(("vertices",), width, options.min_width)
    yield from _size_errors(("vertices",), height, options.min_height)
    with_camera = None not in (
        options.camera_intrinsics,
        options.camera_rotation_quaternion,
        options.camera_height,
    )
    for name in ("points_2d", "points_3d"):
        if getattr(cuboid, name) is not UNSET and not with_camera:
            yield (name,), "The task has no camera data.", "not_allowed"


_ERRORS: Mapping[type, Callable[[Any, Any], Iterator[ShapeError]]] = {
    Box: _box_errors,
    Polygon: _polygon_errors,
    Line: _line_errors,
    Point: _point_errors,
    Ellipse: _ellipse_errors,
    Cuboid: _cuboid_errors,
}
