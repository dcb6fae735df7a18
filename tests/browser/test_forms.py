"""Task types without an editor of their own, in a form that asks for what this very task asks for."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import LogIn, Site

from scaleapi import TaskType

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def made(site: Site, kind: TaskType, name: str, **params: Any) -> str:
    """A project with one task; returns the task's id."""
    client = site.client()
    client.create_project(name, kind, {"instruction": "Look closely."})
    site.allow_form(name)
    return client.create_task(kind, project=name, **params).id


def handed_in(site: Site, log_in: LogIn, name: str, task_id: str) -> Any:
    """Have the answer accepted; returns it."""
    review = log_in(site, site.reviewer).start("review", name)
    following = review.page.get_by_role("button", name="Next attachment")
    if following.count():
        following.click()
    review.accept.click()
    client = site.client()
    for _ in range(600):
        task = client.get_task(task_id)
        if task.status == "completed":
            return task.response
    raise AssertionError("the task was not completed")


def choose(page: Page, field: str, option: str) -> None:
    """Choose from a list that opens."""
    page.get_by_role("textbox", name=field).or_(page.get_by_role("combobox", name=field)).first.click()
    page.get_by_role("option", name=option, exact=True).click()


def select_text(page: Page, start: int, end: int) -> None:
    """Select a part of the text as a mouse does."""
    page.locator(".lw-text").evaluate(
        """(text, [start, end]) => {
            const range = document.createRange();
            range.setStart(text.firstChild, start);
            range.setEnd(text.firstChild, end);
            document.getSelection().removeAllRanges();
            document.getSelection().addRange(range);
        }""",
        [start, end],
    )


def test_comparison(site: Site, log_in: LogIn) -> None:
    task_id = made(
        site,
        TaskType.Comparison,
        "forms: comparison",
        attachments=["a cat", "a dog"],
        attachment_type="text",
        choices=["the first", "the second"],
        fields={"difference": "What differs?"},
    )
    work = log_in(site, site.labeler).start("attempt", "forms: comparison")
    expect(work.page.get_by_text("What differs?")).to_be_visible()
    choose(work.page, "choice", "the second")
    work.page.get_by_label("difference").fill("It barks.")
    expect(work.page.get_by_text("is required")).to_have_count(0)
    work.page.get_by_role("button", name="Next attachment").click()
    work.submit.click()
    work.all_sent()
    response = handed_in(site, log_in, "forms: comparison", task_id)
    assert response == {"choice": "the second", "fields": {"difference": "It barks."}}


def test_text_collection(site: Site, log_in: LogIn) -> None:
    task_id = made(
        site,
        TaskType.TextCollection,
        "forms: song",
        attachments=[{"type": "text", "content": "A song"}],
        fields=[
            {
                "type": "category",
                "field_id": "genre",
                "title": "Which genre?",
                "required": True,
                "choices": [{"label": "Rap music", "value": "rap"}, {"label": "Rock music", "value": "rock"}],
            },
            {"type": "text", "field_id": "why", "title": "Why?", "description": "In a sentence."},
            {"type": "number", "field_id": "stars", "title": "Stars", "min": 1, "max": 5},
            {"type": "boolean", "field_id": "live", "title": "Played live?"},
        ],
    )
    work = log_in(site, site.labeler).start("attempt", "forms: song")
    page = work.page
    expect(page.get_by_text("In a sentence.")).to_be_visible()
    choose(page, "Which genre?", "Rock music")
    page.keyboard.press("Escape")
    page.get_by_label("Why?").fill("Guitars.")
    page.get_by_label("Stars").fill("4")
    page.get_by_label("Played live?").check()
    work.submit.click()
    work.all_sent()
    response = handed_in(site, log_in, "forms: song", task_id)
    assert response["annotations"] == {"genre": ["rock"], "why": "Guitars.", "stars": 4, "live": True}


def test_named_entities(site: Site, log_in: LogIn) -> None:
    text = "🎉 Ada met Bob in Oslo."
    task_id = made(
        site,
        TaskType.NamedEntityRecognition,
        "forms: entities",
        text=text,
        labels=[{"name": "person", "display_name": "Somebody"}, {"name": "place"}],
    )
    work = log_in(site, site.labeler).start("attempt", "forms: entities")
    page = work.page
    expect(page.get_by_text(text)).to_be_visible()
    select_text(page, 3, 6)
    # Offsets count as JavaScript does, and so do the answers: the emoji is two.
    expect(page.get_by_text("Selected: from 3 to 6")).to_be_visible()
    page.get_by_role("group", name="annotations").get_by_role("button").last.click()
    # Names of spans are not asked for.
    expect(page.get_by_label("id", exact=True)).to_have_count(0)
    page.get_by_label("start").fill("3")
    page.get_by_label("end").fill("6")
    choose(page, "label", "Somebody")
    work.submit.click()
    work.all_sent()
    response = handed_in(site, log_in, "forms: entities", task_id)
    (span,) = response["annotations"]
    assert (span["label"], span["start"], span["end"], span["text"]) == ("person", 3, 6, "Ada")


def test_f04_a_submit_waits_for_the_check_of_what_it_sends(site: Site, log_in: LogIn) -> None:
    name = "forms: check"
    task_id = made(
        site,
        TaskType.TextCollection,
        name,
        attachments=[{"type": "text", "content": "A song"}],
        fields=[
            {"type": "text", "field_id": "code", "title": "Code", "pattern": "[A-Z]{3}", "required": True},
            {"type": "datetime", "field_id": "when", "title": "When?", "include_time": True},
        ],
    )
    work = log_in(site, site.labeler).start("attempt", name)
    page = work.page
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/submit") else None)
    checks: list[Route] = []

    def hold(route: Route) -> None:
        checks.append(route)

    page.route("**/check", hold)
    # The key follows the last letter at once: nobody has looked at this answer yet.
    page.get_by_label("Code").press_sequentially("abc")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("() => document.querySelector('[data-testid=submit][data-loading]')")
    assert not sent
    for check in checks:
        check.continue_()
    page.unroute("**/check", hold)
    expect(page.get_by_text("Not submitted: one problem")).to_be_visible()
    expect(work.unsent).to_have_attribute("data-count", "0")
    assert not sent
    page.get_by_label("Code").fill("ABC")
    page.get_by_label("When?").fill("2026-11-22T10:30")
    expect(page.get_by_text("Time zone:")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(work.empty).to_be_visible()
    work.all_sent()
    answers = handed_in(site, log_in, name, task_id)["annotations"]
    assert answers["code"] == "ABC"
    assert re.fullmatch(r"2026-11-22T10:30:00[+-]\d\d:\d\d", answers["when"])


def test_f04_text_that_is_no_json_is_not_left_behind(site: Site, log_in: LogIn) -> None:
    name = "forms: json"
    made(
        site,
        TaskType.TextCollection,
        name,
        attachments=[{"type": "text", "content": "A song"}],
        fields=[{"type": "text", "field_id": "why", "title": "Why?"}],
    )
    work = log_in(site, site.labeler).start("attempt", name)
    page = work.page
    page.get_by_label("Why?").fill("So.")
    page.get_by_text("JSON", exact=True).click()
    page.get_by_test_id("answer-json").fill('{"annotations": {"why": "Because"')
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("What is typed there is not part of the answer yet")).to_be_visible()
    expect(work.unsent).to_have_attribute("data-count", "0")
    assert work.task_id
