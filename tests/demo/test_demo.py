"""``labelwright demo``: what it prints works, what is done in it stays, and nobody else can reach it."""

import json
import os
import re
import signal
import socket
import subprocess
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from tests.support.servers import COMMAND, until

pytestmark = pytest.mark.slow


class Demo:
    """A running demo and the card it printed.

    Args:
        data: its folder.
        host: passed on the command line's environment, as somebody with a server's settings in theirs would.
    """

    def __init__(self, data: Path, host: str = "") -> None:
        self.output = data.with_name("demo.log")
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [COMMAND, "demo", "--data", str(data), "--port", "0"],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **({"LABELWRIGHT_HOST": host} if host else {})},
            )
        self.card = until(self._card, "the demo's start", 120)
        (self.url,) = set(re.findall(r"http://127\.0\.0\.1:\d+", self.card))

    def _card(self) -> str | None:
        text = self.output.read_text()
        assert self.process.poll() is None, text
        return text if "Listening on" in text else None

    @property
    def people(self) -> dict[str, tuple[str, str]]:
        """Role to e-mail address and password."""
        found = re.findall(r"^  (manager|labeler|reviewer) +(\S+@\S+) +(\S+)$", self.card, re.MULTILINE)
        return {what: (email, password) for what, email, password in found}

    @property
    def keys(self) -> dict[str, str]:
        """Mode to API key."""
        return dict(re.findall(r"^  (test|live) +(\S+)$", self.card, re.MULTILINE))

    @property
    def snippet(self) -> str:
        """The program on the card."""
        found = re.search(r"^  import scaleapi\n(?:  .*\n)+", self.card, re.MULTILINE)
        assert found, self.card
        return textwrap.dedent(found[0])

    @contextmanager
    def log_in(self, what: str) -> Iterator[httpx2.Client]:
        """A client below ``/api`` with the session of one of the demo's people."""
        email, password = self.people[what]
        json_only = {"content-type": "application/json"}
        with httpx2.Client(base_url=f"{self.url}/api", headers=json_only, timeout=60) as client:
            answer = client.post("/session", json={"email": email, "password": password})
            assert answer.status_code == 200, answer.text
            yield client


@contextmanager
def demo(data: Path, host: str = "") -> Iterator[Demo]:
    """Run a demo for a while."""
    started = Demo(data, host)
    try:
        yield started
    finally:
        started.process.send_signal(signal.SIGINT)
        started.process.wait(60)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that ran once, in which one task was labeled."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    with demo(folder) as first, first.log_in("labeler") as labeler:
        claim = {"stage": "attempt", "project": "demo-kinds"}
        (held,) = labeler.post("/assignments/claim", json=claim).json()["assignments"]
        labeler.post(f"/assignments/{held['id']}/open", json={}).raise_for_status()
        category = held["task"]["params"]["categories"][0]
        body = {"submission_id": "one", "active_ms": 1, "shown": True, "answer": {"category": category}}
        labeler.post(f"/assignments/{held['id']}/submit", json=body).raise_for_status()
        (folder.parent / "first.json").write_text(
            json.dumps({"people": first.people, "keys": first.keys, "task": held["task"]["task_id"]})
        )
    return folder


@pytest.fixture(scope="module")
def again(data: Path) -> Iterator[Demo]:
    """The same demo, started a second time."""
    with demo(data) as started:
        yield started


def test_restart_keeps_log_ins_keys_and_work(data: Path, again: Demo) -> None:
    before = json.loads((data.parent / "first.json").read_text())
    assert {what: list(login) for what, login in again.people.items()} == before["people"]
    assert again.keys == before["keys"]
    with again.log_in("manager") as manager:
        task = manager.get(f"/tasks/{before['task']}").json()
    assert [one["state"] for one in task["attempts"]] == ["submitted"]


def test_seeds_real_photographs_for_every_role(again: Demo) -> None:
    with again.log_in("manager") as manager:
        projects = {one["name"]: one for one in manager.get("/projects").json()["projects"]}
        assert set(projects) == {"demo-boxes", "demo-kinds"}
        assert all(one["tasks"]["pending"] >= 5 for one in projects.values())
    with again.log_in("reviewer") as reviewer:
        entries = {(one["project"], one["stage"]): one for one in reviewer.get("/queue").json()["entries"]}
        assert entries["demo-boxes", "review"]["open"] >= 1
    with again.log_in("labeler") as labeler:
        claim = {"stage": "attempt", "project": "demo-boxes"}
        (held,) = labeler.post("/assignments/claim", json=claim).json()["assignments"]
        (picture,) = held["task"]["attachments"]
        assert picture["width"] > 100
        shown = httpx2.get(f"{again.url}{picture['url']}", timeout=60)
        assert shown.headers["content-type"].startswith("image/")
        assert len(shown.content) > 10_000


def test_the_snippet_on_the_card_runs_with_the_official_client(again: Demo, official_python: Path) -> None:
    done = subprocess.run(
        [official_python, "-E", "-c", again.snippet], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) >= 5
    assert all(re.fullmatch(r"[0-9a-f]{24} (pending|completed)", line) for line in lines)


def test_test_mode_answers_at_once(again: Demo) -> None:
    with httpx2.Client(base_url=f"{again.url}/v1", auth=(again.keys["test"], ""), timeout=60) as client:
        body = {"attachment_type": "text", "attachment": "a", "categories": ["x"]}
        assert client.post("/task/categorization", json=body).json()["response"] == {"category": "x"}


def test_listens_on_loopback_only(tmp_path: Path) -> None:
    with demo(tmp_path / "data", host="0.0.0.0") as started:
        port = int(started.url.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), 10).close()
        # 127.0.0.2 reaches whoever listens on every address, and nobody who listens on 127.0.0.1.
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port), 10)


def test_log_ins_are_readable_by_their_owner_only(data: Path) -> None:
    assert (data / "demo.json").stat().st_mode & 0o077 == 0
