"""How often Python looks for garbage."""

import gc
from collections.abc import Iterator

import pytest

from labelwright import memory


@pytest.fixture
def before() -> Iterator[tuple[int, int, int]]:
    """What is set, and set again afterwards."""
    found = gc.get_threshold()
    yield found
    gc.set_threshold(*found)
    gc.unfreeze()


def test_a_large_body_is_read_with_few_looks(before: tuple[int, int, int]) -> None:
    def looks() -> int:
        start = gc.get_stats()[0]["collections"]
        kept = [[n] for n in range(200_000)]
        assert len(kept) == 200_000
        return gc.get_stats()[0]["collections"] - start

    often = looks()
    memory.look_rarely()
    assert looks() * 20 < often


def test_cycles_are_found_all_the_same(before: tuple[int, int, int]) -> None:
    class Node:
        def __init__(self) -> None:
            self.own = self

    memory.look_rarely()
    start = sum(one["collected"] for one in gc.get_stats())
    for _ in range(memory.EVERY * 2):
        Node()
    assert sum(one["collected"] for one in gc.get_stats()) > start
