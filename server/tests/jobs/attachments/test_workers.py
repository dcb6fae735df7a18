"""Workers among themselves: several processes, cancels in the middle, deaths, and hosts that hang."""

import asyncio
import os
import random
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest
from server.tests.harness import Server, Tenant, at_once, done
from server.tests.hosts import Host, Page, png
from server.tests.jobs.attachments.helpers import blobs, boxes, compare, of_task, scratch, take

from labelwright.app import open_platform
from labelwright.domain import attachments
from labelwright.domain.attachments import MARGIN
from labelwright.jobs.attachments import AttachmentWorker
from labelwright.store import attachments as rows
from labelwright.store import batches as batch_rows
from labelwright.store import tasks, work


class TestTogether:
    def test_a_task_that_is_canceled_before(self, server: Server, tenant: Tenant, host: Host) -> None:
        task = boxes(tenant, host.put("/1.png", png()))
        done(tenant.live.post(f"/v1/task/{task}/cancel"))
        server.fetch()
        assert host.requests == Counter()
        assert of_task(server, task) == []

    @pytest.mark.parametrize("page", [Page(png()), Page(status=404), Page(status=503)])
    def test_a_task_that_is_canceled_in_the_middle(
        self, server: Server, tenant: Tenant, host: Host, page: Page
    ) -> None:
        released, before = threading.Event(), blobs(server)

        def hold() -> Page:
            released.wait(60)
            return page

        task = boxes(tenant, host.put("/1.png", hold))

        def cancel() -> None:
            host.wait_for("/1.png")
            done(tenant.live.post(f"/v1/task/{task}/cancel"))
            released.set()

        at_once([server.fetch, cancel])
        assert tenant.read(task)["status"] == "canceled"
        assert of_task(server, task) == []
        assert blobs(server) == before
        assert tenant.person("leo").claim() == []

    def test_bytes_stay_when_another_task_has_them(self, server: Server, tenant: Tenant, host: Host) -> None:
        released = threading.Event()

        def hold() -> Page:
            released.wait(60)
            return Page(png())

        url = host.put("/1.png", hold)
        gone, stays = boxes(tenant, url), boxes(tenant, url)

        def cancel() -> None:
            host.wait_for("/1.png")
            done(tenant.live.post(f"/v1/task/{gone}/cancel"))
            released.set()

        at_once([server.fetch, cancel])
        (shown,) = tenant.person("leo").claim_one()["task"]["attachments"]
        assert tenant.anonymous.get(shown["url"]).content == png()
        assert [one.task_id for one in of_task(server, stays)] == [stays]

    def test_two_workers_never_fetch_one_twice(self, server: Server, tenant: Tenant, host: Host) -> None:
        """Two processes, each with a connection to the database of its own; tasks with several attachments."""
        urls = [host.put(f"/{n}.png", png(n + 1, 1)) for n in range(30)]
        made = [compare(tenant, urls[n : n + 3])["task_id"] for n in range(0, 30, 3)]

        async def both() -> None:
            other = await open_platform(server.settings, server.clock)
            workers = [AttachmentWorker(platform) for platform in (server.platform, other)]
            try:
                while any(await asyncio.gather(*(worker.fetch_due() for worker in workers))):
                    pass
            finally:
                await other.store.close()

        server.run(both())
        assert host.requests == Counter({f"/{n}.png": 1 for n in range(30)})
        # The last two of a task may end at the same moment in two processes: somebody has to see that all is there.
        found = server.run(server.platform.read(work.of_tasks, made))
        assert {one.state for one in found.values()} == {work.OPEN}
        assert len(found) == 10

    def test_the_last_two_end_at_the_same_moment(self, server: Server, tenant: Tenant, host: Host) -> None:
        """Neither process sees the other's uncommitted end; the task must not wait for ever."""
        if not server.settings.database_url:
            pytest.skip("SQLite has one writer")
        task = compare(tenant, [host.put("/1.png", png()), host.put("/2.png", png())])["task_id"]

        async def both() -> None:
            first, second = await take(server)
            blob = await attachments.fetch(server.platform, first)
            assert isinstance(blob, rows.Blob)

            async def half(tx: Any) -> None:
                await tasks.for_update(tx, first.env_id, task)
                assert await rows.store(tx, first, blob, server.clock.now())

            other = attachments.record(server.platform, [second], blob, random.Random(1))
            await overlapped(server, half, other)

        server.run(both())
        assert server.run(server.platform.read(work.of_tasks, [task]))[task].state == work.OPEN

    def test_a_batch_is_finalized_at_the_same_moment(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        if not server.settings.database_url:
            pytest.skip("SQLite has one writer")
        batch = tenant.batch(tenant.project(kind="imageannotation", rapid=True)["name"])["name"]
        task = boxes(tenant, host.put("/1.png", png()), batch=batch)
        batch_id = server.run(server.platform.read(work.of_tasks, [task]))[task].batch_id

        async def both() -> None:
            async def half(tx: Any) -> None:
                assert await batch_rows.move(tx, batch_id, "staging", "in_progress", None)
                await batch_rows.release_work(tx, batch_id)

            await overlapped(server, half, AttachmentWorker(server.platform).fetch_due())

        server.run(both())
        assert server.run(server.platform.read(work.of_tasks, [task]))[task].state == work.OPEN

    def test_what_a_worker_took_and_lost_is_fetched_later(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        """The process died between the take and the fetch."""
        task = boxes(tenant, host.put("/1.png", png()))
        assert len(server.run(take(server))) == 1
        assert server.fetch() == 0
        server.clock.advance(seconds=server.settings.attachment_timeout + MARGIN / 1000)
        assert server.fetch() == 1
        assert tenant.person("leo").claim_one()["task"]["task_id"] == task

    def test_dead_between_the_bytes_and_the_row(self, server: Server, tenant: Tenant, host: Host) -> None:
        task, before = boxes(tenant, host.put("/1.png", png())), blobs(server)

        async def die() -> None:
            (taken,) = await take(server)
            await attachments.fetch(server.platform, taken)

        server.run(die())
        (orphan,) = blobs(server) - before
        server.clock.advance(seconds=server.settings.attachment_timeout + MARGIN / 1000)
        server.fetch()
        (kept,) = blobs(server) - before
        assert orphan != kept
        (row,) = of_task(server, task)
        assert (row.blob_key or "").endswith(kept)
        (shown,) = tenant.person("leo").claim_one()["task"]["attachments"]
        assert tenant.anonymous.get(shown["url"]).content == png()

    def test_a_worker_that_comes_late_changes_nothing(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        """Its lease ran out while it fetched; another worker was faster."""
        url = host.put("/1.png", png(1, 1))
        task, before = boxes(tenant, url), blobs(server)

        async def late() -> None:
            (taken,) = await take(server)
            slow = await attachments.fetch(server.platform, taken)
            server.clock.advance(seconds=server.settings.attachment_timeout + MARGIN / 1000)
            host.put("/1.png", png(2, 2))
            worker = AttachmentWorker(server.platform)
            assert await worker.fetch_due() == 1
            await attachments.record(server.platform, [taken], slow, worker.draw)

        server.run(late())
        (row,) = of_task(server, task)
        assert row.width == 2
        assert {(row.blob_key or "").rpartition("/")[2]} == blobs(server) - before

    def test_a_host_that_hangs_delays_nobody(self, server: Server, tenant: Tenant, host: Host) -> None:
        """Neither the other hosts, however much is owed to it, nor its own pages that answer."""
        released = threading.Event()

        def hang() -> Page:
            released.wait(60)
            return Page(png())

        worker = AttachmentWorker(server.platform)

        async def start() -> "asyncio.Task[None]":
            return asyncio.create_task(worker.run())

        with Host() as slow:
            waiting = [
                boxes(tenant, slow.put(f"/{n}.png", hang))
                for n in range(server.settings.attachment_workers + 2)
            ]
            running = server.run(start())
            try:
                slow.wait_for("/0.png")
                for n in range(6):
                    boxes(tenant, host.put(f"/{n}.png", png(n + 1, 1)))
                    host.wait_for(f"/{n}.png")
                states = {one.state for task in waiting for one in of_task(server, task)}
                assert states == {rows.OWED}
                released.set()
                slow.wait_for(f"/{len(waiting) - 1}.png")
            finally:
                released.set()
                server.run(stopped(running))

    def test_what_a_worker_leaves_at_its_end_is_due_at_once(
        self, server: Server, tenant: Tenant, host: Host
    ) -> None:
        released = threading.Event()

        def hang() -> Page:
            released.wait(60)
            return Page(png())

        task = boxes(tenant, host.put("/1.png", hang))
        worker = AttachmentWorker(server.platform)

        async def start() -> "asyncio.Task[None]":
            return asyncio.create_task(worker.run())

        running = server.run(start())
        host.wait_for("/1.png")
        server.run(stopped(running))
        released.set()
        assert scratch(server) == []
        assert server.fetch() == 1
        assert tenant.person("leo").claim_one()["task"]["task_id"] == task

    def test_the_job_outlives_a_database_that_is_away(
        self, server: Server, tenant: Tenant, host: Host, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        worker, failed = AttachmentWorker(server.platform), threading.Event()
        original = worker.fetch_due

        async def away(*, wait: bool = True) -> int:
            if not failed.is_set():
                failed.set()
                raise OSError("the database is away")
            return await original(wait=wait)

        monkeypatch.setattr(worker, "fetch_due", away)

        async def start() -> "asyncio.Task[None]":
            return asyncio.create_task(worker.run())

        running = server.run(start())
        try:
            assert failed.wait(30)
            boxes(tenant, host.put("/after.png", png()))
            host.wait_for("/after.png")
        finally:
            server.run(stopped(running))

    def test_what_dead_processes_left_on_disk_is_removed(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old, new = server.platform.scratch / "old", server.platform.scratch / "new"
        for path in (old, new):
            path.write_bytes(b"x")
        os.utime(old, (0, 0))
        AttachmentWorker(server.platform).sweep()
        assert (old.exists(), new.exists()) == (False, True)
        new.unlink()


async def stopped(running: "asyncio.Task[None]") -> None:
    """Cancel a job and wait for its end."""
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def overlapped(
    server: Server, command: Callable[[Any], Awaitable[None]], other: Coroutine[Any, Any, Any]
) -> None:
    """Run a command in another process's stead, and do something else before it is committed."""
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def paused(tx: Any) -> None:
        await command(tx)
        entered.set()
        await go_on.wait()

    platform = await open_platform(server.settings, server.clock)
    try:
        writing = asyncio.create_task(platform.store.write(paused))
        await entered.wait()
        racing = asyncio.create_task(other)
        # Long enough for somebody who does not wait to be done; who waits for the commit is not held to any time.
        await asyncio.wait([racing], timeout=0.5)
        go_on.set()
        await asyncio.gather(writing, racing)
    finally:
        await platform.store.close()
