"""A real S3 server on this machine: SeaweedFS from its wheel, which checks every signature."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import httpx2

COMMAND = Path(sys.executable).with_name("weed")
BUCKET = "labelwright"
SERVICES = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port")
MORE = ("filer.port.grpc", "s3.port", "s3.port.grpc")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at the moment."""
    with ExitStack() as stack:
        made = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in made:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in made]


class ObjectStore:
    """An S3 server with one user; buckets are made when something is put into them.

    Args:
        folder: an empty folder.

    Attributes:
        endpoint: where it listens.
        environ: the user's credentials, as object stores' libraries read them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._ports = dict(zip((*SERVICES, *MORE), free_ports(8), strict=True))
        self.endpoint = f"http://127.0.0.1:{self._ports['s3.port']}"
        self.environ: Mapping[str, str] = {
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": secrets.token_hex(20),
        }

    def __enter__(self) -> "ObjectStore":
        key, secret = self.environ.values()
        user = {
            "name": "tests",
            "credentials": [{"accessKey": key, "secretKey": secret}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
        (self._folder / "users.json").write_text(json.dumps({"identities": [user]}))
        (self._folder / "data").mkdir()
        options = {
            "dir": self._folder / "data",
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "filer": "true",
            "s3": "true",
            "s3.config": self._folder / "users.json",
            "s3.iam": "false",
            "s3.port.iceberg": 0,
            "s3.port.lance": 0,
            "master.telemetry": "false",
            "master.volumeSizeLimitMB": 64,
            "volume.max": 20,
            **self._ports,
        }
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [COMMAND, "server", *(f"-{name}={value}" for name, value in options.items())],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "HOME": str(self._folder)},
                cwd=self._folder,
            )
        try:
            self._wait()
        except BaseException:
            self._process.kill()
            raise
        return self

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            try:
                # Nobody is let in without a key; that it says so means that it is there.
                if httpx2.get(self.endpoint, timeout=5, trust_env=False).status_code == 403:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.1)
        raise RuntimeError((self._folder / "log").read_text(errors="replace"))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(60)

    def url(self, prefix: str = "", bucket: str = BUCKET) -> str:
        """The URL of a bucket, or of a part of it, with everything but the credentials."""
        return f"s3://{bucket}{prefix}?endpoint={self.endpoint}&region=us-east-1"
