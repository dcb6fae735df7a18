"""Create, list, claim and submit: requests a second and latencies, beside a plain ASGI echo of the same body."""

import base64
import contextlib
import itertools
import json
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import load, servers
from benchmarks.tables import Table

PARAMS: dict[str, Any] = {
    "instruction": "Box every vehicle and person that is at least ten pixels high. " * 4,
    "attachment": "https://images.example.org/drive/2024-05-02/front/000123.jpg",
    "geometries": {
        "box": {"objects_to_annotate": ["car", "truck", "bus", "person", "bicycle"], "min_height": 10},
        "polygon": {"objects_to_annotate": ["puddle", "sidewalk"], "min_vertices": 3},
    },
    "annotation_attributes": {
        "occluded": {"description": "How much is hidden?", "choices": ["0%", "25%", "50%", "75%"]},
        "moving": {
            "description": "Does it move?",
            "choices": ["Yes", "No"],
            "conditions": {"label_condition": {"label": ["car", "truck", "bus"]}},
        },
    },
    "metadata": {"drive": "2024-05-02", "camera": "front", "frame": 123, "weather": "rain"},
}
ANSWER = {
    "annotations": [
        {"type": "box", "label": "car", "left": 10.5 * n, "top": 20, "width": 30, "height": 40,
         "attributes": {"occluded": "0%", "moving": "No"}}
        for n in range(1, 4)
    ],
    "global_attributes": {},
    "links": [],
}  # fmt: skip


def _auth(key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def _post(server: servers.Running, path: str, body: Any) -> None:
    data = json.dumps(body).encode()
    headers = {**_auth(server.live_key), "Content-Type": "application/json"}
    urllib.request.urlopen(
        urllib.request.Request(f"http://127.0.0.1:{server.port}/v1{path}", data, headers)
    ).close()


def creates(server: servers.Running, run: str, *, project: bool) -> load.Script:
    """Creates with a unique id each; the echo gets the same bytes."""
    numbers = itertools.count()
    place = {"project": "bench"} if project else {}
    host, headers = f"127.0.0.1:{server.port}", _auth(server.live_key or "x")

    def script(_: int, __: bytes | None) -> load.Request:
        body = json.dumps({**PARAMS, **place, "unique_id": f"{run}-{next(numbers)}"}).encode()
        return "create", load.request("POST", "/v1/task/imageannotation", host, headers, body)

    return script


def lists(server: servers.Running) -> load.Script:
    """Pages of 100, from the newest on."""
    host, headers = f"127.0.0.1:{server.port}", _auth(server.live_key)
    tokens: dict[int, str] = {}

    def script(n: int, last: bytes | None) -> load.Request:
        if last is not None:
            token = json.loads(last[-300:].partition(b'"next_token":')[2].rstrip(b"}") or b"null")
            tokens[n] = f"&next_token={token.replace('=', '%3D')}" if token else ""
        path = f"/v1/tasks?project=bench&limit=100{tokens.get(n, '')}"
        return "list 100", load.request("GET", path, host, headers)

    return script


def labelers(server: servers.Running, cookies: list[str], project: str = "bench") -> load.Script:
    """Each connection is a labeler who claims and submits."""
    host = f"127.0.0.1:{server.port}"
    claim = json.dumps({"stage": "attempt", "project": project}).encode()
    numbers = itertools.count()
    claimed: dict[int, bool] = {}

    def script(n: int, last: bytes | None) -> load.Request | None:
        headers = {"Cookie": cookies[n]}
        if last is not None and claimed.get(n):
            claimed[n] = False
            held = json.loads(last)["assignments"]
            if not held:
                return None
            body = {
                "submission_id": f"s{n}-{next(numbers)}",
                "active_ms": 1000,
                "shown": True,
                "answer": ANSWER,
            }
            path = f"/api/assignments/{held[0]['id']}/submit"
            return "submit", load.request("POST", path, host, headers, json.dumps(body).encode())
        claimed[n] = True
        return "claim", load.request("POST", "/api/assignments/claim", host, headers, claim)

    return script


def measure(seconds: float, rounds: int) -> list[Table]:
    """Run everything; the floor is measured before and after each server in the same round."""
    table = Table(
        "Server: requests a second (and p50 / p99 ms)",
        ["operation", "connections", "database", "req/s", "p50 ms", "p99 ms", "of the echo's req/s"],
    )
    with tempfile.TemporaryDirectory() as folder, servers.echo() as floor:
        for name, server in _each(Path(folder)):
            with server as running:
                _post(running, "/projects", {"name": "bench", "type": "imageannotation"})
                servers.allow_form(running, "bench")
                cookies = servers.people(running, 32)
                for connections in (1, 32):
                    best = _rounds(floor, running, cookies, connections, seconds, rounds)
                    for operation, (sample, echo) in best.items():
                        rate = sample.rate(operation)
                        table.add(
                            operation,
                            connections,
                            name,
                            f"{rate:,.0f}",
                            f"{sample.quantile(operation, 0.5):.2f}",
                            f"{sample.quantile(operation, 0.99):.2f}",
                            f"{rate / echo:.2f}" if operation == "create" else "",
                        )
                        print(name, connections, operation, f"{rate:,.0f}/s, echo {echo:,.0f}/s", flush=True)
    return [table]


def _rounds(
    floor: servers.Running,
    running: servers.Running,
    cookies: list[str],
    connections: int,
    seconds: float,
    rounds: int,
) -> dict[str, tuple[load.Sample, float]]:
    """The best round of each operation, with the echo's rate in that round."""
    best: dict[str, tuple[load.Sample, float]] = {}

    def keep(operation: str, sample: load.Sample, echo: float) -> None:
        if operation not in best or sample.rate(operation) > best[operation][0].rate(operation):
            best[operation] = (sample, echo)

    for number in range(rounds):
        run = f"{running.name}-{connections}-{number}"
        script = creates(floor, run, project=True)
        before = load.run("127.0.0.1", floor.port, connections, script, seconds).rate("create")
        script = creates(running, run, project=True)
        sample = load.run("127.0.0.1", running.port, connections, script, seconds)
        script = creates(floor, run, project=True)
        after = load.run("127.0.0.1", floor.port, connections, script, seconds).rate("create")
        echo = (before + after) / 2
        keep("create", sample, echo)
        sample = load.run("127.0.0.1", running.port, connections, lists(running), seconds)
        keep("list 100", sample, echo)
        sample = load.run("127.0.0.1", running.port, connections, labelers(running, cookies), seconds)
        keep("claim", sample, echo)
        keep("submit", sample, echo)
    return best


def _each(folder: Path) -> Iterator[tuple[str, contextlib.AbstractContextManager[servers.Running]]]:
    yield "SQLite", servers.labelwright("sqlite", folder / "sqlite")
    with servers.postgres(folder / "cluster") as url:
        yield "PostgreSQL", servers.labelwright("postgres", folder / "postgres", url)
