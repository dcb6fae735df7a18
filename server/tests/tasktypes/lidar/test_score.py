"""Scores and merges beside point clouds: cuboids that drive, labels of points, shapes in pictures, lanes."""

import copy
import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
from sklearn import metrics as judges
from trackeval import metrics as trackers

from labelwright.metrics import solids
from labelwright.tasktypes.registry import find
from labelwright.tasktypes.wire.result_files import content_of

COUNT = 10
SCANS = [f"https://example.org/{i:02}.json" for i in range(COUNT)]
QUESTION = {"motion": {"description": "Does it move?", "choices": ["moving", "parked"], "required": False}}
ANNOTATION: dict[str, Any] = {
    "attachments": SCANS,
    "labels": ["Car", "Bus"],
    "annotation_attributes": QUESTION,
    "pitch_and_roll_enabled": True,
}
SEGMENTATION: dict[str, Any] = {
    "attachments": SCANS[:2],
    "labels": ["Road", "Tree", {"choice": "Car", "instance_label": True}],
    "annotation_attributes": QUESTION,
}


def accepted(kind: Any, params: Any, given: Any) -> Any:
    text, problems = kind.check_answer(params, given)
    assert [one for one in problems if one.severity == "error"] == []
    return msgspec.json.decode(text)


class Task:
    """A task of one type whose answers are scored and merged."""

    def __init__(self, stored: Any, slug: str, params: Any) -> None:
        self.kind = find(slug)
        self.params = stored(self.kind, params)

    def score(self, expected: Any, given: Any) -> Any:
        return self.kind.score(
            self.params, *(accepted(self.kind, self.params, one) for one in (expected, given))
        )

    def merged(self, *answers: Any) -> Any:
        people = [accepted(self.kind, self.params, one) for one in answers]
        made = msgspec.json.decode(self.kind.merge(self.params, people))
        accepted(self.kind, self.params, made)
        return {name: content_of(value) for name, value in made.items()}


def cuboid(uuid: str, x: float, y: float, yaw: float = 0, **more: Any) -> dict[str, Any]:
    own = {"position": {"x": x, "y": y, "z": 1}, "dimensions": {"x": 2, "y": 4, "z": 1.5}, "yaw": yaw}
    return {"uuid": uuid, "label": "Car", **own, "pitch": 0, "roll": 0, "attributes": {}, **more}


def frames(*rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"annotations": [{"cuboids": list(row)} for row in rows]}


def driving(seed: int | None = None, *, missing: float = 0.0, tilt: float = 0.0) -> dict[str, Any]:
    """Six cars on curves; with a seed, as a labeler saw them who missed some and was a little off."""
    chooser = np.random.default_rng(seed)
    rows = []
    for i in range(COUNT):
        row = []
        for k in range(6):
            yaw = 0.4 * k + 0.05 * i
            x, y = 12 * k - 0.8 * i * math.sin(yaw), 7 * k + 0.8 * i * math.cos(yaw)
            noise = chooser.normal(scale=[0.15, 0.15, 0.1, 0.08, 0.03, 0.03]).tolist()
            off = [0.0] * 6 if seed is None else noise
            if seed is not None and chooser.random() < missing:
                continue
            one = cuboid(f"{seed}-{k}", x + off[0], y + off[1], yaw + off[3])
            one["position"]["z"] += off[2]
            row.append({**one, "pitch": tilt + off[4] * bool(tilt), "roll": off[5] * bool(tilt)})
        rows.append(row)
    return frames(*rows)


def rows_of(frame: Any) -> np.ndarray:
    return np.array(
        [
            [
                *(one["position"][axis] for axis in "xyz"),
                *(one["dimensions"][axis] for axis in "xyz"),
                *(one[angle] for angle in ("yaw", "pitch", "roll")),
            ]
            for one in frame["cuboids"]
        ],
        float,
    ).reshape(-1, 9)


def judged(expected: Any, given: Any) -> dict[str, float]:
    ids: list[dict[str, int]] = [{}, {}]
    parts: dict[str, list[Any]] = {"gt_ids": [], "tracker_ids": [], "similarity_scores": []}
    for pair in zip(expected["annotations"], given["annotations"], strict=True):
        for known, name, frame in zip(ids, ("gt_ids", "tracker_ids"), pair, strict=True):
            own = [known.setdefault(one["uuid"], len(known)) for one in frame["cuboids"]]
            parts[name].append(np.array(own, int))
        one, other = (rows_of(frame) for frame in pair)
        table = solids.iou(np.repeat(one, len(other), axis=0), np.tile(other, (len(one), 1)))
        parts["similarity_scores"].append(table.reshape(len(one), len(other)))
    numbers = {
        "num_timesteps": COUNT,
        "num_gt_ids": len(ids[0]),
        "num_tracker_ids": len(ids[1]),
        "num_gt_dets": sum(map(len, parts["gt_ids"])),
        "num_tracker_dets": sum(map(len, parts["tracker_ids"])),
    }
    hota = trackers.HOTA().eval_sequence({**parts, **numbers})
    clear = trackers.CLEAR({"PRINT_CONFIG": False}).eval_sequence({**parts, **numbers})
    return {"hota": float(hota["HOTA"].mean()), "ass_a": float(hota["AssA"].mean()), "mota": clear["MOTA"]}


@pytest.fixture
def cuboids(stored: Any) -> Task:
    return Task(stored, "lidarannotation", ANNOTATION)


@pytest.mark.parametrize(("missing", "tilt"), [(0.0, 0.0), (0.2, 0.0), (0.1, 0.1)])
def test_cuboids_score_as_in_trackeval(cuboids: Task, missing: float, tilt: float) -> None:
    truth, seen = driving(tilt=tilt), driving(3, missing=missing, tilt=tilt)
    found = cuboids.score(truth, seen)
    assert 0.4 < found.value < 0.95
    for name, value in judged(truth, seen).items():
        # Answers are kept with six decimals.
        assert found.details[name] == pytest.approx(value, abs=1e-4)


def test_how_far_off_matched_cuboids_are(cuboids: Task) -> None:
    truth, given = frames(*[[cuboid("a", 0, 0)]] * COUNT), frames(*[[cuboid("b", 0.3, 0.4, 0.1)]] * COUNT)
    found = cuboids.score(truth, given).details
    assert found["centre_distance"] == pytest.approx(0.5)
    assert found["heading_error"] == pytest.approx(0.1)
    assert found["mean_iou"] == pytest.approx(found["bev_iou"])
    assert 0.5 < found["bev_iou"] < 0.8


def test_attributes_of_cuboids_are_a_fifth(cuboids: Task) -> None:
    way = [frames(*[[cuboid("a", 0, 0, attributes={"motion": one})]] * COUNT) for one in ("moving", "parked")]
    assert cuboids.score(*way).value == pytest.approx(0.8)
    assert cuboids.score(way[0], way[0]).value == 1


def test_a_merge_of_cuboids_is_nearer_to_the_truth_than_anybody(cuboids: Task) -> None:
    people = [driving(seed, missing=0.1, tilt=0.05) for seed in range(5)]
    merge = cuboids.merged(*people)
    values = [cuboids.score(driving(tilt=0.05), one).value for one in [merge, *people]]
    assert values[0] > max(values[1:]) + 0.05


def test_angles_are_averaged_the_short_way_round(cuboids: Task) -> None:
    people = [frames(*[[cuboid(f"{yaw}", 0, 0, yaw)]] * COUNT) for yaw in (3.1, -3.1, 3.12)]
    (first,) = cuboids.merged(*people)["annotations"][0]["cuboids"]
    wanted = math.atan2(math.sin(3.1) + math.sin(-3.1) + math.sin(3.12), 2 * math.cos(3.1) + math.cos(3.12))
    assert first["yaw"] == pytest.approx(wanted, abs=1e-6)


def test_what_stands_still_has_one_pose_in_the_merge(cuboids: Task) -> None:
    def person(uuid: str, x: float, seen: Sequence[int], *, still: bool = True) -> Any:
        one = cuboid(uuid, x, 0, stationary=still, numberOfPoints=7)
        return frames(*([one] if i in seen else [] for i in range(COUNT)))

    parts = person("a", 0, range(10)), person("b", 0.4, range(6)), person("c", 0.1, range(4, 10), still=False)
    merged = [frame["cuboids"] for frame in cuboids.merged(*parts)["annotations"]]
    assert [len(some) for some in merged] == [1] * COUNT
    assert {one["stationary"] for some in merged for one in some} == {True}
    assert len({one["position"]["x"] for some in merged for one in some}) == 1
    # Seven points were in another box than the merged one.
    assert all(one["position"]["x"] == 0 or "numberOfPoints" not in one for some in merged for one in some)


def points(objects: Sequence[dict[str, Any]], *clouds: Sequence[int]) -> dict[str, Any]:
    return {"point_segmentations": {"objects": list(objects), "point_objects": [list(one) for one in clouds]}}


ROAD, TREE = {"label": "Road", "index": 1}, {"label": "Tree", "index": 2}


def car(index: int, **attributes: str) -> dict[str, Any]:
    return {"label": "Car", "index": index, "instance": True, "attributes": attributes}


@pytest.fixture
def segments(stored: Any) -> Task:
    return Task(stored, "lidarsegmentation", SEGMENTATION)


def test_labels_of_points_score_as_in_scikit_learn(segments: Task) -> None:
    chooser = np.random.default_rng(5)
    one = chooser.integers(0, 3, 300)
    other = np.where(chooser.random(300) < 0.2, chooser.integers(0, 3, 300), one)
    # The same labels under other numbers.
    swapped = np.array([0, 9, 4])[other]
    given = points(
        [{**ROAD, "index": 9}, {**TREE, "index": 4}], swapped[:100].tolist(), swapped[100:].tolist()
    )
    found = segments.score(points([ROAD, TREE], one[:100].tolist(), one[100:].tolist()), given)
    assert found.value == pytest.approx(judges.jaccard_score(one, other, labels=[1, 2], average="macro"))
    weighted = judges.jaccard_score(one, other, labels=[1, 2], average="weighted")
    assert found.details["weighted_iou"] == pytest.approx(weighted)


def test_instances_score_panoptic_quality(segments: Task) -> None:
    """Road IoU 1. Cars: one with IoU ¾, one that is another's part, one missing: .75 / (1 + ½ + ½)."""
    truth = points([ROAD, car(5), car(6)], [1, 1, 5, 5, 5, 5, 6, 6])
    given = points([ROAD, car(5), car(6)], [1, 1, 6, 6, 6, 5, 5, 0])
    truth["point_segmentations"]["point_objects"].append([])
    given["point_segmentations"]["point_objects"].append([])
    found = segments.score(truth, given)
    # The second car has IoU ⅓ with what is left of the first and of itself.
    assert found.value == found.details["pq"] == pytest.approx((1 + 0.75 / 2) / 2)
    assert found.details["mean_iou"] == pytest.approx((1 + 5 / 6) / 2)


def test_merged_points_have_the_label_of_most(segments: Task) -> None:
    """Instances are numbered differently by everybody; attributes follow the instance."""
    people = [
        points([ROAD, car(5, motion="parked"), car(6)], [1, 1, 5, 5, 5, 6, 6, 6], [1]),
        points([car(7), car(8, motion="parked"), {**ROAD, "index": 9}], [9, 9, 8, 8, 8, 7, 7, 7], [0]),
        points([{**ROAD, "index": 2}, car(3), car(4, motion="moving")], [2, 3, 3, 3, 3, 4, 4, 0], [2]),
    ]
    whole = segments.merged(*people)["point_segmentations"]
    named = {one["index"]: (one["label"], one["attributes"].get("motion")) for one in whole["objects"]}
    first, second = [[named.get(i) for i in cloud] for cloud in whole["point_objects"]]
    road, parked, other = ("Road", None), ("Car", "parked"), ("Car", None)
    assert first == [road, road, parked, parked, parked, other, other, other]
    assert second == [road]


LINKING: dict[str, Any] = {
    "lidar_task": "5f0c0a6b2f9b1c0011a7d001",
    "annotation_type": "annotation",
    "labels": ["Car"],
}


def tied(uuid: str, left: float, **more: Any) -> dict[str, Any]:
    place = {"left": left, "top": 100, "width": 100, "height": 50}
    return {"type": "box", "label": "Car", "cuboid_uuid": uuid, **place, **more}


def pictures(*frames: Sequence[Sequence[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "annotations": [
            {
                "camera_responses": [
                    {"camera_used": i, "annotations": list(one)} for i, one in enumerate(frame)
                ]
            }
            for frame in frames
        ]
    }


@pytest.fixture
def linking(stored: Any) -> Task:
    return Task(stored, "lidarlinking", LINKING)


def test_ties_count_beside_shapes(linking: Task) -> None:
    truth = pictures([[tied("a", 0), tied("b", 300)], [tied("a", 900)]])
    given = pictures([[tied("a", 0), tied("c", 300)], [tied("a", 900)]])
    found = linking.score(truth, given)
    assert found.details["geometry"] == 1
    assert found.details["links"] == pytest.approx(2 / 3)
    assert found.value == pytest.approx(0.8 + 0.2 * 2 / 3)
    # In another picture it is another shape.
    assert linking.score(truth, pictures([[tied("a", 900)], [tied("a", 0), tied("b", 300)]])).value == 0


def test_what_is_not_in_the_cloud_needs_no_name(linking: Task) -> None:
    one, other = (pictures([[tied(name, 0, not_in_lidar=True)]]) for name in ("a", "b"))
    assert linking.score(one, other).value == 1
    assert linking.score(one, pictures([[tied("a", 0)]])).details["links"] == 0


def test_merged_shapes_are_tied_to_the_cuboid_that_most_chose(linking: Task) -> None:
    people = [
        pictures([[tied("a", 0), tied("z", 700)], []]),
        pictures([[tied("b", 4)], []]),
        pictures([[tied("b", 2)], []]),
    ]
    (frame,) = linking.merged(*people)["annotations"]
    (front, side) = frame["camera_responses"]
    assert [(one["cuboid_uuid"], one["left"]) for one in front["annotations"]] == [("b", 2)]
    assert side["annotations"] == []


TOPDOWN: dict[str, Any] = {
    "attachments": SCANS,
    "geometries": {"line": {"objects_to_annotate": ["kerb"]}, "polygon": {"objects_to_annotate": ["lot"]}},
    "annotation_attributes": {
        "weather": {"description": "?", "choices": ["sun", "rain"], "conditions": {"is_global": True}}
    },
}


def tile(name: str, x: float, y: float, scale: float = 0.05) -> dict[str, Any]:
    return {"id": name, "width": 800, "height": 800, "meters_per_pixel": scale, "origin": {"x": x, "y": y}}


def lot(on: str, left: float, top: float, size: float) -> dict[str, Any]:
    corners = [(left, top), (left + size, top), (left + size, top + size), (left, top + size)]
    vertices = [{"x": x, "y": y} for x, y in corners]
    return {"type": "polygon", "label": "lot", "vertices": vertices, "tile": on}


def ground(tiles: Sequence[Any], *shapes: Any, weather: str = "sun") -> dict[str, Any]:
    content = {"tiles": list(tiles), "annotations": list(shapes)}
    return {"annotations": content, "global_attributes": {"weather": weather}}


@pytest.fixture
def topdown(stored: Any) -> Task:
    return Task(stored, "lidartopdown", TOPDOWN)


def test_the_same_place_on_other_tiles_is_the_same(topdown: Task) -> None:
    one = ground([tile("0", -20, 20)], lot("0", 100, 200, 100))
    # 10 m further east and south, at half the scale.
    other = ground([tile("n", -30, 30, 0.1)], lot("n", 150, 200, 50))
    found = topdown.score(one, other)
    assert found.value == pytest.approx(1)
    wet = ground([tile("n", -30, 30, 0.1)], lot("n", 160, 200, 50), weather="rain")
    found = topdown.score(one, wet)
    assert found.details["geometry"] == pytest.approx(40 / 60)
    assert found.value == pytest.approx(0.8 * 40 / 60)


def test_outlines_on_the_same_tiles_are_merged(topdown: Task) -> None:
    tiles = [tile("0", -20, 20), tile("1", 20, 20)]
    people = [
        ground(tiles, lot("0", 100, 200, 100), lot("1", 10, 10, 50), weather="rain"),
        ground(tiles, lot("0", 102, 200, 100), lot("1", 10, 10, 50)),
        ground(tiles, lot("0", 104, 200, 100), lot("1", 400, 10, 50)),
    ]
    merged = topdown.merged(*people)
    assert merged["global_attributes"] == {"weather": "sun"}
    shapes = {one["tile"]: one for one in merged["annotations"]["annotations"]}
    assert {one["x"] for one in shapes["0"]["vertices"]} == {102, 202}
    assert sorted({round(one["x"], 6) for one in shapes["0"]["world_vertices"]}) == [-14.9, -9.9]
    assert {one["x"] for one in shapes["1"]["vertices"]} == {10, 60}
    assert len(merged["annotations"]["annotations"]) == 2


def lane(uuid: str, y: float, *, z: float | None = None, label: str = "solid", **more: Any) -> dict[str, Any]:
    depth = {} if z is None else {"z": z}
    vertices = [{"x": x, "y": y, **depth} for x in (0, 400, 900)]
    return {"uuid": uuid, "type": "line", "label": label, "vertices": vertices, "attributes": {}, **more}


LABELS: dict[str, Any] = {"labels": ["solid", "dashed"]}


def test_lanes_on_one_image_score_by_distance(stored: Any) -> None:
    """The lanes cover 900 × 100 px: 1 % of the diagonal is 9.06 px."""
    task = Task(stored, "laneannotation", {"attachment": "https://example.org/road.jpg", **LABELS})
    truth = {"annotations": [lane("a", 0), lane("b", 100)]}
    given = {"annotations": [lane("c", 3), lane("d", 100, label="dashed")]}
    found = task.score(truth, given)
    likeness = 1 - 3 / (0.01 * math.hypot(900, 100))
    assert found.value == pytest.approx(likeness / 2)
    assert found.details["localisation"] == pytest.approx((likeness + 1) / 2)
    people = [{"annotations": [lane("a", y)]} for y in (0, 1, 9)]
    assert [one["vertices"][0]["y"] for one in task.merged(*people)["annotations"]] == [1]


@pytest.mark.parametrize("cloud", [False, True])
def test_lanes_in_frames_are_followed(stored: Any, cloud: bool) -> None:
    more: dict[str, Any] = {"attachment_type": "json"} if cloud else {}
    task = Task(stored, "laneannotation", {"attachments": SCANS, **LABELS, **more})
    z, off = (0.0, 0.25) if cloud else (None, 2.5)
    whole = {"annotations": [[lane("a", 0, z=z)] for _ in SCANS]}
    halves = {"annotations": [[lane("a" if i < 5 else "b", 0, z=z)] for i in range(COUNT)]}
    moved = {"annotations": [[lane("x", off, z=z)] for _ in SCANS]}
    assert task.score(whole, halves).value == pytest.approx(math.sqrt(0.5))
    likeness = 0.75 if cloud else 1 - 2.5 / (0.01 * math.hypot(900, 2.5))
    found = task.score(whole, moved)
    assert found.details["mean_iou"] == pytest.approx(likeness)
    # DetA and AssA are 1 up to that α, and 0 beyond.
    assert found.value == pytest.approx(np.mean(np.arange(1, 20) / 20 <= likeness + 1e-9))
    frames = task.merged(whole, moved, copy.deepcopy(whole), halves)["annotations"]
    assert [[(one["uuid"], one["vertices"][0]["y"]) for one in some] for some in frames] == [
        [("a", 0)]
    ] * COUNT


def test_lanes_in_a_cloud_are_apart_in_height_too(stored: Any) -> None:
    params = {"attachments": SCANS[:1], "attachment_type": "json", **LABELS}
    task = Task(stored, "laneannotation", params)
    found = task.score({"annotations": [[lane("a", 0, z=0)]]}, {"annotations": [[lane("a", 0, z=0.5)]]})
    assert found.details["mean_iou"] == pytest.approx(0.5)
    assert (
        task.score({"annotations": [[lane("a", 0, z=0)]]}, {"annotations": [[lane("a", 0, z=1.5)]]}).value
        == 0
    )


@pytest.mark.parametrize(
    ("slug", "params", "name"),
    [
        ("lidarannotation", ANNOTATION, "annotations"),
        ("lidarsegmentation", SEGMENTATION, "point_segmentations"),
        ("lidarlinking", LINKING, "annotations"),
        ("lidartopdown", {**TOPDOWN, "annotation_attributes": {}}, "annotations"),
        ("laneannotation", {"attachments": SCANS, **LABELS}, "annotations"),
    ],
)
def test_files_that_were_not_opened_are_alike_when_they_are_the_same(
    stored: Any, slug: str, params: Any, name: str
) -> None:
    task = Task(stored, slug, params)
    one, other = ({name: {"url": f"https://example.org/{i}.json"}} for i in range(2))
    assert task.score(one, one).value == 1
    assert task.score(one, other).value == 0
    assert task.merged(other, one, one)[name] == one[name]
