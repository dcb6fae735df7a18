"""What can be annotated in a scene: the annotations of SFS, with arrays written out.

Source: wire/task-types-lidar-frames §2.5, wire/task-types-lidar §8.3.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.tasktypes.forms.labels import Text

_value = Meta(ge=-(10**9), le=10**9)
Value = Annotated[int, _value] | Annotated[float, _value]
Time = Annotated[int, Meta(ge=0, le=2**53)]
"""Microseconds."""

Times = Annotated[list[Time], Meta(min_length=1)]
Id = Text | Annotated[int, Meta(ge=-(2**53), le=2**53)]


class Path4D(msgspec.Struct, forbid_unknown_fields=True):
    """A shape over time.

    Attributes:
        timestamps: microseconds, increasing.
        values: the numbers of the shape at each of them.
    """

    timestamps: Times
    values: list[list[Value]]


class AttributePath(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The answers to one question over time.

    Attributes:
        name: of the question.
        timestamps: microseconds, increasing.
        values: the answer from each of them on.
        sensor_id: of the sensor for which they hold; all when absent.
        static: there is one answer for all of the scene.
    """

    name: str
    timestamps: Times
    values: list[Any]
    sensor_id: Id | UnsetType | None = UNSET
    static: bool = False


class SceneAnnotation(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    """What every annotation of a scene has.

    Attributes:
        id: unique in the scene; given by the server when absent.
        label: of the definition of its type.
        parent_id: another annotation.
        attributes: answers over time.
    """

    id: Id | UnsetType = UNSET
    label: str
    parent_id: Id | UnsetType | None = UNSET
    attributes: list[AttributePath] = []


class Placed(SceneAnnotation, kw_only=True):
    """What has a shape.

    Attributes:
        path: the shape over time.
        stationary: it does not move.
        sensor_id: of the sensor in whose pictures it lies; shapes in pictures need one.
    """

    path: Path4D
    stationary: bool = False
    sensor_id: Id | UnsetType | None = UNSET


class Projection(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A cuboid as one camera sees it.

    Attributes:
        sensor_id: the camera.
        timestamps: microseconds, increasing.
        boxes: left, top, width and height in pixels; null where it is not seen.
        cuboids: further numbers, unread.
    """

    sensor_id: Id
    timestamps: Times
    boxes: list[Annotated[list[Value], Meta(min_length=4, max_length=4)] | None]
    cuboids: list[Any] | UnsetType = UNSET


class Activation(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """When a sensor sees a cuboid.

    Attributes:
        sensor_id: the sensor.
        timestamps: microseconds, increasing.
        durations: microseconds.
        cuboids: further numbers, unread.
    """

    sensor_id: Id
    timestamps: Times
    durations: list[Time]
    cuboids: list[Any] | UnsetType = UNSET


class SceneCuboid(Placed, tag="cuboid", kw_only=True):
    """A box: length, width, height, centre, roll, pitch and yaw; metres and radians.

    Attributes:
        projections: as cameras see it.
        activations: when sensors see it.
    """

    projections: list[Projection] | UnsetType = UNSET
    activations: list[Activation] | UnsetType = UNSET


class SceneBox2D(Placed, tag="box_2d", kw_only=True):
    """An upright box in pictures: left, top, width, height."""


class ScenePoint2D(Placed, tag="point_2d", kw_only=True):
    """A point in pictures: x, y."""


class ScenePolyline2D(Placed, tag="polyline_2d", kw_only=True):
    """A line in pictures: x and y of every vertex."""


class ScenePolygon2D(Placed, tag="polygon_2d", kw_only=True):
    """An outline in pictures: x and y of every vertex."""


class ScenePoint(Placed, tag="point", kw_only=True):
    """A point in the world: x, y, z."""


class ScenePolyline(Placed, tag="polyline", kw_only=True):
    """A line in the world: x, y and z of every vertex; ``is_closed`` joins its ends."""

    is_closed: bool | UnsetType = UNSET


class ScenePolygon(Placed, tag="polygon", kw_only=True):
    """An outline in the world: x, y and z of every vertex."""


class ScenePolygonTopDown(Placed, tag="polygon_topdown", kw_only=True):
    """An outline on the ground, which does not move: x, y and z of every vertex."""


class ScenePointTopDown(Placed, tag="point_topdown", kw_only=True):
    """A point on the ground, which does not move: x, y, z."""


class LabeledPoints(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Points of a sensor.

    Attributes:
        sensor_id: the sensor.
        point_ids: indexes in its points.
        sensor_frame: number of its frame; absent for static clouds.
    """

    sensor_id: Id
    point_ids: list[Annotated[int, Meta(ge=0, le=2**32 - 1)]]
    sensor_frame: Annotated[int, Meta(ge=0, le=10**9)] | UnsetType = UNSET


class ScenePointSegmentation(SceneAnnotation, tag="point_segmentation", kw_only=True):
    """All points with a label, or with ``is_instance`` those of one thing."""

    is_instance: bool = False
    labeled_points: list[LabeledPoints]


class SceneEvent(SceneAnnotation, tag="event", kw_only=True):
    """Something that happens.

    Attributes:
        start: microseconds.
        duration: microseconds.
        sensor_id: of the sensor that notices.
    """

    start: Time
    duration: Time | UnsetType = UNSET
    sensor_id: Id | UnsetType | None = UNSET


class SceneLink(SceneAnnotation, tag="link", kw_only=True):
    """A relation between two annotations."""

    from_id: Id
    to_id: Id
    is_bidirectional: bool = False
    sensor_id: Id | UnsetType | None = UNSET


SceneItem = (
    SceneCuboid
    | SceneBox2D
    | ScenePoint2D
    | ScenePolyline2D
    | ScenePolygon2D
    | ScenePoint
    | ScenePolyline
    | ScenePolygon
    | ScenePolygonTopDown
    | ScenePointTopDown
    | ScenePointSegmentation
    | SceneEvent
    | SceneLink
)
Kind = Literal[
    "cuboid",
    "box_2d",
    "point_2d",
    "polyline_2d",
    "polygon_2d",
    "point",
    "polyline",
    "polygon",
    "polygon_topdown",
    "point_topdown",
    "point_segmentation",
    "event",
    "link",
]


class RowForm(msgspec.Struct, frozen=True):
    """How many numbers a shape has: ``count``, or at least ``fewest`` groups of ``group``."""

    count: int = 0
    group: int = 0
    fewest: int = 0


ROWS: dict[type[Any], RowForm] = {
    SceneCuboid: RowForm(count=9),
    SceneBox2D: RowForm(count=4),
    ScenePoint2D: RowForm(count=2),
    ScenePolyline2D: RowForm(group=2, fewest=2),
    ScenePolygon2D: RowForm(group=2, fewest=3),
    ScenePoint: RowForm(count=3),
    ScenePolyline: RowForm(group=3, fewest=2),
    ScenePolygon: RowForm(group=3, fewest=3),
    ScenePolygonTopDown: RowForm(group=3, fewest=3),
    ScenePointTopDown: RowForm(count=3),
}
IN_PICTURES = (SceneBox2D, ScenePoint2D, ScenePolyline2D, ScenePolygon2D)
ON_THE_GROUND = (ScenePolygonTopDown, ScenePointTopDown)
SIZES = {SceneCuboid: (0, 1, 2), SceneBox2D: (2, 3)}
"""Which numbers of a shape are sizes, and more than 0."""


def kind_of(item: SceneAnnotation) -> str:
    """Return the wire's name of the type of an annotation."""
    return str(type(item).__struct_config__.tag)
