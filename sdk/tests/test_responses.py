"""The answers behind the results."""

from __future__ import annotations

import asyncio

import pytest

from scaleapi import RawResponse, raw_responses
from scaleapi.aio import AsyncScaleClient
from scaleapi.exceptions import ScaleResourceNotFound

KEY = "test_0123456789abcdef"


def test_answers_are_kept_with_those_before_a_retry(client, stub):
    stub.fault(stub.Reply(429, {"error": "slow"}, {"Retry-After": "1", "X-Request-Id": "r-1"}))
    with raw_responses() as answers:
        task = client.create_task("chat", unique_id="u")
        with pytest.raises(ScaleResourceNotFound):
            client.get_task("gone")
    client.projects()
    assert [(one.method, one.path, one.status) for one in answers] == [
        ("POST", "/task/chat", 429),
        ("POST", "/task/chat", 200),
        ("GET", "/task/gone", 404),
    ]
    assert (answers[0].request_id, answers[0].headers["retry-after"]) == ("r-1", "1")
    assert answers[1].request_id is None
    assert answers[1].json()["task_id"] == task.id
    assert all(one.elapsed > 0 for one in answers)


def test_a_lost_answer_is_none(client, stub):
    stub.fault("drop")
    with raw_responses() as answers:
        client.projects()
    assert [one.status for one in answers] == [200]


def test_blocks_within_blocks(client, stub):
    with raw_responses() as outer:
        client.projects()
        with raw_responses() as inner:
            client.projects()
        client.projects()
    assert (len(outer), len(inner)) == (2, 1)


def test_tasks_of_asyncio_keep_their_own(stub):
    async def one(client: AsyncScaleClient, name: str) -> list[str]:
        with raw_responses() as answers:
            with pytest.raises(ScaleResourceNotFound):
                await client.get_task(name)
            await asyncio.gather(client.projects(), client.projects())
        return sorted(answer.path for answer in answers)

    async def main() -> list[list[str]]:
        async with AsyncScaleClient(KEY, api_instance_url=stub.url) as client:
            return await asyncio.gather(one(client, "a"), one(client, "b"))

    assert asyncio.run(main()) == [["/projects", "/projects", f"/task/{name}"] for name in "ab"]


def test_neither_key_nor_body_is_shown(client, stub):
    with raw_responses() as answers:
        client.create_task("chat", instruction="a secret")
    assert KEY not in repr(answers)
    assert "secret" not in repr(answers)
    assert type(answers[0]) is RawResponse
