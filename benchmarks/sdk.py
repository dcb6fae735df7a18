"""Our SDK beside the official wheel, against the same server: one by one, side by side, listing; import time."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import trustme

from benchmarks import servers
from benchmarks.tables import Table

ROOT = Path(__file__).parent.parent
OFFICIAL = ROOT / ".cache" / "official" / "2.18.4"
LIST = 20_000
"""How many tasks are listed."""
GOALS = {
    ("create", "https"): 30,
    ("bulk", "https"): 50,
    ("async", "https"): 50,
    ("list", "https"): 10,
    ("ahead", "https"): 10,
}
"""How many times the official rate is wanted."""
HOW = {
    "create": "create_task, one after the other",
    "threads": "create_task, 16 threads",
    "bulk": "create_tasks, 64 in flight",
    "async": "create_tasks of AsyncScaleClient, 64 in flight",
    "list": "get_tasks",
    "ahead": "get_tasks(prefetch=True)",
}
COMPARED = (
    ("create", "create", "bare create"),
    ("threads", "threads", "bare bulk"),
    ("threads", "bulk", "bare bulk"),
    ("threads", "async", "bare bulk"),
    ("list", "list", "bare list"),
    ("list", "ahead", "bare list"),
)
"""What the official client does, what ours does, and the same without any client: sockets, ready-made requests."""


def official_python() -> Path:
    """The interpreter of the environment that has the official wheel; made when it is missing."""
    python = OFFICIAL / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(OFFICIAL)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "scaleapi==2.18.4"], check=True)
    return python


def measure(rounds: int, creates: int) -> list[Table]:
    """Run both clients in turn against one server, over http and https."""
    table = Table(
        "SDK: official 2.18.4 beside ours; bare sockets are what server and machine leave to be won",
        [
            "operation",
            "scheme",
            "official, tasks/s",
            "ours",
            "bare sockets",
            "ours to official (median of rounds)",
            "goal",
            "bare to official",
            "ours to bare",
            "CPU of the client, official to ours",
        ],
    )
    costs = Table(
        "SDK: what it costs (last round)",
        ["client", "how", "scheme", "tasks/s", "CPU, ms a task", "connections", "peak memory, MB"],
    )
    clients = {"official": official_python(), "ours": Path(sys.executable)}
    with tempfile.TemporaryDirectory() as folder:
        for scheme in ("http", "https"):
            with server_over(Path(folder), scheme) as (running, url, env):
                _project(clients["ours"], url, running.live_key, env)
                _client(clients["ours"], url, running.live_key, "async", LIST, env)
                for theirs, operation, bare in COMPARED:
                    # Side by side it takes more of them until the connections are open.
                    count = LIST if theirs == "list" else creates if theirs == "create" else 4 * creates
                    asked = {"official": theirs, "ours": operation, "bare": bare}
                    found = _results(clients, url, running.live_key, asked, count, rounds, env)
                    goal = GOALS.get((operation, scheme))
                    cells = _beside(found["official"], found["ours"], found["bare"], goal)
                    table.add(HOW[operation], scheme, *cells)
                    print(scheme, operation, cells, flush=True)
                    for name in clients:
                        if name == "ours" or theirs == operation:
                            costs.add(name, HOW[asked[name]], scheme, *_cells(found[name][-1]))
    return [table, costs, _imports(clients, rounds)]


def _beside(
    official: Sequence[Mapping[str, float]],
    ours: Sequence[Mapping[str, float]],
    floor: Sequence[Mapping[str, float]],
    goal: int | None,
) -> list[str]:
    """Best rates, how they are to each other round by round, and the CPU that a task costs a client."""
    costs = [min(one["cpu"] / one["n"] for one in results) for results in (official, ours)]
    ratio = _ratio(ours, official)
    missed = " (!)" if goal is not None and ratio < goal else ""
    return [
        *(f"{max(map(_rate, results)):,.0f}" for results in (official, ours, floor)),
        f"{ratio:.1f}x{missed}",
        f"{goal}x" if goal is not None else "",
        f"{_ratio(floor, official):.1f}x",
        f"{_ratio(ours, floor):.0%}",
        f"{costs[0] / costs[1]:.1f}x",
    ]


def _ratio(ones: Sequence[Mapping[str, float]], others: Sequence[Mapping[str, float]]) -> float:
    """How many times the others' rate the ones' is: the median of the rounds."""
    return statistics.median(_rate(one) / _rate(other) for one, other in zip(ones, others, strict=True))


def _rate(result: Mapping[str, float]) -> float:
    return result["n"] / result["seconds"]


def _cells(result: Mapping[str, float]) -> list[str]:
    return [
        f"{_rate(result):,.0f}",
        f"{result['cpu'] / result['n'] * 1000:.2f}",
        f"{result['connections']:,.0f}",
        f"{result['memory']:.0f}",
    ]


def _results(
    clients: Mapping[str, Path],
    url: str,
    key: str,
    asked: Mapping[str, str],
    count: int,
    rounds: int,
    env: Mapping[str, str],
) -> dict[str, list[dict[str, float]]]:
    """What each measured, in turn: `asked` tells their operations."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in asked}
    for _ in range(rounds):
        for name, operation in asked.items():
            # The official client needs about 30 ms for one call over https.
            slow = name == "official" and operation in {"create", "threads"}
            n = max(20, count // (40 if operation == "threads" else 10)) if slow else count
            found[name].append(_client(clients.get(name, clients["ours"]), url, key, operation, n, env))
    return found


def _client(
    python: Path, url: str, key: str, operation: str, count: int, env: Mapping[str, str]
) -> dict[str, float]:
    command = [str(python), str(ROOT / "benchmarks" / "sdk_client.py"), url, key, operation, str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **env})
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _project(python: Path, url: str, key: str, env: Mapping[str, str]) -> None:
    code = (
        "import sys, scaleapi; from scaleapi.tasks import TaskType;"
        "scaleapi.ScaleClient(sys.argv[2], api_instance_url=sys.argv[1])"
        ".create_project('sdk', TaskType.ImageAnnotation)"
    )
    subprocess.run([str(python), "-c", code, url, key], check=True, env={**os.environ, **env})


class server_over:  # noqa: N801  used as a function
    """A server over http or https, its address, and what clients need to trust it."""

    def __init__(self, folder: Path, scheme: str) -> None:
        self.data, self.scheme = folder / scheme, scheme

    def __enter__(self) -> tuple[servers.Running, str, Mapping[str, str]]:
        if self.scheme == "http":
            self.manager = servers.labelwright("http", self.data)
            running = self.manager.__enter__()
            return running, f"http://127.0.0.1:{running.port}/v1", {}
        self.data.mkdir()
        authority = trustme.CA()
        leaf = authority.issue_cert("localhost")
        leaf.cert_chain_pems[0].write_to_path(str(self.data / "cert.pem"))
        leaf.private_key_pem.write_to_path(str(self.data / "key.pem"))
        bundle = self.data / "bundle.pem"
        # What every user of the real API pays: the whole bundle of authorities, ours among them.
        where = [str(official_python()), "-c", "import certifi; print(certifi.where())"]
        roots = Path(subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip())
        bundle.write_bytes(roots.read_bytes() + authority.cert_pem.bytes())
        self.manager = servers.labelwright_tls(
            self.data, self.data / "cert.pem", self.data / "key.pem", bundle
        )
        running = self.manager.__enter__()
        env = {"REQUESTS_CA_BUNDLE": str(bundle), "SSL_CERT_FILE": str(bundle)}
        return running, f"https://localhost:{running.port}/v1", env

    def __exit__(self, *error: object) -> None:
        self.manager.__exit__(None, None, None)


def _imports(clients: Mapping[str, Path], rounds: int) -> Table:
    """How long ``import scaleapi`` takes beyond starting Python."""
    table = Table(
        "import scaleapi (ms beyond an empty program, best of rounds)", ["official", "ours", "ratio"]
    )
    best = {}
    for name, python in clients.items():
        bare = min(_seconds(python, "pass") for _ in range(rounds * 2))
        best[name] = min(_seconds(python, "import scaleapi") for _ in range(rounds * 2)) - bare
    table.add(
        f"{best['official'] * 1000:.0f}",
        f"{best['ours'] * 1000:.0f}",
        f"{best['official'] / best['ours']:.1f}x",
    )
    return table


def _seconds(python: Path, code: str) -> float:
    timer = (
        "import subprocess, sys, time; t = time.perf_counter();"
        "subprocess.run([sys.argv[1], '-c', sys.argv[2]], check=True); print(time.perf_counter() - t)"
    )
    command = [sys.executable, "-c", timer, str(python), code]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
