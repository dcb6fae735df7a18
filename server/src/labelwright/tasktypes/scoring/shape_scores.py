"""How alike shapes on one picture are, and the score of all shapes of an answer (wire/task-types-scores §3).

Boxes, polygons, ellipses and cuboids are compared by the area that they share, lines by how far apart they run, and
points by how far apart they are. Only shapes of one geometry are compared.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET

from labelwright.metrics.matching import Candidates, assign
from labelwright.tasktypes.base import Media
from labelwright.tasktypes.scoring.weights import MATCHED, instance_details, quality
from labelwright.tasktypes.shapes.model import (
    FACE_CORNERS,
    Box,
    Cuboid,
    Ellipse,
    Line,
    Point,
    Polygon,
    Shape,
    geometry_of,
)
from labelwright.tasktypes.shapes.planar import box_corners

Ring = list[tuple[float, float]]
Groups = tuple[Sequence[int], Sequence[int]] | None


class Canvas(NamedTuple):
    """The size of a picture in pixels."""

    width: float
    height: float

    @property
    def diagonal(self) -> float:
        """From corner to corner, in pixels."""
        return math.hypot(self.width, self.height)


class ShapesScore(msgspec.Struct, frozen=True):
    """The outcome of comparing all shapes of two answers.

    Attributes:
        value: 0 to 1; each geometry counts by how many shapes of it there are on both sides.
        details: see ``compare_shapes``.
        matched: the pairs with the same geometry and label.
    """

    value: float
    details: Mapping[str, float]
    matched: Candidates


def canvas_of(media: Sequence[Media], shapes: Iterable[Shape]) -> Canvas:
    """Return the size of the first attachment, or of what the shapes cover when it is not known."""
    if media and media[0].width and media[0].height:
        return Canvas(media[0].width, media[0].height)
    points = [one for shape in shapes for one in outline(shape)]
    if not points:
        return Canvas(1, 1)
    return Canvas(
        max(1.0, *(x for x, _ in points)) - min(0.0, *(x for x, _ in points)),
        max(1.0, *(y for _, y in points)) - min(0.0, *(y for _, y in points)),
    )


def outline(shape: Shape) -> Ring:
    """Return the points that say where a shape is: corners, vertices, or the point itself."""
    if isinstance(shape, Point):
        return [(shape.x, shape.y)]
    if isinstance(shape, Box):
        return box_corners(shape.left, shape.top, shape.width, shape.height, shape.rotation or 0)
    return [(one.x, one.y) for one in shape.vertices]


def alike(
    expected: Sequence[Shape],
    given: Sequence[Shape],
    canvas: Canvas,
    *,
    scales: Mapping[int, float] | None = None,
    groups: Groups = None,
) -> Candidates:
    """Return the pairs of shapes of one geometry that have something in common, with how alike they are.

    Args:
        expected: the shapes that count as right, of any geometries.
        given: the others.
        canvas: the picture: tolerances are shares of its size.
        scales: for points that belong to a box: place in ``expected`` to the square root of the box's area.
        groups: on which picture (frame) each shape is, as whole numbers, when there are several; shapes on
            different ones have nothing in common.
    """
    found = []
    for geometry, measure in _MEASURES.items():
        mine = [i for i, one in enumerate(expected) if geometry_of(one) == geometry]
        other = [j for j, one in enumerate(given) if geometry_of(one) == geometry]
        if not mine or not other:
            continue
        among = None
        if groups is not None:
            among = [groups[0][i] for i in mine], [groups[1][j] for j in other]
        sizes = {at: scales[i] for at, i in enumerate(mine) if i in scales} if scales else {}
        side = _Side(canvas, sizes, among)
        pairs = measure([expected[i] for i in mine], [given[j] for j in other], side)
        found.append(
            Candidates.of([mine[i] for i in pairs.left], [other[j] for j in pairs.right], pairs.similarity)
        )
    return Candidates.joined(found)


def matchable(expected: Sequence[Shape], pairs: Candidates) -> Candidates:
    """Return the pairs that are alike enough to be the same: areas from IoU 0.5, lines and points as they come.

    Args:
        expected: the shapes to which ``left`` refers.
        pairs: of ``alike``.
    """
    import numpy as np

    areal = np.array([not isinstance(one, Line | Point) for one in expected], bool)
    return pairs.where((pairs.similarity >= MATCHED) | ~areal[pairs.left]) if len(expected) else pairs


def compare_shapes(
    expected: Sequence[Shape],
    given: Sequence[Shape],
    canvas: Canvas,
    scales: Mapping[int, float] | None = None,
    *,
    detailed: bool = True,
) -> ShapesScore:
    """Compare all shapes of two answers.

    Areas and lines score ΣS / (TP + ½ FP + ½ FN), points the mean OKS where each one too many or too few
    counts 0. Details: ``precision``, ``recall``, ``f1`` and ``mean_iou`` (mean similarity) of the matched
    shapes; ``localisation``, the score when labels do not count; the score of each geometry by its name, when
    there are several; and what ``shape_details`` returns.

    Args:
        expected: the shapes that count as right.
        given: the others.
        canvas: the picture.
        scales: see ``alike``.
        detailed: also measure how far off matched shapes are, which takes longer than all the rest.
    """
    pairs = matchable(expected, alike(expected, given, canvas, scales=scales))
    labels = [one.label for one in expected], [one.label for one in given]
    same = pairs.same(*labels)
    matched = assign(same)
    parts = _geometry_scores(expected, given, matched, labelled=True)
    anyhow = matched if len(same.left) == len(pairs.left) else assign(pairs)
    located = _geometry_scores(expected, given, anyhow, labelled=False)
    details = instance_details(matched, len(expected), len(given))
    details["localisation"] = _total(located)
    if len(parts) > 1:
        details.update({name: value for name, (value, _) in parts.items()})
    if detailed:
        details.update(shape_details(expected, given, matched, canvas))
    return ShapesScore(_total(parts), details, matched)


def shape_details(
    expected: Sequence[Shape], given: Sequence[Shape], matched: Candidates, canvas: Canvas
) -> dict[str, float]:
    """Return how far off matched shapes are, as means over the pairs of a geometry.

    ``angle_error`` (radians, of turned boxes, up to a quarter turn), ``boundary_f`` and ``hausdorff95`` (pixels, of
    polygons), ``axis_error`` (pixels) and ``tilt_error`` (radians, of ellipses), ``frechet`` (pixels) and ``lane_f1``
    (of lines), ``pck`` (of points), ``vertex_error`` (of cuboids, as a share of the diagonal) and
    ``solid_iou`` (of their volumes, where both have corners in space).
    """
    figures: dict[str, list[float]] = {}
    for i, j in zip(matched.left.tolist(), matched.right.tolist(), strict=True):
        measure = _ERRORS.get(type(expected[i]))
        if measure is not None:
            for name, value in measure(expected[i], given[j], canvas).items():
                figures.setdefault(name, []).append(value)
    details = {name: sum(values) / len(values) for name, values in figures.items()}
    details.update(_line_details(expected, given))
    details.update(_point_details(expected, given, canvas))
    return details


class _Side(NamedTuple):
    """What comparing shapes of one geometry depends on, besides them."""

    canvas: Canvas
    scales: Mapping[int, float]
    groups: Groups


def _geometry_scores(
    expected: Sequence[Shape], given: Sequence[Shape], matched: Candidates, *, labelled: bool
) -> dict[str, tuple[float, int]]:
    """Return per geometry that occurs its score and how many shapes it has on both sides."""
    totals: dict[str, float] = {}
    for i, value in zip(matched.left.tolist(), matched.similarity.tolist(), strict=True):
        name = geometry_of(expected[i])
        totals[name] = totals.get(name, 0.0) + value
    counts: dict[str, dict[str, list[int]]] = {}
    for side, shapes in enumerate((expected, given)):
        for one in shapes:
            label = one.label if labelled else ""
            counts.setdefault(geometry_of(one), {}).setdefault(label, [0, 0])[side] += 1
    scores = {}
    for name, by_label in counts.items():
        both = sum(a + b for a, b in by_label.values())
        if name == "point":
            value = min(1.0, totals.get(name, 0.0) / sum(max(one) for one in by_label.values()))
        else:
            value = quality(totals.get(name, 0.0), both, 0)
        scores[name] = value, both
    return scores


def _total(parts: Mapping[str, tuple[float, int]]) -> float:
    weights = sum(count for _, count in parts.values())
    if not weights:
        return 1.0
    return min(1.0, sum(value * count for value, count in parts.values()) / weights)


def _boxes(expected: Sequence[Any], given: Sequence[Any], side: _Side) -> Candidates:
    import numpy as np

    from labelwright.metrics.planar import area_overlaps, box_overlaps, region

    if any(one.rotation for one in (*expected, *given)):
        there, here = ([region(outline(one)) for one in shapes] for shapes in (expected, given))
        return area_overlaps(there, here, groups=side.groups)
    rows = [
        np.array(
            [(one.left, one.top, one.left + one.width, one.top + one.height) for one in shapes], float
        ).reshape(-1, 4)
        for shapes in (expected, given)
    ]
    return box_overlaps(rows[0], rows[1], groups=side.groups)


def _polygons(expected: Sequence[Any], given: Sequence[Any], side: _Side) -> Candidates:
    from labelwright.metrics.planar import area_overlaps, region

    there, here = ([region(outline(one)) for one in shapes] for shapes in (expected, given))
    return area_overlaps(there, here, groups=side.groups)


def _ellipses(expected: Sequence[Any], given: Sequence[Any], side: _Side) -> Candidates:
    from labelwright.metrics.planar import area_overlaps, ellipse_ring, region

    there, here = ([region(ellipse_ring(outline(one))) for one in shapes] for shapes in (expected, given))
    return area_overlaps(there, here, groups=side.groups)


def _cuboids(expected: Sequence[Any], given: Sequence[Any], side: _Side) -> Candidates:
    """Compare face with face and side with side; the hulls, where one cuboid shows a side and the other none."""
    import numpy as np
    import shapely

    from labelwright.metrics.planar import area_iou, region, touching

    hulls = [
        np.array([shapely.MultiPoint(outline(one)).convex_hull for one in shapes], object)
        for shapes in (expected, given)
    ]
    quads = [
        np.array([[region(ring) for ring in _faces(one)] for one in shapes], object).reshape(-1, 2)
        for shapes in (expected, given)
    ]
    counts = [np.array([len(one.vertices) for one in shapes]) for shapes in (expected, given)]
    sided = [count > len(FACE_CORNERS) for count in counts]
    found = []
    for left, right in touching(shapely.bounds(hulls[0]), shapely.bounds(hulls[1]), side.groups):
        face = area_iou(quads[0][left, 0], quads[1][right, 0])
        flank = area_iou(quads[0][left, 1], quads[1][right, 1])
        whole = area_iou(hulls[0][left], hulls[1][right])
        both = np.where(sided[0][left], (face + flank) / 2, face)
        found.append(Candidates.of(left, right, np.where(counts[0][left] == counts[1][right], both, whole)))
    return Candidates.joined(found)


def _faces(cuboid: Cuboid) -> tuple[Ring, Ring]:
    """Return the corners of the nearest face, and of the side that adjoins it, if it is seen."""
    at = {str(one.description): (one.x, one.y) for one in cuboid.vertices}
    face = [at[f"face-{one}"] for one in ("topleft", "topright", "bottomright", "bottomleft")]
    if "side-topcorner" not in at:
        return face, []
    middle = (at["face-topleft"][0] + at["face-topright"][0]) / 2
    hand = "right" if at["side-topcorner"][0] >= middle else "left"
    corners = (f"face-top{hand}", "side-topcorner", "side-bottomcorner", f"face-bottom{hand}")
    return face, [at[one] for one in corners]


def _lines(expected: Sequence[Any], given: Sequence[Any], side: _Side) -> Candidates:
    from labelwright.metrics.lines import TOLERANCE, line_similarities

    there, here = [outline(one) for one in expected], [outline(one) for one in given]
    return line_similarities(there, here, TOLERANCE * side.canvas.diagonal, side.groups)


def _points(expected: Sequence[Any], given: Sequence[Any], side: _Side) -> Candidates:
    import numpy as np

    from labelwright.metrics.keypoints import ALONE, point_similarities

    alone = ALONE * math.sqrt(side.canvas.width * side.canvas.height)
    scale = np.array([side.scales.get(i, alone) for i in range(len(expected))], float)
    there, here = (np.array([(one.x, one.y) for one in shapes], float) for shapes in (expected, given))
    return point_similarities(there, here, scale, groups=side.groups)


_MEASURES: Mapping[str, Callable[[Sequence[Any], Sequence[Any], _Side], Candidates]] = {
    "box": _boxes,
    "polygon": _polygons,
    "line": _lines,
    "point": _points,
    "ellipse": _ellipses,
    "cuboid": _cuboids,
}


def _box_errors(expected: Box, given: Box, _canvas: Canvas) -> dict[str, float]:
    from labelwright.metrics.planar import angle_between

    if not expected.rotation and not given.rotation:
        return {}
    return {"angle_error": angle_between(expected.rotation or 0, given.rotation or 0)}


def _polygon_errors(expected: Polygon, given: Polygon, canvas: Canvas) -> dict[str, float]:
    from labelwright.metrics.planar import BOUNDARY_TOLERANCE, compare_outlines, region

    there, here = region(outline(expected)), region(outline(given))
    return compare_outlines(there, here, BOUNDARY_TOLERANCE * canvas.diagonal)._asdict()


def _ellipse_errors(expected: Ellipse, given: Ellipse, _canvas: Canvas) -> dict[str, float]:
    from labelwright.metrics.planar import angle_between

    (long, short, tilt), (other_long, other_short, other_tilt) = _axes(expected), _axes(given)
    return {
        "axis_error": (abs(long - other_long) + abs(short - other_short)) / 2,
        "tilt_error": angle_between(tilt, other_tilt, math.pi),
    }


def _axes(ellipse: Ellipse) -> tuple[float, float, float]:
    """Return the lengths of the longer and the shorter axis, and the direction of the longer one."""
    a, b, c, d = outline(ellipse)
    axes = [(math.dist(p, q), math.atan2(q[1] - p[1], q[0] - p[0])) for p, q in ((a, c), (b, d))]
    (short, _), (long, tilt) = sorted(axes)
    return long, short, tilt


def _line_errors(expected: Line, given: Line, _canvas: Canvas) -> dict[str, float]:
    from labelwright.metrics.lines import frechet

    return {"frechet": frechet(outline(expected), outline(given))}


def _cuboid_errors(expected: Cuboid, given: Cuboid, canvas: Canvas) -> dict[str, float]:
    import numpy as np

    from labelwright.metrics.hulls import hull_iou

    here = {str(one.description): one for one in given.vertices}
    apart = [
        math.dist((one.x, one.y), (here[name].x, here[name].y))
        for one in expected.vertices
        if (name := str(one.description)) in here
    ]
    errors = {"vertex_error": sum(apart) / len(apart) / canvas.diagonal}
    if expected.points_3d is not UNSET and given.points_3d is not UNSET:
        corners = (
            np.array([(one.x, one.y, one.z) for one in shape.points_3d or ()], float)
            for shape in (expected, given)
        )
        errors["solid_iou"] = hull_iou(*corners)
    return errors


_ERRORS: Mapping[type, Callable[[Any, Any, Canvas], dict[str, float]]] = {
    Box: _box_errors,
    Polygon: _polygon_errors,
    Ellipse: _ellipse_errors,
    Line: _line_errors,
    Cuboid: _cuboid_errors,
}


def _line_details(expected: Sequence[Shape], given: Sequence[Shape]) -> dict[str, float]:
    from labelwright.metrics.lines import lane_f1

    there, here = ([one for one in shapes if isinstance(one, Line)] for shapes in (expected, given))
    if not there and not here:
        return {}
    found = [
        lane_f1(
            [outline(one) for one in there if one.label == label],
            [outline(one) for one in here if one.label == label],
        ).matched
        for label in {one.label for one in there}
    ]
    return {"lane_f1": quality(sum(found), len(there), len(here))}


def _point_details(expected: Sequence[Shape], given: Sequence[Shape], canvas: Canvas) -> dict[str, float]:
    import numpy as np

    from labelwright.metrics.keypoints import CORRECT, pck

    there, here = ([one for one in shapes if isinstance(one, Point)] for shapes in (expected, given))
    if not there:
        return {}
    found = 0.0
    for label in {one.label for one in there}:
        mine, other = (
            np.array([(one.x, one.y) for one in points if one.label == label], float).reshape(-1, 2)
            for points in (there, here)
        )
        found += pck(mine, other, CORRECT * canvas.diagonal) * len(mine)
    return {"pck": found / len(there)}
