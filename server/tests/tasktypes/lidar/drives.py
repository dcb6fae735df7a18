"""A drive made up for tests: ground, boxes on it, a vehicle with a lidar and cameras. Always the same."""

import base64
import math
import struct
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from labelwright.tasktypes.lidar.geometry import corners, turned
from labelwright.tasktypes.lidar.input.scene import Intrinsics, Picture, PosePath, Scene, Sensor, SensorFrame

CAR = {"position": (32.4, 5.1, 0.9), "dimensions": (1.9, 4.6, 1.6), "yaw": -math.pi / 2}
TREE = {"position": (24.0, -6.0, 2.0), "dimensions": (0.6, 0.6, 4.0), "yaw": 0.3}
DEVICE = (12.0, 3.5, 1.8)
FRONT: dict[str, Any] = {
    "image_url": "https://files.example.test/front.jpg",
    "position": {"x": 13.1, "y": 3.5, "z": 1.62},
    "heading": {"w": 0.5, "x": -0.5, "y": 0.5, "z": -0.5},
    "fx": 1000,
    "fy": 1000,
    "cx": 960,
    "cy": 540,
}


def cloud(count: int = 400, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Points, and which of them are ground: a plane that rises by 1 %, a car and a tree."""
    draw = np.random.default_rng(seed)
    ground = draw.uniform((0, -20, 0), (60, 20, 0), (count, 3))
    ground[:, 2] = 0.01 * ground[:, 0]
    things = []
    for one in (CAR, TREE):
        inside = draw.uniform(-0.5, 0.5, (count // 4, 3)) * one["dimensions"]
        things.append(inside @ turned(one["yaw"]).T + np.array(one["position"]))
    points = np.concatenate([ground, *things])
    return np.round(points, 4), np.arange(len(points)) < count


def frame(points: Sequence[Any] | None = None, **more: Any) -> dict[str, Any]:
    """A frame as JSON has it, with one camera."""
    places, ground = cloud()
    listed = [
        {"x": x, "y": y, "z": z, "i": 0.5, "d": i % 200, "t": 1000.0 * i, "is_ground": flat}
        for i, ((x, y, z), flat) in enumerate(zip(places.tolist(), ground.tolist(), strict=True))
    ]
    return {
        "timestamp": 1714032000.1,
        "device_position": dict(zip("xyz", DEVICE, strict=True)),
        "device_heading": {"w": 1, "x": 0, "y": 0, "z": 0},
        "points": listed if points is None else points,
        "images": [FRONT],
        **more,
    }


def frame_file(**more: Any) -> bytes:
    return msgspec.json.encode(frame(**more))


def split(**more: Any) -> bytes:
    """The same points packed."""
    places, _ = cloud()
    given = {
        "points": base64.b64encode(places.astype("<f4").tobytes()).decode(),
        "intensities": base64.b64encode(np.full(len(places), 0.5, "<f4").tobytes()).decode(),
    }
    return msgspec.json.encode({**frame(), **given, **more})


class Writer:
    """Writes protobuf, for what is read: the wire format and nothing else."""

    @staticmethod
    def varint(value: int) -> bytes:
        value &= (1 << 64) - 1
        written = bytearray()
        while value >= 0x80:
            written.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes([*written, value])

    @classmethod
    def whole(cls, number: int, value: int) -> bytes:
        return cls.varint(number << 3) + cls.varint(value)

    @classmethod
    def single(cls, number: int, value: float) -> bytes:
        return cls.varint(number << 3 | 5) + struct.pack("<f", value)

    @classmethod
    def double(cls, number: int, value: float) -> bytes:
        return cls.varint(number << 3 | 1) + struct.pack("<d", value)

    @classmethod
    def data(cls, number: int, value: bytes) -> bytes:
        return cls.varint(number << 3 | 2) + cls.varint(len(value)) + value

    @classmethod
    def singles(cls, values: Sequence[float], start: int = 1) -> bytes:
        return b"".join(cls.single(n, value) for n, value in enumerate(values, start))

    @classmethod
    def point(cls, one: dict[str, Any]) -> bytes:
        written = cls.singles([one["x"], one["y"], one["z"]])
        if "i" in one:
            written += cls.single(4, one["i"])
        if "d" in one:
            written += cls.whole(5, one["d"])
        if "t" in one:
            written += cls.double(6, one["t"])
        if "is_ground" in one:
            written += cls.whole(7, one["is_ground"])
        return written

    @classmethod
    def image(cls, one: dict[str, Any], field: int = 8, lens: Sequence[float] = ()) -> bytes:
        written = cls.data(2, one["image_url"].encode())
        written += cls.data(3, cls.singles([one["position"][axis] for axis in "xyz"]))
        written += cls.data(4, cls.singles([one["heading"][axis] for axis in "wxyz"]))
        if "camera_index" in one:
            written += cls.whole(7, one["camera_index"])
        return written + cls.data(
            field, cls.singles([one["fx"], one["fy"], one["cx"], one["cy"]]) + cls.singles(lens, 5)
        )

    @classmethod
    def frame(cls, one: dict[str, Any]) -> bytes:
        written = cls.data(1, cls.singles([one["device_position"][axis] for axis in "xyz"]))
        written += cls.data(2, cls.singles([one["device_heading"][axis] for axis in "wxyz"]))
        written += b"".join(cls.data(4, cls.point(point)) for point in one["points"])
        written += b"".join(cls.data(6, cls.image(image)) for image in one["images"])
        return written + cls.double(7, one["timestamp"])


def scene(**more: Any) -> Scene:
    """Two frames of a lidar, a camera on a vehicle that drives along x, odometry and a static cloud."""
    places, _ = cloud()
    times = np.array([0, 100_000])
    path = PosePath(times, np.array([[12, 3.5, 1.8, 0, 0, 0, 1], [13, 3.5, 1.8, 0, 0, 0, 1]], float))
    lens = PosePath(np.array([0]), np.array([[1.1, 0, -0.18, -0.5, 0.5, -0.5, 0.5]]))
    points = places.astype(np.float32)
    count = len(points)
    frames = [
        SensorFrame(
            int(time),
            points + np.float32(i),
            colors=np.full((count, 3), 7, np.uint8),
            intensities=np.full(count, 9, np.uint8),
            timestamps=np.full(count, time, np.uint32),
        )
        for i, time in enumerate(times)
    ]
    radar = SensorFrame(0, points[:3], directions=np.ones((3, 3), np.float32), lengths=np.ones(3, np.float32))
    return Scene(
        sensors=[
            Sensor("vehicle", "odometry", path),
            Sensor("top", "lidar", frames=frames),
            Sensor(
                "front",
                "camera",
                lens,
                parent_id="vehicle",
                intrinsics=Intrinsics(1000, 1000, 960, 540, 1920, 1080, "fisheye", [0.01, 0, 0, 0]),
                images=[Picture(0, b"\xff\xd8one"), Picture(100_000, b"\xff\xd8two")],
            ),
            Sensor("bumper", "radar", path, frames=[radar]),
            Sensor(5, "points", frames=[SensorFrame(0, points[:10])]),
        ],
        metadata={"drive": 7},
        **more,
    )


def car_corners() -> np.ndarray:
    return corners(CAR["position"], CAR["dimensions"], CAR["yaw"])
