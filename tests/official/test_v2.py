"""V2: the official client's ``client.v2`` and ours, each method in each style, and that both send the same."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from tests.official import golden
from tests.official.conftest import Judged
from tests.official.differences import neutral_of_v2
from tests.official.releases import BOTH, Release
from tests.support import official
from tests.support.accounts import Account, add_account
from tests.support.pictures import png
from tests.support.recorder import Recorder
from tests.support.servers import Labelwright, until

from labelwright.cli.options import load_settings, run
from labelwright.domain import accounts, answer_files, datasets, deliveries, projects
from labelwright.domain.platform import Platform

pytestmark = pytest.mark.slow
JUDGE = Path(__file__).with_name("judge.py")
RELEASE = Release(BOTH, ("v2",), (), "sqlite")
GOLDEN = f"../golden-v2/{BOTH}"
"""Beside the recordings of V1, which the page on V1's coverage reads."""
CHAT = {
    "instruction": "Ask the question. Put the better answer first.",
    "template_variables": {"prompt": {"type": "string"}},
    "models": [{"id": "model-a"}, {"id": "model-b"}],
    "responses_per_turn": 2,
    "turn_fields": [
        {
            "type": "ranking_order",
            "field_id": "preference",
            "title": "Which is better?",
            "options": [{"label": "A", "value": "model-a"}, {"label": "B", "value": "model-b"}],
        }
    ],
}
SEGMENTS = {"labels": ["road"], "allow_unlabeled": True}
CLIENTS = ("official", "ours")


def furnished(server: Labelwright, account: Account, name: str) -> dict[str, Any]:
    """Puts into an account what V2 shows: a delivered batch of conversations, and a file, in a dataset."""
    project = f"{name} tides"
    with server.v1(account.live) as live:
        made = live.post("/projects", json={"name": project, "type": "chat", "params": CHAT})
        assert made.status_code == 200, made.text
    with server.v1(account.test) as test:
        project_made = test.post("/projects", json={"name": project, "type": "chat", "params": CHAT})
        if project_made.status_code != 200:
            assert "exist" in project_made.text, project_made.text
        picture = test.post(
            "/files/upload",
            files={"file": ("n.png", png(64, 48), "image/png")},
            data={"project_name": project},
        )
        assert picture.status_code == 200, picture.text
        batch = test.post("/batches", json={"name": f"{name} first", "project": project})
        assert batch.status_code == 200, batch.text
        ids = []
        for prompt in ("Why?", "How?"):
            body = {"project": project, "batch": f"{name} first", "template_variables": {"prompt": prompt}}
            task = test.post("/task/chat", json=body)
            assert task.status_code == 200, task.text
            ids.append(task.json()["task_id"])
        test.post(f"/batches/{name} first/finalize")
        segments = f"{name} roads"
        made = test.post(
            "/projects", json={"name": segments, "type": "segmentannotation", "params": SEGMENTS}
        )
        assert made.status_code == 200, made.text
        body = {"project": segments, "attachment": picture.json()["attachment_url"]}
        files = []
        for _ in range(3):
            task = test.post("/task/segmentannotation", json=body)
            assert task.status_code == 200, task.text
            files.append(task.json()["task_id"])
        for one in files:
            until(lambda one=one: _completed(test, one), "the sample answer")  # type: ignore[misc]
    found: dict[str, Any] = run(
        load_settings(data=server.data, database_url=server.database_url or None),
        lambda platform: _delivered(
            platform, account.test, project, segments, f"{name} everything", files[0]
        ),
    )
    return {**found, "project": project, "batch": f"{name} first", "tasks": ids, "file_task": files[0]}


def _completed(test: Any, task_id: str) -> bool | None:
    return test.get(f"/task/{task_id}").json()["status"] == "completed" or None


async def _delivered(
    platform: Platform, key: str, project: str, other: str, dataset: str, file_task: str
) -> dict[str, Any]:
    env = (await accounts.KeyRing(platform).program(key)).env
    its, others = [await projects.find(platform, env, name) for name in (project, other)]
    delivery = await deliveries.create(platform, env, its, "first")
    second = await deliveries.create(platform, env, others, "files")
    made = await datasets.create(platform, env, dataset)
    entry = await datasets.add(platform, env, made, second)
    answer = (await datasets.task(platform, env, file_task)).task.response
    return {
        "file": sorted(answer_files.ids_in(platform, answer))[0],
        "project_id": its.id,
        "delivery_id": delivery.id,
        "dataset_id": made.id,
        "dataset_delivery_id": entry.id,
    }


class Verdicts:
    """Runs each client once on each database, when the first test asks."""

    def __init__(self, server_on: Judged, folder: Path) -> None:
        self.server_on, self.folder = server_on, folder
        self.found: dict[tuple[str, str], dict[str, Any]] = {}

    def __call__(self, client: str, database: str = "sqlite") -> dict[str, Any]:
        """What the judge printed, with ``recordings`` beside it."""
        if (client, database) not in self.found:
            self.found[client, database] = self._run(client, database)
        return self.found[client, database]

    def _run(self, client: str, database: str) -> dict[str, Any]:
        server, name = self.server_on(database), f"v2-{client}"
        account = add_account(server, name)
        there = furnished(server, account, name)
        interpreter = official.interpreter(BOTH) if client == "official" else Path(sys.executable)
        with Recorder(f"127.0.0.1:{server.port}") as recorder:
            given = {
                "release": BOTH,
                "files": RELEASE.files,
                "url": recorder.url,
                "picture": "",
                "v2": there,
                **asdict(account),
            }
            file = self.folder / f"{client}-{database}.json"
            file.write_text(json.dumps(given))
            done = subprocess.run(
                [interpreter, "-E", JUDGE, file], capture_output=True, text=True, timeout=300, check=False
            )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        home = official.CACHE if client == "official" else Path(__file__).parents[2] / "sdk"
        assert Path(found["client"]).is_relative_to(home), found["client"]
        known = {
            recorder.url: "<server>",
            there["file"]: "<file>",
            f"{name} ": "<name> ",
            account.live: "<live key>",
            account.test: "<test key>",
        }
        found["recordings"] = golden.recordings(found["calls"], recorder.exchanges, known)
        return found


@pytest.fixture(scope="module")
def judged(server_on: Judged, tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """The verdicts on both clients."""
    return Verdicts(server_on, tmp_path_factory.mktemp("v2"))


def _runs() -> Iterator[tuple[str, str, str]]:
    for client, database in (("official", "sqlite"), ("official", "postgres"), ("ours", "sqlite")):
        for name in RELEASE.cases:
            yield client, database, name


@pytest.mark.parametrize(("client", "database", "case"), list(_runs()))
def test_case(judged: Verdicts, client: str, database: str, case: str) -> None:
    outcome = judged(client, database)["outcomes"].get(case, "the case was not run")
    if outcome is not None:
        pytest.fail(outcome, pytrace=False)


@pytest.mark.parametrize("client", CLIENTS)
def test_every_method_in_every_style_has_a_case(judged: Verdicts, client: str) -> None:
    found = judged(client)
    assert len(found["offered"]) == 76
    assert sorted(found["offered"]) == sorted(found["judged"])


def test_methods_send_what_was_recorded(judged: Verdicts) -> None:
    found = judged("official")
    if golden.RECORD:
        golden.write(GOLDEN, golden.passed(found["recordings"], found["outcomes"]))
    assert list(golden.differences(found["recordings"], golden.read(GOLDEN))) == [], "see `make golden`"


def test_requests_are_those_of_the_official_client(judged: Verdicts) -> None:
    made, wanted = judged("ours")["recordings"], golden.read(GOLDEN)
    assert made.keys() == wanted.keys()
    assert list(_differences(made, wanted)) == []


def _differences(made: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    for name, content in wanted.items():
        ours = made[name]["calls"]
        if len(ours) != len(content["calls"]):
            yield f"{name}: {len(ours)} calls instead of {len(content['calls'])}"
        for official_call, own in zip(content["calls"], ours, strict=False):
            old, new = (neutral_of_v2(one["requests"]) for one in (official_call, own))
            if old != new:
                yield f"{name} in {own['case']}:\n  official {json.dumps(old)}\n  ours     {json.dumps(new)}"
