"""One client's share of the SDK comparison; run by the interpreter that has the client, prints JSON.

Works with the official wheel and with ours: both are ``scaleapi``.
"""

import json
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
    else:
        started = time.perf_counter()
        done = 0
        for _ in client.get_tasks(project_name="sdk"):
            done += 1
            if done == count:
                break
    print(json.dumps({"n": done, "seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main()
