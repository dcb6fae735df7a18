"""The command as operators run it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from labelwright.cli import main

COMMAND = Path(sys.executable).with_name("labelwright")


@dataclass
class Installation:
    """A data folder and a database, and the command on them."""

    data: Path
    database_url: str
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def _arguments(self, arguments: Sequence[str]) -> list[str]:
        database = ["--database-url", self.database_url] if self.database_url else []
        return [str(COMMAND), *arguments, "--data", str(self.data), *database]

    def run(self, *arguments: str, given: str = "", **environ: str) -> Result:
        """Run a command in this process, which saves the start of an interpreter."""
        wanted = self._arguments(arguments)[1:]
        return CliRunner().invoke(main, wanted, input=given, env=environ, prog_name="labelwright")

    def output(self, *arguments: str, given: str = "") -> str:
        """Run a command that has to succeed; returns what it printed."""
        done = self.run(*arguments, given=given)
        assert done.exit_code == 0, done.output
        return done.stdout

    def serve(self, *arguments: str, **environ: str) -> "Serving":
        """Start serving on a free port, and wait until it listens."""
        process = subprocess.Popen(
            self._arguments(["serve", "--port", "0", *arguments]),
            stdout=subprocess.PIPE,
            stderr=(self.data.parent / "log").open("a"),
            text=True,
            env={**os.environ, **environ},
        )
        self.running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Listening on http://"), line or (self.data.parent / "log").read_text()
        return Serving(process, line.split()[-1], self.data.parent / "log", self.data)

    def worker(self, **environ: str) -> "Serving":
        """Start a worker, and wait until it works."""
        process = subprocess.Popen(
            self._arguments(["worker"]),
            stdout=subprocess.PIPE,
            stderr=(self.data.parent / "log").open("a"),
            text=True,
            env={**os.environ, **environ},
        )
        self.running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line == "Working\n", line or (self.data.parent / "log").read_text()
        return Serving(process, "", self.data.parent / "log", self.data)

    def kill(self) -> None:
        """End what still runs."""
        for process in self.running:
            if process.poll() is None:
                process.kill()
                process.wait(30)


@dataclass
class Serving:
    """A server in a process of its own."""

    process: "subprocess.Popen[str]"
    url: str
    log: Path
    data: Path

    def end(self) -> None:
        """Send SIGTERM and wait for an orderly end."""
        self.process.send_signal(signal.SIGTERM)
        self.ended(signal.SIGTERM)

    def ended(self, number: signal.Signals) -> None:
        """Wait for an orderly end after a signal; uvicorn passes the signal on when everything is closed."""
        expected = {0, -number} if number is not signal.SIGINT else {0, 1, -number}
        assert self.process.wait(60) in expected, self.log.read_text()
        # The store writes its log back and removes it as the last thing it does.
        assert list(self.data.glob("*-wal")) == []

    def lines(self) -> list[dict[str, Any]]:
        """The log; each line has to be a JSON object."""
        found = [json.loads(line) for line in self.log.read_text().splitlines()]
        assert all(isinstance(line, dict) for line in found)
        return found


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An empty installation with the embedded database."""
    made = Installation(tmp_path / "data", "")
    yield made
    made.kill()


@pytest.fixture
def either(fresh: Callable[[], str], tmp_path: Path) -> Iterator[Installation]:
    """An empty installation, on SQLite and on PostgreSQL."""
    made = Installation(tmp_path / "data", fresh())
    yield made
    made.kill()
