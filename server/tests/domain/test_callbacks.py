"""When failed callbacks are tried again (wire/callbacks §2: up to 20 retries over 24 h)."""

import random

from hypothesis import given
from hypothesis import strategies as st

from labelwright.domain.callbacks import FIRST_WAIT, LONGEST_WAIT, RETRY_DELAYS, wait_after

HOUR = 3_600_000


class Longest(random.Random):
    """Draws the most it can."""

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return start - 1 if stop is None else stop - 1


class Shortest(random.Random):
    """Draws the least it can."""

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return 0 if stop is None else start


def whole(draw: random.Random) -> int:
    return sum(wait_after(tries, draw) for tries in range(1, RETRY_DELAYS + 1))


def test_twenty_retries_fit_into_a_day() -> None:
    assert RETRY_DELAYS == 20
    # What is left of the day is more than twenty-one receivers take that answer at the last moment.
    assert 23 * HOUR < whole(Longest()) <= 23.5 * HOUR
    assert whole(Shortest()) >= 17 * HOUR


@given(seed=st.integers(), tries=st.integers(1, 10_000))
def test_waits_grow_and_stay_in_bounds(seed: int, tries: int) -> None:
    wait = wait_after(tries, random.Random(seed))
    longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(tries - 1, 30))
    assert longest * 3 // 4 <= wait <= longest


@given(seed=st.integers())
def test_any_day_is_long_enough(seed: int) -> None:
    assert 17 * HOUR <= whole(random.Random(seed)) <= 23.5 * HOUR
