"""Conversations beyond their examples: test mode, forms per turn and message, threads."""

from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.chat.examples_conversation import (
    ENGLISH,
    FULL,
    LANGUAGE,
    MINIMAL,
    PROMPT,
    SAID,
    START,
    TRUE,
    TRUTHFUL,
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
