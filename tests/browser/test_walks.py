"""Whole ways through the web app in a real browser: from a customer's program to its callback, and what goes wrong."""

import io
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import LogIn, Open, Site
from tests.browser.pages import LoginPage, Shell, WorkPage, boxes
from tests.support.pictures import png
from tests.support.receiver import Receiver

from scaleapi import TaskType

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

KINDS = ["road", "river", "rail"]
PIXELS = 2


def photograph() -> io.BytesIO:
    """A real photograph, 640 by 427."""
    file = io.BytesIO((files("sklearn") / "datasets" / "images" / "china.jpg").read_bytes())
    file.name = "china.jpg"
    return file


def near(found: tuple[float, ...], wanted: tuple[float, ...]) -> bool:
    """Whether a box is where it was drawn, give or take what a mouse pointer can aim at."""
    return all(abs(a - b) <= PIXELS for a, b in zip(found, wanted, strict=True))


def image_project(site: Site, name: str, photos: int = 1, **task: Any) -> list[str]:
    """A project with boxes of two labels on a photograph; returns its tasks' ids."""
    client = site.client()
    boxes_of = {"box": {"objects_to_annotate": ["roof", "wall"], "min_width": 4, "min_height": 4}}
    params = {"instruction": "Box every **roof** and every wall.", "geometries": boxes_of}
    client.create_project(name, TaskType.ImageAnnotation, params)
    client.create_batch(name, f"{name} batch")
    uploaded = client.upload_file(photograph(), project_name=name)
    made = [
        client.create_task(
            TaskType.ImageAnnotation, batch=f"{name} batch", attachment=uploaded.attachment_url, **task
        )
        for _ in range(photos)
    ]
    return [task.id for task in made]


def kinds_project(site: Site, name: str, tasks: int) -> list[str]:
    """A project with categorizations of small pictures; returns its tasks' ids."""
    client = site.client()
    params = {"instruction": "What is it?", "attachment_type": "image", "categories": KINDS}
    client.create_project(name, TaskType.Categorization, params)
    picture = io.BytesIO(png(60, 40, (90, 120, 60)))
    picture.name = "small.png"
    url = client.upload_file(picture, project_name=name).attachment_url
    return [
        client.create_task(TaskType.Categorization, project=name, attachment=url).id for _ in range(tasks)
    ]


def attempts(site: Site, task_id: str) -> list[Mapping[str, Any]]:
    """What was submitted for a task, oldest first."""
    manager = site.server.log_in(site.manager)
    found = manager.get(f"/tasks/{task_id}").json()["attempts"]
    return [one for one in found if one["state"] == "submitted"]


def test_job_from_the_sdk_to_the_callback(site: Site, log_in: LogIn, receiver: Receiver) -> None:
    roof, wall, moved = (60, 50, 200, 120), (330.5, 210, 150, 90), (360.5, 230, 150, 90)
    (task_id,) = image_project(site, "job", callback_url=receiver.url("/job"), metadata={"row": 7})

    labeler = log_in(site, site.labeler).start("attempt", "job")
    assert labeler.task_id == task_id
    labeler.draw_box("roof", *roof)
    labeler.draw_box("wall", *wall)
    labeler.submit.click()
    labeler.all_sent()

    reviewer = log_in(site, site.reviewer).start("review", "job")
    expect(reviewer.rows).to_have_count(2)
    reviewer.begin_fix()
    reviewer.drag((405, 255), (435, 275))
    reviewer.submit.click()
    reviewer.all_sent()

    callback = receiver.one("/job")
    assert callback.headers["scale-callback-auth"] == site.server.callback_key("live")
    done = site.client().get_task(task_id)
    assert done.status == "completed"
    assert callback.body["response"] == done.response
    assert callback.body["task"]["metadata"] == {"row": 7}
    found = dict(boxes(done.response))
    assert set(found) == {"roof", "wall"}
    assert near(found["roof"], roof)
    assert near(found["wall"], moved)
    first, second = attempts(site, task_id)
    assert (first["stage"], second["stage"], second["verdict"]) == ("attempt", "review", "fix")
    assert near(dict(boxes(first["answer"]))["wall"], wall)


def test_box_by_keyboard_alone(site: Site, open_page: Open) -> None:
    (task_id,) = image_project(site, "keyboard box")
    page = open_page(site)
    page.goto("/")
    expect(page.get_by_test_id("login-email")).to_be_focused()
    page.keyboard.type(site.labeler)
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse battery")
    page.keyboard.press("Enter")
    start = page.get_by_test_id("start-attempt-keyboard box")
    expect(start).to_be_visible()
    for _ in range(40):
        if start.evaluate("(one) => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(start).to_be_focused()
    page.keyboard.press("Enter")
    work = WorkPage(page)
    work.ready()
    work.press("2", "n")
    expect(work.rows).to_have_count(1)
    work.saved()
    before = draft_box(site, work.ready())
    work.press("Shift+ArrowRight", "Shift+ArrowRight", "ArrowUp", "Alt+Shift+ArrowDown")
    work.hand_in()
    work.all_sent()
    (attempt,) = attempts(site, task_id)
    ((label, after),) = boxes(attempt["answer"])
    left, top, width, height = before
    assert label == "wall"
    assert after == pytest.approx((left + 20, top - 1, width, height + 10))


def draft_box(site: Site, assignment_id: str) -> tuple[float, float, float, float]:
    """The only box of a draft of the labeler's."""
    draft = site.server.log_in(site.labeler).get(f"/assignments/{assignment_id}").json()["draft"]
    ((_, box),) = boxes(draft["answer"])
    return box


def test_twenty_categorizations_by_keyboard(site: Site, log_in: LogIn) -> None:
    tasks = kinds_project(site, "twenty", 20)
    work = log_in(site, site.labeler).start("attempt", "twenty")
    given: dict[str, str] = {}
    shown = ""
    for n in range(20):
        shown = work.ready(after=shown)
        given[work.task_id] = KINDS[n % 3]
        work.press(str(n % 3 + 1))
        expect(work.option(KINDS[n % 3])).to_have_attribute("aria-pressed", "true")
        work.hand_in()
    expect(work.empty).to_be_visible()
    work.all_sent()
    assert sorted(given) == sorted(tasks)
    for task_id, kind in given.items():
        (attempt,) = attempts(site, task_id)
        assert attempt["answer"] == {"category": kind}


def test_drafts_survive_a_reload_and_another_machine(site: Site, log_in: LogIn) -> None:
    image_project(site, "drafts")
    shell = log_in(site, site.labeler)
    work = shell.start("attempt", "drafts")
    work.draw_box("roof", 100, 100, 80, 60)
    work.saved()
    work.draw_box("wall", 300, 200, 60, 40)
    shell.page.reload()  # the second box is not on the server yet
    work.ready()
    expect(work.rows).to_have_count(2)
    work.saved()
    elsewhere = log_in(site, site.labeler).start("attempt", "drafts")
    expect(elsewhere.rows).to_have_count(2)


def test_answers_wait_for_a_server_that_was_killed(own_site: Site, log_in: LogIn) -> None:
    tasks = kinds_project(own_site, "outage", 3)
    work = log_in(own_site, own_site.labeler).start("attempt", "outage")
    work.prepared_ahead(2)
    own_site.server.kill()
    shown = work.ready()
    for n in range(2):
        assert work.task_id in tasks
        work.press(str(n + 1))
        work.hand_in()
        shown = work.ready(after=shown)
    expect(work.unsent).to_have_attribute("data-count", "2")
    expect(work.unsent).to_be_visible()
    own_site.server.start()
    work.all_sent()
    work.press("3")
    work.hand_in()
    expect(work.empty).to_be_visible()
    work.all_sent()
    kinds = [attempts(own_site, task_id)[0]["answer"]["category"] for task_id in tasks]
    assert sorted(kinds) == sorted(KINDS)


def test_unsent_answers_survive_a_closed_page(own_site: Site, log_in: LogIn) -> None:
    (task_id,) = kinds_project(own_site, "closed", 1)
    shell = log_in(own_site, own_site.labeler)
    work = shell.start("attempt", "closed")
    expect(work.submit).to_be_enabled()
    own_site.server.kill()
    work.press("2")
    work.hand_in()
    expect(work.unsent).to_have_attribute("data-count", "1")
    expect(work.unsent).to_have_attribute("data-stored", "true")
    context = shell.page.context
    shell.page.close()
    own_site.server.start()
    page = context.new_page()
    # The badge shows nothing before the outbox was read, so the answer itself is waited for.
    with page.expect_response(lambda response: response.url.endswith("/submit") and response.ok):
        page.goto("/")
    again = Shell(page)
    expect(again.heading).to_have_text("Queue")
    expect(again.unsent).to_have_attribute("data-count", "0")
    (attempt,) = attempts(own_site, task_id)
    assert attempt["answer"] == {"category": "river"}


def test_sent_back_work_comes_with_its_comment_and_boxes(site: Site, log_in: LogIn) -> None:
    (task_id,) = image_project(site, "again")
    labeler = log_in(site, site.labeler)
    work = labeler.start("attempt", "again")
    work.draw_box("roof", 100, 100, 80, 60)
    work.submit.click()
    work.all_sent()

    review = log_in(site, site.reviewer).start("review", "again")
    review.send_back("The wall is missing.")
    review.all_sent()

    labeler.page.goto("/")
    work = labeler.start("attempt", "again")
    expect(work.comment).to_contain_text("The wall is missing.")
    expect(work.comment).to_contain_text("Ravi Reviewer")
    expect(work.rows).to_have_count(1)
    work.draw_box("wall", 300, 200, 60, 40)
    work.submit.click()
    work.all_sent()

    last = log_in(site, site.reviewer).start("review", "again")
    expect(last.rows).to_have_count(2)
    last.accept.click()
    last.all_sent()
    done = site.client().get_task(task_id)
    assert done.status == "completed"
    assert [label for label, _ in boxes(done.response)] == ["roof", "wall"]


def test_progress_moves_under_the_managers_eyes(site: Site, log_in: LogIn) -> None:
    kinds_project(site, "watched", 4)
    manager = log_in(site, site.manager)
    manager.page.goto("/projects")
    bar = manager.progress("watched")
    expect(bar).to_have_attribute("aria-valuenow", "0")
    manager.page.evaluate("window.sameDocument = true")
    finish_one(site, "watched")
    expect(bar).to_have_attribute("aria-valuenow", "1")
    finish_one(site, "watched")
    expect(bar).to_have_attribute("aria-valuenow", "2")
    expect(bar).to_have_attribute("aria-valuemax", "4")
    assert manager.page.evaluate("window.sameDocument") is True


def finish_one(site: Site, project: str) -> None:
    """Attempt and accept one task without a browser."""
    for email, stage in ((site.labeler, "attempt"), (site.reviewer, "review")):
        person = site.server.log_in(email)
        held = person.post("/assignments/claim", json={"stage": stage, "project": project}).json()
        assignment = held["assignments"][0]["id"]
        person.post(f"/assignments/{assignment}/open", json={}).raise_for_status()
        body: dict[str, Any] = {"submission_id": assignment, "active_ms": 1000, "shown": True}
        body |= {"answer": {"category": "road"}} if stage == "attempt" else {"verdict": "accept"}
        person.post(f"/assignments/{assignment}/submit", json=body).raise_for_status()


def test_cheat_sheet_lists_the_keys_in_force(site: Site, log_in: LogIn) -> None:
    image_project(site, "keys")
    work = log_in(site, site.labeler).start("attempt", "keys")
    work.press("?")
    sheet = work.page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    for line in ("Submit", "Undo", "Instructions"):
        expect(sheet.get_by_role("listitem").get_by_text(line, exact=True)).to_be_visible()
    work.press("Escape")
    expect(sheet).to_be_hidden()
    work.draw_box("roof", 100, 100, 80, 60)  # and the keys belong to the editor again
    work.press("Control+z")
    expect(work.rows).to_have_count(0)


def test_wrong_password_then_log_in_and_out(site: Site, open_page: Open) -> None:
    page = open_page(site)
    login = LoginPage(page).open()
    login.try_to_log_in(site.labeler, "wrong horse")
    expect(login.alert).to_have_text("E-mail or password is wrong.")
    expect(login.email).to_have_value(site.labeler)
    expect(login.password).to_have_value("")
    shell = login.log_in(site.labeler)
    expect(shell.heading).to_have_text("Queue")
    shell.log_out.click()
    expect(login.email).to_be_visible()
    page.goto("/queue")
    expect(login.email).to_be_visible()
    login.log_in(site.reviewer)


def test_labelers_are_kept_off_the_managers_pages(site: Site, log_in: LogIn) -> None:
    shell = log_in(site, site.labeler)
    expect(shell.page.get_by_role("link", name="People")).to_have_count(0)
    shell.page.goto("/people")
    expect(shell.heading).to_have_text("Not for your role")


def test_session_that_ended_is_renewed_in_place(site: Site, log_in: LogIn) -> None:
    (task_id,) = kinds_project(site, "renewed", 1)
    shell = log_in(site, site.labeler)
    work = shell.start("attempt", "renewed")
    expect(work.submit).to_be_enabled()
    shell.page.context.clear_cookies()
    work.press("1", "Control+Enter")
    dialog = shell.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(work.unsent).to_have_attribute("data-count", "1")
    dialog.get_by_test_id("login-password").fill("correct horse battery")
    dialog.get_by_test_id("login-submit").click()
    work.all_sent()
    (attempt,) = attempts(site, task_id)
    assert attempt["answer"] == {"category": "road"}
