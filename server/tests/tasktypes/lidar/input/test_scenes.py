"""Scenes and their container: what is written is read again, and what is wrong is named."""

import contextlib
import gzip
import math
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from server.tests.tasktypes.lidar.drives import cloud, scene

from labelwright.tasktypes.attachment_readers import InvalidContent
from labelwright.tasktypes.lidar.input import container, sfs
from labelwright.tasktypes.lidar.input.scene import PosePath, Scene, Sensor, SensorFrame

WHOLE = sfs.write(scene(annotations=[{"id": "a", "type": "cuboid"}], time_offset=5))


def wrong(tree: Any) -> list[str]:
    data = tree if isinstance(tree, bytes) else container.write(tree)
    with pytest.raises(InvalidContent) as refused:
        sfs.read(data)
    return [one.sentence for one in refused.value.wrong] or [str(refused.value)]


def changed(change: Callable[[Any], Any]) -> list[str]:
    """What is wrong with the scene after a change."""
    tree = container.read(WHOLE)
    change(tree)
    return wrong(tree)


def test_the_worked_example_of_the_reference() -> None:
    """wire/task-types-lidar-frames §2.1, byte for byte."""
    data = container.write({"v": "1.0", "p": np.array([[1, 2]], np.float32), "q": np.array([7], np.uint8)})
    header = (
        b'{"v":"1.0","p":"","q":"","$items":['
        b'{"keys":["p"],"length":8,"offset":4,"dtype":"float32","shape":[1,2]},'
        b'{"keys":["q"],"length":1,"offset":16,"dtype":"uint8","shape":[1]}]}'
    )
    assert len(header) == 171
    assert data == header + b" " + bytes.fromhex("00000000 0000803f00000040 00000000 07 000000")
    assert len(data) == 192
    read = container.read(data)
    assert (read["v"], read["p"].tolist(), read["q"].tolist()) == ("1.0", [[1, 2]], [7])
    assert container.is_container(data)
    assert not container.is_container(b'{"v": 1}')


KINDS = st.sampled_from(
    ["float32", "float64", "uint8", "uint16", "uint32", "uint64", "int32", "int64", "bool"]
)
LEAVES = st.one_of(
    KINDS.flatmap(lambda kind: arrays.arrays(kind, arrays.array_shapes(min_dims=0, max_dims=3, min_side=0))),
    st.binary(max_size=9),
    st.text(max_size=5),
    st.integers(-(2**53), 2**53),
    st.none(),
)
TREES = st.dictionaries(
    st.text(max_size=3).filter(lambda key: key != "$items"),
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    ),
    max_size=4,
)


@given(TREES)
@settings(deadline=None)
def test_containers_give_back_what_was_put_in(tree: dict[str, Any]) -> None:
    data = container.write(tree)
    assert len(data) % 4 == 0
    assert same(container.read(data), tree)


def same(one: Any, other: Any) -> bool:
    if isinstance(other, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in other)
    if isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) and type(one) is type(other)


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ({"keys": ["p"], "length": 80, "offset": 4}, "must lie inside of the file"),
        ({"keys": ["p"], "length": 8, "offset": 4, "dtype": "object"}, "must have a dtype that is one of"),
        ({"keys": ["p"], "length": 8, "offset": 4, "dtype": "float32", "shape": [3]}, "must have 12 bytes"),
        (
            {"keys": ["p"], "length": 0, "offset": 4, "dtype": "uint8", "shape": [0, 2**40, 2**40]},
            "must have a shape that an array can have",
        ),
        (
            {"keys": ["p"], "length": 1, "offset": 4, "dtype": "uint8", "shape": [1] * 70},
            "must have a shape that an array can have",
        ),
        ({"keys": ["x"], "length": 8, "offset": 4}, "must belong to a place in the header"),
        ({"keys": ["p", 0], "length": 8, "offset": 4}, "must belong to a place in the header"),
        ({"keys": ["l", -1], "length": 8, "offset": 4}, "must belong to a place in the header"),
        ({"keys": ["l", 7], "length": 8, "offset": 4}, "must belong to a place in the header"),
        ({"keys": [], "length": 8, "offset": 4}, "is invalid"),
    ],
)
def test_items_that_lead_nowhere(item: Any, told: str) -> None:
    data = msgspec.json.encode({"p": "", "l": [""], "$items": [item]}) + bytes(20)
    with pytest.raises(InvalidContent, match=r"\$items") as refused:
        container.read(data)
    assert told in str(refused.value)


def test_python_objects_are_not_written() -> None:
    with pytest.raises(ValueError, match="no dtype"):
        container.write({"a": np.array([object()])})


def test_scenes_give_back_what_was_put_in() -> None:
    read, put = sfs.read(WHOLE), scene()
    assert (read.time_offset, read.metadata, read.version) == (5, {"drive": 7}, "1.0")
    assert read.annotations == [{"id": "a", "type": "cuboid"}]
    assert len(read.sensors) == len(put.sensors)
    for one, other in zip(read.sensors, put.sensors, strict=True):
        assert (one.id, one.type, one.parent_id, one.coordinates) == (
            other.id,
            other.type,
            other.parent_id,
            other.coordinates,
        )
        assert (one.poses is None) == (other.poses is None)
        if one.poses is not None and other.poses is not None:
            assert (one.poses.values == other.poses.values).all()
        assert one.intrinsics == other.intrinsics
        assert one.images == other.images
        for frame, was in zip(one.frames, other.frames, strict=True):
            for name in ("positions", "colors", "intensities", "timestamps", "directions", "lengths"):
                first, second = getattr(frame, name), getattr(was, name)
                assert (first is None) == (second is None)
                assert first is None or (first == second).all()
    again = sfs.write(read)
    assert sfs.write(sfs.read(again)) == again
    assert sfs.read(gzip.compress(WHOLE)).facts() == read.facts()


def test_facts() -> None:
    count = len(cloud()[0])
    assert [(one.id, one.type, one.points) for one in sfs.read(WHOLE).facts().sensors] == [
        ("vehicle", "odometry", ()),
        ("top", "lidar", (count, count)),
        ("front", "camera", ()),
        ("bumper", "radar", (3,)),
        (5, "points", (10,)),
    ]


def test_arrays_may_be_written_out() -> None:
    tree = container.read(WHOLE)
    plain = msgspec.json.encode(
        {
            "version": "1.0",
            "sensors": [
                {
                    "id": 1,
                    "type": "lidar",
                    "frames": [
                        {
                            "timestamp": 0,
                            "points": {"positions": [[1, 2, 3], [4, 5, 6.5]], "intensities": [1, 255]},
                        }
                    ],
                },
                {
                    "id": 2,
                    "type": "odometer",
                    "poses": {"timestamps": [0], "values": [[1, 2, 3, 0, 0, 0, 1]]},
                },
            ],
        }
    )
    lidar, odometry = sfs.read(plain).sensors
    assert lidar.frames[0].positions.dtype == np.float32
    assert lidar.frames[0].positions.tolist() == [[1, 2, 3], [4, 5, 6.5]]
    assert odometry.type == "odometry"
    assert tree["sensors"][0]["type"] == "odometry"


def test_film() -> None:
    def film(tree: Any) -> None:
        camera = tree["sensors"][2]
        del camera["images"]
        camera["video"] = {"timestamps": [0, 100_000], "content": b"mp4", "fps": 10}

    tree = container.read(WHOLE)
    film(tree)
    video = sfs.read(container.write(tree)).sensors[2].video
    assert video is not None
    assert (video.content, video.fps, video.timestamps.tolist()) == (b"mp4", 10, [0, 100_000])
    again = sfs.read(sfs.write(sfs.read(container.write(tree)))).sensors[2].video
    assert again is not None
    assert again.content == b"mp4"


TOP, FRONT = 1, 2


def put(path: str, value: Any) -> Callable[[Any], None]:
    """A change: the value at a place such as ``sensors.1.id``."""

    def change(tree: Any) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        for step in way:
            tree = tree[step]
        if value is ...:
            del tree[last]
        else:
            tree[last] = value

    return change


F32, U8 = np.float32, np.uint8


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("version", "2.0", ['"version" must be one of [1.0, 4.0, 5.1]']),
        ("time_unit", "nanoseconds", ['"time_unit" must be one of [microseconds]']),
        ("time_offset", -1, ['"time_offset" must be greater than or equal to 0']),
        ("sensors.1.id", "vehicle", ['"sensors[1].id" contains a duplicate value']),
        ("sensors.1.parent_id", "nobody", ['"sensors[1].parent_id" must be the id of a sensor']),
        ("sensors.1.parent_id", "top", ['"sensors[1].parent_id" must not lead back to the sensor itself']),
        (
            "sensors.1.type",
            "sonar",
            ['"sensors[1].type" must be one of [camera, lidar, radar, points, odometry]'],
        ),
        ("sensors.1.frames", [], ['"sensors[1].frames" must contain at least 1 items']),
        ("sensors.1.frames.1.timestamp", 0, ['"sensors[1].frames[1]" must be later than the one before']),
        (
            "sensors.1.frames.0.timestamp",
            -5,
            ['"sensors[1].frames[0]" must have a time that is greater than or equal to 0'],
        ),
        (
            "sensors.1.frames.1.timestamp",
            9_999,
            ['"sensors[1].frames" must have at most 100 frames per second'],
        ),
        (
            "sensors.1.frames.0.points.positions",
            np.zeros((500, 3)),
            ['"sensors[1].frames[0].points.positions" must be of float32, not of float64'],
        ),
        (
            "sensors.1.frames.0.points.colors",
            np.zeros((600, 4), U8),
            ['"sensors[1].frames[0].points.colors" must have the shape n × 3, not 600 × 4'],
        ),
        (
            "sensors.1.frames.0.points.intensities",
            np.zeros(5, U8),
            ['"sensors[1].frames[0].points.intensities" must contain 600 items'],
        ),
        (
            "sensors.1.frames.1.points.timestamps",
            np.full(600, 99_999, np.uint32),
            ['"sensors[1].frames[1].points.timestamps" must be greater than or equal to 100000'],
        ),
        (
            "sensors.1.frames.1.points.timestamps",
            np.full(600, 100_000, np.uint64),
            ['"sensors[1].frames[1].points.timestamps" must be of uint32, not of uint64'],
        ),
        (
            "sensors.1.frames.0.points.positions",
            np.full((600, 3), np.nan, F32),
            ['"sensors[1].frames[0].points.positions" must have finite coordinates'],
        ),
        ("sensors.2.images", ..., ['"sensors[2]" must contain exactly one of [video, images]']),
        ("sensors.2.images.0.content", b"", ['"sensors[2].images[0].content" is not allowed to be empty']),
        ("sensors.2.intrinsics.fx", 0, ['"sensors[2].intrinsics.fx" must not be 0']),
        (
            "sensors.2.intrinsics.distortion.params",
            [1, 2, 3, 4, 5],
            ['"sensors[2].intrinsics.distortion.params" must contain less than or equal to 4 items'],
        ),
        (
            "sensors.2.poses.timestamps",
            [200_000_000],
            ['"sensors[2].poses.timestamps[0]" must have a time that is less than or equal to 100000000'],
        ),
        (
            "sensors.0.poses.timestamps",
            [0, 0],
            ['"sensors[0].poses.timestamps[1]" must be later than the one before'],
        ),
        ("sensors.0.poses.timestamps", [0], ['"sensors[0].poses.values" must contain 1 items']),
        (
            "sensors.0.poses.values.1",
            [1, 2, 3, 0, 0, 0, 2],
            ['"sensors[0].poses.values[1]" must have a rotation of length 1, not 2'],
        ),
        ("sensors.0.poses.values.1", [1, 2], ['"sensors[0].poses.values" must have rows of one length']),
        ("sensors.0.poses.values", "no", ['"sensors[0].poses.values" must be an array']),
        (
            "sensors.0.poses.timestamps",
            ["a", "b"],
            ['"sensors[0].poses.timestamps" must be an array of integers'],
        ),
        (
            "sensors.3.frames.0.points.lengths",
            np.ones((3, 1), F32),
            ['"sensors[3].frames[0].points.lengths" must have the shape n, not 3 × 1'],
        ),
    ],
)
def test_what_is_wrong_is_named(path: str, value: Any, expected: list[str]) -> None:
    found = changed(put(path, value))
    assert expected[0] in found
    assert len(found) <= 2, "one cause, and what follows from it"


def test_points_that_move_with_nothing() -> None:
    lidar = Sensor("a", "lidar", coordinates="ego", frames=[SensorFrame(0, np.zeros((1, 3), F32))])
    assert wrong(sfs.write(Scene([lidar]))) == [
        '"sensors[0].poses" is required, or odometry, for points in the ego frame'
    ]


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"hello", b"\x00\x00", b"{}\x00"])
def test_files_of_another_kind(data: bytes) -> None:
    assert wrong(data)


@given(st.integers(0, 10**7), st.binary(min_size=1, max_size=6))
@settings(deadline=None)
def test_damaged_files_are_read_or_refused(at: int, put: bytes) -> None:
    header = WHOLE.index(b"\0") + 8
    at %= header
    with contextlib.suppress(InvalidContent):
        assert sfs.read(WHOLE[:at] + put + WHOLE[at + len(put) :]).version


ANYTHING = [
    *(None, True, -1, 0, 1, 2**31, 2**53 + 1, 2**63, 2**64, 10**30, 1e308, -1e308, "", "a", b"", b"abc"),
    *(
        [],
        {},
        [[]],
        [1],
        ["a"],
        {"a": 1},
        [None],
        [[1, 2, 3]],
        [[1, 2], [3]],
        np.zeros(0),
        np.array(1),
        np.ones((1, 1, 1)),
    ),
]


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place below a value; of long lists the first few."""
    for key in value if isinstance(value, dict) else range(min(len(value), 3)):
        yield (*above, key)
        if isinstance(value[key], dict | list):
            yield from places(value[key], (*above, key))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("whole", [WHOLE, pytest.param(None, id="bs4")])
def test_one_value_replaced_by_anything(whole: bytes | None) -> None:
    """Read or refused with a reason, and what was read can be written again."""
    data = whole or bs4()
    for place in places(container.read(data)):
        for value in ANYTHING:
            tree = container.read(data)
            holder = tree
            for step in place[:-1]:
                holder = holder[step]
            holder[place[-1]] = value
            try:
                written = container.write(tree)
            except OverflowError:
                # JSON has no whole numbers beyond 64 bits.
                continue
            with contextlib.suppress(InvalidContent):
                read = sfs.read(written)
                assert msgspec.json.encode(read.facts())
                assert sfs.read(sfs.write(read)).facts() == read.facts()


class TestPoses:
    def test_in_between(self) -> None:
        """Positions on a line, rotations on the shortest arc, ends hold."""
        half = math.sqrt(0.5)
        path = PosePath(
            np.array([100, 200]), np.array([[0, 0, 0, 0, 0, 0, 1], [10, 0, 0, 0, 0, -half, -half]])
        )
        position, turn = path.at(150)
        assert position.tolist() == [5, 0, 0]
        # A quarter turn about z, half of the way; the quaternion is written with the other sign.
        assert turn @ [1, 0, 0] == pytest.approx([half, half, 0])
        for early, late in ((0, 100), (200, 900)):
            assert (path.at(early)[0] == path.at(late)[0]).all()
        assert path.at(200)[1] @ [1, 0, 0] == pytest.approx([0, 1, 0])

    def test_a_sensor_moves_with_its_parent(self) -> None:
        made = scene()
        position, _ = made.pose(made.sensor("front"), 50_000)
        assert position == pytest.approx((12.5 + 1.1, 3.5, 1.62))
        with pytest.raises(KeyError):
            made.sensor("nobody")

    def test_the_front_camera_looks_forward(self) -> None:
        made = scene()
        camera = made.camera(made.sensor("front"), 0)
        pixels, seen = camera.project([[40, 3.5, 1.62]])
        assert seen.all()
        assert pixels[0] == pytest.approx((960, 540))
        assert camera.coefficients == {"k1": 0.01, "k2": 0, "k3": 0, "k4": 0}
        with pytest.raises(ValueError, match="no camera"):
            made.camera(made.sensor("top"), 0)

    def test_points_of_the_vehicle(self) -> None:
        points = np.array([[1, 0, 0]], F32)
        moving = Sensor("l", "lidar", coordinates="ego", frames=[SensorFrame(100_000, points)])
        made = Scene([*scene().sensors, moving])
        assert made.world(moving, moving.frames[0]).tolist() == [[14, 3.5, 1.8]]
        still = made.sensor("top")
        assert (made.world(still, still.frames[0]) == still.frames[0].positions).all()

    @given(st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: math.hypot(*q) > 0.1))
    def test_headings_of_cameras(self, quaternion: tuple[float, ...]) -> None:
        """However the camera is turned, its matrix comes out of its quaternion again."""
        unit = np.array(quaternion) / math.hypot(*quaternion)
        path = PosePath(np.array([0]), np.array([[0, 0, 0, *unit]]))
        lens = scene().sensor("front").intrinsics
        sensor = Sensor("c", "camera", path, intrinsics=lens)
        assert np.allclose(Scene([sensor]).camera(sensor, 0).matrix, path.at(0)[1])


def bs4(**more: Any) -> bytes:
    pose = {"position": {"x": 1, "y": 2, "z": 3}, "heading": {"x": 0, "y": 0, "z": 0, "w": 1}}
    return container.write(
        {
            "version": "4.0",
            "sensors": [
                {
                    "type": "lidar",
                    "poses": [pose, pose],
                    "points": {"positions": np.zeros((5, 3), F32), "intensities": np.full(5, 0.5, F32)},
                    "frame_offsets": np.array([0, 2], np.uint32),
                    **more,
                },
                {
                    "type": "camera",
                    "name": "front",
                    "fps": 20,
                    "imageSize": {"width": 640, "height": 480},
                    "poses": [pose, pose],
                    "video": b"mp4",
                    "distortion": {"model": "brown_conrady", "k1": 0.1, "p1": 0.2, "skew": 3},
                    "fx": 1,
                    "fy": 2,
                    "cx": 3,
                    "cy": 4,
                },
            ],
        }
    )


def test_the_older_spelling_of_scenes() -> None:
    made = sfs.read(bs4())
    lidar, camera = made.sensors
    assert [len(one.positions) for one in lidar.frames] == [2, 3]
    assert [one.timestamp for one in lidar.frames] == [0, 50_000]
    assert lidar.frames[1].intensities is not None
    assert lidar.frames[1].intensities.tolist() == [128, 128, 128]
    assert camera.id == "front"
    assert camera.video is not None
    assert (camera.video.content, camera.video.timestamps.tolist()) == (b"mp4", [0, 50_000])
    lens = made.camera(camera, 0)
    assert lens.coefficients is not None
    assert (lens.skew, lens.coefficients["k1"], lens.coefficients["p1"]) == (3, 0.1, 0.2)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"frame_offsets": [0, 9]}, '"sensors[0].frame_offsets" must be 2 increasing numbers from 0'),
        ({"frame_offsets": [1, 2]}, '"sensors[0].frame_offsets" must be 2 increasing numbers from 0'),
        ({"id": "front"}, '"sensors[1].id" contains a duplicate value'),
        ({"poses": []}, '"sensors[0].poses" must contain at least 1 items'),
    ],
)
def test_what_is_wrong_with_older_scenes_is_named(more: Any, told: str) -> None:
    assert wrong(bs4(**more)) == [told]
