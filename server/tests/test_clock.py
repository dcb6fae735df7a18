"""Times on the wire."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelwright.clock import FixedClock, SystemClock, iso, parse_iso

LAST = 253402300799999  # the end of the year 9999
BASE = 1619395200000  # 2021-04-26T00:00:00Z


@given(at=st.integers(0, LAST))
def test_what_is_written_is_read_again(at: int) -> None:
    assert parse_iso(iso(at)) == at


@given(at=st.datetimes(min_value=datetime(1, 1, 1)))  # noqa: DTZ001  naive times are the point
def test_naive_times_are_utc(at: datetime) -> None:
    expected = (at.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000
    for text in (at.isoformat(), at.isoformat(" "), f"{at.isoformat()}Z"):
        assert abs(parse_iso(text) - expected) < 1.1


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2021-04-26", BASE),
        ("20210426", BASE),
        ("2021-04-26T00:00:00Z", BASE),
        ("2021-04-26T00:00:00.000Z", BASE),
        ("2021-04-25T17:00:00-07:00", BASE),
        ("2021-04-26T02:00:00+02:00", BASE),
        ("2021-04-26T02:00:00 02:00", BASE),
        ("2021-04-26 00:00:00.123456", BASE + 123),
        ("2021-04-26T00:00:00.999999", BASE + 999),
        (" 2021-04-26 ", BASE),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_forms_that_clients_send(text: str, at: int) -> None:
    assert parse_iso(text) == at


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2021-13-01", "2021-04-31", "1619395200", "T", "2021-04-26T25:00"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_iso(text)


def test_how_it_looks() -> None:
    assert iso(1714641247381) == "2024-05-02T09:14:07.381Z"
    assert iso(0) == "1970-01-01T00:00:00.000Z"


def test_clocks() -> None:
    clock = FixedClock(5)
    assert clock.now() == clock.now() == 5
    clock.advance(seconds=1.5)
    assert clock.now() == 1505
    assert SystemClock().now() > BASE
