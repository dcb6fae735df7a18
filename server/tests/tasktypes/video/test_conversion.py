"""The two forms of an answer about a video, and the frames that they count."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelwright.tasktypes.video.conversion import as_frames, as_tracks, has_tracks, unwrapped
from labelwright.tasktypes.video.timeline import Timeline

LAWS = settings(max_examples=100, deadline=None, derandomize=True, database=None)
DOCUMENTED = Timeline(5, 29.92)
rates = st.integers(1, 60) | st.floats(0.1, 60)
sparse = st.tuples(rates, rates).map(lambda pair: Timeline(*sorted(pair)))
"""Timelines that annotate no more frames than the video has."""


@st.composite
def answers(draw: st.DrawFn) -> list[Any]:
    """Frames in which each object has its place among the others by the order in which they appear."""
    count = draw(st.integers(1, 6))
    frames: list[Any] = [{"annotations": []} for _ in range(count)]
    appearing: list[tuple[int, Any]] = []
    for uuid in draw(st.lists(st.sampled_from("abcd"), unique=True)):
        label = draw(st.sampled_from([{}, {"label": "car"}]))
        there = draw(st.lists(st.sampled_from(range(count)), unique=True, min_size=1))
        shape = {"uuid": uuid, "type": draw(st.sampled_from(["point", "box"])), **label}
        appearing.append((min(there), (shape, sorted(there))))
    for _, (shape, there) in sorted(appearing, key=lambda pair: pair[0]):
        for i in there:
            flags = draw(st.sampled_from([{}, {"is_keyframe": True}, {"is_keyframe": True, "is_last": True}]))
            drawn = {"x": draw(st.integers(0, 9)), "attributes": draw(st.sampled_from([{}, {"a": "b"}]))}
            frames[i]["annotations"].append({**shape, **drawn, **flags})
    return frames


@LAWS
@given(frames=answers(), timeline=sparse)
def test_there_and_back_is_the_same(frames: Any, timeline: Timeline) -> None:
    tracks = as_tracks(frames, timeline)
    assert as_frames(tracks, timeline, len(frames)) == frames
    assert as_tracks(as_frames(tracks, timeline), timeline) == tracks


@LAWS
@given(timeline=sparse, index=st.integers(0, 5000))
def test_keys_are_the_nearest_frames_of_the_video(timeline: Timeline, index: int) -> None:
    key = timeline.key(index)
    assert abs(key - index * timeline.video / timeline.annotated) <= 0.5
    assert timeline.index(key) == index
    assert timeline.key(index + 1) > key
    assert timeline.timestamp(key) * timeline.video == pytest.approx(key)


@LAWS
@given(timeline=st.builds(Timeline, rates, rates), after=st.integers(0, 200), length=st.integers(1, 200))
def test_between_yields_every_annotated_frame_once(timeline: Timeline, after: int, length: int) -> None:
    before = after + length
    far = range(int((before + 2) * timeline.annotated / timeline.video) + 3)
    wanted = sorted({key for i in far if after < (key := timeline.key(i)) < before})
    assert list(timeline.between(after, before)) == wanted
    assert abs(timeline.count_between(after, before) - len(wanted)) <= 2


def test_the_documented_example() -> None:
    assert [DOCUMENTED.key(i) for i in range(6)] == [0, 6, 12, 18, 24, 30]
    assert [DOCUMENTED.index(key) for key in (0, 5, 6, 7)] == [0, None, 1, None]
    assert list(DOCUMENTED.between(0, 18)) == [6, 12]
    assert DOCUMENTED.timestamp(6) == pytest.approx(0.2, abs=0.001)
    # Two and a half frames apart: the later of two that are equally near.
    assert [Timeline(2, 5).key(i) for i in range(5)] == [0, 3, 5, 8, 10]


def test_where_more_is_annotated_than_there_is() -> None:
    twice = Timeline(10, 5)
    assert [twice.key(i) for i in range(5)] == [0, 1, 1, 2, 2]
    assert [twice.index(key) for key in range(3)] == [0, 1, 3]
    assert list(twice.between(0, 4)) == [1, 2, 3]
    point = {"uuid": "a", "type": "point", "x": 0, "y": 0}
    with pytest.raises(ValueError, match="twice in frame 1"):
        as_tracks([{"annotations": [point]}] * 3, twice)


def test_what_the_other_form_cannot_say_is_refused() -> None:
    point = {"uuid": "a", "type": "point", "x": 0, "y": 0}
    with pytest.raises(ValueError, match="changes its geometry"):
        as_tracks([{"annotations": [point]}, {"annotations": [{**point, "type": "line"}]}], Timeline())
    track = {"a": {"geometry": "point", "frames": [{"key": 7, "x": 0, "y": 0}]}}
    with pytest.raises(ValueError, match="no annotated frame 7"):
        as_frames(track, DOCUMENTED)
    with pytest.raises(ValueError, match="no annotated frame 7"):
        as_frames(track, Timeline(), 7)
    assert len(as_frames(track, Timeline(), 8)) == 8


TRACKS = {"u": {"geometry": "point", "frames": []}}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (TRACKS, ()),
        ({"annotations": TRACKS}, ("annotations",)),
        ([{"annotations": TRACKS}], (0, "annotations")),
    ],
)
def test_all_three_documented_wrappers_are_read(content: Any, place: Any) -> None:
    inner, where = unwrapped(content, ("at",))
    assert (inner, where) == (TRACKS, ("at", *place))
    assert has_tracks(inner)


@pytest.mark.parametrize(
    "content",
    [
        [],
        [{"annotations": []}],
        [{"annotations": []}] * 2,
        [{"annotations": TRACKS}] * 2,
        [{"annotations": {}, "frame": 0}],
        {"annotations": {"geometry": "point", "frames": []}},
        3,
        None,
    ],
)
def test_anything_else_stays_as_it_is(content: Any) -> None:
    assert unwrapped(content, ("at",)) == (content, ("at",))


def test_the_documentations_own_frames_become_tracks() -> None:
    """wire/task-types-video §1.2; its second frame has another label, which a track cannot have."""
    box = {"type": "box", "label": "small vehicle", "attributes": {"moving": "no"}}
    frames: list[Any] = [
        {"annotations": [{"uuid": "2620", **box, "left": 845, "top": 144, "width": 72, "height": 168}]},
        {"annotations": [{"uuid": "2620", **box, "label": "truck", "left": 830, "top": 146}]},
        {"annotations": []},
    ]
    track = as_tracks(frames, Timeline())["2620"]
    assert (track["label"], track["geometry"]) == ("small vehicle", "box")
    assert [(one["key"], one["timestamp"], one["left"]) for one in track["frames"]] == [
        (0, 0, 845),
        (1, 1, 830),
    ]


def test_objects_stand_in_the_order_of_their_appearance() -> None:
    frames = [
        {"annotations": [{"uuid": uuid, "type": "point"} for uuid in uuids]} for uuids in ("b", "ba", "cab")
    ]
    assert list(as_tracks(frames, Timeline())) == ["b", "a", "c"]
    for one, other in itertools.pairwise(as_tracks(frames, Timeline())["b"]["frames"]):
        assert one["key"] < other["key"]
