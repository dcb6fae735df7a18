"""Shapes of several people as one, by hand and against the truth that they blurred."""

import math
from typing import Any

import msgspec
import numpy as np
import pytest
from server.tests.metrics.pictures import boxes, coins

from labelwright.tasktypes.scoring.merge_shapes import merge_shapes, merged_shape
from labelwright.tasktypes.scoring.shape_scores import Canvas, compare_shapes
from labelwright.tasktypes.shapes.model import Box, Shape

CANVAS = Canvas(384, 303)


def shapes(*rows: dict[str, Any]) -> list[Shape]:
    return msgspec.convert([{"label": "coin", **row} for row in rows], list[Shape])


def box(left: float, top: float, width: float, height: float, **more: Any) -> dict[str, Any]:
    return {"type": "box", "left": left, "top": top, "width": width, "height": height, **more}


def test_people_together_are_nearer_to_the_truth_than_each() -> None:
    rng = np.random.default_rng(9)
    truth = [box(x, y, r - x, b - y) for x, y, r, b in boxes(coins()).tolist() if r - x > 15 and b - y > 15]
    people = []
    for person in range(5):
        drawn = []
        for i, one in enumerate(truth):
            if rng.random() < 0.1:
                continue  # overlooked
            moved = {
                name: one[name] + float(rng.normal(0, 1.5)) for name in ("left", "top", "width", "height")
            }
            drawn.append({**one, **moved, "uuid": f"{person}-{i}"})
        drawn.append(box(*rng.uniform(0, 250, 2).tolist(), 30, 30, uuid=f"{person}-ghost"))
        people.append(shapes(*drawn))
    merged = merge_shapes(people, CANVAS).shapes
    goal = shapes(*truth)
    each = [compare_shapes(goal, one, CANVAS).value for one in people]
    together = compare_shapes(goal, merged, CANVAS)
    assert together.value > max(each)
    assert together.details["f1"] == 1
    assert len({one.uuid for one in merged}) == len(merged)


def test_half_keep_and_fewer_drop() -> None:
    one, other = box(0, 0, 50, 50, uuid="a"), box(200, 200, 50, 50, uuid="b")
    kept = merge_shapes([shapes(one, other), shapes(one), shapes(one)], CANVAS)
    assert [shape.uuid for shape in kept.shapes] == ["a"]
    assert kept.names == [{"a": "a"}, {"a": "a"}, {"a": "a"}]
    assert len(merge_shapes([shapes(one, other), shapes(one)], CANVAS).shapes) == 2


def test_most_decide_the_label_of_what_all_saw() -> None:
    people = [shapes(box(i, 0, 50, 50, uuid=str(i), label=label)) for i, label in enumerate("xyy")]
    merged = merge_shapes(people, CANVAS)
    assert [one.label for one in merged.shapes] == ["y"]
    # Side by side at one place, people and their bicycles stay apart.
    both = [
        shapes(box(i, 0, 50, 50, uuid=f"{i}p", label="person"), box(i, 4, 50, 50, uuid=f"{i}b", label="bike"))
        for i in range(3)
    ]
    assert sorted(one.label for one in merge_shapes(both, CANVAS).shapes) == ["bike", "person"]


def test_names_that_mean_different_things_do_not_come_twice() -> None:
    here, there = box(0, 0, 50, 50), box(200, 200, 50, 50)
    people = [
        shapes({**here, "uuid": "a"}, {**there, "uuid": "b"}),
        shapes({**here, "uuid": "b"}, {**there, "uuid": "a"}),
        shapes({**here, "uuid": "b"}, {**there, "uuid": "b2"}),
    ]
    merged = merge_shapes(people, CANVAS)
    assert len({one.uuid for one in merged.shapes}) == 2
    assert merged.names[0].keys() == {"a", "b"}


def test_turned_boxes_whichever_edge_is_the_width() -> None:
    drawn = shapes(
        box(100, 100, 80, 20, rotation=0.1),
        box(130, 70, 20, 80, rotation=0.1 + math.pi / 2),
        box(100, 100, 80, 20, rotation=0.2),
    )
    one = merged_shape(drawn, 0)
    assert isinstance(one, Box)
    assert (one.width, one.height) == pytest.approx((80, 20))
    assert (one.left, one.top, one.rotation) == pytest.approx((100, 100, 0.1))


def test_cuboids_by_their_corners() -> None:
    def cuboid(x: float) -> dict[str, Any]:
        names = ("face-topleft", "face-bottomleft", "face-topright", "face-bottomright")
        at = [(x, 0), (x, 40), (x + 30, 0), (x + 30, 40)]
        vertices = [{"description": n, "x": a, "y": b} for n, (a, b) in zip(names, at, strict=True)]
        return {"type": "cuboid", "vertices": vertices}

    merged: Any = merged_shape(shapes(cuboid(0), cuboid(4), cuboid(5)), 1)
    assert [(one.x, one.y) for one in merged.vertices] == [(4, 0), (4, 40), (34, 0), (34, 40)]
    assert merged.edges is msgspec.UNSET


def test_points_lines_ellipses() -> None:
    points: Any = merged_shape(shapes(*({"type": "point", "x": x, "y": 2 * x} for x in (1, 5, 6))), 0)
    assert (points.x, points.y) == (5, 10)

    def row(kind: str, *xy: tuple[float, float]) -> dict[str, Any]:
        return {"type": kind, "vertices": [{"x": x, "y": y} for x, y in xy]}

    line: Any = merged_shape(
        shapes(
            row("line", (0, 0), (10, 0)), row("line", (10, 2), (0, 2)), row("line", (0, 1), (5, 1), (10, 1))
        ),
        0,
    )
    assert [(one.x, one.y) for one in line.vertices] == [(0, 1), (10, 1)]
    ellipse: Any = merged_shape(
        shapes(
            row("ellipse", (50, 0), (100, 50), (50, 100), (0, 50)),
            row("ellipse", (102, 50), (52, 100), (2, 50), (52, 0)),
        ),
        0,
    )
    assert [(one.x, one.y) for one in ellipse.vertices] == [(51, 0), (101, 50), (51, 100), (1, 50)]
