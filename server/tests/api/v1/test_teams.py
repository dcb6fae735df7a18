"""Teams on the wire: who is there, who is invited, and roles (wire/teams)."""

import httpx2
import pytest
from server.tests.harness import Server, Tenant, Worker, at_once, done, refused

from labelwright.clock import iso

HOUR = 3600


def team(tenant: Tenant) -> dict[str, dict[str, object]]:
    """Everybody by e-mail."""
    return {one["email"]: one for one in done(tenant.live.get("/v1/teams"))}


def invite(tenant: Tenant, *emails: str, role: str = "member") -> httpx2.Response:
    return tenant.live.post("/v1/teams/invite", json={"emails": list(emails), "team_role": role})


def set_role(tenant: Tenant, role: str, *emails: str) -> httpx2.Response:
    return tenant.live.post("/v1/teams/set_role", json={"emails": list(emails), "team_role": role})


class TestList:
    def test_everybody_as_the_wire_has_them(self, tenant: Tenant) -> None:
        leo, mia = tenant.person("Leo"), tenant.person("Mia van Dam", "manager")
        assert team(tenant) == {
            leo.email: {
                "email": leo.email,
                "role": "labeler",
                "company": "Tenant",
                "firstName": "Leo",
                "isStudioLabeler": True,
            },
            mia.email: {
                "email": mia.email,
                "role": "manager",
                "company": "Tenant",
                "firstName": "Mia",
                "lastName": "van Dam",
                "isStudioLabeler": False,
            },
        }

    def test_it_is_never_empty(self, tenant: Tenant) -> None:
        """Before anybody is there, the operator is the admin (wire/clients §4, 15)."""
        (owner,) = done(tenant.live.get("/v1/teams"))
        assert (owner["email"], owner["role"]) == ("labelwright@localhost", "admin")
        done(invite(tenant, "jo@team.example"))
        assert set(team(tenant)) == {"jo@team.example"}

    def test_keys_of_both_modes_see_the_same_team(self, tenant: Tenant) -> None:
        tenant.person("leo")
        assert done(tenant.test.get("/v1/teams")) == done(tenant.live.get("/v1/teams"))

    def test_nobody_without_a_key(self, tenant: Tenant) -> None:
        refused(tenant.anonymous.get("/v1/teams"), 401)
        for path in ("invite", "set_role"):
            body = {"emails": ["a@team.example"], "team_role": "member"}
            refused(tenant.anonymous.post(f"/v1/teams/{path}", json=body), 401)
            refused(tenant.live.post(f"/v1/teams/{path}", content=b"x", headers={"content-type": "a/b"}), 415)


class TestInvite:
    def test_the_answer_is_everybody(self, tenant: Tenant, server: Server) -> None:
        leo = tenant.person("leo")
        found = done(invite(tenant, " Al@Team.example", "jo@team.example", "al@team.example"))
        until = iso(server.clock.now() + server.settings.invitation_hours * HOUR * 1000)
        assert [one["email"] for one in found] == [leo.email, "al@team.example", "jo@team.example"]
        assert found[1] == {
            "email": "al@team.example",
            "role": "invited",
            "company": "Tenant",
            "isStudioLabeler": False,
            "expiry": until,
        }

    def test_again_renews(self, tenant: Tenant, server: Server) -> None:
        (before,) = done(invite(tenant, "al@team.example"))
        server.clock.advance(seconds=HOUR)
        (after,) = done(invite(tenant, "al@team.example", role="manager"))
        assert after["expiry"] > before["expiry"]

    def test_at_the_same_time_there_is_one(self, tenant: Tenant) -> None:
        answers = at_once([lambda: invite(tenant, "al@team.example", "jo@team.example")] * 8)
        assert {answer.status_code for answer in answers} == {200}
        assert set(team(tenant)) == {"al@team.example", "jo@team.example"}

    @pytest.mark.parametrize(
        ("emails", "role", "says"),
        [
            (["al@team.example"], "admin", "team_role"),
            (["al@team.example"], "boss", "team_role"),
            (["al@team.example", "nobody"], "member", "emails[1]"),
            ([], "member", "emails"),
            ("al@team.example", "member", "emails"),
            ([f"a{n}@team.example" for n in range(1001)], "member", "1000"),
        ],
    )
    def test_refusals_invite_nobody(self, tenant: Tenant, emails: object, role: str, says: str) -> None:
        tenant.person("leo")
        before = team(tenant)
        body = {"emails": emails, "team_role": role}
        refused(tenant.live.post("/v1/teams/invite", json=body), 400, says)
        assert team(tenant) == before

    def test_whoever_is_there_already(self, tenant: Tenant) -> None:
        leo = tenant.person("leo")
        refused(invite(tenant, "al@team.example", leo.email), 400, leo.email)
        assert set(team(tenant)) == {leo.email}

    def test_nothing_is_told_of_other_accounts(self, tenant: Tenant, stranger: Tenant) -> None:
        """An address that has a log-in elsewhere is invited like any other; the accept refuses."""
        eve = stranger.person("eve")
        assert done(invite(tenant, eve.email))[0]["role"] == "invited"

    def test_no_mail_without_a_mail_server(self, tenant: Tenant, server: Server) -> None:
        done(invite(tenant, "al@team.example"))
        count = (
            "SELECT COUNT(*) FROM callback c JOIN invitation i ON i.id = c.subject_id WHERE i.account_id = $1"
        )

        async def owed(db: object) -> int:
            row = await db.one(count, tenant.account_id)  # type: ignore[attr-defined]
            return int(row[0])

        assert server.run(server.platform.read(owed)) == 0


class TestRoles:
    def test_the_answer_is_everybody(self, tenant: Tenant) -> None:
        leo, mia, ada = tenant.person("leo"), tenant.person("mia", "manager"), tenant.person("ada", "admin")
        found = done(set_role(tenant, "member", leo.email.upper(), mia.email))
        assert {one["email"]: one["role"] for one in found} == {
            leo.email: "member",
            mia.email: "member",
            ada.email: "admin",
        }
        # At once, also for sessions that are open.
        refused(mia.post("/people/invite", {"emails": ["x@team.example"], "role": "member"}), 403)
        done(leo.get("/people"))

    def test_whoever_was_disabled_is_back(self, tenant: Tenant) -> None:
        leo, ada = tenant.person("leo"), tenant.person("ada", "admin")
        done(ada.post(f"/people/{leo.id}", {"disabled": True}))
        assert team(tenant)[leo.email]["role"] == "disabled"
        done(set_role(tenant, "labeler", leo.email))
        assert team(tenant)[leo.email]["role"] == "labeler"

    @pytest.mark.parametrize("role", ["admin", "invited", "disabled", ""])
    def test_roles_that_cannot_be_given(self, tenant: Tenant, role: str) -> None:
        leo = tenant.person("leo")
        refused(set_role(tenant, role, leo.email), 400, "team_role")

    def test_all_or_nothing(self, tenant: Tenant, stranger: Tenant) -> None:
        leo, ada = tenant.person("leo"), tenant.person("ada", "admin")
        done(invite(tenant, "al@team.example"))
        before = team(tenant)
        for other in ("nobody@team.example", ada.email, stranger.person("eve").email):
            refused(set_role(tenant, "manager", leo.email, other), 400, other)
        assert team(tenant) == before

    def test_f18_invited_people_have_their_role_when_they_accept(self, tenant: Tenant) -> None:
        done(invite(tenant, "al@team.example", role="labeler"))
        found = done(set_role(tenant, "manager", "Al@Team.example"))
        assert [(one["email"], one["role"]) for one in found] == [("al@team.example", "invited")]
        server = tenant.server

        async def role(db: object) -> str:
            row = await db.one("SELECT role FROM invitation WHERE account_id = $1", tenant.account_id)  # type: ignore[attr-defined]
            return str(row[0])

        assert server.run(server.platform.read(role)) == "manager"

    def test_an_empty_list(self, tenant: Tenant) -> None:
        refused(set_role(tenant, "manager"), 400, "emails")


def test_a_labeler_becomes_a_reviewer(tenant: Tenant) -> None:
    """The role counts where people work, not only in the list."""
    leo: Worker = tenant.person("leo")
    tenant.task()
    tenant.person("mia").label()
    refused(leo.post("/assignments/claim", {"stage": "review"}), 403)
    done(set_role(tenant, "member", leo.email))
    leo.judge()
