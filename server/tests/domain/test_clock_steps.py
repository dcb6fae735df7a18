"""A clock that was ahead and is set right: no wait is longer than its own maximum, and lists keep their order."""

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from server.tests.harness import CAT, CATEGORIES, DOG, PASSWORD, Server, Tenant, done, ids, walk
from server.tests.receiver import Receiver

from labelwright.api.rate_limits import RateLimiter
from labelwright.clock import FixedClock
from labelwright.domain import (
    accounts,
    attachments,
    callbacks,
    clock_steps,
    deliveries,
    invitations,
    login_throttle,
)
from labelwright.domain.accounts import KeyRing
from labelwright.domain.attachments import Failure, lease_due, record
from labelwright.domain.clock_steps import EVERY, Watch
from labelwright.errors import TooManyRequests, Unauthorized
from labelwright.settings import Settings
from labelwright.store import Reader, Tx, model_answers
from labelwright.store import accounts as account_rows
from labelwright.store import attachments as attachment_rows
from labelwright.store.rows import ModelAnswer

MONTH = 30 * 24 * 3600
HOUR = 3600


@pytest.fixture
def ahead(own_server: Server) -> Iterator[Any]:
    """Sets the clock a month ahead; what it gives sets it right again, and looks for what waits too long."""
    before = own_server.clock.at
    own_server.clock.advance(seconds=MONTH)

    def right() -> int:
        own_server.clock.at = before + 1000
        return own_server.run(clock_steps.shorten_waits(own_server.platform))

    yield right
    own_server.clock.at = before + 2 * MONTH * 1000


async def column(db: Reader, sql: str, *args: object) -> list[Any]:
    return [row[0] for row in await db.all(sql, *args)]


def asked(server: Server, sql: str, *args: object) -> list[Any]:
    """The first column of what a query finds."""
    return server.run(server.platform.read(column, sql, *args))


def test_f33_leases_and_reservations_end_in_their_own_time(
    own_server: Server, own_tenant: Tenant, ahead: Any
) -> None:
    leo, kim = own_tenant.person("leo"), own_tenant.person("kim")
    for _ in range(2):
        own_tenant.task()
    opened = leo.claim_one()
    (reserved,) = kim.claim()
    assert ahead() >= 2
    now, settings = own_server.clock.now(), own_server.settings
    until = dict(
        zip(
            asked(own_server, "SELECT holder FROM work WHERE state = 1 ORDER BY holder"),
            asked(own_server, "SELECT lease_until FROM work WHERE state = 1 ORDER BY holder"),
            strict=True,
        )
    )
    assert until[leo.id] == now + settings.lease_seconds * 1000
    assert until[kim.id] == now + settings.reserve_seconds * 1000
    # Who works on goes on.
    done(leo.draft(opened["id"], 1))
    own_server.clock.advance(seconds=settings.reserve_seconds + 1)
    assert own_server.expire() == 1
    own_server.clock.advance(seconds=settings.lease_seconds)
    assert own_server.expire() == 1
    assert {one["task"]["task_id"] for one in leo.claim(count=2)} == {
        opened["task"]["task_id"],
        reserved["task"]["task_id"],
    }


def test_f33_callbacks_are_tried_again_in_their_own_time(
    own_server: Server, own_tenant: Tenant, ahead: Any
) -> None:
    with Receiver() as receiver:
        receiver.answer = lambda _: 500
        for n in range(3):
            own_tenant.task(test=True, callback_url=receiver.url(f"/{n}"))
        own_server.deliver()
        ahead()
        now = own_server.clock.now()
        waits = asked(own_server, "SELECT next_at FROM callback WHERE state = 0")
        longest = callbacks.max_waits(own_server.settings)
        assert len(waits) >= 3
        assert all(0 < at - now <= longest[1] for at in waits)
        receiver.answer = lambda _: 200
        own_server.clock.advance(seconds=longest[1] / 1000)
        own_server.deliver()
        assert len(receiver.deliveries) == 6
    assert asked(own_server, "SELECT COUNT(*) FROM callback WHERE state = 0") == [0]


def test_f33_each_retry_has_its_own_longest_wait() -> None:
    longest = callbacks.max_waits(Settings())
    assert longest == sorted(longest)
    assert longest[-1] == callbacks.LONGEST_WAIT
    assert len(longest) == callbacks.RETRY_DELAYS + 1


def test_f33_dead_callbacks_are_sent_again_whenever_they_died(
    own_server: Server, own_tenant: Tenant, ahead: Any
) -> None:
    with Receiver() as receiver:
        receiver.answer = lambda _: 500
        task = own_tenant.task(test=True, callback_url=receiver.url("/dead"))
        for _ in range(callbacks.RETRY_DELAYS + 2):
            own_server.deliver()
            own_server.clock.advance(seconds=3 * HOUR)
        assert asked(own_server, "SELECT COUNT(*) FROM callback WHERE state = 2") == [1]
        ahead()
        receiver.answer = lambda _: 200
        env = own_server.run(own_server.platform.read(env_of, own_tenant.account_id))
        assert own_server.run(callbacks.resend_failed(own_server.platform, env)) == 1
        own_server.deliver()
    assert own_tenant.test.get(f"/v1/task/{task['task_id']}").json()["callback_succeeded"] is True


async def env_of(db: Reader, account_id: str) -> Any:
    return await account_rows.environment_of(db, account_id, "test")


def test_f33_the_last_callback_counts_although_an_earlier_one_lies_ahead(
    own_server: Server, own_tenant: Tenant, ahead: Any
) -> None:
    with Receiver() as receiver:
        receiver.answer = lambda _: 500
        task = own_tenant.task(test=True, callback_url=receiver.url("/told"))
        for _ in range(callbacks.RETRY_DELAYS + 2):
            own_server.deliver()
            own_server.clock.advance(seconds=3 * HOUR)
        ahead()
        receiver.answer = lambda _: 200
        done(own_tenant.test.post(f"/v1/task/{task['task_id']}/send_callback"))
        own_server.deliver()
    assert own_tenant.test.get(f"/v1/task/{task['task_id']}").json()["callback_succeeded"] is True


def test_f33_attachments_are_tried_again_in_their_own_time(
    own_server: Server, own_tenant: Tenant, ahead: Any
) -> None:
    env, platform = own_tenant.env, own_server.platform
    task = own_tenant.task()

    async def owe(tx: Tx) -> None:
        now = own_server.clock.now()
        await attachment_rows.add_many(
            tx, attachments.pending(env, task["task_id"], ["https://x.example/a.png"], {}, now)
        )

    own_server.run(platform.store.write(owe))
    due = own_server.run(lease_due(platform, 10, lambda _: 10))
    own_server.run(record(platform, due.taken, Failure(502, "No.", passing=True), random.Random(1)))
    ahead()
    now = own_server.clock.now()
    (at,) = asked(own_server, "SELECT next_at FROM attachment WHERE state = 0")
    longest = attachments.max_waits(own_server.settings)[1]
    assert 0 < at - now <= longest
    own_server.clock.advance(seconds=longest / 1000)
    assert len(own_server.run(lease_due(platform, 10, lambda _: 10)).taken) == 1


def test_f33_sessions_and_invitations_last_as_long_as_they_may(
    own_server: Server, own_tenant: Tenant, ahead: Any
) -> None:
    platform, settings = own_server.platform, own_server.settings
    (invited,) = own_server.run(
        invitations.invite(platform, own_tenant.account_id, ["new@x.example"], "labeler")
    )
    link = invitations.link(platform, invited)
    token = urlsplit(link).path.rpartition("/")[2]
    own_server.run(accounts.create_person(platform, "ann@x.example", "labeler", PASSWORD))
    session, _ = own_server.run(accounts.log_in(platform, "ann@x.example", PASSWORD))
    ahead()
    own_server.run(accounts.worker_of(platform, session))
    assert own_tenant.anonymous.get(f"/api/invitations/{token}").json()["state"] == "open"
    own_server.clock.advance(seconds=max(settings.session_hours, settings.invitation_hours) * HOUR + 1)
    with pytest.raises(Unauthorized):
        own_server.run(accounts.worker_of(platform, session))
    assert own_tenant.anonymous.get(f"/api/invitations/{token}").json()["state"] == "expired"


def test_f33_a_pause_after_wrong_passwords_is_no_longer_than_the_longest(
    own_server: Server, ahead: Any
) -> None:
    for _ in range(login_throttle.FREE_ATTEMPTS):
        own_server.run(login_throttle.count(own_server.platform, "f33"))
    with pytest.raises(TooManyRequests):
        own_server.run(login_throttle.count(own_server.platform, "f33"))
    ahead()
    own_server.clock.advance(seconds=login_throttle.LONGEST_PAUSE / 1000)
    own_server.run(login_throttle.count(own_server.platform, "f33"))


def test_f33_links_are_good_for_some_hours(own_server: Server, own_tenant: Tenant, ahead: Any) -> None:
    platform = own_server.platform
    file = done(own_tenant.upload(b"hello", "a.txt"))
    link = platform.file_url(file["id"])
    assert own_tenant.anonymous.get(link).status_code == 200
    ahead()
    assert own_tenant.anonymous.get(link).status_code == 403
    until = parse_qs(urlsplit(platform.file_url(file["id"])).query)["until"]
    assert platform.link_holds(int(until[0]))
    assert own_tenant.anonymous.get(platform.file_url(file["id"])).status_code == 200


def test_f33_a_revoked_key_is_not_remembered_from_later(
    own_server: Server, own_tenant: Tenant, ahead: Any
) -> None:
    ring = KeyRing(own_server.platform)
    own_server.run(ring.program(own_tenant.live_key))
    ahead()

    async def revoke(tx: Tx) -> None:
        await tx.run(
            "UPDATE api_key SET revoked_at = 1 WHERE hash = $1", accounts.fingerprint(own_tenant.live_key)
        )

    own_server.run(own_server.platform.store.write(revoke))
    with pytest.raises(Unauthorized):
        own_server.run(ring.program(own_tenant.live_key))


def test_f33_a_key_is_not_locked_out_by_its_rate_limit() -> None:
    clock = FixedClock()
    limits = RateLimiter(clock, rate=1, burst=2)
    clock.advance(seconds=MONTH)
    limits.spend("key")
    clock.advance(seconds=-MONTH)
    with pytest.raises(TooManyRequests) as refused:
        limits.spend("key")
    assert refused.value.retry_after == 1
    clock.advance(seconds=1)
    limits.spend("key")


def test_f33_models_can_be_asked_again(own_server: Server, ahead: Any) -> None:
    platform = own_server.platform

    def row(n: int, at: int) -> ModelAnswer:
        return ModelAnswer("f33", "", n, "r", "somebody", "digest", at)

    for n in range(3):
        own_server.run(platform.store.write(model_answers.begin, row(n, own_server.clock.now())))
    ahead()
    now = own_server.clock.now()
    assert own_server.run(
        platform.store.write(model_answers.asked_within, "somebody", now - 60_000, now)
    ) == (0, 0)
    # A request that was begun and never ended is taken over.
    assert own_server.run(platform.store.write(model_answers.begin_again, row(0, now), now - 90_000))


def test_f33_reviewers_see_the_answer_although_it_lies_ahead(
    own_server: Server, own_tenant: Tenant, ahead: Any
) -> None:
    leo, rita = own_tenant.person("leo"), own_tenant.person("rita", "manager")
    task = own_tenant.task()
    leo.label(CAT)
    ahead()
    review = rita.claim_one("review")
    assert review["base"] == CAT
    done(rita.submit(review["id"], verdict="send_back", comment="A dog."))
    again = leo.claim_one()
    assert (again["base"], [one["text"] for one in again["comments"]]) == (CAT, ["A dog."])
    done(leo.submit(again["id"], answer=DOG))
    assert rita.judge()["base"] == DOG
    assert own_tenant.read(task["task_id"])["response"]["category"] == "dog"


def test_f33_a_recall_comes_after_what_it_takes_back(
    own_server: Server, own_tenant: Tenant, ahead: Any
) -> None:
    """Also twice, and when only the first turns lie ahead."""
    leo, mara = own_tenant.person("leo"), own_tenant.person("mara", "manager")
    task_id = own_tenant.task()["task_id"]
    leo.label(CAT)
    mara.judge()
    ahead()
    done(mara.post(f"/tasks/{task_id}/recall", {"comments": "first"}))
    again = leo.claim_one()
    assert (again["base"], [one["text"] for one in again["comments"]]) == (CAT, ["first"])
    done(leo.submit(again["id"], answer=DOG))
    assert mara.judge()["base"] == DOG
    done(mara.post(f"/tasks/{task_id}/recall", {"comments": "second"}))
    last = leo.claim_one()
    assert (last["base"], [one["text"] for one in last["comments"]]) == (DOG, ["first", "second"])


def test_f33_a_delivery_is_tried_again_in_its_own_time(
    own_server: Server, own_tenant: Tenant, ahead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform, mara = own_server.platform, own_tenant.person("mara", "manager")
    mia = own_tenant.person("mia")
    own_tenant.project("by itself", params={**CATEGORIES, deliveries.AUTO_DELIVERY_PARAM: True})
    own_tenant.batch("by itself", "monday")
    own_tenant.task(batch="monday")
    done(own_tenant.live.post("/v1/batches/monday/finalize"))
    mia.label(CAT)
    mara.judge()

    async def fail(*_: object) -> None:
        raise RuntimeError("a delivery that fails for a while")

    with monkeypatch.context() as patched:
        patched.setattr(deliveries, "_deliver_pending", fail)
        assert own_server.run(deliveries.deliver_pending(platform))
    assert ahead() >= 1
    assert not own_server.run(deliveries.deliver_pending(platform))
    own_server.clock.advance(seconds=deliveries.LONGEST_WAIT / 1000)
    assert own_server.run(deliveries.deliver_pending(platform))
    assert asked(own_server, "SELECT COUNT(*) FROM delivery_owed") == [0]
    assert asked(own_server, "SELECT COUNT(*) FROM delivery") == [1]


def test_f33_lists_show_everything_once_and_what_lies_ahead_first(
    own_server: Server, own_tenant: Tenant, ahead: Any
) -> None:
    later = [own_tenant.task()["task_id"] for _ in range(3)]
    ahead()
    now: list[str] = []
    for _ in range(3):
        own_server.clock.advance(seconds=1)
        now.append(own_tenant.task()["task_id"])

    def more() -> None:
        """Others go on creating while somebody reads."""
        own_server.clock.advance(seconds=1)
        own_tenant.task()

    pages = walk(own_tenant.live, "limit=2", more)
    seen = [task_id for page in pages for task_id in ids(page["docs"])]
    assert seen[:3] == later[::-1]
    assert [one for one in seen if one in now] == now[::-1]
    assert len(set(seen)) == len(seen)


def test_f33_a_clock_that_goes_back_is_noticed_at_once() -> None:
    clock, seconds = FixedClock(), 0.0
    watch = Watch(clock, lambda: seconds)
    assert watch.due()
    assert not watch.due()
    clock.advance(seconds=1)
    assert not watch.due()
    clock.advance(seconds=-0.5)
    assert watch.due()
    assert not watch.due()
    seconds += EVERY
    assert watch.due()
