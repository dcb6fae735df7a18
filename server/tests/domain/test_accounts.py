"""Accounts, keys, passwords, roles."""

import pytest
from server.tests.harness import PASSWORD, Server, Tenant

from labelwright.domain import accounts
from labelwright.domain.principals import ROLES, Worker
from labelwright.errors import Forbidden, InvalidParameter
from labelwright.store import accounts as rows
from labelwright.store.rows import Environment, Person


def person(role: str) -> Person:
    return Person("p", "a", "p@x.example", "P", role, None, 0, None)


def test_roles_include_the_ones_below() -> None:
    env = Environment(1, "a", "live", "k")
    for has in ROLES:
        worker = Worker(env, person(has))
        for needed in ROLES:
            allowed = ROLES.index(has) >= ROLES.index(needed)
            assert worker.may(needed) is allowed
            if allowed:
                worker.need(needed)
            else:
                with pytest.raises(Forbidden, match=needed):
                    worker.need(needed)


@pytest.mark.parametrize(
    ("email", "role", "password", "field"),
    [
        ("nobody", "labeler", PASSWORD, "email"),
        ("@x.example", "labeler", PASSWORD, "email"),
        ("a@", "labeler", PASSWORD, "email"),
        ("a@b@c", "labeler", PASSWORD, "email"),
        ("a@x.example", "boss", PASSWORD, "role"),
        ("a@x.example", "labeler", "short", "password"),
    ],
)
def test_people_who_cannot_be(server: Server, email: str, role: str, password: str, field: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        server.run(accounts.create_person(server.platform, email, role, password))
    assert refused.value.field == field


def test_a_person_twice_gets_the_new_role_and_password(server: Server, tenant: Tenant) -> None:
    email = f"jo.doe{tenant.number}@x.example"

    async def create(role: str, password: str) -> Person:
        return await accounts.create_person(
            server.platform, f" {email.upper()}", role, password, "", tenant.account_id
        )

    first = server.run(create("labeler", PASSWORD))
    again = server.run(create("manager", PASSWORD + "!"))
    assert again.id == first.id
    assert (first.email, first.name) == (email, f"Jo Doe{tenant.number}")
    kept = server.run(server.platform.read(rows.person_by_email, email))
    assert kept is not None
    assert kept.role == "manager"
    assert PASSWORD not in (kept.password_hash or "")
    assert (kept.password_hash or "").startswith("$argon2id$")
    _, worker = server.run(accounts.log_in(server.platform, email, PASSWORD + "!"))
    assert worker.person.id == first.id


def test_keys_say_their_mode(server: Server, tenant: Tenant) -> None:
    assert tenant.live_key.startswith("live_")
    assert tenant.test_key.startswith("test_")
    assert len(tenant.live_key) == len("live_") + 40
    with pytest.raises(InvalidParameter, match="mode"):
        server.run(accounts.create_key(server.platform, "production"))


def test_the_account_is_made_once(server: Server) -> None:
    async def twice() -> set[str]:
        store, now = server.platform.store, server.clock.now()
        return {await store.write(accounts.ensure_account, now) for _ in range(2)}

    assert len(server.run(twice())) == 1
