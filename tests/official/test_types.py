"""Every task type, minimal and full, on a live and on a test key, with the official client."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.official.conftest import Judged
from tests.support import official
from tests.support.accounts import Account, add_account
from tests.support.servers import Labelwright

from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import task_types

pytestmark = pytest.mark.slow
RELEASE = "2.18.4"
MEMBERS = 31
OFF_THE_ENUM = {"audiotranscription", "categorize", "cruisecontrol"}
"""A type that left the enum, and names that older releases used."""

JUDGE = Path(__file__).with_name("types_judge.py")
DATABASES = ("sqlite", "postgres")
MODES = {"live": False, "test": True}


@dataclass(frozen=True)
class Case:
    """One request: a slug, the name of an example, a mode."""

    slug: str
    example: str
    mode: str

    @property
    def name(self) -> str:
        return f"{self.slug}: {self.example}, {self.mode}"


CASES = [
    Case(slug, example, mode)
    for slug in sorted(task_types())
    for example in ("minimal", "full")
    for mode in MODES
]


class World:
    """An account on a running server, and what tasks of some types need to be there first."""

    def __init__(self, server: Labelwright, account: Account) -> None:
        self.server, self.account = server, account
        self.clients = {"live": server.v1(account.live), "test": server.v1(account.test)}
        self.parents = {mode: self._labelled_clouds(mode) for mode in MODES}

    def _labelled_clouds(self, mode: str) -> str:
        """A completed ``lidarannotation`` task of a few frames, which others build on."""
        frames = [f"https://files.example.org/drive7/{n}.json" for n in range(8)]
        task = self._made(mode, "/task/lidarannotation", {"attachments": frames, "labels": ["Car"]})[
            "task_id"
        ]
        if mode == "live":
            labeler = self.server.log_in(self.account.people["labeler"][0])
            reviewer = self.server.log_in(self.account.people["admin"][0])
            # No editor draws clouds yet.
            allowed = reviewer.put("/form", json={"project": None, "allowed": True})
            assert allowed.status_code == 200, allowed.text
            _hand_in(labeler, "attempt", {"answer": {"annotations": [{"cuboids": []} for _ in frames]}})
            _hand_in(reviewer, "review", {"verdict": "accept"})
        return str(task)

    def _made(self, mode: str, path: str, body: Mapping[str, Any]) -> Any:
        answer = self.clients[mode].post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def request(self, case: Case) -> dict[str, Any]:
        """What the judge is asked to create."""
        kind = task_types()[case.slug]
        params = dict(examples_of(kind).good_params[case.example])
        if "lidar_task" in params:
            params["lidar_task"] = self.parents[case.mode]
        if kind.needs_project:
            name = f"{case.slug} {case.example}"
            params["project"] = name
            self._made(case.mode, "/projects", {"name": name, "type": kind.slug, "params": {}})
        return {
            "name": case.name,
            "slug": case.slug,
            "type": kind.slug,
            "test": MODES[case.mode],
            "sampled": examples_of(kind).sample != "none",
            # Stages are kept with the defaults of their own types.
            "respelt": kind.slug == "multistage",
            "params": params,
        }

    def close(self) -> None:
        """Let the connections go."""
        for client in self.clients.values():
            client.close()


def _hand_in(person: httpx2.Client, stage: str, body: Mapping[str, Any]) -> None:
    (turn,) = person.post("/assignments/claim", json={"stage": stage}).json()["assignments"]
    person.post(f"/assignments/{turn['id']}/open", json={})
    done = {"submission_id": turn["id"], "active_ms": 1, "shown": True, **body}
    answer = person.post(f"/assignments/{turn['id']}/submit", json=done)
    assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module", params=DATABASES)
def verdict(
    request: pytest.FixtureRequest, server_on: Judged, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What the judge printed."""
    server = server_on(request.param)
    account = add_account(server, "types", (("ada", "admin"), ("jo", "labeler")))
    world = World(server, account)
    given = {
        "url": f"{server.url}/v1",
        "live": account.live,
        "test": account.test,
        "requests": [world.request(case) for case in CASES],
    }
    file = tmp_path_factory.mktemp("types") / "requests.json"
    file.write_text(json.dumps(given))
    done = subprocess.run(
        [official.interpreter(RELEASE), "-E", JUDGE, file],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    world.close()
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_created(verdict: dict[str, Any], case: Case) -> None:
    outcome = verdict["found"].get(case.name, "the case was not run")
    if outcome is not None:
        pytest.fail(outcome, pytrace=False)


def test_no_member_of_the_enum_is_missing(verdict: dict[str, Any]) -> None:
    assert str(verdict["client"]).startswith(str(official.CACHE))
    assert len(verdict["enum"]) == MEMBERS
    assert set(verdict["enum"]) | OFF_THE_ENUM == set(task_types())
    assert not set(verdict["enum"]) & OFF_THE_ENUM
