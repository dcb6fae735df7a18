"""Every public method of five official releases works against this server, and sends what it is known to send."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from tests.official import golden
from tests.official.conftest import Judged
from tests.official.releases import BOTH, RELEASE, RELEASES, RUNS, V2
from tests.support import official
from tests.support.accounts import add_account
from tests.support.pictureserver import PictureServer
from tests.support.recorder import Recorder

pytestmark = pytest.mark.slow
JUDGE = Path(__file__).with_name("judge.py")
PEOPLE = (("ada", "admin"), ("mo", "manager"), ("mel", "member"), ("jo", "labeler"), ("al", "labeler"))


class Verdicts:
    """Runs each release once on each of its databases, when the first test asks."""

    def __init__(self, server_on: Judged, pictures: PictureServer, folder: Path) -> None:
        self.server_on, self.pictures, self.folder = server_on, pictures, folder
        self.found: dict[tuple[str, str], dict[str, Any]] = {}

    def __call__(self, release: str, database: str) -> dict[str, Any]:
        """What the judge printed, with ``recordings`` beside it."""
        if (release, database) not in self.found:
            self.found[release, database] = self._run(release, database)
        return self.found[release, database]

    def _run(self, release: str, database: str) -> dict[str, Any]:
        server = self.server_on(database)
        name = f"v{release.replace('.', '-')}"
        account = add_account(server, name, PEOPLE)
        with Recorder(f"127.0.0.1:{server.port}") as recorder:
            given = {
                "release": release,
                "files": RELEASE[release].files,
                "url": recorder.url,
                "picture": self.pictures.url("/north.png"),
                **asdict(account),
            }
            file = self.folder / f"{release}-{database}.json"
            file.write_text(json.dumps(given))
            done = subprocess.run(
                [official.interpreter(release), "-E", JUDGE, file],
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        assert str(found["client"]).startswith(str(official.CACHE)), found["client"]
        known = {
            f"127.0.0.1:{self.pictures.port}": "<pictures>",
            recorder.url: "<server>",
            f"@{name}.example.org": "@team.example.org",
            account.live: "<live key>",
            account.test: "<test key>",
        }
        found["recordings"] = golden.recordings(found["calls"], recorder.exchanges, known)
        return found


@pytest.fixture(scope="module")
def judged(server_on: Judged, pictures: PictureServer, tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """Each release's verdicts."""
    return Verdicts(server_on, pictures, tmp_path_factory.mktemp("verdicts"))


def _cases() -> Iterator[tuple[str, str, str]]:
    for release, database in RUNS:
        for name in RELEASE[release].cases:
            yield release, database, name


@pytest.mark.parametrize(("release", "database", "case"), list(_cases()))
def test_case(judged: Verdicts, release: str, database: str, case: str) -> None:
    outcome = judged(release, database)["outcomes"].get(case, "the case was not run")
    if outcome is not None:
        pytest.fail(outcome, pytrace=False)


@pytest.mark.parametrize(("release", "database"), RUNS)
def test_every_public_method_has_a_case(judged: Verdicts, release: str, database: str) -> None:
    found = judged(release, database)
    assert sorted(set(found["offered"]) - set(found["judged"]) - set(V2)) == []
    assert sorted(set(found["judged"]) - set(found["offered"])) == [], "a case names what there is not"
    assert sorted(set(found["outcomes"]) ^ set(RELEASE[release].cases)) == [], "a case is not listed"


@pytest.mark.parametrize("release", [one.name for one in RELEASES])
def test_every_public_method_is_recorded(judged: Verdicts, release: str) -> None:
    offered = {
        name
        for name in judged(release, RELEASE[release].database)["offered"]
        if not name.startswith("TaskType.")
    }
    recorded = golden.read(release)
    assert sorted(offered - set(recorded) - set(V2)) == [], "see `make golden`"
    assert [name for name, content in recorded.items() if not content["calls"]] == []


@pytest.mark.parametrize("release", [one.name for one in RELEASES])
def test_methods_send_what_was_recorded(judged: Verdicts, release: str) -> None:
    found = judged(release, RELEASE[release].database)
    if golden.RECORD:
        golden.write(release, golden.passed(found["recordings"], found["outcomes"]))
    assert list(golden.differences(found["recordings"], golden.read(release))) == [], "see `make golden`"


def test_both_databases_get_the_same_requests_and_give_the_same_statuses(judged: Verdicts) -> None:
    found, wanted = (judged(BOTH, database)["recordings"] for database in ("postgres", "sqlite"))
    assert list(golden.differences(found, wanted)) == []
