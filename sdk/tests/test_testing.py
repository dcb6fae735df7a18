"""What users get to test their own programs with."""

from __future__ import annotations

import asyncio
import json

import pytest

from scaleapi import ScaleClient
from scaleapi.aio import AsyncScaleClient
from scaleapi.exceptions import ScaleConnectionError, ScaleResourceNotFound, ScaleTimeout
from scaleapi.testing import AsgiTransport, CannedTransport

KEY = "test_0123456789abcdef"


@pytest.fixture
def transport():
    return CannedTransport()


@pytest.fixture
def client(transport):
    client = ScaleClient(KEY, transport=transport)
    client.api._sleep = lambda seconds: None
    return client


def test_answers_come_in_order_and_the_last_stays(client, transport):
    transport.answer("GET", "batches/a b/status", {"status": "staging"})
    transport.answer("get", "batches/a b/status", {"status": "completed"})
    found = [client.batch_status("a b")["status"] for _ in range(3)]
    assert found == ["staging", "completed", "completed"]
    assert [sent.path for sent in transport.requests] == ["batches/a b/status"] * 3


def test_requests_are_remembered(client, transport, tmp_path):
    transport.answer("POST", "task/chat", {"task_id": "1"})
    transport.answer("GET", "tasks", {"docs": [], "total": 0, "limit": 1, "offset": 0, "has_more": False})
    transport.answer("POST", "files/upload", {"id": "f", "attachment_url": "scaledata://a/f"})
    client.create_task("chat", project="p", idempotency_key="k")
    client.tasks(tags=["a", "b"])
    path = tmp_path / "a.txt"
    path.write_bytes(b"hello")
    client.upload_file(path)
    create, listing, upload = transport.requests
    assert (create.json, create.headers["idempotency-key"]) == ({"project": "p"}, "k")
    assert listing.query == {"tags": ["a", "b"]}
    assert b"hello" in upload.body


def test_refusals_and_failures(client, transport):
    transport.refuse("GET", "task/1", 404, "Task with that ID not found.")
    with pytest.raises(ScaleResourceNotFound, match="not found"):
        client.get_task("1")
    transport.fail("GET", "projects")
    with pytest.raises(ScaleConnectionError) as caught:
        client.projects()
    assert caught.value.attempts == 4
    transport.fail("POST", "task/chat", may_have_acted=False)
    with pytest.raises(ScaleConnectionError) as caught:
        client.create_task("chat")
    assert caught.value.attempts == 4


def test_what_nobody_announced_is_a_failed_test(client):
    with pytest.raises(AssertionError, match="GET projects"):
        client.projects()


def test_the_asynchronous_client_takes_it_too(transport):
    transport.answer("GET", "projects", [{"name": "p", "type": "chat"}])

    async def program():
        async with AsyncScaleClient(KEY, transport=transport.asynchronous) as client:
            return [project.name for project in await client.projects()]

    assert asyncio.run(program()) == ["p"]


class App:
    """A small ASGI application that tells what it got."""

    def __init__(self, start=True):
        self.life = []
        self.start = start

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            self.life.append((await receive())["type"])
            if not self.start:
                await send({"type": "lifespan.startup.failed", "message": "no disk"})
                return
            await send({"type": "lifespan.startup.complete"})
            self.life.append((await receive())["type"])
            await send({"type": "lifespan.shutdown.complete"})
            return
        if scope["path"].endswith("slow"):
            await asyncio.sleep(60)
        body = (await receive())["body"].decode()
        raw, query = scope["raw_path"].decode(), scope["query_string"].decode()
        told = {
            "name": scope["path"],
            "type": "chat",
            "raw": raw,
            "query": query,
            "body": body,
            "life": self.life,
        }
        answer = json.dumps([told] if scope["method"] == "GET" else told).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-request-id", b"r")]})
        await send({"type": "http.response.body", "body": answer[:10], "more_body": True})
        await send({"type": "http.response.body", "body": answer[10:]})


def test_an_application_in_the_same_process():
    app = App()
    with ScaleClient(KEY, transport=AsgiTransport(app), api_instance_url="http://app/v1") as client:
        (listed,) = client.projects(archived=True)
        assert (listed.name, listed.as_dict()["query"]) == ("/v1/projects", "archived=true")
        made = client.create_project("a/b", "chat")
        assert json.loads(made.as_dict()["body"]) == {"type": "chat", "name": "a/b"}
        updated = client.update_project("a/b", x=1)
        assert updated.as_dict()["raw"] == "/v1/projects/a%2Fb/setParams"
        assert updated.as_dict()["life"] == ["lifespan.startup"]
    assert app.life == ["lifespan.startup", "lifespan.shutdown"]


def test_an_application_that_does_not_answer_or_start():
    client = ScaleClient(KEY, transport=AsgiTransport(App()), timeout=0.05, max_retries=0)
    with client, pytest.raises(ScaleTimeout):
        client.get_task("slow")
    broken = ScaleClient(KEY, transport=AsgiTransport(App(start=False)))
    with pytest.raises(RuntimeError, match="no disk"):
        broken.projects()
