"""HTTP libraries side by side, for the choice of the client library's own: ``python -m benchmarks.http_libraries``.

Each sends the same GET to a Labelwright over https, one after the other and many at once, on kept connections.
"""

import asyncio
import base64
import importlib.metadata
import os
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks import sdk
from benchmarks.tables import Table

IN_FLIGHT = {"one after the other": 1, "16 at once": 16}
COUNT = 2_000


def with_urllib3(url: str, headers: dict[str, str], context: ssl.SSLContext) -> Callable[[], int]:
    """One GET."""
    import urllib3

    pool = urllib3.PoolManager(maxsize=64, ssl_context=context)
    return lambda: len(pool.request("GET", url, headers=headers).data)


def with_httpx2(url: str, headers: dict[str, str], context: ssl.SSLContext) -> Callable[[], int]:
    """One GET."""
    import httpx2

    client = httpx2.Client(verify=context, headers=headers)
    return lambda: len(client.get(url).content)


def with_requests(url: str, headers: dict[str, str], context: ssl.SSLContext) -> Callable[[], int]:  # noqa: ARG001
    """One GET of a kept session; it finds the certificates in the environment."""
    import requests

    session = requests.Session()
    session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=64))
    return lambda: len(session.get(url, headers=headers).content)


async def with_aiohttp(
    url: str,
    headers: dict[str, str],
    context: ssl.SSLContext,
    run: Callable[[Callable[[], Awaitable[int]]], Awaitable[None]],
) -> None:
    """The calls of a run."""
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context), headers=headers) as session:

        async def get() -> int:
            async with session.get(url) as answer:
                return len(await answer.read())

        await run(get)


async def with_httpx2_async(
    url: str,
    headers: dict[str, str],
    context: ssl.SSLContext,
    run: Callable[[Callable[[], Awaitable[int]]], Awaitable[None]],
) -> None:
    """The calls of a run."""
    import httpx2

    async with httpx2.AsyncClient(verify=context, headers=headers) as client:

        async def get() -> int:
            return len((await client.get(url)).content)

        await run(get)


BLOCKING = {"urllib3": with_urllib3, "httpx2": with_httpx2, "requests": with_requests}
AWAITED = {"aiohttp": with_aiohttp, "httpx2": with_httpx2_async}


def blocking(get: Callable[[], int], at_once: int) -> tuple[float, float]:
    """Calls a second, and CPU milliseconds a call."""
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda _: get(), range(at_once)))
        cpu, started = time.process_time(), time.perf_counter()
        list(pool.map(lambda _: get(), range(COUNT)))
    return COUNT / (time.perf_counter() - started), (time.process_time() - cpu) / COUNT * 1000


def awaited(
    library: str, url: str, headers: dict[str, str], context: ssl.SSLContext, at_once: int
) -> tuple[float, float]:
    """Calls a second, and CPU milliseconds a call."""
    found: list[float] = []

    async def run(get: Callable[[], Awaitable[int]]) -> None:
        async def worker(count: int) -> None:
            for _ in range(count):
                await get()

        await asyncio.gather(*(worker(1) for _ in range(at_once)))
        cpu, started = time.process_time(), time.perf_counter()
        await asyncio.gather(*(worker(COUNT // at_once) for _ in range(at_once)))
        found.extend([COUNT / (time.perf_counter() - started), (time.process_time() - cpu) / COUNT * 1000])

    asyncio.run(AWAITED[library](url, headers, context, run))
    return found[0], found[1]


def one(kind: str, library: str, url: str, key: str, at_once: int) -> None:
    """Measure one library, in a process of its own; prints its two numbers."""
    headers = {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}
    context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
    if kind == "blocking":
        rate, cpu = blocking(BLOCKING[library](f"{url}/projects", headers, context), at_once)
    else:
        rate, cpu = awaited(library, f"{url}/projects", headers, context, at_once)
    print(rate, cpu)


def main() -> None:
    """Start a server and measure every library in turn; the best of three rounds counts."""
    table = Table(
        f"HTTP libraries: {COUNT} GETs over https on kept connections",
        ["kind", "library", *(f"{how}: calls/s (CPU, ms)" for how in IN_FLIGHT)],
    )
    with tempfile.TemporaryDirectory() as folder, sdk._server(Path(folder), "https") as (running, url, env):
        sdk._project(Path(sys.executable), url, running.live_key, env)
        for kind, libraries in (("blocking", BLOCKING), ("awaited", AWAITED)):
            for library in libraries:
                cells = []
                for at_once in IN_FLIGHT.values():
                    command = [sys.executable, "-m", "benchmarks.http_libraries"]
                    command += [kind, library, url, running.live_key, str(at_once)]
                    rounds = []
                    for _ in range(3):
                        done = subprocess.run(
                            command, check=True, capture_output=True, text=True, env={**os.environ, **env}
                        )
                        rounds.append(tuple(map(float, done.stdout.split())))
                    rate, cpu = max(rounds)
                    cells.append(f"{rate:,.0f} ({cpu:.2f})")
                table.add(kind, f"{library} {importlib.metadata.version(library)}", *cells)
                print(kind, library, cells, flush=True)
    print(table)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
    else:
        main()
