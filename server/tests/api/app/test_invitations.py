"""Somebody with an invitation's link makes a log-in of their own, once."""

from typing import Any

import httpx2
import pytest
from server.tests.harness import PASSWORD, Server, Tenant, Worker, at_once, done, refused

from labelwright.api.auth import COOKIE
from labelwright.clock import iso
from labelwright.domain import accounts, invitations, login_throttle
from labelwright.errors import InvalidParameter
from labelwright.store import invitations as rows

JSON = {"content-type": "application/json"}
EMAIL = "al@team.example"


@pytest.fixture
def mara(tenant: Tenant) -> Worker:
    """A manager."""
    return tenant.person("Mara", "manager")


def invite(mara: Worker, email: str = EMAIL, role: str = "member") -> str:
    """Invite somebody; returns the link's token."""
    (made,) = done(mara.post("/people/invite", {"emails": [email], "role": role}))["invitations"]
    link: str = made["link"]
    return link.rpartition("/")[2]


def accept(client: httpx2.Client, token: str, **more: Any) -> httpx2.Response:
    body = {"name": "Al", "password": PASSWORD, **more}
    return client.post(f"/api/invitations/{token}/accept", json=body)


def email_of(tenant: Tenant, name: str) -> str:
    """An address that only this test has: a log-in's address is unique in the whole installation."""
    return f"{name}-{tenant.number}@team.example"


def test_a_link_says_whose_it_is(tenant: Tenant, server: Server, mara: Worker) -> None:
    token = invite(mara)
    shown = done(tenant.anonymous.get(f"/api/invitations/{token}"))
    until = iso(server.clock.now() + server.settings.invitation_hours * 3_600_000)
    assert shown == {
        "email": EMAIL,
        "role": "member",
        "account": "Tenant",
        "invited_by": "Mara",
        "expires_at": until,
        "state": "open",
    }


def test_programs_have_no_name(tenant: Tenant, server: Server) -> None:
    (made,) = server.run(invitations.invite(server.platform, tenant.account_id, [EMAIL], "labeler"))
    token = invitations.link(server.platform, made).rpartition("/")[2]
    assert done(tenant.anonymous.get(f"/api/invitations/{token}"))["invited_by"] is None


def test_accepting_logs_in(tenant: Tenant, mara: Worker) -> None:
    email = email_of(tenant, "al")
    token = invite(mara, email)
    client = tenant.client(headers=JSON)
    answer = accept(client, token, name=" Al B. ")
    user = done(answer)["user"]
    assert user == {"id": user["id"], "email": email, "name": "Al B.", "role": "member"}
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert done(client.get("/api/session"))["user"] == user
    again = tenant.client(headers=JSON)
    assert done(again.post("/api/session", json={"email": email, "password": PASSWORD}))["user"] == user
    people = done(mara.get("/people"))
    assert {one["email"] for one in people["people"]} == {email, mara.email}
    assert people["invited"] == []
    assert done(tenant.anonymous.get(f"/api/invitations/{token}"))["state"] == "accepted"
    refused(accept(tenant.client(headers=JSON), token), 409, "log in")


def test_once_however_many_try(tenant: Tenant, mara: Worker) -> None:
    token = invite(mara, email_of(tenant, "al"))
    clients = [tenant.client(headers=JSON) for _ in range(6)]
    answers = at_once([lambda c=c: accept(c, token) for c in clients])  # type: ignore[misc]
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    assert sum(COOKIE in client.cookies for client in clients) == 1
    assert len(done(mara.get("/people"))["people"]) == 2


def test_a_name_is_made_from_the_address(tenant: Tenant, mara: Worker) -> None:
    token = invite(mara, f"jo.doe.{email_of(tenant, 'x')}")
    name = done(accept(tenant.client(headers=JSON), token, name=""))["user"]["name"]
    assert name.startswith("Jo Doe")


def test_it_expires(tenant: Tenant, server: Server, mara: Worker) -> None:
    token = invite(mara, email_of(tenant, "al"))
    server.clock.advance(seconds=server.settings.invitation_hours * 3600)
    assert done(tenant.anonymous.get(f"/api/invitations/{token}"))["state"] == "expired"
    refused(accept(tenant.client(headers=JSON), token), 400, "expired")
    (invited,) = done(mara.get("/people"))["invited"]
    assert invited["expired"] is True


def test_a_newer_one_replaces_it(tenant: Tenant, server: Server, mara: Worker) -> None:
    email = email_of(tenant, "al")
    old = invite(mara, email)
    server.clock.advance(seconds=1)
    new = invite(mara, email, "labeler")
    refused(tenant.anonymous.get(f"/api/invitations/{old}"), 404)
    refused(accept(tenant.client(headers=JSON), old), 404)
    assert done(accept(tenant.client(headers=JSON), new))["user"]["role"] == "labeler"


def test_withdrawn_while_it_is_accepted(tenant: Tenant, server: Server, mara: Worker) -> None:
    """Between reading the link and writing, everything is looked at again."""
    email = email_of(tenant, "al")
    token = invite(mara, email)
    found = server.run(server.platform.read(rows.open_of, tenant.account_id))[0]
    done(mara.post("/people/withdraw", {"email": email.upper()}))
    refused(accept(tenant.client(headers=JSON), token), 404)
    taken = rows.accept, found.id, found.token_hash, server.clock.now()
    assert server.run(server.platform.store.write(*taken)) is False


def test_an_address_that_has_a_log_in_elsewhere(tenant: Tenant, stranger: Tenant, mara: Worker) -> None:
    eve = stranger.person("eve")
    token = invite(mara, eve.email)
    refused(accept(tenant.client(headers=JSON), token), 409, "log-in")
    # Nothing was used up, and nobody came.
    assert done(tenant.anonymous.get(f"/api/invitations/{token}"))["state"] == "open"
    assert [one["email"] for one in done(mara.get("/people"))["people"]] == [mara.email]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"password": "short"}, "password"),
        ({"password": "x" * 1025}, "password"),
        ({"name": "x" * 201}, "name"),
    ],
)
def test_what_cannot_be(tenant: Tenant, mara: Worker, more: dict[str, str], says: str) -> None:
    token = invite(mara, email_of(tenant, "al"))
    refused(accept(tenant.client(headers=JSON), token, **more), 400, says)
    refused(tenant.anonymous.post(f"/api/invitations/{token}/accept", content=b"{}"), 415)
    done(accept(tenant.client(headers=JSON), token))


def test_links_that_somebody_makes_up(tenant: Tenant, mara: Worker) -> None:
    token = invite(mara, email_of(tenant, "al"))
    invitation_id, _, signature = token.partition(".")
    other = "0" if signature[0] != "0" else "1"
    wrong = f"{invitation_id}.{other}{signature[1:]}"
    for nonsense in ("x", f"{token}x", f".{signature}", invitation_id, f"{'0' * 24}.{signature}"):
        refused(tenant.anonymous.get(f"/api/invitations/{nonsense}"), 404)
    for _ in range(login_throttle.FREE_ATTEMPTS):
        refused(tenant.anonymous.get(f"/api/invitations/{wrong}"), 404)
    answer = tenant.anonymous.get(f"/api/invitations/{wrong}")
    refused(answer, 429)
    assert answer.headers["retry-after"] == "30"
    refused(accept(tenant.client(headers=JSON), wrong), 429)
    # Whoever has the real one is not held up by others' guesses.
    done(accept(tenant.client(headers=JSON), token))


def test_what_mail_says(tenant: Tenant, server: Server, mara: Worker) -> None:
    token = invite(mara, email_of(tenant, "al"))

    def message() -> tuple[str, str] | None:
        return server.run(invitations.message(server.platform, token.partition(".")[0]))

    said = message()
    assert said is not None
    subject, text = said
    assert subject == "Mara invites you to label with Tenant"
    assert f"{server.settings.base_url}/invite/{token}\n" in text
    assert "7 days" in text
    server.clock.advance(seconds=6.5 * 24 * 3600)
    late = message()
    assert late is not None
    assert "12 hours" in late[1]
    done(accept(tenant.client(headers=JSON), token))
    assert message() is None
    assert server.run(invitations.message(server.platform, "0" * 24)) is None


@pytest.mark.parametrize(
    "email", ["a,b@x.org", "a@x.org\r\nbcc: b@y.org", "Lee <lee@x.org>", "a@x.org b@y.org"]
)
def test_f34_addresses_that_are_not_one_are_refused_at_every_door(
    tenant: Tenant, server: Server, mara: Worker, email: str
) -> None:
    refused(mara.post("/people/invite", {"emails": [email], "role": "member"}), 400, "emails[0]")
    body = {"emails": [email], "team_role": "member"}
    for path in ("invite", "set_role"):
        refused(tenant.live.post(f"/v1/teams/{path}", json=body), 400, "emails[0]")
    refused(tenant.create(callback_url=email), 400, "callback_url")
    with pytest.raises(InvalidParameter, match="email"):
        server.run(accounts.create_person(server.platform, email, "member", PASSWORD))


@pytest.mark.parametrize("name", ["Al\r\nBcc: x@y.org", "Al\x07", "\u202elA", "Al\u2028B"])
def test_f34_names_that_break_mail_are_refused(
    tenant: Tenant, server: Server, mara: Worker, name: str
) -> None:
    token = invite(mara, email_of(tenant, "al"))
    refused(accept(tenant.client(headers=JSON), token, name=name), 400, "name")
    with pytest.raises(InvalidParameter, match="name"):
        server.run(accounts.create_person(server.platform, email_of(tenant, "bo"), "member", PASSWORD, name))


def test_f34_names_that_were_kept_before_make_one_line_in_mail(
    tenant: Tenant, server: Server, mara: Worker
) -> None:
    async def rename(tx: Any) -> None:
        await tx.run("UPDATE person SET name = $2 WHERE id = $1", mara.id, "Mara\r\nBcc: x@y.org \u202eA")

    server.run(server.platform.store.write(rename))
    token = invite(mara, email_of(tenant, "al"))
    said = server.run(invitations.message(server.platform, token.partition(".")[0]))
    assert said is not None
    assert said[0] == "Mara Bcc: x@y.org A invites you to label with Tenant"
