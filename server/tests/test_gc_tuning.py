"""How often Python looks for garbage."""

import gc
from collections.abc import Iterator

import pytest

from labelwright import gc_tuning

PYTHON = (700, 10, 10)
"""What Python 3.11 sets."""


@pytest.fixture(params=[False, True], ids=["first", "after a server"])
def as_python_starts(request: pytest.FixtureRequest) -> Iterator[None]:
    """As in a fresh process: a server that an earlier test started in this one has set it for good."""
    found = gc.get_threshold()
    if request.param:
        gc_tuning.collect_rarely()
    gc.unfreeze()
    gc.set_threshold(*PYTHON)
    yield
    gc.set_threshold(*found)
    gc.unfreeze()


@pytest.mark.usefixtures("as_python_starts")
def test_a_large_body_is_read_with_few_looks() -> None:
    def looks() -> int:
        start = gc.get_stats()[0]["collections"]
        kept = [[n] for n in range(200_000)]
        assert len(kept) == 200_000
        return gc.get_stats()[0]["collections"] - start

    often = looks()
    gc_tuning.collect_rarely()
    assert looks() * 20 < often


@pytest.mark.usefixtures("as_python_starts")
def test_cycles_are_found_all_the_same() -> None:
    class Node:
        def __init__(self) -> None:
            self.own = self

    gc_tuning.collect_rarely()
    start = sum(one["collected"] for one in gc.get_stats())
    for _ in range(gc_tuning.THRESHOLD * 2):
        Node()
    assert sum(one["collected"] for one in gc.get_stats()) > start
