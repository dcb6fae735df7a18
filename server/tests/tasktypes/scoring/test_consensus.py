"""One answer to each of many tasks."""

from typing import Any

import msgspec
import numpy as np
import pytest

from labelwright.tasktypes.registry import find
from labelwright.tasktypes.scoring import consensus as module
from labelwright.tasktypes.scoring.agreement import Unit
from labelwright.tasktypes.scoring.consensus import consensus, truths

CATEGORIES, COLLECTION = find("categorization"), find("datacollection")
ANIMALS: dict[str, Any] = {"attachment_type": "text", "attachment": "?", "categories": ["cat", "dog"]}
PAGE = {"attachment": "https://example.com", "attachment_type": "website", "fields": {"name": "?"}}


def said(*rows: dict[str, str]) -> list[Unit]:
    return [Unit(ANIMALS, {who: {"category": one} for who, one in row.items()}) for row in rows]


def crowd() -> tuple[list[str], list[Unit]]:
    """Two careful people, and three who say dog to almost everything."""
    chooser = np.random.default_rng(5)
    right = chooser.choice(["cat", "dog"], 60).tolist()
    lazy = [["dog" if chooser.random() < 0.85 else one for one in right] for _ in range(3)]
    wise = [[one if chooser.random() < 0.95 else "cat" for one in right] for _ in range(2)]
    rows = zip(*wise, *lazy, strict=True)
    return right, said(*(dict(zip(("ada", "eve", "bob", "joe", "kim"), row, strict=True)) for row in rows))


def test_the_reliable_outvote_the_others() -> None:
    right, units = crowd()
    chosen = [msgspec.json.decode(one.answer)["category"] for one in consensus(CATEGORIES, units)]
    majority = [
        msgspec.json.decode(CATEGORIES.merge(ANIMALS, list(unit.answers.values())))["category"]
        for unit in units
    ]
    hits, votes = (sum(a == b for a, b in zip(right, by, strict=True)) for by in (chosen, majority))
    assert hits > votes
    assert hits >= 57
    labelers = truths(CATEGORIES, units)["category"].labelers
    assert min(labelers["ada"], labelers["eve"]) > max(labelers["bob"], labelers["joe"], labelers["kim"])


def test_the_answer_is_merged_from_those_who_are_right() -> None:
    right, units = crowd()
    for truth, unit, one in zip(right, units, consensus(CATEGORIES, units), strict=True):
        category = msgspec.json.decode(one.answer)["category"]
        assert [who for who, answer in unit.answers.items() if answer["category"] == category] == one.labelers
        assert one.probability is not None
        assert 0.5 <= one.probability <= 1 or category != truth


def test_a_single_task_goes_to_its_majority() -> None:
    found = consensus(CATEGORIES, said({"ada": "cat", "bob": "dog", "joe": "dog"}))
    assert msgspec.json.decode(found[0].answer) == {"category": "dog"}
    assert found[0].labelers == ["bob", "joe"]


def test_what_has_no_choices_is_merged_from_everybody() -> None:
    kind = find("audiotranscription")
    params = {"attachment": "https://example.com/a.wav"}
    answers = {
        "ada": {"transcript": "the cat"},
        "bob": {"transcript": "a cat"},
        "joe": {"transcript": "the cat"},
    }
    found = consensus(kind, [Unit(params, answers)])[0]
    assert msgspec.json.decode(found.answer)["transcript"] == "the cat"
    assert (found.labelers, found.probability) == (["ada", "bob", "joe"], None)
    assert truths(kind, [Unit(params, answers)]) == {}


def test_values_of_many_kinds_go_by_votes(monkeypatch: pytest.MonkeyPatch) -> None:
    units = [
        Unit(PAGE, {who: {"fields": {"name": one}} for who, one in row.items()})
        for row in (
            {"ada": "Ada", "bob": "Bob", "joe": "ada"},
            {"ada": "Lyon", "bob": "Lyon", "joe": "Paris"},
        )
    ]
    monkeypatch.setattr(module, "MAX_CATEGORIES", 3)
    found = truths(COLLECTION, units)["fields.name"]
    assert {key: (one.value, one.probability) for key, one in found.beliefs.items()} == {
        (0, ""): ("ada", pytest.approx(2 / 3)),
        (1, ""): ("lyon", pytest.approx(2 / 3)),
    }
    assert found.labelers == {"ada": 1, "bob": 0.5, "joe": 0.5}


def test_a_task_without_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="needs an answer"):
        consensus(CATEGORIES, [Unit(ANIMALS, {})])
