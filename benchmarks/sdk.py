"""Our SDK beside the official wheel: create and list against the same server, over http and https; import time."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import trustme

from benchmarks import servers
from benchmarks.tables import Table

ROOT = Path(__file__).parent.parent
OFFICIAL = ROOT / ".cache" / "official" / "2.18.4"
LIST = 5_000


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
        "SDK: official 2.18.4 beside ours, one thread",
        ["operation", "scheme", "official", "ours", "ratio (median of rounds)"],
    )
    clients = {"official": official_python(), "ours": Path(sys.executable)}
    with tempfile.TemporaryDirectory() as folder:
        for scheme in ("http", "https"):
            with _server(Path(folder), scheme) as (running, url, env):
                _project(clients["ours"], url, running.live_key, env)
                _client(clients["ours"], url, running.live_key, "create", LIST, env)
                for operation, count in (("create", creates), ("list", LIST)):
                    rates = _rates(clients, url, running.live_key, operation, count, rounds, env)
                    ratios = [o / f for o, f in zip(rates["ours"], rates["official"], strict=True)]
                    cells = [f"{max(rates[name]):,.0f} tasks/s" for name in clients]
                    table.add(operation, scheme, *cells, f"{statistics.median(ratios):.1f}x")
                    print(scheme, operation, cells, ratios, flush=True)
    return [table, _imports(clients, rounds)]


def _rates(
    clients: Mapping[str, Path],
    url: str,
    key: str,
    operation: str,
    count: int,
    rounds: int,
    env: Mapping[str, str],
) -> dict[str, list[float]]:
    rates: dict[str, list[float]] = {name: [] for name in clients}
    for _ in range(rounds):
        for name, python in clients.items():
            # The official client needs about 30 ms for one call over https.
            n = count if name == "ours" or operation == "list" else max(20, count // 10)
            rates[name].append(_client(python, url, key, operation, n, env))
    return rates


def _client(python: Path, url: str, key: str, operation: str, count: int, env: Mapping[str, str]) -> float:
    command = [str(python), str(ROOT / "benchmarks" / "sdk_client.py"), url, key, operation, str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **env})
    result = json.loads(done.stdout)
    rate: float = result["n"] / result["seconds"]
    return rate


def _project(python: Path, url: str, key: str, env: Mapping[str, str]) -> None:
    code = (
        "import sys, scaleapi; from scaleapi.tasks import TaskType;"
        "scaleapi.ScaleClient(sys.argv[2], api_instance_url=sys.argv[1])"
        ".create_project('sdk', TaskType.ImageAnnotation)"
    )
    subprocess.run([str(python), "-c", code, url, key], check=True, env={**os.environ, **env})


class _server:  # noqa: N801  used as a function
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
