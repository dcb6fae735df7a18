"""What the judges share: servers that fetch no attachments, and a host of pictures."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.databases import Cluster
from tests.support.pictures import png
from tests.support.pictureserver import PictureServer
from tests.support.servers import Labelwright

Judged = Callable[[str], Labelwright]


@pytest.fixture(scope="session")
def pictures() -> Iterator[PictureServer]:
    """A customer's picture host."""
    with PictureServer({"/north.png": png(64, 48)}) as made:
        yield made


@pytest.fixture(scope="session")
def server_on(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    """Gives the server on a database, ``sqlite`` or ``postgres``; it starts when it is first asked for.

    Judges name pictures on hosts that nobody can reach from here, so these servers fetch none; judges keep apart by
    accounts of their own.
    """
    folder: Path = tmp_path_factory.mktemp("judged")
    started: dict[str, Labelwright] = {}

    def server(database: str) -> Labelwright:
        if database not in started:
            url = cluster.database() if database == "postgres" else ""
            environ = {"LABELWRIGHT_FETCH_ATTACHMENTS": "false"}
            started[database] = Labelwright(folder / database, url, environ).start()
        return started[database]

    yield server
    for made in started.values():
        made.stop()
