"""Places: receivers that hang hold a place or two, those that answer get up to sixteen."""

from hypothesis import given
from hypothesis import strategies as st

from labelwright.jobs import host_limiter
from labelwright.jobs.host_limiter import HostLimiter


def test_a_host_gets_more_with_each_answer() -> None:
    made = HostLimiter(100, 4)
    seen = []
    for _ in range(5):
        seen.append(made.free_for("a"))
        made.start("a")
        made.end("a", answered=True)
    assert seen == [2, 3, 4, 4, 4]


def test_a_host_that_hangs_is_back_at_one_and_recovers() -> None:
    made = HostLimiter(100, 16)
    for _ in range(10):
        made.start("a")
        made.end("a", answered=True)
    made.start("a")
    made.end("a", answered=False)
    assert made.free_for("a") == 1
    made.start("a")
    assert made.free_for("a") == 0
    made.end("a", answered=True)
    assert made.free_for("a") == 2
    assert made.free_for("b") == HostLimiter.FIRST


def test_one_place_is_enough() -> None:
    made = HostLimiter(1, 1)
    assert (made.free, made.free_for("a")) == (1, 1)
    made.start("a")
    assert (made.free, made.free_for("a")) == (0, 0)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=60))
def test_the_books_balance(moves: list[tuple[str, bool]]) -> None:
    made = HostLimiter(8, 3)
    for host, answered in moves:
        made.start(host)
        assert made.free == 7
        made.end(host, answered=answered)
        assert made.free == 8
        assert 1 <= made.free_for(host) <= 3


def test_no_more_hosts_are_remembered_than_fit() -> None:
    made = HostLimiter(8, 3)
    for n in range(host_limiter.MAX_REMEMBERED + 2):
        made.start(f"h{n}")
        made.end(f"h{n}", answered=False)
    assert made.free_for("h0") == HostLimiter.FIRST
    assert made.free_for(f"h{host_limiter.MAX_REMEMBERED + 1}") == 1
