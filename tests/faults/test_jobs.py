"""Jobs that die in the middle: attachments are fetched all the same, and another worker takes over deliveries."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.conftest import Make
from tests.support.databases import Cluster
from tests.support.pictures import png
from tests.support.pictureserver import PictureServer
from tests.support.receiver import Delivery, Receiver
from tests.support.servers import COMMAND, Labelwright, until

pytestmark = pytest.mark.slow
TASK = {"attachment_type": "text", "attachment": "a", "categories": ["a", "b"]}
SOON = {
    "LABELWRIGHT_FETCH_ATTACHMENTS": "true",
    "LABELWRIGHT_ALLOW_HOSTS": "127.0.0.0/8",
    "LABELWRIGHT_ATTACHMENT_TIMEOUT": "2",
    "LABELWRIGHT_CALLBACK_TIMEOUT": "2",
}
"""Whatever was under way when a process was killed is due again after a few seconds."""


@pytest.fixture
def server(make: Make) -> Iterator[Labelwright]:
    """A server of this test's own."""
    made = make()
    made.environ = SOON
    yield made.start()
    made.stop()


def open_tasks(labeler: httpx2.Client) -> int:
    """How many tasks are ready for a labeler."""
    return sum(entry["open"] for entry in labeler.get("/queue").json()["entries"])


def test_attachments_are_fetched_whenever_the_server_dies(server: Labelwright) -> None:
    total, labeler = 60, server.log_in(server.user("lee@example.org", "labeler"))
    pictures = {f"/{n}.png": png(40 + n, 30) for n in range(total)}
    with PictureServer(pictures) as host:
        with server.v1(server.key("live")) as client:
            for path in pictures:
                body = {**TASK, "attachment_type": "image", "attachment": host.url(path)}
                client.post("/task/categorization", json=body).raise_for_status()
        for enough in (1, total // 2):
            until(lambda: True if open_tasks(labeler) >= enough else None, "some attachments", pause=0.005)  # noqa: B023
            server.kill()
            server.start()
        until(lambda: True if open_tasks(labeler) == total else None, "every attachment", seconds=150)
    # Their host is gone now, and each task shows its own picture.
    shown = {}
    while held := labeler.post("/assignments/claim", json={"stage": "attempt", "count": 5}).json()[
        "assignments"
    ]:
        for one in held:
            (attachment,) = one["task"]["attachments"]
            kept = httpx2.get(f"{server.url}{attachment['url']}")
            assert kept.content == pictures[httpx2.URL(attachment["ref"]).path]
            assert (attachment["mime_type"], attachment["height"]) == ("image/png", 30)
            shown[one["task"]["task_id"]] = attachment["ref"]
            answer = {
                "submission_id": one["id"],
                "active_ms": 1,
                "shown": True,
                "answer": {"category": "a"},
            }
            labeler.post(f"/assignments/{one['id']}/submit", json=answer).raise_for_status()
    assert len(shown) == len(set(shown.values())) == total


@contextlib.contextmanager
def worker(server: Labelwright, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A ``labelwright worker`` beside a server; killed at the end if it still runs."""
    where = ["--data", str(log.with_suffix("")), "--database-url", server.database_url]
    environ = {**os.environ, **server.environ}
    with log.open("wb") as file:
        process = subprocess.Popen(
            [COMMAND, "worker", *where], stdout=file, stderr=subprocess.STDOUT, env=environ
        )
    try:
        until(lambda: True if b"Working" in log.read_bytes() else None, "the worker's start")
        yield process
    finally:
        process.kill()
        process.wait(60)


def test_another_worker_takes_over(cluster: Cluster, tmp_path: Path, receiver: Receiver) -> None:
    server = Labelwright(tmp_path / "server", cluster.database(), {**SOON, "LABELWRIGHT_JOBS": "false"})
    server.start()
    try:
        with server.v1(server.key("test")) as client:  # completed at once, and the callbacks owed
            for n in range(120):
                body = {**TASK, "callback_url": receiver.url(f"/{n}")}
                client.post("/task/categorization", json=body).raise_for_status()
        assert receiver.deliveries == []
        held = 0

        def hold(delivery: Delivery) -> int:
            """Answer the first forty, and keep who brings the others waiting until it is dead."""
            nonlocal held
            if len(receiver.deliveries) <= 40:
                return 200
            held += 1
            first.wait(60)
            return 200

        receiver.answer = hold
        with worker(server, tmp_path / "first.log") as first:
            until(lambda: True if held >= 3 else None, "deliveries under way")
            first.send_signal(signal.SIGKILL)
            first.wait(60)
        receiver.answer = lambda _: 200
        with worker(server, tmp_path / "second.log"):
            found = receiver.wait(lambda all_: len({one.path for one in all_}) == 120, "every callback")
            # Those that the first one had on its hands were made twice, nothing else.
            assert len(found) <= 120 + held
    finally:
        server.stop()
