"""A server that fetches attachments, and a customer's host."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from server.tests.harness import Server, Tenant
from server.tests.hosts import Host


@pytest.fixture(scope="module")
def own_server(fresh: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that fetches, and takes the small limits of this module."""
    data = tmp_path_factory.mktemp("fetching")
    (data / "shelf").mkdir()
    limits = {"attachment_limit": 100_000, "attachment_workers": 8, "attachment_folders": str(data / "shelf")}
    with Server(data, fresh(), fetch_attachments=True, **limits) as running:
        yield running


@pytest.fixture
def server(own_server: Server) -> Server:
    """Jobs look at everything there is, so this module has a server of its own."""

    async def forget(tx: Any) -> None:
        await tx.run("DELETE FROM attachment")
        await tx.run("DELETE FROM callback")

    own_server.run(own_server.platform.store.write(forget))
    return own_server


@pytest.fixture
def tenant(server: Server, own_tenant: Tenant) -> Tenant:
    """An account of that server."""
    return own_tenant


@pytest.fixture
def host() -> Iterator[Host]:
    """A customer's host."""
    with Host() as made:
        yield made
