"""Videos beyond their examples: what comes out, what test mode answers, what older spellings mean."""

import urllib.request
from typing import Any

import msgspec
import pytest

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.base import Media
from labelwright.tasktypes.registry import find
from labelwright.tasktypes.video import examples_frames as frames
from labelwright.tasktypes.video import examples_older as older
from labelwright.tasktypes.video import examples_tracks as tracks

FRAMES = find("videoannotation")
PLAYBACK = find("videoplaybackannotation")


def opened(file: Any) -> Any:
    """What an ordinary client reads at the address that an answer has."""
    assert file.keys() == {"url"}
    with urllib.request.urlopen(file["url"]) as response:
        assert response.headers.get_content_type() == "application/json"
        return msgspec.json.decode(response.read())


def answered(kind: Any, params: Any, answer: Any, stored: Any) -> Any:
    text, problems = kind.check_answer(stored(kind, params), answer)
    assert [one for one in problems if one.severity == "error"] == []
    return msgspec.json.decode(text)


def sample(kind: Any, params: Any, stored: Any) -> Any:
    return msgspec.json.decode(kind.sample_answer(stored(kind, params)) or b"null")


def test_frames_are_delivered_as_a_file(stored: Any) -> None:
    given = frames.clip([frames.box(label="car", uuid="ü #100%")], [], [])
    answer = answered(FRAMES, frames.MINIMAL, given, stored)
    assert answer.keys() == {"annotations"}
    assert opened(answer["annotations"]) == given["annotations"]


def test_missing_uuids_are_given_and_the_events_file_is_there_when_asked_for(stored: Any) -> None:
    params = {**frames.MINIMAL, "events_to_annotate": ["Horn"]}
    answer = answered(FRAMES, params, frames.clip([frames.box(), frames.box(50)], [], []), stored)
    uuids = [one["uuid"] for one in opened(answer["annotations"])[0]["annotations"]]
    assert len(set(uuids)) == 2
    assert opened(answer["events"]) == {"events": []}


def test_events_are_delivered_as_the_documentation_shows_them(stored: Any) -> None:
    answer = answered(FRAMES, frames.FULL, {**frames.clip([], []), "events": frames.EVENTS}, stored)
    assert opened(answer["events"]) == {"events": [frames.EVENTS[0], {**frames.EVENTS[1], "attributes": {}}]}


def test_the_sample_is_a_box_that_moves(stored: Any) -> None:
    first, second, third = opened(sample(FRAMES, frames.MINIMAL, stored)["annotations"])
    (box,), (later,) = first["annotations"], second["annotations"]
    assert {**box, "left": 10} == later
    assert [box[name] for name in ("label", "left", "top", "width", "height")] == ["car", 0, 0, 100, 100]
    assert third == {"annotations": []}
    assert len(opened(sample(FRAMES, frames.FILE, stored)["annotations"])) == 2


@pytest.mark.parametrize(
    ("left", "problems"), [(-20, []), (-21, [("annotations[1].annotations[0].left", "outside")])]
)
def test_shapes_lie_within_their_own_frame_and_its_padding(left: int, problems: Any, found: Any) -> None:
    params = {**frames.FULL, "annotation_attributes": {}}
    media = (Media("a", 5, 5), Media("b", 1600, 900))
    assert found(FRAMES, params, frames.clip([], [frames.box(left)]), *media) == problems


def test_all_frames_of_a_file_have_its_size(found: Any) -> None:
    answer = frames.clip([], [], [frames.box(1590)])
    assert found(FRAMES, frames.FILE, answer, Media("clip", 1600, 900)) == [
        ("annotations[2].annotations[0].width", "outside")
    ]


def test_defaults(stored: Any) -> None:
    assert stored(FRAMES, frames.MINIMAL) == frames.MINIMAL
    assert stored(FRAMES, frames.FILE) == {**frames.FILE, "frame_rate": 1}
    assert stored(find("videoboxannotation"), older.FLAT)["attachment_type"] == "image"
    assert stored(PLAYBACK, tracks.MINIMAL) == {**tracks.MINIMAL, "frame_rate": 1, "with_labels": True}
    assert stored(PLAYBACK, tracks.FULL) == {**tracks.FULL, "with_labels": True}


@pytest.mark.parametrize("key", ["camera_intrinsics", "geometries"])
def test_the_scale_of_the_camera_is_spelt_one_way(key: str, stored: Any) -> None:
    camera = {"fx": 1, "fy": 1, "cx": 0, "cy": 0, "scale_factor": 2}
    flat = {"objects_to_annotate": ["van"], "camera_intrinsics": camera}
    given = {**flat} if key == "camera_intrinsics" else {"geometries": {"cuboid": flat}}
    kept = stored(find("videocuboidannotation"), {"attachments": frames.FRAMES, **given})
    kept = kept if key == "camera_intrinsics" else kept["geometries"]["cuboid"]
    assert kept["camera_intrinsics"] == {"fx": 1, "fy": 1, "cx": 0, "cy": 0, "scalefactor": 2}


def test_without_labels_none_are_delivered(stored: Any) -> None:
    given = frames.clip([frames.box(uuid="a", left=0)], [])
    answer = answered(find("videoboxannotation"), older.BARE, given, stored)
    (shape,) = opened(answer["annotations"])[0]["annotations"]
    assert shape == {"type": "box", "uuid": "a", "left": 0, "top": 20, "width": 30, "height": 40}
    bare = answered(PLAYBACK, tracks.BARE, tracks.only(tracks.track(tracks.moment(0))), stored)
    assert opened(bare["annotations"])[frames.UUID].keys() == {"geometry", "frames"}


@pytest.mark.parametrize(
    "wrap", [lambda one: one, lambda one: {"annotations": one}, lambda one: [{"annotations": one}]]
)
def test_tracks_come_out_the_same_from_every_wrapper(wrap: Any, stored: Any) -> None:
    track = tracks.track(tracks.moment(0, timestamp=0), tracks.moment(6, 7.5))
    given = wrap({frames.UUID: track})
    answer = answered(PLAYBACK, {**tracks.MINIMAL, "video_frame_rate": 30}, {"annotations": given}, stored)
    assert opened(answer["annotations"]) == {
        frames.UUID: {
            "label": "car",
            "geometry": "box",
            "frames": [
                {**tracks.moment(0), "timestamp": 0, "attributes": {}},
                {**tracks.moment(6, 7.5), "timestamp": 0.2, "attributes": {}},
            ],
        }
    }


def test_keys_of_the_sample_count_frames_of_the_video(stored: Any) -> None:
    made = opened(sample(PLAYBACK, tracks.FULL, stored)["annotations"])
    assert {one["geometry"] for one in made.values()} == {"box", "line", "point", "cuboid"}
    assert [[frame["key"] for frame in one["frames"]] for one in made.values()] == [[0, 6]] * 4


def test_the_former_name_means_the_same() -> None:
    assert find("cruisecontrol") is find("federal2dvideoannotation")


@pytest.mark.parametrize(
    ("kind", "params", "refs"),
    [
        (FRAMES, frames.MINIMAL, frames.FRAMES),
        (FRAMES, frames.FILE, [frames.CLIP]),
        (PLAYBACK, tracks.FULL, [frames.CLIP, *frames.FRAMES]),
    ],
)
def test_attachments_are_the_file_and_then_the_frames(kind: Any, params: Any, refs: Any, stored: Any) -> None:
    assert list(kind.attachments(stored(kind, params))) == refs


def test_base_annotations_are_checked_like_a_hypothesis(stored: Any) -> None:
    params = {
        **tracks.MINIMAL,
        "base_annotations": {"annotations": {"a": tracks.track({"key": 0})}},
    }
    with pytest.raises(InvalidParameter) as refusal:
        stored(PLAYBACK, params)
    assert refusal.value.field == "base_annotations.annotations.a.frames[0].left"
