"""Signed URLs of files."""

from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from labelwright.clock import FixedClock
from labelwright.domain.platform import SIGNED_URL_LIFETIME, Platform
from labelwright.settings import Settings

HOUR = 3_600_000


def platform(at: int, key: bytes = b"key") -> Platform:
    nothing = cast("Any", None)
    return Platform(nothing, nothing, FixedClock(at), Settings(data=Path()), key, nothing, nothing)


def parts(url: str) -> tuple[str, str, str]:
    split = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(split.query).items()}
    return split.path.rpartition("/")[2], query["until"], query["signature"]


@given(at=st.integers(0, 1 << 43))
def test_it_holds_for_hours_and_not_for_ever(at: int) -> None:
    made = platform(at)
    signed = parts(made.file_url("f"))
    assert made.file_url_holds(*signed)
    assert platform(at + SIGNED_URL_LIFETIME).file_url_holds(*signed)
    assert not platform(at + SIGNED_URL_LIFETIME + HOUR + 1).file_url_holds(*signed)


@given(at=st.integers(0, 1 << 43))
def test_it_is_the_same_within_an_hour(at: int) -> None:
    start = at // HOUR * HOUR
    assert (
        platform(at).file_url("f")
        == platform(start).file_url("f")
        == platform(start + HOUR - 1).file_url("f")
    )


@given(wrong=st.text())
def test_nothing_else_holds(wrong: str) -> None:
    made = platform(0)
    file_id, until, signature = parts(made.file_url("f"))
    assert not made.file_url_holds(file_id, until, wrong) or wrong == signature
    assert not made.file_url_holds(file_id, wrong, signature) or wrong == until
    assert not made.file_url_holds("g", until, signature)
    assert not platform(0, b"another key").file_url_holds(file_id, until, signature)
