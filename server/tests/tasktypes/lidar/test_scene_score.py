"""Scores and merges of labelled scenes: shapes over time, points, events, links."""

import copy
import math
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.lidar import scene_scores
from labelwright.tasktypes.lidar.scene_shapes import SceneItem
from labelwright.tasktypes.registry import find
from labelwright.tasktypes.wire.result_files import content_of

FUSION = find("sensorfusion")
STEP = 100_000
MOTION = {"motion": {"description": "Does it move?", "choices": ["moving", "parked"], "required": False}}
PARAMS: dict[str, Any] = {
    "attachments": ["https://example.org/drive.sfs"],
    "scene_format": "sensor_fusion",
    "annotation_definition": [
        {"type": "cuboid", "labels": ["Car", "Bus"], "annotation_attributes": MOTION},
        {"type": "point_segmentation", "labels": ["Road", "Tree"]},
        {"type": "box_2d", "labels": ["Sign"]},
        {"type": "point_2d", "labels": ["Lamp"]},
        {"type": "polyline_2d", "labels": ["Wire"]},
        {"type": "polygon_2d", "labels": ["Board"]},
        {"type": "point", "labels": ["Pole"]},
        {"type": "polyline", "labels": ["Kerb"]},
        {"type": "polygon", "labels": ["Lot"]},
        {"type": "polygon_topdown", "labels": ["Island"]},
        {"type": "point_topdown", "labels": ["Manhole"]},
        {"type": "event", "labels": ["Braking"]},
        {"type": "link", "labels": ["towing"]},
    ],
}


@pytest.fixture
def params(stored: Any) -> Any:
    return stored(FUSION, PARAMS)


def accepted(params: Any, items: Sequence[Any]) -> Any:
    text, problems = FUSION.check_answer(params, {"annotations": list(items)})
    assert [one for one in problems if one.severity == "error"] == []
    return msgspec.json.decode(text)


def score(params: Any, expected: Sequence[Any], given: Sequence[Any]) -> Any:
    return FUSION.score(params, accepted(params, expected), accepted(params, given))


def merged(params: Any, *answers: Sequence[Any]) -> list[Any]:
    made = msgspec.json.decode(FUSION.merge(params, [accepted(params, one) for one in answers]))
    _, problems = FUSION.check_answer(params, made)
    assert [one for one in problems if one.severity == "error"] == []
    found: list[Any] = content_of({"url": made["annotations"]["json_url"]})["annotations"]
    return found


def shape(
    name: Any, kind: str, label: str, *rows: Sequence[float], times: Sequence[int] = (), **more: Any
) -> dict[str, Any]:
    """Something with one row of numbers per tenth of a second."""
    known = list(times) or [STEP * i for i, _ in enumerate(rows)]
    path = {"timestamps": known, "values": [list(row) for row in rows]}
    return {"id": name, "type": kind, "label": label, "path": path, **more}


def car(name: Any, *places: float, times: Sequence[int] = (), yaw: float = 0, **more: Any) -> dict[str, Any]:
    return shape(
        name, "cuboid", "Car", *([4, 2, 1.5, x, 0, 1, 0, 0, yaw] for x in places), times=times, **more
    )


def points(name: Any, label: str, *ids: int, sensor: str = "top", **more: Any) -> dict[str, Any]:
    parts = [{"sensor_id": sensor, "sensor_frame": 0, "point_ids": list(ids)}]
    return {"id": name, "type": "point_segmentation", "label": label, "labeled_points": parts, **more}


def test_keyframes_mean_what_lies_between_them(params: Any) -> None:
    """A car on a straight line, by its ends or by every place on the way."""
    whole = car("a", 0, 1, 2, 3, 4)
    ends = car("b", 0, 4, times=[0, 4 * STEP])
    found = score(params, [whole], [ends])
    assert found.value == pytest.approx(1)
    turned = [car("a", 0, 0, 0, yaw=3.1), car("b", 0, 0, times=[0, 2 * STEP], yaw=3.1)]
    turned[0]["path"]["values"][2][8] = turned[1]["path"]["values"][1][8] = -3.1
    turned[0]["path"]["values"][1][8] = math.pi
    assert score(params, turned[:1], turned[1:]).value == pytest.approx(1)


def test_cuboids_score_by_volume(params: Any) -> None:
    """1 m off of 4: IoU 3/5, which is there for 12 of 19 α."""
    found = score(params, [car("a", 0, 1)], [car("b", 1, 2)])
    assert found.value == pytest.approx(12 / 19)
    assert found.details["mean_iou"] == pytest.approx(0.6)
    assert found.details["centre_distance"] == pytest.approx(1)
    bus = [{**car("b", 0, 1), "label": "Bus"}]
    assert score(params, [car("a", 0, 1)], bus).value == 0
    assert score(params, [car("a", 0, 1)], bus).details["localisation"] == 1


def test_what_does_not_move_is_there_all_the_time(params: Any) -> None:
    moves = car("m", 50, 51, 52)
    still, seen = car("a", 0, stationary=True), car("b", 0, 0, 0)
    assert score(params, [moves, still], [moves, seen]).value == pytest.approx(1)
    once = car("c", 0)
    assert score(params, [moves, still], [moves, once]).details["recall"] == pytest.approx(4 / 6)


def test_a_long_scene_is_looked_at_at_some_of_its_times(params: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred things that stand, and one that moves for a thousand steps, would appear a hundred thousand times."""
    monkeypatch.setattr(scene_scores, "MAX_COUNT", 5_000)
    moves = car("m", *(float(i) for i in range(1_000)))
    still = [car(i, 10 * i, stationary=True, times=[0]) for i in range(2, 102)]
    late = shape("late", "cuboid", "Car", [4, 2, 1.5, 0, 50, 1, 0, 0, 0], times=[777 * STEP])
    whole = [moves, *still, late]
    kept = scene_scores.seen(*[scene_items(whole)])[0]
    assert len(kept) < 6_000
    assert sum(one.place == len(whole) - 1 for one in kept) == 1
    assert score(params, whole, whole[:-1]).details["recall"] < 1
    assert score(params, whole, copy.deepcopy(whole)).value == 1


def scene_items(items: Sequence[Any]) -> list[Any]:
    return msgspec.convert(list(items), list[SceneItem])


KINDS = {
    "box_2d": ("Sign", [0, 0, 100, 100], [50, 0, 100, 100], 1 / 3),
    "polygon_2d": ("Board", [0, 0, 100, 0, 100, 100, 0, 100], [50, 0, 150, 0, 150, 100, 50, 100], 1 / 3),
    "polygon": ("Lot", [0, 0, 0, 9, 0, 0, 9, 9, 0, 0, 9, 0], [3, 0, 1, 12, 0, 1, 12, 9, 1, 3, 9, 1], 0.5),
    "polygon_topdown": (
        "Island",
        [0, 0, 0, 9, 0, 0, 9, 9, 0, 0, 9, 0],
        [3, 0, 0, 12, 0, 0, 12, 9, 0, 3, 9, 0],
        0.5,
    ),
    "point": ("Pole", [1, 2, 3], [1, 2, 3.5], 0.75),
    "point_topdown": ("Manhole", [1, 2, 0], [2, 2, 0], 0.5),
    "polyline": ("Kerb", [0, 0, 0, 10, 0, 0], [10, 0, 0.25, 0, 0, 0.25], 0.75),
    "polyline_2d": ("Wire", [0, 0, 1000, 0], [1000, 4, 0, 4], 1 - 4 / (0.01 * math.hypot(1000, 4))),
    "point_2d": ("Lamp", [400, 300], [400, 300], 1.0),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_shape_is_compared_by_what_it_is(params: Any, kind: str) -> None:
    label, one, other, likeness = KINDS[kind]
    sensor = {"sensor_id": "front"} if kind.endswith("2d") else {}
    found = score(
        params, [shape("a", kind, label, one, **sensor)], [shape("b", kind, label, other, **sensor)]
    )
    passed = sum(i / 20 <= likeness + 1e-9 for i in range(1, 20)) / 19
    assert found.value == pytest.approx(passed)


def test_pictures_of_other_sensors_have_nothing_in_common(params: Any) -> None:
    one, other = (shape("a", "box_2d", "Sign", [0, 0, 9, 9], sensor_id=name) for name in ("front", "rear"))
    assert score(params, [one], [other]).value == 0


def test_attributes_hold_from_their_times_on(params: Any) -> None:
    def parked_from(step: int) -> Any:
        motion = {"name": "motion", "timestamps": [0, step * STEP], "values": ["moving", "parked"]}
        return [car("a", 0, 1, 2, 3, attributes=[motion])]

    found = score(params, parked_from(1), parked_from(3))
    assert found.details["attributes"] == pytest.approx(2 / 4)
    assert found.value == pytest.approx(0.8 + 0.2 * 0.5)


def test_points_score_their_mean_iou_and_instances_panoptic_quality(params: Any) -> None:
    found = score(params, [points("a", "Road", 0, 1, 2, 3)], [points("b", "Road", 1, 2, 3, 4)])
    assert found.value == found.details["points_mean_iou"] == pytest.approx(3 / 5)
    trees = [points(i, "Tree", 10 * i, 10 * i + 1, is_instance=True) for i in range(3)]
    found = score(params, trees, [*trees[:2], points(7, "Tree", 90, is_instance=True)])
    assert found.value == found.details["points_pq"] == pytest.approx(2 / 3)
    assert (
        score(
            params,
            trees,
            [points(i, "Tree", 10 * i, 10 * i + 1, sensor="rear", is_instance=True) for i in range(3)],
        ).value
        == 0
    )


def test_events_overlap_in_time(params: Any) -> None:
    def braking(start: int, **more: Any) -> Any:
        return {"id": f"{start}", "type": "event", "label": "Braking", "start": start, **more}

    assert score(params, [braking(0, duration=100)], [braking(30, duration=100)]).value == 1
    assert score(params, [braking(0, duration=100)], [braking(60, duration=100)]).value == 0
    assert score(params, [braking(STEP)], [braking(STEP + STEP // 2)]).value == 1
    assert score(params, [braking(STEP)], [braking(3 * STEP)]).value == 0


def link(name: Any, source: Any, target: Any) -> dict[str, Any]:
    return {"id": name, "type": "link", "label": "towing", "from_id": source, "to_id": target}


def test_links_follow_what_they_join(params: Any) -> None:
    one = [car("a", 0, 1), car("b", 20, 21), link("l", "a", "b")]
    other = [car("x", 20, 21), car(5, 0, 1), link("k", 5, "x")]
    assert score(params, one, other).value == pytest.approx(1)
    found = score(params, one, [*other[:2], link("k", "x", 5)])
    assert found.details["links"] == 0
    assert found.value == pytest.approx(0.8)


def test_kinds_weigh_as_much_as_there_is_of_them(params: Any) -> None:
    one = [car("a", 0, 1), points("p", "Road", 0, 1, 2, 3)]
    other = [car("b", 0, 1), points("q", "Road", 1, 2, 3, 4)]
    assert score(params, one, other).value == pytest.approx((2 * 1 + 2 * 0.6) / 4)


def test_cuboids_with_the_same_times_are_averaged(params: Any) -> None:
    projections = [{"sensor_id": "front", "timestamps": [0], "boxes": [[0, 0, 9, 9]]}]
    people = [
        [car("a", 0, 1, projections=projections), car("z", 90)],
        [car("b", 0.2, 1.2, yaw=0.1)],
        [car("c", 0.3, 1.6, yaw=-0.1)],
    ]
    (one,) = merged(params, *people)
    assert [row[3] for row in one["path"]["values"]] == [0.2, 1.2]
    assert [row[8] for row in one["path"]["values"]] == pytest.approx([0, 0], abs=1e-9)
    assert "projections" not in one


def test_other_times_leave_the_most_typical_path(params: Any) -> None:
    people = [
        [car("a", 0, 4, times=[0, 4 * STEP])],
        [car("b", 0.1, 1.1, 2.1, 3.1, 4.1)],
        [car("c", 0, 2, 4, times=[0, 2 * STEP, 4 * STEP])],
    ]
    (one,) = merged(params, *people)
    known = [person[0]["path"] for person in people]
    assert one["path"] in known
    assert score(params, [one], people[1]).value > 0.9


def test_every_point_gets_what_most_gave_it(params: Any) -> None:
    people = [
        [points("r", "Road", 0, 1, 2), points("t", "Tree", 8, 9, is_instance=True)],
        [points("u", "Tree", 8, 9, 10, is_instance=True), points("s", "Road", 1, 2, 3)],
        [points("q", "Road", 2, 3), points("v", "Tree", 9, 10, is_instance=True)],
    ]
    found = {one["label"]: one["labeled_points"] for one in merged(params, *people)}
    assert found == {
        "Road": [{"sensor_id": "top", "sensor_frame": 0, "point_ids": [1, 2, 3]}],
        "Tree": [{"sensor_id": "top", "sensor_frame": 0, "point_ids": [8, 9, 10]}],
    }


def test_merged_links_and_parents_lead_to_what_stays(params: Any) -> None:
    def person(one: Any, other: Any, off: float, *more: Any) -> Any:
        return [
            car(one, off, 1 + off),
            car(other, 20 + off, 21 + off, parent_id=one),
            link(f"{one}{other}", one, other),
            *more,
        ]

    lost = [car("z", 90, 91), link("zz", "z", "a")]
    found = merged(params, person("a", "b", 0, *lost), person(1, 2, 0.1), person("p", "q", 0.2))
    first, second, tie = found
    assert (tie["from_id"], tie["to_id"]) == (first["id"], second["id"])
    assert second["parent_id"] == first["id"]
    assert first["path"]["values"][0][3] == 0.1


def test_merged_events_last_from_the_median_start_to_the_median_end(params: Any) -> None:
    def person(name: str, start: int, duration: int) -> Any:
        return [{"id": name, "type": "event", "label": "Braking", "start": start, "duration": duration}]

    (one,) = merged(params, person("a", 100, 100), person("b", 110, 120), person("c", 130, 60))
    assert (one["start"], one["duration"]) == (110, 90)


def test_the_answer_of_most_is_the_merge(params: Any) -> None:
    most = [car("a", 0, 1, stationary=False), points("r", "Road", 0, 1), link("l", "a", "r")]
    odd = copy.deepcopy(most)
    odd[0]["path"]["values"][0][3] = 0.2
    odd[1]["labeled_points"][0]["point_ids"] = [1, 2]
    assert (
        merged(params, most, odd, most)
        == content_of({"url": accepted(params, most)["annotations"]["json_url"]})["annotations"]
    )
