"""Conversations beyond their examples: test mode, forms per turn and message, threads."""

from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.chat.examples_conversation import (
    CORRECT,
    ENGLISH,
    FILES,
    FULL,
    LABELED,
    LABELED_STEP,
    LANGUAGE,
    MINIMAL,
    PROMPT,
    RATED,
    SAID,
    START,
    STEPS,
    TRUE,
    TRUTHFUL,
    WHOLE,
    WRITTEN,
    answer,
    part,
)
from labelwright.tasktypes.registry import find

SLUGS = ("chat", "chatexperimental", "chatlite", "multichat")


def sample(slug: str, params: Any, stored: Any) -> Any:
    return msgspec.json.decode(find(slug).sample_answer(stored(find(slug), params)) or b"null")


@pytest.mark.parametrize("slug", SLUGS)
def test_the_documented_sample(slug: str, stored: Any) -> None:
    documented = {
        "responses": [
            {"type": "Instructions", "output": ""},
            {"type": "PromptInput", "output": "test prompt"},
        ]
    }
    assert sample(slug, MINIMAL, stored) == sample(slug, {}, stored) == documented


def test_samples_have_what_is_required(stored: Any) -> None:
    made = sample("chat", {**FULL["chat"], "min_turns": 2}, stored)["responses"]
    assert [(one["type"], one.get("turn"), one.get("field_id")) for one in made] == [
        ("Instructions", None, None),
        ("PromptInput", None, None),
        ("TextInput", None, "justification"),
        ("PromptInput", 1, None),
        ("TextInput", 1, "justification"),
        ("TextInput", None, "language"),
    ]
    many = sample("multichat", FULL["multichat"], stored)["responses"]
    assert [one["thread_id"] for one in many if one["type"] == "PromptInput"] == ["t1", "t2"]


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_is_added_to_params(slug: str, stored: Any) -> None:
    assert stored(find(slug), FULL[slug]) == FULL[slug]
    assert stored(find(slug), {}) == {}
    odd = {"attachment": "a", "future": [1]}
    assert stored(find(slug), odd) == odd


def test_attachments_are_those_of_the_task_and_of_messages(stored: Any) -> None:
    assert list(find("chat").attachments(stored(find("chat"), FULL["chat"]))) == ["**The Moon**", "A poem"]
    message = {"role": "user", "content": {"attachments": [{"type": "image", "content": "https://a/b"}]}}
    threads = {"threads": [{"id": "t", "initial_messages": [message]}]}
    assert list(find("multichat").attachments(stored(find("multichat"), threads))) == ["https://a/b"]


def test_forms_are_asked_about_each_answer_and_turn(found: Any) -> None:
    params = {
        "responses_per_turn": 2,
        "message_fields": [TRUTHFUL],
        "turn_fields": [{**LANGUAGE, "field_id": "tone"}],
    }
    other = {**SAID, "message_id": "m2", "turn": 1}
    problems = found(find("chat"), params, answer(START, PROMPT, SAID, other, TRUE))
    assert sorted(problems) == [
        ("responses.tone", "required"),
        ("responses.tone", "required"),
        ("responses[3].truthful", "required"),
    ]
    toned = [part("TextInput", "kind", field_id="tone", turn=turn) for turn in (0, 1)]
    judged = {**TRUE, "message_id": "m2"}
    assert found(find("chat"), params, answer(START, PROMPT, SAID, other, TRUE, judged, *toned)) == []


def test_single_choices_come_out_as_arrays(stored: Any) -> None:
    kind = find("chat")
    params = stored(kind, {"message_fields": [TRUTHFUL]})
    text, problems = kind.check_answer(params, answer(SAID, {**TRUE, "output": "major"}))
    assert list(problems) == []
    assert msgspec.json.decode(text)["responses"][1]["output"] == ["major"]


def test_answers_of_models_that_are_not_there(found: Any) -> None:
    params = {"models": [{"id": "a"}], "responses_per_turn": 1}
    unknown = found(find("chat"), params, answer(PROMPT, {**SAID, "source_id": "b"}))
    assert unknown == [("responses[1].source_id", "unknown_model")]
    twice = found(find("chat"), params, answer(PROMPT, SAID, {**SAID, "turn": 1}))
    assert twice == [("responses[2].message_id", "duplicate")]
    crowd = found(find("chat"), params, answer(PROMPT, SAID, {**SAID, "message_id": "m2"}))
    assert crowd == [("responses", "too_many")]


def test_an_order_of_answers(found: Any) -> None:
    both = [SAID, {**SAID, "message_id": "m2"}]
    order = part("RankedChoices", ["m2", "m1"], field_id="preference")
    assert found(find("chat"), {"responses_per_turn": 2}, answer(PROMPT, *both, order)) == []
    first = found(find("chat"), {"responses_per_turn": 2}, answer(order, *both))
    assert first == []
    assert found(find("chat"), {}, answer({**order, "output": "m1"})) == [("responses[0].output", "type")]


def test_every_thread_needs_its_prompts(found: Any) -> None:
    params = {"threads": [{"id": "t1"}, {"id": "t2"}], "min_turns": 1}
    one = {**PROMPT, "thread_id": "t1"}
    assert found(find("multichat"), params, answer(one)) == [("responses", "too_few")]
    assert found(find("multichat"), params, answer(one, {**PROMPT, "thread_id": "t2"})) == []


def test_a_hypothesis_need_not_be_complete(stored: Any) -> None:
    params = {"task_fields": [LANGUAGE], "min_turns": 3, "hypothesis": answer(PROMPT)}
    assert stored(find("chat"), params) == params
    assert find("chat").check_answer(params, answer(PROMPT, PROMPT, PROMPT, ENGLISH))[1] == []


def test_parts_about_messages_answer_no_fields(found: Any) -> None:
    params = {"message_fields": [TRUTHFUL], "rubrics": [{"id": "r", "criteria": [{"id": "c"}]}]}
    rating = part("RubricRating", ["no_issues"], field_id="truthful", message_id="m1")
    assert found(find("chat"), params, answer(PROMPT, SAID, rating)) == [("responses[2].type", "type")]


def test_every_chunk_is_asked_about(found: Any) -> None:
    params = {"chunk_fields": [{"type": "boolean", "field_id": "right", "title": "Right?", "required": True}]}
    said = {**SAID, "output": "ab", "chunks": ["a", "b"]}
    assert found(find("chat"), params, answer(PROMPT, SAID)) == []
    assert found(find("chat"), params, answer(PROMPT, said)) == [("responses[1].right", "required")] * 2
    right = [part("Boolean", True, field_id="right", message_id="m1", chunk=n) for n in (0, 1)]
    assert found(find("chat"), params, answer(PROMPT, said, *right)) == []
    assert found(find("chat"), params, answer(PROMPT, said, *right, right[1])) == [
        ("responses[4]", "duplicate")
    ]


def told(slug: str, params: Any, given: Any) -> Any:
    """Check an answer, and tell it as V2 does."""
    kind = find(slug)
    text, problems = kind.check_answer(params, given)
    assert list(problems) == []
    found = kind.conversation(params, msgspec.json.decode(text))
    return msgspec.json.decode(msgspec.json.encode(found))


def short(annotations: Any) -> list[tuple[str, str, Any]]:
    return [(one["key"], one["type"], one["value"]) for one in annotations]


RUBRIC = {
    "id": "style",
    "criteria": [
        {"id": "short", "description": "Short", "weight": 2, "max_score": 5},
        {"id": "plain", "max_score": 3},
        {"id": "rude", "weight": -4, "max_score": 2},
    ],
}


def rate(message: str, **scores: float) -> list[dict[str, Any]]:
    return [
        part("RubricRating", {"criterion": name, "score": score}, message_id=message)
        for name, score in scores.items()
    ]


@pytest.mark.parametrize(
    ("scores", "total", "percentage"),
    [
        ({"short": 5, "plain": 3, "rude": 0}, 13, 100),
        ({"short": 2.5, "plain": 1, "rude": 1}, 2, 100 * 2 / 13),
        # Faults can take away more than there was.
        ({"short": 0, "plain": 1, "rude": 2}, -7, -100 * 7 / 13),
        # What nobody rated counts as no points.
        ({"short": 5}, 10, 100 * 10 / 13),
    ],
)
def test_points_of_a_rubric(scores: Any, total: float, percentage: float) -> None:
    found = told("chat", {"rubrics": [RUBRIC]}, answer(PROMPT, SAID, *rate("m1", **scores)))
    (turn,) = found["threads"][0]["turns"]
    (rubric,) = turn["rubrics"]
    assert rubric["max_total_score"] == 13
    assert [(one["id"], one["criterion"], one["weight"]) for one in rubric["criteria_definitions"]] == [
        ("short", "Short", 2),
        ("plain", "plain", 1),
        ("rude", "rude", -4),
    ]
    user, model = turn["messages"]
    assert "rubric_evaluations" not in user
    (evaluation,) = model["rubric_evaluations"]
    assert evaluation["total_score"] == total
    assert evaluation["percentage"] == pytest.approx(percentage)
    given = {one["criterion_definition_id"]: one["score"] for one in evaluation["criteria_evaluations"]}
    assert given == scores


def test_a_rubric_of_faults_only_has_no_percentage() -> None:
    faults = {"id": "r", "criteria": [{"id": "rude", "weight": -1}]}
    found = told("chat", {"rubrics": [faults]}, answer(PROMPT, SAID, *rate("m1", rude=1)))
    (turn,) = found["threads"][0]["turns"]
    (evaluation,) = turn["messages"][1]["rubric_evaluations"]
    assert turn["rubrics"][0]["max_total_score"] == 0
    assert evaluation["total_score"] == -1
    assert "percentage" not in evaluation


def test_answers_that_nobody_rated_have_no_evaluation() -> None:
    params = {"rubrics": [RUBRIC], "responses_per_turn": 2}
    other = {**SAID, "message_id": "m2"}
    found = told("chat", params, answer(PROMPT, SAID, other, *rate("m2", short=1)))
    _, first, second = found["threads"][0]["turns"][0]["messages"]
    assert "rubric_evaluations" not in first
    assert [one["total_score"] for one in second["rubric_evaluations"]] == [2]


def test_criteria_of_labelers_are_a_rubric_of_their_own() -> None:
    params = {"rubrics": [RUBRIC], "allow_criteria": True}
    later = [{**PROMPT, "turn": 1}, {**SAID, "turn": 1, "message_id": "m2"}]
    given = answer(PROMPT, SAID, *later, WRITTEN, *rate("m1", plain=3), *rate("m2", w=1))
    first, second = told("chat", params, given)["threads"][0]["turns"]
    assert [one["max_total_score"] for one in first["rubrics"]] == [13, 2]
    (evaluation,) = first["messages"][1]["rubric_evaluations"]
    assert evaluation["total_score"] == 3
    # The criterion was written in turn 0 and is rated in turn 1: nothing that was rated is lost.
    assert [one["max_total_score"] for one in second["rubrics"]] == [13, 2]
    (evaluation,) = second["messages"][1]["rubric_evaluations"]
    assert (evaluation["total_score"], evaluation["percentage"]) == (2, 100)


def test_orders_may_have_ties() -> None:
    params = {"responses_per_turn": 3}
    said = [{**SAID, "source_id": one, "message_id": one.upper()} for one in "abc"]
    tied = part("RankedGroups", [["C"], ["A", "B"]], field_id="overall")
    plain = part("RankedChoices", ["B", "C", "A"])
    (turn,) = told("chat", params, answer(PROMPT, *said, tied, plain))["threads"][0]["turns"]
    assert short(turn["annotations"]) == [
        ("overall", "ranked_groups", [["c"], ["a", "b"]]),
        ("ranking", "ranked_choices", ["b", "c", "a"]),
    ]


@pytest.mark.parametrize("slug", SLUGS)
def test_everything_about_an_answer_is_told(slug: str) -> None:
    # Of the parts about the answer only itself says which thread it is in.
    thread = {"thread_id": "t1"} if slug == "multichat" else {}
    others = [{**PROMPT, "thread_id": "t2"}] if thread else []
    parts = [TRUE, *CORRECT, WRITTEN, *RATED, LABELED, LABELED_STEP, FILES, ENGLISH]
    given = answer({**PROMPT, **thread}, {**WHOLE, **thread}, *parts, *others)
    found = told(slug, FULL[slug], given)["threads"]
    assert len(found) == (2 if thread else 1)
    (turn,) = found[0]["turns"]
    message = turn["messages"][-1]
    content = message["content"]
    assert (content["text"], content["reasoning"]) == ("".join(STEPS), [{"content": "Gravity."}])
    assert content["attachments"] == [
        {"url": "https://a.example/moon.png", "name": "moon.png", "mime_type": "image/png"}
    ]
    assert [one["text"] for one in content["chunks"]] == STEPS
    assert [short(one["annotations"]) for one in content["chunks"]] == [
        [("step_is_right", "boolean", True)],
        [
            ("step_is_right", "boolean", True),
            ("labels", "labeled_text", [{"label": "mistake", "text": "the sea"}]),
        ],
    ]
    assert short(message["annotations"]) == [
        ("truthful", "category", "no_issues"),
        ("labels", "labeled_text", [{"label": "claim", "text": "The Moon pulls"}]),
    ]
    style, own = message["rubric_evaluations"]
    assert (style["total_score"], style["percentage"]) == (1.5, 75)
    assert (own["total_score"], own["percentage"]) == (0, 0)
    (short_one, _), (own_one,) = style["criteria_evaluations"], own["criteria_evaluations"]
    (rating,) = short_one["annotations"]
    assert (rating["value"], rating["justification"]) == (
        {"score": 3, "justification": "Two lines"},
        "Two lines",
    )
    assert own_one["annotations"][0]["value"] == {"score": 0, "color": "red"}
    files = [{"url": "https://a.example/notes.pdf", "mime_type": "application/pdf"}]
    assert short(found[0]["annotations"]) == [("files", "file", files), ("language", "text", "English")]


def test_files_belong_to_the_task_a_turn_or_a_message() -> None:
    where: dict[str, dict[str, Any]] = {"a": {}, "b": {"turn": 0}, "c": {"message_id": "m1"}}
    files = [{**FILES, "field_id": name, **about} for name, about in where.items()]
    (thread,) = told("chat", {}, answer(PROMPT, SAID, *files))["threads"]
    (turn,) = thread["turns"]
    places = (thread, turn, turn["messages"][0], turn["messages"][1])
    assert [[one["key"] for one in place["annotations"]] for place in places] == [["a"], ["b"], [], ["c"]]


def test_attachments_are_told_by_what_they_are() -> None:
    kinds = {"image/png": "moon", "audio/wav": "sea", "text/csv": "tides"}
    files = [
        {"url": f"https://a.example/{name}", "name": name, "mime_type": kind} for kind, name in kinds.items()
    ]
    found = told("chat", {}, answer({**PROMPT, "attachments": files}))
    attached = found["threads"][0]["turns"][0]["messages"][0]["content"]["attachments"]
    # A sound has no name in V2.
    assert attached == [files[0], {key: files[1][key] for key in ("url", "mime_type")}, files[2]]


def test_starts_count_code_points(found: Any) -> None:
    params = {"text_labels": ["claim"]}
    said = {**SAID, "output": "🌊🌙 pulls"}

    def labelled(start: int) -> Any:
        one = part("LabeledText", [{"label": "claim", "text": "pulls", "start": start}], message_id="m1")
        return found(find("chat"), params, answer(PROMPT, said, one))

    assert labelled(3) == []
    assert labelled(5) == [("responses[2].output[0].text", "text")]


@pytest.mark.parametrize("kind", [None, "UNSUPPORTED_LANGUAGE", "PROMPT_INFEASIBLE"])
def test_a_task_that_cannot_be_done_has_errors_and_no_threads(kind: str | None) -> None:
    params = {"task_fields": [LANGUAGE], "min_turns": 2}
    declared = {"message": "Nobody reads Linear A.", **({"type": kind} if kind else {})}
    found = told("chat", params, answer(PROMPT, part("TaskError", declared)))
    assert (found["threads"], found["errors"]) == ([], [declared])
