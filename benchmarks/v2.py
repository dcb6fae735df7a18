"""``v2_get_tasks`` of our client beside the official one, against the same server, over http and https."""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import load, scale, seeding, servers
from benchmarks.sdk import official_python, server_over
from benchmarks.tables import Table

ROOT = Path(__file__).parent.parent
TURNS = 3
PAGES_IN = 500
"""How many pages the one in the middle of a project is from its first."""


def measure(rounds: int, count: int) -> list[Table]:
    """Walk all conversations of a project with both clients, in turn.

    Args:
        rounds: how often.
        count: how many conversations, of three turns each.
    """
    table = Table(
        f"V2: walking {count:,} conversations of {TURNS} turns",
        [
            "scheme",
            "official",
            "ours",
            "bare pages",
            "pages/s, bare",
            "ratio (median of rounds)",
            "CPU, ratio",
        ],
    )
    clients = {"official": official_python(), "ours": Path(sys.executable), "bare": Path(sys.executable)}
    with tempfile.TemporaryDirectory() as folder:
        for scheme in ("http", "https"):
            with server_over(Path(folder), scheme) as (running, url, env):
                key = servers.make_key(["--data", str(running.data)], "test")
                _run(clients["ours"], url, key, "fill", count, env)
                found: dict[str, list[dict[str, float]]] = {name: [] for name in clients}
                for _ in range(rounds):
                    for name, python in clients.items():
                        what = "bare" if name == "bare" else "walk"
                        found[name].append(_run(python, url, key, what, count, env))
                ratios = [
                    theirs["seconds"] / ours["seconds"]
                    for theirs, ours in zip(found["official"], found["ours"], strict=True)
                ]
                rates = [max(one["n"] / one["seconds"] for one in found[name]) for name in clients]
                costs = [min(one["cpu"] for one in found[name]) for name in ("official", "ours")]
                table.add(
                    scheme,
                    *(f"{rate:,.0f} tasks/s" for rate in rates),
                    f"{rates[2] / 100:.0f}",
                    f"{statistics.median(ratios):.1f}x",
                    f"{costs[0] / costs[1]:.1f}x",
                )
    return [table]


def pages(sizes: Sequence[int], seconds: float, *, databases: Sequence[str]) -> Table:
    """Measure how many pages of 100 tasks the server gives in a second as tasks pile up.

    Args:
        sizes: numbers of tasks, rising.
        seconds: for each request at each size.
        databases: ``SQLite``, ``PostgreSQL``.
    """
    rates: dict[tuple[str, str], dict[int, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for database, data, url in scale.each(Path(folder), databases):
            world, there = scale.prepare(data, url), 0
            for size in sizes:
                first = there
                seeding.in_store(data, url, lambda store: seeding.add_tasks(store, world, first, size))  # noqa: B023
                seeding.settle(url)
                there = size
                with servers.labelwright(f"{database} {size}", data, url) as running:
                    for name, path in _places(running):
                        _get(running, path)
                        script = _again(name, path, running)
                        rate = load.run("127.0.0.1", running.port, 1, script, seconds).rate(name)
                        rates.setdefault((name, database), {})[size] = rate
                        print(database, size, name, f"{rate:.0f} pages/s", flush=True)
    heads = [f"{size:,} tasks" for size in sizes]
    table = Table(
        "V2: pages of 100 tasks a second, one connection",
        ["page", "database", *heads, f"{sizes[0]:,} beside {sizes[-1]:,}"],
    )
    for (name, database), of in rates.items():
        ratio = of[sizes[0]] / of[sizes[-1]]
        table.add(name, database, *(f"{of[size]:,.0f}" for size in sizes), f"{ratio:.2f}x")
    return table


def _places(running: servers.Running) -> Iterator[tuple[str, str]]:
    """The pages: name and path."""
    first = "/v2/tasks?project_name=p3"
    yield "a project's first", first
    path = first
    for _ in range(PAGES_IN):
        token = _get(running, path).get("next_token")
        if token is None:
            break
        path = f"{first}&{urllib.parse.urlencode({'next_token': token})}"
    yield f"a project's {PAGES_IN + 1}th, or its last", path
    yield "the first of completed tasks", f"{first}&status=completed"


def _headers(running: servers.Running) -> dict[str, str]:
    return {"Authorization": f"Bearer {running.live_key}"}


def _again(name: str, path: str, running: servers.Running) -> load.Script:
    data = load.request("GET", path, f"127.0.0.1:{running.port}", _headers(running))
    return lambda _, __: (name, data)


def _get(running: servers.Running, path: str) -> Any:
    asked = urllib.request.Request(f"http://127.0.0.1:{running.port}{path}", headers=_headers(running))
    with contextlib.closing(urllib.request.urlopen(asked)) as answer:
        return json.load(answer)


def _run(python: Path, url: str, key: str, what: str, count: int, env: Mapping[str, str]) -> dict[str, float]:
    command = [str(python), str(ROOT / "benchmarks" / "v2_client.py"), url, key, what, str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **env})
    result: dict[str, float] = json.loads(done.stdout)
    return result
