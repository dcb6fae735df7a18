"""Several tabs of one browser, and outages under an open task."""

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import LogIn, Site
from tests.browser.pages import WorkPage
from tests.browser.test_walks import kinds_project

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


def test_f06_a_second_tab_is_read_only_until_it_takes_over(site: Site, log_in: LogIn) -> None:
    kinds_project(site, "two tabs", 1)
    first = log_in(site, site.labeler).start("attempt", "two tabs")
    first.option("road").click()
    other = first.page.context.new_page()
    other.goto("/work/attempt?project=two tabs")
    second = WorkPage(other)
    expect(other.get_by_test_id("other-tab")).to_be_visible()
    expect(second.submit).to_be_disabled()
    expect(first.page.get_by_test_id("other-tab")).to_have_count(0)
    other.get_by_test_id("take-over").click()
    expect(first.page.get_by_test_id("other-tab")).to_be_visible()
    expect(first.submit).to_be_disabled()
    # What was chosen in the first tab came along.
    expect(second.option("road")).to_have_attribute("aria-pressed", "true")
    expect(second.submit).to_be_enabled()
    second.submit.click()
    expect(second.empty).to_be_visible()
    second.all_sent()


def test_f06_work_that_was_sent_back_is_marked(site: Site, log_in: LogIn) -> None:
    kinds_project(site, "marked", 1)
    labeler = log_in(site, site.labeler).start("attempt", "marked")
    labeler.press("1", "Control+Enter")
    expect(labeler.empty).to_be_visible()
    labeler.all_sent()
    review = log_in(site, site.reviewer).start("review", "marked")
    review.send_back("Look at the bank.")
    review.all_sent()
    page = labeler.page
    page.goto("/queue")
    expect(page.get_by_test_id("sent-back-marked")).to_have_text("1 task sent back to you")
    expect(page.get_by_text("Reviewer: Look at the bank.")).to_be_visible()
