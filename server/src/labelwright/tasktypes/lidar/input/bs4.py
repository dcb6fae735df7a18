"""Reads BS4, an older spelling of scenes (wire/task-types-lidar-frames §2.7). Nothing writes it."""

from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta

from labelwright.tasktypes.attachment_readers import ContentError, InvalidContent
from labelwright.tasktypes.lidar.cameras import CameraModel
from labelwright.tasktypes.lidar.input import container
from labelwright.tasktypes.lidar.input.arrays import Arrays
from labelwright.tasktypes.lidar.input.scene import (
    DISTORTION,
    Intrinsics,
    PosePath,
    Scene,
    Sensor,
    SensorFrame,
    Video,
)
from labelwright.validation.errors import Path, errors_of

VERSION = "4"
_FPS = 10.0
"""Of frames, when no camera says."""

_Id = str | Annotated[int, Meta(ge=-(2**53), le=2**53)]


class _Vector3(msgspec.Struct):
    x: float
    y: float
    z: float


class _Quaternion(msgspec.Struct):
    x: float
    y: float
    z: float
    w: float


class _Pose(msgspec.Struct):
    position: _Vector3
    heading: _Quaternion


class _Points(msgspec.Struct):
    positions: Any
    intensities: Any = None
    device_ids: Any = None
    colors: Any = None


class _Size(msgspec.Struct):
    width: Annotated[int, Meta(ge=1)]
    height: Annotated[int, Meta(ge=1)]


class _Distortion(msgspec.Struct, frozen=True):
    model: CameraModel = "brown_conrady"
    skew: float = 0.0
    k1: float = 0.0
    k2: float = 0.0
    k3: float = 0.0
    k4: float = 0.0
    k5: float = 0.0
    k6: float = 0.0
    p1: float = 0.0
    p2: float = 0.0
    lx: float = 0.0
    ly: float = 0.0
    xi: float = 0.0
    scale_factor: float = 1.0


class _Lidar(msgspec.Struct, tag_field="type", tag="lidar", kw_only=True):
    id: _Id | None = None
    poses: Annotated[list[_Pose], Meta(min_length=1)]
    points: _Points
    frame_offsets: Any


class _Camera(msgspec.Struct, tag_field="type", tag="camera", kw_only=True):
    id: _Id | None = None
    name: str | None = None
    fps: Annotated[float, Meta(gt=0)]
    image_size: _Size = msgspec.field(name="imageSize")
    poses: Annotated[list[_Pose], Meta(min_length=1)]
    video: Any
    distortion: _Distortion = _Distortion()
    fx: float
    fy: float
    cx: float
    cy: float


class _Scene(msgspec.Struct):
    sensors: Annotated[list[_Lidar | _Camera], Meta(min_length=1)]


def scene(tree: Any) -> Scene:
    """Return the scene in the header of a container, with times counted from the first frame.

    Raises:
        InvalidContent: with every problem and its path.
    """
    try:
        model = msgspec.convert(tree, _Scene)
    except (msgspec.ValidationError, AttributeError) as error:
        # msgspec takes an array for a mapping, and misses its keys.
        found = errors_of(_Scene, container.without_arrays(tree))
        if not found:
            raise InvalidContent(f"Invalid scene: {error}.") from None
        raise InvalidContent([ContentError(one.path, one.what) for one in found]) from None
    wrong: list[ContentError] = []
    arrays = Arrays(wrong)
    fps = next((one.fps for one in model.sensors if isinstance(one, _Camera)), _FPS)
    sensors = [
        _camera(one, arrays, i) if isinstance(one, _Camera) else _lidar(one, arrays, i, fps)
        for i, one in enumerate(model.sensors)
    ]
    ids = [one.id for one in sensors]
    wrong += [
        ContentError(("sensors", i, "id"), "contains a duplicate value")
        for i, one in enumerate(ids)
        if one in ids[:i]
    ]
    if wrong:
        raise InvalidContent(wrong)
    return Scene(sensors=sensors, version="4.0")


def _poses(poses: list[_Pose], fps: float) -> PosePath:
    times = np.round(np.arange(len(poses)) * (1_000_000 / fps)).astype(np.int64)
    values = [
        (*msgspec.structs.astuple(one.position), *msgspec.structs.astuple(one.heading)) for one in poses
    ]
    return PosePath(times, np.array(values, np.float64))


def _lidar(one: _Lidar, arrays: Arrays, n: int, fps: float) -> Sensor:
    place: Path = ("sensors", n, "points")
    positions = arrays.of(one.points.positions, np.float32, (-1, 3), (*place, "positions"))
    count = len(positions)
    intensities = colors = None
    if one.points.intensities is not None:
        given = arrays.numbers(one.points.intensities, (count,), (*place, "intensities"))
        if len(given) == count:
            intensities = np.round(np.clip(given, 0, 1) * 255).astype(np.uint8)
    if one.points.colors is not None:
        colors = arrays.of(one.points.colors, np.uint8, (count, 3), (*place, "colors"))
    starts = arrays.times(one.frame_offsets, ("sensors", n, "frame_offsets"))
    sound = len(starts) and starts[0] == 0 and (np.diff(starts) >= 0).all() and starts[-1] <= count
    path = _poses(one.poses, fps)
    if not sound or len(starts) != len(one.poses):
        arrays.refuse(("sensors", n, "frame_offsets"), f"must be {len(one.poses)} increasing numbers from 0")
        starts = np.zeros(len(one.poses), np.int64)
    ends = [*starts[1:].tolist(), count]
    frames = [
        SensorFrame(
            timestamp=int(path.timestamps[i]),
            positions=positions[start:end],
            colors=None if colors is None else colors[start:end],
            intensities=None if intensities is None else intensities[start:end],
        )
        for i, (start, end) in enumerate(zip(starts.tolist(), ends, strict=True))
    ]
    return Sensor(f"lidar-{n}" if one.id is None else one.id, "lidar", path, frames=frames)


def _camera(one: _Camera, arrays: Arrays, n: int) -> Sensor:
    lens = one.distortion
    path = _poses(one.poses, one.fps)
    name = one.name or f"camera-{n}"
    return Sensor(
        id=name if one.id is None else one.id,
        type="camera",
        poses=path,
        intrinsics=Intrinsics(
            fx=one.fx,
            fy=one.fy,
            cx=one.cx,
            cy=one.cy,
            width=one.image_size.width,
            height=one.image_size.height,
            model=lens.model,
            params=[getattr(lens, key, 0.0) for key in DISTORTION[lens.model]],
            skew=lens.skew,
            scale_factor=lens.scale_factor,
        ),
        video=Video(path.timestamps, arrays.data(one.video, ("sensors", n, "video")), one.fps),
    )
