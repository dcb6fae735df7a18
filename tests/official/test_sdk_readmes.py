"""The Python of the official READMEs runs with our client, unchanged."""

import sys
from pathlib import Path

import pytest
from tests.official.conftest import Judged
from tests.official.readme import NAMES
from tests.official.test_readmes import Readmes
from tests.support.pictureserver import PictureServer

pytestmark = pytest.mark.slow


class OurReadmes(Readmes):
    """Runs every README with our client."""

    account = "ours"

    def interpreter(self, release: str) -> Path:
        return Path(sys.executable)

    def home(self, release: str) -> Path:
        return Path(__file__).parents[2] / "sdk"


@pytest.fixture(scope="module")
def readmes(server_on: Judged, pictures: PictureServer, tmp_path_factory: pytest.TempPathFactory) -> Readmes:
    """What became of the READMEs."""
    return OurReadmes(server_on("sqlite"), pictures, tmp_path_factory.mktemp("snippets"))


@pytest.mark.parametrize(
    ("release", "snippet"), [(release, name) for release, names in NAMES.items() for name in names.split()]
)
def test_snippet(readmes: Readmes, release: str, snippet: str) -> None:
    outcome = readmes(release).get(snippet, "the README has no such snippet")
    if outcome is not None:
        pytest.fail(outcome, pytrace=False)
