"""Creates tasks with the official client: run by ``test_types.py`` in the interpreter of ``scaleapi`` 2.18.4.

The file that it is given has the server's address, two keys and the requests; it prints what became of each.
"""

import json
import sys
import traceback
from pathlib import Path
from types import SimpleNamespace

import scaleapi
from scaleapi import ScaleClient, TaskType


def kind_of(slug):
    """The member of the enum, or what stands for one that left it."""
    return next((one for one in TaskType if one.value == slug), None) or SimpleNamespace(
        value=slug, name=slug
    )


def judge(client, one):
    """Create a task, read it back, and compare what the client shows with what was sent."""
    task = client.create_task(kind_of(one["slug"]), **one["params"])
    shown = task.as_dict()
    assert shown["type"] == one["type"], shown["type"]
    assert shown["status"] == ("completed" if one["test"] else "pending"), shown["status"]
    for key, value in one["params"].items():
        if key == "project":
            assert shown["project"] == value
        elif not one["respelt"]:
            assert shown["params"][key] == value, key
    again = client.get_task(task.id)
    assert again.as_dict()["params"] == shown["params"]
    assert again.status == task.status
    assert ("response" in shown) == (one["test"] and one["sampled"]), shown.get("response")


def main():
    """Judge every request; a traceback, or null where all is well, for each."""
    given = json.loads(Path(sys.argv[1]).read_text())
    clients = {
        test: ScaleClient(given[key], api_instance_url=given["url"])
        for test, key in ((False, "live"), (True, "test"))
    }
    found = {}
    for one in given["requests"]:
        try:
            judge(clients[one["test"]], one)
            found[one["name"]] = None
        except Exception:  # noqa: BLE001  reported to the test, which fails with it
            found[one["name"]] = traceback.format_exc()
    enum = sorted(kind.value for kind in TaskType)
    print(json.dumps({"client": scaleapi.__file__, "enum": enum, "found": found}))


main()
