"""Instructions in a real browser: HTML is shown, code in it is not run, and what is left out is said."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import LogIn, Site

from scaleapi import TaskType

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

CORPUS = json.loads(
    (Path(__file__).parents[2] / "web" / "src" / "test" / "fixtures" / "xss.json").read_text()
)


def opened(site: Site, log_in: LogIn, name: str, instruction: str) -> Page:
    """The drawer of the instruction of a new task."""
    client = site.client()
    client.create_project(name, TaskType.TextCollection, {"instruction": instruction})
    fields = [{"type": "text", "field_id": "why", "title": "Why?", "description": "In <b>one</b> sentence."}]
    attachments = [{"type": "text", "content": "A song"}]
    client.create_task(TaskType.TextCollection, project=name, attachments=attachments, fields=fields)
    work = log_in(site, site.labeler).start("attempt", name)
    work.press("i")
    expect(work.page.get_by_role("dialog", name="Instructions")).to_be_visible()
    return work.page


def test_f14_html_and_documents_are_shown(site: Site, log_in: LogIn) -> None:
    page = opened(
        site,
        log_in,
        "instructions: html",
        "<div style='color: #333'>\n\n<table><tr><th>Car</th><td>every one</td></tr></table>\n\n"
        "<details><summary>Rare cases</summary>Count trailers too.</details></div>\n\n"
        '<iframe src="https://docs.google.com/document/d/e/x/pub?embedded=true"></iframe>\n'
        '<iframe src="https://other.example/page"></iframe><form><input name="q"></form>',
    )
    drawer = page.get_by_role("dialog", name="Instructions")
    expect(drawer.get_by_role("cell", name="every one")).to_be_visible()
    drawer.get_by_text("Rare cases").click()
    expect(drawer.get_by_text("Count trailers too.")).to_be_visible()
    frame = drawer.locator("iframe")
    expect(frame).to_have_count(1)
    expect(frame).to_have_attribute("src", "https://docs.google.com/document/d/e/x/pub?embedded=true")
    expect(frame).to_have_attribute(
        "sandbox", "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox"
    )
    expect(drawer.get_by_role("link", name="Open the page at other.example in a new tab")).to_be_visible()
    expect(drawer.get_by_role("note")).to_have_text(
        "Not shown: an embedded page of a host that is not allowed, a form field."
    )


def test_f14_no_code_in_an_instruction_runs(site: Site, log_in: LogIn) -> None:
    mixed = "".join(f"\n\n{text}\n\n<!-- -->\n\n" for text in CORPUS if "plaintext" not in text)
    page = opened(site, log_in, "instructions: code", f"{mixed}\n\nThe end of it.")
    drawer = page.get_by_role("dialog", name="Instructions")
    expect(drawer.get_by_role("note").last).to_contain_text("Not shown:")
    # Whatever is clicked does not run code either.
    page.evaluate(
        """() => document.querySelectorAll('.lw-markdown details, .lw-markdown summary, .lw-markdown p')
            .forEach((element) => element.click())"""
    )
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => window.pwned") is None
    assert page.locator(".lw-markdown").locator("script, style, object, embed, form, svg, base").count() == 0
