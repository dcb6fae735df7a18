"""``labelwright worker``: the jobs in processes of their own, beside servers that leave them alone."""

import signal
import threading
from collections import Counter
from collections.abc import Iterator

import httpx2
import pytest
from server.tests.cli.conftest import Installation, Serving
from server.tests.receiver import Delivery, Receiver

TASK = {"attachment": "x", "attachment_type": "text", "categories": ["a"]}

REACHES = {"LABELWRIGHT_ALLOW_HOSTS": "127.0.0.0/8"}
"""What lets a worker call receivers on this machine."""

on_postgresql = pytest.mark.parametrize("fresh", ["postgres"], indirect=True)
"""The embedded database has no workers."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somewhere to send callbacks."""
    with Receiver() as made:
        yield made


def create(serving: Serving, key: str, count: int, callback_url: str) -> list[str]:
    """Create test tasks, which are complete at once; returns their ids."""
    with httpx2.Client(base_url=f"{serving.url}/v1", auth=(key, ""), timeout=60) as client:
        answers = [
            client.post("/task/categorization", json={**TASK, "callback_url": callback_url})
            for _ in range(count)
        ]
    return [answer.json()["task_id"] for answer in answers]


def states(either: Installation) -> Counter[str]:
    """How many callbacks are in which state."""
    lines = either.output("callback", "list", "--limit", "1000").splitlines()[1:]
    return Counter(line.split()[2] for line in lines)


@on_postgresql
def test_two_workers_send_each_callback_once(either: Installation, receiver: Receiver) -> None:
    key = either.output("key", "create", "--mode", "test").strip()
    server = either.serve("--no-jobs")
    first = create(server, key, 60, receiver.url("/first"))
    # The server leaves them.
    assert states(either) == {"owed": 60}
    assert receiver.deliveries == []
    workers = [either.worker(**REACHES), either.worker(**REACHES)]
    # What comes later is found too, although another process wrote it.
    later = create(server, key, 40, receiver.url("/later"))
    receiver.wait_for_any(100)
    for worker in workers:
        worker.end()
    assert states(either) == {"delivered": 100}
    assert Counter(one.body["task_id"] for one in receiver.deliveries) == Counter([*first, *later])
    server.end()


@on_postgresql
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_what_is_under_way_is_finished(
    either: Installation, receiver: Receiver, number: signal.Signals
) -> None:
    key = either.output("key", "create", "--mode", "test").strip()
    told = threading.Event()

    def slow(_: Delivery) -> int:
        told.wait(60)
        return 200

    receiver.answer = slow
    server = either.serve("--no-jobs")
    worker = either.worker(**REACHES)
    create(server, key, 1, receiver.url("/slow"))
    receiver.wait_for("/slow")
    worker.process.send_signal(number)
    told.set()
    assert worker.process.wait(60) == 0
    assert states(either) == {"delivered": 1}
    server.end()


@on_postgresql
def test_it_calls_this_machine_only_when_told_so(either: Installation, receiver: Receiver) -> None:
    """It cannot know that nobody else reaches the servers."""
    key = either.output("key", "create", "--mode", "test").strip()
    server = either.serve("--no-jobs")
    create(server, key, 1, receiver.url())
    worker = either.worker()
    while states(either) == {"owed": 1}:
        assert worker.process.poll() is None
    assert "private address" in either.output("callback", "list", "--state", "dead")
    assert receiver.deliveries == []
    worker.end()
    server.end()


@on_postgresql
def test_it_takes_back_work_whose_time_ran_out(either: Installation) -> None:
    either.output(
        "user",
        "create",
        "--email",
        "leo@x.example",
        "--role",
        "labeler",
        "--password-stdin",
        given="correct horse",
    )
    key = either.output("key", "create", "--mode", "live").strip()
    server = either.serve("--no-jobs", LABELWRIGHT_RESERVE_SECONDS="0", LABELWRIGHT_FETCH_ATTACHMENTS="false")
    (task,) = create(server, key, 1, "")
    with httpx2.Client(base_url=f"{server.url}/api", timeout=60) as leo:
        leo.post("/session", json={"email": "leo@x.example", "password": "correct horse"})
        (mine,) = leo.post("/assignments/claim", json={"stage": "attempt"}).json()["assignments"]
        assert mine["task"]["task_id"] == task
        worker = either.worker(**REACHES)
        while leo.get(f"/assignments/{mine['id']}").json()["state"] == "reserved":
            assert worker.process.poll() is None
    worker.end()
    server.end()


@pytest.mark.parametrize("command", [("worker",), ("serve", "--no-jobs")], ids=lambda command: command[0])
def test_the_embedded_database_has_no_room_for_workers(
    installation: Installation, command: tuple[str, ...]
) -> None:
    refused = installation.run(*command)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "PostgreSQL" in refused.stderr
    assert "embedded database" in refused.stderr
    assert not installation.data.exists()
    assert installation.run("serve", LABELWRIGHT_JOBS="false").exit_code == 2
