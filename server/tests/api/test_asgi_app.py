"""What every door does with a request, whoever answers it."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.tests.answers import is_id
from server.tests.harness import Tenant, done

from labelwright import __version__
from labelwright.api.asgi_app import _send, has_nul
from labelwright.api.endpoint import Answer


def test_headers_of_every_answer(tenant: Tenant) -> None:
    for answer in (
        tenant.live.get("/v1/tasks"),
        tenant.live.get("/v1/x"),
        tenant.anonymous.get("/api/queue"),
    ):
        assert answer.headers["x-labelwright-build"] == __version__
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert is_id(answer.headers["x-request-id"])
        assert int(answer.headers["content-length"]) == len(answer.content)


def test_head_is_no_get(tenant: Tenant) -> None:
    answer = tenant.anonymous.head(f"/files/{'0' * 36}")
    assert (answer.status_code, answer.content) == (403, b"")


def test_a_query_in_the_path_is_not_part_of_it(tenant: Tenant) -> None:
    done(tenant.live.get("/v1/tasks?"))
    done(tenant.live.get("/v1/tasks/?limit=5"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (rb'"\u0000"', True),
        (rb'"a\\\u0000"', True),
        (rb'"a\\\\\u0000"', True),
        (rb'"\\u0000"', False),
        (rb'"\\\\u0000"', False),
        (rb'"\u0001"', False),
        (rb'"u0000"', False),
    ],
)
def test_the_character_that_no_database_keeps(text: bytes, found: bool) -> None:
    assert has_nul(text) is found


@given(text=st.text(st.sampled_from('\\\x00u0"a'), max_size=12))
def test_it_is_found_exactly_when_it_is_there(text: str) -> None:
    import json

    assert has_nul(json.dumps(text).encode()) == ("\x00" in text)


class TestStreams:
    async def _ending(self, body: AsyncIterator[bytes], receive: Any) -> list[MutableMapping[str, Any]]:
        sent: list[MutableMapping[str, Any]] = []

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        await asyncio.wait_for(_send(Answer(body), "id", "GET", receive, send), 30)
        return sent

    def test_it_ends_when_the_reader_has_left(self) -> None:
        async def endless() -> AsyncIterator[bytes]:
            while True:
                yield b"x"
                await asyncio.sleep(0)

        messages = iter([{"type": "http.request", "body": b""}, {"type": "http.disconnect"}])

        async def receive() -> MutableMapping[str, Any]:
            return next(messages)

        assert asyncio.run(self._ending(endless(), receive))[-1].get("more_body", False) in {True, False}

    def test_it_is_whole_for_a_reader_who_stays(self) -> None:
        async def three() -> AsyncIterator[bytes]:
            for piece in (b"a", b"b", b"c"):
                yield piece

        async def receive() -> MutableMapping[str, Any]:
            await asyncio.Event().wait()
            raise AssertionError

        sent = asyncio.run(self._ending(three(), receive))
        assert b"".join(message.get("body", b"") for message in sent) == b"abc"
        assert not sent[-1].get("more_body", False)
