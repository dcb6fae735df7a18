"""Points in cuboids, distances, and the heading of the reference."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.tests.tasktypes.lidar.drives import CAR, TREE, cloud

from labelwright.tasktypes.lidar.geometry import PointCounter, corners, distance, turned

ANGLES = st.floats(-math.pi, math.pi)
SIZES = st.floats(0.5, 30)


def test_headings() -> None:
    """wire/task-types-lidar §1.2: yaw 0 looks along +y, a quarter turn along −x."""
    for yaw, heading in ((0, (0, 1, 0)), (math.pi / 2, (-1, 0, 0)), (-math.pi / 2, (1, 0, 0))):
        assert turned(yaw) @ [0, 1, 0] == pytest.approx(heading)


def test_every_point_of_the_things_is_counted() -> None:
    places, _ = cloud()
    counter = PointCounter(places)
    for one in (CAR, TREE):
        # Rounding to the fourth decimal may move a point across the border.
        count = counter.count(one["position"], [size + 0.001 for size in one["dimensions"]], one["yaw"])
        assert count >= 100
    assert counter.count((0, 0, 500), (1, 1, 1), 0) == 0


@given(st.integers(0, 50), st.tuples(*[st.floats(-20, 20)] * 3), SIZES, SIZES, SIZES, ANGLES, ANGLES, ANGLES)
def test_counting_by_the_formula(
    seed: int,
    position: tuple[float, ...],
    x: float,
    y: float,
    z: float,
    yaw: float,
    pitch: float,
    roll: float,
) -> None:
    """The rule of wire/task-types-lidar §3.5.

    A point is inside when it is no farther from the centre than half the size along each axis.
    """
    points = np.random.default_rng(seed).uniform(-20, 20, (500, 3))
    local = (points - position) @ turned(yaw, pitch, roll)
    off = np.abs(local) / (np.array([x, y, z]) / 2)
    clear = (np.abs(off - 1) > 1e-6).all(axis=1)
    expected = int(((off <= 1).all(axis=1) & clear).sum())
    assert PointCounter(points[clear]).count(position, (x, y, z), yaw, pitch, roll) == expected


def test_borders_belong_to_cuboids() -> None:
    position, size, yaw = (3.3, -7.1, 0.4), (1.1, 2.7, 0.9), 0.7
    assert PointCounter(corners(position, size, yaw)).count(position, size, yaw) == 8
    assert PointCounter(corners(position, size, yaw)).count(position, [0.999 * one for one in size], yaw) == 0


def test_rows_of_corners_say_their_sides() -> None:
    placed = corners((1, 2, 3), (2, 4, 6), 0)
    assert placed.tolist() == [
        [1 + x, 2 + 2 * y, 3 + 3 * z] for z in (-1, 1) for y in (-1, 1) for x in (-1, 1)
    ]


def test_the_distance_of_the_reference() -> None:
    """wire/task-types-lidar §3.5: the car in the example, from the device in wire/task-types-lidar §3.5."""
    assert round(distance((12.0, 3.5, 1.8), (32.4, 5.1, 0.9)), 3) == 20.482
