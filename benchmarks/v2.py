"""``v2_get_tasks`` of our client beside the official one, against the same server, over http and https."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks import servers
from benchmarks.sdk import official_python, server_over
from benchmarks.tables import Table

ROOT = Path(__file__).parent.parent
TURNS = 3


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


def _run(python: Path, url: str, key: str, what: str, count: int, env: Mapping[str, str]) -> dict[str, float]:
    command = [str(python), str(ROOT / "benchmarks" / "v2_client.py"), url, key, what, str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **env})
    result: dict[str, float] = json.loads(done.stdout)
    return result
