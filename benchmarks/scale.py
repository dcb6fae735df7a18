"""How much slower lists, counts, filters and claims become as tasks pile up, and what a walk of all of them takes."""

import base64
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import load, seeding, servers
from benchmarks.server import labelers
from benchmarks.tables import Table
from labelwright.clock import iso

SIZES = (10_000, 100_000, 1_000_000)
GOAL = 1.3
"""Times as slow as at the smallest size that the largest may be."""

ROOT = Path(__file__).parent.parent


@dataclass
class Figures:
    """What was measured on one database: operation → size → milliseconds (median)."""

    database: str
    lists: dict[str, dict[int, float]] = field(default_factory=dict)
    walks: dict[int, tuple[float, float, float]] = field(default_factory=dict)
    """Size → tasks a second, most MB of the client, MB of the server at the end."""


def _params(**given: object) -> str:
    return urllib.parse.urlencode(given)


def queries(size: int, deep: str) -> Mapping[str, str]:
    """The requests: name → query of ``GET /v1/tasks``.

    Args:
        size: how many tasks there are.
        deep: a cursor into their middle.
    """
    newest = seeding.START + (size - 1) * seeding.STEP
    hour = iso(newest - 3_600_000)
    tenth, half = (iso(seeding.START + size // n * seeding.STEP) for n in (10, 2))
    return {
        "first page": _params(limit=100),
        "page in the middle": _params(limit=100, next_token=deep),
        "project": _params(project="p3"),
        "project of 200 old tasks": _params(project="small"),
        "batch": _params(batch="p3 b1"),
        "batch of 200 old tasks": _params(batch="small b0"),
        "status: most": _params(status="pending"),
        "status: a fifth, behind the others": _params(status="completed"),
        "status: one in 1,000, ten of them": _params(limit=10, status="error"),
        "status: none": _params(status="canceled"),
        "project and status": _params(project="p3", status="completed"),
        "batch and status": _params(batch="p3 b1", status="completed"),
        "type: one in 8": _params(type="categorization"),
        "type: 200 old tasks": _params(type="transcription"),
        "tag: one in 10": _params(tags="tenth"),
        "tag: one in 1,000, ten of them": _params(limit=10, tags="rare"),
        "unique_id": _params(unique_id="unique-77"),
        "unique_id: ten": _params(unique_id=",".join(f"unique-{n}" for n in range(70, 80))),
        "review status: one in 250, ten of them": _params(limit=10, customer_review_status="accepted"),
        "created in the last hour": _params(start_time=hour),
        "created in the older half": _params(end_time=half),
        "completed after the first tenth": _params(completed_after=tenth),
        "updated in the last hour": _params(updated_after=hour),
        "count": _params(limit=1),
        "count of a project and status": _params(limit=1, project="p3", status="completed"),
        "count of a tag": _params(limit=1, tags="tenth"),
        "count of a review status": _params(limit=1, customer_review_status="accepted"),
        "count of the older half": _params(limit=1, end_time=half),
    }


PLACES = {"batches, detailed": "/v1/batches?detailed=true", "projects": "/v1/projects", "queue": "/api/queue"}
"""Lists of other things, whose counts are about the tasks."""


def measure(sizes: Sequence[int], seconds: float, *, databases: Sequence[str], walk: bool) -> list[Table]:
    """Measure at every size on every database.

    Args:
        sizes: numbers of tasks, rising.
        seconds: for each request at each size.
        databases: ``SQLite``, ``PostgreSQL``.
        walk: whether all tasks are walked with the client library as well.
    """
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name, data, url in each(Path(folder), databases):
            found.append(_on(name, data, url, sizes, seconds, walk=walk))
    return [_latencies(found, sizes), *([_walks(found)] if walk else [])]


def each(folder: Path, databases: Sequence[str]) -> Iterator[tuple[str, Path, str]]:
    """The databases, empty: name, data folder, URL."""
    if "SQLite" in databases:
        yield "SQLite", folder / "sqlite", ""
    if "PostgreSQL" in databases:
        with servers.postgres(folder / "cluster") as url:
            yield "PostgreSQL", folder / "postgres", url


def prepare(data: Path, url: str) -> seeding.World:
    """Migrate an empty database and make projects and batches in it."""
    with servers.labelwright("empty", data, url):
        """It has made the tables and the account."""
    return seeding.in_store(data, url, seeding.prepare)


def _on(name: str, data: Path, url: str, sizes: Sequence[int], seconds: float, *, walk: bool) -> Figures:
    figures, world, there = Figures(name), prepare(data, url), 0
    for size in sizes:
        first = there
        seeding.in_store(data, url, lambda store: seeding.add_tasks(store, world, first, size))  # noqa: B023
        seeding.settle(url)
        there = size
        with servers.labelwright(f"{name} {size}", data, url) as running:
            cookies = servers.people(running, 1, f"scale{size}")
            _lists(running, cookies, size, seconds, figures)
            sample = load.run("127.0.0.1", running.port, 1, labelers(running, cookies, "p0"), 3 * seconds)
            for operation in ("claim", "submit"):
                figures.lists.setdefault(operation, {})[size] = sample.quantile(operation, 0.5)
            print(name, size, f"claim {sample.quantile('claim', 0.5):.2f} ms", flush=True)
        if walk:
            # A server that has done nothing else, so that what it holds is for the walk.
            with servers.labelwright(f"{name} {size}", data, url) as running:
                figures.walks[size] = _walk(running)
                print(
                    name,
                    size,
                    "walk: {:,.0f}/s, {:.0f} MB, {:.0f} MB".format(*figures.walks[size]),
                    flush=True,
                )
    return figures


def _lists(running: servers.Running, cookies: list[str], size: int, seconds: float, figures: Figures) -> None:
    headers = {"Authorization": "Basic " + base64.b64encode(f"{running.live_key}:".encode()).decode()}
    middle = iso(seeding.START + size // 2 * seeding.STEP)
    deep = _get(running, f"/v1/tasks?{_params(end_time=middle)}", headers)["next_token"]
    paths = {name: f"/v1/tasks?{query}" for name, query in queries(size, deep).items()}
    for name, path in {**paths, **PLACES}.items():
        sent = {"Cookie": cookies[0]} if path.startswith("/api") else headers
        # The first request of a kind loads what it needs, and its pages of the database.
        _get(running, path, sent)
        sample = load.run("127.0.0.1", running.port, 1, _again(name, path, running, sent), seconds)
        figures.lists.setdefault(name, {})[size] = sample.quantile(name, 0.5)
        print(figures.database, size, name, f"{sample.quantile(name, 0.5):.2f} ms", flush=True)


def _again(name: str, path: str, running: servers.Running, headers: dict[str, str]) -> load.Script:
    data = load.request("GET", path, f"127.0.0.1:{running.port}", headers)
    return lambda _, __: (name, data)


def _get(running: servers.Running, path: str, headers: dict[str, str]) -> Any:
    asked = urllib.request.Request(f"http://127.0.0.1:{running.port}{path}", headers=headers)
    with contextlib.closing(urllib.request.urlopen(asked)) as answer:
        return json.load(answer)


def _walk(running: servers.Running) -> tuple[float, float, float]:
    """Walk every task with the client library, in a process of its own."""
    url = f"http://127.0.0.1:{running.port}/v1"
    command = [sys.executable, str(ROOT / "benchmarks" / "sdk_client.py"), url, running.live_key, "walk", "0"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ))
    result = json.loads(done.stdout)
    return result["n"] / result["seconds"], result["memory"], running.memory()


def _latencies(found: Sequence[Figures], sizes: Sequence[int]) -> Table:
    table = Table(
        f"Tasks piling up: median ms at each number of tasks, one connection (goal: at most {GOAL}x)",
        ["request", "database", *(f"{size:,}" for size in sizes), f"{sizes[-1]:,} beside {sizes[0]:,}"],
    )
    for name in found[0].lists:
        for figures in found:
            of = figures.lists[name]
            ratio = of[sizes[-1]] / of[sizes[0]]
            mark = "" if ratio <= GOAL else " (!)"
            table.add(name, figures.database, *(f"{of[size]:.2f}" for size in sizes), f"{ratio:.2f}x{mark}")
    return table


def _walks(found: Sequence[Figures]) -> Table:
    table = Table(
        "Walk of every task with our client library (`get_tasks`)",
        ["database", "tasks", "tasks a second", "memory of the client, at most", "memory of the server"],
    )
    for figures in found:
        for size, (rate, client, server) in figures.walks.items():
            table.add(figures.database, f"{size:,}", f"{rate:,.0f}", f"{client:.0f} MB", f"{server:.0f} MB")
    return table
