"""Fixtures for the tests of programs that use Scale's API: a fresh, empty platform for each test.

pytest finds this module by its entry point. It imports nothing of the server until a test asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from labelwright.testing import ScaleServer


@pytest.fixture
def scale_server() -> Iterator[ScaleServer]:
    """A running platform on a free port, with a live and a test key."""
    from labelwright.testing import ScaleServer

    with ScaleServer() as server:
        yield server


@pytest.fixture
def scale_client(scale_server: ScaleServer) -> Iterator[Any]:
    """A client with the test key: its tasks are completed at once. Whichever ``scaleapi`` is installed."""
    # Either package of that name will do, and none is required of those who only want the server.
    scaleapi = pytest.importorskip("scaleapi")
    client = scaleapi.ScaleClient(scale_server.test_key, api_instance_url=scale_server.api_instance_url)
    yield client
    # The official client keeps nothing open.
    if hasattr(client, "close"):
        client.close()
