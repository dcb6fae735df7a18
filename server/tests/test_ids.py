"""Ids: 24 hex characters that sort by time and never come twice."""

import os
import uuid
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st
from server.tests.answers import is_id

from labelwright.ids import IdMaker, new_secret, new_uuid

times = st.integers(0, (1 << 32) * 1000 - 1)


@given(moments=st.lists(times, min_size=1, max_size=50))
def test_they_sort_by_time(moments: list[int]) -> None:
    maker = IdMaker()
    made = [maker.at(at) for at in sorted(moments)]
    assert made == sorted(made)


@given(moments=st.lists(st.integers(0, 3), min_size=1, max_size=60))
def test_none_comes_twice_whatever_the_order(moments: list[int]) -> None:
    """Threads bring times that lie a little behind each other's."""
    maker = IdMaker()
    made = [maker.at(at) for at in moments]
    assert len(set(made)) == len(made)


@given(at=times)
def test_they_say_when(at: int) -> None:
    made = IdMaker().at(at)
    assert is_id(made)
    assert int(made[:8], 16) * 1000 + int(made[8:11], 16) == at


def test_many_threads() -> None:
    maker = IdMaker()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda i: maker.at(i % 3), range(5000)))
    assert len(set(made)) == 5000


def test_a_forked_process_has_its_own() -> None:
    maker = IdMaker()
    before = maker.at(0)
    maker._pid = os.getpid() + 1
    assert maker.at(0)[16:] != before[16:]


def test_uuids_and_secrets() -> None:
    for _ in range(50):
        name = new_uuid()
        assert str(uuid.UUID(name)) == name
        assert (uuid.UUID(name).version, uuid.UUID(name).variant) == (4, uuid.RFC_4122)
    secret = new_secret("live_")
    assert secret.startswith("live_")
    assert len(bytes.fromhex(secret.removeprefix("live_"))) == 20
    assert secret != new_secret("live_")
