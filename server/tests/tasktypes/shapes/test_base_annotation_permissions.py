"""Locks on base annotations, for every task type that has them (wire/task-types-common §3.2)."""

import copy
import itertools
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from server.tests.tasktypes.conftest import as_members

from labelwright.tasktypes.base import Media, TaskType
from labelwright.tasktypes.registry import find
from labelwright.tasktypes.video.conversion import as_tracks
from labelwright.tasktypes.video.timeline import Timeline
from labelwright.tasktypes.wire.result_files import as_file

LAWS = settings(max_examples=40, deadline=None, derandomize=True, database=None)
SWITCHES = {
    "add": "can_add_base_annotations",
    "edit": "can_edit_base_annotations",
    "labels": "can_edit_base_annotation_labels",
    "delete": "can_delete_base_annotations",
}
FRAMES = 3
TOOLS: dict[str, Any] = {
    "geometries": {
        "box": {"objects_to_annotate": ["car", "bus"], "can_rotate": True},
        "line": {"objects_to_annotate": ["car", "bus"]},
    },
    "annotation_attributes": {
        "colour": {"description": "?", "choices": ["red", "blue"], "global": True, "required": False}
    },
}
IMAGES = [f"https://files.example.com/{i}.jpg" for i in range(FRAMES)]
LOCKABLE: dict[str, tuple[TaskType, dict[str, Any]]] = {
    "image": (find("imageannotation"), {**TOOLS, "attachment": IMAGES[0]}),
    "frames": (find("videoannotation"), {**TOOLS, "attachments": IMAGES}),
    "boxes": (
        find("videoboxannotation"),
        {
            "objects_to_annotate": ["car", "bus"],
            "attachments": IMAGES,
            "annotation_attributes": TOOLS["annotation_attributes"],
        },
    ),
    "tracks": (find("videoplaybackannotation"), {**TOOLS, "attachments": IMAGES}),
    "federal": (find("federal2dvideoannotation"), {**TOOLS, "attachments": IMAGES}),
}
PER_OBJECT = {"tracks", "federal"}

drawings = st.one_of(
    st.fixed_dictionaries(
        {
            "type": st.just("box"),
            "left": st.integers(0, 50),
            "top": st.floats(0, 50),
            "width": st.integers(1, 20),
            "height": st.just(9.5),
        },
    ),
    st.fixed_dictionaries(
        {"type": st.just("line"), "vertices": st.just([{"x": 1, "y": 2}, {"x": 3, "y": 4.5}])}
    ),
)
answers = st.sampled_from([{}, {"colour": "red"}, {"colour": "blue"}])


@st.composite
def bases(draw: st.DrawFn, form: str) -> list[list[dict[str, Any]]]:
    """Per frame, what a task starts from: at least one object, which is a car."""
    frames: list[list[dict[str, Any]]] = [[] for _ in range(1 if form == "image" else FRAMES)]
    for n in range(draw(st.integers(1, 3))):
        attributes = draw(answers)
        drawing: dict[str, Any] = draw(drawings)
        while form == "boxes" and drawing["type"] != "box":
            drawing = draw(drawings)
        there = draw(st.lists(st.integers(0, len(frames) - 1), unique=True, min_size=1))
        for i in sorted(there):
            shape = {"uuid": f"base-{n}", "label": "car", **drawing, "attributes": attributes}
            if shape["type"] == "box":
                shape["left"] = drawing["left"] + i
            frames[i].append(shape)
    return frames


def answer(form: str, frames: Any) -> Any:
    """Frames as the type answers them."""
    listed = [{"annotations": one} for one in frames]
    if form == "image":
        return listed[0]
    return {"annotations": as_tracks(listed, Timeline()) if form in PER_OBJECT else listed}


def place(form: str, uuid: str, frames: Any, i: int) -> str:
    """Where an object is in a frame of the answer."""
    if form in PER_OBJECT:
        keys = [n for n, frame in enumerate(frames) if any(one["uuid"] == uuid for one in frame)]
        return f"annotations.{uuid}.frames[{keys.index(i)}]"
    (j,) = (j for j, one in enumerate(frames[i]) if one["uuid"] == uuid)
    return f"annotations[{j}]" if form == "image" else f"annotations[{i}].annotations[{j}]"


def owner(form: str, uuid: str, frames: Any, i: int) -> str:
    """Where the label of an object is in a frame of the answer."""
    return f"annotations.{uuid}" if form in PER_OBJECT else place(form, uuid, frames, i)


def checked(form: str, base: Any, given_frames: Any, locked: Any, media: Any = ()) -> list[tuple[str, str]]:
    kind, params = LOCKABLE[form]
    switches = {SWITCHES[name]: False for name in locked}
    request = {**params, "base_annotations": answer(form, base), **switches}
    kept = msgspec.json.decode(kind.check_params(as_members(request)))
    _, problems = kind.check_answer(kept, answer(form, given_frames), media)
    return [(one.path, one.code) for one in problems if one.severity == "error"]


EVERY = [set(some) for n in range(5) for some in itertools.combinations(SWITCHES, n)]
switches = st.sampled_from(EVERY)
forms = pytest.mark.parametrize("form", LOCKABLE)


@forms
@LAWS
@given(data=st.data(), locked=switches)
def test_an_answer_equal_to_the_base_is_always_accepted(form: str, data: st.DataObject, locked: Any) -> None:
    base = data.draw(bases(form))
    assert checked(form, base, copy.deepcopy(base), locked) == []


def first(frames: Any) -> tuple[int, dict[str, Any]]:
    return next((i, frame[0]) for i, frame in enumerate(frames) if frame)


@forms
@LAWS
@given(data=st.data(), locked=switches)
def test_adding(form: str, data: st.DataObject, locked: Any) -> None:
    base = data.draw(bases(form))
    given_frames = copy.deepcopy(base)
    new = {"uuid": "new", "type": "box", "label": "bus", "left": 1, "top": 1, "width": 5, "height": 5}
    given_frames[0].append(new)
    found = checked(form, base, given_frames, locked)
    assert found == ([(owner(form, "new", given_frames, 0), "locked")] if "add" in locked else [])


@forms
@LAWS
@given(data=st.data(), locked=switches)
def test_moving(form: str, data: st.DataObject, locked: Any) -> None:
    base = data.draw(bases(form))
    given_frames = copy.deepcopy(base)
    i, shape = first(given_frames)
    if shape["type"] == "box":
        member, shape["left"] = "left", shape["left"] + 0.5
    else:
        member, shape["vertices"] = "vertices", [{"x": 1, "y": 2}, {"x": 3, "y": 4.25}]
    where = place(form, shape["uuid"], given_frames, i)
    wanted = [(f"{where}.{member}", "locked")] if "edit" in locked else []
    assert checked(form, base, given_frames, locked) == wanted


@forms
@LAWS
@given(data=st.data(), locked=switches)
def test_answering_otherwise(form: str, data: st.DataObject, locked: Any) -> None:
    base = data.draw(bases(form))
    given_frames = copy.deepcopy(base)
    _, shape = first(given_frames)
    uuid, other = (
        shape["uuid"],
        {"red": "blue", "blue": "red", None: "red"}[shape["attributes"].get("colour")],
    )
    wanted = []
    for i, frame in enumerate(given_frames):
        for one in frame:
            if one["uuid"] == uuid:
                one["attributes"] = {"colour": other}
                wanted.append((f"{place(form, uuid, given_frames, i)}.attributes.colour", "locked"))
    assert checked(form, base, given_frames, locked) == (wanted if "edit" in locked else [])


@forms
@LAWS
@given(data=st.data(), locked=switches)
def test_renaming(form: str, data: st.DataObject, locked: Any) -> None:
    base = data.draw(bases(form))
    given_frames = copy.deepcopy(base)
    uuid = first(given_frames)[1]["uuid"]
    wanted = []
    for i, frame in enumerate(given_frames):
        for one in frame:
            if one["uuid"] == uuid:
                one["label"] = "bus"
                wanted.append((f"{owner(form, uuid, given_frames, i)}.label", "locked"))
    told = list(dict.fromkeys(wanted)) if "labels" in locked else []
    assert checked(form, base, given_frames, locked) == told


@forms
@LAWS
@given(data=st.data(), locked=switches)
def test_removing(form: str, data: st.DataObject, locked: Any) -> None:
    base = data.draw(bases(form))
    uuid = first(base)[1]["uuid"]
    given_frames = [[one for one in frame if one["uuid"] != uuid] for frame in base]
    wanted = [("annotations", "locked")] if "delete" in locked else []
    assert checked(form, base, given_frames, locked) == wanted


@pytest.mark.parametrize("form", ["frames", "boxes", "tracks", "federal"])
@LAWS
@given(data=st.data(), locked=switches)
def test_one_frame_more_or_less_is_an_edit(form: str, data: st.DataObject, locked: Any) -> None:
    base = data.draw(bases(form))
    given_frames = copy.deepcopy(base)
    _, shape = first(base)
    uuid, there = shape["uuid"], [any(one["uuid"] == shape["uuid"] for one in frame) for frame in base]
    if all(there):
        given_frames[1] = [one for one in given_frames[1] if one["uuid"] != uuid]
        where = f"annotations.{uuid}.frames" if form in PER_OBJECT else "annotations[1].annotations"
    else:
        gap = there.index(False)
        given_frames[gap].append(copy.deepcopy(shape))
        where = place(form, uuid, given_frames, gap)
    assert checked(form, base, given_frames, locked) == ([(where, "locked")] if "edit" in locked else [])


@forms
def test_what_cannot_be_changed_is_not_held_against_anybody(form: str) -> None:
    shape = {"uuid": "a", "type": "box", "label": "car", "left": 500, "top": 0, "width": 5, "height": 5}
    frames = [[shape]] + [[] for _ in range(0 if form == "image" else FRAMES - 1)]
    media = [Media(ref, 100, 100) for ref in IMAGES]
    assert checked(form, frames, frames, {"edit"}, media) == []
    where = place(form, "a", frames, 0)
    assert (f"{where}.left", "outside") in checked(form, frames, frames, {"delete", "labels", "add"}, media)


def moving(*keyframes: tuple[int, float]) -> list[list[dict[str, Any]]]:
    """A box that moves between its keyframes."""
    frames: list[list[dict[str, Any]]] = [[] for _ in range(FRAMES)]
    for i, left in keyframes:
        box = {"uuid": "a", "type": "box", "label": "car", "left": left, "top": 0, "width": 5, "height": 5}
        frames[i].append({**box, "is_keyframe": True})
    return frames


@pytest.mark.parametrize("form", ["frames", "boxes", "tracks", "federal"])
def test_locks_hold_between_keyframes_and_in_either_form(form: str) -> None:
    base = moving((0, 0), (2, 10))
    assert checked(form, base, base, set(SWITCHES)) == []
    assert checked(form, base, moving((0, 0), (1, 5), (2, 10)), set(SWITCHES)) == []
    where = place(form, "a", moving((0, 0), (1, 6), (2, 10)), 1)
    assert checked(form, base, moving((0, 0), (1, 6), (2, 10)), {"edit"}) == [(f"{where}.left", "locked")]
    kind, params = LOCKABLE[form]
    listed = [{"annotations": one} for one in base]
    both = [{"annotations": listed}, {"annotations": as_tracks(listed, Timeline())}]
    for given_base, given_answer in itertools.product(both, both):
        request = {**params, "base_annotations": given_base, **dict.fromkeys(SWITCHES.values(), False)}
        kept = msgspec.json.decode(kind.check_params(as_members(request)))
        assert list(kind.check_answer(kept, given_answer)[1]) == []


@pytest.mark.parametrize("form", [form for form in LOCKABLE if form != "boxes"])
def test_another_tool_is_an_edit_of_the_whole(form: str) -> None:
    base = [[{"uuid": "a", "type": "box", "label": "car", "left": 0, "top": 0, "width": 5, "height": 5}]]
    line = {"uuid": "a", "type": "line", "label": "car", "vertices": [{"x": 0, "y": 0}, {"x": 9, "y": 9}]}
    empty: list[Any] = [[] for _ in range(0 if form == "image" else FRAMES - 1)]
    found = checked(form, base + empty, [[line], *empty], {"edit"})
    assert found == [(owner(form, "a", [[line]], 0), "locked")]


@pytest.mark.parametrize("inline", [True, False])
def test_base_annotations_get_the_uuids_that_they_lack(inline: bool) -> None:
    kind, params = LOCKABLE["frames"]
    shape = {"type": "box", "label": "car", "left": 0, "top": 0, "width": 5, "height": 5}
    listed = [{"annotations": [shape, {**shape, "uuid": "b"}]}, {"annotations": []}, {"annotations": [shape]}]
    base = {"annotations": listed if inline else msgspec.to_builtins(as_file(listed))}
    request = {**params, "base_annotations": base, **dict.fromkeys(SWITCHES.values(), False)}
    kept = msgspec.json.decode(kind.check_params(as_members(request)))
    assert (kept["base_annotations"] == base) is False
    again = msgspec.json.decode(kind.check_params(as_members(kept)))
    assert again == kept
    assert list(kind.check_answer(kept, kept["base_annotations"])[1]) == []
    paths = [(one.path, one.code) for one in kind.check_answer(kept, {"annotations": listed})[1]]
    assert sorted(paths) == [
        ("annotations", "locked"),
        ("annotations", "locked"),
        ("annotations[0].annotations[0]", "locked"),
        ("annotations[2].annotations[0]", "locked"),
    ]


def test_an_address_that_nobody_opened_locks_nothing() -> None:
    kind, params = LOCKABLE["frames"]
    base = {"annotations": {"url": "https://files.example.com/base.json"}}
    request = {**params, "base_annotations": base, **dict.fromkeys(SWITCHES.values(), False)}
    kept = msgspec.json.decode(kind.check_params(as_members(request)))
    assert kept["base_annotations"] == base
    assert list(kind.check_answer(kept, answer("frames", moving((0, 1))))[1]) == []


@forms
@pytest.mark.parametrize("locked", EVERY, ids=lambda names: " ".join(sorted(names)) or "nothing")
def test_the_sample_keeps_what_is_locked(form: str, locked: Any) -> None:
    kind, params = LOCKABLE[form]
    asked = {"colour": {**TOOLS["annotation_attributes"]["colour"], "required": True}}
    shape = {"type": "box", "label": "car", "left": 0, "top": 0, "width": 5, "height": 5}
    frames = [[{**shape, "uuid": "a"}]] + [[] for _ in range(0 if form == "image" else FRAMES - 1)]
    request = {
        **params,
        "annotation_attributes": asked,
        "base_annotations": answer(form, frames),
        **{SWITCHES[name]: False for name in locked},
    }
    kept = msgspec.json.decode(kind.check_params(as_members(request)))
    text = kind.sample_answer(kept)
    assert text is not None
    sample = msgspec.json.decode(text)
    assert kind.check_answer(kept, sample) == (text, [])
