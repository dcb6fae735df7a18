"""Walks: loops are fresh, next() continues, prefetch keeps order and errors."""

from __future__ import annotations

import threading
from itertools import islice

import pytest

from scaleapi._calls.request import Listing, Request
from scaleapi._pages import Paginator
from scaleapi._walk import Walk
from scaleapi.exceptions import ScaleDecodeError, ScaleException


class Server:
    """Three pages of two; remembers which were asked for, and fails at one if told to."""

    def __init__(self, fail_at=None):
        self.asked = []
        self.fail_at = fail_at
        self.threads = set()

    def request(self, number):
        return Request("GET", "x", lambda json, client: json, query={"offset": number})

    def run(self, request):
        number = request.query["offset"]
        self.asked.append(number)
        self.threads.add(threading.current_thread().name)
        if number == self.fail_at:
            raise ScaleException("page lost")
        page = Paginator([2 * number, 2 * number + 1], 6, 2, number, number < 2)
        page._next = self.request(number + 1) if number < 2 else None
        return page

    def walk(self, prefetch=False):
        return Walk(Listing(self.request(0), prefetch=prefetch), self.run)


@pytest.mark.parametrize("prefetch", [False, True])
def test_each_loop_is_a_fresh_walk(prefetch):
    server = Server()
    walk = server.walk(prefetch)
    assert list(walk) == list(walk) == [0, 1, 2, 3, 4, 5]
    assert server.asked == [0, 1, 2, 0, 1, 2]


def test_nothing_is_asked_before_the_first_step_nor_ahead():
    server = Server()
    walk = server.walk()
    assert server.asked == []
    assert list(islice(walk, 2)) == [0, 1]
    assert server.asked == [0]


def test_next_works_as_on_a_generator():
    walk = Server().walk()
    assert [next(walk), next(walk), next(walk)] == [0, 1, 2]
    assert list(walk) == [3, 4, 5]
    assert list(walk) == [0, 1, 2, 3, 4, 5]
    exhausted = Server().walk()
    assert [next(exhausted) for _ in range(6)][-1] == 5
    with pytest.raises(StopIteration):
        next(exhausted)


def test_close_ends_the_walk_of_next():
    walk = Server().walk()
    next(walk)
    walk.close()
    with pytest.raises(StopIteration):
        next(walk)


def test_pages():
    assert [list(page) for page in Server().walk().pages()] == [[0, 1], [2, 3], [4, 5]]


def test_prefetch_is_one_page_ahead_in_one_other_thread():
    server = Server()
    walk = iter(server.walk(prefetch=True).pages())
    next(walk)
    next(walk)
    next(walk)
    assert server.asked == [0, 1, 2]
    assert len(server.threads) == 1
    assert threading.current_thread().name not in server.threads


@pytest.mark.parametrize("prefetch", [False, True])
@pytest.mark.parametrize("fail_at", [0, 1, 2])
def test_an_error_comes_in_its_place(prefetch, fail_at):
    got: list[int] = []
    with pytest.raises(ScaleException, match="page lost"):
        got.extend(Server(fail_at).walk(prefetch))
    assert got == list(range(2 * fail_at))


@pytest.mark.parametrize("prefetch", [False, True])
def test_a_page_is_delivered_before_the_complaint_about_what_follows(prefetch):
    def run(request):
        return Paginator([1, 2], 9, 2, 0, has_more=True)

    got: list[int] = []
    with pytest.raises(ScaleDecodeError):
        got.extend(Walk(Listing(Server().request(0), prefetch=prefetch), run))
    assert got == [1, 2]


def test_leaving_a_prefetching_loop_leaves_no_thread_behind():
    walk = iter(Server().walk(prefetch=True))
    next(walk)
    workers = [thread for thread in threading.enumerate() if thread.name.startswith("scaleapi-prefetch")]
    walk.close()
    for worker in workers:
        worker.join(5)
        assert not worker.is_alive()
