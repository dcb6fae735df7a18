"""Plane geometry against known figures, brute force and exact arithmetic."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelwright.tasktypes.shapes.planar import (
    TooIntricateError,
    area,
    box_corners,
    extent,
    first_crossing,
    without_repeats,
)

SQUARE = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
points = st.tuples(st.integers(-20, 20), st.integers(-20, 20))


def crosses_exactly(a: tuple, b: tuple, c: tuple, d: tuple) -> bool:
    """Whether two segments with whole ends cross properly, in exact arithmetic."""

    def side(p: tuple, q: tuple, r: tuple) -> Fraction:
        return Fraction((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def test_area_of_a_square_either_way_round_and_far_away() -> None:
    assert area(SQUARE) == 100
    assert area(SQUARE[::-1]) == 100
    assert area([(x + 1e8, y - 1e8) for x, y in SQUARE]) == 100


def test_corners_of_the_documented_box() -> None:
    corners = box_corners(600, 200, 150, 90, 0.1745)
    wanted = [(608.95, 187.66), (756.67, 213.7), (741.05, 302.34), (593.33, 276.3)]
    for corner, want in zip(corners, wanted, strict=True):
        assert corner == pytest.approx(want, abs=0.01)


def test_a_quarter_turn_swaps_width_and_height() -> None:
    corners = box_corners(0, 0, 10, 20, math.pi / 2)
    assert corners[0] == pytest.approx((15, 5))
    assert extent(corners) == pytest.approx((20, 10))


def test_repeats_are_dropped_and_the_ring_opened() -> None:
    line = [(0.0, 0.0), (0.0, 0.0), (1.0, 1.0), (0.0, 0.0)]
    assert without_repeats(line, closed=False) == [0, 2, 3]
    assert without_repeats(line, closed=True) == [0, 2]
    assert without_repeats([(1.0, 1.0)] * 3, closed=True) == [0]


def test_a_bow_tie_crosses_itself() -> None:
    assert first_crossing([(0, 0), (10, 10), (10, 0), (0, 10)]) == (0, 2)


@pytest.mark.parametrize(
    "ring",
    [
        SQUARE,
        [(0, 0), (10, 0), (5, 0), (5, 5)],
        [(0, 0), (10, 0), (10, 10), (5, 0), (0, 10)],
        [(0, 0), (9, 0), (9, 9), (0, 9), (0, 0), (3, 3), (3, 6), (6, 6), (6, 3), (3, 3)],
    ],
    ids=["square", "spike", "touching", "with a hole"],
)
def test_what_only_touches_does_not_cross(ring: list) -> None:
    assert first_crossing(ring) is None


@settings(deadline=None, derandomize=True, database=None, max_examples=400)
@given(st.lists(points, min_size=3, max_size=12, unique=True))
def test_crossings_are_those_of_exact_arithmetic(ring: list) -> None:
    edges = list(zip(ring, ring[1:] + ring[:1], strict=True))
    wanted = {
        (i, j)
        for i in range(len(edges))
        for j in range(i + 1, len(edges))
        if crosses_exactly(*edges[i], *edges[j])
    }
    got = first_crossing(ring)
    assert got in wanted if wanted else got is None


def turned(ring: list, turn: float) -> list:
    cos, sin = math.cos(turn), math.sin(turn)
    return [(x * cos - y * sin, x * sin + y * cos) for x, y in ring]


def zigzag(count: int) -> list:
    return [(float(i), float(i % 2 * 900)) for i in range(count)] + [(count - 1.0, 2000.0), (0.0, 2000.0)]


@pytest.mark.parametrize("turn", [0, 0.1, math.pi / 8, math.pi / 4, 1.9])
def test_a_large_zigzag_is_simple_until_two_vertices_change_places(turn: float) -> None:
    ring = turned(zigzag(1000), turn)
    assert first_crossing(ring) is None
    ring[5], ring[901] = ring[901], ring[5]
    assert first_crossing(ring) is not None


def test_a_ragged_outline_is_simple() -> None:
    rng = random.Random(7)
    turns = (2 * math.pi * i / 3000 for i in range(3000))
    radii = (400 + rng.random() * 90 for _ in range(3000))
    ring = [(r * math.cos(t), r * math.sin(t)) for t, r in zip(turns, radii, strict=True)]
    assert first_crossing(ring) is None


def test_a_ring_made_to_take_forever_is_given_up() -> None:
    # Teeth so fine that every direction of the sweep has thousands of them open at once.
    fine = [(x / 10, y) for x, y in zigzag(9000)]
    with pytest.raises(TooIntricateError):
        first_crossing(turned(fine, math.pi / 16))
