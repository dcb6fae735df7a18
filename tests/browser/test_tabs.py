"""Several tabs of one browser, and outages under an open task."""

from contextlib import closing

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import LogIn, Site
from tests.browser.pages import WorkPage
from tests.browser.test_walks import attempts, kinds_project

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
    labeler.press("1")
    labeler.hand_in()
    expect(labeler.empty).to_be_visible()
    labeler.all_sent()
    review = log_in(site, site.reviewer).start("review", "marked")
    review.send_back("Look at the bank.")
    review.all_sent()
    page = labeler.page
    page.goto("/queue")
    expect(page.get_by_test_id("sent-back-marked")).to_have_text("1 task sent back to you")
    expect(page.get_by_text("Reviewer: Look at the bank.")).to_be_visible()


def test_f06_a_second_machine_is_read_only_until_it_takes_over(site: Site, log_in: LogIn) -> None:
    (task_id,) = kinds_project(site, "two machines", 1)
    office = log_in(site, site.labeler).start("attempt", "two machines")
    office.option("road").click()
    office.saved()
    # Another context shares neither storage nor channel with the first.
    home = log_in(site, site.labeler).start("attempt", "two machines")
    banner = home.page.get_by_test_id("other-tab")
    expect(banner).to_contain_text("on another machine")
    expect(home.submit).to_be_disabled()
    expect(home.page.get_by_test_id("skip")).to_be_disabled()
    home.press("2", "Control+Enter")
    expect(home.option("road")).to_have_attribute("aria-pressed", "true")
    expect(office.page.get_by_test_id("other-tab")).to_have_count(0)
    home.page.get_by_test_id("take-over").click()
    expect(banner).to_have_count(0)
    home.ready()
    expect(home.option("road")).to_have_attribute("aria-pressed", "true")
    home.option("river").click()
    home.saved()
    # The first machine learns it at its next save; what it has not saved is set aside.
    office.option("rail").click()
    expect(office.page.get_by_test_id("other-tab")).to_contain_text("on another machine")
    expect(office.submit).to_be_disabled()
    expect(office.unsent).to_have_attribute("data-count", "1")
    office.page.get_by_test_id("take-over").click()
    expect(office.page.get_by_test_id("other-tab")).to_have_count(0)
    office.ready()
    # It goes on from what the other one saved; what was set aside is there to be looked at.
    expect(office.option("river")).to_have_attribute("aria-pressed", "true")
    office.unsent.click()
    dialog = office.page.get_by_role("dialog")
    expect(dialog).to_contain_text("in another tab or on another machine")
    dialog.get_by_test_id("reopen").click()
    office.ready()
    expect(office.option("rail")).to_have_attribute("aria-pressed", "true")
    office.submit.click()
    expect(office.empty).to_be_visible()
    office.all_sent()
    assert [one["answer"] for one in attempts(site, task_id)] == [{"category": "rail"}]


def test_f06_a_reload_and_a_new_tab_of_the_same_browser_go_on_at_once(site: Site, log_in: LogIn) -> None:
    kinds_project(site, "reloaded", 1)
    work = log_in(site, site.labeler).start("attempt", "reloaded")
    work.option("road").click()
    work.page.reload()
    work.ready()
    work.option("river").click()
    work.saved()
    again = work.page.context.new_page()
    # As after a crash: nobody is there to answer any more.
    work.page.close(run_before_unload=False)
    again.goto("/work/attempt?project=reloaded")
    work = WorkPage(again)
    work.ready()
    expect(work.option("river")).to_have_attribute("aria-pressed", "true")
    work.option("rail").click()
    work.saved()
    expect(again.get_by_test_id("other-tab")).to_have_count(0)
    work.submit.click()
    expect(work.empty).to_be_visible()
    work.all_sent()


def test_f06_after_an_outage_a_lost_lease_is_told_and_no_stroke_is_lost(site: Site, log_in: LogIn) -> None:
    (task_id,) = kinds_project(site, "outage", 1)
    work = log_in(site, site.labeler).start("attempt", "outage")
    work.option("road").click()
    work.saved()
    lost = work.ready()
    context = work.page.context
    context.set_offline(True)
    work.option("river").click()
    # What was not loaded before cannot be had now: it comes later, and takes nothing off the screen.
    work.press("?")
    expect(work.option("river")).to_have_attribute("aria-pressed", "true")
    with closing(site.server.log_in(site.labeler)) as elsewhere:
        for what, body in (("open", {"take_over": True}), ("release", {})):
            done = elsewhere.post(f"/assignments/{lost}/{what}", json={"tab": "phone.1", **body})
            assert done.status_code == 200, done.text
    with work.page.expect_request("**/assignments/heartbeat") as beat:
        context.set_offline(False)
    assert lost in beat.value.post_data_json["ids"]
    expect(work.page.get_by_test_id("lease-lost")).to_be_visible()
    expect(work.unsent).to_have_attribute("data-count", "1")
    expect(work.page.get_by_role("dialog")).to_be_visible()
    work.press("Escape")
    expect(work.page.get_by_role("dialog")).to_have_count(0)
    work.page.get_by_role("button", name="Get it back").click()
    assert work.ready(after=lost) != lost
    expect(work.option("river")).to_have_attribute("aria-pressed", "true")
    work.submit.click()
    expect(work.empty).to_be_visible()
    work.all_sent()
    assert [one["answer"] for one in attempts(site, task_id)] == [{"category": "river"}]
