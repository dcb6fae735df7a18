"""``multistage`` beyond its examples: what stages keep, and where problems are."""

from typing import Any

import msgspec

from labelwright.tasktypes.base import Media
from labelwright.tasktypes.chat.examples_multistage import (
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
    kept = stored(KIND, {"stages": [{**DRAW, "params": {"attachment": CAR, "geometries": numeric}}]})
    (stage,) = kept["stages"]
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
    short = final(FULL, {"stages": {"sort": SORTED, "draw": SKIPPED, "tell": SKIPPED}}, stored)
    assert short["final"] == "sort"
    assert short["stages"]["draw"] == {"type": "imageannotation", "status": "skipped"}


def test_the_sample_is_made_of_samples(stored: Any) -> None:
    made = msgspec.json.decode(KIND.sample_answer(stored(KIND, FULL)) or b"null")
    assert made["stages"]["sort"]["response"] == {"category": "vehicle"}
    assert made["stages"]["draw"]["response"]["annotations"][0]["label"] == "car"
    assert made["stages"]["tell"] == {"type": "transcription", "status": "skipped"}
    assert made["final"] == "draw"


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
