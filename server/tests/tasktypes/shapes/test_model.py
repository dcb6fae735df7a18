"""Shapes one by one: what is filled in, what is wrong."""

import math
from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.shapes.model import (
    CUBOID_CORNERS,
    FACE_CORNERS,
    Frame,
    Shape,
    complete,
    geometry_of,
    shape_errors,
    size_of,
)
from labelwright.tasktypes.shapes.tools import Geometries, Options

IMAGE = Frame.around(640, 427)


def options(geometry: str, **given: Any) -> Options:
    return msgspec.convert({geometry: given}, Geometries).options()[geometry]


def shape(kind: str, **given: Any) -> Shape:
    return msgspec.convert({"type": kind, "label": "x", **given}, Shape)


def box(**given: Any) -> Shape:
    return shape("box", **{"left": 10, "top": 20, "width": 30, "height": 40, **given})


def vertices(*points: tuple[float, float]) -> list[dict[str, float]]:
    return [{"x": x, "y": y} for x, y in points]


def cuboid(names: Any, scale: float = 1, **given: Any) -> Shape:
    places = dict(zip(CUBOID_CORNERS, [(0, 0), (0, 9), (9, 0), (9, 9), (15, 1), (15, 8)], strict=True))
    corners = [
        {"description": name, "x": places[name][0] * scale, "y": places[name][1] * scale} for name in names
    ]
    return shape("cuboid", vertices=corners, **given)


def found(one: Shape, frame: Frame | None = None, **given: Any) -> list[tuple[tuple[str | int, ...], str]]:
    chosen = options(geometry_of(one), **given)
    complete(one, chosen)
    return [(path, code) for path, _, code in shape_errors(one, chosen, frame)]


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"left": -0.001}, "left"),
        ({"left": 640.1}, "left"),
        ({"top": -1}, "top"),
        ({"top": 428}, "top"),
        ({"left": 611}, "width"),
        ({"top": 388}, "height"),
    ],
)
def test_a_box_must_lie_in_the_image(given: dict[str, float], place: str) -> None:
    assert ((place,), "outside") in found(box(**given), IMAGE)
    assert found(box(**given)) == []


def test_the_whole_image_is_a_legal_box() -> None:
    assert found(box(left=0, top=0, width=640, height=427), IMAGE) == []
    assert found(box(left=-1e-7, top=0, width=640 + 5e-7, height=427), IMAGE) == []


def test_padding_widens_the_frame_on_both_sides() -> None:
    padded = Frame.around(640, 427, 5, 0)
    assert found(box(left=-5, width=650), padded) == []
    assert found(box(left=-5.1), padded) == [(("left",), "outside")]
    assert found(box(top=-1), padded) == [(("top",), "outside")]


def test_a_turned_box_gets_its_corners_and_must_keep_them_inside() -> None:
    turned = box(left=0, top=0, width=100, height=50, rotation=math.pi / 2)
    assert found(turned, None, can_rotate=True) == []
    assert [(round(v.x, 6), round(v.y, 6)) for v in turned.vertices] == [
        (75, -25),
        (75, 75),
        (25, 75),
        (25, -25),
    ]
    assert found(turned, IMAGE, can_rotate=True) == [((), "outside")]
    assert found(turned, Frame.around(640, 427, 0, 25), can_rotate=True) == []


def test_a_box_that_can_be_turned_but_is_not() -> None:
    straight = box()
    assert found(straight, IMAGE, can_rotate=True) == []
    assert straight.rotation == 0
    assert [(v.x, v.y) for v in straight.vertices] == [(10, 20), (40, 20), (40, 60), (10, 60)]


def test_given_corners_may_be_rounded_but_not_wrong() -> None:
    rounded = vertices((608.95, 187.66), (756.67, 213.7), (741.05, 302.34), (593.33, 276.3))
    documented = {"left": 600, "top": 200, "width": 150, "height": 90, "rotation": 0.1745}
    assert found(box(**documented, vertices=rounded), can_rotate=True) == []
    rounded[1]["x"] += 1
    assert found(box(**documented, vertices=rounded), can_rotate=True) == [(("vertices", 1), "wrong_corner")]


def test_whole_pixels() -> None:
    whole = box(left=10.0)
    assert found(whole, integer_pixels=True) == []
    assert type(whole.left) is int
    assert found(box(left=10.5), integer_pixels=True) == [(("left",), "not_integer")]
    assert found(box(left=10.5, rotation=0.1), integer_pixels=True, can_rotate=True) == []


def test_sizes() -> None:
    assert found(box(), min_width=30, min_height=40) == []
    assert found(box(), min_width=31, min_height=41) == [
        (("width",), "too_small"),
        (("height",), "too_small"),
    ]
    assert found(box(width=30 - 1e-7), min_width=30) == []
    assert found(box(width=-30)) == [(("width",), "too_small")]


@pytest.mark.parametrize(
    ("points", "given", "codes"),
    [
        ([(0, 0), (9, 0), (9, 9)], {}, []),
        ([(0, 0), (9, 0)], {}, ["too_few"]),
        ([], {}, ["too_few"]),
        ([(0, 0), (9, 0), (9, 9), (0, 0)], {"min_vertices": 4}, ["too_few"]),
        ([(0, 0), (9, 0), (9, 9), (0, 9)], {"max_vertices": 3}, ["too_many"]),
        ([(0, 0), (5, 5), (9, 9)], {}, ["no_area"]),
        ([(0, 0), (9, 9), (9, 0), (0, 8)], {}, ["self_intersection"]),
    ],
)
def test_polygons(points: Any, given: dict[str, Any], codes: list[str]) -> None:
    assert [code for _, code in found(shape("polygon", vertices=vertices(*points)), **given)] == codes


def test_polygons_are_delivered_open_and_without_double_clicks() -> None:
    ring = shape("polygon", vertices=vertices((0, 0), (9, 0), (9, 0), (9, 9), (0, 0)))
    assert found(ring) == []
    assert [(v.x, v.y) for v in ring.vertices] == [(0, 0), (9, 0), (9, 9)]


def test_lines_may_cross_and_close() -> None:
    line = shape("line", vertices=vertices((0, 0), (9, 9), (9, 0), (0, 9), (0, 0), (0, 0)))
    assert found(line, max_vertices=5) == []
    assert len(line.vertices) == 5
    assert found(shape("line", vertices=vertices((1, 1), (1, 1)))) == [(("vertices",), "too_few")]


def test_every_vertex_outside_is_named() -> None:
    line = shape("line", vertices=vertices((0, 0), (-1, 9), (9, 428)))
    assert found(line, IMAGE) == [(("vertices", 1), "outside"), (("vertices", 2), "outside")]
    assert found(shape("point", x=641, y=0), IMAGE) == [((), "outside")]


@pytest.mark.parametrize(
    ("points", "codes"),
    [
        ([(123, 92), (173, 113), (123, 134), (73, 113)], []),
        ([(123, 92), (173, 113), (124, 135), (73, 113)], []),
        ([(123, 92), (173, 113), (123, 137), (73, 113)], ["axes"]),
        ([(123, 113), (173, 113), (123, 113), (73, 113)], ["no_area"]),
    ],
)
def test_ellipses(points: Any, codes: list[str]) -> None:
    assert [code for _, code in found(shape("ellipse", vertices=vertices(*points)))] == codes


def test_a_cuboid_gets_its_edges() -> None:
    one = cuboid(CUBOID_CORNERS)
    assert found(one) == []
    assert [edge.description for edge in one.edges] == [
        "face-top", "face-bottom", "face-left", "face-right", "side-top", "side-bottom", "side-right",
    ]  # fmt: skip
    top = one.edges[4]
    assert (top.x1, top.y1, top.x2, top.y2) == (9, 0, 15, 1)


def test_a_cuboid_seen_from_the_other_side_and_from_the_front() -> None:
    left = cuboid(CUBOID_CORNERS)
    for corner in left.vertices[4:]:
        corner.x -= 20
    front = cuboid(FACE_CORNERS)
    assert (found(left), found(front)) == ([], [])
    assert left.edges[-1].description == "side-left"
    assert len(front.edges) == 4


def test_cuboids_need_their_corners() -> None:
    assert found(cuboid(CUBOID_CORNERS[:5])) == [(("vertices",), "missing_corner")]
    assert found(cuboid(CUBOID_CORNERS[2:])) == [(("vertices",), "missing_corner")]
    assert found(cuboid((*CUBOID_CORNERS[:5], CUBOID_CORNERS[0]))) == [
        (("vertices", 5, "description"), "duplicate"),
        (("vertices",), "missing_corner"),
    ]
    assert found(cuboid(CUBOID_CORNERS), min_width=16) == [(("vertices",), "too_small")]
    assert found(cuboid(CUBOID_CORNERS, 0)) == [(("vertices",), "too_small")] * 2


def test_points_in_space_need_a_camera() -> None:
    corners = {"points_2d": vertices(*[(1, 1)] * 8)}
    camera = {
        "camera_intrinsics": {"fx": 1, "fy": 1, "cx": 0, "cy": 0},
        "camera_rotation_quaternion": {"w": 1, "x": 0, "y": 0, "z": 0},
    }
    assert found(cuboid(CUBOID_CORNERS, **corners), **camera) == [(("points_2d",), "not_allowed")]
    assert found(cuboid(CUBOID_CORNERS, **corners), **camera, camera_height=1.5) == []


def test_sizes_for_offset_lines() -> None:
    assert size_of(box(rotation=1)) == (30, 40)
    assert size_of(cuboid(CUBOID_CORNERS)) == (15, 9)
    assert size_of(shape("point", x=1, y=1)) is None


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e10, 10**30, "1", None, True])
def test_coordinates_are_sane_numbers(value: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        box(left=value)
