"""Log-in and log-out."""

from collections.abc import Iterator

import httpx2
import pytest
from server.tests.harness import PASSWORD, Server, Tenant, at_once, done, refused

from labelwright import __version__
from labelwright.api.auth import COOKIE
from labelwright.domain import accounts, login_throttle
from labelwright.errors import InvalidParameter

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
    server.clock.advance(seconds=login_throttle.FORGET_AFTER / 1000)
    for _ in range(login_throttle.FREE_ATTEMPTS):
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
    for _ in range(login_throttle.FREE_ATTEMPTS):
        refused(log_in(tenant.anonymous, email, "wrong"), 401)
    refused(log_in(tenant.anonymous, email, "wrong"), 429)
    # So does a new password.
    server.run(accounts.create_person(server.platform, email, "manager", PASSWORD))
    done(log_in(tenant.client(headers=JSON), email))


def test_guesses_at_the_same_moment_are_counted(tenant: Tenant) -> None:
    email = f"nobody-{tenant.number}@mail.example"
    answers = at_once([lambda: log_in(tenant.anonymous, email)] * 20)
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(401), statuses.count(429)) == (
        login_throttle.FREE_ATTEMPTS,
        20 - login_throttle.FREE_ATTEMPTS,
    )


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


def forget(server: Server) -> None:
    """Let failures of other tests be forgotten."""
    server.clock.advance(seconds=login_throttle.FORGET_AFTER / 1000)


def test_f32_one_source_cannot_try_one_password_everywhere(
    server: Server, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(server)
    monkeypatch.setattr(accounts, "FREE_PER_SOURCE", 10)
    monkeypatch.setattr(accounts, "_matches", lambda *_: False)

    def spray(number: int, source: str) -> int:
        email = f"somebody-{tenant.number}-{number}@mail.example"
        headers = {"x-forwarded-for": source}
        body = {"email": email, "password": "the same"}
        return tenant.anonymous.post("/api/session", json=body, headers=headers).status_code

    statuses = [spray(n, "198.51.100.1") for n in range(20)]
    assert statuses == [401] * 10 + [429] * 10
    # Others are not concerned, and the pause ends.
    assert spray(100, "198.51.100.2") == 401
    server.clock.advance(seconds=30)
    assert spray(101, "198.51.100.1") == 401


def test_f32_many_sources_together_are_slowed_down(
    server: Server, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(server)
    monkeypatch.setattr(accounts, "FREE_OF_ALL", 10)
    monkeypatch.setattr(accounts, "_matches", lambda *_: False)
    answers = [
        tenant.anonymous.post(
            "/api/session",
            json={"email": f"x-{tenant.number}-{n}@mail.example", "password": "the same"},
            headers={"x-forwarded-for": f"198.51.100.{n}"},
        )
        for n in range(12)
    ]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429] * 2
    assert answers[-1].headers["retry-after"] == "1"
    forget(server)


@pytest.mark.parametrize("flood", ["of everybody", "of one address"])
def test_f32_a_flood_from_elsewhere_delays_nobody_where_they_have_logged_in_before(
    account: tuple[Tenant, str], server: Server, monkeypatch: pytest.MonkeyPatch, flood: str
) -> None:
    forget(server)
    tenant, email = account
    for name in ("FREE_OF_ALL", "FREE_OF_ADDRESS"):
        monkeypatch.setattr(accounts, name, 10)

    def try_from(source: str, address: str, password: str = PASSWORD) -> int:
        body = {"email": address, "password": password}
        headers = {"x-forwarded-for": source}
        return tenant.anonymous.post("/api/session", json=body, headers=headers).status_code

    assert try_from("203.0.113.5", email) == 200
    with monkeypatch.context() as patch:
        patch.setattr(accounts, "_matches", lambda *_: False)
        for n in range(12):
            address = email if flood == "of one address" else f"y-{tenant.number}-{n}@mail.example"
            last = try_from(f"198.51.100.{n}", address)
        assert last == 429
    for _ in range(3):
        assert try_from("203.0.113.5", email) == 200
    # Successes there do not make up for the failures of others, and guesses there are counted as ever.
    assert try_from("203.0.113.6", email) == 429
    statuses = [try_from("203.0.113.5", email, "wrong") for _ in range(login_throttle.FREE_ATTEMPTS + 1)]
    assert statuses == [401] * login_throttle.FREE_ATTEMPTS + [429]
    forget(server)


def test_f32_a_source_is_known_for_a_while(
    account: tuple[Tenant, str], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant, email = account
    other = tenant.person("other").email
    monkeypatch.setattr(accounts, "FREE_OF_ALL", 1)
    headers = {"x-forwarded-for": "203.0.113.9"}

    def log_in_there(address: str) -> int:
        forget(server)
        fill = {"email": f"z-{tenant.number}@mail.example", "password": "wrong password"}
        tenant.anonymous.post("/api/session", json=fill, headers={"x-forwarded-for": "198.51.100.200"})
        body = {"email": address, "password": PASSWORD}
        return tenant.anonymous.post("/api/session", json=body, headers=headers).status_code

    assert log_in_there(email) == 429
    server.clock.advance(seconds=2)
    body = {"email": email, "password": PASSWORD}
    done(tenant.anonymous.post("/api/session", json=body, headers=headers))
    assert log_in_there(email) == 200
    # Of this person only, and not for ever.
    assert log_in_there(other) == 429
    server.clock.advance(seconds=accounts.KNOWN_FOR / 1000)
    assert log_in_there(email) == 429
    forget(server)


def test_f32_guesses_from_elsewhere_do_not_lock_the_owner_out(
    account: tuple[Tenant, str], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(server)
    tenant, email = account
    with monkeypatch.context() as patch:
        patch.setattr(accounts, "_matches", lambda *_: False)
        for _ in range(login_throttle.FREE_ATTEMPTS + 1):
            tenant.anonymous.post(
                "/api/session",
                json={"email": email, "password": "wrong"},
                headers={"x-forwarded-for": "198.51.100.77"},
            )
    done(log_in(tenant.client(headers=JSON), email))


@pytest.mark.parametrize("password", ["12345678", "password1", "qwertyuiop", "aaaaaaaaaa", "letmein123"])
def test_f32_passwords_that_everybody_tries_are_refused(
    server: Server, tenant: Tenant, password: str
) -> None:
    with pytest.raises(InvalidParameter, match="too easy to guess") as refusal:
        server.run(accounts.create_person(server.platform, "pat@mail.example", "labeler", password))
    assert refusal.value.field == "password"
    # Nor is one's own name, and a long one costs no more time than a short one.
    with pytest.raises(InvalidParameter, match="too easy"):
        server.run(accounts.hashed_password("bartholomew", ("bartholomew@mail.example",)))
    server.run(accounts.hashed_password("correct horse " * 70))


def test_f32_a_new_password_ends_every_other_session(server: Server, tenant: Tenant) -> None:
    email = f"nia{tenant.number}@mail.example"
    server.run(accounts.create_person(server.platform, email, "labeler", PASSWORD, "Nia", tenant.account_id))
    here, there = (tenant.client(headers=JSON) for _ in range(2))
    for client in (here, there):
        done(log_in(client, email))

    def change(current: str, new: str) -> httpx2.Response:
        return here.post("/api/session/password", json={"current_password": current, "new_password": new})

    refused(change("wrong", "another horse entirely"), 400, "current_password")
    refused(change(PASSWORD, "12345678"), 400, "new_password", "guess")
    refused(change(PASSWORD, "short"), 400, "new_password")
    done(there.get("/api/session"))
    assert done(change(PASSWORD, "another horse entirely"))["user"]["email"] == email
    done(here.get("/api/session"))
    refused(there.get("/api/session"), 401)
    refused(log_in(there, email), 401)
    done(log_in(there, email, "another horse entirely"))
    # The command line's new password ends them all.
    server.run(accounts.create_person(server.platform, email, "labeler", PASSWORD))
    for client in (here, there):
        refused(client.get("/api/session"), 401)


def test_f32_the_current_password_cannot_be_guessed_with_a_session(server: Server, tenant: Tenant) -> None:
    email = f"ned{tenant.number}@mail.example"
    server.run(accounts.create_person(server.platform, email, "labeler", PASSWORD, "Ned", tenant.account_id))
    client = tenant.client(headers=JSON)
    done(log_in(client, email))
    body = {"current_password": "wrong", "new_password": "another horse entirely"}
    for _ in range(login_throttle.FREE_ATTEMPTS):
        refused(client.post("/api/session/password", json=body), 400)
    refused(client.post("/api/session/password", json={**body, "current_password": PASSWORD}), 429)


def test_f32_logging_out_everywhere(tenant: Tenant, server: Server) -> None:
    mia, leo = tenant.person("mia"), tenant.person("leo")
    token = server.run(server.platform.store.write(accounts.open_session, server.platform, mia.id))
    other = tenant.client(cookies={COOKIE: token})
    done(other.get("/api/session"))
    assert done(mia.client.request("DELETE", "/api/sessions", json={})) == {}
    for client in (mia.client, other):
        refused(client.get("/api/session"), 401)
    done(leo.get("/session"))


def test_f32_so_many_passwords_are_hashed_at_once(
    server: Server, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget(server)
    monkeypatch.setattr(accounts, "MAX_UNDER_WAY", 0)
    answer = log_in(tenant.anonymous, "anybody@mail.example")
    refused(answer, 429)
    assert answer.headers["retry-after"] == "2"
