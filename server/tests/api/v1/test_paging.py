"""Pages by key: nothing is lost or repeated, whatever happens meanwhile; and the small parsers beside them."""

import base64
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.tests.harness import Server, Tenant, at_once, done, ids, walk

from labelwright.api.v1 import paging
from labelwright.errors import InvalidParameter
from labelwright.store.tasks import Cursor

TASKS = 250


@pytest.fixture(scope="module")
def shelf(server: Server) -> Iterator[tuple[Tenant, list[str]]]:
    """250 tasks, several to a millisecond, and their ids, newest first."""
    tenant = server.tenant()
    project = tenant.project("many")["name"]
    made = []
    for _ in range(5):
        made += at_once([lambda: tenant.task(project=project, tags=["t"])] * (TASKS // 5), threads=8)
        server.clock.advance(seconds=0.001)
    newest = sorted(made, key=lambda task: (task["created_at"], task["task_id"]), reverse=True)
    yield tenant, ids(newest)
    tenant.close()


@pytest.mark.parametrize(
    ("query", "pages"), [("limit=100", 3), ("", 3), ("limit=49&tags=t", 6), ("limit=50&project=many", 5)]
)
def test_all_of_them_in_order(shelf: tuple[Tenant, list[str]], query: str, pages: int) -> None:
    tenant, expected = shelf
    found = walk(tenant.live, query)
    assert len(found) == pages
    assert [one for page in found for one in ids(page["docs"])] == expected
    assert {page["total"] for page in found} == {TASKS}


def test_by_offset_like_old_clients(shelf: tuple[Tenant, list[str]]) -> None:
    tenant, expected = shelf
    pages = [done(tenant.live.get(f"/v1/tasks?limit=90&offset={at}")) for at in (0, 90, 180)]
    assert [one for page in pages for one in ids(page["docs"])] == expected
    assert [page["has_more"] for page in pages] == [True, True, False]


def test_tasks_that_come_meanwhile_do_not_shift_the_pages(server: Server, tenant: Tenant) -> None:
    before = [tenant.task()["task_id"] for _ in range(30)]
    server.clock.advance(seconds=1)
    late: list[str] = []
    found = walk(tenant.live, "limit=7", between=lambda: late.append(tenant.task()["task_id"]))
    assert [one for page in found for one in ids(page["docs"])] == before[::-1]
    assert found[-1]["total"] == len(before) + len(late) - 1


times = st.integers(0, 253402300799999)
object_ids = st.text("0123456789abcdef", min_size=24, max_size=24)


class TestCursor:
    @given(at=times, last=object_ids)
    def test_it_comes_back_as_it_was(self, at: int, last: str) -> None:
        assert paging.cursor(paging.token(last, at)) == Cursor(at, last)

    def test_it_is_what_real_ones_are(self) -> None:
        text = paging.token("66336b028f5b2c0012ab34f0", 1714641474624)
        assert json.loads(base64.b64decode(text)) == {
            "id": "66336b028f5b2c0012ab34f0",
            "created_at": "2024-05-02T09:17:54.624Z",
        }

    @given(text=st.text() | st.binary().map(lambda raw: base64.b64encode(raw).decode()))
    def test_anything_else_is_refused(self, text: str) -> None:
        if not text:
            assert paging.cursor(text) is None
            return
        with pytest.raises(InvalidParameter, match="next_token"):
            paging.cursor(text)

    def test_a_plus_sign_that_arrived_as_a_blank(self) -> None:
        for at in range(2000):
            text = paging.token("66336b028f5b2c0012ab34f0", at)
            assert paging.cursor(text.replace("+", " ")) == Cursor(at, "66336b028f5b2c0012ab34f0")


def test_limits() -> None:
    assert (paging.checked_limit(1), paging.checked_limit(100)) == (1, 100)
    assert (paging.checked_offset(0), paging.checked_offset(10**9)) == (0, 10**9)
    for limit in (0, -1, 101):
        with pytest.raises(InvalidParameter, match="limit"):
            paging.checked_limit(limit)
    for offset in (-1, 10**9 + 1):
        with pytest.raises(InvalidParameter, match="offset"):
            paging.checked_offset(offset)
    assert paging.moment(None, "x") is paging.moment("", "x") is None
