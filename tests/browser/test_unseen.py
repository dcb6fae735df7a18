"""Nothing is handed in or accepted that was not on the screen."""

import io
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import LogIn, Site
from tests.browser.pages import WorkPage
from tests.support.pictures import png

from scaleapi import TaskType

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PICTURE = png(60, 40, (90, 120, 60))
TRANSPARENT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000000"
    "0200010005fe02fea72ddea90000000049454e44ae426082"
)


class Wire:
    """What the browser gets instead of the attachments' bytes.

    Attributes:
        status: of the answer; 0 cuts the connection.
        body: what comes.
        mime_type: what it is said to be.
    """

    def __init__(self, page: Page) -> None:
        self.status, self.body, self.mime_type = 404, b"", "image/png"
        page.route("**/files/**", self._answer)

    def _answer(self, route: Route) -> None:
        if self.status == 0:
            route.abort()
        else:
            route.fulfill(status=self.status, body=self.body, content_type=self.mime_type)

    def gives(self, status: int, body: bytes = b"", mime_type: str = "image/png") -> None:
        """Set what comes from now on."""
        self.status, self.body, self.mime_type = status, body, mime_type


def picture(site: Site, name: str) -> str:
    """The address of an upload."""
    file = io.BytesIO(PICTURE)
    file.name = "small.png"
    return site.client().upload_file(file, project_name=name).attachment_url


def kinds(site: Site, name: str, attachment: str = "", kind: str = "image") -> None:
    """A project with one categorization."""
    client = site.client()
    params = {"instruction": "Which?", "attachment_type": kind, "categories": ["road", "river"]}
    client.create_project(name, TaskType.Categorization, params)
    client.create_task(TaskType.Categorization, project=name, attachment=attachment or picture(site, name))


def blocked(work: WorkPage, *words: str) -> None:
    """Check that neither button nor key hands anything in, and that the reason stands there."""
    notice = work.page.get_by_test_id("not-shown")
    for word in words:
        expect(notice).to_contain_text(word)
    button = work.submit.or_(work.accept).first
    expect(button).to_be_disabled()
    before = work.task_id
    work.press("Control+Enter", "a")
    expect(work.page.get_by_text("Nothing is handed in unseen").first).to_be_visible()
    assert work.task_id == before
    expect(work.unsent).to_have_attribute("data-count", "0")


@pytest.mark.parametrize("kind", [TaskType.Categorization, TaskType.ImageAnnotation, TaskType.TextCollection])
def test_f02_no_answer_for_a_picture_that_is_not_shown(site: Site, log_in: LogIn, kind: TaskType) -> None:
    name = f"unseen: {kind.value}"
    client = site.client()
    if kind is TaskType.Categorization:
        kinds(site, name)
    elif kind is TaskType.ImageAnnotation:
        client.create_project(name, kind, {"geometries": {"box": {"objects_to_annotate": ["roof"]}}})
        client.create_task(kind, project=name, attachment=picture(site, name))
    else:
        client.create_project(name, kind, {})
        client.create_task(
            kind,
            project=name,
            attachments=[{"type": "image", "content": picture(site, name)}],
            fields=[{"type": "text", "field_id": "why", "title": "Why?"}],
        )
    shell = log_in(site, site.labeler)
    wire = Wire(shell.page)
    shell.page.get_by_test_id(f"start-attempt-{name}").click()
    work = WorkPage(shell.page)
    again = work.page.get_by_role("button", name="Load again")
    expect(again).to_be_visible()
    if kind is TaskType.Categorization:
        work.option("road").click()
    if kind is TaskType.TextCollection:
        work.page.get_by_label("Why?").fill("So.")
        work.page.get_by_label("Why?").blur()
    blocked(work, "status 404")
    for answer, words in (
        ((200, b"<html>not a picture</html>", "text/html"), "cannot read it"),
        ((200, b"", "image/png"), "is empty"),
        ((200, TRANSPARENT, "image/png"), "transparent"),
        ((0,), "could not be loaded"),
    ):
        wire.gives(*answer)
        again.click()
        blocked(work, words)
    wire.gives(200, PICTURE)
    again.click()
    expect(work.submit).to_be_enabled()
    expect(work.page.get_by_test_id("not-shown")).to_have_count(0)
    work.submit.click()
    expect(work.empty).to_be_visible()
    work.all_sent()
    # The reviewer, on another machine, is held to the same.
    shell = log_in(site, site.reviewer)
    wire = Wire(shell.page)
    shell.page.get_by_test_id(f"start-review-{name}").click()
    review = WorkPage(shell.page)
    blocked(review, "status 404")
    shell.page.get_by_test_id("report-unshown").click()
    expect(review.empty).to_be_visible()


def test_f02_every_attachment_is_looked_at(site: Site, log_in: LogIn) -> None:
    client = site.client()
    name = "unseen: two"
    client.create_project(name, TaskType.TextCollection, {})
    client.create_task(
        TaskType.TextCollection,
        project=name,
        attachments=[{"type": "text", "content": "a cat"}, {"type": "text", "content": "a dog"}],
        fields=[{"type": "text", "field_id": "why", "title": "Why?"}],
    )
    work = log_in(site, site.labeler).start("attempt", name)
    blocked(work, "Attachment 2 of 2 has not been on the screen")
    work.page.get_by_role("button", name="Show it").click()
    expect(work.page.get_by_text("a dog")).to_be_visible()
    expect(work.submit).to_be_enabled()
    # What was seen stays seen over a reload.
    work.page.reload()
    work.ready()
    expect(work.submit).to_be_enabled()


@pytest.mark.parametrize("kind", ["website", "pdf"])
def test_f04_what_browsers_say_nothing_about_is_opened_by_hand(site: Site, log_in: LogIn, kind: str) -> None:
    name = f"unseen: {kind}"
    if kind == "website":
        kinds(site, name, f"{site.server.url}/healthz", kind)
    else:
        file = io.BytesIO(
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>"
            b"endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
        )
        file.name = "one.pdf"
        client = site.client()
        client.create_project(f"{name} files", TaskType.Categorization, {})
        url = client.upload_file(file, project_name=f"{name} files").attachment_url
        kinds(site, name, url, kind)
    work = log_in(site, site.labeler).start("attempt", name)
    work.option("road").click()
    blocked(work, "has to be opened first")
    frame = work.page.locator(".lw-framed iframe")
    if kind == "website":
        expect(frame).to_have_attribute("sandbox", "allow-scripts allow-popups")
        expect(frame).to_have_attribute("src", f"{site.server.url}/healthz")
    link = work.page.get_by_test_id("open-attachment")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    with work.page.context.expect_page() as opened:
        link.click()
    opened.value.close()
    expect(work.submit).to_be_enabled()
    work.submit.click()
    work.all_sent()


def test_f02_a_recording_counts_once_it_plays(site: Site, log_in: LogIn) -> None:
    name = "unseen: film"
    site.client().create_project(f"{name} files", TaskType.Categorization, {})
    kinds(site, name, picture(site, f"{name} files"), "video")
    shell = log_in(site, site.labeler)
    Wire(shell.page).gives(200, b"no film", "video/mp4")
    shell.page.get_by_test_id(f"start-attempt-{name}").click()
    work = WorkPage(shell.page)
    work.option("road").click()
    blocked(work, "cannot read it")


def test_f03_no_accept_before_everything_undrawn_was_opened(site: Site, log_in: LogIn) -> None:
    client = site.client()
    name = "unseen: tracks"
    client.create_project(name, TaskType.VideoPlaybackAnnotation, {})
    site.allow_form(name)
    url = picture(site, name)
    box: dict[str, Any] = {"left": 1, "top": 1, "width": 9, "height": 9}
    client.create_task(
        TaskType.VideoPlaybackAnnotation,
        project=name,
        attachments=[url],
        attachment_type="image",
        geometries={"box": {"objects_to_annotate": ["car"]}},
        hypothesis={"annotations": {"u": {"label": "car", "geometry": "box", "frames": [{"key": 0, **box}]}}},
    )
    work = log_in(site, site.labeler).start("attempt", name)
    work.submit.click()
    work.all_sent()
    review = log_in(site, site.reviewer).start("review", name)
    blocked(review, "The file annotations.url has not been looked at")
    part = review.page.get_by_test_id("undrawn-annotations.url")
    part.get_by_role("button", name="Look at it").click()
    expect(part).to_contain_text('"left": 1')
    expect(review.accept).to_be_enabled()
    review.accept.click()
    review.all_sent()


def test_f03_polygons_are_drawn_for_the_reviewer(site: Site, log_in: LogIn) -> None:
    client = site.client()
    name = "unseen: polygons"
    client.create_project(name, TaskType.PolygonAnnotation, {})
    site.allow_form(name)
    corners = [{"x": 5, "y": 5}, {"x": 50, "y": 5}, {"x": 50, "y": 30}]
    client.create_task(
        TaskType.PolygonAnnotation,
        project=name,
        attachment=picture(site, name),
        objects_to_annotate=["car"],
        with_labels=True,
        hypothesis={"annotations": [{"label": "car", "vertices": corners}]},
    )
    work = log_in(site, site.labeler).start("attempt", name)
    work.submit.click()
    work.all_sent()
    review = log_in(site, site.reviewer).start("review", name)
    expect(review.page.get_by_text("as numbers")).to_have_count(0)
    expect(review.accept).to_be_enabled()
    review.accept.click()
    review.all_sent()
