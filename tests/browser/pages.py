"""The pages of the web app as the tests use them: what a person sees and does, by the hooks of the markup."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect
from tests.support.servers import PASSWORD

Point = tuple[float, float]


class LoginPage:
    """The log-in form."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.email = page.get_by_test_id("login-email")
        self.password = page.get_by_test_id("login-password")
        self.alert = page.get_by_role("alert")

    def open(self) -> "LoginPage":
        """Go to the app; somebody without a session is led here."""
        self.page.goto("/")
        expect(self.email).to_be_visible()
        return self

    def try_to_log_in(self, email: str, password: str) -> None:
        """Fill the form and send it."""
        self.email.fill(email)
        self.password.fill(password)
        self.page.get_by_test_id("login-submit").click()

    def log_in(self, email: str, password: str = PASSWORD) -> "Shell":
        """Log in and wait for the first page."""
        self.try_to_log_in(email, password)
        shell = Shell(self.page)
        expect(shell.log_out).to_be_visible()
        return shell


class Shell:
    """The frame around every page but the log-in and the work screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log_out = page.get_by_role("button", name="Log out")
        self.heading = page.get_by_role("heading", level=1)
        self.unsent = page.get_by_test_id("unsent-badge")

    def start(self, stage: str, project: str) -> "WorkPage":
        """Take up work from the queue and wait for the first task."""
        if self.heading.inner_text() != "Queue":
            self.page.get_by_role("link", name="Queue").click()
        self.page.get_by_test_id(f"start-{stage}-{project}").click()
        work = WorkPage(self.page)
        work.ready()
        return work

    def progress(self, project: str) -> Locator:
        """The progress bar of a project on the managers' page."""
        return self.page.get_by_test_id(f"project-{project}").get_by_role("progressbar")


class WorkPage:
    """The labelling screen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.screen = page.get_by_test_id("work")
        self.canvas = page.get_by_test_id("canvas")
        self.rows = page.get_by_test_id("object-row")
        self.unsent = page.get_by_test_id("unsent-badge")
        self.comment = page.get_by_test_id("review-comment")
        self.empty = page.get_by_test_id("work-empty")
        self.label_target = page.get_by_test_id("label-target")
        self.submit = page.get_by_test_id("submit")
        self.accept = page.get_by_test_id("accept")
        self.fix = page.get_by_test_id("fix")

    def ready(self, after: str = "") -> str:
        """Wait for a task that is painted, another one than ``after``; returns the assignment's id."""
        other = f':not([data-assignment-id="{after}"])' if after else ""
        shown = self.page.locator(f'[data-testid="work"][data-ready="true"]{other}')
        shown.wait_for()
        found = shown.get_attribute("data-assignment-id")
        assert found
        return found

    def prepared_ahead(self, tasks: int) -> None:
        """Wait until that many tasks behind the one on screen are in the browser's memory."""
        expect(self.screen).to_have_attribute("data-ahead", str(tasks))

    @property
    def task_id(self) -> str:
        """The task on screen."""
        found = self.screen.get_attribute("data-task-id")
        assert found
        return found

    def option(self, value: str) -> Locator:
        """An option of a categorization."""
        return self.page.get_by_test_id(f"option-{value}")

    def label(self, choice: str) -> Locator:
        """A label of the palette."""
        return self.page.get_by_test_id(f"label-{choice}")

    def saved(self) -> None:
        """Wait until the server has the draft."""
        status = self.page.get_by_test_id("save-state").locator("[data-status]")
        expect(status).to_have_attribute("data-status", "saved")

    def on_screen(self, x: float, y: float) -> Point:
        """Where a pixel of the original image is on the screen."""
        at: Mapping[str, float] = self.canvas.evaluate(
            "(canvas, at) => canvas.__editor.toScreen(at[0], at[1])", [x, y]
        )
        return at["x"], at["y"]

    def drag(self, start: Point, end: Point) -> None:
        """Drag the mouse between two pixels of the original image."""
        mouse, middle = self.page.mouse, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        mouse.move(*self.on_screen(*start))
        mouse.down()
        for point in (middle, end):
            mouse.move(*self.on_screen(*point), steps=4)
        mouse.up()

    def draw_box(self, label: str, left: float, top: float, width: float, height: float) -> None:
        """Say what comes next, and draw it with the mouse."""
        before = self.rows.count()
        self.page.keyboard.press("b")
        self.label(label).click()
        self.drag((left, top), (left + width, top + height))
        expect(self.rows).to_have_count(before + 1)

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def hand_in(self) -> None:
        """Submit with the key, once everything of the task was on the screen."""
        expect(self.submit).to_be_enabled()
        self.press("Control+Enter")

    def begin_fix(self) -> None:
        """Turn the review into a fix with the key, and wait until the canvas takes input."""
        self.press("e")
        expect(self.submit).to_be_visible()
        self.page.wait_for_function(
            "() => document.querySelector('[data-testid=canvas]')?.__editor?.ready === true"
        )

    def send_back(self, comment: str) -> None:
        """Send the task back to its labeler."""
        self.page.get_by_test_id("send-back").click()
        self.page.get_by_test_id("send-back-comment").fill(comment)
        self.page.get_by_test_id("send-back-confirm").click()

    def all_sent(self) -> None:
        """Wait until every answer is on the server."""
        expect(self.unsent).to_have_attribute("data-count", "0")


class InvitationPage:
    """Where an invitation's link leads."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.name = page.get_by_test_id("invitation-name")
        self.password = page.get_by_test_id("invitation-password")
        self.accept = page.get_by_test_id("invitation-accept")

    def state(self, state: str) -> Locator:
        """The page in one of its states: open, expired, accepted, unknown."""
        return self.page.get_by_test_id("invitation").locator(f'[data-state="{state}"]')

    def join(self, name: str, password: str = PASSWORD) -> Shell:
        """Accept, and wait for the first page."""
        self.name.fill(name)
        self.password.fill(password)
        self.accept.click()
        shell = Shell(self.page)
        expect(shell.log_out).to_be_visible()
        return shell


class PeoplePage:
    """The managers' page of people and invitations."""

    def __init__(self, shell: Shell) -> None:
        self.page = shell.page
        self.page.get_by_role("link", name="People").click()
        expect(shell.heading).to_have_text("People")
        self.dialog = self.page.get_by_role("dialog")

    def invite(self, *emails: str) -> list[str]:
        """Invite labelers with the key; returns the paths of their links."""
        self.page.keyboard.press("i")
        self.page.get_by_test_id("invite-emails").fill(", ".join(emails))
        self.page.get_by_test_id("invite-send").click()
        links = []
        for email in emails:
            field = self.page.get_by_test_id(f"invite-link-{email}")
            expect(field).to_have_value(re.compile(r"/invite/."))
            links.append(urlsplit(field.input_value()).path)
        self.dialog.get_by_role("button", name="Done").click()
        expect(self.dialog).to_be_hidden()
        return links

    def person(self, email: str) -> Locator:
        """Somebody's row."""
        return self.page.get_by_test_id(f"person-{email}")

    def invited(self, email: str) -> Locator:
        """An invitation's row."""
        return self.page.get_by_test_id(f"invited-{email}")

    def change(self, email: str) -> None:
        """Open somebody's dialog."""
        self.page.get_by_test_id(f"change-{email}").click()
        expect(self.dialog).to_be_visible()


class AccountPage:
    """One's own password and sessions, reached by the name below the navigation."""

    def __init__(self, shell: Shell) -> None:
        self.page = shell.page
        self.page.get_by_role("link", name="Your account").click()
        expect(shell.heading).to_have_text("Your account")
        self.current = self.page.get_by_test_id("password-current")
        self.new = self.page.get_by_test_id("password-new")
        self.repeated = self.page.get_by_test_id("password-repeated")

    def change(self, current: str, new: str, repeated: str | None = None) -> None:
        """Fill the form and send it."""
        self.current.fill(current)
        self.new.fill(new)
        self.repeated.fill(new if repeated is None else repeated)
        self.page.get_by_test_id("password-change").click()


class TaskPage:
    """One task as a manager sees it."""

    def __init__(self, shell: Shell, task_id: str) -> None:
        self.page = shell.page
        self.page.goto(f"/tasks/{task_id}")
        self.accept = self.page.get_by_test_id("task-accept")
        self.comment = self.page.get_by_test_id("verdict-comment")
        self.redo = self.page.get_by_test_id("verdict-redo")
        self.send = self.page.get_by_test_id("verdict-send")

    def audits(self) -> Locator:
        """The rows of what was said about the task, newest first."""
        self.page.get_by_role("tab", name="Audits").click()
        return self.page.get_by_role("table", name="Audits").locator("tbody tr")


def boxes(response: Mapping[str, Any]) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Label and (left, top, width, height) of each box of an image response, in its order."""
    for one in response["annotations"]:
        assert one["type"] == "box"
        yield one["label"], (one["left"], one["top"], one["width"], one["height"])
