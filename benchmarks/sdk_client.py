"""One client's share of the measurements; run by the interpreter that has the client, prints JSON.

Works with the official wheel and with ours: both are ``scaleapi``.
"""

import json
import pathlib
import sys
import time

import scaleapi
from scaleapi.tasks import TaskType

PARAMS = {"geometries": {"box": {"objects_to_annotate": ["car", "person"]}}}


def main() -> None:
    """Do what the arguments say: url, key, operation, how many."""
    url, key, operation, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    client = scaleapi.ScaleClient(key, api_instance_url=url)
    run = f"{time.time_ns()}"
    if operation == "create":
        started = time.perf_counter()
        for n in range(count):
            client.create_task(
                TaskType.ImageAnnotation,
                project="sdk",
                attachment=f"https://images.example.org/{n}.jpg",
                unique_id=f"{run}-{n}",
                metadata={"n": n},
                **PARAMS,
            )
        done = count
    elif operation == "walk":
        started = time.perf_counter()
        done = sum(1 for project in client.projects() for _ in client.get_tasks(project_name=project.name))
    else:
        started = time.perf_counter()
        done = 0
        for _ in client.get_tasks(project_name="sdk"):
            done += 1
            if done == count:
                break
    seconds = time.perf_counter() - started
    print(json.dumps({"n": done, "seconds": seconds, "memory": _most_memory()}))


def _most_memory() -> float | None:
    """The most memory that this process has held, in MB, where the system tells; getrusage counts the parent's too."""
    status = pathlib.Path("/proc/self/status")
    if not status.exists():
        return None
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
