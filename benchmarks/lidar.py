"""How long point clouds take to read, in each spelling, next to what a script would do; and what is done with them."""

import base64
import gzip
import json
import statistics
import struct
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from benchmarks.tables import Table
from labelwright.tasktypes.lidar.cameras import Camera
from labelwright.tasktypes.lidar.geometry import PointCounter
from labelwright.tasktypes.lidar.input import sfs
from labelwright.tasktypes.lidar.input.frames import read_frame
from labelwright.tasktypes.lidar.input.scene import Scene, Sensor, SensorFrame
from labelwright.tasktypes.lidar.tiles import GroundLevels, TileFrame, png, render

CUBOIDS = 50
HEADER = {"device_position": {"x": 0, "y": 0, "z": 1.8}, "timestamp": 5.5}


def measure(points: int, rounds: int) -> list[Table]:
    """Measure everything.

    Args:
        points: of one frame.
        rounds: of each; the median counts.
    """
    cloud = made_up(points)
    reading = Table(
        f"Reading one frame of {points:,} points with intensity (JSON and protobuf: device and time, too)",
        ["file", "MB", "program", "milliseconds"],
    )
    for name, (data, contenders) in _files(cloud).items():
        for program, read in contenders.items():
            reading.add(name, f"{len(data) / 1e6:.1f}", program, _milliseconds(partial(read, data), rounds))
    doing = Table(f"What is done with {points:,} points", ["what", "program", "milliseconds"])
    for what, program, work in _works(cloud):
        doing.add(what, program, _milliseconds(work, rounds))
    return [reading, doing]


def _milliseconds(work: Callable[[], Any], rounds: int) -> str:
    work()
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return f"{1000 * statistics.median(taken):.1f}"


def made_up(count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A plane with boxes on it, always the same: ``[N, 6]`` of place, intensity, device and time."""
    draw = np.random.default_rng(5)
    places = draw.uniform((-80, -80, 0), (80, 80, 0), (count, 3))
    boxes = draw.uniform((-70, -70, 0), (70, 70, 0), (CUBOIDS, 3))
    inside = np.arange(count) % 3 == 0
    which = draw.integers(0, CUBOIDS, count)
    places[inside] = (boxes[which] + draw.uniform((-1, -2, 0), (1, 2, 1.6), (count, 3)))[inside]
    rest = np.stack(
        [draw.uniform(0, 1, count), draw.integers(0, 4, count), np.arange(count) * 1000.0], axis=1
    )
    return np.round(np.concatenate([places, rest], axis=1), 4)


def _files(cloud: Any) -> Mapping[str, tuple[bytes, Mapping[str, Callable[[bytes], Any]]]]:
    listed = [{"x": x, "y": y, "z": z, "i": i, "d": int(d), "t": t} for x, y, z, i, d, t in cloud.tolist()]
    plain = json.dumps({**HEADER, "points": listed}).encode()
    places, intensity = cloud[:, :3].astype("<f4").tobytes(), cloud[:, 3].astype("<f4").tobytes()
    packed = {
        **HEADER,
        "points": base64.b64encode(places).decode(),
        "intensities": base64.b64encode(intensity).decode(),
    }
    raw = cloud.astype("<f4").tobytes()
    frame = SensorFrame(0, cloud[:, :3].astype(np.float32), intensities=(cloud[:, 3] * 255).astype(np.uint8))
    return {
        "JSON": (
            plain,
            {"Labelwright, checked, as columns": read_frame, "`json.loads`, nothing else": json.loads},
        ),
        "JSON, gzip": (
            gzip.compress(plain, 6),
            {
                "Labelwright": read_frame,
                "`gzip` and `json.loads`": lambda data: json.loads(gzip.decompress(data)),
            },
        ),
        "base64": (
            json.dumps(packed).encode(),
            {"Labelwright": read_frame, "`json.loads`, `b64decode`, `frombuffer`": _script},
        ),
        "protobuf": (_protobuf(cloud), {"Labelwright": read_frame}),
        "SFS": (sfs.write(Scene([Sensor("top", "lidar", frames=[frame])])), {"Labelwright": sfs.read}),
        "raw float32": (
            raw,
            {"`numpy.frombuffer` and a copy": lambda data: np.frombuffer(data, "<f4").copy()},
        ),
    }


def _script(data: bytes) -> Any:
    """Read base64 as a script of five lines does."""
    read = json.loads(data)
    columns = [np.frombuffer(base64.b64decode(read[name]), "<f4") for name in ("points", "intensities")]
    return columns[0].reshape(-1, 3).copy(), columns[1].copy()


def _protobuf(cloud: Any) -> bytes:
    point = struct.Struct("<BfBfBfBfBBBd")
    pieces = [b"\x0a\x0f" + struct.pack("<BfBfBf", 0x0D, 0, 0x15, 0, 0x1D, 1.8)]
    for x, y, z, i, d, t in cloud.tolist():
        data = point.pack(0x0D, x, 0x15, y, 0x1D, z, 0x25, i, 0x28, int(d), 0x31, t)
        pieces += [b"\x22", bytes([len(data)]), data]
    return b"".join(pieces)


def _works(cloud: Any) -> list[tuple[str, str, Callable[[], Any]]]:
    import cv2

    places = cloud[:, :3]
    ahead = places[places[:, 1] > 5]
    lens = {"k1": -0.1, "k2": 0.02, "p1": 0.001, "p2": -0.002, "k3": 0.001}
    camera = Camera(1000, 1000, 960, 540, coefficients=lens, heading=(0.5**0.5, -(0.5**0.5), 0, 0))
    turn, _ = cv2.Rodrigues(camera.matrix.T)
    matrix = np.array([[1000.0, 0, 960], [0, 1000, 540], [0, 0, 1]])
    tile = TileFrame(-80, 80, 2000, 2000, 0.08)
    asked = places[:: len(places) // 100 or 1, :2]

    def count() -> None:
        counter = PointCounter(places)
        for x, y, _ in places[:CUBOIDS].tolist():
            counter.count((x, y, 0.8), (2, 4, 1.6), 0.3)

    def ground() -> None:
        levels = GroundLevels(asked)
        levels.add(places)
        levels.levels()

    return [
        (f"count the points in {CUBOIDS} cuboids", "Labelwright", count),
        (f"project {len(ahead):,} points, with distortion", "Labelwright", lambda: camera.project(ahead)),
        (
            f"project {len(ahead):,} points, with distortion",
            "OpenCV",
            lambda: cv2.projectPoints(ahead, turn, np.zeros(3), matrix, np.array(list(lens.values()))),
        ),
        ("draw a tile of 2,000 × 2,000 pixels", "Labelwright", lambda: render(tile, places)),
        ("draw it and write a PNG", "Labelwright", lambda: png(render(tile, places))),
        (f"find the ground under {len(asked)} vertices", "Labelwright", ground),
    ]
