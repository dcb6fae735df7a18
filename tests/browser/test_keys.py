"""What keys do on the labelling screen, pressed in a real browser."""

import io
from collections.abc import Sequence

import pytest
from playwright.sync_api import CDPSession, expect
from tests.browser.conftest import LogIn, Site
from tests.browser.pages import Point, WorkPage
from tests.support.pictures import png

from scaleapi import TaskType

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

LABELS = ["car", "person", "tree"]


def drawing_project(site: Site, name: str, labels: Sequence[str] = LABELS, tasks: int = 1) -> None:
    """A project with boxes on a plain picture of 400 by 300 pixels."""
    client = site.client()
    client.create_project(
        name, TaskType.ImageAnnotation, {"geometries": {"box": {"objects_to_annotate": list(labels)}}}
    )
    picture = io.BytesIO(png(400, 300, (90, 120, 60)))
    picture.name = "plain.png"
    url = client.upload_file(picture, project_name=name).attachment_url
    for _ in range(tasks):
        client.create_task(TaskType.ImageAnnotation, project=name, attachment=url)


def has_labels(work: WorkPage, *labels: str) -> None:
    """Wait until the list shows these labels, in the order of drawing."""
    expect(work.rows).to_have_count(len(labels))
    for number, label in enumerate(labels):
        expect(work.rows.nth(number)).to_contain_text(label)


def test_f01_label_keys_choose_the_label_of_the_next_box(site: Site, log_in: LogIn) -> None:
    drawing_project(site, "label keys")
    work = log_in(site, site.labeler).start("attempt", "label keys")
    for number in range(3):
        work.press(str(number + 1), "b")
        work.drag((20 + 100 * number, 20), (80 + 100 * number, 90))
        expect(work.rows).to_have_count(number + 1)
        expect(work.label_target).to_have_attribute("data-target", "next")
        expect(work.label_target).to_contain_text("1–3: next box")
    has_labels(work, "car", "person", "tree")

    work.press("Control+z", "2")  # undo selects the box before, which is not relabelled
    has_labels(work, "car", "person")
    work.drag((220, 20), (280, 90))
    has_labels(work, "car", "person", "person")

    work.press("r")  # the box just drawn after all
    expect(work.label_target).to_contain_text("relabel selection")
    work.press("1")
    has_labels(work, "car", "person", "car")

    work.rows.nth(0).click()
    expect(work.label_target).to_have_attribute("data-target", "selection")
    work.label("tree").click()
    has_labels(work, "tree", "person", "car")
    work.press("Tab", "3")
    has_labels(work, "tree", "tree", "car")

    work.press("v")
    work.drag((5, 5), (395, 120))  # a frame around all three
    expect(work.label_target).to_contain_text("relabel 3 selected")
    work.press("2")
    has_labels(work, "person", "person", "person")

    work.press("1", "b", "3")  # whoever takes the tool means the next box
    work.drag((20, 150), (80, 220))
    has_labels(work, "car", "car", "car", "tree")
    work.page.reload()
    work.ready()
    work.press("2", "b")
    work.drag((120, 150), (180, 220))
    has_labels(work, "car", "car", "car", "tree", "person")


def swipe(work: WorkPage, touch: CDPSession, start: Point, end: Point) -> None:
    """Draw with a finger between two pixels of the image."""

    def point(at: Point) -> list[dict[str, float]]:
        x, y = work.on_screen(*at)
        return [{"x": x, "y": y}]

    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": point(start)})
    touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": point(end)})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_f01_a_finger_on_the_palette_chooses_the_label_of_the_next_box(site: Site, log_in: LogIn) -> None:
    many = [f"kind {number:02}" for number in range(12)]
    drawing_project(site, "label touch", many)
    work = log_in(site, site.labeler).start("attempt", "label touch")
    touch = work.page.context.new_cdp_session(work.page)
    work.label("kind 01").click()
    swipe(work, touch, (20, 20), (90, 90))
    has_labels(work, "kind 01")
    work.label("kind 04").click()
    swipe(work, touch, (120, 20), (190, 90))
    has_labels(work, "kind 01", "kind 04")
    work.press("/")  # and so does the search
    work.page.keyboard.type("11")
    work.press("Enter")
    swipe(work, touch, (220, 20), (290, 90))
    has_labels(work, "kind 01", "kind 04", "kind 11")
    work.label_target.click()
    work.label("kind 00").click()
    has_labels(work, "kind 01", "kind 04", "kind 00")


class Keyboard:
    """Types on a keyboard that is not that of the US: Playwright knows no other."""

    def __init__(self, work: WorkPage) -> None:
        self.devtools = work.page.context.new_cdp_session(work.page)

    def press(self, key: str, code: str, shift: bool = False, ctrl: bool = False) -> None:
        """Press what prints ``key`` and lies where a US keyboard has ``code``."""
        modifiers = (8 if shift else 0) | (2 if ctrl else 0)
        event = {"key": key, "code": code, "modifiers": modifiers}
        self.devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **event})
        self.devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})


def test_f05_keys_are_what_is_printed(site: Site, log_in: LogIn) -> None:
    many = [f"kind {number:02}" for number in range(1, 19)]
    drawing_project(site, "azerty", many)
    work = log_in(site, site.labeler).start("attempt", "azerty")
    azerty = Keyboard(work)
    azerty.press("1", "Digit1", shift=True)  # a digit needs Shift there
    work.drag((20, 20), (80, 90))
    azerty.press("é", "Digit2")  # and without it the row means digits all the same
    work.drag((120, 20), (180, 90))
    azerty.press("1", "Digit1", shift=True, ctrl=True)
    work.drag((220, 20), (280, 90))
    has_labels(work, "kind 01", "kind 02", "kind 11")
    azerty.press("/", "Digit7", shift=True)  # German, by now: search, not the seventeenth label
    search = work.page.get_by_role("textbox", name="Find among")
    expect(search).to_be_focused()
    work.press("Escape")
    azerty.press("я", "KeyZ", ctrl=True)
    has_labels(work, "kind 01", "kind 02")
    azerty.press("?", "Digit7", shift=True)
    sheet = work.page.get_by_role("dialog", name="Keys")
    expect(sheet).to_be_visible()
    work.press("Escape")
    expect(sheet).to_be_hidden()
    azerty.press("и", "KeyB")
    azerty.press("?", "Digit7", shift=True)
    line = sheet.get_by_role("listitem")
    expect(line.filter(has_text="Draw boxes")).to_contain_text("B/И")
    work.press("Escape")
    work.hand_in()
    work.all_sent()

    review = log_in(site, site.reviewer).start("review", "azerty")
    azerty = Keyboard(review)
    azerty.press("q", "KeyA")
    azerty.press("a", "KeyQ")
    expect(review.empty).to_be_visible()
    review.all_sent()


def test_f05_cheat_sheet_is_laid_out_in_lines(site: Site, log_in: LogIn) -> None:
    drawing_project(site, "sheet")
    work = log_in(site, site.labeler).start("attempt", "sheet")
    for width, height in ((1440, 900), (1024, 768), (600, 800)):
        work.page.set_viewport_size({"width": width, "height": height})
        area = work.page.locator(".lw-canvas-area")
        assert area.evaluate("one => one.scrollWidth <= one.clientWidth"), f"covers the panel at {width}"
        work.press("?")
        sheet = work.page.get_by_role("dialog", name="Keys")
        titles = sheet.locator(".lw-keys-title")
        expect(titles.first).to_be_visible()
        lines = titles.evaluate_all(
            "all => all.map(one => [one.textContent, one.textContent.split(' ').length,"
            " Math.round(one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight))])"
        )
        assert not [one for one in lines if one[1] > 3 and one[2] > (one[1] + 1) // 2], (width, lines)
        outside = sheet.evaluate("one => one.scrollWidth > one.clientWidth")
        assert not outside
        work.press("Escape")
        expect(sheet).to_be_hidden()


def test_f06_send_back_is_one_key_everywhere(site: Site, log_in: LogIn) -> None:
    drawing_project(site, "send back")
    work = log_in(site, site.labeler).start("attempt", "send back")
    work.press("1")
    work.drag((20, 20), (80, 90))
    has_labels(work, "car")
    work.hand_in()
    work.all_sent()
    review = log_in(site, site.reviewer).start("review", "send back")
    dialog = review.page.get_by_role("dialog", name="Send back to the labeler")
    review.press("s")
    expect(dialog).to_be_visible()
    review.press("Escape")
    expect(dialog).to_be_hidden()
    review.begin_fix()
    review.press("Shift+R")
    expect(dialog).to_be_hidden()
    review.press("s")
    expect(dialog).to_be_visible()


def test_f05_keys_of_the_task_wait_while_a_dialog_a_list_or_a_field_has_the_keyboard(
    site: Site, log_in: LogIn
) -> None:
    drawing_project(site, "behind dialogs", tasks=2)
    work = log_in(site, site.labeler).start("attempt", "behind dialogs")
    shown = work.ready()
    work.press("1", "b")
    work.drag((20, 20), (80, 90))
    work.press("v")
    work.rows.nth(0).click()
    dialog = work.page.get_by_role("dialog")
    for opening in ("?", "Control+k", "i", "Shift+s", "Shift+u"):
        work.press(opening)
        expect(dialog).to_be_visible()
        # In the palette this is typed; the dialog about a skip has reasons on its digits, and Enter.
        work.press(*(["Delete"] if opening == "Shift+s" else ["2", "Delete", "Control+Enter"]))
        has_labels(work, "car")
        work.press("Escape")
        expect(dialog).to_have_count(0)
    work.press("/")
    work.page.keyboard.type("2tree")
    work.press("Delete", "Escape", "Escape")
    has_labels(work, "car")
    assert work.ready() == shown
    expect(work.unsent).to_have_attribute("data-count", "0")
    work.rows.nth(0).click()
    work.press("2")
    has_labels(work, "person")
