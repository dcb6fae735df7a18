"""One client's share of the measurements; run by the interpreter that has the client, prints JSON.

Works with the official wheel and with ours: both are ``scaleapi``. ``bulk`` and ``async`` are ours alone.
"""

import asyncio
import importlib
import json
import resource
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import scaleapi
from scaleapi.tasks import TaskType

PARAMS = {"geometries": {"box": {"objects_to_annotate": ["car", "person"]}}}
THREADS = 16
IN_FLIGHT = 64


def wanted(run, count):
    """The tasks of a run."""
    return (
        {
            "project": "sdk",
            "attachment": f"https://images.example.org/{n}.jpg",
            "unique_id": f"{run}-{n}",
            "metadata": {"n": n},
            **PARAMS,
        }
        for n in range(count)
    )


def create(client, run, count):
    """One after the other."""
    for one in wanted(run, count):
        client.create_task(TaskType.ImageAnnotation, **one)
    return count


def threads(client, run, count):
    """What a program does that has nothing but threads."""
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(1 for _ in pool.map(lambda one: create_one(client, one), wanted(run, count)))


def create_one(client, one):
    """One task."""
    return client.create_task(TaskType.ImageAnnotation, **one)


def bulk(client, run, count):
    """The bulk call."""
    made = client.create_tasks(wanted(run, count), TaskType.ImageAnnotation, concurrency=IN_FLIGHT)
    return sum(1 for one in made if one.unwrap())


def asynchronous(client, run, count):
    """The bulk call of the asynchronous client."""

    async def main():
        async with scaleapi.aio.AsyncScaleClient(
            client.api.api_key, api_instance_url=client.api.base_api_url
        ) as other:
            made = other.create_tasks(wanted(run, count), TaskType.ImageAnnotation, concurrency=IN_FLIGHT)
            return len([one.unwrap() async for one in made])

    return asyncio.run(main())


def walk(client, run, count):  # noqa: ARG001  like the others
    """Every task of every project."""
    return sum(1 for project in client.projects() for _ in client.get_tasks(project_name=project.name))


def listed(client, run, count):  # noqa: ARG001  like the others
    """The first tasks of the project."""
    done = 0
    for _ in client.get_tasks(project_name="sdk"):
        done += 1
        if done == count:
            break
    return done


OPERATIONS = {
    "create": create,
    "threads": threads,
    "bulk": bulk,
    "async": asynchronous,
    "walk": walk,
    "list": listed,
}


def main():
    """Do what the arguments say: url, key, operation, how many."""
    url, key, operation, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
    client = scaleapi.ScaleClient(key, api_instance_url=url)
    opened = connections()
    # What is imported on first use is measured as import time, not here.
    client.projects()
    if operation == "async":
        importlib.import_module("scaleapi.aio")
        importlib.import_module("scaleapi._wire.asynchronous")
    cpu, started = time.process_time(), time.perf_counter()
    done = OPERATIONS[operation](client, f"{time.time_ns()}", count)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"n": done, "seconds": seconds, "cpu": cpu, "memory": memory, "connections": opened()}))


def connections():
    """Counts the connections that this process opens from now on; gives the function that tells how many."""
    found = []
    lock = threading.Lock()

    def hook(event, arguments):
        if event == "socket.connect":
            with lock:
                found.append(arguments[1])

    sys.addaudithook(hook)
    return lambda: len(found)


if __name__ == "__main__":
    main()
