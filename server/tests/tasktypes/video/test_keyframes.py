"""Answers with keyframes: what is handed in, in either form, and what is delivered."""

from typing import Any

import msgspec
import pytest

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.base import Media
from labelwright.tasktypes.registry import find
from labelwright.tasktypes.video.interpolation import interpolate
from labelwright.tasktypes.video.objects import MAX_COMPUTED
from labelwright.tasktypes.wire.result_files import content_of

FRAMES = find("videoannotation")
TRACKS = find("videoplaybackannotation")
TOOLS: dict[str, Any] = {
    "box": {"objects_to_annotate": ["car", "bus"]},
    "polygon": {"objects_to_annotate": ["puddle"]},
    "point": {"objects_to_annotate": ["person"]},
}
IMAGES = [f"https://files.example.com/{i}.jpg" for i in range(5)]
PER_FRAME: dict[str, Any] = {"attachments": IMAGES, "geometries": TOOLS}
PER_OBJECT: dict[str, Any] = {
    "attachment": "s3://drives/7.mp4",
    "geometries": TOOLS,
    "annotation_frame_rate": 5,
    "video_frame_rate": 29.92,
}
CAR = {"uuid": "c", "type": "box", "label": "car", "top": 20, "width": 30, "height": 40}


def car(left: float, **more: Any) -> dict[str, Any]:
    return {**CAR, "left": left, **more}


def key(left: float, **more: Any) -> dict[str, Any]:
    return car(left, is_keyframe=True, **more)


def frames(*listed: list[Any]) -> dict[str, Any]:
    return {"annotations": [{"annotations": list(one)} for one in listed]}


def track(*drawn: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"annotations": {"c": {"label": "car", "geometry": "box", "frames": list(drawn), **more}}}


def at(number: int, left: float, **more: Any) -> dict[str, Any]:
    return {"key": number, "left": left, "top": 20, "width": 30, "height": 40, **more}


@pytest.fixture
def delivered(stored: Any) -> Any:
    """Hand an answer in, check that what is delivered is accepted as it is, and return it."""

    def submit(kind: Any, params: Any, answer: Any) -> Any:
        kept = stored(kind, params)
        text, problems = kind.check_answer(kept, answer)
        assert list(problems) == []
        assert kind.check_answer(kept, msgspec.json.decode(text)) == (text, [])
        return content_of(msgspec.json.decode(text)["annotations"])

    return submit


def lefts(content: Any) -> list[Any]:
    """Per frame, where the car is; None where it is not."""
    found = []
    for frame in content:
        cars = [one for one in frame["annotations"] if one["uuid"] == "c"]
        assert len(cars) <= 1
        found.append(cars[0]["left"] if cars else None)
    return found


class TestPerFrame:
    def test_every_frame_between_keyframes_is_delivered(self, delivered: Any) -> None:
        content = delivered(FRAMES, PER_FRAME, frames([key(0)], [], [], [key(1)], []))
        assert lefts(content) == [0, 0.333333, 0.666667, 1, None]
        flags = [one["is_keyframe"] for frame in content for one in frame["annotations"]]
        assert flags == [True, False, False, True]
        assert all("is_last" not in one for frame in content for one in frame["annotations"])

    def test_without_keyframes_nothing_is_computed(self, delivered: Any) -> None:
        answer = frames([car(0)], [], [], [car(1)], [])
        assert delivered(FRAMES, PER_FRAME, answer) == answer["annotations"]

    def test_an_object_that_leaves_and_comes_back(self, delivered: Any) -> None:
        answer = frames([key(0)], [key(5, is_last=True)], [], [key(10)], [])
        content = delivered(FRAMES, PER_FRAME, answer)
        assert lefts(content) == [0, 5, None, 10, None]
        assert content[1]["annotations"][0]["is_last"] is True

    def test_what_does_not_say_that_it_was_computed_is_a_keyframe(self, delivered: Any) -> None:
        content = delivered(FRAMES, PER_FRAME, frames([key(0)], [], [car(10)], [], []))
        assert lefts(content) == [0, 5, 10, None, None]
        assert content[2]["annotations"][0]["is_keyframe"] is True

    def test_rounded_frames_of_a_client_are_replaced(self, delivered: Any) -> None:
        third = car(0.33, is_keyframe=False)
        assert lefts(delivered(FRAMES, PER_FRAME, frames([key(0)], [third], [], [key(1)], []))) == [
            0, 0.333333, 0.666667, 1, None,
        ]  # fmt: skip

    def test_others_stay_in_their_places(self, delivered: Any) -> None:
        other = {**CAR, "uuid": "o", "left": 50}
        content = delivered(FRAMES, PER_FRAME, frames([other, key(0)], [other], [key(2), other], [], []))
        assert [[one["uuid"] for one in frame["annotations"]] for frame in content[:3]] == [
            ["o", "c"], ["o", "c"], ["c", "o"],
        ]  # fmt: skip

    def test_whole_pixels(self, delivered: Any) -> None:
        tools = {"box": {"objects_to_annotate": ["car"], "integer_pixels": True}}
        answer = frames([key(0)], [], [], [], [key(6)])
        assert lefts(delivered(FRAMES, {**PER_FRAME, "geometries": tools}, answer)) == [0, 2, 3, 5, 6]

    def test_corners_of_turned_boxes_are_there_in_every_frame(self, delivered: Any) -> None:
        tools = {"box": {"objects_to_annotate": ["car"], "can_rotate": True}}
        answer = frames([key(0)], [], [key(0, rotation=1.5)], [], [])
        content = delivered(FRAMES, {**PER_FRAME, "geometries": tools}, answer)
        middle = content[1]["annotations"][0]
        assert middle["rotation"] == 0.75
        assert len(middle["vertices"]) == 4
        assert middle["vertices"] != content[0]["annotations"][0]["vertices"]

    def test_answers_are_those_of_the_keyframe_before(self, delivered: Any) -> None:
        asked = {"moving": {"description": "?", "choices": ["yes", "no"]}}
        answer = frames(
            [key(0, attributes={"moving": "yes"})], [], [key(0, attributes={"moving": "no"})], [], [key(0)]
        )
        answer["annotations"][4]["annotations"][0]["attributes"] = {"moving": "yes"}
        content = delivered(FRAMES, {**PER_FRAME, "annotation_attributes": asked}, answer)
        told = [frame["annotations"][0]["attributes"]["moving"] for frame in content]
        assert told == ["yes", "yes", "no", "no", "yes"]


class TestPerObject:
    def test_the_annotated_frames_of_the_video_are_filled(self, delivered: Any) -> None:
        content = delivered(TRACKS, PER_OBJECT, track(at(0, 0, is_keyframe=True), at(18, 9)))
        drawn = content["c"]["frames"]
        assert [(one["key"], one["left"], one["is_keyframe"]) for one in drawn] == [
            (0, 0, True),
            (6, 3, False),
            (12, 6, False),
            (18, 9, True),
        ]
        assert [one["timestamp"] for one in drawn] == pytest.approx([0, 6 / 29.92, 12 / 29.92, 18 / 29.92])

    def test_keyframes_may_lie_in_other_frames(self, delivered: Any) -> None:
        content = delivered(TRACKS, PER_OBJECT, track(at(3, 0, is_keyframe=True), at(15, 12)))
        assert [(one["key"], one["left"]) for one in content["c"]["frames"]] == [
            (3, 0), (6, 3), (12, 9), (15, 12),
        ]  # fmt: skip

    def test_timestamps_follow_those_of_the_keyframes(self, delivered: Any) -> None:
        params = {"attachment": "s3://drives/7.mp4", "geometries": TOOLS}
        answer = track(at(0, 0, is_keyframe=True, timestamp=10), at(4, 0, timestamp=12))
        drawn = delivered(TRACKS, params, answer)["c"]["frames"]
        assert [one["timestamp"] for one in drawn] == [10, 10.5, 11, 11.5, 12]

    def test_one_object_at_once_is_as_many_frames_as_may_be(self, stored: Any) -> None:
        params = {"attachment": "s3://drives/7.mp4", "geometries": TOOLS}
        kept = stored(TRACKS, params)
        answer = track(at(0, 0, is_keyframe=True), at(10**9, 9))
        text, problems = TRACKS.check_answer(kept, answer)
        assert [(one.path, one.code) for one in problems] == [("annotations.c", "too_many")]
        assert str(MAX_COMPUTED) in problems[0].message
        assert text == b"null"


class TestEitherForm:
    """Both types take both forms, and deliver their own."""

    def test_tracks_for_frames(self, delivered: Any) -> None:
        answer = track(at(1, 0, is_keyframe=True), at(3, 1), at(4, 8))
        content = delivered(FRAMES, PER_FRAME, answer)
        assert lefts(content) == [None, 0, 0.5, 1, 8]
        assert "timestamp" not in content[1]["annotations"][0]
        wrapped = {"annotations": [answer]}
        assert delivered(FRAMES, PER_FRAME, wrapped) == content

    def test_frames_for_tracks(self, delivered: Any) -> None:
        content = delivered(TRACKS, PER_OBJECT, frames([key(0)], [], [], [key(9)]))
        assert [(one["key"], one["left"]) for one in content["c"]["frames"]] == [
            (0, 0), (6, 3), (12, 6), (18, 9),
        ]  # fmt: skip
        assert (content["c"]["label"], content["c"]["geometry"]) == ("car", "box")

    def test_both_ways_lead_to_the_same(self, delivered: Any) -> None:
        one = delivered(TRACKS, PER_OBJECT, frames([key(0)], [], [], [key(9, is_last=True)], [], [key(1)]))
        drawn = [at(0, 0, is_keyframe=True), at(18, 9, is_last=True), at(30, 1)]
        assert one == delivered(TRACKS, PER_OBJECT, track(*drawn))

    @pytest.mark.parametrize("name", ["hypothesis", "base_annotations"])
    def test_pre_labels_may_have_either_form(self, name: str, stored: Any) -> None:
        per_frame, per_object = frames([key(0)], [], [key(2)]), track(at(0, 0, is_keyframe=True), at(2, 2))
        for kind, params in ((FRAMES, PER_FRAME), (TRACKS, PER_OBJECT)):
            for given in (per_frame, per_object):
                assert stored(kind, {**params, name: given})[name] == given


class TestProblems:
    @pytest.mark.parametrize(
        ("answer", "problems"),
        [
            pytest.param(
                frames([key(0)], [car(5, is_keyframe=False)], [key(2)], [], []),
                [("annotations[1].annotations[0]", "not_between")],
                id="computed elsewhere",
            ),
            pytest.param(
                frames([key(0)], [car(1, is_keyframe=False, attributes={"a": "b"})], [key(2)], [], []),
                [("annotations[1].annotations[0].attributes.a", "unknown_attribute"),
                 ("annotations[1].annotations[0]", "not_between")],
                id="answers elsewhere",
            ),
            pytest.param(
                frames([key(0)], [key(1)], [car(1, is_keyframe=False)], [], []),
                [("annotations[2].annotations[0]", "not_between")],
                id="computed after the last",
            ),
            pytest.param(
                frames([key(0, is_last=True)], [car(0, is_keyframe=False)], [key(0)], [], []),
                [("annotations[1].annotations[0]", "not_between")],
                id="computed in a gap",
            ),
            pytest.param(
                frames([car(0, is_keyframe=False)], [], [], [], []),
                [("annotations[0].annotations[0].is_keyframe", "no_keyframe")],
                id="no keyframe",
            ),
            pytest.param(
                frames([car(0, is_keyframe="yes")], [], [], [], [car(0, is_last=1)]),
                [("annotations[0].annotations[0].is_keyframe", "type"),
                 ("annotations[4].annotations[0].is_last", "type")],
                id="flags that are none",
            ),
            pytest.param(
                frames([key(0)], [{"uuid": "c", "type": "point", "label": "person", "x": 0, "y": 0}], [], [], []),
                [("annotations[1].annotations[0].type", "inconsistent")],
                id="another tool",
            ),
            pytest.param(
                track(at(0, 0), at(7, 0)),
                [("annotations.c.frames[1].key", "bound")],
                id="after the last frame",
            ),
            pytest.param(
                track(at(0, 0), at(1, 0, width=0)),
                [("annotations.c.frames[1].width", "too_small")],
                id="a wrong shape in a track",
            ),
        ],
    )  # fmt: skip
    def test_they_name_frame_and_annotation(self, answer: Any, problems: Any, found: Any) -> None:
        assert found(FRAMES, PER_FRAME, answer) == problems

    def test_a_polygon_that_crosses_itself_on_the_way(self, found: Any) -> None:
        puddle = {"uuid": "p", "type": "polygon", "label": "puddle", "is_keyframe": True}
        ring = [{"x": x, "y": y} for x, y in ((0, 0), (10, 0), (10, 10), (0, 10))]
        turned = ring[2:] + ring[:2]
        other = [*turned[:3], {"x": 40, "y": 0}]
        answer = frames([], [{**puddle, "vertices": ring}], [], [], [{**puddle, "vertices": other}])
        assert found(FRAMES, PER_FRAME, answer) == [("annotations[1].annotations[0]", "self_intersection")]

    def test_a_turned_box_that_leaves_the_image_on_the_way(self, found: Any) -> None:
        tools = {"box": {"objects_to_annotate": ["car"], "can_rotate": True}}
        flat = {**CAR, "left": 10, "top": 1, "width": 60, "height": 10, "is_keyframe": True}
        answer = frames([flat], [], [], [], [{**flat, "rotation": 3.14159}])
        media = [Media(ref, 100, 40) for ref in IMAGES]
        problems = found(FRAMES, {**PER_FRAME, "geometries": tools}, answer, *media)
        assert problems == [("annotations[0].annotations[0]", "outside")]

    def test_an_offset_that_a_shrinking_box_cannot_hold(self, found: Any) -> None:
        asked = {"door": {"description": "?", "type": "x_line"}}
        params = {**PER_FRAME, "annotation_attributes": asked}
        answer = frames(
            [key(0, attributes={"door": 25})], [], [key(0, width=10, attributes={"door": 5})], [], []
        )
        problem = ("annotations[0].annotations[0]", "bound")
        assert found(FRAMES, params, answer) == [problem]

    def test_images_of_another_size_on_the_way(self, found: Any) -> None:
        media = [Media(ref, 50 if i == 1 else 500, 100) for i, ref in enumerate(IMAGES)]
        answer = frames([key(100)], [], [key(100)], [], [])
        assert found(FRAMES, PER_FRAME, answer, *media) == [("annotations[0].annotations[0]", "outside")]

    def test_another_label_in_another_frame_is_a_warning(self, stored: Any) -> None:
        kept = stored(FRAMES, PER_FRAME)
        text, problems = FRAMES.check_answer(kept, frames([car(0)], [car(0, label="bus")], [], [], []))
        assert [(one.path, one.code, one.severity) for one in problems] == [
            ("annotations[1].annotations[0].label", "inconsistent", "warning")
        ]
        content = content_of(msgspec.json.decode(text)["annotations"])
        assert [frame["annotations"][0]["label"] for frame in content[:2]] == ["car", "bus"]

    def test_more_frames_than_the_video_has(self, found: Any) -> None:
        params = {**PER_OBJECT, "annotation_frame_rate": 20, "video_frame_rate": 10}
        answer = frames([car(0)], [car(0)], [car(0)])
        assert found(TRACKS, params, answer) == [("annotations[2].annotations[0]", "order")]

    def test_events_of_playback_count_frames_of_the_video(self, found: Any) -> None:
        params = {**PER_OBJECT, "attachments": IMAGES, "events_to_annotate": ["Horn"]}
        event = {"label": "Horn", "type": "range", "start": 24, "end": 25}
        answer = {"annotations": {}, "events": [event]}
        assert found(TRACKS, params, answer) == [("events[0].end", "bound")]


def test_sizes_of_frames_are_their_own_where_there_is_a_video_too(found: Any) -> None:
    params = {**PER_OBJECT, "attachments": IMAGES}
    media = [Media("clip", 10, 10), *(Media(ref, 100 + 100 * i, 100) for i, ref in enumerate(IMAGES))]
    fits = track(at(0, 60), at(6, 160), at(24, 460))
    assert found(TRACKS, params, fits, *media) == []
    assert found(TRACKS, params, track(at(0, 60), at(6, 180)), *media) == [
        ("annotations.c.frames[1].width", "outside")
    ]


def test_what_is_delivered_is_what_the_shared_function_says(delivered: Any) -> None:
    """The editor calls the same function: what is exported is what it shows."""
    drawn = [at(0, 1 / 7, is_keyframe=True), at(3, 99.99), at(4, -3.5)]
    content = delivered(FRAMES, PER_FRAME, track(*drawn))
    plain = [{name: value for name, value in one.items() if name != "is_keyframe"} for one in drawn]
    wanted = [one["left"] for one in interpolate("box", plain, range(5))]
    assert lefts(content) == wanted


@pytest.mark.parametrize("name", ["annotation_frame_rate", "video_frame_rate", "frame_rate"])
def test_rates_that_cannot_be_calculated_with_are_refused(name: str, given: Any) -> None:
    with pytest.raises(InvalidParameter, match="must be greater than or equal to") as refusal:
        TRACKS.check_params(given({**PER_OBJECT, name: 1e-9}))
    assert refusal.value.field == name
