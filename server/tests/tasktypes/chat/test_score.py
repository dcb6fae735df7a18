"""Scores, merges and judgements of conversations and of stages."""

from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.base import Rating
from labelwright.tasktypes.chat.examples_multistage import DRAW, FULL, SORT
from labelwright.tasktypes.registry import find

CHAT, STAGES = find("chat"), find("multistage")
GOOD = {
    "type": "number",
    "field_id": "good",
    "title": "How good?",
    "min": 1,
    "max": 5,
}
TRUE = {"type": "boolean", "field_id": "true", "title": "Is it true?"}
SAFE = {"type": "boolean", "field_id": "safe", "title": "Is it safe?"}
ASKED: dict[str, Any] = {
    "models": [{"id": "a"}, {"id": "b"}],
    "responses_per_turn": 2,
    "message_fields": [GOOD],
    "turn_fields": [TRUE],
    "task_fields": [SAFE],
    "allow_rewrite": True,
}
TALK = [
    {"type": "PromptInput", "output": "Explain tides.", "turn": 0},
    {"type": "ModelResponse", "output": "The Moon…", "turn": 0, "source_id": "a", "message_id": "m1"},
    {"type": "ModelResponse", "output": "Tides are…", "turn": 0, "source_id": "b", "message_id": "m2"},
]


def judged(
    good: tuple[float, float] | None = None,
    true: bool | None = None,
    safe: bool | None = None,
    order: list[str] | None = None,
    talk: list[Any] | None = None,
) -> dict[str, Any]:
    parts = list(TALK if talk is None else talk)
    if order is not None:
        parts.append({"type": "RankedChoices", "output": order, "turn": 0, "field_id": "preference"})
    for message, stars in zip(("m1", "m2"), good or (), strict=False):
        parts.append({"type": "Number", "output": stars, "field_id": "good", "message_id": message})
    if true is not None:
        parts.append({"type": "Boolean", "output": true, "field_id": "true", "turn": 0})
    if safe is not None:
        parts.append({"type": "Boolean", "output": safe, "field_id": "safe"})
    return {"responses": parts}


def score(params: Any, a: Any, b: Any) -> Any:
    return CHAT.score(params, a, b)


def merged(params: Any, *answers: Any) -> Any:
    return msgspec.json.decode(CHAT.merge(params, answers))["responses"]


def outputs(parts: Any, name: str) -> list[Any]:
    return [one["output"] for one in parts if one.get("field_id") == name]


def test_every_judgement_counts_once() -> None:
    a = judged((5, 2), true=True, safe=True, order=["m1", "m2"])
    b = judged((4, 2), true=False, safe=True, order=["m2", "m1"])
    found = score(ASKED, a, b)
    assert found.value == pytest.approx((0.75 + 1 + 0 + 1 + 0) / 5)
    assert found.details["fields.good[m1]"] == 0.75
    assert found.details["fields.true[0]"] == 0
    assert found.details["fields.safe"] == 1
    assert (found.details["ranking"], found.details["top_1"]) == (0, 0)
    assert found.details["mean_absolute_error"] == pytest.approx(0.5)


def test_orders_of_answers_by_concordant_pairs() -> None:
    talk = [*TALK, {"type": "ModelResponse", "output": "Sea", "turn": 0, "message_id": "m3"}]
    asked = {**ASKED, "responses_per_turn": 3}
    a = judged(order=["m1", "m2", "m3"], talk=talk)
    found = score(asked, a, judged(order=["m1", "m3", "m2"], talk=talk))
    assert (found.details["ranking"], found.details["top_1"]) == (pytest.approx(2 / 3), 1)
    nothing = score(asked, a, judged(talk=talk))
    assert nothing.details["ranking"] == 0


def test_criteria_of_a_rubric_count_with_their_weight() -> None:
    rubric = {"id": "r", "criteria": [{"id": "safe", "weight": 3}]}
    asked = {**ASKED, "message_fields": [], "turn_fields": [TRUE], "rubrics": [rubric]}
    a, b = judged(true=True, safe=True), judged(true=True, safe=False)
    assert score(asked, a, b).value == pytest.approx(1 / 4)
    assert score({**asked, "rubrics": []}, a, b).value == pytest.approx(1 / 2)


def test_what_was_said_counts_only_where_nothing_was_judged() -> None:
    bare = {"models": [{"id": "a"}], "responses_per_turn": 2}
    other = [{**TALK[0], "output": "Explain tidal."}, *TALK[1:]]
    found = score(bare, judged(), judged(talk=other))
    assert found.value == found.details["text_similarity"]
    assert 0.8 < found.value < 1
    assert score(ASKED, judged(safe=True), judged(safe=True, talk=other)).details["text_similarity"] < 1
    assert score(bare, {"responses": []}, {"responses": []}).value == 1


def test_reports_are_like_reports_only() -> None:
    report = {"responses": [{"type": "SensitiveContentReport", "output": "Abuse"}]}
    assert score(ASKED, report, {"responses": [{**report["responses"][0], "output": "Insults"}]}).value == 1
    assert score(ASKED, report, judged(safe=True)).value == score(ASKED, judged(safe=True), report).value == 0


def test_a_turn_that_only_one_has_is_worth_nothing() -> None:
    further = {"type": "PromptInput", "output": "And ebb?", "turn": 1}
    longer = judged(true=True, talk=[*TALK, further])
    longer["responses"].append({"type": "Boolean", "output": True, "field_id": "true", "turn": 1})
    found = score({**ASKED, "task_fields": [], "message_fields": []}, judged(true=True), longer)
    assert (found.details["fields.true[0]"], found.details["fields.true[1]"]) == (1, 0)
    assert found.value == 0.5


JUDGED: dict[str, Any] = {
    "responses_per_turn": 3,
    "text_labels": ["claim", "mistake"],
    "allow_criteria": True,
    "rubrics": [
        {"id": "r", "criteria": [{"id": "short", "weight": 3, "max_score": 4}, {"id": "rude", "weight": -1}]}
    ],
}
CHUNKED = [
    TALK[0],
    {**TALK[1], "output": "The Moon pulls.", "chunks": ["The Moon ", "pulls."]},
    TALK[2],
]


def rate(message: str, **scores: float) -> list[dict[str, Any]]:
    return [
        {"type": "RubricRating", "output": {"criterion": name, "score": score}, "message_id": message}
        for name, score in scores.items()
    ]


def about(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"responses": [*CHUNKED, *parts]}


def groups(*output: list[str]) -> dict[str, Any]:
    return {"type": "RankedGroups", "output": list(output), "field_id": "preference"}


def test_ratings_on_criteria_of_labelers_count_too() -> None:
    own = {
        "type": "RubricCriterion",
        "output": {"id": "sun", "criterion": "Sun", "weight": 2, "max_score": 2},
    }
    a, b = about(own, *rate("m1", short=4, sun=2)), about(own, *rate("m1", short=4, sun=1))
    assert score(JUDGED, a, b).value == pytest.approx((3 * 1 + 2 * 0.5) / 5)


@pytest.mark.parametrize(
    ("expected", "given", "ranking", "top"),
    [
        ([["m1"], ["m2", "m3"]], [["m1"], ["m2", "m3"]], 1, 1),
        ([["m1"], ["m2", "m3"]], [["m1"], ["m3", "m2"]], 1, 1),
        # Two pairs are the same, and one is tied in one of the orders only.
        ([["m1"], ["m2", "m3"]], [["m1"], ["m2"], ["m3"]], 2.5 / 3, 1),
        ([["m1"], ["m2"], ["m3"]], [["m3"], ["m2"], ["m1"]], 0, 0),
        ([["m1", "m2"], ["m3"]], [["m1"], ["m2"], ["m3"]], 2.5 / 3, 0),
        # A reversed pair, a tied one, and one that is the same.
        ([["m1"], ["m2", "m3"]], [["m2"], ["m1"], ["m3"]], 1.5 / 3, 0),
    ],
)
def test_ties_are_pairs_like_others(expected: Any, given: Any, ranking: float, top: float) -> None:
    third = {"type": "ModelResponse", "output": "Sea", "turn": 0, "message_id": "m3"}
    found = score(JUDGED, about(third, groups(*expected)), about(third, groups(*given)))
    assert found.details["ranking"] == pytest.approx(ranking)
    assert (found.details["top_1"], found.value) == (top, pytest.approx(ranking))


def test_an_order_is_the_same_with_groups_of_one() -> None:
    plain = {"type": "RankedChoices", "output": ["m2", "m1"], "field_id": "preference"}
    assert score(JUDGED, about(plain), about(groups(["m2"], ["m1"]))).value == 1


def test_chunks_are_judged_one_by_one() -> None:
    def right(*values: bool) -> dict[str, Any]:
        return about(
            *(
                {"type": "Boolean", "output": one, "field_id": "right", "message_id": "m1", "chunk": n}
                for n, one in enumerate(values)
            )
        )

    asked = {
        **JUDGED,
        "chunk_fields": [{"type": "boolean", "field_id": "right", "title": "Right?"}],
    }
    found = score(asked, right(True, True), right(True, False))
    assert (found.details["fields.right[m1/0]"], found.details["fields.right[m1/1]"]) == (1, 0)
    assert found.value == 0.5
    parts = merged(asked, right(True, True), right(False, False), right(True, False))
    assert outputs(parts, "right") == [True, False]


def test_merged_ratings_are_the_median_of_those_who_gave_one() -> None:
    answers = [about(*rate("m1", short=one, rude=0)) for one in (0, 3, 4)]
    answers.append(about(*rate("m1", rude=1)))
    given = [one["output"] for one in merged(JUDGED, *answers) if one["type"] == "RubricRating"]
    assert {one["criterion"]: one["score"] for one in given} == {"short": 3, "rude": 0}


def test_orders_with_ties_are_those_of_the_best_fitting_answer() -> None:
    answers = [about(groups(["m1", "m2"])), about(groups(["m1", "m2"])), about(groups(["m2"], ["m1"]))]
    assert outputs(merged(JUDGED, *answers), "preference") == [[["m1", "m2"]]]


def test_ratings_and_ties_are_judgements() -> None:
    found = CHAT.ratings(JUDGED, about(groups(["m2", "m1"]), *rate("m1", short=3)))
    assert set(found) == {
        Rating("preference", 1.0, "ordinal", "0/m2"),
        Rating("preference", 1.0, "ordinal", "0/m1"),
        Rating("RubricRating.short", 3.0, "interval", "m1"),
    }


def test_judgements_about_one_conversation_are_merged() -> None:
    answers = [
        judged((5, 1), true=True, order=["m1", "m2"]),
        judged((4, 2), true=False, order=["m2", "m1"]),
        judged((2, 4), true=False, safe=True, order=["m2", "m1"]),
    ]
    found = merged(ASKED, *answers)
    assert outputs(found, "good") == [4, 2]
    assert outputs(found, "true") == [False]
    assert outputs(found, "preference") == [["m2", "m1"]]
    assert outputs(found, "safe") == []
    assert [one["output"] for one in found[:3]] == [one["output"] for one in TALK]


def test_what_most_judged_is_added_to_the_answer_that_lacks_it() -> None:
    answers = [judged((3, 3)), judged((3, 3), safe=True), judged((3, 2), safe=True)]
    assert outputs(merged(ASKED, *answers), "safe") == [True]


def test_other_conversations_have_no_say() -> None:
    other = [{**TALK[0], "output": "Explain ebb."}, *TALK[1:]]
    answers = [judged((5, 5), true=True), judged((1, 1), true=False, talk=other), judged((5, 5), true=True)]
    found = merged(ASKED, *answers)
    assert (outputs(found, "good"), outputs(found, "true")) == ([5, 5], [True])


def test_judgements_say_what_they_are_about() -> None:
    found = CHAT.ratings(ASKED, judged((5, 2), true=True, safe=False, order=["m2", "m1"]))
    assert set(found) == {
        Rating("good", 5.0, "interval", "m1"),
        Rating("good", 2.0, "interval", "m2"),
        Rating("true", "true", "nominal", "0"),
        Rating("safe", "false"),
        Rating("preference", 1.0, "ordinal", "0/m2"),
        Rating("preference", 2.0, "ordinal", "0/m1"),
    }


def staged(**stages: Any) -> dict[str, Any]:
    return {"stages": stages}


def done(response: Any) -> dict[str, Any]:
    return {"status": "completed", "response": response}


BOX = {"type": "box", "label": "car", "left": 0, "top": 0, "width": 40, "height": 40, "uuid": "b"}
SKIPPED = {"status": "skipped"}


def test_stages_are_compared_by_their_own_types() -> None:
    a = staged(sort=done({"category": "vehicle"}), draw=done({"annotations": [BOX]}), tell=SKIPPED)
    half = {**BOX, "width": 30}
    b = staged(sort=done({"category": "vehicle"}), draw=done({"annotations": [half]}), tell=SKIPPED)
    found = STAGES.score(FULL, a, b)
    box = find("imageannotation").score(DRAW["params"], {"annotations": [BOX]}, {"annotations": [half]}).value
    assert 0 < box < 1
    assert found.details == {"stages.sort": 1, "stages.draw": pytest.approx(box), "stages.tell": 1}
    assert found.value == pytest.approx((1 + box + 1) / 3)


def test_a_stage_that_only_one_skipped_is_worth_nothing() -> None:
    asked = {"stages": [SORT, {**DRAW}]}
    a = staged(sort=done({"category": "vehicle"}), draw=SKIPPED)
    b = staged(sort=done({"category": "vehicle"}), draw=done({"annotations": []}))
    assert STAGES.score(asked, a, b).value == 0.5


def test_only_expected_stages_count() -> None:
    a = staged(draw=done({"annotations": []}))
    b = staged(sort=done({"category": "vehicle"}), draw=done({"annotations": []}), tell=SKIPPED)
    assert STAGES.score(FULL, a, b).details == {"stages.draw": 1}


def test_a_stage_without_a_task_of_its_own_by_equal_values() -> None:
    def told(**fields: Any) -> Any:
        return staged(sort=done({"category": "animal"}), draw=SKIPPED, tell=done({"fields": fields}))

    found = STAGES.score(FULL, told(colour="red", size="big"), told(colour="red", size="small"))
    assert found.details["stages.tell"] == 0.5
    merged = msgspec.json.decode(
        STAGES.merge(FULL, [told(colour="red"), told(colour="blue"), told(colour="blue")])
    )
    assert merged["stages"]["tell"]["response"] == {"fields": {"colour": "blue"}}


def test_stages_are_merged_by_their_own_types() -> None:
    answers = [
        staged(sort=done({"category": one}), draw=draw, tell=SKIPPED)
        for one, draw in [
            ("animal", SKIPPED),
            ("vehicle", done({"annotations": [BOX]})),
            ("vehicle", done({"annotations": [BOX]})),
        ]
    ]
    found = msgspec.json.decode(STAGES.merge(FULL, answers))
    assert found["stages"]["sort"]["response"] == {"category": "vehicle"}
    assert found["stages"]["draw"]["response"]["annotations"][0]["width"] == 40
    assert found["final"] == "draw"


def test_judgements_carry_the_name_of_their_stage() -> None:
    answer = staged(sort=done({"category": "vehicle"}), draw=SKIPPED, tell=SKIPPED)
    assert STAGES.ratings(FULL, answer) == [Rating("sort.category", "vehicle")]


RUBRIC = {"id": "r", "criteria": [{"id": "c", "weight": 3, "max_score": 4}, {"id": "d", "weight": -1}]}


def rated(c: float | None = None, d: float | None = None, *more: Any) -> dict[str, Any]:
    """The talk, with ratings of the first answer."""
    ratings = [
        {"type": "RubricRating", "message_id": "m1", "output": {"criterion": name, "score": score}}
        for name, score in (("c", c), ("d", d))
        if score is not None
    ]
    return {"responses": [*TALK, *ratings, *more]}


def test_ratings_count_by_their_distance_and_weight() -> None:
    asked = {"responses_per_turn": 2, "rubrics": [RUBRIC]}
    found = score(asked, rated(4, 1), rated(3, 1))
    assert found.details["fields.RubricRating.c[m1]"] == 0.75
    assert found.value == pytest.approx((3 * 0.75 + 1) / 4)
    assert score(asked, rated(4, 1), rated(4)).value == pytest.approx(3 / 4)


def test_ratings_are_merged_by_their_median() -> None:
    asked = {"responses_per_turn": 2, "rubrics": [RUBRIC]}
    found = merged(asked, rated(4, 1), rated(1, 0), rated(2, 1))
    scores = [one["output"]["score"] for one in found if one["type"] == "RubricRating"]
    assert scores == [2, 1]
    ratings = CHAT.ratings(asked, rated(4))
    assert Rating("RubricRating.c", 4.0, "interval", "m1") in list(ratings)


def grouped(*groups: list[str]) -> dict[str, Any]:
    return {"responses": [*TALK, {"type": "RankedGroups", "turn": 0, "output": list(groups)}]}


def test_ties_agree_half_with_an_order() -> None:
    asked = {"responses_per_turn": 2}
    plain = {"responses": [*TALK, {"type": "RankedChoices", "turn": 0, "output": ["m1", "m2"]}]}
    assert score(asked, grouped(["m1", "m2"]), plain).details["ranking"] == 0.5
    assert score(asked, grouped(["m1"], ["m2"]), plain).details["ranking"] == 1
    assert score(asked, grouped(["m2"], ["m1"]), plain).details["ranking"] == 0
    assert merged(asked, grouped(["m1", "m2"]), plain)[-1]["output"] == [["m1", "m2"]]


def labelled(*pieces: tuple[str, str, int]) -> dict[str, Any]:
    output = [{"label": label, "text": text, "start": start} for label, text, start in pieces]
    return {"responses": [*TALK, {"type": "LabeledText", "message_id": "m1", "output": output}]}


def test_labelled_pieces_by_f1() -> None:
    asked = {"responses_per_turn": 2, "text_labels": ["claim", "joke"]}
    both = labelled(("claim", "The", 0), ("joke", "Moon", 4))
    assert score(asked, both, labelled(("claim", "The", 0))).value == pytest.approx(2 / 3)
    assert score(asked, both, labelled(("joke", "The", 0))).value == 0


def test_pieces_of_a_message_are_not_those_of_its_chunks() -> None:
    whole = about(*labelled(("claim", "Moon", 4))["responses"][len(TALK) :])
    piece = {**whole["responses"][-1], "chunk": 0}
    assert score(JUDGED, whole, whole).value == 1
    assert score(JUDGED, whole, about(piece)).value == 0
    assert set(score(JUDGED, whole, about(piece)).details) >= {
        "fields.LabeledText[m1]",
        "fields.LabeledText[m1/0]",
    }


def test_who_gives_up_for_the_same_reason_agrees() -> None:
    def given_up(**output: str) -> dict[str, Any]:
        return {"responses": [{"type": "TaskError", "output": {"message": "no", **output}}]}

    latin = given_up(type="UNSUPPORTED_LANGUAGE")
    assert score(ASKED, latin, given_up(type="UNSUPPORTED_LANGUAGE", message="Latin")).value == 1
    assert score(ASKED, latin, given_up(type="PROMPT_INFEASIBLE")).value == 0
    assert score(ASKED, latin, judged(safe=True)).value == 0
