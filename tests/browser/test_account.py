"""What people do with their own log-in in a real browser."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import LogIn, Site
from tests.browser.pages import AccountPage, LoginPage
from tests.support.servers import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

NEW = "seven brown kettles sing"


def test_f32_somebody_changes_their_password(site: Site, log_in: LogIn) -> None:
    email = site.server.user("ada@example.org", "labeler", "Ada")
    here, elsewhere = log_in(site, email), log_in(site, email)
    account = AccountPage(here)

    account.change("wrong horse battery", NEW)
    expect(account.current).to_have_accessible_description("The current password is wrong")
    expect(account.current).to_be_focused()
    account.change(PASSWORD, NEW, "seven brown kettles")
    expect(account.repeated).to_have_accessible_description("The two new passwords are not the same.")
    account.change(PASSWORD, "12345678")
    # The field's own hint is part of its description, too.
    expect(account.new).to_have_accessible_description(re.compile("The new password is too easy to guess"))
    account.change(PASSWORD, NEW)
    expect(account.page.get_by_role("status")).to_contain_text("All your other sessions were ended.")
    expect(account.current).to_have_value("")
    account.page.reload()
    expect(here.heading).to_have_text("Your account")

    elsewhere.page.reload()
    expect(elsewhere.page.get_by_test_id("login-email")).to_be_visible()
    login = LoginPage(elsewhere.page)
    login.try_to_log_in(email, PASSWORD)
    expect(login.alert).to_be_visible()
    elsewhere = login.log_in(email, NEW)

    here.page.keyboard.press("Control+k")
    here.page.get_by_placeholder("Type a page or a command").fill("everywhere")
    here.page.get_by_role("dialog").get_by_text("Log out everywhere").click()
    here.page.get_by_role("dialog").get_by_test_id("sign-out-confirm").click()
    expect(here.page.get_by_test_id("login-email")).to_be_visible()
    elsewhere.page.reload()
    expect(elsewhere.page.get_by_test_id("login-email")).to_be_visible()
