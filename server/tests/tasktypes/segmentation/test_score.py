"""Scores and merges of ``segmentannotation``, on small pictures by hand and on the coins of a real one."""

from typing import Any

import msgspec
import numpy as np
import pytest
from server.tests.metrics.pictures import coins
from sklearn.metrics import jaccard_score

from labelwright.tasktypes.registry import find
from labelwright.tasktypes.shapes import rasters

KIND = find("segmentannotation")
SCENE: dict[str, Any] = {
    "attachment": "https://example.com/coins.png",
    "labels": ["table", "cloth"],
    "allow_unlabeled": True,
}
COINS: dict[str, Any] = {
    **SCENE,
    "labels": ["table", {"choice": "coin", "instance_label": True}],
    "annotation_attributes": {
        "metal": {
            "description": "Metal?",
            "choices": ["gold", "silver"],
            "conditions": {"label_condition": {"label": "coin"}},
        },
        "light": {"description": "Light?", "choices": ["day", "lamp"], "conditions": {"is_global": True}},
    },
}


def kept(params: Any) -> Any:
    return msgspec.json.decode(
        KIND.check_params(msgspec.json.decode(msgspec.json.encode(params), type=dict[str, msgspec.Raw]))
    )


def answer(params: Any, index: Any, mapping: dict[str, Any], **more: Any) -> Any:
    """An accepted answer from its picture."""
    url = rasters.as_file(rasters.write_extended(np.asarray(index, np.uint32)))
    given = {
        "annotations": {"combined": {"extendedIndexedImage": url}},
        "labelMapping": mapping,
        **more,
    }
    text, problems = KIND.check_answer(kept(params), given)
    assert not problems
    return msgspec.json.decode(text)


def scene(rows: Any) -> Any:
    return answer(SCENE, rows, {"table": {"index": 1}, "cloth": {"index": 2}})


def coin(number: int, metal: str = "gold") -> dict[str, Any]:
    return {"index": number, "attributes": {"metal": metal}}


def money(index: Any, *, light: str = "day", metal: str = "gold") -> Any:
    entries = [coin(int(one), metal) for one in np.unique(index) if one > 1]
    mapping = {"table": {"index": 1}, "coin": entries}
    return answer(COINS, index, mapping, global_attributes={"light": light})


def picture(made: Any) -> Any:
    data = rasters.content_of(made["annotations"]["combined"]["extendedIndexedImage"])
    assert data is not None
    return rasters.read_index(data)


def merge(params: Any, *answers: Any) -> Any:
    made = KIND.merge(kept(params), answers)
    again, problems = KIND.check_answer(kept(params), msgspec.json.decode(made))
    assert not problems
    assert again == made
    return msgspec.json.decode(made)


def test_without_instances_the_score_is_the_mean_iou() -> None:
    found = KIND.score(kept(SCENE), scene([[1, 1, 2, 2]]), scene([[1, 2, 2, 2]]))
    assert found.value == found.details["mean_iou"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert found.details["pixel_accuracy"] == 0.75
    assert found.details["weighted_iou"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert found.details["boundary_iou"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert "attributes" not in found.details


def test_the_indexes_themselves_mean_nothing() -> None:
    one = answer(SCENE, [[1, 1, 2]], {"table": {"index": 1}, "cloth": {"index": 2}})
    other = answer(SCENE, [[700, 700, 3]], {"cloth": {"index": 3}, "table": {"index": 700}})
    assert KIND.score(kept(SCENE), one, other).value == 1


def test_real_coins_against_the_table() -> None:
    expected, given = np.where(coins() > 0, 2, 1), np.where(coins(12) > 0, 2, 1)
    found = KIND.score(kept(SCENE), scene(expected), scene(given))
    assert found.value == pytest.approx(jaccard_score(expected.ravel(), given.ravel(), average="macro"))


def test_real_coins_one_by_one() -> None:
    expected, given = (np.where(one > 0, one + 1, 1) for one in (coins(), coins(12)))
    found = KIND.score(kept(COINS), money(expected), money(given))
    things, stuff = found.details["pq_things"], found.details["pq_stuff"]
    assert found.details["pixels"] == pytest.approx((things + stuff) / 2)
    assert 0.4 < things < stuff < 1
    assert found.details["attributes"] == 1
    assert found.value == pytest.approx(0.8 * found.details["pixels"] + 0.2)


def test_attributes_of_matched_segments_and_of_the_picture() -> None:
    rows = np.array([[1, 2, 2, 3, 3]])
    found = KIND.score(kept(COINS), money(rows), money(rows, light="lamp"))
    assert found.details["attributes"] == pytest.approx(2 / 3)
    assert found.value == pytest.approx(0.8 + 0.2 * 2 / 3)
    assert KIND.score(kept(COINS), money(rows), money(rows, metal="silver")).details[
        "attributes"
    ] == pytest.approx(1 / 3)


def test_most_decide_each_pixel() -> None:
    people = [scene([[1, 1, 1, 2]]), scene([[1, 1, 2, 2]]), scene([[0, 2, 2, 2]])]
    assert picture(merge(SCENE, *people)).tolist() == [[1, 1, 2, 2]]
    # Where everybody says something else, the most typical answer decides.
    apart = [scene([[1, 1, 1, 1]]), scene([[1, 1, 1, 2]]), scene([[1, 1, 1, 0]])]
    assert picture(merge(SCENE, *apart)).tolist()[0][:3] == [1, 1, 1]


def test_instances_are_the_same_whatever_their_numbers() -> None:
    people = [
        money(np.array([[1, 2, 2, 2, 1, 3, 3, 3]])),
        money(np.array([[1, 3, 3, 3, 1, 2, 2, 2]])),
        money(np.array([[1, 9, 9, 1, 1, 7, 7, 7]]), metal="silver", light="lamp"),
    ]
    merged = merge(COINS, *people)
    first, second = merged["labelMapping"]["coin"]
    assert picture(merged).tolist() == [
        [1, first["index"], first["index"], first["index"], 1, *[second["index"]] * 3]
    ]
    assert [one["attributes"] for one in (first, second)] == [{"metal": "gold"}] * 2
    assert [one["numPixels"] for one in (first, second)] == [3, 3]
    assert merged["global_attributes"] == {"light": "day"}


def test_an_instance_that_one_person_saw_is_gone() -> None:
    people = [
        money(np.array([[1, 1, 2, 2]])),
        money(np.array([[1, 1, 5, 5]])),
        money(np.array([[3, 1, 5, 5]])),
    ]
    merged = merge(COINS, *people)
    assert len(merged["labelMapping"]["coin"]) == 1
    assert np.count_nonzero(picture(merged) == 1) == 2


def test_people_together_are_nearer_to_the_coins_than_each() -> None:
    truth = np.where(coins() > 0, coins() + 1, 1)
    rng = np.random.default_rng(10)
    people = []
    for shift in ((0, 2), (2, 0), (0, -2), (-2, 0), (1, 1)):
        moved = np.roll(truth, shift, axis=(0, 1))
        people.append(money(np.where(rng.random(truth.shape) < 0.03, 1, moved)))
    goal = money(truth)
    each = [KIND.score(kept(COINS), goal, one).value for one in people]
    assert KIND.score(kept(COINS), goal, merge(COINS, *people)).value > max(each)


def test_pictures_elsewhere_are_the_same_when_their_addresses_are() -> None:
    def named(url: str) -> Any:
        given = {
            "annotations": {"combined": {"indexedImage": url}},
            "labelMapping": {"table": {"index": 1, "numPixels": 4}},
        }
        text, _ = KIND.check_answer(kept(SCENE), given)
        return msgspec.json.decode(text)

    one, other = named("https://example.com/1.png"), named("https://example.com/2.png")
    assert KIND.score(kept(SCENE), one, one).value == 1
    assert KIND.score(kept(SCENE), one, other).value == 0
    assert merge(SCENE, one, other, other) == other
