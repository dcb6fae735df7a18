"""Frames of point clouds: every spelling becomes the same scan, and what is wrong is named."""

import contextlib
import gzip
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.tests.tasktypes.lidar.drives import DEVICE, FRONT, Writer, cloud, frame, frame_file, split

from labelwright.tasktypes.attachment_readers import InvalidContent
from labelwright.tasktypes.lidar.input import frames, protobuf
from labelwright.tasktypes.lidar.input.frames import read_frame

POINT = {"x": 1, "y": 2, "z": 3}


def wrong(data: bytes) -> list[str]:
    with pytest.raises(InvalidContent) as refused:
        read_frame(data)
    return [one.sentence for one in refused.value.wrong] or [str(refused.value)]


def wrong_in(**more: Any) -> list[str]:
    return wrong(frame_file(**more))


@pytest.mark.parametrize(
    "data",
    [
        frame_file(),
        split(),
        Writer.frame(frame()),
        gzip.compress(frame_file(), mtime=0),
        b"\xef\xbb\xbf" + frame_file(),
    ],
    ids=["json", "split", "protobuf", "gzip", "mark"],
)
def test_every_spelling_says_the_same(data: bytes) -> None:
    scan = read_frame(data)
    places, _ = cloud()
    assert np.abs(scan.positions - places).max() < 1e-5
    assert scan.device_position == pytest.approx(DEVICE)
    assert scan.device_heading == (1, 0, 0, 0)
    assert scan.timestamp == 1714032000.1
    assert scan.intensity is not None
    assert set(scan.intensity.tolist()) == {0.5}
    (camera,) = scan.cameras
    assert (camera.image_url, camera.fx, camera.index, camera.model) == (
        FRONT["image_url"],
        1000,
        0,
        "brown_conrady",
    )
    assert camera.position == pytest.approx((13.1, 3.5, 1.62))
    facts = scan.facts()
    assert (facts.points, facts.cameras, facts.timestamp) == (len(places), (0,), 1714032000.1)
    assert facts.device == pytest.approx(DEVICE)


@pytest.mark.parametrize("data", [frame_file(), Writer.frame(frame())], ids=["json", "protobuf"])
def test_columns(data: bytes) -> None:
    scan, (places, ground) = read_frame(data), cloud()
    assert scan.device is not None
    assert scan.time is not None
    assert scan.ground is not None
    assert scan.device.tolist() == [i % 200 for i in range(len(places))]
    assert scan.time.tolist() == [1000.0 * i for i in range(len(places))]
    assert scan.ground.tolist() == ground.tolist()


def test_points_with_other_layouts() -> None:
    """Some points of a protobuf file have more fields than others, in another order, or fields nobody knows."""
    points = [
        {**POINT, "x": 1},
        {**POINT, "x": 2, "d": 300, "is_ground": True},
        {**POINT, "x": 3, "i": 0.25},
        {**POINT, "x": 4, "d": 127},
        {**POINT, "x": 5, "d": 2**32 - 1},
    ]
    written = [Writer.point(one) for one in points]
    written.append(Writer.whole(9, 5) + Writer.data(10, b"??") + Writer.single(3, 3) + Writer.singles([6, 2]))
    empty = Writer.frame(frame(points=[]))
    scan = read_frame(b"".join(Writer.data(4, one) for one in written) + empty + Writer.double(7, 5.5))
    assert scan.positions.tolist() == [[i, 2, 3] for i in range(1, 7)]
    assert scan.device is not None
    assert scan.device.tolist() == [-1, 300, -1, 127, 2**32 - 1, -1]
    assert scan.intensity is not None
    assert np.nan_to_num(scan.intensity, nan=-1).tolist() == [-1, -1, 0.25, -1, -1, -1]
    assert scan.ground is not None
    assert scan.ground.tolist() == [False, True, False, False, False, False]
    assert scan.timestamp == 5.5, "of two values the last one counts"


@given(
    st.lists(
        st.fixed_dictionaries(
            {axis: st.floats(-1000, 1000, width=32) for axis in "xyz"},
            optional={
                "i": st.floats(0, 1, width=32),
                "d": st.integers(0, 2**32 - 1),
                "t": st.floats(0, 1e15),
                "is_ground": st.booleans(),
            },
        ),
        min_size=1,
        max_size=30,
    )
)
def test_protobuf_and_json_agree(points: list[dict[str, Any]]) -> None:
    one, two = read_frame(frame_file(points=points)), read_frame(Writer.frame(frame(points=points)))
    assert (one.positions == two.positions).all()
    for name in ("intensity", "device", "time"):
        first, second = getattr(one, name), getattr(two, name)
        assert (first is None) == (second is None)
        assert first is None or np.array_equal(first, second, equal_nan=name != "device")
    grounds = [np.zeros(len(points), bool) if scan.ground is None else scan.ground for scan in (one, two)]
    assert (grounds[0] == grounds[1]).all()


@pytest.mark.parametrize(
    ("field", "model", "lens", "expected"),
    [
        (
            8,
            "brown_conrady",
            (2, 0.1, 0.2, 0.3, 0.4, 0.5),
            {"k1": 0.1, "k2": 0.2, "p1": 0.3, "p2": 0.4, "k3": 0.5},
        ),
        (9, "fisheye", (0, 0.1, 0.2, 0.3, 0.4), {"k1": 0.1, "k2": 0.2, "k3": 0.3, "k4": 0.4}),
        (
            13,
            "omnidirectional",
            (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6),
            {"k1": 0.1, "p2": 0.4, "k3": 0.5, "xi": 0.6},
        ),
    ],
)
def test_lenses_of_protobuf(
    field: int, model: str, lens: tuple[float, ...], expected: dict[str, float]
) -> None:
    image = Writer.image({**FRONT, "camera_index": 4}, field, lens) + Writer.single(5, 0.5)
    data = Writer.frame(frame(images=[])) + Writer.data(6, image)
    (camera,) = read_frame(data).cameras
    assert (camera.model, camera.skew, camera.index, camera.scale_factor) == (model, lens[0], 4, 0.5)
    assert camera.coefficients is not None
    assert (
        expected.items()
        <= {name: pytest.approx(value) for name, value in camera.coefficients.items()}.items()
    )


@pytest.mark.parametrize("together", [50, 3])
def test_many_layouts(together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many kinds of points a file mixes, and whatever nobody knows stands between their fields."""
    monkeypatch.setattr(protobuf, "_LAYOUTS", together)
    points = [
        {**POINT, "x": i, "d": 2 ** (i % 30), **({"is_ground": True} if i % 3 else {})} for i in range(200)
    ]
    written = [Writer.point(one) + Writer.data(10, b"?" * (i % 140)) for i, one in enumerate(points)]
    scan = read_frame(b"".join(Writer.data(4, one) for one in written) + Writer.frame(frame(points=[])))
    assert scan.positions[:, 0].tolist() == list(range(200))
    assert scan.device is not None
    assert scan.device.tolist() == [one["d"] for one in points]
    assert scan.ground is not None
    assert scan.ground.tolist() == ["is_ground" in one for one in points]


def test_further_members() -> None:
    scan = read_frame(
        frame_file(
            points=[POINT, POINT],
            device_gps_pose={"lat": 48.1, "long": 11.6, "bearing": 90},
            radar_points=[{"position": POINT, "direction": POINT, "size": 2}, {"position": POINT}],
            point_colors=[1, 2, 3, 4, 5, 6],
            extra={"weather": "rain"},
            anything="else",
        )
    )
    assert scan.gps == (48.1, 11.6, 90)
    assert [one.size for one in scan.radar] == [2, None]
    assert scan.radar[0].direction == (1, 2, 3)
    assert scan.colors is not None
    assert scan.colors.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert scan.extra == {"weather": "rain"}
    assert (scan.intensity, scan.device, scan.time, scan.ground) == (None, None, None, None)


def test_lenses_of_json() -> None:
    image = {
        **FRONT,
        "camera_model": "fisheye",
        "camera_index": 3,
        "k1": 0.04,
        "skew": 1,
        "scale_factor": 0.5,
    }
    (camera,) = read_frame(frame_file(images=[image])).cameras
    assert (camera.model, camera.index, camera.skew, camera.scale_factor, camera.coefficients) == (
        "fisheye",
        3,
        1,
        0.5,
        {"k1": 0.04},
    )


def test_the_older_spelling_of_the_device() -> None:
    given = frame()
    given["devicePosition"] = given.pop("device_position")
    assert read_frame(msgspec.json.encode(given)).device_position == DEVICE


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"points": []}, ['"points" must contain at least 1 items']),
        ({"points": 5}, ['"points" must be one of [array, string]']),
        (
            {"points": [POINT, {**POINT, "y": "a"}, {"x": 1, "y": 1}]},
            ['"points[1].y" must be a number', '"points[2].z" is required'],
        ),
        ({"points": [{**POINT, "i": 2}]}, ['"points[0].i" must be less than or equal to 1']),
        ({"points": [{**POINT, "d": -1}]}, ['"points[0].d" must be greater than or equal to 0']),
        ({"points": "not base64!"}, ['"points" must be a valid base64 string']),
        ({"points": "AAAAAA=="}, ['"points" must hold three numbers per point']),
        (
            {"points": "AAAAAAAAAAAAAAAA", "intensities": "AAAAAAAAAAA="},
            ['"intensities" must hold 1 numbers'],
        ),
        ({"points": "AADAfwAAAAAAAAAA"}, ['"points[0]" must have finite coordinates']),
        ({"device_position": None}, ['"device_position" must be an object']),
        (
            {"device_heading": {"w": 1, "x": 1, "y": 0, "z": 0}},
            ['"device_heading" must have the length 1, not 1.41421'],
        ),
        ({"device_gps_pose": {"lat": 1, "bearing": 2}}, ['"device_gps_pose.lon" is required']),
        ({"point_colors": [1, 2]}, ['"point_colors" must contain 1800 items']),
        (
            {"points": [POINT], "point_colors": [1, 2, 256]},
            ['"point_colors[2]" must be less than or equal to 255'],
        ),
        ({"images": [{**FRONT, "fx": 0}]}, ['"images[0]" must have focal lengths and a scale other than 0']),
        ({"images": [{**FRONT, "image_url": ""}]}, ['"images[0].image_url" is not allowed to be empty']),
        (
            {"images": [FRONT, {**FRONT, "camera_index": 0}]},
            ['"images[1].camera_index" contains a duplicate value'],
        ),
    ],
)
def test_what_is_wrong_is_named(more: Any, expected: list[str]) -> None:
    assert wrong_in(**more) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"points": [', "Invalid JSON Format: Input data was truncated"),
        (b"[]", '"value" must be an object'),
        (b'{"points": [{"x": NaN}]}', "Invalid JSON Format: JSON is malformed: invalid character (byte 18)"),
        (b'{"a":' * 2_000, "Invalid JSON Format"),
        (b"\x1f\x8b\x08\x00broken", "Invalid gzip"),
        (gzip.compress(b"{}" * 1000, mtime=0)[:-9], "Invalid gzip"),
        (b"", '"device_position" is required'),
        (b"hello, this is no point cloud", "Invalid Protobuf Format"),
        (b"\x89PNG\r\n\x1a\n", "Invalid Protobuf Format"),
    ],
)
def test_files_of_another_kind(data: bytes, expected: str) -> None:
    with pytest.raises(InvalidContent) as refused:
        read_frame(data)
    told = str(refused.value)
    assert (
        expected in told
        or expected in " ".join(wrong(data))
        or (expected.startswith('"value') and "object" in told)
    )


def test_gzip_in_parts() -> None:
    whole = frame_file()
    parts = gzip.compress(whole[:500]) + gzip.compress(whole[500:]) + bytes(8)
    assert read_frame(parts).facts() == read_frame(whole).facts()


@pytest.mark.parametrize("more", [b"more", b"\n", b"\x1f\x8b", gzip.compress(b"{}", mtime=0)[:9]])
def test_f10_nothing_after_gzip_is_dropped(more: bytes) -> None:
    with pytest.raises(InvalidContent, match="Invalid gzip"):
        read_frame(gzip.compress(frame_file()) + more)


def test_gzip_that_grows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MAX_FRAME_BYTES", 10_000)
    assert wrong(gzip.compress(b" " * 20_000)) == ["The file has more than 10000 bytes."]


def test_too_many_points(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labelwright.tasktypes.lidar.input.scan.MAX_POINTS", 2)
    assert wrong_in(points=[POINT] * 3) == ['"points" must contain less than or equal to 2 items']


def test_a_message_names_the_first_problem_and_counts_the_others() -> None:
    with pytest.raises(InvalidContent, match=r'^"points\[0\].x" is required \(and 2 more\)\.$'):
        read_frame(frame_file(points=[{}]))
    with pytest.raises(InvalidContent, match=r"required \(and over 99 more\)\.$"):
        read_frame(frame_file(points=[{}] * 50))


@given(
    st.integers(0, 10**6), st.binary(min_size=1, max_size=4), st.sampled_from(["json", "split", "protobuf"])
)
def test_damaged_files_are_read_or_refused(at: int, put: bytes, spelling: str) -> None:
    """Whatever bytes stand there: never another error, never a point that is no number."""
    points = [POINT, {**POINT, "d": 300, "t": 5.5}]
    data = {
        "json": frame_file(points=points),
        "split": split(points="AAAAAAAAAAAAAAAA", intensities="AAAAAA=="),
        "protobuf": Writer.frame(frame(points=points)),
    }[spelling]
    at %= len(data)
    with contextlib.suppress(InvalidContent):
        scan = read_frame(data[:at] + put + data[at + len(put) :])
        assert np.isfinite(scan.positions).all()


ANYTHING = [
    *(
        None,
        True,
        -1,
        0,
        1,
        2**63,
        10**30,
        1e308,
        -1e308,
        "",
        "a",
        [],
        {},
        [[]],
        [1],
        ["a"],
        {"a": 1},
        [None],
    ),
]


@pytest.mark.filterwarnings("error")
def test_one_value_replaced_by_anything() -> None:
    whole = frame(
        points=[{**POINT, "i": 0.5, "d": 1, "t": 2, "is_ground": True}],
        device_gps_pose={"lat": 1, "lon": 2, "bearing": 3},
        radar_points=[{"position": POINT, "direction": POINT, "size": 1}],
        point_colors=[1, 2, 3],
    )
    for change in changes(whole):
        with contextlib.suppress(InvalidContent):
            assert msgspec.json.encode(read_frame(json.dumps(change).encode()).facts())


def changes(value: Any) -> Iterator[Any]:
    """The value with any one part replaced by anything."""
    yield from ANYTHING
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        for change in changes(value[key]):
            copied = value.copy()
            copied[key] = change
            yield copied
