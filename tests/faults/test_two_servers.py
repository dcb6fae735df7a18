"""Two servers on one PostgreSQL are one Labelwright: nothing lives in the memory of either."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from tests.support.databases import Cluster
from tests.support.receiver import Receiver
from tests.support.servers import Labelwright

pytestmark = pytest.mark.slow
TASK = {"attachment_type": "text", "attachment": "a", "categories": ["a", "b"]}


@pytest.fixture(scope="module")
def pair(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Labelwright, Labelwright]]:
    """Two servers with one database and one folder of files."""
    url, data = cluster.database(), tmp_path_factory.mktemp("pair")
    files = {"LABELWRIGHT_BLOB_URL": str(data / "files")}
    first, second = (Labelwright(data / name, url, files) for name in ("first", "second"))
    first.start()
    second.start()
    yield first, second
    first.stop()
    second.stop()


def test_keys_sessions_and_files_are_shared(pair: tuple[Labelwright, Labelwright]) -> None:
    first, second = pair
    key = first.key("live")
    with first.v1(key) as one, second.v1(key) as other:
        picture = {"file": ("a.txt", b"written by the first", "text/plain")}
        url = one.post("/files/upload", files=picture).json()["attachment_url"]
        task = {**TASK, "attachment": url, "attachment_type": "image"}
        made = other.post("/task/categorization", json=task).json()
        # A read lists the attachments beside it.
        read = one.get(f"/task/{made['task_id']}").json()
        assert {name: read[name] for name in made} == made
    manager = first.log_in(first.user("manager@example.org", "manager"))
    there = httpx2.Client(base_url=f"{second.url}/api", cookies=manager.cookies)
    detail = there.get(f"/tasks/{made['task_id']}").json()
    shown = httpx2.get(f"{second.url}{detail['attachments'][0]['url']}")
    assert shown.content == b"written by the first"
    manager.request("DELETE", "/session", json={})
    assert there.get("/session").status_code == 401


def test_no_task_is_given_out_twice(pair: tuple[Labelwright, Labelwright]) -> None:
    key, total = pair[0].key("live"), 40
    with pair[0].v1(key) as client:
        client.post("/projects", json={"name": "race", "type": "categorization", "params": TASK})
        for _ in range(total):
            client.post("/task/categorization", json={"project": "race"}).raise_for_status()
    people = [pair[n % 2].log_in(pair[0].user(f"racer{n}@example.org", "labeler")) for n in range(6)]

    def claim_all(person: httpx2.Client) -> list[str]:
        wanted = {"stage": "attempt", "project": "race", "count": 5}
        got: list[str] = []
        while held := person.post("/assignments/claim", json={**wanted, "have": []}).json()["assignments"]:
            got += [one["task"]["task_id"] for one in held]
            for one in held:
                body: dict[str, Any] = {
                    "submission_id": one["id"],
                    "shown": True,
                    "active_ms": 1,
                    "answer": {"category": "a"},
                }
                person.post(f"/assignments/{one['id']}/open", json={}).raise_for_status()
                person.post(f"/assignments/{one['id']}/submit", json=body).raise_for_status()
        return got

    with ThreadPoolExecutor(len(people)) as pool:
        got = [task_id for one in pool.map(claim_all, people) for task_id in one]
    assert len(got) == len(set(got)) == total


def test_each_callback_is_made_by_one_of_them(
    pair: tuple[Labelwright, Labelwright], receiver: Receiver
) -> None:
    key = pair[0].key("test")  # test tasks are completed, and their callbacks owed, at once
    with pair[0].v1(key) as one, pair[1].v1(key) as other:
        for n in range(30):
            body = {**TASK, "callback_url": receiver.url(f"/{n}")}
            (one, other)[n % 2].post("/task/categorization", json=body).raise_for_status()
    found = receiver.wait(lambda all_: len({d.path for d in all_}) == 30, "every callback")
    assert len(found) == 30
