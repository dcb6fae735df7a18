"""Managers invite people, change what they may do, and say where they work."""

from typing import Any

import pytest
from server.tests.harness import Server, Tenant, Worker, at_once, done, refused, segment

from labelwright.clock import iso
from labelwright.domain import accounts, teams
from labelwright.errors import InvalidTransition


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """A labeler."""
    return tenant.person("leo")


@pytest.fixture
def mara(tenant: Tenant) -> Worker:
    """A manager."""
    return tenant.person("mara", "manager")


@pytest.fixture
def ada(tenant: Tenant) -> Worker:
    """An admin."""
    return tenant.person("ada", "admin")


def people(worker: Worker) -> dict[str, dict[str, Any]]:
    """Everybody by name."""
    return {one["name"]: one for one in done(worker.get("/people"))["people"]}


def project_path(name: str) -> str:
    return f"/projects/{segment(name)}/people"


class TestInvite:
    def test_the_links_are_for_handing_over(self, tenant: Tenant, server: Server, mara: Worker) -> None:
        body = {"emails": ["jo@team.example", "al@team.example"], "role": "labeler"}
        made = done(mara.post("/people/invite", body))
        assert made["mailed"] is False
        jo, al = made["invitations"]
        assert jo["link"] != al["link"]
        assert jo["link"].startswith(f"{server.settings.base_url}/invite/")
        now = server.clock.now()
        assert done(mara.get("/people"))["invited"] == [
            {
                "email": email,
                "role": "labeler",
                "invited_at": iso(now),
                "expires_at": iso(now + server.settings.invitation_hours * 3_600_000),
                "expired": False,
            }
            for email in ("al@team.example", "jo@team.example")
        ]

    def test_refusals(self, leo: Worker, mara: Worker) -> None:
        refused(mara.post("/people/invite", {"emails": ["al@team.example"], "role": "admin"}), 400, "role")
        refused(mara.post("/people/invite", {"emails": ["nobody"], "role": "member"}), 400, "email")
        refused(mara.post("/people/invite", {"emails": [leo.email], "role": "member"}), 400, leo.email)
        assert done(mara.get("/people"))["invited"] == []

    def test_taking_back(self, mara: Worker) -> None:
        done(mara.post("/people/invite", {"emails": ["al@team.example"], "role": "member"}))
        assert done(mara.post("/people/withdraw", {"email": " AL@team.example"})) == {}
        assert done(mara.get("/people"))["invited"] == []
        refused(mara.post("/people/withdraw", {"email": "al@team.example"}), 400, "al@team.example")

    def test_whoever_is_made_another_way_needs_none(
        self, tenant: Tenant, server: Server, mara: Worker
    ) -> None:
        email = f"al-{tenant.number}@team.example"
        done(mara.post("/people/invite", {"emails": [email], "role": "member"}))
        make = accounts.create_person(
            server.platform, email, "member", "correct horse", "", tenant.account_id
        )
        server.run(make)
        assert done(mara.get("/people"))["invited"] == []


class TestChange:
    def test_role(self, leo: Worker, mara: Worker) -> None:
        changed = done(mara.post(f"/people/{leo.id}", {"role": "member"}))
        assert changed == {
            "id": leo.id,
            "email": leo.email,
            "name": "leo",
            "role": "member",
            "disabled": False,
        }
        assert people(mara)["leo"]["role"] == "member"
        done(leo.get("/people"))
        assert done(mara.post(f"/people/{leo.id}", {})) == changed

    def test_disabled_and_back(self, tenant: Tenant, leo: Worker, mara: Worker) -> None:
        tenant.task()
        leo.label()
        tenant.person("rita", "member").judge("send_back", comment="again")
        tenant.task()
        mine = leo.claim(count=2)
        assert len(mine) == 2
        mia = tenant.person("mia")
        assert mia.claim() == []
        assert done(mara.post(f"/people/{leo.id}", {"disabled": True}))["disabled"] is True
        refused(leo.get("/session"), 401)
        # What they held, and what was kept for them, is there for others at once.
        assert len(mia.claim(count=5)) == 2
        assert people(mara)["leo"]["disabled"] is True
        assert done(mara.post(f"/people/{leo.id}", {"disabled": False}))["disabled"] is False
        # An old session stays ended.
        refused(leo.get("/session"), 401)

    def test_a_draft_of_somebody_disabled_is_kept(self, tenant: Tenant, leo: Worker, mara: Worker) -> None:
        task = tenant.task()["task_id"]
        mine = leo.claim_one()
        done(leo.draft(mine["id"], 1))
        done(mara.post(f"/people/{leo.id}", {"disabled": True}))
        attempts = done(mara.get(f"/tasks/{task}"))["attempts"]
        assert [one["state"] for one in attempts] == ["expired"]

    def test_managers_leave_admins_alone(self, leo: Worker, mara: Worker, ada: Worker) -> None:
        refused(mara.post(f"/people/{leo.id}", {"role": "admin"}), 403)
        refused(mara.post(f"/people/{ada.id}", {"role": "labeler"}), 403)
        refused(mara.post(f"/people/{ada.id}", {"disabled": True}), 403)
        done(ada.post(f"/people/{leo.id}", {"role": "admin"}))
        assert people(ada)["leo"]["role"] == "admin"

    def test_nobody_changes_themselves(self, mara: Worker, ada: Worker) -> None:
        for who in (mara, ada):
            refused(who.post(f"/people/{who.id}", {"role": "member"}), 403, "yourself")
            refused(who.post(f"/people/{who.id}", {"disabled": True}), 403, "yourself")
            done(who.post(f"/people/{who.id}", {"disabled": False}))

    def test_an_admin_is_always_left(self, tenant: Tenant, ada: Worker) -> None:
        """Two who lower each other at the same moment: one of them stays."""
        bob = tenant.person("bob", "admin")
        answers = at_once(
            [
                lambda: ada.post(f"/people/{bob.id}", {"role": "member"}),
                lambda: bob.post(f"/people/{ada.id}", {"disabled": True}),
            ]
        )
        assert sorted(answer.status_code for answer in answers)[0] == 200
        assert sorted(answer.status_code for answer in answers)[1] in {401, 403}
        team = {one["email"]: one["role"] for one in done(tenant.live.get("/v1/teams"))}
        assert list(team.values()).count("admin") == 1

    def test_the_last_admin_stays(self, tenant: Tenant, server: Server, ada: Worker) -> None:
        """Also for the command line, which may do everything else."""
        change = teams.change_person
        for more in ({"role": "manager"}, {"disabled": True}):
            with pytest.raises(InvalidTransition, match="last admin"):
                server.run(change(server.platform, tenant.account_id, None, ada.id, **more))
        bob = tenant.person("bob", "admin")
        server.run(change(server.platform, tenant.account_id, None, bob.id, disabled=True))
        with pytest.raises(InvalidTransition):
            server.run(change(server.platform, tenant.account_id, None, ada.id, role="manager"))
        server.run(change(server.platform, tenant.account_id, None, bob.id, disabled=False))
        server.run(change(server.platform, tenant.account_id, None, ada.id, role="manager"))

    def test_refusals(self, leo: Worker, mara: Worker, stranger: Tenant) -> None:
        refused(mara.post(f"/people/{leo.id}", {"role": "boss"}), 400, "role")
        refused(mara.post(f"/people/{leo.id}", {"disabled": "yes please"}), 400, "disabled")
        refused(mara.post("/people/nobody", {"role": "member"}), 404)
        refused(mara.post(f"/people/{stranger.person('eve').id}", {"role": "member"}), 404)
        odd = mara.client.post(f"/api/people/{leo.id}", content=b"{}", headers={"content-type": "text/plain"})
        refused(odd, 415)


class TestProjects:
    def test_on_and_off(self, tenant: Tenant, leo: Worker, mara: Worker) -> None:
        name = tenant.project("site/safety")["name"]
        assert done(mara.get(project_path(name))) == {"people": []}
        found = done(mara.put(project_path(name), {"add": [leo.id, mara.id, leo.id]}))
        assert found == done(mara.get(project_path(name)))
        assert [one["email"] for one in found["people"]] == sorted([leo.email, mara.email])
        assert people(mara)["leo"]["projects"] == [name]
        assert done(tenant.live.get("/v1/studio/assignments"))[leo.email] == [name]
        # It is theirs alone now.
        tenant.task(project=name)
        mia = tenant.person("mia")
        assert mia.claim() == []
        done(mara.put(project_path(name), {"add": [mia.id], "remove": [leo.id]}))
        assert leo.claim() == []
        assert len(mia.claim()) == 1

    def test_all_or_nothing(self, tenant: Tenant, stranger: Tenant, leo: Worker, mara: Worker) -> None:
        name, gone = tenant.project()["name"], tenant.person("gone")
        done(mara.post(f"/people/{gone.id}", {"disabled": True}))
        for other in ("nobody", stranger.person("eve").id, gone.id):
            refused(mara.put(project_path(name), {"add": [leo.id, other]}), 400, other)
        refused(mara.put(project_path(name), {"add": [leo.id], "remove": [leo.id]}), 400, leo.id)
        refused(mara.put(project_path(name), {"remove": ["nobody"]}), 400, "nobody")
        refused(mara.put(project_path("nothing"), {"add": [leo.id]}), 404)
        refused(mara.get(project_path("nothing")), 404)
        assert done(mara.put(project_path(name), {"remove": [gone.id]})) == {"people": []}


def test_only_managers(tenant: Tenant, leo: Worker, mara: Worker) -> None:
    name = tenant.project()["name"]
    rita = tenant.person("rita", "member")
    done(mara.post("/people/invite", {"emails": ["al@team.example"], "role": "member"}))
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/people/invite", {"emails": ["jo@team.example"], "role": "labeler"}),
        ("POST", "/people/withdraw", {"email": "al@team.example"}),
        ("POST", f"/people/{leo.id}", {"role": "manager"}),
        ("PUT", project_path(name), {"add": [leo.id]}),
    ]
    for method, path, body in calls:
        for who in (leo, rita):
            refused(who.client.request(method, f"/api{path}", json=body), 403, "manager")
        refused(tenant.client().request(method, f"/api{path}", json=body), 401)
        odd = {"content-type": "text/plain"}
        refused(mara.client.request(method, f"/api{path}", content=b"{}", headers=odd), 415)
    refused(leo.get(project_path(name)), 403)
    refused(tenant.client().get(f"/api{project_path(name)}"), 401)
    done(rita.get(project_path(name)))
    assert done(mara.get("/people"))["invited"][0]["email"] == "al@team.example"
