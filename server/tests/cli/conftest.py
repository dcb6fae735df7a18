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

    def run(self, *arguments: str, given: str = "", **environ: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(
            self._arguments(arguments),
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, **environ},
        )

    def output(self, *arguments: str, given: str = "") -> str:
        """Run a command that has to succeed; returns what it printed."""
        done = self.run(*arguments, given=given)
        assert done.returncode == 0, done.stderr
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
        return Serving(process, line.split()[-1], self.data.parent / "log")


@dataclass
class Serving:
    """A server in a process of its own."""

    process: "subprocess.Popen[str]"
    url: str
    log: Path

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; returns the exit status."""
        self.process.send_signal(number)
        return self.process.wait(60)

    def lines(self) -> list[dict[str, Any]]:
        """The log; each line has to be a JSON object."""
        found = [json.loads(line) for line in self.log.read_text().splitlines()]
        assert all(isinstance(line, dict) for line in found)
        return found


@pytest.fixture
def installation(fresh: Callable[[], str], tmp_path: Path) -> Iterator[Installation]:
    """An empty installation."""
    made = Installation(tmp_path / "data", fresh())
    yield made
    for process in made.running:
        if process.poll() is None:
            process.kill()
            process.wait(30)
