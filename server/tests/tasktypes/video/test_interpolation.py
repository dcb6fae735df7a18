"""Interpolation: its laws, on generated tracks, and some values worked out by hand."""

import itertools
import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripts import vectors

from labelwright.tasktypes.shapes.planar import box_corners
from labelwright.tasktypes.video.interpolation import UNITS, interpolate

LAWS = settings(max_examples=80, deadline=None, derandomize=True, database=None)
KEYS = range(30)
TINY = 1 / UNITS
coordinates = st.integers(-2000, 2000) | st.floats(-2000, 2000)
sizes = st.integers(1, 500) | st.floats(0.5, 500)
points = st.fixed_dictionaries({"x": coordinates, "y": coordinates})
answers = st.dictionaries(st.sampled_from("ab"), st.sampled_from(["yes", "no"]))


def vertices(count: int) -> st.SearchStrategy[list[Any]]:
    return st.lists(points, min_size=count, max_size=count)


def corners(names: tuple[str, ...]) -> st.SearchStrategy[list[Any]]:
    return st.tuples(*(points for _ in names)).map(
        lambda places: [
            {"description": n, "type": "vertex", **at} for n, at in zip(names, places, strict=True)
        ]
    )


DRAWINGS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "box": st.fixed_dictionaries(
        {"left": coordinates, "top": coordinates, "width": sizes, "height": sizes},
        optional={"rotation": st.floats(-7, 7)},
    ),
    "point": points,
    "polygon": st.integers(3, 5).flatmap(vertices).map(lambda ring: {"vertices": ring}),
    "line": st.integers(2, 4).flatmap(vertices).map(lambda line: {"vertices": line}),
    "ellipse": vertices(4).map(lambda ends: {"vertices": ends}),
    "cuboid": st.sampled_from([vectors.CORNERS, vectors.CORNERS[:4], vectors.CORNERS[::-1]])
    .flatmap(corners)
    .map(lambda found: {"vertices": found}),
}
geometries = st.sampled_from(sorted(DRAWINGS))


@st.composite
def tracks(draw: st.DrawFn, geometry: st.SearchStrategy[str] = geometries) -> tuple[str, list[Any]]:
    """A geometry and keyframes, of which some end a stretch."""
    name = draw(geometry)
    keys = draw(st.lists(st.integers(0, 29), unique=True, min_size=1, max_size=6))
    ends = st.sampled_from([{}, {}, {"is_last": True}])
    return name, [
        {"key": key, **draw(DRAWINGS[name]), "attributes": draw(answers), **draw(ends)} for key in keys
    ]


def by_key(frames: Any) -> dict[int, Any]:
    found = {frame["key"]: frame for frame in frames}
    assert len(found) == len(frames)
    return found


def numbers(frame: Any) -> list[float]:
    """The coordinates of a frame, in an order of their own."""
    if "vertices" in frame:
        ordered = sorted(frame["vertices"], key=lambda one: one.get("description", ""))
        return [one[axis] for one in ordered for axis in "xy"]
    return [frame[name] for name in ("left", "top", "width", "height", "x", "y") if name in frame]


def test_the_vectors_are_those_of_this_code() -> None:
    path = vectors.FOLDER / "interpolation.json"
    assert path.read_text() == vectors.text(), "run `make contract`"
    assert {one["geometry"] for one in json.loads(path.read_text())["vectors"]} == set(DRAWINGS)


@LAWS
@given(track=tracks(), extend=st.booleans())
def test_keyframes_are_reproduced_exactly(track: Any, extend: bool) -> None:
    geometry, keyframes = track
    found = by_key(interpolate(geometry, keyframes, KEYS, extend=extend))
    for keyframe in keyframes:
        assert found[keyframe["key"]] == {**keyframe, "is_keyframe": True}


@LAWS
@given(track=tracks(), data=st.data())
def test_the_order_of_keyframes_and_frames_does_not_matter(track: Any, data: st.DataObject) -> None:
    geometry, keyframes = track
    other = data.draw(st.permutations(keyframes)), data.draw(st.permutations(KEYS))
    assert interpolate(geometry, *other) == interpolate(geometry, keyframes, KEYS)


@LAWS
@given(track=tracks())
def test_what_was_computed_is_final(track: Any) -> None:
    geometry, keyframes = track
    once = interpolate(geometry, keyframes, KEYS)
    assert interpolate(geometry, [one for one in once if one["is_keyframe"]], KEYS) == once
    # Every frame as a keyframe: nothing is left to be computed, so nothing changes.
    assert interpolate(geometry, once, KEYS) == [{**one, "is_keyframe": True} for one in once]


@LAWS
@given(track=tracks())
def test_there_are_frames_from_the_first_to_the_last_but_not_in_gaps(track: Any) -> None:
    geometry, keyframes = track
    known = sorted(keyframes, key=lambda one: one["key"])
    wanted = {one["key"] for one in known}
    for a, b in itertools.pairwise(known):
        if not a.get("is_last"):
            wanted |= set(range(a["key"], b["key"]))
    assert set(by_key(interpolate(geometry, keyframes, KEYS))) == wanted
    before, after = set(range(known[0]["key"])), set(range(known[-1]["key"] + 1, 30))
    held = before if known[-1].get("is_last") else before | after
    assert set(by_key(interpolate(geometry, keyframes, KEYS, extend=True))) == wanted | held


@LAWS
@given(track=tracks())
def test_computed_frames_are_bounded_by_their_keyframes_and_have_their_answers(track: Any) -> None:
    geometry, keyframes = track
    known = sorted(keyframes, key=lambda one: one["key"])
    found = by_key(interpolate(geometry, keyframes, KEYS))
    for a, b in itertools.pairwise(known):
        comparable = len(numbers(a)) == len(numbers(b))
        for key in range(a["key"] + 1, b["key"]):
            if a.get("is_last"):
                continue
            frame = found[key]
            assert frame["attributes"] == a["attributes"]
            assert not frame.keys() & {"is_last", "timestamp"}
            if not comparable:
                assert numbers(frame) == numbers(a)
                continue
            for here, one, other in zip(numbers(frame), numbers(a), numbers(b), strict=True):
                assert min(one, other) <= here <= max(one, other)


@LAWS
@given(track=tracks(), key=st.integers(1, 28))
def test_between_two_equal_keyframes_nothing_changes(track: Any, key: int) -> None:
    geometry, (keyframe, *_) = track
    keyframe.pop("is_last", None)
    frames = interpolate(geometry, [{**keyframe, "key": 0}, {**keyframe, "key": 29}], KEYS)
    assert frames[key] == {**keyframe, "key": key, "is_keyframe": False}


@LAWS
@given(track=tracks(), key=st.integers(1, 28))
def test_motion_is_linear_to_a_millionth(track: Any, key: int) -> None:
    geometry, keyframes = track
    a, b = {**keyframes[0], "key": 0}, {**keyframes[-1], "key": 29}
    if a.pop("is_last", False) or len(numbers(a)) != len(numbers(b)):
        return
    found = interpolate(geometry, [a, b], KEYS)[key]
    for here, one, other in zip(numbers(found), numbers(a), numbers(b), strict=True):
        assert here == pytest.approx(one + (other - one) * key / 29, abs=TINY)


@LAWS
@given(a=st.floats(-10, 10), b=st.floats(-10, 10))
def test_a_box_turns_the_shorter_way(a: float, b: float) -> None:
    frames = [vectors.turned(0, a), vectors.turned(10, b)]
    angles = [one["rotation"] for one in interpolate("box", frames, range(11))]
    steps = [there - here for here, there in itertools.pairwise(angles)]
    # The last step is to the keyframe itself, which may be whole turns away.
    whole = (angles[-1] - (a + 10 * steps[0])) / math.tau
    assert abs(whole - round(whole)) < 10 * TINY
    assert all(abs(step - steps[0]) < 2 * TINY for step in steps[:-1])
    assert abs(steps[0]) * 10 <= math.pi + 10 * TINY


@LAWS
@given(
    a=st.tuples(*[st.integers(-50, 50)] * 2, *[st.integers(1, 60)] * 2),
    b=st.tuples(*[st.integers(-50, 50)] * 2, *[st.integers(1, 60)] * 2),
)
def test_whole_pixels_stay_whole_and_within(a: Any, b: Any) -> None:
    found = interpolate("box", [vectors.box(0, *a), vectors.box(29, *b)], KEYS, whole=True)
    for frame in found:
        assert all(isinstance(frame[name], int) for name in ("left", "top", "width", "height"))
        for start, size, i in (("left", "width", 0), ("top", "height", 1)):
            ends = sorted((a[i] + a[i + 2], b[i] + b[i + 2]))
            assert min(a[i], b[i]) <= frame[start]
            assert ends[0] <= frame[start] + frame[size] <= ends[1]


def test_values_worked_out_by_hand() -> None:
    line = [{"key": 10, "vertices": [{"x": 0, "y": 0}, {"x": 9, "y": 3}]}]
    line.append({"key": 13, "vertices": [{"x": 3, "y": -1}, {"x": 9, "y": 4}]})
    found = interpolate("line", line, range(20))
    assert [one["key"] for one in found] == [10, 11, 12, 13]
    assert found[1]["vertices"] == [{"x": 1, "y": -0.333333}, {"x": 9, "y": 3.333333}]
    assert found[2]["vertices"] == [{"x": 2, "y": -0.666667}, {"x": 9, "y": 3.666667}]
    quarter = [vectors.turned(0, -math.pi / 4), vectors.turned(2, math.pi / 4)]
    (middle,) = interpolate("box", quarter, [1])[1:2]
    assert middle["rotation"] == pytest.approx(0, abs=TINY)
    upright = box_corners(*(middle[n] for n in ("left", "top", "width", "height", "rotation")))
    assert upright[0] == pytest.approx((100, 50), abs=1e-4)


def test_two_keyframes_in_one_frame_are_refused() -> None:
    with pytest.raises(ValueError, match="same key"):
        interpolate("point", [{"key": 1, "x": 0, "y": 0}, {"key": 1, "x": 1, "y": 1}], KEYS)


def test_without_keyframes_there_are_no_frames() -> None:
    assert interpolate("point", [], KEYS, extend=True) == []
