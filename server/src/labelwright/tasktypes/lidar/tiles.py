"""Pictures of point clouds from above, and the ground under their pixels (wire/task-types-lidar §6.2).

Lengths are in units of the frames. A pixel's place is that of its top left corner; the picture's up is +y.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Shade = Literal["height", "intensity"]

MAX_PIXELS = 2_000
"""Of a side of a tile: 100 m at the default of 0.05 m per pixel."""

GROUND_RADIUS = 0.25
"""Within this distance the lowest point of the ground is the ground (wire/task-types-lidar §6.2)."""

GROUND_REACH = 5.0
"""Beyond this distance from every point of the ground its height is not known."""

_NEIGHBOURS = 8
_DARKEST = 1 / 255
_CLIPPED = (1.0, 99.0)
"""Percentiles at which brightness ends: one bird does not make the street black."""


@dataclass(frozen=True)
class TileFrame:
    """Where a tile lies.

    Attributes:
        x: of the world under the top left corner of the picture.
        y: likewise.
        width: in pixels.
        height: in pixels.
        meters_per_pixel: size of a pixel.
    """

    x: float
    y: float
    width: int
    height: int
    meters_per_pixel: float

    def world(self, pixels: ArrayLike) -> Array:
        """Return the places ``[N, 2]`` under pixels ``[N, 2]``."""
        u, v = np.asarray(pixels, np.float64).reshape(-1, 2).T
        return np.stack([self.x + u * self.meters_per_pixel, self.y - v * self.meters_per_pixel], axis=1)

    def pixels(self, places: ArrayLike) -> Array:
        """Return the pixels ``[N, 2]`` of places ``[N, 2]``; the inverse of ``world``."""
        x, y = np.asarray(places, np.float64).reshape(-1, 2).T
        return np.stack([(x - self.x) / self.meters_per_pixel, (self.y - y) / self.meters_per_pixel], axis=1)


def tiling(places: ArrayLike, meters_per_pixel: float, side: int = MAX_PIXELS) -> Sequence[TileFrame]:
    """Lay tiles over a cloud, from the top left corner of what it covers, row by row.

    Args:
        places: ``[N, 2]`` or ``[N, 3]``; tiles without any are left out.
        meters_per_pixel: size of a pixel.
        side: pixels of a whole tile; at the right and the bottom they are smaller.
    """
    flat = np.asarray(places, np.float64)[:, :2]
    if not len(flat):
        return ()
    # On the grid of pixels, so that another frame of the same scene has the same ones.
    left, bottom = np.floor(flat.min(axis=0) / meters_per_pixel)
    right, top = np.floor(flat.max(axis=0) / meters_per_pixel) + 1
    columns, rows = right - left, top - bottom
    cells = np.stack([np.floor(flat[:, 0] / meters_per_pixel) - left, top - flat[:, 1] / meters_per_pixel], 1)
    used = np.unique(
        np.floor(np.minimum(cells, (columns - 1, rows - 1)) / side).astype(np.int64)[:, ::-1], axis=0
    )
    return [
        TileFrame(
            x=float((left + column * side) * meters_per_pixel),
            y=float((top - row * side) * meters_per_pixel),
            width=int(min(side, columns - column * side)),
            height=int(min(side, rows - row * side)),
            meters_per_pixel=meters_per_pixel,
        )
        for row, column in used.tolist()
    ]


def render(
    tile: TileFrame,
    positions: ArrayLike,
    intensity: ArrayLike | None = None,
    shade: Shade = "height",
) -> NDArray[np.uint8]:
    """Draw a cloud from above.

    Args:
        tile: what to draw.
        positions: ``[N, 3]`` of all frames together.
        intensity: ``[N]``, 0 to 1; NaN counts as 0. Needed for ``intensity``.
        shade: the highest point of each pixel, or the brightest.

    Returns:
        ``[height, width]``: 0 where there is no point, else 1 to 255; of heights from the lowest percent to
        the highest.

    Raises:
        ValueError: there is no intensity to draw.
    """
    places = np.asarray(positions, np.float64).reshape(-1, 3)
    if shade == "intensity":
        if intensity is None:
            raise ValueError("the cloud has no intensity")
        values = np.nan_to_num(np.asarray(intensity, np.float64))
        low, high = 0.0, 1.0
    else:
        values = places[:, 2]
        low, high = np.percentile(values, _CLIPPED) if len(values) else (0.0, 1.0)
    column, row = np.floor(tile.pixels(places[:, :2])).astype(np.int64).T
    inside = (column >= 0) & (column < tile.width) & (row >= 0) & (row < tile.height)
    highest = np.full(tile.width * tile.height, -np.inf)
    np.maximum.at(highest, row[inside] * tile.width + column[inside], values[inside])
    share = np.clip((highest - low) / (high - low if high > low else 1.0), _DARKEST, 1.0)
    drawn = np.where(np.isneginf(highest), 0, np.round(share * 255)).astype(np.uint8)
    return np.asarray(drawn.reshape(tile.height, tile.width))


def png(picture: NDArray[np.uint8]) -> bytes:
    """Write a picture as an 8-bit grey PNG."""
    from PIL import Image

    written = io.BytesIO()
    Image.fromarray(picture).save(written, "PNG", optimize=False)
    return written.getvalue()


class GroundLevels:
    """Finds how high the ground is under some places, frame by frame, so that no cloud has to be kept.

    It is the lowest point of the ground within ``GROUND_RADIUS``; where there is none, the mean of the nearest points,
    weighted by the inverse square of their distances; beyond ``GROUND_REACH`` nothing.

    Args:
        places: ``[N, 2]``.
    """

    def __init__(self, places: ArrayLike) -> None:
        self._places = np.asarray(places, np.float64).reshape(-1, 2)
        self._lowest = np.full(len(self._places), np.inf)
        self._distances = np.full((len(self._places), _NEIGHBOURS), np.inf)
        self._heights = np.zeros((len(self._places), _NEIGHBOURS))

    def add(self, positions: ArrayLike, ground: NDArray[np.bool_] | None = None) -> None:
        """Look at one frame.

        Args:
            positions: ``[N, 3]``.
            ground: which of them lie on the ground; all when it is not known.
        """
        from scipy.spatial import cKDTree

        points = np.asarray(positions, np.float64).reshape(-1, 3)
        if ground is not None:
            points = points[ground]
        if not len(points) or not len(self._places):
            return
        tree = cKDTree(points[:, :2])
        for i, near in enumerate(tree.query_ball_point(self._places, GROUND_RADIUS)):
            if near:
                self._lowest[i] = min(self._lowest[i], points[near, 2].min())
        distances, found = tree.query(self._places, k=_NEIGHBOURS, distance_upper_bound=GROUND_REACH)
        heights = np.append(points[:, 2], 0.0)[found]
        distances = np.concatenate([self._distances, distances], axis=1)
        heights = np.concatenate([self._heights, heights], axis=1)
        nearest = np.argsort(distances, axis=1, kind="stable")[:, :_NEIGHBOURS]
        self._distances = np.take_along_axis(distances, nearest, axis=1)
        self._heights = np.take_along_axis(heights, nearest, axis=1)

    def levels(self) -> Array:
        """Return the heights ``[N]``; NaN where the ground is not known."""
        with np.errstate(divide="ignore", invalid="ignore"):
            weights = 1 / np.maximum(self._distances, 1e-6) ** 2
            meant = (weights * self._heights).sum(axis=1) / weights.sum(axis=1)
        return np.where(np.isfinite(self._lowest), self._lowest, meant)
