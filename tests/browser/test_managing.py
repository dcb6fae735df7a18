"""What managers do in a real browser: people, callbacks, verdicts, the archive; and labelling by the general form."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import LogIn, Open, Site, open_site
from tests.browser.pages import InvitationPage, LoginPage, PeoplePage, TaskPage
from tests.browser.test_walks import attempts, finish_one, kinds_project
from tests.support.receiver import Receiver
from tests.support.servers import PASSWORD, until

from scaleapi import TaskType

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

FROM_ELSEWHERE = {"LABELWRIGHT_PUBLIC_URL": "http://labels.example"}
"""A server that is reached from elsewhere calls no receiver on its own machine: each callback is given up at once."""


def test_invitation_to_the_first_task(site: Site, log_in: LogIn, open_page: Open) -> None:
    (task_id,) = kinds_project(site, "joined", 1)
    people = PeoplePage(log_in(site, site.manager))
    link, unused = people.invite("nora@example.org", "otto@example.org")
    expect(people.invited("nora@example.org")).to_contain_text("invited until")

    page = open_page(site)
    page.goto(f"{link}x")
    invitation = InvitationPage(page)
    expect(invitation.state("unknown")).to_contain_text("leads to no invitation")
    page.goto(link)
    expect(invitation.state("open")).to_contain_text("Mo Manager invites you")
    shell = invitation.join("Nora New")
    expect(shell.heading).to_have_text("Queue")
    work = shell.start("attempt", "joined")
    work.press("2")
    work.hand_in()
    work.all_sent()
    (attempt,) = attempts(site, task_id)
    assert (attempt["by"], attempt["answer"]) == ("Nora New", {"category": "river"})

    again = open_page(site)
    again.goto(link)
    expect(InvitationPage(again).state("accepted")).to_contain_text("nora@example.org has a log-in")
    again.get_by_role("link", name="Log in").click()
    expect(again.get_by_test_id("login-email")).to_be_visible()

    people.page.reload()
    expect(people.person("nora@example.org")).to_contain_text("Nora New")
    expect(people.invited("nora@example.org")).to_have_count(0)
    people.page.get_by_test_id("withdraw-otto@example.org").click()
    expect(people.invited("otto@example.org")).to_have_count(0)
    again.goto(unused)
    expect(InvitationPage(again).state("unknown")).to_be_visible()


def test_role_projects_and_log_in_of_a_person(site: Site, log_in: LogIn, open_page: Open) -> None:
    kinds_project(site, "for vera", 1)
    email = site.server.user("vera@example.org", "labeler", "Vera")
    vera = log_in(site, email)
    expect(vera.page.get_by_test_id("start-attempt-for vera")).to_be_visible()

    people = PeoplePage(log_in(site, site.manager))
    people.change(email)
    people.page.get_by_test_id("person-role").click()
    people.page.get_by_role("option", name="Member").click()
    people.page.get_by_test_id("person-projects").click()
    people.page.get_by_role("option", name="for vera").click()
    people.page.keyboard.press("Tab")  # the list of projects closes
    people.page.get_by_test_id("person-save").click()
    expect(people.dialog).to_be_hidden()
    expect(people.person(email)).to_contain_text("Member")
    expect(people.person(email)).to_contain_text("for vera")
    vera.page.reload()
    expect(vera.page.get_by_role("link", name="Projects")).to_be_visible()
    others = log_in(site, site.labeler)
    expect(others.heading).to_have_text("Queue")
    expect(others.page.get_by_test_id("start-attempt-for vera")).to_have_count(0)

    people.change(email)
    people.page.get_by_test_id("person-disable").click()
    people.page.get_by_test_id("disable-confirm").click()
    expect(people.person(email)).to_contain_text("disabled")
    vera.page.goto("/queue")
    login = LoginPage(vera.page)
    login.try_to_log_in(email, PASSWORD)
    expect(login.alert).to_have_text("E-mail or password is wrong.")

    people.change(email)
    people.page.get_by_test_id("person-enable").click()
    expect(people.person(email)).not_to_contain_text("disabled")
    people.change(site.manager)
    expect(people.page.get_by_test_id("person-role")).to_be_disabled()
    expect(people.page.get_by_test_id("person-disable")).to_be_disabled()


def test_too_many_wrong_passwords_are_told_with_the_wait(site: Site, open_page: Open) -> None:
    login = LoginPage(open_page(site)).open()
    for n in range(20):  # five are free; on a slow machine a short pause may be over before the next
        with login.page.expect_response(lambda answer: answer.url.endswith("/api/session")) as answered:
            login.try_to_log_in("guessed@example.org", f"guess number {n}")
        if answered.value.status == 429:
            break
        assert answered.value.status == 401
        expect(login.password).to_have_value("")
    expect(login.alert).to_contain_text("Too many wrong passwords for this address. Try again in")
    expect(login.page.get_by_test_id("login-submit")).to_be_disabled()
    expect(login.page.get_by_test_id("login-submit")).to_contain_text("Log in (in ")


@pytest.fixture
def unreachable(tmp_path: Path) -> Iterator[Site]:
    """A server that gives up every callback to this machine, until it is started again without that."""
    opened = open_site(tmp_path / "data", FROM_ELSEWHERE)
    yield opened
    opened.server.stop()


def test_dead_callbacks_are_sent_again(unreachable: Site, log_in: LogIn, receiver: Receiver) -> None:
    site, client = unreachable, unreachable.client()
    params = {"attachment_type": "text", "categories": ["road", "rail"]}
    client.create_project("told", TaskType.Categorization, params)
    paths = [f"/{n}" for n in range(4)]
    tasks = [
        client.create_task(
            TaskType.Categorization, project="told", attachment="?", callback_url=receiver.url(path)
        ).id
        for path in paths
    ]
    for _ in tasks:
        finish_one(site, "told")

    manager = site.server.log_in(site.manager)
    dead = until(
        lambda: (
            found if len(found := manager.get("/callbacks?state=dead").json()["callbacks"]) == 4 else None
        ),
        "the end of four callbacks",
    )
    site.server.stop()
    site.server.environ = {}
    site.server.start()
    assert receiver.deliveries == []

    page = log_in(site, site.manager).page
    expect(page.get_by_test_id("dead-badge")).to_be_visible()
    page.get_by_role("link", name="Callbacks").click()
    first = next(one for one in dead if one["subject_id"] == tasks[0])
    page.get_by_test_id(f"tries-{first['id']}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("table")).to_contain_text("private address")
    dialog.get_by_test_id("tries-resend").click()
    assert receiver.one("/0").body["task_id"] == tasks[0]
    expect(page.get_by_test_id(f"callback-{first['id']}")).to_have_count(0)
    assert len(receiver.deliveries) == 1

    page.get_by_test_id("resend-all").click()
    for path, task_id in zip(paths, tasks, strict=True):
        assert receiver.one(path).body["task_id"] == task_id
    expect(page.get_by_test_id("empty")).to_contain_text("Nothing was given up")
    expect(page.get_by_test_id("dead-badge")).to_have_count(0)
    page.get_by_text("Delivered", exact=True).click()
    expect(page.get_by_role("table", name="Callbacks").locator("tbody tr")).to_have_count(4)
    assert len(receiver.deliveries) == 4


def test_rejected_work_comes_back_to_the_labeler(site: Site, log_in: LogIn) -> None:
    (task_id,) = kinds_project(site, "redone", 1)
    finish_one(site, "redone")
    task = TaskPage(log_in(site, site.manager), task_id)
    expect(task.accept).to_be_visible()
    task.page.keyboard.press("r")
    task.redo.check()
    expect(task.send).to_be_disabled()
    task.comment.fill("This is a river.")
    task.comment.press("Control+Enter")
    expect(task.accept).to_have_count(0)
    assert site.client().get_task(task_id).status == "pending"

    work = log_in(site, site.labeler).start("attempt", "redone")
    expect(work.comment).to_contain_text("This is a river.")
    expect(work.option("road")).to_have_attribute("aria-pressed", "true")
    work.press("2")
    work.hand_in()
    work.all_sent()
    review = log_in(site, site.reviewer).start("review", "redone")
    review.accept.click()
    review.all_sent()

    task.page.reload()
    expect(task.accept).to_be_visible()
    expect(task.page.get_by_role("button", name="Earlier response 1")).to_be_visible()
    expect(task.audits()).to_have_count(2)
    expect(task.audits().last).to_contain_text("This is a river.")
    done = site.client().get_task(task_id)
    assert (done.status, done.response) == ("completed", {"category": "river"})


def test_a_delivered_answer_is_fixed(site: Site, log_in: LogIn) -> None:
    (task_id,) = kinds_project(site, "mended", 1)
    finish_one(site, "mended")
    task = TaskPage(log_in(site, site.manager), task_id)
    expect(task.accept).to_be_visible()
    task.page.keyboard.press("e")
    expect(task.page.get_by_test_id("option-rail")).to_be_enabled()
    task.page.keyboard.press("3")
    expect(task.page.get_by_test_id("option-rail")).to_have_attribute("aria-pressed", "true")
    # Not before the picture is there.
    expect(task.page.get_by_test_id("fix-send")).to_be_enabled()
    task.page.keyboard.press("Control+Enter")
    expect(task.accept).to_be_visible()
    expect(task.audits()).to_contain_text("fixed")
    done = site.client().get_task(task_id).as_dict()
    assert done["response"] == {"category": "rail", "is_customer_fix": True}
    assert done["prior_responses"] == [{"category": "road"}]


def test_f18_invited_people_are_shown_at_their_project(site: Site, log_in: LogIn) -> None:
    kinds_project(site, "for one", 1)
    email = "ines@example.org"
    with site.server.v1(site.key) as client:
        for path, body in (
            ("/teams/invite", {"emails": [email], "team_role": "labeler"}),
            ("/studio/assignments/add", {"emails": [email], "projects": ["for one"]}),
        ):
            assert client.post(path, json=body).status_code == 200
    page = log_in(site, site.manager).page
    page.goto("/projects/for one")
    page.get_by_role("tab", name="People").click()
    expect(page.get_by_test_id(f"assigned-{email}")).to_contain_text("invited")
    page.get_by_role("button", name=f"Take {email} off this project").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("open to everybody")


def test_archived_projects_are_put_out_of_sight(site: Site, log_in: LogIn) -> None:
    kinds_project(site, "put away", 1)
    page = log_in(site, site.manager).page
    page.goto("/projects/put away")
    page.get_by_test_id("archive-project").click()
    expect(page.get_by_test_id("archive-project")).to_have_text("Take out of the archive")
    page.get_by_role("navigation").get_by_role("link", name="Projects").click()
    expect(page.get_by_test_id("show-archived")).to_be_visible()
    expect(page.get_by_test_id("project-put away")).to_have_count(0)
    page.get_by_test_id("show-archived").check()
    expect(page.get_by_test_id("project-put away")).to_contain_text("archived")
    page.get_by_role("link", name="put away").click()
    page.get_by_test_id("archive-project").click()
    expect(page.get_by_test_id("archive-project")).to_have_text("Archive")


def test_type_without_an_editor_of_its_own(site: Site, log_in: LogIn) -> None:
    client = site.client()
    params = {"instruction": "Do both mean the same?", "attachment_type": "text", "choices": ["yes", "no"]}
    client.create_project("compared", TaskType.Comparison, params)
    task_id = client.create_task(
        TaskType.Comparison, project="compared", attachments=["a calf", "a young cow"]
    ).id
    work = log_in(site, site.labeler).start("attempt", "compared")
    expect(work.page.get_by_text("A choice is required.").first).to_be_visible()
    expect(work.page.get_by_role("list", name="problem")).to_be_visible()
    work.page.get_by_role("combobox", name="choice").click()
    work.page.get_by_role("option", name="yes", exact=True).click()
    expect(work.page.get_by_text("A choice is required.")).to_have_count(0)
    expect(work.page.get_by_role("list", name="problem")).to_have_count(0)
    work.saved()
    # The second text has to be seen, too.
    work.press("Escape", "]")
    work.submit.click()
    expect(work.empty).to_be_visible()
    work.all_sent()

    review = log_in(site, site.reviewer).start("review", "compared")
    expect(review.page.get_by_role("combobox", name="choice")).to_have_value("yes")
    review.press("]")
    review.accept.click()
    review.all_sent()
    done = client.get_task(task_id)
    assert (done.status, done.response) == ("completed", {"choice": "yes"})


def test_finished_tasks_are_delivered(site: Site, log_in: LogIn) -> None:
    kinds_project(site, "delivered here", 2)
    leo = log_in(site, site.labeler).start("attempt", "delivered here")
    shown = ""
    for _ in range(2):
        shown = leo.ready(after=shown)
        leo.press("2")
        leo.hand_in()
    leo.all_sent()
    ravi = log_in(site, site.reviewer).start("review", "delivered here")
    for _ in range(2):
        shown = ravi.ready(after=shown)
        ravi.accept.click()
    ravi.all_sent()
    manager = log_in(site, site.manager)
    page = manager.page
    page.get_by_role("link", name="Deliveries").click()
    expect(manager.heading).to_have_text("Deliveries")
    expect(page.get_by_text("A delivery is a snapshot")).to_be_visible()
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog", name="Deliver finished tasks")
    dialog.get_by_label("Project").first.click()
    page.get_by_role("option", name="delivered here", exact=True).click()
    dialog.get_by_label("Name").fill("first")
    dialog.get_by_role("button", name="Deliver").click()
    expect(page.get_by_text("2 tasks are delivered.")).to_be_visible()
    (delivery,) = site.client().v2.get_deliveries(project_name="delivered here").deliveries
    expect(page.get_by_test_id(f"delivery-{delivery.id}")).to_contain_text("a manager")
    page.keyboard.press("n")
    dialog.get_by_label("Project").first.click()
    page.get_by_role("option", name="delivered here", exact=True).click()
    dialog.get_by_label("Name").fill("second")
    dialog.get_by_role("button", name="Deliver").click()
    # Nothing is left: the dialog stays, and says why.
    expect(dialog.get_by_role("alert")).to_be_visible()
