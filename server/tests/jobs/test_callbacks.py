"""Callbacks: signed, retried, at least once, and nobody waits for somebody else's receiver."""

import asyncio
import contextlib
import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from server.tests.harness import CAT, DOG, Server, Tenant, done, refused, segment
from server.tests.receiver import Delivery, Receiver
from standardwebhooks import webhooks

from labelwright import __version__
from labelwright.app import callback_body, open_platform
from labelwright.domain import callbacks, tasks
from labelwright.domain.callbacks import LONGEST_WAIT, MARGIN, RETRY_DELAYS, lease_due
from labelwright.jobs.callbacks import CallbackWorker
from labelwright.jobs.guard import Guard, WebhookSender
from labelwright.jobs.host_limiter import HostLimiter
from labelwright.jobs.mail import NoMailSender
from labelwright.store import accounts, batches, outbox
from labelwright.store import callbacks as rows
from labelwright.store import tasks as task_rows
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
            [(one.n, one.status, one.error) for one in await rows.attempts_of(db, [callback.id])]
            for callback in await rows.of_subject(db, subject_id)
        ]

    return server.run(server.platform.read(read))


def completed(tenant: Tenant, url: str, **more: Any) -> str:
    """A test task, which is complete at once."""
    task: str = tenant.task(test=True, callback_url=url, **more)["task_id"]
    return task


def succeeded(tenant: Tenant, task: str) -> bool | None:
    """``callback_succeeded`` of a test task, None while it is absent."""
    found: bool | None = done(tenant.test.get(f"/v1/task/{task}")).get("callback_succeeded")
    return found


def succeeded_at(tenant: Tenant, task: str) -> str | None:
    """When the callback of a test task arrived, None while it has not."""
    found: str | None = done(tenant.test.get(f"/v1/task/{task}")).get("callback_succeeded_at")
    return found


def next_due(server: Server) -> int | None:
    """When the next delivery is due."""
    return min(
        (at for _, at in server.run(server.platform.read(outbox.waiting_hosts, "callback"))), default=None
    )


def ids_of(server: Server, subject_id: str) -> list[str]:
    """The ids of a task's deliveries, oldest first."""
    return [one.id for one in server.run(server.platform.read(rows.of_subject, subject_id))]


@contextlib.contextmanager
def running(server: Server) -> Iterator[CallbackWorker]:
    """The job as a server runs it, by itself; it begins with nothing known of any host."""
    worker = server.callbacks
    worker.places = HostLimiter(server.settings.callback_workers, server.settings.callback_per_host)

    async def start() -> "asyncio.Task[None]":
        return asyncio.create_task(worker.run())

    job = server.run(start())
    try:
        yield worker
    finally:
        server.run(stopped(job))


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
        # A secret of its own: who has read the other header on its way cannot sign.
        assert env.callback_auth_key not in env.webhook_secret
        other = environment(tenant, "test" if mode == "live" else "live")
        with pytest.raises(webhooks.WebhookVerificationError):
            verified(other, delivery)

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

    def test_an_error_calls(self, server: Server, tenant: Tenant, receiver: Receiver) -> None:
        task = tenant.task(callback_url=receiver.url())["task_id"]
        env = environment(tenant, "live")

        async def fail(tx: Any) -> bool:
            found = await task_rows.for_update(tx, env.id, task)
            assert found is not None
            return await tasks.fail(tx, env, found, '{"error":"No such picture."}', server.clock.now())

        assert server.run(server.platform.store.write(fail))
        assert server.deliver() == 1
        (delivery,) = receiver.deliveries
        assert (delivery.body["status"], delivery.body["response"]) == (
            "error",
            {"error": "No such picture."},
        )
        assert delivery.body["task"]["status"] == "error"

    @pytest.mark.parametrize("verdict", ["accepted", "rejected", "fixed"])
    def test_every_verdict_of_a_manager_calls(
        self, server: Server, tenant: Tenant, receiver: Receiver, verdict: str
    ) -> None:
        task = tenant.task(callback_url=receiver.url())["task_id"]
        tenant.person("leo").label()
        tenant.person("rita", "member").judge()
        body = {"verdict": verdict, **({"response": DOG} if verdict == "fixed" else {})}
        done(tenant.person("mara", "manager").post(f"/tasks/{task}/audit", body))
        assert server.deliver() == 2
        told = receiver.deliveries[-1].body
        assert told["status"] == "completed"
        assert told["task"]["customer_review_status"] == verdict
        assert told["response"] == ({**DOG, "is_customer_fix": True} if verdict == "fixed" else CAT)

    def test_a_recall_calls(self, server: Server, tenant: Tenant, receiver: Receiver) -> None:
        task = tenant.task(callback_url=receiver.url())["task_id"]
        tenant.person("leo").label()
        tenant.person("rita", "member").judge()
        assert server.deliver() == 1
        done(tenant.person("mara", "manager").post(f"/tasks/{task}/recall", {"comments": "Look again."}))
        assert server.deliver() == 1
        assert [one.body["status"] for one in receiver.deliveries] == ["completed", "pending"]
        events = [one.event for one in server.run(server.platform.read(rows.of_subject, task))]
        assert events == ["completed", "recalled"]

    def test_the_default_address_of_a_mode(self, server: Server, tenant: Tenant, receiver: Receiver) -> None:
        live, test = environment(tenant, "live"), environment(tenant, "test")
        server.run(callbacks.set_default_url(server.platform, test, receiver.url("/default")))
        # Keys are remembered with their environment for five seconds.
        server.clock.advance(seconds=5)
        own = completed(tenant, receiver.url("/own"))
        task = done(tenant.create(test=True))["task_id"]
        assert server.deliver() == 2
        assert {one.path: one.body["task_id"] for one in receiver.deliveries} == {
            "/own": own,
            "/default": task,
        }
        assert environment(tenant, "live").default_callback_url is live.default_callback_url is None
        server.run(callbacks.set_default_url(server.platform, test, None))
        server.clock.advance(seconds=5)
        done(tenant.create(test=True))
        assert server.deliver() == 0

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
        told = server.platform.store.topics.versions["callbacks"]
        task = done(tenant.create(test=True))
        assert server.platform.store.topics.versions["callbacks"] == told, "the worker was woken for nothing"
        assert server.deliver() == 0
        assert "callback_succeeded" not in done(tenant.test.get(f"/v1/task/{task['task_id']}"))


def verified(env: Environment, delivery: Delivery) -> Any:
    """Verify a delivery as a receiver with the Standard Webhooks library would."""
    assert env.webhook_secret.startswith("whsec_")
    # The library compares with the real time; the server's clock stands still.
    now = int(delivery.headers["webhook-timestamp"])

    class Then(webhooks.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls.fromtimestamp(now, tz)

    original, webhooks.datetime = webhooks.datetime, Then
    try:
        return webhooks.Webhook(env.webhook_secret).verify(delivery.raw, dict(delivery.headers))
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
            assert (succeeded(tenant, task), succeeded_at(tenant, task)) == (True, None)
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
        for n in range(RETRY_DELAYS + 1):
            assert (succeeded(tenant, task), succeeded_at(tenant, task)) == (True, None)
            assert server.deliver() == 1, n
            due = next_due(server)
            if due is not None:
                server.clock.at = due
        assert server.clock.now() - began <= 24 * 3_600_000
        assert len(receiver.deliveries) == RETRY_DELAYS + 1
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

    def test_what_the_server_cannot_write_dies_too(
        self, server: Server, tenant: Tenant, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> bytes:
            raise ZeroDivisionError

        worker = server.callbacks
        monkeypatch.setattr(worker, "render", broken)
        task = completed(tenant, receiver.url())
        while (due := next_due(server)) is not None:
            server.clock.at = max(due, server.clock.now())
            assert server.deliver() == 1
        ((*_, (number, status, error)),) = tries(server, task)
        assert (number, status) == (RETRY_DELAYS + 1, None)
        assert "ZeroDivisionError" in (error or "")
        assert succeeded(tenant, task) is False
        assert receiver.deliveries == []

    def test_f09_what_cannot_be_stored_is_counted(
        self, server: Server, tenant: Tenant, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Otherwise the receiver would get the same callback for ever."""

        async def broken(*_: object) -> None:
            raise RuntimeError("unheard of")

        monkeypatch.setattr(rows, "add_attempt", broken)
        task = completed(tenant, receiver.url())
        while (due := next_due(server)) is not None:
            server.clock.at = max(due, server.clock.now())
            assert server.deliver() == 1
        assert len(receiver.deliveries) == RETRY_DELAYS + 1
        assert ids_of(server, task)

    def test_f09_zeros_in_an_error_are_no_trouble(
        self, server: Server, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """PostgreSQL keeps no zero in a text."""

        async def post(*_: object) -> int:
            raise OSError("a\0b\ud800")

        monkeypatch.setattr(server.callbacks.courier, "post", post)
        task = completed(tenant, "http://127.0.0.1:1/")
        server.deliver()
        (((_, _, error),),) = tries(server, task)
        assert error == "No connection. a b "

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
            ("jo@mail.example", "mail_url"),
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


class TestAddresses:
    @pytest.fixture
    def names(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Lets every name lead to this machine; returns those that were looked up."""
        asked: list[str] = []

        real = socket.getaddrinfo

        def resolve(host: str, port: int, *args: Any, **named: Any) -> Any:
            if args or host == "127.0.0.1":
                return real(host, port, *args, **named)
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        return asked

    @pytest.mark.parametrize(
        ("host", "path", "asked", "arrives"),
        [
            ("bücher.example", "/", "xn--bcher-kva.example", "/"),
            ("hooks.example", "/büros?ü=ß#é", "hooks.example", "/b%C3%BCros?%C3%BC=%C3%9F"),
            ("例え.jp", "/フック", "xn--r8jz45g.jp", "/%E3%83%95%E3%83%83%E3%82%AF"),
            ("HOOKS.Example", "/%C3%BC|x", "hooks.example", "/%C3%BC%7Cx"),
            ("hooks.example", "", "hooks.example", "/"),
        ],
    )
    def test_f15_other_letters(
        self,
        server: Server,
        tenant: Tenant,
        receiver: Receiver,
        names: list[str],
        host: str,
        path: str,
        asked: str,
        arrives: str,
    ) -> None:
        url = receiver.url(path, host)
        task = completed(tenant, url)
        assert server.deliver() == 1
        (delivery,) = receiver.deliveries
        assert (delivery.path, set(names)) == (arrives, {asked})
        assert delivery.headers["host"] == receiver.url("", asked).removeprefix("http://")
        assert tries(server, task) == [[(1, 200, None)]]
        assert done(tenant.test.get(f"/v1/task/{task}"))["callback_url"] == url

    def test_f15_user_and_password_are_sent(self, server: Server, tenant: Tenant, receiver: Receiver) -> None:
        url = receiver.url("/hook").replace("//", "//me:se%40same@")
        task = completed(tenant, url)
        assert server.deliver() == 1
        assert receiver.deliveries[0].headers["authorization"] == "Basic bWU6c2VAc2FtZQ=="
        receiver.answer = lambda _: 500
        other = completed(tenant, url)
        server.deliver()
        ((_, status, error),) = tries(server, other)[0]
        assert (status, error) == (500, None)
        assert done(tenant.test.get(f"/v1/task/{task}"))["callback_url"] == url

    @pytest.mark.parametrize(
        "url",
        [
            "http://☃.example/",
            "http://a..b/",
            "http://hooks.example:99999/",
            "http://hooks.example:port/",
            "http://[::1/",
            "http://user@/",
            "http://hooks.example\\@other.example/",
            "http://hooks.example/\r\nX: y",
            "http://hooks.example/\x01",
            "http://hooks.example/a b",
            "http://hooks.example/" + "x" * 2048,
        ],
    )
    def test_f15_what_cannot_be_used_is_refused(self, tenant: Tenant, url: str) -> None:
        body = {"attachment": "x", "categories": ["a"], "attachment_type": "text", "callback_url": url}
        refused(tenant.live.post("/v1/task/categorization", json=body), 400, '"callback_url"')
        project = tenant.project()["name"]
        batch = {"project": project, "name": "b", "callback": url}
        refused(tenant.live.post("/v1/batches", json=batch), 400, '"callback"')

    @pytest.mark.parametrize(
        "url",
        ["http://[bad/", "http://☃.example/", "http://a b/", "http://x:99999/", "https://", "http://\x01/"],
    )
    def test_f15_rows_of_earlier_releases_are_given_up(
        self, server: Server, tenant: Tenant, receiver: Receiver, url: str
    ) -> None:
        """What was accepted once must not stop the deliveries of others."""
        task, fine = completed(tenant, "https://hooks.example/"), completed(tenant, receiver.url())

        async def change(tx: Any) -> None:
            await tx.run(
                "UPDATE callback SET url = $1, host = $2 WHERE subject_id = $3",
                url,
                outbox.host_of(url),
                task,
            )

        server.run(server.platform.store.write(change))
        assert server.deliver() == 2
        (((number, status, error),),) = tries(server, task)
        assert (number, status) == (1, None)
        assert "URL" in (error or "")
        assert tries(server, fine) == [[(1, 200, None)]]


class TestResend:
    """What an operator or a manager raises from the dead."""

    def dead(self, server: Server, tenant: Tenant, receiver: Receiver) -> str:
        """A task whose callback was given up."""
        receiver.answer = lambda _: 500
        task = completed(tenant, receiver.url())
        while (due := next_due(server)) is not None:
            server.clock.at = max(due, server.clock.now())
            server.deliver()
        receiver.answer = lambda _: 200
        return task

    def test_the_same_delivery_once_more(self, server: Server, tenant: Tenant, receiver: Receiver) -> None:
        task = self.dead(server, tenant, receiver)
        env = environment(tenant, "test")
        (callback,) = ids_of(server, task)
        again = server.run(callbacks.resend(server.platform, env, callback))
        assert (again.state, len(again.tries)) == ("owed", RETRY_DELAYS + 1)
        # The last outcome stands until there is another.
        assert succeeded(tenant, task) is False
        assert server.deliver() == 1
        assert succeeded(tenant, task) is True
        assert {one.headers["webhook-id"] for one in receiver.deliveries} == {callback}
        assert tries(server, task)[0][-1] == (RETRY_DELAYS + 2, 200, None)

    def test_it_has_all_its_tries_again(self, server: Server, tenant: Tenant, receiver: Receiver) -> None:
        task = self.dead(server, tenant, receiver)
        receiver.answer = lambda _: 500
        assert server.run(callbacks.resend_failed(server.platform, environment(tenant, "test"))) == 1
        began = server.clock.now()
        while (due := next_due(server)) is not None:
            server.clock.at = max(due, server.clock.now())
            assert server.deliver() == 1
        assert 12 * 3_600_000 < server.clock.now() - began <= 24 * 3_600_000
        assert [n for n, _, _ in tries(server, task)[0]] == list(range(1, 2 * (RETRY_DELAYS + 1) + 1))
        assert succeeded(tenant, task) is False

    def test_what_is_owed_is_not_owed_twice(self, server: Server, tenant: Tenant, receiver: Receiver) -> None:
        task = completed(tenant, receiver.url())
        (callback,) = ids_of(server, task)
        env, who = environment(tenant, "test"), server.platform

        async def resent() -> list[Any]:
            calls = [callbacks.resend(who, env, callback) for _ in range(8)]
            return await asyncio.gather(*calls, return_exceptions=True)

        assert [type(one).__name__ for one in server.run(resent())] == ["InvalidTransition"] * 8
        server.deliver()
        kinds = Counter(type(one).__name__ for one in server.run(resent()))
        assert kinds == {"Delivery": 1, "InvalidTransition": 7}
        assert server.deliver() == 1
        assert len(receiver.deliveries) == 2

    def test_all_the_dead_of_one_mode(
        self, server: Server, tenant: Tenant, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(callbacks, "RESENT_AT_ONCE", 2)
        gone = [completed(tenant, f"http://10.0.0.1/{n}") for n in range(5)]
        fine = completed(tenant, receiver.url())
        server.deliver()
        live, test = environment(tenant, "live"), environment(tenant, "test")
        assert server.run(callbacks.resend_failed(server.platform, live)) == 0
        assert server.run(callbacks.resend_failed(server.platform, test)) == 5
        assert server.run(callbacks.resend_failed(server.platform, test)) == 0
        server.deliver()
        assert [len(tries(server, task)[0]) for task in (*gone, fine)] == [2, 2, 2, 2, 2, 1]

    def test_an_old_one_that_dies_is_no_news(
        self, server: Server, tenant: Tenant, receiver: Receiver
    ) -> None:
        receiver.answer = lambda _: 500
        task = completed(tenant, receiver.url())
        server.deliver()
        receiver.answer = lambda _: 200
        done(tenant.test.post(f"/v1/task/{task}/send_callback"))
        assert server.deliver() == 1
        assert succeeded(tenant, task) is True
        receiver.answer = lambda _: 500
        while (due := next_due(server)) is not None:
            server.clock.at = max(due, server.clock.now())
            server.deliver()
        assert [len(one) for one in tries(server, task)] == [RETRY_DELAYS + 1, 1]
        assert succeeded(tenant, task) is True

    def test_strangers_have_none(self, server: Server, tenant: Tenant, receiver: Receiver) -> None:
        task = self.dead(server, tenant, receiver)
        (callback,) = ids_of(server, task)
        eve = server.tenant()
        refused(eve.person("eve", "admin").post(f"/callbacks/{callback}/resend"), 404)
        eve.close()
        assert server.deliver() == 0


class TestTogether:
    def test_receivers_that_hang_delay_nobody(
        self, server: Server, tenant: Tenant, receiver: Receiver
    ) -> None:
        """Thirty of them, each with more owed than it has places."""
        released = threading.Event()
        with contextlib.ExitStack() as stack:
            hanging = [stack.enter_context(Receiver()) for _ in range(30)]
            for one in hanging:
                one.answer = lambda _: 200 + 0 * released.wait(60)
            slow = [completed(tenant, one.url(f"/{n}")) for n in range(4) for one in hanging]
            with running(server) as worker:
                try:
                    for one in hanging:
                        one.wait_for_any(HostLimiter.FIRST)
                    for n in range(5):
                        completed(tenant, receiver.url(f"/quick{n}"))
                        receiver.wait_for(f"/quick{n}")
                    assert {succeeded_at(tenant, task) for task in slow} == {None}
                    assert worker.places.free >= server.settings.callback_workers - 30 * HostLimiter.FIRST - 1
                finally:
                    released.set()
                for one in hanging:
                    one.wait_for_any(4)
        assert {succeeded(tenant, task) for task in slow} == {True}

    def test_much_that_is_owed_to_one_host_delays_no_other(
        self, server: Server, tenant: Tenant, receiver: Receiver
    ) -> None:
        with Receiver() as gone:
            pass
        for n in range(200):
            completed(tenant, gone.url(f"/{n}"))
        last = completed(tenant, receiver.url("/last"))
        worker = server.callbacks
        worker.places = HostLimiter(8, 4)
        server.run(worker.deliver_due())
        assert succeeded(tenant, last) is True
        assert server.deliver() == 200 - HostLimiter.FIRST

    def test_a_receiver_that_never_answers_times_out(
        self, server: Server, tenant: Tenant, receiver: Receiver
    ) -> None:
        released = threading.Event()
        receiver.answer = lambda _: 200 + released.wait(60)
        task = completed(tenant, receiver.url())

        async def impatient() -> None:
            courier = WebhookSender(Guard(LOOPBACK), 0.05, 4)
            try:
                await CallbackWorker(server.platform, courier, NoMailSender(), callback_body).deliver_due()
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
            courier = WebhookSender(Guard(LOOPBACK), 20, 8)
            workers = [
                CallbackWorker(platform, courier, NoMailSender(), callback_body, random.Random(1))
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
        assert len(server.run(lease_due(server.platform, 16, lambda _: 1)).taken) == 1
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

        with running(server):
            assert failed.wait(30)
            completed(tenant, receiver.url("/after"))
            receiver.wait_for("/after")


async def stopped(running: "asyncio.Task[None]") -> None:
    """Cancel a job and wait for its end."""
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
