"""A receiver like the official samples finds in each callback what the official client reads from the API."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.support.receiver import Delivery, Receiver
from tests.support.servers import Labelwright, Mode, until

pytestmark = pytest.mark.slow

WORK = """
import json, sys
import scaleapi
from scaleapi import TaskType
url, test_key, live_key, hooks, prefix = sys.argv[1:]
test, live = (scaleapi.ScaleClient(key, api_instance_url=url) for key in (test_key, live_key))
given = dict(attachment_type="text", attachment="car", categories=["a", "b"], metadata={"row": 7})
task = test.create_task(TaskType.Categorization, callback_url=hooks + "/task", **given)
quiet = test.create_task(TaskType.Categorization, **given)
project = live.create_project(prefix, TaskType.Categorization).name
batch = live.create_batch(project, prefix + " batch", callback=hooks + "/batch").name
for one in [live.create_task(TaskType.Categorization, batch=batch, **given) for _ in range(3)]:
    one.cancel()
print(json.dumps({"task": task.as_dict(), "batch": batch}))
"""
AUDIT = """
import json, sys
import scaleapi
url, key, task = sys.argv[1:]
client = scaleapi.ScaleClient(key, api_instance_url=url)
client.audit_task(task, False, "Look again")
print(json.dumps(client.get_task(task).as_dict()))
"""
LATER = {"callback_succeeded", "callback_succeeded_at", "updated_at"}
"""What a delivery itself changes on its task."""


def run(python: Path, program: str, *arguments: str) -> Any:
    """Run a program with the official client; what it printed."""
    command = [str(python), "-E", "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def to(path: str, deliveries: list[Delivery]) -> list[Delivery]:
    """The deliveries to a path."""
    return [one for one in deliveries if one.path == path]


def without(task: Mapping[str, Any]) -> dict[str, Any]:
    """A task without what its own callback changes."""
    return {key: value for key, value in task.items() if key not in LATER}


def test_callbacks_of_tasks_batches_and_audits(
    running: Labelwright, keys: Mapping[Mode, str], official_python: Path, receiver: Receiver
) -> None:
    url, key = f"{running.url}/v1", keys["test"]
    made = run(official_python, WORK, url, key, keys["live"], receiver.url(""), "callbacks")
    (first,) = to("/task", receiver.wait(lambda all_: bool(to("/task", all_)), "the task's callback"))
    # The official sample compares this header and reads these two keys (wire/callbacks §5).
    assert first.headers["scale-callback-auth"] == running.callback_key("test")
    assert first.headers["scale-callback-auth"] != running.callback_key("live")
    assert first.headers["content-type"].startswith("application/json")
    assert first.body["task_id"] == made["task"]["task_id"]
    assert (first.body["status"], first.body["response"]) == ("completed", {"category": "a"})
    assert without(first.body["task"]) == without(made["task"])

    (batch,) = to("/batch", receiver.wait(lambda all_: bool(to("/batch", all_)), "the batch's callback"))
    assert batch.headers["scale-callback-auth"] == running.callback_key("live")
    assert (batch.body["batch"], batch.body["status"]) == (made["batch"], "completed")
    assert (batch.body["stats"]["completed"], batch.body["stats"]["canceled"]) == (0, 3)

    audited = run(official_python, AUDIT, url, key, made["task"]["task_id"])
    second = to("/task", receiver.wait(lambda all_: len(to("/task", all_)) == 2, "the audit's callback"))[1]
    assert second.body["task"]["customer_review_status"] == "rejected"
    assert without(second.body["task"]) == without(audited)
    with running.v1(key) as client:

        def told() -> bool | None:
            task = client.get(f"/task/{made['task']['task_id']}").json()
            return True if task.get("callback_succeeded_at") else None

        until(told, "the note that the callback arrived")
