"""Scores, merges and judgements of categories, also of real handwritten digits."""

from collections import Counter
from typing import Any

import msgspec
import pytest
from server.tests.tasktypes.realdata import digits
from sklearn.metrics import accuracy_score

from labelwright.tasktypes.base import Rating
from labelwright.tasktypes.categorization.examples import FULL, MINIMAL, TAXONOMIES
from labelwright.tasktypes.registry import find
from labelwright.tasktypes.scoring.agreement import Unit, agreement
from labelwright.tasktypes.scoring.consensus import consensus, truths

KIND = find("categorization")
DIGIT = {
    "attachment_type": "image",
    "attachment": "https://example.com/digit.png",
    "categories": [str(i) for i in range(10)],
    "allow_multiple": False,
}
FRUIT: dict[str, Any] = {"kind": "fruit", "fruits": ["apple"], "price": 2}


def merged(params: Any, *answers: Any) -> Any:
    return msgspec.json.decode(KIND.merge(params, answers))


def test_one_category_is_right_or_wrong() -> None:
    assert KIND.score(MINIMAL, {"category": "animal"}, {"category": "animal"}).value == 1
    wrong = KIND.score(MINIMAL, {"category": "animal"}, {"category": "vehicle"})
    assert (wrong.value, wrong.details) == (0, {"exact_match": 0})


def test_several_categories_by_jaccard() -> None:
    found = KIND.score(FULL, {"category": ["fruit", "bread"]}, {"category": ["bread", "other"]})
    assert found.value == pytest.approx(1 / 3)
    assert found.details == {"exact_match": 0, "precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert KIND.score(FULL, {"category": ["fruit", "bread"]}, {"category": ["bread", "fruit"]}).value == 1


def test_taxonomies_are_compared_question_by_question() -> None:
    given = {"kind": "fruit", "fruits": ["apple", "pear"], "price": 1, "note": "ripe"}
    found = KIND.score(TAXONOMIES, {"taxonomies": FRUIT}, {"taxonomies": given})
    each = {"kind": 1, "fruits": 0.5, "price": 0.5, "note": 0}
    assert found.details == {"exact_match": 0, **{f"taxonomies.{name}": one for name, one in each.items()}}
    assert found.value == pytest.approx(2 / 4)


def test_the_majority_wins_and_ids_follow() -> None:
    assert merged(MINIMAL, *({"category": one} for one in ("animal", "vehicle", "vehicle"))) == {
        "category": "vehicle"
    }
    answers = [{"category": one} for one in (["fruit", "other"], ["bread", "other"], ["fruit", "bread"])]
    assert merged(FULL, *answers) == {
        "category": ["fruit", "other", "bread"],
        "category_id": ["c1", None, "c2"],
    }


def test_a_tie_goes_to_the_first_of_two_and_to_the_most_alike_of_many() -> None:
    assert merged(MINIMAL, {"category": "vehicle"}, {"category": "animal"}) == {"category": "vehicle"}
    answers = [{"category": one} for one in (["other"], ["fruit"], ["bread"], ["fruit", "bread"])]
    # Two of four say bread, two say fruit: whoever says both is most like the others.
    assert set(merged(FULL, *answers)["category"]) == {"fruit", "bread"}


def test_nobody_agrees_on_any_category() -> None:
    assert merged(FULL, *({"category": [one]} for one in ("other", "fruit", "bread")))["category"] == [
        "other"
    ]


def test_what_is_asked_follows_from_the_merged_answers() -> None:
    tool = {"kind": "tool", "price": 6}
    answers = [{"taxonomies": one} for one in (tool, FRUIT, {**FRUIT, "price": 4, "note": "ripe"})]
    assert merged(TAXONOMIES, *answers) == {"taxonomies": {"kind": "fruit", "fruits": ["apple"], "price": 4}}
    answers = [{"taxonomies": one} for one in (tool, FRUIT, tool)]
    assert merged(TAXONOMIES, *answers) == {"taxonomies": tool}


def test_merged_parts_that_do_not_fit_give_way_to_a_whole_answer() -> None:
    questions = {
        "a": {"description": "?", "choices": ["x", "y"]},
        "b": {"description": "?", "choices": ["x", "y"]},
        "why": {
            "type": "text",
            "description": "?",
            "conditions": {"attribute_conditions": [{"a": "x", "b": "x"}]},
        },
    }
    params = {"attachment_type": "text", "attachment": "car", "taxonomies": questions}
    # Most say x twice, but none of them both times: nobody could say why.
    answers = [{"taxonomies": {"a": a, "b": b}} for a, b in ("xy", "yx", "xy", "yx")]
    answers += [{"taxonomies": {"a": "x", "b": "x", "why": "so"}}]
    assert merged(params, *answers)["taxonomies"] == {"a": "x", "b": "x", "why": "so"}
    rest = [*answers[:2], {"taxonomies": {"a": "x", "b": "y"}}, answers[1]]
    text = merged(params, *rest)
    assert text in rest


def test_judgements() -> None:
    assert KIND.ratings(MINIMAL, {"category": "animal"}) == [Rating("category", "animal")]
    assert KIND.ratings(FULL, {"category": ["other", "fruit"]}) == [
        Rating("category", ("fruit", "other"), "set")
    ]
    asked = KIND.ratings(TAXONOMIES, {"taxonomies": {**FRUIT, "note": "ripe"}})
    assert asked == [
        Rating("kind", "fruit"),
        Rating("fruits", ("apple",), "set"),
        Rating("price", 2.0, "interval"),
    ]


def test_scores_of_a_real_classifier_are_its_accuracy() -> None:
    right, said = digits()
    for answers in said.values():
        scores = [
            KIND.score(DIGIT, {"category": a}, {"category": b}).value
            for a, b in zip(right, answers, strict=True)
        ]
        assert sum(scores) / len(scores) == pytest.approx(accuracy_score(right, answers))


def test_consensus_of_real_classifiers_knows_who_errs() -> None:
    right, said = digits()
    units = [
        Unit(DIGIT, {name: {"category": answers[i]} for name, answers in said.items()})
        for i in range(len(right))
    ]
    found = consensus(KIND, units)
    chosen = [msgspec.json.decode(one.answer)["category"] for one in found]
    votes = [Counter(answers[i] for answers in said.values()).most_common(1)[0][0] for i in range(len(right))]
    best = max(accuracy_score(right, answers) for answers in said.values())
    assert accuracy_score(right, chosen) > accuracy_score(right, votes)
    assert accuracy_score(right, chosen) >= best - 0.01
    assert all(one.probability is not None and 0 < one.probability <= 1 for one in found)
    labelers = truths(KIND, units)["category"].labelers
    assert sorted(labelers, key=labelers.__getitem__)[:2] == ["stump", "bayes"]
    agreed = agreement(KIND, units)
    assert agreed.score is not None
    assert agreed.score == pytest.approx(agreed.fields["category"].identical)
    assert min(agreed.labelers, key=lambda name: agreed.labelers[name]) == "stump"
