"""Log-in and log-out."""

from collections.abc import Iterator

import httpx2
import pytest
from server.tests.harness import PASSWORD, Server, Tenant, at_once, done, refused

from labelwright import __version__
from labelwright.api.auth import COOKIE
from labelwright.domain import accounts, tries

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def account(server: Server) -> Iterator[tuple[Tenant, str]]:
    """An account with one person who has a password, hashed as everybody's is; and the e-mail address."""
    tenant = server.tenant()
    email = f"mara{tenant.number}@mail.example"
    server.run(accounts.create_person(server.platform, email, "manager", PASSWORD, "Mara", tenant.account_id))
    yield tenant, email
    tenant.close()


def log_in(client: httpx2.Client, email: str, password: str = PASSWORD) -> httpx2.Response:
    return client.post("/api/session", json={"email": email, "password": password})


def test_in_and_out(account: tuple[Tenant, str]) -> None:
    tenant, email = account
    client = tenant.client(headers=JSON)
    refused(client.get("/api/session"), 401)
    answer = log_in(client, f" {email.upper()} ")
    expected = done(answer)
    assert expected["user"] == {
        "id": expected["user"]["id"],
        "email": email,
        "name": "Mara",
        "role": "manager",
    }
    assert expected["frame_hosts"] == ["docs.google.com", "drive.google.com"]
    assert expected["version"] == __version__ == answer.headers["x-labelwright-build"]
    attributes = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/", "max-age=604800"} <= attributes
    assert done(client.get("/api/session")) == expected
    cookies = dict(client.cookies)
    assert done(client.request("DELETE", "/api/session", json={})) == {}
    # The cookie is gone from the browser, and would not open anything either.
    assert COOKIE not in client.cookies
    refused(tenant.client(cookies=cookies).get("/api/session"), 401)
    assert done(client.request("DELETE", "/api/session", json={})) == {}


def test_a_wrong_pair_does_not_say_what_is_wrong(account: tuple[Tenant, str]) -> None:
    tenant, email = account
    answers = [
        log_in(tenant.anonymous, email, "wrong"),
        log_in(tenant.anonymous, "nobody@mail.example"),
        # Somebody without a password cannot log in with an empty one.
        log_in(tenant.anonymous, tenant.person("leo").email, ""),
    ]
    for answer in answers:
        refused(answer, 401)
        assert "set-cookie" not in answer.headers
    assert len({answer.text for answer in answers}) == 1


def test_guessing_takes_longer_and_longer(account: tuple[Tenant, str], server: Server) -> None:
    """Whether there is such an address or not: the answers are the same to the letter."""
    tenant, email = account
    unknown = f"x{email}"
    # Whatever other tests got wrong is forgotten.
    server.clock.advance(seconds=tries.FORGET / 1000)
    for _ in range(tries.FREE):
        answers = [log_in(tenant.anonymous, one, "wrong") for one in (email, unknown)]
        for answer in answers:
            refused(answer, 401)
        assert answers[0].text == answers[1].text
    # The right password has to wait too, else the pause would tell it from the wrong ones.
    answers = [log_in(tenant.anonymous, email), log_in(tenant.anonymous, unknown)]
    for answer in answers:
        refused(answer, 429)
        assert answer.headers["retry-after"] == "30"
    assert answers[0].text == answers[1].text
    server.clock.advance(seconds=30)
    refused(log_in(tenant.anonymous, email.upper(), "wrong"), 401)
    refused(log_in(tenant.anonymous, f" {email} "), 429)
    server.clock.advance(seconds=60)
    done(log_in(tenant.client(headers=JSON), email))
    # Success begins anew.
    for _ in range(tries.FREE):
        refused(log_in(tenant.anonymous, email, "wrong"), 401)
    refused(log_in(tenant.anonymous, email, "wrong"), 429)
    # So does a new password.
    server.run(accounts.create_person(server.platform, email, "manager", PASSWORD))
    done(log_in(tenant.client(headers=JSON), email))


def test_guesses_at_the_same_moment_are_counted(tenant: Tenant) -> None:
    email = f"nobody-{tenant.number}@mail.example"
    answers = at_once([lambda: log_in(tenant.anonymous, email)] * 20)
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(401), statuses.count(429)) == (tries.FREE, 20 - tries.FREE)


def test_it_ends_by_itself(account: tuple[Tenant, str], server: Server) -> None:
    tenant, email = account
    client = tenant.client(headers=JSON)
    done(log_in(client, email))
    server.clock.advance(seconds=server.settings.session_hours * 3600 - 1)
    done(client.get("/api/session"))
    server.clock.advance(seconds=2)
    refused(client.get("/api/session"), 401)


def test_whoever_is_disabled_is_out_at_once(account: tuple[Tenant, str], server: Server) -> None:
    tenant, _ = account
    leo = tenant.person("leo")
    done(leo.get("/session"))

    async def disable(tx: object) -> None:
        await tx.run("UPDATE person SET disabled_at = 1 WHERE id = $1", leo.id)  # type: ignore[attr-defined]

    server.run(server.platform.store.write(disable))
    refused(leo.get("/session"), 401)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_pages_of_other_sites_cannot_post(tenant: Tenant, kind: str) -> None:
    """Forms of other sites can send only these types; the cookie's SameSite is the second guard."""
    mia = tenant.person("mia", "admin")
    answer = mia.client.post(
        "/api/assignments/claim", content=b'{"stage":"attempt"}', headers={"content-type": kind}
    )
    refused(answer, 415, "Content-Type")
    refused(mia.client.delete("/api/session", headers={"content-type": ""}), 415)
    done(mia.get("/session"))
