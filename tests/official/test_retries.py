"""The official client's retries meet the server they were made for (wire/clients §2)."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.support.gateway import gateway
from tests.support.servers import Labelwright, Mode

pytestmark = pytest.mark.slow

CREATE = """
import json, sys
import scaleapi
from scaleapi import TaskType
from scaleapi.exceptions import ScaleException
url, key, ca, unique_id = sys.argv[1:]
client = scaleapi.ScaleClient(key, api_instance_url=url, verify=ca)
try:
    task = client.create_task(
        TaskType.Categorization, attachment_type="text", attachment="a", categories=["a"], unique_id=unique_id
    )
    print(json.dumps({"id": task.id}))
except ScaleException as error:
    print(json.dumps({"error": type(error).__name__, "code": error.code}))
"""


def create(python: Path, url: str, key: str, ca: str, unique_id: str) -> dict[str, object]:
    """Create a task with the official client; what came of it."""
    done = subprocess.run(
        [python, "-E", "-c", CREATE, url, key, ca, unique_id],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={"REQUESTS_CA_BUNDLE": ca},  # the client's look-up of an existing task forgets its own setting
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_create_whose_answer_a_gateway_lost_is_found_again(
    running: Labelwright, keys: Mapping[Mode, str], official_python: Path, tmp_path: Path
) -> None:
    key = keys["live"]

    def lose_the_first(number: int, method: str, status: int) -> int:
        return 502 if number == 1 else status

    with gateway(running, tmp_path, lose_the_first) as (url, ca):
        found = create(official_python, url, key, ca, "lost answer")
    with running.v1(key) as client:
        (there,) = client.get("/tasks", params={"unique_id": "lost answer"}).json()["docs"]
    assert found == {"id": there["task_id"]}


def test_create_through_a_healthy_gateway_and_a_real_duplicate(
    running: Labelwright, keys: Mapping[Mode, str], official_python: Path, tmp_path: Path
) -> None:
    with gateway(running, tmp_path, lambda _number, _method, status: status) as (url, ca):
        assert "id" in create(official_python, url, keys["live"], ca, "healthy")
        again = create(official_python, url, keys["live"], ca, "healthy")
    assert again == {"error": "ScaleDuplicateResource", "code": 409}
