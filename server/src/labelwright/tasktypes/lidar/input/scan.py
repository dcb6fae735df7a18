"""One frame of a point cloud, however its file spells it (wire/task-types-lidar-frames §1)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelwright.tasktypes.attachment_readers import ContentError, InvalidContent
from labelwright.tasktypes.base import CloudFacts
from labelwright.tasktypes.lidar.cameras import Camera
from labelwright.validation.errors import Path

MAX_POINTS = 2_000_000
"""In one frame; the guidance for labelling is 100,000 (wire/task-types-lidar-frames §2.6)."""

_UNIT = 1e-3
"""By how much the length of a quaternion may differ from 1 (wire/task-types-lidar-frames §1.1)."""


@dataclass(frozen=True)
class RadarPoint:
    """What a radar saw.

    Attributes:
        position: in the world, in metres.
        direction: of the movement; its length is the speed.
        size: as the radar gives it.
    """

    position: tuple[float, float, float]
    direction: tuple[float, float, float] | None = None
    size: float | None = None


@dataclass(frozen=True)
class LidarScan:
    """One frame. Columns are None when no point has the value.

    Attributes:
        positions: ``[N, 3]`` in the world, float64, or float32 where the file has no more.
        device_position: of the vehicle in the world.
        device_heading: quaternion ``w, x, y, z``, when known.
        gps: degrees of latitude and longitude, and the bearing clockwise from north.
        intensity: ``[N]``, 0 to 1, NaN where a point has none.
        device: ``[N]`` number of the lidar unit, -1 where a point has none.
        time: ``[N]`` nanoseconds, NaN where a point has none.
        ground: ``[N]`` whether the point lies on the ground.
        colors: ``[N, 3]`` RGB.
        cameras: the pictures of this moment.
        radar: what radars saw.
        timestamp: of the frame, in the unit of the task.
        extra: passed through.
    """

    positions: NDArray[np.float64] | NDArray[np.float32]
    device_position: tuple[float, float, float]
    device_heading: tuple[float, float, float, float] | None = None
    gps: tuple[float, float, float] | None = None
    intensity: NDArray[np.float32] | None = None
    device: NDArray[np.int64] | None = None
    time: NDArray[np.float64] | None = None
    ground: NDArray[np.bool_] | None = None
    colors: NDArray[np.uint8] | None = None
    cameras: Sequence[Camera] = ()
    radar: Sequence[RadarPoint] = ()
    timestamp: float | None = None
    extra: Any = None

    def facts(self) -> CloudFacts:
        """Return what answers are checked against."""
        return CloudFacts(
            points=len(self.positions),
            cameras=tuple(camera.index for camera in self.cameras),
            device=self.device_position,
            timestamp=self.timestamp,
        )


def sound(scan: LidarScan) -> LidarScan:
    """Check what all spellings have in common (wire/task-types-lidar-frames §1.1).

    Raises:
        InvalidContent: with every problem and its path.
    """
    wrong: list[ContentError] = []
    count = len(scan.positions)
    if not count:
        wrong.append(ContentError(("points",), "must contain at least 1 items"))
    elif count > MAX_POINTS:
        wrong.append(too_many_points())
    finite = np.isfinite(scan.positions).all(axis=1)
    if not finite.all():
        wrong.append(ContentError(("points", int(np.argmin(finite))), "must have finite coordinates"))
    if not np.isfinite(scan.device_position).all():
        wrong.append(ContentError(("device_position",), "must have finite coordinates"))
    if scan.device_heading is not None:
        _check_unit(scan.device_heading, ("device_heading",), wrong)
    seen: set[int] = set()
    for i, camera in enumerate(scan.cameras):
        _check_unit(camera.heading, ("images", i, "heading"), wrong)
        if camera.index in seen:
            wrong.append(ContentError(("images", i, "camera_index"), "contains a duplicate value"))
        seen.add(camera.index)
        if not camera.fx or not camera.fy or not camera.scale_factor > 0:
            wrong.append(ContentError(("images", i), "must have focal lengths and a scale other than 0"))
    if wrong:
        raise InvalidContent(wrong)
    return scan


def too_many_points() -> ContentError:
    """Return what is said of a larger frame."""
    return ContentError(("points",), f"must contain less than or equal to {MAX_POINTS} items")


def _check_unit(quaternion: Sequence[float], place: Path, wrong: list[ContentError]) -> None:
    length = math.hypot(*quaternion)
    # Written so that NaN is refused, too.
    if not abs(length - 1) <= _UNIT:
        wrong.append(ContentError(place, f"must have the length 1, not {length:.6g}"))
