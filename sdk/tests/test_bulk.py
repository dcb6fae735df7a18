"""Many calls at once: in order, none lost, none twice; and what becomes of their results."""

from __future__ import annotations

import asyncio
import itertools
import sys
import types

import pytest

from scaleapi import Outcome, Task, to_dataframe
from scaleapi.aio import AsyncScaleClient
from scaleapi.exceptions import ScaleException, ScaleInvalidRequest, ScaleTimeout

KEY = "test_0123456789abcdef"


def run(stub, program, **options):
    """Runs ``program(client)`` with an asynchronous client."""

    async def main():
        async with AsyncScaleClient(KEY, api_instance_url=stub.url, **options) as client:
            return await program(client)

    return asyncio.run(main())


def both(client, stub, blocking, awaited):
    """The results of the same program with both clients, as lists."""
    first = blocking(client)
    for noun in (stub.requests, stub.tasks, stub.files):
        noun.clear()
    stub._ids = 0
    return first, run(stub, awaited)


def items(count):
    return [{"unique_id": f"u{n}", "project": "p", "n": n} for n in range(count)]


def test_creates_come_back_in_order(client, stub):
    def blocking(one):
        return [outcome.unwrap().n for outcome in one.create_tasks(items(40), "chat", concurrency=8)]

    async def awaited(one):
        return [outcome.unwrap().n async for outcome in one.create_tasks(items(40), "chat", concurrency=8)]

    assert both(client, stub, blocking, awaited) == (list(range(40)), list(range(40)))
    assert len(stub.tasks) == 40


def test_one_error_stops_nothing_and_progress_is_told(client, stub):
    wanted = [*items(3), {"unique_id": "u1", "n": 3}, {"n": 4, "task_type": "comparison"}]
    seen = []
    outcomes = list(
        client.create_tasks(wanted, "chat", concurrency=1, on_progress=lambda *at: seen.append(at))
    )
    assert [outcome.error is None for outcome in outcomes] == [True, True, True, False, True]
    assert outcomes[3].item is wanted[3]
    with pytest.raises(ScaleException, match="already used"):
        outcomes[3].unwrap()
    assert outcomes[4].unwrap().type == "comparison"
    assert seen == [(n, 5) for n in range(1, 6)]


def test_tasks_without_a_key_get_one_before_the_first_try(client, stub):
    stub.fault(stub.DROP, match="POST")
    (outcome,) = client.create_tasks([{"n": 1}], "chat")
    assert outcome.unwrap().n == 1
    first, second = (seen.headers["Idempotency-Key"] for seen in stub.requests)
    assert first == second
    client.create_task("chat", idempotency_key="mine")
    (outcome,) = client.create_tasks([{"idempotency_key": "mine too"}], "chat")
    assert stub.requests[-1].headers["Idempotency-Key"] == "mine too"
    assert "idempotency_key" not in stub.requests[-1].json


def test_an_endless_iterable_is_taken_piece_by_piece(client, stub):
    taken = []

    def endless():
        for n in itertools.count():
            taken.append(n)
            yield {"n": n}

    outcomes = client.create_tasks(endless(), "chat", concurrency=2)
    assert [next(outcomes).unwrap().n for _ in range(10)] == list(range(10))
    outcomes.close()
    assert len(taken) <= 10 + 4

    async def awaited(one):
        found = one.create_tasks(endless(), "chat", concurrency=2)
        first = [(await anext(found)).unwrap().n for _ in range(5)]
        await found.aclose()
        return first

    taken.clear()
    assert run(stub, awaited) == list(range(5))
    assert len(taken) <= 5 + 4


def test_a_task_type_is_needed(client):
    (outcome,) = client.create_tasks([{"project": "p"}])
    assert isinstance(outcome.error, ScaleInvalidRequest)


def test_cancel(client, stub):
    made = [outcome.unwrap() for outcome in client.create_tasks(items(3), "chat")]
    found = [outcome.unwrap().status for outcome in client.cancel_tasks([made[0], made[1].id])]
    assert found == ["canceled"] * 2

    async def awaited(one):
        return [outcome async for outcome in one.cancel_tasks([made[2], "nobody"], clear_unique_id=True)]

    good, bad = run(stub, awaited)
    assert not hasattr(good.unwrap(), "unique_id")
    assert (bad.error.code, bad.index, bad.item) == (404, 1, "nobody")


def test_upload_of_a_folder(client, stub, tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("2.png", "b/1.png", "skip.txt"):
        (tmp_path / name).write_bytes(name.encode())
    outcomes = list(client.upload_files(tmp_path, pattern="*.png", project_name="p"))
    assert [outcome.item.name for outcome in outcomes] == ["2.png", "1.png"]
    assert all(outcome.error is None for outcome in outcomes)

    async def awaited(one):
        return [outcome.item.name async for outcome in one.upload_files([tmp_path / "skip.txt"])]

    assert run(stub, awaited) == ["skip.txt"]
    with pytest.raises(ScaleInvalidRequest, match="no folder"):
        client.upload_files(tmp_path / "nowhere")


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self, stub, ends):
        self.at, self.pauses, self.stub, self.ends = 0.0, [], stub, ends

    def now(self):
        return self.at

    def pause(self, seconds):
        self.pauses.append(seconds)
        self.at += seconds
        for task in self.stub.tasks:
            if self.ends.get(task["n"], 10**9) <= self.at:
                task["status"] = "completed"

    async def pause_later(self, seconds):
        self.pause(seconds)


@pytest.mark.parametrize("blocking", [True, False])
def test_waiting(client, stub, blocking):
    made = [outcome.unwrap() for outcome in client.create_tasks(items(3), "chat")]
    stub.requests.clear()
    clock = Clock(stub, {0: 1, 1: 5, 2: 40})

    async def awaited(one):
        one._now, one._pause = clock.now, clock.pause_later
        return await one.wait_for(made, timeout=60)

    if blocking:
        client._now, client._pause = clock.now, clock.pause
        done = client.wait_for([made[0], made[1].id, made[2], made[0]], timeout=60)
        assert [task.n for task in done] == [0, 1, 2, 0]
    else:
        assert [task.n for task in run(stub, awaited)] == [0, 1, 2]
    assert clock.pauses == [1, 2, 4, 8, 16, 29]
    # A task that is done is not looked at again.
    assert [seen.path.endswith(made[0].id) for seen in stub.requests].count(True) == 2


def test_waiting_ends_in_time(client, stub):
    made = client.create_task("chat", n=0)
    clock = Clock(stub, {})
    client._now, client._pause = clock.now, clock.pause
    with pytest.raises(ScaleTimeout, match=made.id):
        client.wait_for([made], timeout=4)
    assert clock.pauses == [1, 2, 1]


ANSWER = {
    "annotations": {"combined": {"image": "{url}/masks/a.png?x=1"}, "text": "see https://x y"},
    "list": ["{url}/b"],
}


def answered(url):
    combined = {"image": f"{url}/masks/a.png?x=1"}
    response = {
        "annotations": {"combined": combined, "note": "see https://x.example and so on"},
        "list": [f"{url}/b"],
    }
    return Task({"task_id": "1", "status": "completed", "response": response}, None)


@pytest.mark.parametrize("blocking", [True, False])
def test_files_of_an_answer(client, stub, tmp_path, blocking):
    stub.fault(stub.Reply(200, b"\x89PNG", {"Content-Type": "image/png"}))
    stub.fault(stub.Reply(200, b"{}"))
    task = answered(stub.url)

    async def awaited(one):
        return await one.download_response(task, tmp_path / "out")

    found = client.download_response(task, tmp_path / "out") if blocking else run(stub, awaited)
    assert {place: path.name for place, path in found.items()} == {
        "annotations.combined.image": "annotations_combined_image.png",
        "list[0]": "list_0",
    }
    assert found["annotations.combined.image"].read_bytes() == b"\x89PNG"
    assert found["list[0]"].read_bytes() == b"{}"
    assert {seen.headers["Authorization"] is None for seen in stub.requests} == {False}


def test_the_key_goes_to_the_api_only(client, stub):
    elsewhere = stub.url.replace("127.0.0.1", "localhost")
    stub.fault(stub.Reply(200, b"bytes"))
    assert client.download(f"{elsewhere}/a.png") == b"bytes"
    assert stub.requests[0].headers["Authorization"] is None
    with pytest.raises(ScaleInvalidRequest, match="only http"):
        client.download("scaledata://owner/id")


ROWS = [Task({"task_id": "1", "params": {"a": 1}, "metadata": {"m": "x"}, "status": "pending"}, None)]


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_data_frames(monkeypatch, name):
    taken = {}
    module = types.ModuleType(name)
    module.DataFrame = lambda rows: taken.update(rows=rows) or name
    monkeypatch.setattr("scaleapi.bulk._polars", lambda polars, rows: polars.DataFrame(rows))
    monkeypatch.setitem(sys.modules, "pandas", None)
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ScaleException, match="pandas or polars"):
        to_dataframe(ROWS)
    monkeypatch.setitem(sys.modules, name, module)
    assert to_dataframe(ROWS) == to_dataframe(iter(ROWS), name) == name
    assert taken["rows"] == [{"task_id": "1", "params.a": 1, "metadata.m": "x", "status": "pending"}]
    with pytest.raises(ScaleInvalidRequest):
        to_dataframe(ROWS, "excel")


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_data_frames_of_the_real_libraries(name):
    pytest.importorskip(name)
    later = {"task_id": "2", "params": {"a": 2}, "status": "completed", "response": {"category": "cone"}}
    frame = to_dataframe((task for task in [*ROWS, Task(later, None)]), name)
    assert set(frame.columns) == {"task_id", "status", "params.a", "metadata.m", "response"}
    assert (frame.shape[0], list(frame["task_id"]), list(frame["params.a"])) == (2, ["1", "2"], [1, 2])
    assert list(frame["response"])[1] == {"category": "cone"}


def test_values_without_a_common_type_become_json_in_polars():
    polars = pytest.importorskip("polars")
    values = [{"x": 1}, [1, "x"], 2**70, "as it is", None]
    tasks = [Task({"task_id": f"{n}", "metadata": {"a": one}}, None) for n, one in enumerate(values)]
    frame = to_dataframe(tasks, "polars")
    assert isinstance(frame, polars.DataFrame)
    assert list(frame["metadata.a"]) == ['{"x":1}', '[1,"x"]', "1180591620717411303424", "as it is", None]


def test_outcomes_are_values():
    error = ScaleException("no")
    assert Outcome(0, "a", 1, None).unwrap() == 1
    with pytest.raises(ScaleException, match="no"):
        Outcome(0, "a", None, error).unwrap()
