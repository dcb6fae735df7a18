"""Takes the pictures of the documentation: starts a fresh demo, drives a browser through it, writes PNGs.

python scripts/pictures.py [folder]      docs/pictures by default; 1440 by 900 pixels
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import browser
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).parent.parent
COMMAND = Path(sys.executable).with_name("labelwright")
SIZE: ViewportSize = {"width": 1440, "height": 900}
PROJECT = "demo-boxes"
BUILDING, BOAT = "4", "5"
BOXES = (
    (BUILDING, (0.134, 0.1, 0.548, 0.905)),
    (BOAT, (0.651, 0.622, 0.669, 0.651)),
    (BOAT, (0.7415, 0.617, 0.7605, 0.643)),
)
"""Boxes drawn on the first photograph: label key, and left, top, right, bottom as shares of the canvas."""


@dataclass(frozen=True)
class Demo:
    """A served demo: its address, and password by what somebody is."""

    url: str
    people: dict[str, tuple[str, str]]


@contextmanager
def demo() -> Iterator[Demo]:
    """Serve a freshly seeded demo on a free port."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "demo"
        subprocess.run(
            [COMMAND, "demo", "--data", data, "--seed-only"], check=True, stdout=subprocess.DEVNULL
        )
        logins = json.loads((data / "demo.json").read_text())
        people = {one["what"]: (one["email"], one["password"]) for one in logins["people"]}
        server = subprocess.Popen(
            [COMMAND, "serve", "--data", data, "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield Demo(_address(server), people)
        finally:
            server.terminate()
            server.wait(60)


def _address(server: "subprocess.Popen[str]") -> str:
    for line in server.stdout or ():
        found = re.search(r"Listening on (http://\S+)", line)
        if found:
            return found[1]
    raise RuntimeError("the server did not start")


@contextmanager
def logged_in(chromium: Browser, served: Demo, who: str) -> Iterator[Page]:
    """A page of somebody who has logged in."""
    context = chromium.new_context(
        base_url=served.url, viewport=SIZE, color_scheme="light", reduced_motion="reduce", locale="en-GB"
    )
    page = context.new_page()
    email, password = served.people[who]
    page.goto("/login")
    page.get_by_test_id("login-email").fill(email)
    page.get_by_test_id("login-password").fill(password)
    page.get_by_test_id("login-submit").click()
    page.wait_for_url(lambda url: "/login" not in url)
    yield page
    context.close()


def take(page: Page, folder: Path, name: str) -> None:
    """Write what the page shows, once it is quiet."""
    page.wait_for_load_state("load")
    page.wait_for_timeout(1500)
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    print(path)


def draw(page: Page, key: str, corners: tuple[float, float, float, float]) -> None:
    """Choose a label and drag a box over a part of the canvas."""
    area = page.locator("canvas").first.bounding_box()
    if area is None:
        raise RuntimeError("the work screen shows no canvas")
    left, top, right, bottom = corners
    # With an object selected the key would change that object's label.
    for pressed in ("Escape", "Escape", "Escape", "b", key):
        page.keyboard.press(pressed)
    page.mouse.move(area["x"] + left * area["width"], area["y"] + top * area["height"])
    page.mouse.down()
    page.mouse.move(area["x"] + right * area["width"], area["y"] + bottom * area["height"], steps=8)
    page.mouse.up()
    page.get_by_text("no", exact=True).last.click()


def labeler(page: Page, folder: Path) -> None:
    """The queue, and the work screen with some boxes."""
    page.goto("/queue")
    take(page, folder, "queue")
    page.goto(f"/work/attempt?project={PROJECT}")
    page.locator("canvas").first.wait_for()
    page.wait_for_timeout(1500)
    for key, corners in BOXES:
        draw(page, key, corners)
    page.keyboard.press("v")
    take(page, folder, "work")


def reviewer(page: Page, folder: Path) -> None:
    """An answer that waits for its review, which is then accepted."""
    page.goto(f"/work/review?project={PROJECT}")
    page.locator("canvas").first.wait_for()
    take(page, folder, "review")
    page.keyboard.press("a")
    page.get_by_text("1 done").wait_for()


def manager(page: Page, folder: Path) -> None:
    """The progress of all projects."""
    page.goto("/projects")
    take(page, folder, "projects")


def main() -> int:
    """Take every picture."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with demo() as served, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=["--no-sandbox"])
        for who, tour in (("labeler", labeler), ("reviewer", reviewer), ("manager", manager)):
            with logged_in(chromium, served, who) as page:
                tour(page, folder)
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
