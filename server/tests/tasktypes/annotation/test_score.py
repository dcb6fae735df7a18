"""Scores and merges of the first generation: each geometry, labels or none, and limits on how many there are."""

from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.base import Media
from labelwright.tasktypes.registry import find

MEDIA = (Media("https://example.com/a.png", 400, 300),)
BASE = {"attachment": "https://example.com/a.png", "objects_to_annotate": ["car", "van"], "with_labels": True}


def box(left: float, label: str | None = "car") -> dict[str, Any]:
    return {"type": "box", "left": left, "top": 0, "width": 100, "height": 100} | (
        {} if label is None else {"label": label}
    )


def line(y: float) -> dict[str, Any]:
    return {"type": "line", "label": "car", "vertices": [{"x": 0, "y": y}, {"x": 300, "y": y}]}


def cuboid(x: float) -> dict[str, Any]:
    names = ("face-topleft", "face-bottomleft", "face-topright", "face-bottomright")
    at = [(x, 0), (x, 100), (x + 100, 0), (x + 100, 100)]
    vertices = [{"description": name, "x": a, "y": b} for name, (a, b) in zip(names, at, strict=True)]
    return {"type": "cuboid", "label": "car", "vertices": vertices}


def task(slug: str, params: Any, *answers: list[dict[str, Any]]) -> tuple[Any, Any, list[Any]]:
    kind = find(slug)
    members = msgspec.json.decode(msgspec.json.encode(params), type=dict[str, msgspec.Raw])
    kept = msgspec.json.decode(kind.check_params(members))
    read = []
    for one in answers:
        text, problems = kind.check_answer(kept, {"annotations": one}, MEDIA)
        assert not problems
        read.append(msgspec.json.decode(text))
    return kind, kept, read


def score(slug: str, params: Any, expected: list[Any], given: list[Any]) -> Any:
    kind, kept, answers = task(slug, params, expected, given)
    return kind.score(kept, *answers, MEDIA)


def merge(slug: str, params: Any, *answers: list[Any]) -> Any:
    kind, kept, read = task(slug, params, *answers)
    made = kind.merge(kept, read, MEDIA)
    again, problems = kind.check_answer(kept, msgspec.json.decode(made), MEDIA)
    assert not problems
    assert again == made
    return msgspec.json.decode(made)["annotations"]


def test_the_formula_of_the_reference() -> None:
    # IoU of (0,0,100,100) and (50,0,100,100) is a third: too little to be the same.
    assert score("annotation", BASE, [box(0)], [box(50)]).value == 0
    assert score("annotation", BASE, [box(0)], [box(25)]).value == pytest.approx(75 / 125)


def test_labels_count_where_the_task_has_them() -> None:
    assert score("annotation", BASE, [box(0)], [box(0, "van")]).value == 0
    without = {**BASE, "with_labels": False}
    assert score("annotation", without, [box(0, None)], [box(0, None)]).value == 1


def test_lines_by_their_distance() -> None:
    found = score("lineannotation", BASE, [line(100)], [line(102)])
    assert found.value == pytest.approx(1 - 2 / 5)
    assert found.details["frechet"] == pytest.approx(2)


def test_cuboids_by_their_faces() -> None:
    assert score("cuboidannotation", BASE, [cuboid(0)], [cuboid(20)]).value == pytest.approx(80 / 120)


def test_merged_shapes_are_in_the_middle() -> None:
    assert [one["left"] for one in merge("annotation", BASE, [box(0)], [box(4)], [box(5), box(200)])] == [4]
    without = {**BASE, "with_labels": False}
    merged = merge("annotation", without, [box(0, None)], [box(4, None)])
    assert [one["left"] for one in merged] == [2]
    assert "label" not in merged[0]
    corners = merge("cuboidannotation", BASE, [cuboid(0)], [cuboid(6)], [cuboid(8)])[0]
    assert [one["x"] for one in corners["vertices"]] == [6, 6, 106, 106]
    assert corners["edges"][0]["x1"] == 6


def test_too_many_together_is_the_most_typical_answer() -> None:
    params = {**BASE, "max_annotations": 1}
    # Half drew each: together there would be two.
    merged = merge("cuboidannotation", params, [cuboid(0)], [cuboid(200)])
    assert [one["vertices"][0]["x"] for one in merged] == [0]
