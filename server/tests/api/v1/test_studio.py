"""Studio on the wire, and what the claim makes of it (wire/studio)."""

import itertools
from typing import Any

import httpx2
import pytest
from server.tests.harness import PASSWORD, Server, Tenant, Worker, at_once, done, refused, segment

from labelwright.domain import accounts, assignments, invitations
from labelwright.store import invitations as invitation_rows

ODD: dict[str, Any] = {"content": b"x", "headers": {"content-type": "a/b"}}
"""A body that no endpoint reads."""


_numbers = itertools.count()


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """A labeler."""
    return tenant.person("leo")


@pytest.fixture
def mia(tenant: Tenant) -> Worker:
    """Another labeler."""
    return tenant.person("mia")


@pytest.fixture
def rita(tenant: Tenant) -> Worker:
    """A reviewer."""
    return tenant.person("rita", "member")


@pytest.fixture
def project(tenant: Tenant, leo: Worker, mia: Worker) -> str:
    """A Studio project that both labelers are on."""
    name: str = tenant.project(f"site safety/{tenant.number}", studio=True)["name"]
    assign(tenant, [leo, mia], [name])
    return name


def assign(tenant: Tenant, people: list[Worker], projects: list[str], how: str = "add") -> Any:
    body = {"emails": [one.email for one in people], "projects": projects}
    return done(tenant.live.post(f"/v1/studio/assignments/{how}", json=body))


def groups_path(project: str, group: str = "") -> str:
    rest = f"/{segment(group)}" if group else ""
    return f"/v1/studio/projects/{segment(project)}/groups{rest}"


def group(tenant: Tenant, project: str, name: str, *people: Worker) -> Any:
    body = {"emails": [one.email for one in people], "name": name}
    return done(tenant.live.post(groups_path(project), json=body))


def give(tenant: Tenant, batch: str, *groups: str) -> httpx2.Response:
    return tenant.live.put(f"/v1/studio/batches/{segment(batch)}", json={"groups": list(groups)})


def batch(tenant: Tenant, project: str, name: str, tasks: int = 1, **more: Any) -> str:
    """A finalized batch with tasks; each is a moment younger than the one before."""
    tenant.server.clock.advance(seconds=1)
    tenant.batch(project, name, **more)
    for _ in range(tasks):
        tenant.task(batch=name)
    done(tenant.live.post(f"/v1/batches/{segment(name)}/finalize"))
    return name


def listed(tenant: Tenant) -> list[str]:
    return [one["name"] for one in done(tenant.live.get("/v1/studio/batches"))]


def order(tenant: Tenant, *names: str, key: str = "batches") -> httpx2.Response:
    body = {key: [{"name": name} for name in names]}
    return tenant.live.post("/v1/studio/batches/set_priorities", json=body)


def next_batch(worker: Worker, **more: Any) -> str | None:
    """The batch of the task that somebody gets next, which they give back at once."""
    for one in worker.claim(**more):
        done(worker.post(f"/assignments/{one['id']}/release"))
        name: str | None = one["task"]["batch"]
        return name
    return None


def queue(worker: Worker) -> dict[tuple[str, str], int]:
    """How much is open to somebody, by project and stage."""
    return {(e["project"], e["stage"]): e["open"] for e in done(worker.get("/queue"))["entries"]}


def invite(tenant: Tenant, email: str | None = None) -> str:
    """Invite an address, a fresh one by default: addresses of log-ins are unique in the installation."""
    address = email or f"al-{next(_numbers)}@tenant-{tenant.number}.example"
    done(tenant.live.post("/v1/teams/invite", json={"emails": [address], "team_role": "member"}))
    return address


def team_role(tenant: Tenant, email: str) -> str:
    """What the team's list says of somebody."""
    (found,) = (one["role"] for one in done(tenant.live.get("/v1/teams")) if one["email"] == email)
    return str(found)


def given_to_invited(tenant: Tenant) -> tuple[str, str, str]:
    """The names of a Studio project and a batch for a group of it, and the invited address that they are for."""
    project: str = tenant.project(f"invited/{tenant.number}", studio=True)["name"]
    al = invite(tenant)
    for path, body in (
        ("teams/set_role", {"emails": [al.title()], "team_role": "labeler"}),
        ("studio/assignments/add", {"emails": [al.title()], "projects": [project]}),
    ):
        done(tenant.live.post(f"/v1/{path}", json=body))
    done(tenant.live.post(groups_path(project), json={"emails": [al.title()], "name": "night"}))
    name = batch(tenant, project, "monday")
    done(give(tenant, name, "night"))
    return project, name, al


def accept(tenant: Tenant, email: str) -> Worker:
    """Accept an invitation as its page does."""
    server = tenant.server
    (found,) = [
        one
        for one in server.run(server.platform.read(invitation_rows.open_of, tenant.account_id))
        if one.email == email
    ]
    token = invitations.link(server.platform, found).rpartition("/")[2]
    client = tenant.client(headers={"content-type": "application/json"})
    body = {"name": "Al", "password": PASSWORD}
    user = done(client.post(f"/api/invitations/{token}/accept", json=body))["user"]
    return Worker(tenant, client, email, user["id"], "Al")


class TestAssignments:
    def test_the_map_has_everybody_active(self, tenant: Tenant, leo: Worker, project: str) -> None:
        tenant.project("plain")
        ada = tenant.person("ada", "admin")
        found = assign(tenant, [ada], ["plain", project, "plain"])
        assert found == done(tenant.live.get("/v1/studio/assignments"))
        assert found[ada.email] == ["plain", project]
        assert found[leo.email] == [project]
        done(tenant.live.post("/v1/teams/invite", json={"emails": ["al@x.example"], "team_role": "labeler"}))
        done(ada.post(f"/people/{leo.id}", {"disabled": True}))
        left = done(tenant.live.get("/v1/studio/assignments"))
        assert {leo.email, "al@x.example"}.isdisjoint(left)
        assert ada.email in left

    def test_removing(self, tenant: Tenant, leo: Worker, mia: Worker, project: str) -> None:
        found = assign(tenant, [mia], [project], "remove")
        assert (found[leo.email], found[mia.email]) == ([project], [])
        assert assign(tenant, [mia], [project], "remove") == found

    @pytest.mark.parametrize("how", ["add", "remove"])
    def test_all_or_nothing(
        self, tenant: Tenant, stranger: Tenant, leo: Worker, project: str, how: str
    ) -> None:
        before = done(tenant.live.get("/v1/studio/assignments"))
        other = tenant.project("other")["name"]
        eve, theirs = stranger.person("eve"), stranger.project("theirs")["name"]
        path = f"/v1/studio/assignments/{how}"
        for emails, projects, says in (
            ([leo.email, "nobody@x.example"], [other], "nobody@x.example"),
            ([leo.email, eve.email], [other], eve.email),
            ([leo.email], [other, "nothing"], "nothing"),
            ([leo.email], [other, theirs], theirs),
            ([], [other], "emails"),
            ([leo.email], [], "projects"),
            ([f"a{n}@x.example" for n in range(300)], [f"p{n}" for n in range(100)], "20000"),
        ):
            refused(tenant.live.post(path, json={"emails": emails, "projects": projects}), 400, says)
        assert done(tenant.live.get("/v1/studio/assignments")) == before

    def test_somebody_disabled_is_not_assigned(self, tenant: Tenant, leo: Worker, project: str) -> None:
        done(tenant.person("ada", "admin").post(f"/people/{leo.id}", {"disabled": True}))
        body = {"emails": [leo.email], "projects": [project]}
        refused(tenant.live.post("/v1/studio/assignments/add", json=body), 400, leo.email)
        done(tenant.live.post("/v1/studio/assignments/remove", json=body))

    def test_f18_invited_people_have_a_role_projects_and_groups_when_they_accept(
        self, tenant: Tenant, leo: Worker
    ) -> None:
        project, batch_name, al = given_to_invited(tenant)
        assert team_role(tenant, al) == "invited"
        assert done(tenant.live.get("/v1/studio/assignments"))[al] == [project]
        (shown,) = done(tenant.live.get(groups_path(project)))
        assert (shown["numWorkers"], shown["workers"][0]["email"]) == (1, al)
        assert next_batch(leo) is None
        assert queue(leo) == {}
        joined = accept(tenant, al)
        assert joined.id == shown["workers"][0]["id"]
        assert team_role(tenant, al) == "labeler"
        assert done(tenant.live.get("/v1/studio/assignments"))[al] == [project]
        assert done(tenant.live.get(groups_path(project))) == [shown]
        assert next_batch(leo) is None
        assert queue(joined) == {(project, "attempt"): 1}
        assert next_batch(joined) == batch_name

    def test_f18_a_plain_project_of_invited_people_is_closed_to_others(
        self, tenant: Tenant, leo: Worker
    ) -> None:
        project = tenant.project("plain")["name"]
        tenant.task(project=project)
        al = invite(tenant)
        body = {"emails": [al.upper()], "projects": [project]}
        assert done(tenant.live.post("/v1/studio/assignments/add", json=body))[al] == [project]
        assert leo.claim() == []
        assert leo.claim(project=project) == []
        left = done(tenant.live.post("/v1/studio/assignments/remove", json=body))
        assert al not in left
        assert len(leo.claim()) == 1

    def test_f18_invited_people_come_to_groups_and_leave_them(self, tenant: Tenant, leo: Worker) -> None:
        project, _, al = given_to_invited(tenant)
        bo = invite(tenant)
        create = {"emails": [bo], "name": "day"}
        refused(tenant.live.post(groups_path(project), json=create), 400, bo)
        done(tenant.live.post("/v1/studio/assignments/add", json={"emails": [bo], "projects": [project]}))
        change = {"add_emails": [bo.upper()], "remove_emails": [al]}
        changed = done(tenant.live.put(groups_path(project, "night"), json=change))
        assert [one["email"] for one in changed["workers"]] == [bo]
        done(tenant.live.post("/v1/studio/assignments/remove", json={"emails": [bo], "projects": [project]}))
        assert done(tenant.live.get(groups_path(project)))[0]["workers"] == []

    def test_f18_a_batch_is_given_to_an_invited_address(self, tenant: Tenant, leo: Worker) -> None:
        project, batch_name, al = given_to_invited(tenant)
        assign(tenant, [leo], [project])
        assert done(give(tenant, batch_name, al.upper()))["groups"] == [al]
        assert next_batch(leo) is None
        assert next_batch(accept(tenant, al)) == batch_name

    def test_f18_the_app_shows_invited_people_of_a_project_and_takes_them_off(self, tenant: Tenant) -> None:
        project, _, al = given_to_invited(tenant)
        path, mara = f"/projects/{segment(project)}/people", tenant.person("mara", "manager")
        found = done(mara.get(path))
        (shown,) = found["invited"]
        assert found["people"] == []
        assert shown == {"id": shown["id"], "email": al, "name": "", "role": "labeler"}
        assert done(mara.put(path, {"remove": [shown["id"]]})) == {"people": []}
        assert done(tenant.live.get(groups_path(project)))[0]["workers"] == []
        assert done(mara.put(path, {"add": [shown["id"]]})) == found
        accept(tenant, al)
        joined = done(mara.get(path))
        assert [one["id"] for one in joined["people"]] == [shown["id"]]
        assert "invited" not in joined

    def test_f18_strangers_invitations_are_not_known(self, tenant: Tenant, stranger: Tenant) -> None:
        project = tenant.project("plain")["name"]
        body = {"emails": [invite(stranger)], "projects": [project]}
        for how in ("add", "remove"):
            refused(tenant.live.post(f"/v1/studio/assignments/{how}", json=body), 400, body["emails"][0])

    def test_f18_what_is_withdrawn_leaves_nothing(self, tenant: Tenant, leo: Worker) -> None:
        project, batch_name, al = given_to_invited(tenant)
        done(tenant.person("mara", "manager").post("/people/withdraw", {"email": al.upper()}))
        assert al not in done(tenant.live.get("/v1/studio/assignments"))
        assert done(tenant.live.get(groups_path(project)))[0]["workers"] == []
        invite(tenant, al)
        assert al not in done(tenant.live.get("/v1/studio/assignments"))
        done(give(tenant, batch_name))
        assert next_batch(leo) == batch_name

    def test_f18_a_project_of_an_expired_invitation_stays_closed(self, tenant: Tenant, leo: Worker) -> None:
        """Nobody came in time, which must not open what was meant for them alone."""
        project, batch_name, al = given_to_invited(tenant)
        plain = tenant.project("plain")["name"]
        tenant.task(project=plain)
        done(tenant.live.post("/v1/studio/assignments/add", json={"emails": [al], "projects": [plain]}))
        server = tenant.server
        server.clock.advance(seconds=server.settings.invitation_hours * 3600)
        done(give(tenant, batch_name))
        server.run(assignments.expire(server.platform))
        body = {"emails": [al], "projects": [project]}
        refused(tenant.live.post("/v1/studio/assignments/add", json=body), 400, "expired")
        assert (next_batch(leo), queue(leo), leo.claim(project=plain)) == (None, {}, [])
        assert done(tenant.live.get("/v1/studio/assignments"))[al] == sorted([plain, project])
        invite(tenant, al)
        assert (next_batch(leo), leo.claim(project=plain)) == (None, [])
        joined = accept(tenant, al)
        assert queue(joined) == {(project, "attempt"): 1, (plain, "attempt"): 1}
        assert (next_batch(leo), leo.claim(project=plain)) == (None, [])

    @pytest.mark.parametrize("how", ["withdrawn", "taken off", "a log-in from the command line"])
    def test_f18_what_ends_an_expired_invitation(self, tenant: Tenant, leo: Worker, how: str) -> None:
        project, batch_name, al = given_to_invited(tenant)
        server = tenant.server
        server.clock.advance(seconds=server.settings.invitation_hours * 3600)
        done(give(tenant, batch_name))
        if how == "a log-in from the command line":
            server.run(
                accounts.create_person(server.platform, al, "labeler", PASSWORD, account_id=tenant.account_id)
            )
            assert done(tenant.live.get("/v1/studio/assignments"))[al] == [project]
            assert next_batch(leo) is None
            return
        if how == "withdrawn":
            done(tenant.person("mara", "manager").post("/people/withdraw", {"email": al}))
        else:
            body = {"emails": [al], "projects": [project]}
            done(tenant.live.post("/v1/studio/assignments/remove", json=body))
        assert al not in done(tenant.live.get("/v1/studio/assignments"))
        assert done(tenant.live.get(groups_path(project)))[0]["workers"] == []
        assert next_batch(leo) == batch_name

    def test_f18_a_renewed_invitation_keeps_its_projects(self, tenant: Tenant) -> None:
        project, batch_name, al = given_to_invited(tenant)
        tenant.server.clock.advance(seconds=1)
        invite(tenant, al)
        assert done(tenant.live.get("/v1/studio/assignments"))[al] == [project]
        assert next_batch(accept(tenant, al)) == batch_name

    def test_f18_who_gets_a_log_in_from_the_command_line_has_them_too(self, tenant: Tenant) -> None:
        project, _, al = given_to_invited(tenant)
        server = tenant.server
        server.run(
            accounts.create_person(server.platform, al, "labeler", PASSWORD, account_id=tenant.account_id)
        )
        assert done(tenant.live.get("/v1/studio/assignments"))[al] == [project]
        assert done(tenant.live.get(groups_path(project)))[0]["workers"][0]["email"] == al

    def test_f18_accepting_while_projects_are_given(self, tenant: Tenant) -> None:
        names = [tenant.project(f"p{n}")["name"] for n in range(4)]
        al = invite(tenant)

        def add(name: str) -> None:
            body = {"emails": [al], "projects": [name]}
            done(tenant.live.post("/v1/studio/assignments/add", json=body))

        at_once([lambda: accept(tenant, al), *(lambda n=name: add(n) for name in names)])  # type: ignore[misc,list-item]
        assert done(tenant.live.get("/v1/studio/assignments"))[al] == names

    def test_many_at_once(self, tenant: Tenant, project: str) -> None:
        people = [tenant.person(f"p{n}") for n in range(6)]
        at_once([lambda one=one: assign(tenant, [one], [project]) for one in people])  # type: ignore[misc]
        found = done(tenant.live.get("/v1/studio/assignments"))
        assert all(found[one.email] == [project] for one in people)


class TestGroups:
    def test_made_listed_and_changed(self, tenant: Tenant, leo: Worker, mia: Worker, project: str) -> None:
        made = group(tenant, project, "night shift", leo, leo)
        assert made == {
            "id": made["id"],
            "name": "night shift",
            "numWorkers": 1,
            "isSingleton": False,
            "workers": [{"id": leo.id, "email": leo.email}],
        }
        body = {"add_emails": [mia.email], "remove_emails": [leo.email]}
        changed = done(tenant.live.put(groups_path(project, "night shift"), json=body))
        assert (changed["id"], changed["workers"]) == (made["id"], [{"id": mia.id, "email": mia.email}])
        empty = group(tenant, project, "day/shift")
        assert (empty["numWorkers"], empty["workers"]) == (0, [])
        assert done(tenant.live.get(groups_path(project))) == [empty, changed]
        unchanged = done(tenant.live.put(groups_path(project, "day/shift"), json={}))
        assert unchanged == empty

    def test_names_are_a_projects_own(self, tenant: Tenant, leo: Worker, project: str) -> None:
        other = tenant.project("other", studio=True)["name"]
        assign(tenant, [leo], [other])
        assert group(tenant, project, "shift", leo)["id"] != group(tenant, other, "shift", leo)["id"]
        refused(tenant.live.post(groups_path(project), json={"emails": [], "name": "shift"}), 409)

    def test_one_of_a_name_however_many_ask(self, tenant: Tenant, project: str) -> None:
        body = {"emails": [], "name": "shift"}
        answers = at_once([lambda: tenant.live.post(groups_path(project), json=body)] * 8)
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7

    def test_members_have_to_be_on_the_project(self, tenant: Tenant, leo: Worker, project: str) -> None:
        zoe = tenant.person("zoe")
        group(tenant, project, "shift", leo)
        refused(
            tenant.live.post(groups_path(project), json={"emails": [leo.email, zoe.email], "name": "other"}),
            400,
            zoe.email,
        )
        refused(
            tenant.live.put(groups_path(project, "shift"), json={"add_emails": [zoe.email]}), 400, zoe.email
        )
        refused(
            tenant.live.put(groups_path(project, "shift"), json={"remove_emails": ["no@x.example"]}),
            400,
            "no@x.example",
        )
        both = {"add_emails": [leo.email], "remove_emails": [leo.email]}
        refused(tenant.live.put(groups_path(project, "shift"), json=both), 400, leo.email)
        (found,) = done(tenant.live.get(groups_path(project)))
        assert found["numWorkers"] == 1

    def test_whoever_leaves_the_project_leaves_its_groups(
        self, tenant: Tenant, leo: Worker, mia: Worker, project: str
    ) -> None:
        group(tenant, project, "shift", leo, mia)
        assign(tenant, [leo], [project], "remove")
        assign(tenant, [leo], [project])
        (found,) = done(tenant.live.get(groups_path(project)))
        assert [one["email"] for one in found["workers"]] == [mia.email]

    def test_a_singleton_is_of_one_person(
        self, tenant: Tenant, leo: Worker, mia: Worker, project: str
    ) -> None:
        made = group(tenant, project, leo.email.upper(), leo)
        assert (made["name"], made["isSingleton"], made["numWorkers"]) == (leo.email, True, 1)
        body = {"emails": [leo.email, mia.email], "name": mia.email}
        refused(tenant.live.post(groups_path(project), json=body), 400, "name")
        body = {"add_emails": [mia.email]}
        refused(tenant.live.put(groups_path(project, leo.email), json=body), 400, leo.email)

    def test_what_is_missing_or_wrong(self, tenant: Tenant, project: str) -> None:
        refused(tenant.live.get(groups_path("nothing")), 404)
        refused(tenant.live.post(groups_path("nothing"), json={"emails": [], "name": "x"}), 404)
        refused(tenant.live.put(groups_path(project, "nothing"), json={}), 404)
        refused(tenant.live.put(groups_path("nothing", "x"), json={}), 404)
        refused(tenant.live.post(groups_path(project), json={"emails": [], "name": " "}), 400, "name")
        refused(tenant.live.post(groups_path(project), json={"name": "x"}), 400, "emails")
        refused(tenant.live.post(groups_path(project), json={"emails": [], "name": "x" * 255}), 400, "name")
        refused(tenant.live.post(groups_path(project), **ODD), 415)
        refused(tenant.live.put(groups_path(project, "x"), **ODD), 415)


class TestBatches:
    def test_the_list(self, tenant: Tenant, server: Server, leo: Worker, rita: Worker, project: str) -> None:
        """Default order: calibration first, then the oldest."""
        first = batch(tenant, project, "first", 2)
        tenant.batch(tenant.project("plain")["name"], "not listed")
        server.clock.advance(seconds=1)
        tenant.batch(project, "staged")
        batch(tenant, project, "calibrate", calibration_batch=True)
        assert listed(tenant) == ["calibrate", "first", "staged"]
        for _ in range(2):
            leo.label()
            rita.judge()
        found = done(tenant.live.get("/v1/studio/batches"))
        projects = {one["name"]: one["id"] for one in done(tenant.live.get("/v1/projects"))}
        assert found[0] == {
            "id": found[0]["id"],
            "name": first,
            "projectId": projects[project],
            "projectName": project,
            "batchType": "Production",
            "studioPriority": 0,
            "total": 2,
            "completed": 1,
            "groups": [],
        }
        assert [(one["name"], one["studioPriority"], one["total"]) for one in found[1:]] == [("staged", 1, 0)]

    def test_canceled_tasks_do_not_count(self, tenant: Tenant, project: str) -> None:
        tenant.batch(project, "b")
        canceled = tenant.task(batch="b")["task_id"]
        tenant.task(batch="b")
        done(tenant.live.post(f"/v1/task/{canceled}/cancel"))
        (one,) = done(tenant.live.get("/v1/studio/batches"))
        assert (one["total"], one["completed"]) == (1, 0)

    def test_order_and_reset(self, tenant: Tenant, server: Server, project: str) -> None:
        other = tenant.project("other", studio=True)["name"]
        for name in ("a", "b", "c"):
            batch(tenant, project if name != "b" else other, name)
        batch(tenant, project, "k", calibration_batch=True)
        assert listed(tenant) == ["k", "a", "b", "c"]
        found = done(order(tenant, "c", "a", "k", "b"))
        assert [(one["name"], one["studioPriority"]) for one in found] == [
            ("c", 0),
            ("a", 1),
            ("k", 2),
            ("b", 3),
        ]
        batch(tenant, project, "new")
        batch(tenant, project, "new k", calibration_batch=True)
        assert listed(tenant) == ["c", "a", "k", "b", "new k", "new"]
        found = done(order(tenant, "new", "k", "c", "a", "b", "new k", key="groups"))
        assert [one["name"] for one in found] == ["new", "k", "c", "a", "b", "new k"] == listed(tenant)
        reset = done(tenant.live.post("/v1/studio/batches/reset_priorities"))
        assert [one["name"] for one in reset] == ["k", "new k", "a", "b", "c", "new"] == listed(tenant)
        assert [one["batchType"] for one in reset[:3]] == ["Calibration", "Calibration", "Production"]

    def test_an_order_has_all_pending_batches(self, tenant: Tenant, stranger: Tenant, project: str) -> None:
        for name in ("a", "b"):
            batch(tenant, project, name)
        tenant.batch(tenant.project("plain")["name"], "plain")
        theirs = stranger.batch(stranger.project("p", studio=True)["name"], "theirs")["name"]
        for names, says in (
            (["a"], "b"),
            (["a", "b", "nothing"], "nothing"),
            (["a", "b", "a"], "twice"),
            (["a", "b", "plain"], "plain"),
            (["a", "b", theirs], theirs),
            ([], "a"),
        ):
            refused(order(tenant, *names), 400, says)
        refused(tenant.live.post("/v1/studio/batches/set_priorities", json={}), 400, "batches")
        refused(tenant.live.post("/v1/studio/batches/set_priorities", json={"batches": ["a"]}), 400)
        refused(tenant.live.post("/v1/studio/batches/set_priorities", **ODD), 415)
        assert listed(tenant) == ["a", "b"]

    def test_groups_are_set_not_added(self, tenant: Tenant, leo: Worker, mia: Worker, project: str) -> None:
        batch(tenant, project, "a/1")
        group(tenant, project, "shift", leo)
        given = done(give(tenant, "a/1", "shift", mia.email.upper(), mia.email, "shift"))
        assert (given["name"], given["groups"]) == ("a/1", sorted([mia.email, "shift"]))
        assert done(give(tenant, "a/1", mia.email))["groups"] == [mia.email]
        singleton, _ = done(tenant.live.get(groups_path(project)))
        assert (singleton["name"], singleton["isSingleton"], singleton["numWorkers"]) == (mia.email, True, 1)
        assert done(give(tenant, "a/1"))["groups"] == []

    def test_groups_that_are_not_there(self, tenant: Tenant, leo: Worker, rita: Worker, project: str) -> None:
        batch(tenant, project, "a")
        other = tenant.project("other", studio=True)["name"]
        assign(tenant, [leo], [other])
        group(tenant, other, "of the other", leo)
        done(give(tenant, "a", leo.email))
        for name in ("nothing", "of the other", rita.email, "nobody@x.example"):
            refused(give(tenant, "a", leo.email, name), 400, name)
        assert done(tenant.live.get("/v1/studio/batches"))[0]["groups"] == [leo.email]
        refused(give(tenant, "nothing"), 404)
        tenant.batch(tenant.project("plain")["name"], "plain")
        refused(give(tenant, "plain"), 400, "plain")
        refused(tenant.live.put("/v1/studio/batches/a", json={}), 400, "groups")
        refused(tenant.live.put("/v1/studio/batches/a", **ODD), 415)

    def test_a_completed_batch_takes_no_groups(self, tenant: Tenant, leo: Worker, project: str) -> None:
        batch(tenant, project, "a")
        leo.label(project=project)
        tenant.person("rita", "member").judge()
        refused(give(tenant, "a", leo.email), 400, "pending")

    def test_archived_batches_are_left_out(self, tenant: Tenant, leo: Worker, project: str) -> None:
        for name in ("a", "b"):
            batch(tenant, project, name)
        done(tenant.person("mara", "manager").post("/batches/a/archive", {"archived": True}))
        assert listed(tenant) == ["b"]
        assert [one["name"] for one in done(order(tenant, "b"))] == ["b"]
        refused(give(tenant, "a", leo.email), 400, "pending")
        # Its work goes on, behind what is in the list.
        assert [leo.label()["task"]["batch"] for _ in range(2)] == ["b", "a"]

    def test_groups_may_be_made_in_any_project(self, tenant: Tenant, leo: Worker) -> None:
        plain = tenant.project("plain")["name"]
        assign(tenant, [leo], [plain])
        assert group(tenant, plain, "shift", leo)["numWorkers"] == 1

    def test_a_batch_may_be_called_like_an_endpoint(self, tenant: Tenant, project: str) -> None:
        batch(tenant, project, "set_priorities")
        assert done(give(tenant, "set_priorities"))["name"] == "set_priorities"


def test_a_test_key_is_told_so(tenant: Tenant) -> None:
    project = tenant.project("p", test=True, studio=True)["name"]
    tenant.batch(project, "b", test=True)
    none: dict[str, Any] = {}
    both = {"emails": ["a@x.example"], "projects": [project]}
    for method, path, body in (
        ("GET", "assignments", none),
        ("POST", "assignments/add", both),
        ("POST", "assignments/remove", both),
        ("GET", "projects/p/groups", none),
        ("POST", "projects/p/groups", {"emails": [], "name": "x"}),
        ("PUT", "projects/p/groups/x", none),
        ("GET", "batches", none),
        ("PUT", "batches/b", {"groups": []}),
        ("POST", "batches/set_priorities", {"batches": [{"name": "b"}]}),
        ("POST", "batches/reset_priorities", none),
    ):
        options: dict[str, Any] = {} if method == "GET" else {"json": body}
        refused(tenant.test.request(method, f"/v1/studio/{path}", **options), 400, "live")
        refused(tenant.anonymous.request(method, f"/v1/studio/{path}", **options), 401)


class TestClaim:
    def test_batches_come_in_the_lists_order(self, tenant: Tenant, leo: Worker, project: str) -> None:
        """Whatever the tasks' priorities."""
        for name in ("a", "b"):
            batch(tenant, project, name, 2)
        batch(tenant, project, "k", calibration_batch=True)
        for name, priority in (("b", 10), ("k", 20), ("a", 30)):
            done(tenant.live.post(f"/v1/batches/{name}/prioritize", json={"priority": priority}))
        tenant.task(project=project, priority=99)
        done(order(tenant, "b", "k", "a"))
        got = [leo.label()["task"]["batch"] for _ in range(6)]
        assert got == ["b", "b", "k", "a", "a", None]

    def test_a_new_order_counts_at_once(self, tenant: Tenant, leo: Worker, project: str) -> None:
        for name in ("a", "b"):
            batch(tenant, project, name)
        assert next_batch(leo) == "a"
        done(order(tenant, "b", "a"))
        assert next_batch(leo) == next_batch(leo, project=project) == "b"
        batch(tenant, project, "new", calibration_batch=True)
        assert next_batch(leo) == "b"
        done(tenant.live.post("/v1/studio/batches/reset_priorities"))
        assert next_batch(leo) == "new"

    def test_reviews_come_in_this_order_too(
        self, tenant: Tenant, leo: Worker, rita: Worker, project: str
    ) -> None:
        for name in ("a", "b"):
            batch(tenant, project, name)
            leo.label()
        done(order(tenant, "b", "a"))
        assert rita.judge()["task"]["batch"] == "b"

    def test_across_projects_priority_and_age_decide(self, tenant: Tenant, leo: Worker, project: str) -> None:
        """The list is among Studio batches; it does not hold up other work, nor is it held up."""
        plain = tenant.project("plain")["name"]
        tenant.task(project=plain)
        batch(tenant, project, "a", 2)
        tenant.task(project=plain, priority=5)
        got = [leo.label()["task"]["project"] for _ in range(4)]
        assert got == [plain, plain, project, project]

    def test_a_batch_is_for_its_groups_alone(
        self, tenant: Tenant, leo: Worker, mia: Worker, rita: Worker, project: str
    ) -> None:
        batch(tenant, project, "a", 3)
        batch(tenant, project, "b", 3)
        group(tenant, project, "shift", leo)
        done(give(tenant, "a", "shift"))
        assert (next_batch(leo), next_batch(mia), next_batch(rita)) == ("a", "b", "b")
        assert (next_batch(leo, project=project), next_batch(mia, project=project)) == ("a", "b")
        attempts = (project, "attempt")
        assert (queue(leo)[attempts], queue(mia)[attempts], queue(rita)[attempts]) == (6, 3, 3)
        # Members change, and it counts at once.
        body = {"add_emails": [mia.email], "remove_emails": [leo.email]}
        done(tenant.live.put(groups_path(project, "shift"), json=body))
        assert (next_batch(leo), next_batch(mia)) == ("b", "a")
        assert (queue(leo)[attempts], queue(mia)[attempts]) == (3, 6)
        # A batch whose groups are empty is nobody's; one without groups is everybody's.
        assign(tenant, [mia], [project], "remove")
        assert (next_batch(leo), next_batch(rita)) == ("b", "b")
        done(give(tenant, "a"))
        assert (next_batch(leo), next_batch(rita)) == ("a", "a")

    def test_whoever_may_review_reviews_any_batch(
        self, tenant: Tenant, leo: Worker, rita: Worker, project: str
    ) -> None:
        batch(tenant, project, "a", 2)
        done(give(tenant, "a", leo.email))
        leo.label()
        assert queue(rita) == {(project, "review"): 1}
        assert rita.judge()["task"]["batch"] == "a"
        assert queue(rita) == {}

    def test_what_was_sent_back_stays_with_its_author(
        self, tenant: Tenant, leo: Worker, mia: Worker, rita: Worker, project: str
    ) -> None:
        batch(tenant, project, "a", 2)
        done(give(tenant, "a", leo.email))
        leo.label()
        rita.judge("send_back", comment="again")
        done(give(tenant, "a", mia.email))
        attempts = (project, "attempt")
        assert (queue(leo), queue(mia)) == ({attempts: 1}, {attempts: 1})
        assert next_batch(leo) == "a"
        # Given back for good, it is for the batch's group.
        (mine,) = leo.claim()
        done(leo.post(f"/assignments/{mine['id']}/skip", {"reason": "no"}))
        assert (queue(leo), queue(mia)) == ({}, {attempts: 2})
        assert leo.claim() == []

    def test_the_same_tasks_are_not_taken_off_twice(
        self, tenant: Tenant, leo: Worker, mia: Worker, rita: Worker, project: str
    ) -> None:
        """Skipped by somebody, or kept for somebody, in a batch that is not for them either."""
        batch(tenant, project, "a", 3)
        leo.label()
        rita.judge("send_back", comment="again")
        (mine,) = mia.claim()
        done(mia.post(f"/assignments/{mine['id']}/skip", {"reason": "no"}))
        group(tenant, project, "others")
        done(give(tenant, "a", "others"))
        attempts = (project, "attempt")
        assert (queue(leo), queue(mia)) == ({attempts: 1}, {})
        done(give(tenant, "a"))
        assert (queue(leo), queue(mia)) == ({attempts: 3}, {attempts: 1})

    def test_a_batch_that_has_nothing_for_somebody_is_passed_over(
        self, tenant: Tenant, leo: Worker, project: str
    ) -> None:
        for name in ("a", "b"):
            batch(tenant, project, name)
        (mine,) = leo.claim()
        done(leo.post(f"/assignments/{mine['id']}/skip", {"reason": "no"}))
        assert next_batch(leo) == next_batch(leo, project=project) == "b"

    def test_projects_of_others(self, tenant: Tenant, project: str) -> None:
        zoe = tenant.person("zoe")
        batch(tenant, project, "a")
        assert zoe.claim() == zoe.claim(project=project) == []
        assert queue(zoe) == {}
        # Members may work everywhere, except where a group is asked for.
        assert next_batch(tenant.person("rosa", "member")) == "a"

    def test_nobody_gets_one_twice(self, tenant: Tenant, leo: Worker, mia: Worker, project: str) -> None:
        batch(tenant, project, "a", 4)
        batch(tenant, project, "b", 6)
        done(give(tenant, "a", leo.email, mia.email))
        found = at_once([lambda: leo.claim(count=5), lambda: mia.claim(count=5)])
        tasks = [one["task"]["task_id"] for held in found for one in held]
        assert len(tasks) == len(set(tasks)) == 10

    def test_a_recalled_batch_is_in_the_list_again(
        self, tenant: Tenant, leo: Worker, rita: Worker, project: str
    ) -> None:
        batch(tenant, project, "a")
        task = leo.label()["task"]["task_id"]
        rita.judge()
        assert listed(tenant) == []
        ada = tenant.person("ada", "admin")
        done(ada.post(f"/tasks/{task}/recall", {"comments": "again"}))
        assert listed(tenant) == ["a"]
        assert next_batch(leo) == "a"
