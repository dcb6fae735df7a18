"""``multistage`` beyond its examples: what stages keep, and where problems are."""

from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.base import Media
from labelwright.tasktypes.chat.examples_multistage import (
    ANIMAL,
    BOX,
    CAR,
    DRAW,
    DRAWN,
    FULL,
    MINIMAL,
    SKIPPED,
    SORT,
    SORTED,
    TELL,
    TOLD,
)
from labelwright.tasktypes.registry import find

KIND = find("multistage")


def final(params: Any, answer: Any, stored: Any) -> Any:
    text, problems = KIND.check_answer(stored(KIND, params), answer)
    assert list(problems) == []
    return msgspec.json.decode(text)


def test_stages_keep_the_defaults_of_their_types(stored: Any) -> None:
    bare = {key: value for key, value in SORT["params"].items() if key != "allow_multiple"}
    assert stored(KIND, {"stages": [{**SORT, "params": bare}]}) == MINIMAL
    numeric = {"box": {"objects_to_annotate": ["car"], "min_width": "30"}}
    draw = {**DRAW, "params": {"attachment": CAR, "geometries": numeric}}
    _, stage = stored(KIND, {"stages": [SORT, draw]})["stages"]
    assert stage["params"]["attachment_type"] == "image"
    assert stage["params"]["geometries"]["box"]["min_width"] == 30


def test_a_stage_that_waits_keeps_what_it_has(stored: Any) -> None:
    assert stored(KIND, FULL)["stages"][2] == {**TELL}


def test_answers_are_finished_by_their_types(stored: Any) -> None:
    made = final(FULL, {"stages": {"sort": SORTED, "draw": DRAWN, "tell": TOLD}}, stored)
    (box,) = made["stages"]["draw"]["response"]["annotations"]
    assert len(box.pop("uuid")) == 36
    assert box == BOX
    assert made["stages"]["draw"]["response"]["links"] == []
    assert made["final"] == "tell"
    short = final(FULL, {"stages": {"sort": ANIMAL, "draw": SKIPPED, "tell": SKIPPED}}, stored)
    assert short["final"] == "sort"
    assert short["stages"]["draw"] == {"type": "imageannotation", "status": "skipped"}


def test_the_sample_is_made_of_samples(stored: Any) -> None:
    made = msgspec.json.decode(KIND.sample_answer(stored(KIND, FULL)) or b"null")
    assert made["stages"]["sort"]["response"] == {"category": "vehicle"}
    assert made["stages"]["draw"]["response"]["annotations"][0]["label"] == "car"
    assert made["stages"]["tell"] == {"type": "transcription", "status": "skipped"}
    assert made["final"] == "draw"


def staged(condition: Any) -> dict[str, Any]:
    return {"stages": [SORT, {**TELL, "id": "sort.more"}, {**DRAW, "condition": condition}]}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"sort": "vehicle"}, True),
        ({"sort.category": ["animal", "vehicle"]}, True),
        ({"sort.category": "animal"}, False),
        ({"sort.colour": "vehicle"}, False),
        ({"sort.category.deeper": "vehicle"}, False),
        ({"sort": {"not": "vehicle"}}, False),
        ({"not": {"sort": "animal"}}, True),
        ({"sort.more.fields.colour": "red"}, True),
        ({"sort.more": "red", "sort": "vehicle"}, True),
        ({"sort.more": "red", "sort": "animal"}, False),
        ({}, True),
    ],
)
def test_conditions_look_at_earlier_stages(condition: Any, holds: bool, stored: Any, found: Any) -> None:
    params = stored(KIND, staged(condition))
    answers = {"sort": SORTED, "sort.more": TOLD, "draw": DRAWN if holds else SKIPPED}
    assert found(KIND, params, {"stages": answers}) == []
    wrong = {**answers, "draw": SKIPPED if holds else DRAWN}
    code = "required" if holds else "not_asked"
    assert found(KIND, params, {"stages": wrong}) == [("stages.draw.status", code)]


def test_of_a_stage_that_was_skipped_nothing_is_true(stored: Any, found: Any) -> None:
    for condition, drawn in (({"sort.more": "red"}, SKIPPED), ({"sort.more": {"not": "red"}}, DRAWN)):
        answers = {"sort": SORTED, "sort.more": SKIPPED, "draw": drawn}
        assert found(KIND, stored(KIND, staged(condition)), {"stages": answers}) == []


def test_stages_that_do_not_take_place_are_filled_in_and_have_no_sample(stored: Any) -> None:
    made = final(FULL, {"stages": {"sort": ANIMAL, "tell": SKIPPED}}, stored)
    assert made["stages"]["draw"] == {"type": "imageannotation", "status": "skipped"}
    params = stored(KIND, {"stages": [SORT, {**DRAW, "condition": {"sort": "animal"}}]})
    sample = msgspec.json.decode(KIND.sample_answer(params) or b"null")
    assert sample["stages"]["draw"] == {"type": "imageannotation", "status": "skipped"}


def test_a_stage_without_a_sample_leaves_none(stored: Any) -> None:
    points = {"attachment": CAR, "objects_to_annotate": ["light"]}
    params = stored(KIND, {"stages": [SORT, {"id": "p", "type": "pointannotation", "params": points}]})
    assert KIND.sample_answer(params) is None


def test_each_stage_has_the_sizes_of_its_own_attachments(stored: Any) -> None:
    params = stored(KIND, FULL)
    assert list(KIND.attachments(params)) == ["https://shop.example/", "car", CAR]
    media = [Media("https://shop.example/"), Media("car"), Media(CAR, 20, 100)]
    answer = {"stages": {"sort": SORTED, "draw": DRAWN, "tell": TOLD}}
    problems = KIND.check_answer(params, answer, media)[1]
    assert [(one.path, one.code) for one in problems] == [
        ("stages.draw.response.annotations[0].width", "outside")
    ]
