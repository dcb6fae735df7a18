"""Scores and merges of videos: real boxes that move, against TrackEval; events; attributes; what a merge keeps."""

import copy
import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
from skimage import data, measure
from trackeval import metrics as judges

from labelwright.tasktypes.registry import find
from labelwright.tasktypes.wire.result_files import content_of

FRAMES = find("videoannotation")
PLAYBACK = find("videoplaybackannotation")
COUNT = 12
PARAMS: dict[str, Any] = {
    "attachments": [f"https://example.org/{i:03}.jpg" for i in range(COUNT)],
    "geometries": {
        "box": {"objects_to_annotate": ["Coin", "Button"]},
        "point": {"objects_to_annotate": ["Tip"]},
        "polygon": {"objects_to_annotate": ["Spill"]},
    },
    "annotation_attributes": {
        "side": {"description": "Which side is up?", "choices": ["heads", "tails"], "required": False},
        "metal": {
            "description": "What is it made of?",
            "choices": ["gold", "silver"],
            "global": True,
            "required": False,
        },
        "under": {"description": "What lies on it?", "type": "linked", "allowed_labels": ["Coin"]},
        "loud": {
            "description": "How loud was it?",
            "choices": ["quiet", "loud"],
            "conditions": {"is_global": True},
            "required": False,
        },
    },
    "events_to_annotate": ["Drop", "Flip"],
}


def coins() -> np.ndarray:
    """Left, top, width and height of the coins on a photograph that comes with scikit-image."""
    picture = data.coins()
    regions = measure.regionprops(measure.label(picture > 150))
    boxes = [one.bbox for one in regions if one.area > 400]
    return np.array([(left, top, right - left, bottom - top) for top, left, bottom, right in boxes], float)


def answer(
    frames: Sequence[Sequence[dict[str, Any]]], events: Sequence[dict[str, Any]] = ()
) -> dict[str, Any]:
    return {"annotations": [{"annotations": list(one)} for one in frames], "events": list(events)}


def moving(seed: int | None = None, *, missing: float = 0.0) -> dict[str, Any]:
    """Real coins that roll; with a seed, as a labeler saw them who missed some and was a little off."""
    chooser = np.random.default_rng(seed)
    speed = np.random.default_rng(1).normal(scale=4, size=(len(coins()), 2))
    frames = []
    for i in range(COUNT):
        boxes = coins()
        boxes[:, :2] += 100 + speed * i
        if seed is not None:
            boxes += chooser.normal(scale=2.5, size=boxes.shape)
        kept = [k for k in range(len(boxes)) if seed is None or chooser.random() >= missing]
        frames.append([box(f"{seed}-{k}", *boxes[k].tolist()) for k in kept])
    return answer(frames)


def box(
    uuid: str, left: float, top: float, width: float = 40, height: float = 30, **more: Any
) -> dict[str, Any]:
    place = {"left": left, "top": top, "width": width, "height": height}
    return {"uuid": uuid, "type": "box", "label": "Coin", "attributes": {}, **place, **more}


def still(
    uuid: str, left: float = 100, *, frames: Sequence[int] = range(COUNT), **more: Any
) -> list[list[Any]]:
    """One box in some frames."""
    return [[box(uuid, left, 50, **copy.deepcopy(more))] if i in frames else [] for i in range(COUNT)]


@pytest.fixture
def params(stored: Any) -> Any:
    return stored(FRAMES, PARAMS)


def accepted(params: Any, given: Any, kind: Any = FRAMES) -> Any:
    text, problems = kind.check_answer(params, given)
    assert [one for one in problems if one.severity == "error"] == []
    return msgspec.json.decode(text)


def score(params: Any, expected: Any, given: Any) -> Any:
    return FRAMES.score(params, accepted(params, expected), accepted(params, given))


def merged(params: Any, *answers: Any) -> Any:
    made = msgspec.json.decode(FRAMES.merge(params, [accepted(params, one) for one in answers]))
    accepted(params, made)
    return {name: content_of(file) for name, file in made.items()}


def judged(expected: Any, given: Any) -> dict[str, float]:
    """What TrackEval says of two answers of boxes."""
    ids: list[dict[str, int]] = [{}, {}]
    rows: dict[str, list[Any]] = {"gt_ids": [], "tracker_ids": [], "similarity_scores": []}
    for pair in zip(expected["annotations"], given["annotations"], strict=True):
        sides = []
        for known, name, frame in zip(ids, ("gt_ids", "tracker_ids"), pair, strict=True):
            some = frame["annotations"]
            rows[name].append(np.array([known.setdefault(one["uuid"], len(known)) for one in some], int))
            sides.append([(one["left"], one["top"], one["width"], one["height"]) for one in some])
        rows["similarity_scores"].append(np.array([[iou(a, b) for b in sides[1]] for a in sides[0]]))
    numbers = {
        "num_timesteps": COUNT,
        "num_gt_ids": len(ids[0]),
        "num_tracker_ids": len(ids[1]),
        "num_gt_dets": sum(map(len, rows["gt_ids"])),
        "num_tracker_dets": sum(map(len, rows["tracker_ids"])),
    }
    judge = judges.HOTA().eval_sequence({**rows, **numbers})
    found = {name: float(judge[name].mean()) for name in ("HOTA", "DetA", "AssA", "LocA")}
    quiet = {"PRINT_CONFIG": False}
    clear, identity = (
        one(quiet).eval_sequence({**rows, **numbers}) for one in (judges.CLEAR, judges.Identity)
    )
    return {**found, "MOTA": clear["MOTA"], "IDSW": clear["IDSW"], "IDF1": identity["IDF1"]}


def iou(a: Sequence[float], b: Sequence[float]) -> float:
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(width, 0) * max(height, 0)
    return both / (a[2] * a[3] + b[2] * b[3] - both)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_real_boxes_that_move_score_as_in_trackeval(params: Any, missing: float) -> None:
    truth, seen = moving(), moving(4, missing=missing)
    judge = judged(truth, seen)
    found = score(params, truth, seen)
    assert 0.3 < found.value < 0.95
    assert found.value == found.details["hota"] == pytest.approx(judge["HOTA"], abs=1e-9)
    names = {
        "det_a": "DetA",
        "ass_a": "AssA",
        "loc_a": "LocA",
        "mota": "MOTA",
        "idf1": "IDF1",
        "id_switches": "IDSW",
    }
    for name, other in names.items():
        assert found.details[name] == pytest.approx(judge[other], abs=1e-9)


def test_a_playback_answer_scores_like_the_same_frames(params: Any, stored: Any) -> None:
    own = stored(PLAYBACK, PARAMS)
    ways = [moving(), moving(4, missing=0.3)]
    tracks = []
    for one in ways:
        found: dict[str, Any] = {}
        for key, frame in enumerate(one["annotations"]):
            for shape in frame["annotations"]:
                place = {name: shape[name] for name in ("left", "top", "width", "height", "attributes")}
                track = found.setdefault(shape["uuid"], {"label": "Coin", "geometry": "box", "frames": []})
                track["frames"].append({"key": key, **place})
        tracks.append(accepted(own, {"annotations": found, "events": []}, PLAYBACK))
    scored = PLAYBACK.score(own, *tracks)
    assert scored.value == pytest.approx(score(params, *ways).value)
    answers = [tracks[0], tracks[1], tracks[0]]
    assert msgspec.json.decode(PLAYBACK.merge(own, answers)) == tracks[0]


def test_another_name_in_the_middle_costs_association_only(params: Any) -> None:
    """Two halves under two names: DetA 1, AssA ½, one switch."""
    half = COUNT // 2
    found = score(params, answer(still("a")), answer([*still("a")[:half], *still("b")[half:]]))
    assert found.value == pytest.approx(math.sqrt(0.5))
    assert found.details["det_a"] == 1
    assert found.details["ass_a"] == pytest.approx(0.5)
    assert found.details["id_switches"] == 1
    assert found.details["idf1"] == pytest.approx(0.5)


def test_another_label_is_another_thing_in_the_right_place(params: Any) -> None:
    found = score(params, answer(still("a")), answer(still("a", label="Button")))
    assert found.value == 0
    assert found.details["localisation"] == pytest.approx(1)
    assert found.details["map"] == 0


def test_attributes_are_a_fifth_and_count_frame_by_frame(params: Any) -> None:
    truth = answer(still("a", attributes={"side": "heads"}))
    given = copy.deepcopy(truth)
    for frame in given["annotations"][:3]:
        frame["annotations"][0]["attributes"]["side"] = "tails"
    found = score(params, truth, given)
    assert found.details["attributes"] == pytest.approx(9 / 12)
    assert found.value == pytest.approx(0.8 + 0.2 * 9 / 12)


def test_links_between_objects_follow_the_matched_objects(params: Any) -> None:
    def pair(one: str, other: str, target: str) -> Any:
        sides = zip(still(one, attributes={"under": target}), still(other, 300), strict=True)
        return answer([[*a, *b] for a, b in sides])

    truth = pair("a", "b", "b")
    assert score(params, truth, pair("x", "y", "y")).value == pytest.approx(1)
    apart = answer(
        [
            [*frame["annotations"], *more]
            for frame, more in zip(truth["annotations"], still("c", 600), strict=True)
        ]
    )
    wrong = copy.deepcopy(apart)
    for frame in wrong["annotations"]:
        frame["annotations"][0]["attributes"]["under"] = "c"
    assert score(params, apart, wrong).details["attributes"] == 0


EVENTS = [
    {"label": "Drop", "type": "range", "start": 2, "end": 5, "attributes": {"loud": "loud"}},
    {"label": "Flip", "type": "point", "start": 7, "attributes": {}},
]


def test_events_count_by_temporal_iou(params: Any) -> None:
    """Drop 2-5 and 3-5: 3/4 of the frames. Flip one frame later: 2 of 4 frames. A third event is too many."""
    given = copy.deepcopy(EVENTS)
    given[0]["start"], given[1]["start"] = 3, 8
    given.append({"label": "Flip", "type": "range", "start": 0, "end": 1, "attributes": {}})
    found = score(params, answer([[]] * COUNT, EVENTS), answer([[]] * COUNT, given))
    assert found.details["event_f1"] == pytest.approx(4 / 5)
    assert found.details["event_map_30"] == pytest.approx((1 + 1) / 2)
    assert found.details["event_map_70"] == pytest.approx(0.5)
    assert found.details["event_start_error"] == pytest.approx(1)
    assert found.details["event_mean_iou"] == pytest.approx((3 / 4 + 2 / 4) / 2)
    assert found.details["attributes"] == 1
    assert found.value == pytest.approx(0.8 * 4 / 5 + 0.2)


def test_objects_and_events_weigh_as_much_as_there_are_of_them(params: Any) -> None:
    silent = [{**one, "attributes": {}} for one in EVENTS]
    found = score(params, answer(still("a"), silent), answer(still("a")))
    assert found.value == pytest.approx((2 * 1 + 2 * 0) / 4)


def test_files_that_were_not_opened_are_alike_when_they_are_the_same(params: Any) -> None:
    one, other = ({"annotations": {"url": f"https://example.org/{i}.json"}, "events": []} for i in range(2))
    assert score(params, one, one).value == 1
    assert score(params, one, other).value == 0
    assert score(params, one, answer([[]] * COUNT)).value == 0
    assert merged(params, other, one, one)["annotations"] == one["annotations"]


def test_the_merge_is_nearer_to_the_truth_than_anybody(params: Any) -> None:
    truth = moving()
    people = [moving(seed, missing=0.1) for seed in range(5)]
    whole = {name: value for name, value in merged(params, *people).items() if name == "annotations"}
    merge = score(params, truth, {**whole, "events": []})
    assert merge.value > max(score(params, truth, one).value for one in people) + 0.03
    assert merge.details["recall"] > 0.97


def test_what_one_of_three_saw_is_dropped_and_what_two_saw_is_at_the_median(params: Any) -> None:
    """Three followed the coin, one of them in half of the frames; one saw another one."""
    half = range(COUNT // 2)
    people = [
        answer(still("a", 100)),
        answer(still("b", 104)),
        answer([[*a, *b] for a, b in zip(still("c", 101, frames=half), still("d", 500), strict=True)]),
    ]
    frames = merged(params, *people)["annotations"]
    assert [len(frame["annotations"]) for frame in frames] == [1] * COUNT
    assert len({frame["annotations"][0]["uuid"] for frame in frames}) == 1
    assert [frame["annotations"][0]["left"] for frame in frames] == [101] * 6 + [102] * 6


def test_the_same_names_for_different_things_do_not_collide(params: Any) -> None:
    """Two people began from the same names, and used them the other way round."""
    one = answer([[*a, *b] for a, b in zip(still("u", 100), still("v", 400), strict=True)])
    other = answer([[*a, *b] for a, b in zip(still("v", 102), still("u", 402), strict=True)])
    lone = answer(still("u", 101))
    frames = merged(params, one, other, lone)["annotations"]
    names = [{shape["uuid"]: shape["left"] for shape in frame["annotations"]} for frame in frames]
    assert all(len(some) == 2 for some in names)
    assert len({tuple(some) for some in names}) == 1


def test_merged_attributes_are_those_of_most_and_global_ones_the_same_in_all_frames(params: Any) -> None:
    def person(uuid: str, side: str, metal: str, frames: Sequence[int] = range(COUNT)) -> Any:
        return answer(still(uuid, attributes={"side": side, "metal": metal}, frames=frames))

    def attributes(*people: Any) -> list[dict[str, str]]:
        frames = merged(params, *people)["annotations"]
        return [one["attributes"] for frame in frames for one in frame["annotations"]]

    whole = person("a", "heads", "gold"), person("b", "tails", "gold"), person("c", "tails", "silver")
    assert attributes(*whole) == [{"side": "tails", "metal": "gold"}] * COUNT
    # Nowhere is there more silver than gold in one frame, but there is in the video.
    early, late = range(COUNT // 2), range(COUNT // 2, COUNT)
    parts = person("b", "heads", "silver", early), person("c", "heads", "silver", late)
    assert attributes(whole[0], *parts) == [{"side": "heads", "metal": "silver"}] * COUNT


def test_merged_links_lead_to_merged_objects(params: Any) -> None:
    def person(one: str, other: str, left: float) -> Any:
        sides = zip(still(one, left, attributes={"under": other}), still(other, 300 + left), strict=True)
        return answer([[*a, *b] for a, b in sides])

    frames = merged(params, person("a", "b", 100), person("x", "y", 103), person("p", "q", 101))[
        "annotations"
    ]
    for frame in frames:
        (source,), (target,) = (
            [one for one in frame["annotations"] if ("under" in one["attributes"]) == way]
            for way in (True, False)
        )
        assert source["attributes"]["under"] == target["uuid"]
        assert (source["left"], target["left"]) == (101, 401)


def test_outlines_stay_those_of_one_person(params: Any) -> None:
    def spill(uuid: str, size: float) -> Any:
        corners = [{"x": 0, "y": 0}, {"x": size, "y": 0}, {"x": size, "y": size}, {"x": 0, "y": size}]
        shape = {"uuid": uuid, "type": "polygon", "label": "Spill", "attributes": {}, "vertices": corners}
        return answer([[shape]] * COUNT)

    frames = merged(params, spill("a", 100), spill("b", 110), spill("c", 120))["annotations"]
    assert frames == accepted_content(params, spill("b", 110))


def accepted_content(params: Any, given: Any) -> Any:
    return content_of(accepted(params, given)["annotations"])


def test_keyframes_stay_where_nobody_disagrees(params: Any) -> None:
    first, last = (box("a", left, 50, is_keyframe=True) for left in (100, 140))
    drawn = answer([[first], [], [], [], [last], *[[]] * (COUNT - 5)])
    whole = accepted_content(params, drawn)
    assert [one["is_keyframe"] for frame in whole for one in frame["annotations"]] == [
        True,
        False,
        False,
        False,
        True,
    ]
    more = answer(
        [
            [*frame["annotations"], *extra]
            for frame, extra in zip(drawn["annotations"], still("z", 700), strict=True)
        ]
    )
    frames = merged(params, drawn, drawn, more)["annotations"]
    assert frames == whole
    off = answer(still("b", 103, frames=range(5)))
    shapes = [
        one for frame in merged(params, drawn, off, drawn)["annotations"] for one in frame["annotations"]
    ]
    assert [one["left"] for one in shapes] == [100, 110, 120, 130, 140]


def test_whole_pixels_stay_whole(stored: Any) -> None:
    asked = copy.deepcopy(PARAMS)
    asked["geometries"]["box"]["integer_pixels"] = True
    params = stored(FRAMES, asked)
    frames = merged(params, answer(still("a", 100)), answer(still("b", 103)))["annotations"]
    assert {one["left"] for frame in frames for one in frame["annotations"]} == {102}


def test_merged_events_are_those_of_most(params: Any) -> None:
    def person(start: int, end: int, loud: str, *more: dict[str, Any]) -> Any:
        own = {"label": "Drop", "type": "range", "start": start, "end": end, "attributes": {"loud": loud}}
        return answer([[]] * COUNT, [own, *more])

    people = [person(2, 6, "loud", EVENTS[1]), person(3, 7, "quiet"), person(3, 8, "loud")]
    (event,) = merged(params, *people)["events"]["events"]
    assert (event["start"], event["end"], event["attributes"]) == (3, 7, {"loud": "loud"})


def test_a_merge_that_breaks_a_rule_gives_way_to_one_answer(stored: Any) -> None:
    """Medians of edges can be narrower than the narrowest box that is allowed."""
    asked = copy.deepcopy(PARAMS)
    asked["geometries"]["box"]["min_width"] = 40
    params = stored(FRAMES, asked)
    people = [
        answer([[box("a", left, 50, width=width)] for _ in range(COUNT)])
        for left, width in ((100, 40), (110, 40), (112, 50))
    ]
    people[1]["annotations"][0]["annotations"][0]["width"] = 41
    frames = merged(params, *people)["annotations"]
    assert {one["width"] >= 40 for frame in frames for one in frame["annotations"]} == {True}
