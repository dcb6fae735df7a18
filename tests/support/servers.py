"""The real server as operators run it: the installed command in a process of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

import httpx2

Mode = Literal["live", "test"]
R = TypeVar("R")
PASSWORD = "correct horse battery"
COMMAND = Path(sys.executable).with_name("labelwright")
_LISTENING = re.compile(r"Listening on (http://\S+)")


def until(look: Callable[[], R | None], what: str, seconds: float = 60, pause: float = 0.05) -> R:
    """Look again and again until something is there.

    Args:
        look: returns None as long as it is not there.
        what: named in the error.
        seconds: after which somebody has to find out why it did not come; never a measure of speed.
        pause: seconds between two looks.

    Raises:
        TimeoutError: it did not come.
    """
    end = time.monotonic() + seconds
    while (found := look()) is None:
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(pause)
    return found


@dataclass
class Labelwright:
    """``labelwright serve`` on a data folder, startable, stoppable and killable.

    Attributes:
        data: the data folder.
        database_url: PostgreSQL, or empty for SQLite.
        environ: further environment variables (``LABELWRIGHT_…``).
        port: the port; the first start finds a free one and later starts keep it, as an operator's would.
    """

    data: Path
    database_url: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """Everything that the server wrote since the first start."""
        return self.data.with_name(f"{self.data.name}.log")

    def _where(self) -> list[str]:
        named = ["--data", str(self.data)]
        return [*named, "--database-url", self.database_url] if self.database_url else named

    def start(self) -> "Labelwright":
        """Start, and wait until the server says that it can serve."""
        written = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [COMMAND, "serve", *self._where(), "--port", str(self.port)],
                stdout=log,
                stderr=subprocess.STDOUT,
                # Tests name attachments that nobody has; those about fetching switch it on.
                env={"LABELWRIGHT_FETCH_ATTACHMENTS": "false", **os.environ, **self.environ},
            )
        self.port = until(lambda: self._announced(written), "the server's start")
        until(self._ready, "readiness")
        return self

    def _announced(self, written: int) -> int | None:
        text = self.log.read_bytes()[written:].decode(errors="replace")
        if self.process is not None and self.process.poll() is not None:
            raise RuntimeError(f"the server ended with {self.process.returncode}:\n{text}")
        found = _LISTENING.search(text)
        return int(found[1].rpartition(":")[2]) if found else None

    def _ready(self) -> bool | None:
        try:
            return True if httpx2.get(f"{self.url}/readyz", timeout=30).status_code == 200 else None
        except httpx2.TransportError:
            return None

    def end(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end; returns the process's return code."""
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(60)
        self.process = None
        return code

    def kill(self) -> None:
        """End as a power cut would."""
        self.end(signal.SIGKILL)

    def stop(self) -> None:
        """End as an operator would; fine when it is not running."""
        if self.process is not None:
            self.end(signal.SIGTERM)

    def run(self, *arguments: str, given: str = "") -> str:
        """Run another command of the installation on this data folder; returns what it prints."""
        done = subprocess.run(
            [COMMAND, *arguments, *self._where()],
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, **self.environ},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def key(self, mode: Mode) -> str:
        """Make an API key."""
        return self.run("key", "create", "--mode", mode)

    def callback_key(self, mode: Mode) -> str:
        """What ``scale-callback-auth`` carries in this mode."""
        return self.run("key", "callback", "--mode", mode)

    def webhook_secret(self, mode: Mode) -> str:
        """What the signature of this mode's callbacks is made with."""
        return self.run("key", "callback", "--mode", mode, "--webhook-secret")

    def user(self, email: str, role: str, name: str = "") -> str:
        """Make somebody who logs in with ``PASSWORD``; returns the e-mail address."""
        more: Sequence[str] = ("--name", name) if name else ()
        self.run(
            "user",
            "create",
            "--email",
            email,
            "--role",
            role,
            "--password-stdin",
            *more,
            given=f"{PASSWORD}\n",
        )
        return email

    def log_in(self, email: str) -> httpx2.Client:
        """A client below ``/api`` with a session."""
        client = httpx2.Client(
            base_url=f"{self.url}/api", headers={"content-type": "application/json"}, timeout=60
        )
        answer = client.post("/session", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client

    def v1(self, key: str) -> httpx2.Client:
        """A client below ``/v1`` with an API key."""
        return httpx2.Client(base_url=f"{self.url}/v1", auth=(key, ""), timeout=60)
