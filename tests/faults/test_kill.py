"""What was acknowledged is there after ``kill -9`` at any moment, on both databases; callbacks still arrive."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from tests.conftest import Make
from tests.support.rapid import Broken, Rapid
from tests.support.receiver import Receiver
from tests.support.servers import Labelwright, until

pytestmark = pytest.mark.slow
TASK = {"attachment_type": "text", "attachment": "a", "categories": ["a", "b", "c"]}


@pytest.fixture
def server(make: Make) -> Iterator[Labelwright]:
    """A server of this test's own; what was being delivered when it was killed is due again soon."""
    made = make()
    made.environ = {"LABELWRIGHT_CALLBACK_TIMEOUT": "2"}
    yield made.start()
    made.stop()


@dataclass
class Ledger:
    """What the server acknowledged, kept by its clients."""

    acknowledged: list[Any] = field(default_factory=list)
    unknown: list[Any] = field(default_factory=list)
    """Sent, and the connection broke: the server may have done it or not."""

    def send(self, what: Any, call: Callable[[], httpx2.Response]) -> httpx2.Response | None:
        """Send a request and note what became of it; None when the server is gone."""
        try:
            answer = call()
        except httpx2.TransportError:
            self.unknown.append(what)
            return None
        assert answer.status_code == 200, answer.text
        self.acknowledged.append((what, answer.json()))
        return answer


def until_killed(server: Labelwright, ledger: Ledger, enough: int, *workers: Callable[[], None]) -> None:
    """Run the workers at once and kill the server after so many acknowledgements."""
    before = len(ledger.acknowledged)
    with ThreadPoolExecutor(len(workers)) as pool:
        running = [pool.submit(worker) for worker in workers]
        until(
            lambda: (
                True
                if len(ledger.acknowledged) >= before + enough or all(one.done() for one in running)
                else None
            ),
            "the acknowledgements",
            pause=0.002,
        )
        server.kill()
        for one in running:
            one.result()


CLIENTS, ENOUGH = 16, 500
"""Programs that create at once, and after how many acknowledged creates the server is killed."""


def creating(server: Labelwright, key: str, ledger: Ledger, task: Callable[[int], dict[str, Any]]) -> None:
    """Create as fast as the server takes it, kill it in the middle and start it again; three times.

    Args:
        server: the server.
        key: an API key.
        ledger: gets what was acknowledged: (unique id, the task).
        task: the body of the n-th create; its unique id is ``str(n)``.
    """
    numbers = itertools.count()

    def work() -> None:
        with Rapid(server.port, key) as client:
            while True:
                n = next(numbers)
                try:
                    status, made = client.post("/task/categorization", {**task(n), "unique_id": str(n)})
                except Broken:
                    ledger.unknown.append(str(n))
                    return
                assert status == 200, made
                ledger.acknowledged.append((str(n), made))

    for _ in range(3):
        until_killed(server, ledger, ENOUGH, *[work] * CLIENTS)
        server.start()
    assert len(ledger.acknowledged) >= 3 * ENOUGH
    assert ledger.unknown


def test_no_acknowledged_create_is_lost(server: Labelwright) -> None:
    key, ledger = server.key("live"), Ledger()
    with server.v1(key) as client:
        client.post(
            "/projects", json={"name": "p", "type": "categorization", "params": TASK}
        ).raise_for_status()
    creating(server, key, ledger, lambda n: {"project": "p", "attachment": str(n)})
    with server.v1(key) as client:
        found = {task["unique_id"]: task for task in walk(client, "p")}
        for unique_id, made in ledger.acknowledged:
            assert found[unique_id]["task_id"] == made["task_id"]
        assert all(task["params"]["attachment"] == unique_id for unique_id, task in found.items())
        # A request without an answer was done wholly or not at all.
        assert set(found) <= {unique_id for unique_id, _ in ledger.acknowledged} | set(ledger.unknown)
        for unique_id in ledger.unknown:
            body = {"project": "p", "unique_id": unique_id}
            again = client.post("/task/categorization", json=body)
            assert again.status_code == (409 if unique_id in found else 200), again.text
        total = len(ledger.acknowledged) + len(ledger.unknown)
        assert client.get("/tasks", params={"project": "p", "limit": 1}).json()["total"] == total
        assert len(list(walk(client, "p"))) == total


def test_no_callback_of_an_acknowledged_create_is_lost(server: Labelwright, receiver: Receiver) -> None:
    """Tasks of test mode are completed by their create, so that creates and deliveries go on at the same time."""
    key, callback_key, ledger = server.key("test"), server.callback_key("test"), Ledger()
    creating(server, key, ledger, lambda n: {**TASK, "callback_url": receiver.url(f"/{n}")})
    wanted = {f"/{unique_id}": made["task_id"] for unique_id, made in ledger.acknowledged}
    arrived = receiver.wait(
        lambda all_: len(all_) >= len(wanted) and wanted.keys() <= {one.path for one in all_},
        "every callback",
        240,
    )
    for delivery in arrived:
        assert delivery.headers["scale-callback-auth"] == callback_key
        assert wanted.get(delivery.path, delivery.body["task_id"]) == delivery.body["task_id"]
        assert delivery.body["status"] == "completed"


def walk(client: httpx2.Client, project: str) -> Iterator[dict[str, Any]]:
    """Every task of a project, page by page: what is there, whatever the counters say."""
    token = None
    while True:
        more = {"next_token": token} if token else {}
        page = client.get("/tasks", params={"project": project, **more}).json()
        yield from page["docs"]
        token = page["next_token"]
        if not page["has_more"]:
            return


@dataclass
class Work:
    """People who work on one project until the server is gone or the work is done."""

    ledger: Ledger
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    submissions: dict[str, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)

    def submit(self, client: httpx2.Client, stage: str, held: Mapping[str, Any]) -> bool:
        """Hand in one piece of work, noting first what is sent; False when the server is gone."""
        submission_id = f"{stage}-{next(self.numbers)}"
        body: dict[str, Any] = {"submission_id": submission_id, "active_ms": 1000, "shown": True}
        if stage == "attempt":
            body["answer"] = {"category": TASK["categories"][next(self.numbers) % 3]}
        else:
            body["verdict"] = "accept"
        path = f"/assignments/{held['id']}/submit"
        self.submissions[submission_id] = (path, body)
        return self.ledger.send(submission_id, lambda: client.post(path, json=body)) is not None

    def worker(self, client: httpx2.Client, stage: str) -> Callable[[], None]:
        """Somebody who claims and submits."""

        def working() -> None:
            idle = 0
            while idle < 100:
                try:
                    held = client.post("/assignments/claim", json={"stage": stage}).json()["assignments"]
                    for one in held:
                        client.post(f"/assignments/{one['id']}/open", json={}).raise_for_status()
                except httpx2.TransportError:
                    return
                idle = 0 if held else idle + 1
                if not all(self.submit(client, stage, one) for one in held):
                    return

        return working


def test_no_acknowledged_submit_or_callback_is_lost(server: Labelwright, receiver: Receiver) -> None:
    key, callback_key, tasks = server.key("live"), server.callback_key("live"), 60
    with server.v1(key) as client:
        client.post(
            "/projects", json={"name": "p", "type": "categorization", "params": TASK}
        ).raise_for_status()
        for n in range(tasks):
            body = {"project": "p", "callback_url": receiver.url(f"/{n}"), "metadata": {"n": n}}
            client.post("/task/categorization", json=body).raise_for_status()
    labelers = [server.log_in(server.user(f"labeler{n}@example.org", "labeler")) for n in range(3)]
    reviewers = [server.log_in(server.user(f"reviewer{n}@example.org", "member")) for n in range(2)]
    work = Work(Ledger())
    everybody = [work.worker(one, "attempt") for one in labelers] + [
        work.worker(one, "review") for one in reviewers
    ]
    for _ in range(3):
        until_killed(server, work.ledger, 20, *everybody)
        server.start()

    for submission_id, receipt in list(work.ledger.acknowledged):
        path, body = work.submissions[submission_id]
        again = next(
            answer
            for person in (*labelers, *reviewers)
            if (answer := person.post(path, json=body)).status_code != 404
        )
        assert again.status_code == 200, again.text
        assert again.json() == {**receipt, "repeated": True, "task_status": again.json()["task_status"]}

    for _ in range(2):  # a reviewer may not review their own attempts, the other one can
        for person in (*labelers, *reviewers):
            for stage in ("attempt", "review") if person in reviewers else ("attempt",):
                work.worker(person, stage)()
    check_everything_was_done_once(server, key, reviewers[0], tasks)
    arrived = receiver.wait(lambda all_: len({one.path for one in all_}) == tasks, "every callback", 240)
    with server.v1(key) as client:
        done = {f"/{task['metadata']['n']}": task["response"] for task in walk(client, "p")}
    for delivery in arrived:
        assert delivery.headers["scale-callback-auth"] == callback_key
        assert delivery.body["response"] == done[delivery.path]


def check_everything_was_done_once(server: Labelwright, key: str, manager: httpx2.Client, tasks: int) -> None:
    """Every task is completed by one attempt and one review, and its response is that attempt's answer."""
    with server.v1(key) as client:
        found = list(walk(client, "p"))
        assert client.get("/tasks", params={"project": "p", "status": "completed"}).json()["total"] == tasks
    assert [task["status"] for task in found] == ["completed"] * tasks
    for task in found:
        detail = manager.get(f"/tasks/{task['task_id']}").json()
        submitted = [one for one in detail["attempts"] if one["state"] == "submitted"]
        assert [one["stage"] for one in submitted] == ["attempt", "review"]
        assert submitted[0]["answer"] == task["response"]
