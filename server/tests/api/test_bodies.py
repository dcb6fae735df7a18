"""Bodies in memory: how large each may be, how much all of them, and who waits for whom."""

import asyncio
import contextlib
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import httpx2
import pytest
from server.tests.answers import CONTRACTS
from server.tests.endpoint_calls import NOWHERE
from server.tests.harness import Server, Tenant, done, refused, segment

from labelwright import worker_processes
from labelwright.api import bodies
from labelwright.api.bodies import OPEN_LIMIT, SMALL_LIMIT, Body, Budget
from labelwright.errors import Overloaded, RequestTimeout, TooLarge
from labelwright.validation import json_limits
from labelwright.validation.decoding import MAX_HUGE_NUMBERS, MAX_MEMBERS, MAX_PARTS
from labelwright.validation.json_limits import JsonSize

CREATE = "/v1/task/categorization"


def receiver(pieces: list[bytes]) -> Callable[[], Any]:
    """An ASGI receive that gives these pieces; fails when it is asked for more."""
    waiting = iter(range(len(pieces)))

    async def receive() -> MutableMapping[str, Any]:
        at = next(waiting)
        return {"type": "http.request", "body": pieces[at], "more_body": at + 1 < len(pieces)}

    return receive


async def soon() -> None:
    """Let everybody go on who can."""
    for _ in range(5):
        await asyncio.sleep(0)


class TestBudget:
    def test_f26_what_is_full_makes_others_wait_in_order(self) -> None:
        async def main() -> None:
            budget, order = Budget(10, 10), []

            async def take(name: str, size: int) -> None:
                await budget.take(name, size)
                order.append(name)

            await take("a", 8)
            waiting = [asyncio.create_task(take(name, size)) for name, size in (("b", 6), ("c", 1), ("d", 1))]
            await soon()
            # Small ones do not push in before a large one that has waited longer.
            assert order == ["a"]
            budget.give_back("a", 8)
            await asyncio.gather(*waiting)
            assert order == ["a", "b", "c", "d"]
            assert budget.used == 8

        asyncio.run(main())

    def test_f26_who_has_used_up_its_share_holds_up_nobody_else(self) -> None:
        async def main() -> None:
            budget = Budget(10, 5)
            await budget.take("greedy", 5)
            more = asyncio.create_task(budget.take("greedy", 1))
            await soon()
            await budget.take("other", 5)
            assert not more.done()
            assert budget.used == 10
            budget.give_back("other", 5)
            await soon()
            assert not more.done()
            budget.give_back("greedy", 5)
            await more
            assert budget.used == 1

        asyncio.run(main())

    def test_f26_nobody_waits_for_ever(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bodies, "MAX_WAIT", 0.01)

        async def main() -> None:
            budget = Budget(10, 10)
            await budget.take("a", 10)
            for _ in range(3):
                with pytest.raises(Overloaded):
                    await budget.take("b", 1)
            budget.give_back("a", 10)
            assert budget.used == 0
            await budget.take("b", 10)

        asyncio.run(main())

    def test_f26_who_leaves_while_waiting_takes_nothing(self) -> None:
        async def main() -> None:
            budget = Budget(10, 10)
            await budget.take("a", 10)
            first, second = (asyncio.create_task(budget.take(name, 10)) for name in "bc")
            await soon()
            first.cancel()
            await soon()
            budget.give_back("a", 10)
            await second
            assert budget.used == 10
            budget.give_back("c", 10)
            assert budget.used == 0

        asyncio.run(main())

    def test_f26_too_many_who_wait_are_refused_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bodies, "MAX_WAITING", 2)

        async def main() -> None:
            budget = Budget(1, 1)
            await budget.take("a", 1)
            waiting = [asyncio.create_task(budget.take("b", 1)) for _ in range(2)]
            await soon()
            with pytest.raises(Overloaded):
                await budget.take("c", 1)
            for one in waiting:
                one.cancel()

        asyncio.run(main())


class TestReading:
    def _read(self, pieces: list[bytes], limit: int, declared: bytes = b"") -> tuple[bytes, int, int]:
        """(the body, bytes counted while it is used, afterwards)."""

        async def main() -> tuple[bytes, int, int]:
            budget = Budget(1000, 1000)
            with Body(budget, "a") as body:
                read = await body.read(receiver(pieces), declared, limit, 5)
                during = budget.used
            return read, during, budget.used

        return asyncio.run(main())

    def test_f26_its_bytes_count_until_it_was_answered(self) -> None:
        assert self._read([b"ab"], 10, b"2") == (b"ab", 2, 0)
        assert self._read([b"ab", b"", b"cde"], 10) == (b"abcde", 5, 0)
        assert self._read([b""], 10) == (b"", 0, 0)

    def test_f26_it_is_refused_before_it_is_read(self) -> None:
        with pytest.raises(TooLarge):
            self._read([], 10, b"11")
        with pytest.raises(TooLarge):
            self._read([b"x" * 6, b"x" * 6, b"never asked for"], 10)

    def test_f26_a_piece_that_comes_later_is_read_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A piece that is there needs no timer; for one that is not, whoever sends it has so many seconds."""

        async def main(seconds: float, piece: bytes) -> tuple[bytes, list[str]]:
            came, ended = asyncio.Event(), []
            if piece:
                asyncio.get_running_loop().call_soon(came.set)

            async def receive() -> MutableMapping[str, Any]:
                try:
                    await asyncio.sleep(0)
                    await came.wait()
                except asyncio.CancelledError:
                    ended.append("cancelled")
                    raise
                return {"type": "http.request", "body": piece, "more_body": False}

            with Body(Budget(1000, 1000), "a") as body:
                try:
                    return await body.read(receive, b"2", 10, seconds), ended
                except RequestTimeout:
                    return b"", ended

        assert asyncio.run(main(60, b"ab")) == (b"ab", [])
        assert asyncio.run(main(0.001, b"")) == (b"", ["cancelled"])
        monkeypatch.delattr(asyncio, "timeout")
        assert self._read([b"ab"], 10, b"2") == (b"ab", 2, 0)

    def test_f26_what_is_refused_counts_no_more(self) -> None:
        async def main() -> int:
            budget = Budget(1000, 1000)
            with contextlib.suppress(TooLarge), Body(budget, "a") as body:
                await body.read(receiver([b"x" * 6, b"x" * 6]), b"", 10, 5)
            return budget.used

        assert asyncio.run(main()) == 0


@contextlib.contextmanager
def begun(server: Server, path: str, key: str, length: int, sent: bytes) -> Iterator[socket.socket]:
    """A request of which a part was sent."""
    with socket.create_connection(("127.0.0.1", server.port), 60) as connection:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        )
        connection.sendall(head.encode() + sent)
        yield connection


OPEN = [
    (contract.prefix, endpoint)
    for contract in CONTRACTS
    for endpoint in contract.table
    if not endpoint.needs_key and endpoint.method != "GET"
]


def test_f26_without_a_key_a_body_is_a_few_kilobytes(tenant: Tenant) -> None:
    assert len(OPEN) >= 3
    for prefix, endpoint in OPEN:
        path = prefix + endpoint.path.replace("{token}", segment(NOWHERE["token"]))
        body = json.dumps({"email": "a@b.example", "password": "x" * OPEN_LIMIT})
        for content in (body.encode(), iter([body[:100].encode(), body[100:].encode()])):
            answer = tenant.anonymous.request(
                endpoint.method, path, content=content, headers={"content-type": "application/json"}
            )
            refused(answer, 413, str(OPEN_LIMIT))


def test_f26_a_caller_is_known_before_the_body_is_read(server: Server) -> None:
    for path in (CREATE, "/v2/batch", "/v1/files/upload", "/v1/nothing"):
        with begun(server, path, "wrong", 200_000, b"{") as connection:
            assert connection.recv(65536).startswith(b"HTTP/1.1 401")


def test_f26_what_is_no_task_and_no_answer_has_a_smaller_limit(small: Server) -> None:
    tenant = small.tenant()
    body = {"emails": ["a@b.example"], "team_role": "labeler", "more": "x" * SMALL_LIMIT}
    refused(tenant.live.post("/v1/teams/invite", json=body), 413, str(SMALL_LIMIT))
    done(tenant.live.post(CREATE, json={"attachment_type": "text", "attachment": "x" * SMALL_LIMIT,
                                        "categories": ["a", "b"]}))  # fmt: skip
    tenant.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with little room for bodies; the database has nothing to do with it."""
    folder = tmp_path_factory.mktemp("small")
    with Server(folder, body_limit=2 << 20, bodies_limit=4 << 20) as running:
        yield running


def until(what: Callable[[], bool]) -> None:
    """Wait for something that has to come."""
    for _ in range(6000):
        if what():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come")


def test_f26_half_sent_bodies_take_one_share(small: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = small.app.doors["v1"].budget
    greedy, other = small.tenant(), small.tenant()
    length = small.settings.body_limit - 1000
    monkeypatch.setattr(bodies, "MAX_WAIT", 0.2)
    with contextlib.ExitStack() as stack:
        half = [
            stack.enter_context(begun(small, CREATE, greedy.live_key, length, b" " * (length - 10)))
            for _ in range(8)
        ]
        # One fits and is read; the others are told to come again, and what they sent is forgotten.
        waiting = list(half)
        while len(waiting) > 1:
            answered, _, _ = select.select(waiting, [], [], 60)
            for connection in answered:
                said = connection.recv(65536)
                assert said.startswith(b"HTTP/1.1 503"), said
                assert b"retry-after: " in said
                waiting.remove(connection)
            assert answered
            assert budget.used <= budget.share
        assert budget.used == length
        # Somebody else is served all the while.
        monkeypatch.setattr(bodies, "MAX_WAIT", 10.0)
        done(other.create())
        done(other.create(attachment="x" * (1 << 20)))
    until(lambda: budget.used == 0)
    done(greedy.create())
    greedy.close()
    other.close()


GOOD = b'{"attachment_type":"text","attachment":"a","categories":["a","b"],'
HOSTILE = {
    "many members": (GOOD + b",".join(b'"%x":1' % n for n in range(200_000)) + b"}", 413, str(MAX_MEMBERS)),
    "many parts": (GOOD + b'"x":[' + b",".join([b"[]"] * (MAX_PARTS + 1)) + b"]}", 413, str(MAX_PARTS)),
    "deep": (GOOD + b'"x":' + b"[" * 500_000 + b"]" * 500_000 + b"}", 400, "deep"),
    "many deep": (GOOD + b'"x":[' + b",".join([b"[" * 99 + b"]" * 99] * 1000) + b"]}", 400, "deep"),
    "a wrong type": (
        b'{"attachment_type":"text","attachment":[' + b",".join([b"{}"] * 100_000) + b"]}", 400, "attachment",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def large_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the default limits."""
    with Server(tmp_path_factory.mktemp("large")) as running:
        yield running


@pytest.mark.parametrize("what", HOSTILE)
def test_f26_hostile_bodies_are_refused_in_words(large_server: Server, what: str) -> None:
    tenant = large_server.tenant()
    content, status, says = HOSTILE[what]
    answer = tenant.live.post(CREATE, content=content, headers={"content-type": "application/json"})
    refused(answer, status, says)
    tenant.close()


BOX = b'{"type":"box","label":"cone","left":1,"top":2,"width":"3","height":4}'
MANY_BOXES = (
    b'{"attachment":"https://img.example/1.jpg","geometries":{"box":{"objects_to_annotate":["cone"]}},'
    b'"base_annotations":{"annotations":[' + b",".join([BOX] * 30_000) + b"]}}"
)


BOXES = "/v1/task/imageannotation"
GOOD_BOXES = MANY_BOXES.replace(b'"3"', b"3")
PROJECT = b'{"type":"categorization","name":"Large","params":{"x":[%b]}}'
APART = {
    "boxes": (BOXES, GOOD_BOXES, 200),
    "boxes with a text for a number": (BOXES, MANY_BOXES, 400),
    "empty arrays": (CREATE, GOOD + b'"x":[' + b",".join([b"[]"] * 200_000) + b"]}", 200),
    "different keys": (
        CREATE,
        GOOD + b'"x":{' + b",".join(b'"%x":1' % n for n in range(60_000)) + b"}}",
        200,
    ),
    "numbers": (CREATE, GOOD + b'"x":[' + b",".join([b"1"] * 300_000) + b"]}", 200),
    "a long text": (CREATE, GOOD + b'"x":"' + "é".encode() * 300_000 + b'"}', 200),
    "escapes": (CREATE, GOOD + b'"x":"' + b"\\n" * 200_000 + b'"}', 200),
    "a long number": (CREATE, GOOD + b'"x":' + b"1" * 500_000 + b"}", 400),
    "one key again and again": (CREATE, GOOD + b",".join([b'"x":1'] * 100_000) + b"}", 413),
    "deep": (CREATE, GOOD + b'"x":' + b"[" * 300_000 + b"]" * 300_000 + b"}", 400),
    "no UTF-8": (CREATE, GOOD + b'"x":"' + b"a" * 500_000 + b'\xff"}', 400),
    "a project": ("/v1/projects", PROJECT % (b"[]," * 200_000 + b"1"), 200),
    "parameters of a project": ("/v1/projects/nothing/setParams", PROJECT % (b"{}," * 200_000 + b"1"), 404),
    "a project, cut off": ("/v1/projects", PROJECT % (b"[]," * 200_000), 400),
    "cut off": (CREATE, GOOD + b'"x":[' + b"[]," * 200_000, 400),
}


@pytest.mark.parametrize("test", [False, True], ids=["live", "test"])
@pytest.mark.parametrize("what", APART)
def test_f26_large_creates_are_read_in_another_process(
    large_server: Server, monkeypatch: pytest.MonkeyPatch, what: str, test: bool
) -> None:
    """The server runs in this process, where nothing as large is measured, which comes before it is read."""
    tenant, here = large_server.tenant(), []
    measure = json_limits.measure

    def noted(data: bytes) -> JsonSize:
        here.append(len(data))
        return measure(data)

    monkeypatch.setattr(json_limits, "measure", noted)
    path, body, status = APART[what]
    assert len(body) > worker_processes.APART
    program = tenant.test if test else tenant.live
    answer = program.post(path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status, answer.text[:300]
    assert here == []
    tenant.close()


@pytest.mark.parametrize("size", [600, 5_000, 12_000])
def test_f26_numbers_that_take_long_to_read_are_limited(tenant: Tenant, size: int) -> None:
    body = GOOD + b'"x":[' + b", ".join([b"1.5e300", b"-2E+299"] * size) + b"]}"
    for path in (CREATE, "/v1/projects", "/v1/studio/assignments/add", "/v2/batch"):
        answer = tenant.live.post(path, content=body, headers={"content-type": "application/json"})
        refused(answer, 413, f"more than {MAX_HUGE_NUMBERS} numbers")
    few = GOOD + b'"x":[' + b",".join([b"1.5e-300", b'"a3e123"'] * 5_000) + b",1e300]}"
    done(tenant.live.post(CREATE, content=few, headers={"content-type": "application/json"}))


def test_f26_others_are_answered_while_a_large_body_is_checked(
    large_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A heartbeat goes on while another process has the body."""
    tenant, answers = large_server.tenant(), []
    begun, may_end, ask = threading.Event(), threading.Event(), worker_processes._ask

    def held(work: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        begun.set()
        assert may_end.wait(60)
        return ask(work, args)

    monkeypatch.setattr(worker_processes, "_ask", held)

    def create() -> None:
        headers = {"authorization": f"Bearer {tenant.live_key}", "content-type": "application/json"}
        with httpx2.Client(base_url=large_server.url, timeout=120, verify=False, trust_env=False) as client:
            answers.append(client.post(BOXES, content=GOOD_BOXES, headers=headers))

    sender = threading.Thread(target=create)
    sender.start()
    assert begun.wait(60)
    with httpx2.Client(base_url=large_server.url, timeout=120, verify=False, trust_env=False) as client:
        for _ in range(10):
            done(client.get("/healthz"))
    may_end.set()
    sender.join()
    done(answers[0])
    tenant.close()
