"""Further accounts on a running server, each a world of its own for one judge."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.support.servers import PASSWORD, Labelwright

from labelwright.cli.options import load_settings, run
from labelwright.domain import accounts
from labelwright.domain.platform import Platform
from labelwright.store import Tx


@dataclass(frozen=True)
class Account:
    """A customer.

    Attributes:
        live: its live key.
        test: its test key.
        people: the e-mail addresses of its people: role → addresses, in the order in which they were made.
    """

    live: str
    test: str
    people: dict[str, list[str]]


def add_account(server: Labelwright, name: str, people: Sequence[tuple[str, str]] = ()) -> Account:
    """Add an account with keys and people, who log in with ``PASSWORD``.

    Args:
        server: the server; may be running.
        name: of the account; its people's addresses end with ``@<name>.example.org``.
        people: the part before the ``@``, and the role.
    """
    return run(
        load_settings(data=server.data, database_url=server.database_url or None),
        lambda platform: _add(platform, name, people),
    )


async def _add(platform: Platform, name: str, people: Sequence[tuple[str, str]]) -> Account:
    async def command(tx: Tx) -> str:
        # The first account belongs to the operator's own commands.
        await accounts.ensure_account(tx, platform.clock.now())
        return await accounts.add_account(tx, name, platform.clock.now())

    account_id = await platform.store.write(command)
    found: dict[str, list[str]] = {}
    for who, role in people:
        email = f"{who}@{name}.example.org"
        await accounts.create_person(platform, email, role, PASSWORD, account_id=account_id)
        found.setdefault(role, []).append(email)
    live = await accounts.create_key(platform, "live", account_id)
    return Account(live, await accounts.create_key(platform, "test", account_id), found)
