"""Creates that wait for a commit, so that a test decides which are committed together, and when."""

from dataclasses import replace
from typing import Any

import msgspec
from server.tests.harness import CATEGORIES, Server, Tenant

from labelwright.domain import task_creation
from labelwright.store import Store, accounts
from labelwright.store.sqlite import SqliteStore

create_many = task_creation._create_many
"""The command that writes every create of a commit."""


class Caught(Exception):
    """A create on its way to the database."""


class Net(SqliteStore):
    """Reads from another store, and throws what should be written."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def read(self, query: Any, *args: object, heavy: bool = False) -> Any:
        return await self.store.read(query, *args, heavy=heavy)

    async def write_batched(self, command: Any, item: Any) -> Any:
        raise Caught(item)


def waiting(tenant: Tenant, server: Server, *, key: str | None = None, **more: Any) -> Any:
    """A create as it waits for the next commit, so that a test decides what is committed together."""
    body = msgspec.json.encode({"attachment": "a cat", **CATEGORIES, **more})

    async def catch() -> Any:
        env = await server.platform.read(accounts.environment_of, tenant.account_id, "live")
        assert env is not None
        new = msgspec.json.decode(body, type=task_creation.NewTask)
        given = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        platform = replace(server.platform, store=Net(server.platform.store))
        try:
            await task_creation.create(platform, env, "categorization", new, given, idempotency_key=key)
        except Caught as caught:
            return caught.args[0]

    return server.run(catch())
