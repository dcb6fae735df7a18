"""A real server with the built web app, and real Chromium windows in which people are logged in."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.browser.pages import LoginPage, Shell
from tests.support.servers import Labelwright

import labelwright
import scaleapi

RESULTS = Path(__file__).parents[2] / "test-results"
ARGUMENTS = (
    "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update"
    " --disable-sync"
).split()
PATIENCE = 60_000
"""Milliseconds after which somebody has to look why; never a measure of speed."""

_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None]:  # wrappers are generators
    """Note for the teardown whether the test failed."""
    report = yield
    if report.failed:
        item.stash[_failed] = True
    return report


@dataclass
class Site:
    """A running server and everybody on it.

    Attributes:
        server: the server.
        key: a live API key.
        labeler: who attempts.
        reviewer: who reviews.
        manager: who watches.
    """

    server: Labelwright
    key: str
    labeler: str
    reviewer: str
    manager: str

    def client(self) -> scaleapi.ScaleClient:
        """Our SDK with the live key."""
        return scaleapi.ScaleClient(self.key, api_instance_url=f"{self.server.url}/v1")

    def allow_form(self, project: str) -> None:
        """Have the manager allow that a project's tasks are done in a form, although no editor draws their answers."""
        with closing(self.server.log_in(self.manager)) as manager:
            assert manager.put("/form", json={"project": project, "allowed": True}).status_code == 200


def open_site(data: Path, environ: Mapping[str, str] | None = None) -> Site:
    """Start a server on an empty folder, with people on it."""
    built = Path(labelwright.__file__).parent / "webapp" / "index.html"
    assert built.is_file(), "the web app is not built: python scripts/web.py build"
    server = Labelwright(data, environ=environ or {})
    key = server.key("live")
    labeler = server.user("lena@example.org", "labeler", "Lena Labeler")
    reviewer = server.user("ravi@example.org", "member", "Ravi Reviewer")
    manager = server.user("mo@example.org", "manager", "Mo Manager")
    return Site(server.start(), key, labeler, reviewer, manager)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server that the tests share; they keep apart by their projects."""
    opened = open_site(tmp_path_factory.mktemp("site") / "data")
    yield opened
    opened.server.stop()


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A server for one test, which may end it."""
    opened = open_site(tmp_path / "data")
    yield opened
    opened.server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or Playwright's; with a profile that is made for this run.

    Ends with its module: while Playwright runs, the thread counts as inside an event loop, and tests that start
    one of their own fail.
    """
    expect.set_options(timeout=PATIENCE)
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield launched
        launched.close()


@dataclass
class Window:
    """One person's browser: cookies and storage of its own."""

    context: BrowserContext
    page: Page
    crashes: list[str]


Open = Callable[..., Page]
LogIn = Callable[[Site, str], Shell]


@pytest.fixture
def open_page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Open]:
    """Opens browsers on a site; each call is another machine. Code that throws in a page fails the test."""
    windows: list[Window] = []

    def opened(site: Site) -> Page:
        context = browser.new_context(base_url=site.server.url, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(PATIENCE)
        window = Window(context, context.new_page(), [])
        window.page.on("pageerror", lambda error: window.crashes.append(f"{error.name}: {error.message}"))
        windows.append(window)
        return window.page

    yield opened
    failed = request.node.stash.get(_failed, False)
    for number, window in enumerate(windows):
        if failed:
            RESULTS.mkdir(exist_ok=True)
            name = re.sub(r"[^\w.-]+", "-", request.node.name)
            if not window.page.is_closed():
                window.page.screenshot(path=RESULTS / f"{name}-{number}.png")
        window.context.close()
    assert not [crash for window in windows for crash in window.crashes]


@pytest.fixture
def log_in(open_page: Open) -> LogIn:
    """Opens a browser in which somebody is logged in."""
    return lambda site, email: LoginPage(open_page(site)).open().log_in(email)
