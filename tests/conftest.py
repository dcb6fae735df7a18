"""Real parts for tests that cross packages: the command, the official client, callback receivers, databases."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import official
from tests.support.databases import Cluster
from tests.support.receiver import Receiver
from tests.support.servers import Labelwright, Mode

OFFICIAL = "2.18.4"
Make = Callable[[], Labelwright]
LONGEST = (
    "tests/faults/",
    "tests/browser/",
    "tests/contract/test_fuzz.py",
    "tests/docs/test_snippets.py",
    "server/tests/cli/",
    "server/tests/api/test_wrong_bodies.py",
    "server/tests/tasktypes/test_one_wrong_value.py",
    "server/tests/tasktypes/test_bad_bodies.py",
)
"""Files that take a minute or so: they start first, so that no process is left alone with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, and keep the order otherwise."""
    places = {start: place for place, start in enumerate(LONGEST)}
    items.sort(
        key=lambda item: next(
            (place for start, place in places.items() if item.nodeid.startswith(start)), len(places)
        )
    )


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL that starts on demand."""
    made = Cluster()
    yield made
    made.stop()


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def make(
    request: pytest.FixtureRequest, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Make]:
    """Makes servers on empty data folders; each still has to be started. Runs on both databases."""
    made: list[Labelwright] = []

    def one() -> Labelwright:
        folder = tmp_path_factory.mktemp("server") / "data"
        made.append(Labelwright(folder, cluster.database() if request.param == "postgres" else ""))
        return made[-1]

    yield one
    for server in made:
        server.stop()


@pytest.fixture(scope="session")
def running(make: Make) -> Labelwright:
    """A running server that tests share and keep apart by names; on both databases."""
    return make().start()


@pytest.fixture(scope="session")
def keys(running: Labelwright) -> dict[Mode, str]:
    """API keys of the running server."""
    return {"live": running.key("live"), "test": running.key("test")}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somewhere to send callbacks."""
    with Receiver() as made:
        yield made


@pytest.fixture(scope="session", params=["official", "labelwright"])
def client_python(request: pytest.FixtureRequest) -> Path:
    """The interpreter of each client: the official wheel's, and ours."""
    return official.interpreter(OFFICIAL) if request.param == "official" else Path(sys.executable)


@pytest.fixture(scope="session")
def official_python() -> Path:
    """The interpreter that has the official wheel."""
    return official.interpreter(OFFICIAL)
