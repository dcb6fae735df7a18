"""One drawing out of several people's: which shapes are the same thing, and what it looks like on the whole.

A shape stays when at least half of the people drew it. Who drew the same thing is decided by place, with the same
label first. Label and attributes are those that are most like all the others, coordinates the median.
"""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import combinations
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET

from labelwright.metrics import clustering
from labelwright.metrics.matching import Candidates
from labelwright.tasktypes.scoring.merge_answers import free_name
from labelwright.tasktypes.scoring.shape_scores import Canvas, alike, matchable, outline
from labelwright.tasktypes.shapes.model import (
    Box,
    Cuboid,
    CuboidVertex,
    Ellipse,
    Line,
    Point,
    Polygon,
    Shape,
    Vertex,
    Vertex3D,
)
from labelwright.tasktypes.shapes.planar import box_corners

T = TypeVar("T", bound=Hashable)


class Cluster(msgspec.Struct):
    """What several people drew.

    Attributes:
        members: whose, and which of theirs.
        reference: place in ``members`` of the shape that is most like the others.
    """

    members: list[clustering.Member]
    reference: int


class Merged(msgspec.Struct):
    """Several people's shapes as one drawing.

    Attributes:
        shapes: in the order of the first one who drew each; attributes are those of the reference.
        things: what each is made of.
        names: of each answer, ``uuid`` to the ``uuid`` of the merged shape; shapes that were dropped are missing.
    """

    shapes: list[Shape]
    things: list[Cluster]
    names: list[dict[str, str]]


def merge_shapes(answers: Sequence[Sequence[Shape]], canvas: Canvas) -> Merged:
    """Merge the shapes of several answers.

    Args:
        answers: the shapes of each, with ``uuid``.
        canvas: the picture.
    """
    things = [
        one
        for one in find_clusters(answers, canvas)
        if clustering.is_majority(len(one.members), len(answers))
    ]
    merged = Merged([], things, [{} for _ in answers])
    taken: set[str] = set()
    for thing in things:
        drawn = [answers[owner][i] for owner, i in thing.members]
        label = most_frequent([one.label for one in drawn], thing.reference)
        uuids = [str(one.uuid) for one in drawn]
        uuid = free_name([most_frequent(uuids, thing.reference), *uuids], taken)
        taken.add(uuid)
        shape = merged_shape(drawn, thing.reference)
        merged.shapes.append(msgspec.structs.replace(shape, label=label, uuid=uuid))
        for owner, i in thing.members:
            merged.names[owner][str(answers[owner][i].uuid)] = uuid
    return merged


def find_clusters(answers: Sequence[Sequence[Shape]], canvas: Canvas) -> list[Cluster]:
    """Return what belongs together; each shape of each answer is in exactly one thing.

    Args:
        answers: the shapes of each.
        canvas: the picture.
    """
    pairs: dict[tuple[int, int], Candidates] = {}
    near: dict[frozenset[clustering.Member], float] = {}
    for a, b in combinations(range(len(answers)), 2):
        found = matchable(answers[a], alike(answers[a], answers[b], canvas))
        near.update(
            (frozenset(((a, i), (b, j))), similarity)
            for i, j, similarity in zip(*(one.tolist() for one in found), strict=True)
        )
        same = [
            answers[a][i].label == answers[b][j].label
            for i, j in zip(found.left.tolist(), found.right.tolist(), strict=True)
        ]
        # One more for the same label: another label at the same place is looked at after all of those.
        pairs[a, b] = found._replace(similarity=found.similarity + same)
    counts = [len(one) for one in answers]
    return [Cluster(members, _central(members, near)) for members in clustering.clusters(counts, pairs)]


def _central(members: Sequence[clustering.Member], near: Mapping[frozenset[clustering.Member], float]) -> int:
    sums = [sum(near.get(frozenset((one, other)), 0.0) for other in members) for one in members]
    return sums.index(max(sums))


def most_frequent(values: Sequence[T], reference: int) -> T:
    """Return what most have; of equally frequent ones that of the reference, or else the first."""
    counts = Counter(values)
    most = max(counts.values())
    return (
        values[reference] if counts[values[reference]] == most else max(values, key=lambda one: counts[one])
    )


def merged_shape(shapes: Sequence[Shape], reference: int) -> Shape:
    """Return the one shape that several of one geometry amount to.

    Boxes, points, lines and cuboids are at the median of their coordinates, ellipses at the mean; a polygon is the area
    that at least half of them cover. What was equal in all stays as it is.

    Args:
        shapes: at least one, all of one geometry.
        reference: the one that gives what cannot be averaged: the number of vertices, the name, the attributes.
    """
    first = shapes[reference]
    places = [_place(one) for one in shapes]
    if all(one == places[0] for one in places):
        return first
    return _MERGED[type(first)](shapes, reference)


def _place(shape: Shape) -> dict[str, Any]:
    fields = msgspec.structs.asdict(shape)
    return {name: value for name, value in fields.items() if name not in ("uuid", "label", "attributes")}


def _merged_boxes(shapes: Sequence[Any], reference: int) -> Shape:
    first: Box = shapes[reference]
    if not any(one.rotation for one in shapes):
        rows = [(one.left, one.top, one.left + one.width, one.top + one.height) for one in shapes]
        left, top, right, bottom = (_number(one) for one in clustering.middle(rows))
        rotation: Any = first.rotation
    else:
        left, top, right, bottom, rotation = _turned(shapes, reference)
    vertices: Any = UNSET
    if first.vertices is not UNSET:
        corners = box_corners(left, top, right - left, bottom - top, rotation or 0)
        vertices = [Vertex(x, y) for x, y in corners]
    return msgspec.structs.replace(
        first,
        left=left,
        top=top,
        width=_number(right - left),
        height=_number(bottom - top),
        rotation=rotation,
        vertices=vertices,
    )


def _turned(shapes: Sequence[Any], reference: int) -> tuple[float, float, float, float, float]:
    """Return left, top, right and bottom before the turn, and the turn, of turned boxes on the whole.

    Of a turned box centre and size mean something, the edges of the unturned one do not. A quarter more of a turn with
    width and height exchanged is the same box.
    """
    quarter = math.pi / 2
    goal = shapes[reference].rotation or 0
    rows, turns = [], []
    for one in shapes:
        more = round(((one.rotation or 0) - goal) / quarter)
        width, height = (one.height, one.width) if more % 2 else (one.width, one.height)
        rows.append((one.left + one.width / 2, one.top + one.height / 2, width, height))
        turns.append((one.rotation or 0) - more * quarter)
    x, y, width, height = clustering.middle(rows).tolist()
    rotation = float(clustering.middle(turns))
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2, rotation


def _merged_polygons(shapes: Sequence[Any], reference: int) -> Shape:
    first: Polygon = shapes[reference]
    ring = clustering.common_region([outline(one) for one in shapes])
    return msgspec.structs.replace(first, vertices=_vertices(ring))


def _merged_lines(shapes: Sequence[Any], reference: int) -> Shape:
    first: Line = shapes[reference]
    line = clustering.middle_line([outline(one) for one in shapes], reference)
    return msgspec.structs.replace(first, vertices=_vertices(line))


def _merged_points(shapes: Sequence[Any], reference: int) -> Shape:
    first: Point = shapes[reference]
    x, y = (_number(one) for one in clustering.middle([(one.x, one.y) for one in shapes]))
    return msgspec.structs.replace(first, x=x, y=y)


def _merged_ellipses(shapes: Sequence[Any], reference: int) -> Shape:
    first: Ellipse = shapes[reference]
    ends = clustering.middle_corners([outline(one) for one in shapes], reference)
    return msgspec.structs.replace(first, vertices=_vertices(ends))


def _merged_cuboids(shapes: Sequence[Any], reference: int) -> Shape:
    """Average the corners of those who saw the same corners as the reference."""
    first: Cuboid = shapes[reference]
    names = {str(one.description) for one in first.vertices}
    rows = [
        at
        for shape in shapes
        if (at := {str(one.description): (one.x, one.y) for one in shape.vertices}).keys() == names
    ]
    corners = []
    for corner in first.vertices:
        x, y = clustering.middle([row[str(corner.description)] for row in rows])
        corners.append(CuboidVertex(description=corner.description, x=_number(x), y=_number(y)))
    solid: dict[str, Any] = {"points_2d": UNSET, "points_3d": UNSET}
    for name, kind in (("points_2d", Vertex), ("points_3d", Vertex3D)):
        given = [one for shape in shapes if (one := getattr(shape, name)) is not UNSET]
        if getattr(first, name) is not UNSET:
            middle = clustering.middle([[msgspec.structs.astuple(point) for point in one] for one in given])
            solid[name] = [kind(*(_number(value) for value in point)) for point in middle]
    # The edges follow from the corners; the checker draws them again.
    return msgspec.structs.replace(first, vertices=corners, edges=UNSET, **solid)


_MERGED: Mapping[type, Callable[[Sequence[Any], int], Shape]] = {
    Box: _merged_boxes,
    Polygon: _merged_polygons,
    Line: _merged_lines,
    Point: _merged_points,
    Ellipse: _merged_ellipses,
    Cuboid: _merged_cuboids,
}


def _vertices(points: Sequence[tuple[float, float]]) -> list[Vertex]:
    return [Vertex(_number(x), _number(y)) for x, y in points]


def _number(value: float) -> Any:
    """Return a whole number without its ``.0``, as people's clients write it."""
    number = float(value)
    return int(number) if number.is_integer() else number
