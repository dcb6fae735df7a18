"""A server whose disk is full: it says so, loses nothing, and goes on when there is room again."""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.support.servers import Labelwright

pytestmark = pytest.mark.slow
TASK = {"attachment_type": "text", "attachment": "a", "categories": ["a", "b"]}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    try:
        made = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        made = False
    if not made:
        pytest.skip("this user may not mount anything; server/tests/api/test_outages.py does without")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(path: Path) -> None:
    """Write a file until there is no room."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(1 << 12)):
            pass


def test_f30_a_full_disk_refuses_writes_until_there_is_room(disk: Path, tmp_path: Path) -> None:
    server = Labelwright(tmp_path / "data")
    server.data.symlink_to(disk / "data")
    (disk / "data").mkdir(mode=0o700)
    server.start()
    try:
        with server.v1(server.key("live")) as client:
            made = [client.post("/task/categorization", json=TASK).json()["task_id"]]
            filler = disk / "filler"
            fill(filler)
            refused = 0
            for n in range(200):
                # What still fits is kept, the rest is refused: nothing in between.
                answer = client.post("/task/categorization", json={**TASK, "metadata": {"n": "x" * 9000}})
                assert answer.status_code in {200, 503}, (n, answer.text)
                if answer.status_code == 200:
                    made.append(answer.json()["task_id"])
                else:
                    assert answer.headers["retry-after"] == "5"
                    refused += 1
            upload = client.post("/files/upload", files={"file": ("a.bin", bytes(50_000))})
            assert upload.status_code == 503
            assert refused > 0
            # The upload was refused just now, so the probe does not answer from what it found before.
            assert httpx2.get(f"{server.url}/readyz").status_code == 503
            assert len(client.get("/tasks").json()["docs"]) == min(100, len(made))
            filler.unlink()
            made.append(client.post("/task/categorization", json=TASK).json()["task_id"])
            for task_id in made:
                assert client.get(f"/task/{task_id}").status_code == 200
    finally:
        server.stop()
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
    assert len([line for line in lines if line["event"] == "unavailable"]) <= 3
    assert "Traceback" not in server.log.read_text()
