"""Pictures from above: where pixels lie, what is drawn, and the ground under them."""

import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from server.tests.tasktypes.lidar.drives import cloud

from labelwright.tasktypes.lidar.tiles import GROUND_REACH, GroundLevels, TileFrame, png, render, tiling

TILE = TileFrame(x=-38.0, y=53.5, width=2000, height=2000, meters_per_pixel=0.05)
COORDINATES = st.floats(-10_000, 10_000)


def test_the_example_of_the_reference() -> None:
    """wire/task-types-lidar §6.2: vertices and world vertices of the file."""
    pixels = [(1012, 1400), (1014.5, 212), (640, 333), (900, 700)]
    places = [(12.6, -16.5), (12.725, 42.9), (-6, 36.85), (7, 18.5)]
    assert np.abs(TILE.world(pixels) - places).max() < 1e-9
    assert np.abs(TILE.pixels(places) - pixels).max() < 1e-9


@given(
    COORDINATES, COORDINATES, st.floats(0.001, 10), st.lists(st.tuples(COORDINATES, COORDINATES), max_size=20)
)
def test_pixels_and_places_lead_to_one_another(
    x: float, y: float, scale: float, pixels: list[tuple[float, float]]
) -> None:
    tile = TileFrame(x, y, 10, 10, scale)
    back = tile.pixels(tile.world(pixels))
    assert back.shape == (len(pixels), 2)
    # World coordinates are large, and pixels small: what is lost is the last digits of the former.
    assert np.allclose(
        back, np.reshape(pixels, (-1, 2)), atol=1e-11 * (1 + abs(x) + abs(y)) / scale, rtol=1e-9
    )


@given(
    st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), min_size=1, max_size=30),
    st.sampled_from([0.05, 0.25, 1.0, 3.7]),
    st.integers(3, 500),
)
def test_every_point_lies_on_one_tile(places: list[tuple[float, float]], scale: float, side: int) -> None:
    tiles = tiling(places, scale, side)
    assert len({(one.x, one.y) for one in tiles}) == len(tiles)
    found = np.zeros(len(places), int)
    for tile in tiles:
        assert max(tile.width, tile.height) <= side
        pixels = tile.pixels(places)
        inside = ((pixels > -1e-6) & (pixels < (tile.width + 1e-6, tile.height + 1e-6))).all(axis=1)
        assert inside.any(), "tiles without points are left out"
        found += inside
    assert (found >= 1).all()


def test_nothing_has_no_tiles() -> None:
    assert tiling(np.empty((0, 3)), 0.05) == ()


def test_the_highest_point_is_drawn() -> None:
    tile = TileFrame(0, 4, 4, 4, 1.0)
    points = [(0.5, 3.5, 0), (0.6, 3.4, 10), (3.5, 0.5, 5), (2.5, 3.5, 0), (9, 9, 99)]
    drawn = render(tile, points)
    assert drawn.shape == (4, 4)
    assert (drawn > 0).tolist() == [
        [True, False, True, False],
        [False] * 4,
        [False] * 4,
        [False, False, False, True],
    ]
    assert drawn[0, 0] > drawn[3, 3] > drawn[0, 2] == 1


def test_the_brightest_point_is_drawn() -> None:
    tile = TileFrame(0, 1, 2, 1, 1.0)
    points = [(0.5, 0.5, 0), (0.5, 0.5, 9), (1.5, 0.5, 0)]
    assert render(tile, points, [1.0, 0.2, math.nan], "intensity").tolist() == [[255, 1]]
    with pytest.raises(ValueError, match="no intensity"):
        render(tile, points, shade="intensity")


def test_pictures_of_a_drive() -> None:
    places, _ = cloud()
    tiles = tiling(places, 0.25, 100)
    assert len(tiles) == 6, "60 m by 40 m"
    drawn = sum(int((render(tile, places) > 0).sum()) for tile in tiles)
    cells = {(math.floor(x / 0.25), math.floor(-y / 0.25)) for x, y, _ in places.tolist()}
    assert drawn == pytest.approx(len(cells), rel=0.01)
    with Image.open(io.BytesIO(png(render(tiles[0], places)))) as image:
        assert (image.size, image.mode) == ((100, 100), "L")


class TestGround:
    def test_the_lowest_point_nearby(self) -> None:
        levels = GroundLevels([(0, 0), (10, 0)])
        levels.add([(0.1, 0, 3), (0, 0.2, 1), (0.3, 0, -9)])
        levels.add([(10, 0, 7), (0, 0, 2)])
        assert levels.levels().tolist() == [1, 7]

    def test_in_between_and_beyond(self) -> None:
        levels = GroundLevels([(0, 0), (100, 0)])
        levels.add([(-1, 0, 1), (1, 0, 3)])
        middle, far = levels.levels()
        assert middle == pytest.approx(2)
        assert math.isnan(far)
        assert GROUND_REACH < 90

    def test_only_the_ground_counts(self) -> None:
        levels = GroundLevels([(0, 0)])
        levels.add([(0, 0, -5), (0, 0.1, 2)], np.array([False, True]))
        assert levels.levels().tolist() == [2]

    def test_frames_may_come_one_by_one(self) -> None:
        places, ground = cloud(2_000)
        asked = np.random.default_rng(1).uniform((0, -20), (60, 20), (200, 2))
        whole, parts = GroundLevels(asked), GroundLevels(asked)
        whole.add(places, ground)
        for part in np.array_split(np.arange(len(places)), 7):
            parts.add(places[part], ground[part])
        assert np.allclose(whole.levels(), parts.levels())
        # The plane rises by 1 %, and its points lie about a metre from one another.
        assert np.abs(whole.levels() - 0.01 * asked[:, 0]).max() < 0.05

    def test_without_points(self) -> None:
        levels = GroundLevels([(0, 0)])
        levels.add(np.empty((0, 3)))
        assert np.isnan(levels.levels()).all()
        GroundLevels([]).add([(1, 2, 3)])
