"""What nobody gets: tasks that everybody has skipped, and tasks that wait for an editor."""

import io
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import LogIn, Site
from tests.support.pictures import png

from scaleapi import TaskType

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PICTURE = png(60, 40)
WORDS = {"attachment_type": "text", "categories": ["road", "rail"]}


def skip_all(site: Site, email: str, project: str, reason: str) -> None:
    """Have somebody skip every task of a project."""
    with closing(site.server.log_in(email)) as worker:
        while found := worker.post(
            "/assignments/claim", json={"stage": "attempt", "project": project}
        ).json()["assignments"]:
            for one in found:
                answer = worker.post(f"/assignments/{one['id']}/skip", json={"reason": reason})
                assert answer.status_code == 200, answer.text


def ids_of(site: Site, name: str, n: int) -> list[str]:
    """A project of texts, which only one labeler is on; returns its tasks."""
    client = site.client()
    client.create_project(name, TaskType.Categorization, WORDS)
    with closing(site.server.log_in(site.manager)) as manager:
        people = manager.get("/people").json()["people"]
        (labeler,) = (one["id"] for one in people if one["email"] == site.labeler)
        assert (
            manager.put(f"/projects/{name}/people", json={"add": [labeler], "remove": []}).status_code == 200
        )
    return [client.create_task(TaskType.Categorization, project=name, attachment="?").id for _ in range(n)]


def test_f07_a_manager_sees_what_everybody_skipped_and_decides(site: Site, log_in: LogIn) -> None:
    name = "skipped"
    first, second, third = ids_of(site, name, 3)
    skip_all(site, site.labeler, name, "It is empty.")
    page = log_in(site, site.manager).page
    page.get_by_role("link", name="Projects").click()
    page.get_by_test_id(f"stuck-of-{name}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stuck tasks")
    row: Any = page.get_by_test_id(f"stuck-{first}")
    expect(row).to_contain_text("Lena Labeler It is empty.")
    expect(page.get_by_test_id("stuck-total")).to_have_text("3 tasks")

    page.get_by_role("button", name=f"Offer task {first} to everybody again").click()
    expect(row).to_have_count(0)
    page.get_by_test_id(f"give-{second}").click()
    page.get_by_test_id("give-person").click()
    page.get_by_role("option", name="Ravi Reviewer").click()
    page.get_by_test_id("give-confirm").click()
    expect(page.get_by_test_id(f"stuck-{second}")).to_have_count(0)
    page.get_by_test_id(f"cancel-{third}").click()
    page.get_by_test_id("cancel-confirm").click()
    expect(page.get_by_text("Nothing is stuck")).to_be_visible()
    assert site.client().get_task(third).status == "canceled"

    with closing(site.server.log_in(site.reviewer)) as reviewer:
        given = reviewer.post("/assignments/claim", json={"stage": "attempt", "project": name}).json()
    assert [one["task"]["task_id"] for one in given["assignments"]] == [second]
    work = log_in(site, site.labeler).start("attempt", name)
    assert work.task_id == first


def test_f03_a_manager_sees_what_waits_for_an_editor_and_allows_the_form(site: Site, log_in: LogIn) -> None:
    client, name = site.client(), "outlines"
    client.create_project(
        name, TaskType.ImageAnnotation, {"geometries": {"polygon": {"objects_to_annotate": ["roof"]}}}
    )
    file = io.BytesIO(PICTURE)
    file.name = "roof.png"
    image = client.upload_file(file, project_name=name).attachment_url
    task = client.create_task(TaskType.ImageAnnotation, project=name, attachment=image)
    shell = log_in(site, site.manager)
    page = shell.page
    page.get_by_role("link", name="Projects").click()
    expect(page.get_by_test_id(f"project-{name}")).to_contain_text("1 waits for an editor")
    page.get_by_test_id(f"project-{name}").get_by_role("link", name=name).first.click()
    notice = page.get_by_test_id(f"form-notice-{name}")
    expect(notice).to_contain_text("One task waits for an editor")
    expect(notice).to_contain_text("no editor that draws polygon")
    box = notice.get_by_role("checkbox", name="Allow the form for this project")
    box.click()
    expect(box).to_be_checked()
    expect(notice).to_contain_text("Some answers have no editor")
    with closing(site.server.log_in(site.labeler)) as labeler:
        claimed = labeler.post("/assignments/claim", json={"stage": "attempt", "project": name}).json()
    assert [one["task"]["task_id"] for one in claimed["assignments"]] == [task.id]
    reviewer = log_in(site, site.reviewer).page
    reviewer.goto(f"/projects/{name}")
    expect(reviewer.get_by_test_id(f"form-notice-{name}")).to_contain_text("A manager has allowed the form.")
