"""The Python of the official READMEs runs against this server, with the release that each was published with."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest
from tests.official.conftest import Judged
from tests.official.readme import BROKEN, NAMES, snippets
from tests.support import official
from tests.support.accounts import add_account
from tests.support.pictureserver import PictureServer
from tests.support.servers import Labelwright

pytestmark = pytest.mark.slow
RUN = Path(__file__).with_name("snippets.py")
PEOPLE = (("ada", "admin"), ("email1", "labeler"), ("email2", "labeler"), ("my-email", "labeler"))


class Readmes:
    """Runs the README of each release once, when the first test asks.

    Attributes:
        account: begins the names of the accounts.
    """

    account = "readme"

    def __init__(self, server: Labelwright, pictures: PictureServer, folder: Path) -> None:
        self.server, self.pictures, self.folder = server, pictures, folder
        self.verdicts: dict[str, Mapping[str, str | None]] = {}

    def __call__(self, release: str) -> Mapping[str, str | None]:
        """What became of each snippet: None, or what went wrong."""
        if release not in self.verdicts:
            self.verdicts[release] = self._run(release)
        return self.verdicts[release]

    def interpreter(self, release: str) -> Path:
        """The Python that runs it."""
        return official.interpreter(release)

    def home(self, release: str) -> Path:
        """Where that Python has its client."""
        return official.CACHE / release

    def _run(self, release: str) -> Mapping[str, str | None]:
        name = f"{self.account}-{release.replace('.', '-')}"
        found = [one for one in snippets(official.readme(release)) if (release, one.name) not in BROKEN]
        given = {
            "name": name,
            "url": self.server.url,
            "picture": self.pictures.url("/north.png"),
            "snippets": [(one.name, one.text) for one in found],
            **asdict(add_account(self.server, name, PEOPLE)),
        }
        file = self.folder / f"{release}.json"
        file.write_text(json.dumps(given))
        done = subprocess.run(
            [self.interpreter(release), "-E", RUN, file],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert str(said["client"]).startswith(str(self.home(release))), said["client"]
        verdicts: dict[str, str | None] = said["outcomes"]
        return verdicts


@pytest.fixture(scope="module")
def readmes(server_on: Judged, pictures: PictureServer, tmp_path_factory: pytest.TempPathFactory) -> Readmes:
    """What became of the READMEs."""
    return Readmes(server_on("sqlite"), pictures, tmp_path_factory.mktemp("snippets"))


@pytest.mark.parametrize(
    ("release", "snippet"), [(release, name) for release, names in NAMES.items() for name in names.split()]
)
def test_snippet(readmes: Readmes, release: str, snippet: str) -> None:
    outcome = readmes(release).get(snippet, "the README has no such snippet")
    if outcome is not None:
        pytest.fail(outcome, pytrace=False)


@pytest.mark.parametrize("release", list(NAMES))
def test_no_snippet_is_left_out(readmes: Readmes, release: str) -> None:
    assert sorted(readmes(release)) == sorted(NAMES[release].split())
