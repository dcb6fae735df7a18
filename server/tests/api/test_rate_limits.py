"""Rate limits: off by default; a token bucket for each key, by the server's clock."""

from collections.abc import Callable, Iterator

import pytest
from server.tests.answers import CONTRACTS
from server.tests.endpoint_calls import ask
from server.tests.harness import Server, Tenant, done, refused

from labelwright.api import rate_limits
from labelwright.api.rate_limits import RateLimiter
from labelwright.clock import FixedClock
from labelwright.errors import TooManyRequests

RATE, BURST = 0.5, 3
V1 = CONTRACTS[0]


@pytest.fixture(scope="module")
def limited(fresh: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that lets each key ask three times at once, and then once in two seconds."""
    data = tmp_path_factory.mktemp("limited")
    with Server(data, fresh(), rate_limit=RATE, rate_burst=BURST) as running:
        yield running


@pytest.fixture
def customer(limited: Server) -> Iterator[Tenant]:
    """A fresh account of that server."""
    made = limited.tenant()
    yield made
    made.close()


def test_a_burst_and_then_the_rate(limited: Server, customer: Tenant) -> None:
    for _ in range(BURST):
        done(customer.live.get("/v1/tasks"))
    answer = customer.live.get("/v1/tasks")
    assert refused(answer, 429) == "Too many requests."
    assert answer.headers["retry-after"] == "2"
    limited.clock.advance(seconds=1.5)
    assert customer.live.get("/v1/tasks").headers["retry-after"] == "1"
    # What was refused cost nothing: after what the first refusal said, one more is there, and only one.
    limited.clock.advance(seconds=0.5)
    done(customer.live.get("/v1/tasks"))
    refused(customer.live.get("/v1/tasks"), 429)
    limited.clock.advance(seconds=1000)
    for _ in range(BURST):
        done(customer.live.get("/v1/tasks"))
    refused(customer.live.get("/v1/tasks"), 429)


def test_each_key_has_its_own(limited: Server, customer: Tenant) -> None:
    for _ in range(BURST):
        done(customer.live.get("/v1/tasks"))
    refused(customer.live.get("/v1/tasks"), 429)
    done(customer.test.get("/v1/tasks"))
    other = limited.tenant()
    done(other.live.get("/v1/tasks"))
    other.close()


def test_every_endpoint_says_so_and_does_nothing(limited: Server, customer: Tenant) -> None:
    for _ in range(BURST):
        done(customer.live.get("/v1/tasks"))
    for endpoint in V1.table:
        answer = ask(V1, endpoint).send(customer.live)
        if endpoint.needs_key:
            refused(answer, 429)
            assert answer.headers["retry-after"] == "2"
        else:
            assert answer.status_code != 429
    refused(customer.live.get("/v1/nothing"), 429)
    limited.clock.advance(seconds=1000)
    assert done(customer.live.get("/v1/projects")) == []
    assert done(customer.live.get("/v1/tasks"))["total"] == 0


def test_neither_strangers_nor_people_are_counted(limited: Server, customer: Tenant) -> None:
    for _ in range(BURST + 2):
        refused(customer.anonymous.get("/v1/tasks"), 401)
    done(customer.live.get("/v1/tasks"))
    mia = customer.person("mia")
    for _ in range(BURST + 2):
        done(mia.get("/queue"))


def test_off_by_default(tenant: Tenant, server: Server) -> None:
    assert server.settings.rate_limit == 0
    assert all(door.limits is None for door in server.app.doors.values())
    for _ in range(2 * server.settings.rate_burst):
        done(tenant.live.get("/v1/tasks?limit=1"))


class TestBuckets:
    def spent(self, bucket: RateLimiter, key: str = "a") -> bool:
        try:
            bucket.spend(key)
        except TooManyRequests:
            return False
        return True

    def test_a_steady_caller_at_the_rate_is_never_refused(self) -> None:
        clock = FixedClock()
        bucket = RateLimiter(clock, 8, 1)
        for _ in range(1000):
            assert self.spent(bucket)
            clock.advance(seconds=1 / 8)

    def test_no_more_than_the_rate_in_any_time(self) -> None:
        clock = FixedClock()
        bucket = RateLimiter(clock, 10, 5)
        made = 0
        for _ in range(1000):
            made += self.spent(bucket)
            clock.advance(seconds=0.01)
        # Five at once, and one in each tenth of a second until the last look at 9.99 s.
        assert made == 5 + 99

    @pytest.mark.parametrize("burst", [0, -3, 1])
    def test_at_least_one_is_let_through(self, burst: int) -> None:
        bucket = RateLimiter(FixedClock(), 1, burst)
        assert self.spent(bucket)
        assert not self.spent(bucket)

    def test_a_clock_that_is_set_back_locks_nobody_out(self) -> None:
        clock = FixedClock()
        bucket = RateLimiter(clock, 1, 2)
        assert self.spent(bucket)
        clock.advance(seconds=-3600)
        assert not self.spent(bucket)
        with pytest.raises(TooManyRequests) as told:
            bucket.spend("a")
        assert told.value.retry_after == 1
        clock.advance(seconds=1)
        assert self.spent(bucket)

    def test_only_keys_that_asked_lately_are_remembered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rate_limits, "MAX_KEYS", 4)
        clock = FixedClock()
        bucket = RateLimiter(clock, 1, 1)
        for n in range(100):
            assert self.spent(bucket, str(n))
            clock.advance(seconds=1)
        assert len(bucket._full_at) <= 4
        for n in range(50):
            assert self.spent(bucket, f"at once {n}")
        assert not any(self.spent(bucket, f"at once {n}") for n in range(50))
