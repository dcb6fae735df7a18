"""A scene of many sensors, however its file spells it (wire/task-types-lidar-frames §2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labelwright.tasktypes.base import SceneFacts, SensorFacts
from labelwright.tasktypes.lidar.cameras import Camera, CameraModel, rotation

SensorType = Literal["camera", "lidar", "radar", "points", "odometry"]
SensorId = str | int

DISTORTION: Mapping[CameraModel, Sequence[str]] = {
    "brown_conrady": ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6", "lx", "ly"),
    "fisheye": ("k1", "k2", "k3", "k4"),
    "mod_equi_fish": ("k1", "k2", "k3", "k4"),
    "mod_kannala": ("k1", "k2", "k3", "k4"),
    "cylindrical": (),
    "equirectangular": (),
    "omnidirectional": ("k1", "k2", "k3", "k4", "p1", "p2", "xi", "lx", "ly"),
    "fisheye_rad_tan_prism": ("k1", "k2", "k3", "k4", "k5", "k6", "p1", "p2", "s1", "s2", "s3", "s4"),
    "fisheye_radial_custom": ("k1", "k2", "k3", "k4", "k5", "k6", "p1", "p2", "dcx", "dcy"),
    "ftheta": ("k1", "k2", "k3", "k4", "k5"),
}
"""The order of ``distortion.params`` (wire/task-types-lidar-frames §2.4)."""


@dataclass(frozen=True)
class PosePath:
    """A pose over time.

    Attributes:
        timestamps: ``[N]`` microseconds, increasing.
        values: ``[N, 7]``: position, then quaternion with w last.
    """

    timestamps: NDArray[np.int64]
    values: NDArray[np.float64]

    def at(self, time: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return position ``[3]`` and rotation ``[3, 3]`` at a time.

        In between, positions are straight lines and rotations the shortest arcs; before and after, the ends hold.
        """
        after = int(np.searchsorted(self.timestamps, time))
        low, high = max(after - 1, 0), min(after, len(self.timestamps) - 1)
        span = self.timestamps[high] - self.timestamps[low]
        share = float(time - self.timestamps[low]) / float(span) if span else 0.0
        start, end = self.values[low], self.values[high]
        x, y, z, w = _turned_by(start[3:], end[3:], share)
        return start[:3] + share * (end[:3] - start[:3]), rotation(w, x, y, z)


def _turned_by(start: NDArray[np.float64], end: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Return the rotation at a share of the shortest arc between two."""
    start, end = start / np.linalg.norm(start), end / np.linalg.norm(end)
    cosine = float(start @ end)
    if cosine < 0:
        # The other quaternion of the same rotation is nearer.
        end, cosine = -end, -cosine
    angle = np.arccos(min(cosine, 1.0))
    if angle < 1e-9:
        return start
    turned: NDArray[np.float64] = (
        np.sin((1 - share) * angle) * start + np.sin(share * angle) * end
    ) / np.sin(angle)
    return turned


@dataclass(frozen=True)
class SensorFrame:
    """The points of one sensor at one time; what was not measured is None.

    Attributes:
        timestamp: microseconds; 0 of a static cloud.
        positions: ``[N, 3]`` float32.
        colors: ``[N, 3]`` RGB.
        intensities: ``[N]``, 0 to 255.
        timestamps: ``[N]`` microseconds.
        directions: ``[N, 3]`` of movement, of radars.
        lengths: ``[N]`` of movement, of radars.
    """

    timestamp: int
    positions: NDArray[np.float32]
    colors: NDArray[np.uint8] | None = None
    intensities: NDArray[np.uint8] | None = None
    timestamps: NDArray[np.uint32] | None = None
    directions: NDArray[np.float32] | None = None
    lengths: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Picture:
    """One image of a camera: its time in microseconds, and a jpg or png."""

    timestamp: int
    content: bytes


@dataclass(frozen=True)
class Video:
    """The recording of a camera: the time of each image in microseconds, and an mp4."""

    timestamps: NDArray[np.int64]
    content: bytes
    fps: float


@dataclass(frozen=True)
class Intrinsics:
    """The lens of a camera; pixels. ``params`` are in the order of ``DISTORTION``; ``skew`` and scale of BS4 only."""

    fx: float
    fy: float
    cx: float
    cy: float
    width: int
    height: int
    model: CameraModel | None = None
    params: Sequence[float] = ()
    skew: float = 0.0
    scale_factor: float = 1.0


@dataclass(frozen=True)
class Sensor:
    """A sensor, with everything it measured.

    Attributes:
        id: unique in the scene.
        type: what it is.
        poses: in the world, or in the frame of the parent.
        parent_id: another sensor.
        coordinates: of the points: ``world``, or ``ego``, the frame of the vehicle.
        frames: of lidars, radars and static clouds.
        intrinsics: of cameras.
        images: of cameras without video.
        video: of cameras without images.
    """

    id: SensorId
    type: SensorType
    poses: PosePath | None = None
    parent_id: SensorId | None = None
    coordinates: Literal["world", "ego"] = "world"
    frames: Sequence[SensorFrame] = ()
    intrinsics: Intrinsics | None = None
    images: Sequence[Picture] = ()
    video: Video | None = None


@dataclass(frozen=True)
class Scene:
    """A scene.

    Attributes:
        sensors: in the order of the file.
        annotations: pre-labels or results, unread.
        attributes: of the scene, over time, unread.
        time_offset: microseconds to add to all times.
        time_unit: ``microseconds``.
        metadata: free.
        version: of the format.
    """

    sensors: Sequence[Sensor] = ()
    annotations: Sequence[Any] = ()
    attributes: Sequence[Any] = ()
    time_offset: int = 0
    time_unit: str = "microseconds"
    metadata: Mapping[str, Any] = field(default_factory=dict)
    version: str = "1.0"

    def facts(self) -> SceneFacts:
        """Return what answers are checked against."""
        return SceneFacts(
            tuple(
                SensorFacts(one.id, one.type, tuple(len(frame.positions) for frame in one.frames))
                for one in self.sensors
            )
        )

    def sensor(self, sensor_id: SensorId) -> Sensor:
        """Return a sensor.

        Raises:
            KeyError: there is none with this id.
        """
        for one in self.sensors:
            if one.id == sensor_id:
                return one
        raise KeyError(sensor_id)

    def pose(self, sensor: Sensor, time: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where a sensor is in the world at a time: position ``[3]`` and rotation ``[3, 3]``."""
        position, turned = np.zeros(3), np.eye(3)
        upward: Sensor | None = sensor
        while upward is not None:
            if upward.poses is not None:
                place, matrix = upward.poses.at(time)
                position, turned = matrix @ position + place, matrix @ turned
            upward = None if upward.parent_id is None else self.sensor(upward.parent_id)
        return position, turned

    def world(self, sensor: Sensor, frame: SensorFrame) -> NDArray[np.float64]:
        """Return the points of a frame in the world, ``[N, 3]``.

        Points of ``ego`` move with the vehicle: with the odometry where there is one, else with the sensor.
        """
        places = frame.positions.astype(np.float64)
        if sensor.coordinates == "world":
            return places
        vehicle = next((one for one in self.sensors if one.type == "odometry"), sensor)
        position, turned = self.pose(vehicle, frame.timestamp)
        return np.asarray(places @ turned.T + position)

    def camera(self, sensor: Sensor, time: float) -> Camera:
        """Return a camera as it is at a time.

        Raises:
            ValueError: the sensor is no camera.
        """
        lens = sensor.intrinsics
        if lens is None:
            raise ValueError(f"sensor {sensor.id!r} is no camera")
        position, turned = self.pose(sensor, time)
        model: CameraModel = lens.model or "brown_conrady"
        names = DISTORTION[model]
        return Camera(
            fx=lens.fx,
            fy=lens.fy,
            cx=lens.cx,
            cy=lens.cy,
            model=model,
            skew=lens.skew,
            coefficients=dict(zip(names, lens.params, strict=False)),
            scale_factor=lens.scale_factor,
            position=(float(position[0]), float(position[1]), float(position[2])),
            heading=_quaternion(turned),
            width=lens.width,
            height=lens.height,
            timestamp=time,
        )


def _quaternion(matrix: ArrayLike) -> tuple[float, float, float, float]:
    """Return ``w, x, y, z`` of a rotation."""
    m = np.asarray(matrix, np.float64)
    # The largest of the four is found first: the others are divided by it.
    squares = np.array(
        [
            1 + m[0, 0] + m[1, 1] + m[2, 2],
            1 + m[0, 0] - m[1, 1] - m[2, 2],
            1 - m[0, 0] + m[1, 1] - m[2, 2],
            1 - m[0, 0] - m[1, 1] + m[2, 2],
        ]
    )
    products = np.array(
        [
            [squares[0], m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]],
            [m[2, 1] - m[1, 2], squares[1], m[1, 0] + m[0, 1], m[0, 2] + m[2, 0]],
            [m[0, 2] - m[2, 0], m[1, 0] + m[0, 1], squares[2], m[2, 1] + m[1, 2]],
            [m[1, 0] - m[0, 1], m[0, 2] + m[2, 0], m[2, 1] + m[1, 2], squares[3]],
        ]
    )
    largest = int(np.argmax(squares))
    w, x, y, z = products[largest] / (2 * np.sqrt(squares[largest]))
    return float(w), float(x), float(y), float(z)
