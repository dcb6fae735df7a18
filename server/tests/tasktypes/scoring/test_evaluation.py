"""Attempts at evaluation tasks, also in the review phase."""

from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.registry import find
from labelwright.tasktypes.scoring.evaluation import evaluate
from labelwright.tasktypes.wire.result_files import as_file

FORM, BOXES = find("textcollection"), find("imageannotation")
ASKED: dict[str, Any] = {
    "attachments": [],
    "fields": [{"type": "boolean", "field_id": name, "title": name} for name in ("spam", "rude", "true")],
}
STREET: dict[str, Any] = {
    "attachment": "https://example.com/a.png",
    "attachment_type": "image",
    "geometries": {"box": {"objects_to_annotate": ["car"]}},
}


def form(spam: bool, rude: bool, true: bool) -> dict[str, Any]:
    return {"annotations": {"spam": spam, "rude": rude, "true": true}}


def box(left: float, name: str) -> dict[str, Any]:
    return {"type": "box", "label": "car", "left": left, "top": 0, "width": 10, "height": 10, "uuid": name}


def test_accuracy_is_the_score_in_percent_with_one_decimal() -> None:
    found = evaluate(FORM, ASKED, form(True, True, True), form(True, True, False))
    assert found.score.value == pytest.approx(2 / 3)
    assert (found.accuracy, found.delta, found.over_edit) == (66.7, None, None)


def test_a_reviewer_who_mends_one_thing_and_breaks_another() -> None:
    right, spoilt = form(True, True, True), form(True, True, False)
    found = evaluate(FORM, ASKED, right, form(True, False, True), spoilt)
    assert (found.accuracy, found.over_edit) == (66.7, 0.5)
    assert found.delta == pytest.approx(0)
    done = evaluate(FORM, ASKED, right, right, spoilt)
    assert (done.accuracy, done.over_edit) == (100, 0)
    assert done.delta == pytest.approx(1 / 3)


def test_shapes_are_parts_whatever_their_names() -> None:
    expected = {"annotations": [box(0, "a"), box(50, "b")]}
    initial = {"annotations": [box(0, "x"), box(53, "y")]}
    mended = {"annotations": [box(50, "y"), box(0, "x")]}
    assert evaluate(BOXES, STREET, expected, mended, initial).over_edit == 0
    broken = evaluate(BOXES, STREET, expected, {"annotations": [box(50, "y")]}, initial)
    assert broken.over_edit == 1
    assert broken.delta is not None
    nothing = {"annotations": [box(30, "x")]}
    assert evaluate(BOXES, STREET, expected, mended, nothing).over_edit is None


def test_what_is_in_files_counts_part_by_part() -> None:
    kind = find("videoboxannotation")
    params = {
        "attachments": ["https://example.com/0.png", "https://example.com/1.png"],
        "attachment_type": "image",
        "geometries": {"box": {"objects_to_annotate": ["car"]}},
    }

    def frames(*lefts: float) -> Any:
        content = [{"key": i, "annotations": [box(left, "a")]} for i, left in enumerate(lefts)]
        text, problems = kind.check_answer(params, {"annotations": {"url": as_file(content).url}})
        assert not [one for one in problems if one.severity == "error"]

        return msgspec.json.decode(text)

    found = evaluate(kind, params, frames(0, 10), frames(0, 20), frames(0, 15))
    assert found.over_edit == 0
    assert evaluate(kind, params, frames(0, 10), frames(5, 10), frames(0, 15)).over_edit == 1
