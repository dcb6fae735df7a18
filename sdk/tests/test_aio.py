"""The asynchronous client does what the blocking one does, awaited."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

import scaleapi
from scaleapi import ScaleClient
from scaleapi._calls.request import Request, as_json
from scaleapi.aio import AsyncApi, AsyncScaleClient
from scaleapi.exceptions import (
    ScaleConnectionError,
    ScaleDecodeError,
    ScaleDuplicateResource,
    ScaleException,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
    ScaleTimeout,
)

KEY = "test_0123456789abcdef"


@asynccontextmanager
async def opened(url: str, **options: Any) -> AsyncIterator[Any]:
    """An asynchronous client whose pauses are recorded in `client.pauses` instead of slept, without jitter."""
    client: Any = AsyncScaleClient(KEY, api_instance_url=url, **options)
    client.pauses = []

    async def pause(seconds: float) -> None:
        client.pauses.append(seconds)

    client.api._pause = pause
    client.api._random = lambda: 1.0
    async with client:
        yield client


def on(stub: Any, program: Callable[[Any], Any], **options: Any) -> Any:
    """Runs ``program(client)`` in an event loop of its own."""

    async def main() -> Any:
        async with opened(stub.url, **options) as client:
            return await program(client)

    return asyncio.run(main())


def operations(kind: type) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(method)
        for name, method in vars(kind).items()
        if not name.startswith("_") and name != "close" and callable(method)
    }


def test_both_clients_have_the_same_operations():
    blocking, awaited = operations(ScaleClient), operations(AsyncScaleClient)
    assert set(awaited) == set(blocking)
    for name, signature in awaited.items():
        assert signature.parameters == blocking[name].parameters, name
    assert inspect.signature(AsyncScaleClient) == inspect.signature(ScaleClient)


STEPS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("create_project", ("p", "chat"), {"params": {"a": 1}}),
    ("create_batch", ("p", "b c"), {}),
    ("create_task", ("chat",), {"project": "p", "batch": "b c", "unique_id": "u/1", "tags": ["x"]}),
    ("create_task", ("chat",), {"project": "p", "idempotency_key": "k"}),
    ("tasks", (), {"project": "p", "limit": 1}),
    ("get_tasks_count", ("p",), {}),
    ("batch_status", ("b c",), {}),
    ("finalize_batch", ("b c",), {}),
    ("update_project", ("p",), {"patch": True, "b": 2}),
    ("get_project_template", ("p",), {}),
    ("projects", (), {"archived": False}),
    ("upload_file", (b"hello",), {"filename": "a.txt", "project_name": "p"}),
    ("import_file", ("https://x.example/a.png",), {}),
]


def told(one: Any) -> Any:
    """What of a request must be the same from both clients."""
    names = ("authorization", "content-type", "content-length", "user-agent", "idempotency-key", "accept")
    headers = {name: one.headers[name] for name in names}
    # A DELETE without a body may say so or not.
    headers["content-length"] = headers["content-length"] or "0"
    body = one.body
    if one.path.endswith("/upload"):
        boundary = headers.pop("content-type").rpartition("=")[2].encode()
        body = body.replace(boundary, b"boundary")
    return one.method, one.target, headers, body


def test_both_clients_send_and_read_the_same(client, stub):
    seen: list[Any] = []
    for name, arguments, options in STEPS:
        seen.append(getattr(client, name)(*arguments, **options))
    task = seen[2]
    client.cancel_task(task.id)
    blocking, results = list(stub.requests), [repr(one) for one in seen]
    for noun in (stub.requests, stub.tasks, stub.batches, stub.projects, stub.files):
        noun.clear()
    stub._ids = 0

    async def program(other: Any) -> list[Any]:
        found = [await getattr(other, name)(*arguments, **options) for name, arguments, options in STEPS]
        await other.cancel_task(found[2].id)
        return found

    found = on(stub, program)
    assert [repr(one) for one in found] == results

    assert [told(one) for one in stub.requests] == [told(one) for one in blocking]


EVERY: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "get_task": (("t",), {}),
    "create_task": (("chat",), {"project": "p", "unique_id": "u/2", "idempotency_key": "k"}),
    "cancel_task": (("t", True), {}),
    "audit_task": (("t", False, "Too wide"), {}),
    "update_task_unique_id": (("t", "u/3"), {}),
    "clear_task_unique_id": (("t",), {}),
    "set_task_metadata": (("t", {"a": 1}), {}),
    "set_task_tags": (("t", ["a"]), {}),
    "add_task_tags": (("t", ["b"]), {}),
    "delete_task_tags": (("t", ["a"]), {}),
    "resend_callback": (("t",), {}),
    "tasks": ((), {"project": "p", "tags": ["a", "b"], "limited_response": False}),
    "get_tasks": (("p",), {"limit": 7, "created_after": "2026-01-01"}),
    "get_tasks_count": (("p",), {"status": "pending"}),
    "create_batch": (("p", "b"), {"callback": "https://x.example", "metadata": {"a": 1}}),
    "finalize_batch": (("b c",), {}),
    "get_batch": (("b c",), {}),
    "batch_status": (("b c",), {}),
    "batches": ((), {"project": "p", "offset": 2}),
    "get_batches": (("p",), {"exclude_archived": True, "limit": 5}),
    "set_batch_metadata": (("b", {"a": 1}), {}),
    "prioritize_batch": (("b", 10), {}),
    "create_project": (("p", "chat"), {"params": {"a": 1}, "rapid": True}),
    "get_project": (("p q",), {}),
    "get_projects": ((), {}),
    "projects": ((), {"archived": True}),
    "update_project": (("p",), {"patch": True, "instruction": "new"}),
    "set_project_ontology": (("p", ["a"]), {}),
    "get_project_template": (("p",), {}),
    "upload_file": ((b"hello",), {"filename": "a.txt", "metadata": {"a": 1}}),
    "import_file": (("https://x.example/a.png",), {"project_name": "p"}),
    "download": (("<stub>/files/f1",), {}),
    "create_evaluation_task": (("imageannotation",), {"expected_response": {"a": []}, "project": "p"}),
    "create_training_task": (("imageannotation",), {"expected_response": {"a": []}, "project": "p"}),
    "get_files": (("p q",), {"metadata": {"a": 1}, "limit": 3}),
    "get_evaluation_task": (("e",), {}),
    "get_evaluation_tasks": (("p",), {"limit": 3}),
    "delete_evaluation_task": (("e",), {}),
    "get_training_task": (("e",), {}),
    "get_training_tasks": (("p",), {"limit": 3}),
    "delete_training_task": (("e",), {}),
    "get_quality_labelers": ((["e", "f"], ["jo@x.example"]), {"limit": 3}),
    "create_audit": (("t", "rejected"), {"feedback": [{"type": "error"}], "audit_id": "a"}),
    "get_audits": (("t",), {"limit": 3}),
    "list_teammates": ((), {}),
    "invite_teammates": ((["jo@x.example"], "labeler"), {}),
    "update_teammates_role": ((["jo@x.example"], "manager"), {}),
    "list_studio_assignments": ((), {}),
    "add_studio_assignments": ((["jo@x.example"], ["p"]), {}),
    "remove_studio_assignments": ((["jo@x.example"], ["p"]), {}),
    "list_project_groups": (("p q",), {}),
    "create_project_group": (("p", ["jo@x.example"], "night"), {}),
    "update_project_group": (("p", "night", ["al@x.example"], ["jo@x.example"]), {}),
    "list_studio_batches": ((), {}),
    "assign_studio_batches": (("b", ["night"]), {}),
    "set_studio_batches_priorities": ((["b", "c"],), {}),
    "reset_studio_batches_priorities": ((), {}),
}
# They are made of the operations above; tests of their own (test_bulk) look at both clients.
MADE_OF_OTHERS = {
    "v2_get_tasks",
    "create_tasks",
    "cancel_tasks",
    "upload_files",
    "wait_for",
    "download_response",
    "with_options",
}


def test_every_operation_is_in_the_list():
    named = {name for name in operations(ScaleClient) if name not in MADE_OF_OTHERS}
    assert set(EVERY) == named


@pytest.mark.parametrize("name", EVERY)
def test_both_clients_send_the_same(connect, stub, name):
    """Each request is refused, so that it is the whole of its call."""
    given, options = EVERY[name]
    arguments = [one.replace("<stub>", stub.url) if isinstance(one, str) else one for one in given]

    stub.fault(stub.refused(400, "no"))
    with pytest.raises(ScaleInvalidRequest):
        # A walk sends nothing before its first step; anything else fails at once.
        next(getattr(connect(stub.url), name)(*arguments, **options))

    async def program(client: Any) -> None:
        started = getattr(client, name)(*arguments, **options)
        await (anext(aiter(started)) if hasattr(started, "__aiter__") else started)

    stub.fault(stub.refused(400, "no"))
    with pytest.raises(ScaleInvalidRequest):
        on(stub, program)
    blocking, awaited = stub.requests
    assert told(awaited) == told(blocking)


def test_objects_have_awaited_methods(stub):
    async def program(client: Any) -> None:
        project = await client.create_project("p", "chat")
        batch = await client.create_batch("p", "b")
        task = await client.create_task("chat", project="p", batch="b")
        await client.update_project("p", instruction="new")
        await project.refresh()
        assert project.instruction == "new"
        assert (await batch.finalize()) == batch
        assert (await batch.get_status())["pending"] == batch.tasks_pending == 1
        await batch.set_metadata({"a": 1})
        assert batch.metadata == {"a": 1}
        await task.set_tags(["x"])
        await task.add_tags(["y"])
        await task.delete_tags(["x"])
        await task.update_unique_id("u")
        await task.set_metadata({"b": 2})
        assert (task.tags, task.unique_id, task.metadata) == (["y"], "u", {"b": 2})
        await task.audit(True)
        assert task.customer_review_status == "accepted"
        await task.clear_unique_id()
        await task.cancel()
        await task.refresh()
        assert (task.status, hasattr(task, "unique_id")) == ("canceled", False)
        assert pickle.loads(pickle.dumps(task)) == task

    on(stub, program)


def test_an_audit_that_is_stored_does_not_fail_afterwards(stub):
    async def program(client: Any) -> None:
        task = await client.create_task("chat")
        for _ in range(4):
            stub.fault(stub.refused(500, "down"), match="GET")
        await task.audit(True)

    on(stub, program)
    assert stub.tasks[0]["customer_review_status"] == "accepted"


@pytest.mark.parametrize("prefetch", [False, True])
def test_walks(stub, prefetch):
    async def program(client: Any) -> None:
        for n in range(5):
            await client.create_task("chat", project="p", unique_id=str(n))
        walk = client.get_tasks("p", limit=2, prefetch=prefetch)
        for _ in range(2):  # each loop starts afresh
            assert [task.unique_id async for task in walk] == ["4", "3", "2", "1", "0"]
        assert [len(page) async for page in walk.pages()] == [2, 2, 1]
        async for task in walk:  # left early
            assert task.unique_id == "4"
            break
        page = await client.tasks(project="p", limit=3)
        following = await page.next_page()
        assert (len(following), following.has_more, following._next) == (2, False, None)
        assert [batch async for batch in client.get_batches()] == []

    on(stub, program)


def test_a_page_in_hand_comes_before_the_error(stub):
    def broken(page: int) -> Any:
        body = {"docs": [{"task_id": str(page)}], "total": 9, "limit": 1, "offset": 0, "has_more": True}
        return stub.Reply(200, {**body, "next_token": "same"})

    stub.fault(broken(1))
    stub.fault(broken(2))

    async def program(client: Any) -> None:
        walk = aiter(client.get_tasks("p"))
        assert [(await anext(walk)).id for _ in range(2)] == ["1", "2"]
        with pytest.raises(ScaleDecodeError, match="already fetched"):
            await anext(walk)

    on(stub, program)


def test_retries_and_recovery(stub):
    async def program(client: Any) -> None:
        stub.fault(stub.Reply(429, b"slow down", {"Retry-After": "7"}))
        stub.fault(stub.refused(503, "busy"))
        assert await client.projects() == []
        assert client.pauses == [7.0, 2.0]
        stub.fault(stub.DROP, act=True, match="POST /v1/task/chat")
        task = await client.create_task("chat", unique_id="lost")
        assert [task.id] == [one["task_id"] for one in stub.tasks]
        stub.fault(stub.DROP, match="POST /v1/task/chat")
        with pytest.raises(ScaleConnectionError) as caught:
            await client.create_task("chat")
        assert caught.value.attempts == 1
        with pytest.raises(ScaleDuplicateResource):
            await client.create_task("chat", unique_id="lost")
        with pytest.raises(ScaleResourceNotFound):
            await client.get_task("a/b")

    on(stub, program)


def test_nothing_listens(closed_port):
    async def program() -> None:
        async with opened(f"http://127.0.0.1:{closed_port}/v1") as client:
            with pytest.raises(ScaleConnectionError) as caught:
                await client.create_task("chat")
            # A refused connection cannot have created anything.
            assert caught.value.attempts == 4

    asyncio.run(program())


def test_time_limits(stub):
    async def program(client: Any) -> None:
        stub.fault(stub.HANG)
        with pytest.raises(ScaleTimeout):
            await client.projects()

    on(stub, program, timeout=(5, 0.05), max_retries=0)


def test_calls_run_side_by_side_on_one_pool(stub):
    async def program(client: Any) -> None:
        made = await asyncio.gather(*(client.create_task("chat", n=n) for n in range(40)))
        assert sorted(task.n for task in made) == list(range(40))

    on(stub, program)
    # The last ones meet connections that the first ones left.
    assert len({seen.port for seen in stub.requests}) <= 40


def test_arguments_are_checked_at_the_call(stub):
    async def program(client: Any) -> None:
        with pytest.raises(ScaleInvalidRequest):
            client.get_task("")
        with pytest.raises(ScaleInvalidRequest):
            client.tasks(colour="red")

    on(stub, program)
    assert stub.requests == []


def test_files_are_streamed(stub, tmp_path):
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(range(256)) * 4096)

    async def program(client: Any) -> None:
        stub.fault(stub.refused(429, "busy"))
        await client.upload_file(path)
        await client.upload_file([b"one", b"two"], filename="a.txt")

    on(stub, program)
    refused, sent, chunked = stub.requests
    assert refused.body == sent.body
    assert path.read_bytes() in sent.body
    assert int(sent.headers["Content-Length"]) == len(sent.body)
    assert chunked.headers["Transfer-Encoding"] == "chunked"
    assert b"onetwo" in chunked.body


def test_certificates_are_verified(tls_stub, authority, tmp_path):
    async def refused(client: Any) -> None:
        with pytest.raises(ScaleConnectionError) as caught:
            await client.projects()
        # Certificates stay wrong: one try.
        assert caught.value.attempts == 1

    async def fine(client: Any) -> None:
        assert await client.projects() == []

    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    on(tls_stub, refused)
    on(tls_stub, fine, verify=False)
    on(tls_stub, fine, verify=str(bundle))


def test_requests_go_through_the_proxy(stub):
    proxy = stub.url.removesuffix("/v1")

    async def program() -> None:
        async with opened("http://scale.invalid/v1", proxies={"http": proxy}) as client:
            assert await client.projects() == []

    asyncio.run(program())
    assert stub.requests[0].target == "http://scale.invalid/v1/projects"


def test_the_low_level_api_is_awaited_too(stub):
    async def program(client: Any) -> None:
        assert await client.api.get_request("projects") == []
        made = await client.api.post_request("task/chat", body={"unique_id": "u"})
        assert made["unique_id"] == "u"
        assert await client.api.run(Request("GET", "batches", as_json), None)
        assert isinstance(client.api, AsyncApi)

    on(stub, program)


def test_copies_share_the_connections(stub):
    async def program(client: Any) -> None:
        async with client.with_options(timeout=3) as copy:
            await copy.projects()
        await client.projects()  # closing the copy left them open
        await client.close()
        with pytest.raises(ScaleException, match="closed"):
            await client.projects()

    on(stub, program)
    assert len({seen.port for seen in stub.requests}) == 1


def test_one_loop_only(stub):
    client = AsyncScaleClient(KEY, api_instance_url=stub.url)
    asyncio.run(client.projects())
    with pytest.raises(ScaleException, match="another event loop"):
        asyncio.run(client.projects())
    assert KEY not in repr(client)


def test_without_aiohttp_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    monkeypatch.delitem(sys.modules, "scaleapi._wire.asynchronous", raising=False)
    with pytest.raises((ScaleException, ImportError), match="aiohttp"):
        asyncio.run(AsyncScaleClient(KEY).projects())


def test_importing_the_package_does_not_import_the_asynchronous_half():
    assert not hasattr(scaleapi, "AsyncScaleClient")
