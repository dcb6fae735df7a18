"""Reads and writes scenes: SFS and BS5 (wire/task-types-lidar-frames §2.2–§2.6)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType

from labelwright.tasktypes.attachment_readers import ContentError, InvalidContent
from labelwright.tasktypes.lidar.cameras import CameraModel
from labelwright.tasktypes.lidar.input import bs4, container
from labelwright.tasktypes.lidar.input.arrays import Arrays
from labelwright.tasktypes.lidar.input.frames import unpacked
from labelwright.tasktypes.lidar.input.scene import (
    DISTORTION,
    Intrinsics,
    Picture,
    PosePath,
    Scene,
    Sensor,
    SensorFrame,
    Video,
)
from labelwright.validation.errors import Path, errors_of

FIRST = 100_000_000
"""The latest microsecond at which a path may begin."""

MAX_FPS = 100
MAX_BYTES = 1 << 30
"""After gzip is undone."""

_UNIT = 1e-3

_MAX_VALUE = 2**53
_Id = Annotated[str, Meta(min_length=1)] | Annotated[int, Meta(ge=-_MAX_VALUE, le=_MAX_VALUE)]
_Time = Annotated[int, Meta(ge=-_MAX_VALUE, le=_MAX_VALUE)]


class _PosePath(msgspec.Struct):
    timestamps: Any
    values: Any


class _Distortion(msgspec.Struct):
    model: CameraModel
    params: Any = ()


class _Intrinsics(msgspec.Struct):
    fx: float
    fy: float
    cx: float
    cy: float
    width: Annotated[int, Meta(ge=1)]
    height: Annotated[int, Meta(ge=1)]
    distortion: _Distortion | None = None


class _Video(msgspec.Struct):
    timestamps: Any
    content: Any
    fps: Annotated[float, Meta(gt=0)]


class _Image(msgspec.Struct):
    timestamp: _Time
    content: Any


class _Points(msgspec.Struct):
    positions: Any
    colors: Any = None
    intensities: Any = None
    timestamps: Any = None
    directions: Any = None
    lengths: Any = None


class _Frame(msgspec.Struct):
    timestamp: _Time
    points: _Points


class _Sensor(msgspec.Struct, tag_field="type", kw_only=True):
    id: _Id
    parent_id: _Id | None = None


class _Camera(_Sensor, tag="camera", kw_only=True):
    poses: _PosePath
    intrinsics: _Intrinsics
    video: _Video | UnsetType = UNSET
    images: Annotated[list[_Image], Meta(min_length=1)] | UnsetType = UNSET


class _Lidar(_Sensor, tag="lidar", kw_only=True):
    poses: _PosePath | None = None
    coordinates: Literal["world", "ego"] = "world"
    frames: Annotated[list[_Frame], Meta(min_length=1)]


class _Radar(_Lidar, tag="radar", kw_only=True):
    pass


class _Cloud(_Sensor, tag="points", kw_only=True):
    points: _Points


class _Odometry(_Sensor, tag="odometry", kw_only=True):
    poses: _PosePath


class _Scene(msgspec.Struct):
    version: str
    sensors: list[_Camera | _Lidar | _Radar | _Cloud | _Odometry] = []
    annotations: list[Any] = []
    attributes: list[Any] = []
    time_offset: Annotated[int, Meta(ge=0, le=_MAX_VALUE)] = 0
    time_unit: Literal["microseconds"] = "microseconds"
    metadata: dict[str, Any] | None = None


def read(data: bytes) -> Scene:
    """Read a scene: SFS 1.0, BS5, or BS4; also as plain JSON with arrays written out, and compressed with gzip.

    Raises:
        InvalidContent: with every problem and its path.
    """
    tree = container.read(unpacked(data, MAX_BYTES))
    version = str(tree.get("version", ""))
    if version.partition(".")[0] == bs4.VERSION:
        return bs4.scene(tree)
    if version.partition(".")[0] not in {"1", "5"}:
        raise InvalidContent([ContentError(("version",), "must be one of [1.0, 4.0, 5.1]")])
    given = tree.get("sensors")
    for sensor in given if isinstance(given, list) else ():
        # Both spellings are seen (wire/task-types-lidar-frames §2.3).
        if isinstance(sensor, dict) and str(sensor.get("type")) == "odometer":
            sensor["type"] = "odometry"
    try:
        model = msgspec.convert(tree, _Scene)
    except (msgspec.ValidationError, AttributeError) as error:
        # msgspec takes an array for a mapping, and misses its keys.
        found = errors_of(_Scene, container.without_arrays(tree))
        if not found:
            raise InvalidContent(f"Invalid scene: {error}.") from None
        raise InvalidContent([ContentError(one.path, one.what) for one in found]) from None
    return _Reader().scene(model)


class _Reader:
    """Turns the parts of a scene into arrays, and notes what is wrong with them."""

    def __init__(self) -> None:
        self._wrong: list[ContentError] = []
        self._arrays = Arrays(self._wrong)

    def scene(self, model: _Scene) -> Scene:
        """Return the scene.

        Raises:
            InvalidContent: with every problem and its path.
        """
        sensors = [self._sensor(one, ("sensors", i)) for i, one in enumerate(model.sensors)]
        ids = [one.id for one in sensors]
        parents = {one.id: one.parent_id for one in sensors}
        for i, one in enumerate(sensors):
            if one.id in ids[:i]:
                self._say(("sensors", i, "id"), "contains a duplicate value")
            if one.parent_id is not None and one.parent_id not in parents:
                self._say(("sensors", i, "parent_id"), "must be the id of a sensor")
            elif _in_circle(one.id, parents):
                self._say(("sensors", i, "parent_id"), "must not lead back to the sensor itself")
        for i, one in enumerate(sensors):
            moves = one.poses is not None or any(other.type == "odometry" for other in sensors)
            if one.coordinates == "ego" and not moves:
                self._say(("sensors", i, "poses"), "is required, or odometry, for points in the ego frame")
        if self._wrong:
            raise InvalidContent(self._wrong)
        return Scene(
            sensors=sensors,
            annotations=model.annotations,
            attributes=model.attributes,
            time_offset=model.time_offset,
            time_unit=model.time_unit,
            metadata=model.metadata or {},
            version=model.version,
        )

    def _say(self, place: Path, what: str) -> None:
        self._wrong.append(ContentError(place, what))

    def _sensor(self, one: _Sensor, place: Path) -> Sensor:
        match one:
            case _Camera():
                return self._camera(one, place)
            case _Lidar():
                frames = [
                    self._frame(frame.points, frame.timestamp, (*place, "frames", i, "points"))
                    for i, frame in enumerate(one.frames)
                ]
                self._check_times([frame.timestamp for frame in frames], (*place, "frames"), paced=True)
                return Sensor(
                    id=one.id,
                    type="radar" if isinstance(one, _Radar) else "lidar",
                    poses=None if one.poses is None else self._poses(one.poses, (*place, "poses")),
                    parent_id=one.parent_id,
                    coordinates=one.coordinates,
                    frames=frames,
                )
            case _Cloud():
                frame = self._frame(one.points, 0, (*place, "points"))
                return Sensor(one.id, "points", parent_id=one.parent_id, frames=[frame])
            case _Odometry():
                return Sensor(one.id, "odometry", self._poses(one.poses, (*place, "poses")), one.parent_id)
            case _:
                raise AssertionError(type(one))

    def _camera(self, one: _Camera, place: Path) -> Sensor:
        if (one.video is UNSET) == (one.images is UNSET):
            self._say(place, "must contain exactly one of [video, images]")
        images = [
            Picture(image.timestamp, self._arrays.data(image.content, (*place, "images", i, "content")))
            for i, image in enumerate(one.images or ())
        ]
        video = None
        if images:
            self._check_times([image.timestamp for image in images], (*place, "images"), paced=True)
        if one.video is not UNSET:
            where: Path = (*place, "video")
            times = self._arrays.times(one.video.timestamps, (*where, "timestamps"))
            self._check_times(times.tolist(), (*where, "timestamps"), paced=True)
            content = self._arrays.data(one.video.content, (*where, "content"))
            video = Video(times, content, one.video.fps)
        return Sensor(
            id=one.id,
            type="camera",
            poses=self._poses(one.poses, (*place, "poses")),
            parent_id=one.parent_id,
            intrinsics=self._intrinsics(one.intrinsics, (*place, "intrinsics")),
            images=images,
            video=video,
        )

    def _intrinsics(self, one: _Intrinsics, place: Path) -> Intrinsics:
        params: Sequence[float] = ()
        model = None
        if not one.fx or not one.fy:
            self._say((*place, "fx" if not one.fx else "fy"), "must not be 0")
        if one.distortion is not None:
            model, where = one.distortion.model, (*place, "distortion", "params")
            read = self._arrays.numbers(one.distortion.params, (-1,), where)
            most = len(DISTORTION[model])
            if len(read) > most:
                self._say(where, f"must contain less than or equal to {most} items")
            params = read.tolist()
        return Intrinsics(one.fx, one.fy, one.cx, one.cy, one.width, one.height, model, params)

    def _poses(self, path: _PosePath, place: Path) -> PosePath:
        known = len(self._wrong)
        times = self._arrays.times(path.timestamps, (*place, "timestamps"))
        values = self._arrays.numbers(path.values, (-1, 7), (*place, "values"))
        if len(self._wrong) > known:
            return PosePath(times, values)
        self._check_times(times.tolist(), (*place, "timestamps"))
        if len(times) != len(values):
            self._say((*place, "values"), f"must contain {len(times)} items")
        with np.errstate(over="ignore"):
            lengths = np.linalg.norm(values[:, 3:], axis=1)
        off = ~(np.abs(lengths - 1) <= _UNIT)
        if off.any():
            row = int(np.argmax(off))
            self._say((*place, "values", row), f"must have a rotation of length 1, not {lengths[row]:.6g}")
        return PosePath(times, values)

    def _frame(self, points: _Points, timestamp: int, place: Path) -> SensorFrame:
        known = len(self._wrong)
        positions = self._arrays.of(points.positions, np.float32, (-1, 3), (*place, "positions"))
        count = len(positions) if len(self._wrong) == known else None
        if not np.isfinite(positions).all():
            self._say((*place, "positions"), "must have finite coordinates")

        def column(name: str, kind: Any, shape: tuple[int, ...]) -> Any:
            value = getattr(points, name)
            if value is None:
                return None
            known = len(self._wrong)
            found = self._arrays.of(value, kind, shape, (*place, name))
            # An array that is wrong itself is empty here: its length means nothing.
            if len(self._wrong) == known and count not in (None, len(found)):
                self._say((*place, name), f"must contain {count} items")
            return found

        times = column("timestamps", np.uint32, (-1,))
        if times is not None and len(times) and timestamp > int(times.min()):
            self._say((*place, "timestamps"), f"must be greater than or equal to {timestamp}")
        return SensorFrame(
            timestamp=timestamp,
            positions=positions,
            colors=column("colors", np.uint8, (-1, 3)),
            intensities=column("intensities", np.uint8, (-1,)),
            timestamps=times,
            directions=column("directions", np.float32, (-1, 3)),
            lengths=column("lengths", np.float32, (-1,)),
        )

    def _check_times(self, times: Sequence[int], place: Path, *, paced: bool = False) -> None:
        """Check times of poses or frames (wire/task-types-lidar-frames §2.6)."""
        if not times:
            self._say(place, "must contain at least 1 items")
            return
        if times[0] < 0:
            self._say((*place, 0), "must have a time that is greater than or equal to 0")
        if times[0] > FIRST:
            self._say((*place, 0), f"must have a time that is less than or equal to {FIRST}")
        steps = np.diff(np.asarray(times, np.int64))
        if (steps <= 0).any():
            self._say((*place, int(np.argmax(steps <= 0)) + 1), "must be later than the one before")
        elif paced and len(times) > 1 and steps.mean() < 1_000_000 / MAX_FPS:
            self._say(place, f"must have at most {MAX_FPS} frames per second")


def _in_circle(start: Any, parents: Mapping[Any, Any]) -> bool:
    upward, steps = parents.get(start), 0
    while upward is not None and steps <= len(parents):
        if upward == start:
            return True
        upward, steps = parents.get(upward), steps + 1
    return False


def write(scene: Scene) -> bytes:
    """Write a scene as SFS 1.0, which has no place for the ``skew`` and ``scale_factor`` of BS4.

    Raises:
        ValueError: a part of it has numbers of a kind that the container does not know.
    """
    tree: dict[str, Any] = {
        "version": "1.0",
        "time_unit": scene.time_unit,
        "time_offset": scene.time_offset,
        "sensors": [dict(_members(one)) for one in scene.sensors],
        "annotations": list(scene.annotations),
        "attributes": list(scene.attributes),
        "metadata": dict(scene.metadata),
    }
    return container.write(tree)


def _members(sensor: Sensor) -> Iterator[tuple[str, Any]]:
    yield "id", sensor.id
    yield "type", sensor.type
    if sensor.parent_id is not None:
        yield "parent_id", sensor.parent_id
    if sensor.poses is not None:
        path = sensor.poses
        yield "poses", {"timestamps": path.timestamps.tolist(), "values": path.values.tolist()}
    lens = sensor.intrinsics
    if lens is not None:
        inner: dict[str, Any] = {
            name: getattr(lens, name) for name in ("fx", "fy", "cx", "cy", "width", "height")
        }
        if lens.model is not None:
            inner["distortion"] = {"model": lens.model, "params": list(lens.params)}
        yield "intrinsics", inner
    if sensor.images:
        yield (
            "images",
            [
                {"timestamp": one.timestamp, "content": np.frombuffer(one.content, np.uint8)}
                for one in sensor.images
            ],
        )
    if sensor.video is not None:
        film = sensor.video
        yield (
            "video",
            {
                "timestamps": film.timestamps.tolist(),
                "content": np.frombuffer(film.content, np.uint8),
                "fps": film.fps,
            },
        )
    if sensor.type == "points":
        yield "points", _columns(sensor.frames[0])
    elif sensor.frames:
        yield "coordinates", sensor.coordinates
        yield "frames", [{"timestamp": one.timestamp, "points": _columns(one)} for one in sensor.frames]


def _columns(frame: SensorFrame) -> dict[str, Any]:
    names = ("positions", "colors", "intensities", "timestamps", "directions", "lengths")
    return {name: value for name in names if (value := getattr(frame, name)) is not None}
