"""Every method of the official npm client works against this server, and sends what it is known to send."""

import json
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from tests.official import golden
from tests.official.cases.requests_of_types import ANSWERS, REQUESTS
from tests.official.conftest import Judged
from tests.support import official
from tests.support.accounts import add_account
from tests.support.recorder import Recorder

pytestmark = pytest.mark.slow
RELEASE = "2.3.2"
FOLDER = f"npm-{RELEASE}"
JUDGE = Path(__file__).parent / "npm" / "judge.cjs"
CASES = """createTask fetchTask cancelTask tasks taskRefreshAndCancel createCategorizationTask createTranscriptionTask
    createComparisonTask createAnnotationTask createPolygonannotationTask createLineannotationTask
    createDatacollectionTask createAudiotranscriptionTask createPointannotationTask createCuboidannotationTask
    createSegmentannotationTask""".split()


@pytest.fixture(scope="module")
def judged(server_on: Judged, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The client's verdicts."""
    server = server_on("sqlite")
    folder, environment = official.node_package(RELEASE)
    account = add_account(server, "node")
    given = tmp_path_factory.mktemp("node") / "given.json"
    with Recorder(f"127.0.0.1:{server.port}") as recorder:
        content = {"folder": str(folder), "url": recorder.url, "requests": REQUESTS, "answers": ANSWERS}
        given.write_text(json.dumps({**content, **asdict(account)}))
        done = subprocess.run(
            # The client's own dependencies warn about what Node no longer likes.
            ["node", "--no-deprecation", JUDGE, given],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env=environment,
        )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    known = {account.live: "<live key>", account.test: "<test key>"}
    found["recordings"] = golden.recordings(found["calls"], recorder.exchanges, known)
    return found


@pytest.mark.parametrize("case", CASES)
def test_case(judged: dict[str, Any], case: str) -> None:
    outcome = judged["outcomes"].get(case, "the case was not run")
    if outcome is not None:
        pytest.fail(outcome, pytrace=False)


def test_every_method_has_a_case(judged: dict[str, Any]) -> None:
    assert judged["offered"] == judged["judged"]
    assert sorted(judged["outcomes"]) == sorted(CASES)


def test_methods_send_what_was_recorded(judged: dict[str, Any]) -> None:
    if golden.RECORD:
        golden.write(FOLDER, golden.passed(judged["recordings"], judged["outcomes"]))
    assert list(golden.differences(judged["recordings"], golden.read(FOLDER))) == [], "see `make golden`"
