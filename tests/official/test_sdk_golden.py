"""Our client passes the cases of the official releases, and sends what they send but for the stated differences."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from tests.official import golden
from tests.official.conftest import Judged
from tests.official.differences import CASES, neutral
from tests.official.releases import RELEASE
from tests.support.accounts import add_account
from tests.support.pictureserver import PictureServer
from tests.support.recorder import Recorder

from scaleapi._version import SDK_NAME, SDK_VERSION, __version__

pytestmark = pytest.mark.slow
JUDGE = Path(__file__).with_name("judge.py")
PEOPLE = (("ada", "admin"), ("mo", "manager"), ("mel", "member"), ("jo", "labeler"), ("al", "labeler"))
STANDS_IN_FOR = ("2.18.4", "2.12.0", "2.7.0", "1.0.4", "0.3.1")
"""The releases whose programs run with our client."""
AWAITED = "2.18.4, awaited"
"""The programs of the latest release, run with our asynchronous client."""
RUNS = (*STANDS_IN_FOR, AWAITED)


def release_of(run: str) -> str:
    """The release whose cases and recordings a run has."""
    return run.partition(",")[0]


class Verdicts:
    """Runs our client once for each of `RUNS`, when the first test asks."""

    def __init__(self, server_on: Judged, pictures: PictureServer, folder: Path) -> None:
        self.server, self.pictures, self.folder = server_on("sqlite"), pictures, folder
        self.found: dict[str, dict[str, Any]] = {}

    def __call__(self, run: str) -> dict[str, Any]:
        """What the judge printed, with ``recordings`` beside it."""
        if run not in self.found:
            self.found[run] = self._run(run)
        return self.found[run]

    def _run(self, run: str) -> dict[str, Any]:
        release = release_of(run)
        name = f"ours{re.sub('[^0-9a-z]+', '-', run)}"
        account = add_account(self.server, name, PEOPLE)
        with Recorder(f"127.0.0.1:{self.server.port}") as recorder:
            given = {
                "release": release,
                "awaited": run == AWAITED,
                "files": RELEASE[release].files,
                "url": recorder.url,
                "picture": self.pictures.url("/north.png"),
                **asdict(account),
            }
            file = self.folder / f"{name}.json"
            file.write_text(json.dumps(given))
            done = subprocess.run(
                [sys.executable, "-E", JUDGE, file], capture_output=True, text=True, timeout=300, check=False
            )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        assert Path(found["client"]).is_relative_to(Path(__file__).parents[2] / "sdk"), found["client"]
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
def ours(server_on: Judged, pictures: PictureServer, tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """The verdicts on our client."""
    return Verdicts(server_on, pictures, tmp_path_factory.mktemp("ours"))


@pytest.mark.parametrize(
    ("run", "case"), [(run, case) for run in RUNS for case in RELEASE[release_of(run)].cases]
)
def test_case(ours: Verdicts, run: str, case: str) -> None:
    outcome = ours(run)["outcomes"].get(case, "the case was not run")
    if (release_of(run), case) in CASES:
        assert outcome is not None, "there is no difference any more: take it off the list"
    elif outcome is not None:
        pytest.fail(outcome, pytrace=False)


@pytest.mark.parametrize("run", RUNS)
def test_requests_are_those_of_the_official_client(ours: Verdicts, run: str) -> None:
    made, wanted = ours(run)["recordings"], golden.read(release_of(run))
    assert list(_differences(release_of(run), made, wanted)) == []


def test_the_asynchronous_client_is_awaited(ours: Verdicts) -> None:
    assert {run: ours(run)["awaited"] for run in STANDS_IN_FOR} == dict.fromkeys(STANDS_IN_FOR, 0)
    # Every request was made by a call that was awaited; walks ask for several pages each.
    assert ours(AWAITED)["awaited"] > len(ours(AWAITED)["calls"])


@pytest.mark.parametrize("run", RUNS)
def test_requests_say_which_client_they_come_from(ours: Verdicts, run: str) -> None:
    agents = {
        request["user_agent"].split(" Python/")[0]
        for content in ours(run)["recordings"].values()
        for call in content["calls"]
        for request in call["requests"]
    }
    assert agents == {f"scaleapi/{__version__} {SDK_NAME}/{SDK_VERSION}"}


def _differences(release: str, made: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    """The calls that send something else; a case that goes another way is compared as far as it goes."""
    for name, content in wanted.items():
        ours = _by_case(made.get(name, {"calls": []})["calls"])
        for case, calls in _by_case(content["calls"]).items():
            found = ours.get(case, [])
            if (release, case) in CASES:
                calls, found = calls[: len(found) - 1], found[:-1]  # noqa: PLW2901  the last one is the difference
            if len(found) != len(calls):
                yield f"{name} in {case}: {len(found)} calls instead of {len(calls)}"
            for official, own in zip(calls, found, strict=False):
                old, new = (neutral(release, name, one["requests"]) for one in (official, own))
                if old != new:
                    yield f"{name} in {case}:\n  official {json.dumps(old)}\n  ours     {json.dumps(new)}"


def _by_case(calls: Sequence[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for call in calls:
        found.setdefault(call["case"], []).append(call)
    return found
