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
