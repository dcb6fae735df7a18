"""One client's share of the measurements; run by the interpreter that has the client, prints JSON.

Works with the official wheel and with ours: both are ``scaleapi``. ``bulk``, ``async`` and ``ahead`` are ours alone.
The ``bare`` operations use no client at all: they show what the server and the wire leave to be won.
"""

import asyncio
import base64
import collections
import contextlib
import functools
import importlib
import json
import os
import pathlib
import socket
import ssl
import sys
import threading
import time
import urllib.parse
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


def listed(client, run, count, **options):  # noqa: ARG001  like the others
    """The first tasks of the project."""
    done = 0
    for _ in client.get_tasks(project_name="sdk", **options):
        done += 1
        if done == count:
            break
    return done


def ahead(client, run, count):
    """`listed`, with the next page on its way while one is looked at."""
    return listed(client, run, count, prefetch=True)


def bare_create(client, run, count):
    """`create` with ready-made requests over one socket; the answers are read, not looked at."""
    path = f"/v1/task/{TaskType.ImageAnnotation.value}"
    with contextlib.closing(bare_socket(client)) as connection:
        for one in wanted(run, count):
            exchange(client, connection, "POST", path, json.dumps(one).encode())
    return count


def bare_bulk(client, run, count):
    """`bulk` in the same way: as many connections, each asked again as soon as it has answered."""
    path = f"/v1/task/{TaskType.ImageAnnotation.value}"
    connections = [bare_socket(client) for _ in range(IN_FLIGHT)]
    waiting = collections.deque()
    for n, one in enumerate(wanted(run, count)):
        connection = connections[n] if n < IN_FLIGHT else waiting.popleft()
        if n >= IN_FLIGHT:
            answer_on(connection)
        ask(client, connection, "POST", path, json.dumps(one).encode())
        waiting.append(connection)
    for connection in waiting:
        answer_on(connection)
    for connection in connections:
        connection.close()
    return count


def bare_list(client, run, count):  # noqa: ARG001  like the others
    """`listed` in the same way; only the token of the next page is looked for."""
    path = "/v1/tasks?project=sdk&include_attachment_url=true"
    token, done = "", 0
    with contextlib.closing(bare_socket(client)) as connection:
        while done < count:
            answer = exchange(client, connection, "GET", f"{path}{token}", b"")
            done += 100
            # The last key of a page that has a successor.
            found = answer.rpartition(b'"next_token":"')[2].partition(b'"')[0].decode()
            token = f"&next_token={urllib.parse.quote(found)}"
    return count


def bare_socket(client):
    """A connection to the server that the client speaks to."""
    url = urllib.parse.urlsplit(client.api.base_api_url)
    connection = socket.create_connection((url.hostname, url.port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if url.scheme == "https":
        connection = trusting().wrap_socket(connection, server_hostname=url.hostname)
    return connection


@functools.cache
def trusting():
    """The context of all connections, as a client would have it: reading the bundle takes as long as many tasks."""
    return ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])


def exchange(client, connection, verb, path, body):
    """Send a request and return the body of its answer."""
    ask(client, connection, verb, path, body)
    return answer_on(connection)


def ask(client, connection, verb, path, body):
    """Send a request."""
    credentials = base64.b64encode(f"{client.api.api_key}:".encode()).decode()
    head = (
        f"{verb} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {credentials}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)


def answer_on(connection):
    """The body of the next answer."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65536)
    head, _, rest = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode())
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    pieces, missing = [rest], length - len(rest)
    while missing > 0:
        pieces.append(connection.recv(min(missing, 65536)))
        missing -= len(pieces[-1])
    return b"".join(pieces)


OPERATIONS = {
    "bare create": bare_create,
    "bare bulk": bare_bulk,
    "bare list": bare_list,
    "create": create,
    "threads": threads,
    "bulk": bulk,
    "async": asynchronous,
    "walk": walk,
    "list": listed,
    "ahead": ahead,
}


def most_memory():
    """MB; ``getrusage`` would say what the process was that started this one, where that was larger."""
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    (line,) = [one for one in lines if one.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


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
    if operation.startswith("bare") and url.startswith("https"):
        trusting()
    cpu, started = time.process_time(), time.perf_counter()
    done = OPERATIONS[operation](client, f"{time.time_ns()}", count)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    memory = most_memory()
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
