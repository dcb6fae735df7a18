"""What the benchmarks start from: a database that is filled, people who log in, tasks that are offered to them."""

from pathlib import Path

import httpx2
from benchmarks import seeding, server, servers

from labelwright.store import Store, work
from tests.support.servers import Labelwright


def test_a_database_is_filled_with_tasks(tmp_path: Path) -> None:
    made = Labelwright(tmp_path / "data")
    made.key("live")
    world = seeding.in_store(made.data, made.database_url, seeding.prepare)
    seeding.in_store(made.data, made.database_url, lambda store: seeding.add_tasks(store, world, 0, 300))

    async def open_work(store: Store) -> int:
        return sum(row[2] for row in await store.read(work.queue_counts, world.env.id, "nobody"))

    assert seeding.in_store(made.data, made.database_url, open_work) == 240


def test_people_log_in_and_are_offered_what_no_editor_draws(tmp_path: Path) -> None:
    made = Labelwright(tmp_path / "data").start()
    key = made.key("live")
    with made.v1(key) as client:
        client.post("/projects", json={"name": "bench", "type": "imageannotation"}).raise_for_status()
        client.post("/task/imageannotation", json={**server.PARAMS, "project": "bench"}).raise_for_status()
    running = servers.Running("test", made.port, key, made.data, made.database_url)
    servers.allow_form(running, "bench")
    (cookie,) = servers.people(running, 1)
    claim = {"stage": "attempt", "project": "bench"}
    answer = httpx2.post(f"{made.url}/api/assignments/claim", json=claim, headers={"Cookie": cookie})
    made.stop()
    assert len(answer.json()["assignments"]) == 1
