"""Every file in ``docs/snippets`` runs against the real server, in the order a reader meets it."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image
from tests.support.receiver import Receiver
from tests.support.servers import COMMAND, Labelwright, Mode, until

ROOT = Path(__file__).parents[2]
SNIPPETS = ROOT / "docs" / "snippets"
ID = r"[0-9a-f]{24}"
RUN = frozenset(
    """asynchronous backup callback_receiver callback_signature duplicates existing_program first_project_audit
    first_project_create first_project_read many_at_once preferences_create preferences_read readme test_mode
    test_program test_program_canned""".split()
)
"""Every snippet that a test below runs."""

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("docs-snippets")]


@dataclass(frozen=True)
class Workspace:
    """The demo, served by the installed command."""

    server: Labelwright
    live: str
    test: str

    def run(self, name: str, *arguments: str, mode: Mode = "live") -> str:
        """Run a snippet as a reader would; returns what it prints."""
        done = subprocess.run(
            [sys.executable, SNIPPETS / f"{name}.py", *arguments],
            env={**os.environ, **self.environ(mode)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def environ(self, mode: Mode) -> dict[str, str]:
        """What the snippets read the key and the address from."""
        key = self.live if mode == "live" else self.test
        return {"SCALE_API_KEY": key, "SCALE_API_INSTANCE_URL": f"{self.server.url}/v1"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The demo's workspace, on the embedded database."""
    data = tmp_path_factory.mktemp("docs") / "demo"
    subprocess.run(
        [COMMAND, "demo", "--data", data, "--seed-only"], check=True, capture_output=True, timeout=120
    )
    logins = json.loads((data / "demo.json").read_text())
    server = Labelwright(data)
    try:
        yield Workspace(server.start(), logins["live_key"], logins["test_key"])
    finally:
        server.stop()


def label(labeler: httpx2.Client, reviewer: httpx2.Client, project: str, annotations: Sequence[Any]) -> None:
    """Answer the next task of a project as its labeler, and accept the answer as its reviewer."""
    turn = claim(labeler, "attempt", project)
    answer = {"annotations": annotations, "global_attributes": {}, "links": []}
    submit(labeler, turn, {"answer": answer})
    submit(reviewer, claim(reviewer, "review", project), {"verdict": "accept"})


def claim(person: httpx2.Client, stage: str, project: str) -> str:
    """Claim one assignment and open it; returns its id."""
    answer = person.post("/assignments/claim", json={"stage": stage, "project": project})
    (turn,) = answer.json()["assignments"]
    assert person.post(f"/assignments/{turn['id']}/open", json={}).status_code == 200
    return str(turn["id"])


def submit(person: httpx2.Client, turn: str, body: Mapping[str, Any]) -> None:
    """Hand in an assignment."""
    answer = person.post(
        f"/assignments/{turn}/submit",
        json={"submission_id": f"of {turn}", "active_ms": 1, "shown": True, **body},
    )
    assert answer.status_code == 200, answer.text


def test_every_snippet_is_run() -> None:
    assert {path.stem for path in SNIPPETS.glob("*.py")} == RUN


def test_first_project_from_pictures_to_audited_answers(workspace: Workspace, tmp_path: Path) -> None:
    pictures = []
    for name, colour in (("one.png", "red"), ("two.png", "blue")):
        path = tmp_path / name
        Image.new("RGB", (320, 200), colour).save(path)
        pictures.append(str(path))

    created = workspace.run("first_project_create", *pictures)
    assert re.fullmatch(rf"{ID} pending one\.png\n{ID} pending two\.png\n", created)

    server = workspace.server
    labeler = server.log_in(server.user("lee@example.org", "labeler"))
    reviewer = server.log_in(server.user("robin@example.org", "member"))
    car = {"type": "box", "label": "car", "left": 10, "top": 20, "width": 30, "height": 40}
    label(labeler, reviewer, "street-objects", [car])
    label(labeler, reviewer, "street-objects", [])

    counts, *boxes = workspace.run("first_project_read").splitlines()
    assert "'completed': 2" in counts
    assert boxes == ["one.png car 10 20 30 40"]
    audited = workspace.run("first_project_audit").splitlines()
    assert sorted(audited) == ["one.png accepted", "two.png rejected"]


def test_preferences_from_template_to_delivery(workspace: Workspace) -> None:
    created = workspace.run("preferences_create").splitlines()
    assert [line.split()[1] for line in created] == ["pending", "pending", "in_progress"]
    server = workspace.server
    labeler = server.log_in(server.user("lou@example.org", "labeler"))
    reviewer = server.log_in(server.user("ruth@example.org", "member"))
    for _ in range(2):
        said = [
            {"type": "PromptInput", "output": "Why?"},
            {"type": "ModelResponse", "output": "So.", "source_id": "model-a", "message_id": "m1"},
            {"type": "ModelResponse", "output": "Thus.", "source_id": "model-b", "message_id": "m2"},
        ]
        judged = [
            {"type": "RankedChoices", "output": ["m2", "m1"]},
            {"type": "TextInput", "field_id": "justification", "output": "clearer"},
        ]
        turn = claim(labeler, "attempt", "tides")
        submit(labeler, turn, {"answer": {"responses": [*said, *judged]}})
        submit(reviewer, claim(reviewer, "review", "tides"), {"verdict": "accept"})
    subprocess.run(
        [
            COMMAND,
            "delivery",
            "create",
            "first",
            "--project",
            "tides",
            "--mode",
            "live",
            "--data",
            server.data,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    *turns, wins, docs = workspace.run("preferences_read").splitlines()
    assert len(turns) == 2
    assert all(line.endswith("['model-b', 'model-a'] clearer") for line in turns)
    assert wins == "{'model-b': 2}"
    assert docs == "2 answers, #/$defs/ChatAnswer"


def test_the_readmes_lines_run_against_the_demo(workspace: Workspace) -> None:
    first, *others = workspace.run("readme").splitlines()
    assert re.fullmatch(rf"{ID} pending", first)
    assert first in others


def test_test_mode_answers_at_once(workspace: Workspace) -> None:
    assert workspace.run("test_mode", mode="test") == "{'category': 'question'}\n"


def test_many_at_once(workspace: Workspace) -> None:
    made = workspace.run("many_at_once", mode="test")
    assert made == "bulk/0 completed\nbulk/1 completed\nbulk/2 completed\n"
    again = workspace.run("many_at_once", mode="test")
    assert again.count("not created: bulk/") == 3


@pytest.mark.parametrize("name", ["test_program", "test_program_canned"])
def test_tests_of_a_program(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        # From an empty folder: the settings of this repository's own tests are not the reader's.
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", SNIPPETS / f"{name}.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_asynchronous(workspace: Workspace) -> None:
    assert workspace.run("asynchronous", mode="test") == "True False\n"


def test_duplicates_name_the_first_task(workspace: Workspace) -> None:
    assert re.search(
        rf'"sentence-0001"\) is already used for a different task \({ID}\)', workspace.run("duplicates")
    )


def test_an_existing_program_needs_a_key_and_an_address(workspace: Workspace) -> None:
    assert "https://labelwright.example.org/v1" in workspace.run("existing_program")


def test_a_backup_of_a_running_server_can_be_served(workspace: Workspace, tmp_path: Path) -> None:
    task = create(workspace, {"unique_id": "backed up"})
    workspace.run("backup", str(workspace.server.data), str(tmp_path / "backup"))
    create(workspace, {"unique_id": "too late"})
    restored = Labelwright(tmp_path / "backup")
    try:
        client = restored.start().v1(workspace.test)
        assert client.get(f"/task/{task}").json()["unique_id"] == "backed up"
        assert client.get("/tasks", params={"unique_id": "too late"}).json()["total"] == 0
    finally:
        restored.stop()
    files = {path.name for path in (tmp_path / "backup" / "files").rglob("*") if path.is_file()}
    assert files == {path.name for path in (workspace.server.data / "files").rglob("*") if path.is_file()}
    assert files


def test_the_callback_receiver_takes_genuine_callbacks_only(workspace: Workspace) -> None:
    auth_key = workspace.server.callback_key("test")
    receiver = subprocess.Popen(
        [sys.executable, SNIPPETS / "callback_receiver.py"],
        env={**os.environ, "CALLBACK_AUTH_KEY": auth_key, "PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert receiver.stdout is not None
        url = receiver.stdout.readline().split()[-1]
        forged = httpx2.post(url, json={"task_id": "0" * 24}, headers={"scale-callback-auth": "guess"})
        assert forged.status_code == 401
        task = create_with_callback(workspace, url)
        assert receiver.stdout.readline() == f"task {task} completed {{'category': 'a'}}\n"
    finally:
        receiver.kill()
        receiver.wait(30)


def test_callbacks_carry_a_signature_that_can_be_checked(workspace: Workspace) -> None:
    spec = importlib.util.spec_from_file_location("callback_signature", SNIPPETS / "callback_signature.py")
    assert spec is not None
    assert spec.loader is not None
    snippet = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(snippet)
    secret = workspace.server.webhook_secret("test")
    with Receiver() as receiver:
        create_with_callback(workspace, receiver.url("/signed"))
        delivery = receiver.one("/signed")
    # The server writes compact JSON in its own key order, which a parsed body keeps.
    body = json.dumps(delivery.body, separators=(",", ":"), ensure_ascii=False).encode()
    assert snippet.genuine(delivery.headers, body, secret)
    assert not snippet.genuine(delivery.headers, body.replace(b'"a"', b'"b"'), secret)
    assert not snippet.genuine(delivery.headers, body, workspace.server.webhook_secret("live"))
    assert not snippet.genuine({}, body, secret)


def create_with_callback(workspace: Workspace, url: str) -> str:
    """Create a task whose callback goes to a URL; returns its id."""
    return create(workspace, {"callback_url": url})


def create(workspace: Workspace, more: Mapping[str, str]) -> str:
    """Create a task in the test world, where it is completed at once; returns its id."""
    answer = workspace.server.v1(workspace.test).post(
        "/task/categorization",
        json={"attachment_type": "text", "attachment": "hello", "categories": ["a"], **more},
    )
    assert answer.status_code == 200, answer.text
    task_id: str = answer.json()["task_id"]
    return task_id


def test_a_delivered_callback_is_noted_on_the_task(workspace: Workspace) -> None:
    client = workspace.server.v1(workspace.test)
    with Receiver() as receiver:
        task = create_with_callback(workspace, receiver.url("/noted"))
        receiver.one("/noted")
        noted = until(lambda: client.get(f"/task/{task}").json().get("callback_succeeded_at"), "the note")
    assert noted
