"""Pauses after failed tries grow, and are forgotten."""

import pytest
from server.tests.harness import Server, at_once

from labelwright.domain import login_throttle
from labelwright.errors import TooManyRequests
from labelwright.store import Reader


def pause(server: Server, what: str) -> int:
    """Count one try; returns the seconds to wait, 0 when it counted."""
    try:
        server.run(login_throttle.count(server.platform, what))
    except TooManyRequests as refused:
        return refused.retry_after
    return 0


def test_the_pauses() -> None:
    assert [login_throttle.pause_after(n) // 1000 for n in range(12)] == [
        *[0] * 5,
        30,
        60,
        120,
        240,
        480,
        900,
        900,
    ]
    assert login_throttle.pause_after(10_000) == login_throttle.LONGEST_PAUSE


def test_after_the_fifth_each_try_costs_more(server: Server) -> None:
    assert [pause(server, "a") for _ in range(7)] == [0, 0, 0, 0, 0, 30, 30]
    server.clock.advance(seconds=29)
    assert pause(server, "a") == 1
    server.clock.advance(seconds=1)
    assert (pause(server, "a"), pause(server, "a")) == (0, 60)
    # Somebody else has nothing to do with it.
    assert pause(server, "b") == 0


def test_success_begins_anew(server: Server) -> None:
    for _ in range(5):
        pause(server, "c")
    assert pause(server, "c") > 0
    server.run(server.platform.store.write(login_throttle.reset, "c"))
    assert [pause(server, "c") for _ in range(6)] == [0] * 5 + [30]


def test_half_an_hour_without_a_failure_begins_anew(server: Server) -> None:
    for _ in range(5):
        pause(server, "d")
    server.clock.advance(seconds=login_throttle.FORGET_AFTER / 1000 - 1)
    assert (pause(server, "d"), pause(server, "d")) == (0, 60)
    server.clock.advance(seconds=login_throttle.FORGET_AFTER / 1000)
    assert [pause(server, "d") for _ in range(6)] == [0] * 5 + [30]


def test_a_hundred_at_once_are_not_a_hundred_free_ones(server: Server) -> None:
    waits = at_once([lambda: pause(server, "e")] * 100)
    assert waits.count(0) == login_throttle.FREE_ATTEMPTS
    assert set(waits) == {0, 30}


def test_old_notes_go_and_say_nothing(server: Server) -> None:
    async def kept(db: Reader) -> list[str]:
        return [row[0] for row in await db.all("SELECT what FROM failed_try")]

    pause(server, "log-in:lee@example.org")
    server.clock.advance(seconds=login_throttle.FORGET_AFTER / 1000 + 1)
    pause(server, "f")
    (only,) = server.run(server.platform.read(kept))
    assert len(only) == 64
    assert "lee" not in only


@pytest.mark.parametrize("seconds", [0.2, 1.0, 1.5])
def test_the_wait_is_whole_seconds(seconds: float) -> None:
    assert TooManyRequests(seconds).retry_after == (2 if seconds > 1 else 1)
