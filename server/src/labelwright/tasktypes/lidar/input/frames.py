"""Reads one frame of a point cloud, in any of its spellings (wire/task-types-lidar-frames §1)."""

import base64
import binascii
from collections.abc import Iterator
from typing import Annotated, Any, cast

import msgspec
import numpy as np
from msgspec import UNSET, Meta, UnsetType
from numpy.typing import NDArray

from labelwright.compression import CorruptStream, Unpacker
from labelwright.tasktypes.attachment_readers import ContentError, InvalidContent
from labelwright.tasktypes.lidar.attachment_readers import MAX_FRAME_BYTES
from labelwright.tasktypes.lidar.cameras import Camera, CameraModel
from labelwright.tasktypes.lidar.input import protobuf
from labelwright.tasktypes.lidar.input.scan import LidarScan, RadarPoint, sound
from labelwright.validation.errors import errors_of

_GZIP = b"\x1f\x8b"
_NAN = float("nan")
_DISTORTION = ("k1", "k2", "k3", "k4", "k5", "k6", "p1", "p2", "lx", "ly", "xi")


class _Vector3(msgspec.Struct, gc=False):
    x: float
    y: float
    z: float

    def numbers(self) -> tuple[float, float, float]:
        return self.x, self.y, self.z


class _Quaternion(msgspec.Struct, gc=False):
    w: float
    x: float
    y: float
    z: float

    def numbers(self) -> tuple[float, float, float, float]:
        return self.w, self.x, self.y, self.z


class _Point(msgspec.Struct, gc=False):
    x: float
    y: float
    z: float
    i: Annotated[float, Meta(ge=0, le=1)] = _NAN
    d: Annotated[int, Meta(ge=0, le=2**32 - 1)] = -1
    t: float = _NAN
    is_ground: bool = False


class _GpsPose(msgspec.Struct):
    lat: float
    bearing: float
    lon: float | UnsetType = UNSET
    long: float | UnsetType = UNSET


class _RadarPoint(msgspec.Struct):
    position: _Vector3
    direction: _Vector3 | None = None
    size: float | None = None


class _Image(msgspec.Struct):
    image_url: Annotated[str, Meta(min_length=1)]
    position: _Vector3
    heading: _Quaternion
    fx: float
    fy: float
    cx: float
    cy: float
    camera_model: CameraModel = "brown_conrady"
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
    camera_index: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    priority: int | None = None
    timestamp: float | None = None
    metadata: Any = None

    def camera(self, place: int) -> Camera:
        """Return the camera; without a number of its own it has its place in ``images``."""
        return Camera(
            fx=self.fx,
            fy=self.fy,
            cx=self.cx,
            cy=self.cy,
            model=self.camera_model,
            skew=self.skew,
            coefficients={name: value for name in _DISTORTION if (value := getattr(self, name))},
            scale_factor=self.scale_factor,
            position=self.position.numbers(),
            heading=self.heading.numbers(),
            index=place if self.camera_index is None else self.camera_index,
            image_url=self.image_url,
            timestamp=self.timestamp,
        )


class _Frame(msgspec.Struct):
    points: list[_Point] | str
    device_position: _Vector3
    device_heading: _Quaternion | None = None
    device_gps_pose: _GpsPose | None = None
    images: list[_Image] = []
    radar_points: list[_RadarPoint] = []
    timestamp: float | None = None
    point_colors: list[Annotated[int, Meta(ge=0, le=255)]] | None = None
    intensities: str | None = None
    extra: Any = None


_decoder = msgspec.json.Decoder(_Frame)
_untyped = msgspec.json.Decoder()


def read_frame(data: bytes) -> LidarScan:
    """Read a frame: JSON, JSON with packed points, or a protobuf LidarFrame; each may be compressed with gzip.

    Which of them it is is told by the content (wire/task-types-lidar-frames §1.4).

    Args:
        data: the file.

    Raises:
        InvalidContent: with every problem and its path.
    """
    data = unpacked(data, MAX_FRAME_BYTES)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        return sound(_read_json(data.removeprefix(b"\xef\xbb\xbf")))
    return sound(protobuf.read(data))


def unpacked(data: bytes, most: int) -> bytes:
    """Undo gzip, if there is any.

    Args:
        data: the file.
        most: bytes that there may be then.

    Raises:
        InvalidContent: the data are damaged, or larger.
    """
    if not data.startswith(_GZIP):
        return data
    whole, unpacker = bytearray(), Unpacker("gzip")
    try:
        for piece in unpacker.feed(data):
            whole += piece
            if len(whole) > most:
                raise InvalidContent(f"The file has more than {most} bytes.")
        unpacker.end()
    except CorruptStream as error:
        raise InvalidContent(f"Invalid gzip: {error}") from None
    return bytes(whole)


def _read_json(data: bytes) -> LidarScan:
    try:
        frame = _decoder.decode(data)
    except msgspec.ValidationError:
        frame = _read_slowly(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidContent(f"Invalid JSON Format: {error}") from None
    wrong: list[ContentError] = []
    columns = _packed_columns(frame, wrong) if isinstance(frame.points, str) else _columns(frame.points)
    count = len(columns["positions"])
    colors = None
    if frame.point_colors is not None:
        if len(frame.point_colors) == 3 * count:
            colors = np.array(frame.point_colors, np.uint8).reshape(-1, 3)
        else:
            wrong.append(ContentError(("point_colors",), f"must contain {3 * count} items"))
    gps = frame.device_gps_pose
    longitude: float | UnsetType = UNSET
    if gps is not None:
        longitude = gps.lon if gps.lon is not UNSET else gps.long
        if longitude is UNSET:
            wrong.append(ContentError(("device_gps_pose", "lon"), "is required"))
    if wrong:
        raise InvalidContent(wrong)
    return LidarScan(
        **columns,
        device_position=frame.device_position.numbers(),
        device_heading=None if frame.device_heading is None else frame.device_heading.numbers(),
        gps=(gps.lat, longitude, gps.bearing) if gps is not None and longitude is not UNSET else None,
        colors=colors,
        cameras=[image.camera(place) for place, image in enumerate(frame.images)],
        radar=[
            RadarPoint(
                one.position.numbers(), None if one.direction is None else one.direction.numbers(), one.size
            )
            for one in frame.radar_points
        ],
        timestamp=frame.timestamp,
        extra=frame.extra,
    )


def _read_slowly(data: bytes) -> _Frame:
    """Read a frame in the spelling of other tools, or say everything that is wrong with it.

    Raises:
        InvalidContent: it is no frame.
    """
    try:
        value = _untyped.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidContent(f"Invalid JSON Format: {error}") from None
    if isinstance(value, dict):
        for other, name in (("devicePosition", "device_position"), ("deviceHeading", "device_heading")):
            if other in value:
                value.setdefault(name, value[other])
    try:
        return msgspec.convert(value, _Frame)
    except msgspec.ValidationError as error:
        try:
            found = errors_of(_Frame, value)
        except RecursionError:
            raise InvalidContent("Invalid JSON Format: it is nested too deeply.") from None
        if not found:
            raise InvalidContent(f"Invalid JSON Format: {error}.") from None
        raise InvalidContent([ContentError(one.path, one.what) for one in found]) from None


def _columns(points: list[_Point]) -> dict[str, Any]:
    """Turn points into columns; one without any value is None."""
    count = len(points)

    def column(values: Iterator[Any], kind: Any) -> NDArray[Any]:
        return np.fromiter(values, kind, count)

    positions = np.empty((count, 3))
    positions[:, 0] = column((one.x for one in points), np.float64)
    positions[:, 1] = column((one.y for one in points), np.float64)
    positions[:, 2] = column((one.z for one in points), np.float64)
    intensity = column((one.i for one in points), np.float32)
    device = column((one.d for one in points), np.int64)
    time = column((one.t for one in points), np.float64)
    ground = column((one.is_ground for one in points), np.bool_)
    return {
        "positions": positions,
        "intensity": None if np.isnan(intensity).all() else intensity,
        "device": None if (device < 0).all() else device,
        "time": None if np.isnan(time).all() else time,
        "ground": ground if ground.any() else None,
    }


def _packed_columns(frame: _Frame, wrong: list[ContentError]) -> dict[str, Any]:
    """Read base64 of little-endian float32 (wire/task-types-lidar-frames §1.2)."""
    positions = _packed(cast("str", frame.points), "points", wrong)
    if len(positions) % 3:
        wrong.append(ContentError(("points",), "must hold three numbers per point"))
        positions = positions[: len(positions) // 3 * 3]
    columns: dict[str, Any] = {"positions": positions.reshape(-1, 3)}
    if frame.intensities is not None:
        intensity = _packed(frame.intensities, "intensities", wrong)
        if len(intensity) != len(columns["positions"]):
            wrong.append(ContentError(("intensities",), f"must hold {len(columns['positions'])} numbers"))
        columns["intensity"] = intensity
    return columns


def _packed(text: str, name: str, wrong: list[ContentError]) -> NDArray[np.float32]:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        wrong.append(ContentError((name,), "must be a valid base64 string"))
        return np.empty(0, np.float32)
    if len(data) % 4:
        wrong.append(ContentError((name,), "must hold whole numbers of four bytes"))
    return np.frombuffer(data, "<f4", len(data) // 4)
