"""Every page and editor under the eyes of axe-core, light and dark: no barrier that it can find."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import LogIn, Open, Site, open_site
from tests.browser.pages import LoginPage, PeoplePage, Shell, WorkPage
from tests.browser.test_conversations import PARAMS as TALK
from tests.browser.test_managing import FROM_ELSEWHERE
from tests.browser.test_walks import finish_one, kinds_project
from tests.support.pictures import png
from tests.support.servers import until

from scaleapi import TaskType

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

Scheme = Literal["light", "dark"]
BOTH: tuple[Scheme, ...] = ("light", "dark")
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules that the colour scheme can break; the others are asked once."""


SETTLED = """scheme => document.documentElement.dataset.mantineColorScheme === scheme
    && document.getAnimations().every(one => one.playState === "finished")"""
"""Colours on the way from one scheme to the other are nobody's."""


class Axe:
    """Runs axe on pages, and keeps what it finds."""

    def __init__(self) -> None:
        self.code = AXE.read_text()
        self.found: list[str] = []

    def look(self, page: Page, name: str, schemes: Sequence[Scheme] = BOTH) -> None:
        """Judge what is on the screen now."""
        # By the devtools: the page's own policy forbids the script, and that is right.
        page.evaluate(f"() => {{ if (!window.axe) {{ {self.code} }} }}")
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_function(SETTLED, arg=scheme)
            options: dict[str, Any] = {"resultTypes": ["violations"]}
            if scheme == "dark":
                options["runOnly"] = COLOURS
            result = page.evaluate("options => axe.run(document, options)", options)
            for one in result["violations"]:
                for node in one["nodes"]:
                    self.found.append(
                        f"{name}, {scheme}: {one['impact']} {one['id']}: {node['target']} {node['html'][:160]}"
                        f" {node['failureSummary'][:300]!r}"
                    )
        page.emulate_media(color_scheme="light")


@pytest.fixture
def axe() -> Iterator[Axe]:
    """Axe; the test fails with everything that it found."""
    looking = Axe()
    yield looking
    assert not looking.found, "\n".join(looking.found)


LABELS = [
    "car",
    {"choice": "two wheels", "subchoices": [f"kind {number}" for number in range(12)]},
]
ATTRIBUTES = {
    "hidden": {"type": "category", "description": "How much is hidden?", "choices": ["none", "some", "most"]},
    "model": {
        "type": "category",
        "description": "Which model?",
        "choices": [f"model {number}" for number in range(12)],
    },
    "note": {"type": "text", "description": "Anything else?", "required": False},
    "doors": {"type": "number", "description": "How many doors?", "min": 0, "max": 9, "required": False},
}


def image_tasks(site: Site, name: str, tasks: int) -> list[str]:
    """Tasks with everything that the image editor shows: folders of labels, attributes, instruction."""
    client = site.client()
    client.create_project(
        name,
        TaskType.ImageAnnotation,
        {
            "instruction": "# Box **cars**\n\nNot [these](https://example.org).\n\n| a | b |\n|---|---|\n| 1 | 2 |",
            "geometries": {
                "box": {"objects_to_annotate": LABELS},
                "polygon": {"objects_to_annotate": ["puddle"]},
            },
            "annotation_attributes": ATTRIBUTES,
        },
    )
    # Nothing draws polygons yet: without this nobody is offered the tasks.
    site.allow_form(name)
    client.create_batch(name, f"{name} batch")
    picture = io.BytesIO(png(400, 300, (90, 120, 60)))
    picture.name = "plain.png"
    url = client.upload_file(picture, project_name=name).attachment_url
    return [
        client.create_task(TaskType.ImageAnnotation, batch=f"{name} batch", attachment=url).id
        for _ in range(tasks)
    ]


def dialog(page: Page, axe: Axe, name: str, *keys: str) -> None:
    """Open a dialog by its keys, judge it, close it."""
    for key in keys:
        page.keyboard.press(key)
    shown = page.get_by_role("dialog")
    expect(shown).to_be_visible()
    axe.look(page, name)
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()


def test_f06_axe_finds_nothing_before_the_log_in(
    site: Site, open_page: Open, log_in: LogIn, axe: Axe
) -> None:
    page = open_page(site)
    login = LoginPage(page).open()
    axe.look(page, "log-in")
    login.try_to_log_in(site.labeler, "wrong horse")
    expect(login.alert).to_be_visible()
    axe.look(page, "log-in refused")
    people = PeoplePage(log_in(site, site.manager))
    (link,) = people.invite("axe@example.org")
    page.goto(link)
    expect(page.get_by_test_id("invitation-accept")).to_be_visible()
    axe.look(page, "invitation")
    page.goto(f"{link}x")
    expect(page.get_by_text("leads to no invitation")).to_be_visible()
    axe.look(page, "invitation unknown")


def test_f06_axe_finds_nothing_while_pictures_are_labelled(site: Site, log_in: LogIn, axe: Axe) -> None:
    image_tasks(site, "axe image", 2)
    shell = log_in(site, site.labeler)
    page = shell.page
    expect(page.get_by_test_id("start-attempt-axe image")).to_be_visible()
    axe.look(page, "queue")
    work = shell.start("attempt", "axe image")
    axe.look(page, "image, nothing drawn")
    work.press("1", "b")
    work.drag((20, 20), (120, 90))
    work.press("2")
    work.drag((200, 120), (290, 190))
    expect(work.rows).to_have_count(2)
    axe.look(page, "image, drawn")
    work.press("v")
    work.rows.nth(0).click()
    page.get_by_text("problems").first.click()
    axe.look(page, "image, selected, with problems")
    work.press("Control+Enter")
    expect(page.locator(".mantine-Notification-root").first).to_be_visible()
    axe.look(page, "image, refused with a message")
    dialog(page, axe, "keys", "?")
    dialog(page, axe, "instructions", "i")
    dialog(page, axe, "skip", "Shift+S")
    dialog(page, axe, "last submitted", "Shift+U")
    dialog(page, axe, "palette", "Control+k")
    fill(work)
    work.hand_in()
    work.all_sent()
    dialog(page, axe, "last submitted, drawn", "Shift+U")
    review = log_in(site, site.reviewer).start("review", "axe image")
    axe.look(review.page, "review")
    dialog(review.page, axe, "send back", "s")
    review.begin_fix()
    review.rows.nth(1).click()
    review.press("Delete")
    review.press("Shift+D")
    axe.look(review.page, "fix, compared")


def fill(work: WorkPage) -> None:
    """Answer what is asked about both boxes."""
    for number in range(2):
        work.rows.nth(number).click()
        form = work.page.get_by_role("group", name="Attributes")
        form.get_by_text("some", exact=True).click()
        form.get_by_role("textbox", name="Which model?").or_(
            form.get_by_role("combobox", name="Which model?")
        ).first.click()
        work.page.get_by_role("option", name="model 3", exact=True).click()
    expect(work.page.get_by_text("problem")).to_have_count(0)


def test_f06_axe_finds_nothing_in_the_other_editors(site: Site, log_in: LogIn, axe: Axe) -> None:
    client = site.client()
    kinds_project(site, "axe kinds", 1)
    client.create_project("axe talk", TaskType.Chat, TALK)
    client.create_task(TaskType.Chat, project="axe talk", template_variables={})
    client.create_project(
        "axe form", TaskType.Comparison, {"attachment_type": "text", "choices": ["yes", "no"]}
    )
    client.create_task(
        TaskType.Comparison, project="axe form", attachments=["a calf", "a cow"], fields={"why": "Why?"}
    )
    client.create_project(
        "axe fields",
        TaskType.TextCollection,
        {
            "fields": [
                {"type": "text", "field_id": "name", "title": "Name", "required": True},
                {"type": "number", "field_id": "size", "title": "Size"},
                {"type": "datetime", "field_id": "day", "title": "Day"},
                {
                    "type": "category",
                    "field_id": "kind",
                    "title": "Kind",
                    "choices": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}],
                },
            ]
        },
    )
    client.create_task(
        TaskType.TextCollection,
        project="axe fields",
        attachments=[{"type": "text", "content": "What is on the sign?"}],
    )
    shell = log_in(site, site.labeler)
    page = shell.page
    work = shell.start("attempt", "axe kinds")
    work.press("1")
    axe.look(page, "categorization")
    page.goto("/")
    shell.start("attempt", "axe talk")
    axe.look(page, "conversation, empty")
    page.keyboard.press("p")
    page.keyboard.type("Why are there tides?")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("article", name="Answer B")).to_contain_text("tides")
    page.get_by_role("button", name="Rewrite this answer").first.click()
    axe.look(page, "conversation, answered")
    for project in ("axe form", "axe fields"):
        page.goto("/")
        shell.start("attempt", project)
        expect(page.locator(".lw-generic-panel input:not([type=radio])").first).to_be_visible()
        axe.look(page, project)
        page.keyboard.press("Escape")
        page.get_by_text("JSON", exact=True).click()
        axe.look(page, f"{project} as JSON")


def test_f06_axe_finds_nothing_on_the_managers_pages(tmp_path: Path, log_in: LogIn, axe: Axe) -> None:
    site = open_site(tmp_path / "data", FROM_ELSEWHERE)
    try:
        managers_pages(site, log_in, axe)
    finally:
        site.server.stop()


def managers_pages(site: Site, log_in: LogIn, axe: Axe) -> None:
    """Walk over everything that a manager sees, with something on each page."""
    (task_id, *_) = kinds_project(site, "axe managed", 3)
    client = site.client()
    client.create_task(
        TaskType.Categorization,
        project="axe managed",
        attachment_type="text",
        attachment="?",
        callback_url="http://127.0.0.1:9/",
    )
    for _ in range(4):
        finish_one(site, "axe managed")
    manager = site.server.log_in(site.manager)
    until(lambda: manager.get("/callbacks?state=dead").json()["callbacks"] or None, "a callback given up")
    shell = log_in(site, site.manager)
    page = shell.page
    for path, name in (
        ("/projects", "projects"),
        ("/projects/axe managed", "project"),
        ("/tasks", "tasks"),
        ("/callbacks", "callbacks"),
        ("/deliveries", "deliveries, none"),
        ("/queue", "queue of a manager"),
        ("/account", "account"),
        ("/nowhere", "no such page"),
    ):
        page.goto(path)
        expect(shell.heading).to_be_visible()
        page.wait_for_load_state("networkidle")
        axe.look(page, name)
    page.goto("/callbacks")
    page.locator("[data-testid^=tries-]").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    axe.look(page, "tries of a callback")
    people_pages(shell, axe, site)
    task_pages(page, axe, task_id)
    deliver(page, axe)


def people_pages(shell: Shell, axe: Axe, site: Site) -> None:
    """People, with an invitation, and the dialogs."""
    shell.page.goto("/projects")
    people = PeoplePage(shell)
    people.invite("axe@example.org")
    axe.look(people.page, "people")
    dialog(people.page, axe, "invite people", "i")
    people.change(site.labeler)
    axe.look(people.page, "a person")
    people.page.keyboard.press("Escape")


def task_pages(page: Page, axe: Axe, task_id: str) -> None:
    """A completed task with each of its tabs, and the verdicts."""
    page.goto(f"/tasks/{task_id}")
    tabs = page.get_by_role("tab")
    expect(page.get_by_test_id("task-accept")).to_be_visible()
    page.wait_for_load_state("networkidle")
    for number in range(tabs.count()):
        tabs.nth(number).click()
        axe.look(page, f"task, {tabs.nth(number).inner_text()}", ("light",) if number else BOTH)
    dialog(page, axe, "reject", "r")
    dialog(page, axe, "give back", "Shift+R")
    page.keyboard.press("e")
    expect(page.get_by_test_id("fix-send")).to_be_visible()
    axe.look(page, "task, fix")
    page.keyboard.press("3")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".mantine-Notification-root").first).to_be_visible()
    axe.look(page, "task, fixed, with a message")


def deliver(page: Page, axe: Axe) -> None:
    """The dialog of deliveries, and a delivery."""
    page.goto("/deliveries")
    expect(page.get_by_text("A delivery is a snapshot")).to_be_visible()
    page.keyboard.press("n")
    window = page.get_by_role("dialog", name="Deliver finished tasks")
    expect(window).to_be_visible()
    axe.look(page, "deliver")
    window.get_by_label("Project").first.click()
    page.get_by_role("option", name="axe managed", exact=True).click()
    window.get_by_label("Name").fill("first")
    window.get_by_role("button", name="Deliver").click()
    expect(page.get_by_text("tasks are delivered")).to_be_visible()
    axe.look(page, "deliveries")
