"""Callbacks: signed, retried, at least once, and nobody waits for somebody else's receiver."""

import asyncio
import base64
import hashlib
import random
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from server.tests.harness import CAT, DOG, Server, Tenant, done, segment
from server.tests.receiver import Delivery, Receiver
from standardwebhooks import webhooks

from labelwright import __version__
from labelwright.app import callback_body, open_platform
from labelwright.domain.callbacks import LONGEST_WAIT, MARGIN, RETRIES, take_due
from labelwright.jobs.callbacks import CallbackWorker
from labelwright.jobs.guard import Courier, Guard
from labelwright.store import accounts, batches
from labelwright.store import callbacks as rows
from labelwright.store.rows import Environment

LOOPBACK = ("127.0.0.0/8",)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somewhere to send callbacks."""
    with Receiver() as made:
        yield made


@pytest.fixture
def server(own_server: Server) -> Server:
    """Jobs look at everything there is, so this module has a server of its own."""

    async def forget(tx: Any) -> None:
        await tx.run("DELETE FROM callback")

    own_server.run(own_server.platform.store.write(forget))
    return own_server


@pytest.fixture
def tenant(own_tenant: Tenant) -> Tenant:
    """An account of that server."""
    return own_tenant


def environment(tenant: Tenant, mode: str) -> Environment:
    found = tenant.server.run(tenant.server.platform.read(accounts.environment_of, tenant.account_id, mode))
    assert found is not None
    return found


def tries(server: Server, subject_id: str) -> list[list[tuple[int, int | None, str | None]]]:
    """(number, status, error) of each try of each delivery."""

    async def read(db: Any) -> Any:
        return [
            [(n, status, error) for n, _, _, status, error in await rows.tries_of(db, callback.id)]
            for callback in await rows.of_subject(db, subject_id)
        ]

    return server.run(server.platform.read(read))


def completed(tenant: Tenant, url: str, **more: Any) -> str:
    """A test task, which is complete at once."""
    task: str = tenant.task(test=True, callback_url=url, **more)["task_id"]
    return task


class TestDelivery:
    def test_what_arrives(self, server: Server, tenant: Tenant, receiver: Receiver) -> None:
        task = completed(tenant, receiver.url("/hook?a=1"), metadata={"größe": 1})
        assert server.deliver() == 1
        (delivery,) = receiver.deliveries
        assert delivery.path == "/hook?a=1"
        assert delivery.headers["content-type"] == "application/json"
        assert delivery.headers["user-agent"] == f"labelwright/{__version__}"
        shown = done(tenant.test.get(f"/v1/task/{task}"))
        assert (shown.pop("callback_succeeded"), "callback_succeeded_at" in shown) == (True, True)
        del shown["callback_succeeded_at"]
        assert delivery.body == {"task_id": task, "status": "completed", "response": CAT, "task": shown}
        assert tries(server, task) == [[(1, 200, None)]]
        assert server.deliver() == 0

    @pytest.mark.parametrize("mode", ["live", "test"])
    def test_the_headers_prove_who_sent_it(
        self, server: Server, tenant: Tenant, receiver: Receiver, mode: str
    ) -> None:
        if mode == "test":
            completed(tenant, receiver.url())
        else:
            tenant.task(callback_url=receiver.url())
            tenant.person("leo").label()
            tenant.person("rita", "member").judge()
        server.deliver()
        (delivery,) = receiver.deliveries
        env = environment(tenant, mode)
        assert delivery.headers["scale-callback-auth"] == env.callback_auth_key
        assert environment(tenant, "test").callback_auth_key != environment(tenant, "live").callback_auth_key
        assert verified(env, delivery)["status"] == "completed"

    def test_live_tasks_call_when_the_review_is_done(
        self, server: Server, tenant: Tenant, receiver: Receiver
    ) -> None:
        task = tenant.task(callback_url=receiver.url())["task_id"]
        leo, rita = tenant.person("leo"), tenant.person("rita", "member")
        leo.label(DOG)
        assert server.deliver() == 0
        rita.judge("fix", answer=CAT)
        assert server.deliver() == 1
        assert receiver.deliveries[0].body["response"] == CAT
        assert tenant.read(task)["callback_succeeded"] is True

    def test_every_audit_calls(self, server: Server, tenant: Tenant, receiver: Receiver) -> None:
        task = completed(tenant, receiver.url())
        for accepted in (True, False):
            tenant.test.post(f"/v1/task/{task}/audit", json={"accepted": accepted})
        assert server.deliver() == 3
        # Each tells how the task is now, so the order in which they arrive does not matter.
        assert {one.body["task"]["customer_review_status"] for one in receiver.deliveries} == {"rejected"}

    def test_sent_again_when_asked(self, server: Server, tenant: Tenant, receiver: Receiver) -> None:
        task = completed(tenant, receiver.url())
        server.deliver()
        done(tenant.test.post(f"/v1/task/{task}/send_callback"))
        assert server.deliver() == 1
        first, second = receiver.deliveries
        assert first.body["task_id"] == second.body["task_id"] == task
        assert first.headers["webhook-id"] != second.headers["webhook-id"]

    def test_batches(self, server: Server, tenant: Tenant, receiver: Receiver) -> None:
        batch = tenant.batch(tenant.project()["name"], callback=receiver.url("/batch"))["name"]
        tenant.task(batch=batch)
        gone = tenant.task(batch=batch)["task_id"]
        done(tenant.live.post(f"/v1/task/{gone}/cancel"))
        assert server.deliver() == 0
        tenant.person("leo").label()
        tenant.person("rita", "member").judge()
        assert server.deliver() == 1
        assert receiver.deliveries[0].body == {
            "batch": batch,
            "status": "completed",
            "stats": {"completed": 1, "canceled": 1, "error": 0},
        }
        found = server.run(server.platform.read(batches.by_name, environment(tenant, "live").id, batch))
        assert found is not None
        assert tries(server, found.id) == [[(1, 200, None)]]
        done(tenant.live.post(f"/v1/batches/{segment(batch)}/finalize"))
        assert server.deliver() == 0

    def test_no_address_no_callback(self, server: Server, tenant: Tenant) -> None:
        task = done(tenant.create(test=True))
        assert server.deliver() == 0
        assert "callback_succeeded" not in done(tenant.test.get(f"/v1/task/{task['task_id']}"))


def verified(env: Environment, delivery: Delivery) -> Any:
    """Verify a delivery as a receiver with the Standard Webhooks library would (docs: how the secret is made)."""
    secret = base64.b64encode(hashlib.sha256(env.callback_auth_key.encode()).digest()).decode()
    # The library compares with the real time; the server's clock stands still.
    now = int(delivery.headers["webhook-timestamp"])

    class Then(webhooks.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls.fromtimestamp(now, tz)

    original, webhooks.datetime = webhooks.datetime, Then
    try:
        return webhooks.Webhook(secret).verify(delivery.raw, dict(delivery.headers))
    finally:
        webhooks.datetime = original


class TestRetries:
    @pytest.mark.parametrize("status", [500, 503, 404, 400, 301, 302, 307])
    def test_anything_but_a_2xx_is_tried_again(
        self, server: Server, tenant: Tenant, receiver: Receiver, status: int
    ) -> None:
        receiver.location = receiver.url("/elsewhere")
        receiver.answer = lambda _: status if len(receiver.deliveries) < 3 else 204
        task = completed(tenant, receiver.url())
        for _ in range(3):
            assert "callback_succeeded" not in done(tenant.test.get(f"/v1/task/{task}"))
            assert server.deliver() == 1
            assert server.deliver() == 0
            server.clock.advance(seconds=60)
        assert done(tenant.test.get(f"/v1/task/{task}"))["callback_succeeded"] is True
        assert tries(server, task) == [[(1, status, None), (2, status, None), (3, 204, None)]]
        # A redirect is an answer like any other: nobody is sent elsewhere.
        assert {one.path for one in receiver.deliveries} == {"/"}
        assert len({one.headers["webhook-id"] for one in receiver.deliveries}) == 1
        server.clock.advance(seconds=86_400)
        assert server.deliver() == 0

    def test_after_twenty_retries_it_is_given_up(
        self, server: Server, tenant: Tenant, receiver: Receiver
    ) -> None:
        receiver.answer = lambda _: 500
        task = completed(tenant, receiver.url())
        began = server.clock.now()
        for n in range(RETRIES + 1):
            assert "callback_succeeded" not in done(tenant.test.get(f"/v1/task/{task}"))
            assert server.deliver() == 1, n
            due = server.run(server.platform.read(rows.next_due))
            if due is not None:
                server.clock.at = due
        assert server.clock.now() - began <= 24 * 3_600_000
        assert len(receiver.deliveries) == RETRIES + 1
        shown = done(tenant.test.get(f"/v1/task/{task}"))
        assert shown["callback_succeeded"] is False
        assert "callback_succeeded_at" not in shown
        server.clock.advance(seconds=LONGEST_WAIT)
        assert server.deliver() == 0
        # It can still be asked for, and then succeed.
        receiver.answer = lambda _: 200
        done(tenant.test.post(f"/v1/task/{task}/send_callback"))
        server.deliver()
        assert done(tenant.test.get(f"/v1/task/{task}"))["callback_succeeded"] is True

    def test_nobody_listens(self, server: Server, tenant: Tenant) -> None:
        with Receiver() as gone:
            url = gone.url()
        task = completed(tenant, url)
        server.deliver()
        ((number, status, error),) = tries(server, task)[0]
        assert (number, status) == (1, None)
        assert error is not None
        assert "connection" in error.lower()

    @pytest.mark.parametrize(
        ("url", "says"),
        [
            ("jo@mail.example", "e-mail"),
            ("http://169.254.169.254/latest/meta-data", "private"),
            ("http://10.0.0.1:8080/", "private"),
            ("http://0x0a.1/", "private"),
            ("http://[::ffff:10.0.0.1]/", "private"),
        ],
    )
    def test_what_is_hopeless_is_not_tried_again(
        self, server: Server, tenant: Tenant, url: str, says: str
    ) -> None:
        task = completed(tenant, url)
        server.deliver()
        (((number, status, error),),) = tries(server, task)
        assert (number, status) == (1, None)
        assert says in (error or "")
        assert done(tenant.test.get(f"/v1/task/{task}"))["callback_succeeded"] is False


class TestTogether:
    def test_a_receiver_that_hangs_delays_nobody(
        self, server: Server, tenant: Tenant, receiver: Receiver
    ) -> None:
        released = threading.Event()

        def hang(delivery: Delivery) -> int:
            if delivery.path == "/slow":
                released.wait(60)
            return 200

        receiver.answer = hang
        slow = completed(tenant, receiver.url("/slow"))
        worker = server.callbacks

        async def start() -> "asyncio.Task[None]":
            return asyncio.create_task(worker.run())

        running = server.run(start())
        try:
            receiver.wait_for("/slow")
            for n in range(5):
                completed(tenant, receiver.url(f"/quick{n}"))
                receiver.wait_for(f"/quick{n}")
            assert "callback_succeeded" not in done(tenant.test.get(f"/v1/task/{slow}"))
        finally:
            released.set()
            server.run(stopped(running))
        assert done(tenant.test.get(f"/v1/task/{slow}"))["callback_succeeded"] is True

    def test_a_receiver_that_never_answers_times_out(
        self, server: Server, tenant: Tenant, receiver: Receiver
    ) -> None:
        released = threading.Event()
        receiver.answer = lambda _: 200 + released.wait(60)
        task = completed(tenant, receiver.url())

        async def impatient() -> None:
            courier = Courier(Guard(LOOPBACK), 0.05, 4)
            try:
                await CallbackWorker(server.platform, courier, callback_body).deliver_due()
            finally:
                await courier.close()

        server.run(impatient())
        released.set()
        (((_, status, error),),) = tries(server, task)
        assert (status, error) == (None, "The receiver did not answer in time.")

    def test_two_workers_never_send_one_twice(
        self, server: Server, tenant: Tenant, receiver: Receiver
    ) -> None:
        """Two processes: each with a connection to the database of its own."""
        tasks = [completed(tenant, receiver.url()) for _ in range(40)]

        async def both() -> None:
            other = await open_platform(server.settings, server.clock)
            courier = Courier(Guard(LOOPBACK), 20, 8)
            workers = [
                CallbackWorker(platform, courier, callback_body, random.Random(1))
                for platform in (server.platform, other)
            ]
            try:
                while any(await asyncio.gather(*(worker.deliver_due() for worker in workers))):
                    pass
            finally:
                await courier.close()
                await other.store.close()

        server.run(both())
        assert Counter(one.body["task_id"] for one in receiver.deliveries) == Counter(tasks)

    def test_what_a_worker_took_and_lost_is_sent_later(
        self, server: Server, tenant: Tenant, receiver: Receiver
    ) -> None:
        """The process died between the take and the try: at least once, after the lease."""
        completed(tenant, receiver.url())
        assert len(server.run(take_due(server.platform, 16))) == 1
        assert server.deliver() == 0
        server.clock.advance(seconds=server.settings.callback_timeout + MARGIN / 1000)
        assert server.deliver() == 1
        assert len(receiver.deliveries) == 1

    def test_the_job_outlives_a_database_that_is_away(
        self, server: Server, tenant: Tenant, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        worker, failed = server.callbacks, threading.Event()
        original = worker.deliver_due

        async def away(*, wait: bool = True) -> int:
            if not failed.is_set():
                failed.set()
                raise OSError("the database is away")
            return await original(wait=wait)

        monkeypatch.setattr(worker, "deliver_due", away)

        async def start() -> "asyncio.Task[None]":
            return asyncio.create_task(worker.run())

        running = server.run(start())
        try:
            assert failed.wait(30)
            completed(tenant, receiver.url("/after"))
            receiver.wait_for("/after")
        finally:
            server.run(stopped(running))


async def stopped(running: "asyncio.Task[None]") -> None:
    """Cancel a job and wait for its end."""
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
