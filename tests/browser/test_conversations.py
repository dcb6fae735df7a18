"""Conversations in their editor: models are asked, answers are ordered and judged, and V2 tells what was said."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import LogIn, Site
from tests.browser.pages import WorkPage

from scaleapi import TaskType
from scaleapi.api_client.v2 import Option

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PARAMS: dict[str, Any] = {
    "instruction": "Ask about the sea. Put the better answer first.",
    "models": [{"id": "model-a"}, {"id": "model-b"}],
    "responses_per_turn": 2,
    "min_turns": 2,
    "max_turns": 3,
    "allow_rewrite": True,
    "allow_criteria": True,
    "text_labels": ["claim"],
    "initial_messages": [{"role": "system", "content": "Be **brief**."}],
    "message_fields": [
        {"type": "boolean", "field_id": "true", "title": "Is it true?", "required": True},
        {
            "type": "text",
            "field_id": "wrong",
            "title": "What is wrong?",
            "conditions": [{"true": False}],
        },
    ],
    "turn_fields": [{"type": "text", "field_id": "why", "title": "Why this order?"}],
    "task_fields": [
        {
            "type": "category",
            "field_id": "language",
            "title": "Language",
            "required": True,
            "choices": [{"label": "English", "value": "en"}, {"label": "French", "value": "fr"}],
        }
    ],
    "rubrics": [
        {
            "id": "style",
            "criteria": [
                {"id": "short", "description": "Is short", "weight": 2, "max_score": 4},
                {"id": "rude", "description": "Is rude", "weight": -1},
            ],
        }
    ],
}


def made(site: Site, name: str, kind: TaskType = TaskType.Chat, **params: Any) -> str:
    """A project with one conversation; returns the task's id."""
    client = site.client()
    client.create_project(name, kind, {**PARAMS, **params})
    return client.create_task(kind, project=name, template_variables={}).id


def answer(page: Page, turn: int, letter: str) -> Any:
    """The card of an answer."""
    return page.get_by_role("group", name=f"Turn {turn}").get_by_role("article", name=f"Answer {letter}")


def accepted(site: Site, log_in: LogIn, name: str, task_id: str) -> Any:
    """Have the answer accepted; returns the task as V2 tells it."""
    log_in(site, site.reviewer).start("review", name).accept.click()
    v2 = site.client().v2
    for _ in range(600):
        task = v2.get_task(task_id=task_id, opts=[Option.MODEL_PARAMETERS])
        if task.status.value == "completed":
            return task
    raise AssertionError("the task was not completed")


def first_turn(work: WorkPage) -> None:
    """Ask, order, judge and rewrite, with keys where there are any."""
    page, keyboard = work.page, work.page.keyboard
    keyboard.press("p")
    keyboard.type("Why are there tides?")
    keyboard.press("Control+Enter")
    expect(answer(page, 1, "A")).to_contain_text("model-a: Why are there tides?")
    expect(answer(page, 1, "B")).to_contain_text("model-b: Why are there tides?")
    page.get_by_role("group", name="Turn 1").get_by_text("Turn 1", exact=True).click()
    keyboard.press("2")
    keyboard.press("1")
    expect(answer(page, 1, "B").get_by_role("button", name="Place 1")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(answer(page, 1, "A").get_by_role("button", name="Place 2")).to_have_attribute(
        "aria-pressed", "true"
    )
    for letter, true in (("A", "No"), ("B", "Yes")):
        answer(page, 1, letter).get_by_text(true, exact=True).click()
    answer(page, 1, "A").get_by_label("What is wrong?").fill("It only repeats.")
    answer(page, 1, "B").get_by_label("Is short").fill("3")
    answer(page, 1, "B").get_by_label("Is rude").fill("1")
    expect(answer(page, 1, "B")).to_contain_text("5 of 8 points, 63 %")
    answer(page, 1, "B").get_by_role("button", name="Rewrite this answer").click()
    answer(page, 1, "B").get_by_label("Rewritten").fill("The Moon pulls the sea.")
    page.get_by_label("Why this order?").fill("Shorter.")


def test_conversation_from_the_prompt_to_v2(site: Site, log_in: LogIn) -> None:
    task_id = made(site, "talks: tides")
    work = log_in(site, site.labeler).start("attempt", "talks: tides")
    page = work.page
    expect(page.get_by_text("brief", exact=True)).to_be_visible()
    first_turn(work)
    page.get_by_label("What do you say next?").fill("And two a")
    work.saved()
    page.reload()
    work.ready()
    # Nothing was lost, not even the prompt that was not sent.
    expect(page.get_by_label("What do you say next?")).to_have_value("And two a")
    expect(answer(page, 1, "A").get_by_label("What is wrong?")).to_have_value("It only repeats.")
    expect(answer(page, 1, "B").get_by_label("Rewritten")).to_have_value("The Moon pulls the sea.")
    page.get_by_label("What do you say next?").fill("And two a day?")
    page.get_by_role("button", name="Ask the models").click()
    expect(answer(page, 2, "A")).to_contain_text("And two a day?")
    for letter in "AB":
        answer(page, 2, letter).get_by_role("button", name="Place 1").click()
        answer(page, 2, letter).get_by_text("Yes", exact=True).click()
    page.get_by_text("English", exact=True).click()
    work.submit.click()
    work.all_sent()
    task = accepted(site, log_in, "talks: tides", task_id)
    (thread,) = task.threads
    first, second = thread.turns
    assert [one.content.text for one in first.messages][1:] == [
        "Why are there tides?",
        "model-a: Why are there tides?",
        "model-b: Why are there tides?",
    ]
    told = {one.actual_instance.key: one.actual_instance.value for one in first.annotations}
    assert told == {"why": "Shorter.", "ranking": ["model-b", "model-a"]}
    (best,) = [one for one in first.messages if one.source_id == "model-b"]
    said = {one.actual_instance.key: one.actual_instance.value for one in best.annotations}
    assert said == {"true": True, "rewrite": "The Moon pulls the sea."}
    (rated,) = best.rubric_evaluations
    assert (rated.total_score, rated.percentage) == (5, 62.5)
    (ties,) = [one.actual_instance for one in second.annotations]
    assert (ties.type, ties.value) == ("ranked_groups", [["model-a", "model-b"]])
    assert [one.actual_instance.value for one in thread.annotations] == ["en"]


def test_problems_are_at_their_places_and_a_task_can_be_given_up(site: Site, log_in: LogIn) -> None:
    task_id = made(site, "talks: latin", min_turns=1)
    work = log_in(site, site.labeler).start("attempt", "talks: latin")
    page = work.page
    page.get_by_label("What do you say?").fill("Salve")
    page.get_by_role("button", name="Ask the models").click()
    expect(answer(page, 1, "A").get_by_text("required")).to_be_visible()
    page.get_by_role("button", name="Cannot be done").click()
    page.get_by_label("Why?").fill("It is in Latin.")
    page.get_by_role("textbox", name="Kind").or_(page.get_by_role("combobox", name="Kind")).first.click()
    page.get_by_role("option", name="The language is not supported").click()
    expect(answer(page, 1, "A").get_by_text("required")).to_have_count(0)
    work.submit.click()
    work.all_sent()
    task = accepted(site, log_in, "talks: latin", task_id)
    assert task.threads == []
    assert [(one.type.value, one.message) for one in task.errors] == [
        ("UNSUPPORTED_LANGUAGE", "It is in Latin.")
    ]


def test_whoever_writes_the_answers(site: Site, log_in: LogIn) -> None:
    threads = [{"id": "polite"}, {"id": "rude"}]
    task_id = made(
        site, "talks: own", TaskType.MultiChat, models=[], threads=threads, min_turns=1, message_fields=[]
    )
    work = log_in(site, site.labeler).start("attempt", "talks: own")
    page, keyboard = work.page, work.page.keyboard
    for number, name in enumerate(("polite", "rude")):
        page.get_by_text(name, exact=True).click()
        page.get_by_label("What do you say?").fill(f"Be {name}")
        keyboard.press("Control+Enter")
        page.get_by_label("Write the answer").fill(f"{number} it is")
    page.get_by_text("French", exact=True).click()
    work.submit.click()
    work.all_sent()
    threads = accepted(site, log_in, "talks: own", task_id).threads
    told = [[one.content.text for turn in thread.turns for one in turn.messages] for thread in threads]
    assert told == [["Be polite", "0 it is"], ["Be rude", "1 it is"]]
