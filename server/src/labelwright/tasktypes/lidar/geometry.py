"""Cuboids and points in the world, in numbers (wire/task-types-lidar §1.2, §3.5).

Arrays are float64, lengths are in units of the frame, angles in radians.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

_BORDER = 1e-9
"""Share of a size by which rounding may move a point that lies on the border."""


def turned(yaw: float, pitch: float = 0.0, roll: float = 0.0) -> Array:
    """Return the rotation of a cuboid: roll about its x, then pitch about y, then yaw about z."""
    (cz, cy, cx), (sz, sy, sx) = np.cos((yaw, pitch, roll)), np.sin((yaw, pitch, roll))
    matrix: Array = (
        np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
        @ np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
        @ np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    )
    return matrix


def corners(
    position: Sequence[float],
    dimensions: Sequence[float],
    yaw: float,
    pitch: float = 0.0,
    roll: float = 0.0,
) -> Array:
    """Return the corners of a cuboid, ``[8, 3]``.

    Bits of the row number say which side: 1 for +x, 2 for +y, 4 for +z of the cuboid itself.
    """
    sides = np.array([[(i >> bit & 1) - 0.5 for bit in range(3)] for i in range(8)])
    placed: Array = (sides * np.asarray(dimensions)) @ turned(yaw, pitch, roll).T + np.asarray(position)
    return placed


class PointCounter:
    """Counts the points of one frame in many cuboids.

    Args:
        positions: ``[N, 3]``.
    """

    def __init__(self, positions: ArrayLike) -> None:
        places = np.asarray(positions, np.float64).reshape(-1, 3)
        # Sorted, so that a cuboid looks only at the points between its ends.
        self._places = places[np.argsort(places[:, 0], kind="stable")]
        self._x = np.ascontiguousarray(self._places[:, 0])

    def count(
        self,
        position: Sequence[float],
        dimensions: Sequence[float],
        yaw: float,
        pitch: float = 0.0,
        roll: float = 0.0,
    ) -> int:
        """Return how many points lie in a cuboid, those on its border included."""
        centre, half = np.asarray(position, np.float64), np.asarray(dimensions, np.float64) / 2
        matrix = turned(yaw, pitch, roll)
        reach = np.abs(matrix) @ half * (1 + _BORDER) + _BORDER
        start = np.searchsorted(self._x, centre[0] - reach[0], "left")
        end = np.searchsorted(self._x, centre[0] + reach[0], "right")
        near = self._places[start:end] - centre
        near = near[(np.abs(near[:, 1]) <= reach[1]) & (np.abs(near[:, 2]) <= reach[2])]
        inside = np.abs(near @ matrix) <= half * (1 + _BORDER) + _BORDER
        return int(inside.all(axis=1).sum())


def distance(device: Sequence[float], position: Sequence[float]) -> float:
    """Return how far a place is from the device, in three dimensions."""
    return float(np.linalg.norm(np.asarray(position, np.float64) - np.asarray(device, np.float64)))
