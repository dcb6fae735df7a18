"""Likeness of shapes, by hand and on the coins of a real picture."""

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from pycocotools import mask as coco
from server.tests.metrics.pictures import boxes, coins, outlines

from labelwright.metrics.matching import assign
from labelwright.tasktypes.base import Media
from labelwright.tasktypes.scoring.shape_scores import Canvas, alike, canvas_of, compare_shapes, matchable
from labelwright.tasktypes.shapes.model import Shape

CANVAS = Canvas(384, 303)


def shapes(*rows: dict[str, Any]) -> list[Shape]:
    return msgspec.convert([{"label": "coin", **row} for row in rows], list[Shape])


def box(left: float, top: float, width: float, height: float, **more: Any) -> dict[str, Any]:
    return {"type": "box", "left": left, "top": top, "width": width, "height": height, **more}


def ring(points: Any) -> list[dict[str, float]]:
    return [{"x": x, "y": y} for x, y in points]


def cuboid(x: float, *, side: bool = True) -> dict[str, Any]:
    corners = {
        "face-topleft": (x, 10),
        "face-topright": (x + 40, 10),
        "face-bottomleft": (x, 50),
        "face-bottomright": (x + 40, 50),
    }
    if side:
        corners |= {"side-topcorner": (x + 60, 20), "side-bottomcorner": (x + 60, 40)}
    vertices = [{"description": name, "x": a, "y": b} for name, (a, b) in corners.items()]
    return {"type": "cuboid", "vertices": vertices}


def only(expected: Any, given: Any, canvas: Canvas = CANVAS) -> float:
    pairs = alike(shapes(expected), shapes(given), canvas)
    return float(pairs.similarity[0]) if len(pairs.left) else 0.0


def test_boxes_of_real_coins() -> None:
    rows = [boxes(coins()), boxes(coins(12))]
    sides = [shapes(*(box(x, y, r - x, b - y) for x, y, r, b in one.tolist())) for one in rows]
    sized = [np.concatenate([one[:, :2], one[:, 2:] - one[:, :2]], axis=1) for one in rows]
    iou = coco.iou(*sized, np.zeros(len(rows[1])))
    found = compare_shapes(*sides, CANVAS)
    matched = iou[found.matched.left, found.matched.right]
    assert found.matched.similarity == pytest.approx(matched)
    assert found.value == pytest.approx(2 * matched.sum() / sum(map(len, rows)))
    assert found.details["precision"] == len(matched) / len(rows[1])
    assert found.details["recall"] == len(matched) / len(rows[0])
    assert found.details["mean_iou"] == pytest.approx(matched.mean())
    assert found.value == pytest.approx(found.details["f1"] * found.details["mean_iou"])
    assert 0.3 < found.value < 1


def test_polygons_of_real_coins() -> None:
    sides = [
        shapes(*({"type": "polygon", "vertices": ring(one)} for one in outlines(picture)))
        for picture in (coins(), coins(12))
    ]
    found = compare_shapes(*sides, CANVAS)
    assert 0.3 < found.value < 1
    assert 0.9 < found.details["boundary_f"] <= 1
    assert 0 < found.details["hausdorff95"] < 10
    assert compare_shapes(sides[0], sides[0], CANVAS).value == 1


def test_turned_boxes() -> None:
    square = box(100, 100, 40, 40)
    assert only(square, {**square, "rotation": math.pi / 2}) == pytest.approx(1)
    # A square turned by 45° and the square itself share an octagon: 2(√2 − 1) of the area.
    octagon = 2 * (math.sqrt(2) - 1)
    assert only(square, {**square, "rotation": math.pi / 4}) == pytest.approx(octagon / (2 - octagon))
    turned = shapes({**square, "rotation": 0.2}), shapes({**square, "rotation": 0.2 + math.pi / 2 + 0.1})
    assert compare_shapes(*turned, CANVAS).details["angle_error"] == pytest.approx(0.1)


def test_ellipses() -> None:
    round_one = {"type": "ellipse", "vertices": ring([(50, 0), (100, 50), (50, 100), (0, 50)])}
    inner = {"type": "ellipse", "vertices": ring([(50, 10), (90, 50), (50, 90), (10, 50)])}
    assert only(round_one, inner) == pytest.approx(0.64)
    errors = compare_shapes(shapes(round_one), shapes(inner), CANVAS).details
    assert errors["axis_error"] == pytest.approx(20)


def test_cuboids() -> None:
    assert only(cuboid(100), cuboid(100)) == 1
    # The faces share 30 of 50 px; of the sides, trapezoids of 40 to 20 px in height, what is right of 110 + 40.
    face = 30 / 50
    side = (40 - 10 + 20) / 2 * 10
    assert only(cuboid(100), cuboid(110)) == pytest.approx((face + side / (2 * 600 - side)) / 2)
    faces = compare_shapes(shapes(cuboid(100, side=False)), shapes(cuboid(110, side=False)), CANVAS)
    assert faces.matched.similarity == pytest.approx([face])
    assert faces.details["vertex_error"] == pytest.approx(10 / CANVAS.diagonal)
    # One shows a side and the other does not: the hulls are compared.
    hull = 1600 + (40 + 20) / 2 * 20
    assert only(cuboid(100), cuboid(100, side=False)) == pytest.approx(1600 / hull)


def test_cuboids_with_corners_in_space() -> None:
    corners = [{"x": x, "y": y, "z": z} for x in (0, 2) for y in (0, 1) for z in (8, 12)]
    moved = [{**one, "x": one["x"] + 1} for one in corners]
    there, here = shapes({**cuboid(100), "points_3d": corners}), shapes({**cuboid(102), "points_3d": moved})
    assert compare_shapes(there, here, CANVAS).details["solid_iou"] == pytest.approx(1 / 3)
    assert "solid_iou" not in compare_shapes(there, shapes(cuboid(102)), CANVAS).details


def test_lines_at_a_distance() -> None:
    tolerance = CANVAS.diagonal / 100
    flat = {"type": "line", "vertices": ring([(0, 100), (300, 100)])}
    lower = {"type": "line", "vertices": ring([(300, 100 + tolerance / 4), (0, 100 + tolerance / 4)])}
    assert only(flat, lower) == pytest.approx(0.75)
    assert only(flat, {"type": "line", "vertices": ring([(0, 110), (300, 110)])}) == 0
    details = compare_shapes(shapes(flat), shapes(lower), CANVAS).details
    assert details["frechet"] == pytest.approx(tolerance / 4)
    assert details["lane_f1"] == 1


def test_points_count_what_is_missing_and_what_is_too_much() -> None:
    scale = 0.1 * math.sqrt(384 * 303)
    there = shapes({"type": "point", "x": 50, "y": 50}, {"type": "point", "x": 200, "y": 50})
    near = shapes({"type": "point", "x": 50 + scale * 0.05, "y": 50})
    found = compare_shapes(there, near, CANVAS)
    assert found.value == pytest.approx(math.exp(-0.5) / 2)
    assert found.details["pck"] == 0.5
    tied = compare_shapes(there[:1], near, CANVAS, {0: 2 * scale})
    assert tied.value == pytest.approx(math.exp(-0.5 / 4))


def test_another_label_counts_for_the_place_only() -> None:
    there, here = shapes(box(0, 0, 50, 50)), shapes(box(0, 0, 50, 50, label="button"))
    found = compare_shapes(there, here, CANVAS)
    assert found.value == 0
    assert found.details["localisation"] == 1


def test_another_geometry_has_nothing_in_common() -> None:
    polygon = {"type": "polygon", "vertices": ring([(0, 0), (50, 0), (50, 50), (0, 50)])}
    found = compare_shapes(shapes(box(0, 0, 50, 50)), shapes(polygon), CANVAS)
    assert (found.value, found.details["box"], found.details["polygon"]) == (0, 0, 0)


def test_geometries_count_by_how_many_there_are() -> None:
    expected = shapes(box(0, 0, 50, 50), box(100, 0, 50, 50), {"type": "point", "x": 5, "y": 5})
    found = compare_shapes(expected, expected[:2], CANVAS)
    assert found.details["box"] == 1
    assert found.details["point"] == 0
    assert found.value == pytest.approx(4 / 5)


def test_empty_sides() -> None:
    assert compare_shapes([], [], CANVAS).value == 1
    assert compare_shapes(shapes(box(0, 0, 5, 5)), [], CANVAS).value == 0
    assert compare_shapes([], shapes(box(0, 0, 5, 5)), CANVAS).value == 0


def test_frames_are_kept_apart() -> None:
    rng = np.random.default_rng(4)
    rows = [box(*rng.uniform(0, 200, 2).tolist(), 60, 60) for _ in range(30)]
    rows += [{"type": "point", "x": x, "y": y} for x, y in rng.uniform(0, 40, (20, 2)).tolist()]
    rows += [{"type": "line", "vertices": ring(rng.uniform(0, 9, (3, 2)).tolist())} for _ in range(10)]
    every = shapes(*rows)
    frames = rng.integers(0, 3, len(every)).tolist()
    together = alike(every, every, CANVAS, groups=(frames, frames))
    found = {(int(i), int(j)): s for i, j, s in zip(*together, strict=True)}
    apart = {}
    for frame in range(3):
        mine = [i for i, one in enumerate(frames) if one == frame]
        part = alike([every[i] for i in mine], [every[i] for i in mine], CANVAS)
        apart |= {(mine[i], mine[j]): s for i, j, s in zip(*part, strict=True)}
    assert found == pytest.approx(apart)
    assert len(assign(matchable(every, together)).left) == len(every)


def test_the_canvas_is_the_picture_or_what_is_drawn() -> None:
    drawn = shapes(box(10, -20, 200, 100), {"type": "point", "x": 300, "y": 5})
    assert canvas_of([Media("a", 640, 480)], drawn) == (640, 480)
    assert canvas_of([Media("a")], drawn) == (300, 100)
    assert canvas_of([], []) == (1, 1)
