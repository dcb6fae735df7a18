"""Attachments that hosts compress: whole, off the loop, and within the space for files on their way."""

import gzip
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from server.tests.harness import Server, Tenant, at_once, done, refused
from server.tests.hosts import Host, Page, png
from server.tests.jobs.attachments.helpers import boxes, of_task, scratch

from labelwright import compression
from labelwright.compression import Unpacker
from labelwright.domain import scratch as spaces

MEGABYTE = 1 << 20


def coded(body: bytes) -> Page:
    return Page(body, headers={"content-encoding": "gzip"})


def members(data: bytes) -> bytes:
    """Data in two members."""
    return gzip.compress(data[: len(data) // 2]) + gzip.compress(data[len(data) // 2 :])


class TestWhole:
    def test_f10_an_attachment_in_two_members(self, server: Server, tenant: Tenant, host: Host) -> None:
        task = boxes(tenant, host.put("/1.png", coded(members(png()))))
        server.fetch()
        (shown,) = tenant.person("leo").claim_one()["task"]["attachments"]
        assert tenant.anonymous.get(shown["url"]).content == png()
        assert of_task(server, task)[0].size == len(png())

    @pytest.mark.parametrize(
        "body",
        [members(png())[:-9], gzip.compress(png()) + b"more", png()],
        ids=["cut off", "more behind", "not compressed"],  # gzip writes the time of day
    )
    def test_f10_one_that_is_cut_off_or_damaged(
        self, server: Server, tenant: Tenant, host: Host, body: bytes
    ) -> None:
        url = host.put("/1.png", coded(body))
        task = boxes(tenant, url)
        server.fetch()
        failed = tenant.read(task)
        assert failed["status"] == "error"
        assert failed["response"]["attachments"] == [{"statusCode": 502, "url": url}]
        assert "Content-Encoding" in (of_task(server, task)[0].error or "")

    def test_f10_imports_too(self, tenant: Tenant, host: Host) -> None:
        url = host.put("/1.png", coded(members(png())))
        file = done(tenant.live.post("/v1/files/import", json={"file_url": url}))
        assert (file["size"], file["mime_type"]) == (len(png()), "image/png")
        cut = host.put("/2.png", coded(members(png())[:-9]))
        answer = tenant.live.post("/v1/files/import", json={"file_url": cut})
        refused(answer, 400, '"file_url"', "Content-Encoding")


@pytest.fixture(scope="module")
def large_server(fresh: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with room for two of its largest attachments."""
    limits = {"attachment_limit": 8 * MEGABYTE, "scratch_limit": 16 * MEGABYTE, "attachment_workers": 32}
    data = tmp_path_factory.mktemp("large")
    with Server(data, fresh(), fetch_attachments=True, file_limit=MEGABYTE, **limits) as running:
        yield running


@pytest.fixture
def large_tenant(large_server: Server) -> Iterator[Tenant]:
    """An account of that server."""
    made = large_server.tenant()
    yield made
    made.close()


class TestSpace:
    def test_f27_many_that_unpack_to_much(
        self, large_server: Server, large_tenant: Tenant, host: Host, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Sixteen times eight megabytes out of eight kilobytes each, beside requests that are answered meanwhile."""
        packed = coded(gzip.compress(bytes(8 * MEGABYTE - 1)))
        tasks = [boxes(large_tenant, host.put(f"/{n}.png", packed)) for n in range(16)]
        threads: set[int | None] = set()
        real = Unpacker.feed
        unpacking, answered = threading.Event(), threading.Event()
        seen: list[int] = []

        def feed(self: Unpacker, data: bytes) -> Iterator[bytes]:
            for piece in real(self, data):
                threads.add(threading.get_ident())
                seen.append(sum(_size(path) for path in scratch(large_server)))
                unpacking.set()
                # As long as nobody is answered, nothing goes on: on the loop this would never end.
                assert answered.wait(60)
                yield piece

        monkeypatch.setattr(Unpacker, "feed", feed)

        def ping() -> None:
            assert unpacking.wait(60)
            assert large_tenant.anonymous.get("/healthz").status_code == 200
            answered.set()

        at_once([large_server.fetch, ping])
        assert large_server.run(_loop_thread()) not in threads
        assert large_server.platform.space.peak <= 16 * MEGABYTE
        assert 0 < max(seen) <= 16 * MEGABYTE
        assert large_server.platform.space.used == 0
        assert scratch(large_server) == []
        # Bytes that came; whether they are a picture is another question.
        assert all(of_task(large_server, task)[0].state != 0 for task in tasks)
        assert all(of_task(large_server, task)[0].status_code in {None, 200} for task in tasks)

    def test_f27_a_ratio_that_no_picture_has(
        self, large_server: Server, large_tenant: Tenant, host: Host, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(compression, "RATIO_FROM", MEGABYTE)
        task = boxes(large_tenant, host.put("/1.png", coded(gzip.compress(bytes(8 * MEGABYTE - 1)))))
        large_server.fetch()
        assert of_task(large_server, task)[0].status_code == 413

    def test_f27_no_room_is_nobodys_fault(
        self, large_server: Server, large_tenant: Tenant, host: Host, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is tried again, and not counted."""
        monkeypatch.setattr(spaces, "MAX_WAIT", 0.0)
        noise = random.Random(1).randbytes(9 * MEGABYTE // 2)
        task = boxes(large_tenant, host.put("/1.bin", coded(gzip.compress(noise))))
        space, folder = large_server.platform.space, large_server.platform.scratch

        async def fetch_beside(size: int) -> None:
            async with space.file(folder) as other:
                await other.reserve(size)
                await large_server.app.state.jobs.attachments.fetch_due()

        for _ in range(attempts := 8):
            large_server.run(fetch_beside(16 * MEGABYTE))
            (one,) = of_task(large_server, task)
            assert (one.state, one.tries) == (0, 0)
            large_server.clock.advance(seconds=31)
        assert host.requests["/1.bin"] == attempts
        large_server.fetch()
        assert of_task(large_server, task)[0].status_code in {None, 200}

    def test_f27_a_full_disk_is_nobodys_fault(
        self, large_server: Server, large_tenant: Tenant, host: Host, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        task = boxes(large_tenant, host.put("/1.png", png()))

        with monkeypatch.context() as patched:
            patched.setattr("labelwright.jobs.response_bodies.FileIO", _Full)
            large_server.fetch()
        (one,) = of_task(large_server, task)
        assert (one.state, one.tries) == (0, 0)
        large_server.clock.advance(seconds=31)
        large_server.fetch()
        assert of_task(large_server, task)[0].state == 1


class _Full:
    """A file on a full disk."""

    def __init__(self, *_: object) -> None:
        raise OSError(28, "No space left on device")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


async def _loop_thread() -> int:
    return threading.get_ident()
