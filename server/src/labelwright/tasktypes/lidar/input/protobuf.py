"""Reads the protobuf form of a frame (wire/task-types-lidar-frames §1.3).

A reader of our own: the messages are few and fixed, and points of equal layout are read with one look at their bytes,
where the library makes an object of each.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelwright.tasktypes.attachment_readers import ContentError, InvalidContent
from labelwright.tasktypes.lidar.cameras import Camera, CameraModel
from labelwright.tasktypes.lidar.input.scan import MAX_POINTS, LidarScan, RadarPoint, too_many_points
from labelwright.validation.errors import Path

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_POINTS = 4
_POINT_TAG = _POINTS << 3 | _BYTES
_LAYOUTS = 50
"""Layouts of points that are read together; what is left then is read one by one."""

_NAN = float("nan")

_INTRINSICS: Mapping[int, tuple[CameraModel, Sequence[str]]] = {
    8: ("brown_conrady", ("skew", "k1", "k2", "p1", "p2", "k3")),
    9: ("fisheye", ("skew", "k1", "k2", "k3", "k4")),
    13: ("omnidirectional", ("skew", "k1", "k2", "p1", "p2", "k3", "xi")),
}
"""By field of the ``oneof``: the model, and its fields from number 5 on."""

_POINT_WIRES = {1: _FIXED32, 2: _FIXED32, 3: _FIXED32, 4: _FIXED32, 5: _VARINT, 6: _FIXED64, 7: _VARINT}


class _Malformed(Exception):
    """The bytes are no protobuf message."""


@dataclass
class _Message:
    """The fields of a message.

    Attributes:
        place: where it is, for what is wrong with it.
        values: by number, in the order of the bytes, each with its wire type.
        wrong: what is wrong with the file so far.
    """

    place: Path
    values: dict[int, list[tuple[int, Any]]] = field(default_factory=dict)
    wrong: list[ContentError] = field(default_factory=list)

    def number(self, n: int, name: str, default: Any = None, *, required: bool = False) -> Any:
        """Return the last value of a scalar field, as the format says."""
        given = self.values.get(n)
        if given is None:
            if required:
                self.wrong.append(ContentError((*self.place, name), "is required"))
                return _NAN
            return default
        wire, value = given[-1]
        if wire == _BYTES:
            self.wrong.append(ContentError((*self.place, name), "must be a number"))
            return default
        return value

    def text(self, n: int, name: str) -> str:
        """Return a string."""
        given = self.values.get(n)
        if given is None or given[-1][0] != _BYTES:
            self.wrong.append(ContentError((*self.place, name), "is required"))
            return ""
        try:
            return bytes(given[-1][1]).decode()
        except UnicodeDecodeError:
            self.wrong.append(ContentError((*self.place, name), "must be a string"))
            return ""

    def message(self, n: int, name: str, *, required: bool = False) -> "_Message | None":
        """Return a message inside this one; parts of it add up, as the format says."""
        parts = [value for wire, value in self.values.get(n, ()) if wire == _BYTES]
        if not parts:
            if required:
                self.wrong.append(ContentError((*self.place, name), "is required"))
            return None
        return _Message((*self.place, name), _fields(b"".join(parts)), self.wrong)

    def messages(self, n: int, name: str) -> "Iterator[_Message]":
        """Yield the messages of a repeated field."""
        for i, (wire, value) in enumerate(self.values.get(n, ())):
            if wire == _BYTES:
                yield _Message((*self.place, name, i), _fields(value), self.wrong)
            else:
                self.wrong.append(ContentError((*self.place, name, i), "must be an object"))

    def vector(self, n: int, name: str, *, required: bool = False) -> Any:
        """Return three coordinates."""
        inner = self.message(n, name, required=required)
        return inner and tuple(inner.number(i + 1, axis, required=True) for i, axis in enumerate("xyz"))

    def quaternion(self, n: int, name: str, *, required: bool = False) -> Any:
        """Return ``w, x, y, z``."""
        inner = self.message(n, name, required=required)
        return inner and tuple(inner.number(i + 1, axis, required=True) for i, axis in enumerate("wxyz"))


def read(data: bytes) -> LidarScan:
    """Read a ``LidarFrame``.

    Raises:
        InvalidContent: with every problem and its path.
    """
    try:
        values, starts, lengths = _outer(data)
        if len(starts) > MAX_POINTS:
            raise InvalidContent([too_many_points()])
        frame = _Message((), values)
        columns = _columns(data, starts, lengths, frame.wrong)
        scan = _scan(frame, columns)
    except _Malformed as error:
        raise InvalidContent(f"Invalid Protobuf Format: {error}.") from None
    if frame.wrong:
        raise InvalidContent(frame.wrong)
    return scan


def _scan(frame: _Message, columns: Mapping[str, Any]) -> LidarScan:
    nowhere = (_NAN, _NAN, _NAN)
    pose = frame.message(3, "device_gps_pose")
    extra = frame.values.get(8)
    return LidarScan(
        device_position=frame.vector(1, "device_position", required=True) or nowhere,
        device_heading=frame.quaternion(2, "device_heading"),
        gps=None
        if pose is None
        else (
            pose.number(1, "lat", required=True),
            pose.number(2, "long", required=True),
            pose.number(3, "bearing", required=True),
        ),
        radar=[
            RadarPoint(
                one.vector(1, "position", required=True) or nowhere,
                one.vector(2, "direction"),
                one.number(3, "size"),
            )
            for one in frame.messages(5, "radar_points")
        ],
        cameras=[_camera(one, i) for i, one in enumerate(frame.messages(6, "images"))],
        timestamp=frame.number(7, "timestamp"),
        extra=bytes(extra[-1][1]) if extra and extra[-1][0] == _BYTES else None,
        **columns,
    )


def _camera(image: _Message, place: int) -> Camera:
    # Of a oneof the last member in the file holds.
    chosen = [n for n in image.values if n in _INTRINSICS]
    if not chosen:
        image.wrong.append(ContentError((*image.place, "camera_intrinsics"), "is required"))
    model, names = _INTRINSICS[chosen[-1] if chosen else 8]
    inner = (image.message(chosen[-1], model) if chosen else None) or _Message(image.place)
    required = bool(chosen)
    lens = {name: inner.number(n, name, 0.0) for n, name in enumerate(names, 5)}
    index = image.number(7, "camera_index", place)
    return Camera(
        fx=inner.number(1, "fx", 0.0, required=required),
        fy=inner.number(2, "fy", 0.0, required=required),
        cx=inner.number(3, "cx", 0.0, required=required),
        cy=inner.number(4, "cy", 0.0, required=required),
        model=model,
        skew=lens.pop("skew"),
        coefficients={name: value for name, value in lens.items() if value},
        scale_factor=image.number(5, "scale_factor", 1.0),
        position=image.vector(3, "position", required=True) or (_NAN, _NAN, _NAN),
        heading=image.quaternion(4, "heading", required=True) or (1.0, 0.0, 0.0, 0.0),
        index=int(index),
        image_url=image.text(2, "image_url"),
        timestamp=image.number(1, "timestamp"),
    )


def _varint(data: Any, at: int) -> tuple[int, int]:
    """Read a variable-length integer; return it and where it ends."""
    value = shift = 0
    while shift < 70:
        if at >= len(data):
            raise _Malformed(f"it ends too early (byte {at})")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (1 << 64) - 1, at
        shift += 7
    raise _Malformed(f"a number is too long (byte {at})")


def _walk(data: Any, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield number, wire type, start and end of every field."""
    while at < end:
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        start = at
        if wire == _VARINT:
            _, at = _varint(data, at)
        elif wire == _FIXED64:
            at += 8
        elif wire == _FIXED32:
            at += 4
        elif wire == _BYTES:
            length, start = _varint(data, at)
            at = start + length
        else:
            raise _Malformed(f"there is no wire type {wire} (byte {start})")
        if at > end or not number:
            raise _Malformed(f"a field is damaged (byte {start})")
        yield number, wire, start, at


def _value(data: Any, wire: int, start: int, end: int) -> Any:
    if wire == _VARINT:
        value, _ = _varint(data, start)
        # All integers of the frame but one are int32, and the other is below 2³².
        return value - (1 << 64) if value >> 63 else value
    if wire == _FIXED32:
        return struct.unpack_from("<f", data, start)[0]
    if wire == _FIXED64:
        return struct.unpack_from("<d", data, start)[0]
    return data[start:end]


def _fields(data: Any) -> dict[int, list[tuple[int, Any]]]:
    found: dict[int, list[tuple[int, Any]]] = {}
    for number, wire, start, end in _walk(data, 0, len(data)):
        # Taken out first, so that the order of numbers is that of their last occurrence.
        given = found.pop(number, [])
        given.append((wire, _value(data, wire, start, end)))
        found[number] = given
    return found


def _outer(data: bytes) -> tuple[dict[int, list[tuple[int, Any]]], NDArray[np.int64], NDArray[np.int64]]:
    """Return the fields of the frame without its points, and where the points start and how long they are."""
    found: dict[int, list[tuple[int, Any]]] = {}
    starts: list[int] = []
    lengths: list[int] = []
    at, end = 0, len(data)
    while at < end:
        if data[at] == _POINT_TAG and at + 1 < end and data[at + 1] < 0x80:
            # A short point, as nearly all are: without a call for each.
            start = at + 2
            at = start + data[at + 1]
            starts.append(start)
            lengths.append(at - start)
            continue
        number, wire, start, at = next(_walk(data, at, end))
        if number != _POINTS:
            found.setdefault(number, []).append((wire, _value(data, wire, start, at)))
        elif wire == _BYTES:
            starts.append(start)
            lengths.append(at - start)
    if at > end:
        raise _Malformed("it ends too early")
    return found, np.array(starts, np.int64), np.array(lengths, np.int64)


def _columns(
    data: bytes, starts: NDArray[np.int64], lengths: NDArray[np.int64], wrong: list[ContentError]
) -> dict[str, Any]:
    """Read all points: those of equal layout together."""
    count = len(starts)
    names = ("x", "y", "z", "i", "d", "t", "is_ground")
    values = {name: np.full(count, np.nan) for name in names}
    whole = np.frombuffer(data, np.uint8)
    left = np.arange(count)
    for _ in range(_LAYOUTS):
        if not len(left):
            break
        first = left[0]
        layout = _layout(data, int(starts[first]), int(lengths[first]))
        same = _alike(whole, layout, starts, lengths, left)
        rows, left = left[same], left[~same]
        for number, wire, offset, size in layout:
            if number not in _POINT_WIRES:
                continue
            if wire != _POINT_WIRES[number]:
                wrong.append(ContentError(("points", int(rows[0]), names[number - 1]), "must be a number"))
                continue
            values[names[number - 1]][rows] = _column(whole, wire, starts[rows] + offset, size)
    for row in left.tolist():
        start, end = int(starts[row]), int(starts[row] + lengths[row])
        for number, wire, begin, after in _walk(data, start, end):
            if wire == _POINT_WIRES.get(number):
                values[names[number - 1]][row] = _value(data, wire, begin, after)
    for axis in "xyz":
        missing = np.isnan(values[axis])
        if missing.any():
            wrong.append(ContentError(("points", int(np.argmax(missing)), axis), "must be a number"))
    given = {name: not np.isnan(values[name]).all() for name in names}
    return {
        "positions": np.stack([values["x"], values["y"], values["z"]], axis=1).astype(np.float32),
        "intensity": values["i"].astype(np.float32) if given["i"] else None,
        "device": np.nan_to_num(values["d"], nan=-1).astype(np.int64) if given["d"] else None,
        "time": values["t"] if given["t"] else None,
        "ground": np.nan_to_num(values["is_ground"]) != 0 if given["is_ground"] else None,
    }


def _layout(data: bytes, start: int, length: int) -> list[tuple[int, int, int, int]]:
    """Return number, wire type, offset and size of the fields of one point."""
    point = data[start : start + length]
    return [(number, wire, begin, end - begin) for number, wire, begin, end in _walk(point, 0, length)]


def _alike(
    whole: NDArray[np.uint8],
    layout: Sequence[tuple[int, int, int, int]],
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    left: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Tell which points have the layout of the first one that is left."""
    first = left[0]
    alike: NDArray[np.bool_] = lengths[left] == lengths[first]
    rows = np.flatnonzero(alike)
    base = starts[left[rows]]
    same = np.ones(len(rows), np.bool_)
    at = 0
    for _, wire, offset, size in layout:
        for byte in range(at, offset):
            column = whole[base + byte]
            same &= column == column[0]
        if wire == _VARINT:
            for byte in range(offset, offset + size):
                same &= (whole[base + byte] >= 0x80) == (byte < offset + size - 1)
        at = offset + size
    alike[rows] = same
    return alike


def _column(whole: NDArray[np.uint8], wire: int, at: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    if wire == _VARINT:
        value = np.zeros(len(at), np.float64)
        for byte in range(size):
            value += (whole[at + byte] & 0x7F).astype(np.float64) * float(1 << 7 * byte)
        return value
    raw = whole[at[:, None] + np.arange(size)]
    return np.ascontiguousarray(raw).view("<f8" if size == 8 else "<f4").ravel().astype(np.float64)
